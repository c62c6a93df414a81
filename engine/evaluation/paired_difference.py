"""How sure it is that one of two, judged on the same documents, is better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nosograph.engine.evaluation.linking import Score

__all__ = ["Difference", "paired_f1_difference", "paired_mean_difference"]

N_RESAMPLES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A difference of two figures with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:+.3f} ({self.low:+.3f} to {self.high:+.3f})"


def paired_f1_difference(
    ours: Sequence[Score], theirs: Sequence[Score], *, seed: int = 0
) -> Difference:
    """F1 of the first minus F1 of the second, counts pooled over documents.

    >>> scores = [Score(1, 1, 1, 2), Score(2, 2, 2, 2)]
    >>> str(paired_f1_difference(scores, scores))
    '+0.000 (+0.000 to +0.000)'

    Args:
        ours: Counts of every document.
        theirs: Counts of the same documents in the same order.
        seed: Of the resampling.

    Returns:
        The interval is the percentiles over 1,000 resamples of the documents: both are judged on
        the same resample, so that what is hard for both does not widen it.

    Source:
        Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13.
    """
    a, b = (np.array(scores, dtype=float).reshape(-1, 4) for scores in (ours, theirs))
    if not len(a):
        return Difference(value=0.0, low=0.0, high=0.0)
    value = _f1(a.sum(axis=0)) - _f1(b.sum(axis=0))
    draws = np.random.default_rng(seed).integers(0, len(a), (N_RESAMPLES, len(a)))
    # How often each document was drawn, so that a draw is a product: (n_resamples, n_documents).
    times = np.stack([np.bincount(draw, minlength=len(a)) for draw in draws]).astype(float)
    low, high = np.percentile(_f1(times @ a) - _f1(times @ b), [2.5, 97.5])
    return Difference(value=float(value), low=float(low), high=float(high))


def paired_mean_difference(
    ours: NDArray[np.float64],
    theirs: NDArray[np.float64],
    groups: NDArray[np.int64],
    *,
    seed: int = 0,
) -> Difference:
    """Mean of the first minus mean of the second, over the same cases.

    >>> ones, groups = np.ones(4), np.array([0, 0, 1, 1])
    >>> str(paired_mean_difference(ones, ones / 2, groups))
    '+0.500 (+0.500 to +0.500)'

    Args:
        ours: One number a case. Shape ``(n,)``.
        theirs: Of the same cases. Shape ``(n,)``.
        groups: The group of each case, such as its disease. Shape ``(n,)``.
        seed: Of the resampling.

    Returns:
        The interval is the percentiles over 1,000 resamples of whole groups: cases of one group
        are no independent evidence.

    Source:
        Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13.
    """
    if not len(ours):
        return Difference(value=0.0, low=0.0, high=0.0)
    _, group = np.unique(groups, return_inverse=True)
    n_cases = np.bincount(group).astype(float)
    sums = np.bincount(group, weights=ours - theirs)
    draws = np.random.default_rng(seed).integers(0, len(n_cases), (N_RESAMPLES, len(n_cases)))
    resampled = sums[draws].sum(axis=1) / n_cases[draws].sum(axis=1)
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Difference(value=float((ours - theirs).mean()), low=float(low), high=float(high))


def _f1(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """F1 of counts in the order of `Score`. Shape ``(…, 4)`` to ``(…,)``."""
    right, found, recalled, gold = np.moveaxis(counts, -1, 0)
    precision, recall = right / np.maximum(found, 1), recalled / np.maximum(gold, 1)
    f1: NDArray[np.float64] = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return f1
