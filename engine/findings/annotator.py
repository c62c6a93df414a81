"""The whole stage: a note in, mentions with their assertion out."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from itertools import chain
from typing import Self

from nosograph.engine.errors import EngineError
from nosograph.engine.findings.assertion.assertion import AssertionRules
from nosograph.engine.findings.linking.broader_terms import ancestors_in
from nosograph.engine.findings.linking.composed_names import composed_names
from nosograph.engine.findings.linking.dictionary import (
    DictionaryLinker,
    EntityLinker,
    LinkerOptions,
)
from nosograph.engine.findings.linking.english import read_english_words
from nosograph.engine.findings.linking.linker_index import LinkerIndex
from nosograph.engine.findings.linking.scispacy import ScispacyLinker
from nosograph.engine.findings.linking.spelling import SpellingIndex
from nosograph.engine.findings.linking.table_version import table_version
from nosograph.engine.findings.measurements.growth import ordinary_terms
from nosograph.engine.findings.measurements.laboratory import find_quantities
from nosograph.engine.findings.measurements.pairing import MeasuredBody, iter_growth
from nosograph.engine.findings.measurements.quantity import Quantity
from nosograph.engine.findings.measurements.reader import LabelOf, with_assertion, with_measured
from nosograph.engine.findings.mention import Mention
from nosograph.engine.findings.names.diseases import disease_names
from nosograph.engine.findings.names.genes import GeneLinker
from nosograph.engine.findings.names.kinds import NameKind
from nosograph.engine.findings.names.laboratory_tests import LaboratoryLinker
from nosograph.engine.findings.note_reading import NoteReading
from nosograph.engine.findings.qualifiers.clinical_modifiers import with_modifiers
from nosograph.engine.findings.readable import ReadableText
from nosograph.kg.graph import KnowledgeGraph

__all__ = ["LinkerName", "NoteAnnotator"]

INDEX_VERSION = "23"
"""Raised whenever the code makes one of the linker's indexes differently."""
_LINKING = "nosograph.engine.findings.linking"
_TABLES = (
    "abbreviations.toml",
    "everyday_names.toml",
    "normal_findings.toml",
    "word_families.toml",
)
"""What the indexes are made from, beside the names of the graph."""


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
        kind: NameKind | str = NameKind.PHENOTYPE,
        linker: LinkerName | str = LinkerName.DICTIONARY,
        nested: bool = False,
    ) -> Self:
        """Open a linker over the names of a graph.

        Its indexes are kept beside the build, and made if they are not there.

        Args:
            graph: With the terms, diseases and genes and their names.
            kind: What is sought. What is no phenotype is no evidence; it has a linker of its own.
            linker: Which linker for phenotypes.
            nested: Whether the dictionary linker gives a shorter mention inside a longer one, too,
                if its term is a broader one.

        Raises:
            EngineError: If there is no such linker, or it has no nested names.
            MissingExtraError: If the packages of the linker are not installed.
        """
        if NameKind(kind) is not NameKind.PHENOTYPE:
            if nested or LinkerName(linker) is not LinkerName.DICTIONARY:
                raise EngineError(
                    f"nested and linker go with phenotypes, got kind '{NameKind(kind)}'; leave "
                    "them out."
                )
            return cls(_other_linker(graph, NameKind(kind)))
        if LinkerName(linker) is LinkerName.SCISPACY:
            if nested:
                raise EngineError("the 'scispacy' linker gives no nested names; leave nested off.")
            return cls(ScispacyLinker.open(graph), label_of=_label_in(graph))
        return cls(
            DictionaryLinker(
                _stored_index(graph, "linker-index", lambda: _build_index(graph)),
                options=LinkerOptions(nested=nested),
                spelling=_stored_spelling(graph),
                ancestors=ancestors_in(graph),
            ),
            label_of=_label_in(graph),
        )

    def annotate(self, text: str) -> tuple[Mention, ...]:
        """Every mention, by ascending start; offsets count from the first character as given."""
        note = ReadableText.of(text)
        return note.in_given(self._asserted(note.text, self._linked(note.text)))

    def link(self, text: str) -> tuple[Mention, ...]:
        """What a text names or measures, all of it PRESENT."""
        note = ReadableText.of(text)
        return note.in_given(self._linked(note.text))

    def read(self, text: str) -> NoteReading:
        """All that a note says: its mentions, and its numbers with their units."""
        note = ReadableText.of(text)
        bodies, quantities = tuple(iter_growth(note.text)), find_quantities(note.text)
        mentions = self._asserted(note.text, self._link(note.text, bodies, quantities))
        values = with_assertion(quantities, note.text, rules=self.assertion)
        return NoteReading(
            mentions=note.in_given(mentions),
            quantities=note.in_given(values),
            answered=ordinary_terms(bodies),
        )

    def _linked(self, text: str) -> tuple[Mention, ...]:
        if self._label_of is None:
            return self.linker.link(text)
        return self._link(text, tuple(iter_growth(text)), find_quantities(text))

    def _link(
        self, text: str, bodies: tuple[MeasuredBody, ...], quantities: tuple[Quantity, ...]
    ) -> tuple[Mention, ...]:
        named = self.linker.link(text)
        if self._label_of is None:
            return named
        return with_measured(
            named, text, bodies=bodies, quantities=quantities, label_of=self._label_of
        )

    def _asserted(self, text: str, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
        return with_modifiers(self.assertion.apply(text, mentions), text)


def _other_linker(graph: KnowledgeGraph, kind: NameKind) -> EntityLinker:
    """What finds names that are no phenotypes."""
    if kind is NameKind.GENE:
        return GeneLinker.open(graph)
    if kind is NameKind.LABORATORY:
        return LaboratoryLinker()
    index = _stored_index(
        graph, "disease-linker-index", lambda: LinkerIndex.build(disease_names(graph))
    )
    return DictionaryLinker(index, spelling=_stored_spelling(graph))


def _index_version() -> str:
    return table_version(INDEX_VERSION, _LINKING, _TABLES)


def _stored_index(
    graph: KnowledgeGraph, name: str, build: Callable[[], LinkerIndex]
) -> LinkerIndex:
    arrays = graph.store.derived(
        graph.build, name, lambda: build().to_arrays(), version=_index_version()
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
        version=_index_version(),
    )
    return SpellingIndex.from_arrays(arrays)


def _build_index(graph: KnowledgeGraph) -> LinkerIndex:
    names = tuple(graph.names())
    return LinkerIndex.build(chain(names, composed_names(names, ancestors=ancestors_in(graph))))


def _label_in(graph: KnowledgeGraph) -> LabelOf:
    def label_of(term_id: str) -> str | None:
        number = graph.find(term_id)
        return None if number is None or not graph.is_phenotype(number) else graph.label(number)

    return label_of
