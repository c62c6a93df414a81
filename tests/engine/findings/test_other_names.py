"""Names of diseases, genes and laboratory tests: found for their own use, and no evidence."""

from __future__ import annotations

from pathlib import Path

import pytest

from nosograph.engine import DiagnosticEngine
from nosograph.engine.case import ClinicalCase
from nosograph.engine.evaluation.disease_mentions import (
    count_diseases,
    read_disease_texts,
    run_disease_names,
)
from nosograph.engine.findings.mention import Assertion, Mention
from nosograph.engine.findings.names.diseases import disease_names
from nosograph.engine.findings.names.genes import GeneLinker
from nosograph.engine.findings.names.kinds import NameKind
from nosograph.engine.findings.names.laboratory_tests import LaboratoryLinker
from nosograph.kg import KnowledgeGraph
from nosograph.ontologies.term import TermId


@pytest.fixture(scope="module")
def genes(embedded_graph: KnowledgeGraph) -> GeneLinker:
    return GeneLinker.open(embedded_graph)


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("A pathogenic variant in FBN1.", ["FBN1"]),
        ("COL5A1-related", ["COL5A1"]),
        ("BRCA1 and TP53 were normal", ["BRCA1", "TP53"]),
        ("mutations in the WAS gene", ["WAS"]),
        ("The WAS gene was sequenced", ["WAS"]),
        ("WAS c.121C>T", ["WAS"]),
        ("WAS (NM_000377.3): c.121C>T", ["WAS"]),
        ("*SET* was altered", ["SET"]),
        ("<i>REST</i> was altered", ["REST"]),
        ("a DMD deletion", ["DMD"]),
        ("exon 3 of NF1, NF1 haploinsufficiency", ["NF1", "NF1"]),
        ("biallelic variants in ATM and CAT", ["ATM", "CAT"]),
        ("Variant in VHL. Later VHL was reported.", ["VHL", "VHL"]),
        # words, abbreviations, other things
        ("The boy WAS seen by SHE WHO IS HIS CAT", []),
        ("This had an IMPACT; REST and SET were advised", []),
        ("ALL PATIENTS MET THE CRITERIA AND WAS DISCHARGED", []),
        ("ECG, EEG, MRI and SPECT were normal", []),
        ("AST 30, ALT 40 U/L; INS 5", []),
        ("fbn1 was tested", []),  # the case of a symbol is part of it
        ("Fbn1 in the mouse", []),
        ("C3 and C4 were low; C2 fracture", []),
        ("F8 on the keyboard", []),
        ("KIT was given; the AIR is clean", []),
        ("XFBN1 and FBN1X", []),
    ],
)
def test_a_symbol_is_a_gene_where_it_can_be_nothing_else(
    genes: GeneLinker, text: str, symbols: list[str]
) -> None:
    assert [m.text for m in genes.link(text)] == symbols


def test_no_english_word_in_capitals_is_a_gene_by_itself(
    genes: GeneLinker, embedded_graph: KnowledgeGraph
) -> None:
    from nosograph.engine.findings.linking.english import read_english_words

    words = read_english_words()
    symbols = [embedded_graph.label(n) for n in embedded_graph.kind_range("gene")]
    collisions = [symbol for symbol in symbols if symbol.lower() in words]
    assert len(collisions) > 50
    assert genes.link("He " + ", ".join(collisions) + ".") == ()


def test_diseases_are_found_by_the_names_of_their_records(engine: DiagnosticEngine) -> None:
    note = "Marfan syndrome was suspected; no Noonan syndrome. His mother has Huntington disease."
    found = engine.link(note, kind=NameKind.DISEASE)
    assert [(m.text, m.assertion) for m in found] == [
        ("Marfan syndrome", Assertion.UNCERTAIN),
        ("Noonan syndrome", Assertion.EXCLUDED),
        ("Huntington disease", Assertion.FAMILY_MEMBER),
    ]
    assert found[0].term_id == "OMIM:154700"


def test_a_numbered_series_is_named_by_what_its_members_share(
    toy_graph: KnowledgeGraph, embedded_graph: KnowledgeGraph
) -> None:
    names = list(disease_names(embedded_graph))
    series = [name for name in names if name.kind == "series"]
    whole = {name.text.casefold() for name in names if name.kind != "series"}
    assert len(series) > 100
    assert not whole & {name.text.casefold() for name in series}
    assert len({name.text.casefold() for name in series}) == len(series)
    assert not any(name.text.endswith((" chromosome", " to")) for name in series)
    assert {name.term_id for name in disease_names(toy_graph)} <= {
        toy_graph.node_id(int(toy_graph.disease_of[n])) for n in toy_graph.kind_range("disease")
    }


def test_roman_and_arabic_figures_of_a_type_are_one(embedded_graph: KnowledgeGraph) -> None:
    terms: dict[str, set[str]] = {}
    for name in disease_names(embedded_graph):
        terms.setdefault(name.text, set()).add(name.term_id)
    roman = [text for text in terms if text.endswith("type II")]
    assert len(roman) > 20
    for text in roman:
        assert terms[text] <= terms[text.removesuffix("II") + "2"]


def test_a_disease_in_a_note_is_no_evidence_of_itself(engine: DiagnosticEngine) -> None:
    bare = engine.diagnose(ClinicalCase.from_note("Ectopia lentis."))
    named = engine.diagnose(
        ClinicalCase.from_note("Ectopia lentis. Marfan syndrome; FBN1 variant.")
    )
    assert [f.term_id for f in bare.findings] == [f.term_id for f in named.findings]
    assert [e.probability for e in bare.entries] == [e.probability for e in named.entries]


def test_laboratory_tests_have_codes_and_their_values_decide_which() -> None:
    linker = LaboratoryLinker()
    assert [m.term_id for m in linker.link("Hb 6.1 mmol/L")] == ["LOINC:59260-0"]
    assert [m.term_id for m in linker.link("haemoglobin was low")] == ["LOINC:718-7"]
    assert linker.link("K, Na and Fe were taken; heart rate 80 bpm; a cat") == ()


def test_every_kind_can_be_asked_for(engine: DiagnosticEngine) -> None:
    note = "Ataxia. FBN1 variant in Marfan syndrome. Ferritin 12 µg/L, SET, WAS."
    found = {kind: [m.text for m in engine.link(note, kind=kind)] for kind in NameKind}
    assert found == {
        NameKind.PHENOTYPE: ["Ataxia"],
        NameKind.DISEASE: ["Marfan syndrome"],
        NameKind.GENE: ["FBN1"],
        NameKind.LABORATORY: ["Ferritin"],
    }


def test_spans_and_diseases_of_a_marked_text_are_counted_apart() -> None:
    lines = [
        "1",
        "Gout, cancer and Wilson disease.",
        "0\t4\tGout\tOMIM:1",
        "6\t12\tcancer\tMESH:D009369",
        "17\t31\tWilson disease\tOMIM:2",
        "",
    ]
    texts = list(read_disease_texts(lines, {"OMIM:1": "X:1", "OMIM:2": "X:2"}.get))

    def find(text: str) -> tuple[Mention, ...]:
        spans = ((0, 4, "X:1"), (17, 31, "X:9"), (13, 16, "X:3"))
        return tuple(
            Mention(start=a, end=b, text=text[a:b], term_id=TermId(t), label=t) for a, b, t in spans
        )

    strict, overlap, diseases = count_diseases(texts, find).values()
    assert tuple(strict) == tuple(overlap) == (2, 3, 2, 3)
    assert tuple(diseases) == (1, 2, 1, 2)


def test_the_corpus_of_diseases_is_read_well_enough(
    shared_data: Path, nosograph_home: Path
) -> None:
    scores = run_disease_names(shared_data, home=nosograph_home)
    spans = scores["ncbi_disease_dev: spans, overlap"]
    assert spans.n_gold == 787
    assert spans.precision > 0.98
    assert spans.f1 > 0.7


def test_without_the_corpus_nothing_is_measured(tmp_path: Path) -> None:
    assert run_disease_names(tmp_path) == {}
