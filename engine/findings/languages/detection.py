"""Which language a note is written in: by its script, and for Latin letters by function words.

A guess that is honest about what it knows: a text too short to tell is taken as English, as are the
words of medicine that all languages share, and charts of figures and short forms. Another language
needs several of its function words, more than there are English ones, and a share of the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from nosograph.engine.findings.languages.tables import read_table

__all__ = ["Detected", "detect_language"]

MAX_CHARACTERS = 20_000
"""Enough to tell; the rest of a longer note is not looked at."""
MIN_EAST_ASIAN = 0.1
"""Share of East Asian characters from which on a text is of such a language: a character carries
what three Latin letters do."""
MIN_KANA = 0.05
"""Share of kana, of all East Asian characters, from which on a text is Japanese."""
MIN_HITS = 2.0
"""Function words that a text must have for a language other than English."""
SHAPE_WEIGHT = 0.5
"""What a word of a telling shape counts, where a function word counts 1."""
MIN_EVIDENCE = 2.5
"""Different function words, and half as much for each different word of a telling shape."""
MIN_SHARE = 0.2
"""Share of words that must be function words or of a telling shape: a chart of figures and short
forms has a chance hit of any language among a hundred."""
MIN_LEAD = 1.5
"""How many times as many as of any other language."""
MAX_SHORT_FORM = 4
MIN_OTHER = 0.2
"""Share of another script from which on a note is called mixed."""
_HAN = re.compile(r"[\u3005\u3400-\u9fff\uf900-\ufaff]")
_KANA = re.compile(
    r"[\u3041-\u30ff\uff66-\uff9f"
    "発検聴歳脳圧伝児両変囲関験歩帯楽薬覚観険剤済総続鉄転歯髪遅黒対経軽摂嚢頬拡悪巣単実営労効縦顕戻働]"
)
"""Kana, and characters that Japan writes as neither of the Chinese scripts does."""
_ONLY_KANA = re.compile(r"[\u3041-\u30ff\uff66-\uff9f]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_OTHER_SCRIPTS = {
    "ko": re.compile(r"[\u1100-\u11ff\uac00-\ud7af]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "he": re.compile(r"[\u0590-\u05ff]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
}
"""By the language that most of their notes will be in."""
_WORD = re.compile(r"[^\W\d_]+")


class Detected(NamedTuple):
    """What a note seems to be written in."""

    language: str
    """ISO 639-1; of a script that several languages use, the one that most notes will be in."""
    is_sure: bool
    """Whether the text has enough to tell by."""
    is_mixed: bool
    """Whether a fifth or more of its letters are of another script."""


def detect_language(text: str) -> Detected:
    """Tell the language of a note.

    >>> [detect_language(note).language for note in (
    ...     "患儿男，5岁，因反复抽搐就诊。", "5歳の男児。けいれんを認める。",
    ...     "Das Mädchen hat keine Krampfanfälle und ist nicht auffällig.",
    ...     "El niño no presenta convulsiones y está con fiebre.", "Seizures, ataxia.")]
    ['zh', 'ja', 'de', 'es', 'en']
    """
    text = text[:MAX_CHARACTERS]
    n_han, n_kana, n_latin = (len(p.findall(text)) for p in (_HAN, _KANA, _LATIN))
    n_asian = n_han + len(_ONLY_KANA.findall(text))
    others = {code: len(p.findall(text)) for code, p in _OTHER_SCRIPTS.items()}
    n_letters = n_asian + n_latin + sum(others.values())
    if not n_letters:
        return Detected("en", is_sure=False, is_mixed=False)
    code, n_other = max(others.items(), key=lambda item: item[1])
    if n_other > max(n_latin, n_asian):
        return Detected(code, is_sure=True, is_mixed=n_letters - n_other > MIN_OTHER * n_letters)
    if n_asian >= MIN_EAST_ASIAN * n_letters and n_asian > 1:
        code = "ja" if n_kana >= MIN_KANA * n_asian else "zh"
        return Detected(code, is_sure=True, is_mixed=n_latin / 3 > MIN_OTHER * n_asian)
    words = Counter(word.casefold() for word in _WORD.findall(text) if _may_tell(word))
    hits: dict[str, float] = {}
    clear: dict[str, bool] = {}
    english = _signs()["en"]
    for code, signs in _signs().items():
        listed = sum(n for word, n in words.items() if word in signs.function_words)
        shapes = [
            word
            for word in words
            if word not in signs.function_words
            and signs.pattern.fullmatch(word)
            and (code == "en" or not english.pattern.fullmatch(word))
        ]
        shaped = sum(words[word] for word in shapes)
        hits[code] = listed + SHAPE_WEIGHT * shaped
        distinct = sum(word in signs.function_words for word in words)
        evidence = distinct + SHAPE_WEIGHT * len(shapes)
        enough = listed + shaped >= MIN_SHARE * words.total()
        clear[code] = distinct > 0 and evidence >= MIN_EVIDENCE and enough
    (best, most), (_, second) = sorted(hits.items(), key=lambda item: -item[1])[:2]
    is_mixed = 3 * (n_letters - n_latin) > MIN_OTHER * n_letters
    if best == "en" or most < MIN_HITS or most < MIN_LEAD * second or not clear[best]:
        return Detected("en", is_sure=best == "en" and most >= MIN_HITS, is_mixed=is_mixed)
    return Detected(best, is_sure=True, is_mixed=is_mixed)


def _may_tell(word: str) -> bool:
    """No single letter but the Spanish "y", and no short form in capitals: "LA", "DO", "e"."""
    return (len(word) > 1 or word == "y") and not (len(word) <= MAX_SHORT_FORM and word.isupper())


class _Signs(NamedTuple):
    function_words: frozenset[str]
    pattern: re.Pattern[str]
    """Of words that have an ending or a letter that others rarely have."""


@cache
def _signs() -> Mapping[str, _Signs]:
    table = read_table("detection.toml")
    return {
        code: _Signs(frozenset(words), re.compile(table["word_patterns"][code]))
        for code, words in table["function_words"].items()
    }
