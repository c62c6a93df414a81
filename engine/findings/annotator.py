"""The whole stage: a note in, mentions with their assertion out."""

from __future__ import annotations

from enum import StrEnum
from itertools import chain
from typing import Self

from nosograph.engine.errors import EngineError
from nosograph.engine.findings.assertion.assertion import AssertionRules
from nosograph.engine.findings.linking.dictionary import (
    DictionaryLinker,
    EntityLinker,
    LinkerOptions,
)
from nosograph.engine.findings.linking.english import read_english_words
from nosograph.engine.findings.linking.linker_index import LinkerIndex
from nosograph.engine.findings.linking.scispacy import ScispacyLinker
from nosograph.engine.findings.linking.spelling import SpellingIndex
from nosograph.engine.findings.mention import Mention
from nosograph.kg.graph import KnowledgeGraph

__all__ = ["LinkerName", "NoteAnnotator"]

INDEX_VERSION = "4"
"""Raised whenever one of the linker's indexes is made differently."""


class LinkerName(StrEnum):
    """The linkers that a graph can be opened with."""

    DICTIONARY = "dictionary"
    """Names by the keys of their words; needs no extra."""
    SCISPACY = "scispacy"
    """Names by their trigrams; needs the extra ``scispacy``."""

    @classmethod
    def _missing_(cls, value: object) -> None:
        raise EngineError(f"there is no linker {value!r}; there are: {', '.join(cls)}.")


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
    def open(
        cls,
        graph: KnowledgeGraph,
        *,
        linker: LinkerName | str = LinkerName.DICTIONARY,
        nested: bool = False,
    ) -> Self:
        """Open a linker over a graph's phenotypes.

        Its indexes are kept beside the build, and made if they are not there.

        Args:
            graph: Its phenotypes are linked to.
            linker: Which linker.
            nested: Whether the dictionary linker gives the shorter names inside longer ones, too.

        Raises:
            EngineError: If there is no such linker, or it has no nested names.
            MissingExtraError: If the packages of the linker are not installed.
        """
        if LinkerName(linker) is LinkerName.SCISPACY:
            if nested:
                raise EngineError("the 'scispacy' linker gives no nested names; leave nested off.")
            return cls(ScispacyLinker.open(graph))
        store, build = graph.store, graph.build
        arrays = store.derived(
            build,
            "linker-index",
            lambda: LinkerIndex.build(graph.names()).to_arrays(),
            version=INDEX_VERSION,
        )
        spelling = store.derived(
            build,
            "spelling-index",
            lambda: SpellingIndex.build(
                chain((name.text for name in graph.names()), graph.strings("node_label")),
                prose=graph.strings("term_definition"),
                english=read_english_words(),
            ).to_arrays(),
            version=INDEX_VERSION,
        )
        return cls(
            DictionaryLinker(
                LinkerIndex.from_arrays(arrays),
                options=LinkerOptions(nested=nested),
                spelling=SpellingIndex.from_arrays(spelling),
            )
        )

    def annotate(self, text: str) -> tuple[Mention, ...]:
        """Every mention, by ascending start; offsets count from the first character as given."""
        return self.assertion.apply(text, self.linker.link(text))
