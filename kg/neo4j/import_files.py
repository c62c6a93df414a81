"""The graph as files for ``neo4j-admin database import``: for those who build from nothing."""

from __future__ import annotations

import csv
import errno
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nosograph.kg.errors import StoreError
from nosograph.kg.graph import KnowledgeGraph
from nosograph.kg.neo4j.citations import CITATION
from nosograph.kg.neo4j.errors import Neo4jError
from nosograph.kg.neo4j.old_identifiers import OLD_IDENTIFIER_KIND, SUCCESSION
from nosograph.kg.neo4j.rows import (
    Properties,
    RelationshipRow,
    all_node_rows,
    all_relationship_rows,
    build_properties,
    release_rows,
)
from nosograph.kg.neo4j.schema import (
    BUILD,
    OLD_IDENTIFIER,
    RELEASE,
    SHARED_LABEL,
    edge_types,
    node_labels,
    start_label,
)

__all__ = ["ImportFiles", "write_import_files"]

ARRAY_DELIMITER = "\x1f"
"""The unit separator: stands in no name, where semicolons and bars do."""
_NODE_COLUMNS = {
    "id": f"id:ID({SHARED_LABEL})",
    "name": "name",
    "category": "category",
    "definition": "definition",
    "synonyms": "synonyms:string[]",
    "synonym_scopes": "synonym_scopes:string[]",
    "translations": "translations:string[]",
    "translation_languages": "translation_languages:string[]",
    "translation_scopes": "translation_scopes:string[]",
    "n_statements": "n_statements:long",
    "n_diseases": "n_diseases:long",
    "n_phenotypes": "n_phenotypes:long",
    "n_with_frequency": "n_with_frequency:long",
    "n_never_seen": "n_never_seen:long",
    "n_negated": "n_negated:long",
    "n_computed": "n_computed:long",
    "n_unreadable": "n_unreadable:long",
    "digest": "digest",
}
_OLD_IDENTIFIER_COLUMNS = {
    "id": f"id:ID({OLD_IDENTIFIER})",
    "status": "status",
    "digest": "digest",
}
_PLAIN_COLUMNS = {
    "predicate": "predicate",
    "source": "source",
    "release": "release",
    "line": "line:long",
    "id": "id",
}
_ANNOTATED_COLUMNS = {
    "negated": "negated:boolean",
    "evidence": "evidence",
    "frequency": "frequency:double",
    "frequency_kind": "frequency_kind",
    "says": "says",
    "frequency_numerator": "frequency_numerator:long",
    "frequency_denominator": "frequency_denominator:long",
    "frequency_term": "frequency_term",
    "onset": "onset",
    "sex": "sex",
    "modifiers": "modifiers:string[]",
    "references": "references:string[]",
}
_DERIVED_COLUMNS = {
    **dict.fromkeys(SUCCESSION, _PLAIN_COLUMNS | {"position": "position:long"}),
    **dict.fromkeys(
        CITATION, _PLAIN_COLUMNS | {"n_statements": "n_statements:long", "lines": "lines:long[]"}
    ),
}
"""Columns of the relationships that the graph itself does not have."""
_ENDS = (f":START_ID({SHARED_LABEL})", f":END_ID({SHARED_LABEL})")
ARGUMENTS_FILE = "neo4j-admin.arguments"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFiles:
    """Files that were written, and the arguments that import them."""

    folder: Path
    nodes: tuple[tuple[str, str], ...]
    """Labels and file name of each file of nodes."""
    relationships: tuple[tuple[str, str], ...]
    """Type and file name of each file of relationships."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """Options of ``neo4j-admin database import full``, without the name of the database."""
        return (
            "--id-type=string",
            "--multiline-fields=true",
            "--array-delimiter=U+001F",
            *(f"--nodes={labels}={self.folder / name}" for labels, name in self.nodes),
            *(f"--relationships={t}={self.folder / name}" for t, name in self.relationships),
        )

    @property
    def n_bytes(self) -> int:
        """Size of all files."""
        return sum(path.stat().st_size for path in self.folder.iterdir())


def write_import_files(graph: KnowledgeGraph, folder: str | Path) -> ImportFiles:
    """Write the build as CSV files, aside, and move them into place.

    Args:
        graph: The build.
        folder: Where they go: a new or an empty folder.

    Raises:
        Neo4jError: If something is in the folder.
        StoreError: If it cannot be written, or the disk is full.
    """
    target = Path(folder).absolute()
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise Neo4jError(
                f"{target} is there and is not empty: name a new folder, so that nothing of yours "
                "is overwritten and no file of an older build is imported too."
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".partial-", dir=target.parent))
        try:
            written = _write_all(graph, aside, target)
            aside.chmod(0o755)
            aside.replace(target)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        reason = "the disk is full" if is_full else error.strerror or type(error).__name__
        raise StoreError(
            f"cannot write import files to {target}: {reason}. Name a folder that you may write, "
            "on a disk with room for them. Nothing half-written was left in place."
        ) from error
    return written


def _write_all(graph: KnowledgeGraph, aside: Path, target: Path) -> ImportFiles:
    nodes, relationships = [], []
    labels, types = node_labels(), edge_types()
    for kind, rows in all_node_rows(graph):
        name = f"nodes-{labels[kind]}.csv"
        is_old = kind == OLD_IDENTIFIER_KIND
        _write_nodes(aside / name, _OLD_IDENTIFIER_COLUMNS if is_old else _NODE_COLUMNS, rows)
        nodes.append((labels[kind] if is_old else f"{SHARED_LABEL}:{labels[kind]}", name))
    annotated = {relation.name for relation in graph.schema.relations if relation.annotated}
    for relation, edges in all_relationship_rows(graph):
        name = f"relationships-{types[relation]}.csv"
        columns = _DERIVED_COLUMNS.get(relation, _PLAIN_COLUMNS)
        columns = columns | (_ANNOTATED_COLUMNS if relation in annotated else {})
        ends = (f":START_ID({start_label(relation)})", _ENDS[1])
        _write_relationships(aside / name, columns, edges, ends=ends)
        relationships.append((types[relation], name))
    build, releases = build_properties(graph), release_rows(graph)
    build_columns = _typed_columns(build) | {"product": f"product:ID({BUILD})"}
    _write_nodes(aside / "nodes-Build.csv", build_columns, [build])
    release_columns = _typed_columns(*releases) | {"id": f"id:ID({RELEASE})"}
    _write_nodes(aside / "nodes-Release.csv", release_columns, releases)
    made_from = [RelationshipRow(build["product"], row["id"], {}) for row in releases]
    ends = (f":START_ID({BUILD})", f":END_ID({RELEASE})")
    _write_relationships(aside / "relationships-MADE_FROM.csv", {}, made_from, ends=ends)
    nodes += [(BUILD, "nodes-Build.csv"), (RELEASE, "nodes-Release.csv")]
    relationships.append(("MADE_FROM", "relationships-MADE_FROM.csv"))
    written = ImportFiles(folder=target, nodes=tuple(nodes), relationships=tuple(relationships))
    text = "".join(f'"{argument}"\n' for argument in written.arguments)
    (aside / ARGUMENTS_FILE).write_text(text, "utf-8")
    return written


def _typed_columns(*rows: Properties) -> dict[str, str]:
    """A column for each property; numbers and lists keep their type."""
    return {key: f"{key}{_type_of(value)}" for row in rows for key, value in row.items()}


def _type_of(value: Any) -> str:
    if isinstance(value, list):
        return f"{_type_of(value[0] if value else '') or ':string'}[]"
    return ":long" if isinstance(value, int) else ""


def _write_nodes(path: Path, columns: dict[str, str], rows: Iterable[Properties]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns.values())
        writer.writerows(_cells(columns, row) for row in rows)


def _write_relationships(
    path: Path,
    columns: dict[str, str],
    rows: Iterable[RelationshipRow],
    *,
    ends: tuple[str, str] = _ENDS,
) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*ends, *columns.values()])
        writer.writerows([row.start, row.end, *_cells(columns, row.properties)] for row in rows)


def _cells(columns: dict[str, str], row: Properties) -> Iterator[str]:
    """One text for each column; a property without a column would be lost, so that it is none."""
    if unknown := row.keys() - columns.keys():
        raise Neo4jError(
            f"import files have no column for {sorted(unknown)}: the rows of this version say more "
            "than its import files. This is an error in Nosograph; please report it."
        )
    return (_cell(row.get(key)) for key in columns)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        texts = [str(entry) for entry in value]
        if any(ARRAY_DELIMITER in text for text in texts):
            raise Neo4jError(
                f"a name holds the character U+001F, which separates names in the import files: "
                f"{texts[0][:40]!r} and what stands beside it. Load it with 'nosograph neo4j load'."
            )
        return ARRAY_DELIMITER.join(texts)
    return str(value)
