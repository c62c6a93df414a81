"""Constructions of doubt, fear, condition and purpose: "could not say whether", "to ward off".

The phrases of `triggers` are fixed; these have slots for who doubts, of whom, how much. Each is a
regular expression of ``doubt.toml``. A sentence is asked for their cue words first, because most
sentences have none.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from nosograph.engine.findings.assertion.triggers import Direction, Hit, Rule
from nosograph.engine.findings.mention import Assertion
from nosograph.ontologies.errors import SourceFormatError

__all__ = ["find_doubts"]

_TOKEN = re.compile(r"[^\W\d_]+|\?")
_STEM = 4
"""Letters of a cue that are compared, so that a cue stands for its inflected forms too."""
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class _Expression(NamedTuple):
    cues: frozenset[str]
    """Stems of which a sentence must have one."""
    pattern: re.Pattern[str]
    rules: tuple[Rule, ...]


def find_doubts(
    text: str, start: int, end: int, *, spans: Sequence[tuple[int, int]] = ()
) -> Iterator[Hit]:
    """The constructions in one sentence, none overlapping another, and what each says.

    >>> note = "We could not say for certain whether there is ptosis."
    >>> [(h.text, h.rules[0].assertion.value) for h in find_doubts(note, 0, len(note))]
    [('could not say for certain whether there is', 'uncertain')]
    >>> list(find_doubts("There is ptosis.", 0, 16))
    []

    Args:
        text: The note.
        start: Where the sentence begins.
        end: Where it ends.
        spans: The findings in it; no construction takes in a word of theirs.
    """
    sentence = text[start:end]
    stems = {token[:_STEM] for token in _TOKEN.findall(sentence.casefold())}
    here = [(max(0, first - start), last - start) for first, last in spans]
    masked = ""
    taken: list[tuple[int, int]] = []
    for expression in _expressions_with(stems):
        found = list(expression.pattern.finditer(sentence))
        if any(_meets(match.span(), here) for match in found):
            masked = masked or _masked(sentence, here)
            found = [match for match in found if not _meets(match.span(), here)]
            found += expression.pattern.finditer(masked)
        for match in found:
            words = match[0].strip()
            first = match.start() + match[0].find(words)
            last = first + len(words)
            if words and not _meets((first, last), taken):
                taken.append((first, last))
                yield Hit(start + first, start + last, sentence[first:last], expression.rules)


def _meets(span: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    return any(span[0] < last and first < span[1] for first, last in others)


def _masked(sentence: str, spans: Sequence[tuple[int, int]]) -> str:
    """The sentence with its findings made unreadable, so that a pattern stops before them."""
    for first, last in spans:
        sentence = sentence[:first] + "\0" * (last - first) + sentence[last:]
    return sentence


def _expressions_with(stems: set[str]) -> Iterator[_Expression]:
    """The expressions that have a cue among the stems of a sentence, in the order of the file."""
    by_stem = _by_stem()
    for i in sorted({i for stem in stems & by_stem.keys() for i in by_stem[stem]}):
        yield _expressions()[i]


@cache
def _by_stem() -> Mapping[str, Sequence[int]]:
    found: dict[str, list[int]] = {}
    for i, expression in enumerate(_expressions()):
        for cue in expression.cues:
            found.setdefault(cue, []).append(i)
    return found


@cache
def _expressions() -> tuple[_Expression, ...]:
    path = files(__package__).joinpath("doubt.toml")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return tuple(_expression(table, data["words"]) for table in data["expression"])
    except (KeyError, ValueError) as error:
        raise SourceFormatError(f"doubt.toml: {error}. Correct the entry.") from error


def _expression(table: Mapping[str, Any], words: Mapping[str, Sequence[str]]) -> _Expression:
    said = table["assertion"]
    rule = Rule(
        assertion=None if said == "none" else Assertion(said),
        direction=Direction(table["direction"]),
        reach=table.get("reach", 0),
        discounted=table.get("discounted", False),
        is_list=table.get("list", False),
        ends=frozenset(map(Assertion, table.get("ends", ()))),
    )
    alternatives = "|".join(_checked(pattern, words) for pattern in table["patterns"])
    # A word that is followed by another letter was only begun: the "a" of "query ataxia".
    pattern = re.compile(rf"(?:{alternatives})(?:(?!\w)|(?<!\w))", re.IGNORECASE)
    cues = frozenset(token[:_STEM] for cue in table["cues"] for token in _TOKEN.findall(cue))
    return _Expression(cues, pattern, (rule,))


def _checked(pattern: str, words: Mapping[str, Sequence[str]]) -> str:
    """One pattern of the file as a regular expression of its own."""
    spaced = _filled(pattern, words).replace(" ?", r"\s*").replace(" ", r"\s+")
    try:
        re.compile(spaced)
    except re.error as error:
        raise ValueError(f"{error} in the pattern {pattern!r}") from error
    return f"(?:{spaced})"


def _filled(pattern: str, words: Mapping[str, Sequence[str]]) -> str:
    """The pattern with the lists it names, and those that they name."""
    while (name := _PLACEHOLDER.search(pattern)) is not None:
        listed = f"(?:{'|'.join(words[name[1]])})"
        pattern = pattern[: name.start()] + listed + pattern[name.end() :]
    return pattern
