"""The questions of the guide, asked once before a person asks them.

A Java server reads its planner and compiles what it runs while it answers, and plans every question
when it first hears it: right after its start, the same answer takes much longer.
"""

from __future__ import annotations

from collections.abc import Iterator

from nosograph.kg.neo4j.browser.chapters import read_chapters
from nosograph.kg.neo4j.connection import Database

__all__ = ["ask_first_questions"]


def ask_first_questions(database: Database) -> Iterator[tuple[int, int]]:
    """Ask every question of the guide with its example, in the order of the guide.

    Args:
        database: A loaded database; it is only read.

    Yields:
        After each question, how many were asked, and how many there are: whoever has to stop in
        between stops asking for the next.

    Raises:
        UnreachableError: If the connection is lost.
    """
    queries = [query for chapter in read_chapters() for query in chapter.queries]
    for n_asked, query in enumerate(queries, start=1):
        database.read(query.cypher, **query.parameters)
        yield n_asked, len(queries)
