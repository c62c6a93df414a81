"""The command line: exit codes, streams, and nothing of the patient where it does not belong."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from nosograph.engine import Differential
from nosograph.kg.graph import KnowledgeGraph

NOTE = Path(__file__).parents[2] / "examples" / "note.txt"
MARKER = "Zxqvwly"


@pytest.fixture(scope="module", autouse=True)
def _built(embedded_graph: KnowledgeGraph) -> None:
    """The graph of the session's home is there."""


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nosograph.engine.cli", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_the_shipped_note_puts_marfan_first_with_words_and_path() -> None:
    done = run("diagnose", str(NOTE))
    assert done.returncode == 0, done.stderr
    first = next(line for line in done.stdout.splitlines() if line.startswith("1. "))
    assert "Marfan" in first
    assert "path" in done.stdout
    assert "“Ectopia lentis”" in done.stdout
    assert "does not replace" in done.stdout


def test_json_is_a_differential_again() -> None:
    done = run("diagnose", "-", "--json", "--limit", "2", stdin="Arachnodactyly, no seizures.")
    assert done.returncode == 0, done.stderr
    assert len(Differential.from_json(done.stdout).entries) == 2


def test_terms_are_observed_or_excluded() -> None:
    done = run("diagnose", "--hpo", "HP:0001166", "--hpo=-HP:0001250", "--json")
    found = Differential.from_json(done.stdout).findings
    assert {(f.term_id, f.status.value) for f in found} == {
        ("HP:0001166", "present"),
        ("HP:0001250", "excluded"),
    }


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("diagnose",), 2),
        (("diagnose", "note", "--hpo", "HP:0001166"), 2),
        (("diagnose", "missing.txt"), 2),
        (("diagnose", "--phenopacket", "missing.json"), 1),
        (("diagnose", "fine weather"), 3),
        (("link", "fine weather"), 3),
        (("kg", "show", "HP:9999999"), 1),
        (("bench", "phenopackets", "--data", "missing"), 1),
        (("unknown",), 2),
    ],
)
def test_exit_codes_mean_something(arguments: tuple[str, ...], code: int) -> None:
    done = run(*arguments)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "command",
    [
        "diagnose",
        "link",
        "kg build",
        "kg info",
        "kg search",
        "kg show",
        "kg path",
        "bench phenopackets",
        "bench linking",
        "bench merging",
        "bench fit",
    ],
)
def test_every_help_shows_an_example(command: str) -> None:
    done = run(*command.split(), "--help")
    assert done.returncode == 0
    assert f"nosograph {command}" in done.stdout


def test_link_and_the_graph_commands_answer() -> None:
    mentions = json.loads(run("link", "No ataxia.", "--json").stdout)
    assert [(m["term_id"], m["assertion"]) for m in mentions] == [("HP:0001251", "excluded")]
    assert "accounted for" in run("kg", "info").stdout
    assert "HP:0100807" in run("kg", "search", "long fingers").stdout
    assert "Marfan" in run("kg", "show", "OMIM:154700").stdout
    assert "FBN1" in run("kg", "path", "NCBIGene:2200", "HP:0001083").stdout


def test_no_words_of_a_note_reach_the_error_stream_or_the_home(tmp_path: Path) -> None:
    note = f"{MARKER} has arachnodactyly."
    for done in (run("diagnose", note), run("diagnose", f"{MARKER} is well.")):
        assert MARKER not in done.stderr
    packet = tmp_path / "packet.json"
    packet.write_text(f'["{MARKER}"]')
    done = run("diagnose", "--phenopacket", str(packet))
    assert done.returncode == 1
    assert MARKER not in done.stderr


def test_the_benchmark_ranks_whatever_cases_lie_in_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "phenopackets"
    folder.mkdir()
    features = [{"type": {"id": t}} for t in ("HP:0001166", "HP:0001083", "HP:0002616")]
    packet = {
        "id": "p",
        "subject": {"sex": "MALE"},
        "phenotypicFeatures": features,
        "interpretations": [{"diagnosis": {"disease": {"id": "OMIM:154700"}}}],
        "metaData": {"externalReferences": [{"id": "PMID:1"}]},
    }
    with zipfile.ZipFile(folder / "mine.zip", "w") as archive:
        archive.writestr("a/1.json", json.dumps(packet))
        archive.writestr("a/2.json", "{")
    figures = tmp_path / "figures.json"
    done = run("bench", "phenopackets", "--data", str(tmp_path), "--json", str(figures))
    assert done.returncode == 0, done.stderr
    assert "| mine | as released | observed and excluded | 1 |" in done.stdout
    assert json.loads(figures.read_text())["cohorts"][0]["not usable"] == {"not JSON": 1}
