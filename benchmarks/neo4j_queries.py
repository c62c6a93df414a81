"""Measures every query of the set for Neo4j Browser on a server of our own with the embedded graph.

Usage: ``python benchmarks/neo4j_queries.py`` (needs Java 17 and Maven, takes about three minutes).

It does what ``nosograph neo4j load`` does: it loads the graph, then asks every question once, and
says how long these took, for a server that was just started plans them and compiles itself while it
answers. The chapter on a patient asks for the case of ``examples/note.txt``. What asks for findings
or for a term is asked a second time with very general ones, such as "abnormality of the nervous
system": most diseases show them.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from time import perf_counter

from nosograph.engine import ClinicalCase, DiagnosticEngine
from nosograph.engine.interchange.neo4j_cases import case_rows
from nosograph.kg.neo4j import load_graph, write_case
from nosograph.kg.neo4j.assembly import assemble
from nosograph.kg.neo4j.browser.chapters import Query, Value, read_chapters
from nosograph.kg.neo4j.browser.first_questions import ask_first_questions
from nosograph.kg.neo4j.connection import Connection
from nosograph.kg.neo4j.server import LocalServer

NOTE = Path(__file__).parents[1] / "examples" / "note.txt"
N_TIMES = 12
MOST_MS = 1_000
GENERAL: dict[str, Value] = {
    "term": "HP:0000118",
    "findings": ("HP:0000118", "HP:0000707", "HP:0000924", "HP:0001626", "HP:0000478"),
}


def parameter_sets(query: Query) -> list[tuple[str, dict[str, Value]]]:
    """The example of the query, and where it can be general, a general one."""
    example = dict(query.parameters)
    general = {name: value for name, value in GENERAL.items() if name in example}
    return [("", example), (", very general", example | general)][: 1 + bool(general)]


def milliseconds(connection: Connection, query: Query, parameters: dict[str, Value]) -> list[float]:
    times = []
    for _ in range(N_TIMES):
        began = perf_counter()
        connection.read(query.cypher, **parameters)
        times.append(1000 * (perf_counter() - began))
    return times


def main() -> int:
    engine = DiagnosticEngine.load()
    note = NOTE.read_text("utf-8")
    differential = engine.diagnose(ClinicalCase.from_note(note, case_id="example"))
    slowest = {"": 0.0, ", very general": 0.0}
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalServer(Path(folder) / "home", assemble()) as server,
        Connection(server.access) as connection,
    ):
        load_graph(engine.graph, connection)
        write_case(connection, case_rows(differential, engine.graph, case_id="example"))
        connection.read("CALL db.awaitIndexes(120)")
        moments = [perf_counter()]
        moments += [perf_counter() for _ in ask_first_questions(connection)]
        longest = max(later - earlier for earlier, later in pairwise(moments))
        print(
            f"the server's first questions: {moments[-1] - moments[0]:.0f} s, "
            f"each at most {1000 * longest:.0f} ms\n"
        )
        print("| query | first | median of the next |\n|--|--|--|")
        for chapter in read_chapters():
            for query in chapter.queries:
                for said, parameters in parameter_sets(query):
                    first, *others = milliseconds(connection, query, parameters)
                    slowest[said] = max(slowest[said], first, *others)
                    print(
                        f"| {chapter.name} `{query.name}`{said} | {first:.0f} ms | "
                        f"{statistics.median(others):.0f} ms |",
                        flush=True,
                    )
    as_asked, general = slowest.values()
    print(f"\nslowest of all answers: {as_asked:.0f} ms, very general {general:.0f} ms")
    return int(as_asked >= MOST_MS)


if __name__ == "__main__":
    sys.exit(main())
