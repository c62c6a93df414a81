"""Options of all commands that reach a Neo4j server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["DatabaseName", "PasswordFile", "Uri", "User"]

Uri = Annotated[
    str | None,
    typer.Option(
        "--uri",
        help="Bolt address (else NEO4J_URI, else the server that 'neo4j serve' runs, else "
        "bolt://127.0.0.1:7687).",
    ),
]
User = Annotated[str | None, typer.Option("--user", help="User (else NEO4J_USERNAME, else neo4j).")]
PasswordFile = Annotated[
    Path | None,
    typer.Option(
        "--password-file",
        help="File whose first line is the password (else NEO4J_PASSWORD_FILE, NEO4J_PASSWORD; "
        "else, of a server that 'nosograph neo4j serve' runs, the one that it keeps).",
    ),
]
DatabaseName = Annotated[
    str | None, typer.Option("--database", help="Database (else NEO4J_DATABASE, else neo4j).")
]
