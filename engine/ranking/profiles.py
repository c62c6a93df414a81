"""What each disease is known to show: rows of many papers pooled, spread over the ontology.

All of this follows from a graph alone; it is computed once and kept beside the build.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from nosograph.engine.ranking.parameters import NeighbourParameters, PoolingParameters
from nosograph.kg.edges import FREQUENCY_KINDS
from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.frequency import FrequencyKind
from nosograph.ontologies.hierarchy import Csr

__all__ = ["DiseaseProfiles", "PooledTerms", "SparseRows", "pool_edges", "spread"]

PROFILES_VERSION = 1
"""Raised whenever this file computes other arrays than before."""
NEIGHBOUR_BATCH = 512


class SparseRows(NamedTuple):
    """A sparse matrix by rows, on plain (memory-mapped) arrays."""

    indptr: NDArray[np.int32]
    columns: NDArray[np.int32]
    """Ascending within a row."""
    values: NDArray[np.float32]

    def row(self, i: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Columns and values of one row."""
        part = slice(self.indptr[i], self.indptr[i + 1])
        return self.columns[part], self.values[part]

    def at(self, i: int, columns: NDArray[np.integer[Any]]) -> NDArray[np.float32]:
        """Values of one row at some columns; 0 where there is none. Shape of `columns`."""
        present, values = self.row(i)
        found = np.zeros(len(columns), dtype=np.float32)
        if len(present):
            places = np.minimum(np.searchsorted(present, columns), len(present) - 1)
            hit = present[places] == columns
            found[hit] = values[places[hit]]
        return found

    @classmethod
    def of(cls, matrix: sp.csr_matrix) -> Self:
        """From scipy, with sorted columns."""
        matrix.sort_indices()
        return cls(
            matrix.indptr.astype(np.int32),
            matrix.indices.astype(np.int32),
            matrix.data.astype(np.float32),
        )

    def scipy(self, n_columns: int) -> sp.csr_matrix:
        """To scipy, without a copy."""
        shape = (len(self.indptr) - 1, n_columns)
        return sp.csr_matrix((self.values, self.columns, self.indptr), shape=shape, copy=False)


class PooledTerms(NamedTuple):
    """Annotated terms of diseases, each once, ascending by disease and term."""

    disease: NDArray[np.int32]
    """Position of the disease. Shape ``(n_pairs,)``."""
    term: NDArray[np.int32]
    """Node of the term. Shape ``(n_pairs,)``."""
    frequency: NDArray[np.float32]
    """Pooled share of patients, in (0, 1]; 0 where the term was looked for and never seen."""


def pool_edges(
    graph: KnowledgeGraph,
    edges: NDArray[np.int64],
    positions: NDArray[np.int32],
    *,
    parameters: PoolingParameters,
) -> PooledTerms:
    """Pool annotations into one frequency for each disease and term.

    Patients counted by different papers are added up. A percentage or a frequency class counts
    like a few patients, an unstated frequency like fewer, and ``NOT`` like some patients without
    the term. The share is drawn towards a prior, because one patient of one is not everybody.

    Args:
        graph: Holds the annotation columns.
        edges: Numbers of has-phenotype edges. Shape ``(n,)``.
        positions: Position of each edge's disease. Shape ``(n,)``.
        parameters: How much each kind of statement weighs.
    """
    p = parameters
    kinds = np.asarray(graph.column("annotation_frequency_kind"))[edges]
    shares = np.nan_to_num(np.asarray(graph.column("annotation_frequency"))[edges])
    seen = np.full(len(edges), p.unstated_patients * p.unstated_frequency)
    patients = np.full(len(edges), p.unstated_patients)
    counted = kinds == FREQUENCY_KINDS.index(FrequencyKind.COUNT)
    seen[counted] = np.asarray(graph.column("annotation_n"))[edges][counted]
    patients[counted] = np.asarray(graph.column("annotation_m"))[edges][counted]
    stated = (kinds == FREQUENCY_KINDS.index(FrequencyKind.CLASS)) | (
        kinds == FREQUENCY_KINDS.index(FrequencyKind.PERCENT)
    )
    seen[stated] = p.stated_patients * shares[stated]
    patients[stated] = p.stated_patients
    absent = np.asarray(graph.column("annotation_negated"))[edges] | (stated & (shares == 0))
    seen[absent] = 0.0
    patients[absent] = p.absent_patients

    terms = np.asarray(graph.edge_object)[edges].astype(np.int64)
    keys, group = np.unique(positions * np.int64(graph.n_terms) + terms, return_inverse=True)
    n_seen = np.bincount(group, weights=seen, minlength=len(keys))
    n_patients = np.bincount(group, weights=patients, minlength=len(keys))
    share = (n_seen + p.prior_patients * p.prior_frequency) / (n_patients + p.prior_patients)
    return PooledTerms(
        disease=(keys // graph.n_terms).astype(np.int32),
        term=(keys % graph.n_terms).astype(np.int32),
        frequency=np.where(n_seen > 0, share, 0).astype(np.float32),
    )


def spread(pooled: PooledTerms, ancestors: Csr, *, n_terms: int, n_diseases: int) -> sp.csr_matrix:
    """Give every ancestor the highest frequency of the annotated terms below it.

    Returns:
        Frequencies. Shape ``(n_terms, n_diseases)``.
    """
    seen = pooled.frequency > 0
    disease, term, frequency = (column[seen] for column in pooled)
    lengths = (ancestors.indptr[1:] - ancestors.indptr[:-1])[term]
    pair = np.repeat(np.arange(len(term)), lengths)
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    above = np.asarray(ancestors.indices)[np.repeat(ancestors.indptr[term], lengths) + within]
    keys = above.astype(np.int64) * n_diseases + disease[pair]
    order = np.lexsort((-frequency[pair], keys))
    keys, values = keys[order], frequency[pair][order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    keys, values = keys[first], values[first]
    return sp.csr_matrix(
        (values, (keys // n_diseases, keys % n_diseases)), shape=(n_terms, n_diseases)
    )


@dataclass(frozen=True)
class DiseaseProfiles:
    """Frequencies of terms in diseases, how common each term is, and which diseases are alike.

    Diseases are meant by their position in `KnowledgeGraph.diseases`.
    """

    direct: SparseRows
    """By term: diseases annotated with it, and the pooled frequency."""
    absent: SparseRows
    """By term: diseases in which it was looked for and never seen, nor a kind of it."""
    absent_by_disease: SparseRows
    """By disease: the same terms; the transpose of `absent`."""
    spread: SparseRows
    """By term: diseases with it or a kind of it, and the highest frequency."""
    features: SparseRows
    """By disease: annotated terms and their frequency; the transpose of `direct`."""
    background: NDArray[np.float32]
    """Mean frequency of a term over all diseases, in (0, 1). Shape ``(n_terms,)``."""
    alike: SparseRows
    """By disease: its nearest diseases and their weights, which add up to 1."""
    alike_of: SparseRows
    """By disease: the diseases that it is among the nearest of; the transpose of `alike`."""
    likeness: SparseRows
    """By disease: its telling terms, weighted, of length 1; what nearness is measured on."""
    likeness_weight: NDArray[np.float32]
    """Weight of each term in nearness; 0 for terms that too many diseases share. By term."""

    @classmethod
    def open(
        cls,
        graph: KnowledgeGraph,
        *,
        pooling: PoolingParameters,
        neighbours: NeighbourParameters,
    ) -> Self:
        """Open the profiles of a graph, computing them the first time."""
        settings = json.dumps([PROFILES_VERSION, asdict(pooling), asdict(neighbours)])
        arrays = graph.store.derived(
            graph.build,
            "profiles",
            lambda: cls.compute(graph, pooling=pooling, neighbours=neighbours).to_arrays(),
            version=hashlib.sha256(settings.encode()).hexdigest()[:12],
        )
        return cls.from_arrays(arrays)

    @classmethod
    def compute(
        cls,
        graph: KnowledgeGraph,
        *,
        pooling: PoolingParameters,
        neighbours: NeighbourParameters,
    ) -> Self:
        """Compute the profiles of all diseases."""
        n_terms, n_diseases = graph.n_terms, len(graph.diseases)
        edge_range = graph.edge_range("has_phenotype")
        edges = np.arange(edge_range.start, edge_range.stop)
        owners = graph.disease_of[np.asarray(graph.edge_subject)[edges]]
        positions = np.searchsorted(graph.diseases, owners).astype(np.int32)
        pooled = pool_edges(graph, edges, positions, parameters=pooling)
        seen = pooled.frequency > 0
        direct = sp.csr_matrix(
            (pooled.frequency[seen], (pooled.term[seen], pooled.disease[seen])),
            shape=(n_terms, n_diseases),
        )
        spreaded = spread(pooled, graph.hierarchy.closure, n_terms=n_terms, n_diseases=n_diseases)
        never = sp.csr_matrix(
            (np.ones((~seen).sum(), np.float32), (pooled.term[~seen], pooled.disease[~seen])),
            shape=(n_terms, n_diseases),
        )
        never = never - never.multiply(spreaded > 0)  # a kind of it was seen: so it was, too
        never.eliminate_zeros()
        background = (np.asarray(spreaded.sum(axis=1)).ravel() + 0.5) / (n_diseases + 1)
        weights = likeness_weights(spreaded, background, parameters=neighbours)
        likeness = likeness_of(spreaded, weights)
        alike = _nearest(likeness, parameters=neighbours)
        return cls(
            direct=SparseRows.of(direct),
            absent=SparseRows.of(never.tocsr()),
            absent_by_disease=SparseRows.of(never.T.tocsr()),
            spread=SparseRows.of(spreaded),
            features=SparseRows.of(direct.T.tocsr()),
            background=background.astype(np.float32),
            alike=SparseRows.of(alike),
            alike_of=SparseRows.of(alike.T.tocsr()),
            likeness=SparseRows.of(likeness),
            likeness_weight=weights,
        )

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """As plain arrays, by name."""
        arrays: dict[str, NDArray[Any]] = {name: getattr(self, name) for name in _DENSE}
        for name in _SPARSE:
            rows: SparseRows = getattr(self, name)
            arrays |= {f"{name}_{part}": values for part, values in rows._asdict().items()}
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Look at what `to_arrays` gave."""
        fields: dict[str, Any] = {name: arrays[name] for name in _DENSE}
        for name in _SPARSE:
            parts = (arrays[f"{name}_{part}"] for part in SparseRows._fields)
            fields[name] = SparseRows(*parts)
        return cls(**fields)

    @property
    def n_diseases(self) -> int:
        """How many diseases there are."""
        return len(self.features.indptr) - 1

    @cached_property
    def information_content(self) -> NDArray[np.float32]:
        """How telling each term is: minus log10 of its background. Shape ``(n_terms,)``."""
        return -np.log10(self.background)

    @cached_property
    def spread_matrix(self) -> sp.csr_matrix:
        """`spread` for products. Shape ``(n_terms, n_diseases)``."""
        return self.spread.scipy(self.n_diseases)

    @cached_property
    def alike_of_matrix(self) -> sp.csr_matrix:
        """`alike_of` for products. Shape ``(n_diseases, n_diseases)``."""
        return self.alike_of.scipy(self.n_diseases)

    @cached_property
    def likeness_matrix(self) -> sp.csr_matrix:
        """`likeness` for products. Shape ``(n_diseases, n_terms)``."""
        return self.likeness.scipy(len(self.background))


_DENSE = ("background", "likeness_weight")
_SPARSE = (
    "direct",
    "absent",
    "absent_by_disease",
    "spread",
    "features",
    "alike",
    "alike_of",
    "likeness",
)


def likeness_weights(
    spreaded: sp.csr_matrix, background: NDArray[np.float64], *, parameters: NeighbourParameters
) -> NDArray[np.float32]:
    """Information content of the terms that count in nearness, 0 for the others.

    Terms that very many diseases share are left out: they make everything alike.
    """
    n_diseases_with = np.diff(spreaded.indptr)
    telling = (n_diseases_with > 0) & (n_diseases_with <= parameters.max_diseases_of_a_term)
    return np.where(telling, -np.log10(background), 0).astype(np.float32)


def likeness_of(spreaded: sp.csr_matrix, weights: NDArray[np.float32]) -> sp.csr_matrix:
    """Weighted profiles of length 1. Shape ``(n_diseases, n_terms)``."""
    weighted = (sp.diags(weights) @ spreaded).T.tocsr().astype(np.float32)
    weighted.eliminate_zeros()
    length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel()) + 1e-6
    return (sp.diags((1 / length).astype(np.float32)) @ weighted).tocsr()


def nearest_of(
    similarity: NDArray[np.float32], own: int, *, parameters: NeighbourParameters
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The nearest diseases of one disease, ascending by position, and their weights.

    Args:
        similarity: Cosine to every disease; changed in place. Shape ``(n_diseases,)``.
        own: The disease itself, which is left out.
        parameters: How many, and how weights fall off.
    """
    similarity[own] = -1
    n = min(parameters.n_nearest, len(similarity) - 1)
    nearest = np.sort(np.argpartition(-similarity, n)[:n]).astype(np.int32)
    weights = np.maximum(similarity[nearest], 0) ** np.float32(parameters.power)
    return nearest, (weights / (weights.sum() + 1e-9)).astype(np.float32)


def _nearest(likeness: sp.csr_matrix, *, parameters: NeighbourParameters) -> sp.csr_matrix:
    n_diseases = likeness.shape[0]
    transposed = likeness.T.tocsr()
    rows: list[tuple[NDArray[np.int32], NDArray[np.float32]]] = []
    for start in range(0, n_diseases, NEIGHBOUR_BATCH):
        block = (likeness[start : start + NEIGHBOUR_BATCH] @ transposed).toarray()
        rows += [
            nearest_of(similarity, start + i, parameters=parameters)
            for i, similarity in enumerate(block)
        ]
    indptr = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return sp.csr_matrix((values, columns, indptr), shape=(n_diseases, n_diseases))
