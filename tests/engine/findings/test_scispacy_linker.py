"""The linker on scispacy, where it is installed; its contract is in `test_linker_contract`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nosograph.engine import DiagnosticEngine
from nosograph.engine.errors import EngineError
from nosograph.engine.findings.annotator import LinkerName, NoteAnnotator
from nosograph.engine.findings.linking.linker_index import TermName
from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.term import SynonymScope, TermId

pytest.importorskip("scispacy", reason="needs pip install 'nosograph[scispacy]'")

if TYPE_CHECKING:
    from nosograph.engine.findings.linking.scispacy import ScispacyLinker


@pytest.fixture(scope="module")
def linker(term_names: list[TermName]) -> ScispacyLinker:
    from nosograph.engine.findings.linking.scispacy import ScispacyLinker

    return ScispacyLinker(term_names)


@pytest.mark.parametrize(
    ("text", "words", "label", "reason"),
    [
        ("He had a seizure.", "seizure", "Seizure", "exact"),
        ("two headaches", "headaches", "Headache", "similar"),
        ("loss of hearing", "loss of hearing", "Hearing impairment", "similar"),
        ("SEVERE HEARING LOSS WAS FOUND", "HEARING LOSS", "Hearing impairment", "exact"),
        ("upslanting palpebral fissures", "upslanting palpebral fissures",
         "Upslanted palpebral fissure", "similar"),
        ("global developmental\ndelay", "global developmental\ndelay",
         "Global developmental delay", "exact"),
    ],
)  # fmt: skip
def test_names_are_found_by_what_they_have_in_common(linker, text, words, label, reason):
    (mention,) = linker.link(text)
    assert (mention.text, mention.label, mention.match_kind) == (words, label, reason)


@pytest.mark.parametrize(
    "text", ["He is hypertonic.", "Broad and short.", "hearing, loss", "no asd or gdd", "fine"]
)
def test_words_that_only_look_alike_are_left(linker, text):
    assert linker.link(text) == ()


def test_a_name_of_two_terms_keeps_both_and_is_half_as_sure(linker):
    (mention,) = linker.link("ASD")
    assert {c.label for c in mention.candidates} == {"Atrial septal defect", "Autistic behavior"}
    assert mention.confidence == 0.5


def test_names_of_other_words_are_candidates_but_never_chosen():
    from nosograph.engine.findings.linking.scispacy import ScispacyLinker, ScispacyOptions

    names = [
        TermName(term_id=TermId(f"HP:000000{n}"), label=label, text=label)
        for n, label in enumerate(["Macrocephaly", "Relative macrocephaly", "Microcephaly"])
    ]
    options = ScispacyOptions(min_score=0.4)
    (mention,) = ScispacyLinker(names, options=options).link("macrocephaly")
    chosen, *near = mention.candidates
    assert (chosen.label, chosen.reason, chosen.score) == ("Macrocephaly", "exact", 1)
    assert {(c.label, c.reason) for c in near} == {
        ("Relative macrocephaly", "near"),
        ("Microcephaly", "near"),
    }
    assert all(c.score < options.min_score for c in near)
    assert mention.confidence == 1
    assert ScispacyLinker(names[1:], options=options).link("macrocephaly") == ()


def test_the_label_goes_before_a_synonym_that_reads_the_same():
    from nosograph.engine.findings.linking.scispacy import ScispacyLinker

    names = [
        TermName(
            term_id=TermId("HP:0000001"),
            label="Unsteady",
            text="Ataxia",
            scope=SynonymScope.RELATED,
            kind="",
        ),
        TermName(term_id=TermId("HP:0000002"), label="Ataxia", text="Ataxia"),
    ]
    for order in (names, names[::-1]):
        (mention,) = ScispacyLinker(order).link("Ataxia")
        assert [c.label for c in mention.candidates] == ["Ataxia", "Unsteady"]


def test_no_word_of_a_note_stays_in_the_store_of_strings(linker):
    n_strings = len(linker._language.vocab.strings)
    linker.link("Zxqvwly Zzyzxian has seizures, Wrthlmbn fever.")
    assert len(linker._language.vocab.strings) == n_strings
    assert "Zxqvwly" not in linker._language.vocab.strings


def test_no_names_find_nothing_and_fetch_nothing():
    from nosograph.engine.findings.linking.scispacy import ScispacyLinker

    assert ScispacyLinker([]).link("Ataxia.") == ()


def test_an_engine_diagnoses_with_it_and_keeps_its_trigrams(toy_graph: KnowledgeGraph):
    engine = DiagnosticEngine(toy_graph, linker="scispacy")
    label = next(iter(toy_graph.names())).text
    (mention,) = engine.link(f"No {label.lower()}.")
    assert (mention.text, mention.assertion) == (label.lower(), "excluded")
    assert list((toy_graph.build.path / "derived").glob("linker-trigrams-*"))
    with pytest.raises(EngineError, match="nested"):
        NoteAnnotator.open(toy_graph, linker=LinkerName.SCISPACY, nested=True)
