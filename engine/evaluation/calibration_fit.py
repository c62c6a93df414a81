"""Fitting how scores become probabilities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from nosograph.engine.evaluation.training_cases import TrainingCase
from nosograph.engine.ranking.calibration import (
    ScoreSummary,
    lead,
    log_odds,
    tempered,
    tempering,
)
from nosograph.engine.ranking.evidence import EvidenceModel
from nosograph.engine.ranking.parameters import CalibrationParameters

__all__ = ["LabelledScores", "fit_calibration", "summarize"]

LEAST_PROBABILITY = 1e-6
RIDGE = 1e-4
"""Keeps the numbers of the logistic function finite where few cases would not."""
DECIMALS = 3


class LabelledScores(NamedTuple):
    """One input, and which of its ten best diseases is the diagnosis."""

    summary: ScoreSummary
    is_right: NDArray[np.bool_]
    """Shape ``(10,)``; all false when the diagnosis is further down."""

    @classmethod
    def of(cls, summary: ScoreSummary, rank: int) -> LabelledScores:
        """From the place of the diagnosis among all diseases, from 0."""
        return cls(summary, np.arange(len(summary.top)) == rank)


def summarize(model: EvidenceModel, cases: Iterable[TrainingCase]) -> list[LabelledScores]:
    """Every case twice: with its exclusions and without; own papers out."""
    labelled = []
    for case in cases:
        for patient in (case.patient, case.patient.observed_only()):
            scored = model.score(patient, forgotten=case.forgotten)
            best = int(np.argmax(scored.scores))
            own = scored.scores[case.position]
            n_better = int((scored.scores > own).sum())
            n_before = int((scored.scores[: case.position] == own).sum())
            summary = ScoreSummary.of(
                scored.scores,
                n_observed=len(patient.present),
                n_listed_excluded=patient.n_listed_excluded,
                exact_share=scored.exact_share(best),
            )
            labelled.append(LabelledScores.of(summary, n_better + n_before))
    return labelled


def fit_calibration(labelled: Sequence[LabelledScores]) -> CalibrationParameters:
    """Fit the first guess on the ten best of every input, then how often its best is right.

    Args:
        labelled: With and without listed exclusions; they count alike.
    """
    stacked = (np.array(part) for part in zip(*(one.summary for one in labelled), strict=True))
    inputs = ScoreSummary(*stacked)
    is_right = np.array([one.is_right for one in labelled])
    return _fit_best(_fit_guess(CalibrationParameters(), inputs, is_right), inputs, is_right[:, 0])


def _fit_guess(
    start: CalibrationParameters, inputs: ScoreSummary, is_right: NDArray[np.bool_]
) -> CalibrationParameters:
    """Minimize the log loss of 'this is the diagnosis' over the ten best of every input."""

    def parameters(values: NDArray[np.float64]) -> CalibrationParameters:
        slope, observed_power, listed_power = (round(float(v), DECIMALS) for v in values)
        return replace(
            start,
            slope=max(slope, 10**-DECIMALS),
            observed_power=min(observed_power, 0.0),
            listed_power=min(listed_power, 0.0),
        )

    def loss(values: NDArray[np.float64]) -> float:
        trial = parameters(values)
        p = tempered(trial, inputs, tempering(trial, inputs))
        p = np.clip(p, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
        return -float(np.where(is_right, np.log(p), np.log(1 - p)).sum(axis=1).mean())

    found = minimize(
        loss,
        [start.slope, start.observed_power, start.listed_power],
        method="Nelder-Mead",
        options={"maxiter": 200, "xatol": 10**-DECIMALS, "fatol": 1e-6},
    )
    return parameters(found.x)


def _fit_best(
    start: CalibrationParameters, inputs: ScoreSummary, is_right: NDArray[np.bool_]
) -> CalibrationParameters:
    """A logistic regression of whether the best disease is the right one."""
    guess = tempered(start, inputs, tempering(start, inputs))[:, 0]
    columns = (np.ones(len(guess)), log_odds(guess), inputs.exact_share, lead(inputs))
    table = np.column_stack(columns)
    sign = np.where(is_right, 1.0, -1.0)

    def loss(values: NDArray[np.float64]) -> float:
        fit = np.logaddexp(0.0, -sign * (table @ values)).mean()
        return float(fit + RIDGE * (values**2).sum())

    intercept, of_guess, exact, of_lead = minimize(loss, [0.0, 1.0, 0.0, 0.0], method="BFGS").x
    return replace(
        start,
        best_intercept=round(float(intercept), DECIMALS),
        best_guess=round(max(float(of_guess), 0.0), DECIMALS),
        best_exact=round(max(float(exact), 0.0), DECIMALS),
        best_lead=round(max(float(of_lead), 0.0), DECIMALS),
    )
