"""Which record cites which paper, as relationships: the way from a paper to what rests on it.

A statement lists what it cites; a relationship has no end but a node, so that a list of identifiers
cannot be followed in Neo4j. These relationships can: one for each record and publication, with the
lines of the statements that cite it. They repeat what the statements say, and add nothing to it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from nosograph.kg.graph import KnowledgeGraph
from nosograph.kg.neo4j.digests import Properties, RelationshipRow, digest_of

__all__ = ["CITATION", "citation_rows", "citation_sources"]

CITATION = {"cites": "cito:cites"}
"""Predicate by relation, of the Citation Typing Ontology."""


def citation_rows(graph: KnowledgeGraph) -> Iterator[RelationshipRow]:
    """A row for each record and each publication that statements of it cite, and each source."""
    edges, citations, starts = _citations(graph)
    names, lines = list(graph.build.manifest["source_names"]), graph.column("edge_line")
    edges_of_each = np.split(edges, starts[1:]) if len(starts) else []
    for (record, publication, code), citing in zip(citations.tolist(), edges_of_each, strict=True):
        start, end, source = (
            str(graph.node_id(record)),
            str(graph.node_id(publication)),
            names[code],
        )
        row: Properties = {
            "predicate": CITATION["cites"],
            "source": source,
            "release": graph.releases[source],
            "n_statements": len(citing),
            "lines": np.sort(lines[citing]).tolist(),
        }
        row["id"] = digest_of("cites", start, end, row)
        yield RelationshipRow(start, end, row)


def citation_sources(graph: KnowledgeGraph) -> NDArray[np.int32]:
    """Code of the source of each row. Shape ``(n_citations,)``."""
    return _citations(graph)[1][:, 2]


def _citations(
    graph: KnowledgeGraph,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Edges in the order of what cites what; record, publication and source; where each begins.

    A statement that names the same paper twice cites it once.
    """
    indptr, cited = graph.references
    edges = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    is_publication = graph.node_kind[cited] == graph.schema.kind_code("publication")
    edges, cited = edges[is_publication], np.asarray(cited)[is_publication]
    columns = (graph.edge_subject[edges], cited, graph.column("edge_source")[edges], edges)
    rows = np.unique(np.stack(columns, axis=1).astype(np.int64), axis=0)
    citations, starts = np.unique(rows[:, :3], axis=0, return_index=True)
    return rows[:, 3], citations.astype(np.int32), starts
