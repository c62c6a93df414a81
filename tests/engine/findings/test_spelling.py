"""Which words are known, and what an unknown one is read as."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nosograph.engine.findings.linking import english
from nosograph.engine.findings.linking.english import read_english_words
from nosograph.engine.findings.linking.slips import one_edit_apart
from nosograph.engine.findings.linking.spelling import SpellingIndex
from nosograph.ontologies.errors import SourceError, SourceFormatError

NAMES = [
    "Seizure", "Seizures", "Ataxia", "Heart murmur", "Upslanted palpebral fissure", "Hypotonia",
    "Infantile muscular hypotonia", "Hypertonia",
]  # fmt: skip


@pytest.fixture(scope="module")
def spelling() -> SpellingIndex:
    return SpellingIndex.build(NAMES, english={"crash": 5, "rumours": 3})


def test_opposites_one_slip_away_are_not_guessed(spelling):
    assert spelling.repair("hyprtonia", is_wanted=lambda _: True) is None
    assert spelling.repair("hypotona", is_wanted=lambda _: True) == "hypotonia"


def test_likelier_everyday_word_stops_a_repair():
    index = SpellingIndex.build(["cough"], english={"touch": 1, "cough": 1, "rough": 10**6})
    assert index.repair("xough", is_wanted=lambda word: word == "cough") is None
    alone = SpellingIndex.build(["cough"], english={"cough": 1, "never": 10**6})
    assert alone.repair("xough", is_wanted=lambda word: word == "cough") == "cough"


def test_words_are_known_in_both_spellings(spelling):
    assert all(map(spelling.knows, ("rumours", "rumour", "rumors", "rumor", "crash")))
    assert not spelling.knows("rumoors")


def test_same_texts_in_any_order_give_the_same_bytes():
    texts, english = ["Renal cyst", "Seizure"], {"table": 2, "colour": 1}
    one = SpellingIndex.build(texts, english=english).to_arrays()
    other = SpellingIndex.build(texts[::-1], english=dict(reversed(english.items()))).to_arrays()
    assert list(one) == list(other)
    assert all(one[name].tobytes() == other[name].tobytes() for name in one)


def test_empty_index_repairs_nothing():
    index = SpellingIndex.build([], english={})
    assert len(index) == 0
    assert index.repair("siezure", is_wanted=lambda _: True) is None


def test_missing_array_is_named(spelling):
    arrays = spelling.to_arrays()
    del arrays["prior"]
    with pytest.raises(SourceFormatError, match="prior"):
        SpellingIndex.from_arrays(arrays)


def test_missing_word_list_says_what_to_do(monkeypatch):
    monkeypatch.setattr(english, "_PACKAGE", "no_such_package")
    with pytest.raises(SourceError, match="Install nosograph again"):
        read_english_words()


def test_slip_in_a_definition_is_no_word():
    prose = ["the left kideny", "a glomerulus", "each glomerulus"]
    index = SpellingIndex.build(["Kidney"], prose=prose, english={})
    assert index.repair("kideny", is_wanted=lambda _: True) == "kidney"
    assert index.knows("glomerulus")


@settings(max_examples=300)
@given(data=st.data())
def test_repair_is_idempotent_and_one_edit_away(spelling, data):
    word = data.draw(st.sampled_from(["seizures", "ataxia", "hypotonia", "palpebral", "murmur"]))
    at = data.draw(st.integers(0, len(word) - 1))
    slip = data.draw(st.sampled_from([word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:],
                                      word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
                                      word[:at] + "q" + word[at + 1 :]]))  # fmt: skip
    assume(not spelling.knows(slip))
    repaired = spelling.repair(slip, is_wanted=lambda _: True)
    if repaired is not None:
        assert one_edit_apart(slip, repaired)
        assert spelling.knows(repaired)
        assert spelling.repair(repaired, is_wanted=lambda _: True) is None
