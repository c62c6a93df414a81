"""The frozen set of our own sentences: what is said of a phrase whose place is given.

Source: `own_sentences.tsv`, written for this project; docs/assertion_set.md says how it came to be
and how its phrases are labelled.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import groupby
from typing import Literal, NamedTuple, cast

from nosograph.engine.evaluation.assertion_confusion import AssertionConfusion
from nosograph.engine.findings.mention import Assertion, Mention
from nosograph.ontologies.term import TermId

__all__ = [
    "HALVES",
    "AssertionStage",
    "Half",
    "MarkedPhrase",
    "MarkedText",
    "judge_own_sentences",
    "own_sentences",
    "read_marked_texts",
]

AssertionStage = Callable[[str, Sequence[Mention]], Sequence[Mention]]
Half = Literal["dev", "test"]
HALVES: tuple[Half, Half] = ("dev", "test")

_ANY_PHENOTYPE = TermId("HP:0000118")
"""Which term a phrase names plays no part: its place is given."""


class MarkedPhrase(NamedTuple):
    """One phrase, and what its text says of it."""

    phrase_id: str
    start: int
    end: int
    expected: Assertion


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedText:
    """One text and the phrases in it, by ascending start."""

    half: Half
    """``dev`` to tune on, ``test`` to report on."""
    text: str
    phrases: tuple[MarkedPhrase, ...]


def own_sentences() -> tuple[MarkedText, ...]:
    """The set that comes with the engine.

    >>> texts = own_sentences()
    >>> len(texts), sum(len(text.phrases) for text in texts)
    (372, 466)
    """
    file = resources.files("nosograph.engine.evaluation") / "own_sentences.tsv"
    with file.open(encoding="utf-8") as lines:
        return tuple(read_marked_texts(lines))


def read_marked_texts(lines: Iterable[str]) -> Iterator[MarkedText]:
    r"""Read the table: one row a phrase, rows of one text together, ``\n`` for a line break.

    >>> header = "id\thalf\ttext\ttarget\toccurrence\texpected"
    >>> row = "t1.1\tdev\tNo ataxia. Dad: ataxia.\tataxia\t2\tfamily_member"
    >>> (text,) = read_marked_texts([header, row])
    >>> [(p.start, p.expected.value) for p in text.phrases]
    [(16, 'family_member')]
    """
    table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    for _, rows in groupby(table, key=lambda row: row["id"].partition(".")[0]):
        members = list(rows)
        text = members[0]["text"].replace(r"\n", "\n")
        yield MarkedText(
            half=cast("Half", members[0]["half"]),
            text=text,
            phrases=tuple(sorted((_phrase(row, text) for row in members), key=lambda p: p.start)),
        )


def _phrase(row: dict[str, str], text: str) -> MarkedPhrase:
    start = -1
    for _ in range(int(row["occurrence"])):
        start = text.index(row["target"], start + 1)
    return MarkedPhrase(row["id"], start, start + len(row["target"]), Assertion(row["expected"]))


def judge_own_sentences(
    apply: AssertionStage, texts: Iterable[MarkedText]
) -> dict[Half, AssertionConfusion]:
    """Count, apart for each half, what an assertion stage decides of the phrases.

    Args:
        apply: The stage; it is given all phrases of a text at once, as of a note.
        texts: The set.
    """
    pairs: dict[Half, list[tuple[Assertion, Assertion]]] = {half: [] for half in HALVES}
    for text in texts:
        mentions = [_mention(phrase, text.text) for phrase in text.phrases]
        for phrase, mention in zip(text.phrases, apply(text.text, mentions), strict=True):
            pairs[text.half].append((phrase.expected, mention.assertion))
    return {half: AssertionConfusion.of(counted) for half, counted in pairs.items()}


def _mention(phrase: MarkedPhrase, text: str) -> Mention:
    words = text[phrase.start : phrase.end]
    return Mention(
        start=phrase.start, end=phrase.end, text=words, term_id=_ANY_PHENOTYPE, label=words
    )
