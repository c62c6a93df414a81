"""tests ontologies/hierarchy.py: what holds for every is_a order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.ontologies import Ontology, SourceFormatError
from nosograph.ontologies.hierarchy import Csr, Hierarchy


@st.composite
def orders(draw: st.DrawFn) -> Hierarchy:
    """An is_a order of up to a dozen terms, its numbers shuffled so that parents are anywhere."""
    n_terms = draw(st.integers(1, 12))
    number = draw(st.permutations(range(n_terms)))
    rows: list[list[int]] = [[] for _ in range(n_terms)]
    for child in range(1, n_terms):
        parents = draw(st.sets(st.integers(0, child - 1), max_size=3))
        rows[number[child]] = sorted(number[parent] for parent in parents)
    return Hierarchy(Csr.from_rows(rows))


@given(orders())
def test_the_closure_holds_the_term_and_its_parents_and_is_idempotent(order: Hierarchy) -> None:
    for term in range(len(order)):
        ancestors = set(order.ancestors(term).tolist())
        assert {term, *order.parents.row(term).tolist()} <= ancestors
        again = {a for ancestor in ancestors for a in order.ancestors(ancestor).tolist()}
        assert again == ancestors


@given(orders())
def test_the_closure_ascends_and_no_term_is_above_itself(order: Hierarchy) -> None:
    for term in range(len(order)):
        row = order.ancestors(term).tolist()
        assert row == sorted(set(row))
        assert all(not order.is_a(a, term) for a in row if a != term)


@given(orders())
def test_descendants_are_the_inverse_of_ancestors(order: Hierarchy) -> None:
    up = {(t, a) for t in range(len(order)) for a in order.ancestors(t).tolist()}
    down = {(d, t) for t in range(len(order)) for d in order.descendants(t).tolist()}
    assert up == down
    assert all(order.is_a(t, a) for t, a in up)


@given(orders())
def test_children_are_the_inverse_of_parents(order: Hierarchy) -> None:
    up = {(t, p) for t in range(len(order)) for p in order.parents.row(t).tolist()}
    assert up == {(c, t) for t in range(len(order)) for c in order.children.row(t).tolist()}


@given(orders(), st.data())
def test_steps_are_a_chain_of_direct_parents_or_nothing(
    order: Hierarchy, data: st.DataObject
) -> None:
    term = data.draw(st.integers(0, len(order) - 1))
    ancestor = data.draw(st.integers(0, len(order) - 1))
    steps = order.steps(term, ancestor)
    assert (steps is None) == (not order.is_a(term, ancestor))
    if steps is not None:
        assert (steps[0], steps[-1]) == (term, ancestor)
        assert all(b in order.parents.row(a) for a, b in zip(steps, steps[1:], strict=False))
        assert len(set(steps)) == len(steps)


@given(orders())
def test_every_term_comes_after_its_parents(order: Hierarchy) -> None:
    place = {term: i for i, term in enumerate(order.topological_order)}
    assert len(place) == len(order)
    assert all(place[p] < place[t] for t in place for p in order.parents.row(t).tolist())


def test_steps_take_the_shortest_way_over_the_smallest_numbers() -> None:
    order = Hierarchy(Csr.from_rows([[], [0], [0], [1, 2], [3, 0]]))
    assert order.steps(4, 0) == (4, 0)
    assert order.steps(3, 0) == (3, 1, 0)


def test_a_cycle_is_refused() -> None:
    with pytest.raises(SourceFormatError, match="cycle: 2 of 3 terms"):
        _ = Hierarchy(Csr.from_rows([[], [2], [1]])).closure


def test_an_ontology_of_no_terms_has_an_empty_order() -> None:
    order = Hierarchy(Csr.from_rows([]))
    assert (len(order), order.topological_order) == (0, ())
    assert len(order.closure.indices) == len(order.inverse_closure.indices) == 0


def test_only_what_lies_under_phenotypic_abnormality_is_a_phenotype(toy_hpo: Ontology) -> None:
    below = set(toy_hpo.hierarchy.descendants(toy_hpo.index["HP:0000118"]).tolist())
    outside = ("HP:0000006", "HP:0003577", "HP:0012825", "HP:0040282", "HP:0032443", "HP:0000001")
    assert below.isdisjoint(toy_hpo.index[i] for i in outside)
    assert {toy_hpo.index[i] for i in ("HP:0001250", "HP:0001166", "HP:0000118")} <= below


@given(st.lists(st.lists(st.integers(0, 99), max_size=4), max_size=8))
def test_packed_rows_come_back(rows: list[list[int]]) -> None:
    packed = Csr.from_rows(rows)
    assert [packed.row(i).tolist() for i in range(len(rows))] == rows
    assert packed.indices.dtype == np.int32
