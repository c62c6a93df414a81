from __future__ import annotations

import pytest

from nosograph.engine.evaluation.linking import NOTHING, Score
from nosograph.engine.evaluation.paired_difference import paired_f1_difference

GOOD, BAD = Score(3, 4, 3, 4), Score(1, 4, 1, 4)


def test_the_difference_is_that_of_the_pooled_figures_and_the_interval_holds_it():
    ours, theirs = [GOOD, BAD, GOOD, GOOD], [BAD, BAD, GOOD, BAD]
    difference = paired_f1_difference(ours, theirs)
    pooled = sum(ours, start=NOTHING).f1 - sum(theirs, start=NOTHING).f1
    assert difference.value == pytest.approx(pooled)
    assert 0 <= difference.low <= difference.value <= difference.high
    assert difference == paired_f1_difference(ours, theirs)  # the seed is fixed
    other = paired_f1_difference(theirs, ours)
    assert (other.value, other.low) == (-difference.value, pytest.approx(-difference.high))


def test_what_is_equal_in_every_document_differs_in_no_resample():
    scores = [Score(1, 2, 1, 3), Score(0, 5, 0, 1), NOTHING]
    assert str(paired_f1_difference(scores, scores)) == "+0.000 (+0.000 to +0.000)"
    assert paired_f1_difference([], []).value == 0
