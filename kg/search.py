"""Finding nodes by words: labels and synonyms, best and most telling first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.term import TermId

__all__ = ["NodeSearch", "SearchHit"]

_WORD = re.compile(r"\w+")
PUBLICATION_KIND = "publication"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One node that the words found."""

    node_id: TermId
    kind: str
    label: str
    matched_name: str
    """The label or synonym that holds the words."""


class NodeSearch:
    """Search over the names of everything but publications.

    A name is a hit if each word asked for begins one of its words. Hits are ordered: names that are
    the words exactly, names that begin with them, then shorter before longer names.
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.graph = graph

    @cached_property
    def _names(self) -> tuple[tuple[int, ...], tuple[str, ...]]:
        graph = self.graph
        stop = graph.kind_range(PUBLICATION_KIND).start
        synonyms = graph.strings("synonym")
        nodes = (*range(stop), *np.asarray(graph.column("synonym_term")).tolist())
        names = (*graph.strings("node_label")[:stop], *synonyms)
        return nodes, names

    @cached_property
    def _lowered(self) -> tuple[str, ...]:
        return tuple(name.lower() for name in self._names[1])

    def find(
        self, words: str, *, kinds: Sequence[str] = (), limit: int = 20
    ) -> tuple[SearchHit, ...]:
        """Find nodes by name, or by identifier.

        Args:
            words: What to look for.
            kinds: Names of node kinds to keep; all when empty.
            limit: Most hits to return.
        """
        number = self._by_identifier(words)
        if number is not None:
            fits = limit > 0 and (not kinds or self.graph.kind(number) in kinds)
            return (self._hit(number, self.graph.label(number)),) if fits else ()
        asked = " ".join(words.lower().split())
        parts = _WORD.findall(asked)
        if not parts or limit < 1:
            return ()
        patterns = [re.compile(rf"\b{re.escape(part)}") for part in parts]
        nodes, names = self._names
        best: dict[int, tuple[tuple[int, int, str], int]] = {}
        for i, lowered in enumerate(self._lowered):
            if parts[0] not in lowered or not all(p.search(lowered) for p in patterns):
                continue
            if kinds and self.graph.kind(nodes[i]) not in kinds:
                continue
            rank = 0 if lowered == asked else 1 if lowered.startswith(asked) else 2
            order = (rank, len(lowered), lowered)
            if nodes[i] not in best or order < best[nodes[i]][0]:
                best[nodes[i]] = (order, i)
        ordered = sorted(best.items(), key=lambda item: (item[1][0], item[0]))
        return tuple(self._hit(node, names[i]) for node, (_, i) in ordered[:limit])

    def _by_identifier(self, words: str) -> int | None:
        """The node of an identifier, in any of its spellings; of an old one, its successor."""
        number = self.graph.find(words.strip())
        if number is not None or not (":" in words or "_" in words):
            return number
        resolution = self.graph.resolve(words)
        return self.graph.find(resolution.term_id or resolution.asked)

    def _hit(self, node: int, name: str) -> SearchHit:
        return SearchHit(
            node_id=self.graph.node_id(node),
            kind=self.graph.kind(node),
            label=self.graph.label(node),
            matched_name=name,
        )
