"""tests engine/cli/neo4j.py: what is printed, and that no password is."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from nosograph.engine.cli import neo4j as commands
from nosograph.kg import KnowledgeGraph
from nosograph.kg.neo4j.access import Access
from nosograph.kg.neo4j.assembly import Assembly
from nosograph.kg.neo4j.browser import read_chapters
from nosograph.kg.neo4j.browser.first_questions import ask_first_questions
from nosograph.kg.neo4j.connection import Connection
from nosograph.kg.neo4j.errors import LoginError, Neo4jError, UnreachableError
from nosograph.kg.neo4j.ownership import read_contents

SECRET = "s3cret-Zxqvwly"


@pytest.fixture(autouse=True)
def _no_server_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("URI", "USERNAME", "PASSWORD", "PASSWORD_FILE", "DATABASE"):
        monkeypatch.delenv(f"NEO4J_{name}", raising=False)


@pytest.fixture
def _signals() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_there_is_no_option_for_the_password_itself() -> None:
    done = CliRunner().invoke(commands.neo4j_app, ["load", "--password", SECRET])
    assert done.exit_code == 2
    assert SECRET not in done.output


def test_a_server_that_does_not_answer_is_told_before_a_graph_is_built(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(commands, "load_graph", lambda *_: pytest.fail("was built"))
    done = CliRunner().invoke(
        commands.neo4j_app,
        ["load", "--uri", "bolt://127.0.0.1:1"],
        env={"NEO4J_PASSWORD": SECRET},
    )
    assert isinstance(done.exception, UnreachableError)
    assert SECRET not in f"{done.output}{done.exception}"


def test_a_wrong_password_file_is_refused(server_access: Access, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(SECRET, "utf-8")
    options = ["--uri", server_access.uri, "--password-file", str(file)]
    done = CliRunner().invoke(commands.neo4j_app, ["status", *options])
    assert isinstance(done.exception, LoginError)
    assert SECRET not in f"{done.output}{done.exception}"


@pytest.mark.usefixtures("_signals")
@pytest.mark.parametrize("answers", [True, False])
def test_serve_loads_says_how_to_log_in_and_stops_on_a_signal(
    database: Connection,
    toy_graph: KnowledgeGraph,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    answers: bool,
) -> None:
    """The server of the session stands in for the one that would be started."""
    done_with: list[str] = []
    asked: list[int] = []

    def ask(connection: Connection) -> Iterator[tuple[int, int]]:
        for n_asked, n in ask_first_questions(connection):
            asked.append(n_asked)
            yield n_asked, n
            if not answers:
                raise Neo4jError("it did not answer")

    class Standing:
        access, browser = database.access, "http://127.0.0.1:7474/browser/"

        def __init__(
            self, home: Path, _: Assembly, *, usual_ports: bool, browser_commands: tuple[str, ...]
        ) -> None:
            assert usual_ports
            assert [command.partition(" ")[0] for command in browser_commands] == [
                ":style",
                ":guide",
            ]
            self.password_file = home / "password"

        def __enter__(self) -> Standing:
            return self

        def __exit__(self, *_: object) -> None:
            done_with.append("stopped")

        def check(self) -> None:
            signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(commands, "LocalServer", Standing)
    monkeypatch.setattr(commands, "assemble", lambda **_: Assembly(lib=tmp_path, java=tmp_path))
    monkeypatch.setattr(commands, "load_graph", lambda *_: toy_graph)
    monkeypatch.setattr(commands, "ask_first_questions", ask)
    done = CliRunner().invoke(commands.neo4j_app, ["serve", "--home", str(tmp_path)])
    assert done.exit_code == 0, done.exception
    assert done_with == ["stopped"]
    n_questions = sum(len(chapter.queries) for chapter in read_chapters())
    assert len(asked) == (n_questions if answers else 1)
    said = done.output.replace("\n", "")
    assert "http://127.0.0.1:7474/browser/" in said
    assert database.access.uri in said
    assert str(tmp_path / "neo4j" / "password") in said
    assert database.access.password not in said
    assert read_contents(database).is_complete


def test_load_asks_every_question_once_after_it_wrote(
    database: Connection,
    toy_graph: KnowledgeGraph,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []

    def ask(connection: Connection) -> Iterator[tuple[int, int]]:
        for n_asked, n in ask_first_questions(connection):
            asked.append(n_asked)
            yield n_asked, n

    monkeypatch.setattr(commands, "ask_first_questions", ask)
    monkeypatch.setattr(commands, "load_graph", lambda *_: toy_graph)
    file = tmp_path / "password"
    file.write_text(database.access.password, "utf-8")
    options = ["load", "--uri", database.access.uri, "--password-file", str(file)]
    n_questions = sum(len(chapter.queries) for chapter in read_chapters())
    for _ in range(2):  # the second one changes nothing, and asks nothing
        done = CliRunner().invoke(commands.neo4j_app, options)
        assert done.exit_code == 0, done.exception
        assert len(asked) == n_questions


def test_import_files_say_how_they_are_imported(
    toy_graph: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "load_graph", lambda *_: toy_graph)
    done = CliRunner().invoke(commands.neo4j_app, ["import-files", str(tmp_path / "files")])
    assert done.exit_code == 0, done.exception
    assert "21 files" in done.output
    assert f"@{tmp_path / 'files' / 'neo4j-admin.arguments'}" in done.output.replace("\n", "")


@pytest.mark.parametrize("name", ["serve", "load", "status", "import-files", "cases", "forget"])
def test_every_command_has_an_example(name: str) -> None:
    done = CliRunner().invoke(commands.neo4j_app, [name, "--help"])
    assert done.exit_code == 0
    assert f"nosograph neo4j {name}" in done.output


def test_files_of_ones_own_take_the_place_of_embedded_ones(
    toy_sources: Any, toy_graph: KnowledgeGraph, tmp_path: Path
) -> None:
    named = {
        "hpo": toy_sources.obo,
        "hpo-annotations": toy_sources.hpoa,
        "hpo-genes": toy_sources.genes,
    }
    options = [text for name, path in named.items() for text in ("--source", f"{name}={path}")]
    options += ["--mondo", str(toy_sources.mondo), "--home", str(tmp_path / "home")]
    done = CliRunner().invoke(
        commands.neo4j_app, ["import-files", str(tmp_path / "files"), *options]
    )
    assert done.exit_code == 0
    build = (tmp_path / "files" / "nodes-Build.csv").read_text("utf-8")
    assert toy_graph.build.address in build


@pytest.mark.parametrize("command", [["load"], ["serve"], ["import-files", "files"]])
def test_a_source_without_a_path_is_wrong_usage(
    command: list[str], server_access: Access, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NEO4J_URI", server_access.uri)
    monkeypatch.setenv("NEO4J_PASSWORD", server_access.password)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(commands.neo4j_app, [*command, "--source", "hp.obo"])
    assert done.exit_code == 2
    assert "NAME=PATH" in done.output
