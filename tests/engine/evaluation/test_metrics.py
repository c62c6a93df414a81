"""Top-k and calibration error against figures worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.engine.evaluation.metrics import (
    N_CALIBRATION_BINS,
    calibration_error,
    calibration_noise,
    top_k,
)

pairs = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=80)


def test_cases_and_diseases_are_different_means() -> None:
    ranks, diseases = np.array([1.0, 1.0, 1.0, 5.0]), np.array([7, 7, 7, 9])
    micro, macro = top_k(ranks, diseases, 1)
    assert micro.value == 0.75
    assert macro.value == 0.5


def test_a_tie_for_the_last_place_does_not_count() -> None:
    micro, _ = top_k(np.array([3.5]), np.array([1]), 3)
    assert micro.value == 0


def test_one_disease_alone_has_no_interval() -> None:
    micro, macro = top_k(np.array([1.0, 9.0]), np.array([4, 4]), 1)
    assert (micro.low, micro.high) == (macro.low, macro.high) == (0.5, 0.5)


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 5)), min_size=1, max_size=40))
def test_shares_grow_with_k_and_lie_in_their_interval(cases: list[tuple[int, int]]) -> None:
    ranks = np.array([float(rank) for rank, _ in cases])
    diseases = np.array([disease for _, disease in cases])
    found = [top_k(ranks, diseases, k) for k in (1, 3, 10)]
    for share in (share for both in found for share in both):
        assert 0 <= share.low <= share.high <= 1
    micros = [micro.value for micro, _ in found]
    assert micros == sorted(micros)


@given(pairs)
def test_calibration_error_is_a_share(pairs: list[tuple[float, bool]]) -> None:
    stated, hits = (np.array(column) for column in zip(*pairs, strict=True))
    assert 0 <= calibration_error(stated, hits) <= 1


def test_calibration_error_by_hand() -> None:
    stated = np.array([0.51, 0.52, 0.53, 0.52])  # one bin, two of four right
    assert calibration_error(stated, np.array([True, True, False, False])) == pytest.approx(0.02)


def test_certainty_falls_into_the_last_bin() -> None:
    assert calibration_error(np.array([1.0]), np.array([True])) == 0
    assert int(1.0 * N_CALIBRATION_BINS) == N_CALIBRATION_BINS


def test_the_noise_of_the_calibration_error_falls_with_the_number_of_cases() -> None:
    few, many = (calibration_noise(np.linspace(0.01, 0.99, n)) for n in (50, 5000))
    assert 0 < many < few / 5
