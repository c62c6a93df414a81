"""Histories beside lists of symptoms, on a few patients made by hand."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from nosograph.engine.case import Sex, Status
from nosograph.engine.evaluation.paired_difference import paired_mean_difference
from nosograph.engine.evaluation.ramedis import is_english, run_history_benchmark
from nosograph.engine.evaluation.ramedis_records import Symptom, SymptomTable, read_ramedis
from nosograph.engine.evaluation.ramedis_report import (
    INPUTS,
    HistoryOutcome,
    HistoryReport,
    Reading,
)
from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.errors import SourceError

TABLE = """SYMPTOM,RANGE,HPO,ENG_NAME
dislocated lens [ectopia lentis],,HP:0001083,Ectopia lentis
arachnodactyly,,HP:0001166,Arachnodactyly
seizures,,HP:0001250,Seizures
ataxia,,HP:0001251,Ataxia
stature,short,HP:0004322,Short stature
stature,tall,HP:0000098,Tall stature
aorta,,HP:0002616,Aortic root aneurysm
aorta,,not a term,
no clinical signs or symptoms,,,
"""
HISTORY = (
    "The boy had tall stature, long fingers and ectopia lentis, but no seizures. His "
    "homocysteine was normal. His father has ataxia.\n\nAm J Hum Genet 2001; 84: 58-6011124787"
)
SYMPTOMS = (
    ("dislocated lens [ectopia lentis]", "2 Year(s)", "yes"),
    ("dislocated lens [ectopia lentis]", "6 Month(s)", "yes"),
    ("arachnodactyly", "6 Year(s)", "++"),
    ("aorta", "", "yes"),
    ("seizures", "6 Year(s)", "no"),
    ("ataxia", "6 Year(s)", "yes"),
    ("arachnodactyly", "1 Year(s)", "-"),
    ("no clinical signs or symptoms", "1 Day(s)", "yes"),
)


def _patient(
    number: int,
    history: str,
    *,
    diagnosis: str = "MARFAN SYNDROME (MIM 154700)",
    screening: str = "n",
) -> tuple[str, str]:
    record = {
        "MainData": {
            "Patient ID": str(number),
            "Diagnosis": diagnosis,
            "Gender": "m",
            "Found in newborn screening": screening,
            "History": history,
        },
        "Symptoms": [{"Name": n, "Age": a, "Range": r} for n, a, r in SYMPTOMS],
    }
    return f"patients/{number}.json", json.dumps(record)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "ramedis"
    folder.mkdir()
    (folder / "symptom_map_hpo.csv").write_text(TABLE, "utf-8")
    files = (
        _patient(1, HISTORY),
        _patient(2, " \r\n"),
        _patient(3, "Der Junge wurde mit einer Linsenluxation geboren und ist groß."),
        _patient(4, HISTORY, diagnosis="UNKNOWN (MIM 1)"),
        _patient(5, HISTORY, diagnosis="NOTHING (MIM 999999)"),
        _patient(6, "The patient was found in the screening.", screening="y"),
        ("patients/7.json", "{"),
        ("patients/8.json", '{"MainData": {}}'),
        ("__MACOSX/patients/._1.json", "{"),
    )
    with zipfile.ZipFile(folder / "patients-some.zip", "w") as archive:
        for name, content in files:
            archive.writestr(name, content)
    return tmp_path


def test_patients_are_read_with_their_papers_and_ages(
    data: Path, embedded_graph: KnowledgeGraph
) -> None:
    cohort, _ = read_ramedis(data, embedded_graph)
    assert cohort.unreadable == Counter(
        {"not a patient of RAMEDIS": 2, "no diagnosis with a MIM number": 1}
    )
    first = cohort.patients[0]
    assert (first.disease_id, first.sex, first.publications) == (
        "OMIM:154700",
        Sex.MALE,
        ("PMID:1124787", "PMID:11124787"),
    )
    assert [s.age_years for s in first.symptoms[:4]] == [2, 0.5, 6, None]
    assert first.symptoms[4].status is Status.EXCLUDED
    assert [p.found_by_screening for p in cohort.patients] == [False, False, False, False, True]


def test_a_symptom_has_the_terms_of_its_range_or_of_any(embedded_graph: KnowledgeGraph) -> None:
    table = SymptomTable.read(TABLE.splitlines(), embedded_graph)
    assert table.terms_of(Symptom("stature", "short")) == ("HP:0004322",)
    assert table.terms_of(Symptom("stature", "unusual")) == ()
    assert table.terms_of(Symptom("seizures", "severe")) == ("HP:0001250",)
    assert table.terms_of(Symptom("no clinical signs or symptoms", "yes")) == ()
    assert table.terms_of(Symptom("aorta", "yes")) == ("HP:0002616",)  # the other is no term


def test_the_diagnosis_is_ranked_by_every_input_and_the_others_are_counted(data: Path) -> None:
    report = run_history_benchmark(data)
    assert report.left_out == Counter(
        {
            "not a patient of RAMEDIS": 2,
            "no diagnosis with a MIM number": 1,
            "no history": 1,
            "history not in English, or not in words": 1,
            "diagnosis not ranked, or known from the own paper only": 1,
        }
    )
    ill, screened = report.outcomes
    assert (ill.found_by_screening, screened.found_by_screening) == (False, True)
    n_terms = dict(zip(INPUTS, ill.n_terms, strict=True))
    assert n_terms["symptoms, present"] == 4
    assert n_terms["symptoms, absent ones too"] == 5
    assert n_terms["history, present"] == 3
    assert n_terms["history, negatives too"] >= 4
    n_listed = ill.n_terms[1]
    assert n_listed < n_terms["history and symptoms"] < n_listed + n_terms["history, negatives too"]
    assert all(rank < 200 for rank in ill.ranks)
    readings = {symptom.name: symptom.reading for symptom in ill.in_text}
    assert readings == {
        "dislocated lens [ectopia lentis]": Reading.SAME_TERM,
        "arachnodactyly": Reading.ON_A_LINE,  # "long fingers" is above it
        "aorta": Reading.NOT_READ,
        "ataxia": Reading.NOT_COUNTED,  # of the father
    }
    assert (ill.n_read, ill.n_read_on_line) == (3, 2)


def test_an_input_without_a_term_is_a_miss_and_not_a_hit(data: Path) -> None:
    _, screened = run_history_benchmark(data).outcomes
    by_input = dict(zip(INPUTS, zip(screened.ranks, screened.n_terms, strict=True), strict=True))
    rank, n_terms = by_input["history, present"]
    assert n_terms == 0
    assert rank > 1000


def test_laboratory_terms_are_those_that_the_list_has_no_word_for(data: Path) -> None:
    table = data / "ramedis" / "symptom_map_hpo.csv"
    table.write_text(TABLE + "metabolic acidosis,,HP:0001942,Metabolic acidosis\n", "utf-8")
    history = "The boy had metabolic acidosis, hyperammonemia and vomiting."
    with zipfile.ZipFile(data / "ramedis" / "patients-some.zip", "w") as archive:
        archive.writestr(*_patient(1, history))
    (outcome,) = run_history_benchmark(data).outcomes
    n_terms = dict(zip(INPUTS, outcome.n_terms, strict=True))
    assert n_terms["history, negatives too"] == 3
    assert n_terms["history, negatives too, without laboratory terms"] == 2


def test_the_name_of_the_diagnosis_is_no_finding_where_it_is_left_out(data: Path) -> None:
    history = "The boy had lens luxation, homocystinuria and tall stature."
    diagnosis = "HOMOCYSTINURIA DUE TO CYSTATHIONINE BETA-SYNTHASE DEFICIENCY (MIM 236200)"
    with zipfile.ZipFile(data / "ramedis" / "patients-some.zip", "w") as archive:
        archive.writestr(*_patient(1, history, diagnosis=diagnosis))
    (outcome,) = run_history_benchmark(data).outcomes
    n_terms = dict(zip(INPUTS, outcome.n_terms, strict=True))
    assert n_terms["history, negatives too"] == 3
    assert n_terms["history, negatives too, without the name of the diagnosis"] == 2


def test_the_report_shows_groups_inputs_and_differences(data: Path) -> None:
    report = run_history_benchmark(data)
    text = report.to_markdown()
    assert all(f"| {name} |" in text for name in INPUTS)
    assert "**not found by newborn screening**: 1 patients of 1 diseases." in text
    assert "**found by newborn screening**: 1 patients of 1 diseases." in text
    assert "| aorta | 2 |" in text
    plain = report.to_dict()
    assert plain["patients"] == 2
    assert set(plain["groups"]["found by newborn screening"]["inputs"]) == set(INPUTS)
    json.dumps(plain, allow_nan=False)


def test_top_k_and_differences_are_of_the_ranks_given() -> None:
    def outcome(disease: int, ranks: tuple[float, ...]) -> HistoryOutcome:
        ones = (1,) * len(INPUTS)
        return HistoryOutcome(disease, False, ranks, ones, (), n_read=1, n_read_on_line=0)

    best, worse = (1.0,) * len(INPUTS), (1.0, 1.0, 1.0, *(20.0,) * (len(INPUTS) - 3))
    report = HistoryReport(outcomes=(outcome(1, best), outcome(2, worse)), left_out=Counter())
    group = report.to_dict()["groups"]["not found by newborn screening"]
    assert group["inputs"]["symptoms, present"]["top_1"]["patients"]["value"] == 1
    assert group["inputs"]["history, present"]["top_10"]["patients"]["value"] == 0.5
    difference = group["differences"][0]
    assert (difference["input"], difference["minus"]) == ("history, present", "symptoms, present")
    assert difference["top_1"] == {"value": -0.5, "low": -1.0, "high": 0.0}


def test_the_interval_of_a_difference_is_drawn_by_group() -> None:
    ours, theirs = np.array([1.0, 1.0, 1.0, 0.0]), np.zeros(4)
    by_group = paired_mean_difference(ours, theirs, np.array([0, 0, 0, 1]))
    assert (by_group.value, by_group.low, by_group.high) == (0.75, 0.0, 1.0)
    one_group = paired_mean_difference(ours, theirs, np.zeros(4, dtype=np.int64))
    assert one_group.low == one_group.high == 0.75
    assert paired_mean_difference(ours[:0], theirs[:0], np.array([], dtype=np.int64)).value == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Patient is P622 in this publication, which was severe.", True),
        ("El paciente nació con hipotonía y el diagnóstico por el gen.", False),
        ("Le patient est né avec une hypotonie.", False),
        ("dkljkdfgjdkjk", False),
        ("", False),
    ],
)
def test_english_is_told_by_its_small_words(text: str, expected: bool) -> None:
    assert is_english(text) is expected


def test_without_patients_it_is_said_what_is_expected(
    tmp_path: Path, embedded_graph: KnowledgeGraph
) -> None:
    with pytest.raises(SourceError, match=r"symptom_map_hpo\.csv"):
        read_ramedis(tmp_path, embedded_graph)
    folder = tmp_path / "ramedis"
    folder.mkdir()
    (folder / "symptom_map_hpo.csv").write_text(TABLE, "utf-8")
    (folder / "patients.zip").write_bytes(b"no archive")
    with pytest.raises(SourceError, match="not a zip archive"):
        read_ramedis(tmp_path, embedded_graph)
