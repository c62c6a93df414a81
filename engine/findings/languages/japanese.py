"""Japanese: characters in their order, katakana read as hiragana."""

from __future__ import annotations

from functools import lru_cache, partial

from nosograph.engine.findings.languages.characters import (
    BREAKS,
    MAX_CHARACTERS,
    character_key,
    cutter,
)
from nosograph.engine.findings.languages.families import family_key, family_words
from nosograph.engine.findings.languages.tables import read_words
from nosograph.engine.findings.linking.language import Language

__all__ = ["JAPANESE", "kana_key"]

_TO_HIRAGANA = {ord("ァ") + i: ord("ぁ") + i for i in range(86)}


@lru_cache(maxsize=100_000)
def kana_key(word: str) -> str:
    """The key of a character: hiragana for either kana, of usual width and case.

    >>> kana_key("ケ"), kana_key("ｸ"), kana_key("心")
    ('け', 'く', '心')
    """
    return character_key(word).translate(_TO_HIRAGANA)


JAPANESE = Language(
    code="ja",
    name="Japanese",
    iter_words=cutter([*read_words("ja").free, *family_words("ja")]),
    inflection_key=kana_key,
    word_key=family_key("ja", kana_key),
    load_words=partial(read_words, "ja"),
    keeps_order=True,
    max_words=MAX_CHARACTERS,
    breaks=BREAKS,
)
