"""What must hold of the evidence for all inputs, on the toy graph and on the embedded release."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from nosograph.engine import (
    ClinicalCase,
    DiagnosticEngine,
    Differential,
    Evidence,
    Finding,
    MatchType,
    Modality,
    Sex,
    Status,
)

LIMIT = 12
AGREEMENT = 1e-4
"""All diseases are scored in single precision, entries are explained in double."""
few_examples = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(params=["toy", "embedded"])
def any_engine(request: pytest.FixtureRequest) -> DiagnosticEngine:
    name = "toy_engine" if request.param == "toy" else "engine"
    found: DiagnosticEngine = request.getfixturevalue(name)
    return found


findings = st.builds(
    Finding,
    term_id=st.integers(0, 2**20).map(str),  # the number of a phenotype, see `terms_of`
    status=st.sampled_from([Status.PRESENT, Status.PRESENT, Status.EXCLUDED]),
    confidence=st.sampled_from([1.0, 0.9, 0.5, 0.01]),
    onset_age_years=st.sampled_from([None, None, 0.0, 3.5, 60.0]),
    evidence=st.sampled_from(
        [
            (Evidence(modality=Modality.TERM),),
            (Evidence(modality=Modality.NOTE, text="words", start=0, end=5),),
            (),
        ]
    ),
)
cases = st.builds(
    ClinicalCase,
    findings=st.lists(findings, min_size=1, max_size=8).map(tuple),
    sex=st.sampled_from(Sex),
    age_years=st.sampled_from([None, 0.0, 14.0, 90.0]),
)


def terms_of(engine: DiagnosticEngine, case: ClinicalCase) -> ClinicalCase:
    """The case with numbers turned into terms: half of them annotated, half any phenotype."""
    graph = engine.graph
    edges = graph.edge_range("has_phenotype")
    named = []
    for finding in case.findings:
        half, number = divmod(int(finding.term_id), 2)
        node = int(graph.edge_object[edges.start + half % len(edges)])
        if number:
            node = half % graph.n_terms
            assume(graph.is_phenotype(node))
        named.append(replace(finding, term_id=graph.node_id(node)))
    return replace(case, findings=tuple(named))


def scores_of(differential: Differential) -> np.ndarray:
    assert differential.ranking is not None
    return differential.ranking.scores


@few_examples
@given(case=cases)
def test_contributions_add_up_to_the_score_and_the_score_to_the_ranking(
    any_engine: DiagnosticEngine, case: ClinicalCase
) -> None:
    differential = any_engine.diagnose(terms_of(any_engine, case), limit=LIMIT)
    assert differential.ranking is not None
    for entry in differential.entries:
        assert entry.score == math.fsum(c.log10_lr for c in entry.contributions)
        position = differential.ranking.position_of(entry.disease_id)
        assert position is not None
        assert entry.score == pytest.approx(scores_of(differential)[position], abs=AGREEMENT)
        said = {c.term_id for c in entry.contributions if c.term_id is not None}
        assert said == {f.term_id for f in differential.findings}
        by_finding = [c for c in entry.contributions if c.term_id is not None]
        assert len(by_finding) == len(differential.findings)


@few_examples
@given(case=cases, seed=st.randoms(use_true_random=False))
def test_the_order_of_findings_is_irrelevant(
    any_engine: DiagnosticEngine, case: ClinicalCase, seed: object
) -> None:
    case = terms_of(any_engine, case)
    shuffled = list(case.findings)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    one = any_engine.diagnose(case, limit=3)
    other = any_engine.diagnose(replace(case, findings=tuple(shuffled)), limit=3)
    np.testing.assert_array_equal(scores_of(one), scores_of(other))
    for a, b in zip(one.entries, other.entries, strict=True):
        assert (a.disease_id, a.score, a.probability) == (b.disease_id, b.score, b.probability)


@few_examples
@given(case=cases, times=st.integers(2, 4))
def test_what_is_said_several_times_counts_once(
    any_engine: DiagnosticEngine, case: ClinicalCase, times: int
) -> None:
    case = terms_of(any_engine, case)
    one = any_engine.diagnose(case, limit=3)
    other = any_engine.diagnose(replace(case, findings=case.findings * times), limit=3)
    assert other.findings == one.findings
    assert other.entries == one.entries


@few_examples
@given(case=cases, added=findings)
def test_a_supporting_finding_never_lowers_the_score(
    any_engine: DiagnosticEngine, case: ClinicalCase, added: Finding
) -> None:
    added = replace(added, status=Status.PRESENT, onset_age_years=None)
    more = terms_of(any_engine, replace(case, findings=(*case.findings, added)))
    before = any_engine.diagnose(replace(more, findings=more.findings[:-1]), limit=0)
    after = any_engine.diagnose(more, limit=LIMIT)
    term_id = more.findings[-1].term_id
    # It contradicts nothing and was not known before, or else two things would change at once.
    assume({f.term_id for f in after.findings} - {f.term_id for f in before.findings} == {term_id})
    assume(len(after.findings) == len(before.findings) + 1)
    assert after.ranking is not None
    for entry in after.entries:
        supports = any(c.term_id == term_id and c.log10_lr > 0 for c in entry.contributions)
        position = after.ranking.position_of(entry.disease_id)
        if supports:
            assert entry.score >= scores_of(before)[position] - AGREEMENT


@few_examples
@given(case=cases)
def test_probabilities_are_probabilities_in_the_order_of_the_scores(
    any_engine: DiagnosticEngine, case: ClinicalCase
) -> None:
    differential = any_engine.diagnose(terms_of(any_engine, case), limit=LIMIT)
    assert differential.ranking is not None
    probabilities = differential.ranking.probabilities
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    assert probabilities.sum() <= 1 + 1e-9
    order = np.argsort(-scores_of(differential), kind="stable")
    assert (np.diff(probabilities[order]) <= 1e-15).all()
    ranks = [entry.rank for entry in differential.entries]
    assert ranks == sorted(ranks)
    assert all(rank >= 1 for rank in ranks)


@few_examples
@given(case=cases)
def test_ranks_are_mean_ranks(any_engine: DiagnosticEngine, case: ClinicalCase) -> None:
    from scipy.stats import rankdata

    differential = any_engine.diagnose(terms_of(any_engine, case), limit=LIMIT)
    assert differential.ranking is not None
    expected = rankdata(-scores_of(differential), method="average")
    for entry in differential.entries:
        assert entry.rank == expected[differential.ranking.position_of(entry.disease_id)]
        assert all(differential.rank_of(i) == entry.rank for i in entry.source_ids)


@few_examples
@given(case=cases)
def test_writing_and_reading_is_identity(any_engine: DiagnosticEngine, case: ClinicalCase) -> None:
    differential = any_engine.diagnose(terms_of(any_engine, case), limit=LIMIT)
    assert Differential.from_json(differential.to_json()) == differential
    assert (
        differential.to_markdown() == Differential.from_json(differential.to_json()).to_markdown()
    )


@few_examples
@given(case=cases)
def test_listed_exclusions_never_harm(any_engine: DiagnosticEngine, case: ClinicalCase) -> None:
    listed = (Evidence(modality=Modality.TERM),)
    case = terms_of(any_engine, case)
    findings = tuple(replace(f, evidence=listed) for f in case.findings)
    whole = any_engine.diagnose(replace(case, findings=findings), limit=LIMIT)
    kept = tuple(f for f in whole.findings if f.status is Status.PRESENT)
    without = any_engine.diagnose(replace(case, findings=kept), limit=0)
    assert (scores_of(whole) >= scores_of(without) - AGREEMENT).all()
    for entry in whole.entries:
        assert all(c.log10_lr >= 0 for c in entry.contributions if c.status is Status.EXCLUDED)


def test_every_match_type_of_a_finding_names_what_it_met(engine: DiagnosticEngine) -> None:
    case = ClinicalCase.from_terms(
        observed=["HP:0001166", "HP:0001132", "HP:0012727", "HP:0000545", "HP:0001250"],
        excluded=["HP:0000098"],
    )
    for entry in engine.diagnose(case, limit=60).entries:
        for contribution in entry.contributions:
            has_match = contribution.matched_term is not None
            if contribution.match_type in (MatchType.UNMATCHED, MatchType.SIMILAR_DISEASE):
                assert not has_match
            elif contribution.match_type is MatchType.EXACT:
                assert contribution.matched_term == contribution.term_id
            elif contribution.match_type in (MatchType.MORE_SPECIFIC, MatchType.MORE_GENERAL):
                assert has_match
                assert contribution.matched_term != contribution.term_id


@few_examples
@given(data=st.data())
def test_a_feature_that_a_disease_often_has_never_lowers_its_score(
    any_engine: DiagnosticEngine, data: st.DataObject
) -> None:
    """By what the annotations say supports a disease, and not by what its contribution says."""
    graph, profiles = any_engine.graph, any_engine.model.profiles
    position = data.draw(st.integers(0, profiles.n_diseases - 1))
    terms, frequencies = profiles.features.row(position)
    often = terms[frequencies > 2 * profiles.background[terms]].tolist()
    assume(len(often) > 1)
    chosen = data.draw(st.lists(st.sampled_from(often), min_size=2, max_size=6, unique=True))
    observed = [graph.node_id(term) for term in chosen]
    scores = [
        scores_of(any_engine.diagnose(ClinicalCase.from_terms(observed=observed[:n]), limit=0))[
            position
        ]
        for n in range(len(observed) + 1)
    ]
    assert scores[0] == 0
    assert scores[1] > 0
    assert (np.diff(scores) >= -AGREEMENT).all()
