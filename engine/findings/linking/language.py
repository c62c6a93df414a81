"""A language as a value: how a text of it is cut into words, and under which keys words meet.

The index of names, the windows and the dictionary linker are given a `Language` and know nothing
of any other. English has rules of its own beside the common ones: names with words left out, and
words that others part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Protocol

from nosograph.engine.findings.linking.added_names import AddedName, added_names
from nosograph.engine.findings.linking.coordination import iter_coordinated
from nosograph.engine.findings.linking.descriptions import iter_described
from nosograph.engine.findings.linking.headers import iter_headed
from nosograph.engine.findings.linking.parted import Parted
from nosograph.engine.findings.linking.tokens import (
    Word,
    WordFamilies,
    inflection_key,
    iter_words,
    key_hash,
    load_word_families,
    word_key,
)
from nosograph.engine.findings.linking.variants import iter_variants

__all__ = ["ENGLISH", "MASK", "MULTIPLIER", "Language", "Proposer"]

MASK = (1 << 64) - 1
MULTIPLIER = 0x9E3779B97F4A7C15
"""Odd, so that it has an inverse modulo 2**64 and a running sum can be shifted back."""
_CLOSING = ("-", "‐", "‑", " ")
_BREAK = re.compile(
    r"[.;!?()\[\]{}|•*=<>…☐☑☒✓✔✗✘□■●◦▪→←\t\x00-\x08\x0b\x0c\x0e-\x1f]|\n\s*\n|\n\s*[-–—#A-Z]|:\s*\n"
)


class Proposer(Protocol):
    """Proposes words that are one name together although others stand between them."""

    def __call__(
        self, text: str, words: Sequence[Word], *, clauses: Sequence[int]
    ) -> Iterator[Parted]:
        """Yield the numbers of such words."""
        ...


def _nothing(_: str) -> Iterable[str]:
    return ()


def _no_names() -> Mapping[str, tuple[AddedName, ...]]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language, as the linker sees it.

    >>> [word.text for word in ENGLISH.iter_words("Up-slanting eyes")]
    ['Up', 'slanting', 'eyes']
    >>> ENGLISH.name_key(("hear", "loss")) == ENGLISH.name_key(("loss", "hear"))
    True
    """

    code: str
    """ISO 639-1: ``en``, ``zh``."""
    name: str
    """In English, for messages."""
    iter_words: Callable[[str], Iterator[Word]]
    inflection_key: Callable[[str], str]
    """Folds case, accents and inflection, but not the part of speech."""
    word_key: Callable[[str], str]
    """Folds further: forms of the same key are the same word to the linker."""
    load_words: Callable[[], WordFamilies]
    """Words without content, words that may stand in between…; read once."""
    keeps_order: bool = False
    """Whether a name's words count in their order only: where words are single characters, the
    same ones in another order are another word."""
    max_words: int = 12
    """Longer names are definitions; no text repeats them."""
    max_silent_words: int = 4
    """Words without content, or free to stand in between, that a run may hold beside the others."""
    folds_inflection_only: bool = False
    """Whether `word_key` makes no other words of one stem meet, so that a single word is a name
    whenever its key is."""
    breaks: re.Pattern[str] = _BREAK
    """What between two words ends a clause."""
    proposers: tuple[Proposer, ...] = ()
    variants: Callable[[str], Iterable[str]] = _nothing
    """Names as writers shorten them."""
    added_names: Callable[[], Mapping[str, tuple[AddedName, ...]]] = _no_names
    """Names to add to those of the terms that have a given name."""

    def name_key(self, keys: Sequence[str]) -> int:
        """The 64-bit number under which a name with words of these keys is filed."""
        if not self.keeps_order:
            return sum(map(key_hash, keys)) & MASK
        total, power = 0, 1
        for key in keys:
            total, power = (total + key_hash(key) * power) & MASK, power * MULTIPLIER & MASK
        return total

    def closed(self, first: Word, second: Word, between: str, *, known: Set[int]) -> Word | None:
        """Read two words as one if a hyphen or a space parts them and some name closes it.

        >>> words = list(ENGLISH.iter_words("toe nail"))
        >>> ENGLISH.closed(*words, " ", known={key_hash(word_key("toenail"))}).text
        'toenail'
        """
        if between not in _CLOSING:
            return None
        if between == " ":
            parts = {first.text.casefold(), second.text.casefold()}
            if min(map(len, parts)) < 3 or parts & self.load_words().empty:
                return None
        joined = first.text + second.text
        if key_hash(self.word_key(joined)) not in known:
            return None
        return Word(first.start, second.end, joined)


ENGLISH = Language(
    code="en",
    name="English",
    iter_words=iter_words,
    inflection_key=inflection_key,
    word_key=word_key,
    load_words=load_word_families,
    proposers=(iter_coordinated, iter_described, iter_headed),
    variants=iter_variants,
    added_names=added_names,
)
