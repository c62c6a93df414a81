"""tests kg/store.py: killed, raced, full, damaged, foreign."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nosograph.kg import GraphSources, KnowledgeGraph, StoreError, store
from nosograph.kg.build import open_or_build
from nosograph.kg.store import Build, GraphStore

RECIPE = "0" * 32
ARRAYS = {
    "numbers": np.arange(1000, dtype=np.int32),
    "flags": np.array([True, False]),
    "none": np.empty(0, dtype=np.float32),
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def small(home: Path) -> Build:
    """A build of three arrays."""
    return GraphStore(home).write(RECIPE, ARRAYS, {"counts": 1})


@pytest.fixture
def toy_build(toy_sources: Any, home: Path) -> Build:
    return open_or_build(toy_sources.graph_sources(), store=GraphStore(home))


def _child(code: str, toy_sources: Any, home: Path) -> "subprocess.Popen[str]":
    """A process of its own that builds the toy graph after running `code`."""
    before = textwrap.dedent(code)
    others = {
        "hpo": str(toy_sources.obo),
        "hpo-annotations": str(toy_sources.hpoa),
        "hpo-genes": str(toy_sources.genes),
    }
    script = (
        "import os, resource, signal, sys, time\n"
        "from pathlib import Path\n"
        "from nosograph.kg import GraphSources, StoreError, store\n"
        "from nosograph.kg.build import open_or_build\n"
        f"{before}\n"
        f"sources = GraphSources.embedded(mondo={str(toy_sources.mondo)!r}, others={others!r})\n"
        f"print(open_or_build(sources, store=store.GraphStore({str(home)!r})).address)\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _partial(home: Path) -> list[Path]:
    return list(home.rglob(".partial-*"))


def test_arrays_come_back_as_they_were(small: Build) -> None:
    for name, values in ARRAYS.items():
        found = small.array(name)
        assert found.dtype == values.dtype
        assert np.array_equal(found, values)
    assert isinstance(small.array("numbers").base, np.memmap)
    assert not small.array("numbers").flags.writeable
    small.verify()


def test_a_known_recipe_is_found_and_another_is_not(small: Build, home: Path) -> None:
    assert GraphStore(home).find(RECIPE) == small
    assert GraphStore(home).find("1" * 32) is None
    assert GraphStore(home).builds() == (small,)


def test_the_home_is_the_one_that_the_setting_names(nosograph_home: Path) -> None:
    assert GraphStore().home == nosograph_home


# --- killed --------------------------------------------------------------------------------


@pytest.mark.parametrize("n_arrays", [1, 12, 33])
def test_a_killed_build_is_invisible_and_the_next_one_cleans_up(
    n_arrays: int, toy_sources: Any, home: Path
) -> None:
    child = _child(
        f"""
        save, saved = store._save, []
        def save_and_die(path, values):
            saved.append(path)
            if len(saved) > {n_arrays}:
                path.write_bytes(b"half an arr")
                os.kill(os.getpid(), signal.SIGKILL)
            return save(path, values)
        store._save = save_and_die
        """,
        toy_sources,
        home,
    )
    child.communicate(timeout=60)
    assert child.returncode == -signal.SIGKILL
    assert len(_partial(home)) == 1
    assert GraphStore(home).builds() == ()
    sources = toy_sources.graph_sources()
    assert GraphStore(home).find(sources.recipe) is None
    build = open_or_build(sources, store=GraphStore(home))
    build.verify()
    assert _partial(home) == []


@pytest.mark.parametrize("step", ["_move_folder", "_replace_file"])
def test_a_kill_at_the_last_steps_leaves_nothing_or_a_whole_build(
    step: str, toy_sources: Any, home: Path
) -> None:
    code = f"store.{step} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)"
    child = _child(code, toy_sources, home)
    child.communicate(timeout=60)
    for build in GraphStore(home).builds():
        build.verify()
    again = open_or_build(toy_sources.graph_sources(), store=GraphStore(home))
    assert GraphStore(home).builds() == (again,)
    assert _partial(home) == []


def test_what_a_living_process_is_writing_is_left_alone(home: Path) -> None:
    builds = home / "builds"
    for name in (f".partial-{os.getpid()}-mine", ".partial-999999999-dead", ".partial-odd"):
        (builds / name).mkdir(parents=True)
    GraphStore(home).write(RECIPE, ARRAYS, {})
    assert [p.name for p in _partial(home)] == [f".partial-{os.getpid()}-mine"]


# --- two at once ---------------------------------------------------------------------------


def test_two_builds_at_once_both_succeed_with_one_folder(toy_sources: Any, home: Path) -> None:
    meeting = home.parent / "meeting"
    meeting.mkdir()
    code = f"""
    move = store._move_folder
    def meet_and_move(aside, target):
        Path({str(meeting)!r}, str(os.getpid())).touch()
        for _ in range(3000):
            if len(os.listdir({str(meeting)!r})) == 2:
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
    (build,) = GraphStore(home).builds()
    build.verify()
    assert build.address == said[0][0].strip()
    assert _partial(home) == []


# --- full, unwritable ----------------------------------------------------------------------


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_with_advice_and_leaves_nothing(
    number: int, toy_sources: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = store._save

    def save_until_full(path: Path, values: Any) -> dict[str, Any]:
        if path.stem == "edge_subject":
            raise OSError(number, os.strerror(number))
        return save(path, values)

    monkeypatch.setattr(store, "_save", save_until_full)
    with pytest.raises(StoreError, match=r"the disk is full\. Free about 200 MB") as caught:
        open_or_build(toy_sources.graph_sources(), store=GraphStore(home))
    assert "NOSOGRAPH_HOME" in str(caught.value)
    assert [p for p in home.rglob("*") if p.is_file()] == []
    assert _partial(home) == []


def test_a_file_that_may_not_grow_is_told_with_advice_and_leaves_nothing(
    toy_sources: Any, home: Path
) -> None:
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))"
    child = _child(limit, toy_sources, home)
    _, told = child.communicate(timeout=60)
    assert child.returncode == 1
    assert "StoreError: cannot write the graph under" in told
    assert "the disk is full. Free about 200 MB" in told
    assert [p for p in home.rglob("*") if p.is_file()] == []


def test_a_file_in_place_of_the_home_is_refused(toy_sources: Any, home: Path) -> None:
    home.write_text("not a folder")
    with pytest.raises(StoreError, match=r"cannot write the graph under .*Make it a folder"):
        open_or_build(toy_sources.graph_sources(), store=GraphStore(home))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_home_is_refused(toy_sources: Any, home: Path) -> None:
    home.mkdir(mode=0o500)
    with pytest.raises(StoreError, match="Make it a folder that you may write"):
        open_or_build(toy_sources.graph_sources(), store=GraphStore(home))


# --- damaged, foreign ----------------------------------------------------------------------


def _flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize("name", ["numbers", "flags"])
def test_a_flipped_byte_is_found(name: str, small: Build) -> None:
    _flip(small.path / f"{name}.npy", -1)
    with pytest.raises(StoreError, match=rf"{name}\.npy is missing or is not the array"):
        small.verify()


def test_a_changed_manifest_is_found(small: Build) -> None:
    path = small.path / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"counts": 1', '"counts": 2'), "utf-8")
    with pytest.raises(StoreError, match=r"manifest\.json is missing or is not"):
        small.verify()


@pytest.mark.parametrize("n_bytes", [0, 5, 60, 128, 2000])
def test_a_truncated_array_is_refused_with_its_name(n_bytes: int, small: Build) -> None:
    path = small.path / "numbers.npy"
    path.write_bytes(path.read_bytes()[:n_bytes])
    with pytest.raises(StoreError, match=r"numbers\.npy .*Remove the folder"):
        small.array("numbers")


def test_no_flipped_byte_of_a_header_gives_another_array(small: Build) -> None:
    path = small.path / "numbers.npy"
    whole = path.read_bytes()
    for at in range(128):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x15]) + whole[at + 1 :])
        try:
            found = small.array("numbers")
        except StoreError:
            continue
        assert np.array_equal(found, ARRAYS["numbers"])


def test_an_archive_or_pickle_in_place_of_an_array_is_refused(small: Build) -> None:
    np.savez(small.path / "x.npz", a=np.arange(3))
    shutil.move(small.path / "x.npz", small.path / "numbers.npy")
    with pytest.raises(StoreError, match=r"numbers\.npy"):
        small.array("numbers")
    np.save(small.path / "numbers.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(StoreError, match=r"numbers\.npy"):
        small.array("numbers")


def test_an_array_of_another_shape_or_name_is_refused(small: Build) -> None:
    np.save(small.path / "numbers.npy", np.arange(999, dtype=np.int32))
    with pytest.raises(StoreError, match=r"numbers\.npy"):
        small.array("numbers")
    with pytest.raises(StoreError, match=r"unheard\.npy"):
        small.array("unheard")


def test_a_build_of_another_format_is_refused(small: Build) -> None:
    path = small.path / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"format": 99}), "utf-8")
    with pytest.raises(StoreError, match="has format 99, this version of Nosograph reads format"):
        _ = Build(small.path).manifest


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"null", b'{"format": 1'])
def test_a_manifest_that_is_none_is_refused(content: bytes, small: Build) -> None:
    (small.path / "manifest.json").write_bytes(content)
    with pytest.raises(StoreError, match="Remove th"):
        _ = Build(small.path).manifest


@pytest.mark.parametrize("pointer", ["", "../../etc", "x" * 32, "é", "0" * 32])
def test_a_pointer_to_no_build_means_that_it_is_built_again(
    pointer: str, small: Build, home: Path
) -> None:
    (home / "recipes" / RECIPE).write_text(pointer, encoding="utf-8")
    assert GraphStore(home).find(RECIPE) is None
    assert GraphStore(home).write(RECIPE, ARRAYS, {"counts": 1}) == small


def test_a_removed_build_is_built_again(toy_build: Build, toy_sources: Any, home: Path) -> None:
    shutil.rmtree(toy_build.path)
    again = open_or_build(toy_sources.graph_sources(), store=GraphStore(home))
    assert again == toy_build
    again.verify()


def test_a_damaged_graph_says_which_file(toy_build: Build, toy_sources: Any, home: Path) -> None:
    path = toy_build.path / "edge_subject.npy"
    path.write_bytes(path.read_bytes()[:-4])
    graph = KnowledgeGraph.open(toy_sources.graph_sources(), home=home)
    with pytest.raises(StoreError, match=r"edge_subject\.npy"):
        _ = graph.edge_subject


# --- derived arrays ------------------------------------------------------------------------


def test_derived_arrays_are_made_once_and_again_for_another_version(
    small: Build, home: Path
) -> None:
    n_made = 0

    def make() -> dict[str, Any]:
        nonlocal n_made
        n_made += 1
        return {"double": small.array("numbers") * 2, "none": np.empty(0)}

    for version in ("1", "1", "2"):
        found = GraphStore(home).derived(small, "double", make, version=version)
        assert found["double"][3] == 6
        assert len(found["none"]) == 0
    assert n_made == 2
    small.verify()


def test_an_error_while_deriving_is_not_taken_for_one_of_the_disk(small: Build, home: Path) -> None:
    def make() -> dict[str, Any]:
        raise FileNotFoundError("mine")

    with pytest.raises(FileNotFoundError, match="mine"):
        GraphStore(home).derived(small, "x", make, version="1")
    assert _partial(home) == []


def test_damaged_derived_arrays_say_what_to_remove(small: Build, home: Path) -> None:
    GraphStore(home).derived(small, "x", lambda: dict(ARRAYS), version="1")
    (small.path / "derived" / "x-1" / "numbers.npy").write_bytes(b"rubbish")
    with pytest.raises(StoreError, match="Remove that folder; it is made again"):
        GraphStore(home).derived(small, "x", lambda: dict(ARRAYS), version="1")


def test_sources_without_mondo_have_another_recipe(toy_sources: Any) -> None:
    sources: list[GraphSources] = [
        toy_sources.graph_sources(with_mondo=with_mondo) for with_mondo in (True, False)
    ]
    assert sources[0].recipe != sources[1].recipe
