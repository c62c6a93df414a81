from __future__ import annotations

import pytest

from nosograph.engine.case import ClinicalCase, Finding, Level, Status
from nosograph.engine.findings.mention import Assertion, Mention
from nosograph.engine.findings.reading import HISTORY_WEIGHT, findings_of, with_mentions
from nosograph.engine.findings.validation import ValidatedFindings, validate_findings
from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.term import TermId

MYOPIA, REFRACTION, SEIZURE = "HP:0000545", "HP:0000539", "HP:0001250"


def mention(assertion: Assertion, *, discounted: bool = False, label: str = "Myopia") -> Mention:
    return Mention(
        start=0,
        end=6,
        text="myopia",
        term_id=TermId(MYOPIA),
        label=label,
        assertion=assertion,
        discounted=discounted,
    )


def test_history_of_the_patient_counts_as_present_but_less():
    (finding,) = findings_of([mention(Assertion.HISTORY)])
    assert finding.status is Status.PRESENT
    assert finding.confidence == pytest.approx(HISTORY_WEIGHT)
    assert 0.5 < HISTORY_WEIGHT < 1


def test_history_that_is_counted_is_told():
    case = with_mentions(ClinicalCase.from_note("x"), [mention(Assertion.HISTORY)])
    assert [issue.level for issue in case.issues] == [Level.INFO]
    assert "history: 1; they count as present" in case.issues[0].message


@pytest.mark.parametrize("assertion", [Assertion.HISTORY, Assertion.UNCERTAIN])
def test_what_the_text_takes_back_is_no_finding_but_is_named(assertion):
    case = with_mentions(ClinicalCase.from_note("x"), [mention(assertion, discounted=True)])
    assert case.findings == ()
    assert "Gone or doubtful: Myopia." in case.issues[0].message


@pytest.mark.parametrize("assertion", [Assertion.FAMILY_MEMBER, Assertion.HYPOTHETICAL])
def test_what_is_not_said_of_the_patient_is_no_finding(assertion):
    assert findings_of([mention(assertion)]) == ()


def test_history_that_another_place_calls_over_is_no_finding():
    over = mention(Assertion.HISTORY, discounted=True)
    assert findings_of([mention(Assertion.HISTORY), over]) == ()
    found = findings_of([mention(Assertion.PRESENT), mention(Assertion.HISTORY), over])
    assert [f.confidence for f in found] == [1.0]


def test_many_terms_that_were_taken_back_are_counted_after_the_first():
    mentions = [mention(Assertion.HISTORY, discounted=True, label=f"L{i}") for i in range(9)]
    case = with_mentions(ClinicalCase.from_note("x"), mentions)
    assert "L4 and 4 more." in case.issues[0].message


def test_what_is_said_of_relatives_is_named_where_nothing_else_is_found_or_it_is_much():
    of_mother = [mention(Assertion.FAMILY_MEMBER, label=f"L{i}") for i in range(7)]
    only = with_mentions(ClinicalCase.from_note("x"), of_mother[:1])
    assert only.issues[0].message.endswith("Said of relatives: L0.")
    few = with_mentions(ClinicalCase.from_note("x"), [mention(Assertion.PRESENT), *of_mother[:2]])
    assert "Said of relatives" not in few.issues[0].message
    many = with_mentions(ClinicalCase.from_note("x"), [mention(Assertion.PRESENT), *of_mother])
    assert "Said of relatives: L0, L1, L2, L3, L4 and 2 more." in many.issues[0].message


def reconciled(graph: KnowledgeGraph, *said: tuple[str, Status, float]) -> ValidatedFindings:
    return validate_findings(
        [Finding(term_id=t, status=s, confidence=c) for t, s, c in said], graph=graph
    )


P, E = Status.PRESENT, Status.EXCLUDED


@pytest.mark.parametrize(
    ("said", "left", "message"),
    [
        # Both certain: what is present stays.
        ([(MYOPIA, P, 1.0), (REFRACTION, E, 1.0)], {(MYOPIA, P)}, "is present; the exclusion"),
        # A certain exclusion beats a possible finding, of the same term and of a kind of it.
        ([(MYOPIA, P, 0.5), (MYOPIA, E, 1.0)], {(MYOPIA, E)}, "the exclusion counts"),
        ([(MYOPIA, P, 0.5), (REFRACTION, E, 1.0)], {(REFRACTION, E)}, "the exclusion counts"),
        # A certain finding beats an unsure exclusion; of two unsure ones the finding stays.
        ([(MYOPIA, P, 1.0), (MYOPIA, E, 0.4)], {(MYOPIA, P)}, "is present; the exclusion"),
        ([(MYOPIA, P, 0.5), (MYOPIA, E, 0.5)], {(MYOPIA, P)}, "is possibly present, and"),
        # The history of a finding is no doubt of it.
        ([(MYOPIA, P, 0.8), (MYOPIA, E, 1.0)], {(MYOPIA, P)}, "is present; the exclusion"),
        # Neither touches the other: the exclusion of a kind says nothing of the kind above.
        ([(REFRACTION, P, 0.5), (MYOPIA, E, 1.0)], {(REFRACTION, P), (MYOPIA, E)}, ""),
    ],
)
def test_certain_beats_uncertain_and_the_issue_says_so(toy_graph, said, left, message):
    for order in (said, said[::-1]):
        found = reconciled(toy_graph, *order)
        assert {(f.term_id, f.status) for f in found.findings} == left
        assert [message in i.message for i in found.issues] == ([True] if message else [])


def test_possible_finding_counts_once_it_is_found_for_certain(toy_graph):
    found = reconciled(toy_graph, (SEIZURE, P, 0.5), (SEIZURE, P, 1.0), (SEIZURE, E, 1.0))
    assert [(f.term_id, f.status, f.confidence) for f in found.findings] == [(SEIZURE, P, 1.0)]


def test_possible_seizures_that_neurology_excludes_are_excluded(engine):
    note = "Possible seizures reported by school. Neurology review: no seizures."
    d = engine.diagnose(ClinicalCase.from_note(note))
    assert any("is only possibly present" in issue.message for issue in d.issues)
