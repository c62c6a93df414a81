"""tests kg/neo4j/rows.py: every fact of the graph is a property, none is lost or made up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.kg import KnowledgeGraph
from nosograph.kg.neo4j.rows import (
    all_node_rows,
    all_relationship_rows,
    node_rows,
    relationship_rows,
    release_rows,
    shortest,
)
from nosograph.kg.schema import Annotation, read_schema
from nosograph.ontologies.frequency import Frequency, FrequencyKind


def as_the_graph_says(frequency: float) -> float:
    return round(float(np.float32(frequency)), 6)


def read_annotation(said: dict[str, object]) -> Annotation:
    """The way back: an annotation from the properties of a relationship."""
    return Annotation(
        evidence=said.get("evidence", ""),
        negated=said["negated"],
        frequency=Frequency(
            kind=FrequencyKind(said["frequency_kind"]),
            value=None if "frequency" not in said else as_the_graph_says(said["frequency"]),
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


def test_a_picture_says_of_a_statement_what_its_source_says(embedded_graph: KnowledgeGraph) -> None:
    (relation,) = (r for r in embedded_graph.schema.relations if r.name == "has_phenotype")
    rows = [row.properties for row in relationship_rows(embedded_graph, relation)]
    counts = {
        (r["frequency_numerator"], r["frequency_denominator"]): r["says"]
        for r in rows
        if r["frequency_kind"] == "count" and not r["negated"]
    }
    assert all(said == f"{n}/{m}" for (n, m), said in counts.items())
    assert any(n == 0 for n, _ in counts)
    classes = {
        r["frequency_term"]: r["says"]
        for r in rows
        if r["frequency_kind"] == "class" and not r["negated"]
    }
    assert classes["HP:0040281"] == "80–99 %"
    assert {r["says"] for r in rows if r["negated"]} == {"not"}
    assert all(r["says"][-1] == "%" for r in rows if r["frequency_kind"] == "percent")
    unstated = [r for r in rows if "frequency" not in r and not r["negated"]]
    assert len(unstated) > 100
    assert not any("says" in r for r in unstated)


def test_a_frequency_is_the_shortest_decimal_that_is_exact(embedded_graph: KnowledgeGraph) -> None:
    stored = embedded_graph.column("annotation_frequency")
    said = [
        row.properties.get("frequency")
        for relation in embedded_graph.schema.relations
        if relation.annotated
        for row in relationship_rows(embedded_graph, relation)
    ]
    exact = np.array([np.nan if value is None else value for value in said], dtype=np.float32)
    assert exact.tobytes() == np.asarray(stored).tobytes()
    assert max(len(repr(value)) for value in said) <= len("0.0012345678")
    assert 0.8 in said


@given(value=st.floats(min_value=0, max_value=1, width=32))
def test_any_frequency_comes_back_exactly(value: float) -> None:
    assert float(np.float32(shortest(value))) == value
    assert len(repr(shortest(value))) <= len(repr(value))


def test_every_old_identifier_leads_where_the_graph_leads(toy_graph: KnowledgeGraph) -> None:
    nodes = {row["id"]: row for row in dict(all_node_rows(toy_graph))["old_identifier"]}
    ways: dict[str, dict[str, list[str]]] = {"replaced_by": {}, "consider": {}}
    for relation, rows in all_relationship_rows(toy_graph):
        if relation in ways:
            for row in rows:
                ways[relation].setdefault(row.start, []).append(row.end)
    assert {"HP:0001110", "HP:0007757", "HP:0003494", "HP:0004038"} <= nodes.keys()
    for old_id, row in nodes.items():
        found = toy_graph.resolve(old_id)
        assert row["status"] == found.kind.value
        expected = [str(found.term_id)] if found.term_id else []
        assert ways["replaced_by"].get(old_id, []) == expected
        assert ways["consider"].get(old_id, []) == list(map(str, found.suggestions))
    assert nodes["HP:0004038"]["status"] == "obsolete"
    assert not any("HP:0004038" in way for way in ways.values())


def test_names_in_other_languages_stand_side_by_side(
    translated_graph: KnowledgeGraph,
) -> None:
    rows = {row["id"]: row for row in node_rows(translated_graph, "phenotype")}
    seizure = rows["HP:0001250"]
    assert seizure["translations"] == ["Krampfanfall", "抽搐"]
    assert seizure["translation_languages"] == ["de", "zh"]
    assert seizure["translation_scopes"] == ["EXACT label UNSTATED", "EXACT label OFFICIAL"]
    for language in ("de", "zh"):
        told = {(name.term_id, name.text) for name in translated_graph.names(language)}
        assert told == {
            (row["id"], text)
            for row in rows.values()
            for text, of in zip(
                row.get("translations", ()), row.get("translation_languages", ()), strict=True
            )
            if of == language
        }


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
