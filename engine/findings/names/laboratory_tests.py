"""Names of laboratory tests, with or without a value."""

from __future__ import annotations

from nosograph.engine.findings.measurements.laboratory import find_quantities, iter_analyte_names
from nosograph.engine.findings.measurements.quantity import QuantityKind
from nosograph.engine.findings.mention import Mention
from nosograph.ontologies.term import TermId

__all__ = ["LaboratoryLinker"]

VALUE_CONFIDENCE = 1.0
"""A value with its unit stands behind the name."""
NAME_CONFIDENCE = 0.8
"""The name alone: its code is the one of the analyte that is reported most, mass before moles."""


class LaboratoryLinker:
    """Finds what is measured in blood and other specimens, as LOINC codes.

    What our table has no code for is left out here; `find_quantities` gives its values.

    >>> found = LaboratoryLinker().link("Hb 9.8 g/dL; ferritin was not measured.")
    >>> [(m.text, m.label, m.term_id) for m in found]
    [('Hb', 'hemoglobin', 'LOINC:718-7'), ('ferritin', 'ferritin', 'LOINC:2276-4')]
    """

    def link(self, text: str) -> tuple[Mention, ...]:
        """Every name, by ascending start."""
        coded = {q.start: q.loinc_code for q in find_quantities(text) if q.loinc_code is not None}
        found = []
        for start, end, analyte in iter_analyte_names(text):
            code = coded.get(start)
            first = next((c for c in analyte.codes.values() if c), None)
            if analyte.kind is not QuantityKind.LABORATORY or (code is None and first is None):
                continue
            is_symbol = text[start:end] in analyte.symbols
            if code is None and is_symbol and end - start < 3:
                continue  # "K", "Na" and "Fe" alone are as well something else
            found.append(
                Mention(
                    start=start,
                    end=end,
                    text=text[start:end],
                    term_id=code or TermId(f"LOINC:{first}"),
                    label=analyte.label,
                    confidence=VALUE_CONFIDENCE if code is not None else NAME_CONFIDENCE,
                    matched_name=text[start:end],
                    match_kind="analyte",
                )
            )
        return tuple(found)
