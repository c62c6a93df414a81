"""tests kg/neo4j/connection.py: every refusal says what to do, and none holds the password."""

from __future__ import annotations

import logging
import socket
import sys
import threading
import traceback
from dataclasses import replace

import pytest

from nosograph.kg.neo4j.access import Access
from nosograph.kg.neo4j.connection import Connection, check_version, explained
from nosograph.kg.neo4j.errors import (
    AccessError,
    LoginError,
    Neo4jError,
    ServerVersionError,
    UnreachableError,
)

SECRET = "s3cret-Zxqvwly"


@pytest.mark.parametrize(
    "agent", ["Neo4j/5.23.0", "Neo4j/5.26.30", "Neo4j/2025.01.0", "Neo4j/v6.0"]
)
def test_a_server_that_is_new_enough_is_taken(agent: str) -> None:
    check_version(agent)


@pytest.mark.parametrize("agent", ["Neo4j/4.4.37", "Neo4j/3.5.0", "Neo4j/5.22.0", "Graph/9", ""])
def test_an_old_server_is_refused(agent: str) -> None:
    with pytest.raises(ServerVersionError, match=r"needs Neo4j 5\.23 or later"):
        check_version(agent)


def test_an_unreachable_server_is_told() -> None:
    with socket.socket() as nobody:  # bound, and nobody listens
        nobody.bind(("127.0.0.1", 0))
        access = Access(uri=f"bolt://127.0.0.1:{nobody.getsockname()[1]}", password=SECRET)
        with pytest.raises(UnreachableError, match="no Neo4j server answers") as caught:
            Connection(access)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_what_is_no_neo4j_server_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        access = Access(uri=f"bolt://127.0.0.1:{other.getsockname()[1]}", password=SECRET)
        other.settimeout(5)

        def close_at_once() -> None:
            other.accept()[0].close()

        threading.Thread(target=close_at_once, daemon=True).start()
        with pytest.raises(Neo4jError):
            Connection(access)


def test_without_the_driver_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "neo4j", None)
    with pytest.raises(Neo4jError, match=r"pip install 'nosograph\[neo4j\]'"):
        Connection(Access(uri="bolt://127.0.0.1:1", password=SECRET))


@pytest.mark.parametrize(
    ("code", "kind", "says"),
    [
        ("Neo.DatabaseError.Schema.ConstraintCreationFailed", Neo4jError, "one identifier"),
        ("Neo.ClientError.Security.Unauthorized", LoginError, "--password-file"),
        ("Neo.ClientError.Security.AuthenticationRateLimit", LoginError, "Wait"),
        ("Neo.ClientError.Security.Forbidden", LoginError, "does not let"),
        ("Neo.ClientError.Database.DatabaseNotFound", AccessError, "--database"),
        ("Neo.ClientError.General.WriteOnReadOnlyAccessDatabase", Neo4jError, "can only be read"),
        ("Neo.TransientError.Transaction.DeadlockDetected", Neo4jError, "Run it again"),
        ("Neo.ClientError.Schema.ConstraintValidationFailed", Neo4jError, "log of the server"),
    ],
)
def test_what_the_server_says_of_the_data_is_not_repeated(
    code: str, kind: type[Neo4jError], says: str
) -> None:
    from neo4j.exceptions import Neo4jError as DriverError

    access = Access(uri="bolt://127.0.0.1:1", password=SECRET)
    error = DriverError._hydrate_neo4j(code=code, message=f"a node has name = '{SECRET}'")
    with pytest.raises(kind, match=says) as caught, explained(access):
        raise error
    assert SECRET not in str(caught.value)


def test_a_wrong_password_is_refused(server_access: Access) -> None:
    with pytest.raises(LoginError, match="refuses user 'neo4j'") as caught:
        Connection(replace(server_access, password=SECRET))
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_database_that_is_not_there_is_told(server_access: Access) -> None:
    with pytest.raises(AccessError, match="has no database 'nowhere'"):
        Connection(replace(server_access, database="nowhere"))


def test_the_password_is_in_no_log(server_access: Access, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), Connection(server_access) as connection:
        assert connection.read("RETURN $x AS x", x=1) == [{"x": 1}]
    assert caplog.records  # the driver's own log was listened to
    assert server_access.password not in caplog.text
