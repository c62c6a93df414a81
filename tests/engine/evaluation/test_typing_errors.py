from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from nosograph.engine.evaluation.corpora import GoldDocument, GoldMention
from nosograph.engine.evaluation.typing_errors import only_misspelled, with_typing_errors

WORDS = ("seizures", "ataxia", "no", "of", "short", "épilepsie", "eye", "aaaaaa", "hypotonia,")


def _document(words: list[str], marks: list[tuple[int, int]]) -> GoldDocument:
    starts = [sum(len(w) + 1 for w in words[:i]) for i in range(len(words))]
    mentions = [
        GoldMention(starts[a], starts[b] + len(words[b]), f"HP:{i}")
        for i, (a, b) in enumerate(marks)
    ]
    return GoldDocument(document_id="1", text=" ".join(words), mentions=tuple(mentions))


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), st.data())
def test_marks_move_with_the_text_and_words_keep_their_first_letter(words, data):
    places = st.integers(0, len(words) - 1)
    pairs = st.tuples(places, places).map(lambda pair: (min(pair), max(pair)))
    gold = _document(words, data.draw(st.lists(pairs, max_size=8)))
    (changed,) = with_typing_errors([gold], seed=data.draw(st.integers(0, 99)))
    new_words = changed.text.split(" ")
    assert [w[:1] for w in new_words] == [w[:1] for w in words]
    assert all(a == b for a, b in zip(words, new_words, strict=True) if len(a.strip(",")) < 5)
    n_words = [len(gold.text[m.start : m.end].split(" ")) for m in gold.mentions]
    for before, after, n in zip(gold.mentions, changed.mentions, n_words, strict=True):
        first = gold.text[: before.start].count(" ")
        assert changed.text[after.start : after.end].split(" ") == new_words[first : first + n]
        assert after.term_id == before.term_id


def test_every_third_mention_with_a_long_word_gets_one_error():
    words = ["seizures", "eye", "ataxia", "tremor", "seizures", "ataxia", "tremor"]
    gold = _document(words, [(i, i) for i in range(len(words))])
    (changed,) = with_typing_errors([gold])
    wrong = [a != b for a, b in zip(words, changed.text.split(" "), strict=True)]
    assert wrong == [False, False, False, True, False, False, True]
    assert with_typing_errors([gold]) == (changed,)
    assert len({with_typing_errors([gold], seed=seed)[0].text for seed in range(20)}) > 1


def test_the_misspelled_mentions_can_be_counted_alone():
    words = ["seizures", "ataxia", "tremor", "nystagmus"]
    gold = _document(words, [(0, 0), (1, 1), (2, 2), (1, 2), (3, 3)])
    changed = with_typing_errors([gold])
    (before,), (after,) = only_misspelled([gold], changed)
    wrong = {a for a, b in zip(words, changed[0].text.split(" "), strict=True) if a != b}
    assert len(wrong) == 1
    assert all(wrong & set(gold.text[m.start : m.end].split()) for m in before.mentions)
    assert [m.term_id for m in before.mentions] == [m.term_id for m in after.mentions]
    assert (before.text, after.text) == (gold.text, changed[0].text)


def test_the_count_goes_on_from_document_to_document_and_marks_without_a_place_stay():
    one = GoldDocument(
        document_id="1",
        text="ataxia",
        mentions=(GoldMention(0, 6, "HP:1"), GoldMention(-1, -1, "HP:2")),
    )
    changed = with_typing_errors([one] * 6)
    assert [d.text != "ataxia" for d in changed] == [False, False, True] * 2
    assert all(d.mentions[1] == GoldMention(-1, -1, "HP:2") for d in changed)
    assert re.fullmatch("a[a-z]{4,6}", changed[2].text)
