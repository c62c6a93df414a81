"""What sex and age of onset say of each disease, where its inheritance and onset are known.

The age at the encounter is no evidence: on published cases it gained nothing, and on patients from
elsewhere it harmed.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nosograph.engine.ranking.forgetting import Forgotten
from nosograph.engine.ranking.parameters import EvidenceParameters
from nosograph.kg.graph import KnowledgeGraph

__all__ = ["AGE_BINS_YEARS", "N_ONSET_CLASSES", "ONSET_CLASSES", "DemographicEvidence", "age_bin"]

X_LINKED_RECESSIVE = "HP:0001419"
AGE_BINS_YEARS = (0.08, 1.0, 5.0, 16.0, 40.0)
"""Upper ends of the age bins, in years; the last bin has none."""
ONSET_CLASSES: dict[str, int] = {
    **dict.fromkeys(
        ("HP:0030674", "HP:0011460", "HP:0011461", "HP:0034199", "HP:0034198", "HP:0034197"), 0
    ),
    "HP:0003577": 0,  # Congenital onset
    "HP:0003623": 1,  # Neonatal onset
    "HP:0003593": 2,  # Infantile onset
    "HP:0410280": 3,  # Pediatric onset
    "HP:0011463": 3,  # Childhood onset
    "HP:0003621": 4,  # Juvenile onset
    "HP:0003581": 5,  # Adult onset
    "HP:0011462": 5,  # Young adult onset
    "HP:0025708": 5,
    "HP:0025709": 5,
    "HP:0025710": 5,
    "HP:0003596": 6,  # Middle age onset
    "HP:0003584": 6,  # Late onset
}
"""Class of each of HPO's onset terms, earliest first."""
N_ONSET_CLASSES = 7
CLASS_NAMES = (
    "before or at birth",
    "neonatal",
    "infantile",
    "childhood",
    "juvenile",
    "adult",
    "late",
)


def age_bin(age_years: float) -> int:
    """Number of the age bin, from 0.

    >>> age_bin(0.0), age_bin(7)
    (0, 3)
    """
    return int(np.searchsorted(AGE_BINS_YEARS, age_years, side="right"))


class DemographicEvidence:
    """Log10 likelihood ratios of sex and age for every disease."""

    def __init__(self, graph: KnowledgeGraph, *, parameters: EvidenceParameters) -> None:
        self.graph, self.parameters = graph, parameters

    @cached_property
    def _onset_edges(self) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
        """Edges that state an onset, the position of their disease, and the class."""
        class_of = {}
        for term_id, number in ONSET_CLASSES.items():
            if (node := self.graph.find(term_id)) is not None:
                class_of[node] = number
        return self._edges_to("has_clinical_course", class_of)

    @cached_property
    def _x_linked_edges(self) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
        node = self.graph.find(X_LINKED_RECESSIVE)
        return self._edges_to("has_mode_of_inheritance", {} if node is None else {node: 0})

    def _edges_to(
        self, relation: str, class_of: dict[int, int]
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
        graph = self.graph
        edge_range = graph.edge_range(relation)
        edges = np.arange(edge_range.start, edge_range.stop)
        targets = np.asarray(graph.edge_object)[edges]
        negated = np.asarray(graph.column("annotation_negated"))[edges]
        edges = edges[np.isin(targets, list(class_of)) & ~negated]
        owners = graph.disease_of[np.asarray(graph.edge_subject)[edges]]
        positions = np.searchsorted(graph.diseases, owners).astype(np.int32)
        positions = np.minimum(positions, len(graph.diseases) - 1)
        ranked = graph.diseases[positions] == owners  # some have an onset but no phenotype
        classes = [class_of[int(t)] for t in np.asarray(graph.edge_object)[edges[ranked]]]
        return edges[ranked], positions[ranked], np.array(classes, dtype=np.int32)

    def onset_classes(self, forgotten: Forgotten) -> NDArray[np.bool_]:
        """Which classes of onset are stated of each disease. Shape ``(n_diseases, 7)``."""
        edges, positions, classes = self._onset_edges
        keep = _kept(edges, forgotten)
        stated = np.zeros((len(self.graph.diseases), N_ONSET_CLASSES), dtype=bool)
        stated[positions[keep], classes[keep]] = True
        return stated

    def onset(self, onset_age_years: float | None, forgotten: Forgotten) -> NDArray[np.float64]:
        """Log10 likelihood ratio of the age at the first finding. Shape ``(n_diseases,)``.

        It is 0 for diseases of which no onset is stated; of several stated classes the likelihood
        ratios are averaged.
        """
        p = self.parameters
        scores = np.zeros(len(self.graph.diseases))
        if onset_age_years is None or not p.onset_log10_lr:
            return scores
        number = age_bin(onset_age_years)
        if not forgotten.edges and number in self._onset_by_bin:
            return self._onset_by_bin[number]
        ratios = 10.0 ** np.array(p.onset_log10_lr)[:, number]
        stated = self.onset_classes(forgotten) if forgotten.edges else self._all_classes
        n_stated = stated.sum(axis=1)
        known = n_stated > 0
        mean = (stated[known] @ ratios) / n_stated[known]
        scores[known] = p.onset_weight * np.log10(np.maximum(mean, 1e-6))
        if not forgotten.edges:
            self._onset_by_bin[number] = scores
        return scores

    @cached_property
    def _onset_by_bin(self) -> dict[int, NDArray[np.float64]]:
        return {}

    @cached_property
    def _all_classes(self) -> NDArray[np.bool_]:
        return self.onset_classes(Forgotten())

    def sex(self, sex: str, forgotten: Forgotten) -> NDArray[np.float64]:
        """Log10 likelihood ratio of the sex; 0 where it says nothing. Shape ``(n_diseases,)``."""
        ratio = {
            "MALE": self.parameters.x_linked_male,
            "FEMALE": self.parameters.x_linked_female,
        }.get(sex, 0.0)
        scores = np.zeros(len(self.graph.diseases))
        edges, positions, _ = self._x_linked_edges
        scores[positions[_kept(edges, forgotten)]] = ratio
        return scores

    def onset_label(self, position: int, forgotten: Forgotten) -> str:
        """The stated onsets of one disease, in words."""
        stated = self.onset_classes(forgotten)[position]
        return ", ".join(
            name for name, is_stated in zip(CLASS_NAMES, stated, strict=True) if is_stated
        )


def _kept(edges: NDArray[np.int64], forgotten: Forgotten) -> NDArray[np.bool_]:
    if not forgotten.edges:
        return np.ones(len(edges), dtype=bool)
    return ~np.isin(edges, np.fromiter(forgotten.edges, dtype=np.int64))
