"""One Neo4j server for the whole session, also where several processes run the tests.

The first process that needs the server starts it; the others use it, one test at a time, because
the Community edition has one database. Where there is no server, the tests say so and are skipped.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from nosograph.engine import ClinicalCase, DiagnosticEngine, Differential
from nosograph.engine.interchange.neo4j_cases import case_rows
from nosograph.kg import GraphSources, KnowledgeGraph
from nosograph.kg.neo4j import ForeignDataError, forget_case, load_graph, write_case
from nosograph.kg.neo4j.access import Access
from nosograph.kg.neo4j.connection import Connection
from nosograph.kg.neo4j.errors import NoServerError
from nosograph.kg.neo4j.provision import provided_server
from nosograph.kg.neo4j.server import keep_password

OTHERS_SECONDS = 900.0
TRANSLATIONS = {
    "de": (
        ("HP:0001250", "Seizure", "Krampfanfall", ""),
        ("HP:0001166", "Arachnodactyly", "Arachnodaktylie", "OFFICIAL"),
    ),
    "zh": (
        ("HP:0001250", "Seizure", "抽搐", "OFFICIAL"),
        ("HP:0001110", "Myopia", "近视", "CANDIDATE"),
        ("HP:0001166", "Arachnodactyly", "蜘蛛指", "OFFICIAL"),
    ),
}
"""Term, English name, name and status, by language; HP:0001110 is an old identifier."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that want the embedded graph follow each other: it is loaded once, not for each."""
    ours = [item for item in items if Path(item.path).parent == Path(__file__).parent]
    wanting = {
        item.path for item in ours if "embedded_database" in getattr(item, "fixturenames", ())
    }
    places = [
        at for at, item in enumerate(items) if Path(item.path).parent == Path(__file__).parent
    ]
    for at, item in zip(
        places, sorted(ours, key=lambda item: item.path not in wanting), strict=True
    ):
        items[at] = item


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def server_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of the session share."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "neo4j"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def server_access(server_folder: Path) -> Iterator[Access]:
    """How to reach the server of this session: started here, or by a process beside this one."""
    lock, known = server_folder / "lock", server_folder / "access.json"
    user = server_folder / f"user-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with ExitStack() as stack:
        with locked(lock):
            is_starter = not known.is_file()
            if is_starter:
                keep_password(known, json.dumps(asdict(start(server_folder, stack))))
            else:
                user.touch()
            access = Access(**json.loads(known.read_text("utf-8")))
        yield access
        if is_starter:
            with locked(lock):
                known.unlink()  # nobody joins any more; who has joined may finish
            until = time.monotonic() + OTHERS_SECONDS
            while list(server_folder.glob("user-*")) and time.monotonic() < until:
                time.sleep(0.2)
            if "NEO4J_URI" in os.environ:
                with Connection(access) as connection:
                    make_empty(connection)
                remove_schema(connection)
        else:
            user.unlink()


def start(folder: Path, stack: ExitStack) -> Access:
    try:
        access = stack.enter_context(provided_server(folder / "home"))
    except NoServerError as error:
        if os.environ.get("NOSOGRAPH_REQUIRE_NEO4J"):
            pytest.fail(f"NOSOGRAPH_REQUIRE_NEO4J is set, and {error}")
        pytest.skip(str(error))
    if "NEO4J_URI" in os.environ:
        with Connection(access) as connection:
            if connection.read("MATCH (n) RETURN 1 AS one LIMIT 1"):
                pytest.skip("the database at NEO4J_URI is not empty, and the tests would empty it")
    return access


@pytest.fixture(scope="session")
def translated_graph(
    toy_sources: Any, tmp_path_factory: pytest.TempPathFactory, nosograph_home: Path
) -> KnowledgeGraph:
    """The toy graph with a few names in German and Chinese, one of them by an old identifier."""
    folder = tmp_path_factory.mktemp("translations")
    header = "subject_id\tpredicate_id\tsource_value\ttranslation_language\ttranslation_value"
    for language, rows in TRANSLATIONS.items():
        lines = [
            f"{term}\trdfs:label\t{english}\t{language}\t{text}\t{status}"
            for term, english, text, status in rows
        ]
        path = folder / f"hp-{language}.babelon.tsv"
        path.write_text("\n".join([f"{header}\ttranslation_status", *lines, ""]), "utf-8")
    others = {
        "hpo": toy_sources.obo,
        "hpo-annotations": toy_sources.hpoa,
        "hpo-genes": toy_sources.genes,
    }
    sources = GraphSources.embedded(mondo=toy_sources.mondo, translations=[folder], others=others)
    return KnowledgeGraph.open(sources, home=nosograph_home)


@pytest.fixture
def database(server_access: Access, server_folder: Path) -> Iterator[Connection]:
    """The database of the server, without data: for one test at a time."""
    with locked(server_folder / "database"), Connection(server_access) as connection:
        make_empty(connection)
        yield connection


@pytest.fixture
def new_database(database: Connection) -> Connection:
    """The database of the server, empty, and without constraints and indexes of ours."""
    remove_schema(database)
    return database


@pytest.fixture(scope="module")
def shared_database(server_access: Access, server_folder: Path) -> Iterator[Connection]:
    """The database of the server, empty at first: for the tests of one file at a time."""
    with locked(server_folder / "database"), Connection(server_access) as connection:
        make_empty(connection)
        yield connection
        make_empty(connection)  # a load keeps cases: the next file shall find none


@pytest.fixture(scope="module")
def embedded_database(
    server_access: Access, server_folder: Path, embedded_graph: KnowledgeGraph
) -> Iterator[Connection]:
    """The database of the server with the embedded graph: for the tests of one file at a time."""
    with locked(server_folder / "database"), Connection(server_access) as connection:
        try:
            load_graph(embedded_graph, connection)
        except ForeignDataError:
            make_empty(connection)  # of what another test left
            load_graph(embedded_graph, connection)
        yield connection


@pytest.fixture(scope="module")
def example_case(
    embedded_database: Connection, embedded_graph: KnowledgeGraph
) -> Iterator[Differential]:
    """The case of examples/note.txt, written as ``example``: queries of the chapters ask for it."""
    note = (Path(__file__).parents[3] / "examples" / "note.txt").read_text("utf-8")
    engine = DiagnosticEngine(embedded_graph)
    told = engine.diagnose(ClinicalCase.from_note(note, case_id="example"), limit=10)
    write_case(embedded_database, case_rows(told, embedded_graph))
    yield told
    forget_case(embedded_database, "example")


@pytest.fixture(scope="session")
def steps_of() -> Callable[..., list[str]]:
    """What a server would do for a query: the name and details of every step."""

    def steps(access: Access, query: str, **parameters: Any) -> list[str]:
        driver = pytest.importorskip("neo4j").GraphDatabase.driver
        with driver(access.uri, auth=(access.user, access.password)) as opened:
            told = opened.execute_query(f"EXPLAIN {query}", parameters, database_=access.database)
        return walk(told.summary.plan)

    def walk(plan: dict[str, Any]) -> list[str]:
        below = [step for child in plan.get("children", ()) for step in walk(child)]
        return [f"{plan['operatorType']} {plan['args'].get('Details', '')}", *below]

    return steps


def make_empty(connection: Connection) -> None:
    """Remove all data, in transactions that the memory of a small server can hold.

    Constraints and indexes stay: without them the server plans every query of every test anew. Each
    load makes what is missing of them; what it makes of none, tests see in `new_database`.
    """
    for pattern in ("()-[x]->()", "(x)"):
        while connection.read(f"MATCH {pattern} RETURN 1 AS one LIMIT 1"):
            connection.write(f"MATCH {pattern} WITH x LIMIT 20000 DELETE x")


def remove_schema(connection: Connection) -> None:
    """Remove our constraints and indexes."""
    for kind, kinds in (("CONSTRAINT", "CONSTRAINTS"), ("INDEX", "INDEXES")):
        for row in connection.read(f"SHOW {kinds} YIELD name"):
            if row["name"].startswith("nosograph_"):
                connection.write(f"DROP {kind} {row['name']} IF EXISTS")
