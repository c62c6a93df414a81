"""The whole stage: a note in, mentions with their assertion out."""

from __future__ import annotations

from typing import Self

from nosograph.engine.findings.assertion.assertion import AssertionRules
from nosograph.engine.findings.linking.dictionary import DictionaryLinker, EntityLinker
from nosograph.engine.findings.linking.linker_index import LinkerIndex
from nosograph.engine.findings.mention import Mention
from nosograph.kg.graph import KnowledgeGraph

__all__ = ["NoteAnnotator"]

INDEX_VERSION = "2"
"""Raised whenever the linker's index is made differently."""


class NoteAnnotator:
    """Finds the terms that a note names, and what it says of them.

    >>> from nosograph.engine.findings.linking.linker_index import TermName
    >>> from nosograph.ontologies.term import TermId
    >>> name = TermName(term_id=TermId("HP:0001250"), label="Seizure", text="Seizure")
    >>> annotator = NoteAnnotator(DictionaryLinker(LinkerIndex.build([name])))
    >>> [(m.text, m.assertion.value) for m in annotator.annotate("She denies seizures.")]
    [('seizures', 'excluded')]

    Args:
        linker: What finds the mentions.
    """

    def __init__(self, linker: EntityLinker) -> None:
        self.linker = linker
        self.assertion = AssertionRules.load()

    @classmethod
    def open(cls, graph: KnowledgeGraph) -> Self:
        """Open the dictionary linker over a graph's phenotypes.

        Its index is kept beside the build, and made if it is not there.
        """
        arrays = graph.store.derived(
            graph.build,
            "linker-index",
            lambda: LinkerIndex.build(graph.names()).to_arrays(),
            version=INDEX_VERSION,
        )
        return cls(DictionaryLinker(LinkerIndex.from_arrays(arrays)))

    def annotate(self, text: str) -> tuple[Mention, ...]:
        """Every mention, by ascending start; offsets count from the first character as given."""
        return self.assertion.apply(text, self.linker.link(text))
