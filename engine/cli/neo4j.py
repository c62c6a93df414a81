"""The commands ``nosograph neo4j``: a server, the graph in it, and what it holds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from nosograph.engine.cli.console import (
    EXIT_CODES,
    AsJson,
    CommandGroup,
    Home,
    Mondo,
    Sources,
    Translations,
    err,
    load_graph,
    new_table,
    out,
    print_json,
    stop_on_signals,
)
from nosograph.engine.cli.neo4j_browser import (
    browser_commands,
    serve_guides,
    write_browser_kit,
)
from nosograph.engine.cli.neo4j_cases import case_counts, forget, list_stored_cases
from nosograph.engine.cli.neo4j_options import DatabaseName, PasswordFile, Uri, User
from nosograph.kg.neo4j.access import Access
from nosograph.kg.neo4j.assembly import assemble
from nosograph.kg.neo4j.browser.first_questions import ask_first_questions
from nosograph.kg.neo4j.browser.guides import GuideServer
from nosograph.kg.neo4j.browser.kit import kit_files
from nosograph.kg.neo4j.cases import count_cases
from nosograph.kg.neo4j.connection import Connection
from nosograph.kg.neo4j.errors import Neo4jError
from nosograph.kg.neo4j.import_files import ARGUMENTS_FILE, write_import_files
from nosograph.kg.neo4j.load import LoadReport
from nosograph.kg.neo4j.load import load_graph as load_into_neo4j
from nosograph.kg.neo4j.own_server import OWN_SERVER
from nosograph.kg.neo4j.ownership import read_contents
from nosograph.kg.neo4j.schema import edge_types, node_labels
from nosograph.kg.neo4j.server import LocalServer
from nosograph.kg.store import default_home

__all__ = ["neo4j_app"]

neo4j_app = typer.Typer(
    cls=CommandGroup,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""The graph in Neo4j, to be explored in Neo4j Browser.

    Examples:

        nosograph neo4j serve

        nosograph neo4j load --uri bolt://127.0.0.1:7687 --password-file password

        nosograph neo4j status

        nosograph neo4j cases
    """,
    epilog=EXIT_CODES,
)
neo4j_app.command("browser-kit")(write_browser_kit)
neo4j_app.command("guides")(serve_guides)
neo4j_app.command("cases")(list_stored_cases)
neo4j_app.command("forget")(forget)


@neo4j_app.command("serve")
def neo4j_serve(
    *,
    mondo: Mondo = None,
    translations: Translations = None,
    sources: Sources = None,
    home: Home = None,
) -> None:
    """Start a Neo4j server of your own with the graph loaded; Ctrl-C stops it.

    Neo4j Community is fetched once by Maven and needs Java 17. It listens on this machine alone;
    its data is kept, so that the next start loads nothing.

    Example:

        nosograph neo4j serve
    """
    assembly = assemble(progress=lambda step: err.print(f"{step} …"))
    graph = load_graph(mondo, home, translations, sources)
    folder = (home or default_home()) / OWN_SERVER
    # Before the start, so that a signal in the middle of it stops the server, too.
    stopped = stop_on_signals()
    err.print("starting Neo4j …")
    with (
        GuideServer.on_usual_port(kit_files) as guides,
        LocalServer(
            folder,
            assembly,
            usual_ports=True,
            browser_commands=browser_commands(guides.address),
        ) as server,
    ):
        with Connection(server.access) as connection, _progress_bar() as progress:
            report = load_into_neo4j(graph, connection, progress=progress)
        _print_report(report)
        out.print(f"Neo4j Browser: {server.browser}", soft_wrap=True)
        out.print(f"Connect URL:   {server.access.uri}", soft_wrap=True)
        out.print("User:          neo4j")
        out.print(f"Password:      the first line of {server.password_file}", soft_wrap=True)
        guide = browser_commands(guides.address)[-1]
        out.print(f"Guide:         opens by itself; again with {guide}", soft_wrap=True)
        out.print("Ctrl-C stops the server.")
        _ask_first_questions(server.access, stopped)
        while not stopped.wait(1.0):
            server.check()
        err.print("stopping Neo4j …")


def _ask_first_questions(access: Access, stopped: threading.Event | None = None) -> None:
    """Make the server ready for the guide; who is faster than this waits a little longer."""
    with (
        suppress(Neo4jError),  # what was loaded is loaded all the same
        Connection(access) as connection,
        _progress_bar() as progress,
    ):
        for n_asked, n in ask_first_questions(connection):
            progress("first questions", n_asked, n)
            if stopped is not None and stopped.is_set():
                return


@neo4j_app.command("load")
def neo4j_load(
    *,
    uri: Uri = None,
    user: User = None,
    password_file: PasswordFile = None,
    database: DatabaseName = None,
    rewrite: Annotated[
        bool, typer.Option("--rewrite", help="Write also what does not seem to differ.")
    ] = False,
    mondo: Mondo = None,
    translations: Translations = None,
    sources: Sources = None,
    home: Home = None,
) -> None:
    """Make a Neo4j database hold the graph: write what differs, remove what is gone.

    A database that holds anything else is left as it is. A load that was cut off is completed by
    running it again. What was written is then asked every question of the guide once, so that the
    first answers in Neo4j Browser are as fast as the next.

    Examples:

        nosograph neo4j load --password-file password

        nosograph neo4j load --uri neo4j+s://graph.example.org --user nosograph --database hpo

        nosograph neo4j load --mondo mondo-sssom.zip --source hpo-annotations=phenotype.hpoa
    """
    access = Access.from_settings(
        uri=uri, user=user, password_file=password_file, database=database, home=home
    )
    with Connection(access) as connection:  # a wrong password is told before a graph is built
        graph = load_graph(mondo, home, translations, sources)
        with _progress_bar() as progress:
            report = load_into_neo4j(graph, connection, progress=progress, rewrite=rewrite)
    _print_report(report)
    if not report.is_unchanged:  # the server has to plan every question anew
        _ask_first_questions(access)


@neo4j_app.command("status")
def neo4j_status(
    *,
    uri: Uri = None,
    user: User = None,
    password_file: PasswordFile = None,
    database: DatabaseName = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Show what a Neo4j database holds: the build, its releases, and counts.

    Examples:

        nosograph neo4j status --password-file password

        nosograph neo4j status --json
    """
    access = Access.from_settings(
        uri=uri, user=user, password_file=password_file, database=database, home=home
    )
    with Connection(access) as connection:
        contents, server = read_contents(connection), connection.server
        cases = count_cases(connection)
    if as_json:
        print_json(
            {
                "server": server,
                "build": contents.build,
                "is_complete": contents.is_complete,
                "releases": list(contents.releases),
                "nodes": contents.nodes,
                "relationships": contents.relationships,
                "cases": cases._asdict(),
            }
        )
        return
    out.print(f"{server} at {access.uri}, database {access.database}", soft_wrap=True)
    if contents.build is None:
        out.print("No graph is loaded; 'nosograph neo4j load' loads it.")
        return
    state = "complete" if contents.is_complete else "not complete; run the load again"
    out.print(f"build {contents.build.get('build')}: {state}", soft_wrap=True)
    if cases.n_cases:
        out.print(case_counts(cases), soft_wrap=True)
    table = new_table("source", "release", "sha256")
    for row in contents.releases:
        table.add_row(row["source"], row["release"], row.get("sha256", "")[:16])
    out.print(table)
    for title, names, counts in (
        ("nodes", node_labels(), contents.nodes),
        ("relationships", edge_types(), contents.relationships),
    ):
        table = new_table(title, "number")
        for key, n in counts.items():
            table.add_row(names[key], f"{n:,}")
        out.print(table)


@neo4j_app.command("import-files")
def neo4j_import_files(
    folder: Annotated[Path, typer.Argument(help="A new or an empty folder.")],
    *,
    mondo: Mondo = None,
    translations: Translations = None,
    sources: Sources = None,
    home: Home = None,
) -> None:
    """Write the graph as CSV files for neo4j-admin: a database from nothing, in seconds.

    'nosograph neo4j load' makes its constraints and indexes afterwards.

    Example:

        nosograph neo4j import-files neo4j-import
    """
    written = write_import_files(load_graph(mondo, home, translations, sources), folder)
    n_files = len(written.nodes) + len(written.relationships)
    out.print(
        f"{n_files} files, {written.n_bytes / 1e6:.0f} MB, in {written.folder}", soft_wrap=True
    )
    out.print("With the server stopped:")
    out.print(
        "  neo4j-admin database import full neo4j --overwrite-destination "
        f"@{written.folder / ARGUMENTS_FILE}",
        soft_wrap=True,
    )
    out.print("With the server started again, for constraints and indexes:")
    out.print("  nosograph neo4j load --password-file FILE")


def _print_report(report: LoadReport) -> None:
    if report.is_unchanged:
        out.print(
            f"build {report.build} was loaded already, counts agree: nothing changed "
            f"({report.seconds:.1f} s)",
            soft_wrap=True,
        )
    else:
        _print_changes(report)
    if report.cases.n_cases:
        out.print(case_counts(report.cases), soft_wrap=True)


def _print_changes(report: LoadReport) -> None:
    out.print(
        f"build {report.build} is loaded: {report.nodes_written:,} nodes and "
        f"{report.relationships_written:,} relationships written, {report.nodes_removed:,} and "
        f"{report.relationships_removed:,} removed, counts agree ({report.seconds:.0f} s)",
        soft_wrap=True,
    )


@contextmanager
def _progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on the error stream; silent where that is no terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("", total=1)

        def tell(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield tell
