from __future__ import annotations

import re
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.engine.findings.annotator import NoteAnnotator
from nosograph.engine.findings.assertion.assertion import AssertionRules
from nosograph.engine.findings.assertion.kinship import Kinship
from nosograph.engine.findings.mention import Assertion, Mention
from nosograph.ontologies.term import TermId

P, E, F = Assertion.PRESENT, Assertion.EXCLUDED, Assertion.FAMILY_MEMBER
H, Y, U = Assertion.HISTORY, Assertion.HYPOTHETICAL, Assertion.UNCERTAIN

# Mentions stand in brackets; the second item says what each of them is.
SENTENCES = [
    ("Mother has [seizures]; the boy has [ataxia].", [F, P]),
    ("No family history of [seizures].", [F]),
    ("His mother has [seizures] and he has [ataxia].", [F, P]),
    ("Family history: [migraine] in the mother, [deafness].\nExamination: [hypotonia].", [F, F, P]),
    ("Past medical history: [pneumonia], [asthma].\nOn examination: [hypotonia]", [H, H, P]),
    ("Rule out [meningitis].", [U]),
    ("Evaluate for [seizures].", [Y]),
    ("[absent thumbs] and no [seizures]", [P, E]),
    ("No [seizures], [ataxia] or [tremor].", [E, E, E]),
    ("No increase in [seizures].", [P]),
    ("Not only [seizures] but also [ataxia].", [P, P]),
    ("No change in [tremor].", [P]),
    ("Heart sounds were normal without [murmur].", [E]),
    ("Denies [headache], but reports [vomiting].", [E, P]),
    ("[Seizures]: none. [Ataxia]: present.", [E, P]),
    ("Possible [seizures] were noted.", [U]),
    ("[Meningitis] cannot be excluded.", [U]),
    ("[Meningitis] was ruled out.", [E]),
    ("Mother reports [seizures] since birth.", [P]),
    ("According to his mother he has [ataxia].", [P]),
    ("[Ataxia] in his maternal uncle.", [F]),
    ("Like his mother, he has [ataxia].", [P]),
    ("Unlike his sister, he has [ataxia].", [P]),
    ("Return if [fever] develops.", [Y]),
    ("At risk for [stroke].", [Y]),
    ("Screening for [cataract] is advised.", [Y]),
    ("History of [febrile seizures] as a toddler, now [ataxia].", [H, P]),
    ("No history of [seizures].", [E]),
    ("A two-day history of [fever].", [P]),
    ("The [hypotonia] has resolved.", [H]),
    ("She has no [fever] and has [cough].", [E, P]),
    ("[Ataxia] without [nystagmus].", [P, E]),
    ("He is not [hypotonic].", [E]),
    ("[Nystagmus] was not seen.", [E]),
    ("Neither [ataxia] nor [tremor] was seen.", [E, E]),
    ("- no [ataxia]\n- [tremor]\n- [seizures]", [E, P, P]),
    ("Sister with [epilepsy]. Patient has [microcephaly].", [F, P]),
    ("The patient's brother died of [sepsis]. She has [anemia] (Hb 9.8 g/dL).", [F, P]),
    ("Born to healthy parents. [Hypotonia] at birth.", [P]),
    ("7-year-old girl with [seizures] and no [ataxia], whose mother had [migraine].", [P, E, F]),
    ("Reflexes were absent. [Hypotonia] is present.", [P]),
    ("He has [ataxia] and denied [fever].", [P, E]),
    ("?[Marfan]", [U]),
    ("Suspected [cardiomyopathy].", [U]),
    ("Seizure-free, but [tremor].", [P]),
    ("[Seizures] are absent.", [E]),
    ("Exam negative for [hepatomegaly] or [splenomegaly].", [E, E]),
    ("Hb 9.8 g/dL, no. [Anemia] confirmed.", [P]),
    ("Normal intelligence, [seizures].", [P]),
    ("No dysmorphism; [hypotonia].", [P]),
    ("There was no [edema], and the patient had [rash].", [E, P]),
    ("[Growth delay] with normal [head circumference].", [P, E]),
    ("The parents are consanguineous and he has [deafness].", [P]),
    ("His father and paternal grandfather have [cataract].", [F]),
    ("Maternal grandmother: [diabetes].", [F]),
    ("She was evaluated for [short stature].", [Y]),
    ("[Seizures] are well controlled.", [P]),
    ("Not able to walk because of [spasticity].", [P]),
    ("Family history is negative for [epilepsy].", [F]),
    ("Family history was unremarkable. He has [hypotonia].", [P]),
    ("There is no evidence that the [ataxia] progresses.", [E]),
    ("He never walked and has [spasticity].", [P]),
]


CHILDREN = {"son", "daughter", "child", "children", "kid", "twin"}
LETTERS = {"P": P, "E": E, "F": F, "H": H, "Y": Y, "U": U}
TABLE = [
    line.split("\t")
    for line in Path(__file__).with_name("assertion_sentences.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def read(sentence: str) -> tuple[Mention, ...]:
    text, mentions = "", []
    for part in re.split(r"(\[[^]]{2,}\])", sentence):
        is_mention = re.fullmatch(r"\[[^]]{2,}\]", part) is not None  # "[x]" is a box
        words = part.strip("[]") if is_mention else part
        if is_mention:
            span = {"start": len(text), "end": len(text) + len(words), "text": words}
            mentions.append(Mention(**span, term_id=TermId("HP:1"), label="x"))
        text += words
    return AssertionRules.load().apply(text, mentions)


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES)
def test_sentence_says_of_each_mention_what_a_reader_would(sentence, expected):
    assert [m.assertion for m in read(sentence)] == expected


@pytest.mark.parametrize(("expected", "sentence"), TABLE)
def test_sentence_of_the_table_is_read_as_written_beside_it(expected, sentence):
    mentions = read(sentence.replace("\\n", "\n"))
    assert [(m.assertion, m.discounted) for m in mentions] == [
        (LETTERS[letter[0]], letter.endswith("-")) for letter in expected.split()
    ]


@pytest.mark.parametrize(
    "text", ["Absent thumbs.", "No speech at 4 years.", "There is absent speech."]
)
def test_negative_label_is_present(linker, text):
    assert [m.assertion for m in NoteAnnotator(linker).annotate(text)] == [P]


def test_trigger_is_recorded_for_all_but_present():
    mentions = read("No evidence of [seizures], but [ataxia].")
    assert [m.trigger for m in mentions] == ["No evidence of", ""]


def test_family_history_is_a_scope_not_a_property_of_the_sentence(linker):
    mentions = NoteAnnotator(linker).annotate("Mother has seizures; the boy has ataxia.")
    assert [m.assertion for m in mentions] == [F, P]


def test_header_opens_a_scope_to_the_next_header():
    note = "FAMILY HISTORY:\n- [migraine]\n- [seizures]\nEXAMINATION:\n[ataxia]"
    assert [m.assertion for m in read(note)] == [F, F, P]


def test_patient_is_not_family_even_in_the_family_history():
    note = "Family history: mother with [migraine]. The patient has [ataxia]."
    assert [m.assertion for m in read(note)] == [F, P]


def test_modifiers_keep_what_apply_outranks():
    text = "No history of seizures."
    ((modifier, *more),) = AssertionRules.load().modifiers(text, [(14, 22)])
    assert {modifier.assertion, *(m.assertion for m in more)} == {E, H}


RELATIVES = sorted(set(Kinship.load().gender) - CHILDREN)


@pytest.mark.parametrize("word", RELATIVES)
def test_every_relative_may_report_without_being_the_subject(word):
    capital = word.capitalize()
    for verb in ("denies", "denied", "has denied", "also denies", "deny", "did not notice"):
        assert [m.assertion for m in read(f"{capital} {verb} [seizures] or [ataxia].")] == [E, E]
    for verb in ("reports", "noticed", "states that he has", "says she has", "has described"):
        assert [m.assertion for m in read(f"{capital} {verb} [seizures].")] == [P], verb
    for before in ("According to the", "As witnessed by her", "Per"):
        assert [m.assertion for m in read(f"{before} {word}, he has [seizures].")] == [P]


@pytest.mark.parametrize("word", RELATIVES)
def test_every_relative_is_a_subject_where_he_or_she_has_something(word):
    for sentence in (
        f"His {word} has [seizures] and [ataxia].",
        f"{word.capitalize()}: [seizures], no [ataxia].",
        f"[Seizures] and [ataxia] in her {word}.",
        f"A {word} with [seizures] and [ataxia].",
        f"Her {word} is well but has [seizures] and [ataxia].",
    ):
        assert [m.assertion for m in read(sentence)] == [F, F], sentence


def test_time_is_linear_in_length_where_persons_and_negations_repeat():
    note = "Mother denies [seizures] and her brother, he and she have no [ataxia] - and is "
    short, long = (read_seconds(note * n) for n in (100, 800))
    assert long < 8 * 4 * short + 0.5


def read_seconds(sentence: str) -> float:
    started = perf_counter()
    read(sentence)
    return perf_counter() - started


WORDS = st.sampled_from(
    [
        "mother",
        "he",
        "she",
        "patient",
        "no",
        "not",
        "and",
        "but",
        ",",
        ".",
        "-",
        ":",
        "?",
        "+",
        "(-)",
        "yes",
        "\n",
        "\n\n",
        "FH:",
        "PMH:",
        "in",
        "of",
        "his",
        "ataxia",
        "seizures",
        "resolved",
        "likely",
        "unlikely",
        "denies",
        "reports",
        "has",
        "was",
        "noted",
        "present",
        "5-year-old",
        "girl",
    ]
)


@given(st.lists(WORDS, max_size=40))
def test_any_words_are_read_and_nothing_but_the_assertion_changes(words):
    text = " ".join(words)
    spans = [m.span() for m in re.finditer("ataxia|seizures", text)]
    mentions = [
        Mention(start=a, end=b, text=text[a:b], term_id=TermId("HP:1"), label="x") for a, b in spans
    ]
    found = AssertionRules.load().apply(text, mentions)
    assert [(m.start, m.end, m.text) for m in found] == [(m.start, m.end, m.text) for m in mentions]
    assert all(m.trigger in " ".join(text.split()) for m in found)
    assert all(m.assertion in (U, H) for m in found if m.discounted)
