"""Whether a database is empty, ours, or somebody else's; and which build it says it holds."""

from __future__ import annotations

from dataclasses import dataclass

from nosograph.kg.neo4j.connection import Database
from nosograph.kg.neo4j.errors import ForeignDataError
from nosograph.kg.neo4j.rows import PRODUCT, Properties
from nosograph.kg.neo4j.schema import (
    BUILD,
    CASE,
    CASE_PARTS,
    OLD_IDENTIFIER,
    RELEASE,
    SHARED_LABEL,
    edge_types,
    node_labels,
)
from nosograph.kg.store import address_of

__all__ = ["Contents", "count_differences", "read_contents", "refuse_foreign_data"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a database says of itself."""

    build: Properties | None
    """Properties of the Build node but its manifest; ``None`` where nothing was ever loaded."""
    has_manifest: bool
    """Whether the Build node holds the manifest of the build that it names."""
    releases: tuple[Properties, ...]
    nodes: dict[str, int]
    """Counted nodes by kind."""
    relationships: dict[str, int]
    """Counted relationships by relation."""

    @property
    def is_complete(self) -> bool:
        """Whether the last load came to its end."""
        return self.build is not None and self.build.get("state") == "complete"


def read_contents(database: Database) -> Contents:
    """Ask a database what it holds of us; reads only.

    Args:
        database: The database.
    """
    builds = database.read(
        f"MATCH (b:{BUILD} {{product: $product}}) RETURN properties(b) AS build", product=PRODUCT
    )
    releases = database.read(
        f"MATCH (r:{RELEASE}) RETURN properties(r) AS release ORDER BY r.id LIMIT 1000"
    )
    return Contents(
        build=_without_manifest(builds[0]["build"]) if builds else None,
        has_manifest=bool(builds) and _has_manifest(builds[0]["build"]),
        releases=tuple(row["release"] for row in releases),
        nodes={
            kind: _count(database, f"MATCH (n:{label}) RETURN count(n) AS n")
            for kind, label in node_labels().items()
        },
        relationships={
            relation: _count(database, f"MATCH ()-[r:{name}]->() RETURN count(r) AS n")
            for relation, name in edge_types().items()
        },
    )


def _has_manifest(build: Properties) -> bool:
    text, address = build.get("manifest"), build.get("build")
    return isinstance(text, str) and address_of(text.encode("utf-8", "replace")) == address


def _without_manifest(build: Properties) -> Properties:
    return {key: value for key, value in build.items() if key != "manifest"}


def _count(database: Database, query: str) -> int:
    return int(database.read(query)[0]["n"])


def count_differences(
    what: str, names: dict[str, str], expected: dict[str, int], held: dict[str, int]
) -> list[str]:
    """Which counts are not as they should be, in words.

    >>> count_differences("nodes", {"gene": "Gene"}, {"gene": 2}, {"gene": 1})
    ['1 nodes Gene, expected 2']

    Args:
        what: What is counted.
        names: How each key is called in the database.
        expected: Count by key.
        held: Count by key.
    """
    return [
        f"{held[key]:,} {what} {name}, expected {expected[key]:,}"
        for key, name in names.items()
        if key in expected and held[key] != expected[key]
    ]


def refuse_foreign_data(database: Database) -> None:
    """Refuse a database that holds what we did not write.

    It is ours if it is empty, or if it has our Build node and no node without one of our labels.
    Relationships of other types between our nodes are somebody's notes: they are left alone.

    Args:
        database: The database.

    Raises:
        ForeignDataError: If it holds anything else.
    """
    marked = database.read(
        f"MATCH (b:{BUILD} {{product: $product}}) RETURN count(b) AS n", product=PRODUCT
    )[0]["n"]
    query = "MATCH (n)"
    if marked:
        ours = "|".join((SHARED_LABEL, OLD_IDENTIFIER, BUILD, RELEASE, CASE, *CASE_PARTS))
        query += f" WHERE NOT n:{ours}"
    if database.read(f"{query} RETURN 1 AS one LIMIT 1"):
        raise ForeignDataError(
            "the database holds nodes that Nosograph did not write, so that nothing was changed. "
            "Load into an empty database (another server or another --database), or remove what "
            "is in this one yourself."
        )
