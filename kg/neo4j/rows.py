"""The graph as rows: what Neo4j shall hold, with a digest by which two states are compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from nosograph.kg.edges import EVIDENCE_CODES, FREQUENCY_KINDS, SEXES
from nosograph.kg.graph import KnowledgeGraph
from nosograph.kg.neo4j.account import account_of
from nosograph.kg.neo4j.citations import CITATION, citation_rows, citation_sources
from nosograph.kg.neo4j.digests import Properties, RelationshipRow, digest_of
from nosograph.kg.neo4j.old_identifiers import (
    OLD_IDENTIFIER_KIND,
    SUCCESSION,
    old_identifier_rows,
    succession_counts,
    succession_rows,
)
from nosograph.kg.neo4j.schema import edge_types
from nosograph.kg.neo4j.tallies import (
    evidence_tallies,
    record_tallies,
    source_tallies,
    term_tallies,
)
from nosograph.kg.schema import Relation
from nosograph.ontologies.frequency import FREQUENCY_CLASSES, Frequency, FrequencyKind
from nosograph.ontologies.hierarchy import Csr
from nosograph.ontologies.sources import read_sources

__all__ = [
    "LAYOUT",
    "PRODUCT",
    "Properties",
    "RelationshipRow",
    "all_node_rows",
    "all_relationship_rows",
    "build_properties",
    "expected_counts",
    "node_rows",
    "relationship_rows",
    "release_rows",
    "shortest",
]

PRODUCT = "nosograph"
"""Marks the one Build node of a database as ours."""
LAYOUT = 4
"""Raised whenever the same build gives other rows than before, so that old loads are updated."""
_TERMS_BY_FREQUENCY = {round(value, 3): term for term, value in FREQUENCY_CLASSES.items()}
_Lists = dict[int, dict[str, list[str]]]
"""Lists side by side, by property and by node."""


def all_node_rows(graph: KnowledgeGraph) -> Iterator[tuple[str, Iterator[Properties]]]:
    """Every kind with its rows: those of the graph, and the old identifiers."""
    for kind in graph.schema.kinds:
        yield kind.name, node_rows(graph, kind.name)
    yield OLD_IDENTIFIER_KIND, old_identifier_rows(graph)


def all_relationship_rows(
    graph: KnowledgeGraph,
) -> Iterator[tuple[str, Iterator[RelationshipRow]]]:
    """Every relation with its rows: the graph's, where old identifiers lead, and citations."""
    for relation in graph.schema.relations:
        yield relation.name, relationship_rows(graph, relation)
    for name in SUCCESSION:
        yield name, succession_rows(graph, name)
    for name in CITATION:
        yield name, citation_rows(graph)


def expected_counts(graph: KnowledgeGraph) -> tuple[dict[str, int], dict[str, int]]:
    """How many nodes of each kind, and relationships of each relation, a load leaves."""
    counts = graph.build.manifest["counts"]
    n_old = len(graph.column("old_kind"))
    derived = succession_counts(graph) | dict.fromkeys(CITATION, len(citation_sources(graph)))
    return counts["nodes"] | {OLD_IDENTIFIER_KIND: n_old}, counts["edges"] | derived


def node_rows(graph: KnowledgeGraph, kind: str) -> Iterator[Properties]:
    """Properties of every node of one kind, with ``digest``, by which a change is seen."""
    code = graph.schema.kind_code(kind)
    category = graph.schema.kinds[code].category
    definitions = graph.strings("term_definition")
    lists = _merged(_synonyms(graph), _translations(graph))
    tallies = _tallies(graph, kind)
    for number in np.flatnonzero(graph.node_kind == code).tolist():
        row: Properties = {
            "id": str(graph.node_id(number)),
            "name": graph.label(number),
            "category": category,
        }
        if number < graph.n_terms:
            if definition := definitions[number]:
                row["definition"] = definition
            row |= lists.get(number, {})
        row |= tallies.get(number, {})
        row["digest"] = digest_of(kind, row)
        yield row


def _tallies(graph: KnowledgeGraph, kind: str) -> dict[int, Properties]:
    if kind == "phenotype":
        return term_tallies(graph)
    return record_tallies(graph) if kind == "disease" else {}


def _synonyms(graph: KnowledgeGraph) -> _Lists:
    """Texts and scopes of the synonyms, side by side."""
    scopes = list(graph.strings("synonym_class_name"))
    rows = zip(
        graph.column("synonym_term").tolist(),
        graph.strings("synonym"),
        (scopes[code] for code in graph.column("synonym_class").tolist()),
        strict=True,
    )
    return _side_by_side(("synonyms", "synonym_scopes"), rows)


def _translations(graph: KnowledgeGraph) -> _Lists:
    """Texts, languages and scopes of the names in other languages, side by side."""
    if len(graph.languages) == 1:
        return {}
    scopes = list(graph.strings("translation_class_name"))
    languages = list(graph.strings("translation_language_name"))
    rows = zip(
        graph.column("translation_term").tolist(),
        graph.strings("translation"),
        (languages[code] for code in graph.column("translation_language").tolist()),
        (scopes[code] for code in graph.column("translation_class").tolist()),
        strict=True,
    )
    return _side_by_side(("translations", "translation_languages", "translation_scopes"), rows)


def _side_by_side(names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> _Lists:
    found: _Lists = {}
    for number, *values in rows:
        lists = found.setdefault(number, {name: [] for name in names})
        for name, value in zip(names, values, strict=True):
            lists[name].append(value)
    return found


def _merged(first: _Lists, second: _Lists) -> _Lists:
    return {
        number: first.get(number, {}) | second.get(number, {})
        for number in first.keys() | second.keys()
    }


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
        identifier = digest_of(relation.name, start, end, row)
        while identifier in seen:  # a source said the very same thing twice: both are kept
            identifier = digest_of(identifier)
        seen.add(identifier)
        row["id"] = identifier
        if said is not None and (words := _says(row)):
            row["says"] = words  # of the rest, so that no identifier depends on the wording
        yield RelationshipRow(start, end, row)


def _says(row: Properties) -> str:
    """What stands on the arrow of a picture: a few signs."""
    if row["negated"]:
        return "not"
    if "frequency" not in row:
        return ""
    words = str(
        Frequency(
            kind=FrequencyKind(row["frequency_kind"]),
            value=row["frequency"],
            n=row.get("frequency_numerator", 0),
            m=row.get("frequency_denominator", 0),
        )
    )
    return words.partition("(")[2].rstrip(")") or words


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
        row["frequency"] = shortest(value)
    if kind is FrequencyKind.COUNT:
        row |= {"frequency_numerator": n, "frequency_denominator": m}
    term = _TERMS_BY_FREQUENCY.get(round(value, 3))
    if kind is FrequencyKind.CLASS and term is not None:
        row["frequency_term"] = term
    return row


def shortest(value: float) -> float:
    """The shortest decimal that is the same number in the precision of a build.

    >>> shortest(float(np.float32(0.895)))
    0.895
    """
    return float(str(np.float32(value)))


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
        "layout": LAYOUT,
        "manifest": graph.build.manifest_text,
        **account_of(graph),
        **evidence_tallies(graph),
    }


def release_rows(graph: KnowledgeGraph) -> list[Properties]:
    """What the Release nodes say: each source of the build, with its release and its digest."""
    files, known = graph.build.manifest["sources"], read_sources()
    types, tallies = edge_types(), source_tallies(graph)
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
        if tally := tallies.get(name):
            row["relationship_types"] = [types[relation] for relation in tally]
            row["relationship_counts"] = list(tally.values())
        rows.append({key: value for key, value in row.items() if value})
    return rows
