"""tests the readers of phenotype.hpoa, genes_to_phenotype.txt and SSSOM tables."""

from collections.abc import Callable

import pytest

from nosograph.ontologies import SourceFormatError
from nosograph.ontologies.readers.genes import GeneDisease, read_gene_diseases
from nosograph.ontologies.readers.hpoa import DiseaseAnnotation, read_hpoa
from nosograph.ontologies.readers.sssom import MappingSet, read_sssom

Reading = Callable[[str], object]
HPOA_HEADER = (
    "database_id\tdisease_name\tqualifier\thpo_id\treference\tevidence\tonset\tfrequency\tsex\t"
    "modifier\taspect\tbiocuration\n"
)
HPOA_ROW = "OMIM:1\tx\tNOT\tHP:1\tPMID:1;PMID:2;PMID:1\tPCS\t\t1/2\t\t\tP\tme\n"
GENES_HEADER = "ncbi_gene_id\tgene_symbol\thpo_id\thpo_name\tfrequency\tdisease_id\n"
GENES_ROW = "2200\tFBN1\tHP:0001166\tArachnodactyly\t-\tOMIM:154700\n"
SSSOM_HEADER = "subject_id\tsubject_label\tpredicate_id\tobject_id\tmapping_justification\n"
SSSOM_ROW = "MONDO:1\tx\tskos:exactMatch\tOrphanet:558\tsemapv:ManualMappingCuration\n"


def _hpoa(text: str) -> list[DiseaseAnnotation]:
    return list(read_hpoa(text.splitlines(keepends=True)).rows)


def _genes(text: str) -> tuple[GeneDisease, ...]:
    return read_gene_diseases(text.splitlines(keepends=True))


def _sssom(text: str) -> MappingSet:
    return read_sssom(text.splitlines(keepends=True))


def test_an_annotation_keeps_its_fields_and_its_line(read_text: Callable[[str], str]) -> None:
    rows = _hpoa(read_text("toy.hpoa"))
    lines = read_text("toy.hpoa").splitlines()
    assert len(rows) == len(lines) - 5
    assert all("\t".join(row[1:]) == lines[row.line - 1] for row in rows)


def test_the_release_of_annotations_is_read_from_the_comments() -> None:
    lines = ["#description: x\n", "#version: 2025-01-16\n", HPOA_HEADER, HPOA_ROW]
    assert read_hpoa(lines).release == "2025-01-16"
    assert read_hpoa(["#date: 2021-10-10\n", HPOA_HEADER, HPOA_ROW]).release == "2021-10-10"


def test_the_header_of_older_releases_is_known() -> None:
    old = (
        "#DatabaseID\tDiseaseName\tQualifier\tHPO_ID\tReference\tEvidence\tOnset\tFrequency\tSex\t"
        "Modifier\tAspect\tBiocuration\n"
    )
    assert len(_hpoa(old + HPOA_ROW)) == 1


def test_references_come_each_once_and_not_is_negation() -> None:
    (row,) = _hpoa(HPOA_HEADER + HPOA_ROW)
    assert row.references == ("PMID:1", "PMID:2")
    assert row.is_negated


def test_blank_lines_and_windows_line_ends_are_no_rows() -> None:
    assert len(_hpoa((HPOA_HEADER + HPOA_ROW + "\n").replace("\n", "\r\n"))) == 1
    assert len(_genes((GENES_HEADER + GENES_ROW + "\n").replace("\n", "\r\n"))) == 1
    assert len(_sssom((SSSOM_HEADER + "\n" + SSSOM_ROW).replace("\n", "\r\n")).mappings) == 1


def test_a_gene_and_its_disease_come_once_with_their_first_line(
    read_text: Callable[[str], str],
) -> None:
    pairs = _genes(read_text("toy_genes_to_phenotype.txt"))
    assert pairs[0] == GeneDisease(2, "NCBIGene:2200", "FBN1", "OMIM:154700")
    assert [pair.line for pair in pairs] == [2, 4, 5, 6, 7]


def test_a_mapping_keeps_its_line_release_and_predicate(read_text: Callable[[str], str]) -> None:
    name = "mondo/mondo_exactmatch_omim.sssom.tsv"
    found, lines = _sssom(read_text(name)), read_text(name).splitlines()
    assert found.release == "2026-08-04"
    assert found.unreadable_lines == (9,)
    for mapping in found.mappings:
        fields = lines[mapping.line - 1].split("\t")
        assert [mapping.subject_id, mapping.predicate_id] == [fields[0], fields[2]]


def test_orphanet_is_spelled_as_in_the_annotations() -> None:
    assert _sssom(SSSOM_HEADER + SSSOM_ROW).mappings[0].object_id == "ORPHA:558"


def test_the_line_of_a_mapping_counts_blank_lines() -> None:
    found = _sssom("# mapping_set_id: x\n" + SSSOM_HEADER + "\n\n" + SSSOM_ROW + "MONDO:2\n")
    assert (found.mappings[0].line, found.unreadable_lines) == (5, (6,))


SWAPPED = HPOA_HEADER.replace("qualifier\thpo_id", "hpo_id\tqualifier")
BROKEN: dict[str, tuple[Reading, str, str]] = {
    "hpoa empty": (_hpoa, "", "no column header"),
    "hpoa only comments": (_hpoa, "#version: 2025-01-16\n", "no column header"),
    "hpoa only a header": (_hpoa, HPOA_HEADER, "no row"),
    "hpoa other header": (_hpoa, "a\tb\n", "line 1 is not the expected header"),
    "hpoa columns swapped": (_hpoa, SWAPPED + HPOA_ROW, "line 1 is not the expected header"),
    "hpoa of another format": (_hpoa, GENES_HEADER, "line 1 is not the expected header"),
    "hpoa truncated row": (_hpoa, HPOA_HEADER + HPOA_ROW[:30], "line 2 has 5 fields, expected 12"),
    "hpoa row too long": (_hpoa, HPOA_HEADER + "\t" * 12, "line 2 has 13 fields, expected 12"),
    "hpoa NUL bytes": (_hpoa, HPOA_HEADER + "\0" * 99, "line 2 has 1 fields"),
    "hpoa one huge line": (_hpoa, "x" * 10_000_000, "line 1 is not the expected header"),
    "hpoa one huge row": (_hpoa, HPOA_HEADER + "x" * 10_000_000, "line 2 has 1 fields"),
    "genes empty": (_genes, "", "line 1 is not the expected header"),
    "genes only a header": (_genes, GENES_HEADER, "no row"),
    "genes of another format": (_genes, HPOA_HEADER, "line 1 is not the expected header"),
    "genes truncated row": (_genes, GENES_HEADER + GENES_ROW[:12], "line 2 has 3 fields"),
    "genes without identifier": (_genes, GENES_HEADER + "\tFBN1\tHP:1\tx\t-\tOMIM:1\n", "line 2"),
    "genes one huge line": (_genes, "x" * 10_000_000, "line 1 is not the expected header"),
    "sssom empty": (_sssom, "", "column 'object_id' is missing"),
    "sssom only a header": (_sssom, SSSOM_HEADER, "without a readable mapping"),
    "sssom other columns": (_sssom, "subject_id\tobject_id\n", "'predicate_id' is missing"),
    "sssom only rubbish": (_sssom, SSSOM_HEADER + "a\tb\tc\td\n", "1 unreadable rows"),
    "sssom NUL bytes": (_sssom, SSSOM_HEADER + "\0\0\0\n", "1 unreadable rows"),
    "sssom one huge line": (_sssom, "x" * 10_000_000, "is missing"),
    "sssom one huge row": (_sssom, SSSOM_HEADER + "x" * 10_000_000, "1 unreadable rows"),
}


@pytest.mark.parametrize(("read", "text", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_table_is_refused_with_what_was_wrong(
    read: Reading, text: str, message: str
) -> None:
    with pytest.raises(SourceFormatError) as caught:
        read(text)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 500


def test_a_huge_field_beside_good_mappings_is_only_unreadable() -> None:
    found = _sssom(SSSOM_HEADER + "x" * 10_000_000 + "\n" + SSSOM_ROW)
    assert (len(found.mappings), found.unreadable_lines) == (1, (2,))
