"""Patients of RAMEDIS: a history in words, a list of symptoms, and the diagnosis.

Each patient is a JSON file of RAMEDIS, the rare metabolic diseases database; a table maps the names
of symptoms to HPO.
"""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

from nosograph.engine.case import Sex, Status
from nosograph.engine.evaluation.corpora import Resolver
from nosograph.ontologies.errors import SourceError

__all__ = ["RamedisCohort", "RamedisPatient", "Symptom", "SymptomTable", "read_ramedis"]

RAMEDIS_FOLDER = "ramedis"
ARCHIVES = "patients*.zip"
SYMPTOM_TABLE = "symptom_map_hpo.csv"

MIM_DIGITS = 6
"""A shorter number stands for an unknown diagnosis: ``UNKNOWN (MIM 1)``."""
_MIM = re.compile(r"\(MIM\s+(\d+)\)", re.ASCII)
_REFERENCE = re.compile(r"[0-9]{8,}")
"""A reference ends with the number in PubMed, glued to the year or to the last page."""
PUBMED_DIGITS = (7, 8)
"""Which of the digits are the number is not told: of both lengths, one is another paper or none."""
_AGE = re.compile(r"\s*([\d.]+)\s*(Day|Week|Month|Year)", re.ASCII | re.IGNORECASE)
_YEARS = {"day": 1 / 365.25, "week": 7 / 365.25, "month": 1 / 12, "year": 1.0}
_ABSENT = frozenset({"no", "non", "-"})
"""What the column Range says of a symptom that the patient does not have."""
_SEX = {"m": Sex.MALE, "f": Sex.FEMALE}


class Symptom(NamedTuple):
    """One row of the list."""

    name: str
    range: str
    """``yes``, ``no``, a degree, or which kind: ``low [small for gestational age]``."""
    age_years: float | None = None
    """When it was noted, in years."""

    @property
    def status(self) -> Status:
        """Whether the patient has it.

        >>> Symptom("ataxia", "no").status.value, Symptom("ataxia", "++").status.value
        ('excluded', 'present')
        """
        return Status.EXCLUDED if self.range.strip().lower() in _ABSENT else Status.PRESENT


@dataclass(frozen=True, slots=True, kw_only=True)
class RamedisPatient:
    """One patient and the answer."""

    patient_id: str
    disease_id: str
    """``OMIM:261600``."""
    diagnosis: str
    """In words."""
    sex: Sex
    history: str
    symptoms: tuple[Symptom, ...]
    found_by_screening: bool
    """As a newborn, so mostly before there were symptoms."""
    publications: tuple[str, ...] = ()
    """Papers that the history refers to, as ``PMID:10400133``, read both ways where unclear."""


@dataclass
class RamedisCohort:
    """All patients of a folder."""

    patients: list[RamedisPatient] = field(default_factory=list)
    unreadable: Counter[str] = field(default_factory=Counter)
    """Files that could not be used, by reason."""


class SymptomTable:
    """Which HPO terms a symptom stands for; several are alternatives, of which one holds or more.

    >>> from nosograph.ontologies.ontology import Ontology
    >>> from nosograph.ontologies.term import Term, TermId
    >>> hpo = Ontology.from_terms([Term(term_id=TermId("HP:0000252"), label="Microcephaly")])
    >>> table = SymptomTable.read(
    ...     ["SYMPTOM,RANGE,HPO,ENG_NAME", "head,small,HP:0000252,", "head,large,HP:9,"], hpo)
    >>> table.terms_of(Symptom("head", "small")), table.terms_of(Symptom("head", "large"))
    (('HP:0000252',), ())

    Args:
        terms: By name and range; an empty range stands for any.
    """

    def __init__(self, terms: Mapping[tuple[str, str], tuple[str, ...]]) -> None:
        self._terms = terms

    @classmethod
    def read(cls, lines: Iterable[str], ontology: Resolver) -> Self:
        """Read ``SYMPTOM,RANGE,HPO,ENG_NAME``.

        What is no current term of the ontology is left out: such a symptom has no term.

        Args:
            lines: The lines of the file.
            ontology: Old identifiers are mapped to its primary ones.
        """
        terms: dict[tuple[str, str], tuple[str, ...]] = {}
        for row in csv.DictReader(lines):
            key = (row["SYMPTOM"].strip(), row["RANGE"].strip())
            found = ontology.resolve(row["HPO"]).term_id
            terms[key] = terms.get(key, ()) + (() if found is None else (str(found),))
        return cls(terms)

    def terms_of(self, symptom: Symptom) -> tuple[str, ...]:
        """The terms of a symptom; none if it is in no row, or its rows name none."""
        name = symptom.name.strip()
        exact = self._terms.get((name, symptom.range.strip()))
        return self._terms.get((name, ""), ()) if exact is None else exact

    @property
    def term_ids(self) -> frozenset[str]:
        """All terms that the table can give."""
        return frozenset(term_id for terms in self._terms.values() for term_id in terms)


def read_ramedis(data: Path, ontology: Resolver) -> tuple[RamedisCohort, SymptomTable]:
    """Read all patients under ``data/ramedis``, and the table of their symptoms.

    Args:
        data: The folder above ``ramedis``.
        ontology: Old identifiers of the table are mapped to its primary ones.

    Raises:
        SourceError: If the table or the patients are not there, or an archive is broken.
    """
    folder = data / RAMEDIS_FOLDER
    table_file, archives = folder / SYMPTOM_TABLE, sorted(folder.glob(ARCHIVES))
    if not table_file.is_file() or not archives:
        raise SourceError(
            f"no RAMEDIS patients under {folder}: expected {ARCHIVES} and {SYMPTOM_TABLE}. "
            "--data names the folder above 'ramedis'."
        )
    with table_file.open(encoding="utf-8-sig", newline="") as lines:
        table = SymptomTable.read(lines, ontology)
    cohort = RamedisCohort()
    for archive in archives:
        for content in _contents(archive):
            _add(content, cohort)
    return cohort, table


def _contents(path: Path) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist()):
                if name.endswith(".json") and "__MACOSX" not in name:
                    yield archive.read(name)
    except zipfile.BadZipFile as error:
        raise SourceError(f"{path} is not a zip archive. Download it again.") from error


def _add(content: bytes, cohort: RamedisCohort) -> None:
    try:
        record = json.loads(content)
        main = record["MainData"]
        symptoms = tuple(_symptom(row) for row in record["Symptoms"])
        diagnosis = str(main["Diagnosis"])
    except (ValueError, KeyError, TypeError):
        cohort.unreadable["not a patient of RAMEDIS"] += 1
        return
    mim = _MIM.search(diagnosis)
    if mim is None or len(mim[1]) != MIM_DIGITS:
        cohort.unreadable["no diagnosis with a MIM number"] += 1
        return
    history = str(main.get("History") or "").strip()
    cohort.patients.append(
        RamedisPatient(
            patient_id=str(main.get("Patient ID", "")),
            disease_id=f"OMIM:{mim[1]}",
            diagnosis=diagnosis[: mim.start()].strip(),
            sex=_SEX.get(str(main.get("Gender")), Sex.UNKNOWN_SEX),
            history=history,
            symptoms=symptoms,
            found_by_screening=main.get("Found in newborn screening") == "y",
            publications=tuple(_publications(history)),
        )
    )


def _publications(history: str) -> Iterator[str]:
    for digits in _REFERENCE.findall(history):
        for length in PUBMED_DIGITS:
            if digits[-length] != "0":
                yield f"PMID:{digits[-length:]}"


def _symptom(row: Mapping[str, Any]) -> Symptom:
    return Symptom(str(row["Name"]), str(row["Range"]), _age_years(str(row.get("Age", ""))))


def _age_years(text: str) -> float | None:
    """Read ``3.5 Month(s)``."""
    found = _AGE.match(text)
    try:
        return float(found[1]) * _YEARS[found[2].lower()] if found else None
    except ValueError:  # "1.2.3"
        return None
