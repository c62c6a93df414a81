"""tests kg/neo4j/load.py against a real server."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from nosograph.kg import GraphSources, KnowledgeGraph
from nosograph.kg.neo4j import ForeignDataError, LoadError, Neo4jError, UnreachableError, load_graph
from nosograph.kg.neo4j.connection import Connection
from nosograph.kg.neo4j.ownership import read_contents
from nosograph.kg.neo4j.rows import expected_counts
from nosograph.kg.neo4j.schema import (
    NAMES_INDEX,
    edge_types,
    labels_by_kind,
    schema_statements,
)

Snapshot = tuple[list[Any], list[Any]]


def snapshot(database: Connection) -> Snapshot:
    """Everything that a database holds, in an order of its own."""
    nodes = database.read("MATCH (n) RETURN labels(n) AS labels, properties(n) AS said")
    edges = database.read(
        "MATCH (a)-[r]->(b) RETURN type(r) AS type, properties(r) AS said, "
        "coalesce(a.id, a.product) AS start, b.id AS end"
    )
    return (
        sorted(((sorted(row["labels"]), sorted(row["said"].items())) for row in nodes), key=str),
        sorted(
            ((row["type"], row["start"], row["end"], sorted(row["said"].items())) for row in edges),
            key=str,
        ),
    )


class CutOff:
    """A database whose connection is lost at one of the writes, before or after it is done."""

    def __init__(self, database: Connection, *, at: int, is_done: bool = False) -> None:
        self.database, self.at, self.is_done, self.n_writes = database, at, is_done, 0

    def read(self, query: str, **parameters: Any) -> list[dict[str, Any]]:
        return self.database.read(query, **parameters)

    def write(self, query: str, **parameters: Any) -> None:
        self.n_writes += 1
        if self.n_writes == self.at and not self.is_done:
            raise UnreachableError("cut off")
        self.database.write(query, **parameters)
        if self.n_writes == self.at:
            raise UnreachableError("cut off")


@pytest.fixture
def other_graph(toy_graph_inferred: KnowledgeGraph) -> KnowledgeGraph:
    """The toy graph as another build: records are joined otherwise."""
    return toy_graph_inferred


def test_a_load_holds_what_the_manifest_says(
    database: Connection, toy_graph: KnowledgeGraph
) -> None:
    report = load_graph(toy_graph, database)
    counts = toy_graph.build.manifest["counts"]
    nodes, relationships = expected_counts(toy_graph)
    assert nodes == counts["nodes"] | {"old_identifier": len(toy_graph.strings("old_id"))}
    contents = read_contents(database)
    assert contents.nodes == nodes
    assert contents.relationships == relationships
    assert contents.is_complete
    assert not report.is_unchanged
    assert report.nodes_written == sum(nodes.values())
    assert report.relationships_written == sum(relationships.values())
    assert (report.nodes_removed, report.relationships_removed) == (0, 0)


def test_every_node_has_the_label_of_its_kind_and_the_shared_one(
    database: Connection, toy_graph: KnowledgeGraph
) -> None:
    load_graph(toy_graph, database)
    rows = database.read("MATCH (n:NamedThing) RETURN n.id AS id, labels(n) AS labels")
    assert {row["id"]: set(row["labels"]) for row in rows} == {
        str(toy_graph.node_id(number)): {"NamedThing", labels_by_kind()[toy_graph.kind(number)]}
        for number in range(len(toy_graph))
    }


def test_the_releases_are_those_of_the_build(
    database: Connection, toy_graph: KnowledgeGraph
) -> None:
    load_graph(toy_graph, database)
    rows = database.read(
        "MATCH (:Build {build: $build})-[:MADE_FROM]->(r:Release) "
        "RETURN r.source AS source, r.release AS release, r.sha256 AS sha256",
        build=toy_graph.build.address,
    )
    assert {row["source"]: row["release"] for row in rows} == toy_graph.releases
    files = toy_graph.build.manifest["sources"]
    assert {row["source"]: row["sha256"] for row in rows if row["sha256"]} == {
        name: file["sha256"] for name, file in files.items()
    }


def test_a_second_load_changes_nothing_and_says_so(
    database: Connection, toy_graph: KnowledgeGraph
) -> None:
    load_graph(toy_graph, database)
    before = snapshot(database)
    report = load_graph(toy_graph, database)
    assert report.is_unchanged
    assert report.nodes_written == report.relationships_written == 0
    assert snapshot(database) == before


def test_another_build_leaves_exactly_that_build(
    database: Connection, toy_graph: KnowledgeGraph, other_graph: KnowledgeGraph
) -> None:
    load_graph(other_graph, database)
    clean = snapshot(database)
    load_graph(toy_graph, database)
    assert snapshot(database) != clean
    report = load_graph(other_graph, database)
    assert snapshot(database) == clean
    # Only what differs was written: the terms and annotations are the same in both.
    assert report.relationships_removed > 0
    assert report.relationships_written < sum(
        other_graph.build.manifest["counts"]["edges"].values()
    )
    assert report.nodes_written < len(other_graph) / 2


@pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
def test_a_load_that_is_cut_off_anywhere_is_completed_by_the_next(
    is_done: bool,
    database: Connection,
    toy_graph: KnowledgeGraph,
    other_graph: KnowledgeGraph,
) -> None:
    load_graph(toy_graph, database)
    clean = snapshot(database)
    load_graph(other_graph, database)
    before = snapshot(database)
    n_cuts = 0
    for at in range(len(schema_statements()), 100):
        try:
            load_graph(toy_graph, CutOff(database, at=at, is_done=is_done), batch_size=4)
        except UnreachableError:
            n_cuts += 1
        else:
            break
        if read_contents(database).is_complete:  # then it is wholly the one or the other
            assert snapshot(database) in (before, clean)
        load_graph(toy_graph, database)
        assert snapshot(database) == clean
        load_graph(other_graph, database)
        assert snapshot(database) == before
    assert n_cuts >= 6
    assert snapshot(database) == clean


def test_a_first_load_that_was_cut_off_is_told_and_completed(
    new_database: Connection, toy_graph: KnowledgeGraph
) -> None:
    cut = CutOff(new_database, at=len(schema_statements()) + 6)
    with pytest.raises(UnreachableError):
        load_graph(toy_graph, cut, batch_size=10)
    contents = read_contents(new_database)
    assert contents.build is not None
    assert not contents.is_complete
    assert 0 < sum(contents.nodes.values()) < len(toy_graph)
    load_graph(toy_graph, new_database)
    assert read_contents(new_database).nodes == expected_counts(toy_graph)[0]


def test_somebody_elses_database_is_left_as_it_is(
    new_database: Connection, toy_graph: KnowledgeGraph
) -> None:
    new_database.write("CREATE (:Person {name: 'Ada'})-[:KNOWS]->(:Person {name: 'Charles'})")
    before = snapshot(new_database)
    with pytest.raises(ForeignDataError, match="empty database"):
        load_graph(toy_graph, new_database)
    assert snapshot(new_database) == before
    assert not new_database.read("SHOW CONSTRAINTS YIELD name")


def test_a_graph_of_somebody_else_with_the_same_labels_is_not_ours(
    database: Connection, toy_graph: KnowledgeGraph
) -> None:
    database.write("CREATE (:NamedThing:Disease {id: 'MONDO:1'}), (:Build {product: 'other'})")
    with pytest.raises(ForeignDataError):
        load_graph(toy_graph, database)


def test_a_node_that_somebody_added_stops_the_next_load(
    database: Connection, toy_graph: KnowledgeGraph
) -> None:
    load_graph(toy_graph, database)
    database.write("CREATE (:Note {text: 'mine'})")
    with pytest.raises(ForeignDataError):
        load_graph(toy_graph, database)


def test_relationships_that_somebody_added_between_our_nodes_stay(
    database: Connection, toy_graph: KnowledgeGraph, other_graph: KnowledgeGraph
) -> None:
    load_graph(toy_graph, database)
    database.write(
        "MATCH (a:NamedThing {id: 'HP:0001166'}), (b:NamedThing {id: 'HP:0001250'}) "
        "CREATE (a)-[:SEEN_TOGETHER {by: 'me'}]->(b)"
    )
    load_graph(other_graph, database)
    assert database.read("MATCH ()-[r:SEEN_TOGETHER]->() RETURN r.by AS by") == [{"by": "me"}]


def test_what_was_changed_by_hand_is_found_by_its_count_or_mended_by_rewrite(
    database: Connection, toy_graph: KnowledgeGraph
) -> None:
    load_graph(toy_graph, database)
    clean = snapshot(database)
    database.write("MATCH (:Disease)-[r:HAS_PHENOTYPE]->() WITH r LIMIT 3 DELETE r")
    assert load_graph(toy_graph, database).relationships_written == 3
    assert snapshot(database) == clean
    database.write("MATCH (n:Disease) SET n.name = 'changed', n:Gene")
    load_graph(toy_graph, database, rewrite=True)
    assert snapshot(database) == clean


@pytest.mark.parametrize(
    "change",
    [
        "MATCH (n:Gene)-[r]->() WITH DISTINCT n LIMIT 1 REMOVE n.id",
        "MATCH (n:Gene)-[r]->() WITH DISTINCT n LIMIT 1 SET n.id = 'NCBIGene:0'",
        "MATCH (d:Disease)-[r:HAS_PHENOTYPE]->(p), (q:Phenotype {id: 'HP:0000118'}) "
        "WITH d, r, properties(r) AS said, q LIMIT 1 DELETE r "
        "WITH d, q, said CREATE (d)-[n:HAS_PHENOTYPE]->(q) SET n = said",
        "CREATE (:NamedThing:Gene {name: 'nameless'}), (:OldIdentifier)",
    ],
)
def test_identifiers_that_somebody_took_away_or_moved_are_mended_by_rewrite(
    database: Connection, toy_graph: KnowledgeGraph, change: str
) -> None:
    load_graph(toy_graph, database)
    clean = snapshot(database)
    database.write(change)
    assert snapshot(database) != clean
    load_graph(toy_graph, database, rewrite=True)
    assert snapshot(database) == clean


def test_a_node_that_somebody_added_without_an_identifier_is_removed(
    database: Connection, toy_graph: KnowledgeGraph
) -> None:
    load_graph(toy_graph, database)
    clean = snapshot(database)
    database.write("CREATE (:NamedThing:Gene {name: 'nameless'}), (:OldIdentifier)")
    assert load_graph(toy_graph, database).nodes_removed == 2
    assert snapshot(database) == clean


def test_a_rewrite_that_is_cut_off_is_completed_by_the_next_load(
    database: Connection, toy_graph: KnowledgeGraph
) -> None:
    load_graph(toy_graph, database)
    clean = snapshot(database)
    database.write("MATCH (n:NamedThing) SET n.name = 'changed'")
    cut = CutOff(database, at=len(schema_statements()) + 3)
    with pytest.raises(UnreachableError):
        load_graph(toy_graph, cut, rewrite=True, batch_size=10)
    assert snapshot(database) != clean
    load_graph(toy_graph, database)
    assert snapshot(database) == clean


def test_a_count_that_is_not_the_manifests_is_an_error(
    database: Connection, toy_graph: KnowledgeGraph
) -> None:
    class Losing:
        """A database that loses one batch of what it is told to write."""

        read = staticmethod(database.read)

        @staticmethod
        def write(query: str, **parameters: Any) -> None:
            if "HAS_PHENOTYPE {id: row" not in query:
                database.write(query, **parameters)

    with pytest.raises(LoadError, match=r"0 relationships HAS_PHENOTYPE, expected \d+"):
        load_graph(toy_graph, Losing())
    assert not read_contents(database).is_complete


def test_constraints_come_before_the_data(
    new_database: Connection, toy_graph: KnowledgeGraph
) -> None:
    with pytest.raises(UnreachableError):
        load_graph(toy_graph, CutOff(new_database, at=len(schema_statements()) + 1))
    assert not new_database.read("MATCH (n) RETURN n")
    unique = new_database.read("SHOW CONSTRAINTS YIELD labelsOrTypes, type")
    assert {name for row in unique for name in row["labelsOrTypes"]} == {
        "NamedThing",
        "Build",
        "Release",
        *("Case", "Finding", "Candidate", "EvidencePath"),
        "OldIdentifier",
        *edge_types().values(),
    }


def test_names_and_synonyms_are_found_by_the_full_text_index(
    database: Connection, toy_graph: KnowledgeGraph
) -> None:
    load_graph(toy_graph, database)
    database.write("CALL db.awaitIndexes(60)")
    for words in ("arachnodactyly", "spider fingers"):
        found = database.read(
            "CALL db.index.fulltext.queryNodes($index, $words) YIELD node, score "
            "RETURN node.id AS id ORDER BY score DESC LIMIT 3",
            index=NAMES_INDEX,
            words=words,
        )
        assert {"id": "HP:0001166"} in found


def test_an_old_identifier_leads_to_the_term_of_today(
    database: Connection, toy_graph: KnowledgeGraph
) -> None:
    load_graph(toy_graph, database)
    query = (
        "MATCH (o:OldIdentifier {id: $id}) "
        "OPTIONAL MATCH (o)-[r:REPLACED_BY|CONSIDER]->(t:Phenotype|Modifier) "
        "RETURN o.status AS status, type(r) AS how, t.id AS id ORDER BY r.position"
    )
    for old_id in toy_graph.strings("old_id"):
        found, rows = toy_graph.resolve(old_id), database.read(query, id=old_id)
        assert {row["status"] for row in rows} == {found.kind.value}
        expected = [found.term_id] if found.term_id else list(found.suggestions)
        assert [row["id"] for row in rows if row["id"]] == expected
        assert {row["how"] for row in rows if row["id"]} <= {
            "REPLACED_BY" if found.term_id else "CONSIDER"
        }


def test_words_of_another_language_find_the_term(
    database: Connection, translated_graph: KnowledgeGraph
) -> None:
    load_graph(translated_graph, database)
    database.write("CALL db.awaitIndexes(60)")
    for words, term_id in (("krampfanfall", "HP:0001250"), ("蜘蛛指", "HP:0001166")):
        found = database.read(
            "CALL db.index.fulltext.queryNodes($index, $words) YIELD node, score "
            "RETURN node.id AS id ORDER BY score DESC LIMIT 1",
            index=NAMES_INDEX,
            words=words,
        )
        assert found == [{"id": term_id}]


def test_what_an_earlier_version_loaded_is_updated(
    database: Connection, translated_graph: KnowledgeGraph
) -> None:
    """Without old identifiers, other languages and manifest, and with an index over less."""
    load_graph(translated_graph, database)
    clean = snapshot(database)
    database.write("MATCH (o:OldIdentifier) DETACH DELETE o")
    database.write("MATCH (b:Build) REMOVE b.manifest, b.layout")
    database.write(
        "MATCH (n:NamedThing) WHERE n.translations IS NOT NULL SET n.digest = 'of old' "
        "REMOVE n.translations, n.translation_languages, n.translation_scopes"
    )
    database.write(f"DROP INDEX {NAMES_INDEX}")
    labels = "|".join(labels_by_kind().values())
    database.write(
        f"CREATE FULLTEXT INDEX {NAMES_INDEX} FOR (n:{labels}) ON EACH [n.name, n.synonyms]"
    )
    assert not load_graph(translated_graph, database).is_unchanged
    assert snapshot(database) == clean
    indexes = database.read(
        "SHOW INDEXES YIELD name, properties WHERE name = $name RETURN properties", name=NAMES_INDEX
    )
    assert [set(row["properties"]) for row in indexes] == [{"name", "synonyms", "translations"}]
    assert load_graph(translated_graph, database).is_unchanged


def test_the_same_build_in_another_layout_is_loaded_again(
    database: Connection, toy_graph: KnowledgeGraph
) -> None:
    load_graph(toy_graph, database)
    clean = snapshot(database)
    database.write("MATCH ()-[r:HAS_PHENOTYPE]->() SET r.id = 'x' + r.id, r.frequency = 0.333333")
    database.write("MATCH (b:Build) SET b.layout = 1")
    assert load_graph(toy_graph, database).relationships_written > 0
    assert snapshot(database) == clean


def test_what_an_earlier_version_did_not_say_is_added_under_the_same_identifiers(
    database: Connection, toy_graph: KnowledgeGraph
) -> None:
    """Cases name relationships by identifier: their ways stay whole."""
    load_graph(toy_graph, database)
    clean = snapshot(database)
    database.write("MATCH ()-[r:HAS_PHENOTYPE]->() REMOVE r.says")
    database.write("MATCH (b:Build) SET b.layout = 2")
    assert load_graph(toy_graph, database).relationships_removed == 0
    assert snapshot(database) == clean


def test_old_identifiers_that_are_gone_are_removed(
    database: Connection, toy_graph: KnowledgeGraph
) -> None:
    load_graph(toy_graph, database)
    clean = snapshot(database)
    database.write(
        "MATCH (t:Phenotype {id: 'HP:0001166'}) "
        "CREATE (:OldIdentifier {id: 'HP:9999999'})-[:REPLACED_BY {id: 'x'}]->(t)"
    )
    assert load_graph(toy_graph, database).nodes_removed == 1
    assert snapshot(database) == clean


def test_names_that_look_like_queries_are_only_names(
    database: Connection, toy_sources: Any, tmp_path: Path
) -> None:
    """Nothing of a source is in the text of a query, whatever it is called."""
    hostile = "Marfan') DETACH DELETE n // `}] $rows \\u0027 \\' \" -->"
    text = toy_sources.hpoa.read_text("utf-8")
    assert "Marfan syndrome" in text
    hpoa = tmp_path / "phenotype.hpoa"
    hpoa.write_text(text.replace("Marfan syndrome", hostile), "utf-8")
    sources = GraphSources.embedded(
        mondo=None,
        others={"hpo": toy_sources.obo, "hpo-annotations": hpoa, "hpo-genes": toy_sources.genes},
    )
    graph = KnowledgeGraph.open(sources, home=tmp_path / "home")
    queries = Counter[str]()

    class Recording:
        read = staticmethod(database.read)

        @staticmethod
        def write(query: str, **parameters: Any) -> None:
            queries[query] += 1
            database.write(query, **parameters)

    load_graph(graph, Recording())
    found = database.read("MATCH (n:Disease {name: $name}) RETURN n.id AS id", name=hostile)
    assert "OMIM:154700" in {row["id"] for row in found}
    names = {graph.label(number) for number in range(len(graph))} - {""}
    ids = {str(graph.node_id(number)) for number in range(len(graph))}
    words = {*labels_by_kind().values(), "All"}  # "All" is the name of HPO's root
    assert not [q for q in queries for name in (names | ids) - words if name in q]
    shutil.rmtree(tmp_path / "home")


def test_a_query_that_reads_cannot_write(database: Connection) -> None:
    with pytest.raises(Neo4jError, match="nothing was changed"):
        database.read("CREATE (n:Person) RETURN n")
    assert not database.read("MATCH (n) RETURN n")
