"""What a typing error looks like, and where one may be."""

from __future__ import annotations

import re

__all__ = ["differ_in_prefix", "may_be_slip", "one_edit_apart"]

_ADDRESS = frozenset("@_#&=\\")
_ET_AL = re.compile(r",?\s+et al\b")
_PREFIXES = (
    "a", "ab", "ad", "an", "anti", "auto", "bi", "brady", "co", "de", "di", "dis", "dys", "en",
    "endo", "epi", "ex", "extra", "hemi", "hyper", "hypo", "in", "inter", "intra", "iso",
    "macro", "mega", "meso", "meta", "micro", "mono", "multi", "non", "normo", "oligo", "pan",
    "para", "per", "peri", "poly", "post", "pre", "pro", "pseudo", "re", "retro", "sub", "super",
    "supra", "tachy", "tetra", "trans", "tri", "un", "uni",
)  # fmt: skip
"""Words that differ in these mean different things, often opposite ones."""


def may_be_slip(text: str, start: int, end: int) -> bool:
    """Whether an unknown word stands where a typing error may be: not a name, not an address.

    A capital is a name's, unless a sentence, a line or a list item begins with it.

    >>> text = "Dr Seizer saw a seizer. Seizers came, see seizers.org"
    >>> [may_be_slip(text, match.start(), match.end())
    ...  for match in re.finditer("[Ss]eizers?", text)]
    [False, True, True, False]
    """
    word, behind = text[start:end], text[end : end + 2]
    if text[start - 1 : start] in _ADDRESS or behind[:1] in _ADDRESS:
        return False
    if behind[:1] == "." and behind[1:].isalnum():
        return False
    if behind[:1] == "-" and word.endswith("o"):  # "oculo-facial"
        return False
    if word.islower():
        return True
    before = text[max(0, start - 40) : start].rstrip(" \t\"'“‘(*-–—•")
    begins = not before or before[-1] in ".:;!?\n\r|"
    return begins and word[1:].islower() and not _ET_AL.match(text, end)


def one_edit_apart(a: str, b: str) -> bool:
    """Whether a letter dropped, added or changed, or two neighbours swapped, makes `b` of `a`.

    >>> [one_edit_apart("fever", other) for other in ("fver", "feever", "lever", "feevr", "fevre")]
    [True, True, True, True, True]
    >>> one_edit_apart("fever", "fever"), one_edit_apart("fever", "evrer")
    (False, False)
    """
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    a, b = a[start:], b[start:]
    end = 0
    while end < min(len(a), len(b)) and a[-1 - end] == b[-1 - end]:
        end += 1
    a, b = a[: len(a) - end], b[: len(b) - end]
    if len(a) == len(b) == 2:
        return a == b[::-1]
    return len(a) <= 1 and len(b) <= 1 and a != b


def differ_in_prefix(word: str, other: str) -> bool:
    """Whether both are the same word behind different prefixes, or behind one and none.

    >>> differ_in_prefix("microgyria", "macrogyria"), differ_in_prefix("atraumatic", "traumatic")
    (True, True)
    >>> differ_in_prefix("hyptonia", "hypotonia"), differ_in_prefix("aataxia", "ataxia")
    (False, False)
    """
    for prefix in _PREFIXES:
        rest = word.removeprefix(prefix)
        is_doubled_letter = rest[:1] == prefix[-1]
        if len(word) > len(rest) > 3 and not is_doubled_letter and other.endswith(rest):
            other_prefix = other.removesuffix(rest)
            if other_prefix != prefix and other_prefix in ("", *_PREFIXES):
                return True
    return False
