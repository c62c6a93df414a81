"""How the words of a text agree with a name, and whether they may stand for it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from nosograph.engine.findings.linking.language import ENGLISH, Language
from nosograph.engine.findings.linking.linker_index import content_keys
from nosograph.engine.findings.linking.tokens import is_acronym, load_word_families
from nosograph.engine.findings.linking.windows import Window

__all__ = [
    "Joints",
    "NameForms",
    "agreement",
    "hangs_together",
    "joints_of",
    "may_be_person",
    "may_fire",
]

_NAMING_ENDINGS = ("ic", "ia", "y", "ism", "is")
"""Endings of a single word that names a finding as the noun does: "hypotonic", not "cloned"."""
MAX_HEADER = 30
"""Characters before a window in which another word of its header is sought."""
_CONJUNCTIONS = frozenset({"and", "or"})
_LOOSE_PREPOSITIONS = frozenset({"with", "for", "by", "from", "at"})
_HEADER_BEFORE = re.compile(r"[A-Z]{2,}[ ,/&-]+(?:AND )?$|\b[A-Z][a-z]+ *(?:and|,|/|&) *$")
_LISTING = re.compile(r"[,/]|\b(?:and|or|with)\b")


class NameForms(NamedTuple):
    """One way to write a name, at four depths of folding."""

    folded: tuple[str, ...]
    inflection: tuple[str, ...]
    keys: tuple[str, ...]
    acronym: bool
    """Whether the name is a single acronym."""

    @classmethod
    def of(cls, words: Sequence[str], *, language: Language = ENGLISH) -> NameForms:
        """Fold the words of a name."""
        empty = language.load_words().empty
        folded = tuple(word.casefold() for word in words)
        return cls(
            folded,
            tuple(language.inflection_key(word) for word in folded if word not in empty),
            content_keys(" ".join(words), language=language),
            len(words) == 1 and is_acronym(words[0]),
        )


def agreement(written: NameForms, name: NameForms) -> str:
    """How two ways of writing a name agree, given that they share a key.

    >>> name = NameForms.of(["Hypoplasia", "of", "the", "thumb"])
    >>> [agreement(NameForms.of(words.split()), name)
    ...  for words in ("hypoplasia of the thumb", "hypoplasia of thumbs", "hypoplastic thumbs",
    ...                "thumb hypoplasia")]
    ['exact', 'inflected', 'derived', 'reordered']
    >>> agreement(NameForms.of(["murmur"]), NameForms.of(["Heart", "murmur"]))
    'shortened'
    """
    if name.acronym:
        return "abbreviation"
    if written.folded == name.folded:
        return "exact"
    if "".join(written.inflection) == "".join(name.inflection):  # hyphens open or closed
        return "inflected"
    if set(written.keys) < set(name.keys):
        return "shortened"
    return "derived" if written.keys == name.keys else "reordered"


def may_fire(written: NameForms, *, match_kind: str, language: Language = ENGLISH) -> bool:
    """Whether so few words are enough to mean the term."""
    if len(written.folded) > 1:
        return True
    word = written.folded[0]
    if match_kind == "abbreviation":
        return len(word) > 2
    if len(word) <= 3 or written.inflection[0] in _ambiguous() or word in _ambiguous():
        return False
    if match_kind in ("exact", "inflected") or written.inflection[0] in load_word_families().naming:
        return True
    if language.folds_inflection_only:
        return True
    return len(written.keys[0]) > 5 and word.endswith(_NAMING_ENDINGS)


class Joints(NamedTuple):
    """What holds the words of a window together."""

    comma: bool
    colon: bool
    header_cut: bool
    """Whether only some words of a header are in the window: "FEET: long" in "HANDS FEET: long"."""
    conjunction: bool
    preposition: bool
    of: bool
    """Whether one of the words is "of", which lets a list follow: "absence of thumbs and toes"."""
    goes_on: bool
    """Whether another word with meaning follows at once: "feet: long" in "feet: long toes"."""


def joints_of(window: Window, text: str) -> Joints:
    """Look at what stands between and behind the words of a window."""
    first, last = window.words[0], window.words[-1]
    written = text[first.start : last.end]
    inner = {word.text.casefold() for word in window.words[1:-1]}
    before = text[max(0, first.start - MAX_HEADER) : first.start]
    behind = window.next_start
    return Joints(
        comma="," in written,
        colon=":" in written,
        header_cut=":" in written and _HEADER_BEFORE.search(before) is not None,
        conjunction=not inner.isdisjoint(_CONJUNCTIONS),
        preposition=not inner.isdisjoint(_LOOSE_PREPOSITIONS),
        of="of" in inner,
        goes_on=behind is not None and not text[last.end : behind].strip(" -\n"),
    )


def hangs_together(joints: Joints, name: str, *, match_kind: str) -> bool:
    """Whether the words of the window are one phrase that could be the name."""
    if joints.comma and "," not in name:
        return False
    if joints.header_cut:
        return False
    if joints.conjunction and not _LISTING.search(name):
        return False
    if match_kind in ("reordered", "derived", "shortened") or joints.colon:
        if joints.colon and joints.goes_on:
            return False
        if match_kind in ("reordered", "shortened"):
            return not joints.preposition and not joints.goes_on
    return True


def may_be_person(words: Sequence[str]) -> bool:
    """Whether the words, as they are written, are as well the name of a person.

    >>> may_be_person(["Amelia"]), may_be_person(["amelia"])
    (True, False)
    """
    (first, *others) = words
    return not others and first[:1].isupper() and first.casefold() in _listed("given_names")


def _ambiguous() -> frozenset[str]:
    return _listed("words")


@cache
def _listed(name: str) -> frozenset[str]:
    path = files(__package__).joinpath("ambiguous_names.toml")
    return frozenset(tomllib.loads(path.read_text(encoding="utf-8"))[name])
