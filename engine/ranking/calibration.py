"""From scores to probabilities that mean what they say."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from nosograph.engine.ranking.parameters import CalibrationParameters

__all__ = ["Calibration", "tempering"]

LN_10 = math.log(10)


def tempering(
    parameters: CalibrationParameters,
    n_observed: int | NDArray[np.int64],
    n_listed_excluded: int | NDArray[np.int64],
) -> NDArray[np.float64]:
    """What a natural logarithm of a likelihood ratio is multiplied by: positive, shape of the n.

    A likelihood ratio of a model is never quite true, and less so the more findings it multiplies.

    >>> parameters = CalibrationParameters(slope=1.4, observed_power=-0.25, listed_power=-0.125)
    >>> float(tempering(parameters, 1, 0)), float(tempering(parameters, 16, 0))
    (1.4, 0.7)

    Args:
        parameters: The fitted numbers.
        n_observed: Number of observed findings behind the scores.
        n_listed_excluded: Number of excluded findings that were listed on purpose.
    """
    p = parameters
    observed = np.maximum(n_observed, 1.0) ** p.observed_power
    listed = (1.0 + np.minimum(n_listed_excluded, p.listed_most)) ** p.listed_power
    slope: NDArray[np.float64] = np.asarray(p.slope * observed * listed, dtype=np.float64)
    return slope


class Calibration:
    """Bayes' rule over all diseases and 'none of these', with a tempered likelihood.

    The numbers are fitted on cases of other diseases than those they are judged on, without the
    cases' own papers, both with the excluded findings that were listed and without them.
    """

    def __init__(self, parameters: CalibrationParameters) -> None:
        self.parameters = parameters

    def probabilities(
        self, scores: NDArray[np.float64], *, n_observed: int, n_listed_excluded: int
    ) -> NDArray[np.float64]:
        """Probability of every disease: in the order of the scores, adding up to less than 1.

        Args:
            scores: Log10 likelihood ratio by disease. Shape ``(n_diseases,)``.
            n_observed: Number of observed findings behind the scores.
            n_listed_excluded: Number of excluded findings that were listed on purpose; negatives
                that were read in a note do not count.
        """
        none = self.parameters.none_of_these
        slope = float(tempering(self.parameters, n_observed, n_listed_excluded))
        logits = np.asarray(scores, dtype=np.float64) * (LN_10 * slope)
        highest = max(float(logits.max(initial=-np.inf)), none)
        odds = np.exp(logits - highest)
        total = float(odds.sum()) + math.exp(none - highest)
        probabilities: NDArray[np.float64] = odds / total
        return probabilities
