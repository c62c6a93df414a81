"""A differential as rows for Neo4j: terms, numbers and paths, and no word of the note."""

from __future__ import annotations

from dataclasses import replace

from nosograph.engine.case import Finding, Status
from nosograph.engine.differential import (
    Contribution,
    Differential,
    DifferentialEntry,
    EvidencePath,
    MissingFeature,
)
from nosograph.engine.errors import EngineError
from nosograph.engine.report import match_words
from nosograph.kg.graph import KnowledgeGraph
from nosograph.kg.neo4j.case_rows import (
    CandidateRow,
    CaseRows,
    ContributionRow,
    FeatureRow,
    FindingRow,
    PathRow,
    new_case_id,
)

__all__ = ["case_rows"]


def case_rows(
    differential: Differential, graph: KnowledgeGraph, *, case_id: str | None = None
) -> CaseRows:
    """Turn a differential into the rows that `nosograph.kg.neo4j.write_case` writes.

    Evidence stays behind: words of the note, what triggered a negation, where they stand. So do
    issues and publications that the graph does not know. Names of terms are the graph's own.

    Args:
        differential: What the engine found.
        graph: The graph that it was made with.
        case_id: Identifier of the case; else the differential's own, else one is made up.

    Raises:
        EngineError: If the differential was made with another graph.
        CaseIdError: If the identifier cannot be one.
    """
    _check_graph(differential, graph)
    return CaseRows(
        id=(differential.case_id or new_case_id()) if case_id is None else case_id,
        build=graph.build.address,
        notice=differential.notice,
        releases=dict(differential.releases),
        sex=differential.sex,
        age_years=differential.age_years,
        n_diseases=differential.n_diseases,
        # What no annotation cites may be anything that was typed; nothing was forgotten for it.
        excluded_publications=tuple(
            p for p in differential.excluded_publications if graph.find(p) is not None
        ),
        findings=tuple(_finding(finding, graph) for finding in differential.findings),
        candidates=tuple(_candidate(entry, graph) for entry in differential.entries),
    )


def _check_graph(differential: Differential, graph: KnowledgeGraph) -> None:
    made_with = differential.ranking
    is_other = made_with is not None and made_with.graph.build.address != graph.build.address
    if is_other or dict(differential.releases) != graph.releases:
        raise EngineError(
            "the differential was made with another graph than the one that was given: give the "
            "graph of the engine that made it (engine.graph), or diagnose the case again."
        )


def _label(graph: KnowledgeGraph, node_id: str) -> str:
    return graph.label(graph.index(node_id))


def _finding(finding: Finding, graph: KnowledgeGraph) -> FindingRow:
    return FindingRow(
        term=str(finding.term_id),
        label=_label(graph, finding.term_id),
        is_present=finding.status is Status.PRESENT,
        is_certain=finding.is_certain,
    )


def _candidate(entry: DifferentialEntry, graph: KnowledgeGraph) -> CandidateRow:
    return CandidateRow(
        disease=str(entry.disease_id),
        label=_label(graph, entry.disease_id),
        rank=entry.rank,
        probability=entry.probability,
        score=entry.score,
        source_ids=tuple(map(str, entry.source_ids)),
        contributions=tuple(_contribution(said, graph) for said in entry.contributions),
        paths=tuple(_path(path, graph) for path in entry.paths),
        look_for=tuple(map(_feature, entry.missing_features)),
    )


def _contribution(said: Contribution, graph: KnowledgeGraph) -> ContributionRow:
    if said.term_id is None:  # sex or age, in the engine's own words
        label, matched_label = said.label, said.matched_label
    else:
        label = _label(graph, said.term_id)
        matched_label = "" if said.matched_term is None else _label(graph, said.matched_term)
    return ContributionRow(
        term=None if said.term_id is None else str(said.term_id),
        label=label,
        log10_lr=said.log10_lr,
        match_type=str(said.match_type),
        matched_term=None if said.matched_term is None else str(said.matched_term),
        matched_label=matched_label,
        says=match_words(replace(said, label=label, matched_label=matched_label)),
    )


def _path(path: EvidencePath, graph: KnowledgeGraph) -> PathRow:
    labels = tuple(_label(graph, node_id) for node_id in path.path.nodes)
    return PathRow(path=path.path, labels=labels)


def _feature(feature: MissingFeature) -> FeatureRow:
    return FeatureRow(
        term=str(feature.term_id),
        frequency=feature.frequency,
        stated=feature.stated,
        is_stated=feature.is_stated,
        source_lines=feature.source_lines,
    )
