"""From scores to probabilities that mean what they say.

A likelihood ratio of a model is never quite true, and less so the more findings it multiplies. So
the likelihood is tempered, in three steps:

1. a first guess, with a slope that depends on how many findings the scores stand on;
2. how often the best disease of such a guess is the right one: a logistic function of the guess, of
   the lead over the second, and of the share of the findings that the best disease is annotated
   with to the very term;
3. the slope at which Bayes' rule over all diseases gives the best one just that probability.

The order of the diseases is therefore always that of their scores.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nosograph.engine.ranking.parameters import CalibrationParameters

__all__ = [
    "Calibration",
    "ScoreSummary",
    "best_probability",
    "lead",
    "log_odds",
    "tempered",
    "tempering",
]

LN_10 = math.log(10)
N_TOP = 10
GAP = 0.05
"""Width of the bins of the scores below the ten best, in powers of ten."""
N_GAPS = 320
_BELOW = (np.arange(N_GAPS) + 0.5) * GAP
LOWEST_SLOPE, HIGHEST_SLOPE = 0.02, 20.0
N_HALVINGS = 30
"""Of the range of the slope: to one part in a hundred million."""
Values = NDArray[np.float64]


class ScoreSummary(NamedTuple):
    """Scores of all diseases for one input, as far as the calibration needs them.

    Several inputs are stacked along a first axis.
    """

    top: Values
    """The ten best scores, best first. Shape ``(10,)``."""
    rest: NDArray[np.int64]
    """Number of other diseases by how far they are below the best. Shape ``(320,)``."""
    n_observed: int | NDArray[np.int64]
    n_listed_excluded: int | NDArray[np.int64]
    exact_share: float | Values
    """Share of the observed findings that the best disease is annotated with, to the very term."""

    @classmethod
    def of(
        cls, scores: Values, *, n_observed: int, n_listed_excluded: int, exact_share: float
    ) -> ScoreSummary:
        """Summarize the scores of one input.

        Args:
            scores: Log10 likelihood ratio by disease. Shape ``(n_diseases,)``.
            n_observed: Number of observed findings behind the scores.
            n_listed_excluded: Number of excluded findings that were listed on purpose; negatives
                that were read in a note do not count.
            exact_share: As in the field.
        """
        n_top = min(N_TOP, len(scores))
        split = np.partition(scores, len(scores) - n_top)
        top = np.full(N_TOP, -np.inf)
        top[:n_top] = np.sort(split[len(scores) - n_top :])[::-1]
        gaps = ((top[0] - split[: len(scores) - n_top]) / GAP).astype(np.int64)
        rest = np.bincount(np.minimum(gaps, N_GAPS - 1), minlength=N_GAPS)
        return cls(top, rest, n_observed, n_listed_excluded, exact_share)


def tempering(parameters: CalibrationParameters, inputs: ScoreSummary) -> Values:
    """The slope of the first guess: what a natural log likelihood ratio is multiplied by.

    Positive; falls with the number of findings. Shape of `ScoreSummary.n_observed`.
    """
    p = parameters
    observed = np.maximum(inputs.n_observed, 1.0) ** p.observed_power
    listed = (1.0 + np.minimum(inputs.n_listed_excluded, p.listed_most)) ** p.listed_power
    return np.asarray(p.slope * observed * listed, dtype=np.float64)


def tempered(parameters: CalibrationParameters, inputs: ScoreSummary, slope: Values) -> Values:
    """Bayes' rule over all diseases and 'none of these', by the summary of their scores.

    Returns:
        Probability of the ten best. Shape of `ScoreSummary.top`.
    """
    steep = LN_10 * slope[..., None]
    best = inputs.top[..., :1]
    odds = np.exp(steep * (inputs.top - best))
    total = odds.sum(axis=-1, keepdims=True)
    total += (inputs.rest * np.exp(-steep * _BELOW)).sum(axis=-1, keepdims=True)
    # Where even the best disease speaks against itself, a steeper slope must not make "none of
    # these" surer: the probability of the best would then fall with the slope, not rise.
    total += np.exp(parameters.none_of_these - steep * np.maximum(best, 0.0))
    probabilities: Values = odds / total
    return probabilities


def log_odds(probability: Values) -> Values:
    """Natural log odds, kept finite.

    >>> log_odds(np.array([0.5, 0.0])).round(1).tolist()
    [0.0, -11.5]
    """
    p = np.clip(probability, 1e-5, 1 - 1e-5)
    odds: Values = np.log(p) - np.log1p(-p)
    return odds


def lead(inputs: ScoreSummary) -> Values:
    """How far the best disease is before the second, in powers of ten."""
    gap: Values = inputs.top[..., 0] - np.maximum(inputs.top[..., 1], inputs.top[..., 0] - 99)
    return gap


def best_probability(parameters: CalibrationParameters, inputs: ScoreSummary) -> Values:
    """How often the best disease of such an input is the right one, in (0, 1)."""
    p = parameters
    guess = tempered(p, inputs, tempering(p, inputs))[..., 0]
    logit = p.best_intercept + p.best_guess * log_odds(guess)
    logit = logit + p.best_exact * np.asarray(inputs.exact_share) + p.best_lead * lead(inputs)
    probability: Values = np.exp(-np.logaddexp(0.0, -logit))
    return probability


def _slope_for(
    parameters: CalibrationParameters, inputs: ScoreSummary, probability: Values
) -> Values:
    """The slope at which the best disease has this probability, or comes nearest to it."""
    low = np.full(np.shape(probability), math.log(LOWEST_SLOPE))
    high = np.full(np.shape(probability), math.log(HIGHEST_SLOPE))
    for _ in range(N_HALVINGS):
        middle = (low + high) / 2
        is_low = tempered(parameters, inputs, np.exp(middle))[..., 0] < probability
        low, high = np.where(is_low, middle, low), np.where(is_low, high, middle)
    slope: Values = np.exp((low + high) / 2)
    return slope


class Calibration:
    """Turns scores into probabilities.

    The numbers are fitted on cases of other diseases than those they are judged on, without the
    cases' own papers, both with the excluded findings that were listed and without them. All those
    cases have one of the diseases: a probability holds for a patient who does, too.
    """

    def __init__(self, parameters: CalibrationParameters) -> None:
        self.parameters = parameters

    def probabilities(
        self, scores: Values, *, n_observed: int, n_listed_excluded: int, exact_share: float
    ) -> Values:
        """Probability of every disease: in the order of the scores, adding up to less than 1.

        Args:
            scores: Log10 likelihood ratio by disease. Shape ``(n_diseases,)``.
            n_observed: Number of observed findings behind the scores.
            n_listed_excluded: Number of excluded findings that were listed on purpose; negatives
                that were read in a note do not count.
            exact_share: Share of the observed findings that the best disease is annotated with, to
                the very term.
        """
        scores = np.asarray(scores, dtype=np.float64)
        if not len(scores):
            return scores
        p = self.parameters
        summary = ScoreSummary.of(
            scores,
            n_observed=n_observed,
            n_listed_excluded=n_listed_excluded,
            exact_share=exact_share,
        )
        slope = float(_slope_for(p, summary, best_probability(p, summary)))
        logits = scores * (LN_10 * slope)
        none = p.none_of_these + min(float(logits.max()), 0.0)
        highest = max(float(logits.max()), none)
        odds = np.exp(logits - highest)
        total = float(odds.sum()) + math.exp(none - highest)
        probabilities: Values = odds / total
        return probabilities
