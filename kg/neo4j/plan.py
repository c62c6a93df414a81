"""What has to change so that a database holds exactly one build."""

from __future__ import annotations

from dataclasses import dataclass, field

from nosograph.kg.graph import KnowledgeGraph
from nosograph.kg.neo4j.connection import Database
from nosograph.kg.neo4j.digests import Properties, RelationshipRow
from nosograph.kg.neo4j.old_identifiers import OLD_IDENTIFIER_KIND
from nosograph.kg.neo4j.rows import all_node_rows, all_relationship_rows
from nosograph.kg.neo4j.schema import OLD_IDENTIFIER, SHARED_LABEL, edge_types

__all__ = ["Held", "Plan", "plan_changes", "read_held"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a database holds of us, as far as it is needed to see what differs."""

    nodes: dict[str, str]
    """Digest by identifier; empty where a node has none."""
    relationships: dict[str, frozenset[str]]
    """Identifiers by relation."""
    old_identifiers: dict[str, str] = field(default_factory=dict)
    """Digest by old identifier."""
    nameless: dict[str, int] = field(default_factory=dict)
    """Relationships that somebody left without an identifier, counted by relation."""
    n_nameless_nodes: int = 0
    """Nodes with our label that somebody left without an identifier."""

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
    old_identifiers_gone: tuple[str, ...] = ()
    nameless_gone: dict[str, int] = field(default_factory=dict)
    """Relationships without an identifier, by relation: nobody can tell which they are."""
    n_nameless_nodes_gone: int = 0
    """Nodes with our label and without an identifier."""

    @property
    def n_written(self) -> tuple[int, int]:
        """Nodes and relationships to write."""
        return sum(map(len, self.nodes.values())), sum(map(len, self.relationships.values()))

    @property
    def n_removed(self) -> tuple[int, int]:
        """Nodes and relationships to remove."""
        n_nodes = len(self.nodes_gone) + len(self.old_identifiers_gone)
        n_nodes += self.n_nameless_nodes_gone
        n_nameless = sum(self.nameless_gone.values())
        return n_nodes, n_nameless + sum(map(len, self.relationships_gone.values()))


def read_held(database: Database) -> Held:
    """Ask a database what it holds of us."""
    relationships: dict[str, frozenset[str]] = {}
    nameless: dict[str, int] = {}
    for relation, name in edge_types().items():
        rows = database.read(f"MATCH ()-[r:{name}]->() RETURN r.id AS id")
        relationships[relation] = frozenset(row["id"] for row in rows if row["id"] is not None)
        if n_nameless := len(rows) - len(relationships[relation]):
            nameless[relation] = n_nameless
    return Held(
        nodes=_digests(database, SHARED_LABEL),
        relationships=relationships,
        old_identifiers=_digests(database, OLD_IDENTIFIER),
        nameless=nameless,
        n_nameless_nodes=database.read(
            f"MATCH (n:{SHARED_LABEL}|{OLD_IDENTIFIER}) WHERE n.id IS NULL RETURN count(n) AS n"
        )[0]["n"],
    )


def _digests(database: Database, label: str) -> dict[str, str]:
    """Digest by identifier of the nodes of one label; empty where a node has none."""
    rows = database.read(f"MATCH (n:{label}) RETURN n.id AS id, n.digest AS digest")
    return {row["id"]: row["digest"] or "" for row in rows if row["id"] is not None}


def plan_changes(graph: KnowledgeGraph, held: Held, *, rewrite: bool = False) -> Plan:
    """Compare a build with what a database holds.

    Args:
        graph: The build.
        held: What the database holds.
        rewrite: Write also what does not differ.
    """
    nodes: dict[str, list[Properties]] = {}
    wanted: set[str] = set()
    wanted_old: set[str] = set()
    for kind, all_rows in all_node_rows(graph):
        is_old = kind == OLD_IDENTIFIER_KIND
        there = held.old_identifiers if is_old else held.nodes
        rows = list(all_rows)
        (wanted_old if is_old else wanted).update(row["id"] for row in rows)
        changed = [row for row in rows if rewrite or there.get(row["id"]) != row["digest"]]
        if changed:
            nodes[kind] = changed
    relationships: dict[str, list[RelationshipRow]] = {}
    gone: dict[str, tuple[str, ...]] = {}
    for relation, all_edges in all_relationship_rows(graph):
        held_ids = held.relationships.get(relation, frozenset())
        said: set[str] = set()
        new = []
        for row in all_edges:
            said.add(row.properties["id"])
            if rewrite or row.properties["id"] not in held_ids:
                new.append(row)
        if new:
            relationships[relation] = new
        if left := held_ids - said:
            gone[relation] = tuple(sorted(left))
    return Plan(
        nodes=nodes,
        relationships=relationships,
        nodes_gone=tuple(sorted(held.nodes.keys() - wanted)),
        relationships_gone=gone,
        old_identifiers_gone=tuple(sorted(held.old_identifiers.keys() - wanted_old)),
        nameless_gone=held.nameless,
        n_nameless_nodes_gone=held.n_nameless_nodes,
    )
