"""Why a disease is on the list: contributions, paths, and what nobody has looked for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nosograph.engine.case import Finding, Status
from nosograph.engine.differential import (
    Contribution,
    DifferentialEntry,
    EvidencePath,
    MatchType,
    MissingFeature,
)
from nosograph.engine.ranking.evidence import FindingMatch, ScoredCase
from nosograph.engine.ranking.ranking import DiseaseRanking
from nosograph.kg.graph import KnowledgeGraph
from nosograph.kg.paths import Path, Step, hierarchy_steps

__all__ = ["Explainer"]

MATCHES_WITH_A_PATH = frozenset(
    {
        MatchType.EXACT,
        MatchType.MORE_SPECIFIC,
        MatchType.MORE_GENERAL,
        MatchType.RELATED,
        MatchType.EXCLUDED_EXPECTED,
        MatchType.EXCLUDED_CONSISTENT,
    }
)
MAX_PATHS = 30
"""Paths an entry: a case of thousands of findings is not read finding by finding."""
MAX_MISSING_FEATURES = 5
MIN_MISSING_FREQUENCY = 0.5
"""From which frequency a feature that nobody looked for is worth a look."""


@dataclass(frozen=True)
class Explainer:
    """Explains entries of one scored case.

    Args:
        graph: Where the paths lead through.
        case: The scored case.
        findings: The findings by their node.
    """

    graph: KnowledgeGraph
    case: ScoredCase
    findings: Mapping[int, Finding]

    def entry(self, ranking: DiseaseRanking, position: int) -> DifferentialEntry:
        """Explain one disease.

        Args:
            ranking: Scores of all diseases.
            position: Which disease, in the order of `KnowledgeGraph.diseases`.
        """
        graph = self.graph
        disease = int(graph.diseases[position])
        matches = self.case.matches(position)
        contributions = [self._contribution(match) for match in matches]
        contributions.sort(key=lambda c: (-c.log10_lr, c.term_id or ""))
        by_strength = sorted(matches, key=lambda m: (-abs(m.log10_lr), m.term or -1))
        with_path = [m for m in by_strength if m.match_type in MATCHES_WITH_A_PATH]
        return DifferentialEntry(
            rank=ranking.rank_at(position),
            disease_id=graph.node_id(disease),
            source_ids=tuple(graph.node_id(int(r)) for r in graph.records_of(disease)),
            label=graph.label(disease),
            probability=float(ranking.probabilities[position]),
            score=math.fsum(contribution.log10_lr for contribution in contributions),
            contributions=tuple(contributions),
            paths=tuple(
                path for m in with_path[:MAX_PATHS] if (path := self._path(m, disease)) is not None
            ),
            missing_features=self._missing(position, disease),
        )

    def _contribution(self, match: FindingMatch) -> Contribution:
        graph = self.graph
        if match.term is None:
            return Contribution(
                term_id=None,
                label=match.label,
                status=Status.PRESENT,
                match_type=match.match_type,
                matched_term=None,
                matched_label=match.matched_label,
                log10_lr=match.log10_lr,
            )
        finding = self.findings[match.term]
        return Contribution(
            term_id=graph.node_id(match.term),
            label=graph.label(match.term),
            status=finding.status,
            match_type=match.match_type,
            matched_term=None if match.matched is None else graph.node_id(match.matched),
            matched_label="" if match.matched is None else graph.label(match.matched),
            log10_lr=match.log10_lr,
            evidence=finding.evidence,
        )

    # --- paths -----------------------------------------------------------------------------

    def _path(self, match: FindingMatch, disease: int) -> EvidencePath | None:
        """Words → term → steps of the ontology → annotated term → record → disease."""
        if match.term is None or match.matched is None:
            return None
        edge = self._best_annotation(match.matched, disease)
        if edge is None:
            return None
        record = int(self.graph.edge_subject[edge])
        steps = (
            *self._way_between(match.term, match.matched),
            Step(edge=self.graph.edge(edge), is_forward=False),
            *self._record_step(record, disease),
        )
        term_id = self.graph.node_id(match.term)
        path = Path(start=term_id, steps=steps)
        return EvidencePath(
            term_id=term_id,
            evidence=self.findings[match.term].evidence,
            path=path,
            labels=tuple(self.graph.label(self.graph.index(node)) for node in path.nodes),
        )

    def _way_between(self, term: int, matched: int) -> Sequence[Step]:
        """Up, down, or up to the most telling common ancestor and down again."""
        order, graph = self.graph.hierarchy, self.graph
        if (up := order.steps(term, matched)) is not None:
            return hierarchy_steps(graph, up, upward=True)
        if (down := order.steps(matched, term)) is not None:
            return hierarchy_steps(graph, reversed(down), upward=False)
        common = np.intersect1d(order.ancestors(term), order.ancestors(matched))
        top = min(common.tolist(), key=lambda node: (self.case.background(node), node))
        up, down = order.steps(term, top), order.steps(matched, top)
        assert up is not None
        assert down is not None
        return (
            *hierarchy_steps(graph, up, upward=True),
            *hierarchy_steps(graph, reversed(down), upward=False),
        )

    def _best_annotation(self, term: int, disease: int) -> int | None:
        """The annotation of the disease with the term that cites papers and is most frequent."""
        graph = self.graph
        best: tuple[int, float, int] | None = None
        for record in graph.records_of(disease).tolist():
            for edge in self.case.edges_between(record, term):
                frequency = float(graph.column("annotation_frequency")[edge])
                n_papers = len(graph.publications_of(edge))
                order = (min(n_papers, 1), -1.0 if np.isnan(frequency) else frequency, -edge)
                if best is None or order > best:
                    best = order
        return None if best is None else -best[2]

    def _record_step(self, record: int, disease: int) -> tuple[Step, ...]:
        if record == disease:
            return ()
        for relation in ("exact_match", "close_match"):
            for edge in self.graph.edges_from(record, relation):
                if int(self.graph.edge_object[edge]) == disease:
                    return (Step(edge=self.graph.edge(edge)),)
        raise AssertionError(f"record {record} has no match edge to disease {disease}")

    # --- what nobody has looked for ----------------------------------------------------------

    def _missing(self, position: int, disease: int) -> tuple[MissingFeature, ...]:
        """Frequent features of which the case says nothing, in themselves or by kin."""
        order = self.graph.hierarchy
        said: set[int] = set()
        for term, finding in self.findings.items():
            said.update(order.descendants(term).tolist())
            if finding.status is Status.PRESENT:
                said.update(order.ancestors(term).tolist())
        telling = sorted(
            (
                (-f, self.case.background(t), t)
                for t, f in self.case.features(position).items()
                if f >= MIN_MISSING_FREQUENCY and t not in said
            ),
            key=lambda item: (round(item[0], 1), item[1], item[2]),
        )
        return tuple(
            MissingFeature(
                term_id=self.graph.node_id(term),
                label=self.graph.label(term),
                frequency=-negative_frequency,
                source_lines=self._sources_of(term, disease),
            )
            for negative_frequency, _, term in telling[:MAX_MISSING_FEATURES]
        )

    def _sources_of(self, term: int, disease: int) -> tuple[str, ...]:
        edges = [
            edge
            for record in self.graph.records_of(disease).tolist()
            for edge in self.case.edges_between(record, term)
        ]
        return tuple(str(self.graph.edge(edge).provenance) for edge in edges)
