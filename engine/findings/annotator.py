"""The whole stage: a note in, mentions with their assertion out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import chain
from typing import Self

from nosograph.engine.findings.assertion.assertion import AssertionRules
from nosograph.engine.findings.linking.broader_terms import Ancestors
from nosograph.engine.findings.linking.composed_names import composed_names
from nosograph.engine.findings.linking.dictionary import (
    DictionaryLinker,
    EntityLinker,
    LinkerOptions,
)
from nosograph.engine.findings.linking.english import read_english_words
from nosograph.engine.findings.linking.linker_index import LinkerIndex
from nosograph.engine.findings.linking.spelling import SpellingIndex
from nosograph.engine.findings.measurements.growth import find_growth, ordinary_terms
from nosograph.engine.findings.measurements.laboratory import find_quantities
from nosograph.engine.findings.measurements.quantity import Quantity
from nosograph.engine.findings.measurements.vital_signs import find_vital_signs
from nosograph.engine.findings.mention import Assertion, Mention
from nosograph.engine.findings.note_reading import NoteReading
from nosograph.kg.graph import KnowledgeGraph

__all__ = ["NoteAnnotator"]

INDEX_VERSION = "12"
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
    def open(cls, graph: KnowledgeGraph, *, nested: bool = False) -> Self:
        """Open the dictionary linker over a graph's phenotypes.

        Its indexes of names and of spelling are kept beside the build, and made if they are not
        there.

        Args:
            graph: With the terms and their names.
            nested: Whether a shorter mention inside a longer one is given too, if its term is a
                broader one.
        """
        store, build = graph.store, graph.build
        arrays = store.derived(
            build,
            "linker-index",
            lambda: _build_index(graph).to_arrays(),
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
            LinkerIndex.from_arrays(arrays),
            options=LinkerOptions(nested=nested),
            spelling=SpellingIndex.from_arrays(spelling),
            ancestors=_ancestors_in(graph),
        )
        return cls(linker, label_of=label_of)

    def read(self, text: str) -> NoteReading:
        """All that a note says: its mentions, and its numbers with their units."""
        quantities = find_quantities(text)
        return NoteReading(
            mentions=self.assertion.apply(text, self._link(text, quantities)),
            quantities=self._asserted(text, quantities),
            answered=ordinary_terms(text),
        )

    def annotate(self, text: str) -> tuple[Mention, ...]:
        """Every mention, by ascending start; offsets count from the first character as given."""
        return self.assertion.apply(text, self.link(text))

    def link(self, text: str) -> tuple[Mention, ...]:
        """What a text names or measures, all of it PRESENT."""
        return self._link(text, find_quantities(text) if self._label_of is not None else ())

    def _link(self, text: str, quantities: tuple[Quantity, ...]) -> tuple[Mention, ...]:
        named = self.linker.link(text)
        if self._label_of is None:
            return named
        measured = (
            *find_growth(text, label_of=self._label_of),
            *find_vital_signs(text, quantities, label_of=self._label_of),
        )
        return _with_measured(named, measured)

    def _asserted(self, text: str, quantities: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
        """Of whom a value is, and whether it was measured; a value cannot be excluded."""
        modifiers = self.assertion.modifiers(text, [(q.start, q.end) for q in quantities])
        asserted = []
        for quantity, found in zip(quantities, modifiers, strict=True):
            said = {modifier.assertion for modifier in found}
            which = next((a for a in _OF_VALUES if a in said), Assertion.PRESENT)
            asserted.append(replace(quantity, assertion=which))
        return tuple(asserted)


_OF_VALUES = (Assertion.FAMILY_MEMBER, Assertion.HYPOTHETICAL, Assertion.HISTORY)
"""What may be said of a value, the first that is said."""


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


def _build_index(graph: KnowledgeGraph) -> LinkerIndex:
    names = tuple(graph.names())
    return LinkerIndex.build(chain(names, composed_names(names, ancestors=_ancestors_in(graph))))


def _ancestors_in(graph: KnowledgeGraph) -> Ancestors:
    @cache
    def ancestors(term_id: str) -> frozenset[str]:
        numbers = graph.hierarchy.ancestors(graph.index(term_id)).tolist()
        return frozenset(map(graph.node_id, numbers)) - {term_id}

    return ancestors
