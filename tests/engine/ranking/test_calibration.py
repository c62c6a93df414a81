"""Probabilities: in order, bounded, and less sure the more evidence is multiplied."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nosograph.engine.ranking.calibration import Calibration, ScoreSummary, tempering
from nosograph.engine.ranking.parameters import CalibrationParameters, Parameters

SHIPPED = Calibration(Parameters.shipped().calibration)
score = st.floats(-40, 60, allow_nan=False).map(lambda value: round(value, 3))
scores_of_many = st.lists(score, min_size=1, max_size=60).map(np.array)
n_findings = st.integers(0, 500)
share = st.floats(0, 1)


def _inputs(n_observed: int, n_listed: int) -> ScoreSummary:
    return ScoreSummary.of(
        np.zeros(20), n_observed=n_observed, n_listed_excluded=n_listed, exact_share=0.5
    )


@given(scores_of_many, n_findings, n_findings, share)
def test_probabilities_keep_the_order_of_scores(
    scores: NDArray[np.float64], n_observed: int, n_listed: int, exact: float
) -> None:
    found = SHIPPED.probabilities(
        scores, n_observed=n_observed, n_listed_excluded=n_listed, exact_share=exact
    )
    order = np.argsort(scores, kind="stable")
    assert (np.diff(found[order]) >= 0).all()
    assert (found[scores == scores.max()] == found.max()).all()


@given(scores_of_many, n_findings, n_findings, share)
def test_probabilities_are_shares_that_leave_room_for_none_of_these(
    scores: NDArray[np.float64], n_observed: int, n_listed: int, exact: float
) -> None:
    found = SHIPPED.probabilities(
        scores, n_observed=n_observed, n_listed_excluded=n_listed, exact_share=exact
    )
    assert (found >= 0).all()
    assert found.sum() <= 1 + 1e-12
    assert np.isfinite(found).all()


@given(scores_of_many, n_findings, share, st.floats(0, 20))
def test_a_longer_lead_of_the_best_disease_never_lowers_its_probability(
    scores: NDArray[np.float64], n_observed: int, exact: float, gain: float
) -> None:
    best, more = int(np.argmax(scores)), scores.copy()
    more[best] += gain

    def best_of(scores: NDArray[np.float64]) -> float:
        found = SHIPPED.probabilities(
            scores, n_observed=n_observed, n_listed_excluded=0, exact_share=exact
        )
        return float(found[best])

    assert best_of(more) >= best_of(scores) - 1e-9


@example(np.array([-1.0, -1.0]), 0, 0.0, 1.0)
@given(scores_of_many, n_findings, share, share)
def test_a_best_disease_that_is_met_exactly_is_trusted_more(
    scores: NDArray[np.float64], n_observed: int, exact: float, other: float
) -> None:
    low, high = (
        SHIPPED.probabilities(scores, n_observed=n_observed, n_listed_excluded=0, exact_share=e)
        for e in sorted((exact, other))
    )
    assert high.max() >= low.max() - 1e-9


@given(n_findings, n_findings, st.integers(0, 20))
def test_more_findings_temper_more(n_observed: int, n_listed: int, n_more: int) -> None:
    parameters = SHIPPED.parameters
    here = tempering(parameters, _inputs(n_observed, n_listed))
    assert 0 < tempering(parameters, _inputs(n_observed + n_more, n_listed)) <= here
    assert 0 < tempering(parameters, _inputs(n_observed, n_listed + n_more)) <= here


def test_exclusions_beyond_those_that_count_change_nothing() -> None:
    p = CalibrationParameters(listed_most=12)
    assert tempering(p, _inputs(5, 12)) == tempering(p, _inputs(5, 300))


def test_no_diseases_have_no_probabilities() -> None:
    found = SHIPPED.probabilities(np.zeros(0), n_observed=1, n_listed_excluded=0, exact_share=0.0)
    assert len(found) == 0


def test_two_diseases_and_none_of_these_by_hand() -> None:
    p = CalibrationParameters(
        slope=1.0, observed_power=0.0, listed_power=0.0, none_of_these=float(np.log(9))
    )
    found = Calibration(p).probabilities(
        np.array([0.0, 1.0]), n_observed=4, n_listed_excluded=2, exact_share=1.0
    )
    assert found == pytest.approx([1 / 20, 10 / 20], rel=0.02)  # the rest is binned


def test_the_best_disease_gets_the_probability_that_was_fitted_for_it() -> None:
    p = CalibrationParameters(best_intercept=-1.0, best_guess=0.0, best_exact=2.0)
    scores = np.array([6.0, 5.0, *np.linspace(-3, 2, 500)])
    for exact in (0.0, 0.5, 1.0):
        found = Calibration(p).probabilities(
            scores, n_observed=4, n_listed_excluded=2, exact_share=exact
        )
        assert found.max() == pytest.approx(1 / (1 + np.exp(1 - 2 * exact)), abs=0.002)
