"""tests kg/neo4j/schema.py: names by Neo4j's conventions, from our closed schema alone."""

from __future__ import annotations

import re

import pytest

from nosograph.kg.neo4j import schema
from nosograph.kg.schema import read_schema


def test_names_follow_the_conventions_and_are_different() -> None:
    labels, types = schema.labels_by_kind(), schema.relationship_types()
    assert labels.keys() == {kind.name for kind in read_schema().kinds}
    assert types.keys() == {relation.name for relation in read_schema().relations}
    assert all(re.fullmatch(r"([A-Z][a-z]+)+", label) for label in labels.values())
    assert all(re.fullmatch(r"[A-Z]+(_[A-Z]+)*", name) for name in types.values())
    labels, types = schema.node_labels(), schema.edge_types()
    everything = [*labels.values(), *types.values(), *(schema.SHARED_LABEL, "Build", "Release")]
    everything += [schema.CASE, *schema.CASE_PARTS]
    assert len(set(everything)) == len(everything)


def test_a_name_that_could_be_a_query_is_refused() -> None:
    with pytest.raises(ValueError, match="letters and underscores"):
        schema._checked("HAS`]-() DELETE r //")


def test_every_statement_is_left_alone_where_it_holds() -> None:
    statements = schema.schema_statements()
    assert all(" IF NOT EXISTS " in statement for statement in statements)
    assert len(set(statements)) == len(statements) == 4 + len(schema.edge_types()) + 4 + 2


def test_a_full_text_index_over_other_properties_is_not_ours() -> None:
    labels = list(schema.labels_by_kind().values())
    assert schema.is_names_index(labels[::-1], ["translations", "name", "synonyms"])
    assert not schema.is_names_index(labels, ["name", "synonyms"])
    assert not schema.is_names_index(labels[:-1], ["translations", "name", "synonyms"])
