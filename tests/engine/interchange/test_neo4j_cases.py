"""tests engine/interchange/neo4j_cases.py: the differential as rows, without a word of the note."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from nosograph.engine import ClinicalCase, DiagnosticEngine, Differential, EngineError
from nosograph.engine.differential import NOTICE
from nosograph.engine.interchange.neo4j_cases import case_rows
from nosograph.kg import KnowledgeGraph
from nosograph.kg.neo4j import CaseIdError, CaseRows

SECRET = "Zxqvwly"
NOTE = (
    f"{SECRET}, a 14-year-old boy, has {SECRET} spider fingers and ectopia lentis; possible "
    f"nearsightedness. Denies {SECRET} seizures. Homocysteine 8.2 {SECRET}."
)


@pytest.fixture(scope="module")
def differential(toy_engine: DiagnosticEngine) -> Differential:
    return toy_engine.diagnose(ClinicalCase.from_note(NOTE, case_id="visit-1"))


@pytest.fixture(scope="module")
def rows(differential: Differential, toy_graph: KnowledgeGraph) -> CaseRows:
    return case_rows(differential, toy_graph)


def test_the_rows_say_what_the_differential_says(
    rows: CaseRows, differential: Differential, toy_graph: KnowledgeGraph
) -> None:
    assert differential.entries
    assert (rows.id, rows.build) == ("visit-1", toy_graph.build.address)
    assert (rows.sex, rows.age_years, rows.notice) == ("MALE", 14, NOTICE)
    assert dict(rows.releases) == dict(differential.releases)
    assert [(f.term, f.is_present, f.is_certain) for f in rows.findings] == [
        (f.term_id, f.status.value == "present", f.is_certain) for f in differential.findings
    ]
    assert {(f.is_present, f.is_certain) for f in rows.findings} >= {(True, True), (True, False)}
    assert {f.name for f in rows.findings} >= {"no Seizure", "Myopia (possible)", "Arachnodactyly"}
    for row, entry in zip(rows.candidates, differential.entries, strict=True):
        assert (row.disease, row.label, row.rank) == (entry.disease_id, entry.label, entry.rank)
        assert (row.probability, row.score) == (entry.probability, entry.score)
        assert row.source_ids == entry.source_ids
        assert [(c.term, c.label, c.log10_lr, c.match_type, c.matched_term, c.matched_label)
                for c in row.contributions] == [
            (c.term_id, c.label, c.log10_lr, c.match_type, c.matched_term, c.matched_label)
            for c in entry.contributions
        ]  # fmt: skip
        assert [(p.path, p.labels) for p in row.paths] == [(p.path, p.labels) for p in entry.paths]
        assert [(m.term, m.frequency, m.stated, m.source_lines) for m in row.look_for] == [
            (m.term_id, m.frequency, m.stated, m.source_lines) for m in entry.missing_features
        ]
    assert rows.n_paths > 1


def test_no_word_of_the_note_is_in_the_rows(rows: CaseRows, differential: Differential) -> None:
    words = ("spider fingers", "nearsighted", "denies", "possible nearsightedness")
    told = differential.to_json().lower()
    assert all(word in told for word in words[:3])
    said = repr(asdict(rows)).lower()
    assert not any(word in said for word in (*words, SECRET.lower(), "8.2"))


def test_an_excluded_publication_that_the_graph_does_not_know_is_left_out(
    toy_engine: DiagnosticEngine, toy_graph: KnowledgeGraph
) -> None:
    publications = toy_graph.kind_range("publication")
    known = str(toy_graph.node_id(publications.start))
    case = ClinicalCase.from_terms(observed=["HP:0001166"], case_id="x")
    told = toy_engine.diagnose(case, exclude_publications=[known, f"{SECRET} is well."])
    assert case_rows(told, toy_graph).excluded_publications == (known,)


def test_a_case_without_a_name_gets_one_of_its_own(
    differential: Differential, toy_graph: KnowledgeGraph
) -> None:
    unnamed = replace(differential, case_id="")
    names = {case_rows(unnamed, toy_graph).id for _ in range(20)}
    assert len(names) == 20
    assert all(name.startswith("case-") for name in names)
    assert case_rows(unnamed, toy_graph, case_id="visit-2").id == "visit-2"


@pytest.mark.parametrize(
    "name", ["", " ", " x", "x\n", "a\nb", "\x1b[31m", "x" * 201, "\ud800", "\u202e", "\0"]
)
def test_a_name_that_cannot_be_typed_is_refused_and_not_repeated(
    name: str, differential: Differential, toy_graph: KnowledgeGraph
) -> None:
    with pytest.raises(CaseIdError, match="1 to 200 characters") as caught:
        case_rows(differential, toy_graph, case_id=name)
    assert not name.strip() or name not in str(caught.value) or name == " x"


def test_a_differential_of_another_graph_is_refused(
    differential: Differential, toy_graph_inferred: KnowledgeGraph
) -> None:
    with pytest.raises(EngineError, match=r"engine\.graph"):
        case_rows(differential, toy_graph_inferred)
    with pytest.raises(EngineError, match="diagnose the case again"):
        case_rows(replace(differential, ranking=None, releases=()), toy_graph_inferred)


def test_a_differential_that_was_read_from_a_file_gives_the_same_rows(
    rows: CaseRows, differential: Differential, toy_graph: KnowledgeGraph
) -> None:
    assert case_rows(Differential.from_json(differential.to_json()), toy_graph) == rows
