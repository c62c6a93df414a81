"""How well learned numbers tell the right disease from others, on all training cases at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nosograph.engine.evaluation.ingredients import CaseIngredients
from nosograph.engine.evaluation.training_cases import TrainingCase
from nosograph.engine.ranking.channels import inherited, log10_ratio, stated
from nosograph.engine.ranking.evidence import EvidenceModel
from nosograph.engine.ranking.parameters import EvidenceParameters
from nosograph.engine.ranking.sex_and_onset import DemographicEvidence

__all__ = ["Objective"]

FORGIVENESS = 0.01
"""Added to the probability of the right disease, so that hopeless cases do not rule the fit."""
LN_10 = np.log(10)
Values = NDArray[np.float32]


class Objective:
    """Mean of -log (p + 0.01), with p the share of the right disease among its candidates.

    Each part of the score is kept until a number that it depends on changes.

    Args:
        model: Gives the weights by rank.
        cases: The training cases.
        ingredients: Of each case.
        onset_log10_lr: The table of onset, which is not searched.
    """

    def __init__(
        self,
        model: EvidenceModel,
        *,
        cases: Sequence[TrainingCase],
        ingredients: Sequence[CaseIngredients],
        onset_log10_lr: tuple[tuple[float, ...], ...],
    ) -> None:
        self.model, self.ingredients = model, ingredients
        self.weight = np.array([case.weight for case in cases])
        self.weight /= self.weight.sum()
        n = [len(i.background) for i in ingredients]
        k = [len(i.candidates) for i in ingredients]
        self.shapes = list(zip(n, k, strict=True))
        self.starts = np.cumsum([0, *k])
        self.n_candidates = np.array(k)
        self.background = np.concatenate(
            [np.repeat(i.background, len(i.candidates)) for i in ingredients]
        )
        self.frequency = self._flat(lambda i: i.frequency)
        self.is_exact = np.concatenate([i.is_exact.ravel() for i in ingredients])
        self.specific = self._flat(lambda i: i.specific)
        self.related = self._flat(lambda i: i.related)
        self.alike = self._flat(lambda i: i.alike)
        self.n_never_seen = self._flat(lambda i: i.n_never_seen)
        x_linked = self._flat(lambda i: i.x_linked)
        sex = np.repeat([case.patient.sex for case in cases], k)
        self.male, self.female = x_linked * (sex == "MALE"), x_linked * (sex == "FEMALE")
        self.onset = self._onset(cases, onset_log10_lr)
        self._kept: dict[str, tuple[object, Any]] = {}

    def _flat(self, part: Callable[[CaseIngredients], Values]) -> Values:
        return np.concatenate([part(i).ravel() for i in self.ingredients])

    def _onset(
        self, cases: Sequence[TrainingCase], table: tuple[tuple[float, ...], ...]
    ) -> NDArray[np.float64]:
        parameters = replace(self.model.parameters, onset_weight=1.0, onset_log10_lr=table)
        evidence = DemographicEvidence(self.model.graph, parameters=parameters)
        return np.concatenate(
            [
                evidence.onset(case.patient.onset_age_years, case.forgotten)[i.candidates]
                for case, i in zip(cases, self.ingredients, strict=True)
            ]
        )

    def __call__(self, parameters: EvidenceParameters) -> float:
        """The loss: smaller is better."""
        logits = LN_10 * self.scores(parameters)
        first = self.starts[:-1]
        highest = np.maximum.reduceat(logits, first)
        odds = np.add.reduceat(np.exp(logits - np.repeat(highest, self.n_candidates)), first)
        right = np.exp(logits[first] - highest) / odds
        return float(-(self.weight * np.log(right + FORGIVENESS)).sum())

    def scores(self, parameters: EvidenceParameters) -> NDArray[np.float64]:
        """The score of every candidate, case after case: what `EvidenceModel.score` gives."""
        p = parameters
        formula = (
            p.more_general_weight,
            p.frequency_power,
            p.more_specific_weight,
            p.related_weight,
            p.related_power,
            p.neighbour_share,
            p.background_share,
            p.floor,
        )
        by_rank = (p.observed_weight, p.observed_decay, p.opposing_weight)
        looked_for = (
            p.looked_for_weight,
            p.looked_for_decay,
            p.looked_for_values,
            p.looked_for_absent,
        )
        observed = self._part("observed", formula + by_rank, lambda: self._observed(p, formula))
        excluded = self._part("excluded", looked_for, lambda: self._excluded(p))
        scores: NDArray[np.float64] = observed + excluded - p.never_seen_penalty * self.n_never_seen
        scores += p.onset_weight * self.onset
        scores += p.x_linked_male * self.male + p.x_linked_female * self.female
        return scores

    def _part(self, name: str, key: object, make: Callable[[], Any]) -> Any:
        """A part of the score, made anew only when its key has changed."""
        known = self._kept.get(name)
        if known is None or known[0] != key:
            known = self._kept[name] = (key, make())
        return known[1]

    def _observed(self, p: EvidenceParameters, formula: object) -> NDArray[np.float64]:
        supporting, opposing = self._part("evidence", formula, lambda: self._evidence(p))
        weights = self._model(p).observed_weights(max(len(rows) for rows in supporting))
        weights = weights.astype(np.float32)
        total = np.concatenate([weights[: len(rows)] @ rows for rows in supporting])
        observed: NDArray[np.float64] = total + p.opposing_weight * opposing
        return observed

    def _evidence(self, p: EvidenceParameters) -> tuple[list[Values], Values]:
        """Supporting evidence of every case, strongest first, and the sum of the opposing."""
        related = self.related ** np.float32(p.related_power)
        own = inherited(p, self.specific, related, background=self.background)
        own = np.maximum(own, stated(p, self.frequency, self.is_exact))
        evidence = log10_ratio(p, own, self.alike, background=self.background)
        supporting, opposing, start = [], [], 0
        for n, k in self.shapes:
            rows = evidence[start : start + n * k].reshape(n, k)
            opposing.append(np.minimum(rows, 0).sum(axis=0))
            supporting.append(np.sort(np.maximum(rows, 0), axis=0)[::-1])
            start += n * k
        return supporting, np.concatenate(opposing)

    def _excluded(self, p: EvidenceParameters) -> NDArray[np.float64]:
        most = max(len(i.telling) for i in self.ingredients)
        weights = self._model(p).looked_for_weights(most).astype(np.float32)
        parts = []
        for case in self.ingredients:
            frequency = case.excluded_frequency
            worth = np.interp(frequency, p.looked_for_frequencies, p.looked_for_values)
            worth = np.where(frequency > 0, worth, case.excluded_absent * p.looked_for_absent)
            worth *= np.minimum(case.telling, p.looked_for_cap)[:, None]
            parts.append(weights[: len(worth)] @ np.sort(worth, axis=0)[::-1])
        return np.concatenate(parts)

    def _model(self, parameters: EvidenceParameters) -> EvidenceModel:
        return EvidenceModel(self.model.graph, self.model.profiles, parameters=parameters)
