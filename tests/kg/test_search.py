"""tests kg/search.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.kg import KnowledgeGraph, NodeSearch, UnknownNodeError
from nosograph.kg.errors import AmbiguousNameError


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


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("FBN1", "NCBIGene:2200"),
        ("fbn1", "NCBIGene:2200"),
        ("NCBIGene:2200", "NCBIGene:2200"),
        ("HP_0001250", "HP:0001250"),
        ("HP:0002125", "HP:0001250"),
        ("arachnodactyly", "HP:0001166"),
        ("long  slender fingers", "HP:0001166"),  # a synonym
        ("Marfan syndrome", "MONDO:0007947"),  # three nodes, one disease
    ],
)
def test_one_node_is_found_by_identifier_symbol_or_name(
    words: str, expected: str, search: NodeSearch
) -> None:
    assert search.graph.node_id(search.one(words)) == expected


def test_a_name_of_several_nodes_lists_them(embedded_graph: KnowledgeGraph) -> None:
    with pytest.raises(
        AmbiguousNameError,
        match=r"names \d+ things: Retinoblastoma \[OMIM:180200\]|names \d+ things: Retino.* \[HP:0009919\]",
    ):
        NodeSearch(embedded_graph).one("retinoblastoma")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("HP:9999999", r"'HP:9999999' is neither an identifier nor a name in this graph \(hpo "),
        ("marf", r"Names that hold it: Marfan"),
        ("", "''"),
        ("HP:0003494", "It is obsolete; look at "),
        ("x" * 1000, "x…'"),
    ],
)
def test_what_is_no_node_is_told_with_what_comes_near(
    words: str, message: str, search: NodeSearch
) -> None:
    with pytest.raises(UnknownNodeError, match=message):
        search.one(words)
