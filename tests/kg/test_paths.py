"""tests kg/paths.py: a path is connected, or it is none."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.kg import BrokenPathError, KnowledgeGraph, Path, PathFinder, Step, UnknownNodeError
from nosograph.kg.paths import hierarchy_steps
from nosograph.ontologies import TermId


@pytest.fixture(scope="module")
def finder(toy_graph: KnowledgeGraph) -> PathFinder:
    return PathFinder(toy_graph)


@pytest.fixture(scope="module")
def embedded_finder(embedded_graph: KnowledgeGraph) -> PathFinder:
    return PathFinder(embedded_graph)


def _assert_sound(path: Path, source: str, target: str, *, max_hops: int) -> None:
    assert (path.start, path.end) == (source, target)
    assert len(path.steps) <= max_hops
    assert len(set(path.nodes)) == len(path.nodes)
    for step, (a, b) in zip(path.steps, pairwise(path.nodes), strict=True):
        assert (step.start, step.end) == (a, b)
        said = step.edge.annotation
        assert said is None or not said.negated
        assert said is None or said.frequency.value != 0
        assert step.edge.provenance.source


def test_a_path_whose_steps_do_not_follow_each_other_cannot_be_made(
    toy_graph: KnowledgeGraph,
) -> None:
    arachnodactyly = toy_graph.index("HP:0001166")
    (edge, *_) = toy_graph.edges_from(arachnodactyly, "subclass_of")
    step = Step(edge=toy_graph.edge(edge))
    assert Path(start=step.start, steps=(step,)).end == step.end
    with pytest.raises(BrokenPathError, match=f"step 1 of the path starts at {step.start}"):
        Path(start=step.start, steps=(step, step))
    with pytest.raises(BrokenPathError, match="step 0"):
        Path(start=TermId("HP:0000001"), steps=(step,))


def test_a_step_can_be_walked_backward(toy_graph: KnowledgeGraph) -> None:
    edge = toy_graph.edge(toy_graph.edge_range("has_phenotype")[0])
    forward, backward = Step(edge=edge), Step(edge=edge, is_forward=False)
    assert (backward.start, backward.end) == (forward.end, forward.start)
    assert Path(start=edge.subject, steps=(forward, backward)).end == edge.subject


def test_a_path_of_no_steps_ends_where_it_starts() -> None:
    path = Path(start=TermId("HP:0001250"), steps=())
    assert (path.end, path.nodes) == ("HP:0001250", ("HP:0001250",))


def test_a_finding_is_joined_to_its_disease_through_a_record(finder: PathFinder) -> None:
    path = finder.paths("HP:0001166", "MONDO:0007947")[0]
    assert path.nodes in (
        ("HP:0001166", "OMIM:154700", "MONDO:0007947"),
        ("HP:0001166", "ORPHA:558", "MONDO:0007947"),
    )


@given(data=st.data())
def test_every_toy_path_is_connected_simple_and_short(
    data: st.DataObject, finder: PathFinder
) -> None:
    nodes = st.integers(0, len(finder.graph) - 1).map(finder.graph.node_id)
    source, target = data.draw(nodes), data.draw(nodes)
    max_hops, limit = data.draw(st.integers(0, 5)), data.draw(st.integers(0, 4))
    paths = finder.paths(source, target, max_hops=max_hops, limit=limit)
    assert len(paths) <= limit
    assert len({path.nodes for path in paths}) == len(paths)
    for path in paths:
        _assert_sound(path, source, target, max_hops=max_hops)
    assert finder.paths(source, target, max_hops=max_hops, limit=limit) == paths


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("HP:0001166", "OMIM:154700"),
        ("HP:0001250", "ORPHA:558"),
        ("NCBIGene:2200", "HP:0001166"),
        ("HP:0001263", "HP:0001250"),
        ("HP:0000118", "OMIM:154700"),
    ],
)
def test_every_real_path_is_connected_and_always_the_same(
    source: str, target: str, embedded_finder: PathFinder
) -> None:
    paths = embedded_finder.paths(source, target)
    assert paths
    for path in paths:
        _assert_sound(path, source, target, max_hops=4)
    assert PathFinder(embedded_finder.graph).paths(source, target) == paths


@pytest.mark.parametrize(
    ("disease", "term"),
    [
        ("OMIM:154700", "HP:0001250"),  # 0/12: not seen
        ("OMIM:154700", "HP:0001263"),  # NOT
        ("OMIM:605231", "HP:0001653"),  # Excluded (0 %)
        ("ORPHA:1401", "HP:0007359"),  # NOT
    ],
)
def test_what_a_disease_does_not_show_is_no_way_to_it(
    disease: str, term: str, finder: PathFinder
) -> None:
    assert finder.paths(disease, term, max_hops=1) == ()


@pytest.mark.parametrize(
    ("disease", "term", "words"),
    [
        ("OMIM:154700", "HP:0001250", "looked for: not seen (0/12) ("),
        ("OMIM:154700", "HP:0001263", "does not have: not seen (0/53) ("),
        ("ORPHA:1401", "HP:0007359", "does not have"),
        ("MONDO:0007947", "HP:0001263", "does not have: not seen (0/53) ("),
    ],
)
def test_what_a_disease_does_not_show_is_told_as_such_in_both_directions(
    disease: str, term: str, words: str, finder: PathFinder
) -> None:
    path = finder.denials(disease, term)[0]
    assert (path.start, path.end) == (disease, term)
    assert path.steps[-1].words.startswith(words)
    back = finder.denials(term, disease)[0]
    assert back.nodes == tuple(reversed(path.nodes))
    assert back.steps[0].words.startswith(("not a feature of", "looked for in: not seen (0/12)"))


def test_a_feature_of_a_disease_is_not_denied(finder: PathFinder) -> None:
    assert finder.denials("OMIM:154700", "HP:0001166") == ()
    assert finder.denials("HP:0001166", "HP:0001166") == ()


def test_a_denied_feature_of_the_embedded_release_is_found(embedded_finder: PathFinder) -> None:
    (path,) = embedded_finder.denials("ORPHA:199310", "HP:0001263")
    assert path.steps[0].edge.annotation is not None
    assert path.steps[0].edge.annotation.negated


def test_the_shortest_way_comes_first(embedded_finder: PathFinder) -> None:
    for source, target in (("NCBIGene:2200", "HP:0001083"), ("HP:0001250", "HP:0001263")):
        lengths = [len(p.steps) for p in embedded_finder.paths(source, target, limit=12)]
        assert lengths == sorted(lengths)
        assert len(lengths) == 12


def test_every_step_says_in_words_how_often_and_who_says_so(finder: PathFinder) -> None:
    graph = finder.graph
    (way,) = finder.paths("HP:0001166", "HP:0001238", max_hops=1)
    assert way.steps[0].words == "is a (hpo 2025-01-16)"
    assert way.reversed().steps[0].words == "has kind (hpo 2025-01-16)"
    for number in range(len(graph.edge_subject)):
        for is_forward in (True, False):
            words = Step(edge=graph.edge(number), is_forward=is_forward).words
            assert f"({graph.edge(number).provenance.source} " in words
            assert "_" not in words.partition(" (")[0]


def test_a_negated_edge_is_never_used_in_the_embedded_release(
    embedded_finder: PathFinder,
) -> None:
    graph = embedded_finder.graph
    negated = graph.column("annotation_negated")
    frequency = graph.column("annotation_frequency")
    _, edges = embedded_finder._adjacency
    annotated = edges[edges < len(negated)]
    assert not negated[annotated].any()
    assert not (frequency[annotated] == 0).any()


def test_a_way_longer_than_any_byte_can_count_is_no_trouble(finder: PathFinder) -> None:
    assert finder.paths("HP:0001166", "HP:0001166", max_hops=1000)
    assert finder.paths("HP:0000006", "HP:0001250", max_hops=1000, limit=1)


def test_an_unknown_end_is_an_error(finder: PathFinder) -> None:
    with pytest.raises(UnknownNodeError, match="HP:9999999"):
        finder.paths("HP:9999999", "HP:0001250")


@pytest.mark.parametrize("upward", [True, False])
def test_terms_that_follow_each_other_become_steps(upward: bool, toy_graph: KnowledgeGraph) -> None:
    term, root = toy_graph.index("HP:0001166"), toy_graph.index("HP:0000118")
    way = toy_graph.hierarchy.steps(term, root)
    assert way is not None
    ordered = way if upward else tuple(reversed(way))
    steps = hierarchy_steps(toy_graph, ordered, upward=upward)
    path = Path(start=toy_graph.node_id(ordered[0]), steps=steps)
    assert path.nodes == tuple(toy_graph.node_id(n) for n in ordered)
    assert {step.edge.predicate for step in steps} == {"biolink:subclass_of"}


@pytest.mark.parametrize("upward", [True, False])
def test_terms_that_do_not_follow_each_other_are_refused(
    upward: bool, toy_graph: KnowledgeGraph
) -> None:
    way = [toy_graph.index(i) for i in ("HP:0001166", "HP:0000118")]
    with pytest.raises(BrokenPathError, match="is not a direct child of"):
        hierarchy_steps(toy_graph, way, upward=upward)
