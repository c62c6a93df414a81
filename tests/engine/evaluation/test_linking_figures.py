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
from nosograph.engine.evaluation.linking import evaluate_assertion, evaluate_linking
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


def mention(start: int, end: int, term_id: str) -> Mention:
    return Mention(start=start, end=end, text="", term_id=TermId(term_id), label="")


def test_each_strictness_counts_by_its_own_rule():
    gold = (GoldMention(0, 8, "HP:1"), GoldMention(20, 30, "HP:1"), GoldMention(40, 46, "HP:2"))
    document = GoldDocument(document_id="1", text="x" * 50, mentions=gold)
    linker = FixedLinker(mention(0, 8, "HP:1"), mention(22, 30, "HP:1"), mention(40, 46, "HP:3"))
    figures = evaluate_linking(linker, [document])
    assert figures.strict[:2] == (1, 3)
    assert figures.overlap[:2] == (2, 3)
    assert (figures.document.precision, figures.document.recall) == (0.5, 0.5)


def test_polarity_counts_only_when_asked():
    document = GoldDocument(
        document_id="1", text="no fit", mentions=(GoldMention(3, 6, "HP:1", True),)
    )
    linker = FixedLinker(mention(3, 6, "HP:1"))
    assert evaluate_linking(linker, [document]).document.f1 == 1
    with_polarity = evaluate_linking(linker, [document], asserted=lambda _, mentions: mentions)
    assert with_polarity.document.f1 == 0


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
