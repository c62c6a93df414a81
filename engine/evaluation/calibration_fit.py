"""Fitting how scores become probabilities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from nosograph.engine.evaluation.training_cases import TrainingCase
from nosograph.engine.ranking.calibration import LN_10, tempering
from nosograph.engine.ranking.evidence import EvidenceModel
from nosograph.engine.ranking.parameters import CalibrationParameters

__all__ = ["ScoreSummary", "fit_calibration", "summarize", "top_probabilities"]

N_TOP = 10
GAP = 0.05
"""Width of the bins of the scores below the ten best, in powers of ten."""
N_GAPS = 320
LEAST_PROBABILITY = 1e-6
DECIMALS = 3


class ScoreSummary(NamedTuple):
    """Scores of all diseases for one input, as far as the calibration needs them."""

    top: NDArray[np.float64]
    """The ten best scores, best first. Shape ``(10,)``."""
    is_right: NDArray[np.bool_]
    """Which of the ten is the diagnosis. Shape ``(10,)``."""
    rest: NDArray[np.int64]
    """Number of other diseases by how far they are below the best. Shape ``(320,)``."""
    n_observed: int
    n_listed_excluded: int

    @classmethod
    def of(
        cls, scores: NDArray[np.float64], position: int, *, n_observed: int, n_listed_excluded: int
    ) -> ScoreSummary:
        """Summarize the scores of one input.

        Args:
            scores: Log10 likelihood ratio by disease, at least ten. Shape ``(n_diseases,)``.
            position: Of the right disease.
            n_observed: Number of observed findings.
            n_listed_excluded: Number of listed exclusions.
        """
        order = np.argsort(-scores, kind="stable")
        top = scores[order[:N_TOP]]
        gaps = ((top[0] - scores[order[N_TOP:]]) / GAP).astype(np.int64)
        rest = np.bincount(np.minimum(gaps, N_GAPS - 1), minlength=N_GAPS)
        return cls(top, order[:N_TOP] == position, rest, n_observed, n_listed_excluded)


def summarize(model: EvidenceModel, cases: Iterable[TrainingCase]) -> list[ScoreSummary]:
    """Every case twice: with its exclusions and without; own papers out."""
    return [
        ScoreSummary.of(
            model.score(patient, forgotten=case.forgotten).scores,
            case.position,
            n_observed=len(patient.present),
            n_listed_excluded=patient.n_listed_excluded,
        )
        for case in cases
        for patient in (case.patient, case.patient.observed_only())
    ]


class _Stacked(NamedTuple):
    """Summaries as arrays; the first axis is the input."""

    top: NDArray[np.float64]
    is_right: NDArray[np.bool_]
    rest: NDArray[np.int64]
    n_observed: NDArray[np.int64]
    n_listed_excluded: NDArray[np.int64]


def top_probabilities(
    summaries: Sequence[ScoreSummary], parameters: CalibrationParameters
) -> NDArray[np.float64]:
    """What `Calibration.probabilities` gives the ten best, but for the width of the bins.

    Returns:
        Shape ``(n_inputs, 10)``.
    """
    return _probabilities(_Stacked(*map(np.array, zip(*summaries, strict=True))), parameters)


def _probabilities(inputs: _Stacked, parameters: CalibrationParameters) -> NDArray[np.float64]:
    p = parameters
    slope = LN_10 * tempering(p, inputs.n_observed, inputs.n_listed_excluded)[:, None]
    below = (np.arange(N_GAPS) + 0.5) * GAP
    best = inputs.top[:, :1]
    odds = np.exp(slope * (inputs.top - best))
    total = odds.sum(axis=1) + (inputs.rest * np.exp(-slope * below)).sum(axis=1)
    none = np.exp(np.minimum(p.none_of_these - slope * best, 700.0))
    probabilities: NDArray[np.float64] = odds / (total[:, None] + none)
    return probabilities


def fit_calibration(summaries: Sequence[ScoreSummary]) -> CalibrationParameters:
    """Minimize the log loss of 'this is the diagnosis' over the ten best of every input.

    Args:
        summaries: With and without listed exclusions; they count alike.
    """
    start = CalibrationParameters()
    inputs = _Stacked(*map(np.array, zip(*summaries, strict=True)))

    def parameters(values: NDArray[np.float64]) -> CalibrationParameters:
        slope, observed_power, listed_power = (round(float(v), DECIMALS) for v in values)
        return replace(
            start,
            slope=max(slope, 10**-DECIMALS),
            observed_power=min(observed_power, 0.0),
            listed_power=min(listed_power, 0.0),
        )

    def loss(values: NDArray[np.float64]) -> float:
        p = np.clip(
            _probabilities(inputs, parameters(values)), LEAST_PROBABILITY, 1 - LEAST_PROBABILITY
        )
        each = np.where(inputs.is_right, np.log(p), np.log(1 - p)).sum(axis=1)
        return -float(each.mean())

    found = minimize(
        loss,
        [start.slope, start.observed_power, start.listed_power],
        method="Nelder-Mead",
        options={"maxiter": 200, "xatol": 10**-DECIMALS, "fatol": 1e-6},
    )
    return parameters(found.x)
