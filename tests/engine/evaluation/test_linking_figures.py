from __future__ import annotations

import pytest

from nosograph.engine.evaluation.corpora import (
    AssertionCase,
    GoldDocument,
    GoldMention,
    read_assertion_cases,
    read_physical_exams,
    read_span_corpus,
)
from nosograph.engine.evaluation.linking import (
    Answer,
    CascadeAnswerer,
    StageAnswerer,
    evaluate_assertion,
    judge,
)
from nosograph.engine.findings.mention import Assertion, Mention
from nosograph.ontologies.ontology import Ontology
from nosograph.ontologies.term import Term, TermId

HPO = Ontology.from_terms(
    [
        Term(term_id=TermId("HP:1"), label="Seizure", alternative_ids=(TermId("HP:9"),)),
        Term(term_id=TermId("HP:2"), label="Ataxia"),
    ]
)


class FixedLinker:
    def __init__(self, *mentions: Mention) -> None:
        self.mentions = mentions

    def link(self, text: str) -> tuple[Mention, ...]:
        return self.mentions


def mention(
    start: int, end: int, term_id: str, assertion: Assertion = Assertion.PRESENT
) -> Mention:
    return Mention(
        start=start, end=end, text="", term_id=TermId(term_id), label="", assertion=assertion
    )


def document(*marks: GoldMention) -> GoldDocument:
    return GoldDocument(document_id="1", text="x" * 50, mentions=marks)


def answer(*marks: GoldMention) -> Answer:
    return Answer(marks, 0.5)


def test_each_strictness_counts_by_its_own_rule():
    gold = document(
        GoldMention(0, 8, "HP:1"), GoldMention(20, 30, "HP:1"), GoldMention(40, 46, "HP:2")
    )
    found = answer(
        GoldMention(0, 8, "HP:1"), GoldMention(22, 30, "HP:1"), GoldMention(40, 46, "HP:3")
    )
    figures = judge([gold], [found], polarity=False)
    assert figures.strict[:2] == (1, 3)
    assert figures.overlap[:2] == (2, 3)
    assert (figures.document.precision, figures.document.recall) == (0.5, 0.5)
    assert (figures.documents_per_second, figures.sentences_per_second) == (2, 2)


def test_an_ancestor_counts_only_on_the_line_and_only_where_it_stands():
    gold = document(GoldMention(0, 8, "HP:2"), GoldMention(20, 30, "HP:4"))
    found = answer(GoldMention(2, 8, "HP:1"), GoldMention(40, 44, "HP:4"))
    figures = judge(
        [gold],
        [found],
        polarity=False,
        on_one_line=lambda a, b: {a, b} <= {"HP:1", "HP:2"} or a == b,
    )
    assert figures.document == (1, 2, 1, 2)
    assert figures.document_on_line == (2, 2, 2, 2)
    assert figures.overlap == (0, 2, 0, 2)
    assert figures.overlap_on_line == (1, 2, 1, 2)


def test_marks_without_a_place_count_for_the_document_only():
    figures = judge(
        [document(GoldMention(-1, -1, "HP:1"))],
        [answer(GoldMention(0, 8, "HP:1"), GoldMention(9, 12, "HP:1"))],
        polarity=False,
    )
    assert figures.document == (1, 1, 1, 1)
    assert figures.strict == figures.overlap == (0, 0, 0, 0)


def test_polarity_counts_only_when_asked():
    gold = document(GoldMention(3, 6, "HP:1", True))
    found = answer(GoldMention(3, 6, "HP:1"))
    without = judge([gold], [found], polarity=False)
    assert (without.document.f1, without.strict.f1) == (1, 1)
    with_polarity = judge([gold], [found], polarity=True)
    assert (with_polarity.document.f1, with_polarity.strict.f1) == (0, 0)


def test_our_stages_answer_with_polarity_only_when_asked():
    excluded = mention(3, 6, "HP:1", Assertion.EXCLUDED)
    ours = StageAnswerer(FixedLinker(mention(3, 6, "HP:1")), asserted=lambda _, found: (excluded,))
    assert ours.answer("no fit", polarity=False).marks == (GoldMention(3, 6, "HP:1"),)
    assert ours.answer("no fit", polarity=True).marks == (GoldMention(3, 6, "HP:1", True),)


def test_span_corpus_maps_old_identifiers_and_counts_unknown_ones():
    lines = ["7\n", "Fits, ataxia.\n", "0\t4\tFits\tHP:9\n", "6\t12\tataxia\tHP:404\n", "\n"]
    (document,) = read_span_corpus(lines, HPO)
    assert document.mentions == (GoldMention(0, 4, "HP:1"),)
    assert document.unresolved == ("HP:404",)


def test_physical_exams_gather_rows_and_polarity():
    lines = [
        "StringID\tParticipantCount\tText\tTerm\tNegated\tSpans",
        "a\t1\tNEURO: no ataxia\tHP:2\tX\t7-9,10-16",
        "a\t1\tNEURO: no ataxia\tNA\tNA\tNA",
    ]
    (document,) = read_physical_exams(lines, HPO)
    assert document.mentions == (GoldMention(7, 16, "HP:2", True),)


def test_assertion_cases_find_the_condition_in_capitals():
    lines = ["header", "1\tfever\tNo FEVER today.\tNegated\tRecent\tPatient"]
    (case,) = read_assertion_cases(lines)
    assert case == AssertionCase("No FEVER today.", 3, 8, True, False)
    score = evaluate_assertion(lambda _: Assertion.EXCLUDED, [case], expected=Assertion.EXCLUDED)
    assert score.f1 == pytest.approx(1)


def test_a_cascade_adds_what_stands_where_the_first_read_nothing():
    class Fixed:
        def __init__(self, *marks: GoldMention) -> None:
            self.marks = marks

        def answer(self, text: str, *, polarity: bool) -> Answer:
            return Answer(self.marks, 0.5)

    first = Fixed(GoldMention(0, 8, "HP:1", True))
    second = Fixed(GoldMention(0, 8, "HP:2"), GoldMention(7, 9, "HP:2"), GoldMention(8, 12, "HP:3"))
    answer = CascadeAnswerer(first, second).answer("x" * 20, polarity=True)
    assert answer.marks == (GoldMention(0, 8, "HP:1", True), GoldMention(8, 12, "HP:3"))
    assert answer.seconds == 1
