"""The whole stage: a note in, mentions with their assertion out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Protocol, Self

from nosograph.engine.findings.assertion.assertion import AssertionRules
from nosograph.engine.findings.languages.context import ContextRules
from nosograph.engine.findings.languages.names import iter_names
from nosograph.engine.findings.languages.registry import LANGUAGES
from nosograph.engine.findings.linking.dictionary import DictionaryLinker, EntityLinker
from nosograph.engine.findings.linking.english import read_english_words
from nosograph.engine.findings.linking.linker_index import LinkerIndex
from nosograph.engine.findings.linking.spelling import SpellingIndex
from nosograph.engine.findings.mention import Mention
from nosograph.kg.graph import KnowledgeGraph

__all__ = ["NoteAnnotator"]

INDEX_VERSION = "4"
"""Raised whenever one of the linker's indexes is made differently."""
TRANSLATED_INDEX_VERSION = "2"
"""The same, of the languages beside English."""


class AssertionStage(Protocol):
    """Reads what a text says of its mentions."""

    def apply(self, text: str, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
        """Give every mention its assertion and the words that decided it."""
        ...


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
        assertion: What reads their assertion; the rules of English when not given.
    """

    def __init__(self, linker: EntityLinker, *, assertion: AssertionStage | None = None) -> None:
        self.linker = linker
        self.assertion = assertion or AssertionRules.load()

    @classmethod
    def open(cls, graph: KnowledgeGraph, language: str = "en") -> Self:
        """Open the dictionary linker over a graph's phenotypes.

        Its indexes of names and of spelling are kept beside the build, and made if they are not
        there.

        Args:
            graph: Whose phenotypes are looked for.
            language: Of the notes; one that the graph has names in.
        """
        if language != "en":
            return cls._open_translated(graph, language)
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
                LinkerIndex.from_arrays(arrays), spelling=SpellingIndex.from_arrays(spelling)
            )
        )

    @classmethod
    def _open_translated(cls, graph: KnowledgeGraph, code: str) -> Self:
        language = LANGUAGES[code]
        arrays = graph.store.derived(
            graph.build,
            f"linker-index-{code}",
            lambda: LinkerIndex.build(iter_names(graph, code), language=language).to_arrays(),
            version=TRANSLATED_INDEX_VERSION,
        )
        linker = DictionaryLinker(LinkerIndex.from_arrays(arrays), language=language)
        return cls(linker, assertion=ContextRules.load(code))

    def annotate(self, text: str) -> tuple[Mention, ...]:
        """Every mention, by ascending start; offsets count from the first character as given."""
        return self.assertion.apply(text, self.linker.link(text))
