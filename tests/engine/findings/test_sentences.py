from __future__ import annotations

import pytest

from nosograph.engine.findings.assertion.sections import find_sections
from nosograph.engine.findings.assertion.sentences import MAX_LENGTH, split_sentences
from nosograph.engine.findings.linking.abbreviations import iter_definitions


@pytest.mark.parametrize(
    ("note", "sentences"),
    [
        ("Seen by Dr. Roe. Well.", ["Seen by Dr. Roe.", "Well."]),
        ("Hb 9.8 g/dL. No fever", ["Hb 9.8 g/dL.", "No fever"]),
        ("Fever: no. Cough: yes.", ["Fever: no.", "Cough: yes."]),
        ("See Fig. 2 for details.", ["See Fig. 2 for details."]),
        ("- ataxia\n- fever", ["- ataxia", "- fever"]),
        ("no evidence of\nAtaxia", ["no evidence of\nAtaxia"]),
        ("has seizures\nand ataxia", ["has seizures\nand ataxia"]),
        ("A mass. It grew.", ["A mass.", "It grew."]),
        ("", []),
    ],
)
def test_sentences_and_items_end_where_a_reader_ends_them(note, sentences):
    assert [note[s.start : s.end] for s in split_sentences(note)] == sentences


def test_text_without_ends_is_cut():
    assert max(s.end - s.start for s in split_sentences("word " * 5000)) <= MAX_LENGTH


def test_unknown_header_in_capitals_ends_a_section():
    sections = find_sections("Family history:\nmigraine\nNEURO: ataxia")
    assert [s.assertion is None for s in sections] == [False, True]


def test_definition_needs_every_letter():
    assert list(iter_definitions("renal agenesis (MRI)")) == []
