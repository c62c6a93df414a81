"""How often a disease shows a finding, as phenotype.hpoa writes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

__all__ = ["FREQUENCY_CLASSES", "Frequency", "FrequencyKind"]


class FrequencyKind(StrEnum):
    """How a frequency was stated."""

    COUNT = "count"
    """n of m patients."""
    PERCENT = "percent"
    CLASS = "class"
    """One of HPO's frequency terms; the middle of its range is taken."""
    UNSTATED = "unstated"
    UNREADABLE = "unreadable"
    """A text is there, but it is none of the above, or says more than all."""


FREQUENCY_CLASSES = {
    "HP:0040280": 1.0,  # Obligate: 100 %
    "HP:0040281": 0.895,  # Very frequent: 80 to 99 %
    "HP:0040282": 0.545,  # Frequent: 30 to 79 %
    "HP:0040283": 0.17,  # Occasional: 5 to 29 %
    "HP:0040284": 0.025,  # Very rare: 1 to 4 %
    "HP:0040285": 0.0,  # Excluded: 0 %
}
"""HPO's frequency terms and the middle of the range that each is defined by."""

_CLASS_TEXTS = {
    1.0: "obligate (100 %)",
    0.895: "very frequent (80–99 %)",
    0.545: "frequent (30–79 %)",
    0.17: "occasional (5–29 %)",
    0.025: "very rare (1–4 %)",
    0.0: "not seen (0 %)",
}
"""HPO's words for its classes, by the middle of their range: all that a stored class keeps."""

_COUNT = re.compile(r"(\d+)\s*/\s*(\d+)", re.ASCII)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%(?:\s*-\s*(\d+(?:\.\d+)?)\s*%)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """One statement of a frequency."""

    kind: FrequencyKind
    value: float | None = None
    """Share of patients, in [0, 1]; ``None`` where nothing usable is stated."""
    n: int = 0
    """Patients with the finding, for COUNT."""
    m: int = 0
    """Patients examined, for COUNT."""

    @classmethod
    def parse(cls, text: str) -> Frequency:
        """Read the frequency column; never raises.

        >>> Frequency.parse("3/12").value, Frequency.parse("HP:0040282").value
        (0.25, 0.545)
        >>> Frequency.parse("").kind.value, Frequency.parse("7/3").kind.value
        ('unstated', 'unreadable')
        """
        return _parse(text.strip())

    def __str__(self) -> str:
        """In words, as precise as it was stated.

        >>> str(Frequency.parse("3/7")), str(Frequency.parse("HP:0040281"))
        ('3/7', 'very frequent (80–99 %)')
        """
        if self.value is None:
            unreadable = self.kind is FrequencyKind.UNREADABLE
            return "frequency not readable" if unreadable else "frequency not stated"
        if self.kind is FrequencyKind.COUNT:
            return f"{self.n}/{self.m}" if self.n else f"not seen (0/{self.m})"
        if self.kind is FrequencyKind.CLASS:
            return _CLASS_TEXTS[min(_CLASS_TEXTS, key=lambda value: abs(value - (self.value or 0)))]
        return f"{100 * self.value:.3g} %" if self.value else "not seen (0 %)"


@lru_cache(maxsize=65_536)
def _parse(text: str) -> Frequency:
    if not text:
        return Frequency(kind=FrequencyKind.UNSTATED)
    if text in FREQUENCY_CLASSES:
        return Frequency(kind=FrequencyKind.CLASS, value=FREQUENCY_CLASSES[text])
    if (count := _COUNT.fullmatch(text)) is not None and len(text) <= 16:
        n, m = int(count[1]), int(count[2])
        if n <= m and m > 0:
            return Frequency(kind=FrequencyKind.COUNT, value=n / m, n=n, m=m)
    if (percent := _PERCENT.fullmatch(text)) is not None:
        low, high = float(percent[1]), float(percent[2] or percent[1])
        if low <= high <= 100:
            return Frequency(kind=FrequencyKind.PERCENT, value=(low + high) / 200)
    return Frequency(kind=FrequencyKind.UNREADABLE)
