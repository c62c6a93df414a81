"""tests kg/neo4j/rows.py: every fact of the graph is a property, none is lost or made up."""

from __future__ import annotations

import pytest

from nosograph.kg import KnowledgeGraph
from nosograph.kg.neo4j.rows import node_rows, relationship_rows, release_rows
from nosograph.kg.schema import Annotation, read_schema
from nosograph.ontologies.frequency import Frequency, FrequencyKind


def read_annotation(said: dict[str, object]) -> Annotation:
    """The way back: an annotation from the properties of a relationship."""
    return Annotation(
        evidence=said.get("evidence", ""),
        negated=said["negated"],
        frequency=Frequency(
            kind=FrequencyKind(said["frequency_kind"]),
            value=said.get("frequency"),
            n=said.get("frequency_numerator", 0),
            m=said.get("frequency_denominator", 0),
        ),
        onset=said.get("onset"),
        sex=said.get("sex", ""),
        modifiers=tuple(said.get("modifiers", ())),
    )


@pytest.mark.parametrize("relation", read_schema().relations, ids=lambda r: r.name)
def test_every_relationship_says_what_the_edge_says(
    relation: object, toy_graph: KnowledgeGraph
) -> None:
    edges = toy_graph.edge_range(relation.name)
    rows = list(relationship_rows(toy_graph, relation))
    assert len(rows) == len(edges)
    for number, row in zip(edges, rows, strict=True):
        edge, said = toy_graph.edge(number), row.properties
        assert (row.start, said["predicate"], row.end) == (
            edge.subject,
            edge.predicate,
            edge.object,
        )
        assert (said["source"], said["release"]) == (
            edge.provenance.source,
            edge.provenance.release,
        )
        assert said.get("line", 0) == edge.provenance.line
        if edge.annotation is None:
            assert "negated" not in said
        else:
            assert read_annotation(said) == edge.annotation
            cited = [toy_graph.node_id(int(n)) for n in toy_graph.references.row(number)]
            assert said.get("references", []) == cited


def test_the_embedded_graph_has_every_property_and_one_name_for_each_relationship(
    embedded_graph: KnowledgeGraph,
) -> None:
    seen: set[str] = set()
    keys: set[str] = set()
    n_rows = 0
    for relation in embedded_graph.schema.relations:
        for row in relationship_rows(embedded_graph, relation):
            seen.add(row.properties["id"])
            keys |= row.properties.keys()
            n_rows += 1
    assert len(seen) == n_rows == len(embedded_graph.edge_subject)
    assert {"frequency_term", "frequency_numerator", "onset", "modifiers", "sex", "line"} <= keys


def test_frequency_terms_are_those_of_the_rows(embedded_graph: KnowledgeGraph) -> None:
    (relation,) = (r for r in embedded_graph.schema.relations if r.name == "has_phenotype")
    terms = {
        row.properties["frequency_term"]: row.properties["frequency"]
        for row in relationship_rows(embedded_graph, relation)
        if "frequency_term" in row.properties
    }
    assert terms["HP:0040281"] == pytest.approx(0.895)
    assert terms["HP:0040283"] == pytest.approx(0.17)


def test_every_node_says_what_the_graph_says(toy_graph: KnowledgeGraph) -> None:
    rows = {
        row["id"]: row for kind in toy_graph.schema.kinds for row in node_rows(toy_graph, kind.name)
    }
    assert len(rows) == len(toy_graph)
    categories = {kind.name: kind.category for kind in toy_graph.schema.kinds}
    for number in range(len(toy_graph)):
        node = toy_graph.node(number)
        row = rows[node.node_id]
        assert row["name"] == node.label
        assert row["category"] == categories[node.kind]
        assert row.get("definition", "") == node.definition
        assert tuple(row.get("synonyms", ())) == node.synonyms
        assert len(row.get("synonym_scopes", ())) == len(node.synonyms)


def test_rows_and_digests_are_the_same_every_time(toy_graph: KnowledgeGraph) -> None:
    for kind in toy_graph.schema.kinds:
        assert list(node_rows(toy_graph, kind.name)) == list(node_rows(toy_graph, kind.name))
    for relation in toy_graph.schema.relations:
        assert list(relationship_rows(toy_graph, relation)) == list(
            relationship_rows(toy_graph, relation)
        )


def test_every_release_has_its_digest_and_licence(embedded_graph: KnowledgeGraph) -> None:
    rows = {row["source"]: row for row in release_rows(embedded_graph)}
    assert rows.keys() == embedded_graph.releases.keys()
    assert len(rows["hpo"]["sha256"]) == 64
    assert rows["hpo-annotations"]["licence"].startswith("https://")
    assert "sha256" not in rows["nosograph-inferred"]
