"""How much an input says: thin, scattered and ambiguous input is called so."""

from __future__ import annotations

from nosograph.engine.case import Issue, Level, Status
from nosograph.engine.findings.validation import ValidatedFindings
from nosograph.engine.ranking.ranking import DiseaseRanking
from nosograph.engine.ranking.reasons import ScoredCase

__all__ = ["sufficiency_issues"]

FEW_FINDINGS = 3
"""Fewer observed findings than this are called few."""
LOW_PROBABILITY = 0.1
"""If no diagnosis reaches this, the input does not single one out."""
FEW_EXPLAINED = 0.67
"""Share of the observed findings that should speak for the best disease. Of published patients the
best disease explains more than nine in ten, of terms drawn at random about half."""


def sufficiency_issues(
    validated: ValidatedFindings, scored: ScoredCase, ranking: DiseaseRanking
) -> tuple[Issue, ...]:
    """Say what an answer cannot be relied on for, and why."""
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
            _warning(
                f"Thin input, with few observed findings ({n_observed}): the list is a list of "
                "possibilities, not a diagnosis.",
                solution="add what else was observed; 'look for' names telling features.",
            )
        )
    highest = float(ranking.probabilities.max(initial=0.0))
    if highest < LOW_PROBABILITY:
        issues.append(
            _warning(
                f"No disease stands out: the most probable has {highest:.1%}.",
                solution="add more specific findings, or take the list as a start only.",
            )
        )
    if n_observed >= FEW_FINDINGS:
        n_explained = scored.n_supporting(int(ranking.best(1)[0]))
        if n_explained < FEW_EXPLAINED * n_observed:
            issues.append(
                _warning(
                    f"Scattered input: only {n_explained} of {n_observed} observed findings speak "
                    "for the first diagnosis.",
                    solution="think of two diseases, of one that is not in the graph, or of a "
                    "finding that was misread.",
                )
            )
    if scored.patient.n_listed_excluded:
        issues.append(
            Issue(
                level=Level.INFO,
                message="The excluded findings were taken as looked for on purpose: they speak for "
                "diseases that can have them.",
                solution="if everybody is asked for them, say so: routine_negatives=True, or "
                "--routine-negatives.",
                where="findings",
            )
        )
    return tuple(issues)


def _warning(message: str, *, solution: str) -> Issue:
    return Issue(level=Level.WARNING, message=message, solution=solution, where="findings")
