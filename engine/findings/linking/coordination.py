"""Names whose words a conjunction has parted: "palmar and plantar pits", "long fingers and toes".

Each of two coordinated words shares what stands behind both (a head: "pits") or before both
("long").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nosograph.engine.findings.linking.parted import (
    MAX_MODIFIER,
    MAX_SHARED,
    Parted,
    spaced,
    together,
)
from nosograph.engine.findings.linking.tokens import Word, load_word_families

__all__ = ["iter_coordinated"]

MAX_ITEMS = 4
"""Items of "external, middle and inner ear anomalies" that share the head, the last one apart."""
_PREPOSITIONS = frozenset({"of", "in", "on"})
"""One of them before a list makes what stands before it go with every item."""
_GRADES = frozenset({"borderline", "mild", "moderate", "severe", "profound"})
_ARTICLES = frozenset({"a", "an"})
_CONJUNCTIONS = frozenset({"and", "or", "and/or"})


def iter_coordinated(
    text: str, words: Sequence[Word], *, clauses: Sequence[int]
) -> Iterator[Parted]:
    """Propose the words that belong together although a conjunction stands between them.

    >>> from nosograph.engine.findings.linking.tokens import iter_words
    >>> text = "palmar/plantar pits"
    >>> words = list(iter_words(text))
    >>> [[words[i].text for i in p.words] for p in iter_coordinated(text, words, clauses=(0, 0, 0))]
    [['palmar', 'pits']]

    Args:
        text: The text that the words were taken from.
        words: Its words.
        clauses: For each word the number of its clause; nothing is proposed across clauses.
    """
    for i, word in enumerate(words):
        folded = word.text.casefold()
        if folded in _CONJUNCTIONS or (folded == "to" and _are_grades(words, i - 1, i + 1)):
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


def _are_grades(words: Sequence[Word], *numbers: int) -> bool:
    """Whether these words are grades, so that "to" between them spans a range."""
    return all(0 <= i < len(words) and words[i].text.casefold() in _GRADES for i in numbers)


def _shared_behind(
    text: str, words: Sequence[Word], *, left: int, right: int, clauses: Sequence[int]
) -> Iterator[Parted]:
    """Modifiers before the conjunction take the head behind it."""
    if words[right].text.casefold() in _ARTICLES:
        return  # "vitreous anomaly and a flat face"
    for n_skipped in range(1, MAX_MODIFIER + 1):
        first = right + n_skipped
        for n_shared in range(1, MAX_SHARED + 1):
            end = first + n_shared
            if end > len(words) or not together(text, words, right, end, clauses=clauses):
                break
            shared = tuple(range(first, end))
            said = words[end - 1].text.casefold() in load_word_families().descriptive
            for items in _items(text, words, left=left, plural=said):
                yield Parted(items + shared, before=False)


def _items(
    text: str, words: Sequence[Word], *, left: int, plural: bool
) -> Iterator[tuple[int, ...]]:
    """The part before the conjunction, and what commas list before it."""
    end = left + 1
    for _ in range(MAX_ITEMS):
        if not plural and _is_plural(words[end - 1].text):
            return  # "femurs, fibular aplasia and variable anomalies": a list of findings
        start = end - 1
        oxford = end == left + 1 and "," in text[words[left].end : words[left + 1].start]
        if not oxford or _follows_comma(text, words, start):
            yield (start,)
        while start > 0 and end - start < MAX_MODIFIER and spaced(text, words, start - 1):
            start -= 1
            if not oxford or _follows_comma(text, words, start):
                yield tuple(range(start, end))
        if start == 0 or not _follows_comma(text, words, start):
            return
        end = start


def _follows_comma(text: str, words: Sequence[Word], i: int) -> bool:
    return i > 0 and text[words[i - 1].end : words[i].start].strip() == ","


def _is_plural(word: str) -> bool:
    """Whether a noun stands in the plural, so that it says nothing of the noun behind it."""
    folded = word.casefold()
    return folded.endswith("s") and not folded.endswith(("ss", "us", "is"))


def _shared_before(
    text: str, words: Sequence[Word], *, left: int, right: int, clauses: Sequence[int]
) -> Iterator[Parted]:
    """Words before both parts go with the part behind the conjunction too."""
    if "," in text[words[left].end : words[left + 1].start]:
        return  # "the thumbs are broad, and the fingers are long"
    for n_part in range(1, MAX_MODIFIER + 1):
        end = right + n_part
        if end > len(words) or not together(text, words, right, end, clauses=clauses):
            return
        part = tuple(range(right, end))
        for n_skipped in range(1, MAX_MODIFIER + 1):
            shared_end = left + 1 - n_skipped
            for n_shared in range(1, MAX_SHARED + 1):
                start = shared_end - n_shared
                if start < 0 or not together(text, words, start, left + 1, clauses=clauses):
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
        while start > 0 and at - start < MAX_MODIFIER and spaced(text, words, start - 1):
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
    ends = range(right + 1, min(right + MAX_MODIFIER, len(words)) + 1)
    items += [range(right, e) for e in ends if together(text, words, right, e, clauses=clauses)]
    for n_item in range(1, MAX_MODIFIER + 1):
        for n_shared in range(1, MAX_SHARED + 1):
            start = first + 1 - n_item - n_shared
            if start < 0 or not together(text, words, start, first + 1, clauses=clauses):
                break
            shared = range(start, start + n_shared)
            if _PREPOSITIONS.isdisjoint(words[i].text.casefold() for i in shared):
                continue
            yield from (Parted((*shared, *item), before=True) for item in items)
