"""The values that the graph is made of, and the kinds and relations that it knows.

Kinds and relations are data, in ``schema.toml`` beside this file.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from nosograph.ontologies.frequency import Frequency
from nosograph.ontologies.term import TermId

__all__ = [
    "Annotation",
    "Edge",
    "Node",
    "NodeKind",
    "Provenance",
    "Relation",
    "Schema",
    "read_schema",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeKind:
    """A kind of node, with its Biolink category."""

    name: str
    category: str
    title: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A kind of edge, with its Biolink (or SKOS) predicate."""

    name: str
    curie: str
    subject: tuple[str, ...]
    object: tuple[str, ...]
    annotated: bool
    """Whether its edges carry evidence code, frequency, onset, sex, modifiers and references."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """All kinds and relations; their positions are the codes in the stored arrays."""

    kinds: tuple[NodeKind, ...]
    relations: tuple[Relation, ...]

    def kind_code(self, name: str) -> int:
        """Position of a kind."""
        return [kind.name for kind in self.kinds].index(name)

    def relation_code(self, name: str) -> int:
        """Position of a relation."""
        return [relation.name for relation in self.relations].index(name)


@cache
def read_schema() -> Schema:
    """The schema that this version of the code builds and reads.

    >>> read_schema().relations[0].curie
    'biolink:has_phenotype'
    """
    text = resources.files("nosograph.kg").joinpath("schema.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return Schema(
        kinds=tuple(NodeKind(name=name, **fields) for name, fields in data["kinds"].items()),
        relations=tuple(
            Relation(
                name=name,
                curie=fields["curie"],
                subject=tuple(fields["subject"]),
                object=tuple(fields["object"]),
                annotated=fields["annotated"],
            )
            for name, fields in data["relations"].items()
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One thing in the graph."""

    node_id: TermId
    kind: str
    label: str
    definition: str = ""
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Who says so, where, and by which papers."""

    source: str
    """Name of the source in ``sources.toml``."""
    release: str
    line: int
    """Line of the source file; 0 where the source has no lines of its own for it."""
    publications: tuple[str, ...] = ()
    """Identifiers of papers, books and pages."""

    def __str__(self) -> str:
        place = f"{self.source} {self.release}" + (f" line {self.line}" if self.line else "")
        return f"{place} ({', '.join(self.publications)})" if self.publications else place


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """What a row of phenotype.hpoa says beyond its two ends."""

    evidence: str
    """IEA, PCS or TAS."""
    negated: bool
    frequency: Frequency
    onset: TermId | None
    sex: str
    """FEMALE, MALE or empty."""
    modifiers: tuple[TermId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One statement of one source."""

    subject: TermId
    predicate: str
    """A relation's ``curie``."""
    object: TermId
    provenance: Provenance
    annotation: Annotation | None = None
