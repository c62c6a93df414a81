"""How a finding meets a disease, on cases that were made for it."""

from __future__ import annotations

import numpy as np
import pytest

from nosograph.engine import (
    ClinicalCase,
    Contribution,
    DiagnosticEngine,
    Differential,
    Finding,
    MatchType,
    Status,
)

MARFAN = "OMIM:154700"
TELLING = ("HP:0001166", "HP:0001083", "HP:0002616")
"""Arachnodactyly, ectopia lentis, aortic root aneurysm: enough to list Marfan syndrome."""


def contribution_of(
    engine: DiagnosticEngine,
    term_id: str,
    *,
    excluded: bool = False,
    disease_id: str = MARFAN,
    beside: tuple[str, ...] = TELLING,
) -> Contribution:
    """What one term contributes to a disease, beside telling others."""
    others = [t for t in beside if t != term_id]
    case = ClinicalCase.from_terms(
        observed=others + ([] if excluded else [term_id]), excluded=[term_id] if excluded else []
    )
    differential = engine.diagnose(case, limit=60)
    entry = next(e for e in differential.entries if disease_id in e.source_ids)
    return next(c for c in entry.contributions if c.term_id == term_id)


@pytest.mark.parametrize(
    ("term_id", "match_type", "matched_term"),
    [
        ("HP:0001083", MatchType.EXACT, "HP:0001083"),
        (
            "HP:0000915",
            MatchType.MORE_SPECIFIC,
            "HP:0000767",
        ),  # Pectus excavatum of inferior sternum
        ("HP:0012727", MatchType.MORE_GENERAL, "HP:0002616"),  # Thoracic aortic aneurysm
        ("HP:0001903", MatchType.UNMATCHED, None),  # Anemia
    ],
)
def test_an_observed_finding_has_its_match_type(
    engine: DiagnosticEngine, term_id: str, match_type: MatchType, matched_term: str | None
) -> None:
    contribution = contribution_of(engine, term_id)
    assert (contribution.match_type, contribution.matched_term) == (match_type, matched_term)
    assert contribution.status is Status.PRESENT
    if match_type is not MatchType.UNMATCHED:
        assert contribution.log10_lr > 0
        assert contribution.matched_label == engine.graph.label(engine.graph.index(matched_term))


def test_a_sibling_of_an_annotated_term_is_related(engine: DiagnosticEngine) -> None:
    related = [
        contribution
        for entry in engine.diagnose(
            ClinicalCase.from_terms(observed=["HP:0001166", "HP:0012019"]), limit=40
        ).entries
        for contribution in entry.contributions
        if contribution.match_type is MatchType.RELATED
    ]
    assert related
    hierarchy, index = engine.graph.hierarchy, engine.graph.index
    for contribution in related:
        own, met = index(contribution.term_id), index(contribution.matched_term)
        assert contribution.log10_lr > 0
        assert not hierarchy.is_a(own, met)
        assert not hierarchy.is_a(met, own)


def test_a_more_specific_finding_says_less_than_the_annotated_one(
    engine: DiagnosticEngine,
) -> None:
    assert contribution_of(engine, "HP:0000915").log10_lr > 0
    assert contribution_of(engine, "HP:0000915").log10_lr < (
        contribution_of(engine, "HP:0000767").log10_lr
    )


def test_an_unrelated_finding_costs_little(engine: DiagnosticEngine) -> None:
    assert -0.5 < contribution_of(engine, "HP:0001903").log10_lr <= 0


def test_a_frequent_feature_that_is_excluded_was_expected(engine: DiagnosticEngine) -> None:
    contribution = contribution_of(engine, "HP:0002616", excluded=True)
    assert contribution.match_type is MatchType.EXCLUDED_EXPECTED
    assert contribution.status is Status.EXCLUDED
    assert contribution.matched_term == "HP:0002616"


def test_what_the_disease_does_not_have_is_excluded_consistently(
    engine: DiagnosticEngine,
) -> None:
    contribution = contribution_of(engine, "HP:0001903", excluded=True)
    assert contribution.match_type is MatchType.EXCLUDED_CONSISTENT
    assert contribution.log10_lr >= 0


def test_a_finding_that_was_never_seen_in_the_disease_speaks_against_it(
    toy_engine: DiagnosticEngine,
) -> None:
    """Toy Marfan syndrome: 0 of 12 with seizures, and NOT global developmental delay."""
    for term_id in ("HP:0001250", "HP:0001263"):
        contribution = contribution_of(toy_engine, term_id)
        assert contribution.match_type is MatchType.NEVER_SEEN
        assert contribution.log10_lr < 0


def test_an_uncertain_finding_counts_less(engine: DiagnosticEngine) -> None:
    def score(confidence: float) -> float:
        case = ClinicalCase(findings=(Finding(term_id="HP:0001083", confidence=confidence),))
        differential = engine.diagnose(case, limit=1)
        return differential.entries[0].score

    assert score(1.0) > score(0.5) > score(0.1) > 0


# --- sex and onset -------------------------------------------------------------------------------


def scores(differential: Differential) -> np.ndarray:
    assert differential.ranking is not None
    return differential.ranking.scores


def owners(engine: DiagnosticEngine, relation: str, term_ids: set[str]) -> set[int]:
    """Positions of the diseases of which a relation to one of the terms is stated."""
    graph = engine.graph
    found = set()
    for number in graph.edge_range(relation):
        if graph.node_id(int(graph.edge_object[number])) in term_ids:
            disease = int(graph.disease_of[graph.edge_subject[number]])
            found.add(int(np.searchsorted(graph.diseases, disease)))
    return found


def test_sex_changes_only_what_is_x_linked(engine: DiagnosticEngine) -> None:
    neutral = ClinicalCase.from_terms(observed=["HP:0001250"])
    unknown = scores(engine.diagnose(neutral, limit=1))
    x_linked = owners(engine, "has_mode_of_inheritance", {"HP:0001419"})
    for sex, sign in (("MALE", 1), ("FEMALE", -1)):
        case = ClinicalCase.from_terms(observed=["HP:0001250"], sex=sex)
        change = scores(engine.diagnose(case, limit=1)) - unknown
        changed = set(np.flatnonzero(np.abs(change) > 1e-9).tolist())
        assert changed
        assert changed <= x_linked
        assert (sign * change >= -1e-9).all()


@pytest.mark.parametrize("sex", [None, "OTHER_SEX", "UNKNOWN_SEX", "nonsense"])
def test_no_known_sex_changes_nothing(engine: DiagnosticEngine, sex: str | None) -> None:
    neutral = ClinicalCase.from_terms(observed=["HP:0001250"])
    case = ClinicalCase.from_terms(observed=["HP:0001250"], sex=sex)
    np.testing.assert_array_equal(
        scores(engine.diagnose(case, limit=1)), scores(engine.diagnose(neutral, limit=1))
    )


def test_onset_changes_only_diseases_of_which_an_onset_is_stated(
    engine: DiagnosticEngine,
) -> None:
    from nosograph.engine.ranking.sex_and_onset import ONSET_CLASSES

    def scores_at(onset: float | None) -> np.ndarray:
        finding = Finding(term_id="HP:0001250", onset_age_years=onset)
        return scores(engine.diagnose(ClinicalCase(findings=(finding,)), limit=1))

    stated = owners(engine, "has_clinical_course", set(ONSET_CLASSES))
    for onset in (0.0, 70.0):
        changed = np.flatnonzero(np.abs(scores_at(onset) - scores_at(None)) > 1e-9)
        assert len(changed)
        assert set(changed.tolist()) <= stated


def test_sex_and_onset_have_contributions_of_their_own(engine: DiagnosticEngine) -> None:
    case = ClinicalCase(
        findings=(Finding(term_id="HP:0003560", onset_age_years=4.0),),  # Muscular dystrophy
        sex=ClinicalCase.from_terms(observed=(), sex="MALE").sex,
    )
    said = {
        contribution.label
        for entry in engine.diagnose(case, limit=40).entries
        for contribution in entry.contributions
        if contribution.match_type is MatchType.DEMOGRAPHIC
    }
    assert said == {"Sex male", "Age at first finding"}
