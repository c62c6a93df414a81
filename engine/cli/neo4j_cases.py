"""Patients in a Neo4j database: written by ``diagnose``, then ``neo4j cases`` and ``forget``."""

from __future__ import annotations

from dataclasses import asdict
from shlex import quote
from typing import Annotated

import typer
from rich.markup import escape

from nosograph.engine.cli.console import AsJson, Home, Limit, err, new_table, out, print_json
from nosograph.engine.cli.neo4j_options import DatabaseName, PasswordFile, Uri, User
from nosograph.engine.differential import Differential
from nosograph.engine.interchange.neo4j_cases import case_rows
from nosograph.engine.report import percent
from nosograph.kg.graph import KnowledgeGraph
from nosograph.kg.neo4j.access import Access
from nosograph.kg.neo4j.case_writing import write_case
from nosograph.kg.neo4j.cases import CaseCounts, StoredCase, forget_case, list_cases
from nosograph.kg.neo4j.connection import Connection

__all__ = ["case_counts", "forget", "list_stored_cases", "write_and_tell"]


def list_stored_cases(
    *,
    uri: Uri = None,
    user: User = None,
    password_file: PasswordFile = None,
    database: DatabaseName = None,
    home: Home = None,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """List the patients' cases in a Neo4j database, the newest first.

    Examples:

        nosograph neo4j cases

        nosograph neo4j cases --json --limit 1000
    """
    access = Access.from_settings(
        uri=uri, user=user, password_file=password_file, database=database, home=home
    )
    with Connection(access) as connection:
        cases = list_cases(connection, limit=limit)
    if as_json:
        print_json([asdict(case) | {"written": case.written.isoformat()} for case in cases])
        return
    if not cases:
        out.print("There are no cases; 'nosograph diagnose … --neo4j' writes one.")
        return
    table = new_table("case", "written (UTC)", "findings", "first of the candidates", "state")
    for case in cases:
        best = "none"
        if case.best_probability is not None:
            best = f"{case.best} ({percent(case.best_probability)})"
        table.add_row(
            escape(case.id),
            f"{case.written:%Y-%m-%d %H:%M}",
            str(case.n_findings),
            escape(best),
            _state(case),
        )
    out.print(table)


def _state(case: StoredCase) -> str:
    said = "" if case.is_current else f"of another build ({escape(case.build[:8])})"
    if not case.is_whole:
        said += f"{', ' if said else ''}not whole: write it again"
    return said or "of the loaded build"


def case_counts(counts: CaseCounts) -> str:
    """How many cases there are, and how many are to be written again, in words.

    >>> case_counts(CaseCounts(3, 1, 0))
    'cases: 3, 1 of them made with another build'
    """
    said = f"cases: {counts.n_cases:,}"
    if counts.n_stale:
        said += f", {counts.n_stale:,} of them made with another build"
    if counts.n_cut:
        said += f", {counts.n_cut:,} of them not whole any more, because nodes are gone: "
        said += "write them again"
    return said


def forget(
    case: Annotated[str, typer.Argument(help="Name of the case, as 'neo4j cases' shows it.")],
    *,
    uri: Uri = None,
    user: User = None,
    password_file: PasswordFile = None,
    database: DatabaseName = None,
    home: Home = None,
) -> None:
    """Remove a patient's case from a Neo4j database entirely; the graph stays.

    Example:

        nosograph neo4j forget case-3f9a2c51d0
    """
    access = Access.from_settings(
        uri=uri, user=user, password_file=password_file, database=database, home=home
    )
    with Connection(access) as connection:
        gone = forget_case(connection, case)
    out.print(
        f"the case is gone: {gone.n_nodes:,} nodes and {gone.n_relationships:,} relationships "
        "were removed"
    )


def write_and_tell(
    differential: Differential, graph: KnowledgeGraph, connection: Connection
) -> None:
    """Write a case, and say so on the error stream: the other one may be read by a program."""
    report, access = write_case(connection, case_rows(differential, graph)), connection.access
    err.print(
        f"case {escape(report.id)} is {'replaced' if report.is_replaced else 'written'} at "
        f"{access.uri}, database {escape(access.database)}: {report.n_findings} findings, "
        f"{report.n_candidates} candidates, {report.n_paths} paths, no text of the note. "
        f"'nosograph neo4j forget {escape(quote(report.id))}' removes it.",
        soft_wrap=True,
    )
