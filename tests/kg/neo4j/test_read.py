"""tests kg/neo4j/read.py on a real server: the same build, or an error that says what differs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nosograph.engine import ClinicalCase, DiagnosticEngine
from nosograph.kg import KnowledgeGraph, StoreError
from nosograph.kg.arrays import GraphContent, OldIdentifier, SynonymRow, plain_edges
from nosograph.kg.edges import EVIDENCE_CODES, FREQUENCY_KINDS, SEXES, AnnotationEdges
from nosograph.kg.neo4j import ReadError, load_graph, read_graph
from nosograph.kg.neo4j.connection import Connection
from nosograph.kg.schema import read_schema
from nosograph.kg.store import GraphStore
from nosograph.kg.translations import translation_arrays
from nosograph.ontologies.hierarchy import Csr, Hierarchy
from nosograph.ontologies.ontology import ResolutionKind

SCHEMA = read_schema()
ANNOTATED = [code for code, relation in enumerate(SCHEMA.relations) if relation.annotated]
SOURCES = ("hpo", "hpo-annotations")
MERGING = (
    "gene_pairs_without_record",
    "records",
    "matched_records",
    "ambiguous_records",
    "other_identifiers",
    "diseases",
)
TRANSLATED = ("rows", "names", "repeated", "english_name_changed")
"""Numbers of a manifest that a load tells on the Build node."""


def assert_is_the_same(read: KnowledgeGraph, loaded: KnowledgeGraph) -> None:
    assert read.build.address == loaded.build.address
    assert read.build.manifest["arrays"] == loaded.build.manifest["arrays"]
    read.build.verify()
    for name in loaded.build.manifest["arrays"]:
        file = f"{name}.npy"
        assert (read.build.path / file).read_bytes() == (loaded.build.path / file).read_bytes()
    assert read.build.manifest_text == loaded.build.manifest_text


@pytest.mark.parametrize("which", ["toy_graph", "toy_graph_inferred", "translated_graph"])
def test_what_was_loaded_is_read(
    which: str, database: Connection, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    graph: KnowledgeGraph = request.getfixturevalue(which)
    load_graph(graph, database)
    told: list[str] = []
    read = read_graph(
        database, home=tmp_path, progress=lambda what, _done, _total: told.append(what)
    )
    assert_is_the_same(read, graph)
    assert read.build.path.is_relative_to(tmp_path)
    assert "relationships HAS_PHENOTYPE" in told
    assert list(read.names("zh")) == list(graph.names("zh"))
    assert [read.resolve(old) for old in graph.strings("old_id")] == [
        graph.resolve(old) for old in graph.strings("old_id")
    ]
    assert [read.edge(e) for e in range(len(graph.edge_subject))] == [
        graph.edge(e) for e in range(len(graph.edge_subject))
    ]


def test_a_build_that_is_there_already_is_kept(
    database: Connection, toy_graph: KnowledgeGraph, tmp_path: Path
) -> None:
    load_graph(toy_graph, database)
    first = read_graph(database, home=tmp_path)
    inode = (first.build.path / "node_id_text.npy").stat().st_ino
    again = read_graph(database, home=tmp_path)
    assert again.build.path == first.build.path
    assert (again.build.path / "node_id_text.npy").stat().st_ino == inode
    assert [path.name for path in (tmp_path / "builds").iterdir()] == [first.build.address]


def test_what_a_database_says_of_its_sources_names_no_build_of_ours(
    database: Connection, toy_graph: KnowledgeGraph, tmp_path: Path
) -> None:
    load_graph(toy_graph, database)
    read_graph(database, home=tmp_path)
    assert GraphStore(tmp_path).find(toy_graph.build.manifest["recipe"]) is None
    assert [build.address for build in GraphStore(tmp_path).builds()] == [toy_graph.build.address]


# --- builds of odd shapes ----------------------------------------------------------------------


def written(
    content: GraphContent,
    home: Path,
    translations: Sequence[tuple[str, int, str, str]] | None = None,
) -> KnowledgeGraph:
    """A build of values that were made by hand."""
    facts: dict[str, Any] = {
        "releases": dict.fromkeys(SOURCES, "2025-01-16"),
        "sources": {},
        "source_names": list(SOURCES),
        "counts": content.counts(),
        "rows": {"total": 0, "edges": {}, "dropped": {}, "remarks": {}},
        "merging": {"by": "hand"} | dict.fromkeys(MERGING, 0),
    }
    arrays = content.arrays()
    if translations is not None:
        languages = ["de", "ja", "zh"]
        arrays |= translation_arrays(translations, languages=languages)
        facts["translations"] = {
            language: {"dropped": {}} | dict.fromkeys(TRANSLATED, 0) for language in languages
        }
    store = GraphStore(home)
    return KnowledgeGraph(store.write("odd", arrays, facts), store=store)


texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=6
)
scopes = st.sampled_from(["EXACT", "EXACT layperson", "BROAD"])
classes = st.sampled_from(["EXACT label OFFICIAL", "EXACT label CANDIDATE", "RELATED synonym X"])


@st.composite
def contents(draw: st.DrawFn) -> tuple[GraphContent, list[tuple[str, int, str, str]] | None]:
    """Small builds with ties, repeated rows, empty relations, odd names and odd numbers."""
    n_by_kind = [draw(st.integers(1, 3)) for _ in SCHEMA.kinds]
    n_terms, n = n_by_kind[0] + n_by_kind[1], sum(n_by_kind)
    term_kinds = draw(st.permutations([0] * n_by_kind[0] + [1] * n_by_kind[1]))
    kinds = [*term_kinds, *(k for k in (2, 3, 4) for _ in range(n_by_kind[k]))]
    prefixes = ("HP:", "HP:", "ORPHA:", "NCBIGene:", "http://x.org/'?q=\\")
    ids = [f"{prefixes[kind]}{number:07}" for number, kind in enumerate(kinds)]
    diseases = range(n_terms, n_terms + n_by_kind[2])
    gene = diseases.stop
    node, term = st.integers(0, n - 1), st.integers(0, n_terms - 1)
    disease = st.sampled_from(list(diseases))
    parents = [
        sorted(draw(st.sets(st.integers(0, max(0, i - 1)), max_size=2))) if i else []
        for i in range(n_terms)
    ]
    is_a, gene_of = (
        SCHEMA.relation_code(r) for r in ("subclass_of", "gene_associated_with_condition")
    )
    plain = [(child, is_a, parent, 0, 0) for child, row in enumerate(parents) for parent in row]
    gene_row = st.tuples(
        st.just(gene), st.just(gene_of), disease, st.integers(0, 1), st.integers(0, 2)
    )
    plain += draw(st.lists(gene_row, max_size=6))  # rows that say the very same thing, too
    lines = draw(st.lists(st.integers(1, 10**6), max_size=8, unique=True))
    size = len(lines)
    value = st.one_of(st.just(math.nan), st.floats(0, 1, width=32))
    columns = {
        "subject": draw(st.lists(disease, min_size=size, max_size=size)),
        "relation": draw(st.lists(st.sampled_from(ANNOTATED), min_size=size, max_size=size)),
        "object": draw(st.lists(term, min_size=size, max_size=size)),
        "source": [1] * size,
        "line": lines,
    }
    kind = st.integers(0, len(FREQUENCY_KINDS) - 1)
    said = []
    for _ in lines:
        code = draw(kind)
        is_count = FREQUENCY_KINDS[code] == "count"
        number = st.integers(0, 2**31 - 1) if is_count else st.just(0)
        said.append((code, draw(value), draw(number), draw(number)))
    columns |= {
        "frequency_kind": [row[0] for row in said],
        "frequency": [row[1] for row in said],
        "n": [row[2] for row in said],
        "m": [row[3] for row in said],
    }
    for name, values in {
        "evidence": st.integers(0, len(EVIDENCE_CODES) - 1),
        "sex": st.integers(0, len(SEXES) - 1),
        "negated": st.integers(0, 1),
        "onset": st.integers(-1, n_terms - 1),
    }.items():
        columns[name] = draw(st.lists(values, min_size=size, max_size=size))
    many = st.lists(node, max_size=3).map(tuple)
    synonyms = draw(st.lists(st.tuples(term, texts, scopes), max_size=5))
    names = draw(
        st.lists(st.tuples(st.sampled_from(["de", "zh"]), term, texts, classes), max_size=5)
    )
    old = [
        OldIdentifier("HP:8000000", ResolutionKind.ALTERNATIVE, (draw(term),)),
        OldIdentifier(
            "HP:8000001", ResolutionKind.OBSOLETE, tuple(draw(st.permutations(range(n_terms))))
        ),
        OldIdentifier("HP:8000002", ResolutionKind.OBSOLETE, ()),
        OldIdentifier(ids[-1], ResolutionKind.REPLACED, (draw(term),)),  # is a node, too
    ]
    content = GraphContent(
        node_ids=ids,
        labels=draw(st.lists(st.one_of(st.just(""), texts), min_size=n, max_size=n)),
        kinds=kinds,
        definitions=draw(
            st.lists(st.one_of(st.just(""), texts), min_size=n_terms, max_size=n_terms)
        ),
        synonyms=[SynonymRow(*row) for row in sorted(synonyms, key=lambda row: row[0])],
        old_identifiers=sorted(old[: draw(st.integers(0, len(old)))]),
        hierarchy=Hierarchy(Csr.from_rows(parents)),
        annotations=AnnotationEdges.ordered(
            {name: np.array(values, dtype=np.float64) for name, values in columns.items()},
            modifiers=draw(st.lists(many, min_size=size, max_size=size)),
            references=draw(st.lists(many, min_size=size, max_size=size)),
        ),
        plain=plain_edges(plain),
    )
    ordered = sorted(names, key=lambda row: (row[0], row[1]))
    return content, ordered if draw(st.booleans()) else None


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=contents())
def test_any_build_comes_back(
    made: tuple[GraphContent, list[tuple[str, int, str, str]] | None],
    database: Connection,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    content, translations = made
    home = tmp_path_factory.mktemp("odd")
    graph = written(content, home / "made", translations)
    load_graph(graph, database)
    assert_is_the_same(read_graph(database, home=home / "read"), graph)
    assert load_graph(graph, database).is_unchanged


@pytest.mark.parametrize(
    ("language", "note", "term_id"),
    [
        ("de", "Arachnodaktylie. Kein Krampfanfall.", "HP:0001166"),
        ("zh", "患者有蜘蛛指和近视，无抽搐。", "HP:0000545"),
    ],
)
def test_notes_in_other_languages_have_the_same_differential(
    language: str,
    note: str,
    term_id: str,
    database: Connection,
    translated_graph: KnowledgeGraph,
    tmp_path: Path,
) -> None:
    load_graph(translated_graph, database)
    read = read_graph(database, home=tmp_path)
    case = ClinicalCase.from_note(note, language=language)
    expected = DiagnosticEngine(translated_graph).diagnose(case).to_dict()
    assert DiagnosticEngine(read).diagnose(case).to_dict() == expected
    assert term_id in {finding["term_id"] for finding in expected["findings"]}


# --- what is refused ---------------------------------------------------------------------------

CHANGES = {
    "a frequency": (
        "MATCH (:Disease {id: 'OMIM:154700'})-[r:HAS_PHENOTYPE]->() "
        "WHERE r.frequency IS NOT NULL WITH r LIMIT 1 SET r.frequency = 0.123",
        r"1 relationships HAS_PHENOTYPE \(such as OMIM:154700 to HP:\d+\) differ",
    ),
    "a frequency that is none": (
        "MATCH (:Disease {id: 'OMIM:154700'})-[r:HAS_PHENOTYPE]->() "
        "WITH r LIMIT 1 SET r.frequency = 'often'",
        r"HAS_PHENOTYPE from OMIM:154700 to HP:\d+ says what no load writes",
    ),
    "NOT": (
        "MATCH ()-[r:HAS_PHENOTYPE {negated: true}]->() SET r.negated = false",
        r"\d+ relationships HAS_PHENOTYPE \(such as .*\) differ",
    ),
    "NOT that is gone": (
        "MATCH ()-[r:HAS_PHENOTYPE {negated: true}]->() REMOVE r.negated",
        "HAS_PHENOTYPE from .* says what no load writes",
    ),
    "a citation of nothing": (
        "MATCH ()-[r:HAS_PHENOTYPE]->() WITH r LIMIT 1 SET r.references = ['PMID:0']",
        "says what no load writes .*PMID:0",
    ),
    "a relationship that is gone": (
        "MATCH ()-[r:HAS_PHENOTYPE]->() WITH r LIMIT 2 DELETE r",
        r"\d+ relationships HAS_PHENOTYPE, expected \d+",
    ),
    "a relationship more": (
        "MATCH (g:Gene), (d:Disease) WHERE NOT (g)-->(d) WITH g, d LIMIT 1 "
        "CREATE (g)-[:GENE_ASSOCIATED_WITH_CONDITION {id: 'x', source: 'hpo'}]->(d)",
        r"\d+ relationships GENE_ASSOCIATED_WITH_CONDITION, expected \d+",
    ),
    "a relationship that leads elsewhere": (
        "MATCH (g:Gene)-[r:GENE_ASSOCIATED_WITH_CONDITION]->(d) WITH g, r, d LIMIT 1 "
        "MATCH (e:Disease) WHERE NOT (g)-->(e) WITH g, r, e, properties(r) AS said LIMIT 1 DELETE r "
        "CREATE (g)-[n:GENE_ASSOCIATED_WITH_CONDITION {id: 'x'}]->(e) "
        "SET n.source = said.source, n.line = said.line",
        r"1 relationships GENE_ASSOCIATED_WITH_CONDITION \(such as NCBIGene:\d+ to .*\) differ",
    ),
    "a relationship without identifier": (
        "MATCH ()-[r:SUBCLASS_OF]->() WITH r LIMIT 1 REMOVE r.id",
        r"\d+ relationships SUBCLASS_OF, expected \d+ that a load wrote",
    ),
    "a cycle": (
        "MATCH (a:Phenotype)-[r:SUBCLASS_OF]->(b:Phenotype)-[q:SUBCLASS_OF]->(c:Phenotype) "
        "WITH a, b, q LIMIT 1 DELETE q CREATE (b)-[:SUBCLASS_OF {id: 'x', source: 'hpo'}]->(a)",
        "cycle",
    ),
    "a name": (
        "MATCH (n:Disease {id: 'OMIM:154700'}) SET n.name = 'Other'",
        r"1 nodes Disease \(such as OMIM:154700\) differ",
    ),
    "a name that is none": (
        "MATCH (n:Disease {id: 'OMIM:154700'}) SET n.name = 7",
        "Disease OMIM:154700 says what no load writes",
    ),
    "another kind": (
        "MATCH (n:Disease {id: 'OMIM:154700'}) SET n:Gene REMOVE n:Disease",
        r"\d+ nodes Disease, expected \d+; \d+ nodes Gene, expected \d+",
    ),
    "a synonym": (
        "MATCH (n:Phenotype {id: 'HP:0001166'}) SET n.synonyms = n.synonyms + ['X']",
        "HP:0001166 in synonyms, synonym_scopes says what no load writes",
    ),
    "a name of another language": (
        "MATCH (n:Phenotype {id: 'HP:0001166'}) SET n.translations = ['A', 'B']",
        r"1 nodes Phenotype \(such as HP:0001166\) differ",
    ),
    "a language": (
        "MATCH (n:Phenotype {id: 'HP:0001166'}) SET n.translation_languages = ['fr', 'fr']",
        "says what no load writes .*'fr'",
    ),
    "an old identifier that is gone": (
        "MATCH (o:OldIdentifier {id: 'HP:0001110'}) DETACH DELETE o",
        "the arrays .*old_id_text.* differ",
    ),
    "an old identifier that leads elsewhere": (
        "MATCH (:OldIdentifier {id: 'HP:0001110'})-[r]->(), (t:Phenotype {id: 'HP:0001166'}) "
        "WITH r, t, startNode(r) AS o DELETE r CREATE (o)-[:REPLACED_BY {id: 'x'}]->(t)",
        "1 relationships REPLACED_BY .* differ",
    ),
    "a changed fact with another digest": (
        "MATCH (n:Publication) WITH n LIMIT 1 SET n.id = 'PMID:1'",
        "says what no load writes|differ",
    ),
    "a manifest": (
        "MATCH (b:Build) SET b.manifest = replace(b.manifest, 'MONDO', 'NOBODY')",
        "the manifest in the Build node is not that of build",
    ),
    "no manifest": ("MATCH (b:Build) REMOVE b.manifest", "another version of Nosograph"),
    "an earlier version": ("MATCH (b:Build) REMOVE b.layout", "another version of Nosograph"),
    "a load that was cut off": ("MATCH (b:Build) SET b.state = 'loading'", "was not completed"),
    "no build": ("MATCH (b:Build) DETACH DELETE b", "the database holds none"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_database_that_was_changed_by_hand_is_refused(
    change: str, database: Connection, translated_graph: KnowledgeGraph, tmp_path: Path
) -> None:
    load_graph(translated_graph, database)
    query, message = CHANGES[change]
    database.write(query)
    with pytest.raises(ReadError, match=message) as refused:
        read_graph(database, home=tmp_path)
    assert "nosograph neo4j load" in str(refused.value)
    assert not list(tmp_path.rglob("*.npy"))
    if change != "no build":  # then it would be somebody else's
        load_graph(translated_graph, database, rewrite=True)
        assert_is_the_same(read_graph(database, home=tmp_path), translated_graph)


def test_notes_of_an_explorer_between_nodes_are_no_part_of_the_graph(
    database: Connection, toy_graph: KnowledgeGraph, tmp_path: Path
) -> None:
    load_graph(toy_graph, database)
    database.write(
        "MATCH (a:Phenotype {id: 'HP:0001166'}), (b:Disease {id: 'OMIM:154700'}) "
        "CREATE (a)-[:SEEN_IN {by: 'me'}]->(b) SET a.note = 'mine'"
    )
    assert_is_the_same(read_graph(database, home=tmp_path), toy_graph)


def test_a_load_in_between_is_told(
    database: Connection,
    toy_graph: KnowledgeGraph,
    toy_graph_inferred: KnowledgeGraph,
    tmp_path: Path,
) -> None:
    load_graph(toy_graph, database)

    class Changing:
        """A database that another load changes after a while."""

        n_reads = 0
        write = staticmethod(database.write)

        def read(self, query: str, **parameters: Any) -> list[dict[str, Any]]:
            self.n_reads += 1
            if "HAS_MODE_OF_INHERITANCE" in query and "ORDER BY" in query:
                load_graph(toy_graph_inferred, database)
            return database.read(query, **parameters)

    with pytest.raises(ReadError, match="loaded anew while it was read"):
        read_graph(Changing(), home=tmp_path)
    assert not list(tmp_path.rglob("*.npy"))
    assert_is_the_same(read_graph(database, home=tmp_path), toy_graph_inferred)


def test_only_reads_are_asked_of_the_database(
    database: Connection, toy_graph: KnowledgeGraph, tmp_path: Path
) -> None:
    load_graph(toy_graph, database)

    class Reading:
        read = staticmethod(database.read)

        @staticmethod
        def write(query: str, **_: Any) -> None:
            pytest.fail(f"wrote: {query}")

    assert_is_the_same(read_graph(Reading(), home=tmp_path), toy_graph)


def test_a_build_is_not_adopted_with_other_arrays(
    toy_graph: KnowledgeGraph, tmp_path: Path
) -> None:
    build = toy_graph.build
    arrays = {name: np.array(build.array(name)) for name in build.manifest["arrays"]}
    arrays["edge_line"][0] += 1
    with pytest.raises(StoreError, match="not those of its manifest"):
        GraphStore(tmp_path).adopt(build.manifest_text.encode(), arrays)
    assert not list(tmp_path.rglob("*.npy"))
