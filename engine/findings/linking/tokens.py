"""Words of a text and the keys under which differently written words meet."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from hashlib import blake2b
from importlib.resources import files
from typing import NamedTuple

__all__ = [
    "Implied",
    "Word",
    "WordFamilies",
    "inflection_key",
    "is_acronym",
    "iter_words",
    "key_hash",
    "load_word_families",
    "word_key",
]

MAX_WORD_LENGTH = 60
"""A longer run of letters is no word of any term; it is neither folded nor stemmed."""
_WORD = re.compile(r"\d+(?:\.\d+)+|[^\W_]+(?:['’`][^\W_]+)*")
_RELATIONAL = ("al", "lar", "iac", "ic", "ary", "eous")
_POSSESSIVE = re.compile(r"['’`]s?$")


class Word(NamedTuple):
    """One word and where it stands."""

    start: int
    end: int
    text: str
    repaired: bool = False
    """Whether `text` is what an unknown word was read as, not what stands there."""


class Implied(NamedTuple):
    """Where a writer leaves a word of a name out."""

    beside: frozenset[str] = frozenset()
    """Keys of the words that imply it."""
    unless: frozenset[str] = frozenset()
    """Keys of the words beside which it is needed all the same."""


class WordFamilies(NamedTuple):
    """What ``word_families.toml`` says of words."""

    family: Mapping[str, str]
    """Stem of a word to the stem that stands for its family."""
    empty: frozenset[str]
    """Words that carry no content, lower case."""
    ends: frozenset[str]
    """Words behind which no name goes on, lower case."""
    free: frozenset[str]
    """Words that may stand between the words of a name, lower case."""
    descriptive: frozenset[str]
    """Words that stand in a row before the part of the body that they describe, lower case."""
    naming: frozenset[str]
    """Keys of inflection of words that name a finding by themselves as their family does."""
    implied: Mapping[str, Implied]
    """Key of a word to where a writer leaves it out."""
    relational: frozenset[str] = frozenset()
    """Adjectives of parts of the body, lower case: they go with the noun behind them."""


def iter_words(text: str) -> Iterator[Word]:
    """Split a text into words; hyphens, slashes and all other punctuation part them.

    >>> [word.text for word in iter_words("Up-slanting eyes; Hb 9.8 g/dL")]
    ['Up', 'slanting', 'eyes', 'Hb', '9.8', 'g', 'dL']
    """
    for match in _WORD.finditer(text):
        yield Word(match.start(), match.end(), match[0])


def is_acronym(word: str) -> bool:
    """Whether a word is written so that its case matters: ``ALP``, ``HbA1c``, not ``Ataxia``.

    >>> is_acronym("ALP"), is_acronym("HbA1c"), is_acronym("Ataxia"), is_acronym("X")
    (True, True, False, False)
    """
    return sum(map(str.isupper, word)) >= 2 and len(word) <= 12


@lru_cache(maxsize=100_000)
def inflection_key(word: str) -> str:
    """Fold case, accents, spelling and inflection, but not the part of speech.

    >>> inflection_key("Oedemas"), inflection_key("edema"), inflection_key("Ménière's")
    ('edema', 'edema', 'meniere')
    >>> inflection_key("vertebrae"), inflection_key("stenoses"), inflection_key("stenosis")
    ('vertebra', 'stenosis', 'stenosis')
    """
    if len(word) > MAX_WORD_LENGTH:
        return word
    folded = _POSSESSIVE.sub("", fold_word(word))
    return _singular(_american(folded)) if len(folded) > 3 else folded


@lru_cache(maxsize=100_000)
def word_key(word: str) -> str:
    """Fold a word so far that noun, adjective and participle meet, and word families too.

    >>> word_key("hypoplastic") == word_key("hypoplasia")
    True
    >>> word_key("renal") == word_key("Kidneys")
    True
    """
    stem = _stem(inflection_key(word))
    return load_word_families().family.get(stem, stem)


@lru_cache(maxsize=200_000)
def key_hash(key: str) -> int:
    """A 64-bit number for a key: the same on every machine and in every run."""
    return int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(), "little")


@cache
def load_word_families() -> WordFamilies:
    """Read ``word_families.toml``, once."""
    path = files(__package__).joinpath("word_families.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    family: dict[str, str] = {}
    for words in data["families"]:
        head = _stem(inflection_key(words[0]))
        for word in words:
            family.setdefault(_stem(inflection_key(word)), head)

    def key(word: str) -> str:
        stem = _stem(inflection_key(word))
        return family.get(stem, stem)

    implied: dict[str, Implied] = {}
    for row in data["implied"]:
        for word in row["words"]:
            known = implied.get(key(word), Implied())
            implied[key(word)] = Implied(
                known.beside.union(map(key, row["beside"])),
                known.unless.union(map(key, row.get("unless", ()))),
            )
    return WordFamilies(
        family,
        empty=frozenset(data["empty"]),
        ends=frozenset(data["ends"]),
        free=frozenset(data["free"]),
        descriptive=frozenset(data["descriptive"]),
        naming=frozenset(map(inflection_key, data["naming"])),
        implied=implied,
        relational=frozenset(
            word
            for row in data["families"]
            for word in row[1:]
            if word.endswith(_RELATIONAL) and word not in data["naming"]
        ),
    )


def fold_word(word: str) -> str:
    """A word without case and accents.

    >>> fold_word("Ménière’s"), fold_word("Fuß")
    ("meniere's", 'fuss')
    """
    lowered = word.casefold()
    if lowered.isascii():
        return lowered
    parts = unicodedata.normalize("NFKD", lowered.replace("’", "'").replace("`", "'"))
    return "".join(c for c in parts if not unicodedata.combining(c))


_AMERICAN = (
    (re.compile(r"(?<=.)ae(?=[a-z])|^ae(?=[^r])|(?<!^)oe(?=[a-z])(?!s$)|^oe(?=[a-z]{3})"), "e"),
    (re.compile(r"(?<=[a-z]{2})our(?=$|s$|ed$|al$|less$|ing$)"), "or"),
    (re.compile(r"(?<=[a-z]{3})is(?=e$|ed$|es$|ing$|ation)"), "iz"),
    (re.compile(r"(?<=[a-z]{3})ys(?=e$|ed$|ing$)"), "yz"),
    (re.compile(r"sulph"), "sulf"),
    (re.compile(r"(?<=[a-z])([tb])re$"), r"\1er"),
    (re.compile(r"^grey"), "gray"),
    (re.compile(r"^leuco"), "leuko"),
)


def _american(word: str) -> str:
    if word.endswith("ae"):  # a Latin plural, not a British diphthong
        return word[:-1]
    for pattern, replacement in _AMERICAN:
        word = pattern.sub(replacement, word)
    return word


_PLURAL = (
    (re.compile(r"(?<=[a-z]{2})ies$"), "y"),
    (re.compile(r"(?<=[a-z]{2}o)mata$"), "ma"),
    (re.compile(r"(?<=[a-z]{3}o)ses$"), "sis"),
    (re.compile(r"(?<!ach)(?<=[cs]h)es$|(?<=[sx])es$"), ""),
    (re.compile(r"(?<=[a-z][^aeiou]o)es$"), ""),
    (re.compile(r"(?<=[^sui])s$"), ""),
)


def _singular(word: str) -> str:
    for pattern, replacement in _PLURAL:
        changed = pattern.sub(replacement, word)
        if changed != word:
            return changed
    return word


_SUFFIXES = (
    # One row per family of endings, longest first; the ending gives way to the last column,
    # if at least so many letters stay before it.
    (re.compile(r"(?:ifications?|ified|ifying|ify)$"), "if", 3),
    (re.compile(r"(?:plastic|plasia|plastia|plasias)$"), "plas", 2),
    (re.compile(r"(?:otic|osis|osed)$"), "os", 3),
    (re.compile(r"(?:lytic|lysis)$"), "lys", 2),
    (re.compile(r"(?:etic|esis)$"), "es", 4),
    (re.compile(r"(?:ically|ical|ics|ic|ia|iae|y|ism|ias)$"), "", 4),
    (re.compile(r"(?:ations?|ated|ating|ate)$"), "", 4),
    (re.compile(r"(?:ions?|ed|ing|e)$"), "", 3),
    (re.compile(r"(?:encies|ency|ences?|ents?)$"), "en", 4),
    (re.compile(r"(?:ances?|ants?)$"), "an", 4),
    (re.compile(r"(?:ness|nesses)$"), "", 3),
    (re.compile(r"(?:ities|ity)$"), "", 3),
    (re.compile(r"(?:ously|ous)$"), "", 4),
    (re.compile(r"(?:ally|al|ar|a|um|us)$"), "", 4),
)
_DOUBLED = re.compile(r"([bdgmnprt])\1$")
_UNTOUCHED = frozenset(
    # Cut to a stem, each of these would meet a word that means something else.
    [
        "normal",
        "organic",
        "organism",
        "anal",
        "oral",
        "penis",
        "media",
        "cold",
        "colony",
        "ring",
        "concentric",
        "limbal",
        "limbic",
        "limbus",
        "test",
        "testing",
        "mention",
        "mentation",
        "several",
        "severe",
        "later",
        "signal",
        "sepsis",
        "septic",
        "macule",
        "malaria",
        "cation",
        "spinning",
        "skinning",
        "transit",
        "pinky",
        "partum",
        "portion",
        "product",
        "state",
        "status",
        "static",
        "righting",
        "general",
        "mouthing",
        "formal",
        "urinate",
        "plant",
        "plantation",
        "class",
        "classic",
        "communication",
        "fully",
        "capital",
        "lobulation",
    ]
)


def _stem(word: str) -> str:
    if len(word) < 5 or word in _UNTOUCHED or not word.isalpha():
        return word
    for pattern, replacement, n_before in _SUFFIXES:
        match = pattern.search(word)
        if match is not None and match.start() >= n_before:
            return _DOUBLED.sub(r"\1", word[: match.start()] + replacement)
    return word
