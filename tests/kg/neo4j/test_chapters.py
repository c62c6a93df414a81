"""tests kg/neo4j/browser/chapters.py: what a file has to say, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from nosograph.kg.neo4j.browser.chapters import MOST_ROWS, literal, read_chapters
from nosograph.kg.neo4j.errors import ChapterError

GOOD = """
title = "Terms"
about = "About terms."

[[queries]]
name = "one_term"
title = "One term"
about = "What it says."
shows = "table"
parameters = { term = "HP:0001166" }
cypher = '''
MATCH (n:NamedThing {id: $term})
RETURN n.id AS id ORDER BY id LIMIT 5
'''
"""


def written(folder: Path, text: str, name: str = "10_terms.toml") -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder


def test_a_good_file_is_read(tmp_path: Path) -> None:
    (chapter,) = read_chapters(written(tmp_path, GOOD))
    (query,) = chapter.queries
    assert (chapter.name, chapter.title) == ("10_terms", "Terms")
    assert query.cypher.startswith("MATCH (n:NamedThing {id: $term})\nRETURN")
    assert query.cypher.endswith("LIMIT 5")
    assert dict(query.parameters) == {"term": "HP:0001166"}
    assert query.parameter_lines == (":param term => 'HP:0001166'",)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "Terms"\n', "", "has no title"),
        ('title = "Terms"', 'titel = "Terms"', "Did you mean 'title'?"),
        ('name = "one_term"', 'name = "One term"', "snake case"),
        ('shows = "table"', 'shows = "picture"', "'table' or 'graph'"),
        ('title = "One term"', 'title = " "', "a text that is not empty"),
        ('title = "One term"', "title = 3", "a text that is not empty"),
        ('about = "What', 'abot = "What', "Did you mean 'about'?"),
        ("LIMIT 5", "", f"LIMIT and a number up to {MOST_ROWS}"),
        ("LIMIT 5", "LIMIT $term", "LIMIT and a number"),
        ("LIMIT 5", "LIMIT 5000", "LIMIT and a number"),
        ("LIMIT 5", "// LIMIT 5", "LIMIT and a number"),
        ("ORDER BY id ", "", "no ORDER BY"),
        ("RETURN n.id AS id ORDER BY id", "WITH n ORDER BY n.id RETURN n.id AS id", "no ORDER BY"),
        ("RETURN", "SET n.name = 'x' RETURN", "'SET'; expected a query that only reads"),
        ("RETURN", "detach delete n RETURN", "only reads"),
        ("MATCH", "CALL dbms.killQueries() MATCH", "dbms.killQueries"),
        ("LIMIT 5", "LIMIT 5; LIMIT 5", "semicolon"),
        ("$term", "'HP:0001166'", "the query uses the parameters []"),
        ("n.id AS id", "n[$key] AS id", "['key', 'term']"),
        ('{ term = "HP:0001166" }', "{ term = [1, 2] }", "the value of 'term' is [1, 2]"),
        ('{ term = "HP:0001166" }', '{ "the term" = "x" }', "snake case"),
        ('{ term = "HP:0001166" }', '"HP:0001166"', "names and values"),
        ("[[queries]]", "[queries]", "it has no queries"),
        ("title = ", "title ", "not readable as TOML"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(ChapterError) as caught:
        read_chapters(written(tmp_path, GOOD.replace(old, new, 1)))
    assert str(caught.value).startswith("10_terms.toml")
    assert said in str(caught.value)


def test_words_in_quotes_and_comments_are_no_clauses(tmp_path: Path) -> None:
    text = GOOD.replace("n.id AS id", "n.id + ' SET ; $x ' AS id // CREATE ; $y\n")
    (chapter,) = read_chapters(written(tmp_path, text))
    assert "CREATE" in chapter.queries[0].cypher


def test_a_name_is_given_once(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    with pytest.raises(ChapterError, match=r"20_more\.toml: the name 'one_term' is that of"):
        read_chapters(written(tmp_path, GOOD, "20_more.toml"))


def test_a_chapter_has_one_example_of_a_parameter(tmp_path: Path) -> None:
    second = GOOD[GOOD.index("[[queries]]") :].replace("one_term", "other").replace("1166", "1083")
    with pytest.raises(ChapterError, match="one example value of a parameter in a chapter"):
        read_chapters(written(tmp_path, GOOD + second))


def test_names_of_files_give_the_order(tmp_path: Path) -> None:
    written(tmp_path, GOOD.replace("one_term", "other"), "20_more.toml")
    written(tmp_path, GOOD)
    assert [chapter.name for chapter in read_chapters(tmp_path)] == ["10_terms", "20_more"]
    with pytest.raises(ChapterError, match="a name like '10_find_a_term'"):
        read_chapters(written(tmp_path, GOOD, "terms.toml"))


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ChapterError, match="no chapters"):
        read_chapters(tmp_path)


@pytest.mark.parametrize(
    ("value", "spelled"),
    [
        ("it's", r"'it\'s'"),
        ("a\\b\nc", r"'a\\b\nc'"),
        ((), "[]"),
        (("a", "b"), "['a', 'b']"),
        (0.5, "0.5"),
        (7, "7"),
        (False, "false"),
    ],
)
def test_values_are_spelled_as_in_cypher(value: object, spelled: str) -> None:
    assert literal(value) == spelled  # type: ignore[arg-type]


def test_the_set_is_whole() -> None:
    chapters = read_chapters()
    assert len({chapter.title for chapter in chapters}) == len(chapters)
    for chapter in chapters:
        assert len(chapter.queries) >= 3, chapter.name
        assert {query.shows for query in chapter.queries} == {"table", "graph"}, chapter.name
