"""How much of MONDO's merging of disease records is found by name and gene alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path

from nosograph.engine.evaluation.data_folder import MONDO_ARCHIVE
from nosograph.kg.build import GraphSources
from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.term import TermId

__all__ = ["MergingReport", "run_merging_benchmark"]

Pair = tuple[TermId, TermId]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergingReport:
    """Pairs of records that are one disease, as MONDO has it and as we inferred it."""

    n_mondo_pairs: int
    n_inferred_pairs: int
    n_agreeing: int
    """Inferred pairs that MONDO has."""
    n_contradicted: int
    """Inferred pairs whose records MONDO knows as two different diseases."""
    n_unjudged: int
    """Inferred pairs with a record that MONDO does not map."""

    @property
    def found_share(self) -> float:
        """Share of MONDO's pairs that were inferred."""
        return self.n_agreeing / self.n_mondo_pairs if self.n_mondo_pairs else 0.0

    @property
    def error_share(self) -> float:
        """Share of the judged inferred pairs that MONDO contradicts."""
        judged = self.n_agreeing + self.n_contradicted
        return self.n_contradicted / judged if judged else 0.0

    def to_dict(self) -> dict[str, float]:
        """For JSON."""
        counts: dict[str, float] = dict(asdict(self))
        return counts | {"found_share": self.found_share, "error_share": self.error_share}

    def to_markdown(self) -> str:
        """For people."""
        return (
            f"Joining records by name and gene finds {self.n_agreeing:,} of MONDO's "
            f"{self.n_mondo_pairs:,} pairs ({self.found_share:.1%}). Of {self.n_inferred_pairs:,} "
            f"inferred pairs MONDO contradicts {self.n_contradicted:,} ({self.error_share:.1%} of "
            f"those that it can judge; {self.n_unjudged:,} it cannot).\n"
        )


def run_merging_benchmark(data: Path, *, home: Path | None = None) -> MergingReport:
    """Compare the graph without MONDO with the one that is merged by it.

    Args:
        data: Folder with ``ontologies/mondo-sssom.zip``.
        home: Folder of the graphs.

    Raises:
        SourceError: If MONDO's files are not there.
    """
    mondo = KnowledgeGraph.open(GraphSources.embedded(mondo=data / MONDO_ARCHIVE), home=home)
    inferred = KnowledgeGraph.open(GraphSources.embedded(), home=home)
    mondo_groups, inferred_groups = _groups(mondo), _groups(inferred)
    disease_of = {record: number for number, group in enumerate(mondo_groups) for record in group}
    mapped = {r for group in mondo_groups for r in group if _is_mapped(mondo, r)}
    pairs = _pairs(inferred_groups)
    judged = [pair for pair in pairs if mapped.issuperset(pair)]
    agreeing = sum(disease_of[a] == disease_of[b] for a, b in judged)
    return MergingReport(
        n_mondo_pairs=len(_pairs(mondo_groups)),
        n_inferred_pairs=len(pairs),
        n_agreeing=agreeing,
        n_contradicted=len(judged) - agreeing,
        n_unjudged=len(pairs) - len(judged),
    )


def _groups(graph: KnowledgeGraph) -> list[list[TermId]]:
    """Records of every disease that has a phenotype."""
    return [
        [graph.node_id(record) for record in graph.records_of(disease).tolist()]
        for disease in graph.diseases.tolist()
    ]


def _is_mapped(graph: KnowledgeGraph, record_id: TermId) -> bool:
    number = graph.index(record_id)
    return int(graph.disease_of[number]) != number


def _pairs(groups: Iterable[list[TermId]]) -> set[Pair]:
    return {pair for group in groups for pair in combinations(sorted(group), 2)}
