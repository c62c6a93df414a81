"""The embedded graph in Neo4j: what it answers is what the graph answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nosograph.kg import Edge, KnowledgeGraph, PathFinder
from nosograph.kg.neo4j.access import Access
from nosograph.kg.neo4j.connection import Connection
from nosograph.kg.neo4j.neighbourhood import WALKED, read_edges, read_shortest_ways
from nosograph.kg.neo4j.ownership import read_contents
from nosograph.kg.neo4j.rows import expected_counts

N_NODES = 45_784
"""Of the embedded release."""
numbers = st.integers(min_value=0, max_value=N_NODES - 1)


@pytest.fixture(autouse=True)
def _whole(embedded_graph: KnowledgeGraph) -> None:
    assert len(embedded_graph) == N_NODES


def test_the_embedded_graph_is_loaded_whole(
    embedded_graph: KnowledgeGraph, embedded_database: Connection
) -> None:
    held = read_contents(embedded_database)
    assert held.is_complete
    assert sum(held.relationships.values()) == 321_689
    assert sum(held.nodes.values()) == N_NODES + len(embedded_graph.strings("old_id")) == 49_679


def key(edge: Edge) -> tuple[str, ...]:
    return (edge.predicate, edge.subject, edge.object, repr(edge))


@settings(max_examples=60)
@given(number=numbers)
def test_the_neighbourhood_of_any_node_is_the_same(
    number: int, embedded_graph: KnowledgeGraph, embedded_database: Connection
) -> None:
    outgoing, incoming = read_edges(
        embedded_database, embedded_graph.node_id(number), limit=100_000
    )
    relations = [relation.name for relation in embedded_graph.schema.relations]
    expected_out = [
        embedded_graph.edge(edge)
        for relation in relations
        for edge in embedded_graph.edges_from(number, relation)
    ]
    expected_in = [
        embedded_graph.edge(edge)
        for relation in relations
        for edge in embedded_graph.edges_to(number, relation).tolist()
    ]
    assert sorted(outgoing, key=key) == sorted(expected_out, key=key)
    assert sorted(incoming, key=key) == sorted(expected_in, key=key)


@settings(max_examples=40)
@given(data=st.data())
def test_the_shortest_ways_between_any_disease_or_gene_and_any_finding_are_the_same(
    data: st.DataObject, embedded_graph: KnowledgeGraph, embedded_database: Connection
) -> None:
    graph = embedded_graph
    diseases, genes = graph.kind_range("disease"), graph.kind_range("gene")
    number = st.integers(min_value=diseases.start, max_value=genes.stop - 1)
    source = graph.node_id(data.draw(number))
    target = graph.node_id(data.draw(st.integers(min_value=0, max_value=graph.n_terms - 1)))
    ours = PathFinder(graph).paths(source, target, max_hops=3, limit=300)
    shortest = min((len(path.steps) for path in ours), default=0)
    expected = {
        tuple(map(str, path.nodes)) for path in ours if len(path.steps) == shortest and path.steps
    }
    theirs = set(read_shortest_ways(embedded_database, source, target, max_hops=3, limit=100_000))
    if len(ours) < 300:
        assert theirs == expected
    else:  # a budget of ours ended the search: what it found is among all
        assert expected <= theirs


def test_ways_lead_over_the_relations_that_our_own_lead_over(
    embedded_graph: KnowledgeGraph,
) -> None:
    assert set(WALKED) == set(PathFinder(embedded_graph).relations)


def command(access: Access, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NEO4J_")}
    environment |= {"NEO4J_URI": access.uri, "NEO4J_PASSWORD": access.password}
    return subprocess.run(
        [sys.executable, "-m", "nosograph.engine.cli", "neo4j", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_the_command_says_what_is_loaded(
    embedded_database: Connection, embedded_graph: KnowledgeGraph
) -> None:
    done = command(embedded_database.access, "status")
    assert done.returncode == 0, done.stderr
    assert f"build {embedded_graph.build.address}: complete" in done.stdout
    assert "254,621" in done.stdout
    told: dict[str, Any] = json.loads(command(embedded_database.access, "status", "--json").stdout)
    assert told["nodes"] == expected_counts(embedded_graph)[0]
    assert "manifest" not in told["build"]
    assert told["is_complete"]


def test_the_command_that_loads_again_changes_nothing(
    embedded_database: Connection,
) -> None:
    done = command(embedded_database.access, "load")
    assert done.returncode == 0, done.stderr
    assert "nothing changed" in done.stdout
    assert embedded_database.access.password not in done.stdout + done.stderr
