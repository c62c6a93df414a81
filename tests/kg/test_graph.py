"""tests kg/graph.py: nodes, terms, edges and diseases as they are asked for."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.kg import KnowledgeGraph, UnknownNodeError
from nosograph.ontologies import Ontology, ResolutionKind

RELATIONS = ("has_phenotype", "subclass_of", "exact_match", "gene_associated_with_condition")


@pytest.mark.parametrize(
    ("asked", "kind", "term_id", "suggestions"),
    [
        ("HP:0001250", ResolutionKind.PRIMARY, "HP:0001250", ()),
        ("HP_0001250", ResolutionKind.PRIMARY, "HP:0001250", ()),
        ("http://purl.obolibrary.org/obo/HP_0001250", ResolutionKind.PRIMARY, "HP:0001250", ()),
        (" hp:0002125 ", ResolutionKind.ALTERNATIVE, "HP:0001250", ()),
        ("HP:0007757", ResolutionKind.REPLACED, "HP:0000610", ()),
        ("HP:0003494", ResolutionKind.OBSOLETE, None, ("HP:0000005",)),
        ("HP:0004038", ResolutionKind.OBSOLETE, None, ()),
        ("HP:9999999", ResolutionKind.UNKNOWN, None, ()),
        ("OMIM:154700", ResolutionKind.UNKNOWN, None, ()),
        ("", ResolutionKind.UNKNOWN, None, ()),
        ("seizure", ResolutionKind.UNKNOWN, None, ()),
        ("\0\ud800 [", ResolutionKind.UNKNOWN, None, ()),
        ("HP:" + "1" * 1_000_000, ResolutionKind.UNKNOWN, None, ()),
    ],
    ids=lambda value: ascii(value)[:24],
)
def test_any_text_resolves_to_a_term_or_to_why_not(
    asked: str,
    kind: ResolutionKind,
    term_id: str | None,
    suggestions: tuple[str, ...],
    toy_graph: KnowledgeGraph,
) -> None:
    found = toy_graph.resolve(asked)
    assert (found.kind, found.term_id, found.suggestions) == (kind, term_id, suggestions)


@given(text=st.text())
def test_resolving_never_raises(text: str, toy_graph: KnowledgeGraph) -> None:
    assert toy_graph.resolve(text).kind in ResolutionKind


def test_graph_and_ontology_resolve_alike(toy_graph: KnowledgeGraph, toy_hpo: Ontology) -> None:
    for old in (*toy_hpo.successors, *toy_hpo.index):
        assert toy_graph.resolve(old) == toy_hpo.resolve(old)


def test_node_numbers_of_terms_are_those_of_the_hierarchy(
    toy_graph: KnowledgeGraph, toy_hpo: Ontology
) -> None:
    assert toy_graph.n_terms == len(toy_hpo) == len(toy_graph.hierarchy)
    for number, term in enumerate(toy_hpo.terms):
        assert toy_graph.index(term.term_id) == number
        assert (
            toy_graph.hierarchy.ancestors(number).tolist()
            == toy_hpo.hierarchy.ancestors(number).tolist()
        )


@pytest.mark.parametrize("name", ["toy_graph", "toy_graph_inferred", "embedded_graph"])
def test_every_identifier_leads_to_its_node_and_back(
    name: str, request: pytest.FixtureRequest
) -> None:
    graph: KnowledgeGraph = request.getfixturevalue(name)
    numbers = (
        range(len(graph)) if len(graph) < 1000 else random.Random(1).sample(range(len(graph)), 500)
    )
    for number in numbers:
        assert graph.index(graph.node_id(number)) == number
        assert number in graph.kind_range(graph.kind(number))


def test_a_term_is_told_with_its_definition_and_synonyms(toy_graph: KnowledgeGraph) -> None:
    node = toy_graph.node(toy_graph.index("HP:0001250"))
    assert (node.kind, node.label) == ("phenotype", "Seizure")
    assert node.definition.startswith("A seizure is")
    assert "Epileptic seizure" in node.synonyms


def test_only_what_a_patient_can_have_is_a_phenotype(toy_graph: KnowledgeGraph) -> None:
    said = {i: toy_graph.is_phenotype(toy_graph.index(i)) for i in ("HP:0001250", "HP:0000006")}
    assert said == {"HP:0001250": True, "HP:0000006": False}
    assert not toy_graph.is_phenotype(toy_graph.index("OMIM:154700"))


def test_the_names_of_phenotypes_are_labels_and_synonyms(
    toy_graph: KnowledgeGraph, toy_hpo: Ontology
) -> None:
    names = list(toy_graph.names())
    below = toy_hpo.hierarchy.descendants(toy_hpo.index["HP:0000118"]).tolist()
    expected = [toy_hpo.terms[i] for i in below]
    assert len(names) == sum(1 + len(term.synonyms) for term in expected)
    assert {(n.term_id, n.text) for n in names if n.kind == "label"} == {
        (term.term_id, term.label) for term in expected
    }
    finger = {n.text: (n.scope, n.kind) for n in names if n.term_id == "HP:0001166"}
    assert finger["Long, slender fingers"][0] == "EXACT"


# --- edges ---------------------------------------------------------------------------------


def _assert_both_directions_agree(graph: KnowledgeGraph, node: int, relation: str) -> None:
    for edge in graph.edges_from(node, relation):
        assert int(graph.edge_subject[edge]) == node
        assert edge in graph.edges_to(int(graph.edge_object[edge]), relation)
    incoming = graph.edges_to(node, relation).tolist()
    assert incoming == sorted(incoming)
    for edge in incoming:
        assert int(graph.edge_object[edge]) == node
        assert edge in graph.edges_from(int(graph.edge_subject[edge]), relation)


def test_outgoing_and_incoming_edges_agree_on_every_toy_node(toy_graph: KnowledgeGraph) -> None:
    for relation in (r.name for r in toy_graph.schema.relations):
        n_out = n_in = 0
        for node in range(len(toy_graph)):
            _assert_both_directions_agree(toy_graph, node, relation)
            n_out += len(toy_graph.edges_from(node, relation))
            n_in += len(toy_graph.edges_to(node, relation))
        assert n_out == n_in == len(toy_graph.edge_range(relation))


@given(data=st.data())
def test_outgoing_and_incoming_edges_agree_on_real_nodes(
    data: st.DataObject, embedded_graph: KnowledgeGraph
) -> None:
    relation = data.draw(st.sampled_from(RELATIONS))
    edges = embedded_graph.edge_range(relation)
    if not edges:
        return
    edge = data.draw(st.sampled_from(edges))
    subject, target = (
        int(embedded_graph.edge_subject[edge]),
        int(embedded_graph.edge_object[edge]),
    )
    assert edge in embedded_graph.edges_from(subject, relation)
    found = embedded_graph.edges_to(target, relation)
    assert edge in found
    assert np.all(embedded_graph.edge_object[found] == target)


def test_edges_join_the_kinds_that_the_schema_says(embedded_graph: KnowledgeGraph) -> None:
    graph = embedded_graph
    kinds = np.array([kind.name for kind in graph.schema.kinds])
    for relation in graph.schema.relations:
        edges = graph.edge_range(relation.name)
        part = slice(edges.start, edges.stop)
        subjects = kinds[graph.node_kind[graph.edge_subject[part]]]
        objects = kinds[graph.node_kind[graph.edge_object[part]]]
        assert set(subjects.tolist()) <= set(relation.subject)
        assert set(objects.tolist()) <= set(relation.object)


# --- diseases ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked", ["MONDO:0007947", "OMIM:154700", "ORPHA:558", "Orphanet:558", "omim:154700"]
)
def test_a_merged_disease_is_found_by_any_of_its_identifiers(
    asked: str, toy_graph: KnowledgeGraph
) -> None:
    assert toy_graph.find_disease(asked) == toy_graph.index("MONDO:0007947")


@pytest.mark.parametrize("asked", ["HP:0001250", "OMIM:999999", "Marfan", "", "NCBIGene:2200"])
def test_what_is_no_disease_is_not_found_as_one(asked: str, toy_graph: KnowledgeGraph) -> None:
    assert toy_graph.find_disease(asked) is None


def test_every_disease_with_a_phenotype_has_records(toy_graph: KnowledgeGraph) -> None:
    for disease in toy_graph.diseases.tolist():
        records = toy_graph.records_of(disease).tolist()
        assert records
        assert all(int(toy_graph.disease_of[record]) == disease for record in records)


def test_a_disease_of_a_disease_is_itself(embedded_graph: KnowledgeGraph) -> None:
    disease_of = np.asarray(embedded_graph.disease_of)
    assert np.array_equal(disease_of[disease_of], disease_of)


# --- errors --------------------------------------------------------------------------------


def test_an_unknown_node_is_told_with_the_releases_and_what_to_do(
    toy_graph: KnowledgeGraph,
) -> None:
    with pytest.raises(UnknownNodeError) as caught:
        toy_graph.index("HP:9999999")
    said = str(caught.value)
    for part in ("'HP:9999999'", "hpo 2025-01-16", "mondo-omim 2026-08-04", "kg search WORDS"):
        assert part in said
    assert isinstance(caught.value, LookupError)


def test_edges_citing_are_those_whose_references_hold_the_node(toy_graph: KnowledgeGraph) -> None:
    n_edges = len(toy_graph.references.indptr) - 1
    cited: dict[int, list[int]] = {}
    for edge in range(n_edges):
        for node in toy_graph.references.row(edge).tolist():
            cited.setdefault(node, []).append(edge)
    assert cited
    for node in range(len(toy_graph)):
        assert toy_graph.edges_citing(node).tolist() == cited.get(node, [])
