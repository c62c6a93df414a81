"""The learned numbers of the evidence model, and where they are kept.

They are fitted by ``nosograph.engine.evaluation.fitting`` on published cases and shipped in
``parameters.json`` beside this file, together with the ones fitted without each fold of diseases,
so that a case can always be judged by numbers that never saw its disease or its paper.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Self

import cattrs

from nosograph.engine.errors import EngineError

__all__ = [
    "CalibrationParameters",
    "EvidenceParameters",
    "NeighbourParameters",
    "ParameterFolds",
    "Parameters",
    "PoolingParameters",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolingParameters:
    """How statements of a frequency are added up."""

    prior_patients: float = 2.5
    """Imaginary patients that every share is drawn towards."""
    prior_frequency: float = 0.4
    stated_patients: float = 4.0
    """Patients that a percentage or a frequency class counts for."""
    unstated_patients: float = 2.0
    """Patients that an annotation without a frequency counts for."""
    unstated_frequency: float = 0.7
    absent_patients: float = 3.0
    """Patients without the term that a NOT counts for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourParameters:
    """Which diseases are alike."""

    n_nearest: int = 120
    max_diseases_of_a_term: int = 1500
    power: float = 2.0
    """Weights are similarities to this power."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceParameters:
    """The evidence model: what an observed or an excluded finding says of a disease.

    The formulas are in `nosograph.engine.ranking.evidence`. The defaults are where the fit starts.
    """

    pooling: PoolingParameters = PoolingParameters()
    neighbours: NeighbourParameters = NeighbourParameters()

    more_general_weight: float = 0.4
    """What the frequency of a kind of the finding is worth for the finding itself."""
    frequency_power: float = 1.3
    more_specific_weight: float = 0.3
    """Share of a likelihood ratio that carries over to kinds of an annotated term."""
    related_weight: float = 0.12
    """The same over a common ancestor."""
    related_power: float = 0.8
    neighbour_share: float = 0.22
    """Weight of the frequency in the nearest diseases, in [0, 1]."""
    background_share: float = 0.05
    """Chance of the finding for reasons of its own, in backgrounds."""
    floor: float = 0.001
    """The same as a probability; keeps the ratio of rare findings finite."""

    observed_weight: float = 1.1
    """Weight of the strongest finding."""
    observed_decay: float = 0.55
    """The k-th strongest finding counts (1 + k) to minus this power: findings hang together."""
    opposing_weight: float = 0.3
    """Weight of findings that are rarer in the disease than in others."""
    never_seen_penalty: float = 0.4
    """Log10 cost of a finding that was looked for in the disease and never seen."""

    looked_for_weight: float = 0.55
    """Weight of the most telling excluded finding that belongs to the disease's picture."""
    looked_for_decay: float = 0.4
    looked_for_most: int = 12
    """Excluded findings that count, most telling first."""
    looked_for_cap: float = 3.0
    """Information content from which a term is no more telling."""
    looked_for_frequencies: tuple[float, ...] = (0.0, 0.4, 1.0)
    looked_for_values: tuple[float, ...] = (1.0, 0.9, 0.15)
    """What the exclusion of a feature of each of these frequencies is worth."""
    looked_for_absent: float = 0.9
    """The same, where the disease is known never to show it."""

    x_linked_male: float = 0.1
    x_linked_female: float = -0.7
    """Log10 likelihood ratios of the sexes for X-linked recessive diseases."""
    onset_weight: float = 0.9
    onset_log10_lr: tuple[tuple[float, ...], ...] = ()
    """By class of onset of the disease and age bin at which the patient's first finding was seen.
    Shape ``(7, 6)``; empty where onset is not used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationParameters:
    """From scores to probabilities; the formula is in `nosograph.engine.ranking.calibration`."""

    slope: float = 1.4
    """What the natural logarithm of a likelihood ratio is multiplied by, for one observed finding
    and nothing excluded."""
    observed_power: float = -0.25
    """The slope falls with the number of observed findings to this power."""
    listed_power: float = -0.13
    """The same with 1 + the number of excluded findings that were listed on purpose."""
    listed_most: int = 12
    """Listed exclusions that count."""
    none_of_these: float = 4.0
    """Natural logarithm of the mass of 'none of these diseases'. Cases that all have one of these
    diseases cannot tell it: this is the largest that costs them nothing."""
    best_intercept: float = 0.0
    """Natural log odds that the best disease is the right one, where the next three say nothing."""
    best_guess: float = 1.0
    """The same for each log odds of the first guess."""
    best_exact: float = 0.0
    """The same if the best disease is annotated with every observed finding, to the very term."""
    best_lead: float = 0.0
    """The same for each power of ten that the best score is before the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Everything that is learned."""

    evidence: EvidenceParameters = EvidenceParameters()
    calibration: CalibrationParameters = CalibrationParameters()

    @classmethod
    def shipped(cls) -> Self:
        """The numbers that were fitted on all cases."""
        return cattrs.structure(_shipped()["all"], cls)

    def as_dict(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        plain: dict[str, Any] = cattrs.unstructure(self)
        return plain


@dataclass(frozen=True)
class ParameterFolds:
    """Numbers fitted without each fold of diseases and papers, to judge cases honestly."""

    folds: tuple[Parameters, ...]
    fold_of: Mapping[str, int]
    """Fold of every disease record and publication that the fit has seen."""

    @classmethod
    def shipped(cls) -> Self:
        """The folds of the shipped numbers."""
        data = _shipped()
        return cls(
            folds=tuple(cattrs.structure(fold, Parameters) for fold in data["folds"]),
            fold_of=dict(data["fold_of"]),
        )

    def fold_for(self, disease_ids: tuple[str, ...], publications: tuple[str, ...]) -> int | None:
        """The fold to judge a case with, so that neither its disease nor its paper was learned.

        A case that the fit never met, by disease or by paper, belongs to any fold.

        Returns:
            The number of the fold, or ``None`` if the case's disease and paper lie in different
            folds: then no fitted numbers are honest for it.
        """
        known = {self.fold_of[key] for key in (*disease_ids, *publications) if key in self.fold_of}
        if len(known) > 1:
            return None
        if known:
            return known.pop()
        digest = hashlib.sha256("|".join(sorted(disease_ids)).encode()).digest()
        return digest[0] % len(self.folds)


@cache
def _shipped() -> Mapping[str, Any]:
    text = resources.files("nosograph.engine.ranking").joinpath("parameters.json").read_text()
    try:
        data: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise EngineError(
            "parameters.json is not JSON: the installation is damaged. Reinstall nosograph."
        ) from error
    return data
