"""The words that decide an assertion, and where a text has them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any, NamedTuple, Self

from nosograph.engine.findings.mention import Assertion
from nosograph.ontologies.errors import SourceFormatError

__all__ = ["Direction", "Hit", "Rule", "TriggerTable"]

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*(?:/[^\W_]+)?|[∅,;:?–—-]")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Direction(StrEnum):
    """On which side of the trigger its mentions stand."""

    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one phrase does."""

    assertion: Assertion | None = None
    """``None`` for terminators and for phrases that only look like a trigger."""
    direction: Direction = Direction.AFTER
    reach: int = 0
    """Words that may stand between trigger and mention; 0: as many as the clause has."""
    ends: frozenset[Assertion] = frozenset()
    """For a terminator: the assertions whose scope it ends."""
    discounted: bool = False
    """Whether it takes the finding back: "resolved", "unlikely"."""
    is_list: bool = False
    """Whether its scope goes on over commas and "and", as a negation's: "watch for A, B, C"."""


class Hit(NamedTuple):
    """A phrase in the text and what it does."""

    start: int
    end: int
    text: str
    rules: tuple[Rule, ...]


class _Node:
    """One word of a phrase and the words that may follow it."""

    __slots__ = ("children", "rules")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.rules: tuple[Rule, ...] | None = None


class TriggerTable:
    """Phrases in a tree by word, so that a sentence is read once whatever the table's size.

    >>> table = TriggerTable([("no evidence of", Rule(assertion=Assertion.EXCLUDED))])
    >>> [hit.text for hit in table.find("There was no  evidence of polyps", 0, end=32)]
    ['no  evidence of']
    """

    def __init__(self, phrases: Iterable[tuple[str, Rule]]) -> None:
        rules: dict[tuple[str, ...], list[Rule]] = {}
        for phrase, rule in phrases:
            key = tuple(match[0].casefold() for match in _TOKEN.finditer(phrase))
            if rule not in rules.setdefault(key, []):
                rules[key].append(rule)
        self._root = _Node()
        for key, key_rules in rules.items():
            node = self._root
            for word in key:
                node = node.children.setdefault(word, _Node())
            node.rules = tuple(key_rules)

    @classmethod
    @cache
    def load(cls) -> Self:
        """Read ``assertion_rules.toml``.

        Raises:
            SourceFormatError: If the file names an assertion or direction that does not exist.
        """
        path = files(__package__).joinpath("assertion_rules.toml")
        try:
            return cls(_phrases(tomllib.loads(path.read_text(encoding="utf-8"))))
        except (KeyError, ValueError) as error:
            raise SourceFormatError(f"assertion_rules.toml: {error}. Correct the entry.") from error

    def find(self, text: str, start: int, *, end: int) -> tuple[Hit, ...]:
        """The phrases in ``text[start:end]``: the longest at each word, none inside another."""
        tokens = list(_TOKEN.finditer(text, start, end))
        words = [token[0].casefold().replace("’", "'") for token in tokens]
        hits: list[Hit] = []
        reached = 0
        for i in range(len(words)):
            n_words, rules = self._longest(words, i)
            if n_words and i + n_words > reached:
                reached = i + n_words
                first, last = tokens[i].start(), tokens[reached - 1].end()
                hits.append(Hit(first, last, text[first:last], rules))
        return tuple(hits)

    def _longest(self, words: Sequence[str], start: int) -> tuple[int, tuple[Rule, ...]]:
        """Length and rules of the longest phrase that begins at a word; length 0 for none."""
        node: _Node | None = self._root
        n_words, rules = 0, ()  # type: int, tuple[Rule, ...]
        for i in range(start, len(words)):
            node = node.children.get(words[i]) if node is not None else None
            if node is None:
                break
            if node.rules is not None:
                n_words, rules = i + 1 - start, node.rules
        return n_words, rules


def _phrases(data: Mapping[str, Any]) -> Iterable[tuple[str, Rule]]:
    words: Mapping[str, Sequence[str]] = data["words"]
    for table in data["trigger"]:
        rule = Rule(
            assertion=Assertion(table["assertion"]),
            direction=Direction(table["direction"]),
            reach=table.get("reach", 0),
            discounted=table.get("discounted", False),
            is_list=table.get("list", False),
        )
        yield from ((p, rule) for phrase in table["phrases"] for p in _expand(phrase, words))
    for table in data["terminator"]:
        rule = Rule(ends=frozenset(map(Assertion, table.get("ends", tuple(Assertion)))))
        yield from ((p, rule) for phrase in table["phrases"] for p in _expand(phrase, words))
    yield from ((p, Rule()) for phrase in data["pseudo"]["phrases"] for p in _expand(phrase, words))


def _expand(phrase: str, words: Mapping[str, Sequence[str]]) -> Iterable[str]:
    names = _PLACEHOLDER.findall(phrase)
    for choice in product(*(words[name] for name in names)):
        values = iter(choice)
        yield _PLACEHOLDER.sub(lambda _, values=values: next(values), phrase)  # type: ignore[misc]
