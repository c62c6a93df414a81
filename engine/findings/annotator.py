"""The whole stage: a note in, mentions with their assertion out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from typing import Self

from nosograph.engine.findings.assertion.assertion import AssertionRules
from nosograph.engine.findings.linking.dictionary import DictionaryLinker, EntityLinker
from nosograph.engine.findings.linking.english import read_english_words
from nosograph.engine.findings.linking.linker_index import LinkerIndex
from nosograph.engine.findings.linking.spelling import SpellingIndex
from nosograph.engine.findings.measurements.growth import find_growth
from nosograph.engine.findings.mention import Mention
from nosograph.kg.graph import KnowledgeGraph

__all__ = ["NoteAnnotator"]

INDEX_VERSION = "4"
"""Raised whenever one of the linker's indexes is made differently."""


class NoteAnnotator:
    """Finds the terms that a note names, and what it says of them.

    >>> from nosograph.engine.findings.linking.linker_index import TermName
    >>> from nosograph.ontologies.term import TermId
    >>> name = TermName(term_id=TermId("HP:0001250"), label="Seizure", text="Seizure")
    >>> annotator = NoteAnnotator(DictionaryLinker(LinkerIndex.build([name])))
    >>> [(m.text, m.assertion.value) for m in annotator.annotate("She denies seizures.")]
    [('seizures', 'excluded')]

    Args:
        linker: What finds the names of terms.
        label_of: The label of a phenotype, or ``None`` for what is none; with it, measurements in
            words are read too ("height below the 3rd percentile").
    """

    def __init__(
        self, linker: EntityLinker, *, label_of: Callable[[str], str | None] | None = None
    ) -> None:
        self.linker = linker
        self.assertion = AssertionRules.load()
        self._label_of = label_of

    @classmethod
    def open(cls, graph: KnowledgeGraph) -> Self:
        """Open the dictionary linker over a graph's phenotypes.

        Its indexes of names and of spelling are kept beside the build, and made if they are not
        there.
        """
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

        def label_of(term_id: str) -> str | None:
            number = graph.find(term_id)
            return None if number is None or not graph.is_phenotype(number) else graph.label(number)

        linker = DictionaryLinker(
            LinkerIndex.from_arrays(arrays), spelling=SpellingIndex.from_arrays(spelling)
        )
        return cls(linker, label_of=label_of)

    def annotate(self, text: str) -> tuple[Mention, ...]:
        """Every mention, by ascending start; offsets count from the first character as given."""
        return self.assertion.apply(text, self.link(text))

    def link(self, text: str) -> tuple[Mention, ...]:
        """What a text names or measures, before the assertion of names is read."""
        named = self.linker.link(text)
        if self._label_of is None:
            return named
        return _with_measured(named, find_growth(text, label_of=self._label_of))


def _with_measured(
    named: tuple[Mention, ...], measured: tuple[Mention, ...]
) -> tuple[Mention, ...]:
    """Put measurements beside names; one of a term that its own words name only grades it."""
    if not measured:
        return named
    graded = dict(enumerate(named))
    more = []
    for mention in measured:
        same = [
            i
            for i, m in graded.items()
            if m.term_id == mention.term_id and m.start < mention.end and mention.start < m.end
        ]
        if not same:
            more.append(mention)
        for i in same:
            graded[i] = replace(graded[i], modifiers=mention.modifiers)
    return tuple(sorted((*graded.values(), *more), key=lambda m: (m.start, -m.end, m.term_id)))
