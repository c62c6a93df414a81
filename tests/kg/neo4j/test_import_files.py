"""tests kg/neo4j/import_files.py with the administration tool of the real server."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from nosograph.kg import KnowledgeGraph, StoreError
from nosograph.kg.neo4j.assembly import assemble
from nosograph.kg.neo4j.errors import Neo4jError, NoServerError
from nosograph.kg.neo4j.import_files import ARGUMENTS_FILE, _cell, write_import_files
from nosograph.kg.neo4j.rows import expected_counts
from nosograph.kg.neo4j.server import run_admin


@pytest.mark.parametrize("which", ["toy_graph", "embedded_graph"])
def test_neo4j_admin_imports_every_node_and_relationship(
    which: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    graph: KnowledgeGraph = request.getfixturevalue(which)
    try:
        assembly = assemble()
    except NoServerError as error:
        pytest.skip(str(error))
    written = write_import_files(graph, tmp_path / "files")
    home = tmp_path / "home"
    (home / "conf").mkdir(parents=True)
    (home / "conf" / "neo4j.conf").touch()
    options = ["--overwrite-destination", f"@{written.folder / ARGUMENTS_FILE}"]
    said = run_admin(assembly, home, ["database", "import", "full", "neo4j", *options])
    imported = re.search(r"(\d+) nodes\s+(\d+) relationships", said)
    assert imported is not None
    (nodes, relationships), n_releases = expected_counts(graph), len(graph.releases)
    assert nodes.keys() > graph.build.manifest["counts"]["nodes"].keys()
    assert int(imported[1]) == sum(nodes.values()) + n_releases + 1
    assert int(imported[2]) == sum(relationships.values()) + n_releases


def test_every_row_has_a_cell_for_every_column(toy_graph: KnowledgeGraph, tmp_path: Path) -> None:
    written = write_import_files(toy_graph, tmp_path / "files")
    n_rows = {}
    for _, name in (*written.nodes, *written.relationships):
        with (written.folder / name).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        assert all(len(row) == len(header) for row in rows)
        n_rows[name] = len(rows)
    counts = toy_graph.build.manifest["counts"]
    header = (written.folder / "nodes-Build.csv").read_text("utf-8").split("\n")[0]
    assert {"account:string[]", "account_numbers:long[]", "layout:long"} < set(header.split(","))
    assert n_rows["nodes-Phenotype.csv"] == counts["nodes"]["phenotype"]
    assert n_rows["relationships-HAS_PHENOTYPE.csv"] == counts["edges"]["has_phenotype"]
    assert sorted(path.name for path in written.folder.iterdir()) == sorted(
        [*n_rows, ARGUMENTS_FILE]
    )


def test_a_folder_that_holds_something_is_left(toy_graph: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(Neo4jError, match="not empty"):
        write_import_files(toy_graph, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_place_that_cannot_be_written_is_told(toy_graph: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot write import files"):
        write_import_files(toy_graph, tmp_path / "file" / "below")


def test_a_name_with_the_separator_is_refused() -> None:
    with pytest.raises(Neo4jError, match=r"U\+001F"):
        _cell(["a\x1fb", "c"])
    assert _cell(["a;b", 'c"', "d|e"]) == 'a;b\x1fc"\x1fd|e'
