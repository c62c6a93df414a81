from __future__ import annotations

from nosograph.engine.evaluation.annotated_texts import AnnotatedCorpus
from nosograph.engine.evaluation.corpora import GoldDocument, GoldMention
from nosograph.engine.evaluation.linking_errors import FALSE_ALARMS, MISSES, find_errors
from nosograph.engine.findings.mention import Mention
from nosograph.ontologies.term import TermId


class Scripted:
    """Gives the mentions that it was told, by text."""

    def __init__(self, found: dict[str, list[tuple[int, int, str]]]) -> None:
        self.found = found

    def link(self, text: str) -> tuple[Mention, ...]:
        return tuple(
            Mention(start=s, end=e, text=text[s:e], term_id=TermId(t), label=t)
            for s, e, t in self.found.get(text, ())
        )


def errors(text: str, gold: list[GoldMention], found: list[tuple[int, int, str]]):
    corpus = AnnotatedCorpus(
        name="c", documents=(GoldDocument(document_id="1", text=text, mentions=tuple(gold)),)
    )
    related = {frozenset(("HP:1", "HP:2"))}
    return find_errors(
        [corpus],
        Scripted({text: found}),
        on_one_line=lambda a, b: a == b or frozenset((a, b)) in related,
        label_of=lambda t: f"label of {t}",
    )


def test_what_agrees_is_no_error():
    assert errors("ataxia", [GoldMention(0, 6, "HP:1")], [(0, 6, "HP:1")]).to_dict() == {
        "misses": {},
        "false alarms": {},
    }


def test_every_kind_of_miss():
    text = "ataxia pain normal lips fits"
    gold = [GoldMention(0, 6, "HP:1"), GoldMention(7, 11, "HP:3"),
            GoldMention(12, 23, "HP:4", True), GoldMention(24, 28, "HP:5")]  # fmt: skip
    found = [(0, 6, "HP:2"), (7, 11, "HP:9")]
    seen = errors(text, gold, found)
    assert [(e.kind, e.words, e.term_id, e.instead) for e in seen.misses] == [
        (MISSES[0], "ataxia", "HP:1", "HP:2"),
        (MISSES[1], "pain", "HP:3", "HP:9"),
        (MISSES[2], "normal lips", "HP:4", ""),
        (MISSES[3], "fits", "HP:5", ""),
    ]


def test_every_kind_of_false_alarm():
    text = "ataxia pain fits cough"
    gold = [GoldMention(0, 6, "HP:1"), GoldMention(7, 11, "HP:3")]
    assert [e.kind for e in errors(text, gold, [(0, 6, "HP:2")]).false_alarms] == [FALSE_ALARMS[0]]
    assert [e.kind for e in errors(text, gold, [(7, 11, "HP:9")]).false_alarms] == [FALSE_ALARMS[1]]
    assert [e.kind for e in errors(text, gold, [(12, 16, "HP:2")]).false_alarms] == [
        FALSE_ALARMS[2]
    ]
    assert [e.kind for e in errors(text, gold, [(17, 22, "HP:8")]).false_alarms] == [
        FALSE_ALARMS[3]
    ]


def test_the_commonest_are_shown_first_and_counted():
    text = "a|b c"
    seen = errors(text, [GoldMention(4, 5, "HP:5")], [(0, 3, "HP:7"), (2, 3, "HP:8")])
    table = seen.to_markdown(limit=1)
    assert "False alarms: 2" in table
    assert "| 1 | a/b | label of HP:7 |  | the words are not marked |" in table
    assert "HP:8" not in table


def test_a_corpus_that_counts_polarity_or_has_no_places_is_left_out():
    document = GoldDocument(document_id="1", text="ataxia", mentions=(GoldMention(-1, -1, "HP:1"),))
    corpora = [
        AnnotatedCorpus(name="a", documents=(document,)),
        AnnotatedCorpus(name="b", documents=(document,), polarity=True),
    ]
    seen = find_errors(corpora, Scripted({}), on_one_line=str.__eq__, label_of=str)
    assert seen.misses == () == seen.false_alarms
