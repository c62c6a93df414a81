"""What the graph would say without some publications.

A row goes when all of its references are among them, in every disease. The profiles of the diseases
that lose a row are pooled again from what is left, and their nearest diseases are found again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nosograph.engine.case import Issue, Level
from nosograph.engine.ranking.parameters import EvidenceParameters
from nosograph.engine.ranking.profiles import DiseaseProfiles, nearest_of, pool_edges
from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.errors import TermIdError
from nosograph.ontologies.term import TermId

__all__ = [
    "Forgetter",
    "Forgotten",
    "PatchedDisease",
    "publication_ids",
    "spread_features",
    "uncited_issues",
]

_LIKE_AN_IDENTIFIER = re.compile(r"[A-Za-z]{1,10}:\d{1,10}", re.ASCII)
MAX_NAMED_PUBLICATIONS = 5


@dataclass(frozen=True)
class PatchedDisease:
    """The profile of one disease without the forgotten rows."""

    features: Mapping[int, float]
    """Pooled frequency by annotated term."""
    spread: Mapping[int, float]
    """Highest frequency by term, its kinds included."""
    origin: Mapping[int, int]
    """The annotated term that gave a term its frequency in `spread`."""
    absent: frozenset[int]
    """Terms that were looked for and never seen."""
    alike: NDArray[np.int32]
    """The nearest diseases, ascending."""
    alike_weights: NDArray[np.float32]

    def known(self, term: int) -> float:
        """Frequency of a term: as annotated itself, else the highest of its kinds; 0 if of none.

        A kind that one of one patients had does not outdo what was counted for the term itself.
        """
        frequency = self.features.get(term)
        return self.spread.get(term, 0.0) if frequency is None else frequency


@dataclass(frozen=True)
class Forgotten:
    """Rows that are left out for one case."""

    edges: frozenset[int] = frozenset()
    """Annotated edges that go, of every relation."""
    diseases: Mapping[int, PatchedDisease] = field(default_factory=dict)
    """Diseases that lose a has-phenotype row, by position."""


def publication_ids(publications: Iterable[str]) -> tuple[str, ...]:
    """Publications as the graph spells them, ascending, each once.

    >>> publication_ids([" pmid:31675180", "31675180"])
    ('PMID:31675180',)

    Args:
        publications: Identifiers, bare numbers of PubMed, or web addresses; one text is one.
    """
    given = (publications,) if isinstance(publications, str) else publications
    return tuple(sorted({_publication_id(str(text).strip()) for text in given}))


def _publication_id(text: str) -> str:
    try:
        return TermId.parse(f"PMID:{text}" if text.isdecimal() else text)
    except TermIdError:
        return text  # some sources cite web addresses


def uncited_issues(publications: Iterable[str], *, graph: KnowledgeGraph) -> tuple[Issue, ...]:
    """Say which publications could not be forgotten, because no annotation cites them."""
    uncited = [p for p in publications if graph.find(p) is None]
    if not uncited:
        return ()
    # What is no identifier may be a note in the wrong place: it is counted, not repeated.
    named = [p for p in uncited if _LIKE_AN_IDENTIFIER.fullmatch(p)][:MAX_NAMED_PUBLICATIONS]
    which = f" ({', '.join(named)}{' …' if len(named) < len(uncited) else ''})" if named else ""
    return (
        Issue(
            level=Level.INFO,
            message=f"No annotation cites {len(uncited)} of the publications given{which}; nothing "
            "was forgotten for them.",
            solution="nothing to do, if the spelling is right (PMID:31675180).",
            where="exclude_publications",
        ),
    )


def spread_features(
    features: Mapping[int, float], graph: KnowledgeGraph
) -> tuple[dict[int, float], dict[int, int]]:
    """Give every ancestor the highest frequency of the annotated terms below it.

    Returns:
        The frequency by term, and the annotated term that it came from: of equal ones the first.
    """
    if not features:
        return {}, {}
    terms = np.array(sorted(features, key=lambda t: (-features[t], t)))
    rows = [graph.hierarchy.ancestors(term) for term in terms.tolist()]
    # The first of the terms below an ancestor is the most frequent one.
    ancestors, first = np.unique(np.concatenate(rows), return_index=True)
    sources = np.repeat(terms, [len(row) for row in rows])[first].tolist()
    above = ancestors.tolist()
    spread = {ancestor: features[term] for ancestor, term in zip(above, sources, strict=True)}
    origin = dict(zip(above, sources, strict=True))
    origin.update({term: term for term in features})
    return spread, origin


class Forgetter:
    """Finds and pools what is left when publications are forgotten."""

    def __init__(
        self, graph: KnowledgeGraph, profiles: DiseaseProfiles, *, parameters: EvidenceParameters
    ) -> None:
        self.graph, self.profiles, self.parameters = graph, profiles, parameters

    def forget(self, publications: Iterable[str]) -> Forgotten:
        """Leave out what only these publications say; unknown ones change nothing.

        Args:
            publications: Identifiers such as ``PMID:31675180``.
        """
        nodes = {node for p in publications if (node := self.graph.find(p.strip())) is not None}
        if not nodes:
            return Forgotten()
        edges = self._edges_citing_only(nodes)
        phenotype_edges = self.graph.edge_range("has_phenotype")
        owners = {
            int(self.graph.disease_of[self.graph.edge_subject[edge]])
            for edge in edges
            if edge in phenotype_edges
        }
        positions = np.searchsorted(self.graph.diseases, sorted(owners)).tolist()
        patched = {position: self._patched(position, edges) for position in positions}
        return Forgotten(edges=edges, diseases=patched)

    def _edges_citing_only(self, nodes: set[int]) -> frozenset[int]:
        candidates = {e for node in nodes for e in self.graph.edges_citing(node).tolist()}
        references = self.graph.references
        return frozenset(e for e in candidates if nodes.issuperset(references.row(e).tolist()))

    def _patched(self, position: int, forgotten: frozenset[int]) -> PatchedDisease:
        graph = self.graph
        edges = np.array(
            [
                edge
                for record in graph.records_of(int(graph.diseases[position])).tolist()
                for edge in graph.edges_from(record, "has_phenotype")
                if edge not in forgotten
            ],
            dtype=np.int64,
        )
        pooled = pool_edges(
            graph,
            edges,
            np.zeros(len(edges), dtype=np.int32),
            parameters=self.parameters.pooling,
        )
        seen = pooled.frequency > 0
        features = dict(
            zip(pooled.term[seen].tolist(), pooled.frequency[seen].tolist(), strict=True)
        )
        spread, origin = spread_features(features, graph)
        never = {t for t, f in zip(pooled.term, pooled.frequency, strict=True) if f == 0}
        alike, weights = self._alike(position, spread)
        return PatchedDisease(
            features=features,
            spread=spread,
            origin=origin,
            absent=frozenset(int(term) for term in never if term not in spread),
            alike=alike,
            alike_weights=weights,
        )

    def _alike(
        self, position: int, spread: Mapping[int, float]
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        weights = self.profiles.likeness_weight
        profile = np.zeros(len(weights), dtype=np.float32)
        terms = np.fromiter(spread, dtype=np.int64, count=len(spread))
        profile[terms] = np.fromiter(spread.values(), dtype=np.float32) * weights[terms]
        length = np.linalg.norm(profile)
        if length == 0:
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
        similarity = self.profiles.likeness_matrix @ (profile / length)
        return nearest_of(similarity, position, parameters=self.parameters.neighbours)
