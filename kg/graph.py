"""The graph as people and programs ask it: terms, diseases, edges with their provenance."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from nosograph.kg.arrays import RESOLUTION_KINDS
from nosograph.kg.build import GraphSources, Progress, open_or_build
from nosograph.kg.edges import EVIDENCE_CODES, FREQUENCY_KINDS, SEXES
from nosograph.kg.errors import UnknownNodeError
from nosograph.kg.schema import Annotation, Edge, Node, Provenance, read_schema
from nosograph.kg.store import Build, GraphStore
from nosograph.kg.strings import StringTable
from nosograph.ontologies.errors import TermIdError
from nosograph.ontologies.frequency import Frequency
from nosograph.ontologies.hierarchy import Csr, Hierarchy
from nosograph.ontologies.ontology import Resolution, ResolutionKind
from nosograph.ontologies.term import TermId

__all__ = ["KnowledgeGraph", "TermName"]


MAX_CACHED_EDGES = 16_384
"""About 15 MB."""


class TermName(NamedTuple):
    """One name of one phenotype, as a linker wants it."""

    term_id: str
    label: str
    text: str
    """The label itself or a synonym."""
    scope: str
    """EXACT, BROAD, NARROW or RELATED; a label is EXACT."""
    kind: str
    """``label``, or the ontology's class of the synonym: ``layperson``, ``abbreviation``…; of a
    translation that is not official its status: ``candidate``, ``under_review``, ``unstated``."""


class KnowledgeGraph:
    """One build, memory-mapped.

    Nodes are numbered; the terms of HPO come first, so that `hierarchy` speaks of node numbers.
    Edges are numbered by relation, subject and object; the annotated relations come first, so that
    annotation columns share the edges' numbers.

    Args:
        build: The build to read.
        store: The store that it lies in, for arrays that are derived from it.
    """

    def __init__(self, build: Build, *, store: GraphStore) -> None:
        self.build, self.store = build, store
        self.schema = read_schema()
        manifest = build.manifest
        self.releases: Mapping[str, str] = dict(manifest["releases"])
        self._source_names: tuple[str, ...] = tuple(manifest["source_names"])
        self._node_ids = self.strings("node_id")
        self._labels = self.strings("node_label")
        self.node_kind: NDArray[np.uint8] = build.array("node_kind")
        n_by_kind = [manifest["counts"]["nodes"][kind.name] for kind in self.schema.kinds]
        self.n_terms = n_by_kind[0] + n_by_kind[1]
        starts = np.concatenate([[0], np.cumsum([self.n_terms, *n_by_kind[2:]])])
        self._ranges = [(int(a), int(b)) for a, b in pairwise(starts)]
        by_relation = [manifest["counts"]["edges"][r.name] for r in self.schema.relations]
        self._relation_starts = np.concatenate([[0], np.cumsum(by_relation)])
        self.hierarchy = Hierarchy(
            Csr(build.array("parent_ptr"), build.array("parent")),
            ancestors=Csr(build.array("ancestor_ptr"), build.array("ancestor")),
        )
        self.disease_of: NDArray[np.int32] = build.array("disease_of")

    @classmethod
    def open(
        cls,
        sources: GraphSources | None = None,
        *,
        home: str | Path | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Open the graph of these sources (the embedded release by default), building it if needed.

        Args:
            sources: What the graph is made of.
            home: Folder of the builds; the user's own when not given.
            progress: Called with a few words at each step of a build.
        """
        store = GraphStore(home)
        build = open_or_build(sources or GraphSources.embedded(), store=store, progress=progress)
        return cls(build, store=store)

    def strings(self, name: str) -> StringTable:
        """A stored table of texts."""
        return StringTable(self.build.array(f"{name}_end"), self.build.array(f"{name}_text"))

    # --- nodes -----------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._node_ids)

    def find(self, node_id: str) -> int | None:
        """A node's number, or ``None``."""
        return self._numbers.get(node_id)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {node_id: number for number, node_id in enumerate(self._node_ids)}

    def index(self, node_id: str) -> int:
        """A node's number.

        Raises:
            UnknownNodeError: If the graph has no such node.
        """
        found = self.find(node_id)
        if found is None:
            releases = ", ".join(f"{name} {release}" for name, release in self.releases.items())
            raise UnknownNodeError(
                f"'{node_id}' is not in this graph ({releases}): it may be newer than these "
                "releases, or of a source that was not built in. "
                "'nosograph kg search WORDS' finds identifiers by name."
            )
        return found

    def node_id(self, number: int) -> TermId:
        """A node's identifier; of a publication it may be a web address, as the source cites it."""
        return str.__new__(TermId, self._node_ids[number])  # was checked when it was built in

    def label(self, number: int) -> str:
        """A node's name."""
        return self._labels[number]

    def kind(self, number: int) -> str:
        """Name of a node's kind."""
        return self.schema.kinds[int(self.node_kind[number])].name

    def node(self, number: int) -> Node:
        """Everything said of a node itself."""
        is_term = number < self.n_terms
        return Node(
            node_id=self.node_id(number),
            kind=self.kind(number),
            label=self.label(number),
            definition=self.strings("term_definition")[number] if is_term else "",
            synonyms=tuple(name.text for name in self._synonyms_of(number)) if is_term else (),
        )

    def kind_range(self, kind: str) -> range:
        """Numbers of the nodes of one kind; terms (phenotypes and modifiers) share one range."""
        code = self.schema.kind_code(kind)
        return range(*self._ranges[max(0, code - 1)])

    # --- terms -----------------------------------------------------------------------------

    def is_phenotype(self, number: int) -> bool:
        """Whether a node is something that a patient can have."""
        return number < self.n_terms and int(self.node_kind[number]) == 0

    def resolve(self, text: str) -> Resolution:
        """Find the current term behind an identifier; never raises."""
        try:
            term_id = TermId.parse(text)
        except TermIdError:
            return Resolution(asked=str(text), kind=ResolutionKind.UNKNOWN)
        number = self.find(term_id)
        if number is not None and number < self.n_terms:
            return Resolution(asked=term_id, kind=ResolutionKind.PRIMARY, term_id=term_id)
        at = bisect_left(self._old_ids, term_id)
        if at == len(self._old_ids) or self._old_ids[at] != term_id:
            return Resolution(asked=term_id, kind=ResolutionKind.UNKNOWN)
        kind = RESOLUTION_KINDS[int(self.build.array("old_kind")[at])]
        targets = Csr(self.build.array("old_target_ptr"), self.build.array("old_target")).row(at)
        found = tuple(self.node_id(int(t)) for t in targets)
        if kind is ResolutionKind.OBSOLETE:
            return Resolution(asked=term_id, kind=kind, suggestions=found)
        return Resolution(asked=term_id, kind=kind, term_id=found[0])

    @cached_property
    def _old_ids(self) -> StringTable:
        return self.strings("old_id")

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that the phenotypes have names in; English comes first, then by code."""
        return ("en", *self._translated_languages)

    @cached_property
    def _translated_languages(self) -> tuple[str, ...]:
        if "translations" not in self.build.manifest:
            return ()
        return tuple(self.strings("translation_language_name"))

    def names(self, language: str = "en") -> Iterator[TermName]:
        """Label and synonyms of every phenotype, in the order of the terms.

        Args:
            language: A code of `languages`; of another, there are no names.
        """
        if language != "en":
            yield from self._translated_names(language)
            return
        for number in range(self.n_terms):
            if self.is_phenotype(number):
                term_id, label = self._node_ids[number], self._labels[number]
                yield TermName(term_id, label, label, "EXACT", "label")
                yield from self._synonyms_of(number)

    def _translated_names(self, language: str) -> Iterator[TermName]:
        if language not in self._translated_languages:
            return
        code = self._translated_languages.index(language)
        class_names = list(self.strings("translation_class_name"))
        rows = zip(
            self.build.array("translation_language").tolist(),
            self.build.array("translation_term").tolist(),
            self.build.array("translation_class").tolist(),
            self.strings("translation"),
            strict=True,
        )
        for language_code, number, name_class, text in rows:
            if language_code == code and self.is_phenotype(number):
                scope, kind, status = class_names[name_class].split(" ")
                checked = status == "OFFICIAL"
                term_id, label = self._node_ids[number], self._labels[number]
                yield TermName(term_id, label, text, scope, kind if checked else status.lower())

    def _synonyms_of(self, number: int) -> Iterator[TermName]:
        terms, classes, texts, class_names = self._synonym_columns
        first, last = np.searchsorted(terms, [number, number + 1])
        term_id, label = self._node_ids[number], self._labels[number]
        for i in range(int(first), int(last)):
            scope, _, kind = class_names[classes[i]].partition(" ")
            yield TermName(term_id, label, texts[i], scope, kind)

    @cached_property
    def _synonym_columns(
        self,
    ) -> tuple[NDArray[np.int32], NDArray[np.uint8], StringTable, list[str]]:
        return (
            self.build.array("synonym_term"),
            self.build.array("synonym_class"),
            self.strings("synonym"),
            list(self.strings("synonym_class_name")),
        )

    # --- edges -----------------------------------------------------------------------------

    @cached_property
    def edge_subject(self) -> NDArray[np.int32]:
        """Subject of every edge. Shape ``(n_edges,)``."""
        return self.column("edge_subject")

    @cached_property
    def edge_object(self) -> NDArray[np.int32]:
        """Object of every edge. Shape ``(n_edges,)``."""
        return self.column("edge_object")

    def edge_range(self, relation: str) -> range:
        """Numbers of the edges of one relation, by its name in the schema."""
        code = self.schema.relation_code(relation)
        return range(int(self._relation_starts[code]), int(self._relation_starts[code + 1]))

    def edges_from(self, subject: int, relation: str) -> range:
        """Numbers of a node's outgoing edges of one relation."""
        starts = self._starts_by_subject.get(relation)
        if starts is None:
            edges = self.edge_range(relation)
            column = self.edge_subject[edges.start : edges.stop]
            starts = edges.start + np.searchsorted(column, np.arange(len(self) + 1))
            self._starts_by_subject[relation] = starts
        return range(int(starts[subject]), int(starts[subject + 1]))

    @cached_property
    def _starts_by_subject(self) -> dict[str, NDArray[np.int64]]:
        return {}

    def edges_to(self, target: int, relation: str) -> NDArray[np.int64]:
        """Numbers of a node's incoming edges of one relation, ascending."""
        edges = self.edge_range(relation)
        order, column = self._by_object(relation)
        first, last = np.searchsorted(column, [target, target + 1])
        return np.sort(order[first:last]) + edges.start

    def _by_object(self, relation: str) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        if relation not in self._object_orders:
            edges = self.edge_range(relation)
            column = self.edge_object[edges.start : edges.stop]
            order = np.argsort(column, kind="stable")
            self._object_orders[relation] = (order, column[order])
        return self._object_orders[relation]

    @cached_property
    def _object_orders(self) -> dict[str, tuple[NDArray[np.int64], NDArray[np.int32]]]:
        return {}

    def edge(self, number: int) -> Edge:
        """One edge with its provenance and, where it has one, its annotation."""
        found = self._edges.get(number)
        if found is None:
            relation = self.schema.relations[int(self.column("edge_relation")[number])]
            found = Edge(
                subject=self.node_id(int(self.edge_subject[number])),
                predicate=relation.curie,
                object=self.node_id(int(self.edge_object[number])),
                provenance=self.provenance(number),
                annotation=self._annotation(number) if relation.annotated else None,
            )
            if len(self._edges) >= MAX_CACHED_EDGES:
                self._edges.clear()
            self._edges[number] = found
        return found

    @cached_property
    def _edges(self) -> dict[int, Edge]:
        """Edges that were asked for lately: explanations of many cases share most of theirs."""
        return {}

    def provenance(self, number: int) -> Provenance:
        """Who says an edge, where, and by which papers."""
        source = self._source_names[int(self.column("edge_source")[number])]
        return Provenance(
            source=source,
            release=self.releases[source],
            line=int(self.column("edge_line")[number]),
            publications=self.publications_of(number),
        )

    def column(self, name: str) -> NDArray[Any]:
        """A stored array, opened once."""
        if name not in self._columns:
            self._columns[name] = self.build.array(name)
        return self._columns[name]

    @cached_property
    def _columns(self) -> dict[str, NDArray[Any]]:
        return {}

    def _annotation(self, number: int) -> Annotation:
        def value(name: str) -> Any:
            return self.column(f"annotation_{name}")[number].item()

        frequency, onset = value("frequency"), value("onset")
        modifiers = Csr(self.column("annotation_modifier_ptr"), self.column("annotation_modifier"))
        return Annotation(
            evidence=EVIDENCE_CODES[value("evidence")],
            negated=value("negated"),
            frequency=Frequency(
                kind=FREQUENCY_KINDS[value("frequency_kind")],
                value=None if np.isnan(frequency) else round(frequency, 6),
                n=value("n"),
                m=value("m"),
            ),
            onset=self.node_id(onset) if onset >= 0 else None,
            sex=SEXES[value("sex")],
            modifiers=tuple(self.node_id(int(m)) for m in modifiers.row(number)),
        )

    @cached_property
    def references(self) -> Csr:
        """Row ``e`` holds the nodes that annotated edge ``e`` cites: publications, or records."""
        return Csr(
            self.build.array("annotation_reference_ptr"), self.build.array("annotation_reference")
        )

    def edges_citing(self, node: int) -> NDArray[np.int64]:
        """Numbers of the annotated edges that cite a publication or record, ascending."""
        edges, cited = self._edges_by_reference
        first, last = np.searchsorted(cited, [node, node + 1])
        return edges[first:last]

    @cached_property
    def _edges_by_reference(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Edges ordered by what they cite, and the cited nodes in the same order."""
        edges = np.repeat(
            np.arange(len(self.references.indptr) - 1), np.diff(self.references.indptr)
        )
        cited = np.asarray(self.references.indices)
        order = np.argsort(cited, kind="stable")
        return edges[order], cited[order]

    def publications_of(self, edge: int) -> tuple[str, ...]:
        """Identifiers of the papers, books and pages that an edge cites."""
        if edge >= len(self.references.indptr) - 1:
            return ()  # not an annotated one
        publication = self.schema.kind_code("publication")
        return tuple(
            self._node_ids[int(node)]
            for node in self.references.row(edge)
            if self.node_kind[node] == publication
        )

    # --- diseases --------------------------------------------------------------------------

    @cached_property
    def diseases(self) -> NDArray[np.int32]:
        """Merged diseases that have a phenotype, ascending. Shape ``(n_diseases,)``."""
        edges = self.edge_range("has_phenotype")
        return np.unique(self.disease_of[self.edge_subject[edges.start : edges.stop]])

    def records_of(self, disease: int) -> NDArray[np.int32]:
        """Nodes of the source records that make up a disease, ascending."""
        records, diseases = self._records_by_disease
        first, last = diseases.searchsorted((disease, disease + 1))
        return records[first:last]

    @cached_property
    def _records_by_disease(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Records ordered by their disease, and the diseases in the same order."""
        nodes = self.kind_range("disease")
        records = (np.flatnonzero(self._is_record) + nodes.start).astype(np.int32)
        diseases = self.disease_of[records]
        order = np.argsort(diseases, kind="stable")
        return records[order], diseases[order]

    @cached_property
    def _is_record(self) -> NDArray[np.bool_]:
        """Whether a disease node is a source's own record (it has annotated edges)."""
        diseases = self.kind_range("disease")
        n_annotated = sum(
            len(self.edge_range(r.name)) for r in self.schema.relations if r.annotated
        )
        found = np.zeros(len(diseases), dtype=bool)
        found[self.edge_subject[:n_annotated] - diseases.start] = True
        return found

    def find_disease(self, disease_id: str) -> int | None:
        """The merged disease behind any identifier of its records; ``None`` if there is none."""
        try:
            number = self.find(TermId.parse(disease_id))
        except TermIdError:
            return None
        diseases = self.kind_range("disease")
        if number is None or number not in diseases:
            return None
        return int(self.disease_of[number])
