from __future__ import annotations

import pytest

from nosograph.engine.findings.linking.dictionary import DictionaryLinker
from nosograph.engine.findings.linking.linker_index import LinkerIndex, TermName
from nosograph.engine.findings.linking.own_names import OWN_KIND, OwnNamesLinker, read_own_names
from nosograph.ontologies.errors import SourceError, SourceFormatError
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


def test_a_table_of_names_is_read(tmp_path):
    path = tmp_path / "names.tsv"
    path.write_text("# ours\nname\tterm_id\nfunny turns\tHP:0001250\n", encoding="utf-8")
    (own,) = read_own_names(path, label_of=LABELS.get)
    assert (own.text, own.term_id, own.label, own.kind) == (
        "funny turns", "HP:0001250", "Seizure", OWN_KIND,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name,term_id\nfit,HP:0001250\n", "the column 'name' is missing"),
        ("name\tterm_id\nfit\tHP:9999999\n", "no phenotype has the identifier 'HP:9999999'"),
        ("name\tterm_id\n\tHP:0001250\n", "a name is empty"),
        ("name\tterm_id\nfit\n", "no phenotype has the identifier ''"),
        ("", "the column 'name' is missing"),
    ],
)
def test_a_bad_table_says_what_is_wrong(tmp_path, content, message):
    path = tmp_path / "names.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SourceFormatError, match=message):
        read_own_names(path, label_of=LABELS.get)


def test_a_missing_table_says_what_to_do(tmp_path):
    with pytest.raises(SourceError, match="Give the path"):
        read_own_names(tmp_path / "none.tsv", label_of=LABELS.get)
