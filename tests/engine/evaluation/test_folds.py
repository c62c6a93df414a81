"""Folds: nothing that one fold has learned is in another."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nosograph.engine.evaluation.folds import N_FOLDS, assign_folds
from nosograph.engine.ranking.parameters import ParameterFolds

disease = st.integers(1, 30).map(lambda number: f"OMIM:{number}")
papers = st.lists(st.integers(1, 60).map(lambda number: f"PMID:{number}"), max_size=3)
cases_of_many = st.lists(
    st.tuples(disease, papers).map(lambda case: [case[0], *case[1]]), max_size=60
)


@given(cases_of_many)
def test_no_case_lies_in_two_folds(cases: list[list[str]]) -> None:
    fold_of = assign_folds(cases)
    for keys in cases:
        assert len({fold_of[key] for key in keys}) == 1


@given(cases_of_many, st.integers(0, 2**32 - 1))
def test_the_order_of_the_cases_does_not_matter(cases: list[list[str]], seed: int) -> None:
    shuffled = [cases[i] for i in np.random.default_rng(seed).permutation(len(cases))]
    assert list(assign_folds(shuffled).items()) == list(assign_folds(cases).items())


@given(st.lists(st.integers(1, 6), min_size=20, max_size=60))
def test_folds_are_balanced_by_cases(sizes: list[int]) -> None:
    cases = [[f"OMIM:{d}"] for d, n in enumerate(sizes) for _ in range(n)]
    fold_of = assign_folds(cases)
    load = Counter(fold_of[keys[0]] for keys in cases)
    assert set(load) == set(range(N_FOLDS))
    assert max(load.values()) - min(load.values()) <= max(sizes)


def test_a_chain_of_papers_ties_diseases_together() -> None:
    fold_of = assign_folds([["A", "p"], ["B", "p", "q"], ["C", "q"], ["D", "r"]], n_folds=2)
    assert fold_of["A"] == fold_of["B"] == fold_of["C"] != fold_of["D"]


def test_no_cases_have_no_folds() -> None:
    assert assign_folds([]) == {}


def test_shipped_folds_know_diseases_and_papers() -> None:
    shipped = ParameterFolds.shipped()
    assert len(shipped.folds) == N_FOLDS
    assert set(shipped.fold_of.values()) == set(range(N_FOLDS))
    assert {key.partition(":")[0] for key in shipped.fold_of} >= {"OMIM", "PMID"}
