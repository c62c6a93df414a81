"""Probabilities: in order, bounded, and less sure the more evidence is multiplied."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nosograph.engine.ranking.calibration import Calibration, tempering
from nosograph.engine.ranking.parameters import CalibrationParameters, Parameters

SHIPPED = Calibration(Parameters.shipped().calibration)
score = st.floats(-40, 60, allow_nan=False).map(lambda value: round(value, 3))
scores_of_many = st.lists(score, min_size=1, max_size=60).map(np.array)
n_findings = st.integers(0, 500)


@given(scores_of_many, n_findings, n_findings)
def test_probabilities_keep_the_order_of_scores(
    scores: NDArray[np.float64], n_observed: int, n_listed: int
) -> None:
    found = SHIPPED.probabilities(scores, n_observed=n_observed, n_listed_excluded=n_listed)
    order = np.argsort(scores, kind="stable")
    assert (np.diff(found[order]) >= 0).all()
    assert (found[scores == scores.max()] == found.max()).all()


@given(scores_of_many, n_findings, n_findings)
def test_probabilities_are_shares_that_leave_room_for_none_of_these(
    scores: NDArray[np.float64], n_observed: int, n_listed: int
) -> None:
    found = SHIPPED.probabilities(scores, n_observed=n_observed, n_listed_excluded=n_listed)
    assert (found >= 0).all()
    assert found.sum() <= 1 + 1e-12
    assert np.isfinite(found).all()


@given(scores_of_many, n_findings, n_findings, st.floats(0, 20))
def test_a_higher_score_of_one_disease_never_lowers_its_probability(
    scores: NDArray[np.float64], n_observed: int, n_listed: int, gain: float
) -> None:
    more = scores.copy()
    more[0] += gain
    counts = {"n_observed": n_observed, "n_listed_excluded": n_listed}
    before = SHIPPED.probabilities(scores, **counts)[0]
    assert SHIPPED.probabilities(more, **counts)[0] >= before - 1e-12


@given(n_findings, n_findings, st.integers(0, 20))
def test_more_findings_temper_more(n_observed: int, n_listed: int, n_more: int) -> None:
    parameters = SHIPPED.parameters
    here = tempering(parameters, n_observed, n_listed)
    assert 0 < tempering(parameters, n_observed + n_more, n_listed) <= here
    assert 0 < tempering(parameters, n_observed, n_listed + n_more) <= here


def test_exclusions_beyond_those_that_count_change_nothing() -> None:
    p = CalibrationParameters(listed_most=12)
    assert tempering(p, 5, 12) == tempering(p, 5, 300)


def test_no_diseases_have_no_probabilities() -> None:
    assert len(SHIPPED.probabilities(np.zeros(0), n_observed=1, n_listed_excluded=0)) == 0


def test_two_diseases_and_none_of_these_by_hand() -> None:
    p = CalibrationParameters(
        slope=1.0, observed_power=0.0, listed_power=0.0, none_of_these=float(np.log(9))
    )
    found = Calibration(p).probabilities(np.array([0.0, 1.0]), n_observed=4, n_listed_excluded=2)
    assert found == pytest.approx([1 / 20, 10 / 20])
