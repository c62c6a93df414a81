"""tests kg/neo4j/tallies.py and citations.py: numbers that repeat what the statements say."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from nosograph.kg import KnowledgeGraph
from nosograph.kg.neo4j.citations import citation_rows, citation_sources
from nosograph.kg.neo4j.rows import all_relationship_rows, build_properties, release_rows
from nosograph.kg.neo4j.schema import edge_types
from nosograph.kg.neo4j.tallies import evidence_tallies, record_tallies, term_tallies
from nosograph.kg.schema import Edge


@pytest.fixture(params=["toy", "merged by MONDO"])
def graph(
    request: pytest.FixtureRequest, toy_graph: KnowledgeGraph, translated_graph: KnowledgeGraph
) -> KnowledgeGraph:
    return toy_graph if request.param == "toy" else translated_graph


def annotated(graph: KnowledgeGraph) -> list[Edge]:
    relations = [relation.name for relation in graph.schema.relations if relation.annotated]
    return [graph.edge(number) for name in relations for number in graph.edge_range(name)]


def is_shown(edge: Edge) -> bool:
    assert edge.annotation is not None
    return not edge.annotation.negated and edge.annotation.frequency.value != 0


def test_a_record_says_how_much_it_says(graph: KnowledgeGraph) -> None:
    expected: dict[str, Counter[str]] = defaultdict(Counter)
    phenotypes = defaultdict(set)
    for edge in annotated(graph):
        said, counts = edge.annotation, expected[edge.subject]
        assert said is not None
        counts["n_unreadable"] += said.frequency.kind == "unreadable"
        if edge.predicate == "biolink:has_phenotype":
            counts["n_statements"] += 1
            counts["n_with_frequency"] += said.frequency.value is not None
            counts["n_never_seen"] += said.frequency.value == 0
            counts["n_negated"] += said.negated
            counts["n_computed"] += said.evidence == "IEA"
            if is_shown(edge):
                phenotypes[edge.subject].add(edge.object)
    found = {graph.node_id(number): row for number, row in record_tallies(graph).items()}
    assert found.keys() == expected.keys()
    for record, row in found.items():
        wanted = expected[record] | Counter(n_phenotypes=len(phenotypes[record]))
        assert row == {name: wanted[name] for name in row}
    totals = Counter[str]()
    for row in found.values():
        totals.update(row)
    assert all(totals[name] for name in ("n_never_seen", "n_negated", "n_computed"))


def test_a_term_says_how_many_diseases_show_it_or_a_kind_of_it(graph: KnowledgeGraph) -> None:
    showing, n_statements = defaultdict(set), Counter[str]()
    for number in graph.edge_range("has_phenotype"):
        edge = graph.edge(number)
        n_statements[edge.object] += 1
        if is_shown(edge):
            for above in graph.hierarchy.ancestors(graph.index(edge.object)).tolist():
                showing[above].add(int(graph.disease_of[graph.edge_subject[number]]))
    assert term_tallies(graph) == {
        number: {
            "n_statements": n_statements[graph.node_id(number)],
            "n_diseases": len(showing[number]),
        }
        for number in graph.kind_range("phenotype")
    }


def test_evidence_is_counted_by_database_and_frequency(graph: KnowledgeGraph) -> None:
    expected: Counter[tuple[str, str, str]] = Counter()
    for number in graph.edge_range("has_phenotype"):
        edge = graph.edge(number)
        assert edge.annotation is not None
        database = edge.subject.partition(":")[0]
        expected[database, edge.annotation.evidence, edge.annotation.frequency.kind] += 1
    lists = evidence_tallies(graph)
    rows = zip(*lists.values(), strict=True)
    assert {(database, code, kind): n for database, code, kind, n in rows} == expected
    assert lists.items() <= build_properties(graph).items()


def test_a_release_says_what_comes_from_it(graph: KnowledgeGraph) -> None:
    expected: dict[str, Counter[str]] = defaultdict(Counter)
    for relation, rows in all_relationship_rows(graph):
        for row in rows:
            expected[row.properties["source"]][edge_types()[relation]] += 1
    found = {
        row["source"]: dict(zip(row["relationship_types"], row["relationship_counts"], strict=True))
        for row in release_rows(graph)
        if "relationship_types" in row
    }
    assert found == expected


def test_a_record_cites_what_its_statements_cite(graph: KnowledgeGraph) -> None:
    expected = defaultdict(list)
    for edge in annotated(graph):
        for paper in set(edge.provenance.publications):
            expected[edge.subject, paper, edge.provenance.source].append(edge.provenance.line)
    found = {}
    for row in citation_rows(graph):
        said = row.properties
        found[row.start, row.end, said["source"]] = said["lines"]
        assert said["n_statements"] == len(said["lines"])
        assert said["release"] == graph.releases[said["source"]]
    assert found == {ends: sorted(lines) for ends, lines in expected.items()}
    assert len(citation_sources(graph)) == len(found) > 0
