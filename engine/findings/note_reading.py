"""All that was read in one note."""

from __future__ import annotations

from dataclasses import dataclass

from nosograph.engine.case import Issue
from nosograph.engine.findings.measurements.quantity import Quantity
from nosograph.engine.findings.mention import Mention
from nosograph.ontologies.term import TermId

__all__ = ["NoteReading"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteReading:
    """Terms, and numbers that no term was made of."""

    mentions: tuple[Mention, ...]
    """Terms that the note names or that its measurements give, by ascending start."""
    quantities: tuple[Quantity, ...] = ()
    """Numbers with their units, by ascending start: not evidence, but handed over."""
    answered: frozenset[TermId] = frozenset()
    """Terms that an ordinary measurement answers: the head circumference is on the 50th centile."""
    language: str = "en"
    """Code of the language that the note was read in."""
    issues: tuple[Issue, ...] = ()
    """What is to be said of the reading: of the language, or of what was not sought in it."""
