"""Names as writers shorten them: "systolic murmur" for "Systolic heart murmur".

A whole name is surer than a shortened one, so that a shortened name stands for its term only where
no other term is called so.
"""

from __future__ import annotations

from collections.abc import Iterator

from nosograph.engine.findings.linking.tokens import iter_words, load_word_families, word_key

__all__ = ["iter_variants"]


def iter_variants(name: str) -> Iterator[str]:
    """Yield what may stand for a name.

    >>> list(iter_variants("Systolic heart murmur"))
    ['Systolic murmur']
    >>> list(iter_variants("Elevated circulating creatinine concentration"))
    ['Elevated creatinine']
    """
    words = [word.text for word in iter_words(name)]
    keys = [word_key(word) for word in words]
    rules = load_word_families()
    present = set(keys)
    kept = [
        word
        for word, key in zip(words, keys, strict=True)
        if present.isdisjoint(rules.implied.get(key, ()))
    ]
    if 0 < len(kept) < len(words):
        yield " ".join(kept)
