"""notebooks/02_neo4j.ipynb runs on the loaded server, and leaves the database as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from nosograph.kg.neo4j.connection import Connection
from nosograph.kg.neo4j.ownership import read_contents

nbformat = pytest.importorskip("nbformat", reason="needs the notebook extra")
nbclient = pytest.importorskip("nbclient", reason="needs the dev extra")

PATH = Path(__file__).parents[3] / "notebooks" / "02_neo4j.ipynb"


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")
def test_every_cell_runs(
    embedded_database: Connection, nosograph_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = embedded_database.access
    for name, value in {
        "MPLBACKEND": "agg",
        "NEO4J_URI": access.uri,
        "NEO4J_USERNAME": access.user,
        "NEO4J_PASSWORD": access.password,
        "NEO4J_DATABASE": access.database,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NEO4J_PASSWORD_FILE", raising=False)
    before = read_contents(embedded_database)
    notebook = nbformat.read(PATH, as_version=4)
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    assert read_contents(embedded_database) == before
    assert not embedded_database.read("MATCH (c:Case) RETURN c.id AS id")
    said = {cell.source: str(cell.outputs) for cell in notebook.cells if cell.cell_type == "code"}

    def output(words: str) -> str:
        (found,) = (text for source, text in said.items() if words in source)
        return found

    assert "HP:0001166" in output('words="long fingers"') or "HP:0100807" in output(
        'words="long fingers"'
    )
    assert "HP:0000545" in output("OldIdentifier")
    assert "OMIM:154700" in output("gene_diseases")
    assert "HP:0001083 → OMIM:154700" in output("read_shortest_ways(")
    assert "True True" in output("read_graph(connection")
    assert "Marfan" in output("differential.entries]")
    assert "Marfan" in output("case_differential")
    assert access.password not in str(said)
