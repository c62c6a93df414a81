"""Words that mean the same in the names of findings: "erhöht" and "gesteigert"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from nosograph.engine.findings.languages.tables import read_rules

__all__ = ["family_key", "family_words"]


def family_words(code: str) -> Iterator[str]:
    """All words of the families of a language."""
    for family in read_rules(code)["words"]["families"]:
        yield from family


def family_key(code: str, inflection_key: Callable[[str], str]) -> Callable[[str], str]:
    """Make the function that gives all words of a family the key of the first one.

    >>> key = family_key("de", str.casefold)
    >>> key("gesteigert") == key("Erhöht"), key("Ataxie")
    (True, 'ataxie')
    """
    heads = {
        inflection_key(word): inflection_key(family[0])
        for family in reversed(read_rules(code)["words"]["families"])
        for word in family
    }

    @lru_cache(maxsize=100_000)
    def key(word: str) -> str:
        inflected = inflection_key(word)
        return heads.get(inflected, inflected)

    return key
