"""tests the reader of Babelon tables."""

from __future__ import annotations

import pytest

from nosograph.ontologies import SourceFormatError
from nosograph.ontologies.readers.babelon import TranslationTable, read_babelon

HEADER = (
    "source_language\tsubject_id\tpredicate_id\tsource_value\ttranslation_language\t"
    "translation_value\ttranslation_status\ttranslation_date\n"
)


def row(**changed: str) -> str:
    fields = {
        "source_language": "en",
        "subject_id": "HP:0001250",
        "predicate_id": "rdfs:label",
        "source_value": "Seizure",
        "translation_language": "zh",
        "translation_value": "癫痫发作",
        "translation_status": "OFFICIAL",
        "translation_date": "2024-05-08",
    } | changed
    return "\t".join(fields.values()) + "\n"


def read(*rows: str) -> TranslationTable:
    return read_babelon([HEADER, *rows])


def test_a_row_keeps_its_fields_and_its_line() -> None:
    (found,) = read(row()).translations
    assert (found.line, found.subject_id, found.text) == (2, "HP:0001250", "癫痫发作")
    assert (found.scope, found.kind, found.status) == ("EXACT", "label", "OFFICIAL")
    assert found.source_value == "Seizure"


def test_the_release_is_the_newest_date() -> None:
    table = read(row(), row(translation_date="2024-12-10", translation_value="惊厥"))
    assert (table.language, table.release) == ("zh", "2024-12-10")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"translation_value": "NA"}, "not translated"),
        ({"translation_value": " "}, "not translated"),
        ({"translation_status": "NOT_TRANSLATED"}, "not translated"),
        ({"predicate_id": "IAO:0000115"}, "not a name"),
        ({"subject_id": "seizure"}, "no identifier"),
    ],
)
def test_what_is_not_used_is_counted_with_its_reason(changed: dict[str, str], reason: str) -> None:
    table = read(row(), row(**changed))
    assert (table.n_rows, len(table.translations), dict(table.unused)) == (2, 1, {reason: 1})


def test_a_row_that_ends_early_is_counted() -> None:
    assert dict(read(row(), "en\tHP:0001250\n").unused) == {"too few fields": 1}


@pytest.mark.parametrize(
    ("status", "expected"),
    [("CANDIDATE", "CANDIDATE"), ("under_review", "UNDER_REVIEW"), ("", "UNSTATED")],
)
def test_statuses_are_kept(status: str, expected: str) -> None:
    assert read(row(translation_status=status)).translations[0].status == expected


def test_synonyms_have_their_scope() -> None:
    found = read(row(predicate_id="oboInOwl:hasRelatedSynonym")).translations[0]
    assert (found.scope, found.kind) == ("RELATED", "synonym")


def test_quotation_marks_belong_to_the_text() -> None:
    assert read(row(translation_value='"bulbos"')).translations[0].text == '"bulbos"'


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "column"),
        (["subject_id\tpredicate_id\n"], "translation_language"),
        ([HEADER], "without a translation"),
        ([HEADER, row(translation_value="NA")], "1 not translated"),
        ([HEADER, row(), row(translation_language="ja")], "'ja', 'zh'"),
        ([HEADER, row(translation_language="Chinese!")], "chinese!"),
    ],
)
def test_what_is_no_table_is_refused(lines: list[str], words: str) -> None:
    with pytest.raises(SourceFormatError, match=words):
        read_babelon(lines)
