"""Arrows point down only, and a plain import does nothing but define names."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_engine_knows_kg_and_kg_knows_ontologies_and_never_back(tmp_path: Path) -> None:
    pytest.importorskip("importlinter", reason="needs import-linter: pip install 'nosograph[dev]'")
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    # `nosograph` itself is no package on disk: its layers are the roots.
    lines = ["[importlinter]", "root_packages ="]
    lines += [f"    {layer}" for layer in reversed(settings["contracts"][0]["layers"])]
    for number, contract in enumerate(settings["contracts"]):
        lines += [f"[importlinter:contract:{number}]", f"name = {contract['name']}"]
        lines += [f"type = {contract['type']}", "layers ="]
        lines += [f"    {layer}" for layer in contract["layers"]]
        if ignored := contract.get("ignore_imports"):
            lines += ["ignore_imports =", *(f"    {imports}" for imports in ignored)]
    config = tmp_path / "importlinter.ini"
    config.write_text("\n".join(lines), "utf-8")
    call = (
        "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(sys.argv[1]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", call, str(config)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("package", ["nosograph.ontologies", "nosograph.kg"])
def test_the_lower_layers_import_no_heavy_library_and_make_no_folder(
    package: str, tmp_path: Path
) -> None:
    heavy = ["pyhpo", "spacy", "scipy", "pandas", "networkx", "torch", "rdflib", "matplotlib"]
    code = f"import {package}, sys; print(*[m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == ""
    assert list(tmp_path.iterdir()) == []
