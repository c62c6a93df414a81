"""tests kg/neo4j/plan.py: what is written and removed leaves exactly the build."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.kg import KnowledgeGraph
from nosograph.kg.neo4j.citations import citation_rows
from nosograph.kg.neo4j.load import batches
from nosograph.kg.neo4j.plan import Held, Plan, plan_changes
from nosograph.kg.neo4j.rows import expected_counts
from nosograph.kg.neo4j.schema import edge_types


def held_after(plan: Plan, held: Held) -> Held:
    """What a database holds when a plan was carried out."""
    nodes, old = dict(held.nodes), dict(held.old_identifiers)
    for kind, rows in plan.nodes.items():
        there = old if kind == "old_identifier" else nodes
        there |= {row["id"]: row["digest"] for row in rows}
    relationships = {}
    for name in edge_types():
        written = {row.properties["id"] for row in plan.relationships.get(name, ())}
        gone = plan.relationships_gone.get(name, ())
        before = held.relationships.get(name, frozenset())
        relationships[name] = (before | written) - set(gone)
    return Held(
        nodes={key: nodes[key] for key in nodes.keys() - set(plan.nodes_gone)},
        relationships=relationships,
        old_identifiers={key: old[key] for key in old.keys() - set(plan.old_identifiers_gone)},
    )


def n_all(graph: KnowledgeGraph) -> tuple[int, int]:
    """Nodes and relationships that a load writes into an empty database."""
    nodes, relationships = expected_counts(graph)
    return sum(nodes.values()), sum(relationships.values())


@pytest.fixture(scope="session")
def whole(toy_graph: KnowledgeGraph) -> Held:
    nothing = Held.nothing()
    return held_after(plan_changes(toy_graph, nothing), nothing)


def test_an_empty_database_gets_everything(toy_graph: KnowledgeGraph) -> None:
    plan = plan_changes(toy_graph, Held.nothing())
    assert plan.n_written == n_all(toy_graph)
    assert n_all(toy_graph) == (
        len(toy_graph) + len(toy_graph.strings("old_id")),
        len(toy_graph.edge_subject)
        + len(toy_graph.column("old_target"))
        + len(list(citation_rows(toy_graph))),
    )
    assert plan.n_removed == (0, 0)


def test_what_is_held_already_is_left(toy_graph: KnowledgeGraph, whole: Held) -> None:
    plan = plan_changes(toy_graph, whole)
    assert plan.n_written == plan.n_removed == (0, 0)
    assert not plan.nodes
    assert not plan.relationships
    assert plan_changes(toy_graph, whole, rewrite=True).n_written == n_all(toy_graph)


@given(data=st.data())
def test_whatever_is_held_the_plan_leaves_the_build(
    data: st.DataObject, toy_graph: KnowledgeGraph, whole: Held
) -> None:
    """Whatever part is there, whatever differs, and whatever else is there."""
    kept = data.draw(st.sets(st.sampled_from(sorted(whole.nodes))))
    strange = data.draw(
        st.dictionaries(st.sampled_from(["X:1", "X:2", *sorted(whole.nodes)]), st.just(""))
    )
    kept_old = data.draw(st.sets(st.sampled_from(sorted(whole.old_identifiers))))
    relationships = {
        name: frozenset(data.draw(st.sets(st.sampled_from(sorted(ids)), max_size=5))) | {"x"}
        for name, ids in whole.relationships.items()
        if ids
    }
    held = Held(
        nodes={key: whole.nodes[key] for key in kept} | strange,
        relationships=relationships,
        old_identifiers={key: whole.old_identifiers[key] for key in kept_old} | {"X:3": "x"},
        nameless={"has_phenotype": 2},
    )
    plan = plan_changes(toy_graph, held)
    assert held_after(plan, held) == whole
    assert plan.n_removed[0] == len(strange.keys() - whole.nodes.keys()) + 1
    assert plan.n_removed[1] == len(relationships) + 2
    assert plan.nameless_gone == {"has_phenotype": 2}
    unchanged = kept - strange.keys()
    n_old = len(whole.old_identifiers) - len(kept_old)
    assert plan.n_written[0] == len(whole.nodes) - len(unchanged) + n_old


@given(rows=st.lists(st.integers()), size=st.integers(min_value=1, max_value=9))
def test_batches_are_full_in_order_and_lose_nothing(rows: list[int], size: int) -> None:
    cut = list(batches(rows, size))
    assert [row for batch in cut for row in batch] == rows
    assert all(len(batch) == size for batch in cut[:-1])
    assert all(0 < len(batch) <= size for batch in cut)
