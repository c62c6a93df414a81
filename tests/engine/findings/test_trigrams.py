"""What the second linker is made of, but for `scispacy` itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.engine.findings.linking.beginnings import (
    Beginnings,
    begin_alike,
    content_words,
    same_words,
)
from nosograph.engine.findings.linking.stretches import (
    BLOCK_LENGTH,
    iter_blocks,
    iter_stretches,
)
from nosograph.engine.findings.linking.trigrams import TrigramIndex, trigrams
from nosograph.ontologies.errors import SourceFormatError

NAMES = ["Ataxia", "Gait ataxia", "Seizure", "Low-set ears", "Hearing loss", "Loss of hearing"]
LETTERS = st.text(alphabet="abcsxé -", min_size=1, max_size=12)


def cosine(index: TrigramIndex, one: str, other: str) -> float:
    return float((index.transform([one]) @ index.transform([other]).T).toarray()[0, 0])


def test_the_neighbours_are_those_that_comparing_with_every_name_gives():
    index = TrigramIndex.build(NAMES)
    for text in ("ataxic gait", "hearing", "ears low set", "SEIZURES"):
        ((rows, distances),) = index.knnQueryBatch(index.transform([text]), k=3)
        every = np.array([cosine(index, text, name) for name in NAMES])
        expected = sorted(np.flatnonzero(every), key=lambda row: (-every[row], row))[:3]
        assert rows.tolist() == [int(row) for row in expected]
        assert distances == pytest.approx(1 - every[rows], abs=1e-6)


def test_a_floor_leaves_out_what_is_far_but_never_the_nearest():
    index = TrigramIndex(TrigramIndex.build(NAMES).to_arrays(), floor=0.9)
    near, far = index.knnQueryBatch(index.transform(["gait ataxia", "axial"]), k=5)
    assert [NAMES[row] for row in near[0]] == ["Gait ataxia"]
    assert len(far[0]) == 1
    assert far[1][0] > 0.1


def test_the_order_of_words_does_not_count_and_rare_trigrams_weigh_more():
    index = TrigramIndex.build(NAMES)
    assert cosine(index, "hearing loss", "LOSS hearing") == pytest.approx(1)
    thumbs = TrigramIndex.build(["Broad thumb", "Short thumb", "Absent thumb"])
    assert cosine(thumbs, "broad", "Broad thumb") > cosine(thumbs, "thumb", "Broad thumb")


def test_text_without_a_known_trigram_is_a_vector_of_zeros():
    vectors = TrigramIndex.build(NAMES).transform(["", "qqq", "ataxia"])
    assert vectors.getnnz(axis=1).tolist()[:2] == [0, 0]
    assert vectors.shape[0] == 3


def test_an_index_is_opened_from_its_arrays_and_says_which_is_missing():
    arrays = TrigramIndex.build(NAMES).to_arrays()
    assert all(array.dtype != object for array in arrays.values())
    again = TrigramIndex(arrays)
    assert cosine(again, "ataxias", "ataxia") == pytest.approx(
        cosine(TrigramIndex.build(NAMES), "ataxias", "ataxia")
    )
    del arrays["weights"]
    with pytest.raises(SourceFormatError, match="weights"):
        TrigramIndex(arrays)


def test_an_index_of_nothing_answers_nothing():
    index = TrigramIndex.build([])
    assert index.transform(["ataxia"]).nnz == 0


@given(names=st.lists(LETTERS, min_size=1, max_size=8))
def test_every_name_is_nearest_to_itself(names):
    names = [name for name in names if any(trigrams(name))]
    index = TrigramIndex.build(names)
    for answer, name in zip(index.knnQueryBatch(index.transform(names), k=1), names, strict=True):
        assert answer[1][0] == pytest.approx(0, abs=1e-5)
        assert sorted(trigrams(names[int(answer[0][0])])) == sorted(trigrams(name))


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("seizure", "seizures", True),
        ("hypotonia", "hypotonic", True),
        ("hypotonia", "hypertonia", False),
        ("microcephaly", "macrocephaly", False),
        ("toe", "toes", True),
        ("toe", "top", False),
        ("ear", "earring", False),
    ],
)
def test_words_that_begin_alike(one, other, alike):
    assert begin_alike(one, other) is begin_alike(other, one) is alike


def test_names_have_the_same_words_or_not():
    assert same_words(content_words("loss of hearing"), content_words("Hearing loss"))
    assert not same_words(content_words("hearing"), content_words("Hearing loss"))
    assert not same_words(content_words("severe hearing loss"), content_words("Hearing loss"))


@given(words=st.lists(LETTERS, max_size=6), word=LETTERS)
def test_no_word_is_called_unknown_that_begins_like_a_known_one(words, word):
    known = Beginnings(words)
    if any(begin_alike(word, other) for other in words):
        assert word in known


def test_stretches_stay_in_their_clause_and_do_not_begin_or_end_with_a_function_word():
    words = ["loss", "of", "hearing", ",", "the", "ears", "were", "low"]
    tokens = [(10 * i, word) for i, word in enumerate(words)]
    known = Beginnings(["loss", "of", "hearing", "the", "ears", "low"])
    found = iter_stretches(
        tokens, known=known, function_words=frozenset(["of", "the"]), max_words=3
    )
    starts = [(stretch.start, stretch.end) for stretch in found]
    assert starts == [(0, 4), (0, 27), (20, 27), (50, 54), (70, 73)]


@given(text=st.text(alphabet="ab. \n", max_size=60), times=st.sampled_from([1, 900]))
def test_blocks_are_short_in_order_and_leave_out_no_word(text, times):
    text = text * times
    blocks = list(iter_blocks(text))
    assert all(0 < block.end - block.start <= BLOCK_LENGTH for block in blocks)
    assert all(a.end <= b.start for a, b in zip(blocks, blocks[1:], strict=False))
    kept = [word for block in blocks for word in text[block.start : block.end].split()]
    assert kept == [word for word in text.split() if len(word) < 100]
