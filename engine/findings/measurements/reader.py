"""All measurements of a note beside the names that it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from nosograph.engine.findings.assertion.assertion import AssertionRules
from nosograph.engine.findings.measurements.growth import growth_mentions
from nosograph.engine.findings.measurements.pairing import MeasuredBody
from nosograph.engine.findings.measurements.quantity import Quantity
from nosograph.engine.findings.measurements.vital_signs import find_vital_signs
from nosograph.engine.findings.mention import Assertion, Mention

__all__ = ["LabelOf", "with_assertion", "with_measured"]

LabelOf = Callable[[str], str | None]
"""The label of a phenotype, or ``None`` for what is none."""
_OF_VALUES = (Assertion.FAMILY_MEMBER, Assertion.HYPOTHETICAL, Assertion.HISTORY)
"""What may be said of a value, the first that is said: a value cannot be excluded."""


def with_measured(
    named: tuple[Mention, ...],
    text: str,
    *,
    bodies: tuple[MeasuredBody, ...],
    quantities: tuple[Quantity, ...],
    label_of: LabelOf,
) -> tuple[Mention, ...]:
    """Put what the text measures beside what it names.

    A measurement in the words of whose term it stands only grades that mention: "microcephaly
    (OFC -3.4 SD)".

    >>> from nosograph.engine.findings.measurements.pairing import iter_growth
    >>> note = "OFC -3.4 SD"
    >>> mentions = with_measured((), note, bodies=tuple(iter_growth(note)), quantities=(),
    ...                          label_of=lambda _: "Microcephaly")
    >>> [(m.label, m.match_kind) for m in mentions]
    [('Microcephaly', 'measurement')]
    """
    measured = (
        *growth_mentions(bodies, text, label_of=label_of),
        *find_vital_signs(text, quantities, label_of=label_of),
    )
    if not measured:
        return named
    by_term: dict[str, list[int]] = {}
    for i, mention in enumerate(named):
        by_term.setdefault(mention.term_id, []).append(i)
    graded = list(named)
    more = []
    for mention in measured:
        same = [
            i
            for i in by_term.get(mention.term_id, ())
            if named[i].start < mention.end and mention.start < named[i].end
        ]
        if not same:
            more.append(mention)
        for i in same:
            graded[i] = replace(graded[i], modifiers=mention.modifiers)
    return tuple(sorted((*graded, *more), key=lambda m: (m.start, -m.end, m.term_id)))


def with_assertion(
    quantities: tuple[Quantity, ...], text: str, *, rules: AssertionRules
) -> tuple[Quantity, ...]:
    """Say of whom each value is, and whether it was measured at all."""
    modifiers = rules.modifiers(text, [(q.start, q.end) for q in quantities])
    asserted = []
    for quantity, found in zip(quantities, modifiers, strict=True):
        said = {modifier.assertion for modifier in found}
        which = next((a for a in _OF_VALUES if a in said), Assertion.PRESENT)
        asserted.append(replace(quantity, assertion=which))
    return tuple(asserted)
