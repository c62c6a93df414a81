"""tests engine/interchange/phenopackets.py: both versions, and files that are none."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.engine import CaseFormatError, ClinicalCase, DiagnosticEngine, Status
from nosograph.engine.interchange.phenopackets import (
    ANSWER_FIELDS,
    MAX_PHENOPACKET_BYTES,
    iso8601_years,
)

VERSION_1: dict[str, Any] = {
    "id": "p",
    "subject": {"id": "s", "sex": "FEMALE", "ageAtCollection": {"age": "P7Y6M"}},
    "phenotypicFeatures": [
        {"type": {"id": "HP:0001166"}, "classOfOnset": {"id": "HP:0003577"}},
        {"type": {"id": "HP:0001250"}, "negated": True},
        {"type": {"id": "HP:0000545"}, "negated": False},
    ],
    "metaData": {"phenopacketSchemaVersion": "1.0.0"},
}
VERSION_2: dict[str, Any] = {
    "id": "p",
    "subject": {
        "id": "s",
        "sex": "FEMALE",
        "timeAtLastEncounter": {"age": {"iso8601duration": "P7Y6M"}},
    },
    "phenotypicFeatures": [
        {"type": {"id": "HP:0001166"}, "onset": {"ontologyClass": {"id": "HP:0003577"}}},
        {"type": {"id": "HP:0001250"}, "excluded": True},
        {"type": {"id": "HP:0000545"}, "excluded": False},
    ],
    "metaData": {"phenopacketSchemaVersion": "2.0"},
}


def test_both_versions_say_the_same() -> None:
    one, two = (ClinicalCase.from_phenopacket(packet) for packet in (VERSION_1, VERSION_2))
    assert one == two
    assert (one.case_id, one.sex, one.age_years, one.issues) == ("p", "FEMALE", 7.5, ())
    assert [(f.term_id, f.status, f.onset_age_years) for f in one.findings] == [
        ("HP:0001166", Status.PRESENT, 0.0),
        ("HP:0001250", Status.EXCLUDED, None),
        ("HP:0000545", Status.PRESENT, None),
    ]


@pytest.mark.parametrize("field", sorted(ANSWER_FIELDS))
def test_whatever_carries_the_answer_changes_nothing(
    field: str, toy_engine: DiagnosticEngine
) -> None:
    """Even what would be an error of its own, if it were looked into."""
    plain = toy_engine.diagnose(ClinicalCase.from_phenopacket(VERSION_2))
    for answer in ("OMIM:253280", None, [{"term": {"id": "OMIM:253280"}}], [[["OMIM:253280"]]]):
        told = ClinicalCase.from_phenopacket(VERSION_2 | {field: answer})
        assert told == ClinicalCase.from_phenopacket(VERSION_2)
        assert toy_engine.diagnose(told) == plain


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n",
        b"\xff\xfe\x00\x00",
        b"PK\x03\x04" + bytes(100),
        gzip.compress(json.dumps(VERSION_2).encode()),
        json.dumps(VERSION_2).encode("utf-16"),
        json.dumps(VERSION_2).encode()[:-1],
        b"<html>not found</html>",
        b"NaN",
        b'{"a": 1, "b": {}}',
        b'{"id": "f", "proband": {}, "pedigree": {}}',
        b'{"members": [{"subject": {}, "phenotypicFeatures": []}]}',
        b'[{"subject": {}, "phenotypicFeatures": []}]',
        b"1" * 100_000,
        b'{"a":' * 50_000,
    ],
    ids=range(15),
)  # fmt: skip
def test_a_file_that_is_no_phenopacket_is_refused_with_what_was_expected(
    content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "case.json"
    path.write_bytes(content)
    with pytest.raises(CaseFormatError, match="not a phenopacket") as caught:
        ClinicalCase.from_phenopacket(path)
    assert "xpected" in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_phenopacket_cut_anywhere_is_refused(tmp_path: Path) -> None:
    content = json.dumps(VERSION_2).encode()
    path = tmp_path / "case.json"
    for end in range(0, len(content), 7):
        path.write_bytes(content[:end])
        with pytest.raises(CaseFormatError):
            ClinicalCase.from_phenopacket(path)


def test_a_file_larger_than_any_phenopacket_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    with path.open("wb") as file:
        file.truncate(MAX_PHENOPACKET_BYTES + 1)
    with pytest.raises(CaseFormatError, match="larger than 64 MiB"):
        ClinicalCase.from_phenopacket(path)


@pytest.mark.parametrize("value", [None, 3, 2.5, b"{}", [], ["case.json"], "with\0zero"])
def test_what_is_neither_a_path_nor_an_object_is_refused(value: object) -> None:
    with pytest.raises(CaseFormatError, match="phenopacket"):
        ClinicalCase.from_phenopacket(value)  # type: ignore[arg-type]


def test_a_file_that_is_missing_or_a_folder_cannot_be_opened(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.json", tmp_path):
        with pytest.raises(OSError, match=str(path)):
            ClinicalCase.from_phenopacket(path)


def test_a_phenopacket_without_features_lists_no_diagnosis(toy_engine: DiagnosticEngine) -> None:
    differential = toy_engine.diagnose(ClinicalCase.from_phenopacket({"subject": {"sex": "MALE"}}))
    assert differential.entries == ()
    assert any("no finding" in issue.message for issue in differential.issues)


def test_unusable_features_are_told_and_the_rest_is_used() -> None:
    features = [
        {"type": {"id": "HP:0001166"}},
        {"type": {}},
        {"type": {"id": "HP:0001250"}, "excluded": "no"},
        "arachnodactyly",
    ]
    case = ClinicalCase.from_phenopacket({"phenotypicFeatures": features})
    assert [finding.term_id for finding in case.findings] == ["HP:0001166"]
    assert sorted(issue.where for issue in case.issues) == [
        "phenopacket.phenotypicFeatures[1]",
        "phenopacket.phenotypicFeatures[2].excluded",
        "phenopacket.phenotypicFeatures[3]",
    ]
    assert all(issue.solution for issue in case.issues)


def test_ten_thousand_unusable_features_are_counted() -> None:
    case = ClinicalCase.from_phenopacket({"phenotypicFeatures": [{}] * 10_000})
    assert len(case.issues) == 21
    assert "9980 more" in case.issues[-1].message


@given(text=st.text(max_size=45) | st.from_regex(r"P[0-9YMWDT.]{0,12}", fullmatch=True))
def test_a_duration_is_a_number_of_years_or_nothing(text: str) -> None:
    years = iso8601_years(text)
    assert years is None or years >= 0
