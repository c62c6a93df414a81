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
from nosograph.engine.findings.mention import Assertion, Candidate, Mention
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
    "MatchType",
    "Mention",
    "MissingFeature",
    "Modality",
    "Sex",
    "Status",
]
