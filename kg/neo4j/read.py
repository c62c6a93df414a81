"""The graph back from Neo4j: the same build, byte for byte, or an error.

A database keeps the manifest of the build that it holds, and with it the digest of every array.
What is read becomes arrays again, which are compared with those digests: a graph that is read has
the content address of the one that was loaded, so that every answer is the same by construction.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from nosograph.kg.graph import KnowledgeGraph
from nosograph.kg.neo4j.connection import Database
from nosograph.kg.neo4j.content import BrokenRowError, HeldContent, read_content
from nosograph.kg.neo4j.errors import ReadError
from nosograph.kg.neo4j.load import Progress
from nosograph.kg.neo4j.ownership import count_differences, read_contents
from nosograph.kg.neo4j.plan import plan_changes, read_held
from nosograph.kg.neo4j.rows import LAYOUT, PRODUCT
from nosograph.kg.neo4j.schema import BUILD, edge_types, node_labels
from nosograph.kg.store import FORMAT, GraphStore, array_facts
from nosograph.ontologies.errors import OntologyError

__all__ = ["read_graph"]

MAX_LISTED = 5
"""Differences that a message names."""
_MADE_BY_STORE = {"arrays", "format", "recipe"}
_MEND = "'nosograph neo4j load --rewrite' mends the database."


def read_graph(
    database: Database, *, home: str | Path | None = None, progress: Progress | None = None
) -> KnowledgeGraph:
    """Read the build that a database holds.

    It is written to the folder of the builds, as if it had been built there. Whoever opens a graph
    by its sources does not get it: what a database says of its sources is not taken for true.

    Args:
        database: A loaded database; it is only read.
        home: Folder of the builds; the user's own when not given.
        progress: Is told how far it is.

    Raises:
        ReadError: If the database does not hold, to the last bit, what was loaded.
        StoreError: If the build cannot be written.
        UnreachableError: If the connection is lost.
    """
    tell = progress or (lambda _what, _done, _total: None)
    stated = _stated(database)
    try:
        held = read_content(database, stated.manifest, tell=tell)
        arrays = held.arrays(stated.languages)
    except (BrokenRowError, OntologyError) as error:
        _refuse_if_it_changed(database, stated)
        raise ReadError(f"no graph was read: {error} {_MEND}") from None
    tell("checking", 0, 1)
    _refuse_if_it_changed(database, stated)
    expected = stated.manifest["arrays"]
    found = {name: array_facts(values) for name, values in arrays.items()}
    if found != expected:
        names = found.keys() | expected
        differing = [name for name in names if found.get(name) != expected.get(name)]
        raise ReadError(
            f"no graph was read: the database does not hold what build {stated.address} says: "
            f"{_explained(database, held, arrays, stated, differing)}. Somebody changed it by "
            f"hand, or a load was not completed. {_MEND}"
        )
    store = GraphStore(home)
    return KnowledgeGraph(store.adopt(stated.text.encode(), arrays), store=store)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stated:
    """What the Build node says."""

    address: str
    text: str
    """The manifest, as it was written."""
    manifest: Mapping[str, Any]

    @property
    def languages(self) -> tuple[str, ...] | None:
        """Ascending; ``None`` where the build is without names in other languages."""
        translations = self.manifest.get("translations")
        return None if translations is None else tuple(sorted(translations))


def _stated(database: Database) -> _Stated:
    """The build that a database says it holds, with all counts as they should be."""
    contents, build = read_contents(database), _build_node(database)
    if build is None:
        raise ReadError(
            "no graph was read: the database holds none. 'nosograph neo4j load' loads it."
        )
    if build.get("state") != "complete":
        raise ReadError(
            "no graph was read: the last load was not completed. Run 'nosograph neo4j load' again."
        )
    text = build.get("manifest")
    if build.get("layout") != LAYOUT or not isinstance(text, str):
        raise ReadError(
            "no graph was read: another version of Nosograph loaded the database, and spelled or "
            "left out some of what a build says. Run 'nosograph neo4j load' again; it writes what "
            "differs."
        )
    if not contents.has_manifest:
        raise ReadError(
            f"no graph was read: the manifest in the Build node is not that of build "
            f"{build['build']}. {_MEND}"
        )
    manifest = json.loads(text)
    if manifest["format"] != FORMAT:
        raise ReadError(
            f"no graph was read: the build has format {manifest['format']!r}, this version of "
            f"Nosograph reads format {FORMAT}. Load it again with this version."
        )
    counts = manifest["counts"]
    differences = [
        *count_differences("nodes", node_labels(), counts["nodes"], contents.nodes),
        *count_differences("relationships", edge_types(), counts["edges"], contents.relationships),
    ]
    if differences:
        raise ReadError(
            f"no graph was read: the database does not hold what build {build['build']} says: "
            f"{'; '.join(differences)}. {_MEND}"
        )
    return _Stated(address=build["build"], text=text, manifest=manifest)


def _build_node(database: Database) -> dict[str, Any] | None:
    rows = database.read(
        f"MATCH (b:{BUILD} {{product: $product}}) RETURN properties(b) AS build", product=PRODUCT
    )
    return rows[0]["build"] if rows else None


def _refuse_if_it_changed(database: Database, stated: _Stated) -> None:
    """Neo4j shows each query what is there at its moment: of a load in between, a part."""
    build = _build_node(database) or {}
    if (build.get("state"), build.get("manifest")) != ("complete", stated.text):
        raise ReadError(
            "no graph was read: the database was loaded anew while it was read. Read it again when "
            "'nosograph neo4j status' says that it is complete."
        )


def _explained(
    database: Database,
    held: HeldContent,
    arrays: Mapping[str, NDArray[Any]],
    stated: _Stated,
    differing: Iterable[str],
) -> str:
    """What differs, by kind and relation: rows whose digest is not what the database says it is."""
    counts, expected = held.content.counts(), stated.manifest["counts"]
    if counts != expected:  # there, by its count, but not found by its identifier
        found = count_differences("nodes", node_labels(), expected["nodes"], counts["nodes"])
        found += count_differences(
            "relationships", edge_types(), expected["edges"], counts["edges"]
        )
        return f"{'; '.join(found)} that a load wrote"
    facts = {key: value for key, value in stated.manifest.items() if key not in _MADE_BY_STORE}
    with tempfile.TemporaryDirectory() as folder:
        store = GraphStore(folder)
        graph = KnowledgeGraph(store.write("read", arrays, facts), store=store)
        plan = plan_changes(graph, read_held(database))
        labels, types = node_labels(), edge_types()
        found = [
            f"{len(rows):,} nodes {labels[kind]} (such as {rows[0]['id']})"
            for kind, rows in plan.nodes.items()
        ]
        found += [
            f"{len(rows):,} relationships {types[name]} (such as {rows[0].start} to {rows[0].end})"
            for name, rows in plan.relationships.items()
        ]
    if not found:
        found = [f"the arrays {', '.join(sorted(differing))}"]
    return "; ".join(found) + " differ"
