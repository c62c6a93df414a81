"""The answer: a ranked list of diagnoses, each with its evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from nosograph.engine.case import Evidence, Finding, Issue, Status
from nosograph.engine.errors import EngineError
from nosograph.kg.errors import BrokenPathError
from nosograph.kg.paths import Path
from nosograph.ontologies.term import TermId

if TYPE_CHECKING:
    from cattrs.preconf.json import JsonConverter

    from nosograph.engine.ranking.ranking import DiseaseRanking

__all__ = [
    "NOTICE",
    "Contribution",
    "Differential",
    "DifferentialEntry",
    "EvidencePath",
    "MatchType",
    "MissingFeature",
]

NOTICE = "Supports, and does not replace, the judgement of a clinician."


class MatchType(StrEnum):
    """How a finding of the patient meets the features of a disease."""

    EXACT = "exact"
    """The disease is annotated with the very term."""
    MORE_SPECIFIC = "more_specific"
    """The patient's term is a kind of an annotated term."""
    MORE_GENERAL = "more_general"
    """An annotated term is a kind of the patient's term."""
    RELATED = "related"
    """Both are kinds of one term that is telling enough to speak for the disease."""
    SIMILAR_DISEASE = "similar_disease"
    """Not known of the disease, but of the diseases that are most like it."""
    NEVER_SEEN = "never_seen"
    """Patients with the disease were examined for it, and none had it."""
    UNMATCHED = "unmatched"
    """The disease is not known to have anything like it."""
    EXCLUDED_EXPECTED = "excluded_expected"
    """Absent in the patient, though half of the patients with the disease or more have it, as far
    as frequencies are stated."""
    EXCLUDED_POSSIBLE = "excluded_possible"
    """Absent in the patient; less than half of the patients with the disease have it, or it is not
    stated how many."""
    EXCLUDED_CONSISTENT = "excluded_consistent"
    """Absent in the patient, and the disease is not known to have it."""
    DEMOGRAPHIC = "demographic"
    """Sex or age, set against what is known of the disease."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one finding adds to the score of one disease."""

    term_id: TermId | None
    """The patient's term; ``None`` for sex and age."""
    label: str
    status: Status
    match_type: MatchType
    matched_term: TermId | None
    """The annotated term that it met."""
    matched_label: str
    log10_lr: float
    """Base-10 logarithm of the likelihood ratio; positive speaks for the disease."""
    evidence: tuple[Evidence, ...] = ()
    """Where in the input the finding stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePath:
    """From words of the input over a term to a disease; a broken one cannot be made.

    Raises:
        BrokenPathError: On creation, if the path does not start at the term.
    """

    term_id: TermId
    evidence: tuple[Evidence, ...]
    """Where in the input the finding stands."""
    path: Path
    labels: tuple[str, ...]
    """Name of every node on the path."""

    def __post_init__(self) -> None:
        if len(self.labels) != len(self.path.nodes):
            raise BrokenPathError(
                f"the path has {len(self.path.nodes)} nodes, got {len(self.labels)} labels."
            )
        if self.path.start != self.term_id:
            raise BrokenPathError(
                f"the path starts at {self.path.start}, expected the finding {self.term_id}."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingFeature:
    """A frequent feature of the disease that nobody has looked for in the patient."""

    term_id: TermId
    label: str
    frequency: float
    """Share of patients with the disease who have it, in [0, 1]: pooled over all that is stated,
    and drawn towards what is usual where little or nothing is."""
    stated: str
    """What the annotation with the most patients says: ``45/58``, ``very frequent (80–99 %)``,
    ``frequency not stated``."""
    is_stated: bool
    """Whether any annotation states how frequent it is."""
    source_lines: tuple[str, ...]
    """The annotations that say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferentialEntry:
    """One diagnosis of the list."""

    rank: float
    """Mean rank among all diseases, from 1: ties share the middle of their places."""
    disease_id: TermId
    source_ids: tuple[TermId, ...]
    """The records of OMIM, Orphanet and DECIPHER that make up the disease."""
    label: str
    probability: float
    """Calibrated probability that this is the diagnosis, in [0, 1]."""
    score: float
    """Sum of the contributions: log10 of the combined likelihood ratio."""
    contributions: tuple[Contribution, ...]
    """One for each finding (and for sex and age where they say something), strongest first."""
    paths: tuple[EvidencePath, ...] = ()
    """For each finding that met the disease, strongest first."""
    missing_features: tuple[MissingFeature, ...] = ()

    @property
    def supporting(self) -> tuple[Contribution, ...]:
        """What speaks for the disease, strongest first."""
        return tuple(c for c in self.contributions if c.log10_lr > 0)

    @property
    def opposing(self) -> tuple[Contribution, ...]:
        """What speaks against it, strongest first."""
        against = [c for c in self.contributions if c.log10_lr < 0]
        return tuple(sorted(against, key=lambda c: c.log10_lr))


@dataclass(frozen=True, slots=True, kw_only=True)
class Differential:
    """The diagnoses of one case, best first."""

    case_id: str
    entries: tuple[DifferentialEntry, ...]
    findings: tuple[Finding, ...]
    """What the case came down to: current identifiers, each once."""
    issues: tuple[Issue, ...]
    releases: tuple[tuple[str, str], ...]
    """Name and release of every source that was read."""
    n_diseases: int
    """How many diseases were ranked."""
    sex: str = ""
    """The sex that was used, given or read from the note; empty if unknown."""
    age_years: float | None = None
    """The age that was used, in years."""
    excluded_publications: tuple[str, ...] = ()
    notice: str = NOTICE
    ranking: DiseaseRanking | None = field(default=None, repr=False, compare=False)
    """Scores of all diseases; not part of the serialised form."""

    def rank_of(self, disease_id: str) -> float | None:
        """Mean rank of a disease among all diseases, by any identifier of its records.

        Returns:
            The rank from 1, or ``None`` if the graph has no such disease.

        Raises:
            EngineError: If this differential was read from a file and does not list the disease:
                a file holds the listed entries only.
        """
        if self.ranking is not None:
            return self.ranking.rank_of(disease_id)
        for entry in self.entries:
            if disease_id in (entry.disease_id, *entry.source_ids):
                return entry.rank
        raise EngineError(
            f"rank_of({disease_id!r}): this differential was read from its serialised form, which "
            f"holds {len(self.entries)} entries and not this one. Diagnose the case again."
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists, texts and numbers, ready for JSON."""
        plain: dict[str, Any] = _converter().unstructure(self)
        return plain

    def to_json(self, *, indent: int | None = None) -> str:
        """The same as text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent, allow_nan=False)

    def to_markdown(self) -> str:
        """A page for people."""
        from nosograph.engine.report import differential_markdown

        return differential_markdown(self)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote.

        Raises:
            EngineError: If it is not a differential.
        """
        try:
            return _converter().structure(plain, cls)
        except Exception as error:
            raise EngineError(
                "not a differential: expected what Differential.to_dict wrote, with the same "
                f"version ({error.__class__.__name__})."
            ) from error

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote."""
        try:
            plain = json.loads(text)
        except ValueError as error:
            raise EngineError("not a differential: the text is not JSON.") from error
        return cls.from_dict(plain)


@cache
def _converter() -> JsonConverter:
    from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
    from cattrs.preconf.json import make_converter

    # `ranking` has a type that is only imported for checking: it stays out of both directions.
    hints: Any = {
        "ranking": override(omit=True),
        "releases": override(unstruct_hook=lambda pairs: [list(pair) for pair in pairs]),
    }
    Differential.__annotations__["ranking"] = "object"
    converter = make_converter()
    converter.register_structure_hook(TermId, lambda value, _: TermId(value))
    converter.register_unstructure_hook(
        Differential, make_dict_unstructure_fn(Differential, converter, **hints)
    )
    converter.register_structure_hook(
        Differential, make_dict_structure_fn(Differential, converter, **hints)
    )
    return converter
