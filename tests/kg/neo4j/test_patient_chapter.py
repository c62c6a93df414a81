"""The chapter on a patient: every query, against what the engine says of examples/note.txt."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from nosograph.engine import ClinicalCase, DiagnosticEngine, Differential
from nosograph.engine.differential import NOTICE
from nosograph.engine.interchange.neo4j_cases import case_rows
from nosograph.engine.report import match_words
from nosograph.kg import KnowledgeGraph
from nosograph.kg.neo4j import forget_case, write_case
from nosograph.kg.neo4j.browser.chapters import read_chapters
from nosograph.kg.neo4j.connection import Connection

CHAPTER = next(chapter for chapter in read_chapters() if chapter.name == "60_a_patient")
QUERIES = {query.name: query for query in CHAPTER.queries}
WEIGHT = re.compile(r"(?<= )[+-]\d+\.\d+")
MOST_NODES = 60
"""Of a picture that a person can read."""


def ask(database: Connection, name: str, **changed: Any) -> list[dict[str, Any]]:
    query = QUERIES[name]
    assert changed.keys() <= query.parameters.keys()
    return database.read(query.cypher, **dict(query.parameters) | changed)


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_finds_something_and_for_an_unknown_case_nothing(
    name: str, embedded_database: Connection, example_case: Differential
) -> None:
    query = QUERIES[name]
    bound = re.search(r"LIMIT (\d+)$", query.cypher)
    assert bound is not None
    rows = ask(embedded_database, name)
    assert 0 < len(rows) < int(bound[1]) or len(rows) == int(bound[1]) == 1
    assert ask(embedded_database, name) == rows
    if "case" in query.parameters:
        assert ask(embedded_database, name, case="no such case") == []


@pytest.mark.parametrize("name", [name for name in QUERIES if name != "cases"])
def test_another_case_changes_no_answer(
    name: str,
    embedded_database: Connection,
    embedded_graph: KnowledgeGraph,
    example_case: Differential,
) -> None:
    before = ask(embedded_database, name)
    rows = case_rows(example_case, embedded_graph, case_id="visit-2")
    write_case(embedded_database, replace(rows, candidates=rows.candidates[1:4]))
    try:
        assert ask(embedded_database, name) == before
        assert ask(embedded_database, name, case="visit-2") != before
    finally:
        forget_case(embedded_database, "visit-2")


def test_the_list_names_the_case_and_its_first_candidate(
    embedded_database: Connection, example_case: Differential
) -> None:
    (row,) = ask(embedded_database, "cases")
    best = example_case.entries[0]
    assert (row["case"], row["first_candidate"]) == ("example", best.label)
    assert (row["sex"], row["age_years"]) == ("MALE", 14)
    assert row["probability"] == round(best.probability, 4)
    assert row["n_findings"] == len(example_case.findings)
    assert row["is_current"]


def test_the_table_is_the_differential(
    embedded_database: Connection, example_case: Differential
) -> None:
    rows = ask(embedded_database, "case_differential")
    for row, entry in zip(rows, example_case.entries, strict=True):
        assert (row["rank"], row["id"], row["disease"]) == (
            entry.rank,
            entry.disease_id,
            entry.label,
        )
        assert row["probability"] == pytest.approx(entry.probability, abs=5e-5)
        assert row["score"] == pytest.approx(entry.score, abs=5e-3)
        for said, contributions, sign in (
            (row["speaks_for"], entry.supporting, 1),
            (row["speaks_against"], entry.opposing, -1),
        ):
            telling = [c for c in contributions if abs(c.log10_lr) >= 0.005]
            weights = [float(WEIGHT.search(text)[0]) for text in said]  # type: ignore[index]
            assert weights == [pytest.approx(c.log10_lr, abs=5.1e-3) for c in telling]
            assert all(weight * sign > 0 for weight in weights)
            assert [text.partition(" (")[2] for text in said if "possible)" not in text] == [
                "" if c.match_type == "exact" else f"{match_words(c)})"
                for c, text in zip(telling, said, strict=True)
                if "possible)" not in text
            ]
            assert all(c.label in text for c, text in zip(telling, said, strict=True))
    assert [text for text in rows[0]["speaks_against"] if text.startswith("no Cleft palate -0.03")]


def test_what_is_absent_and_speaks_for_a_candidate_says_why(
    embedded_database: Connection, embedded_graph: KnowledgeGraph
) -> None:
    """Homocystinuria has ectopia lentis: that somebody looked for it and found none is a hint."""
    case = ClinicalCase.from_terms(
        observed=["HP:0002160", "HP:0001519"], excluded=["HP:0001083"], case_id="looked-for"
    )
    told = DiagnosticEngine(embedded_graph).diagnose(case, limit=3)
    write_case(embedded_database, case_rows(told, embedded_graph))
    try:
        row = ask(embedded_database, "case_differential", case="looked-for")[0]
        (said,) = (text for text in row["speaks_for"] if text.startswith("no Ectopia lentis +"))
        assert said.endswith("counts for it because it was looked for)")
        (way,) = (
            row
            for row in ask(embedded_database, "case_why", case="looked-for")
            if row["finding"] == "no Ectopia lentis"
        )
        assert way["meets"].endswith("counts for it because it was looked for")
    finally:
        forget_case(embedded_database, "looked-for")


@pytest.mark.parametrize("name", [name for name in QUERIES if name != "cases"])
def test_a_query_looks_at_nothing_of_other_cases(
    name: str,
    embedded_database: Connection,
    example_case: Differential,
    steps_of: Callable[..., list[str]],
) -> None:
    query = QUERIES[name]
    done = steps_of(embedded_database.access, query.cypher, **query.parameters)
    assert not [step for step in done if "Scan" in step]


def test_a_candidate_compared_with_itself_is_counted_once(
    embedded_database: Connection, example_case: Differential
) -> None:
    same = ask(embedded_database, "case_compare", other=1)
    first = ask(embedded_database, "case_compare")
    assert {r["finding"]: r["for_first"] for r in same}.items() <= {
        r["finding"]: r["for_first"] for r in first
    }.items()
    assert {r["speaks_for"] for r in same} == {"neither"}


def picture(database: Connection, name: str) -> tuple[list[dict[str, Any]], set[str]]:
    """Edges of a picture as the real ones of the database, and the identifiers of its nodes."""
    query = QUERIES[name]
    inner = re.sub(r"RETURN way\nORDER BY (.*) LIMIT (\d+)\s*$", "", query.cypher)
    assert inner != query.cypher
    edges = database.read(
        f"{inner} UNWIND relationships(way) AS r RETURN DISTINCT type(r) AS type, "
        "startNode(r).id AS start, endNode(r).id AS end, r.id AS id, r.source AS source, "
        "startNode(r).name AS start_name, endNode(r).name AS end_name",
        **query.parameters,
    )
    nodes = database.read(
        f"{inner} UNWIND nodes(way) AS n RETURN DISTINCT elementId(n) AS node, "
        "labels(n) AS labels, n.name AS name",
        **query.parameters,
    )
    assert len(nodes) <= MOST_NODES
    return edges, {f"{row['labels'][0]} {row['name']}" for row in nodes}


def test_the_picture_shows_the_strongest_findings_and_the_real_edges_behind_them(
    embedded_database: Connection, example_case: Differential
) -> None:
    edges, nodes = picture(embedded_database, "case_evidence")
    types = {edge["type"] for edge in edges}
    assert types >= {"HAS_FINDING", "SUPPORTS", "OF_TERM", "OF_DISEASE", "HAS_PHENOTYPE"}
    drawn = {(e["start"], e["type"], e["end"]) for e in edges if e["id"] is not None}
    for place, entry in enumerate(example_case.entries[:3], start=1):
        assert f"Candidate {place}. {entry.label}" in nodes
        strongest = sorted(entry.contributions, key=lambda c: -abs(c.log10_lr))[:8]
        assert all(any(c.label in node for node in nodes) for c in strongest)
        terms = {c.term_id for c in strongest}
        for path in entry.paths:
            if path.term_id in terms:
                for step in path.path.steps:
                    ends = (step.edge.subject, step.edge.object)
                    assert [t for s, t, e in drawn if (s, e) == ends], step.words
    assert not [node for node in nodes if node.startswith("EvidencePath")]


def test_the_second_picture_shows_all_ways_of_one_candidate(
    embedded_database: Connection, example_case: Differential
) -> None:
    edges, _ = picture(embedded_database, "case_why_picture")
    real = {(e["start"], e["end"]) for e in edges if e["id"] is not None}
    steps = [step for path in example_case.entries[0].paths for step in path.path.steps]
    assert real == {(str(s.edge.subject), str(s.edge.object)) for s in steps}


@pytest.mark.parametrize("place", [1, 2, 10])
def test_the_ways_are_those_of_the_candidate_with_their_sources(
    place: int, embedded_database: Connection, example_case: Differential
) -> None:
    rows = ask(embedded_database, "case_why", candidate=place)
    entry = example_case.entries[place - 1]
    for row, path in zip(rows, entry.paths, strict=True):
        assert row["candidate"] == entry.label
        assert row["sources"] == [step.words for step in path.path.steps]
        assert row["way"] == [
            f"{label} [{node}]" for node, label in zip(path.path.nodes, path.labels, strict=True)
        ]
        (said,) = (c for c in entry.contributions if c.term_id == path.term_id)
        assert row["log10_lr"] == pytest.approx(said.log10_lr, abs=5.1e-3)
        assert row["meets"] == match_words(said)


def test_the_papers_are_those_that_the_ways_cite(
    embedded_database: Connection, example_case: Differential
) -> None:
    rows = ask(embedded_database, "case_papers")
    cited: dict[str, set[str]] = {}
    for path in example_case.entries[0].paths:
        for step in path.path.steps:
            for paper in step.edge.provenance.publications:
                cited.setdefault(str(paper), set()).add(path.term_id)
    assert {row["id"]: row["n_findings"] for row in rows} == {p: len(t) for p, t in cited.items()}


def test_what_to_look_for_is_weighed_by_frequency_and_probability(
    embedded_database: Connection, example_case: Differential
) -> None:
    worth: dict[str, float] = {}
    for entry in example_case.entries[:5]:
        for feature in entry.missing_features:
            more = entry.probability * feature.frequency
            worth[feature.term_id] = worth.get(feature.term_id, 0.0) + more
    rows = ask(embedded_database, "case_look_for")
    assert {row["id"]: row["worth"] for row in rows} == {
        term: pytest.approx(value, abs=5.1e-5) for term, value in worth.items()
    }
    assert [row["worth"] for row in rows] == sorted((row["worth"] for row in rows), reverse=True)
    assert rows[0]["look_for"] == "Dural ectasia"
    assert len(rows[0]["candidates"]) == len(rows[0]["stated"]) == 3


def test_two_candidates_are_compared_finding_by_finding(
    embedded_database: Connection, example_case: Differential
) -> None:
    first, second = example_case.entries[0], example_case.entries[3]
    rows = ask(embedded_database, "case_compare", candidate=1, other=4)
    assert len(rows) == len(
        {(c.term_id, c.label) for e in (first, second) for c in e.contributions}
    )
    for row in rows:
        weights = [
            sum(c.log10_lr for c in entry.contributions if c.label in row["finding"].split(" (")[0])
            for entry in (first, second)
        ]
        if row["finding"] in ("Aortic root aneurysm", "Ectopia lentis", "no Cleft palate"):
            assert row["for_first"] == pytest.approx(weights[0], abs=5.1e-3)
            assert row["for_second"] == pytest.approx(weights[1], abs=5.1e-3)
        if row["difference"] > 0.01:
            assert row["speaks_for"] == f"1. {first.label}"
        elif row["difference"] < -0.01:
            assert row["speaks_for"] == f"4. {second.label}"
    assert sum(row["difference"] for row in rows) == pytest.approx(
        first.score - second.score, abs=0.005 * len(rows)
    )
    assert {row["speaks_for"][:2] for row in rows} == {"1.", "4.", "ne"}


def test_the_build_of_the_case_is_set_beside_the_loaded_one(
    embedded_database: Connection, embedded_graph: KnowledgeGraph, example_case: Differential
) -> None:
    (row,) = ask(embedded_database, "case_build")
    assert row["is_current"]
    assert row["is_whole"]
    assert row["made_with"] == row["loaded"] == embedded_graph.build.address
    assert row["notice"] == NOTICE
    assert row["n_diseases"] == example_case.n_diseases
    embedded_database.write("MATCH (c:Case {id: 'example'}) SET c.build = 'other'")
    try:
        (row,) = ask(embedded_database, "case_build")
        assert not row["is_current"]
        assert not ask(embedded_database, "cases")[0]["is_current"]
    finally:
        embedded_database.write(
            "MATCH (c:Case {id: 'example'}) SET c.build = $build",
            build=embedded_graph.build.address,
        )
    cut = "MATCH (k:Candidate {case: 'example', position: 0})"
    embedded_database.write(f"{cut}-[tie:OF_DISEASE]->() DELETE tie")
    try:
        (row,) = ask(embedded_database, "case_build")
        assert (row["is_current"], row["is_whole"]) == (True, False)
    finally:
        embedded_database.write(
            f"{cut} MATCH (d:NamedThing {{id: k.disease}}) CREATE (k)-[:OF_DISEASE]->(d)"
        )


@pytest.mark.parametrize("name", QUERIES)
def test_browser_has_nothing_to_warn_of(
    name: str, embedded_database: Connection, example_case: Differential
) -> None:
    """A case in which nothing is neutral has no NEUTRAL_TO: its name would be a warning."""
    query = QUERIES[name]
    with embedded_database._driver.session(notifications_min_severity="INFORMATION") as session:
        told = session.run(f"EXPLAIN {query.cypher}", dict(query.parameters)).consume().metadata
    noted = [*told.get("statuses", ()), *told.get("notifications", ())]
    assert [n for n in noted if "neo4j_code" in n or str(n.get("code")).startswith("Neo.")] == []
