"""tests kg/search.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.kg import KnowledgeGraph, NodeSearch


@pytest.fixture(scope="module")
def search(toy_graph: KnowledgeGraph) -> NodeSearch:
    return NodeSearch(toy_graph)


def test_the_exact_name_comes_first(embedded_graph: KnowledgeGraph) -> None:
    hits = NodeSearch(embedded_graph).find("seizure", kinds=("phenotype",))
    assert hits[0].node_id == "HP:0001250"
    assert all("seizure" in hit.matched_name.lower() for hit in hits)
    assert len(hits) == 20


def test_names_that_begin_with_the_words_come_before_names_that_hold_them(
    search: NodeSearch,
) -> None:
    names = [hit.matched_name.lower() for hit in search.find("abnormal eye")]
    begins = [name.startswith("abnormal eye") for name in names]
    assert begins == sorted(begins, reverse=True)


def test_a_synonym_is_found_and_told(search: NodeSearch) -> None:
    hit = search.find("long slender fingers")[0]
    assert (hit.node_id, hit.label) == ("HP:0001166", "Arachnodactyly")
    assert hit.matched_name == "Long slender fingers" or "slender" in hit.matched_name


def test_a_node_comes_once_however_many_names_fit(search: NodeSearch) -> None:
    ids = [hit.node_id for hit in search.find("seizure", limit=100)]
    assert len(ids) == len(set(ids))


def test_words_are_found_in_any_order_by_their_beginnings(search: NodeSearch) -> None:
    assert "HP:0007359" in {hit.node_id for hit in search.find("seiz foc")}
    assert search.find("eizure") == ()


def test_no_more_hits_come_than_asked_for(search: NodeSearch) -> None:
    assert len(search.find("abnormal", limit=3)) == 3
    assert search.find("abnormal", limit=0) == search.find("abnormal", limit=-1) == ()
    assert search.find("HP:0001250", limit=0) == ()


def test_only_the_kinds_asked_for_come(search: NodeSearch) -> None:
    assert {hit.kind for hit in search.find("marfan", kinds=("disease",))} == {"disease"}
    assert search.find("marfan", kinds=("phenotype",)) == ()
    assert search.find("OMIM:154700", kinds=("gene",)) == ()
    assert search.find("fbn1")[0].node_id == "NCBIGene:2200"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("HP:0001250", "HP:0001250"),
        (" HP:0001250 ", "HP:0001250"),
        ("hp:0001250", "HP:0001250"),
        ("http://purl.obolibrary.org/obo/HP_0001250", "HP:0001250"),
        ("HP:0002125", "HP:0001250"),  # an alternative identifier
        ("HP:0007757", "HP:0000610"),  # replaced
        ("Orphanet:558", "ORPHA:558"),
        ("NCBIGene:2200", "NCBIGene:2200"),
        ("PMID:8172269", "PMID:8172269"),
    ],
)
def test_an_identifier_is_found_in_any_spelling(
    words: str, expected: str, search: NodeSearch
) -> None:
    assert [hit.node_id for hit in search.find(words)] == [expected]


@pytest.mark.parametrize("words", ["", "  ", "()", "?!", "\n", "[", "(", "*", "\\"])
def test_no_words_find_nothing(words: str, search: NodeSearch) -> None:
    assert search.find(words) == ()


@pytest.mark.parametrize("words", ["sei(zure", "seizure|.*", "^seizure$", "s.izure", "[a-z]+"])
def test_signs_of_regular_expressions_are_only_signs(words: str, search: NodeSearch) -> None:
    plain = search.find("".join(c if c.isalnum() else " " for c in words))
    assert {h.node_id for h in search.find(words)} == {h.node_id for h in plain}


@given(words=st.text(max_size=60))
def test_any_words_can_be_asked_for(words: str, search: NodeSearch) -> None:
    assert len(search.find(words, limit=5)) <= 5


def test_words_of_a_megabyte_find_nothing(search: NodeSearch) -> None:
    assert search.find("seizure " + "x" * 1_000_000) == ()
