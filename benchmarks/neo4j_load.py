"""Measures a Neo4j server of our own: start, loads, reading back, import files.

Usage: ``python benchmarks/neo4j_load.py`` (needs Java 17 and Maven, takes about six minutes). With
``NOSOGRAPH_DATA`` it loads names in other languages, too. `neo4j_queries.py` measures the queries.
"""

from __future__ import annotations

import os
import tempfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from nosograph.engine.evaluation.languages import TRANSLATIONS_ARCHIVE
from nosograph.kg import GraphSources, KnowledgeGraph
from nosograph.kg.neo4j.assembly import assemble
from nosograph.kg.neo4j.connection import Connection
from nosograph.kg.neo4j.import_files import ARGUMENTS_FILE, write_import_files
from nosograph.kg.neo4j.load import load_graph
from nosograph.kg.neo4j.read import read_graph
from nosograph.kg.neo4j.server import LocalServer, run_admin
from nosograph.ontologies.sources import embedded_source_file

N_CHANGED_ROWS = 5


def measured(what: str, run: Callable[[], Any]) -> Any:
    began = perf_counter()
    result = run()
    print(f"| {what} | {perf_counter() - began:.1f} s |", flush=True)
    return result


def changed_graph(folder: Path) -> KnowledgeGraph:
    """The embedded graph with another frequency in a few rows."""
    with embedded_source_file("hpo-annotations").open() as text:
        lines = list(text)
    for number in range(1_000, 1_000 * (N_CHANGED_ROWS + 1), 1_000):
        columns = lines[number].split("\t")
        columns[7] = "3/7"
        lines[number] = "\t".join(columns)
    path = folder / "phenotype.hpoa"
    path.write_text("".join(lines), "utf-8")
    return KnowledgeGraph.open(GraphSources.embedded(others={"hpo-annotations": path}))


def measure_reading(connection: Connection, graph: KnowledgeGraph, folder: Path) -> None:
    home = folder / graph.build.address
    read = measured("reading it back", lambda: read_graph(connection, home=home))
    assert read.build.manifest == graph.build.manifest
    tracemalloc.start()
    read_graph(connection, home=home)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"| memory at most in use for that | {peak / 1e6:.0f} MB |", flush=True)


def translations_archive() -> Path | None:
    """HPO's names in other languages, where the data folder has them."""
    path = Path(os.environ.get("NOSOGRAPH_DATA", "")) / TRANSLATIONS_ARCHIVE
    return path if path.is_file() else None


def measure_translations(connection: Connection, archive: Path, folder: Path) -> None:
    graph = KnowledgeGraph.open(GraphSources.embedded(translations=[archive]))
    languages = f"{len(graph.languages) - 1} other languages"
    measured(f"load after {languages} were added", lambda: load_graph(graph, connection))
    measure_reading(connection, graph, folder)


def measure_first_load_with_translations(server: LocalServer, archive: Path) -> None:
    graph = KnowledgeGraph.open(GraphSources.embedded(translations=[archive]))
    with server, Connection(server.access) as connection:
        measured("first load with other languages", lambda: load_graph(graph, connection))
        measured("second load, nothing changed", lambda: load_graph(graph, connection))


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        graph, assembly = KnowledgeGraph.open(), assemble()
        server = LocalServer(folder / "home", assembly)
        measured("first start of a server, with its password", server.start)
        try:
            with Connection(server.access) as connection:
                measured("first load", lambda: load_graph(graph, connection))
                measured("second load, nothing changed", lambda: load_graph(graph, connection))
                changed = changed_graph(folder)
                report = measured(
                    f"load after {N_CHANGED_ROWS} rows changed",
                    lambda: load_graph(changed, connection),
                )
                assert report.relationships_written == N_CHANGED_ROWS
                load_graph(graph, connection)
                measure_reading(connection, graph, folder)
                if archive := translations_archive():
                    measure_translations(connection, archive, folder)
        finally:
            measured("stop", server.stop)
        if archive := translations_archive():
            measure_first_load_with_translations(LocalServer(folder / "home2", assembly), archive)
        files = measured(
            "writing import files", lambda: write_import_files(graph, folder / "files")
        )
        print(f"| size of the import files | {files.n_bytes / 1e6:.0f} MB |")
        (folder / "other" / "conf").mkdir(parents=True)
        (folder / "other" / "conf" / "neo4j.conf").touch()
        options = ["--overwrite-destination", f"@{files.folder / ARGUMENTS_FILE}"]
        command = ["database", "import", "full", "neo4j", *options]
        measured("importing them", lambda: run_admin(assembly, folder / "other", command))


if __name__ == "__main__":
    main()
