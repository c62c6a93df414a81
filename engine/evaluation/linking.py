"""How well what a linker found agrees with annotators, and how fast it was found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import NamedTuple, Protocol, TypeVar

from nosograph.engine.evaluation.corpora import AssertionCase, GoldDocument, GoldMention
from nosograph.engine.findings.linking.dictionary import EntityLinker
from nosograph.engine.findings.mention import Assertion, Mention

__all__ = [
    "Answer",
    "Answerer",
    "AssertionStage",
    "CascadeAnswerer",
    "LinkingFigures",
    "Score",
    "StageAnswerer",
    "count_agreement",
    "evaluate_assertion",
    "judge",
]

_Found = TypeVar("_Found")
_Gold = TypeVar("_Gold")
AssertionStage = Callable[[str, tuple[Mention, ...]], tuple[Mention, ...]]

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


NOTHING = Score(0, 0, 0, 0)


class Answer(NamedTuple):
    """What a linker found in one text."""

    marks: tuple[GoldMention, ...]
    seconds: float


class Answerer(Protocol):
    """What is judged: ours, or a peer."""

    def answer(self, text: str, *, polarity: bool) -> Answer:
        """What it finds in a text, and in what time."""
        ...


class StageAnswerer:
    """Our linker, and where a corpus asks for it the assertion stage, as something to be judged.

    Args:
        linker: Finds the mentions.
        asserted: The assertion stage.
    """

    def __init__(self, linker: EntityLinker, *, asserted: AssertionStage | None = None) -> None:
        self._linker = linker
        self._asserted = asserted

    def answer(self, text: str, *, polarity: bool) -> Answer:
        """Find the mentions of one text; with polarity, tell which are excluded."""
        started = perf_counter()
        mentions = self._linker.link(text)
        if polarity and self._asserted is not None:
            mentions = self._asserted(text, mentions)
        seconds = perf_counter() - started
        return Answer(tuple(_mark(mention, polarity=polarity) for mention in mentions), seconds)


class CascadeAnswerer:
    """What one linker finds, and where it found nothing what another one does.

    Args:
        first: Its marks are all kept.
        second: Of its marks those are kept that overlap none of the first.
    """

    def __init__(self, first: Answerer, second: Answerer) -> None:
        self._first = first
        self._second = second

    def answer(self, text: str, *, polarity: bool) -> Answer:
        """The marks of both, in the time that both take."""
        first = self._first.answer(text, polarity=polarity)
        second = self._second.answer(text, polarity=polarity)
        read = {place for mark in first.marks for place in range(mark.start, mark.end)}
        added = (m for m in second.marks if read.isdisjoint(range(m.start, m.end)))
        return Answer((*first.marks, *added), first.seconds + second.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkingFigures:
    """Agreement at three strictnesses, counts pooled over the documents (micro average)."""

    strict: Score
    """Mentions with the same span and term."""
    overlap: Score
    """Mentions with overlapping spans and the same term."""
    overlap_on_line: Score
    """Mentions with overlapping spans and terms of which one is the other or its ancestor."""
    by_document: tuple[Score, ...]
    """Distinct terms of each document."""
    document_on_line: Score
    """Distinct terms, a term being right if it, an ancestor or a descendant is in the gold."""
    n_sentences: int
    """Counted by their closing mark, the same way for every linker."""
    seconds: float

    @property
    def document(self) -> Score:
        """Distinct terms of all documents."""
        return sum(self.by_document, start=NOTHING)

    @property
    def documents_per_second(self) -> float:
        """Of the linker alone, on one core."""
        return len(self.by_document) / self.seconds if self.seconds else 0.0

    @property
    def sentences_per_second(self) -> float:
        """Of the linker alone, on one core."""
        return self.n_sentences / self.seconds if self.seconds else 0.0


def judge(
    documents: Sequence[GoldDocument],
    answers: Sequence[Answer],
    *,
    polarity: bool,
    on_one_line: Callable[[str, str], bool] = str.__eq__,
) -> LinkingFigures:
    """Count how far answers agree with the marks of annotators.

    A mention agrees with a mark if the term is the same, identifiers resolved to primary ones, and
    the spans are the same or overlap. Several may agree with one: a mention is right if any mark
    agrees, a mark recalled if any mention does. Marks without a place count for the document only.

    Args:
        documents: The corpus.
        answers: Of the same texts in the same order.
        polarity: Whether a mark's *excluded* must agree as well, and belongs to a document's
            distinct terms; otherwise it is looked at nowhere.
        on_one_line: Whether a term is another, an ancestor or a descendant of it.
    """
    strict = overlap = overlap_on_line = document_on_line = NOTHING
    by_document = []

    def related(a: GoldMention, b: GoldMention) -> bool:
        return a.excluded == b.excluded and on_one_line(a.term_id, b.term_id)

    for gold, answer in zip(documents, answers, strict=True):
        found = _distinct(answer.marks, polarity=polarity)
        marks = _distinct(gold.mentions, polarity=polarity)
        placed = [mark for mark in marks if mark.start >= 0]
        if placed or not marks:
            strict += count_agreement(found, placed, agree=tuple.__eq__)
            overlap += count_agreement(
                found, placed, agree=lambda a, b: _overlap(a, b) and _same(a, b)
            )
            overlap_on_line += count_agreement(
                found, placed, agree=lambda a, b: _overlap(a, b) and related(a, b)
            )
        terms, gold_terms = _terms(found), _terms(marks)
        by_document.append(count_agreement(terms, gold_terms, agree=tuple.__eq__))
        document_on_line += count_agreement(terms, gold_terms, agree=related)
    return LinkingFigures(
        strict=strict,
        overlap=overlap,
        overlap_on_line=overlap_on_line,
        by_document=tuple(by_document),
        document_on_line=document_on_line,
        n_sentences=sum(len(_SENTENCE_END.split(gold.text.strip())) for gold in documents),
        seconds=sum(answer.seconds for answer in answers),
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


def _distinct(marks: Iterable[GoldMention], *, polarity: bool) -> list[GoldMention]:
    return list(dict.fromkeys(m if polarity else m._replace(excluded=False) for m in marks))


def _terms(marks: Iterable[GoldMention]) -> list[GoldMention]:
    return list(dict.fromkeys(mark._replace(start=-1, end=-1) for mark in marks))


def _same(a: GoldMention, b: GoldMention) -> bool:
    return a.term_id == b.term_id and a.excluded == b.excluded


def _overlap(a: GoldMention, b: GoldMention) -> bool:
    return a.start < b.end and b.start < a.end


def count_agreement(
    found: Sequence[_Found], gold: Sequence[_Gold], *, agree: Callable[[_Found, _Gold], bool]
) -> Score:
    """Count how many of either side agree with any of the other."""
    right = sum(any(agree(a, b) for b in gold) for a in found)
    recalled = sum(any(agree(a, b) for a in found) for b in gold)
    return Score(right, len(found), recalled, len(gold))
