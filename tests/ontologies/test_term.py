"""tests ontologies/term.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.ontologies import NosographError, TermId, TermIdError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HP:0001250", "HP:0001250"),
        ("HP_0001250", "HP:0001250"),
        ("http://purl.obolibrary.org/obo/HP_0001250", "HP:0001250"),
        ("https://purl.obolibrary.org/obo/MONDO_0007947", "MONDO:0007947"),
        (" hp:0001250\n", "HP:0001250"),
        ("Orphanet:558", "ORPHA:558"),
        ("MIM:154700", "OMIM:154700"),
    ],
)
def test_every_spelling_of_an_identifier_is_read(text: str, expected: str) -> None:
    assert TermId.parse(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "HP", "HP:", ":1", "HP:0001250\n", "HP: 1", "Marfan syndrome", "http://x/y", "H" * 999],
)
def test_what_is_no_identifier_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(TermIdError, match="for example HP:0001250") as caught:
        TermId(text)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, NosographError)
    assert len(str(caught.value)) < 200


@given(st.text(max_size=300))
def test_reading_gives_an_identifier_or_a_term_id_error(text: str) -> None:
    try:
        found = TermId.parse(text)
    except TermIdError:
        return
    assert TermId(str(found)) == found == TermId.parse(found)
    assert found.startswith(f"{found.prefix}:")


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(TermIdError):
        TermId.parse(None)  # type: ignore[arg-type]
