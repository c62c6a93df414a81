"""Scores of all diseases for one case, and what ranks follow from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nosograph.kg.graph import KnowledgeGraph

__all__ = ["DiseaseRanking", "disease_position"]


def disease_position(graph: KnowledgeGraph, disease_id: str) -> int | None:
    """Position of a disease by any identifier of its records; ``None`` if it is not ranked."""
    node = graph.find_disease(disease_id)
    if node is None:
        return None
    at = int(np.searchsorted(graph.diseases, node))
    return at if at < len(graph.diseases) and int(graph.diseases[at]) == node else None


@dataclass(frozen=True)
class DiseaseRanking:
    """Scores and probabilities of every disease of a graph."""

    graph: KnowledgeGraph
    scores: NDArray[np.float64]
    """Log10 likelihood ratio by disease, in the order of `KnowledgeGraph.diseases`."""
    probabilities: NDArray[np.float64]
    """Calibrated probability by disease; they add up to at most 1."""

    def best(self, limit: int) -> NDArray[np.int64]:
        """Positions of the best diseases, best first; equal scores by position."""
        n = len(self.scores)
        limit = max(0, min(limit, n))
        if limit == 0:
            return np.empty(0, dtype=np.int64)
        # Sorting all of them would take longer than scoring them.
        least = np.partition(self.scores, n - limit)[n - limit]
        enough = np.flatnonzero(self.scores >= least)
        return enough[np.argsort(-self.scores[enough], kind="stable")][:limit]

    def rank_at(self, position: int) -> float:
        """Mean rank of one disease, from 1."""
        own = self.scores[position]
        n_better = int((self.scores > own).sum())
        n_equal = int((self.scores == own).sum())
        return n_better + (n_equal + 1) / 2

    def position_of(self, disease_id: str) -> int | None:
        """Position of a disease by any identifier of its records."""
        return disease_position(self.graph, disease_id)

    def rank_of(self, disease_id: str) -> float | None:
        """Mean rank of a disease; ``None`` if it is not among the ranked ones."""
        position = self.position_of(disease_id)
        return None if position is None else self.rank_at(position)
