"""Published patients with their diagnosis, for measuring only.

This is the one place that reads the diagnosis of a phenopacket; `ClinicalCase.from_phenopacket`
never does.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nosograph.engine.case import ClinicalCase
from nosograph.engine.errors import CaseFormatError
from nosograph.engine.interchange.phenopackets import read_phenopacket
from nosograph.ontologies.errors import SourceError

__all__ = ["Cohort", "DiagnosedCase", "read_cohorts"]

PHENOPACKET_FOLDER = "phenopackets"
_PUBLICATION = re.compile(r"PMID:\d+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosedCase:
    """One patient and the answer."""

    case: ClinicalCase
    disease_id: str
    publications: tuple[str, ...]
    """The papers that report the patient."""


@dataclass
class Cohort:
    """The phenopackets of one archive or folder."""

    name: str
    cases: list[DiagnosedCase] = field(default_factory=list)
    unused: Counter[str] = field(default_factory=Counter)
    """Fields that no part of Nosograph uses yet, with the number of their entries."""
    issues: Counter[str] = field(default_factory=Counter)
    """Trouble with the cases, by message."""
    unreadable: Counter[str] = field(default_factory=Counter)
    """Files that could not be used, by reason."""

    @property
    def n_files(self) -> int:
        """Files that were looked at."""
        return len(self.cases) + self.unreadable.total()


def read_cohorts(data: Path) -> tuple[Cohort, ...]:
    """Read every zip archive and folder of phenopackets under ``data/phenopackets``.

    Raises:
        SourceError: If there is no such folder, or nothing in it.
    """
    folder = data / PHENOPACKET_FOLDER
    places = sorted(p for p in folder.glob("*") if p.suffix == ".zip" or p.is_dir())
    if not places and any(folder.glob("*.json")):
        places = [folder]
    if not places:
        raise SourceError(
            f"no phenopackets under {folder}: expected zip archives or folders of JSON files. "
            "--data names the folder above 'phenopackets'."
        )
    return tuple(_read(place) for place in places)


def _read(place: Path) -> Cohort:
    cohort = Cohort(place.stem)
    for text in _texts(place):
        try:
            packet = json.loads(text)
            reading = read_phenopacket(packet)
        except CaseFormatError:
            cohort.unreadable["not a phenopacket"] += 1
            continue
        except ValueError:
            cohort.unreadable["not JSON"] += 1
            continue
        disease_id = _diagnosis(packet)
        if disease_id is None:
            cohort.unreadable["no diagnosis to compare with"] += 1
            continue
        cohort.unused.update(reading.unused)
        cohort.issues.update(issue.message for issue in reading.issues)
        cohort.cases.append(
            DiagnosedCase(
                case=ClinicalCase(**reading.as_case_fields()),
                disease_id=disease_id,
                publications=_publications(packet),
            )
        )
    return cohort


def _texts(place: Path) -> Iterator[bytes]:
    if place.is_dir():
        for path in sorted(place.rglob("*.json")):
            yield path.read_bytes()
        return
    try:
        with zipfile.ZipFile(place) as archive:
            for name in sorted(archive.namelist()):
                if name.endswith(".json") and "__MACOSX" not in name:
                    yield archive.read(name)
    except zipfile.BadZipFile as error:
        raise SourceError(f"{place} is not a zip archive. Download it again.") from error


def _diagnosis(packet: Mapping[str, Any]) -> str | None:
    for interpretation in packet.get("interpretations") or ():
        disease = (interpretation.get("diagnosis") or {}).get("disease") or {}
        if disease.get("id"):
            return str(disease["id"])
    for disease in packet.get("diseases") or ():
        term = disease.get("term") or {}
        if term.get("id") and not disease.get("excluded"):
            return str(term["id"])
    return None


def _publications(packet: Mapping[str, Any]) -> tuple[str, ...]:
    """The papers that the packet, or the evidence of its features, refers to."""
    references = (packet.get("metaData") or {}).get("externalReferences") or []
    found = {str(reference.get("id", "")) for reference in references}
    for feature in packet.get("phenotypicFeatures") or ():
        for evidence in feature.get("evidence") or ():
            found.add(str((evidence.get("reference") or {}).get("id", "")))
    return tuple(sorted(p for p in found if _PUBLICATION.fullmatch(p)))
