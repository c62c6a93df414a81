"""What a note says is in the answer, and nowhere else: no log, no error, no file."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nosograph.engine import (
    CaseFormatError,
    ClinicalCase,
    DiagnosticEngine,
    Differential,
    EngineError,
    cli,
)
from nosograph.kg.graph import KnowledgeGraph

SECRET = "Zxqvwly"
"""A name that no release, path or message of ours holds, in any spelling."""
NOTES = {
    "good": f"{SECRET} has arachnodactyly and ectopia lentis, but no seizures.",
    "nothing links": f"{SECRET} is well.",
    "family": f"Her mother {SECRET} has seizures.",
    "header": f"{SECRET.upper()}:\nataxia\n\nFAMILY HISTORY:\n{SECRET}: myopia",
    "abbreviation": f"{SECRET} long fingers ({SECRET[:2].upper()}). {SECRET[:2].upper()} since birth.",
    "negated": f"No {SECRET} seizure, without {SECRET}, denies myopia.",
    "markup": f"[bold red]{SECRET}[/] [/] has \\[ataxia",
    "control characters": f"{SECRET}\0\x1b[31m\ud800 has ataxia\u202e",
    "only spaces": f"{SECRET}" + " " * 10_000,
}


def holds(text: str | bytes) -> bool:
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return SECRET.lower() in plain.lower()


def files_with_the_secret(folder: Path) -> list[Path]:
    """Files and folders below one that hold the secret, in their name or in their content."""
    return [
        path
        for path in folder.rglob("*")
        if holds(path.name) or (path.is_file() and holds(path.read_bytes()))
    ]


# --- from Python -----------------------------------------------------------------------------------


@pytest.fixture
def watched(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Iterator[pytest.CaptureFixture[str]]:
    """Fails if a log record of any level, or either stream, holds the secret."""
    caplog.set_level(logging.DEBUG)
    for logger in ("", "nosograph", "spacy", "thinc"):
        caplog.set_level(logging.DEBUG, logger=logger)
    yield capfd
    records = caplog.get_records("call")  # those of a teardown are others
    assert not any(holds(f"{record.getMessage()} {record.__dict__}") for record in records)
    said = capfd.readouterr()
    assert not holds(said.out)
    assert not holds(said.err)


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize("note", NOTES.values(), ids=NOTES)
def test_diagnosing_a_note_logs_prints_and_reports_none_of_its_words(
    note: str, toy_engine: DiagnosticEngine
) -> None:
    case = ClinicalCase.from_note(note)
    differential = toy_engine.diagnose(case, limit=3)
    assert not any(holds(str(issue)) for issue in differential.issues)
    assert toy_engine.link(note) == toy_engine.link(case.note)


@pytest.mark.usefixtures("watched")
def test_bytes_that_are_no_utf8_are_reported_without_the_words_beside_them(
    toy_engine: DiagnosticEngine,
) -> None:
    case = ClinicalCase.from_note(f"{SECRET} has ataxia ".encode() + b"\xff\xfe")
    differential = toy_engine.diagnose(case)
    assert any("UTF-8" in issue.message for issue in differential.issues)
    assert not any(holds(str(issue)) for issue in differential.issues)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.usefixtures("watched")
def test_workers_say_nothing_of_the_notes(toy_engine: DiagnosticEngine, workers: int) -> None:
    cases = [ClinicalCase.from_note(note) for note in NOTES.values()]
    for differential in toy_engine.diagnose_many(cases, workers=workers, limit=1):
        assert not any(holds(str(issue)) for issue in differential.issues)


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize(
    "arguments",
    [{"sex": f"{SECRET} girl"}, {"age_years": f"{SECRET} years"}, {"sex": SECRET, "age_years": []}],
)
def test_a_wrong_sex_or_age_is_not_repeated(arguments: dict[str, object]) -> None:
    case = ClinicalCase.from_note("Ataxia.", **arguments)  # type: ignore[arg-type]
    assert case.issues
    assert not any(holds(str(issue)) for issue in case.issues)


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize(
    "packet",
    [
        {"phenotypicFeatures": SECRET, "subject": {"sex": SECRET, SECRET: 1}},
        {"phenotypicFeatures": [{"type": SECRET}, {"type": {"id": "HP:0001250"}, "excluded": SECRET}]},
        {"subject": {"timeAtLastEncounter": {"age": SECRET}}, "phenotypicFeatures": [SECRET]},
        {"phenotypicFeatures": [{"type": {"id": "HP:0001250", "label": SECRET}, "description": SECRET}]},
    ],
)  # fmt: skip
def test_free_text_of_a_phenopacket_is_not_repeated(
    packet: dict[str, object], toy_engine: DiagnosticEngine
) -> None:
    differential = toy_engine.diagnose(ClinicalCase.from_phenopacket(packet))
    assert differential.issues
    assert not any(holds(str(issue)) for issue in differential.issues)


def test_what_is_no_phenopacket_is_refused_without_its_words() -> None:
    with pytest.raises(CaseFormatError) as caught:
        ClinicalCase.from_phenopacket({SECRET: SECRET})
    assert not holds(str(caught.value))


@pytest.mark.parametrize(
    "damage", [lambda text: text[:-9], lambda text: text.replace(": 1.0", ': "x"')]
)
def test_a_damaged_differential_is_refused_without_the_words_in_it(
    damage: object, toy_engine: DiagnosticEngine
) -> None:
    note = f"Arachnodactyly {SECRET}."
    text = toy_engine.diagnose(ClinicalCase.from_note(note, case_id=SECRET), limit=1).to_json()
    assert holds(text)
    broken = damage(text)  # type: ignore[operator]
    assert broken != text
    with pytest.raises(EngineError) as caught:
        Differential.from_json(broken)
    assert not holds(str(caught.value))


# --- from the command line -------------------------------------------------------------------------

NOTE = NOTES["good"]
MISUSE = {
    "no command": ((NOTE,), 2),
    "no command in a group": (("kg", NOTE), 2),
    "an option before the command": ((f"--{SECRET}: ataxia",), 2),
    "no quotes": (("diagnose", *NOTE.split()), 2),
    "two notes": (("diagnose", NOTE, NOTE), 2),
    "a note and terms": (("diagnose", NOTE, "--hpo", "HP:0001166"), 2),
    "a list item": (("diagnose", f"- {NOTE}"), 2),
    "a dash before a word": (("diagnose", f"-{SECRET}"), 2),
    "two dashes": (("diagnose", f"--{SECRET}: ataxia"), 2),
    "two dashes and a value": (("diagnose", f"--Patient={SECRET}"), 2),
    "a flag with a value": (("diagnose", f"--json={NOTE}"), 2),
    "both formats": (("diagnose", NOTE, "--json", "--markdown"), 2),
    "as the age": (("diagnose", "--age", NOTE), 2),
    "as the limit": (("diagnose", "--limit", NOTE), 2),
    "as the sex": (("diagnose", "--sex", NOTE, "--hpo", "HP:0001166"), 2),
    "as a phenopacket": (("diagnose", "--phenopacket", NOTE), 1),
    "as a long phenopacket": (("diagnose", "--phenopacket", NOTE * 100), 1),
    "as a paper": (("diagnose", "--exclude-publication", NOTE, "--hpo", "HP:0001166"), 0),
    "like a path": (("diagnose", f"/{SECRET}/notes"), 2),
    "like a file": (("diagnose", f"{SECRET}.txt"), 2),
    "beside a missing release": (("diagnose", NOTE, "--mondo", "missing"), 1),
    "beside a home that is none": (("diagnose", NOTE, "--home", "/dev/null/graphs"), 1),
    "nothing links": (("diagnose", NOTES["nothing links"]), 3),
    "nothing to link": (("link", NOTES["nothing links"]), 3),
    "link without quotes": (("link", *NOTE.split()), 2),
    "link of a list item": (("link", f"- {NOTE}"), 2),
    "not UTF-8": (("link", f"{NOTE} \udcff"), 0),
}


@pytest.mark.parametrize(("arguments", "code"), MISUSE.values(), ids=MISUSE)
def test_a_note_given_in_a_wrong_way_is_not_repeated(
    arguments: tuple[str, ...],
    code: int,
    embedded_graph: KnowledgeGraph,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("NOSOGRAPH_HOME", str(embedded_graph.store.home))
    monkeypatch.setattr(sys, "argv", ["nosograph", *arguments])
    with pytest.raises(SystemExit) as left:
        cli.main()
    said = capfd.readouterr()
    assert (left.value.code or 0) == code, said.err
    assert code == 0 or said.err or said.out
    assert not holds(said.err)
    assert not any(holds(record.getMessage()) for record in caplog.records)


@pytest.mark.parametrize(
    ("arguments", "content", "code"),
    [
        (("diagnose", "-"), NOTE.encode(), 0),
        (("diagnose", "-", "--json"), NOTE.encode() + b"\xff", 0),
        (("diagnose", "-", "--markdown"), NOTES["nothing links"].encode(), 3),
        (("diagnose", "--phenopacket", "case.json"), f'{{"{SECRET}": 1}}'.encode(), 1),
        (("diagnose", "--phenopacket", "case.json"), f'["{SECRET}"'.encode(), 1),
        (("diagnose", "--phenopacket", "/dev/stdin"), SECRET.encode() + b"\xff", 1),
    ],
)
def test_a_note_leaves_no_trace_in_the_folders_of_the_user(
    arguments: tuple[str, ...],
    content: bytes,
    code: int,
    embedded_graph: KnowledgeGraph,
    tmp_path: Path,
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / "case.json").write_bytes(content)
    places = {}
    for name in ("HOME", "TMPDIR", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        places[name] = str(tmp_path / name)
        (tmp_path / name).mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "nosograph.engine.cli", *arguments],
        cwd=work,
        env=os.environ | places | {"NOSOGRAPH_HOME": str(embedded_graph.store.home)},
        input=content,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == code, done.stderr
    assert not holds(done.stderr)
    assert b"Traceback" not in done.stderr
    assert files_with_the_secret(tmp_path) == [work / "case.json"]
    assert files_with_the_secret(embedded_graph.store.home) == []
