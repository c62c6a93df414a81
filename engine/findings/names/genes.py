"""Gene symbols in a text: in their own case, and where a symbol is also a word, in context only."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Self

from nosograph.engine.findings.linking.english import read_english_words
from nosograph.engine.findings.mention import Mention
from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.term import TermId

__all__ = ["Gene", "GeneLinker"]

CONTEXT = 40
"""Characters on either side in which what makes a symbol a gene is sought."""
IN_CONTEXT, ALONE = 1.0, 0.9
"""Confidence with and without such a context."""
_TOKEN = re.compile(r"(?<![\w.-])[A-Z][A-Za-z0-9]*(?:-[A-Z0-9]+)?(?![\w])")
_ITALIC = (("*", "*"), ("_", "_"), ("<i>", "</i>"), ("<em>", "</em>"))
_CHANGE = re.compile(r"[\s:(,]{0,3}(?:\(?NM_\d|[cp]\.|g\.\d|\(MIM|\(OMIM|\(HGNC)")
"""A variant or an identifier right behind a symbol: "WAS c.121C>T", "FBN1 (MIM 134797)"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gene:
    """One gene by its symbol."""

    term_id: TermId
    symbol: str


class GeneLinker:
    """Finds gene symbols, exactly as they are spelled.

    A symbol stands for its gene if it can hardly be anything else (a digit and four characters, or
    five letters, and no English word), or if the text speaks of genes beside it; once it has, a
    symbol that is no word means the gene in the whole text.

    >>> genes = [Gene(term_id=TermId("NCBIGene:7454"), symbol="WAS"),
    ...          Gene(term_id=TermId("NCBIGene:2200"), symbol="FBN1")]
    >>> linker = GeneLinker(genes)
    >>> [m.text for m in linker.link("FBN1 WAS TESTED.")]
    ['FBN1']
    >>> [m.start for m in linker.link("The boy WAS well. A variant in the WAS gene.")]
    [35]

    Args:
        genes: All that may be found.
        words: Words that are no symbols by themselves, lower case; the English list by default.
    """

    def __init__(self, genes: Iterable[Gene], *, words: Collection[str] | None = None) -> None:
        self._genes = {gene.symbol: gene for gene in genes}
        self._words = read_english_words() if words is None else words
        self._before, self._behind, self._abbreviations = _tables()

    @classmethod
    def open(cls, graph: KnowledgeGraph) -> Self:
        """Over the genes of a graph."""
        return cls(
            Gene(term_id=graph.node_id(number), symbol=graph.label(number))
            for number in graph.kind_range("gene")
        )

    def link(self, text: str) -> tuple[Mention, ...]:
        """Every symbol that stands for its gene, by ascending start."""
        found = [
            (match, gene)
            for match in _TOKEN.finditer(text)
            if (gene := self._genes.get(match[0])) is not None
        ]
        in_context = {m.span() for m, _ in found if self._has_context(text, *m.span())}
        symbols = {text[start:end] for start, end in in_context}
        spread = {symbol for symbol in symbols if symbol.lower() not in self._words}
        return tuple(
            Mention(
                start=match.start(),
                end=match.end(),
                text=match[0],
                term_id=gene.term_id,
                label=gene.symbol,
                confidence=IN_CONTEXT if match.span() in in_context else ALONE,
                matched_name=gene.symbol,
                match_kind="symbol",
            )
            for match, gene in found
            if match.span() in in_context or match[0] in spread or self._is_unmistakable(match[0])
        )

    def _is_unmistakable(self, symbol: str) -> bool:
        if symbol in self._abbreviations or symbol.lower() in self._words:
            return False
        has_digit = any(map(str.isdigit, symbol))
        n_letters = sum(map(str.isalpha, symbol))
        return n_letters >= (2 if has_digit else 5) and len(symbol) >= 4

    def _has_context(self, text: str, start: int, end: int) -> bool:
        for opening, closing in _ITALIC:
            if text.endswith(opening, 0, start) and text.startswith(closing, end):
                return True
        if _CHANGE.match(text, end):
            return True
        before, behind = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
        return bool(self._before.search(before) or self._behind.match(behind))


@cache
def _tables() -> tuple[re.Pattern[str], re.Pattern[str], frozenset[str]]:
    path = files(__package__).joinpath("genes.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    before = "|".join(map(re.escape, data["before"]))
    behind = "|".join(map(re.escape, data["behind"]))
    return (
        re.compile(
            rf"\b(?i:{before})\s*[(:]?\s*(?:(?:in|of|for|at|within|affecting|involving)\s+)?(?:(?:the|a|both)\s+)?"
            r"(?:[A-Z][A-Z0-9]+(?:\s*,\s*|\s+and\s+|\s+or\s+|/)){0,3}[*_]?\Z"
        ),
        re.compile(rf"[*_]?[\s-]{{1,2}}(?:(?:gene|protein)\s+)?(?:{behind})\b"),
        frozenset(data["abbreviations"]),
    )
