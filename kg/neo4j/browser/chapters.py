"""The set of queries: one file a chapter, read and checked.

Guide, favourites, documentation, tests and benchmarks all take the queries from here.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NoReturn

from nosograph.kg.neo4j.errors import ChapterError
from nosograph.kg.neo4j.schema import NAMES_INDEX

__all__ = ["MOST_ROWS", "Chapter", "Query", "Value", "read_chapters"]

Value = str | int | float | bool | tuple[str, ...]
"""What a parameter can be: all that a person types after ``:param name =>``."""

MOST_ROWS = 300
"""Neo4j Browser shows at most so many nodes of a result."""
FOLDER = Path(__file__).parent / "chapters"
_CHAPTER_KEYS = frozenset({"title", "about", "queries"})
_QUERY_KEYS = frozenset({"name", "title", "about", "shows", "parameters", "cypher"})
_OPTIONAL_KEYS = frozenset({"parameters"})
_FILE_NAME = re.compile(r"[0-9]{2}(_[a-z0-9]+)+")
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_PARAMETER = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_BOUND = re.compile(r"\bLIMIT (\d+)\s*$")
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|//[^\n]*")
_WRITES = re.compile(
    r"\b(CREATE|MERGE|SET|DELETE|DETACH|REMOVE|DROP|FOREACH|LOAD|ALTER|GRANT|DENY|REVOKE)\b",
    re.IGNORECASE,
)
_CALLS = re.compile(r"\bCALL\s+([\w.]+)", re.IGNORECASE)
_ALLOWED_CALLS = frozenset({"db.index.fulltext.queryNodes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question that a person asks in Neo4j Browser."""

    name: str
    """In snake case; unique over all chapters."""
    title: str
    about: str
    """What one sees, and how to ask for something else."""
    shows: Literal["table", "graph"]
    parameters: Mapping[str, Value]
    """Example values: with them, the query finds something in the embedded release."""
    cypher: str

    @property
    def parameter_lines(self) -> tuple[str, ...]:
        """The commands that set the parameters in Neo4j Browser.

        >>> query = read_chapters()[0].queries[0]
        >>> query.parameter_lines
        (":param words => 'long fingers'",)
        """
        return tuple(f":param {name} => {literal(v)}" for name, v in self.parameters.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A few queries on one subject."""

    name: str
    """Name of its file; the chapters stand in this order."""
    title: str
    about: str
    queries: tuple[Query, ...]


def literal(value: Value) -> str:
    r"""A value as Cypher spells it.

    >>> literal(("HP:0001166", "it's")), literal(True), literal(3)
    ("['HP:0001166', 'it\\'s']", 'true', '3')

    Args:
        value: A value of a parameter.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
        return f"'{escaped}'"
    if isinstance(value, tuple):
        return f"[{', '.join(map(literal, value))}]"
    return repr(value)


def read_chapters(folder: Path = FOLDER) -> tuple[Chapter, ...]:
    """Read every chapter, in order.

    >>> [chapter.title for chapter in read_chapters()][:2]
    ['Find a term', 'A disease at a glance']

    Args:
        folder: Where the files are.

    Raises:
        ChapterError: If a file does not say what it has to say.
    """
    chapters = tuple(_read(path) for path in sorted(folder.glob("*.toml")))
    if not chapters:
        raise ChapterError(f"{folder}: no chapters (*.toml) are there; is Nosograph installed?")
    seen: dict[str, str] = {}
    for chapter in chapters:
        for query in chapter.queries:
            if query.name in seen:
                _refuse(
                    f"{chapter.name}.toml",
                    f"the name {query.name!r} is that of a query of {seen[query.name]}.toml, too",
                    "a name that no other query has",
                )
            seen[query.name] = chapter.name
    return chapters


def _read(path: Path) -> Chapter:
    if not _FILE_NAME.fullmatch(path.stem):
        _refuse(path.name, f"the file is named {path.stem!r}", "a name like '10_find_a_term'")
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ChapterError(f"{path.name}: is not readable as TOML: {error}.") from error
    _check_keys(path.name, found, _CHAPTER_KEYS)
    queries = found["queries"]
    if not isinstance(queries, list) or not queries:
        _refuse(path.name, "it has no queries", "[[queries]], at least one")
    chapter = Chapter(
        name=path.stem,
        title=_text(path.name, found, "title"),
        about=_text(path.name, found, "about"),
        queries=tuple(
            _query(f"{path.name}, query {number}", query)
            for number, query in enumerate(queries, start=1)
        ),
    )
    _check_examples(path.name, chapter.queries)
    return chapter


def _query(where: str, found: Any) -> Query:
    if not isinstance(found, dict):
        _refuse(where, f"it is {found!r}", "a table [[queries]]")
    _check_keys(where, found, _QUERY_KEYS, optional=_OPTIONAL_KEYS)
    name = _text(where, found, "name")
    if not _NAME.fullmatch(name):
        _refuse(where, f"its name is {name!r}", "snake case, such as 'disease_features'")
    where = f"{where} ({name})"
    shows = found["shows"]
    if shows not in ("table", "graph"):
        _refuse(where, f"'shows' is {shows!r}", "'table' or 'graph'")
    query = Query(
        name=name,
        title=_text(where, found, "title"),
        about=_text(where, found, "about"),
        shows=shows,
        parameters=MappingProxyType(_parameters(where, found.get("parameters", {}))),
        cypher=_text(where, found, "cypher"),
    )
    _check_cypher(where, query)
    return query


def _check_keys(
    where: str, found: Mapping[str, Any], known: frozenset[str], *, optional: Iterable[str] = ()
) -> None:
    for key in sorted(found.keys() - known):
        near = difflib.get_close_matches(key, known, n=1)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        raise ChapterError(
            f"{where}: unknown key {key!r}.{meant} Known keys: {', '.join(sorted(known))}."
        )
    if missing := sorted(known - found.keys() - set(optional)):
        _refuse(where, f"it has no {', '.join(missing)}", f"the keys {', '.join(sorted(known))}")


def _text(where: str, found: Mapping[str, Any], key: str) -> str:
    text = found[key]
    if not isinstance(text, str) or not text.strip():
        _refuse(where, f"{key!r} is {text!r}", "a text that is not empty")
    return text.strip()


def _parameters(where: str, found: Any) -> dict[str, Value]:
    if not isinstance(found, dict):
        _refuse(
            where, f"'parameters' is {found!r}", 'names and values, { disease = "OMIM:154700" }'
        )
    checked: dict[str, Value] = {}
    for name, value in found.items():
        if not _NAME.fullmatch(name):
            _refuse(where, f"a parameter is named {name!r}", "snake case, such as 'disease'")
        if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
            checked[name] = tuple(value)
        elif isinstance(value, str | int | float):
            checked[name] = value
        else:
            _refuse(
                where,
                f"the value of {name!r} is {value!r}",
                "a text, a number, true or false, or a list of texts",
            )
    return checked


def _check_cypher(where: str, query: Query) -> None:
    """Refuse what is not bounded, ordered, read-only and given all it asks for."""
    text = _QUOTED.sub("''", query.cypher)
    if ";" in text:
        _refuse(where, "the query has a semicolon", "one statement, without one")
    bound = _BOUND.search(text)
    if bound is None or not 0 < int(bound[1]) <= MOST_ROWS:
        _refuse(
            where,
            f"the query ends with {text[-30:]!r}",
            f"LIMIT and a number up to {MOST_ROWS} at its end",
        )
    last = text[text.rfind("RETURN") :]
    if "RETURN" not in text or "ORDER BY" not in last:
        _refuse(where, "the last RETURN has no ORDER BY", "an order, so that two runs agree")
    if (writes := _WRITES.search(text)) is not None:
        _refuse(where, f"the query says {writes[0]!r}", "a query that only reads")
    for procedure in _CALLS.findall(text):
        if procedure not in _ALLOWED_CALLS:
            _refuse(where, f"it calls {procedure!r}", f"one of {sorted(_ALLOWED_CALLS)}")
    if "queryNodes" in text and f"'{NAMES_INDEX}'" not in query.cypher:
        _refuse(where, "it asks a full-text index that is not ours", f"'{NAMES_INDEX}'")
    used, given = set(_PARAMETER.findall(text)), set(query.parameters)
    if used != given:
        _refuse(
            where,
            f"the query uses the parameters {sorted(used)}, and {sorted(given)} are given",
            "an example value for each parameter, and no other",
        )


def _check_examples(where: str, queries: Iterable[Query]) -> None:
    """Within a chapter a parameter has one example, so that it is set once and stays."""
    examples: dict[str, Value] = {}
    for query in queries:
        for name, value in query.parameters.items():
            if examples.setdefault(name, value) != value:
                _refuse(
                    where,
                    f"{name!r} is {examples[name]!r}, and in {query.name!r} it is {value!r}",
                    "one example value of a parameter in a chapter",
                )


def _refuse(where: str, got: str, expected: str) -> NoReturn:
    raise ChapterError(f"{where}: {got}; expected {expected}.")
