"""Top-k over cases and over diseases, with intervals drawn by disease; calibration error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Share", "calibration_error", "calibration_noise", "top_k"]

N_RESAMPLES = 1000
N_CALIBRATION_BINS = 15
N_NOISE_DRAWS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of cases with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}–{self.high:.3f})"


def top_k(
    ranks: NDArray[np.float64], diseases: NDArray[np.int64], k: int, *, seed: int = 0
) -> tuple[Share, Share]:
    """Share of cases whose disease ranks among the first `k`.

    Args:
        ranks: Mean rank of the right disease of each case, from 1. Shape ``(n,)``.
        diseases: The right disease of each case, as a number. Shape ``(n,)``.
        k: How many first places count.
        seed: Of the resampling.

    Returns:
        Over cases (micro), and over diseases, each with the mean of its cases (macro). Intervals
        are percentiles over resampled diseases: cases of one disease are no independent evidence.
    """
    _, group = np.unique(diseases, return_inverse=True)
    n_cases = np.bincount(group).astype(float)
    n_hits = np.bincount(group, weights=ranks <= k)
    draws = np.random.default_rng(seed).integers(0, len(n_cases), (N_RESAMPLES, len(n_cases)))
    micro = n_hits[draws].sum(axis=1) / n_cases[draws].sum(axis=1)
    macro = (n_hits / n_cases)[draws].mean(axis=1)
    return (
        _share(n_hits.sum() / n_cases.sum(), micro),
        _share((n_hits / n_cases).mean(), macro),
    )


def _share(value: float, resampled: NDArray[np.float64]) -> Share:
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Share(value=float(value), low=float(low), high=float(high))


def calibration_error(probabilities: NDArray[np.float64], hits: NDArray[np.bool_]) -> float:
    """Expected calibration error: mean distance of stated and true share, over equal-width bins.

    >>> round(calibration_error(np.array([0.1, 0.9]), np.array([False, True])), 3)
    0.1

    Source:
        Guo et al. 2017, ICML, arXiv:1706.04599, equation 3.
    """
    bins = np.minimum((probabilities * N_CALIBRATION_BINS).astype(int), N_CALIBRATION_BINS - 1)
    error = 0.0
    for number in np.unique(bins):
        inside = bins == number
        gap = abs(probabilities[inside].mean() - hits[inside].mean())
        error += float(gap * inside.mean())
    return error


def calibration_noise(probabilities: NDArray[np.float64], *, seed: int = 0) -> float:
    """Calibration error to expect by chance alone, if every stated probability were true.

    With few cases it is large, and a measured error near it says nothing. It takes cases for
    independent; those of one disease are not, so the true noise is larger.

    >>> calibration_noise(np.array([0.0, 1.0]))
    0.0
    """
    draws = np.random.default_rng(seed).random((N_NOISE_DRAWS, len(probabilities)))
    return float(np.mean([calibration_error(probabilities, row < probabilities) for row in draws]))
