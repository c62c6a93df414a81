"""What makes the graph pleasant to explore in Neo4j Browser: guides, a style, favourites."""

from nosograph.kg.neo4j.browser.chapters import Chapter, Query, read_chapters
from nosograph.kg.neo4j.browser.guide import guide_pages
from nosograph.kg.neo4j.browser.kit import Kit, kit_files, write_kit

__all__ = ["Chapter", "Kit", "Query", "guide_pages", "kit_files", "read_chapters", "write_kit"]
