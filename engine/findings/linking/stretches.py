"""The stretches of a text that may be a name: words in a row, each of which some name may have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from nosograph.engine.findings.linking.beginnings import Beginnings, content_words

__all__ = ["Stretch", "iter_blocks", "iter_stretches"]

BLOCK_LENGTH = 20_000
"""Characters worked on at a time, so that a long note needs no more memory than a short one."""
_GAP = re.compile(r"\S{100,}|\n[^\S\n]*\n\s*")
"""What no name goes across: an unbroken run that is no word, an empty line."""
_BREAK = frozenset(",;:()[]{}/.!?<>|")


class Stretch(NamedTuple):
    """Offsets of the first character and after the last."""

    start: int
    end: int


def iter_blocks(text: str) -> Iterator[Stretch]:
    r"""The parts of a text that no name goes across, none longer than `BLOCK_LENGTH`.

    >>> list(iter_blocks("Ataxia.\n\nNo fever."))
    [Stretch(start=0, end=7), Stretch(start=9, end=18)]
    """
    start = 0
    for gap in [*_GAP.finditer(text), None]:
        end = gap.start() if gap else len(text)
        while end - start > BLOCK_LENGTH:
            limit = start + BLOCK_LENGTH
            cut = text.rfind(". ", start, limit)
            if cut <= start:
                cut = max(text.rfind(" ", start, limit), text.rfind("\n", start, limit))
            cut = cut + 1 if cut > start else limit
            yield Stretch(start, cut)
            start = cut
        if end > start:
            yield Stretch(start, end)
        start = gap.end() if gap else end


def iter_stretches(
    tokens: Iterable[tuple[int, str]],
    *,
    known: Beginnings,
    function_words: frozenset[str],
    max_words: int,
) -> Iterator[Stretch]:
    """Tokens in a row: within a clause, all of them known, no function word at either end.

    >>> tokens = [(0, "Severe"), (7, "loss"), (12, "of"), (15, "hearing")]
    >>> list(iter_stretches(tokens, known=Beginnings(["loss", "hearing"]),
    ...                     function_words=frozenset(["of"]), max_words=3))
    [Stretch(start=7, end=11), Stretch(start=7, end=22), Stretch(start=15, end=22)]

    Args:
        tokens: Where each starts, and its text.
        known: The words of all names.
        function_words: Words, in lower case, that no name begins or ends with.
        max_words: Tokens of the longest stretch.
    """
    run: list[tuple[Stretch, bool]] = []
    for start, text in tokens:
        words = content_words(text)
        breaks = not words and not _BREAK.isdisjoint(text)
        if breaks or any(word not in known for word in words):
            yield from _within(run, max_words)
            run = []
        else:
            may_end = bool(words) and text.lower() not in function_words
            run.append((Stretch(start, start + len(text)), may_end))
    yield from _within(run, max_words)


def _within(run: Sequence[tuple[Stretch, bool]], max_words: int) -> Iterator[Stretch]:
    for first, (begin, may_begin) in enumerate(run):
        for end, may_end in run[first : first + max_words]:
            if may_begin and may_end:
                yield Stretch(begin.start, end.end)
