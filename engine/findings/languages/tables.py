"""The tables of each language: names that clinicians write, and rules of reading."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from nosograph.engine.findings.linking.tokens import WordFamilies
from nosograph.ontologies.errors import SourceFormatError

__all__ = ["read_names", "read_rules", "read_table", "read_words"]


@cache
def read_rules(code: str) -> Mapping[str, Any]:
    """Read ``rules_<code>.toml``, once."""
    return read_table(f"rules_{code}.toml")


@cache
def read_names(code: str) -> Mapping[str, tuple[str, ...]]:
    """Names that clinicians write, by the label of their term.

    >>> "抽搐" in read_names("zh")["Seizure"]
    True

    Raises:
        SourceFormatError: If the file is no table of names.
    """
    names = read_table(f"names_{code}.toml").get("names")
    if not isinstance(names, dict):
        raise SourceFormatError(f"names_{code}.toml: expected a table 'names'. Correct the file.")
    return {label: tuple(texts) for label, texts in names.items()}


@cache
def read_words(code: str) -> WordFamilies:
    """Words without content, and words that may stand between those of a name."""
    words = read_rules(code)["words"]
    return WordFamilies(
        family={},
        empty=frozenset(words["empty"]),
        ends=frozenset(words.get("ends", ())),
        free=frozenset(words["free"]),
        descriptive=frozenset(),
        naming=frozenset(),
        implied={},
    )


def read_table(file: str) -> dict[str, Any]:
    """Read a TOML file that lies here.

    Raises:
        SourceFormatError: If it is not TOML.
    """
    text = files(__package__).joinpath(file).read_text(encoding="utf-8")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceFormatError(f"{file}: {error}. Correct the file.") from error
