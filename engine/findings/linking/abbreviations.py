"""Abbreviations that a note defines itself: ``global developmental delay (GDD)``.

Source: Schwartz and Hearst 2003, Pac Symp Biocomput 8:451-462: a short form in parentheses, its
long form before it, every character of the short form found from right to left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["MAX_DEFINITIONS", "Definition", "iter_definitions", "iter_uses"]

MAX_SHORT_FORM = 10
MAX_DEFINITIONS = 200
"""No note defines more; a text that does is not one."""
_PARENTHESES = re.compile(r"\(\s*+([^()\s][^()\n]{1,79}?)\s*\)")
_SHORT_FORM = re.compile(r"[A-Za-z][A-Za-z0-9/&+-]{1,9}(?=$|[,;])")
_LAST_WORD = re.compile(r"([A-Za-z][A-Za-z0-9/&+-]{1,9})\s*$")
_WORD = re.compile(r"\S+")


class Definition(NamedTuple):
    """One place where a text says what an abbreviation stands for."""

    short_form: str
    start: int
    """Offset of the long form."""
    end: int


def iter_definitions(text: str) -> Iterator[Definition]:
    """Find long forms followed by their short form in parentheses, or the other way round.

    >>> text = "He has global developmental delay (GDD) and ASD (atrial septal defect)."
    >>> [(d.short_form, text[d.start : d.end]) for d in iter_definitions(text)]
    [('GDD', 'global developmental delay'), ('ASD', 'atrial septal defect')]
    """
    for match in _PARENTHESES.finditer(text):
        before = text[max(0, match.start() - 150) : match.start()].rstrip()
        short = _SHORT_FORM.match(match[1])
        if short is not None and _looks_short(short[0]):
            start = _long_form_start(before, _singular(short[0]))
            if start is not None:
                offset = max(0, match.start() - 150)
                yield Definition(_singular(short[0]), offset + start, offset + len(before))
                continue
        last = _LAST_WORD.search(before)
        if last is not None and _looks_short(last[1]):
            start = _long_form_start(match[1], _singular(last[1]))
            if start == 0:
                yield Definition(_singular(last[1]), match.start(1), match.end(1))


def iter_uses(text: str, short_forms: frozenset[str]) -> Iterator[re.Match[str]]:
    """Find every use of the short forms, singular or plural; group 1 is the short form."""
    if short_forms:
        forms = "|".join(sorted(map(re.escape, short_forms), key=lambda form: (-len(form), form)))
        yield from re.finditer(rf"(?<![\w-])({forms})s?(?![\w-])", text)


def _looks_short(form: str) -> bool:
    return len(form) <= MAX_SHORT_FORM and sum(map(str.isupper, form)) >= 2


def _singular(form: str) -> str:
    return form[:-1] if len(form) > 2 and form.endswith("s") and form[-2].isupper() else form


def _long_form_start(before: str, short: str) -> int | None:
    """Offset in `before` where the long form of `short` begins, if it ends `before`."""
    n_words = min(len(short) + 5, len(short) * 2)
    words = list(_WORD.finditer(before))[-n_words:]
    if not words:
        return None
    limit, at = words[0].start(), len(before)
    letters = [c.casefold() for c in short if c.isalnum()]
    for i, letter in reversed(list(enumerate(letters))):
        at -= 1
        while at >= limit and (
            before[at].casefold() != letter or (i == 0 and at > 0 and before[at - 1].isalnum())
        ):
            at -= 1
        if at < limit:
            return None
    long_form = before[at:]
    too_short = len(long_form) <= len(short) or short in long_form.split()
    return None if too_short or re.search(r"[.;:]\s", long_form) else at
