from __future__ import annotations

import pytest

from nosograph.engine.findings.linking.dictionary import DictionaryLinker
from nosograph.engine.findings.linking.linker_index import LinkerIndex, TermName
from nosograph.engine.findings.linking.own_names import OWN_KIND, OwnNamesLinker
from nosograph.ontologies.term import TermId

LABELS = {"HP:0001250": "Seizure", "HP:0001252": "Hypotonia", "HP:0002069": "Tonic-clonic seizure"}


def name(term_id: str, text: str, kind: str = "label") -> TermName:
    return TermName(term_id=TermId(term_id), label=LABELS[term_id], text=text, kind=kind)


@pytest.fixture
def linker() -> OwnNamesLinker:
    ontology = LinkerIndex.build(
        [name("HP:0001250", "Seizure"), name("HP:0002069", "Tonic-clonic fit"),
         name("HP:0001252", "Low tone")]
    )  # fmt: skip
    own = [name("HP:0001252", "seizure", OWN_KIND), name("HP:0001250", "tonic", OWN_KIND),
           name("HP:0001250", "funny turns", OWN_KIND)]  # fmt: skip
    return OwnNamesLinker(DictionaryLinker(ontology), own)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("funny turns", [("funny turns", "Seizure")]),
        ("turns that are funny", []),  # read as written only
        ("a seizure", [("seizure", "Hypotonia")]),  # one's own goes first
        ("tonic-clonic fit", [("tonic-clonic fit", "Tonic-clonic seizure")]),  # the longer one does
        ("low tone", [("low tone", "Hypotonia")]),
    ],
)
def test_own_names_go_before_those_of_the_ontology(linker, text, found):
    assert [(m.text, m.label) for m in linker.link(text)] == found
