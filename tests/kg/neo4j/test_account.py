"""tests kg/neo4j/account.py: every row is accounted for, by source."""

from __future__ import annotations

from collections import defaultdict

import pytest

from nosograph.kg import KnowledgeGraph
from nosograph.kg.neo4j.account import account_of


def lines_of(graph: KnowledgeGraph) -> list[tuple[str, str, int]]:
    said = account_of(graph)
    return list(zip(said["account_sources"], said["account"], said["account_numbers"], strict=True))


@pytest.mark.parametrize("which", ["toy_graph", "translated_graph"])
def test_what_became_and_what_was_left_out_are_all_rows_that_were_read(
    which: str, request: pytest.FixtureRequest
) -> None:
    graph: KnowledgeGraph = request.getfixturevalue(which)
    read: dict[str, int] = {}
    told: dict[str, int] = defaultdict(int)
    reasons: dict[str, int] = defaultdict(int)
    for source, words, n in lines_of(graph):
        if words == "rows read":
            read[source] = n
        elif words.startswith("became ") or words in {"said a second time", "left out"}:
            told[source] += n
        elif words.startswith("left out: "):
            reasons[source] += n
    assert read == dict(told)
    languages = {f"hpo-translations-{language}" for language in graph.languages if language != "en"}
    assert set(read) == {"hpo-annotations", *languages}
    left_out = {source: n for source, words, n in lines_of(graph) if words == "left out"}
    assert left_out == {source: reasons[source] for source in read}


def test_why_rows_were_left_out_is_told(toy_graph: KnowledgeGraph) -> None:
    dropped = toy_graph.build.manifest["rows"]["dropped"]
    assert dropped, "or the test tells nothing"
    for reason, n in dropped.items():
        assert ("hpo-annotations", f"left out: {reason}", n) in lines_of(toy_graph)


def test_records_and_diseases_are_counted(toy_graph: KnowledgeGraph) -> None:
    told = {words: n for source, words, n in lines_of(toy_graph) if source.startswith("joined by ")}
    diseases = {int(toy_graph.disease_of[number]) for number in toy_graph.kind_range("disease")}
    assert told["diseases, joined records counted once"] == len(diseases)
    n_exact = len(toy_graph.edge_range("exact_match")) + len(toy_graph.edge_range("close_match"))
    assert (
        told["of these joined to a disease"] + told["identifiers of a disease that have no record"]
        == n_exact
    )
