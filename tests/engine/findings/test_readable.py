from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.engine.findings.mention import Assertion, Mention
from nosograph.engine.findings.readable import ReadableText
from nosograph.engine.pipeline import DiagnosticEngine
from nosograph.ontologies.term import TermId

PIECES = st.lists(
    st.sampled_from(
        ["<p>", "</td>", "<b>", "&amp;", "&shy;", "\u00ad", "\r\n", "\r", "\u2028", "é", "e\u0301", "-\n",
         "a", "fits", " ", "<", "&", "ば", "は\u3099", "\u0301", "😀"]
    )
).map("".join)  # fmt: skip


@given(PIECES, st.data())
def test_every_place_is_one_of_the_text_as_it_was_given(text: str, data: st.DataObject) -> None:
    note = ReadableText.of(text)
    if not note.text:
        return
    start = data.draw(st.integers(0, len(note.text) - 1))
    end = data.draw(st.integers(start + 1, len(note.text)))
    mention = Mention(
        start=start, end=end, text=note.text[start:end], term_id=TermId("HP:1"), label=""
    )
    (moved,) = note.in_given([mention])
    assert 0 <= moved.start <= moved.end <= len(text)
    assert moved.text == text[moved.start : moved.end]


@given(st.text(alphabet="abc .\n,", max_size=40))
def test_plain_text_stays_as_it_is(text: str) -> None:
    if "-\n" not in text:
        assert ReadableText.of(text).text == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<p>No seizures</p><p>Myopia</p>", [("seizures", Assertion.EXCLUDED), ("Myopia", Assertion.PRESENT)]),
        ("<li>No seizures</li><li>Ataxia</li>", [("seizures", Assertion.EXCLUDED), ("Ataxia", Assertion.PRESENT)]),
        ("<tr><td>Seizures</td><td>No</td></tr><tr><td>Ataxia</td><td>Yes</td></tr>",
         [("Seizures", Assertion.EXCLUDED), ("Ataxia", Assertion.PRESENT)]),
        ("No seizures\rAtaxia", [("seizures", Assertion.EXCLUDED), ("Ataxia", Assertion.PRESENT)]),
        ("sei\u00adzures", [("sei\u00adzures", Assertion.PRESENT)]),
        ("hearing impair-\nment", [("hearing impair-\nment", Assertion.PRESENT)]),
        ("ataxia-\ntelangiectasia", [("ataxia", Assertion.PRESENT), ("telangiectasia", Assertion.PRESENT)]),
        ("severe hearing <b>loss</b>", [("severe hearing <b>loss", Assertion.PRESENT)]),
        (unicodedata.normalize("NFD", "Ménière-like vertigo"), [("vertigo", Assertion.PRESENT)]),
    ],
)  # fmt: skip
def test_markup_and_broken_lines_mislead_no_reader(engine: DiagnosticEngine, text, found) -> None:
    assert [(m.text, m.assertion) for m in engine.link(text)] == found
