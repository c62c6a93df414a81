"""The graph into Neo4j, by differences: what is new is written, what is gone is removed.

Every relationship is named by the digest of all that it says, and every node carries such a digest.
A load compares them with the build and writes the difference in batches, each a transaction. A load
that was cut off anywhere is completed by the next, because that compares again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TypeVar

from nosograph.kg.graph import KnowledgeGraph
from nosograph.kg.neo4j.cases import NO_CASES, CaseCounts, count_cases
from nosograph.kg.neo4j.connection import Database
from nosograph.kg.neo4j.errors import LoadError
from nosograph.kg.neo4j.old_identifiers import OLD_IDENTIFIER_KIND
from nosograph.kg.neo4j.ownership import (
    Contents,
    count_differences,
    read_contents,
    refuse_foreign_data,
)
from nosograph.kg.neo4j.plan import Held, Plan, plan_changes, read_held
from nosograph.kg.neo4j.rows import (
    LAYOUT,
    PRODUCT,
    build_properties,
    expected_counts,
    release_rows,
)
from nosograph.kg.neo4j.schema import (
    BUILD,
    NAMES_INDEX,
    OLD_IDENTIFIER,
    RELEASE,
    SHARED_LABEL,
    edge_types,
    is_names_index,
    labels_by_kind,
    node_labels,
    schema_statements,
    start_label,
)

__all__ = ["LoadReport", "Progress", "batches", "load_graph"]

T = TypeVar("T")
BATCH_SIZE = 5_000
"""Rows of one transaction: twice as many are no faster, and need twice the memory."""

Progress = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What a load did."""

    build: str
    is_unchanged: bool
    """Whether the database held this build already."""
    nodes_written: int = 0
    nodes_removed: int = 0
    relationships_written: int = 0
    relationships_removed: int = 0
    cases: CaseCounts = NO_CASES
    """The patients' cases that the database holds: a load keeps them."""
    seconds: float = 0.0


def batches(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Cut rows into batches.

    >>> list(batches("abcde", 2))
    ['ab', 'cd', 'e']
    """
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def load_graph(
    graph: KnowledgeGraph,
    database: Database,
    *,
    progress: Progress | None = None,
    batch_size: int = BATCH_SIZE,
    rewrite: bool = False,
) -> LoadReport:
    """Make a database hold exactly this build, and keep the patients' cases that it holds.

    Args:
        graph: The build.
        database: An empty database, or one that an earlier load wrote.
        progress: Is told how far it is.
        batch_size: Rows of one transaction.
        rewrite: Write every node and relationship, also where nothing seems to differ: mends what
            somebody changed by hand.

    Raises:
        ForeignDataError: If the database holds anything else; it is left as it is.
        LoadError: If afterwards it does not hold what the build says.
        UnreachableError: If the connection is lost; the next load completes this one.
    """
    began = perf_counter()
    tell = progress or (lambda _what, _done, _total: None)
    refuse_foreign_data(database)
    _drop_another_index(database)
    for number, statement in enumerate(statements := schema_statements()):
        tell("constraints and indexes", number, len(statements))
        database.write(statement)
    before = read_contents(database)
    build = before.build or {}
    # One that was cut off while it wrote everything anew: what it did not reach, no digest shows.
    rewrite = rewrite or build.get("state") == "rewriting"
    # Another version may have spelled out less under the same identifiers.
    rewrite = rewrite or (bool(build) and build.get("layout") != LAYOUT)
    if not rewrite and before.is_complete and not _differences(graph, before):
        return LoadReport(
            build=graph.build.address,
            is_unchanged=True,
            cases=count_cases(database),
            seconds=perf_counter() - began,
        )
    tell("comparing", 0, 1)
    is_empty = not any((*before.nodes.values(), *before.relationships.values()))
    held = Held.nothing() if is_empty else read_held(database)
    plan = plan_changes(graph, held, rewrite=rewrite)
    _mark_loading(graph, database, state="rewriting" if rewrite else "loading")
    writer = _Writer(database, tell, batch_size=batch_size)
    if rewrite:
        writer.remove_misplaced(plan)
    writer.carry_out(plan)
    tell("counting", 0, 1)
    if differences := _differences(graph, read_contents(database), counts_only=True):
        raise LoadError(
            f"the database does not hold what build {graph.build.address} says: "
            f"{'; '.join(differences)}. Did another load run at the same time? Run this one again; "
            "with --rewrite it writes everything anew."
        )
    _mark_complete(graph, database)
    nodes_written, relationships_written = plan.n_written
    nodes_removed, relationships_removed = plan.n_removed
    return LoadReport(
        build=graph.build.address,
        is_unchanged=False,
        nodes_written=nodes_written,
        nodes_removed=nodes_removed,
        relationships_written=relationships_written,
        relationships_removed=relationships_removed,
        cases=count_cases(database),
        seconds=perf_counter() - began,
    )


def _differences(
    graph: KnowledgeGraph, contents: Contents, *, counts_only: bool = False
) -> list[str]:
    """How a database differs from what a build's manifest says, in words."""
    found = []
    if not counts_only:
        expected = build_properties(graph)
        del expected["manifest"]
        if (said := contents.build or {}).get("build") != graph.build.address:
            found.append(f"it holds build {said.get('build')}")
        elif said != expected or not contents.has_manifest:
            found.append("another version of Nosograph loaded it")
        releases = sorted(release_rows(graph), key=lambda row: row["id"])
        if list(contents.releases) != releases:
            found.append("it holds other releases")
    n_nodes, n_relationships = expected_counts(graph)
    return [
        *found,
        *count_differences("nodes", node_labels(), n_nodes, contents.nodes),
        *count_differences("relationships", edge_types(), n_relationships, contents.relationships),
    ]


def _drop_another_index(database: Database) -> None:
    """Drop a full-text index of ours that an earlier version made, over other properties."""
    found = database.read(
        "SHOW INDEXES YIELD name, labelsOrTypes, properties WHERE name = $name "
        "RETURN labelsOrTypes AS labels, properties",
        name=NAMES_INDEX,
    )
    if found and not is_names_index(found[0]["labels"] or (), found[0]["properties"] or ()):
        database.write(f"DROP INDEX {NAMES_INDEX} IF EXISTS")


def _mark_loading(graph: KnowledgeGraph, database: Database, *, state: str) -> None:
    database.write(
        f"MERGE (b:{BUILD} {{product: $product}}) "
        "SET b.state = $state, b.build = $build, b.layout = $layout, "
        "b.name = 'Nosograph build, not complete'",
        product=PRODUCT,
        layout=LAYOUT,
        state=state,
        build=graph.build.address,
    )


def _mark_complete(graph: KnowledgeGraph, database: Database) -> None:
    """Say what is loaded, in one transaction: a reader sees it all or none of it."""
    database.write(
        f"MERGE (b:{BUILD} {{product: $product}}) SET b = $build "
        "WITH b "
        f"OPTIONAL MATCH (old:{RELEASE}) WHERE NOT old.id IN [row IN $releases | row.id] "
        "DETACH DELETE old "
        "WITH DISTINCT b UNWIND $releases AS row "
        f"MERGE (r:{RELEASE} {{id: row.id}}) SET r = row "
        "MERGE (b)-[:MADE_FROM]->(r)",
        product=PRODUCT,
        build=build_properties(graph),
        releases=release_rows(graph),
    )


class _Writer:
    """Carries a plan out, batch by batch: what is new first, what is gone last."""

    def __init__(self, database: Database, tell: Progress, *, batch_size: int) -> None:
        self.database, self.tell, self.batch_size = database, tell, batch_size

    def remove_misplaced(self, plan: Plan) -> None:
        """Remove relationships that somebody hung elsewhere: their identifiers are unique."""
        for relation, edges in plan.relationships.items():
            name = edge_types()[relation]
            query = (
                f"UNWIND $rows AS row MATCH (s)-[r:{name} {{id: row.id}}]->(o) "
                "WHERE coalesce(s.id, '') <> row.start OR coalesce(o.id, '') <> row.end DELETE r"
            )
            rows = [{"id": e.properties["id"], "start": e.start, "end": e.end} for e in edges]
            self._run(f"misplaced {name}", query, rows)

    def carry_out(self, plan: Plan) -> None:
        labels, types = node_labels(), edge_types()
        for kind, nodes in plan.nodes.items():
            self._run(f"nodes {labels[kind]}", _node_query(kind), nodes)
        for relation, edges in plan.relationships.items():
            rows = [
                {"start": edge.start, "end": edge.end, "properties": edge.properties}
                for edge in edges
            ]
            self._run(f"relationships {types[relation]}", _edge_query(relation), rows)
        for relation, gone in plan.relationships_gone.items():
            query = f"UNWIND $rows AS id MATCH ()-[r:{types[relation]} {{id: id}}]->() DELETE r"
            self._run(f"gone {types[relation]}", query, gone)
        for relation, n_gone in plan.nameless_gone.items():
            query = (
                f"MATCH ()-[r:{types[relation]}]->() WHERE r.id IS NULL "
                "WITH r LIMIT size($rows) DELETE r"
            )
            self._run(f"gone {types[relation]}", query, range(n_gone))
        for label, ids in (
            (SHARED_LABEL, plan.nodes_gone),
            (OLD_IDENTIFIER, plan.old_identifiers_gone),
        ):
            query = f"UNWIND $rows AS id MATCH (n:{label} {{id: id}}) DETACH DELETE n"
            self._run("gone nodes", query, ids)
        query = (
            f"MATCH (n:{SHARED_LABEL}|{OLD_IDENTIFIER}) WHERE n.id IS NULL "
            "WITH n LIMIT size($rows) DETACH DELETE n"
        )
        self._run("gone nodes", query, range(plan.n_nameless_nodes_gone))

    def _run(self, what: str, query: str, rows: Sequence[object]) -> None:
        done = 0
        for batch in batches(rows, self.batch_size):
            self.tell(what, done, len(rows))
            self.database.write(query, rows=list(batch))
            done += len(batch)
        if rows:
            self.tell(what, done, len(rows))


def _node_query(kind: str) -> str:
    if kind == OLD_IDENTIFIER_KIND:
        return f"UNWIND $rows AS row MERGE (n:{OLD_IDENTIFIER} {{id: row.id}}) SET n = row"
    label = labels_by_kind()[kind]
    others = "".join(f":{other}" for other in labels_by_kind().values() if other != label)
    return (
        f"UNWIND $rows AS row MERGE (n:{SHARED_LABEL} {{id: row.id}}) "
        f"SET n = row SET n:{label} REMOVE n{others}"
    )


def _edge_query(relation: str) -> str:
    # MERGE, although what is there was left out of the plan: a transaction that is repeated because
    # its answer was lost adds nothing a second time.
    return (
        f"UNWIND $rows AS row MATCH (s:{start_label(relation)} {{id: row.start}}) "
        f"MATCH (o:{SHARED_LABEL} {{id: row.end}}) "
        f"MERGE (s)-[r:{edge_types()[relation]} {{id: row.properties.id}}]->(o) "
        "SET r = row.properties"
    )
