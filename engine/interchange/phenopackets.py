"""GA4GH phenopackets, version 1 and 2, as JSON.

Only what is a fact of the patient is read: sex, age, phenotypic features. Diseases,
interpretations, variants and genes are never looked into: they may hold the answer.

Source: Jacobsen et al. 2022, Nat Biotechnol 40:817-820, doi:10.1038/s41587-022-01357-4.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nosograph.engine.case import (
    MAX_AGE_YEARS,
    Evidence,
    Finding,
    Issue,
    Level,
    Modality,
    Sex,
    Status,
)
from nosograph.engine.errors import CaseFormatError

__all__ = ["PhenopacketReading", "iso8601_years", "read_phenopacket"]

USED_FIELDS = frozenset({"id", "subject", "phenotypicFeatures"})
SUPPORTING_FIELDS = frozenset({"metaData"})
ANSWER_FIELDS = frozenset({"diseases", "interpretations", "variants", "genes"})
"""What may carry the diagnosis. It is counted as unused by name alone."""
RESOLUTION = "phenotypicFeatures.resolution"
TOLD_FIELDS = frozenset(
    {
        "biosamples",
        "measurements",
        "medicalActions",
        "phenotypicFeatures.modifiers",
        "phenotypicFeatures.onset",
        "phenotypicFeatures.severity",
        RESOLUTION,
        "subject.karyotypicSex",
        "subject.vitalStatus",
    }
)
"""Facts of the patient that are not evidence yet: the case says so where they are given."""
SILENT_FIELDS = frozenset(
    {
        "files",
        "hts_files",
        "htsFiles",
        "phenotypicFeatures.description",
        "phenotypicFeatures.evidence",
        "subject.alternateIds",
        "subject.dateOfBirth",
        "subject.taxonomy",
    }
)
"""What no reader would expect to count."""
MAX_PHENOPACKET_BYTES = 64 * 1024**2
MAX_ISSUES_OF_A_KIND = 20
"""After so many issues of one kind the rest are counted in one more."""

_DURATION = re.compile(
    r"P(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?"
    r"(?:T(?:\d+(?:\.\d+)?[HMS])+)?",
    re.ASCII,
)
ONSET_YEARS = {
    "HP:0030674": 0.0,  # Antenatal onset
    "HP:0011460": 0.0,  # Embryonal onset
    "HP:0011461": 0.0,  # Fetal onset
    "HP:0003577": 0.0,  # Congenital onset: at birth
    "HP:0003623": 0.04,  # Neonatal onset: first 28 days
    "HP:0003593": 0.5,  # Infantile onset: 28 days to 1 year
    "HP:0011463": 3.0,  # Childhood onset: 1 to 5 years
    "HP:0003621": 10.0,  # Juvenile onset: 5 to 15 years
    "HP:0011462": 25.0,  # Young adult onset: 16 to 40 years
    "HP:0003581": 30.0,  # Adult onset: 16 years or later
    "HP:0003596": 50.0,  # Middle age onset: 40 to 60 years
    "HP:0003584": 70.0,  # Late onset: after 60 years
}
"""Middle of the range that defines each of HPO's onset terms, in years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhenopacketReading:
    """What was read, and what was there beside it."""

    case_id: str
    sex: Sex
    age_years: float | None
    findings: tuple[Finding, ...]
    issues: tuple[Issue, ...]
    unused: Mapping[str, int]
    """Fields that were there and are not used, with the number of their entries."""

    def as_case_fields(self) -> dict[str, Any]:
        """Arguments for a `ClinicalCase`."""
        return {
            name: getattr(self, name)
            for name in ("case_id", "sex", "age_years", "findings", "issues")
        }


def read_phenopacket(phenopacket: str | Path | Mapping[str, Any]) -> PhenopacketReading:
    """Read one phenopacket.

    Args:
        phenopacket: Path of a JSON file, or the parsed JSON.

    Raises:
        CaseFormatError: If it is not a phenopacket.
        OSError: If the file cannot be opened.
    """
    data = _load(phenopacket)
    if "phenopacket" in data and isinstance(data["phenopacket"], Mapping):
        data = data["phenopacket"]  # as some tools wrap it
    if not ({"phenopacketSchemaVersion"} & set(_mapping(data.get("metaData")))) and not (
        {"subject", "phenotypicFeatures"} & set(data)
    ):
        raise CaseFormatError(
            "not a phenopacket: expected a JSON object with 'subject' and 'phenotypicFeatures' "
            f"(GA4GH phenopacket 1 or 2), got {_described(data)}."
        )
    issues: list[Issue] = []
    unused: Counter[str] = Counter()
    subject = _mapping(data.get("subject"))
    findings = _features(data.get("phenotypicFeatures"), issues=issues, unused=unused)
    for name, value in data.items():
        if name not in USED_FIELDS | SUPPORTING_FIELDS:
            unused[name] += len(value) if isinstance(value, list) else 1
    for name in subject:
        if name not in {"id", "sex", "timeAtLastEncounter", "ageAtCollection"}:
            unused[f"subject.{name}"] += 1
    sex = subject.get("sex")
    if sex is not None and str(sex).strip().upper() not in Sex.__members__:
        issues.append(_issue("The sex is none of GA4GH's words; it was left out.", "subject.sex"))
    issues += _unused_issues(unused)
    return PhenopacketReading(
        case_id=case_id if isinstance(case_id := data.get("id"), str) else "",
        sex=Sex.parse(sex),
        age_years=_age(subject, issues=issues),
        findings=findings,
        issues=_bounded(issues),
        unused=dict(sorted(unused.items())),
    )


def _unused_issues(unused: Mapping[str, int]) -> list[Issue]:
    """Say which facts of the patient were there and are not used. Other names are only counted."""
    told = {name: n for name, n in unused.items() if name in TOLD_FIELDS}
    others = sum(
        n for name, n in unused.items() if name not in TOLD_FIELDS | ANSWER_FIELDS | SILENT_FIELDS
    )
    named = [f"{name} {n}" for name, n in sorted(told.items())]
    if others:
        named.append(f"other fields {others}")
    if not named:
        return []
    resolved = ", and features that have resolved count as present" * (RESOLUTION in unused)
    return [
        Issue(
            level=Level.INFO,
            message=f"Parts of the phenopacket are not used: {', '.join(named)}{resolved}.",
            solution="give what is abnormal among them as phenotypic features.",
            where="phenopacket",
        )
    ]


def _described(data: Mapping[str, Any]) -> str:
    """What stands in place of a phenopacket; field names may be words of a patient's."""
    return f"one with neither among its {len(data)} fields" if data else "an empty one"


def iso8601_years(text: object) -> float | None:
    """Read an ISO 8601 duration as years.

    >>> iso8601_years("P1Y6M"), iso8601_years("P2W") is not None, iso8601_years("6 years")
    (1.5, True, None)
    """
    match = _DURATION.fullmatch(text) if isinstance(text, str) and len(text) <= 40 else None
    if match is None or not any(match.groups()):
        return None
    years, months, weeks, days = (float(value or 0) for value in match.groups())
    return years + months / 12 + weeks / 52.1775 + days / 365.25


def _load(phenopacket: str | Path | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(phenopacket, Mapping):
        return phenopacket
    if not isinstance(phenopacket, str | Path):
        raise CaseFormatError(
            "not a phenopacket: expected a JSON object or the path of a file with one, got "
            f"{type(phenopacket).__name__}."
        )
    path = Path(phenopacket)
    if "\0" in str(path):
        raise CaseFormatError("not the path of a phenopacket: it holds a zero byte.")
    with path.open("rb") as file:
        content = file.read(MAX_PHENOPACKET_BYTES + 1)
    if len(content) > MAX_PHENOPACKET_BYTES:
        raise CaseFormatError(
            f"{path.name}: larger than {MAX_PHENOPACKET_BYTES // 1024**2} MiB; "
            "a phenopacket of one patient is not. Give one patient a file."
        )
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise CaseFormatError(
            f"{path.name}: not a phenopacket: the file is not JSON ({error.__class__.__name__}). "
            "Expected a GA4GH phenopacket as JSON."
        ) from error
    if not isinstance(data, Mapping):
        raise CaseFormatError(
            f"{path.name}: not a phenopacket: expected a JSON object, got {type(data).__name__}."
        )
    return data


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _issue(message: str, where: str, *, solution: str = "correct the phenopacket.") -> Issue:
    return Issue(
        level=Level.WARNING, message=message, solution=solution, where=f"phenopacket.{where}"
    )


def _bounded(issues: Sequence[Issue]) -> tuple[Issue, ...]:
    """The first issues of each kind, and how many more there are."""
    by_message: dict[str, list[Issue]] = {}
    for issue in issues:
        by_message.setdefault(issue.message, []).append(issue)
    bounded: list[Issue] = []
    for message, same in by_message.items():
        bounded += same[:MAX_ISSUES_OF_A_KIND]
        if n_more := max(0, len(same) - MAX_ISSUES_OF_A_KIND):
            more = f"{n_more} more like this: {message}"
            bounded.append(_issue(more, "phenotypicFeatures", solution=same[0].solution))
    return tuple(bounded)


def _age(subject: Mapping[str, Any], *, issues: list[Issue]) -> float | None:
    for field in ("timeAtLastEncounter", "ageAtCollection"):  # version 2, version 1
        stated = _mapping(subject.get(field))
        age = _time_years(stated)
        if age is not None:
            return age
        if stated and not {"timestamp", "interval"} & set(stated):
            issues.append(_issue("The age cannot be read; it was left out.", f"subject.{field}"))
    return None


def _time_years(element: Mapping[str, Any]) -> float | None:
    """A time element of version 2, or an age of version 1, in years; ``None`` for what is none."""
    years = _stated_years(element)
    return years if years is not None and years <= MAX_AGE_YEARS else None


def _stated_years(element: Mapping[str, Any]) -> float | None:
    if "ageRange" in element:
        ends = [
            iso8601_years(_mapping(_mapping(element["ageRange"]).get(end)).get("iso8601duration"))
            for end in ("start", "end")
        ]
        known = [end for end in ends if end is not None]
        return sum(known) / len(known) if known else None
    if "gestationalAge" in element:
        return 0.0
    if "ontologyClass" in element:
        return ONSET_YEARS.get(str(_mapping(element["ontologyClass"]).get("id", "")))
    if "id" in element:  # version 1: an ontology class in place of an age
        return ONSET_YEARS.get(str(element["id"]))
    age = element.get("age")
    if isinstance(age, Mapping):
        return iso8601_years(age.get("iso8601duration"))
    return iso8601_years(age)


def _modifiers(feature: Mapping[str, Any]) -> tuple[str, ...]:
    """Severity and modifiers of a feature: kept with the finding, though they are no evidence."""
    stated = feature.get("modifiers")
    classes = [feature.get("severity"), *(stated if isinstance(stated, list) else ())]
    found = (_mapping(c).get("id") for c in classes)
    return tuple(dict.fromkeys(m.strip() for m in found if isinstance(m, str) and m.strip()))


def _features(
    features: object, *, issues: list[Issue], unused: Counter[str]
) -> tuple[Finding, ...]:
    if features is None:
        features = []
    if not isinstance(features, list):
        issues.append(_issue("The features are no list; none was read.", "phenotypicFeatures"))
        features = []
    findings = []
    for number, feature in enumerate(features):
        fields = _mapping(feature)
        term_id = _mapping(fields.get("type")).get("id")
        if not isinstance(term_id, str) or not term_id.strip():
            where = f"phenotypicFeatures[{number}]"
            issues.append(_issue("The feature has no type; it was left out.", where))
            continue
        is_excluded = fields.get("excluded", fields.get("negated"))  # version 2, version 1
        if is_excluded is not None and not isinstance(is_excluded, bool):
            where = f"phenotypicFeatures[{number}].excluded"
            issues.append(_issue("Neither true nor false; the feature was left out.", where))
            continue
        onset = _mapping(fields.get("onset") or fields.get("classOfOnset"))
        onset_age_years = _time_years(onset)
        if onset and onset_age_years is None:
            unused["phenotypicFeatures.onset"] += 1  # a date, or a class that is no age
        findings.append(
            Finding(
                term_id=term_id.strip(),
                status=Status.EXCLUDED if is_excluded else Status.PRESENT,
                evidence=(Evidence(modality=Modality.PHENOPACKET),),
                onset_age_years=onset_age_years,
                modifiers=_modifiers(fields),
            )
        )
        for name in fields:
            if name not in {"type", "excluded", "negated", "onset", "classOfOnset"}:
                unused[f"phenotypicFeatures.{name}"] += 1
    return tuple(findings)
