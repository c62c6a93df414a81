"""A number with its unit, as a text states it: what the laboratory stage is handed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from nosograph.engine.findings.mention import Assertion
from nosograph.ontologies.term import TermId

__all__ = ["Quantity", "QuantityKind"]


class QuantityKind(StrEnum):
    """Where such a value comes from."""

    LABORATORY = "laboratory"
    VITAL_SIGN = "vital_sign"
    GROWTH = "growth"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One value of one analyte. Nothing is concluded from it here, not even whether it is normal.

    >>> hb = Quantity(start=0, end=11, text="Hb 9.8 g/dL", name="Hb", analyte="hemoglobin",
    ...               value=9.8, unit="g/dL", ucum="g/dL", loinc_code=TermId("LOINC:718-7"))
    >>> str(hb)
    'hemoglobin 9.8 g/dL'
    """

    start: int
    """Offset of the name's first character in the text as it was given."""
    end: int
    """Offset after the last character of value, unit, reference range and flag."""
    text: str
    name: str
    """As it is written."""
    analyte: str
    """Our name of what was measured."""
    value: float
    """As written, in the unit that is written; of a range its lower end."""
    kind: QuantityKind = QuantityKind.LABORATORY
    loinc_code: TermId | None = None
    """``None`` where unit or specimen leave it open, or our table has no code."""
    comparator: str = ""
    """``<``, ``>``, ``<=`` or ``>=``."""
    high: float | None = None
    """The upper end, if a range is written: "3.5-5.2"."""
    unit: str = ""
    """As it is written."""
    ucum: str = ""
    """The same in the Unified Code for Units of Measure."""
    specimen: str = ""
    """``urine``, ``csf`` or ``sweat`` where the text says so."""
    reference_low: float | None = None
    """Lower limit of the reference range, if the text gives one."""
    reference_high: float | None = None
    flag: str = ""
    """``H``, ``L``, ``HH`` or ``LL``, if the text gives one."""
    assertion: Assertion = Assertion.PRESENT
    """Of whom and when, as for a `Mention`."""

    def __str__(self) -> str:
        upper = "" if self.high is None else f"-{self.high:g}"
        return f"{self.analyte} {self.comparator}{self.value:g}{upper} {self.unit}".rstrip()
