"""tests kg/neo4j/access.py: where a server is and how to log in, and that no password gets out."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from nosograph.kg.neo4j.access import DEFAULT_URI, Access
from nosograph.kg.neo4j.errors import AccessError

SECRET = "s3cret-Zxqvwly"


def test_options_come_before_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(f"{SECRET}\nsecond line", "utf-8")
    environment = {
        "NEO4J_URI": "neo4j+s://there",
        "NEO4J_USERNAME": "reader",
        "NEO4J_PASSWORD": "other",
        "NEO4J_DATABASE": "hpo",
    }
    named = Access.from_settings(environment=environment)
    assert (named.uri, named.user, named.password, named.database) == (
        "neo4j+s://there",
        "reader",
        "other",
        "hpo",
    )
    given = Access.from_settings(
        uri="bolt://here:1", user="me", password_file=file, database="x", environment=environment
    )
    assert (given.uri, given.user, given.password, given.database) == (
        "bolt://here:1",
        "me",
        SECRET,
        "x",
    )


def test_the_password_file_may_be_named_by_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(f"{SECRET}\r\n", "utf-8")
    access = Access.from_settings(environment={"NEO4J_PASSWORD_FILE": str(file)})
    assert access.password == SECRET
    assert access.uri == DEFAULT_URI


def test_the_password_is_in_no_text_of_the_object() -> None:
    access = Access(uri=DEFAULT_URI, password=SECRET)
    assert SECRET not in f"{access} {access!r}"


def test_without_a_password_it_says_where_one_is_looked_for() -> None:
    with pytest.raises(AccessError, match="--password-file"):
        Access.from_settings(environment={})


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe\xff"], ids=repr)
def test_a_password_file_that_cannot_be_used_is_told(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "password"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(AccessError, match="first line"):
        Access.from_settings(password_file=file, environment={})


@pytest.mark.parametrize(
    "uri",
    ["", "localhost:7687", "http://localhost:7474", "bolt://", "file:///etc/passwd", "bolt://[::1"],
)
def test_what_is_no_address_of_a_server_is_told(uri: str) -> None:
    with pytest.raises(AccessError, match="expected something like"):
        Access(uri=uri, password=SECRET)


@pytest.mark.parametrize("host", ["localhost:7687", "[::1"])
def test_an_address_that_holds_a_password_is_refused_without_repeating_it(host: str) -> None:
    with pytest.raises(AccessError) as caught:
        Access(uri=f"bolt://neo4j:{SECRET}@{host}")
    assert SECRET not in str(caught.value)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
