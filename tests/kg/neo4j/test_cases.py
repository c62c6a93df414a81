"""tests kg/neo4j/case_writing.py and cases.py: a patient beside the graph, whole or not at all."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nosograph.engine import ClinicalCase, DiagnosticEngine, Differential
from nosograph.engine.differential import NOTICE
from nosograph.engine.interchange.neo4j_cases import case_rows
from nosograph.engine.report import match_words
from nosograph.kg import GraphSources, KnowledgeGraph, Step
from nosograph.kg import Path as GraphPath
from nosograph.kg.neo4j import (
    CaseNotWrittenError,
    CaseRows,
    ForeignDataError,
    Neo4jError,
    UnknownCaseError,
    UnreachableError,
    forget_case,
    list_cases,
    load_graph,
    write_case,
)
from nosograph.kg.neo4j.case_rows import CandidateRow, FindingRow, PathRow
from nosograph.kg.neo4j.cases import count_cases
from nosograph.kg.neo4j.connection import Connection, Run
from nosograph.kg.neo4j.schema import CASE, CASE_PARTS, case_statements

StepsOf = Callable[..., list[str]]
SECRET = "Zxqvwly"
NOTE = (
    f"{SECRET}, a 14-year-old boy, has {SECRET} spider fingers and ectopia lentis; possible "
    f"nearsightedness. Denies {SECRET} seizures. Homocysteine 8.23 {SECRET}."
)
WORDS = (SECRET, "spider fingers", "nearsighted", "denies", "8.23", "homocysteine")
HOSTILE = "x'}) DETACH DELETE (n) // `}] $rows \\u0027 \\' \" -->"


@pytest.fixture(scope="module")
def engine(toy_graph: KnowledgeGraph) -> DiagnosticEngine:
    return DiagnosticEngine(toy_graph)


@pytest.fixture
def loaded(shared_database: Connection, toy_graph: KnowledgeGraph) -> Connection:
    """The toy graph, and nothing else: what a test left or damaged is mended."""
    shared_database.write(
        "MATCH (n) WHERE NOT n:NamedThing|OldIdentifier|Build|Release DETACH DELETE n"
    )
    load_graph(toy_graph, shared_database)
    return shared_database


@pytest.fixture
def rows(engine: DiagnosticEngine) -> CaseRows:
    return case_rows(engine.diagnose(ClinicalCase.from_note(NOTE, case_id="visit-1")), engine.graph)


def everything(database: Connection) -> Counter[str]:
    """All that a database holds, each node and relationship as text."""
    nodes = database.read("MATCH (n) RETURN labels(n) AS labels, properties(n) AS said")
    edges = database.read(
        "MATCH (a)-[r]->(b) RETURN labels(a) AS a, properties(a) AS start, type(r) AS type, "
        "properties(r) AS said, labels(b) AS b, properties(b) AS end"
    )

    def plain(value: Any) -> Any:  # a store keeps properties in an order of its own
        return dict(sorted(value.items())) if isinstance(value, dict) else value

    return Counter(
        repr([(key, plain(value)) for key, value in sorted(row.items(), key=lambda kv: kv[0])])
        for row in (*nodes, *edges)
    )


def stored(database: Connection, case_id: str) -> dict[str, Any]:
    """What a database says of a case, in the shape of `Differential.to_dict`, as far as it goes."""
    ((case,),) = (
        [row["case"] for row in database.read("MATCH (c:Case {id: $id}) RETURN properties(c) AS case", id=case_id)],
    )  # fmt: skip
    findings = database.read(
        "MATCH (:Case {id: $id})-[:HAS_FINDING]->(f)-[:OF_TERM]->(t) "
        "RETURN properties(f) AS said, t.id AS term, t.name AS label ORDER BY f.position",
        id=case_id,
    )
    entries = []
    for row in database.read(
        "MATCH (:Case {id: $id})-[:HAS_CANDIDATE]->(k)-[:OF_DISEASE]->(d:Disease) "
        "RETURN properties(k) AS said, d.id AS disease, d.name AS label ORDER BY k.position",
        id=case_id,
    ):
        disease = {"id": case_id, "disease": row["disease"]}
        contributions = database.read(
            "MATCH (s)-[r:SUPPORTS|OPPOSES|NEUTRAL_TO]->(:Candidate {case: $id, disease: $disease}) "
            "WHERE s.case = $id OR s.id = $id "
            "RETURN labels(s) AS labels, s.term AS term, s.status AS status, type(r) AS type, "
            "properties(r) AS said ORDER BY r.position",
            **disease,
        )
        for said in contributions:
            log10_lr = said["said"]["log10_lr"]
            sign = {"SUPPORTS": 1, "OPPOSES": -1, "NEUTRAL_TO": 0}[said["type"]]
            assert (log10_lr > 0) - (log10_lr < 0) == sign
            assert float(said["said"]["weight"]) == pytest.approx(log10_lr, abs=0.0051)
            assert said["labels"] == (["Case"] if said["term"] is None else ["Finding"])
        paths = []
        for path in database.read(
            "MATCH (:Candidate {case: $id, disease: $disease})-[:HAS_PATH]->(p)-[:FROM_FINDING]->(f) "
            "RETURN properties(p) AS said, f.term AS term ORDER BY p.position",
            **disease,
        ):
            steps = database.read(
                "MATCH (:EvidencePath {case: $id, disease: $disease, term: $term})-[s:STEP]->(n) "
                "RETURN properties(s) AS said, n.id AS node, n.name AS label ORDER BY s.position",
                term=path["term"],
                **disease,
            )
            assert [step["said"]["position"] for step in steps] == list(range(len(steps)))
            (finding,) = (f for f in findings if f["term"] == path["term"])
            assert path["said"]["text"].startswith(f"{finding['said']['name']} [{path['term']}] —")
            assert path["said"]["name"].startswith(f"{finding['said']['name']} → ")
            paths.append((path["term"], steps))
        features = database.read(
            "MATCH (:Candidate {case: $id, disease: $disease})-[r:LOOK_FOR]->(t) "
            "RETURN t.id AS term, t.name AS label, properties(r) AS said ORDER BY r.position",
            **disease,
        )
        entries.append((row, contributions, paths, features))
    return {"case": case, "findings": findings, "entries": entries}


def assert_same(
    database: Connection, case_id: str, told: Differential, graph: KnowledgeGraph
) -> None:
    """What the database says of a case is what the differential says."""
    held = stored(database, case_id)
    case = held["case"]
    assert case["build"] == graph.build.address
    assert (case.get("sex", ""), case.get("age_years")) == (told.sex, told.age_years)
    assert case["releases"] == [f"{name} {release}" for name, release in told.releases]
    assert case["n_diseases"] == told.n_diseases
    assert case["n_findings"] == len(told.findings)
    assert case["n_candidates"] == len(told.entries)
    assert case["excluded_publications"] == list(told.excluded_publications)
    assert case["notice"] == NOTICE
    assert abs(case["written"].to_native() - datetime.now(UTC)) < timedelta(minutes=5)
    assert [
        (f["term"], f["said"]["status"], f["said"]["is_certain"]) for f in held["findings"]
    ] == [(f.term_id, f.status.name, f.is_certain) for f in told.findings]
    assert all(f["label"] == f["said"]["label"] for f in held["findings"])
    assert len(held["entries"]) == len(told.entries)
    for (row, contributions, paths, features), entry in zip(
        held["entries"], told.entries, strict=True
    ):
        said = row["said"]
        assert (row["disease"], row["label"]) == (entry.disease_id, entry.label)
        assert (said["rank"], said["probability"], said["score"]) == (
            entry.rank,
            entry.probability,
            entry.score,
        )
        assert tuple(said["source_ids"]) == entry.source_ids
        assert [
            (c["term"], c["said"]["label"], c["said"]["log10_lr"], c["said"]["match_type"],
             c["said"].get("matched_term"), c["said"].get("matched_label", ""), c["said"]["says"])
            for c in contributions
        ] == [
            (c.term_id, c.label, c.log10_lr, c.match_type, c.matched_term, c.matched_label,
             match_words(c))
            for c in entry.contributions
        ]  # fmt: skip
        status = {f.term_id: f.status.name for f in told.findings}
        assert all(c["status"] == status.get(c["term"]) for c in contributions)
        assert [term for term, _ in paths] == [p.term_id for p in entry.paths]
        for (_, steps), path in zip(paths, entry.paths, strict=True):
            assert tuple(step["node"] for step in steps) == path.path.nodes
            assert tuple(step["label"] for step in steps) == path.labels
            assert [(s["said"]["says"], s["said"]["is_forward"]) for s in steps[1:]] == [
                (s.words, s.is_forward) for s in path.path.steps
            ]
        assert [
            (m["term"], m["label"], m["said"]["frequency"], m["said"]["stated"],
             m["said"]["is_stated"], tuple(m["said"]["source_lines"]))
            for m in features
        ] == [
            (m.term_id, m.label, m.frequency, m.stated, m.is_stated, m.source_lines)
            for m in entry.missing_features
        ]  # fmt: skip


REAL_EDGES = """
MATCH (p:EvidencePath)-[before:STEP]->(a), (p)-[step:STEP {position: before.position + 1}]->(b)
OPTIONAL MATCH (a)-[r]-(b) WHERE r.id = step.relationship_id AND type(r) = step.relationship
 AND (startNode(r) = a) = step.is_forward
RETURN count(*) AS n_steps, count(r) AS n_real
"""


def phenopacket() -> dict[str, Any]:
    return {
        "id": "PMID_1_Patient 2: II-1",
        "subject": {"id": SECRET, "sex": "FEMALE", "timeAtLastEncounter": {"age": {"iso8601duration": "P7Y"}}},
        "phenotypicFeatures": [
            {"type": {"id": "HP:0001166", "label": SECRET}, "description": SECRET},
            {"type": {"id": "HP:0001083"}},
            {"type": {"id": "HP:0001250"}, "excluded": True},
        ],
        "metaData": {"createdBy": SECRET},
    }  # fmt: skip


CASES: dict[str, Callable[[], ClinicalCase]] = {
    "a note": lambda: ClinicalCase.from_note(NOTE),
    "terms": lambda: ClinicalCase.from_terms(
        observed=["HP:0001166", "HP:0001083"], excluded=["HP:0001250", "HP:0002616"], sex="MALE"
    ),
    "routine negatives": lambda: ClinicalCase.from_terms(
        observed=["HP:0001166"], excluded=["HP:0001250"], routine_negatives=True, age_years=0.5
    ),
    "a phenopacket": lambda: ClinicalCase.from_phenopacket(phenopacket()),
    "only excluded": lambda: ClinicalCase.from_terms(observed=[], excluded=["HP:0001083"]),
    "nothing": lambda: ClinicalCase.from_note(f"{SECRET} is well."),
}


@pytest.mark.parametrize("make", CASES.values(), ids=CASES)
def test_what_is_in_the_database_is_what_the_differential_says(
    make: Callable[[], ClinicalCase], loaded: Connection, engine: DiagnosticEngine
) -> None:
    told = engine.diagnose(make())
    case_id = told.case_id or "visit-1"
    report = write_case(loaded, case_rows(told, engine.graph, case_id=case_id))
    assert_same(loaded, case_id, told, engine.graph)
    (edges,) = loaded.read(REAL_EDGES)
    n_steps = sum(len(p.path.steps) for e in told.entries for p in e.paths)
    assert edges == {"n_steps": n_steps, "n_real": n_steps}
    assert (report.id, report.n_findings) == (case_id, len(told.findings))
    assert (report.n_candidates, report.is_replaced) == (len(told.entries), False)
    assert report.n_paths == sum(len(e.paths) for e in told.entries)


def test_publications_that_were_left_out_are_named(
    loaded: Connection, engine: DiagnosticEngine
) -> None:
    case = ClinicalCase.from_terms(observed=["HP:0001166", "HP:0001083", "HP:0002616"])
    paper = next(
        str(paper)
        for entry in engine.diagnose(case).entries
        for path in entry.paths
        for step in path.path.steps
        for paper in step.edge.provenance.publications
    )
    told = engine.diagnose(case, exclude_publications=[paper])
    assert told != engine.diagnose(case)
    write_case(loaded, case_rows(told, engine.graph, case_id="x"))
    assert_same(loaded, "x", told, engine.graph)
    assert loaded.read("MATCH (c:Case) RETURN c.excluded_publications AS p") == [{"p": [paper]}]


@pytest.mark.parametrize("make", CASES.values(), ids=CASES)
def test_no_word_of_the_note_is_anywhere_in_the_database(
    make: Callable[[], ClinicalCase], loaded: Connection, engine: DiagnosticEngine
) -> None:
    def texts() -> list[str]:
        found = [
            row["value"]
            for pattern in ("(x)", "()-[x]->()")
            for row in loaded.read(
                f"MATCH {pattern} UNWIND keys(x) AS key RETURN DISTINCT x[key] AS value"
            )
        ]
        flat = [v for value in found for v in (value if isinstance(value, list) else [value])]
        return [str(value).lower() for value in flat]

    before = texts()
    write_case(loaded, case_rows(engine.diagnose(make()), engine.graph, case_id="visit-1"))
    new = [text for text in texts() if text not in before]
    assert "visit-1" in new
    assert not [text for text in new for word in WORDS if word.lower() in text]


def test_the_log_and_the_streams_hold_no_word_of_the_note(
    loaded: Connection,
    engine: DiagnosticEngine,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for name in ("", "nosograph", "neo4j"):
        caplog.set_level("DEBUG", logger=name)
    told = engine.diagnose(ClinicalCase.from_note(NOTE, case_id="visit-1"))
    write_case(loaded, case_rows(told, engine.graph))
    forget_case(loaded, "visit-1")
    said = ""
    for record in caplog.get_records("call"):
        # Not the times of the record: their digits may be those of any number.
        fields = [v for v in record.__dict__.values() if not isinstance(v, float)]
        said += f"{record.getMessage()} {fields}"
    said += "".join(capfd.readouterr())
    assert "Neo.ClientError" not in said
    assert not [word for word in WORDS if word.lower() in said.lower()]


def test_forgetting_leaves_the_database_exactly_as_it_was(
    loaded: Connection, rows: CaseRows
) -> None:
    before = everything(loaded)
    write_case(loaded, rows)
    n_more = (everything(loaded) - before).total()
    gone = forget_case(loaded, rows.id)
    assert everything(loaded) == before
    assert gone.n_nodes + gone.n_relationships == n_more
    assert gone.n_nodes == 1 + len(rows.findings) + len(rows.candidates) + rows.n_paths
    with pytest.raises(UnknownCaseError, match="neo4j cases"):
        forget_case(loaded, rows.id)
    assert everything(loaded) == before


def test_what_is_left_of_a_case_whose_node_somebody_deleted_is_forgotten_too(
    loaded: Connection, rows: CaseRows
) -> None:
    before = everything(loaded)
    write_case(loaded, rows)
    loaded.write("MATCH (c:Case) DETACH DELETE c")
    forget_case(loaded, rows.id)
    assert everything(loaded) == before


def test_writing_again_replaces_all_of_it(
    loaded: Connection, rows: CaseRows, engine: DiagnosticEngine
) -> None:
    other = engine.diagnose(ClinicalCase.from_terms(observed=["HP:0001250"], sex="FEMALE"))
    write_case(loaded, case_rows(other, engine.graph, case_id=rows.id))
    clean = everything(loaded)
    assert write_case(loaded, rows).is_replaced
    report = write_case(loaded, case_rows(other, engine.graph, case_id=rows.id))
    assert report.is_replaced
    assert without_times(everything(loaded)) == without_times(clean)
    assert_same(loaded, rows.id, other, engine.graph)


def without_times(found: Counter[str]) -> Counter[str]:
    """Without the time of writing, which may be a second later."""
    gone = re.compile(r"neo4j\.time\.DateTime\([^)]*\)")
    return Counter({gone.sub("", text): n for text, n in found.items()})


def test_two_cases_share_no_nodes_and_one_is_forgotten_without_the_other(
    loaded: Connection, rows: CaseRows
) -> None:
    write_case(loaded, rows)
    alone = everything(loaded)
    other = replace(rows, id="visit-2")
    write_case(loaded, other)
    shared = loaded.read(
        "MATCH (:Case {id: $a})-[*1..3]->(n)<-[*1..3]-(:Case {id: $b}) "
        "WHERE NOT n:NamedThing RETURN DISTINCT labels(n) AS labels",
        a=rows.id,
        b=other.id,
    )
    assert shared == []
    assert {case.id for case in list_cases(loaded)} == {rows.id, other.id}
    forget_case(loaded, other.id)
    assert everything(loaded) == alone


@pytest.mark.parametrize("name", [HOSTILE, "Ärztin 患者", "a" * 200, "null", "0", "$id", "a/b"])
def test_a_strange_name_is_only_a_name(name: str, loaded: Connection, rows: CaseRows) -> None:
    before = everything(loaded)
    write_case(loaded, rows)
    between = everything(loaded)
    write_case(loaded, replace(rows, id=name))
    assert {case.id for case in list_cases(loaded)} == {rows.id, name}
    forget_case(loaded, name)
    assert everything(loaded) == between
    forget_case(loaded, rows.id)
    assert everything(loaded) == before


def test_no_query_holds_what_is_data(
    loaded: Connection, rows: CaseRows, toy_graph: KnowledgeGraph
) -> None:
    queries: list[str] = []

    class Recording:
        read, write = staticmethod(loaded.read), staticmethod(loaded.write)

        @staticmethod
        def in_transaction(work: Any) -> Any:
            def recorded(run: Run) -> Any:
                def call(query: str, **parameters: Any) -> Any:
                    queries.append(query)
                    return run(query, **parameters)

                return work(call)

            return loaded.in_transaction(recorded)

    write_case(Recording(), replace(rows, id=HOSTILE))
    forget_case(Recording(), HOSTILE)
    assert len(queries) > 10
    data = [
        HOSTILE,
        rows.build,
        *(f.term for f in rows.findings),
        *(c.disease for c in rows.candidates),
    ]
    assert not [query for query in queries for text in data if text in query]


def constraints(database: Connection) -> set[str]:
    return {row["name"] for row in database.read("SHOW CONSTRAINTS YIELD name")}


def drop_constraints_of_cases(database: Connection) -> set[str]:
    names = {statement.split()[2] for statement in case_statements()}
    assert names <= constraints(database)
    for name in names:
        database.write(f"DROP CONSTRAINT {name}")
    return names


# --- the build ------------------------------------------------------------------------------------


def test_an_empty_database_is_refused(loaded: Connection, rows: CaseRows) -> None:
    loaded.write("MATCH (n) DETACH DELETE n")
    names = drop_constraints_of_cases(loaded)
    with pytest.raises(CaseNotWrittenError, match=r"no graph: nothing was written.*neo4j load"):
        write_case(loaded, rows)
    assert everything(loaded) == Counter()
    assert not names & constraints(loaded)


def test_another_build_is_refused(
    loaded: Connection, toy_graph_inferred: KnowledgeGraph, rows: CaseRows
) -> None:
    load_graph(toy_graph_inferred, loaded)
    before = everything(loaded)
    with pytest.raises(CaseNotWrittenError, match=r"holds build .*nothing was written"):
        write_case(loaded, rows)
    assert everything(loaded) == before


def test_a_build_that_is_not_wholly_loaded_is_refused(loaded: Connection, rows: CaseRows) -> None:
    loaded.write("MATCH (b:Build) SET b.state = 'loading'")
    before = everything(loaded)
    with pytest.raises(CaseNotWrittenError, match="not wholly"):
        write_case(loaded, rows)
    assert everything(loaded) == before


def test_a_graph_without_an_edge_of_a_path_is_refused(loaded: Connection, rows: CaseRows) -> None:
    loaded.write("MATCH (:Phenotype {id: 'HP:0001166'})<-[r:HAS_PHENOTYPE]-() DELETE r")
    before = everything(loaded)
    with pytest.raises(CaseNotWrittenError, match=r"nothing was written.*by hand.*--rewrite"):
        write_case(loaded, rows)
    assert everything(loaded) == before


def test_a_graph_without_a_node_that_no_path_leads_over_is_refused(
    loaded: Connection, rows: CaseRows
) -> None:
    on_paths = {str(node) for c in rows.candidates for p in c.paths for node in p.path.nodes}
    features = {feature.term for c in rows.candidates for feature in c.look_for} - on_paths
    loaded.write("MATCH (n:NamedThing {id: $id}) DETACH DELETE n", id=min(features))
    before = everything(loaded)
    with pytest.raises(CaseNotWrittenError, match=r"\d of the \d+ nodes .*nothing was written"):
        write_case(loaded, rows)
    assert everything(loaded) == before


def test_of_several_rows_between_two_nodes_a_step_names_the_very_one(
    loaded: Connection, toy_graph: KnowledgeGraph
) -> None:
    disease, term = "OMIM:154700", "HP:0001166"
    numbers = [
        number
        for number in toy_graph.edges_from(toy_graph.index(disease), "has_phenotype")
        if toy_graph.node_id(int(toy_graph.edge_object[number])) == term
    ]
    assert len(numbers) > 1
    for number in numbers:
        edge = toy_graph.edge(number)
        path = GraphPath(start=edge.object, steps=(Step(edge=edge, is_forward=False),))
        candidate = CandidateRow(
            disease=disease,
            label="Marfan syndrome",
            rank=1.0,
            probability=0.5,
            score=1.0,
            paths=(PathRow(path=path, labels=("Arachnodactyly", "Marfan syndrome")),),
        )
        finding = FindingRow(term=term, label="Arachnodactyly")
        write_case(
            loaded,
            CaseRows(
                id="x",
                build=toy_graph.build.address,
                notice=NOTICE,
                findings=(finding,),
                candidates=(candidate,),
            ),
        )
        walked = loaded.read(
            "MATCH (:EvidencePath {case: 'x'})-[s:STEP {position: 1}]->() "
            "MATCH ()-[r:HAS_PHENOTYPE {id: s.relationship_id}]->() RETURN r.line AS line"
        )
        assert walked == [{"line": edge.provenance.line}]


def test_the_build_is_looked_at_again_inside_the_transaction(
    loaded: Connection, rows: CaseRows
) -> None:
    class Loading:
        """A load begins just before the transaction."""

        read, write = staticmethod(loaded.read), staticmethod(loaded.write)

        @staticmethod
        def in_transaction(work: Any) -> Any:
            loaded.write("MATCH (b:Build) SET b.build = 'other'")
            return loaded.in_transaction(work)

    with pytest.raises(CaseNotWrittenError):
        write_case(Loading(), rows)
    assert not loaded.read("MATCH (c:Case) RETURN c.id")


# --- all or nothing ---------------------------------------------------------------------------------


class CutOff:
    """A database whose connection is lost at one of the queries of a transaction."""

    def __init__(self, database: Connection, *, at: int) -> None:
        self.database, self.at = database, at
        self.read, self.write = database.read, database.write
        self.seen: list[Any] = []

    def in_transaction(self, work: Any) -> Any:
        def cut(run: Run) -> Any:
            n_queries = 0

            def call(query: str, **parameters: Any) -> Any:
                nonlocal n_queries
                n_queries += 1
                if n_queries == self.at:
                    # Somebody reads in the meantime: nothing of the new, all of the old.
                    self.seen.append(everything(self.database))
                    raise UnreachableError("cut off")
                return run(query, **parameters)

            return work(call)

        return self.database.in_transaction(cut)


def test_a_case_that_is_cut_off_anywhere_leaves_the_old_one_or_none(
    loaded: Connection, rows: CaseRows, engine: DiagnosticEngine
) -> None:
    other = case_rows(
        engine.diagnose(ClinicalCase.from_terms(observed=["HP:0001250"])), engine.graph, case_id=rows.id
    )  # fmt: skip
    for is_there in (False, True):
        if is_there:
            write_case(loaded, other)
        before = everything(loaded)
        n_cuts = 0
        for at in range(1, 100):
            database = CutOff(loaded, at=at)
            try:
                write_case(database, rows)
            except UnreachableError:
                assert database.seen == [before]
                assert everything(loaded) == before
                n_cuts += 1
            else:
                break
        assert n_cuts > 12
        forget_case(loaded, rows.id)


def test_forgetting_that_is_cut_off_removes_nothing(loaded: Connection, rows: CaseRows) -> None:
    write_case(loaded, rows)
    before = everything(loaded)
    for at in range(1, 6):
        with pytest.raises(UnreachableError):
            forget_case(CutOff(loaded, at=at), rows.id)
        assert everything(loaded) == before


def test_two_writers_of_one_name_at_once_leave_one_case(loaded: Connection, rows: CaseRows) -> None:
    write_case(loaded, rows)
    expected = without_times(everything(loaded))
    failed: list[Neo4jError] = []

    def write() -> None:
        try:
            for _ in range(5):
                write_case(loaded, rows)
        except Neo4jError as error:
            failed.append(error)

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failed == []
    assert without_times(everything(loaded)) == expected


class Slow:
    """A database whose transactions wait before their end until they are told to go on."""

    def __init__(self, database: Connection) -> None:
        self.read, self.write, self.database = database.read, database.write, database
        self.has_done, self.may_end = threading.Event(), threading.Event()

    def in_transaction(self, work: Any) -> Any:
        def slow(run: Run) -> Any:
            done = work(run)
            self.has_done.set()
            self.may_end.wait(30)
            return done

        return self.database.in_transaction(slow)


def test_a_case_that_is_forgotten_while_it_is_written_leaves_nothing(
    loaded: Connection, rows: CaseRows
) -> None:
    before = everything(loaded)
    write_case(loaded, rows)
    slow, gone = Slow(loaded), threading.Event()

    def forget() -> None:
        forget_case(loaded, rows.id)
        gone.set()

    writer = threading.Thread(target=write_case, args=(slow, rows))
    forgetter = threading.Thread(target=forget)
    writer.start()
    assert slow.has_done.wait(30)
    forgetter.start()
    assert not gone.wait(0.5)  # it waits for the writer
    slow.may_end.set()
    for thread in (writer, forgetter):
        thread.join(30)
    assert everything(loaded) == before


def test_writers_of_cases_that_share_terms_do_not_cut_each_other_off(
    loaded: Connection, rows: CaseRows, caplog: pytest.LogCaptureFixture
) -> None:
    def write(number: int) -> None:
        for _ in range(4):
            write_case(loaded, replace(rows, id=f"visit-{number}"))

    caplog.set_level("WARNING", logger="neo4j")
    writers = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert {case.id: case.is_whole for case in list_cases(loaded)} == {
        f"visit-{number}": True for number in range(6)
    }
    assert "will be retried" not in caplog.text


def test_what_belongs_to_a_case_is_found_by_an_index(
    loaded: Connection, rows: CaseRows, steps_of: StepsOf
) -> None:
    """Not by a look at what belongs to all others: a cohort would take longer case by case."""
    write_case(loaded, rows)
    queries: list[str] = []

    class Recording:
        read, write = staticmethod(loaded.read), staticmethod(loaded.write)

        @staticmethod
        def in_transaction(work: Any) -> Any:
            def recorded(run: Run) -> Any:
                def call(query: str, **parameters: Any) -> Any:
                    if query.endswith("DETACH DELETE n"):
                        queries.append(query)
                    return run(query, **parameters)

                return work(call)

            return loaded.in_transaction(recorded)

    forget_case(Recording(), rows.id)
    assert len(queries) == len(CASE_PARTS)
    for query in queries:
        assert "Scan" not in " ".join(steps_of(loaded.access, query, id="x"))


# --- loading beside cases -----------------------------------------------------------------------------


def test_a_load_of_the_same_build_keeps_cases_and_changes_nothing(
    loaded: Connection, rows: CaseRows, toy_graph: KnowledgeGraph
) -> None:
    write_case(loaded, rows)
    before = everything(loaded)
    report = load_graph(toy_graph, loaded)
    assert report.is_unchanged
    assert report.cases == (1, 0, 0)
    load_graph(toy_graph, loaded, rewrite=True)
    assert everything(loaded) == before
    (case,) = list_cases(loaded)
    assert (case.is_current, case.is_whole) == (True, True)
    assert (case.id, case.build, case.n_findings) == (rows.id, rows.build, len(rows.findings))
    assert (case.best, case.best_probability) == (
        rows.candidates[0].label,
        rows.candidates[0].probability,
    )


def test_after_a_load_of_another_build_a_case_is_stale_and_that_is_said(
    loaded: Connection,
    rows: CaseRows,
    toy_graph: KnowledgeGraph,
    toy_graph_inferred: KnowledgeGraph,
) -> None:
    clean = everything(loaded)
    write_case(loaded, rows)
    report = load_graph(toy_graph_inferred, loaded)
    # MONDO's diseases are gone, and they were candidates.
    assert report.cases == count_cases(loaded) == (1, 1, 1)
    (case,) = list_cases(loaded)
    assert (case.is_current, case.is_whole) == (False, False)
    # The first build again: what was cut stays cut, until the case is written again.
    report = load_graph(toy_graph, loaded)
    assert report.cases == load_graph(toy_graph, loaded).cases == count_cases(loaded) == (1, 0, 1)
    (case,) = list_cases(loaded)
    assert (case.is_current, case.is_whole) == (True, False)
    write_case(loaded, rows)
    (case,) = list_cases(loaded)
    assert (case.is_current, case.is_whole) == (True, True)
    assert count_cases(loaded) == (1, 0, 0)
    forget_case(loaded, rows.id)
    assert everything(loaded) == clean


def test_a_case_stays_whole_where_its_nodes_stay(
    loaded: Connection, engine: DiagnosticEngine, toy_sources: Any, tmp_path: Path
) -> None:
    text = toy_sources.hpoa.read_text("utf-8")
    hpoa = tmp_path / "phenotype.hpoa"
    hpoa.write_text(text.replace("Marfan syndrome", "Marfan's syndrome"), "utf-8")
    sources = GraphSources.embedded(
        mondo=toy_sources.mondo,
        others={"hpo": toy_sources.obo, "hpo-annotations": hpoa, "hpo-genes": toy_sources.genes},
    )
    other = KnowledgeGraph.open(sources, home=tmp_path / "home")
    assert other.build.address != engine.graph.build.address
    told = engine.diagnose(ClinicalCase.from_terms(observed=["HP:0001166"]))
    write_case(loaded, case_rows(told, engine.graph, case_id="x"))
    report = load_graph(other, loaded)
    assert report.cases == (1, 1, 0)
    (case,) = list_cases(loaded)
    assert (case.is_current, case.is_whole) == (False, True)


def test_a_node_that_somebody_added_beside_a_case_stops_the_next_load(
    loaded: Connection, rows: CaseRows, toy_graph: KnowledgeGraph
) -> None:
    write_case(loaded, rows)
    loaded.write("MATCH (c:Case) CREATE (c)<-[:ABOUT]-(:Note {text: 'mine'})")
    with pytest.raises(ForeignDataError):
        load_graph(toy_graph, loaded)


def test_a_database_that_was_loaded_before_there_were_cases_gets_their_constraints(
    loaded: Connection, rows: CaseRows
) -> None:
    names = drop_constraints_of_cases(loaded)
    write_case(loaded, rows)
    assert names <= constraints(loaded)


def test_the_newest_case_is_first_and_the_list_is_bounded(
    loaded: Connection, rows: CaseRows
) -> None:
    for number in range(4):
        write_case(loaded, replace(rows, id=f"visit-{number}"))
        loaded.write(
            "MATCH (c:Case {id: $id}) SET c.written = c.written + duration({minutes: $n})",
            id=f"visit-{number}",
            n=number,
        )
    assert [case.id for case in list_cases(loaded, limit=3)] == ["visit-3", "visit-2", "visit-1"]
    assert count_cases(loaded) == (4, 0, 0)


def test_a_cohort_is_written_in_a_loop(loaded: Connection, engine: DiagnosticEngine) -> None:
    cases = [
        ClinicalCase.from_terms(observed=[term], case_id=f"patient {number}")
        for number, term in enumerate(["HP:0001166", "HP:0001083", "HP:0001250"])
    ]
    for told in engine.diagnose_many(cases, limit=3):
        write_case(loaded, case_rows(told, engine.graph))
    assert {case.id for case in list_cases(loaded)} == {case.case_id for case in cases}
    labels = loaded.read(
        "MATCH (n) WHERE NOT n:NamedThing|OldIdentifier RETURN DISTINCT labels(n)[0] AS label"
    )
    assert {row["label"] for row in labels} == {CASE, *CASE_PARTS, "Build", "Release"}
    assert json.dumps([case.best for case in list_cases(loaded)])
