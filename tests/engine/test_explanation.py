"""Paths and missing features: every step has a source, and nothing is claimed that nobody said."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nosograph.engine import (
    ClinicalCase,
    DiagnosticEngine,
    Differential,
    DifferentialEntry,
    EvidencePath,
    MatchType,
    Status,
)
from nosograph.kg import BrokenPathError, Path

MARFANOID = ("HP:0001166", "HP:0012019", "HP:0012727", "HP:0000545", "HP:0001382")
"""Arachnodactyly, lens luxation, thoracic aortic aneurysm, myopia, joint hypermobility."""


@pytest.fixture(scope="module")
def explained(engine: DiagnosticEngine) -> Differential:
    case = ClinicalCase.from_terms(observed=MARFANOID, excluded=["HP:0002616", "HP:0001250"])
    return engine.diagnose(case, limit=40)


def check(engine: DiagnosticEngine, path: EvidencePath, entry: DifferentialEntry) -> None:
    graph = engine.graph
    assert path.path.start == path.term_id == path.path.nodes[0]
    assert path.path.end == entry.disease_id
    assert path.labels == tuple(graph.label(graph.index(node)) for node in path.path.nodes)
    assert len(set(path.path.nodes)) == len(path.path.nodes)
    for one, other in pairwise(path.path.steps):
        assert one.end == other.start
    for step in path.path.steps:
        provenance = step.edge.provenance
        assert provenance.source in graph.releases
        assert provenance.release == graph.releases[provenance.source]
    assert [s.edge.predicate for s in path.path.steps].count("biolink:has_phenotype") == 1


def test_every_path_leads_from_the_finding_to_the_disease_with_its_sources(
    engine: DiagnosticEngine, explained: Differential
) -> None:
    paths = [(path, entry) for entry in explained.entries for path in entry.paths]
    assert len(paths) > len(explained.entries)
    for path, entry in paths:
        check(engine, path, entry)


def test_the_annotation_on_a_path_is_of_a_record_of_the_disease(explained: Differential) -> None:
    for entry in explained.entries:
        for path in entry.paths:
            (annotated,) = (s for s in path.path.steps if s.edge.annotation is not None)
            assert annotated.edge.subject in entry.source_ids
            assert annotated.edge.provenance.line > 0
            contribution = next(c for c in entry.contributions if c.term_id == path.term_id)
            assert contribution.matched_term == annotated.edge.object


def test_the_graph_holds_every_step_of_a_path(
    engine: DiagnosticEngine, explained: Differential
) -> None:
    graph = engine.graph
    names = {relation.curie: relation.name for relation in graph.schema.relations}
    for path in explained.entries[0].paths:
        for step in path.path.steps:
            edges = graph.edges_from(graph.index(step.edge.subject), names[step.edge.predicate])
            assert step.edge in [graph.edge(number) for number in edges]


def test_every_finding_that_met_the_disease_has_a_path(explained: Differential) -> None:
    for entry in explained.entries:
        met = {c.term_id for c in entry.contributions if c.matched_term is not None}
        related = {c.term_id for c in entry.contributions if c.match_type is MatchType.RELATED}
        with_path = {path.term_id for path in entry.paths}
        assert with_path == met
        assert related <= with_path


def test_the_words_of_the_note_stand_at_the_head_of_a_path(
    engine: DiagnosticEngine, example_note: str
) -> None:
    entry = engine.diagnose(ClinicalCase.from_note(example_note), limit=1).entries[0]
    for path in entry.paths:
        assert path.evidence
        for evidence in path.evidence:
            assert example_note[evidence.start : evidence.end] == evidence.text


def test_paths_and_contributions_come_strongest_first(explained: Differential) -> None:
    for entry in explained.entries:
        values = [c.log10_lr for c in entry.contributions]
        assert values == sorted(values, reverse=True)
        strength = {c.term_id: abs(c.log10_lr) for c in entry.contributions}
        of_paths = [strength[path.term_id] for path in entry.paths]
        assert of_paths == sorted(of_paths, reverse=True)


def test_what_speaks_against_is_there(engine: DiagnosticEngine) -> None:
    case = ClinicalCase.from_terms(observed=["HP:0001166", "HP:0001083", "HP:0001903"])
    entries = engine.diagnose(case, limit=50).entries
    entry = next(e for e in entries if "OMIM:154700" in (e.disease_id, *e.source_ids))
    assert [c.term_id for c in entry.opposing] == ["HP:0001903"]
    assert {c.term_id for c in entry.supporting} == {"HP:0001166", "HP:0001083"}
    assert len(entry.contributions) == 3


def test_a_path_never_leads_over_an_annotation_that_says_not(engine: DiagnosticEngine) -> None:
    """Where one paper saw the term in the disease and another did not, the first is the way."""
    graph = engine.graph
    terms = disputed_terms(engine)
    assert terms
    for record, term in terms[:20]:
        case = ClinicalCase.from_terms(observed=[graph.node_id(term)])
        disease = graph.node_id(int(graph.disease_of[record]))
        differential = engine.diagnose(case, limit=400)
        for entry in differential.entries:
            for path in entry.paths if entry.disease_id == disease else ():
                (said,) = (s.edge.annotation for s in path.path.steps if s.edge.annotation)
                assert not said.negated
                assert said.frequency.value != 0


def disputed_terms(engine: DiagnosticEngine) -> list[tuple[int, int]]:
    """Records and terms with an annotation that says not, and another that does not say so."""
    graph = engine.graph
    edges = graph.edge_range("has_phenotype")
    span = slice(edges.start, edges.stop)
    is_not = np.asarray(graph.column("annotation_negated"))[span].astype(bool)
    is_not |= np.asarray(graph.column("annotation_frequency"))[span] == 0
    pairs = list(
        zip(graph.edge_subject[span].tolist(), graph.edge_object[span].tolist(), strict=True)
    )
    said = {pair for pair, no in zip(pairs, is_not, strict=True) if not no}
    denied = {pair for pair, no in zip(pairs, is_not, strict=True) if no}
    return sorted(said & denied)


# --- what nobody has looked for --------------------------------------------------------------------


def test_missing_features_are_frequent_and_of_the_disease(explained: Differential) -> None:
    features = [feature for entry in explained.entries for feature in entry.missing_features]
    assert features
    for feature in features:
        assert 0.5 <= feature.frequency <= 1
        assert feature.source_lines
        assert all("hpo-annotations 2025-01-16" in line for line in feature.source_lines)


def test_missing_features_are_neither_said_nor_implied(
    engine: DiagnosticEngine, explained: Differential
) -> None:
    hierarchy, index = engine.graph.hierarchy, engine.graph.index
    for entry in explained.entries:
        for feature in entry.missing_features:
            missing = index(feature.term_id)
            for finding in explained.findings:
                said = index(finding.term_id)
                assert missing != said
                assert not hierarchy.is_a(missing, said)
                if finding.status is Status.PRESENT:
                    assert not hierarchy.is_a(said, missing)


def test_a_feature_that_was_looked_for_is_no_longer_missing(engine: DiagnosticEngine) -> None:
    observed = ["HP:0001166", "HP:0001083"]
    first = engine.diagnose(ClinicalCase.from_terms(observed=observed), limit=1).entries[0]
    asked = first.missing_features[0].term_id
    for more in ({"observed": [*observed, asked]}, {"observed": observed, "excluded": [asked]}):
        differential = engine.diagnose(ClinicalCase.from_terms(**more), limit=40)
        again = next(e for e in differential.entries if e.disease_id == first.disease_id)
        assert asked not in {feature.term_id for feature in again.missing_features}


# --- a path is a value that can be checked ---------------------------------------------------------


@pytest.fixture
def good_path(explained: Differential) -> EvidencePath:
    return next(p for p in explained.entries[0].paths if len(p.path.steps) > 1)


def test_a_path_that_starts_elsewhere_cannot_be_made(good_path: EvidencePath) -> None:
    with pytest.raises(BrokenPathError, match="starts at"):
        replace(good_path, term_id="HP:0000118")


def test_a_path_with_a_label_too_few_cannot_be_made(good_path: EvidencePath) -> None:
    with pytest.raises(BrokenPathError, match="labels"):
        replace(good_path, labels=good_path.labels[:-1])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_steps_in_another_order_are_refused(good_path: EvidencePath, data: st.DataObject) -> None:
    steps = good_path.path.steps
    shuffled = tuple(data.draw(st.permutations(steps)))
    if shuffled == steps:
        assert Path(start=good_path.term_id, steps=shuffled) == good_path.path
    else:
        with pytest.raises(BrokenPathError):
            Path(start=good_path.term_id, steps=shuffled)


def test_paths_of_a_disease_merged_by_mondo_end_at_it(toy_engine: DiagnosticEngine) -> None:
    case = ClinicalCase.from_terms(observed=["HP:0001166"], excluded=["HP:0001263"])
    entry = toy_engine.diagnose(case, limit=1).entries[0]
    assert entry.disease_id == "MONDO:0007947"
    for path in entry.paths:
        check(toy_engine, path, entry)
        assert path.path.steps[-1].edge.predicate == "skos:exactMatch"


def test_features_whose_frequency_nobody_states_come_last_and_say_so(
    engine: DiagnosticEngine,
) -> None:
    case = ClinicalCase.from_terms(observed=["HP:0000590", "HP:0000508", "HP:0000580"])
    entries = engine.diagnose(case, limit=60).entries  # Kearns-Sayre syndrome and its like
    features = [feature for entry in entries for feature in entry.missing_features]
    assert {feature.is_stated for feature in features} == {True, False}
    for entry in entries:
        stated = [feature.is_stated for feature in entry.missing_features]
        assert stated == sorted(stated, reverse=True)
        assert entry.label.casefold() not in {f.label.casefold() for f in entry.missing_features}
    for feature in features:
        assert feature.is_stated == (feature.stated != "frequency not stated")


def test_an_absent_feature_is_called_frequent_only_if_that_is_stated(
    engine: DiagnosticEngine,
) -> None:
    graph = engine.graph
    case = ClinicalCase.from_terms(
        observed=["HP:0002553", "HP:0007655", "HP:0000637", "HP:0004322"],
        excluded=["HP:0001250", "HP:0000407", "HP:0000590", "HP:0001263"],
        routine_negatives=True,
    )
    kinds = set()
    for entry in engine.diagnose(case, limit=80).entries:
        for path in entry.paths:
            (contribution,) = (c for c in entry.contributions if c.term_id == path.term_id)
            if contribution.match_type is MatchType.EXCLUDED_EXPECTED:
                term = graph.index(contribution.matched_term)
                edges = [
                    graph.edge(edge)
                    for record in entry.source_ids
                    for edge in graph.edges_from(graph.index(record), "has_phenotype")
                    if int(graph.edge_object[edge]) == term
                ]
                assert any(edge.annotation.frequency.value is not None for edge in edges)
            kinds.add(contribution.match_type)
    assert {MatchType.EXCLUDED_EXPECTED, MatchType.EXCLUDED_POSSIBLE} <= kinds
