"""docs/neo4j.md, its picture and compose.yaml say what the code does."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from nosograph.kg import KnowledgeGraph
from nosograph.kg.neo4j.provision import DOCKER_IMAGE
from nosograph.kg.neo4j.rows import node_rows, relationship_rows
from nosograph.kg.neo4j.schema import NAMES_INDEX, labels_by_kind, relationship_types
from nosograph.kg.schema import read_schema

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "neo4j.md").read_text("utf-8")


def test_the_page_names_every_label_type_and_index_with_its_biolink_term() -> None:
    schema = read_schema()
    for kind in schema.kinds:
        assert f"| `{labels_by_kind()[kind.name]}` | `{kind.category}` |" in PAGE
    for relation in schema.relations:
        assert f"| `{relationship_types()[relation.name]}` | `{relation.curie}` |" in PAGE
    assert NAMES_INDEX in PAGE


def test_the_page_names_every_property(embedded_graph: KnowledgeGraph) -> None:
    said: set[str] = set()
    for kind in embedded_graph.schema.kinds:
        said.update(*(row.keys() for row in node_rows(embedded_graph, kind.name)))
    for relation in embedded_graph.schema.relations:
        rows = relationship_rows(embedded_graph, relation)
        said.update(*(row.properties.keys() for row in rows))
    assert len(said) > 15
    assert [name for name in said if f"`{name}`" not in PAGE] == []


def test_the_picture_is_the_one_that_the_schema_gives() -> None:
    spec = importlib.util.spec_from_file_location("picture", ROOT / "docs" / "neo4j_picture.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    picture = (ROOT / "docs" / "neo4j.svg").read_text("utf-8")
    assert module.draw() == picture
    for name in (*labels_by_kind().values(), *relationship_types().values()):
        assert f">{name}<" in picture


def test_compose_listens_on_this_machine_alone_and_holds_no_password() -> None:
    text = (ROOT / "compose.yaml").read_text("utf-8")
    assert f"    image: {DOCKER_IMAGE}\n" in text
    ports = re.findall(r"- \"?([\d.:]+)\"?$", text.partition("ports:")[2], re.MULTILINE)
    assert text.count("ports:") == 1
    assert len(ports) == 2
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert not re.search(r"NEO4J_(AUTH|PASSWORD):", text)
    assert ".neo4j-auth" in (ROOT / ".gitignore").read_text("utf-8").splitlines()
