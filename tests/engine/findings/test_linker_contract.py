"""What every linker promises, whatever it is made of."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nosograph.engine.findings.linking.dictionary import (
    DictionaryLinker,
    EntityLinker,
    LinkerOptions,
)
from nosograph.engine.findings.linking.linker_index import LinkerIndex, TermName
from nosograph.engine.findings.mention import Assertion, Mention

LINKERS = ("dictionary", "dictionary, nested", "scispacy")

NOTES = (
    "Seizures and severe hearing loss; broad, short thumbs.",
    "Atrial septal defect (ASD) was closed. ASD is familial. GDD. No speech.",
    "Palmar and plantar pits.\n\nLow-set ears:\tnone\nFalls, FEVER, oedema of the kidney cyst",
    "low blood sugar\r\nCyst in the left kidney. Hearing impairment/hearing loss",
    "up-slanting palpebral fissures, hypotonic, headaches, mígraine",
)
ODD = {
    "nothing": "",
    "white space": " \t\n\r\f\v\u00a0\u2028\u3000",
    "control characters": "seizures\x00ataxia\x1b[31m fever\x7f\u200b \ufeffheadache",
    "emoji": "🤒 fever 👩🏽‍⚕️ seizures🧠ataxia 🇩🇪",
    "right to left": "المريض لديه seizures و ataxia \u202ereverof\u202c חום",
    "HTML": "<p class='x'>Seizures&nbsp;<b>ataxia</b></p><br/>&lt;fever&gt;",
    "a long token": "a" * 50_000 + " fever",
    "a long token of signs": "(" * 50_000 + "fever" + ")" * 50_000,
    "a long row of words": "seizure " * 5_000,
    "no end of a sentence": "fever and headache with " * 2_000,
    "lone surrogate": "fever \ud800 headache",
    "letters that grow": "İ" * 30 + " seizures ŉ ataxia ß",
    "combining marks": "se\u0301izures a\u0308taxia fever\u0301",
}


@pytest.fixture(scope="module", params=LINKERS)
def any_linker(
    request: pytest.FixtureRequest, toy_index: LinkerIndex, term_names: list[TermName]
) -> EntityLinker:
    if request.param == "scispacy":
        pytest.importorskip("scispacy", reason="needs pip install 'nosograph[scispacy]'")
        from nosograph.engine.findings.linking.scispacy import ScispacyLinker

        return ScispacyLinker(term_names)
    nested = request.param == "dictionary, nested"
    return DictionaryLinker(toy_index, options=LinkerOptions(nested=nested))


def assert_keeps_its_promises(text: str, mentions: tuple[Mention, ...]) -> None:
    assert isinstance(mentions, tuple)
    assert [m.start for m in mentions] == sorted(m.start for m in mentions)
    for mention in mentions:
        assert 0 <= mention.start < mention.end <= len(text)
        assert mention.text == text[mention.start : mention.end]
        assert mention.text == mention.text.strip() != ""
        assert mention.assertion is Assertion.PRESENT
        assert not mention.trigger
        assert not mention.discounted
        assert 0 < mention.confidence <= 1
        chosen, *others = mention.candidates
        assert (chosen.term_id, chosen.label) == (mention.term_id, mention.label)
        assert (chosen.matched_name, chosen.reason) == (mention.matched_name, mention.match_kind)
        assert chosen.score >= mention.confidence
        scores = [candidate.score for candidate in mention.candidates]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score <= 1 for score in scores)
        assert all(candidate.matched_name and candidate.reason for candidate in others)
        assert len({candidate.term_id for candidate in mention.candidates}) == len(scores)


@pytest.mark.parametrize("text", NOTES)
def test_mentions_stand_where_they_say_and_keep_their_candidates(any_linker, text):
    mentions = any_linker.link(text)
    assert mentions
    assert_keeps_its_promises(text, mentions)


@pytest.mark.parametrize("kind", ODD)
def test_odd_text_never_raises_and_keeps_the_promises(any_linker, kind):
    assert_keeps_its_promises(ODD[kind], any_linker.link(ODD[kind]))


@pytest.mark.parametrize("kind", ["nothing", "white space"])
def test_nothing_is_found_in_nothing(any_linker, kind):
    assert any_linker.link(ODD[kind]) == ()


def test_labels_are_found_whatever_their_case(any_linker, term_names):
    for name in term_names:
        if name.kind == "label" and name.label != "Falls":  # also a verb: a linker may leave it
            for text in (name.text, name.text.upper(), f"  There is {name.text.lower()}.  "):
                assert name.term_id in {m.term_id for m in any_linker.link(text)}, text


def test_the_same_text_has_the_same_answer(any_linker):
    for text in NOTES:
        assert any_linker.link(text) == any_linker.link(text)


def test_what_stands_before_moves_mentions_and_changes_none(any_linker):
    text, before = NOTES[0], "Seen in March.\n\n"
    moved = any_linker.link(before + text)
    assert [(m.start - len(before), m.term_id) for m in moved] == [
        (m.start, m.term_id) for m in any_linker.link(text)
    ]


WORDS = (
    *("seizures", "ataxia", "hearing", "loss", "of", "broad", "short", "thumb", "thumbs", "no"),
    *("ASD", "GDD", "ears", "low-set", "kidney", "cyst", "oedema", "fever", "and", "or", "\n"),
    *",.;:()/-\t",
)
FRAGMENTS = st.sampled_from(WORDS) | st.text(max_size=6)


@settings(max_examples=150)
@given(text=st.lists(FRAGMENTS, max_size=25).map(" ".join))
def test_any_text_keeps_the_promises(any_linker, text):
    mentions = any_linker.link(text)
    assert_keeps_its_promises(text, mentions)
    assert any_linker.link(text) == mentions


def test_without_its_extra_the_second_linker_says_what_to_install():
    code = (
        "import sys; sys.modules['scispacy'] = None\n"
        "from nosograph.engine.findings.linking.scispacy import ScispacyLinker\n"
        "try:\n    ScispacyLinker([])\n"
        "except ImportError as error:\n    print(type(error).__name__, error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.startswith("MissingExtraError")
    assert "pip install 'nosograph[scispacy]'" in done.stdout
