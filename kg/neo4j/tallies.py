"""Numbers that are counted when a graph is loaded, so that no question counts all of it again.

Every one repeats what the statements say: the tests count the relationships of a loaded database
and compare.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from nosograph.kg.edges import EVIDENCE_CODES, FREQUENCY_KINDS
from nosograph.kg.graph import KnowledgeGraph
from nosograph.kg.neo4j.citations import CITATION, citation_sources
from nosograph.kg.neo4j.digests import Properties
from nosograph.kg.neo4j.old_identifiers import SUCCESSION_SOURCE, succession_counts
from nosograph.ontologies.frequency import FrequencyKind

__all__ = ["evidence_tallies", "record_tallies", "source_tallies", "term_tallies"]


def record_tallies(graph: KnowledgeGraph) -> dict[int, Properties]:
    """What each record says, in numbers, by its node: of everything that a source annotates.

    All are of statements about phenotypes, but ``n_unreadable``: that is of all statements.
    """
    about = _about_phenotypes(graph)
    subject, term = graph.edge_subject[about], graph.edge_object[about]
    frequency, negated = _annotation(graph, "frequency"), _annotation(graph, "negated")
    is_unreadable = _annotation(graph, "frequency_kind") == FREQUENCY_KINDS.index(
        FrequencyKind.UNREADABLE
    )
    is_computed = _annotation(graph, "evidence") == EVIDENCE_CODES.index("IEA")
    annotating = graph.edge_subject[: len(frequency)]
    pairs = np.unique(np.stack([subject, term], axis=1)[_is_shown(graph)], axis=0)
    numbers = {
        "n_statements": subject,
        "n_phenotypes": pairs[:, 0],
        "n_with_frequency": subject[~np.isnan(frequency[about])],
        "n_never_seen": subject[frequency[about] == 0],
        "n_negated": subject[negated[about]],
        "n_computed": subject[is_computed[about]],
        "n_unreadable": annotating[is_unreadable],
    }
    return _by_node(graph, np.unique(annotating).tolist(), numbers)


def term_tallies(graph: KnowledgeGraph) -> dict[int, Properties]:
    """How often each phenotype is named, and how many diseases show it or a kind of it.

    Records that are joined are one disease; what is negated or was never seen is not shown.
    """
    about = _about_phenotypes(graph)
    term, disease = graph.edge_object[about], graph.disease_of[graph.edge_subject[about]]
    shown = np.unique(np.stack([disease, term], axis=1)[_is_shown(graph)], axis=0)
    indptr, ancestors = graph.hierarchy.closure
    n_above = np.diff(indptr)[shown[:, 1]]
    # Row by row, the places of a term's ancestors: its start, and as many steps from there.
    steps = np.arange(n_above.sum()) - np.repeat(np.cumsum(n_above) - n_above, n_above)
    above = ancestors[np.repeat(indptr[shown[:, 1]], n_above) + steps]
    pairs = np.unique(np.repeat(shown[:, 0], n_above).astype(np.int64) * graph.n_terms + above)
    numbers = {"n_statements": term, "n_diseases": pairs % graph.n_terms}
    return _by_node(graph, graph.kind_range("phenotype"), numbers)


def evidence_tallies(graph: KnowledgeGraph) -> Properties:
    """Statements about phenotypes by database, evidence and kind of frequency, side by side."""
    about = _about_phenotypes(graph)
    prefixes = [str(graph.node_id(n)).partition(":")[0] for n in graph.kind_range("disease")]
    first = graph.kind_range("disease").start
    rows = Counter(
        (prefixes[record - first], EVIDENCE_CODES[evidence], FREQUENCY_KINDS[kind].value)
        for record, evidence, kind in zip(
            graph.edge_subject[about].tolist(),
            _annotation(graph, "evidence")[about].tolist(),
            _annotation(graph, "frequency_kind")[about].tolist(),
            strict=True,
        )
    )
    ordered = sorted(rows)
    return {
        "evidence_records_of": [prefix for prefix, _, _ in ordered],
        "evidence_codes": [code for _, code, _ in ordered],
        "evidence_frequency_kinds": [kind for _, _, kind in ordered],
        "evidence_counts": [rows[row] for row in ordered],
    }


def source_tallies(graph: KnowledgeGraph) -> dict[str, dict[str, int]]:
    """How many relationships of each relation come from each source, by source."""
    names = list(graph.build.manifest["source_names"])
    codes = {
        relation.name: graph.column("edge_source")[edges.start : edges.stop]
        for relation in graph.schema.relations
        if (edges := graph.edge_range(relation.name))
    }
    codes |= dict.fromkeys(CITATION, citation_sources(graph))
    found: dict[str, dict[str, int]] = {}
    for relation, of_relation in codes.items():
        for code, n in enumerate(np.bincount(of_relation).tolist()):
            if n:
                found.setdefault(names[code], {})[relation] = n
    for relation, n in succession_counts(graph).items():
        if n:
            found.setdefault(SUCCESSION_SOURCE, {})[relation] = n
    return found


def _about_phenotypes(graph: KnowledgeGraph) -> slice:
    edges = graph.edge_range("has_phenotype")
    return slice(edges.start, edges.stop)


def _is_shown(graph: KnowledgeGraph) -> NDArray[np.bool_]:
    """Whether a statement about a phenotype says that patients have it."""
    about = _about_phenotypes(graph)
    is_never = _annotation(graph, "frequency")[about] == 0
    shown: NDArray[np.bool_] = ~_annotation(graph, "negated")[about].astype(bool) & ~is_never
    return shown


def _annotation(graph: KnowledgeGraph, name: str) -> NDArray[np.generic]:
    return graph.column(f"annotation_{name}")


def _by_node(
    graph: KnowledgeGraph, nodes: Iterable[int], numbers: dict[str, NDArray[np.integer]]
) -> dict[int, Properties]:
    """How often each node stands in each array."""
    counts = {
        name: np.bincount(found, minlength=len(graph)).tolist() for name, found in numbers.items()
    }
    return {node: {name: of_all[node] for name, of_all in counts.items()} for node in nodes}
