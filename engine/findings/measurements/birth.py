"""Length, weight and head at birth are values of their own, not those of the patient today."""

from __future__ import annotations

from dataclasses import replace

from nosograph.engine.findings.measurements.pairing import is_of_birth, iter_sentences
from nosograph.engine.findings.measurements.quantity import Quantity, QuantityKind
from nosograph.ontologies.term import TermId

__all__ = ["dated_at_birth"]

MAX_FRAGMENT = 60
"""Characters of a sentence that only goes on with what was measured: "Length 45 cm."."""
_AT_BIRTH = {
    "body weight": ("birth weight", TermId("LOINC:8339-4")),
    "body height": ("birth length", None),
    "head circumference": ("head circumference at birth", None),
}
"""The code of the weight was checked; the others are left open."""


def dated_at_birth(quantities: tuple[Quantity, ...], text: str) -> tuple[Quantity, ...]:
    """Name and code what was measured at birth as such.

    >>> note = "Birth weight 2.4 kg, length 45 cm. Now weight 20 kg."
    >>> from nosograph.engine.findings.measurements.laboratory import find_quantities
    >>> [str(q) for q in find_quantities(note)]
    ['birth weight 2.4 kg', 'birth length 45 cm', 'body weight 20 kg']
    """
    if not any(q.kind is QuantityKind.GROWTH and q.analyte in _AT_BIRTH for q in quantities):
        return quantities
    dated = list(quantities)
    before = ""
    position = 0
    for start, end in iter_sentences(text):
        of_birth = False
        while position < len(dated) and dated[position].start < end:
            quantity = dated[position]
            if quantity.kind is QuantityKind.GROWTH and quantity.analyte in _AT_BIRTH:
                of_birth = is_of_birth(text[start : quantity.end], before)
                if of_birth:
                    label, code = _AT_BIRTH[quantity.analyte]
                    dated[position] = replace(quantity, analyte=label, loinc_code=code)
            position += 1
        is_fragment = of_birth and end - start <= MAX_FRAGMENT
        before = f"{before} {text[start:end]}" if is_fragment else text[start:end]
    return tuple(dated)
