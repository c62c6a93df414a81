"""Names that our own tables add to those of HPO: abbreviations and everyday words."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

__all__ = ["NORMAL_KIND", "AddedName", "added_names"]

NORMAL_KIND = "normal"
"""Kind of a name that says that the finding is not there: "intact palate"."""


class AddedName(NamedTuple):
    """One more name of whatever term a text names."""

    text: str
    kind: str
    """``abbreviation`` or ``layperson``, as HPO classes synonyms; or `NORMAL_KIND`."""


@cache
def added_names() -> Mapping[str, tuple[AddedName, ...]]:
    """Labels and exact synonyms, lower case, and the names to add to their terms.

    >>> added_names()["patent foramen ovale"]
    (AddedName(text='PFO', kind='abbreviation'),)
    """
    rows = [
        (long_form, AddedName(short_form, "abbreviation"))
        for short_form, long_form in _table("abbreviations.toml", "abbreviations").items()
    ]
    for file, kind in (("everyday_names", "layperson"), ("normal_findings", NORMAL_KIND)):
        for label, texts in _table(f"{file}.toml", "names").items():
            rows.extend((label, AddedName(text, kind)) for text in texts)
    added: dict[str, tuple[AddedName, ...]] = {}
    for label, name in rows:
        added[label.casefold()] = (*added.get(label.casefold(), ()), name)
    return added


def _table(file: str, table: str) -> Mapping[str, str]:
    data: Mapping[str, str] = tomllib.loads(
        files(__package__).joinpath(file).read_text(encoding="utf-8")
    )[table]
    return data
