"""HPO's gene table (genes_to_phenotype.txt): which gene belongs to which disease record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from nosograph.ontologies.errors import SourceFormatError, TermIdError
from nosograph.ontologies.term import TermId

__all__ = ["GeneDisease", "read_gene_diseases"]

COLUMNS = ("ncbi_gene_id", "gene_symbol", "hpo_id", "hpo_name", "frequency", "disease_id")


class GeneDisease(NamedTuple):
    """A gene and a disease record that the table names together."""

    line: int
    """The first line that says so; the table repeats the pair for every phenotype."""
    gene_id: str
    """NCBI gene identifier as a CURIE: ``NCBIGene:2200``."""
    symbol: str
    disease_id: str


def read_gene_diseases(lines: Iterable[str]) -> tuple[GeneDisease, ...]:
    """Read the distinct pairs of gene and disease, in the order of the file.

    Raises:
        SourceFormatError: If the header is another, or a row has another number of fields or no
            gene identifier.
    """
    stream = enumerate(lines, start=1)
    _, header = next(stream, (0, ""))
    if tuple(header.rstrip("\r\n").split("\t")) != COLUMNS:
        raise SourceFormatError(
            f"genes_to_phenotype.txt: line 1 is not the expected header "
            f"({', '.join(COLUMNS)}). Use a released genes_to_phenotype.txt."
        )
    found: dict[tuple[str, str], GeneDisease] = {}
    for number, line in stream:
        fields = line.rstrip("\r\n").split("\t")
        if len(fields) != len(COLUMNS):
            if fields == [""]:
                continue
            raise SourceFormatError(
                f"genes_to_phenotype.txt: line {number} has {len(fields)} fields, expected "
                f"{len(COLUMNS)}. The file may be truncated; download it again."
            )
        pair = (fields[0], fields[5])
        if pair not in found:
            found[pair] = GeneDisease(number, _gene_id(fields[0], number), fields[1], fields[5])
    if not found:
        raise SourceFormatError(
            "genes_to_phenotype.txt: the header is there, but no row. The file is truncated; "
            "download it again."
        )
    return tuple(found.values())


def _gene_id(local: str, number: int) -> str:
    try:
        return TermId(f"NCBIGene:{local}")
    except TermIdError as error:
        raise SourceFormatError(
            f"genes_to_phenotype.txt: line {number} has no NCBI gene identifier: {error}"
        ) from error
