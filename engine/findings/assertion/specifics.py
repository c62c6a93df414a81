"""Whether a negation is of something more specific than the finding that was linked.

"No proximal myopathy" does not say that there is no myopathy, nor "no severe headache" that there
is no headache. A word that only strengthens or dates the negation changes nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Container, Mapping
from functools import cache
from importlib.resources import files

__all__ = ["has_grade", "is_more_specific", "is_of_degree"]

_TOKEN_BEFORE = re.compile(r"(?P<word>[^\W\d_][\w'’-]*)[^\S\n]*\n?[^\S\n]*$")


@cache
def _words() -> Mapping[str, frozenset[str]]:
    """The lists of ``specifics.toml``."""
    path = files(__package__).joinpath("specifics.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: frozenset(words) for name, words in data.items()}


_GRADE = re.compile(
    r"\b(?:severe|marked|moderate|mild|profound|massive|proximal|distal|bilateral|unilateral|left|right|"
    r"left-sided|right-sided|generali[sz]ed|focal|fetal|foetal|neonatal|persistent|frequent|recurrent)[^\S\n]+$",
    re.IGNORECASE,
)

_MAX_WORDS = 5


def is_more_specific(text: str, start: int, end: int, *, ends: Container[int]) -> bool:
    """Whether an unlinked adjective or noun stands before a finding in a negation.

    >>> is_more_specific("No proximal myopathy", 2, 12, ends=())
    True
    >>> is_more_specific("No obvious myopathy", 2, 11, ends=())
    False

    Args:
        text: The note.
        start: Where the negation's scope begins.
        end: Where the finding begins.
        ends: Where other findings end: a list that lost its commas.
    """
    for _ in range(_MAX_WORDS):
        match = _TOKEN_BEFORE.search(text, max(start, end - 40), end)
        if match is None or match.end("word") in ends:
            return False
        word = match["word"].casefold()
        if word in _words()["function"] or _is_item(word):
            return False
        if word not in _words()["harmless"] and not (
            word.endswith("ly") and word not in _words()["degree"]
        ):
            return True
        end = match.start("word")
    return False


def is_of_degree(text: str, start: int, end: int) -> bool:
    """Whether a grade stands before a finding: "not severely hypotonic", but not "not become"."""
    match = _TOKEN_BEFORE.search(text, max(start, end - 40), end)
    strong = match is not None and match["word"].casefold() in _words()["degree"]
    return strong or has_grade(text, start, end)


def has_grade(text: str, start: int, end: int) -> bool:
    """Whether a grade or place stands right before a finding: "severe headache: no".

    >>> has_grade("Severe headache: no", 0, 7)
    True
    """
    return _GRADE.search(text, max(start, end - 24), end) is not None


def _is_item(word: str) -> bool:
    """A plural before a finding is an item of a list without commas: "murmurs rubs"."""
    return word.endswith("s") and not word.endswith(("ss", "us", "is", "ous")) and len(word) > 3
