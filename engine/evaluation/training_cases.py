"""The cases that the learned numbers are fitted on: few of each disease, their own papers out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from nosograph.engine.evaluation.cohorts import DiagnosedCase
from nosograph.engine.evaluation.folds import assign_folds
from nosograph.engine.findings.validation import validate_findings
from nosograph.engine.ranking.evidence import EvidenceModel
from nosograph.engine.ranking.forgetting import Forgotten
from nosograph.engine.ranking.patient import PatientEvidence
from nosograph.engine.ranking.ranking import disease_position
from nosograph.kg.graph import KnowledgeGraph

__all__ = ["Pool", "TrainingCase", "sample_cases"]

MOST_TO_SEARCH, MOST_TO_CALIBRATE = 10, 50
"""Cases of a disease: few for the search, so that no disease rules it, and more for the
calibration, which is to hold for patients as they come."""
HIGHEST_WEIGHT = 1.5
SEED = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingCase:
    """One patient as the fit sees it."""

    patient: PatientEvidence
    position: int
    """Of the right disease."""
    forgotten: Forgotten
    """What only the case's own papers say."""
    fold: int
    weight: float
    """In the search for the evidence model's numbers; 0 if the case only calibrates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The cases with a ranked disease, and the folds that they fall into."""

    cases: tuple[tuple[DiagnosedCase, int], ...]
    """Every case with the position of its disease."""
    fold_of: Mapping[str, int]
    """Fold of every disease record and publication."""
    n_unranked: int
    """Cases whose disease has no annotation."""

    @classmethod
    def of(cls, cases: Iterable[DiagnosedCase], graph: KnowledgeGraph) -> Pool:
        """Find the disease of every case, and deal the cases into folds."""
        ranked, keys, n_unranked = [], [], 0
        for diagnosed in cases:
            position = disease_position(graph, diagnosed.disease_id)
            if position is None:
                n_unranked += 1
                continue
            ranked.append((diagnosed, position))
            records = graph.records_of(int(graph.diseases[position])).tolist()
            keys.append([*(str(graph.node_id(r)) for r in records), *diagnosed.publications])
        fold_of = assign_folds(keys)
        return cls(cases=tuple(ranked), fold_of=fold_of, n_unranked=n_unranked)

    def fold(self, position: int, graph: KnowledgeGraph) -> int:
        """The fold of one case."""
        record = int(graph.records_of(int(graph.diseases[position]))[0])
        return self.fold_of[str(graph.node_id(record))]


def sample_cases(pool: Pool, model: EvidenceModel) -> Iterator[TrainingCase]:
    """Some cases of every disease, each as in a graph that lacks its own papers.

    In the search, diseases count with the square root of their cases, and at most as 15 cases:
    neither the most reported ones nor those with a single case decide. Cases without an observed
    finding, or whose disease keeps no annotation, are not among them.

    Args:
        pool: All cases.
        model: Forgets publications.
    """
    graph, usable = model.graph, []
    for diagnosed, position in pool.cases:
        findings = validate_findings(diagnosed.case.findings, graph=graph)
        sex = diagnosed.case.sex
        patient = PatientEvidence.of(findings.findings, findings.nodes, sex=sex)
        if patient.present:
            usable.append((diagnosed, position, patient))
    order = np.random.default_rng(SEED).permutation(len(usable)).tolist()
    chosen: Counter[int] = Counter()
    sample = []
    for i in order:
        diagnosed, position, patient = usable[i]
        if chosen[position] == MOST_TO_CALIBRATE:
            continue
        forgotten = model.forget(diagnosed.publications)
        patch = forgotten.diseases.get(position)
        if patch is None or patch.features:
            chosen[position] += 1
            is_searched = chosen[position] <= MOST_TO_SEARCH
            sample.append((position, patient, forgotten, is_searched))
    n_cases = Counter(position for _, position, _ in usable)
    for position, patient, forgotten, is_searched in sample:
        weight = math.sqrt(n_cases[position]) / min(chosen[position], MOST_TO_SEARCH)
        yield TrainingCase(
            patient=patient,
            position=position,
            forgotten=forgotten,
            fold=pool.fold(position, graph),
            weight=min(weight, HIGHEST_WEIGHT) if is_searched else 0.0,
        )
