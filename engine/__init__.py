"""What one patient has: the question, the evidence, the differential."""

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
from nosograph.engine.differential import (
    Contribution,
    Differential,
    DifferentialEntry,
    EvidencePath,
    MatchType,
    MissingFeature,
)
from nosograph.engine.errors import CaseFormatError, EngineError
from nosograph.engine.findings.annotator import LinkerName
from nosograph.engine.findings.measurements.quantity import Quantity
from nosograph.engine.findings.mention import Assertion, Candidate, Mention
from nosograph.engine.findings.names.kinds import NameKind
from nosograph.engine.findings.note_reading import NoteReading
from nosograph.engine.pipeline import DiagnosticEngine

__all__ = [
    "Assertion",
    "Candidate",
    "CaseFormatError",
    "ClinicalCase",
    "Contribution",
    "DiagnosticEngine",
    "Differential",
    "DifferentialEntry",
    "EngineError",
    "Evidence",
    "EvidencePath",
    "Finding",
    "Issue",
    "Level",
    "LinkerName",
    "MatchType",
    "Mention",
    "MissingFeature",
    "Modality",
    "NameKind",
    "NoteReading",
    "Quantity",
    "Sex",
    "Status",
]
