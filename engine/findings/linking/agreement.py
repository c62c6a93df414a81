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
from nosograph.engine.findings.linking.tokens import Word, is_acronym, load_word_families
from nosograph.engine.findings.linking.windows import Window

__all__ = [
    "Joints",
    "NameForms",
    "agreement",
    "hangs_together",
    "is_read",
    "joints_of",
    "may_be_person",
    "may_fire",
]

_NAMING_ENDINGS = ("ic", "ia", "y", "ism", "is")
"""Endings of a single word that names a finding as the noun does: "hypotonic", not "cloned"."""
MAX_FLUID = 40
"""Characters before and behind a window in which the fluid that was measured is sought."""
MAX_HEADER = 30
"""Characters before a window in which another word of its header is sought."""
_CONJUNCTIONS = frozenset({"and", "or"})
_LOOSE_PREPOSITIONS = frozenset({"with", "for", "by", "from", "at"})
_HEADER_BEFORE = re.compile(r"[A-Z]{2,}[ ,/&-]+(?:AND )?$|\b[A-Z][a-z]+ *(?:and|,|/|&) *$")
_WORD_BEHIND = re.compile(
    r"[ /-](?!(?:shape|morphology|region|area|structures?|system|tissue|bones?)\b)[^\W\d_]"
)
"""A word that an adjective may go with, unless it adds nothing: "abnormal clavicular shape"."""
_DESCRIBED_TOO = re.compile(r"(?: and | or |/)([^\W\d_]+)[ -]([^\W\d_]+)")
_OF_BEHIND = re.compile(r"\s+of\b")
_HALF_A_NAME = re.compile(r"\b[A-Z][a-z]{2,}-$")
_OTHER_FLUID = re.compile(
    r"\b(?:urine|urinary|csf|cerebrospinal|stools?|f(?:a?)eces|f(?:a?)ecal|sweat|saliva|biopsy|muscle|"
    r"fibroblasts?|tissues?|hepatic|liver|amniotic)\b",
    re.IGNORECASE,
)
_OF_BLOOD = re.compile(r"\b(?:blood|circulating|serum|plasma)\b", re.IGNORECASE)
_PLACES = frozenset({"at", "in", "on"})
_PLACE = re.compile(r"\b(?:at|in|on)\b", re.IGNORECASE)
_MISSING = re.compile(
    r"\b(?:absent|absence|aplasia|aplastic|missing|lack|agenesis)\b", re.IGNORECASE
)
_LOOSE = re.compile(r"\b(?:with|for|by|from|at|due|in)\b", re.IGNORECASE)
_ALL = re.compile(r",|\b(?:and|with)\b")
_LISTING = re.compile(r"/|\b(?:and|or|with)\b")


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
        return " ".join(written.folded) not in _ambiguous()
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
    other_fluid: bool
    """Whether another fluid than blood is spoken of: "urine with high levels of lysine"."""
    described: bool
    """Whether it joins two descriptions: "high and arched" is "high, arched"."""
    both: bool
    """Whether it is "and", so that a name with a slash says less than its two parts do."""
    preposition: bool
    slash: bool
    """Whether a stroke parts two of the words: "seizures/myoclonus" is no myoclonic seizure."""
    qualifies: bool
    """Whether the last word is one that only qualifies: "severe"."""
    place: bool
    """Whether "at", "in" or "on" stands between them: nobody lacks ankles of whom something is
    "absent at the ankles"."""
    of: bool
    """Whether one of the words is "of", which lets a list follow: "absence of thumbs and toes"."""
    goes_on: bool
    """Whether another word with meaning follows at once: "feet: long" in "feet: long toes"."""
    adjective: bool
    """Whether the last word goes with a noun behind it: "abnormal ocular" in "… ocular motility",
    "NOSE: wide" in "NOSE: wide and flat nasal bridge"."""
    takes_own: bool
    """Whether the last word has an "of" of its own: "lips and hypoplasia" of "… of the palate"."""


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
        other_fluid=_OTHER_FLUID.search(text, max(0, first.start - MAX_FLUID), last.end + MAX_FLUID)
        is not None,
        described=_joins_descriptions(window),
        both="and" in inner,
        preposition=not inner.isdisjoint(_LOOSE_PREPOSITIONS),
        slash="/" in written,
        qualifies=last.text.casefold() in load_word_families().free,
        place=not inner.isdisjoint(_PLACES),
        of="of" in inner,
        goes_on=behind is not None and not text[last.end : behind].strip(" -\n"),
        adjective=_describes_what_follows(text, last),
        takes_own=_OF_BEHIND.match(text, last.end) is not None,
    )


def _joins_descriptions(window: Window) -> bool:
    descriptive = load_word_families().descriptive
    words = [word.text.casefold() for word in window.words]
    return all(
        left in descriptive and right in descriptive
        for left, word, right in zip(words, words[1:], words[2:], strict=False)
        if word in _CONJUNCTIONS
    )


def _describes_what_follows(text: str, word: Word) -> bool:
    rules, folded = load_word_families(), word.text.casefold()
    if folded in rules.relational:
        return _WORD_BEHIND.match(text, word.end) is not None
    if folded not in rules.descriptive:
        return False
    also = _DESCRIBED_TOO.match(text, word.end)
    return (
        also is not None
        and also[1].casefold() in rules.descriptive
        and also[2].casefold() not in rules.descriptive | rules.free | rules.empty | rules.ends
    )


def hangs_together(joints: Joints, name: str, *, match_kind: str) -> bool:
    """Whether the words of the window are one phrase that could be the name."""
    if joints.comma and ("," not in name or joints.goes_on):
        return False  # behind "intellectual disability, progressive" there may be "microcephaly"
    if joints.header_cut:
        return False
    if joints.preposition and joints.qualifies and not _LOOSE.search(name):
        return False  # "hypotonia with severe weakness"
    if joints.slash and "/" not in name and match_kind in ("reordered", "derived"):
        return False
    if joints.place and _MISSING.search(name) and not _PLACE.search(name):
        return False
    is_list = _LISTING.search(name) is not None or (joints.described and "," in name)
    if joints.conjunction and (not is_list or joints.takes_own):
        return False
    if match_kind == "shortened" and joints.other_fluid and _OF_BLOOD.search(name):
        return False
    if joints.both and "/" in name and not _ALL.search(name):
        return False
    if match_kind in ("reordered", "derived", "shortened") or joints.colon:
        if joints.colon and joints.goes_on:
            return False
        if joints.adjective:
            return False
        if match_kind in ("reordered", "shortened"):
            return not joints.preposition and not joints.goes_on
    return True


def is_read(name: str) -> bool:
    """Whether a name of the ontology is read at all.

    >>> is_read("Cleft lip/palate"), is_read("Cleft palate")
    (False, True)
    """
    return name not in _listed("unread")


def may_be_person(words: Sequence[str], before: str = "") -> bool:
    """Whether the words, as they are written, are as well the name of a person.

    >>> may_be_person(["Amelia"]), may_be_person(["amelia"])
    (True, False)
    >>> may_be_person(["Coma"], before="by Perez-")
    True

    Args:
        words: As they stand in the text.
        before: What stands before them.
    """
    (first, *others) = words
    if others or not first[:1].isupper():
        return False
    return first.casefold() in _listed("given_names") or _HALF_A_NAME.search(before) is not None


def _ambiguous() -> frozenset[str]:
    return _listed("words")


@cache
def _listed(name: str) -> frozenset[str]:
    path = files(__package__).joinpath("ambiguous_names.toml")
    return frozenset(tomllib.loads(path.read_text(encoding="utf-8"))[name])
