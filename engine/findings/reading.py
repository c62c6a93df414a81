"""A note read: which findings it gives, what it says of sex and age, and what was not counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from nosograph.engine.case import (
    ClinicalCase,
    Evidence,
    Finding,
    Issue,
    Level,
    Modality,
    Sex,
    Status,
)
from nosograph.engine.findings.demographics import read_demographics
from nosograph.engine.findings.mention import Assertion, Mention

__all__ = ["findings_of", "with_demographics", "with_mentions"]

UNCERTAIN_WEIGHT = 0.5
"""How much a finding counts that the note calls possible."""
STATUS_OF = {
    Assertion.PRESENT: Status.PRESENT,
    Assertion.UNCERTAIN: Status.PRESENT,
    Assertion.EXCLUDED: Status.EXCLUDED,
}
"""Which assertions are evidence of the patient as he or she is now."""
_UNCOUNTED = {
    Assertion.FAMILY_MEMBER: "said of relatives",
    Assertion.HISTORY: "in the past only",
    Assertion.HYPOTHETICAL: "feared or asked for, not found",
}


def findings_of(mentions: Iterable[Mention]) -> tuple[Finding, ...]:
    """The findings of the patient that mentions give; the others are left to `with_mentions`."""
    return tuple(
        Finding(
            term_id=mention.term_id,
            status=STATUS_OF[mention.assertion],
            evidence=(
                Evidence(
                    modality=Modality.NOTE,
                    text=mention.text,
                    start=mention.start,
                    end=mention.end,
                    trigger=mention.trigger,
                ),
            ),
            confidence=mention.confidence
            * (UNCERTAIN_WEIGHT if mention.assertion is Assertion.UNCERTAIN else 1.0),
        )
        for mention in mentions
        if mention.assertion in STATUS_OF
    )


def with_mentions(case: ClinicalCase, mentions: Sequence[Mention]) -> ClinicalCase:
    """The case with the findings of its note, and an issue for what was not counted."""
    issues = list(case.issues)
    counts = Counter(m.assertion for m in mentions if m.assertion not in STATUS_OF)
    if counts:
        said = ", ".join(f"{n} {_UNCOUNTED[a]}" for a, n in sorted(counts.items()))
        issues.append(
            Issue(
                level=Level.INFO,
                message=f"Mentions that are no evidence of the patient's present state: {said}.",
                solution="nothing to do; 'nosograph link' shows them.",
                where="note",
            )
        )
    if not mentions:
        issues.append(
            Issue(
                level=Level.WARNING,
                message="No phenotype was recognised in the note.",
                solution="describe findings in English words, or give HPO terms with --hpo.",
                where="note",
            )
        )
    return replace(case, findings=(*case.findings, *findings_of(mentions)), issues=tuple(issues))


def with_demographics(case: ClinicalCase) -> ClinicalCase:
    """The case with sex and age from its note, where they were not given."""
    if case.sex is not Sex.UNKNOWN_SEX and case.age_years is not None:
        return case
    read = read_demographics(case.note)
    return replace(
        case,
        sex=Sex.parse(read.sex) if case.sex is Sex.UNKNOWN_SEX else case.sex,
        age_years=read.age_years if case.age_years is None else case.age_years,
    )
