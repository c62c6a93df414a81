"""Names as writers shorten them: "systolic murmur" for "Systolic heart murmur".

A whole name is surer than a shortened one, so that a shortened name stands for its term only where
no other term is called so.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from nosograph.engine.findings.linking.tokens import (
    Implied,
    iter_words,
    load_word_families,
    word_key,
)

__all__ = ["iter_variants"]


_OF_ANYTHING = ("elevated", "decreased", "abnormal")
"""Of "Abnormal blood count", "abnormal" alone is no name."""


def iter_variants(name: str) -> Iterator[str]:
    """Yield what may stand for a name.

    >>> list(iter_variants("Systolic heart murmur"))
    ['Systolic murmur']
    >>> list(iter_variants("Elevated circulating creatinine concentration"))
    ['Elevated creatinine']
    >>> list(iter_variants("High blood ammonia levels")), list(iter_variants("High blood pressure"))
    (['High ammonia'], [])
    """
    words = [word.text for word in iter_words(name)]
    keys = [word_key(word) for word in words]
    rules = load_word_families()
    present = set(keys)
    kept = [
        word
        for word, key in zip(words, keys, strict=True)
        if not (key in rules.implied and _is_implied(rules.implied[key], present))
    ]
    left = {word_key(word) for word in kept}
    if left and len(kept) < len(words) and not left <= {*map(word_key, _OF_ANYTHING)}:
        yield " ".join(kept)


def _is_implied(word: Implied, present: Set[str]) -> bool:
    return not word.beside.isdisjoint(present) and word.unless.isdisjoint(present)
