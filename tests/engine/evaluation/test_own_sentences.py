"""The frozen set for assertion: unchanged, and split by a rule that nobody can bend."""

from __future__ import annotations

import csv
import hashlib
from importlib import resources

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
