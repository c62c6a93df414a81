"""How the graph is spelled in Neo4j: labels, relationship types, constraints and indexes.

They follow from the kinds and relations of ``kg/schema.toml``, so that a new kind or relation needs
nothing here. Labels and types are the only names that go into the text of a query: they are checked
to be plain words, and nothing that was read from a source is ever among them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nosograph.kg.neo4j.citations import CITATION
from nosograph.kg.neo4j.old_identifiers import OLD_IDENTIFIER_KIND, SUCCESSION
from nosograph.kg.schema import read_schema

__all__ = [
    "BUILD",
    "CANDIDATE",
    "CASE",
    "CASE_PARTS",
    "EVIDENCE_PATH",
    "FINDING",
    "NAMES_INDEX",
    "OLD_IDENTIFIER",
    "RELEASE",
    "SHARED_LABEL",
    "case_statements",
    "edge_types",
    "is_names_index",
    "labels_by_kind",
    "node_labels",
    "relationship_types",
    "schema_statements",
    "start_label",
]

SHARED_LABEL = "NamedThing"
"""Every node of the graph has this label of Biolink beside its own, so that one unique constraint
and one lookup serve all."""
BUILD, RELEASE = "Build", "Release"
"""The node that says which build is loaded, and one node for each source of it."""
CASE, FINDING, CANDIDATE, EVIDENCE_PATH = "Case", "Finding", "Candidate", "EvidencePath"
"""One patient, and what belongs to one patient alone."""
CASE_PARTS = {
    FINDING: ("case", "term"),
    CANDIDATE: ("case", "disease"),
    EVIDENCE_PATH: ("case", "disease", "term"),
}
"""What belongs to one case alone, and the properties that are unique together: see
`case_statements`."""
OLD_IDENTIFIER = "OldIdentifier"
"""A node for each identifier that is no longer primary; not a thing, so without the shared label:
a source may use an old identifier for something else."""
NAMES_INDEX = "nosograph_names"
"""Full-text index over names, synonyms, and names in other languages."""
INDEXED_NAMES = ("name", "synonyms", "translations")
_WORD = re.compile(r"[A-Za-z][A-Za-z_]*")


def labels_by_kind() -> dict[str, str]:
    """Label by kind of node.

    >>> labels_by_kind()["disease"]
    'Disease'
    """
    return {
        kind.name: _checked("".join(part.capitalize() for part in kind.name.split("_")))
        for kind in read_schema().kinds
    }


def relationship_types() -> dict[str, str]:
    """Relationship type by relation.

    >>> relationship_types()["has_phenotype"]
    'HAS_PHENOTYPE'
    """
    return {r.name: _checked(r.name.upper()) for r in read_schema().relations}


def node_labels() -> dict[str, str]:
    """Label by kind, old identifiers included."""
    return labels_by_kind() | {OLD_IDENTIFIER_KIND: OLD_IDENTIFIER}


def edge_types() -> dict[str, str]:
    """Relationship type by relation, those of old identifiers and citations included.

    >>> edge_types()["replaced_by"]
    'REPLACED_BY'
    """
    derived = (*SUCCESSION, *CITATION)
    return relationship_types() | {name: _checked(name.upper()) for name in derived}


def start_label(relation: str) -> str:
    """The label by which the start of a relationship is found."""
    return OLD_IDENTIFIER if relation in SUCCESSION else SHARED_LABEL


def _checked(name: str) -> str:
    if not _WORD.fullmatch(name):
        raise ValueError(f"kg/schema.toml: {name!r} is not made of letters and underscores.")
    return name


def schema_statements() -> tuple[str, ...]:
    """Constraints and indexes; each is left alone where it is already there."""
    unique = [
        _unique("nosograph_id", f"(n:{SHARED_LABEL})", "n.id"),
        _unique("nosograph_old_identifier", f"(n:{OLD_IDENTIFIER})", "n.id"),
        _unique("nosograph_build", f"(n:{BUILD})", "n.product"),
        _unique("nosograph_release", f"(n:{RELEASE})", "n.id"),
    ]
    unique += [
        _unique(f"nosograph_{relation}", f"()-[r:{name}]-()", "r.id")
        for relation, name in edge_types().items()
    ]
    labels = "|".join(labels_by_kind().values())
    return (
        *unique,
        *case_statements(),
        f"CREATE INDEX nosograph_name IF NOT EXISTS FOR (n:{SHARED_LABEL}) ON (n.name)",
        # The default analyzer: that for English takes the gene WAS for a word without meaning.
        f"CREATE FULLTEXT INDEX {NAMES_INDEX} IF NOT EXISTS "
        f"FOR (n:{labels}) ON EACH [{', '.join(f'n.{name}' for name in INDEXED_NAMES)}]",
    )


def case_statements() -> tuple[str, ...]:
    """Constraints of the cases, also for a database that was loaded before there were any."""
    return (
        _unique("nosograph_case", f"(n:{CASE})", "n.id"),
        _unique("nosograph_finding", f"(n:{FINDING})", "(n.case, n.term)"),
        _unique("nosograph_candidate", f"(n:{CANDIDATE})", "(n.case, n.disease)"),
        _unique("nosograph_evidence_path", f"(n:{EVIDENCE_PATH})", "(n.case, n.disease, n.term)"),
    )


def is_names_index(labels: Sequence[str], properties: Sequence[str]) -> bool:
    """Whether a full-text index covers what ours covers, so that it can stay.

    Args:
        labels: Labels of the index.
        properties: Properties of the index.
    """
    return set(labels) == set(labels_by_kind().values()) and set(properties) == set(INDEXED_NAMES)


def _unique(name: str, pattern: str, what: str) -> str:
    return f"CREATE CONSTRAINT {name} IF NOT EXISTS FOR {pattern} REQUIRE {what} IS UNIQUE"
