"""Errors of Neo4j: each says what is wrong and what to do, and none holds a password."""

from __future__ import annotations

from nosograph.kg.errors import GraphError

__all__ = [
    "AccessError",
    "CaseIdError",
    "CaseNotWrittenError",
    "ChapterError",
    "ForeignDataError",
    "LoadError",
    "LoginError",
    "Neo4jError",
    "NoServerError",
    "ReadError",
    "ServerVersionError",
    "UnknownCaseError",
    "UnreachableError",
]


class Neo4jError(GraphError):
    """Trouble with a Neo4j server or with what it holds."""


class AccessError(Neo4jError, ValueError):
    """An address, user or password was not given, or cannot be used."""


class ChapterError(Neo4jError, ValueError):
    """A chapter of the guide does not say what it has to say."""


class UnreachableError(Neo4jError, ConnectionError):
    """No server answers at that address, or the connection was lost."""


class LoginError(Neo4jError, PermissionError):
    """The server refuses this user and password."""


class ServerVersionError(Neo4jError):
    """The server is too old."""


class ForeignDataError(Neo4jError):
    """The database holds what is not of ours: it is left as it is."""


class LoadError(Neo4jError):
    """After a load the database does not hold what the build says."""


class ReadError(Neo4jError):
    """A database does not hold what its build says, so that no graph was read from it."""


class NoServerError(Neo4jError):
    """There is no server, and none can be put together here."""


class CaseIdError(Neo4jError, ValueError):
    """What was given cannot be the identifier of a case."""


class CaseNotWrittenError(Neo4jError):
    """The database does not hold the graph that a case was made with; it is left as it is."""


class UnknownCaseError(Neo4jError, LookupError):
    """The database holds no such case."""
