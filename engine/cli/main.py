"""The command ``nosograph``: its parts, and how errors end it."""

from __future__ import annotations

import io
import os
import sys
import traceback
from pathlib import Path

import typer

from nosograph.engine.cli.bench import bench_app
from nosograph.engine.cli.console import (
    EXIT_CODES,
    EXIT_ERROR,
    EXIT_UNKNOWN_NODE,
    CommandGroup,
    NoteCommand,
    fail,
    reader_left,
)
from nosograph.engine.cli.diagnose import diagnose
from nosograph.engine.cli.graph import kg_app
from nosograph.engine.cli.link import link
from nosograph.engine.cli.neo4j import neo4j_app
from nosograph.kg.errors import UnknownNodeError
from nosograph.ontologies.errors import NosographError

__all__ = ["main"]

app = typer.Typer(
    name="nosograph",
    cls=CommandGroup,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,  # a traceback with locals would show patient text
    help="""Clinical findings in, a ranked differential with sourced paths out.

    Examples:

        nosograph diagnose examples/note.txt

        nosograph diagnose --hpo HP:0001166,HP:0001083,-HP:0001250

        nosograph kg show "Marfan syndrome"
    """,
    epilog=EXIT_CODES,
)
app.command(epilog=EXIT_CODES, cls=NoteCommand)(diagnose)
app.command(epilog=EXIT_CODES, cls=NoteCommand)(link)
app.add_typer(kg_app, name="kg")
app.add_typer(neo4j_app, name="neo4j")
app.add_typer(bench_app, name="bench")


def main() -> None:
    """Run the command line; errors of ours become one message and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal of few characters loses no answer
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except UnknownNodeError as error:
        fail(error, EXIT_UNKNOWN_NODE)
    except BrokenPipeError:
        reader_left()
    except NosographError as error:
        fail(error, EXIT_ERROR)
    except OSError as error:
        # Only the kind of trouble and the file: never what stands in it.
        fail(f"{error.filename or 'file'}: {error.strerror or type(error).__name__}", EXIT_ERROR)
    except Exception as error:
        if os.environ.get("NOSOGRAPH_DEBUG"):
            raise
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}, line {place.lineno}"
        fail(
            f"a fault of Nosograph's own ({type(error).__name__} in {where}); please report it. "
            "Its message is not shown, because it could hold words of the note; NOSOGRAPH_DEBUG=1 "
            "shows all.",
            EXIT_ERROR,
        )
