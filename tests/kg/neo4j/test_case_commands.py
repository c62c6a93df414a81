"""The commands on patients, from the shell to a real server: diagnose --neo4j, cases, forget."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nosograph.kg import KnowledgeGraph
from nosograph.kg.neo4j import list_cases
from nosograph.kg.neo4j.access import Access
from nosograph.kg.neo4j.connection import Connection
from nosograph.kg.neo4j.own_server import note_running

SECRET = "Zxqvwly"
NOTE = f"{SECRET}, a 14-year-old boy, has spider fingers and ectopia lentis. Denies seizures."
WORDS = (SECRET, "spider fingers", "Denies")


def command(access: Access, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NEO4J_")}
    environment |= {"NEO4J_URI": access.uri, "NEO4J_PASSWORD": access.password}
    environment["COLUMNS"] = "200"
    return subprocess.run(
        [sys.executable, "-m", "nosograph.engine.cli", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture
def database(embedded_database: Connection) -> Iterator[Connection]:
    """The embedded graph; cases that a test leaves are removed."""
    yield embedded_database
    embedded_database.write("MATCH (n) WHERE n:Case|Finding|Candidate|EvidencePath DETACH DELETE n")


def size(database: Connection) -> tuple[Any, ...]:
    (row,) = database.read(
        "MATCH (n) WITH count(n) AS nodes MATCH ()-[r]->() RETURN nodes, count(r) AS relationships"
    )
    return tuple(row.values())


def test_a_case_is_written_listed_and_forgotten(
    database: Connection, embedded_graph: KnowledgeGraph
) -> None:
    access, before = database.access, size(database)
    done = command(access, "diagnose", NOTE, "--neo4j", "--case", "visit 1", "--json", "-n", "3")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["case_id"] == "visit 1"
    assert "case visit 1 is written at " in done.stderr
    assert "3 candidates" in done.stderr
    assert "nosograph neo4j forget 'visit 1'" in done.stderr
    assert not [word for word in (*WORDS, access.password) if word in done.stderr]
    held = database.read(
        "MATCH (:Case {id: 'visit 1'})-[:HAS_CANDIDATE]->(k) "
        "RETURN k.disease AS disease, k.score AS score ORDER BY k.position"
    )
    assert held == [{"disease": e["disease_id"], "score": e["score"]} for e in told["entries"]]

    again = command(access, "diagnose", NOTE, "--neo4j", "--case", "visit 1")
    assert "case visit 1 is replaced at " in again.stderr
    assert told["entries"][0]["label"] in again.stdout

    listed = json.loads(command(access, "neo4j", "cases", "--json").stdout)
    assert [(c["id"], c["n_candidates"], c["is_current"], c["is_whole"]) for c in listed] == [
        ("visit 1", 10, True, True)
    ]
    shown = command(access, "neo4j", "cases")
    assert "visit 1" in shown.stdout
    assert f"{told['entries'][0]['label']} (" in shown.stdout
    assert "of the loaded build" in shown.stdout
    status = command(access, "neo4j", "status")
    assert "cases: 1\n" in status.stdout
    assert json.loads(command(access, "neo4j", "status", "--json").stdout)["cases"] == {
        "n_cases": 1,
        "n_stale": 0,
        "n_cut": 0,
    }

    gone = command(access, "neo4j", "forget", "visit 1")
    assert gone.returncode == 0, gone.stderr
    assert "nodes and" in gone.stdout
    assert size(database) == before
    unknown = command(access, "neo4j", "forget", NOTE)
    assert unknown.returncode == 1
    assert "holds no case of that name" in unknown.stderr
    assert SECRET not in unknown.stderr + unknown.stdout
    assert "There are no cases" in command(access, "neo4j", "cases").stdout


def test_a_reader_that_leaves_early_does_not_keep_a_case_from_being_written(
    database: Connection,
) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NEO4J_")}
    environment |= {"NEO4J_URI": database.access.uri, "NEO4J_PASSWORD": database.access.password}
    arguments = ["diagnose", "--hpo", "HP:0001166", "--neo4j", "--case", "x", "--json", "-n", "99"]
    with subprocess.Popen(
        [sys.executable, "-m", "nosograph.engine.cli", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(120) == 0
    assert [(case.id, case.n_candidates) for case in list_cases(database)] == [("x", 99)]


def test_the_name_is_that_of_the_phenopacket_or_is_made_up(
    database: Connection, tmp_path: Path
) -> None:
    file = tmp_path / "case.json"
    packet = {
        "id": "PMID_1_II-1",
        "subject": {"id": SECRET},
        "phenotypicFeatures": [{"type": {"id": "HP:0001166"}}],
        "metaData": {},
    }
    file.write_text(json.dumps(packet), "utf-8")
    done = command(database.access, "diagnose", "--phenopacket", str(file), "--neo4j")
    assert done.returncode == 0, done.stderr
    assert [case.id for case in list_cases(database)] == ["PMID_1_II-1"]
    done = command(database.access, "diagnose", "--hpo", "HP:0001166", "--neo4j")
    (made_up,) = {case.id for case in list_cases(database)} - {"PMID_1_II-1"}
    assert made_up.startswith("case-")
    assert made_up in done.stderr


def test_a_case_without_findings_is_written_and_nothing_is_ranked(database: Connection) -> None:
    done = command(database.access, "diagnose", f"{SECRET} is well.", "--neo4j", "--case", "x")
    assert done.returncode == 3
    assert "0 findings, 0 candidates" in done.stderr
    (case,) = list_cases(database)
    assert (case.n_findings, case.best, case.is_whole) == (0, "", True)
    assert "none" in command(database.access, "neo4j", "cases").stdout


@pytest.mark.parametrize("name", ["", " ", "a\nb", f"{SECRET} " * 40])
def test_a_name_that_cannot_be_one_is_refused(name: str, database: Connection) -> None:
    done = command(database.access, "diagnose", "--hpo", "HP:0001166", "--neo4j", "--case", name)
    assert done.returncode == 1
    assert "1 to 200 characters" in done.stderr
    assert SECRET not in done.stderr
    assert not done.stdout
    assert list_cases(database) == ()


def test_options_of_the_server_without_neo4j_are_wrong_usage(database: Connection) -> None:
    for option in (("--case", "x"), ("--uri", "bolt://127.0.0.1"), ("--database", "neo4j")):
        done = command(database.access, "diagnose", "--hpo", "HP:0001166", *option)
        assert done.returncode == 2
        assert "--neo4j" in done.stderr


def test_a_database_with_another_build_is_refused_and_the_diagnoses_are_shown(
    database: Connection, embedded_graph: KnowledgeGraph
) -> None:
    database.write("MATCH (b:Build) SET b.build = 'other'")
    try:
        done = command(database.access, "diagnose", NOTE, "--neo4j", "--case", "x")
        assert done.returncode == 1
        assert "Ectopia lentis" in done.stdout  # diagnoses do not wait for a server
        told = " ".join(done.stderr.split())
        assert "the database holds build other: nothing was written" in told
        assert "nosograph neo4j load" in told
        assert not [word for word in WORDS if word in done.stderr]
        assert list_cases(database) == ()
    finally:
        database.write("MATCH (b:Build) SET b.build = $build", build=embedded_graph.build.address)


def test_stale_cases_are_told_of_by_status_cases_and_load(database: Connection) -> None:
    command(database.access, "diagnose", "--hpo", "HP:0001166", "--neo4j", "--case", "x")
    database.write("MATCH (c:Case) SET c.build = 'ancient-build'")
    said = "cases: 1, 1 of them made with another build"
    assert said in command(database.access, "neo4j", "status").stdout
    load = command(database.access, "neo4j", "load")
    assert "nothing changed" in load.stdout
    assert said in load.stdout
    listed = command(database.access, "neo4j", "cases").stdout
    assert "of another build (ancient-)" in listed


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"uri": "bolt://127.0.0.1:1"}, "no Neo4j server answers"),
        ({"password": "wrong"}, "refuses user"),
        ({"password": ""}, "no password for the Neo4j server"),
    ],
)
def test_without_a_server_the_diagnoses_are_shown_all_the_same(
    wrong: dict[str, str], says: str, database: Connection, tmp_path: Path
) -> None:
    access = replace(database.access, **wrong)
    done = command(access, "diagnose", NOTE, "--neo4j", "--json", "--case", "x", "-n", "2")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert (told["case_id"], len(told["entries"])) == ("x", 2)
    assert says in done.stderr
    assert "the case was not written" in done.stderr.splitlines()[-1]
    assert not [word for word in (*WORDS, database.access.password) if word in done.stderr]
    nothing = command(access, "diagnose", f"{SECRET} is well.", "--neo4j")
    assert nothing.returncode == 1
    assert list_cases(database) == ()


def test_without_a_password_the_server_that_serve_runs_is_used(
    database: Connection, tmp_path: Path
) -> None:
    """The server of the session stands in for it: a note in the folder says that it runs."""
    folder = tmp_path / "neo4j"
    folder.mkdir(mode=0o700)
    (folder / "password").write_text(f"{database.access.password}\n", "utf-8")
    note_running(folder, uri=database.access.uri, process_id=os.getpid())
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NEO4J_")}
    done = subprocess.run(
        [sys.executable, "-m", "nosograph.engine.cli", "neo4j", "status"],
        env=environment | {"NOSOGRAPH_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert database.access.uri in done.stdout
    assert database.access.password not in done.stdout + done.stderr
