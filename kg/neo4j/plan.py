"""What has to change so that a database holds exactly one build."""

from __future__ import annotations

from dataclasses import dataclass

from nosograph.kg.graph import KnowledgeGraph
from nosograph.kg.neo4j.connection import Database
from nosograph.kg.neo4j.rows import Properties, RelationshipRow, node_rows, relationship_rows
from nosograph.kg.neo4j.schema import SHARED_LABEL, labels_by_kind, relationship_types

__all__ = ["Held", "Plan", "plan_changes", "read_held"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a database holds of us, as far as it is needed to see what differs."""

    nodes: dict[str, str]
    """Digest by identifier; empty where a node has none."""
    relationships: dict[str, frozenset[str]]
    """Identifiers by relation."""

    @classmethod
    def nothing(cls) -> Held:
        """Of an empty database."""
        return cls(nodes={}, relationships={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to write and what to remove; kinds and relations without a change are left out."""

    nodes: dict[str, list[Properties]]
    """New nodes and nodes that differ, by kind."""
    relationships: dict[str, list[RelationshipRow]]
    """New relationships, by relation: one that differs in anything is another one."""
    nodes_gone: tuple[str, ...]
    relationships_gone: dict[str, tuple[str, ...]]

    @property
    def n_written(self) -> tuple[int, int]:
        """Nodes and relationships to write."""
        return sum(map(len, self.nodes.values())), sum(map(len, self.relationships.values()))

    @property
    def n_removed(self) -> tuple[int, int]:
        """Nodes and relationships to remove."""
        return len(self.nodes_gone), sum(map(len, self.relationships_gone.values()))


def read_held(database: Database) -> Held:
    """Ask a database what it holds of us."""
    nodes = database.read(f"MATCH (n:{SHARED_LABEL}) RETURN n.id AS id, n.digest AS digest")
    return Held(
        nodes={row["id"]: row["digest"] or "" for row in nodes if row["id"] is not None},
        relationships={
            relation: frozenset(
                row["id"]
                for row in database.read(f"MATCH ()-[r:{name}]->() RETURN r.id AS id")
                if row["id"] is not None
            )
            for relation, name in relationship_types().items()
        },
    )


def plan_changes(graph: KnowledgeGraph, held: Held, *, rewrite: bool = False) -> Plan:
    """Compare a build with what a database holds.

    Args:
        graph: The build.
        held: What the database holds.
        rewrite: Write also what does not differ.
    """
    nodes: dict[str, list[Properties]] = {}
    wanted: set[str] = set()
    for kind in labels_by_kind():
        rows = list(node_rows(graph, kind))
        wanted.update(row["id"] for row in rows)
        changed = [row for row in rows if rewrite or held.nodes.get(row["id"]) != row["digest"]]
        if changed:
            nodes[kind] = changed
    relationships: dict[str, list[RelationshipRow]] = {}
    gone: dict[str, tuple[str, ...]] = {}
    for relation in graph.schema.relations:
        there = held.relationships.get(relation.name, frozenset())
        said: set[str] = set()
        new = []
        for row in relationship_rows(graph, relation):
            said.add(row.properties["id"])
            if rewrite or row.properties["id"] not in there:
                new.append(row)
        if new:
            relationships[relation.name] = new
        if left := there - said:
            gone[relation.name] = tuple(sorted(left))
    return Plan(
        nodes=nodes,
        relationships=relationships,
        nodes_gone=tuple(sorted(held.nodes.keys() - wanted)),
        relationships_gone=gone,
    )
