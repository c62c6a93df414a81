"""SSSOM tables: which term of one vocabulary is which term of another.

Source: Matentzoglu et al. 2022, Database baac035, doi:10.1093/database/baac035.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from nosograph.ontologies.errors import SourceFormatError, TermIdError
from nosograph.ontologies.term import TermId

__all__ = ["Mapping", "MappingSet", "read_sssom"]

EXACT_MATCH = "skos:exactMatch"
_RELEASE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """One row: `subject_id` matches `object_id`."""

    line: int
    subject_id: TermId
    subject_label: str
    predicate_id: str
    object_id: TermId
    object_label: str
    """Empty where the table does not give it."""
    justification: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingSet:
    """One file of mappings."""

    release: str
    """Date in the mapping set's version, or empty."""
    mappings: tuple[Mapping, ...]
    unreadable_lines: tuple[int, ...]
    """Rows whose identifiers are not identifiers; they are not among `mappings`."""


def read_sssom(lines: Iterable[str]) -> MappingSet:
    """Read one SSSOM table with its metadata header.

    Raises:
        SourceFormatError: If a needed column is missing or the table has no rows.
    """
    metadata: dict[str, str] = {}
    body: list[str] = []
    n_header = 0
    for line in lines:
        if line.startswith("#") and not body:
            key, _, value = line[1:].strip().partition(": ")
            metadata[key] = value
            n_header += 1
        else:
            body.append(line)
    columns = body[0].rstrip("\r\n").split("\t") if body else []
    missing = {"subject_id", "predicate_id", "object_id"} - set(columns)
    if missing:
        raise SourceFormatError(
            f"not an SSSOM table: column {sorted(missing)[0]!r} is missing. "
            "Expected a .sssom.tsv file with a header line."
        )
    mappings, unreadable = [], []
    for number, line in enumerate(body[1:], start=n_header + 2):
        row = dict(zip(columns, line.rstrip("\r\n").split("\t"), strict=False))
        if list(row.values()) == [""]:
            continue
        try:
            subject_id, object_id = TermId.parse(row["subject_id"]), TermId.parse(row["object_id"])
        except (TermIdError, KeyError):
            unreadable.append(number)
            continue
        mappings.append(
            Mapping(
                line=number,
                subject_id=subject_id,
                subject_label=row.get("subject_label", ""),
                predicate_id=row.get("predicate_id", ""),
                object_id=object_id,
                object_label=row.get("object_label") or "",
                justification=row.get("mapping_justification", ""),
            )
        )
    if not mappings:
        raise SourceFormatError(
            f"an SSSOM table without a readable mapping ({len(unreadable)} unreadable rows). "
            "The file may be truncated."
        )
    dated = _RELEASE.search(metadata.get("mapping_set_version", ""))
    return MappingSet(
        release=dated[0] if dated else metadata.get("mapping_set_version", "")[:40],
        mappings=tuple(mappings),
        unreadable_lines=tuple(unreadable),
    )
