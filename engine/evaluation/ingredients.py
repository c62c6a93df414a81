"""What the score of a training case is made of, for a few candidate diseases.

The learned numbers work on these ingredients, so they are computed once and not at every trial.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nosograph.engine.evaluation.training_cases import TrainingCase
from nosograph.engine.ranking.evidence import EvidenceModel

__all__ = ["CaseIngredients", "IngredientReader"]

BEST_CANDIDATES = 120
RANDOM_CANDIDATES = 30
Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseIngredients:
    """One case: n findings, m listed exclusions, k candidates of which the first is right."""

    candidates: NDArray[np.int64]
    """Positions of the diseases. Shape ``(k,)``."""
    background: Values
    """Shape ``(n,)``."""
    frequency: Values
    """As in `Channels`, like the next four. Shape ``(n, k)``."""
    is_exact: NDArray[np.bool_]
    specific: Values
    related: Values
    """With a power of 1."""
    alike: Values
    n_never_seen: Values
    """Findings that were looked for and never seen. Shape ``(k,)``."""
    telling: Values
    """Information content of the exclusions. Shape ``(m,)``."""
    excluded_frequency: Values
    """Frequency by annotation; 0 where there is none. Shape ``(m, k)``."""
    excluded_absent: NDArray[np.bool_]
    """Whether the disease is known never to show it. Shape ``(m, k)``."""
    x_linked: Values
    """1 for X-linked recessive diseases. Shape ``(k,)``."""


class IngredientReader:
    """Takes the ingredients of cases from the model itself.

    Args:
        model: Scores the cases to find the candidates that are hard to tell apart.
    """

    def __init__(self, model: EvidenceModel) -> None:
        self.model = model
        raw = replace(model.parameters, related_power=1.0, x_linked_male=1.0)
        self.raw = EvidenceModel(model.graph, model.profiles, parameters=raw)
        self._random = np.random.default_rng(0)

    def read(self, case: TrainingCase) -> CaseIngredients:
        """The ingredients of one case; cases are to be read in the same order every time."""
        raw, profiles, patient = self.raw, self.raw.profiles, case.patient
        candidates = self._candidates(case)
        terms = [term for term, _ in patient.present]
        excluded = [e.term for e in patient.excluded if e.is_listed]
        k = len(candidates)
        channels = np.zeros((5, len(terms), k), dtype=np.float32)
        n_never_seen = np.zeros(k, dtype=np.float32)
        for i, term in enumerate(terms):
            met = raw.channels(term)
            exact = met.diseases[met.is_exact]
            channels[0, i] = profiles.spread.at(term, candidates)
            channels[1, i] = np.isin(candidates, exact)
            channels[2, i] = met.specific[candidates]
            channels[3, i] = met.related[candidates]
            channels[4, i] = self._alike(term, case, met.alike)[candidates]
            n_never_seen += np.isin(candidates, profiles.absent.row(term)[0])
        frequency = np.zeros((len(excluded), k), dtype=np.float32)
        absent = np.zeros((len(excluded), k), dtype=bool)
        for i, term in enumerate(excluded):
            frequency[i] = profiles.direct.at(term, candidates)
            absent[i] = np.isin(candidates, profiles.absent.row(term)[0])
        for position, view in case.forgotten.diseases.items():
            for j in np.flatnonzero(candidates == position).tolist():
                n_never_seen[j] = sum(term in view.absent for term in terms)
                for i, term in enumerate(terms):
                    cell = raw.cell_channels(term, view, case.forgotten)
                    channels[:, i, j] = (
                        cell.frequency,
                        cell.is_exact,
                        cell.specific,
                        cell.related,
                        cell.alike,
                    )
                for i, term in enumerate(excluded):
                    frequency[i, j] = view.features.get(term, 0.0)
                    absent[i, j] = term in view.absent
        return CaseIngredients(
            candidates=candidates,
            background=profiles.background[terms],
            frequency=channels[0],
            is_exact=channels[1] > 0,
            specific=channels[2],
            related=channels[3],
            alike=channels[4],
            n_never_seen=n_never_seen,
            telling=profiles.information_content[excluded],
            excluded_frequency=frequency,
            excluded_absent=absent,
            x_linked=raw.demographics.sex("MALE", case.forgotten)[candidates].astype(np.float32),
        )

    def _alike(self, term: int, case: TrainingCase, alike: Values) -> Values:
        """What is lent to every disease, without what the case's own papers say."""
        diseases, change = self.raw.borrowed_change(term, case.forgotten)
        if not len(diseases):
            return alike
        alike = alike.copy()
        alike[diseases] = np.maximum(alike[diseases] + change, 0)
        return alike

    def _candidates(self, case: TrainingCase) -> NDArray[np.int64]:
        """The right disease, the best others, and some at random."""
        scores = self.model.score(case.patient, forgotten=case.forgotten).scores
        best = np.argsort(-scores, kind="stable")[:BEST_CANDIDATES]
        drawn = self._random.integers(0, len(scores), RANDOM_CANDIDATES)
        others = np.setdiff1d(np.concatenate([best, drawn]), [case.position])
        return np.concatenate([[case.position], others])
