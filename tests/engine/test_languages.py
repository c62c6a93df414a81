"""A note in another language gives what its English twin gives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nosograph.engine import ClinicalCase, DiagnosticEngine
from nosograph.engine.cli.main import app
from nosograph.engine.differential import Differential
from nosograph.engine.evaluation.languages import TRANSLATIONS_ARCHIVE, run_language_benchmark

TWINS = Path(__file__).parents[2] / "examples" / "languages"
CODES = ("zh", "de", "es", "ja")


@pytest.fixture(scope="module")
def archive(shared_data: Path) -> Path:
    path = shared_data / TRANSLATIONS_ARCHIVE
    if not path.is_file():
        pytest.skip(f"needs HPO's translations: {path} is not there")
    return path


@pytest.fixture(scope="module")
def translated_engine(archive: Path) -> DiagnosticEngine:
    return DiagnosticEngine.load(translations=[archive])


def diagnosed(engine: DiagnosticEngine, code: str, language: str = "auto") -> Differential:
    note = (TWINS / f"note.{code}.txt").read_text("utf-8")
    return engine.diagnose(ClinicalCase.from_note(note, language=language), limit=10)


@pytest.mark.parametrize("code", CODES)
def test_twins_give_the_same_findings_and_the_same_differential(
    code: str, translated_engine: DiagnosticEngine
) -> None:
    english, other = diagnosed(translated_engine, "en"), diagnosed(translated_engine, code)
    assert {(f.term_id, f.status, f.confidence) for f in other.findings} == {
        (f.term_id, f.status, f.confidence) for f in english.findings
    }
    assert len(english.findings) >= 12
    assert [(e.disease_id, e.probability) for e in other.entries] == [
        (e.disease_id, e.probability) for e in english.entries
    ]
    assert len(other.entries) == 10
    assert (other.sex, other.age_years) == (english.sex, english.age_years) == ("MALE", 14.0)
    assert other.entries[0].disease_id == "OMIM:154700"


@pytest.mark.parametrize("code", CODES)
def test_the_evidence_is_in_the_words_of_the_note(
    code: str, translated_engine: DiagnosticEngine
) -> None:
    note = (TWINS / f"note.{code}.txt").read_text("utf-8")
    places = [e for f in diagnosed(translated_engine, code).findings for e in f.evidence]
    assert places
    assert all(note[place.start : place.end] == place.text for place in places)


def test_the_language_can_be_given(translated_engine: DiagnosticEngine) -> None:
    given = diagnosed(translated_engine, "zh", "zh")
    assert any("as was asked" in issue.message for issue in given.issues)
    wrong = diagnosed(translated_engine, "zh", "de")
    assert not wrong.findings


@pytest.mark.parametrize("code", CODES)
def test_without_translations_the_note_is_no_crash_but_an_issue(
    code: str, engine: DiagnosticEngine
) -> None:
    issues = diagnosed(engine, code).issues
    errors = [issue for issue in issues if issue.level == "error" and issue.where == "note"]
    assert len(errors) == 1
    assert f"hp-{code}.babelon.tsv" in errors[0].solution


def test_an_english_note_is_read_as_before_and_without_a_word_of_language(
    engine: DiagnosticEngine, translated_engine: DiagnosticEngine, example_note: str
) -> None:
    case = ClinicalCase.from_note(example_note)
    plain, translated = engine.diagnose(case), translated_engine.diagnose(case)
    assert plain.issues == translated.issues
    assert plain.entries == translated.entries
    assert not any("was read as" in issue.message for issue in plain.issues)


def test_the_command_line_reads_other_languages(archive: Path) -> None:
    arguments = ["link", "患儿抽搐，无腭裂。", "--json", "--translations", str(archive)]
    found = CliRunner().invoke(app, arguments)
    assert [(m["label"], m["assertion"]) for m in json.loads(found.stdout)["mentions"]] == [
        ("Seizure", "present"),
        ("Cleft palate", "excluded"),
    ]
    assert "read as Chinese" in found.stderr


def test_an_unknown_language_is_wrong_usage_and_a_code_needs_a_note() -> None:
    runner = CliRunner()
    assert runner.invoke(app, ["diagnose", "Ataxia.", "--language", "xx"]).exit_code == 2
    arguments = ["diagnose", "--hpo", "HP:0001250", "--language", "zh"]
    assert runner.invoke(app, arguments).exit_code == 2


@pytest.mark.parametrize("text", ["", "。", "无", "家族史：", "\x00癫痫", "患儿" * 3000, "[" * 500])
@pytest.mark.parametrize("code", CODES)
def test_odd_notes_do_no_harm(code: str, text: str, translated_engine: DiagnosticEngine) -> None:
    differential = translated_engine.diagnose(ClinicalCase.from_note(text, language=code))
    assert differential.n_diseases > 0


def test_the_figures_of_the_documentation_hold(archive: Path) -> None:
    report = run_language_benchmark(archive.parents[1], label_step=20)
    for row in report.rows:
        figures = dict(row.sentences)
        assert figures["first"].with_assertion.f1 > 0.95
        assert figures["second"].with_assertion.f1 > 0.5
        assert row.round_trip > 0.97
    assert len(report.rows) == 4
    assert "Chinese" in report.to_markdown()
    json.dumps(report.to_dict())


def test_the_example_script_runs(archive: Path) -> None:
    script = TWINS / "twins.py"
    run = subprocess.run(
        [sys.executable, str(script), str(archive)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("  same") == 5
