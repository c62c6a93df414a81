"""One engine for all benchmarks, on the embedded release, in a temporary home."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nosograph.engine import ClinicalCase, DiagnosticEngine

CASES = Path(__file__).with_name("cases.json")


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def engine(home: Path) -> DiagnosticEngine:
    return DiagnosticEngine.load(home=home)


@pytest.fixture(scope="session")
def cases() -> list[ClinicalCase]:
    """Made cases of eight observed and six excluded findings (see make_cases.py)."""
    return [
        ClinicalCase.from_terms(observed=case["observed"], excluded=case["excluded"])
        for case in json.loads(CASES.read_text())
    ]
