"""Counting how the age at the first finding goes with the stated onset of the disease."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nosograph.engine.evaluation.training_cases import TrainingCase
from nosograph.engine.ranking.evidence import EvidenceModel
from nosograph.engine.ranking.sex_and_onset import AGE_BINS_YEARS, N_ONSET_CLASSES, age_bin

__all__ = ["fit_onset"]

PRIOR_CASES = 8.0
"""Imaginary cases, of the usual ages, of every class of onset."""
DECIMALS = 3


def fit_onset(model: EvidenceModel, cases: Sequence[TrainingCase]) -> tuple[tuple[float, ...], ...]:
    """Log10 likelihood ratio of each age bin for each class of onset.

    A disease of several stated classes counts in each by its share.

    Args:
        model: Knows the onsets, without the cases' own papers.
        cases: The training cases.

    Returns:
        The table of `EvidenceParameters.onset_log10_lr`. Shape ``(7, 6)``.
    """
    counts = np.zeros((N_ONSET_CLASSES, len(AGE_BINS_YEARS) + 1))
    for case in cases:
        age = case.patient.onset_age_years
        if age is None:
            continue
        stated = model.demographics.onset_classes(case.forgotten)[case.position]
        if stated.any():
            counts[:, age_bin(age)] += case.weight * stated / stated.sum()
    usual = counts.sum(axis=0) + 0.5
    usual /= usual.sum()
    share = (counts + PRIOR_CASES * usual) / (counts.sum(axis=1, keepdims=True) + PRIOR_CASES)
    table = np.round(np.log10(share / usual), DECIMALS) + 0.0  # no minus zero
    return tuple(tuple(row) for row in table.tolist())
