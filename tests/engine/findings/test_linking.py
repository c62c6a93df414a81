from __future__ import annotations

from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nosograph.engine.findings.annotator import NoteAnnotator
from nosograph.engine.findings.linking.dictionary import DictionaryLinker, LinkerOptions
from nosograph.engine.findings.linking.linker_index import LinkerIndex, TermName
from nosograph.ontologies.term import SynonymScope, TermId


def links(linker: DictionaryLinker, text: str) -> list[tuple[str, str]]:
    return [(m.text, m.label) for m in linker.link(text)]


def labels(names: list[str], text: str) -> list[str]:
    """Labels that a linker with these names alone finds in a text, in order."""
    named = [TermName(term_id=TermId(f"HP:{i:07}"), label=n, text=n) for i, n in enumerate(names)]
    return [m.label for m in DictionaryLinker(LinkerIndex.build(named)).link(text)]


@pytest.mark.parametrize(
    ("text", "words", "label", "match_kind"),
    [
        ("He had a seizure.", "seizure", "Seizure", "exact"),
        ("two headaches", "headaches", "Headache", "inflected"),
        ("Hypotonic at birth", "Hypotonic", "Hypotonia", "derived"),
        ("loss of hearing", "loss of hearing", "Hearing impairment", "reordered"),
        ("cyst in the left kidney", "cyst in the left kidney", "Renal cyst", "reordered"),
        ("oedema of the feet", "oedema", "Edema", "inflected"),
        ("low set ears", "low set ears", "Low-set ears", "exact"),
        ("Ears: low-set.", "Ears: low-set", "Low-set ears", "reordered"),
        ("upslanting palpebral fissures", "upslanting palpebral fissures",
         "Upslanted palpebral fissure", "inflected"),
        ("SEVERE HEARING LOSS WAS FOUND", "HEARING LOSS", "Hearing impairment", "exact"),
        ("hypoglycaemia", "hypoglycaemia", "Hypoglycemia", "inflected"),
    ],
)  # fmt: skip
def test_names_are_found_however_they_are_written(linker, text, words, label, match_kind):
    (mention,) = linker.link(text)
    assert (mention.text, mention.label, mention.match_kind) == (words, label, match_kind)
    assert 0 < mention.confidence <= 1


def test_longest_name_wins_and_nested_ones_can_be_asked_for(toy_index):
    text = "global developmental delay"
    assert len(DictionaryLinker(toy_index).link(text)) == 1
    nested = DictionaryLinker(toy_index, options=LinkerOptions(nested=True))
    assert {m.label for m in nested.link("Absent thumbs")} == {"Absent thumb"}


def test_words_of_different_sentences_are_never_one_name(linker):
    assert links(linker, "He has no hearing. Loss of weight.") == []


def test_commas_part_words_that_merely_stand_together(linker):
    assert links(linker, "a cyst, renal agenesis") == []


def test_coordinated_names_are_both_found(linker):
    assert {label for _, label in links(linker, "palmar and plantar pits")} == {
        "Palmar pits",
        "Plantar pits",
    }
    assert {label for _, label in links(linker, "short, broad thumbs and fever")} >= {
        "Broad thumb",
        "Fever",
    }


def test_ambiguous_abbreviation_fires_only_if_the_note_defines_it(linker):
    assert links(linker, "ASD was seen.") == []
    text = "Atrial septal defect (ASD) at birth. The ASD closed."
    assert [label for _, label in links(linker, text)] == ["Atrial septal defect"] * 3


def test_abbreviation_that_the_note_defines_otherwise_is_silent(linker):
    assert links(linker, "Gradual dose decrease (GDD) was begun; GDD went well.") == []


def test_abbreviation_needs_its_capitals(linker):
    assert links(linker, "gdd") == []
    assert links(linker, "GDD since birth") == [("GDD", "Global developmental delay")]


def test_everyday_word_does_not_fire(linker):
    assert links(linker, "She falls asleep") == []


def test_related_synonym_is_less_sure_than_label(linker):
    (related,) = linker.link("low blood sugar")
    (label,) = linker.link("hypoglycemia")
    assert related.confidence < label.confidence


def test_laboratory_values_do_not_disturb(linker):
    text = "Hb 9.8 g/dL, Na 135 mmol/L (135-145). Fever 38.5 °C."
    assert links(linker, text) == [("Fever", "Fever")]


@pytest.mark.parametrize(
    "text", ["", " \n\t", "seizure", "(" * 3000, "a" * 100_000, "\ud800 seizure"]
)
def test_odd_texts_never_raise(linker, text):
    assert all(text[m.start : m.end] == m.text for m in NoteAnnotator(linker).annotate(text))


def test_empty_index_finds_nothing():
    assert DictionaryLinker(LinkerIndex.build([])).link("seizure and ataxia") == ()


def test_long_note_gives_the_same_mentions_as_its_parts(linker):
    part = "No seizures were seen, but ataxia and low-set ears. " * 40 + "\n"
    n_part = len(linker.link(part))
    assert len(linker.link(part * 100)) == 100 * n_part


class TestAnyText:
    pieces: ClassVar = st.sampled_from(
        ["no ", "seizures", "ataxia", "ASD", " (GDD)", "global developmental delay", ", ", ". ",
         "\n", "and ", "/", "-", ":", "mother ", "\x00", "مرض ", "😀", "İ", "ß", "9.8 g/dL", "ﬁ"]
    )  # fmt: skip

    @settings(max_examples=150, deadline=None)
    @given(text=st.one_of(st.text(max_size=80), st.lists(pieces, max_size=25).map("".join)))
    def test_offsets_are_valid_and_ordered(self, linker, text):
        mentions = NoteAnnotator(linker).annotate(text)
        assert all(text[m.start : m.end] == m.text and m.text for m in mentions)
        assert [m.start for m in mentions] == sorted(m.start for m in mentions)
        assert all(0 < m.confidence <= 1 for m in mentions)


class TestHeaders:
    names: ClassVar = ["Clinodactyly", "Clinodactyly of feet", "Low-set ears"]

    def test_header_of_one_part_says_where(self):
        assert labels(self.names, "FEET: mild clinodactyly") == ["Clinodactyly of feet"]
        assert labels(self.names, "EARS: low-set") == ["Low-set ears"]

    @pytest.mark.parametrize("header", ["HANDS FEET", "HANDS AND FEET", "Hands and feet"])
    def test_header_of_two_parts_does_not(self, header):
        assert labels(self.names, f"{header}: mild clinodactyly") == ["Clinodactyly"]


class TestClosedWords:
    names: ClassVar = [
        "Hypoplastic toenails",
        "Low anterior hairline",
        "Overhanging face",
        "Thetoes",
    ]

    def test_words_are_closed_if_a_name_writes_them_as_one(self):
        assert labels(self.names, "hypoplastic toe nails, low anterior hair line") == self.names[:2]

    def test_name_in_two_words_is_found_although_another_closes_them(self):
        names = ["Sparse hairline", "Low hair line"]
        assert labels(names, "low hair line; low hairline; sparse hair line") == [
            "Low hair line", "Low hair line", "Sparse hairline",
        ]  # fmt: skip

    def test_articles_are_never_closed(self):
        assert labels(self.names, "the toes") == []


class TestWordFamilies:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("long lashes", "Long eyelashes"),
            ("small nares", "Small nostril"),
            ("abnormal clavicular shape", "Abnormal clavicle shape"),
            ("spider angiomas", "Spider hemangioma"),
            ("decreased muscle bulk", "Decreased muscle mass"),
            ("multiple nevi", "Numerous nevi"),
            ("protuberant tongue", "Protruding tongue"),
            ("A well-healed scar.", "Scarring"),
            ("She is obese.", "Obesity"),
            ("an ataxic boy", "Ataxia"),
            ("ocular and articular manifestations", "Abnormality of the eye"),
            ("a longer philtrum", "Long philtrum"),
            ("widely spaced eyes", "Wide spaced eyes"),
            ("II/VI murmur", "Heart murmur"),
        ],
    )
    def test_members_meet(self, text, name):
        assert labels([name], text) == [name]

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("full term", "Prominence"),
            ("many visits", "Numerous"),
            ("an edematous limb", "Edema"),
            ("the lid", "Eyelid"),
            ("other manifestations", "Abnormality"),
            ("the fifth digit is short", "Short fifth finger"),
            ("the lower lip is long", "Low long lip"),
        ],
    )
    def test_most_words_do_not_name_a_finding_by_themselves(self, text, name):
        assert labels([name], text) == []


class TestShortenedNames:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("a systolic murmur", "Systolic heart murmur"),
            ("elevated CK", "Elevated serum CK concentration"),
            ("platelets were low", "Low platelet count"),
            ("decreased tone", "Decreased muscle tone"),
            ("reflexes were absent", "Absent tendon reflexes"),
        ],
    )
    def test_implied_word_may_be_left_out(self, text, name):
        assert labels([name], text) == [name]

    def test_word_that_nothing_implies_may_not(self):
        assert labels(["Systolic heart murmur", "Heart failure"], "systolic failure") == []
        assert labels(["Platelet count"], "platelets") == []

    def test_whole_name_is_surer(self):
        assert labels(["Systolic heart murmur", "Systolic murmur"], "systolic murmur") == [
            "Systolic murmur"
        ]


class TestDescriptionsInARow:
    names: ClassVar = ["Long philtrum", "Flat philtrum", "Short toe", "Broad toe", "Small ears"]

    def test_each_takes_the_head_behind_the_row(self):
        assert labels(self.names, "long flat philtrum") == ["Long philtrum", "Flat philtrum"]
        assert labels(self.names, "short, broad toes") == ["Short toe", "Broad toe"]
        assert labels(self.names, "small posteriorly rotated ears") == ["Small ears"]

    @pytest.mark.parametrize(
        "text",
        ["long face, philtrum", "short happy toes", "short. Broad feet", "small red ears"],
    )
    def test_other_words_end_the_row(self, text):
        assert labels(self.names, text) == []


class TestWordsInBetween:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("FACE: very subtle asymmetry", "Facial asymmetry"),
            ("The nose is of bulbous appearance", "Bulbous nose"),
            ("The teeth all appeared conical-shaped.", "Conical teeth"),
            ("Some oedema was seen in the genital area", "Genital area edema"),
        ],
    )
    def test_how_it_looks_says_nothing(self, text, name):
        assert labels([name], text) == [name]

    def test_head_of_a_list_is_not_one_of_its_modifiers(self):
        assert labels(["Clefts, facial"], "clefts, lips and unusual facial appearance") == []


class TestWhereANameEnds:
    names: ClassVar = ["Branchial anomaly", "Small fontanelle", "Because of but", "Toe fontanelle"]

    def test_function_word_ends_it(self):
        assert labels(self.names, "branchial and renal anomalies because of a gene") == [
            "Branchial anomaly"
        ]
        assert labels(self.names, "the fontanelle is small but open") == ["Small fontanelle"]

    def test_other_word_goes_on(self):
        assert labels(self.names, "the fontanelle is small toe") == []


class TestWhatIsSaidOfASubject:
    names: ClassVar = ["Low-set ears", "Small ears", "Rotated ears", "Flat philtrum", "Flat head"]

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("EARS: low-set and rotated", ["Low-set ears", "Rotated ears"]),
            (
                "EARS: low-set, small, mildly rotated",
                ["Low-set ears", "Small ears", "Rotated ears"],
            ),
            ("The ears are small and low-set.", ["Small ears", "Low-set ears"]),
            ("The philtrum was long and flat.", ["Flat philtrum"]),
        ],
    )
    def test_each_description_goes_with_it(self, text, found):
        assert sorted(labels(self.names, text)) == sorted(found)

    @pytest.mark.parametrize(
        "text",
        [
            "HEAD: wide fontanelle, open and flat",
            "EARS AND NOSE: long, small",
            "HEAD: long, flat occiput",
            "The ears are red. Small, rotated.",
        ],
    )
    def test_what_is_said_of_something_else_does_not(self, text):
        assert labels([*self.names, "Occiput fontanelle"], text) == []


class TestKnownAbbreviations:
    names: ClassVar = ["Patent foramen ovale", "Hypertension", "Atrial septal defect"]

    def test_they_are_found_in_capitals_and_in_the_plural(self):
        assert labels(self.names, "PFO closed, HTN treated; two PFOs") == [
            "Patent foramen ovale", "Hypertension", "Patent foramen ovale",
        ]  # fmt: skip

    def test_note_may_define_them_otherwise(self):
        assert labels(self.names, "a public funding office (PFO); the PFO paid") == []

    def test_ambiguous_ones_are_left_out(self):
        assert labels(self.names, "ASD; htn; pfo") == []


class TestEverydayNames:
    names: ClassVar = ["Seizure", "Dysuria", "Hypertension", "Lymphadenopathy", "Dyspepsia"]

    def test_they_are_names_of_the_term(self):
        text = "Convulsions. High blood pressure. Urination is painful. Enlarged lymph node."
        assert labels(self.names, text) == ["Seizure", "Hypertension", "Dysuria", "Lymphadenopathy"]

    def test_what_merely_goes_with_a_finding_does_not_name_it(self):
        assert labels(self.names, "belching, high blood sugar, enlarged node") == []


class TestListBehindAName:
    names: ClassVar = ["Cyst of the eye", "Cyst of the ear", "Cyst of the rib", "Red ear"]

    def test_every_item_takes_what_stands_before_the_list(self):
        assert labels(self.names, "cysts of the eyes, ears and ribs") == [
            "Cyst of the rib", "Cyst of the ear", "Cyst of the eye",
        ]  # fmt: skip

    def test_list_needs_a_preposition(self):
        assert labels(self.names, "red eyes, ears and ribs") == []


def test_a_given_name_is_no_malformation():
    linker = DictionaryLinker(
        LinkerIndex.build(
            [TermName(term_id=TermId("HP:0009827"), label="Amelia", text="Amelia")],
        )
    )
    assert linker.link("Re: Mrs Amelia Smith. Amelia is well.") == ()
    assert [m.text for m in linker.link("There is amelia of the left arm.")] == ["amelia"]


def test_other_terms_that_fit_the_words_are_kept_as_candidates():
    names = [
        TermName(term_id=TermId("HP:0000001"), label="Gait ataxia", text="Gait ataxia"),
        TermName(term_id=TermId("HP:0000002"), label="Ataxic walk", text="Ataxia of gait"),
        TermName(
            term_id=TermId("HP:0000003"),
            label="Unsteady",
            text="Gait ataxia",
            scope=SynonymScope.RELATED,
            kind="",
        ),
    ]
    (mention,) = DictionaryLinker(LinkerIndex.build(names)).link("She has gait ataxia.")
    assert [(c.label, c.matched_name, c.reason) for c in mention.candidates] == [
        ("Gait ataxia", "Gait ataxia", "exact"),
        ("Ataxic walk", "Ataxia of gait", "reordered"),
        ("Unsteady", "Gait ataxia", "exact"),
    ]
    assert [round(c.score, 3) for c in mention.candidates] == [1.0, 0.85, 0.7]
    assert mention.confidence == 1.0


def test_terms_that_fit_equally_well_share_the_confidence_but_not_the_score():
    names = [
        TermName(term_id=TermId(f"HP:000000{n}"), label=f"Term {n}", text="Odd gait", kind="")
        for n in (1, 2)
    ]
    (mention,) = DictionaryLinker(LinkerIndex.build(names)).link("An odd gait.")
    assert [c.score for c in mention.candidates] == [1.0, 1.0]
    assert mention.confidence == 0.5


def test_a_short_form_keeps_the_candidates_of_what_it_stands_for(linker):
    short_form = linker.link("Atrial septal defect (ASD) at birth.")[1]
    assert short_form.text == "ASD"
    assert [(c.term_id, c.reason) for c in short_form.candidates] == [
        (short_form.term_id, "abbreviation")
    ]
    assert short_form.candidates[0].score == short_form.confidence
