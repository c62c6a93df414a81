"""The folder that benchmarks read: where its parts lie, and the graph that they are measured on."""

from __future__ import annotations

from pathlib import Path

from nosograph.kg.build import GraphSources
from nosograph.kg.graph import KnowledgeGraph

__all__ = ["ARTICLE_ARCHIVES", "MONDO_ARCHIVE", "TEXT_FOLDER", "merged_graph"]

MONDO_ARCHIVE = Path("ontologies", "mondo-sssom.zip")
TEXT_FOLDER = "text"
ARTICLE_ARCHIVES = "jax*.zip"
"""Under `TEXT_FOLDER`: full texts of papers with the terms that a curator read in them."""


def merged_graph(data: Path, *, home: Path | None = None) -> KnowledgeGraph:
    """The embedded release, merged by the MONDO files of a data folder where it has them.

    Args:
        data: The folder.
        home: Folder of the graphs.
    """
    mondo = data / MONDO_ARCHIVE
    return KnowledgeGraph.open(
        GraphSources.embedded(mondo=mondo if mondo.is_file() else None), home=home
    )
