"""phenotype.hpoa: which disease shows which finding, by which paper.

Source: HPO annotation format, https://obophenotype.github.io/human-phenotype-ontology/annotations/phenotype_hpoa/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from nosograph.ontologies.errors import SourceFormatError

__all__ = ["DiseaseAnnotation", "HpoaFile", "read_hpoa"]

COLUMNS = (
    "database_id",
    "disease_name",
    "qualifier",
    "hpo_id",
    "reference",
    "evidence",
    "onset",
    "frequency",
    "sex",
    "modifier",
    "aspect",
    "biocuration",
)
_RELEASE = re.compile(r"#(?:version|date):\s*(\S+)")


class DiseaseAnnotation(NamedTuple):
    """One row, its fields as they stand in the file.

    A ``NamedTuple`` and not a dataclass: a release has 270,000 of them, read at every build.
    """

    line: int
    """Line number in the file, from 1: the row's identity in its release."""
    database_id: str
    disease_name: str
    qualifier: str
    hpo_id: str
    reference: str
    """Identifiers of papers or of the record itself, separated by semicolons."""
    evidence: str
    """IEA (electronic), PCS (published clinical study) or TAS (traceable author statement)."""
    onset: str
    frequency: str
    sex: str
    modifier: str
    aspect: str
    """P phenotype, I inheritance, C clinical course, M modifier, H past medical history."""
    biocuration: str

    @property
    def is_negated(self) -> bool:
        """Whether the row says that the disease does *not* show the term."""
        return self.qualifier.strip().upper() == "NOT"

    @property
    def references(self) -> tuple[str, ...]:
        """The identifiers in the reference column, in order, each once."""
        return split_values(self.reference)


def split_values(text: str) -> tuple[str, ...]:
    """The values of a column that holds several, separated by semicolons.

    >>> split_values("PMID:1; PMID:2;PMID:1")
    ('PMID:1', 'PMID:2')
    """
    if ";" not in text:
        value = text.strip()
        return (value,) if value else ()
    return tuple(dict.fromkeys(value for part in text.split(";") if (value := part.strip())))


class HpoaFile(NamedTuple):
    """One release of the annotations."""

    release: str
    rows: Iterator[DiseaseAnnotation]
    """Read as it is asked for; raises `SourceFormatError` at a broken row."""


def read_hpoa(lines: Iterable[str]) -> HpoaFile:
    """Read one release.

    Args:
        lines: The lines of the file, decoded.

    Returns:
        The release's version and an iterator over its rows.

    Raises:
        SourceFormatError: If the column header is not the one of phenotype.hpoa, or a row has
            another number of fields.
    """
    release = ""
    stream = enumerate(lines, start=1)
    for number, line in stream:
        if match := _RELEASE.match(line):
            release = match[1][:40]
        if line.startswith("#") and not line.startswith("#DatabaseID"):
            continue
        # Releases before 2023 write the same columns as #DatabaseID, DiseaseName…
        names = line.lstrip("#").lower().replace("_", "").split("\t")
        if [name.strip() for name in names] != [name.replace("_", "") for name in COLUMNS]:
            raise SourceFormatError(
                f"phenotype.hpoa: line {number} is not the expected header: expected the "
                f"{len(COLUMNS)} columns {', '.join(COLUMNS)}. Use a released phenotype.hpoa."
            )
        return HpoaFile(release, _rows(stream))
    raise SourceFormatError(
        "phenotype.hpoa: no column header found: the file is empty or of another format."
    )


def _rows(stream: Iterator[tuple[int, str]]) -> Iterator[DiseaseAnnotation]:
    n_columns, n_rows = len(COLUMNS), 0
    for number, line in stream:
        fields = line.rstrip("\r\n").split("\t")
        if len(fields) != n_columns:
            if fields == [""]:
                continue
            raise SourceFormatError(
                f"phenotype.hpoa: line {number} has {len(fields)} fields, expected {n_columns}. "
                "The file may be truncated; download it again."
            )
        n_rows += 1
        yield DiseaseAnnotation(number, *fields)
    if not n_rows:
        raise SourceFormatError(
            "phenotype.hpoa: the header is there, but no row. The file is truncated; "
            "download it again."
        )
