"""The fit works on the model's own formula, and gives the same file every time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cattrs
import numpy as np
import pytest

from nosograph.engine.evaluation.calibration_fit import fit_calibration, summarize
from nosograph.engine.evaluation.cohorts import read_cohorts
from nosograph.engine.evaluation.coordinate_search import COORDINATES, search
from nosograph.engine.evaluation.fitting import fit_parameters, write_parameters
from nosograph.engine.evaluation.ingredients import IngredientReader
from nosograph.engine.evaluation.objective import Objective
from nosograph.engine.evaluation.onset_fit import fit_onset
from nosograph.engine.evaluation.training_cases import Pool, TrainingCase, sample_cases
from nosograph.engine.ranking.calibration import Calibration, best_probability
from nosograph.engine.ranking.evidence import EvidenceModel
from nosograph.engine.ranking.parameters import EvidenceParameters
from nosograph.engine.ranking.parameters import Parameters as Learned
from nosograph.kg import KnowledgeGraph
from nosograph.ontologies.errors import SourceError

DISEASES = (
    "OMIM:154700",
    "OMIM:253280",
    "OMIM:605231",
    "OMIM:143100",
    "OMIM:162200",
    "OMIM:219700",
)
SINGLE_PRECISION = 1e-4


def _packet(graph: KnowledgeGraph, disease_id: str, number: int) -> dict[str, Any]:
    """A patient with some of the disease's features, told with a paper of its annotations."""
    records = graph.records_of(graph.find_disease(disease_id))
    edges = [e for r in records.tolist() for e in graph.edges_from(r, "has_phenotype")]
    terms = sorted({str(graph.edge(e).object) for e in edges})
    cited = {p for e in edges for p in graph.edge(e).provenance.publications if "PMID" in p}
    features: list[dict[str, Any]] = [
        {"type": {"id": t}, "onset": {"age": {"iso8601duration": f"P{number + 1}Y"}}}
        for t in terms[number : number + 4]
    ]
    features += [{"type": {"id": t}, "excluded": True} for t in terms[number + 4 : number + 7]]
    return {
        "id": f"{disease_id} {number}",
        "subject": {"id": "patient", "sex": ("MALE", "FEMALE")[number % 2]},
        "phenotypicFeatures": features,
        "interpretations": [{"id": "1", "diagnosis": {"disease": {"id": disease_id}}}],
        "metaData": {"externalReferences": [{"id": p} for p in sorted(cited)[:1]]},
    }


@pytest.fixture(scope="module")
def data(embedded_graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two patients of each of six diseases."""
    root = tmp_path_factory.mktemp("data")
    folder = root / "phenopackets" / "phenopacket-store-tests"
    folder.mkdir(parents=True)
    for disease_id in DISEASES:
        for number in range(2):
            packet = _packet(embedded_graph, disease_id, number)
            name = f"{disease_id.replace(':', '-')}-{number}.json"
            (folder / name).write_text(json.dumps(packet), "utf-8")
    return root


@pytest.fixture(scope="module")
def model(embedded_graph: KnowledgeGraph) -> EvidenceModel:
    table = Learned.shipped().evidence.onset_log10_lr
    return EvidenceModel.open(
        embedded_graph, parameters=replace(EvidenceParameters(), onset_log10_lr=table)
    )


@pytest.fixture(scope="module")
def cases(data: Path, model: EvidenceModel) -> tuple[TrainingCase, ...]:
    diagnosed = [case for cohort in read_cohorts(data) for case in cohort.cases]
    return tuple(sample_cases(Pool.of(diagnosed, model.graph), model))


def _objective(
    model: EvidenceModel, cases: Iterable[TrainingCase]
) -> tuple[Objective, IngredientReader]:
    reader, cases = IngredientReader(model), tuple(cases)
    ingredients = [reader.read(case) for case in cases]
    table = model.parameters.onset_log10_lr
    return Objective(model, cases=cases, ingredients=ingredients, onset_log10_lr=table), reader


@pytest.mark.parametrize(
    "other", [{}, {"related_power": 1.1, "floor": 0.01, "looked_for_absent": 0.3}]
)
def test_objective_scores_are_the_scores_of_the_model(
    model: EvidenceModel, cases: tuple[TrainingCase, ...], other: dict[str, float]
) -> None:
    objective, _ = _objective(model, cases)
    assert any(case.forgotten.diseases for case in cases)
    parameters = replace(model.parameters, **other)
    found = objective.scores(parameters)
    judge = EvidenceModel(model.graph, model.profiles, parameters=parameters)
    expected = np.concatenate(
        [
            judge.score(case.patient, forgotten=case.forgotten).scores[i.candidates]
            for case, i in zip(cases, objective.ingredients, strict=True)
        ]
    )
    assert found == pytest.approx(expected, abs=SINGLE_PRECISION)


def test_search_lowers_the_loss_and_stays_within_its_bounds(
    model: EvidenceModel, cases: tuple[TrainingCase, ...]
) -> None:
    objective, _ = _objective(model, cases)
    before = objective(model.parameters)
    found, loss = search(objective, model.parameters, rounds=1)
    assert loss <= before
    for coordinate in COORDINATES:
        assert coordinate.low <= coordinate.of(found) <= coordinate.high


def test_search_finds_the_minimum_of_a_bowl() -> None:
    def bowl(p: EvidenceParameters) -> float:
        return (p.observed_decay - 0.9) ** 2 + (p.looked_for_values[1] - 0.5) ** 2

    found, _ = search(bowl, EvidenceParameters(), rounds=5)
    assert found.observed_decay == pytest.approx(0.9, abs=0.05)
    assert found.looked_for_values[1] == pytest.approx(0.5, abs=0.05)


def test_onset_table_says_what_the_cases_say(
    model: EvidenceModel, cases: tuple[TrainingCase, ...]
) -> None:
    table = np.array(fit_onset(model, cases))
    assert table.shape == (7, 6)
    assert np.isfinite(table).all()
    assert fit_onset(model, ()) == tuple((0.0,) * 6 for _ in range(7))


def test_summaries_have_the_probabilities_of_the_calibration(
    model: EvidenceModel, cases: tuple[TrainingCase, ...]
) -> None:
    parameters = Learned.shipped().calibration
    inputs = [told for c in cases for told in ((c.patient, c), (c.patient.observed_only(), c))]
    for labelled, (patient, case) in zip(summarize(model, cases), inputs, strict=True):
        scored = model.score(patient, forgotten=case.forgotten)
        best = int(np.argmax(scored.scores))
        expected = Calibration(parameters).probabilities(
            scored.scores,
            n_observed=len(patient.present),
            n_listed_excluded=patient.n_listed_excluded,
            exact_share=scored.exact_share(best),
        )
        found = float(best_probability(parameters, labelled.summary))
        assert found == pytest.approx(expected.max(), abs=0.01)
        assert labelled.is_right[0] == (best == case.position)


def test_calibration_learns_that_right_answers_deserve_trust(
    model: EvidenceModel, cases: tuple[TrainingCase, ...]
) -> None:
    labelled = summarize(model, cases)
    first = np.arange(10) == 0
    sure = fit_calibration([one._replace(is_right=first) for one in labelled])
    unsure = fit_calibration([one._replace(is_right=first & False) for one in labelled])
    assert sure.slope > unsure.slope > 0
    for one in labelled:
        high, low = (best_probability(p, one.summary) for p in (sure, unsure))
        assert high > 0.9 > 0.1 > low


def test_fit_is_the_same_every_time_and_readable(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "new" / "parameters.json"
    write_parameters(fit_parameters(data), path)
    again = tmp_path / "again.json"
    write_parameters(fit_parameters(data), again)
    assert path.read_bytes() == again.read_bytes()
    content = json.loads(path.read_text("utf-8"))
    for plain in (content["all"], *content["folds"]):
        assert cattrs.structure(plain, Learned).as_dict() == cattrs.unstructure(
            cattrs.structure(plain, Learned)
        )
    assert set(DISEASES) <= set(content["fold_of"])
    assert content["fitted_on"]["cases"] == 12
    assert [p.name for p in path.parent.iterdir()] == ["parameters.json"]


def test_fit_without_a_cohort_says_what_to_do(tmp_path: Path, data: Path) -> None:
    (tmp_path / "phenopackets").mkdir()
    source = data / "phenopackets" / "phenopacket-store-tests"
    (tmp_path / "phenopackets" / "others").symlink_to(source, target_is_directory=True)
    with pytest.raises(SourceError, match="phenopacket-store"):
        fit_parameters(tmp_path)
