"""The graph as rows: what Neo4j shall hold, with a digest by which two states are compared."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from nosograph.kg.edges import EVIDENCE_CODES, FREQUENCY_KINDS, SEXES
from nosograph.kg.graph import KnowledgeGraph
from nosograph.kg.schema import Relation
from nosograph.ontologies.frequency import FREQUENCY_CLASSES, FrequencyKind
from nosograph.ontologies.hierarchy import Csr
from nosograph.ontologies.sources import read_sources

__all__ = [
    "PRODUCT",
    "Properties",
    "RelationshipRow",
    "build_properties",
    "node_rows",
    "relationship_rows",
    "release_rows",
]

PRODUCT = "nosograph"
"""Marks the one Build node of a database as ours."""
Properties = dict[str, Any]
"""Property by name; what is not said is not there."""

_DIGEST_BYTES = 10
"""Of a million facts, two share a digest with a probability of 4 in 10^13."""
_TERMS_BY_FREQUENCY = {round(value, 3): term for term, value in FREQUENCY_CLASSES.items()}


class RelationshipRow(NamedTuple):
    """One relationship: its two ends by identifier, and its properties.

    The property ``id`` is the digest of all that the row says, its ends and its type included: two
    relationships are the same if, and only if, their identifiers are.
    """

    start: str
    end: str
    properties: Properties


def node_rows(graph: KnowledgeGraph, kind: str) -> Iterator[Properties]:
    """Properties of every node of one kind, with ``digest``, by which a change is seen."""
    code = graph.schema.kind_code(kind)
    category = graph.schema.kinds[code].category
    definitions = graph.strings("term_definition")
    synonyms = _synonyms(graph)
    for number in np.flatnonzero(graph.node_kind == code).tolist():
        row: Properties = {
            "id": str(graph.node_id(number)),
            "name": graph.label(number),
            "category": category,
        }
        if number < graph.n_terms:
            if definition := definitions[number]:
                row["definition"] = definition
            if number in synonyms:
                row["synonyms"], row["synonym_scopes"] = synonyms[number]
        row["digest"] = _digest(kind, row)
        yield row


def _synonyms(graph: KnowledgeGraph) -> dict[int, tuple[list[str], list[str]]]:
    """Texts and scopes of the synonyms, side by side, by node."""
    found: dict[int, tuple[list[str], list[str]]] = {}
    scopes = list(graph.strings("synonym_class_name"))
    for term, text, code in zip(
        graph.build.array("synonym_term").tolist(),
        graph.strings("synonym"),
        graph.build.array("synonym_class").tolist(),
        strict=True,
    ):
        texts, said = found.setdefault(term, ([], []))
        texts.append(text)
        said.append(scopes[code])
    return found


def relationship_rows(graph: KnowledgeGraph, relation: Relation) -> Iterator[RelationshipRow]:
    """Every relationship of one type, in the order of the build."""
    edges = graph.edge_range(relation.name)
    names = list(graph.strings("node_id"))
    sources: list[str] = list(graph.build.manifest["source_names"])
    said = _annotations(graph, edges, names) if relation.annotated else None
    seen: set[str] = set()

    def column(name: str) -> list[int]:
        return graph.column(f"edge_{name}")[edges.start : edges.stop].tolist()  # type: ignore[no-any-return]

    for at, (subject, target, source, line) in enumerate(
        zip(column("subject"), column("object"), column("source"), column("line"), strict=True)
    ):
        start, end = names[subject], names[target]
        row: Properties = {
            "predicate": relation.curie,
            "source": sources[source],
            "release": graph.releases[sources[source]],
        }
        if line:
            row["line"] = line
        if said is not None:
            row |= said[at]
        identifier = _digest(relation.name, start, end, row)
        while identifier in seen:  # a source said the very same thing twice: both are kept
            identifier = _digest(identifier)
        seen.add(identifier)
        row["id"] = identifier
        yield RelationshipRow(start, end, row)


def _annotations(graph: KnowledgeGraph, edges: range, names: list[str]) -> list[Properties]:
    """What each row of the annotations says beyond its two ends."""
    columns = {
        name: graph.column(f"annotation_{name}")[edges.start : edges.stop].tolist()
        for name in ("evidence", "negated", "frequency", "frequency_kind", "n", "m", "onset", "sex")
    }
    modifiers = _lists(graph, "modifier", edges, names)
    references = _lists(graph, "reference", edges, names)
    rows = []
    for at in range(len(edges)):
        row: Properties = {"negated": columns["negated"][at]}
        row |= _frequency(
            FREQUENCY_KINDS[columns["frequency_kind"][at]],
            columns["frequency"][at],
            n=columns["n"][at],
            m=columns["m"][at],
        )
        if evidence := EVIDENCE_CODES[columns["evidence"][at]]:
            row["evidence"] = evidence
        if (onset := columns["onset"][at]) >= 0:
            row["onset"] = names[onset]
        if sex := SEXES[columns["sex"][at]]:
            row["sex"] = sex
        if modifiers[at]:
            row["modifiers"] = modifiers[at]
        if references[at]:
            row["references"] = references[at]
        rows.append(row)
    return rows


def _lists(graph: KnowledgeGraph, name: str, edges: range, names: list[str]) -> list[list[str]]:
    """The nodes that each edge names in one column of lists."""
    table = Csr(graph.column(f"annotation_{name}_ptr"), graph.column(f"annotation_{name}"))
    starts = table.indptr[edges.start : edges.stop + 1].tolist()
    nodes = table.indices[starts[0] : starts[-1]].tolist() if len(edges) else []
    base = starts[0]
    return [
        [names[node] for node in nodes[starts[i] - base : starts[i + 1] - base]]
        for i in range(len(edges))
    ]


def _frequency(kind: FrequencyKind, value: float, *, n: int, m: int) -> Properties:
    """One property for each thing that a frequency says."""
    row: Properties = {"frequency_kind": kind.value}
    if value == value:  # not NaN: something usable is stated
        row["frequency"] = round(value, 6)
    if kind is FrequencyKind.COUNT:
        row |= {"frequency_numerator": n, "frequency_denominator": m}
    elif kind is FrequencyKind.CLASS:
        row["frequency_term"] = _TERMS_BY_FREQUENCY[round(value, 3)]
    return row


def _digest(*parts: object) -> str:
    return hashlib.blake2b(repr(parts).encode(), digest_size=_DIGEST_BYTES).hexdigest()


def build_properties(graph: KnowledgeGraph) -> Properties:
    """What the Build node says of a complete load."""
    counts = graph.build.manifest["counts"]
    return {
        "product": PRODUCT,
        "name": f"Nosograph build {graph.build.address[:8]}",
        "build": graph.build.address,
        "state": "complete",
        "nodes": sum(counts["nodes"].values()),
        "relationships": sum(counts["edges"].values()),
        "merged_by": str(graph.build.manifest["merging"]["by"]),
    }


def release_rows(graph: KnowledgeGraph) -> list[Properties]:
    """What the Release nodes say: each source of the build, with its release and its digest."""
    files, known = graph.build.manifest["sources"], read_sources()
    rows = []
    for name, release in graph.releases.items():
        row: Properties = {
            "id": f"{name} {release}",
            "name": f"{name} {release}",
            "source": name,
            "release": release,
        }
        if name in files:
            row |= {"file": files[name]["path"], "sha256": files[name]["sha256"]}
        source = known.get(name) or known.get(name.rpartition("-")[0])  # one for each language
        if source is not None:
            row |= {"title": source.title, "infores": source.infores}
            row |= {"url": source.url, "licence": source.licence}
        rows.append({key: value for key, value in row.items() if value})
    return rows
