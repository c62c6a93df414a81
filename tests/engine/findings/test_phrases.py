"""What stands around and between the words of a name decides whether they are one phrase."""

from __future__ import annotations

import pytest

from nosograph.engine.findings.annotator import NoteAnnotator
from nosograph.engine.findings.linking.composed_names import COMPOSED_KIND, composed_names
from nosograph.engine.findings.linking.dictionary import DictionaryLinker, LinkerOptions
from nosograph.engine.findings.linking.linker_index import LinkerIndex, TermName
from nosograph.engine.findings.mention import Assertion
from nosograph.ontologies.term import SynonymScope, TermId


def named(*names: str) -> list[TermName]:
    return [TermName(term_id=TermId(f"HP:{i:07}"), label=n, text=n) for i, n in enumerate(names)]


def labels(names: list[TermName], text: str) -> list[str]:
    return [m.label for m in DictionaryLinker(LinkerIndex.build(names)).link(text)]


@pytest.mark.parametrize(
    ("names", "text", "expected"),
    [
        # An adjective of the noun behind it.
        (("Abnormality of the eye",), "abnormalities in ocular saccades", []),
        (("Cardiomegaly", "Enlarged heart"), "an enlarged cardiac silhouette", []),
        (("Abnormality of the eye",), "abnormalities, mainly ocular", []),
        (("Abnormality of the eye",), "ocular abnormalities", ["Abnormality of the eye"]),
        (("Abnormal clavicle morphology", "Abnormal clavicle"), "abnormal clavicular shape",
         ["Abnormal clavicle"]),
        (("Scarring",), "a surgical scar on the chest", ["Scarring"]),
        # ... or of one that comes later.
        (("Wide nose",), "NOSE: wide and flat nasal bridge", []),
        (("Wide nose",), "NOSE: wide and flat", ["Wide nose"]),
        # The comma of a name is no comma of a list.
        (("Intellectual disability, progressive", "Intellectual disability", "Headache"),
         "intellectual disability, progressive headache", ["Intellectual disability", "Headache"]),
        (("Intellectual disability, progressive", "Intellectual disability", "Headache"),
         "intellectual disability, progressive.", ["Intellectual disability, progressive"]),
        (("Chronic diarrhea", "Diarrhea, recurrent", "Diarrhea"), "diarrhea and recurrent rash",
         ["Diarrhea"]),
        (("High, arched palate", "High palate"), "the palate is high and arched",
         ["High, arched palate"]),
        # What has an "of" of its own is not of what came before.
        (("Aplasia/Hypoplasia of the lips",), "agenesis of the lips and hypoplasia of the vermis", []),
        (("Lip prolapse", "Lip"), "a lip with sores and prolapse of the rectum", []),
        # Items of a list that are findings of their own.
        (("Abnormal femur",), "femurs, fibular aplasia and variable abnormalities", []),
        (("Abnormal thumb",), "anomalies, deafness and triphalangeal thumbs", []),
        (("Abnormality of the anus",), "imperforate anus, and renal malformations", []),
        (("Abnormality of the anus", "Abnormality of the kidney"), "anal, and renal malformations",
         ["Abnormality of the kidney"]),
        (("Abnormality of the anus", "Abnormality of the kidney", "Abnormality of the ear"),
         "anal, renal, and ear anomalies",
         ["Abnormality of the anus", "Abnormality of the kidney", "Abnormality of the ear"]),
        (("Broad fingers",), "the thumbs are broad, and the fingers are tapered", []),
        (("Abnormality of the face",), "a vitreous anomaly and a flat face", []),
        (("Long fingers",), "fingers and toes appear to be long", ["Long fingers"]),
        # Of whom or what something is absent, what only qualifies, strokes and boxes.
        (("Absent foot", "Foot"), "pulses absent in feet", []),
        (("Absent toe",), "vibration absent at toes", []),
        (("Absence of toes",), "toes are absent", ["Absence of toes"]),
        (("Hypotonia, severe", "Hypotonia", "Weakness"), "hypotonia with severe weakness",
         ["Hypotonia", "Weakness"]),
        (("Myoclonic seizure", "Seizure", "Myoclonus"), "seizures/myoclonus",
         ["Seizure", "Myoclonus"]),
        (("Atonic seizure", "Hypotonic seizure"), "☐ seizures ☑ hypotonia", []),
        (("Filum lipoma", "LFT"), "LFT: ALT 55", []),
        (("Abnormality of the heart",), "Heart: no murmur. No anomaly.", []),
        (("Pulmonary arterial hypertension", "Hypertension"), "severe pulmonary hypertension",
         ["Pulmonary arterial hypertension"]),
        (("Increased body weight", "Weight gain", "Failure to thrive"), "he failed to gain weight",
         ["Failure to thrive"]),
        # What was measured, and in what.
        (("High blood ammonia levels",), "increased levels of ammonia in serum",
         ["High blood ammonia levels"]),
        (("High blood lysine levels",), "urine contained high levels of lysine", []),
        (("High blood lysine levels",), "raised lysine", ["High blood lysine levels"]),
        (("High blood pressure",), "increased pressure", []),
        (("Abnormal blood count",), "an anomaly", []),
        (("Almond shaped eyes", "Almond-shaped fissure"), "almond-shaped eyes", ["Almond shaped eyes"]),
        # Names that HPO asks to read as two.
        (("Orofacial cleft", "Cleft lip/palate", "Cleft lip", "Cleft palate"),
         "cleft lip and palate", ["Cleft palate", "Cleft lip"]),
        (("Short arm",), "the short arm of chromosome 1", []),
        (("Pneumonia",), "Streptococcus pneumoniae", []),
        (("Hand muscle weakness",), "hand weakness", ["Hand muscle weakness"]),
        (("Absent reflexes",), "reflexes were often absent", ["Absent reflexes"]),
    ],
)  # fmt: skip
def test_a_phrase_is_one_only_if_nothing_else_claims_its_words(names, text, expected):
    assert labels(named(*names), text) == expected


EAR = [
    TermName(term_id=TermId(i), label=label, text="Ear malformation")
    for i, label in (("HP:0000003", "Abnormal pinna"), ("HP:0000001", "Abnormal ear"),
                     ("HP:0000002", "Abnormal outer ear"))
]  # fmt: skip
BROADER = {"HP:0000003": ("HP:0000001", "HP:0000002"), "HP:0000002": ("HP:0000001",)}


def test_of_terms_with_an_equal_claim_the_broadest_is_meant():
    linker = DictionaryLinker(LinkerIndex.build(EAR), ancestors=lambda t: BROADER.get(t, ()))
    (mention,) = linker.link("ear malformations")
    assert mention.label == "Abnormal ear"


def test_without_a_broadest_one_nobody_is_sure():
    assert labels(EAR, "ear malformations") == []


def exact(term_id: str, label: str, text: str, **more: object) -> TermName:
    return TermName(term_id=TermId(term_id), label=label, text=text, **more)  # type: ignore[arg-type]


def test_composed_names_take_the_other_names_of_broader_terms():
    names = [
        exact("HP:1", "Hearing impairment", "Hearing impairment"),
        exact("HP:1", "Hearing impairment", "Hearing loss"),
        exact("HP:1", "Hearing impairment", "HL", kind="abbreviation"),
        exact("HP:1", "Hearing impairment", "Deaf", scope=SynonymScope.RELATED),
        exact("HP:2", "Mild hearing impairment", "Mild hearing impairment"),
        exact("HP:3", "Odd hearing impairment", "Odd hearing impairment"),
    ]
    composed = list(composed_names(names, ancestors=lambda t: ("HP:1",) if t == "HP:2" else ()))
    assert [(n.term_id, n.text, n.kind) for n in composed] == [
        ("HP:2", "mild hearing loss", COMPOSED_KIND)
    ]


def test_a_name_that_two_terms_would_have_is_not_composed():
    names = [
        exact("HP:1", "Pain", "Pain"),
        exact("HP:1", "Pain", "Ache"),
        exact("HP:2", "Leg pain", "Leg pain"),
        exact("HP:3", "Pain, leg", "Pain leg"),
    ]
    assert list(composed_names(names, ancestors=lambda t: () if t == "HP:1" else ("HP:1",))) == []


def test_a_name_that_there_is_already_is_not_composed():
    names = [
        exact("HP:1", "Pain", "Pain"),
        exact("HP:1", "Pain", "Ache"),
        exact("HP:2", "Leg pain", "Leg pain"),
        exact("HP:4", "Sore leg", "Ache of the leg", scope=SynonymScope.RELATED),
    ]
    assert list(composed_names(names, ancestors=lambda t: ("HP:1",))) == []


def test_nested_mentions_are_of_broader_terms_only():
    names = named("Hearing loss", "Sensorineural hearing loss", "Loss of hearing due to noise")
    above = {"HP:0000001": ("HP:0000000",)}
    linker = DictionaryLinker(
        LinkerIndex.build([*names, exact("HP:0000009", "Lymphoma", "Lymphoma"),
                           exact("HP:0000010", "No lymphoma", "Anti-lymphoma")]),
        options=LinkerOptions(nested=True),
        ancestors=lambda t: above.get(t, ()),
    )  # fmt: skip
    found = [(m.text, m.label) for m in linker.link("sensorineural hearing loss, anti-lymphoma")]
    assert found == [
        ("sensorineural hearing loss", "Sensorineural hearing loss"),
        ("hearing loss", "Hearing loss"),
        ("anti-lymphoma", "No lymphoma"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NECK: no webbing, long", [("webbing", "Webbed neck")]),
        ("EYES: normal brows, hooding\nSKIN: hooding", [("hooding", "Hooded eyes")]),
        ("Neck: supple. No webbing. Eyes: slight hooding", [("webbing", "Webbed neck"),
                                                            ("Eyes: slight hooding", "Hooded eyes")]),
        # Said of the fontanelle, not of the head.
        ("HEAD: fontanelle open and flat", []),
        ("HEAD: fontanelle open, flat", []),
        # Another line, another header.
        ("NECK: short\nno webbing", []),
        ("HANDS FEET: normal, webbing", []),
    ],
)  # fmt: skip
def test_a_header_lends_its_word_to_later_items(text, expected):
    linker = DictionaryLinker(LinkerIndex.build(named("Webbed neck", "Hooded eyes", "Flat head")))
    assert [(m.text, m.label) for m in linker.link(text)] == expected


def test_a_negation_behind_a_header_is_of_the_item():
    annotator = NoteAnnotator(DictionaryLinker(LinkerIndex.build(named("Webbed neck"))))
    (mention,) = annotator.annotate("NECK: no webbing")
    assert (mention.assertion, mention.match_kind) == (Assertion.EXCLUDED, "headed")
