"""Terms are found in notes of other languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.engine.findings.languages.annotator import LanguageAnnotator
from nosograph.engine.findings.languages.chinese import simplified
from nosograph.engine.findings.languages.german import german_key
from nosograph.engine.findings.languages.japanese import kana_key
from nosograph.engine.findings.languages.spanish import spanish_key
from nosograph.kg import GraphSources, KnowledgeGraph

HEADER = "subject_id\tpredicate_id\ttranslation_language\ttranslation_value\ttranslation_status\n"
LABELS = {
    "zh": {
        "HP:0001250": "癫痫发作",
        "HP:0001166": "细长指(趾)",
        "HP:0000545": "近视",
        "HP:0001263": "全面发育迟缓",
        "HP:0100807": "长手指",
        "HP:0012531": "发育落后",  # wrong on purpose
    },
    "de": {
        "HP:0001250": "Krampfanfall",
        "HP:0002616": "Aortenwurzel-Aneurysma",
        "HP:0001238": "Dünner Finger",
    },
    "es": {"HP:0001250": "Convulsiones", "HP:0100807": "Dedos largos de la mano"},
    "ja": {"HP:0001250": "発作", "HP:0000545": "近視", "HP:0001166": "くも指"},
}


@pytest.fixture(scope="module")
def graph(
    tmp_path_factory: pytest.TempPathFactory, toy_sources: object, nosograph_home: Path
) -> KnowledgeGraph:
    """The toy graph with a few names of our own in four languages."""
    folder = tmp_path_factory.mktemp("translations")
    for code, labels in LABELS.items():
        status = "CANDIDATE" if code == "de" else "OFFICIAL"
        rows = "".join(f"{i}\trdfs:label\t{code}\t{t}\t{status}\n" for i, t in labels.items())
        (folder / f"{code}.babelon.tsv").write_text(HEADER + rows, "utf-8")
    others = {
        "hpo": toy_sources.obo,  # type: ignore[attr-defined]
        "hpo-annotations": toy_sources.hpoa,  # type: ignore[attr-defined]
        "hpo-genes": toy_sources.genes,  # type: ignore[attr-defined]
    }
    sources = GraphSources.embedded(translations=[folder], others=others)
    return KnowledgeGraph.open(sources, home=nosograph_home)


@pytest.fixture(scope="module")
def annotators(graph: KnowledgeGraph) -> dict[str, LanguageAnnotator]:
    return {code: LanguageAnnotator.open(graph, code) for code in LABELS}


CASES = [
    ("zh", "患儿癫痫发作3次", [("癫痫发作", "Seizure")]),
    ("zh", "患兒癲癇發作", [("癲癇發作", "Seizure")]),
    ("zh", "抽搐，近视明显", [("抽搐", "Seizure"), ("近视", "Myopia")]),
    ("zh", "发作癫痫", [("癫痫", "Seizure")]),  # the order counts
    ("zh", "全面明显发育迟缓", [("全面明显发育迟缓", "Global developmental delay")]),
    ("zh", "细长指(趾)", [("细长指(趾", "Arachnodactyly")]),
    ("zh", "近。视", []),
    ("zh", "患者无Ｍyopia", []),
    ("de", "Krampfanfälle und Anfällen", [("Krampfanfälle", "Seizure"), ("Anfällen", "Seizure")]),
    ("de", "ein Aortenwurzelaneurysma", [("Aortenwurzelaneurysma", "Aortic root aneurysm")]),
    ("es", "una convulsión febril no, convulsión", [("convulsión", "Seizure")] * 2),
    ("es", "mano: dedos largos", [("mano: dedos largos", "Long fingers")]),
    ("es", "dedos. largos mano", []),
    ("es", "dedos largos de manos", [("dedos largos de manos", "Long fingers")]),
    ("zh", "近、视", []),
    ("ja", "近、視", []),
    ("ja", "クモ指と近視", [("クモ指", "Arachnodactyly"), ("近視", "Myopia")]),
    ("ja", "痙攣を認める", [("痙攣", "Seizure")]),
]


@pytest.mark.parametrize(("code", "text", "expected"), CASES)
def test_a_name_is_found(
    code: str, text: str, expected: list[tuple[str, str]], annotators: dict[str, LanguageAnnotator]
) -> None:
    assert [(m.text, m.label) for m in annotators[code].annotate(text)] == expected


def test_our_table_wins_over_a_translated_label(annotators: dict[str, LanguageAnnotator]) -> None:
    found = annotators["zh"].annotate("发育落后")
    assert [m.label for m in found] == ["Global developmental delay"]


def test_an_unreviewed_translation_counts_less(annotators: dict[str, LanguageAnnotator]) -> None:
    (mention,) = annotators["de"].annotate("dünne Finger")
    assert 0.8 < mention.confidence < 0.9
    assert [m.confidence for m in annotators["de"].annotate("Anfall")] == [1.0]


@given(text=st.text(alphabet="癫痫发作抽搐近视无的、，。()（）3aZ ÄéＡｹクモ指のn\n", max_size=60))
@pytest.mark.parametrize("code", LABELS)
def test_offsets_hold_in_any_text(
    code: str, text: str, annotators: dict[str, LanguageAnnotator]
) -> None:
    for mention in annotators[code].annotate(text):
        assert text[mention.start : mention.end] == mention.text != ""


@pytest.mark.parametrize(
    ("key", "a", "b"),
    [
        (german_key, "Füße", "Fuss"),
        (german_key, "Diarrhoe", "Diarrhö"),
        (german_key, "hypotone", "hypotoner"),
        (german_key, "Phimose", "Fimosen"),
        (spanish_key, "narices", "nariz"),
        (spanish_key, "pequeñas", "pequeno"),
        (simplified, "髮", "发"),
        (simplified, "Ｇ", "g"),
        (kana_key, "ケイレン"[0], "け"),
    ],
)
def test_forms_of_a_word_meet(key: object, a: str, b: str) -> None:
    assert callable(key)
    assert key(a) == key(b)


@pytest.mark.parametrize(
    ("key", "a", "b"),
    [
        (german_key, "Hypotonie", "Hypertonie"),
        (german_key, "Anfall", "Unfall"),
        (spanish_key, "hipotonía", "hipertonía"),
        (spanish_key, "mano", "mono"),
    ],
)
def test_different_words_do_not_meet(key: object, a: str, b: str) -> None:
    assert callable(key)
    assert key(a) != key(b)


def test_every_traditional_character_of_the_table_is_folded_once() -> None:
    once = "".join(map(simplified, "癲癇發作"))
    assert "".join(map(simplified, once)) == once == "癫痫发作"
