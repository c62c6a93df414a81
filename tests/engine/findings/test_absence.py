from __future__ import annotations

import pytest

from nosograph.engine.findings.assertion.absence import absence_read
from nosograph.engine.findings.mention import Assertion, Mention
from nosograph.engine.pipeline import DiagnosticEngine
from nosograph.ontologies.term import TermId


@pytest.mark.parametrize(
    ("text", "label", "assertion", "discounted"),
    [
        ("MOUTH: palate intact", "Cleft palate", Assertion.EXCLUDED, False),
        ("Hearing is normal.", "Hearing impairment", Assertion.EXCLUDED, False),
        ("He walks with a normal gait.", "Gait disturbance", Assertion.EXCLUDED, False),
        ("Normal gait and coordination.", "Abnormality of coordination", Assertion.EXCLUDED, False),
        ("Past medical history: normal hearing.", "Hearing impairment", Assertion.EXCLUDED, False),
        (
            "He has no seizures and normal intelligence.",
            "Intellectual disability",
            Assertion.EXCLUDED,
            False,
        ),
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


@pytest.mark.parametrize(
    ("words", "label", "expected"),
    [
        ("ammonia and lactate not elevated", "Elevated ammonia", Assertion.EXCLUDED),
        ("not walking", "Inability to walk", Assertion.PRESENT),
        ("pulses not palpable", "Absent pulses", Assertion.PRESENT),
    ],
)
def test_negation_at_the_end_of_the_words_of_a_finding_excludes_it(words, label, expected) -> None:
    mention = Mention(
        start=0, end=len(words), text=words, term_id=TermId("HP:0000001"), label=label
    )
    assert absence_read(mention).assertion is expected
