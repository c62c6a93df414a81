"""The arrays of a build, from plain values: whoever has the values gets the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nosograph.kg.edges import AnnotationEdges
from nosograph.kg.schema import read_schema
from nosograph.kg.strings import StringTable
from nosograph.ontologies.hierarchy import Csr, Hierarchy
from nosograph.ontologies.ontology import ResolutionKind

__all__ = ["RESOLUTION_KINDS", "GraphContent", "OldIdentifier", "SynonymRow", "plain_edges"]

RESOLUTION_KINDS = tuple(ResolutionKind)
PLAIN_COLUMNS = ("subject", "relation", "object", "source", "line")


class SynonymRow(NamedTuple):
    """One synonym of one term."""

    term: int
    text: str
    name_class: str
    """The ontology's scope and kind: ``EXACT layperson``."""


class OldIdentifier(NamedTuple):
    """What became of an identifier that is no longer primary."""

    old_id: str
    kind: ResolutionKind
    targets: Sequence[int]
    """The one term that took its place; of an obsolete one, the terms to look at."""


def plain_edges(rows: ArrayLike) -> NDArray[np.int32]:
    """Edges without annotation columns in the order of a build. Shape ``(n_edges, 5)``.

    Args:
        rows: Subject, relation, object, source and line of each.
    """
    table = np.array(rows, dtype=np.int32).reshape(-1, len(PLAIN_COLUMNS))
    return table[np.lexsort((table[:, 4], table[:, 3], table[:, 2], table[:, 0], table[:, 1]))]


@dataclass(frozen=True, kw_only=True)
class GraphContent:
    """All that a build says but names in other languages, numbered.

    Terms come first (so that hierarchy numbers are node numbers), ascending by identifier; then the
    other kinds, each ascending by identifier.
    """

    node_ids: Sequence[str]
    labels: Sequence[str]
    kinds: Sequence[int]
    """Code of each node's kind."""
    definitions: Sequence[str]
    """Of the terms."""
    synonyms: Sequence[SynonymRow]
    """Ascending by term, and of a term in the order of the ontology."""
    old_identifiers: Sequence[OldIdentifier]
    """Ascending."""
    hierarchy: Hierarchy
    annotations: AnnotationEdges
    plain: NDArray[np.int32]
    """As `plain_edges` orders them."""

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All arrays, by name."""
        arrays: dict[str, NDArray[Any]] = {}
        _pack(arrays, "node_id", self.node_ids)
        _pack(arrays, "node_label", self.labels)
        arrays["node_kind"] = np.array(self.kinds, dtype=np.uint8)
        _pack(arrays, "term_definition", self.definitions)
        self._add_synonyms(arrays)
        self._add_old_identifiers(arrays)
        arrays["parent_ptr"], arrays["parent"] = self.hierarchy.parents
        arrays["ancestor_ptr"], arrays["ancestor"] = self.hierarchy.closure
        arrays |= self.annotations.arrays()
        for column, name in enumerate(PLAIN_COLUMNS):
            joined = np.concatenate([self.annotations.columns[name], self.plain[:, column]])
            narrow = np.uint8 if name in ("relation", "source") else np.int32
            arrays[f"edge_{name}"] = joined.astype(narrow)
        arrays["disease_of"] = self._disease_of()
        return arrays

    def _add_synonyms(self, arrays: dict[str, NDArray[Any]]) -> None:
        classes = sorted({row.name_class for row in self.synonyms})
        codes = {name_class: code for code, name_class in enumerate(classes)}
        arrays["synonym_term"] = np.array([row.term for row in self.synonyms], dtype=np.int32)
        _pack(arrays, "synonym", [row.text for row in self.synonyms])
        arrays["synonym_class"] = np.array(
            [codes[row.name_class] for row in self.synonyms], dtype=np.uint8
        )
        _pack(arrays, "synonym_class_name", classes)

    def _add_old_identifiers(self, arrays: dict[str, NDArray[Any]]) -> None:
        _pack(arrays, "old_id", [old.old_id for old in self.old_identifiers])
        arrays["old_kind"] = np.array(
            [RESOLUTION_KINDS.index(old.kind) for old in self.old_identifiers], dtype=np.uint8
        )
        targets = Csr.from_rows([old.targets for old in self.old_identifiers])
        arrays["old_target_ptr"], arrays["old_target"] = targets

    def _disease_of(self) -> NDArray[np.int32]:
        """For every node, the disease that it is a record of; itself where it is not merged."""
        disease_of = np.arange(len(self.node_ids), dtype=np.int32)
        codes = [read_schema().relation_code(name) for name in ("exact_match", "close_match")]
        matches = self.plain[np.isin(self.plain[:, 1], codes)]
        disease_of[matches[:, 0]] = matches[:, 2]
        return disease_of

    def counts(self) -> dict[str, dict[str, int]]:
        """Nodes by kind and edges by relation."""
        schema = read_schema()
        kinds = np.bincount(self.kinds, minlength=len(schema.kinds))
        relations = np.concatenate([self.annotations.columns["relation"], self.plain[:, 1]])
        by_relation = np.bincount(relations, minlength=len(schema.relations))
        return {
            "nodes": {k.name: int(n) for k, n in zip(schema.kinds, kinds, strict=True)},
            "edges": {r.name: int(n) for r, n in zip(schema.relations, by_relation, strict=True)},
        }


def _pack(arrays: dict[str, NDArray[Any]], name: str, texts: Sequence[str]) -> None:
    table = StringTable.pack(texts)
    arrays[f"{name}_end"], arrays[f"{name}_text"] = table.ends, table.blob
