"""An engine on a graph that was read from Neo4j answers what it answers on the embedded graph."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nosograph.engine import ClinicalCase, DiagnosticEngine
from nosograph.kg import KnowledgeGraph
from nosograph.kg.neo4j import read_graph
from nosograph.kg.neo4j.connection import Connection

EXAMPLES = Path(__file__).parents[3] / "examples"
NOTE = """A 7-year-old girl with tall stature, ectopia lentis and no seizures. Her mother has scoliosis.
Possible arachnodactyly. Hypertension was denied; the spleen is not enlarged."""
PAPERS = ("PMID:33436942", "PMID:8406497")


@pytest.fixture(scope="module")
def read(embedded_database: Connection, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    return read_graph(embedded_database, home=tmp_path_factory.mktemp("read"))


@pytest.fixture(scope="module")
def ours(embedded_graph: KnowledgeGraph) -> DiagnosticEngine:
    return DiagnosticEngine(embedded_graph)


@pytest.fixture(scope="module")
def theirs(read: KnowledgeGraph, embedded_graph: KnowledgeGraph) -> DiagnosticEngine:
    assert read.build.path != embedded_graph.build.path
    return DiagnosticEngine(read)


def synthetic_case(graph: KnowledgeGraph, seed: int) -> ClinicalCase:
    """Findings of one disease, some by a more general term or an old identifier, and some noise."""
    chosen = random.Random(seed)
    disease = int(chosen.choice(graph.diseases.tolist()))
    edges = [
        e for r in graph.records_of(disease) for e in graph.edges_from(int(r), "has_phenotype")
    ]
    observed, excluded = [], []
    for edge in chosen.sample(edges, min(len(edges), chosen.randint(1, 9))):
        term = int(graph.edge_object[edge])
        above = graph.hierarchy.ancestors(term).tolist()
        term = chosen.choice(above) if chosen.random() < 0.3 else term
        if graph.is_phenotype(term):
            (excluded if chosen.random() < 0.2 else observed).append(str(graph.node_id(term)))
    observed += chosen.sample(list(graph.strings("old_id")), chosen.randint(0, 2))
    noise = chosen.sample(range(graph.n_terms), chosen.randint(0, 2))
    observed += [str(graph.node_id(term)) for term in noise]
    return ClinicalCase.from_terms(
        observed=observed,
        excluded=excluded,
        routine_negatives=chosen.random() < 0.5,
        sex=chosen.choice([None, "FEMALE", "MALE"]),
        age_years=chosen.choice([None, 0.2, 7, 41]),
        case_id=f"seed {seed}",
    )


def test_the_graph_that_is_read_is_the_embedded_one(
    read: KnowledgeGraph, embedded_graph: KnowledgeGraph
) -> None:
    assert read.build.address == embedded_graph.build.address
    assert read.build.manifest == embedded_graph.build.manifest
    read.build.verify()


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32), forgets=st.booleans())
def test_synthetic_cases_have_the_same_differential(
    seed: int,
    forgets: bool,
    ours: DiagnosticEngine,
    theirs: DiagnosticEngine,
) -> None:
    case = synthetic_case(ours.graph, seed)
    first = ours.diagnose(case, limit=5)
    papers = (
        first.entries[0].paths[0].path.steps if first.entries and first.entries[0].paths else ()
    )
    forgotten = [p for step in papers for p in step.edge.provenance.publications] if forgets else []
    expected = ours.diagnose(case, limit=5, exclude_publications=forgotten)
    answer = theirs.diagnose(case, limit=5, exclude_publications=forgotten)
    assert answer.to_dict() == expected.to_dict()
    assert answer.n_diseases > 10_000


@pytest.mark.parametrize("note", [NOTE, (EXAMPLES / "note.txt").read_text("utf-8")])
@pytest.mark.parametrize("forgotten", [(), PAPERS], ids=["all papers", "without two"])
def test_notes_have_the_same_differential(
    note: str, forgotten: tuple[str, ...], ours: DiagnosticEngine, theirs: DiagnosticEngine
) -> None:
    case = ClinicalCase.from_note(note)
    expected = ours.diagnose(case, exclude_publications=forgotten).to_dict()
    assert theirs.diagnose(case, exclude_publications=forgotten).to_dict() == expected
    assert {finding["status"] for finding in expected["findings"]} == {"present", "excluded"}
    assert len(expected["entries"]) == 20
