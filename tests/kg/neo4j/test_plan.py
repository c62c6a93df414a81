"""tests kg/neo4j/plan.py: what is written and removed leaves exactly the build."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.kg import KnowledgeGraph
from nosograph.kg.neo4j.load import batches
from nosograph.kg.neo4j.plan import Held, Plan, plan_changes


def held_after(plan: Plan, held: Held, graph: KnowledgeGraph) -> Held:
    """What a database holds when a plan was carried out."""
    nodes = dict(held.nodes)
    nodes |= {row["id"]: row["digest"] for rows in plan.nodes.values() for row in rows}
    relationships = {}
    for relation in graph.schema.relations:
        written = {row.properties["id"] for row in plan.relationships.get(relation.name, ())}
        gone = plan.relationships_gone.get(relation.name, ())
        before = held.relationships.get(relation.name, frozenset())
        relationships[relation.name] = (before | written) - set(gone)
    return Held(
        nodes={key: nodes[key] for key in nodes.keys() - set(plan.nodes_gone)},
        relationships=relationships,
    )


@pytest.fixture(scope="session")
def whole(toy_graph: KnowledgeGraph) -> Held:
    nothing = Held.nothing()
    return held_after(plan_changes(toy_graph, nothing), nothing, toy_graph)


def test_an_empty_database_gets_everything(toy_graph: KnowledgeGraph) -> None:
    plan = plan_changes(toy_graph, Held.nothing())
    assert plan.n_written == (len(toy_graph), len(toy_graph.edge_subject))
    assert plan.n_removed == (0, 0)


def test_what_is_held_already_is_left(toy_graph: KnowledgeGraph, whole: Held) -> None:
    plan = plan_changes(toy_graph, whole)
    assert plan.n_written == plan.n_removed == (0, 0)
    assert not plan.nodes
    assert not plan.relationships
    assert plan_changes(toy_graph, whole, rewrite=True).n_written == (
        len(toy_graph),
        len(toy_graph.edge_subject),
    )


@given(data=st.data())
def test_whatever_is_held_the_plan_leaves_the_build(
    data: st.DataObject, toy_graph: KnowledgeGraph, whole: Held
) -> None:
    """Whatever part is there, whatever differs, and whatever else is there."""
    kept = data.draw(st.sets(st.sampled_from(sorted(whole.nodes))))
    strange = data.draw(
        st.dictionaries(st.sampled_from(["X:1", "X:2", *sorted(whole.nodes)]), st.just(""))
    )
    relationships = {
        name: frozenset(data.draw(st.sets(st.sampled_from(sorted(ids)), max_size=5))) | {"x"}
        for name, ids in whole.relationships.items()
        if ids
    }
    held = Held(
        nodes={key: whole.nodes[key] for key in kept} | strange, relationships=relationships
    )
    plan = plan_changes(toy_graph, held)
    assert held_after(plan, held, toy_graph) == whole
    assert plan.n_removed[0] == len(strange.keys() - whole.nodes.keys())
    assert plan.n_removed[1] == len(relationships)
    unchanged = kept - strange.keys()
    assert plan.n_written[0] == len(whole.nodes) - len(unchanged)


@given(rows=st.lists(st.integers()), size=st.integers(min_value=1, max_value=9))
def test_batches_are_full_in_order_and_lose_nothing(rows: list[int], size: int) -> None:
    cut = list(batches(rows, size))
    assert [row for batch in cut for row in batch] == rows
    assert all(len(batch) == size for batch in cut[:-1])
    assert all(0 < len(batch) <= size for batch in cut)
