"""docs/neo4j.md, docs/neo4j_schema.md, their pictures and compose.yaml say what the code does."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from nosograph.kg import KnowledgeGraph
from nosograph.kg.neo4j.browser import read_chapters
from nosograph.kg.neo4j.citations import CITATION, citation_rows
from nosograph.kg.neo4j.old_identifiers import SUCCESSION, old_identifier_rows, succession_rows
from nosograph.kg.neo4j.provision import DOCKER_IMAGE
from nosograph.kg.neo4j.rows import build_properties, node_rows, relationship_rows, release_rows
from nosograph.kg.neo4j.schema import (
    CASE,
    CASE_PARTS,
    NAMES_INDEX,
    edge_types,
    labels_by_kind,
    node_labels,
    relationship_types,
)
from nosograph.kg.schema import read_schema

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "neo4j.md").read_text("utf-8")
SCHEMA = (ROOT / "docs" / "neo4j_schema.md").read_text("utf-8")


def test_the_schema_names_every_label_type_and_index_with_its_biolink_term() -> None:
    schema = read_schema()
    for kind in schema.kinds:
        assert f"| `{labels_by_kind()[kind.name]}` | `{kind.category}` |" in SCHEMA
    for relation in schema.relations:
        assert f"| `{relationship_types()[relation.name]}` | `{relation.curie}` |" in SCHEMA
    for name, predicate in (SUCCESSION | CITATION).items():
        assert f"| `{edge_types()[name]}` | `{predicate}` |" in SCHEMA
    for label in (*node_labels().values(), CASE, *CASE_PARTS):
        assert f"| `{label}` |" in SCHEMA
    assert NAMES_INDEX in SCHEMA


def test_the_schema_names_every_property(
    embedded_graph: KnowledgeGraph, translated_graph: KnowledgeGraph
) -> None:
    said: set[str] = set(build_properties(embedded_graph))
    for graph in (embedded_graph, translated_graph):
        for kind in graph.schema.kinds:
            said.update(*(row.keys() for row in node_rows(graph, kind.name)))
    said.update(*(row.keys() for row in old_identifier_rows(embedded_graph)))
    for relation in embedded_graph.schema.relations:
        rows = relationship_rows(embedded_graph, relation)
        said.update(*(row.properties.keys() for row in rows))
    for name in SUCCESSION:
        rows = succession_rows(embedded_graph, name)
        said.update(*(row.properties.keys() for row in rows))
    said.update(*(row.properties.keys() for row in citation_rows(embedded_graph)))
    said.update(*(row.keys() for row in release_rows(embedded_graph)))
    assert len(said) > 25
    assert [name for name in said if f"`{name}`" not in SCHEMA] == []


def test_the_pictures_are_the_ones_that_the_schema_gives() -> None:
    spec = importlib.util.spec_from_file_location("picture", ROOT / "docs" / "neo4j_picture.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    picture = (ROOT / "docs" / "neo4j.svg").read_text("utf-8")
    assert module.draw() == picture
    for name in (*node_labels().values(), *edge_types().values()):
        assert f">{name}<" in picture
    patient = (ROOT / "docs" / "neo4j_patient.svg").read_text("utf-8")
    assert module.draw_patient() == patient
    for name in (CASE, *CASE_PARTS):
        assert f">{name}<" in patient


def test_every_question_of_the_guide_is_on_the_page_and_every_query_is_of_the_guide() -> None:
    for chapter in read_chapters():
        titles = "; ".join(query.title for query in chapter.queries)
        assert f"| {chapter.title} | {titles} |" in PAGE
    queries = {q.cypher: q for chapter in read_chapters() for q in chapter.queries}
    assert f"a guide of {len(queries)} questions" in (ROOT / "README.md").read_text("utf-8")
    blocks = re.findall(r"```cypher\n(.*?)\n```", PAGE, re.DOTALL)
    assert blocks
    for block in blocks:
        cypher = "\n".join(line for line in block.splitlines() if not line.startswith(":"))
        assert cypher in queries
        assert list(queries[cypher].parameter_lines) == [
            line for line in block.splitlines() if line.startswith(":")
        ]


def test_every_picture_of_the_page_is_there() -> None:
    named = set(re.findall(r"\(([\w-]+\.(?:png|svg))\)", PAGE + SCHEMA))
    assert len(named) >= 8
    assert [name for name in named if not (ROOT / "docs" / name).is_file()] == []


def test_compose_listens_on_this_machine_alone_and_holds_no_password() -> None:
    text = (ROOT / "compose.yaml").read_text("utf-8")
    assert f"    image: {DOCKER_IMAGE}\n" in text
    ports = re.findall(r"- \"?([\d.:]+)\"?$", text.partition("ports:")[2], re.MULTILINE)
    assert text.count("ports:") == 1
    assert len(ports) == 2
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert not re.search(r"NEO4J_(AUTH|PASSWORD):", text)
    assert ".neo4j-auth" in (ROOT / ".gitignore").read_text("utf-8").splitlines()
