"""The errors of the project: one tree, each also the built-in that a caller would expect."""

from __future__ import annotations

__all__ = [
    "NosographError",
    "OntologyError",
    "SourceError",
    "SourceFormatError",
    "TermIdError",
    "UnknownTermError",
]


class NosographError(Exception):
    """Base of every error that Nosograph raises on purpose.

    The message says what went wrong, what was found, what was expected and what to do.
    """


class OntologyError(NosographError):
    """Trouble with an ontology or one of its terms."""


class TermIdError(OntologyError, ValueError):
    """A text is not an identifier of an ontology term."""


class UnknownTermError(OntologyError, LookupError):
    """An identifier is well formed, but this release of the ontology does not have it."""


class SourceError(NosographError, OSError):
    """A source file is missing, or is not the file that was pinned."""


class SourceFormatError(NosographError, ValueError):
    """A source file is there but cannot be read: truncated, of another format, or hostile."""
