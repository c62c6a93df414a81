"""What stands in a text: where, which term it names, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from nosograph.ontologies.term import TermId

__all__ = ["Assertion", "Candidate", "Mention"]


class Assertion(StrEnum):
    """What the text says of a mention; what is of another person or hypothetical is no evidence."""

    PRESENT = "present"
    EXCLUDED = "excluded"
    FAMILY_MEMBER = "family_member"
    """Said of a relative."""
    HISTORY = "history"
    """The patient had it before; `Mention.discounted` says whether the text calls it over."""
    HYPOTHETICAL = "hypothetical"
    """Feared, watched for, screened for, or a reason to come back."""
    UNCERTAIN = "uncertain"
    """Possible, suspected, not confirmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A term that a stretch of text may name."""

    term_id: TermId
    label: str
    """The term's own label."""
    score: float
    """How well the name fits the words, in (0, 1]; compares the candidates of one linker."""
    matched_name: str
    """The label or synonym that fits."""
    reason: str
    """How it fits: a `Mention.match_kind`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A stretch of text that names a term."""

    start: int
    """Offset of the first character in the text as it was given."""
    end: int
    """Offset after the last character."""
    text: str
    """The words: ``note[start:end]``."""
    term_id: TermId
    label: str
    """The term's own label."""
    assertion: Assertion = Assertion.PRESENT
    confidence: float = 1.0
    """How sure the link is, in (0, 1]; says nothing of the assertion."""
    trigger: str = ""
    """The words that decided the assertion; empty for PRESENT."""
    matched_name: str = ""
    """The label or synonym that the words agreed with."""
    match_kind: str = ""
    """How they agreed: ``exact``, ``inflected``, ``reordered``, ``abbreviation``…"""
    read_as: str = ""
    """The words as they were read, if typing errors in them were repaired; else empty."""
    discounted: bool = False
    """Whether the text takes it back: past and over ("resolved", "outgrew"), or thought of and
    doubted ("unlikely", "not confirmed"). Such a mention is no evidence."""
    modifiers: tuple[TermId, ...] = ()
    """HPO's clinical modifiers that the text gives it: side, severity, course."""
    candidates: tuple[Candidate, ...] = ()
    """Every term that the linker weighed for these words, the best first; the first is the one
    that was chosen."""
