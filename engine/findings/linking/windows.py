"""Runs of words of a text whose keys add up to the key of a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nosograph.engine.findings.linking.language import ENGLISH, MASK, MULTIPLIER, Language
from nosograph.engine.findings.linking.linker_index import LinkerIndex
from nosograph.engine.findings.linking.parted import Parted
from nosograph.engine.findings.linking.slips import may_be_slip
from nosograph.engine.findings.linking.spelling import SpellingIndex
from nosograph.engine.findings.linking.tokens import Word, is_acronym, key_hash

__all__ = ["Window", "WindowFinder"]

MAX_CACHED_WORDS = 200_000
"""Distinct spellings kept; a longer memory would grow with every note of a server's life."""
_EMPTY, _FREE, _UNKNOWN, _ENDS = 1, 2, 4, 8


class Window(NamedTuple):
    """Words ``first … last`` of the text and the row of the key that they add up to."""

    words: tuple[Word, ...]
    key_row: int
    gapped: bool
    """Whether words that are free to stand in between had to be left out."""
    parted: bool
    """Whether other words stand between the words, which then are not all that it spans."""
    shared_before: bool
    """If a conjunction parts them: whether the part that is shared stands before it."""
    lent: int
    """How many of the first words a header lends; the mention begins behind them."""
    next_start: int | None
    """Where the next word starts, if it is of the same clause and means something to us."""


class _Spelling(NamedTuple):
    hash: int
    flags: int
    meant: str = ""
    """What to read an unknown word as; empty if it is known or nobody can tell."""


class WindowFinder:
    """Looks up every run of words at once; a run never crosses the end of a clause."""

    def __init__(
        self,
        index: LinkerIndex,
        *,
        spelling: SpellingIndex | None = None,
        language: Language = ENGLISH,
    ) -> None:
        self._index = index
        self._language = language
        self._spelling_index = spelling
        self._spellings: dict[str, _Spelling] = {}

    def find(self, text: str, *, offset: int = 0) -> Iterator[Window]:
        """Yield all windows of a text, shorter before longer.

        Args:
            text: A note, or a piece of one.
            offset: Where the piece starts in its note.
        """
        words = self._closed(text, list(self._language.iter_words(text)))
        if not words or not len(self._index.keys):
            return
        spelled = [self._spelling(text, word) for word in words]
        for i, spelling in enumerate(spelled):
            word = words[i]
            if spelling.meant and (
                may_be_slip(text, word.start, word.end)
                or (word.text.isupper() and self._in_capitals(text, word))
            ):
                words[i] = word._replace(text=spelling.meant, repaired=True)
                spelled[i] = self._spelling(text, words[i])
        hashes = np.array([s.hash for s in spelled], dtype=np.uint64)
        flags = np.array([s.flags for s in spelled], dtype=np.uint8)
        clause = self._clauses(text, words)
        seen: set[tuple[int, int]] = set()
        for silent in (_EMPTY, _EMPTY | _FREE):
            kept = np.flatnonzero((flags & silent) == 0)
            for first, last, row in self._runs(kept, hashes, flags=flags, clause=clause):
                if (first, last) not in seen:
                    seen.add((first, last))
                    n = last + 1
                    tied = n < len(words) and clause[n] == clause[last] and flags[n] == 0
                    yield Window(
                        words=tuple(_shifted(words[first:n], offset)),
                        key_row=row,
                        gapped=silent != _EMPTY,
                        parted=False,
                        shared_before=False,
                        lent=0,
                        next_start=words[n].start + offset if tied else None,
                    )
        arrays = hashes.tolist(), flags.tolist(), clause.tolist()
        yield from self._parted(text, words, arrays=arrays, offset=offset)

    def _parted(
        self,
        text: str,
        words: list[Word],
        *,
        arrays: tuple[list[int], list[int], list[int]],
        offset: int,
    ) -> Iterator[Window]:
        """Windows over words that others part."""
        values, kinds, clauses = arrays
        proposed: list[Parted] = []
        sums: list[int] = []
        for group in chain.from_iterable(
            propose(text, words, clauses=clauses) for propose in self._language.proposers
        ):
            kept = [i for i in group.words if not kinds[i] & _EMPTY]
            silent = kinds[group.words[0]] | kinds[group.words[-1]]
            if len(kept) > 1 and not silent & _EMPTY and not any(kinds[i] & _UNKNOWN for i in kept):
                proposed.append(group)
                sums.append(sum(values[i] for i in kept) & MASK)
        keys = self._index.keys
        wanted = np.array(sums, dtype=np.uint64)
        rows = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        for hit in np.flatnonzero(keys[rows] == wanted).tolist():
            group = proposed[hit]
            n = group.words[-1] + 1
            tied = n < len(words) and clauses[n] == clauses[n - 1]
            tied = tied and (kinds[n] == 0 or kinds[n] & _FREE != 0)
            yield Window(
                words=tuple(_shifted([words[i] for i in group.words], offset)),
                key_row=int(rows[hit]),
                gapped=False,
                parted=True,
                shared_before=group.before and not group.said,
                lent=group.lent,
                next_start=words[n].start + offset if tied else None,
            )

    def _runs(
        self,
        kept: NDArray[np.intp],
        hashes: NDArray[np.uint64],
        *,
        flags: NDArray[np.uint8],
        clause: NDArray[np.int64],
    ) -> Iterator[tuple[int, int, int]]:
        """Runs over the words that were kept: first word, last word, row of the key."""
        keys, n_kept = self._index.keys, len(kept)
        total = np.zeros(n_kept + 1, dtype=np.uint64)
        powers = _powers(n_kept) if self._language.keeps_order else None
        np.cumsum(hashes[kept] if powers is None else hashes[kept] * powers.up, out=total[1:])
        n_unknown = np.zeros(n_kept + 1, dtype=np.int64)
        np.cumsum((flags[kept] & _UNKNOWN) != 0, out=n_unknown[1:])
        starts = np.arange(n_kept)
        for length in range(1, min(self._index.n_words, n_kept) + 1):
            starts = starts[: np.searchsorted(starts, n_kept - length, side="right")]
            first, last = kept[starts], kept[starts + length - 1]
            sound = (
                (n_unknown[starts + length] == n_unknown[starts])
                & (clause[first] == clause[last])
                & (last - first < length + self._language.max_silent_words)
            )
            # A run that is broken stays so however far it goes on.
            starts, first, last = starts[sound], first[sound], last[sound]
            if len(starts) == 0:
                return
            sums = total[starts + length] - total[starts]
            if powers is not None:
                sums *= powers.down[starts]  # as if each run began the text
            rows = np.minimum(np.searchsorted(keys, sums), len(keys) - 1)
            hits = np.flatnonzero(keys[rows] == sums)
            yield from zip(
                first[hits].tolist(), last[hits].tolist(), rows[hits].tolist(), strict=True
            )

    def _closed(self, text: str, words: list[Word]) -> list[Word]:
        """Read "pre-auricular" and "toe nail" as one word wherever some name does."""
        read: list[Word] = []
        close = self._language.closed
        for word in words:
            between = text[read[-1].end : word.start] if read else ""
            vocabulary = self._index.single if between == " " else self._index.vocabulary
            one = close(read[-1], word, between, known=vocabulary) if between else None
            if one:
                read[-1] = one
            else:
                read.append(word)
        return read

    def _spelling(self, text: str, word: Word) -> _Spelling:
        spelling = self._spellings.get(word.text)
        if spelling is None:
            if len(self._spellings) >= MAX_CACHED_WORDS:
                self._spellings.clear()
            spelling = self._spellings[word.text] = self._look_up(word.text)
        elif spelling.flags == 0 and is_acronym(word.text) and self._in_capitals(text, word):
            return self._look_up(word.text.casefold())
        return spelling

    def _look_up(self, spelling: str) -> _Spelling:
        families, known = self._language.load_words(), self._index.vocabulary
        if is_acronym(spelling):
            for acronym in (spelling, spelling.removesuffix("s")):
                if (value := key_hash("^" + acronym)) in known:
                    return _Spelling(value, 0)
        folded = spelling.casefold()
        value = key_hash(self._language.word_key(spelling))
        flags = 0 if value in known else _UNKNOWN
        if folded in families.ends:
            flags |= _ENDS
        if spelling in families.empty or (folded in families.empty and len(folded) > 1):
            flags |= _EMPTY
        elif folded in families.free:
            flags |= _FREE
        if flags not in (0, _UNKNOWN) or self._spelling_index is None:
            return _Spelling(value, flags)
        meant = self._spelling_index.repair(folded, is_wanted=self._is_of_use) or ""
        if flags == 0 and (
            key_hash(self._language.word_key(meant)) != value or meant[-2:] != folded[-2:]
        ):
            meant = ""  # its stem is known, so that its ending may be right: "bradycardic"
        return _Spelling(value, flags, meant)

    def _is_of_use(self, word: str) -> bool:
        families = self._language.load_words()
        return (
            key_hash(self._language.word_key(word)) in self._index.vocabulary
            or word in families.empty
            or word in families.free
        )

    def _clauses(self, text: str, words: list[Word]) -> NDArray[np.int64]:
        """Number of the clause that each word stands in."""
        breaks = np.zeros(len(words), dtype=np.int64)
        end = words[0].start
        for i, word in enumerate(words):
            gap = text[end : word.start]
            if gap not in (" ", "-", "", "/") and self._language.breaks.search(gap + word.text[0]):
                breaks[i] = 1
            end = word.end
        return np.cumsum(breaks)

    def _in_capitals(self, text: str, word: Word) -> bool:
        """Whether the whole line is in capitals, so that the capitals of a word say nothing."""
        start = text.rfind("\n", max(0, word.start - 200), word.start) + 1
        end = text.find("\n", word.end, word.end + 200)
        line = text[max(start, word.start - 200) : end if end > 0 else word.end + 200]
        long_words = [w.text for w in self._language.iter_words(line) if len(w.text) > 4]
        return len(long_words) > 1 and sum(map(str.isupper, long_words)) > 0.7 * len(long_words)


def _shifted(words: Iterable[Word], offset: int) -> Iterator[Word]:
    return (Word(w.start + offset, w.end + offset, w.text, w.repaired) for w in words)


class _Powers(NamedTuple):
    """What each place of a text weighs where order counts, and how to take that back."""

    up: NDArray[np.uint64]
    down: NDArray[np.uint64]


def _powers(n: int) -> _Powers:
    rows = []
    for base in (MULTIPLIER, pow(MULTIPLIER, -1, 1 << 64)):
        row = np.full(n, base, dtype=np.uint64)
        row[:1] = 1
        rows.append(np.multiply.accumulate(row))
    return _Powers(*rows)
