"""Which of several terms is broader: where the same words may name both."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import cache

from nosograph.kg.graph import KnowledgeGraph

__all__ = ["Ancestors", "ancestors_in", "broadest", "no_ancestors"]

Ancestors = Callable[[str], Iterable[str]]
"""The broader terms of a term, however far; whether it is among them does not matter."""


def no_ancestors(_: str) -> Iterable[str]:
    """What is known of the order of terms without an ontology: nothing."""
    return ()


def broadest(term_ids: Collection[str], *, ancestors: Ancestors) -> str | None:
    """The one of several terms that all others are kinds of, if there is one.

    >>> above = {"pinna": ["ear"], "ear": [], "eye": []}
    >>> broadest(["pinna", "ear"], ancestors=above.__getitem__)
    'ear'
    >>> broadest(["pinna", "eye"], ancestors=above.__getitem__)
    """
    common: set[str] | None = None
    for term_id in term_ids:
        line = {term_id, *ancestors(term_id)}
        common = line if common is None else common & line
    return next(iter((common or set()).intersection(term_ids)), None)


def ancestors_in(graph: KnowledgeGraph) -> Ancestors:
    """The broader terms of each term of a graph, the term itself left out."""

    @cache
    def ancestors(term_id: str) -> frozenset[str]:
        numbers = graph.hierarchy.ancestors(graph.index(term_id)).tolist()
        return frozenset(map(graph.node_id, numbers)) - {term_id}

    return ancestors
