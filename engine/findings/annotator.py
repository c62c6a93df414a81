"""The linker of one graph: its index is kept beside the build and opened from there."""

from __future__ import annotations

from typing import Self

from nosograph.engine.findings.annotation import annotate
from nosograph.engine.findings.assertion import AssertionRules
from nosograph.engine.findings.linker_index import LinkerIndex
from nosograph.engine.findings.linking import DictionaryLinker, EntityLinker
from nosograph.engine.findings.mention import Mention
from nosograph.kg.graph import KnowledgeGraph

__all__ = ["NoteAnnotator"]

INDEX_VERSION = "1"
"""Raised whenever the linker's index is made differently."""


class NoteAnnotator:
    """Finds the terms that a note names, and what it says of them."""

    def __init__(self, linker: EntityLinker) -> None:
        self.linker = linker
        self.assertion = AssertionRules.load()

    @classmethod
    def open(cls, graph: KnowledgeGraph) -> Self:
        """Open the dictionary linker over a graph's phenotypes, building its index if needed."""
        arrays = graph.store.derived(
            graph.build,
            "linker-index",
            lambda: LinkerIndex.build(graph.names()).to_arrays(),
            version=INDEX_VERSION,
        )
        return cls(DictionaryLinker(LinkerIndex.from_arrays(arrays)))

    def annotate(self, text: str) -> tuple[Mention, ...]:
        """Every mention, by ascending start."""
        return annotate(text, linker=self.linker, assertion=self.assertion)
