"""From scores to probabilities that mean what they say."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from nosograph.engine.ranking.parameters import CalibrationParameters

__all__ = ["Calibration"]

MIN_SLOPE = 0.05
LN_10 = math.log(10)


class Calibration:
    """Bayes' rule over all diseases and 'none of these', with a tempered likelihood.

    A likelihood ratio of a model is never quite true, and less so the more findings it multiplies:
    the slope shrinks it, depending on the number of observed findings. The slope and the mass of
    'none of these' are fitted on cases of other diseases than those they are judged on.
    """

    def __init__(self, parameters: CalibrationParameters) -> None:
        self.parameters = parameters

    def probabilities(self, scores: NDArray[np.float64], *, n_observed: int) -> NDArray[np.float64]:
        """Probability of every disease; they add up to less than 1.

        Args:
            scores: Log10 likelihood ratio by disease. Shape ``(n_diseases,)``.
            n_observed: Number of observed findings behind the scores.
        """
        p = self.parameters
        slope = max(p.slope + p.slope_per_log10_finding * math.log10(max(n_observed, 1)), MIN_SLOPE)
        logits = np.asarray(scores, dtype=np.float64) * (LN_10 * slope)
        highest = max(float(logits.max(initial=-np.inf)), p.none_of_these)
        odds = np.exp(logits - highest)
        total = float(odds.sum()) + math.exp(p.none_of_these - highest)
        probabilities: NDArray[np.float64] = odds / total
        return probabilities
