"""Sentences and list items of a note.

A regular expression proposes the ends, and the exceptions of spaCy's English tokenizer say whether
a full stop belongs to the word before it ("Dr.", "e.g."). The tokenizer itself is not run: a note
of megabytes takes a fraction of a second, and spaCy's store of strings does not grow with it.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

__all__ = ["Sentence", "split_sentences"]


class Sentence(NamedTuple):
    """Offsets of a sentence or list item, outer white space left out."""

    start: int
    end: int


MAX_LENGTH = 800
"""A longer stretch without an end is no sentence; it is cut so that work stays linear."""

_END = re.compile(
    r"""(?P<stop>[.])["'’”)\]]*(?=\s)     # a full stop: perhaps of an abbreviation
      | [!?]["'’”)\]]*(?=\s)
      | \n[^\S\n]*\n                       # an empty line
      | \n(?=[^\S\n]*(?:[-–—*•·+☐☑☒✓✔✗✘]|\(?\d{1,2}[.)]\s))     # a list item
      | (?P<line>\n)(?=[^\S\n]*[A-Z0-9"'(\[])           # a line that begins like a sentence
    """,
    re.VERBOSE,
)
_LAST_WORD = re.compile(r"[^\s(\[,;/]{1,20}$")
_UNFINISHED = re.compile(
    r"(?:,|\b(?:a|an|the|of|and|or|no|not|with|without|for|to|in|on|by|from|his|her|is|was|has|had))$",
    re.IGNORECASE,
)
_NEGATION = re.compile(r"(?<=\s)(?:no|not|without|denies|never|nor)\b", re.IGNORECASE)
_NEAR = 80
"""Characters before a cut in which a negation goes with what follows."""
_CLINICAL = frozenset(
    [
        "approx.",
        "bilat.",
        "cf.",
        "ca.",
        "dept.",
        "diag.",
        "dx.",
        "eg.",
        "esp.",
        "est.",
        "etc.",
        "ex.",
        "hx.",
        "ie.",
        "incl.",
        "lt.",
        "max.",
        "min.",
        "neg.",
        "pos.",
        "post.",
        "pt.",
        "resp.",
        "rt.",
        "poss.",
        "prob.",
        "sec.",
        "susp.",
        "st.",
        "temp.",
        "tx.",
        "vol.",
        "vs.",
        "wt.",
        "yr.",
        "yrs.",
        "y.o.",
        "m.o.",
        "w.o.",
        "d.o.",
        "i.v.",
        "p.o.",
    ]
)


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Cut a note into sentences and list items.

    >>> note = "Seen by Dr. Roe. Hb 9.8 g/dL. No fever"
    >>> [note[s.start : s.end] for s in split_sentences(note)]
    ['Seen by Dr. Roe.', 'Hb 9.8 g/dL.', 'No fever']
    """
    sentences: list[Sentence] = []
    start = 0
    for match in _END.finditer(text):
        if match["stop"] and _belongs_to_word(text, match.start()):
            continue
        if text[match.start()] == "?" and not text[start : match.start()].rstrip("?")[-1:].strip():
            continue  # "? seizures", "?? seizures" doubt what follows
        if match["line"] and _UNFINISHED.search(
            text[max(start, match.start() - 12) : match.start()]
        ):
            continue
        _add(sentences, text, start=start, end=match.end())
        start = match.end()
    _add(sentences, text, start=start, end=len(text))
    return tuple(sentences)


def _add(sentences: list[Sentence], text: str, *, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > MAX_LENGTH:
        cut = _cut(text, start, start + MAX_LENGTH)
        sentences.append(Sentence(start, cut))
        start = cut
    if start < end:
        sentences.append(Sentence(start, end))


def _cut(text: str, start: int, end: int) -> int:
    """Where a stretch without an end is cut: behind a comma, before a negation or before a word."""
    half = start + (end - start) // 2
    comma = max(text.rfind(", ", half, end), text.rfind("; ", half, end))
    if comma > start:
        return comma + 1
    negations = list(_NEGATION.finditer(text, end - _NEAR, end))
    if negations:
        return negations[-1].start()
    space = text.rfind(" ", half, end)
    return space if space > start else end


def _belongs_to_word(text: str, at: int) -> bool:
    last = _LAST_WORD.search(text[max(0, at - 20) : at])
    if last is None:
        return False
    if last[0].casefold() in ("no", "nos", "fig"):  # "No. 4", but also "Fever: no. Cough: yes."
        return text[at + 1 : at + 3].strip()[:1].isdigit()
    return _is_abbreviation(last[0] + ".")


@lru_cache(maxsize=20_000)
def _is_abbreviation(word: str) -> bool:
    if word.casefold() in _CLINICAL:
        return True
    is_initial = len(word) == 2 and word[0].isupper()
    return is_initial or word in _spacy_abbreviations()


@cache
def _spacy_abbreviations() -> frozenset[str]:
    # Imported here: spaCy takes a second or two, and not every use of the engine reads a note.
    from spacy.lang.en import English

    return frozenset(map(str, English.Defaults.tokenizer_exceptions))
