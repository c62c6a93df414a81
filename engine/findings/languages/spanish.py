"""Spanish: accents folded, endings of number and gender cut."""

from __future__ import annotations

import re
from functools import lru_cache, partial

from nosograph.engine.findings.languages.families import family_key
from nosograph.engine.findings.languages.tables import read_words
from nosograph.engine.findings.linking.language import Language
from nosograph.engine.findings.linking.tokens import MAX_WORD_LENGTH, fold_word, iter_words

__all__ = ["SPANISH", "spanish_key"]

MIN_STEM = 3
_NUMBER = (
    (re.compile(r"ces$"), "z"),
    (re.compile(r"(?<=[lnrdjy])es$"), ""),
    (re.compile(r"(?<=[aeou])s$"), ""),
)
_GENDER = re.compile(r"[aeo]$")


@lru_cache(maxsize=100_000)
def spanish_key(word: str) -> str:
    """Fold case and accents; cut the endings of plural and gender.

    >>> spanish_key("Convulsiones") == spanish_key("convulsión")
    True
    >>> spanish_key("hipotónica") == spanish_key("hipotónicos")
    True
    >>> spanish_key("crisis")
    'crisis'
    """
    if len(word) > MAX_WORD_LENGTH:
        return word
    key = fold_word(word)
    for pattern, replacement in _NUMBER:
        changed = pattern.sub(replacement, key)
        if changed != key and len(changed) >= MIN_STEM:
            key = changed
            break
    return _GENDER.sub("", key) if len(key) > MIN_STEM + 1 else key


SPANISH = Language(
    code="es",
    name="Spanish",
    iter_words=iter_words,
    inflection_key=spanish_key,
    word_key=family_key("es", spanish_key),
    load_words=partial(read_words, "es"),
    max_words=20,
    max_silent_words=14,
    folds_inflection_only=True,
)
