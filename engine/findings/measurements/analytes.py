"""What is measured in blood and other specimens: names, codes and plausible values."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from nosograph.engine.findings.measurements.quantity import QuantityKind
from nosograph.ontologies.term import TermId

__all__ = ["SPECIMENS", "Analyte", "AnalyteTable", "load_analytes"]

SPECIMENS = ("urine", "csf", "sweat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyte:
    """One row of ``analytes.toml``."""

    id: str
    label: str
    names: tuple[str, ...]
    symbols: tuple[str, ...]
    kind: QuantityKind
    codes: Mapping[str, str]
    """Kind of quantity (or specimen) to LOINC code; empty where there is none that was checked."""
    plausible: tuple[float, float] | None
    unit_needed: bool

    def code(self, kind: str, *, specimen: str = "") -> TermId | None:
        """The LOINC code of a value.

        Args:
            kind: What its unit measures; empty if none is written.
            specimen: One of `SPECIMENS`, or empty for blood and its parts.
        """
        if specimen:
            by_kind = {"urine": "mass", "csf": "mass", "sweat": "moles"}[specimen]
            by_kind = "osmolality" if "osmolality" in self.codes else by_kind
            found = self.codes.get(f"{specimen}_{kind}", "")
            found = found or (self.codes.get(specimen, "") if kind == by_kind else "")
        elif kind:
            found = self.codes.get(kind, "")
        else:
            kinds = [k for k in self.codes if k.partition("_")[0] not in SPECIMENS]
            found = self.codes[kinds[0]] if len(kinds) == 1 else ""
        return TermId(f"LOINC:{found}") if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyteTable:
    """All analytes, and how to find their names."""

    by_name: Mapping[str, Analyte]
    """Lower-case names, and symbols as written."""
    pattern: re.Pattern[str]


@cache
def load_analytes() -> AnalyteTable:
    """Read ``analytes.toml``, once.

    >>> hemoglobin = load_analytes().by_name["Hb"]
    >>> hemoglobin.code("mass"), hemoglobin.code("moles"), hemoglobin.code("")
    ('LOINC:718-7', 'LOINC:59260-0', None)
    """
    path = files(__package__).joinpath("analytes.toml")
    by_name: dict[str, Analyte] = {}
    symbols: list[str] = []
    names: list[str] = []
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["analytes"]:
        plausible = row.get("plausible")
        analyte = Analyte(
            id=row["id"],
            label=row["label"],
            names=tuple(row.get("names", ())),
            symbols=tuple(row.get("symbols", ())),
            kind=QuantityKind(row.get("kind", QuantityKind.LABORATORY)),
            codes=row["codes"],
            plausible=(plausible[0], plausible[1]) if plausible else None,
            unit_needed=row.get("unit_needed", False),
        )
        by_name |= {name.lower(): analyte for name in analyte.names}
        by_name |= dict.fromkeys(analyte.symbols, analyte)
        names += analyte.names
        symbols += analyte.symbols
    # Longest first, so that "ionized calcium" is not read as "calcium".
    words = "|".join(
        re.escape(n).replace(r"\ ", r"\s+") for n in sorted(names, key=len, reverse=True)
    )
    capitals = "|".join(map(re.escape, sorted(symbols, key=len, reverse=True)))
    pattern = re.compile(
        rf"(?<![\w-])(?<!\w[.'’])(?:(?i:(?P<name>{words}))|(?P<symbol>{capitals}))(?![\w])(?!-\w*[a-z])"
    )
    return AnalyteTable(by_name=by_name, pattern=pattern)
