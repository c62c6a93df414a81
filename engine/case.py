"""The question: one patient, as given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

__all__ = ["ClinicalCase", "Evidence", "Finding", "Issue", "Level", "Modality", "Sex", "Status"]


class Sex(StrEnum):
    """Sex as in GA4GH phenopackets; what is neither FEMALE nor MALE is no evidence."""

    UNKNOWN_SEX = "UNKNOWN_SEX"
    FEMALE = "FEMALE"
    MALE = "MALE"
    OTHER_SEX = "OTHER_SEX"

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read a sex, UNKNOWN_SEX for what is none.

        >>> Sex.parse("female"), Sex.parse(None)
        (<Sex.FEMALE: 'FEMALE'>, <Sex.UNKNOWN_SEX: 'UNKNOWN_SEX'>)
        """
        name = str(text).strip().upper() if text is not None else ""
        return cls(name) if name in cls.__members__ else cls("UNKNOWN_SEX")


class Status(StrEnum):
    """What is known of a finding; what nobody looked for is not in the case at all."""

    PRESENT = "present"
    EXCLUDED = "excluded"


class Modality(StrEnum):
    """Where in the input a finding comes from."""

    NOTE = "note"
    TERM = "term"
    PHENOPACKET = "phenopacket"


class Level(StrEnum):
    """How much an issue matters."""

    INFO = "info"
    """Something was put right, or is worth knowing."""
    WARNING = "warning"
    """Something was left out or looks wrong."""
    ERROR = "error"
    """A part of the case could not be used at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Trouble with a patient's data, and what to do about it. Never holds words of a note."""

    level: Level
    message: str
    solution: str
    where: str = ""
    """Place in the input: ``findings[3]``, ``note``, ``phenopacket.subject.sex``."""

    def __str__(self) -> str:
        place = f" {self.where}:" if self.where else ""
        return f"{self.level.upper()}{place} {self.message} Solution: {self.solution}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where in the input a finding stands."""

    modality: Modality
    text: str = ""
    """The words of the note."""
    start: int | None = None
    """Offset of the words in the note."""
    end: int | None = None
    trigger: str = ""
    """The words that made it excluded, uncertain or history."""
    is_uncertain: bool = False
    """Whether this place calls it possible only."""


UNCERTAIN_CONFIDENCE = 0.5
"""What a finding counts that is possible only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One observation of the patient, present or excluded."""

    term_id: str
    """As given; the engine resolves it."""
    status: Status = Status.PRESENT
    evidence: tuple[Evidence, ...] = ()
    """Every place that says so."""
    confidence: float = 1.0
    """How much the finding counts, in (0, 1]: below 1 for what the note calls uncertain."""
    onset_age_years: float | None = None
    """Age at which it was first seen, in years."""
    is_routine: bool = False
    """Of an excluded finding: everybody is asked for it. What a note denies always counts so.
    Otherwise it was looked for in this patient, and that alone speaks for what can have it."""
    modifiers: tuple[str, ...] = ()
    """HPO's clinical modifiers that were given with it: side, severity, course. No evidence."""

    @property
    def is_certain(self) -> bool:
        """Whether a place of the note says it without doubt; elsewhere, by its confidence."""
        places = [place for place in self.evidence if place.modality is Modality.NOTE]
        if places:
            return not all(place.is_uncertain for place in places)
        return not self.confidence <= UNCERTAIN_CONFIDENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicalCase:
    """One patient, in the words and terms that were given.

    >>> case = ClinicalCase.from_terms(observed=["HP:0001166"], excluded=["HP:0001250"])
    >>> [finding.status.value for finding in case.findings]
    ['present', 'excluded']
    """

    case_id: str = ""
    sex: Sex = Sex.UNKNOWN_SEX
    age_years: float | None = None
    """Age at the encounter, in years."""
    note: str = ""
    """Free text; linked to findings when the case is diagnosed."""
    language: str = "auto"
    """Of the note: a code such as ``zh``, or ``auto`` to detect it."""
    findings: tuple[Finding, ...] = ()
    issues: tuple[Issue, ...] = ()
    """What was wrong with the input when it was read."""

    @classmethod
    def from_note(
        cls,
        note: str | bytes,
        *,
        sex: str | None = None,
        age_years: float | None = None,
        language: str = "auto",
        case_id: str = "",
    ) -> Self:
        """Make a case of free text.

        Args:
            note: The text; bytes are read as UTF-8, and what is not is replaced and reported.
            sex: FEMALE or MALE; read from the note when not given.
            age_years: Age in years; read from the note when not given.
            language: Of the note: ``en``, ``zh``, ``de``, ``es``, ``ja``; detected when not given.
            case_id: Any name for the case.
        """
        text, issues = _decode(note)
        checked_age, age_issues = _checked_age(age_years)
        checked_sex, sex_issues = _checked_sex(sex)
        return cls(
            case_id=case_id,
            sex=checked_sex,
            age_years=checked_age,
            note=text,
            language=language,
            issues=(*issues, *age_issues, *sex_issues),
        )

    @classmethod
    def from_terms(
        cls,
        *,
        observed: Iterable[str],
        excluded: Iterable[str] = (),
        routine_negatives: bool = False,
        sex: str | None = None,
        age_years: float | None = None,
        case_id: str = "",
    ) -> Self:
        """Make a case of HPO identifiers.

        Args:
            observed: What the patient has.
            excluded: What was looked for and is not there.
            routine_negatives: Whether the excluded findings are asked of everybody, as in a review
                of systems. They then speak against what has them, a little. When not, they were
                looked for in this patient, and people look for what belongs to their suspicion:
                they speak for diseases that can have them.
            sex: FEMALE or MALE, if known.
            age_years: Age in years, if known.
            case_id: Any name for the case.
        """
        evidence = (Evidence(modality=Modality.TERM),)
        findings = [
            Finding(
                term_id=str(term_id),
                status=status,
                evidence=evidence,
                is_routine=routine_negatives and status is Status.EXCLUDED,
            )
            for status, term_ids in ((Status.PRESENT, observed), (Status.EXCLUDED, excluded))
            for term_id in ((term_ids,) if isinstance(term_ids, str) else term_ids)
        ]
        checked_age, age_issues = _checked_age(age_years)
        checked_sex, sex_issues = _checked_sex(sex)
        return cls(
            case_id=case_id,
            sex=checked_sex,
            age_years=checked_age,
            findings=tuple(findings),
            issues=(*age_issues, *sex_issues),
        )

    @classmethod
    def from_phenopacket(
        cls, phenopacket: str | Path | Mapping[str, Any], *, routine_negatives: bool = False
    ) -> Self:
        """Read a GA4GH phenopacket, version 1 or 2, from a JSON file or a parsed one.

        The diagnosis that it may carry (diseases, interpretations, variants) is never read.

        Args:
            phenopacket: Path of the file, or what it holds.
            routine_negatives: As for `from_terms`.

        Raises:
            CaseFormatError: If it is not a phenopacket.
            OSError: If the file cannot be opened.
        """
        from nosograph.engine.interchange.phenopackets import read_phenopacket

        case = cls(**read_phenopacket(phenopacket).as_case_fields())
        if not routine_negatives:
            return case
        findings = (replace(f, is_routine=f.status is Status.EXCLUDED) for f in case.findings)
        return replace(case, findings=tuple(findings))


MAX_AGE_YEARS = 130.0
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def _checked_age(age_years: object) -> tuple[float | None, tuple[Issue, ...]]:
    if age_years is None:
        return None, ()
    try:
        age = float(age_years)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        age = float("nan")
    if 0 <= age <= MAX_AGE_YEARS:
        return age, ()
    issue = Issue(
        level=Level.WARNING,
        message="The age is not a number of years between 0 and 130; it was left out.",
        solution="give the age in years, for example 0.5 for six months.",
        where="age_years",
    )
    return None, (issue,)


def _checked_sex(sex: object) -> tuple[Sex, tuple[Issue, ...]]:
    found = Sex.parse(sex)
    if sex is None or found is not Sex.UNKNOWN_SEX or str(sex).upper() == Sex.UNKNOWN_SEX:
        return found, ()
    issue = Issue(
        level=Level.WARNING,
        message="The sex is none of FEMALE, MALE, OTHER_SEX, UNKNOWN_SEX; it was left out.",
        solution="use one of these words.",
        where="sex",
    )
    return found, (issue,)


def _decode(note: str | bytes) -> tuple[str, tuple[Issue, ...]]:
    if isinstance(note, str):
        text = _LONE_SURROGATE.sub(chr(0xFFFD), note)  # what Python makes of undecodable bytes
        if text == note:
            return note, ()
    else:
        try:
            return note.decode("utf-8-sig"), ()
        except UnicodeDecodeError:
            text = note.decode("utf-8-sig", errors="replace")
    issue = Issue(
        level=Level.WARNING,
        message=f"The note is not valid UTF-8: {text.count(chr(0xFFFD))} places cannot be read.",
        solution="save the note as UTF-8; words around these places may have been missed.",
        where="note",
    )
    return text, (issue,)
