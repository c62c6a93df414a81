"""Which measurements of the body there are, by which names, and which terms their values give."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from nosograph.ontologies.term import TermId

__all__ = ["Measure", "MeasureTable", "load_measures"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measurement of growth or of a part of the body."""

    id: str
    label: str
    low: TermId | None
    """What the patient has if the value is low."""
    high: TermId | None
    below_centile: float
    """Below which centile a value is low."""
    above_centile: float
    normal_answers: bool
    """Whether an ordinary value answers the question for both terms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureTable:
    """All of them, and how to find their names."""

    by_name: Mapping[str, tuple[Measure, ...]]
    """Lower-case names, and symbols as written, to what they measure; several for a group."""
    generic: frozenset[str]
    """Names that mean the body only where no other noun stands before them."""
    at_birth: Mapping[str, Measure]
    """Identifier of a measure to what it is called of a newborn."""
    pattern: re.Pattern[str]
    """Matches any name; the group ``symbol`` is one that is written in capitals."""
    may_precede: frozenset[str]
    """Words before a generic name that make it no name of something else."""
    between: tuple[str, ...]
    """Words between a measure and its standing."""


@cache
def load_measures() -> MeasureTable:
    """Read ``growth.toml``, once.

    >>> table = load_measures()
    >>> [m.label for m in table.by_name["OFC"]], table.at_birth["weight"].below_centile
    (['head circumference'], 10)
    """
    path = files(__package__).joinpath("growth.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    by_name: dict[str, tuple[Measure, ...]] = {}
    by_id: dict[str, Measure] = {}
    at_birth: dict[str, Measure] = {}
    symbols: list[str] = []
    generic: set[str] = set()
    for row in data["measures"]:
        measure = Measure(
            id=row["id"],
            label=row["label"],
            low=TermId(row["low"]) if "low" in row else None,
            high=TermId(row["high"]) if "high" in row else None,
            below_centile=row.get("below_centile", 3),
            above_centile=row.get("above_centile", 97),
            normal_answers=row.get("normal_answers", False),
        )
        by_id[measure.id] = measure
        for name in (*row.get("names", ()), *row.get("generic", ())):
            by_name[name.lower()] = (measure,)
        for symbol in row.get("symbols", ()):
            by_name[symbol] = (measure,)
            symbols.append(symbol)
        generic.update(row.get("generic", ()))
        if "at_birth_of" in row:
            at_birth[row["at_birth_of"]] = measure
    for name, members in data["groups"].items():
        by_name[name] = tuple(by_id[member] for member in members)
    words = sorted((n for n in by_name if n not in symbols), key=len, reverse=True)
    alternatives = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words)
    capitals = "|".join(sorted(map(re.escape, symbols), key=len, reverse=True))
    pattern = re.compile(
        rf"(?<![\w-])(?:(?P<symbol>{capitals})|(?i:(?P<name>{alternatives})))(?![\w-]*\w)(?!\s?/)"
    )
    return MeasureTable(
        by_name=by_name,
        generic=frozenset(generic),
        at_birth=at_birth,
        pattern=pattern,
        may_precede=frozenset(data["words"]["may_precede"]),
        between=tuple(data["words"]["between"]),
    )
