"""Findings as GA4GH phenotypic features, version 2: with severity and modifiers.

Source: Jacobsen et al. 2022, Nat Biotechnol 40:817-820, doi:10.1038/s41587-022-01357-4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nosograph.engine.case import Finding, Status

__all__ = ["SEVERITIES", "phenotypic_feature"]

SEVERITIES = frozenset({"HP:0012827", "HP:0012825", "HP:0012826", "HP:0012828", "HP:0012829"})
"""Borderline, mild, moderate, severe, profound: what phenopackets keep apart as ``severity``."""
DAYS_A_YEAR = 365.25


def phenotypic_feature(
    finding: Finding, *, label_of: Callable[[str], str] = lambda _: ""
) -> dict[str, Any]:
    """One finding as a phenotypic feature; `read_phenopacket` reads it back.

    A feature has one severity; of several ("mild to moderate") the first is it, and the others
    stay among the modifiers.

    >>> ataxia = Finding(term_id="HP:0001251", modifiers=("HP:0012832", "HP:0012828"))
    >>> phenotypic_feature(ataxia, label_of={"HP:0012828": "Severe"}.get)["severity"]
    {'id': 'HP:0012828', 'label': 'Severe'}

    Args:
        finding: Of a case or a differential.
        label_of: The label of a term; an empty one is left out.
    """

    def as_class(term_id: str) -> dict[str, str]:
        label = label_of(term_id)
        return {"id": term_id, "label": label} if label else {"id": term_id}

    feature: dict[str, Any] = {"type": as_class(finding.term_id)}
    if finding.status is Status.EXCLUDED:
        feature["excluded"] = True
    severity = next((m for m in finding.modifiers if m in SEVERITIES), None)
    if severity is not None:
        feature["severity"] = as_class(severity)
    others = [as_class(m) for m in finding.modifiers if m != severity]
    if others:
        feature["modifiers"] = others
    if finding.onset_age_years is not None:
        days = round(finding.onset_age_years * DAYS_A_YEAR)
        feature["onset"] = {"age": {"iso8601duration": f"P{days}D"}}
    return feature
