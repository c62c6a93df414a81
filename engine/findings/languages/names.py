"""The names of a graph's phenotypes in one language: translated labels and our table."""

from __future__ import annotations

from collections.abc import Iterator

from nosograph.engine.findings.languages.registry import LANGUAGES
from nosograph.engine.findings.languages.tables import read_names, read_rules
from nosograph.engine.findings.linking.linker_index import content_keys
from nosograph.kg.graph import KnowledgeGraph, TermName

__all__ = ["iter_names"]

EVERYDAY = "everyday"
"""Kind of a name of our own tables."""


def iter_names(graph: KnowledgeGraph, code: str) -> Iterator[TermName]:
    """Yield what to look for in notes of a language other than English.

    The table is reviewed, and many translations are not: what it calls one term, however it is
    inflected, no translated label calls another.

    Args:
        graph: A graph with translations into the language.
        code: The language's.
    """
    language = LANGUAGES[code]
    own = [
        TermName(name.term_id, name.label, text, "EXACT", EVERYDAY)
        for name in graph.names()
        if name.kind == "label"
        for text in read_names(code).get(name.label, ())
    ]
    claimed: dict[tuple[str, ...], set[str]] = {}
    for name in own:
        claimed.setdefault(content_keys(name.text, language=language), set()).add(name.term_id)
    yield from own
    ambiguous = frozenset(read_rules(code)["words"].get("ambiguous", ()))
    for name in graph.names(code):
        if name.text.casefold() in ambiguous:
            continue
        owners = claimed.get(content_keys(name.text, language=language))
        if owners is None or name.term_id in owners:
            yield name
