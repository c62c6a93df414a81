"""The whole stage: a note in, mentions with their assertion out."""

from __future__ import annotations

from collections.abc import Callable
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
from nosograph.engine.findings.measurements.growth import ordinary_terms
from nosograph.engine.findings.measurements.laboratory import find_quantities
from nosograph.engine.findings.measurements.reader import LabelOf, with_assertion, with_measured
from nosograph.engine.findings.mention import Mention
from nosograph.engine.findings.names.diseases import disease_names
from nosograph.engine.findings.names.genes import GeneLinker
from nosograph.engine.findings.names.kinds import NameKind
from nosograph.engine.findings.names.laboratory_tests import LaboratoryLinker
from nosograph.engine.findings.note_reading import NoteReading
from nosograph.engine.findings.qualifiers.clinical_modifiers import with_modifiers
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

    def __init__(self, linker: EntityLinker, *, label_of: LabelOf | None = None) -> None:
        self.linker = linker
        self.assertion = AssertionRules.load()
        self._label_of = label_of

    @classmethod
    def open(
        cls,
        graph: KnowledgeGraph,
        *,
        kind: NameKind = NameKind.PHENOTYPE,
        nested: bool = False,
    ) -> Self:
        """Open the linker of one kind of names; phenotypes and diseases have the dictionary linker.

        Its indexes of names and of spelling are kept beside the build, and made if they are not
        there.

        Args:
            graph: With the terms, diseases and genes and their names.
            kind: What is sought. What is no phenotype is no evidence.
            nested: Whether a shorter mention inside a longer one is given too, if its term is a
                broader one; of phenotypes only.
        """
        if kind is NameKind.GENE:
            return cls(GeneLinker.open(graph))
        if kind is NameKind.LABORATORY:
            return cls(LaboratoryLinker())
        if kind is NameKind.DISEASE:
            return cls(
                DictionaryLinker(
                    _stored_index(
                        graph,
                        "disease-linker-index",
                        lambda: LinkerIndex.build(disease_names(graph)),
                    ),
                    spelling=_stored_spelling(graph),
                )
            )
        return cls(
            DictionaryLinker(
                _stored_index(graph, "linker-index", lambda: _build_index(graph)),
                options=LinkerOptions(nested=nested),
                spelling=_stored_spelling(graph),
                ancestors=_ancestors_in(graph),
            ),
            label_of=_label_in(graph),
        )

    def annotate(self, text: str) -> tuple[Mention, ...]:
        """Every mention, by ascending start; offsets count from the first character as given."""
        return with_modifiers(self.assertion.apply(text, self.link(text)), text)

    def link(self, text: str) -> tuple[Mention, ...]:
        """What a text names or measures, all of it PRESENT."""
        named = self.linker.link(text)
        if self._label_of is None:
            return named
        return with_measured(named, text, find_quantities(text), label_of=self._label_of)

    def read(self, text: str) -> NoteReading:
        """All that a note says: its mentions, and its numbers with their units."""
        return NoteReading(
            mentions=self.annotate(text),
            quantities=with_assertion(find_quantities(text), text, rules=self.assertion),
            answered=ordinary_terms(text),
        )


def _stored_index(
    graph: KnowledgeGraph, name: str, build: Callable[[], LinkerIndex]
) -> LinkerIndex:
    arrays = graph.store.derived(
        graph.build, name, lambda: build().to_arrays(), version=INDEX_VERSION
    )
    return LinkerIndex.from_arrays(arrays)


def _stored_spelling(graph: KnowledgeGraph) -> SpellingIndex:
    arrays = graph.store.derived(
        graph.build,
        "spelling-index",
        lambda: SpellingIndex.build(
            chain((name.text for name in graph.names()), graph.strings("node_label")),
            prose=graph.strings("term_definition"),
            english=read_english_words(),
        ).to_arrays(),
        version=INDEX_VERSION,
    )
    return SpellingIndex.from_arrays(arrays)


def _build_index(graph: KnowledgeGraph) -> LinkerIndex:
    names = tuple(graph.names())
    return LinkerIndex.build(chain(names, composed_names(names, ancestors=_ancestors_in(graph))))


def _ancestors_in(graph: KnowledgeGraph) -> Ancestors:
    @cache
    def ancestors(term_id: str) -> frozenset[str]:
        numbers = graph.hierarchy.ancestors(graph.index(term_id)).tolist()
        return frozenset(map(graph.node_id, numbers)) - {term_id}

    return ancestors


def _label_in(graph: KnowledgeGraph) -> LabelOf:
    def label_of(term_id: str) -> str | None:
        number = graph.find(term_id)
        return None if number is None or not graph.is_phenotype(number) else graph.label(number)

    return label_of
