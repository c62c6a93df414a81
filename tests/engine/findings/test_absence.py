from __future__ import annotations

import pytest

from nosograph.engine.findings.mention import Assertion
from nosograph.engine.pipeline import DiagnosticEngine


@pytest.mark.parametrize(
    ("text", "label", "assertion", "discounted"),
    [
        ("MOUTH: palate intact", "Cleft palate", Assertion.EXCLUDED, False),
        ("Hearing is normal.", "Hearing impairment", Assertion.EXCLUDED, False),
        ("He walks with a normal gait.", "Gait disturbance", Assertion.EXCLUDED, False),
        ("Normal gait and coordination.", "Abnormality of coordination", Assertion.EXCLUDED, False),
        ("Past medical history: normal hearing.", "Hearing impairment", Assertion.EXCLUDED, False),
        ("His sister has normal hearing.", "Hearing impairment", Assertion.FAMILY_MEMBER, False),
        ("Probably normal hearing.", "Hearing impairment", Assertion.UNCERTAIN, True),
    ],
)
def test_words_of_absence_exclude(
    engine: DiagnosticEngine, text: str, label: str, assertion: Assertion, discounted: bool
) -> None:
    (mention,) = [m for m in engine.link(text) if m.label == label]
    assert (mention.assertion, mention.discounted) == (assertion, discounted)


@pytest.mark.parametrize("text", ["normal lips", "an intact family"])
def test_what_names_no_finding_excludes_none(engine: DiagnosticEngine, text: str) -> None:
    assert engine.link(text) == ()
