"""Words that are one name together although others stand between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nosograph.engine.findings.linking.tokens import Word

__all__ = ["MAX_MODIFIER", "MAX_SHARED", "Parted", "listed", "spaced", "together"]

MAX_MODIFIER = 2
"""Words of one coordinated part."""
MAX_SHARED = 3
"""Words of the shared part."""


class Parted(NamedTuple):
    """Numbers of the words that may be one name together."""

    words: tuple[int, ...]
    before: bool
    """Whether the shared part stands before the conjunction."""
    said: bool = False
    """Whether a verb or a colon parts the shared part from what is said of it."""
    lent: int = 0
    """How many of the first words a header lends; they are not part of the mention."""


def together(
    text: str, words: Sequence[Word], start: int, end: int, *, clauses: Sequence[int]
) -> bool:
    """Whether nothing but space or hyphens parts the words of a run."""
    return clauses[start] == clauses[end - 1] and all(
        spaced(text, words, i) for i in range(start, end - 1)
    )


def listed(text: str, words: Sequence[Word], i: int) -> bool:
    """Whether only space, a hyphen or a comma stands between a word and the next."""
    return not text[words[i].end : words[i + 1].start].strip(" -,\n")


def spaced(text: str, words: Sequence[Word], i: int) -> bool:
    """Whether only space or a hyphen stands between a word and the next."""
    return not text[words[i].end : words[i + 1].start].strip(" -\n")
