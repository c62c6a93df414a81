"""The scores of one patient, and what each finding adds to the score of a disease."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nosograph.engine.differential import MatchType
from nosograph.engine.ranking.channels import routine_ratio
from nosograph.engine.ranking.forgetting import Forgotten, PatchedDisease
from nosograph.engine.ranking.patient import PatientEvidence

if TYPE_CHECKING:
    from nosograph.engine.ranking.evidence import EvidenceModel

__all__ = ["FindingMatch", "ScoredCase"]

EXPECTED_FREQUENCY = 0.5
"""From which frequency on a disease is said to expect a finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingMatch:
    """How one finding meets one disease."""

    term: int | None
    """The patient's term; ``None`` for sex and age."""
    match_type: MatchType
    matched: int | None
    """The annotated term that it met."""
    log10_lr: float
    """Its part of the score."""
    label: str = ""
    """For sex and age: what is said of the patient."""
    matched_label: str = ""
    """For sex and age: what is said of the disease."""


@dataclass(frozen=True, kw_only=True)
class ScoredCase:
    """Scores of all diseases for one patient, and the reasons for each."""

    model: EvidenceModel
    patient: PatientEvidence
    forgotten: Forgotten
    scores: NDArray[np.float64]
    """Log10 likelihood ratio by disease. Shape ``(n_diseases,)``."""
    onset: NDArray[np.float64]
    """The part of the age at the first finding."""
    sex: NDArray[np.float64]
    """The part of the sex."""

    @property
    def n_findings(self) -> int:
        """How many findings, present and excluded, the scores stand on."""
        return len(self.patient.present) + len(self.patient.excluded)

    def exact_share(self, position: int) -> float:
        """Share of the observed findings that a disease is annotated with, to the very term."""
        present = [term for term, _ in self.patient.present]
        if not present:
            return 0.0
        if (patch := self.forgotten.diseases.get(position)) is not None:
            return sum(term in patch.features for term in present) / len(present)
        terms, _ = self.model.profiles.features.row(position)
        return float(np.isin(present, terms).mean())

    def n_supporting(self, position: int) -> int:
        """How many observed findings speak for a disease."""
        view, cell = self.view(position), self.model.cell
        return sum(
            cell(term, view, self.forgotten).evidence > 0 for term, _ in self.patient.present
        )

    def matches(
        self, position: int, view: PatchedDisease, annotations: Mapping[int, Sequence[int]]
    ) -> tuple[FindingMatch, ...]:
        """How every finding meets one disease; their parts add up to its score.

        Args:
            position: The disease.
            view: Its `view`.
            annotations: Its `annotations`.
        """
        excluded = [*self._listed(view), *self._routine(view)]
        return (
            *self._observed(view),
            *(self._excluded_match(term, view, annotations, value) for term, value in excluded),
            *self._demographic(position),
        )

    def _observed(self, view: PatchedDisease) -> list[FindingMatch]:
        p = self.model.parameters
        cells = [
            (term, confidence, self.model.cell(term, view, self.forgotten))
            for term, confidence in self.patient.present
        ]
        order = sorted(range(len(cells)), key=lambda i: -cells[i][1] * cells[i][2].evidence)
        weights = self.model.observed_weights(len(cells)).tolist()
        matches = []
        for weight, i in zip(weights, order, strict=True):
            term, confidence, cell = cells[i]
            evidence = cell.evidence * confidence
            value = (weight if evidence > 0 else p.opposing_weight) * evidence
            if cell.never_seen:
                value -= p.never_seen_penalty * confidence
            matches.append(
                FindingMatch(
                    term=term, match_type=cell.match_type, matched=cell.matched, log10_lr=value
                )
            )
        return matches

    def _listed(self, view: PatchedDisease) -> list[tuple[int, float]]:
        """Terms that were looked for, and what each adds."""
        valued = sorted(
            (
                (-self.model.looked_for(e.term, view) * e.confidence, e.term)
                for e in self.patient.excluded
                if e.is_listed
            ),
        )
        weights = self.model.looked_for_weights(len(valued)).tolist()
        return [
            (term, -weight * value) for weight, (value, term) in zip(weights, valued, strict=True)
        ]

    def _routine(self, view: PatchedDisease) -> list[tuple[int, float]]:
        """Terms that are asked of everybody, and what each adds."""
        background = self.model.profiles.background
        return [
            (
                e.term,
                e.confidence
                * float(
                    routine_ratio(np.array([view.known(e.term)]), float(background[e.term]))[0]
                ),
            )
            for e in self.patient.excluded
            if not e.is_listed
        ]

    def _excluded_match(
        self,
        term: int,
        view: PatchedDisease,
        annotations: Mapping[int, Sequence[int]],
        value: float,
    ) -> FindingMatch:
        frequency = view.known(term)
        match_type, matched = MatchType.EXCLUDED_CONSISTENT, None
        if frequency > 0:
            matched = view.origin[term]
            stated = self.model.graph.column("annotation_frequency")
            is_stated = any(not np.isnan(stated[edge]) for edge in annotations.get(matched, ()))
            is_expected = is_stated and frequency >= EXPECTED_FREQUENCY
            match_type = MatchType.EXCLUDED_EXPECTED if is_expected else MatchType.EXCLUDED_POSSIBLE
        elif term in view.absent:
            matched = term
        return FindingMatch(
            term=term,
            match_type=match_type,
            matched=matched,
            log10_lr=value + 0.0,  # no minus zero
        )

    def _demographic(self, position: int) -> list[FindingMatch]:
        matches = []
        if (onset := float(self.onset[position])) != 0:
            stated = self.model.demographics.onset_label(position, self.forgotten)
            matches.append(_demographic("Age at first finding", f"onset {stated}", onset))
        if (sex := float(self.sex[position])) != 0:
            said = f"Sex {self.patient.sex.lower()}"
            matches.append(_demographic(said, "X-linked recessive inheritance", sex))
        return matches

    # --- what explanations need ----------------------------------------------------------------

    def background(self, term: int) -> float:
        """Mean frequency of a term over all diseases."""
        return float(self.model.profiles.background[term])

    def view(self, position: int) -> PatchedDisease:
        """What the disease is known to show, without what is forgotten."""
        return self.model.view(position, self.forgotten)

    def annotations(self, position: int) -> dict[int, list[int]]:
        """The has-phenotype edges of a disease's records that are not forgotten, by term."""
        graph = self.model.graph
        found: dict[int, list[int]] = {}
        for record in graph.records_of(int(graph.diseases[position])).tolist():
            edges = graph.edges_from(record, "has_phenotype")
            terms = graph.edge_object[edges.start : edges.stop].tolist()
            for edge, term in zip(edges, terms, strict=True):
                if edge not in self.forgotten.edges:
                    found.setdefault(term, []).append(edge)
        return found


def _demographic(label: str, matched_label: str, log10_lr: float) -> FindingMatch:
    return FindingMatch(
        term=None,
        match_type=MatchType.DEMOGRAPHIC,
        matched=None,
        log10_lr=log10_lr,
        label=label,
        matched_label=matched_label,
    )
