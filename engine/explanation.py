"""Why a disease is on the list: contributions, paths, and what nobody has looked for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nosograph.engine.case import Finding, Status
from nosograph.engine.differential import (
    Contribution,
    DifferentialEntry,
    EvidencePath,
    MissingFeature,
)
from nosograph.engine.ranking.forgetting import PatchedDisease
from nosograph.engine.ranking.ranking import DiseaseRanking
from nosograph.engine.ranking.reasons import FindingMatch, ScoredCase
from nosograph.kg.graph import KnowledgeGraph
from nosograph.kg.paths import Path, Step, hierarchy_steps
from nosograph.ontologies.term import TermId

__all__ = ["Explainer"]

MAX_PATHS = 30
"""Paths an entry: a case of thousands of findings is not read finding by finding."""
MAX_MISSING_FEATURES = 5
MIN_MISSING_FREQUENCY = 0.5
"""From which frequency a feature that nobody looked for is worth a look."""


class Explainer:
    """Explains entries of one scored case.

    Args:
        graph: Where the paths lead through.
        case: The scored case.
        findings: The findings by their node.
        considered: What the input speaks of although it is no finding, such as what has passed.
    """

    def __init__(
        self,
        graph: KnowledgeGraph,
        case: ScoredCase,
        findings: Mapping[int, Finding],
        *,
        considered: frozenset[int] = frozenset(),
    ) -> None:
        self.graph, self.case, self.findings = graph, case, findings
        self._considered = considered.union(findings)
        # Neighbouring entries share most of their terms, so what was looked up once is kept.
        self._ways: dict[tuple[int, int], _Way] = {}
        self._nodes: dict[int, tuple[TermId, str]] = {}

    def entry(self, ranking: DiseaseRanking, position: int) -> DifferentialEntry:
        """Explain one disease.

        Args:
            ranking: Scores of all diseases.
            position: Which disease, in the order of `KnowledgeGraph.diseases`.
        """
        graph, view = self.graph, self.case.view(position)
        disease = int(graph.diseases[position])
        annotations = self.case.annotations(position)
        matches = self.case.matches(position, view, annotations)
        contributions = [self._contribution(match) for match in matches]
        contributions.sort(key=lambda c: (-c.log10_lr, c.term_id or ""))
        by_strength = sorted(matches, key=lambda m: (-abs(m.log10_lr), m.term or -1))
        with_path = [m for m in by_strength if m.matched in annotations][:MAX_PATHS]
        return DifferentialEntry(
            rank=ranking.rank_at(position),
            disease_id=self._node(disease)[0],
            source_ids=tuple(
                self._node(record)[0] for record in graph.records_of(disease).tolist()
            ),
            label=self._node(disease)[1],
            probability=float(ranking.probabilities[position]),
            score=math.fsum(contribution.log10_lr for contribution in contributions),
            contributions=tuple(contributions),
            paths=tuple(
                self._path(m.term, m.matched, annotations[m.matched], disease)
                for m in with_path
                if m.term is not None and m.matched is not None
            ),
            missing_features=self._missing(self._node(disease)[1], view, annotations),
        )

    def _node(self, number: int) -> tuple[TermId, str]:
        found = self._nodes.get(number)
        if found is None:
            found = self._nodes[number] = (self.graph.node_id(number), self.graph.label(number))
        return found

    def _contribution(self, match: FindingMatch) -> Contribution:
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
        term_id, label = self._node(match.term)
        matched_term, matched_label = (
            (None, "") if match.matched is None else self._node(match.matched)
        )
        return Contribution(
            term_id=term_id,
            label=label,
            status=finding.status,
            match_type=match.match_type,
            matched_term=matched_term,
            matched_label=matched_label,
            log10_lr=match.log10_lr,
            evidence=finding.evidence,
        )

    # --- paths -----------------------------------------------------------------------------

    def _path(self, term: int, matched: int, edges: Sequence[int], disease: int) -> EvidencePath:
        """Words → term → steps of the ontology → annotated term → record → disease."""
        if (term, matched) not in self._ways:
            self._ways[term, matched] = self._way_between(term, matched)
        way = self._ways[term, matched]
        edge = self._best_annotation(edges)
        record = int(self.graph.edge_subject[edge])
        seen_in = Step(edge=self.graph.edge(edge), is_forward=False)
        steps = (*way.steps, seen_in, *self._record_step(record, disease))
        labels = (*way.labels, self._node(record)[1])
        if record != disease:
            labels = (*labels, self._node(disease)[1])
        term_id = self._node(term)[0]
        return EvidencePath(
            term_id=term_id,
            evidence=self.findings[term].evidence,
            path=Path(start=term_id, steps=steps),
            labels=labels,
        )

    def _way_between(self, term: int, matched: int) -> _Way:
        """Up, down, or up to the most telling common ancestor and down again."""
        order, graph = self.graph.hierarchy, self.graph
        up, down = None, None
        if order.is_a(term, matched):
            up = order.steps(term, matched)
        elif order.is_a(matched, term):
            down = order.steps(matched, term)
        else:
            common = np.intersect1d(order.ancestors(term), order.ancestors(matched))
            top = min(common.tolist(), key=lambda node: (self.case.background(node), node))
            up, down = order.steps(term, top), order.steps(matched, top)
        downward = tuple(reversed(down or ()))
        nodes = (*(up or ()), *(downward[1:] if up else downward))
        return _Way(
            steps=(
                *hierarchy_steps(graph, up or (), upward=True),
                *hierarchy_steps(graph, downward, upward=False),
            ),
            labels=tuple(self._node(node)[1] for node in nodes),
        )

    def _best_annotation(self, edges: Sequence[int]) -> int:
        """The annotation that cites a paper and states the highest frequency, or the first such."""
        if len(edges) == 1:
            return edges[0]
        frequencies = self.graph.column("annotation_frequency")

        def worth(edge: int) -> tuple[bool, float, int]:
            frequency = float(frequencies[edge])
            has_paper = bool(self.graph.publications_of(edge))
            return has_paper, -1.0 if math.isnan(frequency) else frequency, -edge

        return max(edges, key=worth)

    def _record_step(self, record: int, disease: int) -> tuple[Step, ...]:
        if record == disease:
            return ()
        for relation in ("exact_match", "close_match"):
            for edge in self.graph.edges_from(record, relation):
                if int(self.graph.edge_object[edge]) == disease:
                    return (Step(edge=self.graph.edge(edge)),)
        raise AssertionError(f"record {record} has no match edge to disease {disease}")

    # --- what nobody has looked for ----------------------------------------------------------

    @cached_property
    def _implied(self) -> frozenset[int]:
        """What the observed findings imply: they and all that they are kinds of."""
        ancestors = self.graph.hierarchy.ancestors
        return frozenset(
            above
            for term, finding in self.findings.items()
            if finding.status is Status.PRESENT
            for above in ancestors(term).tolist()
        )

    def _missing(
        self, label: str, view: PatchedDisease, annotations: Mapping[int, Sequence[int]]
    ) -> tuple[MissingFeature, ...]:
        """Frequent features of which the case says nothing, in themselves or by kin.

        Those come last of which no annotation states how frequent they are.
        """
        ancestors = self.graph.hierarchy.ancestors
        stated = self.graph.column("annotation_frequency")
        name = label.casefold()  # some diseases are named for what they show
        telling = sorted(
            (
                all(math.isnan(stated[edge]) for edge in annotations[term]),
                -round(frequency, 1),
                self.case.background(term),
                term,
            )
            for term, frequency in view.features.items()
            if frequency >= MIN_MISSING_FREQUENCY
            and self._node(term)[1].casefold() != name
            and term not in self._implied
            and self._considered.isdisjoint(ancestors(term).tolist())
        )
        return tuple(
            self._missing_feature(term, view.features[term], annotations[term])
            for *_, term in telling[:MAX_MISSING_FEATURES]
        )

    def _missing_feature(self, term: int, frequency: float, edges: Sequence[int]) -> MissingFeature:
        n_examined = self.graph.column("annotation_m")
        stated = self.graph.column("annotation_frequency")
        edge = max(edges, key=lambda e: (not math.isnan(stated[e]), n_examined[e], -e))
        annotation = self.graph.edge(edge).annotation
        return MissingFeature(
            term_id=self._node(term)[0],
            label=self._node(term)[1],
            frequency=frequency,
            stated="" if annotation is None else str(annotation.frequency),
            is_stated=not math.isnan(stated[edge]),
            source_lines=tuple(str(self.graph.provenance(e)) for e in edges),
        )


@dataclass(frozen=True, slots=True)
class _Way:
    """Steps of the ontology between two terms, and the name of every node on them."""

    steps: tuple[Step, ...]
    labels: tuple[str, ...]
