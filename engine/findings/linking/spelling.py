"""Typing errors: a word that nobody knows is read as the one known word a slip away from it.

Known are the words of the names of terms, of the ontology's definitions and of a list of English.
A known word is never touched. An unknown one is repaired if, of all known words that one edit makes
of it (a letter dropped, added, changed, or two neighbours swapped), the likeliest by far is of use
to the linker; a likelier everyday word or an equally likely other one leaves it as it is.

The index files every word under the hashes of what is left when one of its letters is deleted: two
words one edit apart share one.

Source: Garbe 2012, symmetric delete spelling correction, https://github.com/wolfgarbe/SymSpell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import groupby
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from nosograph.engine.findings.linking.linker_index import required_arrays
from nosograph.engine.findings.linking.slips import differ_in_prefix, one_edit_apart
from nosograph.engine.findings.linking.tokens import inflection_key, word_key

__all__ = ["SpellingIndex"]

MIN_LENGTH = 5
"""Shorter unknown words are abbreviations, names and parts of compounds more often than slips."""
MAX_LENGTH = 30
"""Longer runs of letters are words that lost their spaces."""
MIN_LEAD = 10
"""How many times likelier than every other reading a word must be."""
_PARTS = 10**9
"""Of which a word's share of all words is counted."""
_WORD = re.compile(r"[^\W\d_]+")
_ARRAYS = ("words", "words_end", "prior", "known", "deleted", "deleted_rows")


class _Reading(NamedTuple):
    word: str
    prior: int


class SpellingIndex:
    """Known words, how likely each is, and where to look for the neighbours of another.

    >>> index = SpellingIndex.build(["Seizures", "Febrile seizure"], english={"sizable": 9})
    >>> index.knows("sizable"), index.knows("seizuer")
    (True, False)
    >>> index.repair("seizuer", is_wanted=lambda word: True)
    'seizure'

    Args:
        arrays: What `to_arrays` gave; may be memory-mapped, is never written to.

    Raises:
        SourceFormatError: If an array is missing.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._arrays = required_arrays(arrays, _ARRAYS, of="spelling index")

    @classmethod
    def build(
        cls, names: Iterable[str], *, prose: Iterable[str] = (), english: Mapping[str, int]
    ) -> Self:
        """Count words; the same texts in any order give equal bytes.

        Args:
            names: The names of terms and diseases.
            prose: More text of the field. It has typing errors itself ("kideny"), so that a word
                which stands nowhere else counts from its second use.
            english: Words of the language and how often each is used in it.
        """
        field, written = _count(names), _count(prose)
        for word, n_uses in written.items():
            if n_uses > 1 or word in field or word in english:
                field[word] += n_uses
        everyday = Counter(english)
        for word, n_uses in english.items():  # "rumor" too, where the list has "rumours"
            if (folded := inflection_key(word)) not in english:
                everyday[folded] += n_uses
        words = sorted(w for w in {*field, *everyday} if _is_plain(w, min_length=MIN_LENGTH - 1))
        n_field, n_everyday = max(1, field.total()), max(1, everyday.total())
        prior = [
            1 + (field[w] * _PARTS // n_field + everyday[w] * _PARTS // n_everyday) // 2
            for w in words
        ]
        whole, hashes, rows = _file(words)
        order = np.lexsort((rows, hashes))
        return cls(
            {
                "words": np.frombuffer("".join(words).encode("ascii"), dtype=np.uint8),
                "words_end": np.cumsum([len(word) for word in words], dtype=np.int32),
                "prior": np.array(prior, dtype=np.uint32),
                "known": np.sort(whole),
                "deleted": hashes[order],
                "deleted_rows": rows[order],
            }
        )

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Plain arrays for a store; no objects in them."""
        return dict(self._arrays)

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Open what `to_arrays` gave.

        Raises:
            SourceFormatError: If an array is missing.
        """
        return cls(arrays)

    def __len__(self) -> int:
        """How many words are known."""
        return len(self._arrays["prior"])

    def knows(self, word: str) -> bool:
        """Whether a folded word is a word, British or American, singular or plural."""
        return self._has(word) or ((key := inflection_key(word)) != word and self._has(key))

    def repair(self, word: str, *, is_wanted: Callable[[str], bool]) -> str | None:
        """The word that was meant, or ``None`` if there is nothing to repair or no clear reading.

        Args:
            word: One word, folded.
            is_wanted: Whether a known word is of use; if the likeliest reading is not, the word
                stays as it is.
        """
        if not _is_plain(word, min_length=MIN_LENGTH) or self.knows(word):
            return None
        readings = self._readings(word)
        american = inflection_key(word)
        if not readings and american != word and _is_plain(american, min_length=MIN_LENGTH):
            readings = self._readings(american)
        by_key: Counter[str] = Counter()
        for reading in readings:
            by_key[word_key(reading.word)] += reading.prior
        if not by_key:
            return None
        (best, weight), *others = by_key.most_common(2)
        if others and weight < MIN_LEAD * others[0][1]:
            return None
        likeliest = max(
            (r for r in readings if word_key(r.word) == best), key=lambda r: (r.prior, r.word)
        )
        if differ_in_prefix(word, likeliest.word) or not is_wanted(likeliest.word):
            return None
        return likeliest.word

    def _readings(self, word: str) -> list[_Reading]:
        """Every known word one edit away."""
        deleted, rows = self._arrays["deleted"], self._arrays["deleted_rows"]
        hashes = _hashes([word])[0]
        first = deleted.searchsorted(hashes)
        last = deleted.searchsorted(hashes, side="right")
        found = {
            int(row)
            for a, b in zip(first.tolist(), last.tolist(), strict=True)
            for row in rows[a:b].tolist()
        }
        known = ((self._word(row), row) for row in sorted(found))
        return [
            _Reading(other, int(self._arrays["prior"][row]))
            for other, row in known
            if one_edit_apart(word, other)
        ]

    def _has(self, word: str) -> bool:
        if not _is_plain(word, min_length=MIN_LENGTH - 1):
            return False
        known, wanted = self._arrays["known"], _hashes([word])[0, -1]
        at = int(known.searchsorted(wanted))
        return at < len(known) and bool(known[at] == wanted)

    def _word(self, row: int) -> str:
        end = self._arrays["words_end"]
        start = int(end[row - 1]) if row else 0
        return self._arrays["words"][start : int(end[row])].tobytes().decode("ascii")


def _count(texts: Iterable[str]) -> Counter[str]:
    return Counter(word.casefold() for text in texts for word in _WORD.findall(text))


def _is_plain(word: str, *, min_length: int) -> bool:
    return min_length <= len(word) <= MAX_LENGTH and word.isascii() and word.isalpha()


class _Filed(NamedTuple):
    whole: NDArray[np.uint64]
    """Hashes of the words themselves."""
    hashes: NDArray[np.uint64]
    """Hashes of the words, whole and with each letter deleted."""
    rows: NDArray[np.int32]
    """For each of `hashes` the number of its word."""


def _file(words: Sequence[str]) -> _Filed:
    """Hash words of all lengths."""
    whole, hashes = [np.zeros(0, dtype=np.uint64)], [np.zeros(0, dtype=np.uint64)]
    rows = [np.zeros(0, dtype=np.int32)]
    by_length = sorted(range(len(words)), key=lambda row: len(words[row]))
    for _, group in groupby(by_length, key=lambda row: len(words[row])):
        numbers = list(group)
        found = _hashes([words[row] for row in numbers])
        whole.append(found[:, -1])
        hashes.append(found.ravel())
        rows.append(np.repeat(np.array(numbers, dtype=np.int32), found.shape[1]))
    return _Filed(np.concatenate(whole), np.concatenate(hashes), np.concatenate(rows))


def _hashes(words: Sequence[str]) -> NDArray[np.uint64]:
    """For words of one length, hashes with each letter deleted and, last, of the whole word.

    Returns:
        Shape ``(n_words, n_letters + 1)``.
    """
    n_letters = len(words[0])
    codes = np.frombuffer("".join(words).encode("ascii"), dtype=np.uint8)
    found: NDArray[np.uint64] = _letter_values()[codes].reshape(-1, n_letters) @ _powers(n_letters)
    return found


@cache
def _letter_values() -> NDArray[np.uint64]:
    """One number for each ASCII character, the same everywhere (splitmix64)."""
    x = np.arange(1, 129, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: NDArray[np.uint64] = x ^ (x >> np.uint64(31))
    return mixed


@lru_cache(maxsize=MAX_LENGTH + 1)
def _powers(n_letters: int) -> NDArray[np.uint64]:
    """Weight of letter `i` in the hash without letter `j`; the last column leaves none out."""
    power = np.ones(n_letters, dtype=np.uint64)
    np.multiply.accumulate(np.full(n_letters - 1, 0xD6E8FEB86659FD93, np.uint64), out=power[1:])
    weights = np.zeros((n_letters, n_letters + 1), dtype=np.uint64)
    for j in range(n_letters + 1):
        weights[:j, j] = power[:j]
        weights[j + 1 :, j] = power[j : n_letters - 1]
    return weights
