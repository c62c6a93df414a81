"""tests engine/differential.py: broken chains cannot be made, and every identifier has its rank."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nosograph.engine import (
    ClinicalCase,
    DiagnosticEngine,
    Differential,
    EngineError,
    EvidencePath,
)
from nosograph.kg import BrokenPathError, Path

MARFAN_CASE = ClinicalCase.from_terms(
    observed=["HP:0001166", "HP:0001083", "HP:0012727"], excluded=["HP:0001263"], case_id="m"
)
words = st.lists(
    st.sampled_from(
        [
            "arachnodactyly",
            "no",
            "seizures",
            "myopia",
            "ectopia lentis",
            ".",
            "\n",
            "her mother has",
        ]
    )
    | st.text(max_size=12),
    max_size=30,
).map(" ".join)


@pytest.fixture(scope="module")
def differential(toy_engine: DiagnosticEngine) -> Differential:
    return toy_engine.diagnose(MARFAN_CASE, limit=1000)


@pytest.fixture(scope="module")
def long_path(differential: Differential) -> EvidencePath:
    """A path over several steps of the ontology."""
    return max(
        (path for entry in differential.entries for path in entry.paths),
        key=lambda path: len(path.path.steps),
    )


# --- broken chains -----------------------------------------------------------------------------------


def test_a_path_with_a_step_left_out_cannot_be_made(long_path: EvidencePath) -> None:
    steps = long_path.path.steps
    assert len(steps) >= 3
    for number in range(len(steps) - 1):  # without its last step it is a shorter path
        with pytest.raises(BrokenPathError):
            Path(start=long_path.path.start, steps=(*steps[:number], *steps[number + 1 :]))


def test_a_path_with_a_step_turned_round_cannot_be_made(long_path: EvidencePath) -> None:
    steps = list(long_path.path.steps)
    for number, step in enumerate(steps):
        turned = dataclasses.replace(step, is_forward=not step.is_forward)
        with pytest.raises(BrokenPathError):
            Path(start=long_path.path.start, steps=(*steps[:number], turned, *steps[number + 1 :]))


def test_a_shorter_path_cannot_keep_the_labels_of_the_longer(long_path: EvidencePath) -> None:
    shorter = Path(start=long_path.path.start, steps=long_path.path.steps[:-1])
    with pytest.raises(BrokenPathError, match="labels"):
        dataclasses.replace(long_path, path=shorter)


def test_the_path_of_another_finding_cannot_be_taken(differential: Differential) -> None:
    one, other = differential.entries[0].paths[:2]
    with pytest.raises(BrokenPathError, match="starts at"):
        dataclasses.replace(one, path=other.path, labels=other.labels)


def test_a_path_cannot_be_changed_once_it_is_made(long_path: EvidencePath) -> None:
    for value, name in ((long_path, "path"), (long_path.path, "steps"), (long_path.path, "start")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, name, ())


def _drop_a_step(path: dict[str, Any]) -> None:
    del path["path"]["steps"][0]


def _turn_a_step(path: dict[str, Any]) -> None:
    path["path"]["steps"][0]["is_forward"] = not path["path"]["steps"][0]["is_forward"]


def _start_elsewhere(path: dict[str, Any]) -> None:
    path["path"]["start"] = "HP:0000118"


def _of_another_finding(path: dict[str, Any]) -> None:
    path["term_id"] = "HP:0000118"


def _lose_a_label(path: dict[str, Any]) -> None:
    path["labels"].pop()


def _lead_elsewhere(path: dict[str, Any]) -> None:
    path["path"]["steps"][0]["edge"]["subject"] = "HP:0000118"
    path["path"]["steps"][0]["edge"]["object"] = "HP:0000118"


@pytest.mark.parametrize(
    "break_it",
    [_drop_a_step, _turn_a_step, _start_elsewhere, _of_another_finding, _lose_a_label, _lead_elsewhere],
)  # fmt: skip
def test_a_broken_chain_in_a_file_is_refused(
    break_it: Callable[[dict[str, Any]], None], differential: Differential
) -> None:
    plain = json.loads(differential.to_json())
    assert Differential.from_dict(plain) == differential
    break_it(plain["entries"][0]["paths"][0])
    with pytest.raises(EngineError, match="not a differential"):
        Differential.from_dict(plain)


# --- ranks -------------------------------------------------------------------------------------------


def test_every_identifier_of_every_disease_has_the_mean_rank_of_its_score(
    toy_engine: DiagnosticEngine,
) -> None:
    whole = toy_engine.diagnose(MARFAN_CASE, limit=1000)
    short = toy_engine.diagnose(MARFAN_CASE, limit=1)
    assert len(whole.entries) == whole.n_diseases
    assert len(short.entries) == 1
    assert whole.ranking is not None
    scores = whole.ranking.scores
    for position, disease in enumerate(toy_engine.graph.diseases.tolist()):
        own = scores[position]
        expected = (scores > own).sum() + ((scores == own).sum() + 1) / 2
        records = toy_engine.graph.records_of(disease).tolist()
        for node in {disease, *records}:
            assert short.rank_of(toy_engine.graph.node_id(node)) == expected
    for entry in whole.entries:
        assert {short.rank_of(i) for i in (entry.disease_id, *entry.source_ids)} == {entry.rank}
    n = whole.n_diseases
    assert sum(entry.rank for entry in whole.entries) == pytest.approx(n * (n + 1) / 2)


@pytest.mark.parametrize(
    "spelling", ["MONDO:0007947", "omim:154700", "OMIM_154700", "Orphanet:558"]
)
def test_a_rank_is_found_by_other_spellings(spelling: str, differential: Differential) -> None:
    assert differential.rank_of(spelling) == differential.rank_of("OMIM:154700") == 1


def test_the_records_that_are_joined_in_the_embedded_release_share_a_rank(
    engine: DiagnosticEngine,
) -> None:
    graph = engine.graph
    short = engine.diagnose(MARFAN_CASE, limit=3)
    assert short.ranking is not None
    merged = [d for d in graph.diseases.tolist() if len(graph.records_of(d)) > 1]
    assert len(merged) > 100
    order = np.argsort(-short.ranking.scores, kind="stable")
    last = graph.node_id(int(graph.diseases[order[-1]]))
    rank = short.rank_of(last)
    assert rank is not None
    assert rank > 1000
    for disease in merged[:200]:
        ranks = {short.rank_of(graph.node_id(n)) for n in graph.records_of(disease).tolist()}
        assert len(ranks) == 1
        assert None not in ranks


# --- writing and reading -----------------------------------------------------------------------------


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(note=words, case_id=st.text(max_size=5), sex=st.sampled_from([None, "FEMALE", "x"]))
def test_whatever_a_note_holds_writing_and_reading_is_identity(
    note: str, case_id: str, sex: str | None, toy_engine: DiagnosticEngine
) -> None:
    case = ClinicalCase.from_note(note, case_id=case_id, sex=sex)
    differential = toy_engine.diagnose(case, limit=4)
    text = differential.to_json()
    assert Differential.from_json(text) == differential
    assert Differential.from_json(text).to_json() == text
    for finding in differential.findings:
        for evidence in finding.evidence:
            assert case.note[evidence.start : evidence.end] == evidence.text
