"""What became of every row that a build read, as the Build node tells it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nosograph.kg.graph import KnowledgeGraph
from nosograph.kg.neo4j.digests import Properties
from nosograph.kg.neo4j.schema import relationship_types
from nosograph.kg.translations import SOURCE as TRANSLATIONS

__all__ = ["account_of"]


def account_of(graph: KnowledgeGraph) -> Properties:
    """Source, words and number of each line of the account, as lists side by side."""
    manifest = graph.build.manifest
    lines = [
        *_annotations(manifest["rows"]),
        *_records(manifest["merging"]),
        *_translations(manifest.get("translations", {})),
    ]
    return {
        "account_sources": [source for source, _, _ in lines],
        "account": [words for _, words, _ in lines],
        "account_numbers": [number for _, _, number in lines],
    }


_Lines = Iterator[tuple[str, str, int]]


def _annotations(rows: dict[str, Any]) -> _Lines:
    source, types = "hpo-annotations", relationship_types()
    yield source, "rows read", rows["total"]
    for relation, n in rows["edges"].items():
        yield source, f"became {types[relation]}", n
    yield source, "left out", sum(rows["dropped"].values())
    for reason, n in rows["dropped"].items():
        yield source, f"left out: {reason}", n
    for remark, n in rows["remarks"].items():
        yield source, f"remark: {remark}", n


def _records(merging: dict[str, Any]) -> _Lines:
    yield (
        "hpo-genes",
        "pairs of gene and disease left out: no such record",
        merging["gene_pairs_without_record"],
    )
    source = f"joined by {merging['by']}"
    for words, fact in (
        ("disease records", "records"),
        ("of these joined to a disease", "matched_records"),
        ("records with several diseases to join: the first was taken", "ambiguous_records"),
        ("identifiers of a disease that have no record", "other_identifiers"),
        ("diseases, joined records counted once", "diseases"),
    ):
        yield source, words, merging[fact]


def _translations(translations: dict[str, dict[str, Any]]) -> _Lines:
    for language, facts in translations.items():
        source = f"{TRANSLATIONS}-{language}"
        yield source, "rows read", facts["rows"]
        yield source, "became a name", facts["names"]
        yield source, "said a second time", facts["repeated"]
        yield source, "left out", sum(facts["dropped"].values())
        for reason, n in facts["dropped"].items():
            yield source, f"left out: {reason}", n
        yield source, "remark: the English name has changed since", facts["english_name_changed"]
