"""Whether a negation is of something more specific than the finding that was linked.

"No proximal myopathy" does not say that there is no myopathy, nor "no severe headache" that there
is no headache. A word that only strengthens or dates the negation changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Container

__all__ = ["has_grade", "is_more_specific", "is_of_degree"]

_TOKEN_BEFORE = re.compile(r"(?P<word>[^\W\d_][\w'’-]*)[^\S\n]*\n?[^\S\n]*$")
_HARMLESS = frozenset(
    "a an any the these those his her their its this that such no not other further new obvious overt clinical frank gross antecedent detected identified associated "
    "significant definite definitive clear convincing apparent evident visible detectable discernible appreciable "
    "notable noticeable real true actual specific known documented reported recorded observed objective subjective "
    "recent current previous prior past present longstanding ongoing active additional associated accompanying "
    "underlying concomitant concurrent more many much single one two certain suspected possible probable likely "
    "major relevant important remarkable manifest unequivocal diagnosed history previously ever still also either "
    "even yet longer particular physical suspicious abnormal pathological pathologic formal radiological "
    "radiographic radiologic sonographic echocardiographic biochemical laboratory personal medical unusual "
    "substantial signs symptoms evidence sign symptom episodes episode attacks bouts features "
    "clinically obviously overtly clearly definitely currently grossly really actually recently truly evidently "
    "apparently specifically noticeably significantly otherwise been had has have having".split()
)
_STOP = frozenset(
    "including resembling of for in on with at by to from during since about as is was are were be being been and or nor but if when "
    "who which suffer suffers suffered suffering show shows showed shown showing experience experienced "
    "experiencing become becomes became becoming feel feels felt feeling get gets getting develop developing developed developing exhibit display demonstrate demonstrated reveal revealed report "
    "reporting reports noticed noticing seen seeing found noted complain complained has have had having without "
    "suggesting suggests suggest suggested suggestive indicating indicative consistent compatible concerning he she they him them it us we i you his like than per via between over under after before".split()
)
_GRADE = re.compile(
    r"\b(?:severe|marked|moderate|mild|profound|massive|proximal|distal|bilateral|unilateral|left|right|"
    r"left-sided|right-sided|generali[sz]ed|focal|fetal|foetal|neonatal|persistent|frequent|recurrent)[^\S\n]+$",
    re.IGNORECASE,
)
_STRONG_ADVERB = frozenset(
    "severely markedly moderately mildly profoundly particularly especially excessively "
    "frequently constantly extremely unusually bilaterally unilaterally".split()
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
        if word in _STOP or _is_item(word):
            return False
        if word not in _HARMLESS and not (word.endswith("ly") and word not in _STRONG_ADVERB):
            return True
        end = match.start("word")
    return False


def is_of_degree(text: str, start: int, end: int) -> bool:
    """Whether a grade stands before a finding: "not severely hypotonic", but not "not become"."""
    match = _TOKEN_BEFORE.search(text, max(start, end - 40), end)
    strong = match is not None and match["word"].casefold() in _STRONG_ADVERB
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
