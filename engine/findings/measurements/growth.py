"""Measurements in words: "height below the 3rd percentile", "OFC 44 cm (-4 SD)".

A measurement is the name of a measure and, in the same sentence, where its value stands. A value
without its standing ("OFC 44 cm") says nothing without a growth chart, which we do not have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from nosograph.engine.findings.measurements.pairing import MeasuredBody, iter_growth
from nosograph.engine.findings.mention import Mention
from nosograph.ontologies.term import TermId

__all__ = ["MATCH_KIND", "find_growth", "growth_mentions", "ordinary_terms"]

MATCH_KIND = "measurement"
"""`Mention.match_kind` of what was read off a measurement."""
CONFIDENCE = 0.95
"""The number is sure; whose it is and of what, the text says in its own way."""


def find_growth(text: str, *, label_of: Callable[[str], str | None]) -> tuple[Mention, ...]:
    """The mentions that measurements of growth give, by ascending start.

    A value beyond its limit is a mention of the term. A value within both limits is none: it names
    nothing, and annotators do not mark it; `ordinary_terms` says what it answers.

    >>> labels = {"HP:0000252": "Microcephaly", "HP:0004322": "Short stature"}
    >>> note = "Height 98 cm (50th centile), head circumference 44 cm (-3.4 SD)."
    >>> [(m.label, m.matched_name, m.modifiers) for m in find_growth(note, label_of=labels.get)]
    [('Microcephaly', 'head circumference: -3.4 SD', ('HP:0012826',))]

    Args:
        text: A note.
        label_of: The label of a term, or ``None`` for one that the release does not have, which is
            then left out.
    """
    return growth_mentions(tuple(iter_growth(text)), text, label_of=label_of)


def growth_mentions(
    bodies: Iterable[MeasuredBody], text: str, *, label_of: Callable[[str], str | None]
) -> tuple[Mention, ...]:
    """What `find_growth` gives, of measurements that were read before."""
    found = []
    for measured in bodies:
        term_id = measured.term_id
        label = label_of(term_id) if term_id is not None else None
        if term_id is None or label is None:
            continue
        stands = ", ".join(" ".join(text[s.start : s.end].split()) for s in measured.standings)
        found.append(
            Mention(
                start=measured.start,
                end=measured.end,
                text=text[measured.start : measured.end],
                term_id=term_id,
                label=label,
                confidence=CONFIDENCE,
                matched_name=f"{measured.measure.label}: {stands}",
                match_kind=MATCH_KIND,
                modifiers=(measured.severity,) if measured.severity is not None else (),
            )
        )
    return tuple(sorted(found, key=lambda m: (m.start, m.end)))


def ordinary_terms(bodies: Iterable[MeasuredBody]) -> frozenset[TermId]:
    """The terms that ordinary values answer: nobody needs to look for them again.

    >>> note = "OFC on the 50th centile, foot length 9 cm (50th centile)"
    >>> sorted(ordinary_terms(iter_growth(note)))
    ['HP:0000252', 'HP:0000256']
    """
    return frozenset(
        term_id
        for measured in bodies
        if measured.measure.normal_answers and measured.is_ordinary
        for term_id in (measured.measure.low, measured.measure.high)
        if term_id is not None
    )
