"""Measurements in words: what they give, what they answer, what is none."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.engine.findings.annotator import NoteAnnotator
from nosograph.engine.findings.measurements.growth import find_growth, ordinary_terms
from nosograph.engine.findings.measurements.measures import load_measures
from nosograph.engine.findings.measurements.pairing import iter_growth
from nosograph.engine.findings.measurements.standing import iter_standings
from nosograph.engine.findings.mention import Assertion
from nosograph.kg import KnowledgeGraph

NAME = {
    "HP:0004322": "short",
    "HP:0000098": "tall",
    "HP:0004325": "light",
    "HP:0004324": "heavy",
    "HP:0000252": "small head",
    "HP:0000256": "large head",
    "HP:0001518": "small for dates",
    "HP:0001520": "large for dates",
    "HP:0003561": "short at birth",
    "HP:0003517": "long at birth",
    "HP:0011451": "small head at birth",
    "HP:0004488": "large head at birth",
    "HP:0045082": "low BMI",
    "HP:0031418": "high BMI",
    "HP:0012770": "short span",
    "HP:0012771": "long span",
    "HP:0000506": "telecanthus",
    "HP:0000316": "hypertelorism",
    "HP:0000601": "hypotelorism",
    "HP:0012745": "short fissures",
    "HP:0000637": "long fissures",
    "HP:0400005": "short ears",
    "HP:0400004": "long ears",
    "HP:0000322": "short philtrum",
    "HP:0000343": "long philtrum",
    "HP:0001773": "short feet",
    "HP:0001833": "long feet",
    "HP:0004279": "short palm",
    "HP:0011302": "long palm",
    "HP:0009381": "short finger",
    "HP:0100807": "long fingers",
    "HP:0200055": "small hand",
    "HP:0001176": "large hands",
    "HP:0000054": "micropenis",
    "HP:0000040": "long penis",
    "HP:0000053": "large testes",
    "HP:0008734": "small testes",
    "HP:0000160": "narrow mouth",
    "HP:0000154": "wide mouth",
}


def read(text: str) -> list[str]:
    return [m.label for m in find_growth(text, label_of=NAME.get)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # centiles
        ("Height below the 3rd percentile.", ["short"]),
        ("Her height was <3rd centile.", ["short"]),
        ("height 98 cm (P<3)", ["short"]),
        ("Height: < P3", ["short"]),
        ("Ht 78 cm (z -3.1)", ["short"]),
        ("Height at the 0.4th centile", ["short"]),
        ("Height on the 2nd centile", ["short"]),
        ("Height less than the third percentile", ["short"]),
        ("Stature below the 1st percentile", ["short"]),
        ("height > 97th centile", ["tall"]),
        ("length above the 99th percentile", ["tall"]),
        ("His weight was well below the 3rd centile for age.", ["light"]),
        ("weight over the 97th percentile", ["heavy"]),
        ("OFC < 3rd centile", ["small head"]),
        ("HC at the 98th %ile", ["large head"]),
        ("OFC <3%ile", ["small head"]),
        ("BMI was 31 kg/m2 (99th percentile)", ["high BMI"]),
        # standard deviations
        ("Head circumference 2 SD above the mean.", ["large head"]),
        ("OFC 44 cm (−4 SD)", ["small head"]),
        ("OFC two standard deviations below the mean", ["small head"]),
        ("height of 102 cm (− 4.3 SD)", ["short"]),
        ("Height -2.5 SDS", ["short"]),
        ("height SDS was -3.1", ["short"]),
        ("Height z-score of -3.1", ["short"]),
        ("weight Z = -2.2", ["light"]),
        ("length between -2 and -3 SD", ["short"]),
        ("head circumference more than 3 SD below the mean", ["small head"]),
        ("OFC < -2 SD", ["small head"]),
        ("Height was 118.1 cm (-3.21 standard deviation score [SDS])", ["short"]),
        ("height +2.6 SD", ["tall"]),
        # several at once
        (
            "Weight 8.2 kg (<3rd), length 72 cm (5th), OFC 42 cm (-3 SD)",
            ["light", "small head"],
        ),
        ("Height, weight and OFC were all <3rd centile.", ["short", "light", "small head"]),
        ("Height and weight were both less than the third percentile.", ["short", "light"]),
        ("height and head circumference on the 2nd and 50th centile, respectively", ["short"]),
        ("height and weight were on the 50th and 98th centile", ["heavy"]),
        ("Below the 3rd centile for height and weight.", ["short", "light"]),
        ("Growth parameters were below the 3rd centile.", ["short", "light", "small head"]),
        ("Height | 120 cm | <3rd", ["short"]),
        ("Height\t120 cm\t-3.2 SD\nWeight\t20 kg\t-1 SD", ["short"]),
        ("Weight 3 kg (50th), head circumference 31 cm (<1st centile, −3.1 SD)", ["small head"]),
        # at birth
        ("Birth weight 1.9 kg (<3rd centile)", ["small for dates"]),
        ("Birth weight 2.2 kg (5th centile)", ["small for dates"]),
        ("Birth weight 4.6 kg (95th centile)", ["large for dates"]),
        ("birth length <3rd centile", ["short at birth"]),
        ("At birth, length was 53 cm (98th centile).", ["long at birth"]),
        ("Birth weight was 2 kg (50th), OFC 29 cm (-3 SD).", ["small head at birth"]),
        ("He was born at 38 weeks; length 44 cm (<3rd).", ["short at birth"]),
        ("Born at term. Now, at 4 years, height is <3rd centile.", ["short"]),
        ("At birth he weighed 3 kg. At 3 years OFC was -3 SD.", ["small head"]),
        ("She was 46 cm (2nd centile) long.", ["short"]),
        # parts of the body
        ("Arm span >97th centile", ["long span"]),
        ("inner canthal distance 3.6 cm (>97th centile)", ["telecanthus"]),
        ("Interpupillary distance > 97th centile", ["hypertelorism"]),
        ("IPD 4 cm (-3 SD)", ["hypotelorism"]),
        ("palpebral fissure length 2 cm (<3rd)", ["short fissures"]),
        ("Ears 7 cm (>97th)", ["long ears"]),
        ("philtrum length +3 SD", ["long philtrum"]),
        ("palm 4.5cm (<3%, 50% for 6mo), feet 9.5cm  (<3%)", ["short palm", "short feet"]),
        (
            "Palm length 8.5cm (>99%), Middle finger 5.5cm (75%), FL 21cm (>97%)",
            ["long palm", "long feet"],
        ),
        ("hand length below the 3rd centile", ["small hand"]),
        ("stretched penile length 2 cm (-3 SD)", ["micropenis"]),
        ("testicular volume 30 ml (>97th centile)", ["large testes"]),
        ("intercommissural distance <3rd centile", ["narrow mouth"]),
    ],
)
def test_a_value_beyond_its_limit_gives_the_term(text: str, expected: list[str]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Height 98 cm (50th centile)",
        "Height (<-2 SD) -2.2 SD +2 SD",  # the cells of several patients
        "height on the 3rd centile",  # HPO: below the 3rd
        "Height at the 97th centile",
        "Height between the 3rd and 10th centile",
        "weight <10th centile",  # may be above the 3rd
        "height -1.9 SD",
        "OFC 44 cm",  # says nothing without a chart
        "OFC 44 cm (4 SD)",  # above or below?
        "Height > -2 SD",
        "Femur length <3rd centile",
        "Fundal height <3rd centile",
        "target height <3rd centile",
        "Height velocity <3rd centile",
        "molecular weight 12% SDS-PAGE",
        "Length of stay was 5 days (SD -2.1)",
        "mean height 120 ± 3 SD",
        "proteins were resolved by 12% SDS-PAGE and weighed",
        "n = 12 (3%) had a low weight",
        "palm 4.5 cm (50% for 6 mo)",
        "P3 waves were recorded; weight 20 kg",
        "The height was 120 cm. Ataxia was found in <3% of patients.",
        "weight 20 kg, P = 0.03",
        "height 120 cm; IQ < 3rd centile",
    ],
)
def test_other_values_give_nothing(text: str) -> None:
    assert read(text) == []


def test_a_grade_follows_hpos_definition_of_severity() -> None:
    grades = {}
    for sd in ("-2.5", "-3.5", "-4.5", "-5.5"):
        (mention,) = find_growth(f"OFC {sd} SD", label_of=NAME.get)
        grades[sd] = mention.modifiers
    assert grades == {
        "-2.5": ("HP:0012825",),
        "-3.5": ("HP:0012826",),
        "-4.5": ("HP:0012828",),
        "-5.5": ("HP:0012829",),
    }
    (open_ended,) = find_growth("OFC < -2 SD", label_of=NAME.get)
    assert open_ended.modifiers == ()


def test_an_ordinary_value_is_no_mention_but_answers_the_question() -> None:
    text = "Height 98 cm (50th centile), weight 4 kg (3rd centile), ears 5 cm (50th)."
    assert read(text) == []
    assert ordinary_terms(iter_growth(text)) == {"HP:0004322", "HP:0000098"}


def test_every_term_of_the_table_is_a_phenotype_and_every_cited_limit_is_hpos(
    embedded_graph: KnowledgeGraph,
) -> None:
    table = load_measures()
    measures = {m.id: m for found in table.by_name.values() for m in found}
    assert len(measures) >= 20
    for measure in measures.values():
        for term_id in filter(None, (measure.low, measure.high)):
            number = embedded_graph.find(term_id)
            assert number is not None, term_id
            assert embedded_graph.is_phenotype(number), term_id


def test_the_cited_definitions_are_those_of_the_release(embedded_graph: KnowledgeGraph) -> None:
    import tomllib
    from importlib.resources import files

    path = files("nosograph.engine.findings.measurements").joinpath("growth.toml")
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["measures"]
    cited = [
        (row[side], row[f"{side}_cites"])
        for row in rows
        for side in ("low", "high")
        if f"{side}_cites" in row
    ]
    assert len(cited) >= 15

    def words(text: str) -> set[str]:
        return set(re.findall(r"[a-z0-9]+", text.lower().replace("sd", "standard deviations")))

    for term_id, cites in cited:
        node = embedded_graph.node(embedded_graph.index(term_id))
        missing = words(cites) - words(node.definition + " " + node.label) - {"and", "or"}
        assert len(missing) <= 2, (term_id, missing)


@given(
    st.sampled_from(["Height", "Weight", "OFC"]),
    st.floats(min_value=0.1, max_value=99.9).map(lambda x: round(x, 1)),
)
def test_the_centile_alone_decides(name: str, centile: float) -> None:
    found = read(f"{name} at the {centile} centile")
    low, high = {
        "Height": ("short", "tall"),
        "Weight": ("light", "heavy"),
        "OFC": ("small head", "large head"),
    }[name]
    assert found == ([low] if centile < 3 else [high] if centile > 97 else [])


@given(st.text(alphabet="HOFCPSD<>%()-+.,0123456789 \n\tcmbelowthrdi", max_size=200))
def test_any_text_is_read_without_error_and_spans_are_its_own(text: str) -> None:
    for standing in iter_standings(text):
        assert 0 <= standing.start < standing.end <= len(text)
        assert standing.low <= standing.high
    for mention in find_growth(text, label_of=NAME.get):
        assert text[mention.start : mention.end] == mention.text


def test_a_long_note_without_full_stops_takes_linear_time() -> None:
    from time import perf_counter

    def seconds(n: int) -> float:
        text = "height 98 cm (<3rd) 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 weight 12 " * n
        started = perf_counter()
        find_growth(text, label_of=NAME.get)
        return perf_counter() - started

    seconds(10)
    assert seconds(800) < 40 * max(seconds(100), 0.01)


def test_the_annotator_reads_what_is_said_of_a_measurement(embedded_graph: KnowledgeGraph) -> None:
    annotator = NoteAnnotator.open(embedded_graph)
    note = (
        "Short stature (height 98 cm, -3.4 SD). OFC < 3rd centile.\n"
        "Family history: the father's height is <3rd centile."
    )
    found = {(m.label, m.match_kind, m.assertion, m.modifiers) for m in annotator.annotate(note)}
    assert ("Microcephaly", "measurement", Assertion.PRESENT, ()) in found
    present = [f for f in found if f[0] == "Short stature" and f[2] is Assertion.PRESENT]
    assert all(
        f[2] is Assertion.FAMILY_MEMBER
        for f in found
        if f[0] == "Short stature" and f not in present
    )
    assert present


def test_a_measurement_inside_the_name_of_its_term_grades_it(
    embedded_graph: KnowledgeGraph,
) -> None:
    annotator = NoteAnnotator.open(embedded_graph)
    note = "Microcephaly was severe: microcephaly (OFC 44 cm, -3.4 SD)"
    graded = [m.modifiers for m in annotator.annotate(note) if m.label == "Microcephaly"]
    assert ("HP:0012826",) in graded
