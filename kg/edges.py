"""Rows of phenotype.hpoa as edges with all that they say, and the account of every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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


class _Row(NamedTuple):
    subject: int
    relation: int
    object: int
    source: int
    line: int
    evidence: int
    negated: bool
    frequency: float
    frequency_kind: int
    n: int
    m: int
    onset: int
    sex: int
    modifiers: tuple[int, ...]
    references: tuple[int, ...]


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
        rows: Iterable[DiseaseAnnotation],
        *,
        ontology: Ontology,
        index: Mapping[str, int],
        source: int,
        account: RowAccount,
    ) -> Self:
        """Turn rows into edges.

        Args:
            rows: The rows of one release.
            ontology: Resolves old identifiers.
            index: Node number by identifier.
            source: Code of the source in the edges.
            account: Is told what became of every row.
        """
        reader = _RowReader(ontology, index, source=source, account=account)
        edges = [edge for row in rows if (edge := reader.read(row)) is not None]
        edges.sort(key=lambda e: (e.relation, e.subject, e.object, e.line))
        columns: dict[str, NDArray[Any]] = {
            name: np.array([getattr(edge, name) for edge in edges], dtype=np.int32)
            for name in ("subject", "relation", "object", "source", "line")
        }
        columns |= {
            name: np.array([getattr(edge, name) for edge in edges], dtype=dtype)
            for name, dtype in _COLUMN_TYPES.items()
        }
        return cls(
            columns=columns,
            modifiers=Csr.from_rows([edge.modifiers for edge in edges]),
            references=Csr.from_rows([edge.references for edge in edges]),
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The columns that only annotated edges have, by their stored name."""
        arrays = {f"annotation_{name}": self.columns[name] for name in _COLUMN_TYPES}
        arrays["annotation_modifier_ptr"], arrays["annotation_modifier"] = self.modifiers
        arrays["annotation_reference_ptr"], arrays["annotation_reference"] = self.references
        return arrays


class _RowReader:
    def __init__(
        self, ontology: Ontology, index: Mapping[str, int], *, source: int, account: RowAccount
    ) -> None:
        self.ontology, self.index, self.source, self.account = ontology, index, source, account
        self.relations = {
            aspect: read_schema().relation_code(name) for aspect, name in RELATION_OF_ASPECT.items()
        }
        self.phenotypes = self._below(PHENOTYPIC_ABNORMALITY)
        self.onsets = self._below(ONSET_ROOT)
        self._resolved: dict[str, int | str] = {}

    def _below(self, root: TermId) -> frozenset[int]:
        if root not in self.ontology.index:
            return frozenset()
        number = self.ontology.index[root]
        return frozenset(self.ontology.hierarchy.descendants(number).tolist())

    def read(self, row: DiseaseAnnotation) -> _Row | None:
        self.account.n_rows += 1
        relation = RELATION_OF_ASPECT.get(row.aspect)
        term = self._term(row.hpo_id)
        reason = ""
        if relation is None:
            reason = f"unknown aspect {row.aspect[:8]!r}"
        elif isinstance(term, str):
            reason = term
        elif relation == "has_phenotype" and term not in self.phenotypes:
            reason = "aspect P, but the term is not a phenotypic abnormality"
        elif row.database_id not in self.index:
            reason = "the disease identifier is not one"
        if reason:
            self.account.dropped[reason] += 1
            return None
        assert relation is not None
        assert isinstance(term, int)
        self.account.edges[relation] += 1
        onset, modifiers = self._qualifiers(row)
        frequency = self._frequency(row)
        return _Row(
            subject=self.index[row.database_id],
            relation=self.relations[row.aspect],
            object=term,
            source=self.source,
            line=row.line,
            evidence=self._code(EVIDENCE_CODES, row.evidence, column="evidence"),
            negated=row.is_negated,
            frequency=np.nan if frequency.value is None else frequency.value,
            frequency_kind=FREQUENCY_KINDS.index(frequency.kind),
            n=frequency.n,
            m=frequency.m,
            onset=onset,
            sex=self._code(SEXES, row.sex.upper(), column="sex"),
            modifiers=modifiers,
            references=tuple(self.index[ref] for ref in row.references),
        )

    def _term(self, term_id: str) -> int | str:
        """The term's number, or the reason why there is none."""
        if term_id not in self._resolved:
            resolution = self.ontology.resolve(term_id)
            self._resolved[term_id] = (
                self.index[resolution.term_id]
                if resolution.term_id is not None
                else f"the HPO identifier is {resolution.kind}"
            )
        found = self._resolved[term_id]
        if isinstance(found, int) and term_id not in self.ontology.index:
            self.account.remarks["old HPO identifier replaced by its successor"] += 1
        return found

    def _qualifiers(self, row: DiseaseAnnotation) -> tuple[int, tuple[int, ...]]:
        """Onset and modifiers; a modifier that stands in the onset column is moved."""
        if not row.onset and not row.modifier:
            return -1, ()
        onset, modifiers = -1, []
        for column, text in (("onset", row.onset), ("modifier", row.modifier)):
            for value in split_values(text):
                term = self._term(value)
                if isinstance(term, str):
                    self.account.remarks[f"{column} column: a value that is no term"] += 1
                elif column == "onset" and onset < 0 and term in self.onsets:
                    onset = term
                else:
                    if column == "onset":
                        self.account.remarks["onset column: a modifier, moved"] += 1
                    modifiers.append(term)
        return onset, tuple(modifiers)

    def _frequency(self, row: DiseaseAnnotation) -> Frequency:
        frequency = Frequency.parse(row.frequency)
        if frequency.kind is FrequencyKind.UNREADABLE:
            self.account.remarks["frequency that cannot be read, taken as unstated"] += 1
        elif row.aspect == "P" and frequency.value == 0 and not row.is_negated:
            self.account.remarks["frequency 0 without NOT: kept, means not seen"] += 1
        return frequency

    def _code(self, known: tuple[str, ...], value: str, *, column: str) -> int:
        if value in known:
            return known.index(value)
        self.account.remarks[f"{column} column: an unknown value, left out"] += 1
        return 0
