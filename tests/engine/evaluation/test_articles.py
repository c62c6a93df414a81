"""Papers read by the linker and by a curator, with themselves forgotten."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from nosograph.engine.evaluation.ablation import ABLATIONS, run_ablation
from nosograph.engine.evaluation.articles import INPUTS, run_article_benchmark
from nosograph.engine.ranking.parameters import Parameters
from nosograph.ontologies.errors import SourceError

TEXT = "A tall boy with ectopia lentis, arachnodactyly and an aortic root aneurysm. No seizures."


def _packet(number: str, disease_id: str) -> dict[str, object]:
    return {
        "id": number,
        "subject": {"id": "1", "sex": "MALE"},
        "phenotypicFeatures": [
            {"type": {"id": "HP:0001083"}},
            {"type": {"id": "HP:0001166"}},
            {"type": {"id": "HP:0001250"}, "excluded": True},
        ],
        "interpretations": [{"id": "1", "diagnosis": {"disease": {"id": disease_id}}}],
        "metaData": {"externalReferences": [{"id": f"PMID:{number}"}]},
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    cohort = tmp_path / "phenopackets" / "some"
    cohort.mkdir(parents=True)
    for number, disease_id in (("11", "OMIM:154700"), ("12", "OMIM:999999")):
        (cohort / f"{number}.json").write_text(json.dumps(_packet(number, disease_id)), "utf-8")
    (tmp_path / "text").mkdir()
    with zipfile.ZipFile(tmp_path / "text" / "jax-some.zip", "w") as archive:
        for number in ("11", "12", "13"):
            archive.writestr(f"txt/{number}.txt", TEXT)
        archive.writestr(
            "gold.json",
            json.dumps({n: {"HP:0001083": "Ectopia lentis"} for n in ("11", "12", "13")}),
        )
    return tmp_path


def test_articles_are_ranked_by_every_input_and_the_others_counted(data: Path) -> None:
    report = run_article_benchmark(data)
    assert (len(report.outcomes), report.n_without_diagnosis, report.n_unranked) == (1, 1, 1)
    (outcome,) = report.outcomes
    assert len(outcome.ranks) == len(INPUTS)
    assert (outcome.n_curated, outcome.n_excluded) == (1, 1)
    assert outcome.n_observed == 3
    by_curator, *by_text = outcome.ranks
    assert max(by_text) < by_curator  # three findings say more than one
    for name in INPUTS:
        assert f"| {name} |" in report.to_markdown()
    assert report.to_dict()["articles"] == 1


def test_without_articles_it_is_said_what_is_expected(data: Path) -> None:
    (data / "text" / "jax-some.zip").unlink()
    with pytest.raises(SourceError, match=r"gold\.json"):
        run_article_benchmark(data)


def test_without_listed_exclusions_they_change_nothing(data: Path) -> None:
    report = run_ablation(data)
    assert list(report.reports) == list(ABLATIONS)
    rows = report.reports["without listed exclusions"].rows
    for observed, excluded in zip(rows[::2], rows[1::2], strict=True):
        assert (observed.findings, excluded.findings) == ("observed only", "observed and excluded")
        assert (observed.micro, observed.macro) == (excluded.micro, excluded.macro)
    text = report.to_markdown()
    assert all(f"| {name} |" in text for name in ABLATIONS)


def test_every_ablation_changes_the_learned_numbers() -> None:
    shipped = Parameters.shipped().evidence
    changed = [change(shipped) for change in ABLATIONS.values()]
    assert changed[0] == shipped
    assert len({str(parameters) for parameters in changed}) == len(ABLATIONS)
