"""How well a linker agrees with annotators, and how fast it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import NamedTuple

from nosograph.engine.evaluation.corpora import AssertionCase, GoldDocument, GoldMention
from nosograph.engine.findings.linking.dictionary import EntityLinker
from nosograph.engine.findings.mention import Assertion, Mention

__all__ = ["LinkingFigures", "Score", "evaluate_assertion", "evaluate_linking"]

_SENTENCE_END = re.compile(r"[.!?](?=\s)|\n")


class Score(NamedTuple):
    """Counts behind a precision, a recall and their harmonic mean."""

    n_right: int
    """Of the linker's, those that agree with the gold."""
    n_found: int
    n_recalled: int
    """Of the gold's, those that the linker found."""
    n_gold: int

    @property
    def precision(self) -> float:
        """Share of the linker's that is right; 0 if it found nothing."""
        return self.n_right / self.n_found if self.n_found else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold that was found; 0 if there is none."""
        return self.n_recalled / self.n_gold if self.n_gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall.

        >>> round(Score(n_right=3, n_found=4, n_recalled=3, n_gold=6).f1, 3)
        0.6
        """
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def __add__(self, other: object) -> Score:
        """Pool two sets of counts (micro average)."""
        if not isinstance(other, Score):
            return NotImplemented
        return Score(*(a + b for a, b in zip(tuple(self), tuple(other), strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkingFigures:
    """Agreement at three strictnesses, micro-averaged over the documents."""

    strict: Score
    """Mentions with the same span and term."""
    overlap: Score
    """Mentions with overlapping spans and the same term."""
    document: Score
    """Distinct terms of each document."""
    n_documents: int
    documents_per_second: float
    sentences_per_second: float
    """Sentences counted by their closing mark, the same way for every linker."""


def evaluate_linking(
    linker: EntityLinker,
    documents: Sequence[GoldDocument],
    *,
    asserted: Callable[[str, tuple[Mention, ...]], tuple[Mention, ...]] | None = None,
) -> LinkingFigures:
    """Run a linker over a corpus and count.

    A mention agrees with a mark if the term is the same, identifiers resolved to primary ones: an
    ancestor or descendant counts as wrong. Marks without a place count for the document only. With
    `asserted`, the polarity must agree as well, and is part of a document's distinct terms.

    Args:
        linker: What is measured.
        documents: The corpus.
        asserted: An assertion stage, for corpora whose marks say whether a finding is excluded.
    """
    strict = overlap = by_document = Score(0, 0, 0, 0)
    started, seconds = perf_counter(), 0.0
    for gold in documents:
        started = perf_counter()
        mentions = linker.link(gold.text)
        if asserted is not None:
            mentions = asserted(gold.text, mentions)
        seconds += perf_counter() - started
        found = [_mark(m, polarity=asserted is not None) for m in mentions]
        placed = [mark for mark in gold.mentions if mark.start >= 0]
        strict += _count(found, placed, agree=lambda a, b: a == b)
        overlap += _count(found, placed, agree=_overlaps)
        terms = {(m.term_id, m.excluded) for m in found}
        gold_terms = {(m.term_id, m.excluded and asserted is not None) for m in gold.mentions}
        n_shared = len(terms & gold_terms)
        by_document += Score(n_shared, len(terms), n_shared, len(gold_terms))
    n_sentences = sum(len(_SENTENCE_END.split(gold.text.strip())) for gold in documents)
    return LinkingFigures(
        strict=strict,
        overlap=overlap,
        document=by_document,
        n_documents=len(documents),
        documents_per_second=len(documents) / seconds if seconds else 0.0,
        sentences_per_second=n_sentences / seconds if seconds else 0.0,
    )


def evaluate_assertion(
    assertion_of: Callable[[AssertionCase], Assertion],
    cases: Sequence[AssertionCase],
    *,
    expected: Assertion,
) -> Score:
    """Count one assertion over conditions whose place is given.

    Args:
        assertion_of: Runs an assertion stage on one condition.
        cases: The corpus.
        expected: EXCLUDED is held against `negated`, HISTORY against `historical`.
    """
    right = found = n_gold = 0
    for case in cases:
        gold = case.negated if expected is Assertion.EXCLUDED else case.historical
        says = assertion_of(case) is expected
        right, found, n_gold = right + (says and gold), found + says, n_gold + gold
    return Score(right, found, right, n_gold)


def _mark(mention: Mention, *, polarity: bool) -> GoldMention:
    excluded = polarity and mention.assertion is Assertion.EXCLUDED
    return GoldMention(mention.start, mention.end, mention.term_id, excluded)


def _overlaps(a: GoldMention, b: GoldMention) -> bool:
    same = a.term_id == b.term_id and a.excluded == b.excluded
    return same and a.start < b.end and b.start < a.end


def _count(
    found: Sequence[GoldMention],
    gold: Sequence[GoldMention],
    *,
    agree: Callable[[GoldMention, GoldMention], bool],
) -> Score:
    right = sum(any(agree(a, b) for b in gold) for a in found)
    recalled = sum(any(agree(a, b) for a in found) for b in gold)
    return Score(right, len(found), recalled, len(gold))
