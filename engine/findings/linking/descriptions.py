"""Descriptions of one part of the body: in a row before it, or said of it behind a verb or colon.

"Long flat philtrum", "the philtrum is long and flat", "EARS: low-set, posteriorly rotated".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nosograph.engine.findings.linking.parted import (
    MAX_MODIFIER,
    MAX_SHARED,
    Parted,
    listed,
    together,
)
from nosograph.engine.findings.linking.tokens import Word, load_word_families

__all__ = ["iter_described"]

MAX_ROW = 5
"""Descriptive words in a row before a head."""
MAX_SAID = 12
"""Words behind a subject in which more is said of it."""
_COPULAS = frozenset({"is", "are", "was", "were", "appear", "appears", "appeared"})
_CONJUNCTIONS = frozenset({"and", "or", "and/or", "but"})


def iter_described(text: str, words: Sequence[Word], *, clauses: Sequence[int]) -> Iterator[Parted]:
    """Propose every description with what it describes, if other descriptions stand between them.

    >>> from nosograph.engine.findings.linking.tokens import iter_words
    >>> text = "long flat philtrum"
    >>> words = list(iter_words(text))
    >>> [[words[i].text for i in p.words] for p in iter_described(text, words, clauses=(0, 0, 0))]
    [['long', 'philtrum']]

    Args:
        text: The text that the words were taken from.
        words: Its words.
        clauses: For each word the number of its clause; nothing is proposed across clauses.
    """
    descriptive = load_word_families().descriptive
    row_start = 0
    for i, word in enumerate(words):
        folded = word.text.casefold()
        if folded not in descriptive or (i > row_start and not listed(text, words, i - 1)):
            if 1 < i - row_start <= MAX_ROW and folded not in descriptive:
                yield from _row(text, words, row=range(row_start, i), clauses=clauses)
            row_start = i + (folded not in descriptive)
        if i and (folded in _COPULAS or ":" in text[words[i - 1].end : word.start]):
            yield from _said_of(text, words, subject=i - 1, clauses=clauses)


def _row(
    text: str, words: Sequence[Word], *, row: range, clauses: Sequence[int]
) -> Iterator[Parted]:
    """Each description of a row takes the head behind the row; the last does so anyway."""
    for n_shared in range(1, MAX_SHARED + 1):
        end = row.stop + n_shared
        if end > len(words) or not together(text, words, row.stop - 1, end, clauses=clauses):
            return
        shared = tuple(range(row.stop, end))
        for start in row[:-1]:
            for stop in range(start + 1, min(start + MAX_MODIFIER, row.stop - 1) + 1):
                yield Parted(tuple(range(start, stop)) + shared, before=False)


def _said_of(
    text: str, words: Sequence[Word], *, subject: int, clauses: Sequence[int]
) -> Iterator[Parted]:
    """All that is said of a subject goes with it: "the ears are low-set, small and rotated"."""
    rules = load_word_families()
    copula = words[subject + 1].text.casefold() in _COPULAS
    said: list[int] = []
    for i in range(subject + 1 + copula, min(subject + MAX_SAID, len(words))):
        folded = words[i].text.casefold()
        goes_on = i == subject + 1 or listed(text, words, i - 1)
        if clauses[i] != clauses[subject] or not goes_on:
            break
        if folded in rules.descriptive:
            said.append(i)
        elif folded not in rules.free and folded not in _CONJUNCTIONS:
            break
    for i in said[1:]:
        for end in range(i + 1, i + 1 + MAX_MODIFIER):
            if end <= said[-1] + 1 and together(text, words, i, end, clauses=clauses):
                for start in range(subject, max(subject - MAX_MODIFIER, -1), -1):
                    if not together(text, words, start, subject + 1, clauses=clauses):
                        break
                    shared = range(start, subject + 1)
                    yield Parted((*shared, *range(i, end)), before=True, said=True)
