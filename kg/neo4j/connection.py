"""The connection to a server by the official driver, with errors that say what to do.

This is the only file that imports the driver.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from nosograph.kg.neo4j.access import Access
from nosograph.kg.neo4j.errors import (
    AccessError,
    LoginError,
    Neo4jError,
    ServerVersionError,
    UnreachableError,
)

__all__ = [
    "OLDEST_VERSION",
    "Connection",
    "Database",
    "Run",
    "TransactionalDatabase",
    "check_version",
]

OLDEST_VERSION = (5, 23)
"""The first that takes the subqueries of the guide as they are written; 5.7 was the first that
keeps a property of a relationship unique."""
CONNECT_SECONDS = 10.0
_AGENT = re.compile(r"Neo4j/v?(\d+)\.(\d+)")

Row = dict[str, Any]
T = TypeVar("T")


class Database(Protocol):
    """What the load and the queries need of a database.

    The text of every query is written in this package: data goes into the parameters.
    """

    def read(self, query: str, **parameters: Any) -> list[Row]:
        """Rows of a query, in a transaction that cannot write."""
        ...

    def write(self, query: str, **parameters: Any) -> None:
        """Run a query that writes, in a transaction of its own."""
        ...


class Run(Protocol):
    """Runs one query and gives its rows."""

    def __call__(self, query: str, **parameters: Any) -> list[Row]:
        """Rows of a query."""
        ...


class TransactionalDatabase(Database, Protocol):
    """A database that does several queries as one."""

    def in_transaction(self, work: Callable[[Run], T]) -> T:
        """Do work in one transaction: all of it, or nothing if it raises.

        Args:
            work: Is given what runs its queries; called again where that may help.
        """
        ...


class Connection:
    """An open connection to one database of one server.

    Args:
        access: Where it is and how to log in.

    Raises:
        UnreachableError: If no server answers.
        LoginError: If the server refuses user and password.
        ServerVersionError: If the server is too old.
    """

    def __init__(self, access: Access) -> None:
        self.access = access
        driver_module = _driver_module()
        with explained(access):
            self._driver = driver_module.GraphDatabase.driver(
                access.uri,
                auth=(access.user, access.password),
                connection_timeout=CONNECT_SECONDS,
                connection_acquisition_timeout=60.0,
                max_transaction_retry_time=CONNECT_SECONDS,
                # Hints of the server on the wording of a query: not for who loads a graph.
                notifications_min_severity="OFF",
                telemetry_disabled=True,
            )
        try:
            with explained(access):
                self.server: str = self._driver.get_server_info().agent
            check_version(self.server)
            self.read("RETURN 1 AS one")  # the database may not be there, although the server is
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection back."""
        self._driver.close()

    def read(self, query: str, **parameters: Any) -> list[Row]:
        """Rows of a query, in a transaction that the server does not let write."""
        module = _driver_module()
        with (
            explained(self.access),
            self._driver.session(
                database=self.access.database, default_access_mode=module.READ_ACCESS
            ) as session,
        ):
            rows: list[Row] = session.execute_read(lambda tx: tx.run(query, parameters).data())
            return rows

    def write(self, query: str, **parameters: Any) -> None:
        """Run a query that writes, in a transaction of its own; repeated where that may help."""
        with (
            explained(self.access),
            self._driver.session(database=self.access.database) as session,
        ):
            session.execute_write(lambda tx: tx.run(query, parameters).consume())

    def in_transaction(self, work: Callable[[Run], T]) -> T:
        """Do work in one transaction: all of it, or nothing if it raises."""
        with (
            explained(self.access),
            self._driver.session(database=self.access.database) as session,
        ):

            def begin(transaction: Any) -> T:
                def run(query: str, **parameters: Any) -> list[Row]:
                    rows: list[Row] = transaction.run(query, parameters).data()
                    return rows

                return work(run)

            done: T = session.execute_write(begin)
            return done


def check_version(agent: str) -> None:
    """Refuse a server that is too old.

    >>> check_version("Neo4j/5.26.0"), check_version("Neo4j/2025.10.1")
    (None, None)

    Args:
        agent: How the server names itself.

    Raises:
        ServerVersionError: If it is older than 5.23, or names no version.
    """
    found = _AGENT.match(agent)
    if found is None or (int(found[1]), int(found[2])) < OLDEST_VERSION:
        raise ServerVersionError(
            f"the server is {agent[:60]!r}, and Nosograph needs Neo4j "
            f"{'.'.join(map(str, OLDEST_VERSION))} or later (5.26 is tested). Upgrade the server, "
            "or start one with 'nosograph neo4j serve'."
        )


def _driver_module() -> Any:
    try:
        import neo4j
    except ImportError as error:
        raise Neo4jError(
            "the commands of Neo4j need its driver: pip install 'nosograph[neo4j]'."
        ) from error
    return neo4j


@contextmanager
def explained(access: Access) -> Iterator[None]:
    """Turn what the driver raises into our errors.

    Messages of the server are left out: they may repeat what stood in a parameter.
    """
    from neo4j import exceptions as driver_errors

    try:
        yield
    except driver_errors.UnsupportedServerProduct:
        raise ServerVersionError(
            f"what answers at {access.uri} is no Neo4j server of this time: Nosograph needs "
            f"{'.'.join(map(str, OLDEST_VERSION))} or later."
        ) from None
    except driver_errors.Neo4jError as error:
        raise _refusal(error.code or "", access) from None
    except (driver_errors.ConfigurationError, ValueError) as error:
        raise AccessError(
            f"{access.uri}: the driver cannot use this address ({type(error).__name__})."
        ) from None
    except driver_errors.DriverError as error:
        raise UnreachableError(_unreachable(access, type(error).__name__)) from None
    except OSError as error:
        raise UnreachableError(_unreachable(access, error.strerror or "no answer")) from None


def _unreachable(access: Access, reason: str) -> str:
    return (
        f"no Neo4j server answers at {access.uri}, or the connection was lost ({reason}). Is it "
        "running, and is this its Bolt address? 'nosograph neo4j serve' starts one. A load that "
        "was cut off is completed by running it again."
    )


def _refusal(code: str, access: Access) -> Neo4jError:
    """The error for a code of the server."""
    kind = code.rpartition(".")[2]
    if kind == "AuthenticationRateLimit":
        return LoginError(
            f"{access.uri} refuses logins for some seconds, because a wrong password was given "
            "several times. Wait, then check the password."
        )
    if ".Security." in code:
        return LoginError(
            f"{access.uri} refuses user {access.user!r} with this password, or does not let that "
            "user do this. Check --user and --password-file (or NEO4J_USERNAME, NEO4J_PASSWORD)."
        )
    if kind in {"DatabaseNotFound", "DatabaseUnavailable"}:
        return AccessError(
            f"{access.uri} has no database {access.database!r} that is online: the usual one is "
            "'neo4j' (--database or NEO4J_DATABASE)."
        )
    if kind == "ConstraintCreationFailed":
        return Neo4jError(
            f"a constraint could not be made in database {access.database!r} at {access.uri}: it "
            "holds two nodes or relationships with one identifier, which somebody made while the "
            "constraint was not there. Remove one of them, or load into an empty database."
        )
    if "ReadOnly" in kind:
        return Neo4jError(
            f"database {access.database!r} at {access.uri} can only be read, by a setting of its "
            "server (server.databases.read_only): nothing was changed."
        )
    if ".TransientError." in code:
        return Neo4jError(
            f"{access.uri} could not do at this moment what was asked ({kind}). Run it again; the "
            "log of the server says more."
        )
    if kind == "AccessMode":
        return Neo4jError("a query that was to read only tried to write; nothing was changed.")
    return Neo4jError(
        f"{access.uri} could not do what was asked ({code or 'no code given'}). The log of the "
        "server says more."
    )
