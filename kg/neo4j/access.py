"""How to reach a server: address, user, password, database; from options and the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from nosograph.kg.neo4j.errors import AccessError
from nosograph.kg.neo4j.own_server import OwnServer, find_own_server
from nosograph.kg.store import default_home

__all__ = ["DEFAULT_URI", "Access"]

DEFAULT_URI = "bolt://127.0.0.1:7687"
SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
OWN_USER = "neo4j"
"""Of a server that ``nosograph neo4j serve`` runs."""
_MAX_PASSWORD_FILE = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Where a server is and how to log in.

    >>> Access(uri="bolt://127.0.0.1:7687", user="neo4j", password="secret")
    Access(uri='bolt://127.0.0.1:7687', user='neo4j', database='neo4j')
    """

    uri: str
    user: str = "neo4j"
    password: str = field(default="", repr=False)
    """Is in no text that this object becomes."""
    database: str = "neo4j"

    def __post_init__(self) -> None:
        parts = _split(self.uri)
        if "@" in parts.netloc:
            raise AccessError(
                "the address of the server holds a user name or a password: it would stand in "
                "logs and in the list of processes. Give the address alone, and the password in a "
                "file (--password-file) or in NEO4J_PASSWORD."
            )
        if parts.scheme not in SCHEMES or not parts.hostname:
            raise AccessError(
                f"{self.uri!r} is not the address of a Neo4j server: expected something like "
                f"{DEFAULT_URI} (one of {', '.join(s + '://' for s in SCHEMES)})."
            )

    @classmethod
    def from_settings(
        cls,
        *,
        uri: str | None = None,
        user: str | None = None,
        password_file: str | Path | None = None,
        database: str | None = None,
        home: str | Path | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> Self:
        """What was given, and from the environment what was not.

        Where there is no password, and no address or that of the server which ``nosograph neo4j
        serve`` runs on this machine, it is that server with the password that it keeps.

        >>> Access.from_settings(user="reader", environment={"NEO4J_PASSWORD": "secret"})
        Access(uri='bolt://127.0.0.1:7687', user='reader', database='neo4j')

        Args:
            uri: Address; else ``NEO4J_URI``, else the usual port of this machine.
            user: User; else ``NEO4J_USERNAME``, else ``neo4j``.
            password_file: File whose first line is the password; else ``NEO4J_PASSWORD_FILE``,
                else the password itself in ``NEO4J_PASSWORD``.
            database: Database; else ``NEO4J_DATABASE``, else ``neo4j``.
            home: Folder of the graphs, in which ``serve`` keeps its server; the user's own when
                not given.
            environment: The environment.

        Raises:
            AccessError: If there is no password, or the address is none.
        """
        uri = uri or environment.get("NEO4J_URI")
        user = user or environment.get("NEO4J_USERNAME") or OWN_USER
        named = password_file or environment.get("NEO4J_PASSWORD_FILE")
        if not named and not environment.get("NEO4J_PASSWORD") and user == OWN_USER:
            own = find_own_server(Path(home) if home is not None else default_home())
            if own is not None and (uri is None or _is_own(uri, own)):
                uri, named = own.uri, own.password_file
        return cls(
            uri=uri or DEFAULT_URI,
            user=user,
            password=_password(named, environment),
            database=database or environment.get("NEO4J_DATABASE") or "neo4j",
        )


def _split(uri: str) -> _Parts:
    try:
        parts = urlsplit(uri)
        return _Parts(parts.scheme, parts.netloc, parts.hostname)
    except ValueError:  # brackets of an IPv6 address that do not match
        return _Parts("", "@" if "@" in uri else "", None)


@dataclass(frozen=True, slots=True)
class _Parts:
    scheme: str
    netloc: str
    hostname: str | None


def _is_own(uri: str, own: OwnServer) -> bool:
    """Whether an address is that of our own server; only a place on this machine can be."""
    try:
        given, known = urlsplit(uri), urlsplit(own.uri)
        is_same_port = (given.port or 7687) == known.port
    except ValueError:
        return False
    is_plain = given.scheme in ("bolt", "neo4j") and "@" not in given.netloc
    return is_plain and is_same_port and given.hostname in ("localhost", known.hostname)


def _password(path: str | Path | None, environment: Mapping[str, str]) -> str:
    if not path:
        if password := environment.get("NEO4J_PASSWORD"):
            return password
        raise AccessError(
            "no password for the Neo4j server: name a file that holds it with --password-file (or "
            "NEO4J_PASSWORD_FILE), or set NEO4J_PASSWORD. A server that 'nosograph neo4j serve' "
            "runs needs none."
        )
    try:
        with Path(path).open(encoding="utf-8") as file:
            password = file.read(_MAX_PASSWORD_FILE).partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise AccessError(
            f"the password file {path} cannot be read ({reason}). It is a text file whose first "
            "line is the password."
        ) from None
    if not password:
        raise AccessError(f"the password file {path} is empty: its first line is the password.")
    return password
