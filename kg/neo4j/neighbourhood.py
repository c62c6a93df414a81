"""What a database says of a node, as the values of the graph: edges, and the shortest ways."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nosograph.kg.neo4j.connection import Database, Row
from nosograph.kg.neo4j.rows import Properties
from nosograph.kg.neo4j.schema import SHARED_LABEL, relationship_types
from nosograph.kg.schema import Annotation, Edge, Provenance
from nosograph.ontologies.frequency import Frequency, FrequencyKind
from nosograph.ontologies.term import TermId

__all__ = ["read_edges", "read_shortest_ways"]

WALKED = (
    "has_phenotype",
    "subclass_of",
    "exact_match",
    "close_match",
    "gene_associated_with_condition",
)
"""Relations that ways lead over: those of `PathFinder`."""
MOST_HOPS = 6


def read_edges(
    database: Database, node_id: str, *, limit: int = 10_000
) -> tuple[tuple[Edge, ...], tuple[Edge, ...]]:
    """The edges of a node: those that leave it, and those that reach it.

    Args:
        database: A loaded database.
        node_id: Identifier of the node; one that is not there has no edges.
        limit: Most edges of each direction.
    """
    types = "|".join(relationship_types().values())
    found = []
    for pattern in (f"(n)-[r:{types}]->(o)", f"(n)<-[r:{types}]-(o)"):
        rows = database.read(
            f"MATCH (n:{SHARED_LABEL} {{id: $id}}) MATCH {pattern} "
            "RETURN startNode(r).id AS start, endNode(r).id AS end, properties(r) AS said, "
            "[x IN coalesce(r.references, []) WHERE EXISTS { (:Publication {id: x}) }] AS papers "
            "ORDER BY type(r), start, end, r.line, r.id LIMIT $limit",
            id=node_id,
            limit=limit,
        )
        found.append(tuple(map(_edge, rows)))
    return found[0], found[1]


def _edge(row: Row) -> Edge:
    said: Properties = row["said"]
    return Edge(
        subject=_term_id(row["start"]),
        predicate=said["predicate"],
        object=_term_id(row["end"]),
        provenance=Provenance(
            source=said["source"],
            release=said["release"],
            line=said.get("line", 0),
            publications=tuple(row["papers"]),
        ),
        annotation=_annotation(said) if "negated" in said else None,
    )


def _annotation(said: Properties) -> Annotation:
    onset = said.get("onset")
    return Annotation(
        evidence=said.get("evidence", ""),
        negated=said["negated"],
        frequency=Frequency(
            kind=FrequencyKind(said["frequency_kind"]),
            value=_as_built(said.get("frequency")),
            n=said.get("frequency_numerator", 0),
            m=said.get("frequency_denominator", 0),
        ),
        onset=None if onset is None else _term_id(onset),
        sex=said.get("sex", ""),
        modifiers=tuple(map(_term_id, said.get("modifiers", ()))),
    )


def _as_built(frequency: float | None) -> float | None:
    """A frequency as the graph gives it: from the precision of a build, to six places."""
    return None if frequency is None else round(float(np.float32(frequency)), 6)


def _term_id(text: str) -> TermId:
    return str.__new__(TermId, text)  # was checked when the build was made


def read_shortest_ways(
    database: Database, source: str, target: str, *, max_hops: int = 4, limit: int = 100
) -> Sequence[tuple[str, ...]]:
    """The shortest ways between two nodes, as the identifiers of the nodes on them, in order.

    Edges that say *not* are not walked: negated ones, and those with a frequency of 0.

    Args:
        database: A loaded database.
        source: Identifier of the first node.
        target: Identifier of the last node.
        max_hops: Longest way, in steps; at most 6.
        limit: Most ways.
    """
    if source == target:
        return ()
    names = "|".join(relationship_types()[relation] for relation in WALKED)
    hops = min(max(int(max_hops), 1), MOST_HOPS)  # a length cannot be a parameter
    rows = database.read(
        f"MATCH (a:{SHARED_LABEL} {{id: $source}}), (b:{SHARED_LABEL} {{id: $target}}) "
        f"MATCH way = allShortestPaths((a)-[:{names}*..{hops}]-(b)) "
        "WHERE none(r IN relationships(way) WHERE coalesce(r.negated, false) "
        "OR coalesce(r.frequency, 1) = 0) "
        "RETURN DISTINCT [n IN nodes(way) | n.id] AS ids ORDER BY ids LIMIT $limit",
        source=source,
        target=target,
        limit=limit,
    )
    return [tuple(row["ids"]) for row in rows]
