from __future__ import annotations

import pytest

from nosograph.engine.evaluation.article_parts import report_part


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Abstract\na\n1. Introduction\nb\n2. Case presentation\nc\n3. Discussion\nd\nReferences\ne",
         "2. Case presentation\nc\n"),
        ("INTRODUCTION\r\nb\r\nRESULTS\r\nc\r\nDISCUSSION\r\nd", "RESULTS\r\nc\r\n"),
        ("Intro\nPatients and methods\nc\nReferences\nd", "Patients and methods\nc\n"),
        # A discussion in the abstract does not end the article.
        ("Discussion\nx\nClinical report\nc\nDiscussion\nd", "Clinical report\nc\n"),
        ("The results of the discussion are told in one line.", None),
        ("", None),
    ],
)  # fmt: skip
def test_the_part_between_introduction_and_discussion_is_kept(text, part):
    assert report_part(text) == (text if part is None else part)
