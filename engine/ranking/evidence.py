r"""What the findings of one patient say of every disease, as log10 likelihood ratios that add up.

**An observed finding** :math:`q` has in disease :math:`d` the probability

    P(q|d) = (1 - s) · own(q, d) + s · alike(q, d) + e · bg(q) + floor

with ``own`` the best of

- exact: the frequency f(q, d) that the disease is annotated with,
- more general: the highest frequency of a kind of q, times `more_general_weight`,
- more specific: bg(q) · `more_specific_weight` · max f(a, d) / bg(a) over annotated ancestors a,
- related: bg(q) · `related_weight` · max (F(a, d) / bg(a)) ^ `related_power` over all ancestors,

``alike`` the mean frequency in the nearest diseases, and ``bg`` the mean over all diseases. Its
evidence is b = log10 P(q|d) / P(q), times the finding's confidence, where P(q) is the same formula
with ``bg`` for ``own`` and ``alike``: what the finding has in any disease. Findings are not
independent, so a disease's supporting ones are sorted and the k-th counts ``observed_weight ·
(1 + k) ^ -observed_decay``; a new supporting finding can therefore only raise the score. Opposing
evidence counts little, and a finding that was looked for in the disease and never seen costs a
penalty.

**An excluded finding** that was listed on purpose says first of all what was looked for, and people
look for what belongs to the disease in question: an annotated term gives ``x = min(IC(q), cap) ·
value(f)``, sorted and discounted alike, never negative. A negative in a note is often routine, so
it counts only by ``0.3 · log10 (1 - 0.9 F) / (1 - 0.9 bg)``.

Sex and age of onset add what `sex_and_onset` says; `reasons` says what each finding adds.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from nosograph.engine.differential import MatchType
from nosograph.engine.ranking.channels import (
    CellChannels,
    Channels,
    inherited,
    log10_ratio,
    routine_ratio,
    stated,
)
from nosograph.engine.ranking.forgetting import (
    Forgetter,
    Forgotten,
    PatchedDisease,
    spread_features,
)
from nosograph.engine.ranking.ordered import ordered_sum, ordered_sum_sparse
from nosograph.engine.ranking.parameters import EvidenceParameters
from nosograph.engine.ranking.patient import ExcludedFinding, PatientEvidence
from nosograph.engine.ranking.profiles import DiseaseProfiles
from nosograph.engine.ranking.reasons import ScoredCase
from nosograph.engine.ranking.sex_and_onset import DemographicEvidence
from nosograph.kg.graph import KnowledgeGraph

__all__ = ["Cell", "EvidenceModel"]

MAX_CACHED_ROWS = 2048
"""Evidence of a term for all diseases is 42 kB: the cache stays under 90 MB."""
MAX_CARRIED_ROWS = 512
"""What kinds of a term start from is twice as large: another 43 MB."""
MAX_CACHED_VIEWS = 512
"""Profiles of diseases as dictionaries, about 20 kB each: neighbouring cases share many."""
Row = NDArray[np.float32]


class Cell(NamedTuple):
    """Evidence of one observed finding for one disease, before sorting and weighting."""

    evidence: float
    match_type: MatchType
    matched: int | None
    never_seen: bool


class EvidenceModel:
    """The evidence model on one graph.

    Args:
        graph: The graph.
        profiles: Its disease profiles.
        parameters: The learned numbers.
    """

    def __init__(
        self, graph: KnowledgeGraph, profiles: DiseaseProfiles, *, parameters: EvidenceParameters
    ) -> None:
        self.graph, self.profiles, self.parameters = graph, profiles, parameters
        self.demographics = DemographicEvidence(graph, parameters=parameters)
        self.forgetter = Forgetter(graph, profiles, parameters=parameters)
        self._rows: OrderedDict[int, Row] = OrderedDict()
        self._carried: OrderedDict[int, tuple[Row, Row]] = OrderedDict()
        self._ancestors: dict[int, list[tuple[int, float]]] = {}
        self._views: OrderedDict[int, PatchedDisease] = OrderedDict()

    @classmethod
    def open(cls, graph: KnowledgeGraph, *, parameters: EvidenceParameters) -> Self:
        """Open the model; the first time on a graph, this computes the disease profiles."""
        profiles = DiseaseProfiles.open(
            graph, pooling=parameters.pooling, neighbours=parameters.neighbours
        )
        return cls(graph, profiles, parameters=parameters)

    def clear_caches(self) -> None:
        """Drop what was computed for the terms asked so far; it is computed again when asked."""
        self._rows.clear()
        self._carried.clear()
        self._ancestors.clear()
        self._views.clear()

    def forget(self, publications: Iterable[str]) -> Forgotten:
        """What to leave out so that these publications are forgotten."""
        return self.forgetter.forget(publications)

    # --- all diseases at once ----------------------------------------------------------------

    def score(self, patient: PatientEvidence, *, forgotten: Forgotten | None = None) -> ScoredCase:
        """Score every disease.

        Args:
            patient: The findings.
            forgotten: What to leave out.
        """
        forgotten = forgotten or Forgotten()
        onset = self.demographics.onset(patient.onset_age_years, forgotten)
        sex = self.demographics.sex(patient.sex, forgotten)
        scores = self._observed(patient, forgotten) + self._excluded(patient, forgotten) + onset
        scores += sex
        return ScoredCase(
            model=self, patient=patient, forgotten=forgotten, scores=scores, onset=onset, sex=sex
        )

    def _observed(self, patient: PatientEvidence, forgotten: Forgotten) -> NDArray[np.float64]:
        p, n_diseases = self.parameters, self.profiles.n_diseases
        if not patient.present:
            return np.zeros(n_diseases)
        supporting, opposing = [], np.zeros(n_diseases, dtype=np.float32)
        never_seen = np.zeros(n_diseases, dtype=np.float32)
        for term, confidence in patient.present:
            evidence = self.row(term)
            if confidence != 1 or forgotten.diseases:
                evidence = evidence * np.float32(confidence)
            absent, _ = self.profiles.absent.row(term)
            never_seen[absent] += confidence
            if forgotten.diseases:
                self._lend_less(evidence, term, forgotten, confidence=confidence)
            for position, patch in forgotten.diseases.items():
                cell = self.cell(term, patch, forgotten)
                evidence[position] = cell.evidence * confidence
                was_absent = position in absent
                never_seen[position] += confidence * (int(cell.never_seen) - int(was_absent))
            supporting.append(np.maximum(evidence, 0))
            opposing += np.minimum(evidence, 0)
        total = ordered_sum(supporting, self.observed_weights(len(supporting)))
        total += np.float32(p.opposing_weight) * opposing
        return (total - p.never_seen_penalty * never_seen).astype(np.float64)

    def _lend_less(
        self, evidence: Row, term: int, forgotten: Forgotten, *, confidence: float
    ) -> None:
        """Take from a row what diseases borrow from rows of others that are forgotten. In place."""
        p, background = self.parameters, float(self.profiles.background[term])
        diseases, change = self.borrowed_change(term, forgotten)
        if not len(diseases):
            return
        anyway = p.background_share * background + p.floor
        usual = background + anyway
        ratio = 10.0 ** (evidence[diseases].astype(np.float64) / confidence)
        ratio = np.maximum(ratio + p.neighbour_share * change / usual, anyway / usual)
        evidence[diseases] = confidence * np.log10(ratio)

    def borrowed_change(
        self, term: int, forgotten: Forgotten
    ) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """By how much `Channels.alike` of a term changes when publications are forgotten.

        Returns:
            Positions of the diseases that are like one that lost rows, and the change of each.
        """
        diseases: list[NDArray[np.int32]] = []
        changes: list[NDArray[np.float32]] = []
        for position, patch in forgotten.diseases.items():
            before = float(self.profiles.spread.at(term, np.array([position]))[0])
            change = patch.spread.get(term, 0.0) - before
            if change:
                borrowers, weights = self.profiles.alike_of.row(position)
                diseases.append(borrowers)
                changes.append(weights * change)
        if not diseases:
            return np.empty(0, dtype=np.int32), np.empty(0)
        found, place = np.unique(np.concatenate(diseases), return_inverse=True)
        change_of: NDArray[np.float64] = np.zeros(len(found))
        np.add.at(change_of, place, np.concatenate(changes))
        return found, change_of

    def _excluded(self, patient: PatientEvidence, forgotten: Forgotten) -> NDArray[np.float64]:
        scores = np.zeros(self.profiles.n_diseases)
        listed = [e for e in patient.excluded if e.is_listed]
        if listed:
            rows = [self._looked_for_row(excluded, forgotten) for excluded in listed]
            scores += ordered_sum_sparse(
                np.concatenate([diseases for diseases, _ in rows]),
                np.concatenate([values for _, values in rows]),
                self.looked_for_weights(len(listed)),
                n_columns=self.profiles.n_diseases,
            )
        for excluded in patient.excluded:
            if not excluded.is_listed:
                scores += self._routine_row(excluded, forgotten)
        return scores

    def row(self, term: int) -> Row:
        """Evidence of one observed term for every disease, before weighting. Not to be changed."""
        cached = self._rows.get(term)
        if cached is not None:
            self._rows.move_to_end(term)
            return cached
        made = self._make_row(term)
        self._rows[term] = made
        if len(self._rows) > MAX_CACHED_ROWS:
            self._rows.popitem(last=False)
        return made

    def _make_row(self, term: int) -> Row:
        p, channels = self.parameters, self.channels(term)
        background = self.profiles.background[term]
        own = inherited(p, channels.specific, channels.related, background=background)
        # The term itself may be annotated with less than one of its kinds: both are considered.
        known = stated(p, channels.frequency, channels.is_exact)
        own[channels.diseases] = np.maximum(own[channels.diseases], known)
        return log10_ratio(p, own, channels.alike, background=background)

    def channels(self, term: int) -> Channels:
        """What links one term to every disease, before the formula. Not to be changed."""
        profiles = self.profiles
        specific, related = self._from_parents(term)
        diseases, frequencies = profiles.spread.row(term)
        exact, _ = profiles.direct.row(term)
        is_exact = np.zeros(len(diseases), dtype=bool)
        is_exact[np.searchsorted(diseases, exact)] = True
        alike = np.zeros(profiles.n_diseases, dtype=np.float32)
        product = profiles.spread_matrix[term] @ profiles.alike_of_matrix
        alike[product.indices] = product.data
        return Channels(diseases, frequencies, is_exact, specific, related, alike)

    def _from_parents(self, term: int) -> tuple[Row, Row]:
        """Best ratios over the proper ancestors of a term, for every disease. Not to be changed.

        Returns:
            Of the annotated ancestors, max f / background; of all, max (F / background) ^ power.
        """
        parents = self.graph.hierarchy.parents.row(term).tolist()
        if not parents:
            nothing = np.zeros(self.profiles.n_diseases, dtype=np.float32)
            return nothing, nothing
        specific, related = self._carry(parents[0])
        for parent in parents[1:]:
            other_specific, other_related = self._carry(parent)
            specific = np.maximum(specific, other_specific)
            related = np.maximum(related, other_related)
        return specific, related

    def _carry(self, term: int) -> tuple[Row, Row]:
        """The same over a term and its ancestors: what every kind of the term starts from."""
        cached = self._carried.get(term)
        if cached is not None:
            self._carried.move_to_end(term)
            return cached
        above_specific, above_related = self._from_parents(term)
        specific, related = above_specific.copy(), above_related.copy()
        background, power = (
            self.profiles.background[term],
            np.float32(self.parameters.related_power),
        )
        diseases, values = self.profiles.direct.row(term)
        specific[diseases] = np.maximum(specific[diseases], values / background)
        diseases, values = self.profiles.spread.row(term)
        related[diseases] = np.maximum(related[diseases], (values / background) ** power)
        self._carried[term] = (specific, related)
        if len(self._carried) > MAX_CARRIED_ROWS:
            self._carried.popitem(last=False)
        return specific, related

    def _looked_for_row(
        self, excluded: ExcludedFinding, forgotten: Forgotten
    ) -> tuple[NDArray[np.int32], Row]:
        """Worth of a listed exclusion, before weighting: diseases, and the value for each."""
        p, profiles = self.parameters, self.profiles
        telling = min(float(profiles.information_content[excluded.term]), p.looked_for_cap)
        telling *= excluded.confidence
        diseases, frequencies = profiles.direct.row(excluded.term)
        absent, _ = profiles.absent.row(excluded.term)
        worth = np.interp(frequencies, p.looked_for_frequencies, p.looked_for_values)
        diseases = np.concatenate([diseases, absent])
        values = telling * np.concatenate([worth, np.full(len(absent), p.looked_for_absent)])
        if forgotten.diseases:
            patched = np.array(list(forgotten.diseases), dtype=np.int32)
            kept = ~np.isin(diseases, patched)
            anew = [
                excluded.confidence * self.looked_for(excluded.term, patch)
                for patch in forgotten.diseases.values()
            ]
            diseases = np.concatenate([diseases[kept], patched])
            values = np.concatenate([values[kept], anew])
        return diseases, values.astype(np.float32)

    def _routine_row(self, excluded: ExcludedFinding, forgotten: Forgotten) -> NDArray[np.float64]:
        """A negative of a note: log10 of (1 - F) / (1 - background), damped."""
        profiles = self.profiles
        frequency = np.zeros(profiles.n_diseases)
        for rows in (profiles.spread, profiles.direct):  # what is annotated itself comes last
            diseases, values = rows.row(excluded.term)
            frequency[diseases] = values
        for position, patch in forgotten.diseases.items():
            frequency[position] = patch.known(excluded.term)
        return excluded.confidence * routine_ratio(
            frequency, float(profiles.background[excluded.term])
        )

    # --- one disease -------------------------------------------------------------------------

    def observed_weights(self, n: int) -> NDArray[np.float64]:
        """Weight of the strongest, second strongest… of `n` findings; never increasing."""
        p = self.parameters
        return p.observed_weight * _falling(n, p.observed_decay)

    def looked_for_weights(self, n: int) -> NDArray[np.float64]:
        """The same for listed exclusions."""
        p = self.parameters
        weights = p.looked_for_weight * _falling(n, p.looked_for_decay)
        weights[p.looked_for_most :] = 0
        return weights

    def view(self, position: int, forgotten: Forgotten) -> PatchedDisease:
        """The profile of one disease, patched if it lost rows."""
        if position in forgotten.diseases:
            return forgotten.diseases[position]
        cached = self._views.get(position)
        if cached is not None:
            self._views.move_to_end(position)
            return cached
        made = self._views[position] = self._make_view(position)
        if len(self._views) > MAX_CACHED_VIEWS:
            self._views.popitem(last=False)
        return made

    def _make_view(self, position: int) -> PatchedDisease:
        profiles = self.profiles
        terms, frequencies = profiles.features.row(position)
        features = dict(zip(terms.tolist(), frequencies.tolist(), strict=True))
        spread, origin = spread_features(features, self.graph)
        alike, weights = profiles.alike.row(position)
        return PatchedDisease(
            features=features,
            spread=spread,
            origin=origin,
            absent=self._absent_of(position),
            alike=alike,
            alike_weights=weights,
        )

    def _absent_of(self, position: int) -> frozenset[int]:
        terms, _ = self.profiles.absent_by_disease.row(position)
        return frozenset(terms.tolist())

    def cell(self, term: int, view: PatchedDisease, forgotten: Forgotten) -> Cell:
        """Evidence of one observed term for one disease; the same as `row`, with the reason."""
        p, met = self.parameters, self.cell_channels(term, view, forgotten)
        background = float(self.profiles.background[term])
        best: tuple[float, MatchType, int | None] = (0.0, MatchType.UNMATCHED, None)
        if met.frequency > 0:
            weight = 1.0 if met.is_exact else p.more_general_weight
            kind = MatchType.EXACT if met.is_exact else MatchType.MORE_GENERAL
            best = ((met.frequency * weight) ** p.frequency_power, kind, term)
        value = background * p.more_specific_weight * met.specific
        if value > best[0]:
            best = (value, MatchType.MORE_SPECIFIC, met.specific_term)
        value = background * p.related_weight * met.related
        if value > best[0]:
            best = (value, MatchType.RELATED, met.related_term)
        own = (1 - p.neighbour_share) * best[0]
        anyway = p.background_share * background + p.floor
        probability = own + p.neighbour_share * met.alike + anyway
        evidence = math.log10(probability / (background + anyway))
        match_type, matched = best[1], best[2]
        # What is known of the disease itself names the match, if it says enough.
        is_by_ancestor = match_type in (MatchType.RELATED, MatchType.MORE_SPECIFIC)
        speaks_alone = own > background
        if term in view.absent:
            match_type, matched = MatchType.NEVER_SEEN, None
        elif matched is None or (is_by_ancestor and not speaks_alone):
            supported = evidence > 0
            match_type = MatchType.SIMILAR_DISEASE if supported else MatchType.UNMATCHED
            matched = None
        else:
            matched = view.origin[matched]
        return Cell(evidence, match_type, matched, term in view.absent)

    def cell_channels(self, term: int, view: PatchedDisease, forgotten: Forgotten) -> CellChannels:
        """What links one term to one disease: the same as `channels`, with the ancestors."""
        specific, related = 0.0, 0.0
        specific_term: int | None = None
        related_term: int | None = None
        for ancestor, background in self._above(term):
            frequency = view.spread.get(ancestor)
            if frequency is None:
                continue
            if (ratio := frequency / background) > related:
                related, related_term = ratio, ancestor
            if ancestor in view.features:
                ratio = view.features[ancestor] / background
                if ratio > specific:
                    specific, specific_term = ratio, ancestor
        return CellChannels(
            frequency=view.spread.get(term, 0.0),
            is_exact=term in view.features,
            specific=specific,
            specific_term=specific_term,
            related=related**self.parameters.related_power,
            related_term=related_term,
            alike=self._alike(term, view, forgotten),
        )

    def _above(self, term: int) -> list[tuple[int, float]]:
        """The proper ancestors of a term, and how common each is."""
        found = self._ancestors.get(term)
        if found is None:
            ancestors = self.graph.hierarchy.ancestors(term)
            ancestors = ancestors[ancestors != term]
            common = self.profiles.background[ancestors].tolist()
            found = self._ancestors[term] = list(zip(ancestors.tolist(), common, strict=True))
        return found

    def _alike(self, term: int, view: PatchedDisease, forgotten: Forgotten) -> float:
        if not len(view.alike):
            return 0.0
        frequencies = self.profiles.spread.at(term, view.alike)
        if forgotten.diseases:
            for i, neighbour in enumerate(view.alike.tolist()):
                if neighbour in forgotten.diseases:
                    frequencies[i] = forgotten.diseases[neighbour].spread.get(term, 0.0)
        return float(frequencies @ view.alike_weights)

    def looked_for(self, term: int, view: PatchedDisease) -> float:
        """Worth of a listed exclusion for one disease, before weighting; never negative."""
        p = self.parameters
        telling = min(float(self.profiles.information_content[term]), p.looked_for_cap)
        if term in view.features:
            value = np.interp(view.features[term], p.looked_for_frequencies, p.looked_for_values)
            return telling * float(value)
        return telling * p.looked_for_absent if term in view.absent else 0.0


def _falling(n: int, decay: float) -> NDArray[np.float64]:
    """(1 + k) to minus a power, for k from 0."""
    falling: NDArray[np.float64] = np.arange(1.0, n + 1.0) ** -decay
    return falling
