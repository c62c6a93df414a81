"""Vital signs whose limit does not depend on age: fever, and too little oxygen in the blood.

Heart rate, respiratory rate and blood pressure have limits by age; they are handed over as
quantities only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from nosograph.engine.findings.measurements.growth import CONFIDENCE, MATCH_KIND
from nosograph.engine.findings.measurements.quantity import Quantity
from nosograph.engine.findings.mention import Mention
from nosograph.ontologies.term import TermId

__all__ = ["find_vital_signs"]

FEVER, HYPOXEMIA = TermId("HP:0001945"), TermId("HP:0012418")
FEVER_CELSIUS = 38.0
"""The common limit of a temperature taken in the rectum or the ear; others are lower."""
HYPOXEMIA_PERCENT = 90.0
"""Below it the saturation falls steeply with the pressure of oxygen (60 mmHg), at any age."""
LEAST_PERCENT = 30.0
"""A lower one is a slip, or is of something else."""
_NOT_ARTERIAL = re.compile(
    r"\b(?:venous|cerebral|tissue|regional|mixed|transferrin|iron)\s*$", re.I
)


def find_vital_signs(
    text: str, quantities: Iterable[Quantity], *, label_of: Callable[[str], str | None]
) -> Iterator[Mention]:
    """The mentions that temperatures and oxygen saturations give.

    >>> from nosograph.engine.findings.measurements.laboratory import find_quantities
    >>> note = "T 38.9 °C, SpO2 97%"
    >>> labels = {"HP:0001945": "Fever", "HP:0012418": "Hypoxemia"}
    >>> found = find_vital_signs(note, find_quantities(note), label_of=labels.get)
    >>> [(m.label, m.matched_name) for m in found]
    [('Fever', 'body temperature 38.9 °C')]

    Args:
        text: The note.
        quantities: What `find_quantities` read in it.
        label_of: The label of a term, or ``None`` for one that the release does not have.
    """
    for quantity in quantities:
        term_id = _term(text, quantity)
        label = label_of(term_id) if term_id is not None else None
        if term_id is not None and label is not None:
            yield Mention(
                start=quantity.start,
                end=quantity.end,
                text=quantity.text,
                term_id=term_id,
                label=label,
                confidence=CONFIDENCE,
                matched_name=str(quantity),
                match_kind=MATCH_KIND,
            )


def _term(text: str, quantity: Quantity) -> TermId | None:
    if quantity.analyte == "body temperature":
        value = quantity.value
        celsius = (value - 32) / 1.8 if quantity.ucum == "[degF]" else value
        is_fever = celsius >= FEVER_CELSIUS and not quantity.comparator.startswith("<")
        return FEVER if is_fever else None
    if quantity.analyte == "oxygen saturation":
        highest = quantity.value if quantity.high is None else quantity.high
        before = text[max(0, quantity.start - 20) : quantity.start]
        is_low = LEAST_PERCENT <= highest < HYPOXEMIA_PERCENT
        is_low = is_low and not quantity.comparator.startswith(">")
        return HYPOXEMIA if is_low and _NOT_ARTERIAL.search(before) is None else None
    return None
