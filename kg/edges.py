"""Rows of phenotype.hpoa as edges with all that they say, and the account of every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from nosograph.kg.schema import read_schema
from nosograph.ontologies.frequency import Frequency, FrequencyKind
from nosograph.ontologies.hierarchy import Csr
from nosograph.ontologies.ontology import PHENOTYPIC_ABNORMALITY, Ontology
from nosograph.ontologies.readers.hpoa import DiseaseAnnotation, split_values
from nosograph.ontologies.term import TermId

__all__ = ["EVIDENCE_CODES", "FREQUENCY_KINDS", "SEXES", "AnnotationEdges", "RowAccount"]

EVIDENCE_CODES = ("", "IEA", "PCS", "TAS")
SEXES = ("", "FEMALE", "MALE")
FREQUENCY_KINDS = tuple(FrequencyKind)
ONSET_ROOT = TermId("HP:0003674")
RELATION_OF_ASPECT = {
    "P": "has_phenotype",
    "I": "has_mode_of_inheritance",
    "C": "has_clinical_course",
    "M": "has_clinical_modifier",
    "H": "has_past_medical_history",
}


@dataclass
class RowAccount:
    """What became of every row: an edge, or a reason."""

    n_rows: int = 0
    edges: Counter[str] = field(default_factory=Counter)
    """Rows that became an edge, by relation."""
    dropped: Counter[str] = field(default_factory=Counter)
    """Rows that did not, by reason."""
    remarks: Counter[str] = field(default_factory=Counter)
    """What was mended or seen in rows that did become an edge."""

    def as_facts(self) -> dict[str, Any]:
        """For the manifest."""
        return {
            "total": self.n_rows,
            "edges": dict(sorted(self.edges.items())),
            "dropped": dict(sorted(self.dropped.items())),
            "remarks": dict(sorted(self.remarks.items())),
        }


_COLUMN_TYPES: dict[str, type[np.generic]] = {
    "evidence": np.uint8,
    "negated": np.bool_,
    "frequency": np.float32,
    "frequency_kind": np.uint8,
    "n": np.int32,
    "m": np.int32,
    "onset": np.int32,
    "sex": np.uint8,
}


@dataclass(frozen=True, kw_only=True)
class AnnotationEdges:
    """Annotated edges as columns, sorted by relation, subject, object and line."""

    columns: dict[str, NDArray[Any]]
    modifiers: Csr
    references: Csr
    """Row ``e`` holds the nodes (publications, or records) that edge ``e`` cites."""

    @classmethod
    def collect(
        cls,
        rows: Sequence[DiseaseAnnotation],
        *,
        ontology: Ontology,
        index: Mapping[str, int],
        records: Collection[str],
        source: int,
        account: RowAccount,
    ) -> Self:
        """Turn rows into edges.

        Args:
            rows: The rows of one release.
            ontology: Resolves old identifiers.
            index: Node number by identifier.
            records: Identifiers of the disease records.
            source: Code of the source in the edges.
            account: Is told what became of every row.
        """
        reader = _RowReader(ontology, index, records=frozenset(records), account=account)
        ends = reader.ends(rows)
        kept = ends.rows
        columns: dict[str, NDArray[Any]] = {
            "subject": ends.subject,
            "relation": ends.relation,
            "object": ends.object,
            "source": np.full(len(kept), source, dtype=np.int32),
            "line": np.array([row.line for row in kept], dtype=np.int32),
            "evidence": reader.codes(
                EVIDENCE_CODES, [row.evidence for row in kept], column="evidence"
            ),
            "sex": reader.codes(SEXES, [row.sex.upper() for row in kept], column="sex"),
            "negated": reader.negations(kept),
        }
        columns |= reader.frequencies(kept)
        reader.tell_of_frequencies(columns)
        columns["onset"], modifiers = reader.qualifiers(kept)
        cited = {text: reader.nodes_of(text) for text in {row.reference for row in kept}}
        return cls.ordered(
            columns,
            modifiers=[modifiers.get(i, ()) for i in range(len(kept))],
            references=[cited[row.reference] for row in kept],
        )

    @classmethod
    def ordered(
        cls,
        columns: Mapping[str, NDArray[Any]],
        *,
        modifiers: Sequence[Sequence[int]],
        references: Sequence[Sequence[int]],
    ) -> Self:
        """Put edges in the order of a build.

        Args:
            columns: Every column by name, all in one order.
            modifiers: The modifiers of each edge, in that order.
            references: The nodes that each edge cites, in that order.
        """
        order = np.lexsort(tuple(columns[n] for n in ("line", "object", "subject", "relation")))
        by_edge = order.tolist()
        return cls(
            columns={
                name: column[order].astype(_COLUMN_TYPES.get(name, np.int32))
                for name, column in columns.items()
            },
            modifiers=Csr.from_rows([modifiers[i] for i in by_edge]),
            references=Csr.from_rows([references[i] for i in by_edge]),
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The columns that only annotated edges have, by their stored name."""
        arrays = {f"annotation_{name}": self.columns[name] for name in _COLUMN_TYPES}
        arrays["annotation_modifier_ptr"], arrays["annotation_modifier"] = self.modifiers
        arrays["annotation_reference_ptr"], arrays["annotation_reference"] = self.references
        return arrays


class _Ends(NamedTuple):
    """The rows that become an edge, and between which nodes."""

    rows: list[DiseaseAnnotation]
    subject: NDArray[np.int32]
    relation: NDArray[np.int32]
    object: NDArray[np.int32]


class _RowReader:
    """Reads a release column by column: most columns have few distinct values."""

    def __init__(
        self,
        ontology: Ontology,
        index: Mapping[str, int],
        *,
        records: frozenset[str],
        account: RowAccount,
    ) -> None:
        self.ontology, self.index, self.account = ontology, index, account
        self.records = {record: index[record] for record in records}
        self.relations = {
            aspect: read_schema().relation_code(name) for aspect, name in RELATION_OF_ASPECT.items()
        }
        self.phenotypes = self._below(PHENOTYPIC_ABNORMALITY)
        self.onsets = self._below(ONSET_ROOT)
        self._resolved: dict[str, int] = {}

    def _below(self, root: TermId) -> frozenset[int]:
        if root not in self.ontology.index:
            return frozenset()
        number = self.ontology.index[root]
        return frozenset(self.ontology.hierarchy.descendants(number).tolist())

    def ends(self, rows: Sequence[DiseaseAnnotation]) -> _Ends:
        """Sort out the rows that cannot become an edge, each with its reason."""
        self.account.n_rows += len(rows)
        subject, relation, term = self._numbers(rows)
        is_edge = (subject >= 0) & (relation >= 0) & (term >= 0)
        must_be_phenotype = relation == self.relations["P"]
        is_edge &= ~must_be_phenotype | np.isin(term, list(self.phenotypes))
        for i in np.flatnonzero(~is_edge).tolist():
            self.account.dropped[self._reason(rows[i])] += 1
        n_edges = np.bincount(relation[is_edge], minlength=len(self.relations))
        for aspect, name in RELATION_OF_ASPECT.items():
            if n_edges[self.relations[aspect]]:
                self.account.edges[name] += int(n_edges[self.relations[aspect]])
        kept = list(compress(rows, is_edge.tolist()))
        self._remark("old HPO identifier replaced by its successor", map(self._is_old, kept))
        return _Ends(kept, subject[is_edge], relation[is_edge], term[is_edge])

    def _numbers(
        self, rows: Sequence[DiseaseAnnotation]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
        """Subject, relation and term of every row, -1 where there is none."""
        subjects = {text: self.records.get(text, -1) for text in {row.database_id for row in rows}}
        terms = {text: self._term(text) for text in {row.hpo_id for row in rows}}
        return (
            np.array([subjects[row.database_id] for row in rows], dtype=np.int32),
            np.array([self.relations.get(row.aspect, -1) for row in rows], dtype=np.int32),
            np.array([terms[row.hpo_id] for row in rows], dtype=np.int32),
        )

    def _reason(self, row: DiseaseAnnotation) -> str:
        """Why a row cannot become an edge."""
        if row.aspect not in self.relations:
            return f"unknown aspect {row.aspect[:8]!r}"
        if self._term(row.hpo_id) < 0:
            return f"the HPO identifier is {self.ontology.resolve(row.hpo_id).kind}"
        if row.database_id not in self.records:
            return "the disease identifier is not one"
        return "aspect P, but the term is not a phenotypic abnormality"

    def _term(self, term_id: str) -> int:
        """The number of the current term behind an identifier; -1 if there is none."""
        if term_id not in self._resolved:
            found = self.ontology.resolve(term_id).term_id
            self._resolved[term_id] = -1 if found is None else self.ontology.index[found]
        return self._resolved[term_id]

    def _is_old(self, row: DiseaseAnnotation) -> bool:
        return row.hpo_id not in self.ontology.index

    def _remark(self, remark: str, rows: Iterable[bool] | NDArray[np.bool_]) -> None:
        n_rows = int(rows.sum()) if isinstance(rows, np.ndarray) else sum(rows)
        if n_rows:
            self.account.remarks[remark] += n_rows

    def codes(
        self, known: tuple[str, ...], values: Sequence[str], *, column: str
    ) -> NDArray[np.int32]:
        """The position of each value among the known ones. Shape ``(n_rows,)``."""
        code = {value: i for i, value in enumerate(known)}
        unknown = (value not in code for value in values)
        self._remark(f"{column} column: an unknown value, left out", unknown)
        return np.array([code.get(value, 0) for value in values], dtype=np.int32)

    def negations(self, rows: Sequence[DiseaseAnnotation]) -> NDArray[np.bool_]:
        """Whether each row is negated; another qualifier than NOT is told of."""
        values = [row.qualifier.strip().upper() for row in rows]
        return self.codes(("", "NOT"), values, column="qualifier").astype(np.bool_)

    def frequencies(self, rows: Sequence[DiseaseAnnotation]) -> dict[str, NDArray[Any]]:
        """Value, kind, n and m of each row's frequency, each of shape ``(n_rows,)``."""
        texts = [row.frequency for row in rows]
        read: dict[str, tuple[float, int, int, int]] = {}
        for text in set(texts):
            frequency = Frequency.parse(text)
            value = np.nan if frequency.value is None else frequency.value
            read[text] = (value, FREQUENCY_KINDS.index(frequency.kind), frequency.n, frequency.m)
        table = np.array([read[text] for text in texts], dtype=np.float64).reshape(-1, 4)
        return {
            name: table[:, i].astype(_COLUMN_TYPES[name])
            for i, name in enumerate(("frequency", "frequency_kind", "n", "m"))
        }

    def tell_of_frequencies(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """Remark on frequencies that a reader of the graph should know of."""
        unreadable = columns["frequency_kind"] == FREQUENCY_KINDS.index(FrequencyKind.UNREADABLE)
        self._remark("frequency that cannot be read, taken as unstated", unreadable)
        is_phenotype = columns["relation"] == self.relations["P"]
        unseen = is_phenotype & (columns["frequency"] == 0) & ~columns["negated"]
        self._remark("frequency 0 without NOT: kept, means not seen", unseen)

    def qualifiers(
        self, rows: Sequence[DiseaseAnnotation]
    ) -> tuple[NDArray[np.int32], dict[int, tuple[int, ...]]]:
        """Onset of each row, and modifiers by row number for the few rows that have some."""
        onsets = np.full(len(rows), -1, dtype=np.int32)
        modifiers: dict[int, tuple[int, ...]] = {}
        for number, row in enumerate(rows):
            if row.onset or row.modifier:
                onsets[number], modifiers[number] = self._qualifiers(row)
        return onsets, modifiers

    def _qualifiers(self, row: DiseaseAnnotation) -> tuple[int, tuple[int, ...]]:
        """Onset and modifiers; a modifier that stands in the onset column is moved."""
        onset, modifiers = -1, []
        for column, text in (("onset", row.onset), ("modifier", row.modifier)):
            for value in split_values(text):
                term = self._term(value)
                if term < 0:
                    self.account.remarks[f"{column} column: a value that is no term"] += 1
                elif column == "onset" and onset < 0 and term in self.onsets:
                    onset = term
                else:
                    if column == "onset":
                        self.account.remarks["onset column: a modifier, moved"] += 1
                    modifiers.append(term)
        return onset, tuple(modifiers)

    def nodes_of(self, reference: str) -> tuple[int, ...]:
        """The nodes that a reference column cites."""
        return tuple(self.index[value] for value in split_values(reference))
