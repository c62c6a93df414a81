"""tests kg/neo4j/browser/first_questions.py: a server hears every question before a person asks."""

from __future__ import annotations

from typing import Any

from nosograph.kg.neo4j.browser import read_chapters
from nosograph.kg.neo4j.browser.first_questions import ask_first_questions


class Listening:
    """Stands in for a database: it remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def read(self, query: str, **parameters: Any) -> list[dict[str, Any]]:
        self.asked.append((query, parameters))
        return []

    def write(self, query: str, **parameters: Any) -> None:
        raise AssertionError("nothing is written")


def test_every_question_is_asked_as_the_guide_asks_it() -> None:
    database = Listening()
    told = list(ask_first_questions(database))
    queries = [query for chapter in read_chapters() for query in chapter.queries]
    assert database.asked == [(query.cypher, dict(query.parameters)) for query in queries]
    assert told == [(n, len(queries)) for n in range(1, len(queries) + 1)]


def test_who_has_to_stop_asks_no_more() -> None:
    database = Listening()
    assert next(ask_first_questions(database))[0] == len(database.asked) == 1
