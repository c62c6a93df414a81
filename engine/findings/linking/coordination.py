"""Names whose words a conjunction has parted: "palmar and plantar pits", "long fingers and toes".

Each of two coordinated words shares what stands behind both (a head: "pits") or before both
("long").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from nosograph.engine.findings.linking.tokens import Word, load_word_families

__all__ = ["Parted", "iter_parted"]

MAX_MODIFIER = 2
"""Words of one coordinated part."""
MAX_SHARED = 3
"""Words of the shared part."""
MAX_ITEMS = 4
"""Items of "external, middle and inner ear anomalies" that share the head, the last one apart."""
MAX_ROW = 5
"""Descriptive words in a row before a head."""
MAX_SAID = 12
"""Words behind a subject in which more is said of it."""
_PREPOSITIONS = frozenset({"of", "in", "on"})
"""One of them before a list makes what stands before it go with every item."""
_COPULAS = frozenset({"is", "are", "was", "were", "appear", "appears", "appeared"})
_CONJUNCTIONS = frozenset({"and", "or", "and/or"})


class Parted(NamedTuple):
    """Numbers of the words that may be one name together."""

    words: tuple[int, ...]
    before: bool
    """Whether the shared part stands before the conjunction."""
    said: bool = False
    """Whether a verb or a colon parts the shared part from what is said of it."""


def iter_parted(text: str, words: Sequence[Word], *, clauses: Sequence[int]) -> Iterator[Parted]:
    """Propose the words that belong together although a conjunction stands between them.

    >>> from nosograph.engine.findings.linking.tokens import iter_words
    >>> text = "palmar/plantar pits"
    >>> words = list(iter_words(text))
    >>> [[words[i].text for i in p.words] for p in iter_parted(text, words, clauses=(0, 0, 0))]
    [['palmar', 'pits']]

    Args:
        text: The text that the words were taken from.
        words: Its words.
        clauses: For each word the number of its clause; nothing is proposed across clauses.
    """
    descriptive = load_word_families().descriptive
    row_start = 0
    """Where the row of descriptive words that ends before a word begins."""
    for i, word in enumerate(words):
        folded = word.text.casefold()
        if folded not in descriptive or (i > row_start and not _listed(text, words, i - 1)):
            if 1 < i - row_start <= MAX_ROW and folded not in descriptive:
                yield from _row(text, words, row=range(row_start, i), clauses=clauses)
            row_start = i + (folded not in descriptive)
        if i and (folded in _COPULAS or ":" in text[words[i - 1].end : word.start]):
            yield from _said_of(text, words, subject=i - 1, clauses=clauses)
        if folded in _CONJUNCTIONS:
            left, right = i - 1, i + 1
        elif i and "/" in text[words[i - 1].end : word.start]:
            left, right = i - 1, i
        else:
            continue
        if left < 0 or right >= len(words) or clauses[left] != clauses[right]:
            continue
        yield from _shared_behind(text, words, left=left, right=right, clauses=clauses)
        yield from _shared_before(text, words, left=left, right=right, clauses=clauses)
        yield from _list_behind(text, words, left=left, right=right, clauses=clauses)


def _shared_behind(
    text: str, words: Sequence[Word], *, left: int, right: int, clauses: Sequence[int]
) -> Iterator[Parted]:
    """Modifiers before the conjunction take the head behind it."""
    for n_skipped in range(1, MAX_MODIFIER + 1):
        first = right + n_skipped
        for n_shared in range(1, MAX_SHARED + 1):
            end = first + n_shared
            if end > len(words) or not _together(text, words, right, end, clauses=clauses):
                break
            shared = tuple(range(first, end))
            for items in _items(text, words, left=left):
                yield Parted(items + shared, before=False)


def _row(
    text: str, words: Sequence[Word], *, row: range, clauses: Sequence[int]
) -> Iterator[Parted]:
    """Each description of a row takes the head behind the row; the last does so anyway."""
    for n_shared in range(1, MAX_SHARED + 1):
        end = row.stop + n_shared
        if end > len(words) or not _together(text, words, row.stop - 1, end, clauses=clauses):
            return
        shared = tuple(range(row.stop, end))
        for start in row[:-1]:
            for stop in range(start + 1, min(start + MAX_MODIFIER, row.stop - 1) + 1):
                yield Parted(tuple(range(start, stop)) + shared, before=False)


def _items(text: str, words: Sequence[Word], *, left: int) -> Iterator[tuple[int, ...]]:
    """The part before the conjunction, and what commas list before it."""
    end = left + 1
    for _ in range(MAX_ITEMS):
        start = end - 1
        yield (start,)
        while start > 0 and end - start < MAX_MODIFIER and _spaced(text, words, start - 1):
            start -= 1
            yield tuple(range(start, end))
        if start == 0 or text[words[start - 1].end : words[start].start].strip() != ",":
            return
        end = start


def _shared_before(
    text: str, words: Sequence[Word], *, left: int, right: int, clauses: Sequence[int]
) -> Iterator[Parted]:
    """Words before both parts go with the part behind the conjunction too."""
    for n_part in range(1, MAX_MODIFIER + 1):
        end = right + n_part
        if end > len(words) or not _together(text, words, right, end, clauses=clauses):
            return
        part = tuple(range(right, end))
        for n_skipped in range(1, MAX_MODIFIER + 1):
            shared_end = left + 1 - n_skipped
            for n_shared in range(1, MAX_SHARED + 1):
                start = shared_end - n_shared
                if start < 0 or not _together(text, words, start, left + 1, clauses=clauses):
                    break
                yield Parted(tuple(range(start, shared_end)) + part, before=True)


def _list_behind(
    text: str, words: Sequence[Word], *, left: int, right: int, clauses: Sequence[int]
) -> Iterator[Parted]:
    """Words before a list go with each of its items: "anomalies of the heart, ribs and thumbs"."""
    stops: list[int] = []
    at = left
    while at > 0 and len(stops) < MAX_ITEMS and clauses[at - 1] == clauses[right]:
        start = at
        while start > 0 and at - start < MAX_MODIFIER and _spaced(text, words, start - 1):
            start -= 1
        if start == 0 or text[words[start - 1].end : words[start].start].strip() != ",":
            break
        stops.append(start)
        at = start - 1
    if not stops:
        return
    first = stops[-1] - 1  # the last word of the first item
    items = [
        range(start, end + 1)
        for start, end in zip(stops, [left, *(s - 1 for s in stops)], strict=False)
    ]
    items += [
        range(right, right + n_part)
        for n_part in range(1, MAX_MODIFIER + 1)
        if right + n_part <= len(words)
        and _together(text, words, right, right + n_part, clauses=clauses)
    ]
    for n_item in range(1, MAX_MODIFIER + 1):
        for n_shared in range(1, MAX_SHARED + 1):
            start = first + 1 - n_item - n_shared
            if start < 0 or not _together(text, words, start, first + 1, clauses=clauses):
                break
            shared = range(start, start + n_shared)
            if _PREPOSITIONS.isdisjoint(words[i].text.casefold() for i in shared):
                continue
            yield from (Parted((*shared, *item), before=True) for item in items)


def _said_of(
    text: str, words: Sequence[Word], *, subject: int, clauses: Sequence[int]
) -> Iterator[Parted]:
    """All that is said of a subject goes with it: "the ears are low-set, small and rotated"."""
    rules = load_word_families()
    copula = words[subject + 1].text.casefold() in _COPULAS
    said: list[int] = []
    for i in range(subject + 1 + copula, min(subject + MAX_SAID, len(words))):
        folded = words[i].text.casefold()
        listed = i == subject + 1 or _listed(text, words, i - 1)
        if clauses[i] != clauses[subject] or not listed:
            break
        if folded in rules.descriptive:
            said.append(i)
        elif folded not in rules.free and folded not in _CONJUNCTIONS and folded != "but":
            break
    for i in said[1:]:
        for end in range(i + 1, i + 1 + MAX_MODIFIER):
            if end <= said[-1] + 1 and _together(text, words, i, end, clauses=clauses):
                for start in range(subject, max(subject - MAX_MODIFIER, -1), -1):
                    if not _together(text, words, start, subject + 1, clauses=clauses):
                        break
                    shared = range(start, subject + 1)
                    yield Parted((*shared, *range(i, end)), before=True, said=True)


def _together(
    text: str, words: Sequence[Word], start: int, end: int, *, clauses: Sequence[int]
) -> bool:
    return clauses[start] == clauses[end - 1] and all(
        _spaced(text, words, i) for i in range(start, end - 1)
    )


def _listed(text: str, words: Sequence[Word], i: int) -> bool:
    """Whether only space, a hyphen or a comma stands between a word and the next."""
    return not text[words[i].end : words[i + 1].start].strip(" -,\n")


def _spaced(text: str, words: Sequence[Word], i: int) -> bool:
    """Whether only space or a hyphen stands between a word and the next."""
    return not text[words[i].end : words[i + 1].start].strip(" -\n")
