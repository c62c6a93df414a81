"""Errors of the engine: only for programs and files. Bad patient data becomes an `Issue`."""

from nosograph.ontologies.errors import NosographError

__all__ = ["CaseFormatError", "EngineError", "MissingExtraError"]


class EngineError(NosographError):
    """Trouble with the engine's own configuration or use."""


class CaseFormatError(EngineError, ValueError):
    """A file does not hold a patient case at all."""


class MissingExtraError(EngineError, ImportError):
    """A part was asked for whose packages are not installed."""
