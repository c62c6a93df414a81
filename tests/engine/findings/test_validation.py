"""tests engine/findings/validation.py: identifiers that are none, said twice, said both ways."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from nosograph.engine import (
    ClinicalCase,
    DiagnosticEngine,
    Differential,
    Finding,
    Issue,
    Level,
    Status,
)
from nosograph.engine.findings.validation import MAX_ISSUES_OF_A_KIND, validate_findings
from nosograph.kg import KnowledgeGraph


def diagnosed(
    engine: DiagnosticEngine, *observed: str, excluded: tuple[str, ...] = ()
) -> Differential:
    return engine.diagnose(ClinicalCase.from_terms(observed=observed, excluded=excluded))


def issue_about(differential: Differential, words: str) -> Issue:
    (found,) = (issue for issue in differential.issues if words in issue.message)
    assert found.solution
    assert found.where
    return found


def found_terms(differential: Differential) -> list[tuple[str, str]]:
    return [(finding.term_id, finding.status.value) for finding in differential.findings]


@pytest.mark.parametrize(
    ("given", "current"),
    [
        ("HP:0002125", "HP:0001250"),  # an alternative identifier
        ("HP:0007757", "HP:0000610"),  # obsolete, replaced by one
    ],
)
def test_a_former_identifier_counts_as_its_successor(
    given: str, current: str, toy_engine: DiagnosticEngine
) -> None:
    differential = diagnosed(toy_engine, given, "HP:0001166")
    assert (current, "present") in found_terms(differential)
    issue = issue_about(differential, "former identifier")
    assert issue.level is Level.INFO
    assert given in issue.message
    assert current in issue.solution
    same = diagnosed(toy_engine, current, "HP:0001166")
    assert differential.entries == same.entries


@pytest.mark.parametrize(
    ("given", "words", "solution"),
    [
        ("HP:0004038", "is obsolete", "choose a current term"),  # without a successor
        ("HP:0003494", "is obsolete", "choose"),  # only to be considered
        ("HP:9999999", "is not a term", "check the identifier"),
        ("OMIM:154700", "is not a term", "another ontology"),
        ("PMID:8172269", "is not a term", "another ontology"),
        ("arachnodactyly", "is not a term", "check the identifier"),
        ("", "is not a term", "check the identifier"),
        ("HP:" + "9" * 100_000, "is not a term", "check the identifier"),
        ("HP:0012825", "not a phenotypic abnormality", "give the abnormality itself"),  # Mild
        ("HP:0000006", "not a phenotypic abnormality", "give the abnormality itself"),
        ("HP:0003577", "not a phenotypic abnormality", "give the abnormality itself"),
        ("HP:0000001", "not a phenotypic abnormality", "give the abnormality itself"),  # All
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_excluded", [False, True])
def test_what_cannot_be_used_is_told_and_the_rest_goes_on(
    given: str, words: str, solution: str, is_excluded: bool, toy_engine: DiagnosticEngine
) -> None:
    observed = ("HP:0001166",) if is_excluded else ("HP:0001166", given)
    differential = diagnosed(toy_engine, *observed, excluded=(given,) if is_excluded else ())
    issue = issue_about(differential, words)
    assert issue.level is Level.WARNING
    assert issue.where == "findings[1]"
    assert solution in issue.solution
    assert len(issue.message) < 300
    assert found_terms(differential) == [("HP:0001166", "present")]
    assert differential.entries == diagnosed(toy_engine, "HP:0001166").entries


def test_a_duplicate_counts_once_and_is_told(toy_engine: DiagnosticEngine) -> None:
    # The second one by an alternative identifier: the same term all the same.
    differential = diagnosed(toy_engine, "HP:0001250", "HP:0002125", "HP:0001166")
    assert len(differential.findings) == 2
    issue = issue_about(differential, "more than once")
    assert issue.level is Level.INFO
    assert issue.where == "findings[1]"
    once = diagnosed(toy_engine, "HP:0001250", "HP:0001166")
    assert [(e.disease_id, e.score) for e in differential.entries] == [
        (e.disease_id, e.score) for e in once.entries
    ]


@pytest.mark.parametrize("status", ["observed", "excluded"])
def test_what_every_patient_has_says_nothing(status: str, toy_engine: DiagnosticEngine) -> None:
    terms = {"observed": ["HP:0001166"], "excluded": []}
    terms[status] = [*terms[status], "HP:0000118"]
    differential = toy_engine.diagnose(ClinicalCase.from_terms(**terms))
    assert found_terms(differential) == [("HP:0001166", "present")]
    assert issue_about(differential, "what every patient has").level is Level.WARNING
    alone = toy_engine.diagnose(ClinicalCase.from_terms(observed=["HP:0000118"]))
    assert alone.entries == ()


@pytest.mark.parametrize(
    ("observed", "excluded", "kept"),
    [
        ("HP:0001166", "HP:0001166", ["HP:0001166"]),
        ("HP:0001166", "HP:0100807", ["HP:0001166"]),  # a kind of what is excluded
    ],
)
def test_an_exclusion_that_contradicts_a_present_finding_is_left_out_and_told(
    observed: str, excluded: str, kept: list[str], toy_engine: DiagnosticEngine
) -> None:
    differential = diagnosed(toy_engine, observed, excluded=(excluded,))
    assert found_terms(differential) == [(term, "present") for term in kept]
    issue = issue_about(differential, "is excluded, but")
    assert issue.level is Level.WARNING
    assert excluded in issue.message
    assert observed in issue.message
    assert differential.entries == diagnosed(toy_engine, observed).entries


def test_a_kind_may_be_excluded_of_what_is_present(toy_engine: DiagnosticEngine) -> None:
    differential = diagnosed(toy_engine, "HP:0100807", excluded=("HP:0001166",))
    assert found_terms(differential) == [("HP:0001166", "excluded"), ("HP:0100807", "present")]
    assert not any("is excluded, but" in issue.message for issue in differential.issues)


def test_a_note_that_contradicts_itself_is_told(toy_engine: DiagnosticEngine) -> None:
    note = "No myopia on admission. Arachnodactyly. High myopia was seen later."
    differential = toy_engine.diagnose(ClinicalCase.from_note(note))
    assert ("HP:0000545", "present") in found_terms(differential)
    assert ("HP:0000545", "excluded") not in found_terms(differential)
    message = issue_about(differential, "is excluded, but").message
    assert "'myopia' ('No') at character 3 and " in message
    assert f"'myopia' at character {note.index('myopia was')}" in message


def test_of_ten_thousand_findings_nothing_is_lost_in_silence(toy_engine: DiagnosticEngine) -> None:
    """Each is among the findings, or an issue tells of it, or one that counts it."""
    good = ("HP:0001166", "HP:0001083", "HP:0002616", "HP:0000545")
    bad = ("HP:9999999", "HP:0004038", "HP:0012825", "nonsense")
    observed = tuple((*good, *bad)[n % 8] for n in range(10_000))
    differential = diagnosed(toy_engine, *observed)
    assert found_terms(differential) == [(term, "present") for term in sorted(good)]
    assert differential.entries[0].label == "Marfan syndrome"
    kinds: Counter[str] = Counter()
    for issue in differential.issues:
        if issue.where == "findings":
            number, _, kind = issue.message.partition(" more issues of the kind ")
            if kind:
                kinds[kind] += int(number)
        else:
            kinds["told one by one"] += 1
    assert kinds == {
        "told one by one": 4 * MAX_ISSUES_OF_A_KIND,
        "'duplicate'.": 5_000 - len(good) - MAX_ISSUES_OF_A_KIND,
        "'unknown identifier'.": 2_500 - MAX_ISSUES_OF_A_KIND,
        "'obsolete identifier'.": 1_250 - MAX_ISSUES_OF_A_KIND,
        "'not a phenotype'.": 1_250 - MAX_ISSUES_OF_A_KIND,
    }
    assert sum(kinds.values()) + len(differential.findings) == 10_000
    assert Differential.from_json(differential.to_json()) == differential


def test_ten_thousand_different_findings_are_all_used(engine: DiagnosticEngine) -> None:
    graph = engine.graph
    terms = [graph.node_id(n) for n in range(graph.n_terms) if graph.is_phenotype(n)][-10_000:]
    case = ClinicalCase.from_terms(observed=terms[:300], excluded=terms[300:])
    differential = engine.diagnose(case, limit=2)
    n_left_out = sum(
        1 if "is excluded, but" in issue.message else int(issue.message.split()[0])
        for issue in differential.issues
        if "contradiction" in issue.message or "is excluded, but" in issue.message
    )
    assert len(differential.findings) + n_left_out == 10_000
    assert len(differential.findings) > 9_000
    assert len(differential.entries) == 2
    for entry in differential.entries:
        told = [c for c in entry.contributions if c.term_id is not None]
        assert len(told) == len(differential.findings)


def test_an_exclusion_told_twice_is_routine_in_either_order(toy_graph: KnowledgeGraph) -> None:
    asked = Finding(term_id="HP:0001166", status=Status.EXCLUDED, is_routine=True)
    told = [asked, replace(asked, is_routine=False)]
    for findings in (told, told[::-1]):
        (finding,) = validate_findings(findings, graph=toy_graph).findings
        assert finding.is_routine
