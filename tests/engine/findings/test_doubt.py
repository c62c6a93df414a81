from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from time import perf_counter

import pytest

from nosograph.engine.findings.assertion import doubt
from nosograph.engine.findings.assertion.assertion import AssertionRules
from nosograph.engine.findings.assertion.doubt import find_doubts
from nosograph.engine.findings.assertion.outcomes import find_outcome
from nosograph.engine.findings.assertion.sections import find_sections
from nosograph.engine.findings.mention import Assertion
from nosograph.ontologies.errors import SourceFormatError

FILE = files("nosograph.engine.findings.assertion").joinpath("doubt.toml")
TABLES = tomllib.loads(FILE.read_text(encoding="utf-8"))


def said(text: str, finding: str) -> Assertion | None:
    start = text.index(finding)
    (found,) = AssertionRules.load().modifiers(text, [(start, start + len(finding))])
    return found[0].assertion if found else None


def test_construction_takes_in_no_word_of_a_finding():
    # Each of these once swallowed the finding itself: an adverb, a subject, the start of a word.
    for text, finding in (
        ("Doubtful splenomegaly.", "splenomegaly"),
        ("A high index of suspicion for child abuse.", "child abuse"),
        ("Query ataxia.", "ataxia"),
        ("Suspicion of he patic coma.", "he patic coma"),
    ):
        at = text.index(finding)
        hits = list(find_doubts(text, 0, len(text), spans=[(at, at + len(finding))]))
        assert hits, text
        assert all(hit.end <= at or hit.start >= at + len(finding) for hit in hits)
        assert said(text, finding) is Assertion.UNCERTAIN


def test_constructions_of_one_sentence_do_not_overlap_and_are_words_of_it():
    text = "I wonder whether it could be ataxia, or may represent chorea; MRI to exclude a tumour."
    hits = sorted(find_doubts(text, 0, len(text)))
    assert all(text[hit.start : hit.end] == hit.text for hit in hits)
    assert all(a.end <= b.start for a, b in zip(hits, hits[1:], strict=False))
    assert len(hits) >= 3


@pytest.mark.parametrize("table", TABLES["expression"], ids=lambda table: table["cues"][0])
def test_every_list_that_a_pattern_names_exists_and_no_pattern_has_groups(table):
    words = TABLES["words"]
    for pattern in table["patterns"]:
        assert set(re.findall(r"\{([a-z_]+)\}", pattern)) <= set(words), pattern
        assert re.compile(doubt._checked(pattern, words)).groups == 0, pattern


def test_every_word_list_is_used():
    text = FILE.read_text(encoding="utf-8")
    assert [name for name in TABLES["words"] if f"{{{name}}}" not in text] == []


def test_bad_pattern_is_named_in_the_error(monkeypatch):
    with pytest.raises(ValueError, match=r"in the pattern '\(open'"):
        doubt._checked("(open", {})
    broken = {"words": {}, "expression": [{"assertion": "doubted", "direction": "after"}]}
    monkeypatch.setattr(doubt.tomllib, "loads", lambda _: broken)
    doubt._expressions.cache_clear()
    with pytest.raises(SourceFormatError, match="Correct the entry"):
        doubt._expressions()
    monkeypatch.undo()
    doubt._expressions.cache_clear()


@pytest.mark.parametrize(
    ("text", "finding", "expected"),
    [
        ("Concern about deafness, but audiology was normal.", "deafness", Assertion.EXCLUDED),
        ("Concern about deafness, but audiology was not normal.", "deafness", Assertion.UNCERTAIN),
        ("Concern about deafness, audiology if normal no review.", "deafness", Assertion.UNCERTAIN),
        ("Concern about deafness; gait is normal.", "deafness", Assertion.UNCERTAIN),
        ("MRI to look for tethered cord: normal.", "tethered cord", Assertion.EXCLUDED),
        ("MRI to look for tethered cord: booked.", "tethered cord", Assertion.HYPOTHETICAL),
        ("At risk of stroke, but pressure is normal.", "stroke", Assertion.HYPOTHETICAL),
        ("Fear of diabetes - the HbA1c of 34 rules it out.", "diabetes", Assertion.EXCLUDED),
    ],
)
def test_result_answers_a_worry_or_a_test_and_no_risk(text, finding, expected):
    start = text.index(finding)
    (found,) = AssertionRules.load().modifiers(text, [(start, start + len(finding))])
    assert (Assertion.EXCLUDED in {m.assertion for m in found}) == (expected is Assertion.EXCLUDED)
    assert expected in {m.assertion for m in found}


def test_outcome_is_no_answer_to_a_condition():
    assert find_outcome("fever, negative", 5, 15, trigger="return if") == ""
    assert find_outcome("fever, negative", 5, 15, trigger="screened for") == "negative"


def test_advice_in_the_line_of_its_header_ends_with_its_sentence():
    note = "Red flags: fever, rash. He has ataxia.\nDifferential: lupus. Tremor today."
    advice, differential = find_sections(note)
    assert note[advice.start : advice.end] == " fever, rash."
    assert note[differential.start : differential.end] == " lupus."
    assert (advice.assertion, differential.assertion) == (
        Assertion.HYPOTHETICAL,
        Assertion.UNCERTAIN,
    )


def test_advice_without_a_colon_is_no_header():
    assert find_sections("Surveillance\nNo recurrence.") == ()


def test_negation_ends_before_a_condition_or_a_risk():
    assert said("No sports in view of the danger of splenic rupture.", "splenic rupture") is (
        Assertion.HYPOTHETICAL
    )
    assert said("Do not give if hypotension.", "hypotension") is Assertion.HYPOTHETICAL
    assert said("Not yet screened for deafness.", "deafness") is Assertion.HYPOTHETICAL


def test_cause_that_is_looked_for_leaves_the_finding_present():
    assert said("MRI to look for the cause of the ataxia.", "ataxia") is None
    assert said("The cause of the ataxia is uncertain.", "ataxia") is None


def test_time_is_linear_in_length_where_every_sentence_has_cues():
    note = "I wonder whether it may be ataxia, should fever occur, call; risk of stroke if not. "
    rules = AssertionRules.load()

    def seconds(n: int) -> float:
        text = note * n
        spans = [m.span() for m in re.finditer("ataxia|fever|stroke", text)]
        started = perf_counter()
        rules.modifiers(text, spans)
        return perf_counter() - started

    seconds(5)
    short, long = seconds(50), seconds(400)
    assert long < 8 * 4 * short + 0.5


def test_rule_out_is_a_doubt_but_under_a_request_a_purpose():
    assert said("Impression: rule out lupus.", "lupus") is Assertion.UNCERTAIN
    note = "Reason for referral: new murmur. Rule out lupus."
    assert said(note, "lupus") is Assertion.HYPOTHETICAL
