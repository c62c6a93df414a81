"""What an answer cannot be relied on for is said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.engine import ClinicalCase, DiagnosticEngine, Level
from nosograph.engine.ranking.ranking import DiseaseRanking

MARFAN = ["HP:0001166", "HP:0001083", "HP:0002616", "HP:0001634", "HP:0000098"]
SCATTERED = ["HP:0200032", "HP:0000805", "HP:0002202", "HP:0000407", "HP:0001081", "HP:0001871"]
"""Kayser-Fleischer ring, enuresis, pleural effusion, deafness, gallstones, blood."""


def told(engine: DiagnosticEngine, case: ClinicalCase) -> str:
    return " ".join(str(issue) for issue in engine.diagnose(case, limit=1).issues)


def test_findings_that_no_disease_explains_are_called_scattered(engine: DiagnosticEngine) -> None:
    scattered = told(engine, ClinicalCase.from_terms(observed=SCATTERED))
    assert "Scattered input: only" in scattered
    assert f"of {len(SCATTERED)} observed findings speak" in scattered
    assert "Scattered" not in told(engine, ClinicalCase.from_terms(observed=MARFAN))


def test_few_findings_are_called_thin_and_none_an_error(engine: DiagnosticEngine) -> None:
    assert "Thin input, with few observed findings (1)" in told(
        engine, ClinicalCase.from_terms(observed=MARFAN[:1])
    )
    nothing = engine.diagnose(ClinicalCase.from_terms(observed=[]))
    assert [issue.level for issue in nothing.issues] == [Level.ERROR]
    assert nothing.entries == ()


def test_it_is_said_how_exclusions_were_taken(engine: DiagnosticEngine) -> None:
    excluded = ["HP:0001250"]
    looked_for = ClinicalCase.from_terms(observed=MARFAN, excluded=excluded)
    routine = ClinicalCase.from_terms(observed=MARFAN, excluded=excluded, routine_negatives=True)
    assert "looked for on purpose" in told(engine, looked_for)
    assert "looked for on purpose" not in told(engine, routine)
    assert "looked for on purpose" not in told(engine, ClinicalCase.from_terms(observed=MARFAN))


def test_routine_negatives_never_speak_for_what_has_the_feature(engine: DiagnosticEngine) -> None:
    ectopia = "HP:0001083"
    observed = [term for term in MARFAN if term != ectopia]
    values = {}
    for routine in (False, True):
        case = ClinicalCase.from_terms(
            observed=observed, excluded=[ectopia], routine_negatives=routine
        )
        entries = engine.diagnose(case, limit=200).entries
        marfan = next(e for e in entries if "OMIM:154700" in (e.disease_id, *e.source_ids))
        values[routine] = next(c.log10_lr for c in marfan.contributions if c.term_id == ectopia)
    assert values[True] < 0 < values[False]


def test_a_phenopacket_and_its_terms_give_the_same_answer(engine: DiagnosticEngine) -> None:
    features = [{"type": {"id": term}} for term in MARFAN]
    packet = {
        "subject": {"sex": "MALE"},
        "phenotypicFeatures": [*features, {"type": {"id": "HP:0001250"}, "excluded": True}],
    }
    for routine in (False, True):
        given_as = (
            ClinicalCase.from_phenopacket(packet, routine_negatives=routine),
            ClinicalCase.from_terms(
                observed=MARFAN, excluded=["HP:0001250"], sex="MALE", routine_negatives=routine
            ),
        )
        one, other = (engine.diagnose(case, limit=5) for case in given_as)
        assert [e.score for e in one.entries] == [e.score for e in other.entries]
        assert [e.probability for e in one.entries] == [e.probability for e in other.entries]


def test_what_the_note_speaks_of_is_not_asked_for_again(engine: DiagnosticEngine) -> None:
    note = "Tall boy with ectopia lentis, arachnodactyly and aortic root aneurysm."
    asked = {
        feature.term_id
        for entry in engine.diagnose(ClinicalCase.from_note(note), limit=5).entries
        for feature in entry.missing_features
    }
    assert "HP:0002108" in asked  # Spontaneous pneumothorax
    resolved = f"{note} The spontaneous pneumothorax has resolved."
    again = engine.diagnose(ClinicalCase.from_note(resolved), limit=5)
    assert "HP:0002108" not in {f.term_id for f in again.findings}
    assert all(f.term_id != "HP:0002108" for e in again.entries for f in e.missing_features)


@given(
    scores=st.lists(st.sampled_from([-1.0, 0.0, 0.5, 2.0]), min_size=1, max_size=40),
    limit=st.integers(-1, 45),
)
@pytest.mark.usefixtures("toy_graph")
def test_the_best_are_those_of_a_stable_sort(scores: list[float], limit: int) -> None:
    values = np.array(scores)
    ranking = DiseaseRanking(graph=None, scores=values, probabilities=values)  # type: ignore[arg-type]
    expected = np.argsort(-values, kind="stable")[: max(0, limit)]
    assert ranking.best(limit).tolist() == expected.tolist()
