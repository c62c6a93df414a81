"""The frozen set for assertion: unchanged, and split by a rule that nobody can bend."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from importlib import resources

from nosograph.engine.evaluation.assertion_report import run_assertion_benchmark
from nosograph.engine.evaluation.own_sentences import read_marked_texts
from nosograph.engine.findings.mention import Assertion, Mention

SET = resources.files("nosograph.engine.evaluation") / "own_sentences.tsv"
FROZEN = "af6ae25ff391f0f51f622fad0711cb2bc82dcfa47d3b2b7319cc6247072265d3"


def _rows() -> list[dict[str, str]]:
    lines = SET.read_text("utf-8").splitlines()
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_the_set_is_as_it_was_when_it_was_frozen() -> None:
    """Labels are not changed to suit the rules: docs/assertion_set.md lists what is disputed."""
    assert hashlib.sha256(SET.read_bytes()).hexdigest() == FROZEN


def test_a_text_is_in_the_half_that_the_hash_of_its_number_says() -> None:
    for row in _rows():
        number = row["id"].partition(".")[0]
        is_even = int(hashlib.sha256(number.encode()).hexdigest(), 16) % 2 == 0
        assert row["half"] == ("dev" if is_even else "test"), row["id"]


def test_the_set_is_large_enough_and_every_target_stands_in_its_text() -> None:
    rows = _rows()
    assert len({row["text"] for row in rows}) >= 330
    assert len({row["id"] for row in rows}) == len(rows) == 466
    for row in rows:
        assert row["text"].count(row["target"]) >= int(row["occurrence"]) >= 1, row["id"]


def test_the_second_place_of_a_phrase_is_found_and_line_breaks_are_read() -> None:
    header = "id\thalf\ttext\ttarget\toccurrence\texpected"
    rows = [
        "t1.2\ttest\tMother: ataxia.\\nNo ataxia.\tataxia\t2\texcluded",
        "t1.1\ttest\tMother: ataxia.\\nNo ataxia.\tataxia\t1\tfamily_member",
        "t2.1\tdev\tAtaxia.\tAtaxia\t1\tpresent",
    ]
    first, second = read_marked_texts([header, *rows])
    assert first.text == "Mother: ataxia.\nNo ataxia."
    assert [(p.start, p.expected.value) for p in first.phrases] == [
        (8, "family_member"),
        (19, "excluded"),
    ]
    assert (first.half, second.half) == ("test", "dev")


def test_every_half_is_counted_by_itself_and_every_class_against_all_others() -> None:
    def says_present(text: str, mentions: Sequence[Mention]) -> Sequence[Mention]:
        return mentions

    report = run_assertion_benchmark(says_present)
    dev, test = report.halves["dev"], report.halves["test"]
    assert (dev.n_phrases, test.n_phrases) == (239, 227)
    assert dev.score(Assertion.PRESENT).recall == 1
    assert dev.score(Assertion.PRESENT).precision == dev.accuracy == 40 / 239
    assert dev.score(Assertion.FAMILY_MEMBER) == (0, 0, 0, 67)
    assert dev.n(Assertion.FAMILY_MEMBER, Assertion.PRESENT) == 67
    assert "| family_member | 0.000 / 0.000 / **0.000** | 67 | 67 |" in report.to_markdown()
    assert report.to_dict()["test"]["classes"]["hypothetical"]["n_expected"] == 62


def test_the_stage_sees_all_phrases_of_a_text_at_their_places() -> None:
    seen: dict[str, list[str]] = {}

    def records(text: str, mentions: Sequence[Mention]) -> Sequence[Mention]:
        assert all(text[m.start : m.end] == m.text for m in mentions)
        seen[text] = [m.text for m in mentions]
        return mentions

    run_assertion_benchmark(records)
    assert len(seen) == 372
    assert seen["Mother has migraine; he himself has had seizures since the age of four."] == [
        "migraine",
        "seizures",
    ]
