"""Identifiers that are no longer primary, as nodes that lead to the terms of today.

They are no part of the graph's own kinds and relations: an old identifier is a name, not a thing. A
node for each, with a constraint of its own, finds it as fast as a term, also where no term is left
that could carry it as a property.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nosograph.kg.arrays import RESOLUTION_KINDS
from nosograph.kg.graph import KnowledgeGraph
from nosograph.kg.neo4j.digests import Properties, RelationshipRow, digest_of
from nosograph.ontologies.hierarchy import Csr
from nosograph.ontologies.ontology import ResolutionKind

__all__ = [
    "OLD_IDENTIFIER_KIND",
    "SUCCESSION",
    "SUCCESSION_SOURCE",
    "old_identifier_rows",
    "relation_of",
    "succession_counts",
    "succession_rows",
]

OLD_IDENTIFIER_KIND = "old_identifier"
SUCCESSION = {"replaced_by": "IAO:0100001", "consider": "oboInOwl:consider"}
"""Predicate by relation: the one term that took its place, or a term that one may look at."""
SUCCESSION_SOURCE = "hpo"


def relation_of(kind: ResolutionKind) -> str:
    """Which relation leads on from an old identifier.

    >>> relation_of(ResolutionKind.ALTERNATIVE), relation_of(ResolutionKind.OBSOLETE)
    ('replaced_by', 'consider')
    """
    return "consider" if kind is ResolutionKind.OBSOLETE else "replaced_by"


def old_identifier_rows(graph: KnowledgeGraph) -> Iterator[Properties]:
    """Properties of every old identifier."""
    for old_id, kind, _ in _old_identifiers(graph):
        row: Properties = {"id": old_id, "status": kind.value}
        yield row | {"digest": digest_of(OLD_IDENTIFIER_KIND, row)}


def succession_rows(graph: KnowledgeGraph, relation: str) -> Iterator[RelationshipRow]:
    """Where old identifiers lead, by one of the two relations."""
    for old_id, kind, targets in _old_identifiers(graph):
        if relation_of(kind) != relation:
            continue
        for position, target in enumerate(targets, start=1):
            row: Properties = {
                "predicate": SUCCESSION[relation],
                "source": SUCCESSION_SOURCE,
                "release": graph.releases[SUCCESSION_SOURCE],
            }
            if relation == "consider":
                row["position"] = position
            row["id"] = digest_of(relation, old_id, target, row)
            yield RelationshipRow(old_id, target, row)


def succession_counts(graph: KnowledgeGraph) -> dict[str, int]:
    """How many rows there are, by relation."""
    n_targets = np.diff(graph.column("old_target_ptr"))
    is_obsolete = graph.column("old_kind") == RESOLUTION_KINDS.index(ResolutionKind.OBSOLETE)
    return {
        relation_of(ResolutionKind.REPLACED): int(n_targets[~is_obsolete].sum()),
        relation_of(ResolutionKind.OBSOLETE): int(n_targets[is_obsolete].sum()),
    }


def _old_identifiers(graph: KnowledgeGraph) -> Iterator[tuple[str, ResolutionKind, list[str]]]:
    targets = Csr(graph.column("old_target_ptr"), graph.column("old_target"))
    for at, (old_id, code) in enumerate(
        zip(graph.strings("old_id"), graph.column("old_kind").tolist(), strict=True)
    ):
        found = [str(graph.node_id(number)) for number in targets.row(at).tolist()]
        yield old_id, RESOLUTION_KINDS[code], found
