"""Sources in, an immutable build out.

``build_graph`` reads the sources, joins the disease records, numbers nodes and edges, accounts for
every row, and hands the arrays to the store. It is deterministic: the same sources give the same
bytes.
"""

from __future__ import annotations

import gc
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from nosograph.kg.arrays import GraphContent, OldIdentifier, SynonymRow, plain_edges
from nosograph.kg.edges import AnnotationEdges, RowAccount
from nosograph.kg.identity import (
    DiseaseRecord,
    Identity,
    identity_from_mondo,
    infer_identity,
)
from nosograph.kg.schema import read_schema
from nosograph.kg.store import FORMAT, Build, GraphStore
from nosograph.kg.translations import SOURCE as TRANSLATIONS
from nosograph.kg.translations import TranslatedNames, read_translations, translation_files
from nosograph.ontologies.errors import SourceError, TermIdError
from nosograph.ontologies.ontology import PHENOTYPIC_ABNORMALITY, Ontology, Resolution
from nosograph.ontologies.readers.genes import GeneDisease, read_gene_diseases
from nosograph.ontologies.readers.hpoa import DiseaseAnnotation, read_hpoa, split_values
from nosograph.ontologies.readers.obo import read_obo
from nosograph.ontologies.readers.sssom import MappingSet, read_sssom
from nosograph.ontologies.sources import (
    ARCHIVE_SEPARATOR,
    SourceFile,
    embedded_source_file,
    find_source,
    read_sources,
)
from nosograph.ontologies.term import TermId

__all__ = ["GraphSources", "build_graph", "open_or_build"]

BUILDER_VERSION = 3
"""Raised whenever the same sources give other arrays than before."""
MONDO_FILES = {
    "mondo-omim": "mondo_exactmatch_omim.sssom.tsv",
    "mondo-orphanet": "mondo_exactmatch_orphanet.sssom.tsv",
}
"""The mapping sets that merge diseases, by source, with the file names of MONDO's releases."""

Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class GraphSources:
    """The files that one build is made of."""

    files: tuple[SourceFile, ...]
    """At most one for each source; ``hpo`` and ``hpo-annotations`` are needed. Each language of
    translations is a source of its own."""

    @classmethod
    def embedded(
        cls,
        *,
        mondo: str | Path | None = None,
        translations: Iterable[str | Path] = (),
        others: Mapping[str, str | Path] | None = None,
    ) -> Self:
        """The release that is installed with Nosograph, with what the caller puts in its place.

        Args:
            mondo: Where MONDO's mapping sets lie: a folder or a zip archive that holds
                ``mondo_exactmatch_omim.sssom.tsv`` and ``mondo_exactmatch_orphanet.sssom.tsv``.
                Without it, records are joined by name and gene.
            translations: Babelon tables with names in other languages: files, or folders and zip
                archives that hold them. Without them, notes are read in English.
            others: Paths by source name, in place of the embedded files.

        Raises:
            SourceError: If a file is not there, or `others` names a source that is not known.
        """
        named = dict(others or {})
        if mondo is not None:
            separator = "/" if Path(mondo).is_dir() else ARCHIVE_SEPARATOR
            named |= {name: f"{mondo}{separator}{file}" for name, file in MONDO_FILES.items()}
        translated = named.pop(TRANSLATIONS, None)
        files = [SourceFile.at(find_source(name), path) for name, path in sorted(named.items())]
        files += translation_files([*translations, *([translated] if translated else [])])
        files += [
            embedded_source_file(name)
            for name, source in read_sources().items()
            if source.embedded_package and name not in named
        ]
        return cls(files=tuple(sorted(files, key=lambda file: file.source.name)))

    @cached_property
    def recipe(self) -> str:
        """Digest of what the build is made of: the files, and the version of the builder."""
        parts = [(file.source.name, file.sha256) for file in self.files]
        text = json.dumps([FORMAT, BUILDER_VERSION, parts])
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def file(self, name: str) -> SourceFile | None:
        """The file of one source, if it is among them."""
        return next((file for file in self.files if file.source.name == name), None)


def open_or_build(
    sources: GraphSources, *, store: GraphStore | None = None, progress: Progress | None = None
) -> Build:
    """Open the build of these sources, building it first if it is not there."""
    store = store or GraphStore()
    return store.find(sources.recipe) or build_graph(sources, store=store, progress=progress)


def build_graph(
    sources: GraphSources, *, store: GraphStore, progress: Progress | None = None
) -> Build:
    """Build the graph and move it into place.

    Args:
        sources: The files.
        store: Where the build goes.
        progress: Called with a few words at the beginning of each step.

    Raises:
        SourceError: If a file is missing or is not what is pinned.
        SourceFormatError: If a file cannot be read.
        StoreError: If the build cannot be written.
    """
    with _collector_paused():
        return _build(sources, store=store, tell=progress or (lambda _: None))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep Python from looking for garbage among a million new objects: a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _build(sources: GraphSources, *, store: GraphStore, tell: Progress) -> Build:
    tell("reading the ontology")
    verified = _verified(sources)
    with _needed(verified, "hpo").open() as lines:
        ontology = read_obo(lines)
    tell("reading the annotations")
    with _needed(verified, "hpo-annotations").open() as lines:
        hpoa = read_hpoa(lines)
        rows = list(hpoa.rows)
    genes = _read_genes(verified)
    tell("joining the disease records")
    records = _records(rows, genes, ontology=ontology)
    mondo = _read_mondo(verified)
    identity = identity_from_mondo(records, mondo) if mondo else infer_identity(records)
    releases = {"hpo": ontology.release, "hpo-annotations": hpoa.release}
    releases |= {name: mapping_set.release for name, mapping_set in mondo.items()}
    if genes:
        # The gene table carries no version of its own: it is published with the annotations.
        releases["hpo-genes"] = hpoa.release
    if not mondo:
        releases["nosograph-inferred"] = str(BUILDER_VERSION)
    translations = read_translations(verified)
    releases |= {
        file.source.name: translations[file.source.name].release or f"sha256 {file.sha256[:12]}"
        for file in verified
        if file.source.name in translations
    }
    tell("numbering nodes and edges")
    graph = _Assembly(ontology, rows, genes=genes, records=records, identity=identity)
    content = graph.content()
    tell("writing the arrays")
    facts: dict[str, Any] = {
        "releases": releases,
        "sources": {
            file.source.name: {"path": Path(file.path).name, "sha256": file.sha256}
            for file in verified
        },
        "source_names": list(graph.source_names),
        "counts": content.counts(),
        "rows": graph.account.as_facts(),
        "merging": graph.merging_facts(by_mondo=bool(mondo)),
    }
    arrays = content.arrays()
    if translations:  # without them a build is, byte for byte, what it was before there were any
        names = TranslatedNames(translations.values(), ontology=ontology)
        arrays |= names.arrays()
        facts["translations"] = names.facts()
    return store.write(sources.recipe, arrays, facts)


def _verified(sources: GraphSources) -> tuple[SourceFile, ...]:
    """The files, each with the digest that the recipe speaks of."""
    return tuple(_verify(file) for file in sources.files)


def _verify(file: SourceFile) -> SourceFile:
    found = SourceFile.at(file.source, file.path)
    if found.sha256 == file.sha256:
        return found
    if file.is_embedded_release:
        return embedded_source_file(file.source.name, verify=True)  # says what is wrong with it
    raise SourceError(
        f"{file.source.name}: {file.path} has changed since it was named: its sha256 was "
        f"{file.sha256[:12]}… and is {found.sha256[:12]}…. Name the sources again."
    )


def _needed(files: Iterable[SourceFile], name: str) -> SourceFile:
    found = next((file for file in files if file.source.name == name), None)
    if found is None:
        raise SourceError(
            f"GraphSources: source {name!r} is missing, and every build needs it. "
            "GraphSources.embedded() brings all that are needed."
        )
    return found


def _read_genes(files: Iterable[SourceFile]) -> tuple[GeneDisease, ...]:
    for file in files:
        if file.source.name == "hpo-genes":
            with file.open() as lines:
                return read_gene_diseases(lines)
    return ()


def _read_mondo(files: Iterable[SourceFile]) -> dict[str, MappingSet]:
    found = {}
    for file in files:
        if file.source.name in MONDO_FILES:
            with file.open() as lines:
                found[file.source.name] = read_sssom(lines)
    return found


def _records(
    rows: Iterable[DiseaseAnnotation], genes: Iterable[GeneDisease], *, ontology: Ontology
) -> tuple[DiseaseRecord, ...]:
    """The disease records that the rows speak of; what is no disease identifier is none."""
    names: dict[str, str] = {}
    for row in rows:
        names.setdefault(row.database_id, row.disease_name)
    record_ids = {name: TermId(name) for name in names if _is_record_id(name, ontology)}
    symbols: dict[str, set[str]] = {}
    for pair in genes:
        symbols.setdefault(pair.disease_id, set()).add(pair.gene_id)
    return tuple(
        DiseaseRecord(
            record_id=record_id,
            name=names[name],
            genes=frozenset(symbols.get(name, ())),
        )
        for name, record_id in sorted(record_ids.items())
    )


def _is_record_id(text: str, ontology: Ontology) -> bool:
    try:
        TermId(text)
    except TermIdError:
        return False
    return text not in ontology.index and not text.startswith("NCBIGene:")


class _Assembly:
    """Everything numbered: terms first (so that hierarchy numbers are node numbers), then the rest.

    Within a kind, nodes ascend by identifier.
    """

    def __init__(
        self,
        ontology: Ontology,
        rows: Sequence[DiseaseAnnotation],
        *,
        genes: tuple[GeneDisease, ...],
        records: tuple[DiseaseRecord, ...],
        identity: Identity,
    ) -> None:
        self.ontology, self.identity, self.records = ontology, identity, records
        self.schema = read_schema()
        labels = {record.record_id: record.name for record in records} | dict(identity.labels)
        diseases = sorted(labels)
        gene_labels = {pair.gene_id: pair.symbol for pair in genes}
        cited = {ref for text in {row.reference for row in rows} for ref in split_values(text)}
        papers = sorted(cited - labels.keys() - ontology.index.keys() - gene_labels.keys())
        self.node_ids: list[str] = [term.term_id for term in ontology.terms]
        self.labels: list[str] = [term.label for term in ontology.terms]
        self.kinds: list[int] = self._term_kinds()
        for kind, members in (
            ("disease", {i: labels[i] for i in diseases}),
            ("gene", dict(sorted(gene_labels.items()))),
            ("publication", {paper: paper for paper in papers}),
        ):
            self.node_ids += members.keys()
            self.labels += members.values()
            self.kinds += [self.schema.kind_code(kind)] * len(members)
        # Plain texts as keys: a dictionary of a subclass of str is several times slower to ask.
        # Of an identifier that a file uses for two things, the first kind of node wins.
        self.index = {str(node_id): i for i, node_id in reversed([*enumerate(self.node_ids)])}
        self.source_names = (
            "hpo",
            "hpo-annotations",
            "hpo-genes",
            "nosograph-inferred",
            *MONDO_FILES,
        )
        self.account = RowAccount()
        self.annotations = AnnotationEdges.collect(
            rows,
            ontology=ontology,
            index=self.index,
            records={record.record_id for record in records},
            source=self.source_names.index("hpo-annotations"),
            account=self.account,
        )
        self.plain = self._plain_edges(genes)

    def _term_kinds(self) -> list[int]:
        kinds = np.full(len(self.ontology), self.schema.kind_code("modifier"))
        if PHENOTYPIC_ABNORMALITY in self.ontology.index:
            root = self.ontology.index[PHENOTYPIC_ABNORMALITY]
            below = self.ontology.hierarchy.descendants(root)
            kinds[below] = self.schema.kind_code("phenotype")
        return [int(kind) for kind in kinds]

    def _plain_edges(self, genes: tuple[GeneDisease, ...]) -> NDArray[np.int32]:
        """Edges without annotation columns: subject, relation, object, source, line."""
        relation, source = self.schema.relation_code, self.source_names.index
        edges: list[tuple[int, int, int, int, int]] = []
        parents = self.ontology.hierarchy.parents
        for child in range(len(self.ontology)):
            edges += [
                (child, relation("subclass_of"), parent, source("hpo"), 0)
                for parent in parents.row(child).tolist()
            ]
        for match in self.identity.matches:
            inferred = match.source == "nosograph-inferred"
            edges.append(
                (
                    self.index[match.record_id],
                    relation("close_match" if inferred else "exact_match"),
                    self.index[match.disease_id],
                    source(match.source),
                    match.line,
                )
            )
        unknown = Counter[str]()
        for pair in genes:
            if pair.disease_id not in self.index:
                unknown[pair.disease_id] += 1
                continue
            edges.append(
                (
                    self.index[pair.gene_id],
                    relation("gene_associated_with_condition"),
                    self.index[pair.disease_id],
                    source("hpo-genes"),
                    pair.line,
                )
            )
        self.n_gene_pairs_without_record = sum(unknown.values())
        return plain_edges(edges)

    def content(self) -> GraphContent:
        """All that the build says but names in other languages."""
        terms = self.ontology.terms
        return GraphContent(
            node_ids=self.node_ids,
            labels=self.labels,
            kinds=self.kinds,
            definitions=[term.definition for term in terms],
            synonyms=[
                SynonymRow(i, synonym.text, f"{synonym.scope} {synonym.kind}".strip())
                for i, term in enumerate(terms)
                for synonym in term.synonyms
            ],
            old_identifiers=[
                OldIdentifier(old, found.kind, [self.index[t] for t in _targets(found)])
                for old, found in sorted(self.ontology.successors.items())
            ],
            hierarchy=self.ontology.hierarchy,
            annotations=self.annotations,
            plain=self.plain,
        )

    def merging_facts(self, *, by_mondo: bool) -> dict[str, Any]:
        """How the records were joined into diseases."""
        disease_of = {m.record_id: m.disease_id for m in self.identity.matches}
        diseases = {disease_of.get(r.record_id, r.record_id) for r in self.records}
        return {
            "by": "MONDO exact matches" if by_mondo else "name and gene (inferred)",
            "records": len(self.records),
            "matched_records": sum(r.record_id in disease_of for r in self.records),
            "other_identifiers": len(disease_of.keys() - {r.record_id for r in self.records}),
            "diseases": len(diseases),
            "ambiguous_records": len(self.identity.ambiguous),
            "gene_pairs_without_record": self.n_gene_pairs_without_record,
        }


def _targets(found: Resolution) -> tuple[TermId, ...]:
    """The terms behind an identifier that is no longer primary."""
    return (found.term_id,) if found.term_id else found.suggestions
