"""Chinese: characters in their order, traditional ones read as simplified ones."""

from __future__ import annotations

from functools import lru_cache, partial

from nosograph.engine.findings.languages.characters import (
    BREAKS,
    MAX_CHARACTERS,
    character_key,
    cutter,
)
from nosograph.engine.findings.languages.families import family_key, family_words
from nosograph.engine.findings.languages.tables import read_rules, read_words
from nosograph.engine.findings.linking.language import Language

__all__ = ["CHINESE", "simplified"]


@lru_cache(maxsize=100_000)
def simplified(word: str) -> str:
    """The key of a character: simplified, of usual width and case.

    >>> simplified("癲"), simplified("Ａ")
    ('癫', 'a')
    """
    return character_key(word.translate(_SIMPLIFIED))


_PAIRS: str = read_rules("zh")["characters"]["traditional_simplified"]
_SIMPLIFIED = {ord(pair[0]): pair[1] for pair in _PAIRS.split()}

CHINESE = Language(
    code="zh",
    name="Chinese",
    iter_words=cutter(
        [*read_words("zh").free, *read_rules("zh")["words"]["whole"], *family_words("zh")]
    ),
    inflection_key=simplified,
    word_key=family_key("zh", simplified),
    load_words=partial(read_words, "zh"),
    keeps_order=True,
    max_words=MAX_CHARACTERS,
    breaks=BREAKS,
)
