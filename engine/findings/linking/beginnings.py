"""Whether the words of two names begin alike: what trigrams in common do not say.

"Hypertonia" and "hypotonia" share most of their trigrams, and so do "short thumb" and "short
thumb and toe". Words of one family mostly share their beginning.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterable

__all__ = ["Beginnings", "begin_alike", "content_words", "same_words"]

SHARED = 0.7
"""Share of the longer word that two words must have in common from their beginning. Chosen on
GSC+ dev and half of the examinations, see docs/second_linker.md."""
_SHORT = 4
"""Words of so few letters must be the same, up to an s."""
_WORD = re.compile(r"[^\W_]+")
_EMPTY = frozenset(
    ["a", "an", "and", "at", "by", "for", "in", "of", "on", "or", "the", "to", "with"]
)


def content_words(text: str) -> tuple[str, ...]:
    """The words that carry content, in lower case.

    >>> content_words("Abnormality of the X-chromosome")
    ('abnormality', 'x', 'chromosome')
    """
    return tuple(word for word in _WORD.findall(text.lower()) if word not in _EMPTY)


def begin_alike(one: str, other: str) -> bool:
    """Whether two words begin alike.

    >>> begin_alike("seizure", "seizures"), begin_alike("hypertonia", "hypotonia")
    (True, False)
    """
    length = max(len(one), len(other))
    if length <= _SHORT:
        return one.rstrip("s") == other.rstrip("s")
    n_shared = math.ceil(SHARED * length)
    return one[:n_shared] == other[:n_shared]


def same_words(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether every word of each has one in the other that begins alike; order is ignored.

    >>> same_words(["thumbs", "broad"], ["broad", "thumb"])
    True
    >>> same_words(["broad"], ["broad", "thumb"])
    False
    """
    one, other = tuple(one), tuple(other)
    return all(any(begin_alike(a, b) for b in other) for a in one) and all(
        any(begin_alike(a, b) for a in one) for b in other
    )


class Beginnings:
    """The words of all names, asked whether a word can begin like one of them.

    >>> words = Beginnings(["seizure"])
    >>> "seizures" in words, "season" in words
    (True, False)

    Args:
        words: In lower case.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(set(words))

    def __contains__(self, word: str) -> bool:
        """Whether some word may begin alike; where this says no, none does."""
        needed = word.rstrip("s") if len(word) <= _SHORT else word
        needed = needed[: math.ceil(SHARED * len(word))]
        at = bisect_left(self._words, needed)
        return at < len(self._words) and self._words[at].startswith(needed)
