"""A note read: which findings it gives, what it says of sex and age, and what was not counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from nosograph.engine.case import (
    UNCERTAIN_CONFIDENCE,
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
from nosograph.engine.findings.languages.demographics import read_demographics_in
from nosograph.engine.findings.languages.registry import LANGUAGES
from nosograph.engine.findings.measurements.quantity import Quantity, QuantityKind
from nosograph.engine.findings.mention import Assertion, Mention

__all__ = [
    "considered_terms",
    "findings_of",
    "with_demographics",
    "with_mentions",
    "with_quantities",
]

HISTORY_WEIGHT = 0.8
"""How much a finding counts that stands in the patient's history. A disease is known by all that
its patient ever had, so it counts as present; but it is told, not examined, and may have been
another, passing illness, so it counts less than what was seen. Our own choice, not fitted."""
STATUS_OF = {
    Assertion.PRESENT: Status.PRESENT,
    Assertion.HISTORY: Status.PRESENT,
    Assertion.UNCERTAIN: Status.PRESENT,
    Assertion.EXCLUDED: Status.EXCLUDED,
}
"""Which assertions are evidence of the patient, unless the text takes them back."""
WEIGHT_OF = {Assertion.UNCERTAIN: UNCERTAIN_CONFIDENCE, Assertion.HISTORY: HISTORY_WEIGHT}
_UNCOUNTED = {
    Assertion.FAMILY_MEMBER: "said of relatives",
    Assertion.HISTORY: "had before and now gone",
    Assertion.HYPOTHETICAL: "may come, is to be looked for or was not looked at",
    Assertion.UNCERTAIN: "called doubtful, or absent only in one place or form",
}
MANY_OF_RELATIVES = 4
"""Terms said of relatives from which on they are named, though the patient has findings of its own:
so many may be the patient's, read wrongly."""
MAX_NAMED = 5
"""Terms that an issue names; the others it counts."""


def findings_of(mentions: Iterable[Mention]) -> tuple[Finding, ...]:
    """The findings of the patient that mentions give; the others are left to `with_mentions`."""
    mentions = tuple(mentions)
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
                    is_uncertain=mention.assertion is Assertion.UNCERTAIN,
                ),
            ),
            confidence=mention.confidence * WEIGHT_OF.get(mention.assertion, 1.0),
            modifiers=mention.modifiers,
        )
        for mention, counts in zip(mentions, _counted(mentions), strict=True)
        if counts
    )


def considered_terms(mentions: Iterable[Mention]) -> frozenset[str]:
    """Terms that the note speaks of in the patient, also where they are no evidence any more."""
    return frozenset(mention.term_id for mention in mentions if mention.assertion in STATUS_OF)


def _counted(mentions: Sequence[Mention]) -> list[bool]:
    """Whether each mention is evidence.

    What one place takes back, another may not count as past or possible: "History of seizures. The
    seizures have resolved." Found now, it counts all the same.
    """
    taken_back = {(m.term_id, m.assertion) for m in mentions if m.discounted}
    return [
        m.assertion in STATUS_OF and (m.term_id, m.assertion) not in taken_back for m in mentions
    ]


def with_mentions(
    case: ClinicalCase, mentions: Sequence[Mention], *, language: str = "en"
) -> ClinicalCase:
    """The case with the findings of its note, and an issue for what was not counted."""
    issues = list(case.issues)
    counted = _counted(mentions)
    uncounted = [m for m, counts in zip(mentions, counted, strict=True) if not counts]
    if uncounted:
        counts = Counter(m.assertion for m in uncounted)
        said = ", ".join(f"{n} {_UNCOUNTED[a]}" for a, n in sorted(counts.items()))
        issues.append(
            Issue(
                level=Level.INFO,
                message=f"The note names findings that were not counted: {said}."
                + _named((m.label for m in uncounted if m.discounted), "Gone or doubtful")
                + _named(_of_relatives(uncounted, n_findings=sum(counted)), "Said of relatives"),
                solution="nothing to do if that is right; 'nosograph link' shows each with its "
                "place. Give with --hpo what the patient has, or had and is typical of a disease.",
                where="note",
            )
        )
    n_history = sum(
        counts and m.assertion is Assertion.HISTORY
        for m, counts in zip(mentions, counted, strict=True)
    )
    if n_history:
        issues.append(
            Issue(
                level=Level.INFO,
                message=f"Mentions of the patient's history: {n_history}; they count as present, "
                f"with {HISTORY_WEIGHT:g} of the weight.",
                solution="nothing to do; 'nosograph link' shows them.",
                where="note",
            )
        )
    if not mentions:
        issues.append(
            Issue(
                level=Level.WARNING,
                message="No phenotype was recognised in the note.",
                solution=f"describe findings in {LANGUAGES[language].name} words, or give HPO "
                "terms with --hpo.",
                where="note",
            )
        )
    return replace(case, findings=(*case.findings, *findings_of(mentions)), issues=tuple(issues))


def with_quantities(case: ClinicalCase, quantities: Sequence[Quantity]) -> ClinicalCase:
    """The case with an issue that says how many numbers were read and are no evidence."""
    of_patient = [q for q in quantities if q.assertion in STATUS_OF]
    if not of_patient:
        return case
    n_laboratory = sum(q.kind is QuantityKind.LABORATORY for q in of_patient)
    n_other = len(of_patient) - n_laboratory
    counted = [f"{n_laboratory} of the laboratory"] if n_laboratory else []
    counted += [f"{n_other} of vital signs and growth"] if n_other else []
    issue = Issue(
        level=Level.INFO,
        message=f"Numbers were read but not judged high or low: {', '.join(counted)}. Only what "
        "says so itself was counted, such as -3 SD or 39 °C.",
        solution="give what is abnormal among them with --hpo; 'nosograph link' lists them.",
        where="note",
    )
    return replace(case, issues=(*case.issues, issue))


def _of_relatives(uncounted: Sequence[Mention], *, n_findings: int) -> tuple[str, ...]:
    """Terms said of relatives, where the patient is left without findings or they are many."""
    labels = tuple(
        dict.fromkeys(m.label for m in uncounted if m.assertion is Assertion.FAMILY_MEMBER)
    )
    return labels if not n_findings or len(labels) >= MANY_OF_RELATIVES else ()


def _named(labels: Iterable[str], what: str) -> str:
    """A sentence that names the first of the findings that do not count."""
    distinct = tuple(dict.fromkeys(labels))
    if not distinct:
        return ""
    more = f" and {len(distinct) - MAX_NAMED} more" if len(distinct) > MAX_NAMED else ""
    return f" {what}: {', '.join(distinct[:MAX_NAMED])}{more}."


def with_demographics(case: ClinicalCase, *, language: str = "en") -> ClinicalCase:
    """The case with sex and age from its note, where they were not given."""
    if case.sex is not Sex.UNKNOWN_SEX and case.age_years is not None:
        return case
    if language == "en":
        read = read_demographics(case.note)
    else:
        read = read_demographics_in(language, case.note)
    return replace(
        case,
        sex=Sex.parse(read.sex) if case.sex is Sex.UNKNOWN_SEX else case.sex,
        age_years=read.age_years if case.age_years is None else case.age_years,
    )
