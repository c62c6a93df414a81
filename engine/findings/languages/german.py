"""German: umlauts and spellings of Greek and Latin words folded, endings of declension cut."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, partial

from nosograph.engine.findings.languages.families import family_key
from nosograph.engine.findings.languages.tables import read_words
from nosograph.engine.findings.linking.language import Language
from nosograph.engine.findings.linking.tokens import MAX_WORD_LENGTH, Word, fold_word, iter_words

__all__ = ["GERMAN", "german_key", "iter_german_words"]

_BREAKS = re.compile(
    r"[.;!?()\[\]{}|•*=<>…\t\x00-\x08\x0b\x0c\x0e-\x1f]|\n\s*\n|\n\s*[-–—#]|:\s*\n"
)
"""Every noun has a capital, so that one at the beginning of a line says nothing."""
_ORDINAL = re.compile(r"\d{1,2}[.](?=\s+(?:und|bis|oder|sowie|Finger|Zehe|Strahl|Rippe)|\s*-)")
"""A number whose full stop belongs to it: "der 2. und 3. Zehe"."""
_SPELLINGS = (
    (re.compile(r"ae|oe|ue(?=[^aeiou]|$)"), lambda m: m[0][0]),
    (re.compile(r"ph"), "f"),
    (re.compile(r"th"), "t"),
    (re.compile(r"rrh"), "rr"),
    (re.compile(r"c(?=[eiy])"), "z"),
    (re.compile(r"c(?!h)|(?<=s)c(?=h)"), "k"),
)
_ENDING = re.compile(r"(?:innen|ern|en|em|er|es|e|(?<!s)s|n)$")
MIN_STEM = 4


def iter_german_words(text: str) -> Iterator[Word]:
    """Cut a text into words; the full stop of an ordinal number is part of it.

    >>> [word.text for word in iter_german_words("der 2. und 3. Zehe. Fieber")]
    ['der', '2.', 'und', '3.', 'Zehe', 'Fieber']
    """
    for word in iter_words(text):
        ordinal = _ORDINAL.match(text, word.start) if word.text.isdecimal() else None
        yield word if ordinal is None else Word(word.start, ordinal.end(), ordinal[0])


@lru_cache(maxsize=100_000)
def german_key(word: str) -> str:
    """Fold case, umlauts, ß and the spellings of borrowed words; cut endings.

    >>> german_key("Krampfanfälle") == german_key("Krampfanfall")
    True
    >>> german_key("Mikrocephalie") == german_key("Mikrozephalie")
    True
    >>> german_key("Klumpfüße") == german_key("Klumpfuss")
    True
    """
    if len(word) > MAX_WORD_LENGTH:
        return word
    key = fold_word(word.rstrip("."))
    for pattern, replacement in _SPELLINGS:
        key = pattern.sub(replacement, key)
    ending = _ENDING.search(key)
    return key[: ending.start()] if ending and ending.start() >= MIN_STEM else key


GERMAN = Language(
    code="de",
    name="German",
    iter_words=iter_german_words,
    inflection_key=german_key,
    word_key=family_key("de", german_key),
    load_words=partial(read_words, "de"),
    max_silent_words=8,
    folds_inflection_only=True,
    breaks=_BREAKS,
)
