"""Engines for the tests: one on the toy graph, one on the embedded release."""

from __future__ import annotations

from pathlib import Path

import pytest

from nosograph.engine import DiagnosticEngine
from nosograph.kg import KnowledgeGraph

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="session")
def toy_engine(toy_graph: KnowledgeGraph) -> DiagnosticEngine:
    return DiagnosticEngine(toy_graph)


@pytest.fixture(scope="session")
def engine(embedded_graph: KnowledgeGraph) -> DiagnosticEngine:
    """On the embedded release; opening it takes seconds, so there is one for the session."""
    return DiagnosticEngine(embedded_graph)


@pytest.fixture(scope="session")
def example_note() -> str:
    return (EXAMPLES / "note.txt").read_text("utf-8")
