"""Words for relatives, children and informants: one list for assertion and for sex and age."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple, Self

__all__ = ["Gender", "Kinship"]

Gender = Literal["FEMALE", "MALE", ""]
"""Of a word for a person; empty where it tells nothing."""


class Kinship(NamedTuple):
    """The words of ``kinship.toml`` as patterns, none of them with groups."""

    gender: Mapping[str, Gender]
    """Of each word, singular."""
    relative: str
    """A relative, plural or not, without what stands before it."""
    child: str
    """A child, who is a relative only when it is somebody's."""
    descendant: str
    """A relative who may be the patient where an older one speaks."""
    informant: str
    attribute: str
    """What may stand before a relative and belongs to it."""
    elliptic: str
    """One of several relatives who were just named."""
    several: str
    """Several of them, where they have something."""
    earlier_child: str
    """Another child of the same parents, or a pregnancy that ended in one."""
    earlier_pregnancy: str

    @classmethod
    @cache
    def load(cls) -> Self:
        """Read ``kinship.toml``, once."""
        path = files(__package__).joinpath("kinship.toml")
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        gender: dict[str, Gender] = {}
        of_table: tuple[tuple[str, Gender], ...] = (
            ("female", "FEMALE"),
            ("male", "MALE"),
            ("either", ""),
        )
        for table in (data["relatives"], data["children"]):
            for key, value in of_table:
                gender.update(dict.fromkeys(table[key], value))
        return cls(
            gender=gender,
            relative=_any_of(word for words in data["relatives"].values() for word in words),
            child=_any_of(word for words in data["children"].values() for word in words),
            descendant=_any_of(data["descendants"]["words"]),
            informant=_any_of(data["informants"]["words"]),
            attribute=_any_of(data["attributes"]["words"], plural=False),
            elliptic=_any_of(data["elliptic"]["words"], plural=False),
            several=_any_of(data["elliptic"]["several"], plural=False),
            earlier_child=_any_of(
                f"{word} {child}"
                for word in data["earlier"]["words"]
                for child in data["earlier"]["children"]
            ),
            earlier_pregnancy=_any_of(
                f"{word} {pregnancy}"
                for word in data["earlier"]["words"]
                for pregnancy in data["earlier"]["pregnancies"]
            ),
        )

    def gender_of(self, word: str) -> Gender:
        """What a relative's name says of his or her sex; a plural says nothing.

        >>> Kinship.load().gender_of("Grandma"), Kinship.load().gender_of("parents")
        ('FEMALE', '')
        """
        return self.gender.get(" ".join(word.casefold().split()), "")


def _any_of(words: Iterable[str], *, plural: bool = True) -> str:
    """An alternation, longest first, in which a space also stands for a hyphen."""
    forms = [
        re.escape(word).replace(r"\ ", r"[\s-]+").replace(r"\-", r"[\s-]?").replace("'", "['’]")
        for word in sorted(words, key=lambda word: (-len(word), word))
    ]
    return f"(?:{'|'.join(forms)})" + ("s?" if plural else "")
