"""One release of an ontology: its terms, their order, and what became of old identifiers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Self

from nosograph.ontologies.errors import SourceFormatError, UnknownTermError
from nosograph.ontologies.hierarchy import Csr, Hierarchy
from nosograph.ontologies.term import Term, TermId

__all__ = ["PHENOTYPIC_ABNORMALITY", "Ontology", "Resolution", "ResolutionKind"]

PHENOTYPIC_ABNORMALITY = TermId("HP:0000118")
"""Root of what a patient can have; HPO's modifiers, onsets and frequencies lie outside it."""


class ResolutionKind(StrEnum):
    """What an identifier is in one release."""

    PRIMARY = "primary"
    ALTERNATIVE = "alternative"
    """A former identifier of the term that it resolves to."""
    REPLACED = "replaced"
    """Obsolete, with exactly one successor."""
    OBSOLETE = "obsolete"
    """Obsolete, with none or several successors: a person has to choose."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The current term behind an identifier, or why there is none."""

    asked: str
    kind: ResolutionKind
    term_id: TermId | None = None
    """The primary identifier to use; ``None`` for OBSOLETE and UNKNOWN."""
    suggestions: tuple[TermId, ...] = ()
    """For OBSOLETE: the terms that the ontology proposes to look at."""


class Ontology:
    """The terms of one release.

    Active terms are numbered by ascending identifier; `hierarchy` speaks of these numbers.

    >>> root = Term(term_id=TermId("HP:0000001"), label="All")
    >>> child = Term(term_id=TermId("HP:0000118"), label="Phenotypic abnormality",
    ...              parents=(root.term_id,), alternative_ids=(TermId("HP:9"),))
    >>> hpo = Ontology(name="HPO", release="2025-01-16", terms=(root, child))
    >>> hpo.resolve("HP:9").term_id
    'HP:0000118'

    Args:
        name: Short name, as in messages: ``HPO``.
        release: The release's own version, for example ``2025-01-16``.
        terms: Active and obsolete terms, in any order.

    Raises:
        SourceFormatError: If an identifier occurs twice.
    """

    def __init__(self, *, name: str, release: str, terms: Iterable[Term]) -> None:
        self.name = name
        self.release = release
        self._by_id: dict[str, Term] = {}
        for term in terms:
            if term.term_id in self._by_id:
                raise SourceFormatError(
                    f"{name} {release} defines {term.term_id} twice. Use a released file."
                )
            self._by_id[term.term_id] = term
        self.terms: tuple[Term, ...] = tuple(
            self._by_id[i] for i in sorted(self._by_id) if not self._by_id[i].is_obsolete
        )
        self.index: Mapping[str, int] = {t.term_id: i for i, t in enumerate(self.terms)}

    @classmethod
    def from_terms(cls, terms: Iterable[Term], *, name: str = "HPO", release: str = "test") -> Self:
        """Make a small ontology by hand."""
        return cls(name=name, release=release, terms=terms)

    def __len__(self) -> int:
        return len(self.terms)

    def __contains__(self, term_id: object) -> bool:
        return term_id in self.index

    def __getitem__(self, term_id: str) -> Term:
        term = self._by_id.get(term_id)
        if term is None:
            raise UnknownTermError(
                f"'{term_id}' is not a term of {self.name} {self.release}: it may be newer than "
                "that release, or belong to another ontology."
            )
        return term

    @property
    def obsolete_terms(self) -> tuple[Term, ...]:
        """Terms that the release keeps only to say what became of them."""
        return tuple(self._by_id[i] for i in sorted(self._by_id) if self._by_id[i].is_obsolete)

    @cached_property
    def hierarchy(self) -> Hierarchy:
        """The ``is_a`` order over the active terms.

        Raises:
            SourceFormatError: If a parent is missing or obsolete.
        """
        rows = []
        for term in self.terms:
            missing = [p for p in term.parents if p not in self.index]
            if missing:
                raise SourceFormatError(
                    f"{self.name} {self.release}: {term.term_id} is_a {missing[0]}, which the file "
                    "does not define as an active term. It may be truncated; use a released file."
                )
            rows.append(sorted(self.index[p] for p in set(term.parents)))
        return Hierarchy(Csr.from_rows(rows))

    @cached_property
    def successors(self) -> Mapping[str, Resolution]:
        """What became of every identifier that is no longer primary."""
        found: dict[str, Resolution] = {}
        for term in self.terms:
            for old in term.alternative_ids:
                if old not in self.index:
                    found[old] = Resolution(
                        asked=old, kind=ResolutionKind.ALTERNATIVE, term_id=term.term_id
                    )
        for term in self.obsolete_terms:
            if term.term_id in found:  # also an alt_id: that names the term, so it wins
                continue
            replaced = tuple(t for t in term.replaced_by if t in self.index)
            if len(replaced) == 1:
                found[term.term_id] = Resolution(
                    asked=term.term_id, kind=ResolutionKind.REPLACED, term_id=replaced[0]
                )
            else:
                proposed = replaced + tuple(t for t in term.consider if t in self.index)
                found[term.term_id] = Resolution(
                    asked=term.term_id,
                    kind=ResolutionKind.OBSOLETE,
                    suggestions=tuple(dict.fromkeys(proposed)),
                )
        return found

    def resolve(self, term_id: str) -> Resolution:
        """Find the current term behind an identifier; never raises for an unknown one."""
        if term_id in self.index:
            return Resolution(
                asked=term_id, kind=ResolutionKind.PRIMARY, term_id=self[term_id].term_id
            )
        unknown = Resolution(asked=term_id, kind=ResolutionKind.UNKNOWN)
        return self.successors.get(term_id, unknown)
