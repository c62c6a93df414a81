"""The formulas of one finding: from what diseases are known for to likelihood ratios.

Scores and the fit of the learned numbers share them. Of one disease, `EvidenceModel.cell` computes
the same with plain numbers, and says why.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nosograph.engine.ranking.parameters import EvidenceParameters

__all__ = ["CellChannels", "Channels", "inherited", "log10_ratio", "routine_ratio", "stated"]

Row = NDArray[np.float32]


class Channels(NamedTuple):
    """What links one term to every disease."""

    diseases: NDArray[np.int32]
    """Diseases annotated with the term or a kind of it, ascending. Shape ``(n,)``."""
    frequency: Row
    """Their highest frequency. Shape ``(n,)``."""
    is_exact: NDArray[np.bool_]
    """Whether the term itself is annotated. Shape ``(n,)``."""
    specific: Row
    """Best f / background over annotated proper ancestors. Shape ``(n_diseases,)``."""
    related: Row
    """Best (F / background) ^ `related_power` over all of them. Shape ``(n_diseases,)``."""
    alike: Row
    """Mean frequency in the nearest diseases. Shape ``(n_diseases,)``."""


class CellChannels(NamedTuple):
    """What links one term to one disease."""

    frequency: float
    """Highest frequency of the term or a kind of it; 0 where there is none."""
    is_exact: bool
    """Whether the term itself is annotated."""
    specific: float
    specific_term: int | None
    """The annotated ancestor behind `specific`."""
    related: float
    related_term: int | None
    """The ancestor behind `related`."""
    alike: float


def stated(parameters: EvidenceParameters, frequency: Row, is_exact: NDArray[np.bool_]) -> Row:
    """P(q|d) by annotations with the term itself or a kind of it; shape of `frequency`."""
    weight = np.where(is_exact, np.float32(1), np.float32(parameters.more_general_weight))
    known: Row = (frequency * weight) ** np.float32(parameters.frequency_power)
    return known


def inherited(
    parameters: EvidenceParameters, specific: Row, related: Row, *, background: Row | np.float32
) -> Row:
    """P(q|d) by what the ancestors of the term are annotated with; shape of `specific`.

    Args:
        parameters: The learned numbers.
        specific: As in `Channels`.
        related: As in `Channels`.
        background: P(q) over all diseases: one number, or one for each value.
    """
    known: Row = background * np.maximum(
        np.float32(parameters.more_specific_weight) * specific,
        np.float32(parameters.related_weight) * related,
    )
    return known


def log10_ratio(
    parameters: EvidenceParameters, own: Row, alike: Row, *, background: Row | np.float32
) -> Row:
    """Evidence log10 P(q|d) / P(q), before sorting and weighting; shape of `own`.

    P(q) is what the same formula gives for a disease in which the term is as common as over all
    diseases. So a disease that is known for nothing like the term is never supported by it, however
    rare the term: the part of the probability that every disease has stands on both sides.

    Args:
        parameters: The learned numbers.
        own: P(q|d) by what the disease itself is known for.
        alike: As in `Channels`.
        background: P(q) over all diseases: one number, or one for each value.
    """
    p = parameters
    anyway = np.float32(p.background_share) * background + np.float32(p.floor)
    probability = np.float32(1 - p.neighbour_share) * own
    probability += np.float32(p.neighbour_share) * alike
    probability += anyway
    probability /= background + anyway
    ratio: Row = np.log10(probability, out=probability)
    return ratio


NOTE_EXCLUSION_WEIGHT = 0.3
"""How much of the textbook likelihood ratio a negative of a note counts: notes are not forms, and a
finding that is denied today may come tomorrow."""
NOTE_EXCLUSION_CERTAINTY = 0.9
"""Keeps the ratio finite for a feature that all patients are said to have."""


def routine_ratio(frequency: NDArray[np.float64], background: float) -> NDArray[np.float64]:
    """Evidence of a negative that is asked of everybody: a damped log10 (1 - F) / (1 - bg).

    Args:
        frequency: F(q, d) by disease.
        background: P(q) over all diseases.
    """
    ratio = (1 - NOTE_EXCLUSION_CERTAINTY * frequency) / (1 - NOTE_EXCLUSION_CERTAINTY * background)
    return NOTE_EXCLUSION_WEIGHT * np.log10(ratio)
