"""`DiagnosticEngine.load`: the first time, from damaged files, on a full disk, killed, twice at once."""

from __future__ import annotations

import errno
import gzip
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any, Protocol

import pytest

from nosograph.engine import ClinicalCase, DiagnosticEngine
from nosograph.kg import StoreError, store
from nosograph.kg.store import GraphStore
from nosograph.ontologies import SourceError, SourceFormatError

KNOWN_AS = {
    "hpo": "HPO",
    "hpo-annotations": "phenotype.hpoa",
    "hpo-genes": "genes_to_phenotype.txt",
}
"""What a source is called where its format is at fault."""
NOTE = "Arachnodactyly and ectopia lentis, no seizures."


class ToyPaths(Protocol):
    """What the fixture toy_sources is."""

    obo: Path
    hpoa: Path
    genes: Path
    mondo: Path


def sources_of(toy_sources: ToyPaths) -> dict[str, Path]:
    return {
        "hpo": toy_sources.obo,
        "hpo-annotations": toy_sources.hpoa,
        "hpo-genes": toy_sources.genes,
    }


def load(toy_sources: ToyPaths, home: Path, **others: Path) -> DiagnosticEngine:
    named = {name.replace("_", "-"): path for name, path in others.items()}
    return DiagnosticEngine.load(sources=sources_of(toy_sources) | named, home=home)


def files_of(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file()]


def partial(home: Path) -> list[Path]:
    return list(home.rglob(".partial-*"))


# --- the first time ----------------------------------------------------------------------------------


def test_the_first_load_builds_and_the_next_opens(toy_sources: ToyPaths, tmp_path: Path) -> None:
    steps: list[str] = []
    sources = sources_of(toy_sources)
    first = DiagnosticEngine.load(sources=sources, home=tmp_path, progress=steps.append)
    assert steps
    assert all(steps)
    before = {path: path.stat().st_mtime_ns for path in files_of(tmp_path)}
    told: list[str] = []
    again = DiagnosticEngine.load(sources=sources, home=tmp_path, progress=told.append)
    assert told == []
    assert {path: path.stat().st_mtime_ns for path in files_of(tmp_path)} == before
    case = ClinicalCase.from_note(NOTE)
    assert again.diagnose(case) == first.diagnose(case)


def test_mondo_may_be_given_when_loading(toy_sources: ToyPaths, tmp_path: Path) -> None:
    sources = sources_of(toy_sources)
    engine = DiagnosticEngine.load(mondo=toy_sources.mondo, sources=sources, home=tmp_path)
    entry = engine.diagnose(ClinicalCase.from_note(NOTE)).entries[0]
    assert entry.disease_id == "MONDO:0007947"


# --- truncated and hostile source files --------------------------------------------------------------


@pytest.mark.parametrize("source", ["hpo", "hpo-annotations", "hpo-genes"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 100_000,
        b"x" * 5_000_000,
        b"\xff\xfe" + "format-version: 1.2\n".encode("utf-16-le"),
        b"<html><body>404 Not Found</body></html>\n",
        b"{}",
    ],
    ids=["empty", "zeros", "one line", "UTF-16", "HTML", "JSON"],
)
def test_a_file_that_is_not_the_source_is_refused_by_its_name(
    source: str, content: bytes, toy_sources: ToyPaths, tmp_path: Path
) -> None:
    hostile = tmp_path / "hostile.txt"
    hostile.write_bytes(content)
    home = tmp_path / "home"
    with pytest.raises(SourceFormatError) as caught:
        DiagnosticEngine.load(sources=sources_of(toy_sources) | {source: hostile}, home=home)
    message = str(caught.value)
    assert source in message or KNOWN_AS[source] in message
    assert len(message) < 700
    assert files_of(home) == []


def test_annotations_cut_anywhere_are_refused_or_every_row_is_accounted_for(
    toy_sources: ToyPaths, tmp_path: Path
) -> None:
    content = toy_sources.hpoa.read_bytes()
    first = content.index(b"\n", content.index(b"database_id"))
    cut, home = tmp_path / "cut.hpoa", tmp_path / "home"
    n_refused = 0
    for end in range(0, len(content), 331):
        cut.write_bytes(content[:end])
        try:
            engine = load(toy_sources, home, hpo_annotations=cut)
        except SourceFormatError:
            n_refused += 1
            continue
        assert end > first
        rows = engine.graph.build.manifest["rows"]
        n_lines = len(content[first + 1 : end].splitlines())
        assert rows["total"] == n_lines
        assert sum(rows["edges"].values()) + sum(rows["dropped"].values()) == n_lines
    assert n_refused >= 5


def test_an_archive_cut_anywhere_is_refused(toy_sources: ToyPaths, tmp_path: Path) -> None:
    content = gzip.compress(toy_sources.obo.read_bytes())
    cut, home = tmp_path / "toy.obo.gz", tmp_path / "home"
    for end in range(0, len(content), 499):
        cut.write_bytes(content[:end])
        with pytest.raises((SourceFormatError, SourceError)):
            load(toy_sources, home, hpo=cut)
    assert files_of(home) == []


def test_a_missing_source_is_named(toy_sources: ToyPaths, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"missing\.obo"):
        load(toy_sources, tmp_path / "home", hpo=tmp_path / "missing.obo")


# --- what is derived of a build: full disk, kill, two at once ----------------------------------------


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_is_full_after_the_build_is_told_and_loading_again_goes_on(
    number: int, toy_sources: ToyPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = store._save

    def save_until_full(path: Path, values: Any) -> dict[str, Any]:
        if "derived" in path.parts and not path.stem.startswith("a"):
            raise OSError(number, os.strerror(number))
        return save(path, values)

    with monkeypatch.context() as patch:
        patch.setattr(store, "_save", save_until_full)
        with pytest.raises(StoreError, match=r"the disk is full\. Free about 200 MB"):
            load(toy_sources, tmp_path)
    assert partial(tmp_path) == []
    (build,) = GraphStore(tmp_path).builds()
    build.verify()
    engine = load(toy_sources, tmp_path)
    assert engine.diagnose(ClinicalCase.from_note(NOTE)).entries[0].label == "Marfan syndrome"


def _child(before: str, toy_sources: ToyPaths, home: Path) -> subprocess.Popen[str]:
    """A process of its own that loads the engine after running some code, and diagnoses."""
    sources = {name: str(path) for name, path in sources_of(toy_sources).items()}
    script = (
        "import os, signal, sys, time\n"
        "from pathlib import Path\n"
        "from nosograph.kg import store\n"
        "from nosograph.engine import ClinicalCase, DiagnosticEngine\n"
        f"{textwrap.dedent(before)}\n"
        f"engine = DiagnosticEngine.load(sources={sources!r}, home={str(home)!r})\n"
        f"print(engine.diagnose(ClinicalCase.from_note({NOTE!r})).to_json())\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("n_moves", [0, 1, 2])
def test_a_kill_at_any_move_of_the_first_load_leaves_what_the_next_load_goes_on_from(
    n_moves: int, toy_sources: ToyPaths, tmp_path: Path
) -> None:
    """The moves: the build, the disease profiles, the index of the linker."""
    child = _child(
        f"""
        move, moved = store._move_folder, []
        def move_or_die(aside, target):
            moved.append(target)
            if len(moved) > {n_moves}:
                os.kill(os.getpid(), signal.SIGKILL)
            move(aside, target)
        store._move_folder = move_or_die
        """,
        toy_sources,
        tmp_path,
    )
    child.communicate(timeout=60)
    assert child.returncode == -signal.SIGKILL
    assert len(partial(tmp_path)) == 1
    for build in GraphStore(tmp_path).builds():
        build.verify()
    engine = load(toy_sources, tmp_path)
    assert engine.diagnose(ClinicalCase.from_note(NOTE)).entries[0].label == "Marfan syndrome"
    assert partial(tmp_path) == []


def test_two_first_loads_at_once_give_the_same_answer(
    toy_sources: ToyPaths, tmp_path: Path
) -> None:
    home, meeting = tmp_path / "home", tmp_path / "meeting"
    meeting.mkdir()
    code = f"""
    move, moved = store._move_folder, []
    def meet_and_move(aside, target):
        moved.append(target)
        Path({str(meeting)!r}, f"{{len(moved)}}-{{os.getpid()}}").touch()
        for _ in range(3000):
            if sum(n.startswith(f"{{len(moved)}}-") for n in os.listdir({str(meeting)!r})) == 2:
                break
            time.sleep(0.01)
        else:
            sys.exit("the other one never came")
        move(aside, target)
    store._move_folder = meet_and_move
    """
    children = [_child(code, toy_sources, home) for _ in range(2)]
    said = [child.communicate(timeout=60) for child in children]
    assert [child.returncode for child in children] == [0, 0], said
    assert said[0][0] == said[1][0]
    assert "Marfan syndrome" in said[0][0]
    (build,) = GraphStore(home).builds()
    build.verify()
    assert partial(home) == []
