"""Runs all benchmarks and sets hpo3 beside them, in an environment of its own, in one run.

Run: make bench
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

HERE = Path(__file__).parent
PEER_ENVIRONMENT = HERE.parent / ".venv-hpo3"
PEER_VERSION = "hpo3"


def main() -> None:
    """Print one table."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "benchmark.json")
        command = [sys.executable, "-m", "pytest", str(HERE), "-q", "-p", "no:cacheprovider"]
        subprocess.run([*command, f"--benchmark-json={report}"], check=True, stdout=sys.stderr)
        ours = json.loads(report.read_text())["benchmarks"]
    peer = _peer()
    print("| what | median ms | rounds |")
    print("|--|--|--|")
    for benchmark in ours:
        name = benchmark["name"].removeprefix("test_").replace("_", " ")
        stats = benchmark["stats"]
        print(f"| {name} | {1000 * stats['median']:.2f} | {stats['rounds']} |")
    for name in ("load", "rank by enrichment", "rank by similarity"):
        print(f"| hpo3: {name} ({peer['diseases']:,} diseases) | {1000 * peer[name]:.2f} | |")


def _peer() -> dict[str, float]:
    python = PEER_ENVIRONMENT / "bin" / "python"
    if not python.exists():
        venv.create(PEER_ENVIRONMENT, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", PEER_VERSION]
        subprocess.run(pip, check=True, stdout=sys.stderr)
    answer = subprocess.run(
        [str(python), str(HERE / "peer_hpo3.py")], check=True, capture_output=True, text=True
    )
    figures: dict[str, float] = json.loads(answer.stdout)
    return figures


if __name__ == "__main__":
    main()
