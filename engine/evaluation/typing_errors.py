"""Corpora with typing errors in them, made from corpora that say where their mentions are."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from nosograph.engine.evaluation.corpora import GoldDocument

__all__ = ["only_misspelled", "with_typing_errors"]

EVERY = 3
_WORD = re.compile(r"[^\W\d_]{5,}")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class _Edit(NamedTuple):
    start: int
    end: int
    text: str
    """What stands between them instead."""


def with_typing_errors(
    documents: Sequence[GoldDocument], *, seed: int = 0
) -> tuple[GoldDocument, ...]:
    """Put one typing error into every third gold mention, and move the marks along.

    Mentions are taken in the order of the text, those without a word of five letters passed over.
    In every third one, one such word gets one error behind its first letter: two letters swapped,
    one dropped, doubled, or replaced by another. No word gets two.

    >>> from nosograph.engine.evaluation.corpora import GoldMention
    >>> marks = tuple(GoldMention(at, at + 7, "HP:0001250") for at in (0, 9, 18))
    >>> gold = GoldDocument(document_id="1", text="Seizure. Seizure. Seizure.", mentions=marks)
    >>> with_typing_errors([gold])[0].text
    'Seizure. Seizure. Sjizure.'

    Args:
        documents: With marks that have a place; others are passed over.
        seed: Of the choice of word, letter and error.
    """
    rng = random.Random(seed)
    n_seen, changed = 0, []
    for document in documents:
        edits: dict[tuple[int, int], _Edit] = {}
        for mark in sorted(m for m in document.mentions if m.start >= 0):
            words = [match.span() for match in _WORD.finditer(document.text, mark.start, mark.end)]
            n_seen += bool(words)
            untouched = [span for span in words if span not in edits]
            if words and n_seen % EVERY == 0 and untouched:
                span = rng.choice(untouched)
                edits[span] = _error(document.text, *span, rng=rng)
        changed.append(_edited(document, sorted(edits.values())))
    return tuple(changed)


def only_misspelled(
    documents: Sequence[GoldDocument], changed: Sequence[GoldDocument]
) -> tuple[tuple[GoldDocument, ...], tuple[GoldDocument, ...]]:
    """Both versions of a corpus with no other marks than those that have an error in them.

    Args:
        documents: As they were.
        changed: The same with typing errors.
    """
    befores, afters = [], []
    for one, other in zip(documents, changed, strict=True):
        pairs = [
            (before, after)
            for before, after in zip(one.mentions, other.mentions, strict=True)
            if before.start >= 0
            and one.text[before.start : before.end] != other.text[after.start : after.end]
        ]
        befores.append(replace(one, mentions=tuple(before for before, _ in pairs)))
        afters.append(replace(other, mentions=tuple(after for _, after in pairs)))
    return tuple(befores), tuple(afters)


def _error(text: str, start: int, end: int, *, rng: random.Random) -> _Edit:
    kinds = ["drop", "double", "replace"]
    swappable = [i for i in range(start + 1, end - 1) if text[i] != text[i + 1]]
    kind = rng.choice(["swap", *kinds] if swappable else kinds)
    if kind == "swap":
        at = rng.choice(swappable)
        return _Edit(at, at + 2, text[at + 1] + text[at])
    at = rng.randrange(start + 1, end)
    if kind == "drop":
        return _Edit(at, at + 1, "")
    if kind == "double":
        return _Edit(at, at + 1, text[at] * 2)
    return _Edit(at, at + 1, rng.choice(_LETTERS.replace(text[at].lower(), "")))


def _edited(document: GoldDocument, edits: Sequence[_Edit]) -> GoldDocument:
    pieces, at = [], 0
    for edit in edits:
        pieces += [document.text[at : edit.start], edit.text]
        at = edit.end
    text = "".join([*pieces, document.text[at:]])
    marks = (
        m._replace(start=_moved(m.start, edits), end=_moved(m.end, edits)) if m.start >= 0 else m
        for m in document.mentions
    )
    return replace(document, text=text, mentions=tuple(marks))


def _moved(offset: int, edits: Sequence[_Edit]) -> int:
    return offset + sum(len(e.text) - (e.end - e.start) for e in edits if e.end <= offset)
