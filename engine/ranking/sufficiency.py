"""How much an input says: thin input is called thin."""

from __future__ import annotations

from nosograph.engine.case import Issue, Level, Status
from nosograph.engine.findings.validation import ValidatedFindings
from nosograph.engine.ranking.ranking import DiseaseRanking

__all__ = ["sufficiency_issues"]

FEW_FINDINGS = 3
"""Fewer observed findings than this are called few."""
LOW_PROBABILITY = 0.1
"""If no diagnosis reaches this, the input does not single one out."""


def sufficiency_issues(validated: ValidatedFindings, ranking: DiseaseRanking) -> tuple[Issue, ...]:
    """Say what is missing for an answer that can be relied on."""
    n_observed = sum(f.status is Status.PRESENT for f in validated.findings)
    if not validated.findings:
        return (
            Issue(
                level=Level.ERROR,
                message="There is no finding to reason from; no diagnosis is listed.",
                solution="give at least three observed findings.",
                where="findings",
            ),
        )
    issues = []
    if n_observed < FEW_FINDINGS:
        issues.append(
            Issue(
                level=Level.WARNING,
                message=f"Thin input: {n_observed} observed finding(s). The list is a list of "
                "possibilities, not a diagnosis.",
                solution="add what else was observed; 'look for' names telling features.",
                where="findings",
            )
        )
    highest = float(ranking.probabilities.max(initial=0.0))
    if highest < LOW_PROBABILITY:
        issues.append(
            Issue(
                level=Level.WARNING,
                message=f"No disease stands out: the most probable has {highest:.1%}.",
                solution="add more specific findings, or take the list as a start only.",
                where="findings",
            )
        )
    return tuple(issues)
