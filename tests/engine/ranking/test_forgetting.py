"""tests engine/ranking/forgetting.py: a row goes when all its references are forgotten, everywhere."""

from __future__ import annotations

import math
from collections.abc import Collection
from pathlib import Path
from typing import Protocol

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nosograph.engine import ClinicalCase, DiagnosticEngine, Differential, DifferentialEntry
from nosograph.engine.ranking.forgetting import PatchedDisease
from nosograph.kg import GraphSources, KnowledgeGraph
from nosograph.ontologies.readers.hpoa import DiseaseAnnotation, read_hpoa

MARFAN = "OMIM:154700"
EVERYTHING = ("HP:0001166", "HP:0001083", "HP:0002616", "HP:0000545", "HP:0001250", "HP:0001263")
"""Every term of which the toy rows of Marfan syndrome say something."""
AGREEMENT = 1e-4
"""All diseases are scored in single precision, entries are explained in double."""
few_examples = settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class ToyPaths(Protocol):
    """What the fixture toy_sources is."""

    obo: Path
    hpoa: Path
    genes: Path
    mondo: Path

    def graph_sources(self, *, with_mondo: bool = True) -> GraphSources: ...


@pytest.fixture(scope="module")
def toy_rows(toy_sources: ToyPaths) -> tuple[DiseaseAnnotation, ...]:
    """The rows of the toy file, as they stand in it."""
    with toy_sources.hpoa.open(encoding="utf-8") as lines:
        return tuple(read_hpoa(lines).rows)


def lines_that_go(rows: Collection[DiseaseAnnotation], papers: Collection[str]) -> set[int]:
    """What the contract says, row by row, without the graph."""
    return {row.line for row in rows if row.references and set(row.references) <= set(papers)}


def lines_forgotten(engine: DiagnosticEngine, papers: Collection[str]) -> set[int]:
    lines = engine.graph.column("edge_line")
    return {int(lines[edge]) for edge in engine.model.forget(papers).edges}


def lines_of_edges(engine: DiagnosticEngine) -> set[int]:
    graph = engine.graph
    n_annotated = len(graph.column("annotation_negated"))
    return set(graph.column("edge_line")[:n_annotated].tolist())


def lines_shown(differential: Differential, disease_id: str = MARFAN) -> set[int]:
    """Lines of the annotations that the explanation of one disease rests on."""
    entry = entry_of(differential, disease_id)
    on_paths = {
        step.edge.provenance.line
        for path in entry.paths
        for step in path.path.steps
        if step.edge.annotation is not None
    }
    return on_paths | {
        int(line.split(" line ")[1].split()[0].rstrip(":,;)"))
        for feature in entry.missing_features
        for line in feature.source_lines
    }


def entry_of(differential: Differential, disease_id: str) -> DifferentialEntry:
    return next(e for e in differential.entries if disease_id in e.source_ids)


# --- which rows go -----------------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_rows_go_when_all_of_their_references_are_forgotten_and_no_others(
    data: st.DataObject, toy_engine: DiagnosticEngine, toy_rows: tuple[DiseaseAnnotation, ...]
) -> None:
    cited = sorted({reference for row in toy_rows for reference in row.references})
    unknown = ["PMID:1", "nonsense", ""]
    papers = data.draw(st.sets(st.sampled_from([*cited, *unknown])))
    expected = lines_that_go(toy_rows, papers) & lines_of_edges(toy_engine)
    assert lines_forgotten(toy_engine, papers) == expected


def test_forgetting_everything_that_is_cited_leaves_no_row(
    toy_engine: DiagnosticEngine, toy_rows: tuple[DiseaseAnnotation, ...]
) -> None:
    cited = {reference for row in toy_rows for reference in row.references}
    assert lines_forgotten(toy_engine, cited) == lines_of_edges(toy_engine)


@pytest.mark.parametrize(
    ("papers", "gone", "kept"),
    [
        (("PMID:28050285",), set(), {6, 7, 8}),
        (("PMID:33436942",), {9, 10, 12}, {6, 7, 8}),
        (("PMID:28050285", "PMID:33436942"), {6, 9, 10, 12}, {7, 8}),
        (("PMID:28050285", "PMID:29587526", "PMID:33436942"), {6, 8, 9, 10, 12}, {7}),
        (("PMID:8172269",), {7, 11}, {6, 8, 9}),
        (("ORPHA:558",), {14, 15, 16}, {6, 7, 8}),
    ],
)
def test_several_publications_forget_what_only_they_say_together(
    papers: tuple[str, ...], gone: set[int], kept: set[int], toy_engine: DiagnosticEngine
) -> None:
    found = lines_forgotten(toy_engine, papers)
    assert found == gone
    assert not found & kept


def test_a_row_of_three_papers_goes_with_the_last_of_them(toy_engine: DiagnosticEngine) -> None:
    case = ClinicalCase.from_terms(observed=["HP:0001083"])
    papers = ("PMID:28050285", "PMID:29587526", "PMID:33436942")
    others = ("ORPHA:558",)  # the other record of the disease says it as well
    for number in range(3):
        two = [paper for paper in papers if paper != papers[number]]
        kept = toy_engine.diagnose(case, exclude_publications=[*two, *others], limit=1000)
        assert 8 in lines_shown(kept)
    without = toy_engine.diagnose(case, exclude_publications=[*papers, *others], limit=1000)
    assert 8 not in lines_shown(without)
    assert entry_of(without, MARFAN).score < entry_of(kept, MARFAN).score


def test_a_paper_is_forgotten_in_every_disease_that_cites_it(engine: DiagnosticEngine) -> None:
    """The papers of the embedded release that most diseases rest on, against the file itself."""
    file = GraphSources.embedded().file("hpo-annotations")
    assert file is not None
    with file.open() as lines:
        rows = list(read_hpoa(lines).rows)
    diseases: dict[str, set[str]] = {}
    for row in rows:
        for paper in row.references:
            if paper.startswith("PMID:"):
                diseases.setdefault(paper, set()).add(row.database_id)
    most = sorted(diseases, key=lambda paper: (-len(diseases[paper]), paper))[:5]
    assert all(len(diseases[paper]) > 3 for paper in most)
    edges = lines_of_edges(engine)
    for papers in (*([paper] for paper in most), most):
        expected = lines_that_go(rows, papers) & edges
        assert lines_forgotten(engine, papers) == expected
        of_diseases = {row.database_id for row in rows if row.line in expected}
        assert len(of_diseases) > 1
        patched = engine.model.forget(papers).diseases
        records = {
            engine.graph.node_id(record)
            for position in patched
            for record in engine.graph.records_of(int(engine.graph.diseases[position])).tolist()
        }
        phenotype_rows = {
            row.database_id for row in rows if row.line in expected and row.aspect == "P"
        }
        assert phenotype_rows <= records


# --- what is left ------------------------------------------------------------------------------------


def profile(graph: KnowledgeGraph, view: PatchedDisease) -> tuple[dict[str, float], set[str]]:
    """Frequencies and absent terms by identifier: node numbers differ between graphs."""
    frequencies = {graph.node_id(t): round(f, 5) for t, f in view.features.items()}
    return frequencies, {graph.node_id(t) for t in view.absent}


@few_examples
@given(data=st.data())
def test_what_is_left_of_a_disease_is_as_if_the_rows_had_never_been_there(
    data: st.DataObject,
    toy_engine: DiagnosticEngine,
    toy_sources: ToyPaths,
    toy_rows: tuple[DiseaseAnnotation, ...],
    tmp_path: Path,
) -> None:
    cited = sorted({reference for row in toy_rows for reference in row.references})
    papers = data.draw(st.sets(st.sampled_from(cited), min_size=1, max_size=4))
    gone = lines_that_go(toy_rows, papers)
    text = toy_sources.hpoa.read_text("utf-8").splitlines(keepends=True)
    left = tmp_path / "left.hpoa"
    left.write_text("".join(t for n, t in enumerate(text, start=1) if n not in gone), "utf-8")
    others = {"hpo": toy_sources.obo, "hpo-annotations": left, "hpo-genes": toy_sources.genes}
    sources = GraphSources.embedded(mondo=toy_sources.mondo, others=others)
    rebuilt = DiagnosticEngine(KnowledgeGraph.open(sources, home=tmp_path / "home"))

    graph, forgotten = toy_engine.graph, toy_engine.model.forget(papers)
    nothing = rebuilt.model.forget(())
    for position, disease in enumerate(graph.diseases.tolist()):
        view = toy_engine.model.view(position, forgotten)
        name = graph.node_id(disease)
        there = rebuilt.graph.find_disease(name)
        positions = np.flatnonzero(rebuilt.graph.diseases == there) if there is not None else []
        if not len(positions):
            assert profile(graph, view) == ({}, set())
        else:
            expected = rebuilt.model.view(int(positions[0]), nothing)
            assert profile(graph, view) == profile(rebuilt.graph, expected)


@few_examples
@given(data=st.data())
def test_no_reason_rests_on_a_row_that_was_forgotten(
    data: st.DataObject, toy_engine: DiagnosticEngine, toy_rows: tuple[DiseaseAnnotation, ...]
) -> None:
    cited = sorted({reference for row in toy_rows for reference in row.references})
    papers = data.draw(st.lists(st.sampled_from(cited), max_size=6))
    observed = data.draw(st.lists(st.sampled_from(EVERYTHING), min_size=1, unique=True))
    case = ClinicalCase.from_terms(observed=observed)
    differential = toy_engine.diagnose(case, exclude_publications=papers, limit=1000)
    gone = lines_that_go(toy_rows, papers)
    for entry in differential.entries:
        assert not lines_shown(differential, entry.source_ids[0]) & gone


@few_examples
@given(data=st.data())
def test_contributions_add_up_to_the_score_when_papers_are_forgotten(
    data: st.DataObject, engine: DiagnosticEngine
) -> None:
    graph, edges = engine.graph, engine.graph.edge_range("has_phenotype")
    some = data.draw(st.lists(st.sampled_from(edges), min_size=1, max_size=4))
    papers = {
        graph.node_id(int(node)) for edge in some for node in graph.references.row(edge).tolist()
    }
    terms = [graph.node_id(int(graph.edge_object[edge])) for edge in some]
    n_observed = data.draw(st.integers(1, len(terms)))
    case = ClinicalCase.from_terms(observed=terms[:n_observed], excluded=terms[n_observed:])
    differential = engine.diagnose(case, exclude_publications=papers, limit=8)
    assert differential.ranking is not None
    for entry in differential.entries:
        assert entry.score == math.fsum(c.log10_lr for c in entry.contributions)
        position = differential.ranking.position_of(entry.disease_id)
        assert position is not None
        expected = differential.ranking.scores[position]
        assert entry.score == pytest.approx(expected, abs=AGREEMENT)
        assert differential.rank_of(entry.disease_id) == entry.rank


def test_the_order_and_repetition_of_publications_do_not_matter(
    toy_engine: DiagnosticEngine,
) -> None:
    case = ClinicalCase.from_terms(observed=EVERYTHING[:4])
    papers = ["PMID:8172269", "PMID:33436942", "PMID:28050285"]
    one = toy_engine.diagnose(case, exclude_publications=papers)
    for others in (papers[::-1], papers * 3, [f" {paper} " for paper in papers], iter(papers)):
        assert toy_engine.diagnose(case, exclude_publications=others) == one
    assert one.excluded_publications == tuple(sorted(papers))


def test_what_one_case_forgets_the_next_one_knows(toy_engine: DiagnosticEngine) -> None:
    case = ClinicalCase.from_terms(observed=EVERYTHING[:4], excluded=EVERYTHING[4:])
    before = toy_engine.diagnose(case, limit=1000)
    without = toy_engine.diagnose(case, exclude_publications=["PMID:33436942"], limit=1000)
    assert without.entries != before.entries
    assert toy_engine.diagnose(case, limit=1000) == before
