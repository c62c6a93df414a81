"""In a note, typing errors are repaired and real words are not."""

from __future__ import annotations

import re
from itertools import chain
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nosograph.engine.findings.annotator import NoteAnnotator
from nosograph.engine.findings.linking.dictionary import REPAIRED_CONFIDENCE, DictionaryLinker
from nosograph.engine.findings.linking.spelling import SpellingIndex

NAMED = "absent seizure low set ears global developmental delay of palmar plantar pits hearing loss"
WORDS = ["He had been well before", "ataxia", "seizure and seizures", "hypertonia", "hypotonia"]


@pytest.fixture(scope="module")
def toy_spelling(toy_index) -> SpellingIndex:
    texts = chain(toy_index.words(), WORDS)
    return SpellingIndex.build(texts, english={"crash": 5, "rumours": 3})


@pytest.fixture(scope="module")
def toy_linker(toy_index, toy_spelling) -> DictionaryLinker:
    return DictionaryLinker(toy_index, spelling=toy_spelling)


@pytest.fixture(scope="module")
def annotator(embedded_graph) -> NoteAnnotator:
    return NoteAnnotator.open(embedded_graph)


MISSPELT = [
    ("She had siezures.", "Seizure"),
    ("She had a seizrue at night.", "Seizure"),
    ("Recurrent siezures and ataxai.", "Ataxia"),
    ("epilpesy since infancy", "Seizure"),
    ("global develpmental delay", "Global developmental delay"),
    ("nystgmus on lateral gaze", "Nystagmus"),
    ("bilateral nystagmuss", "Nystagmus"),
    ("HEAD: Dolicocephaly", "Dolichocephaly"),
    ("microcephlay and short stature", "Microcephaly"),
    ("severe scolisois", "Scoliosis"),
    ("a holosytolic murmur", "Holosystolic murmur"),
    ("long philrum", "Long philtrum"),
    ("Ears: low-set, psteriorly rotated ears", "Posteriorly rotated ears"),
    ("up-slanting palperbal fissures", "Upslanted palpebral fissure"),
    ("wide nasasl bridge", "Wide nasal bridge"),
    ("supernummerary nipples", "Supernumerary nipple"),
    ("Ambigous genitalia", "Ambiguous genitalia"),
    ("No axial hyptonia.", "Axial hypotonia"),
    ("arachnodactlyy of the fingers", "Arachnodactyly"),
    ("clindactyly of the fifth finger", "Clinodactyly of the 5th finger"),
    ("hepatosplenomeagly", "Hepatosplenomegaly"),
    ("chronic diarhoea", "Chronic diarrhea"),
    ("chronic diarrhoeaa", "Chronic diarrhea"),
    ("a subarachnoid haemorrhge", "Subarachnoid hemorrhage"),
    ("recurrent infectoins", "Recurrent infections"),
    ("cataracts and glaucmoa", "Glaucoma"),
    ("sensorineural heraing loss", "Sensorineural hearing impairment"),
    ("sensorinerual hearing loss", "Sensorineural hearing impairment"),
    ("optic atrohpy", "Optic atrophy"),
    ("ventricular septal defcet", "Ventricular septal defect"),
    ("failure to thirve", "Failure to thrive"),
    ("intelectual disability", "Intellectual disability"),
    ("mental retardaton", "Intellectual disability"),
    ("cleft palaet", "Cleft palate"),
    ("joint hypermobliity", "Joint hypermobility"),
    ("peripheral neuropahty", "Peripheral neuropathy"),
    ("HYPERTELORISM AND SEVERE MICROGNATHAI WERE SEEN", "Micrognathia"),
    ("Hirsuitism was noted.", "Hirsutism"),
    ("frequent headahces", "Headache"),
    ("vomitting", "Vomiting"),
    ("jaundiec in the newborn", "Jaundice"),
    ("hypertichosis", "Hypertrichosis"),
    ("undesended testes", "Cryptorchidism"),
    ("a cyst in the left kideny", "Renal cyst"),
]

REAL = re.findall(
    r"\w+",
    # One edit from a word of a name each, or nearly; the English list, a definition, the name of a
    # disease or a prefix says that they mean what they say.
    "crash trash brash crashes drowsy pipes homeless homelessness floss squirt tickets tutors "
    "rumors rumours cancels canners dropper hissing waiting lever never fewer sever couch tough "
    "rough caught month south mount horse house course plate climbs lingers singers snails tails "
    "booth strike stoke rigid rigour comma coats breach beach bread break heard nearing bearing "
    "dreading skirt skill shell spite drain grain train plain paint faint feint river diver lunch "
    "bleeding breeding hopeful falter flutter clutter batter letter litter bitter ladder bladder "
    "adder madder poser lamp damp gram cramp tramp crams later water thirst thrust mussel tissue "
    "issue pulse purse nurse curse voice void vomit summit attach attack asthma stature statue "
    "statute vision division fission mission lesion legion region scaly scald scale scarf scan "
    "sweating sweeping weeping seizing sizing wheeling wheezing sneezing squeezing burn burnt "
    "microgyria atraumatic rehydration acentric nontoxic dysconjugate heterotypic ligase "
    "aunts coma comet tumult tumble rumble stumble humble bruise cruise braise praise fervour",
)


@pytest.mark.parametrize(("text", "label"), MISSPELT)
def test_misspelt_name_is_found_as_written(annotator, text, label):
    mentions = [m for m in annotator.annotate(text) if m.label == label]
    assert mentions, [m.label for m in annotator.annotate(text)]
    assert all(m.text == text[m.start : m.end] for m in mentions)
    assert any(m.read_as for m in annotator.annotate(text))


def test_there_are_enough_real_words():
    assert len(set(REAL)) > 100


@pytest.mark.parametrize("word", REAL)
def test_real_word_is_never_repaired(annotator, word):
    for text in (f"There was {word} today.", word, f"{word.capitalize()} was seen."):
        assert [m.read_as for m in annotator.annotate(text) if m.read_as] == []


@pytest.mark.parametrize(
    "text",
    [
        "seen by Dr Ataxai",
        "Drs Smith and Siezures",
        "Ataxai et al. 2010 wrote",
        "see www.siezures.org",
        "mail ataxai@example.org",
        "the gene SIEZURE was cloned",
        "siezur3s",
        "a siezo-graph",
        "SIEZURE: none",
    ],
)
def test_names_addresses_and_symbols_are_left_alone(toy_linker, text):
    assert toy_linker.link(text) == ()


@pytest.mark.parametrize(
    "text",
    ["Siezures began.", "1. Siezures", "Siezures", "He fell. Siezures began.", "- Siezures",
     "ASSESSMENT: SIEZURES AND HEARING LOSS"],
)  # fmt: skip
def test_a_capital_at_the_beginning_is_no_name(toy_linker, text):
    assert "Seizure" in {m.label for m in toy_linker.link(text)}


def test_reason_and_confidence_say_that_it_was_repaired(toy_linker, linker):
    (repaired,) = toy_linker.link("Up-slantign palpebral fissures")
    (written,) = linker.link("Up-slanting palpebral fissures")
    assert repaired.text == "Up-slantign palpebral fissures"
    assert repaired.read_as == "Up slanting palpebral fissures"
    assert written.read_as == ""
    assert repaired.confidence == pytest.approx(REPAIRED_CONFIDENCE)
    assert (repaired.match_kind, written.term_id) == ("exact", repaired.term_id)


def test_a_repaired_word_alone_must_be_the_name_itself(toy_linker):
    assert [m.label for m in toy_linker.link("hypotonai")] == ["Hypotonia"]
    assert toy_linker.link("hypotonc") == ()


def test_note_of_nothing_but_unknown_words_is_linear(toy_spelling, toy_index):
    """Counted, not timed: no unknown word is looked at twice."""
    linker = DictionaryLinker(toy_index, spelling=toy_spelling)
    words = ["".join(chr(97 + int(d)) for d in f"{number:07}") for number in range(3000)]
    seen: list[str] = []
    repair = toy_spelling.repair
    toy_spelling.repair = lambda word, **options: seen.append(word) or repair(word, **options)
    try:
        linker.link(" ".join(words * 2))
    finally:
        del toy_spelling.repair
    assert len(seen) == len(set(seen)) <= len(words)


class TestAnyText:
    letters: ClassVar = st.text("abcdeiorstuxz", min_size=1, max_size=9)
    pieces: ClassVar = st.sampled_from(
        ["siezures", "ataxai ", "hypotonai", "low-set eras ", "absnet thumbs", "plamar and plantar ",
         "pits", ", ", ". ", "\n", "/", "-", "SIEZURES ", "@", "é", "😀", "no ", "GDD", "brod thumb "]
    )  # fmt: skip

    @settings(max_examples=200)
    @given(text=st.lists(st.one_of(pieces, letters), max_size=25).map("".join))
    def test_offsets_hold_and_the_text_stays_as_written(self, toy_linker, text):
        for mention in toy_linker.link(text):
            assert mention.text == text[mention.start : mention.end] != ""
            assert 0 < mention.confidence <= 1

    @settings(max_examples=200)
    @given(words=st.lists(st.sampled_from(NAMED.split())))
    def test_nothing_is_repaired_where_every_word_is_known(self, toy_linker, linker, words):
        text = " ".join(words)
        assert toy_linker.link(text) == linker.link(text)

    @settings(max_examples=100)
    @given(
        words=st.lists(
            st.sampled_from(
                ["siezures", "ataxai", "hypotonai", "no", "of", ",", ".", "fever", "absent"]
            )
        )
    )
    def test_a_note_read_as_it_was_repaired_gives_the_same_terms(self, toy_linker, words):
        meant = {"siezures": "seizures", "ataxai": "ataxia", "hypotonai": "hypotonia"}
        before = toy_linker.link(" ".join(words))
        after = toy_linker.link(" ".join(meant.get(word, word) for word in words))
        assert [m.term_id for m in before] == [m.term_id for m in after]
