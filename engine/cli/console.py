"""What all commands share: options, exit codes, and how answers and errors are printed."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from typer.core import TyperCommand, TyperGroup

from nosograph.engine.findings.annotator import LinkerName
from nosograph.engine.pipeline import DiagnosticEngine
from nosograph.kg.build import GraphSources
from nosograph.kg.graph import KnowledgeGraph

__all__ = [
    "EXIT_CODES",
    "EXIT_ERROR",
    "EXIT_NOTHING_TO_RANK",
    "EXIT_UNKNOWN_NODE",
    "AsJson",
    "CommandGroup",
    "Home",
    "Language",
    "Limit",
    "Linker",
    "Mondo",
    "NoteCommand",
    "Sources",
    "Translations",
    "building",
    "err",
    "fail",
    "graph_sources",
    "load_engine",
    "load_graph",
    "new_table",
    "out",
    "print_json",
    "print_text",
    "reader_left",
    "stop_on_signals",
    "tell",
    "write_json",
]

EXIT_ERROR, EXIT_USAGE, EXIT_NOTHING_TO_RANK, EXIT_UNKNOWN_NODE = 1, 2, 3, 4
EXIT_CODES = (
    "Exit codes: 0 answered; 1 a file or the program is at fault; 2 wrong usage; "
    "3 the input holds no finding; 4 the graph has nothing, or several things, of that name."
)
_OPTION_NAME = re.compile(r"--?[a-z][a-z-]{0,30}")

_UsageError: type[Exception] = typer.BadParameter.__mro__[1]
"""Typer has click's errors, or in later versions its own copy of them."""


@contextmanager
def _nothing_repeated(ctx: Any) -> Iterator[None]:
    """A usage error does not repeat what stands in place of an option: it may be a note."""
    try:
        yield
    except typer.BadParameter:
        raise
    except _UsageError as error:
        option = getattr(error, "option_name", None)
        if option is None and "extra argument" not in str(error):
            raise
        if _OPTION_NAME.fullmatch(option or ""):
            message = f"no such option: {option}."
        else:
            message = "a note goes in quotes; one that begins with - goes after -- (or a file)."
        raise typer.BadParameter(message, ctx=ctx) from None


class NoteCommand(TyperCommand):
    """A command whose argument is a note."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse, without repeating what stands in place of an option."""
        with _nothing_repeated(ctx):
            return super().parse_args(ctx, args)


class CommandGroup(TyperGroup):
    """Commands: a note in place of one is not repeated either."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse, without repeating what stands in place of an option."""
        with _nothing_repeated(ctx):
            return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command; a wrong name is not repeated: it may be a note."""
        if args[0] not in self.commands:
            raise typer.BadParameter(
                f"no such command; there are: {', '.join(self.commands)}. A note goes in quotes "
                "after 'nosograph diagnose'.",
                ctx=ctx,
            )
        return super().resolve_command(ctx, args)


class _PipeConsole(Console):
    """A console whose reader may leave early, as ``head`` does: that is no error."""

    def on_broken_pipe(self) -> None:
        """End quietly."""
        reader_left()


def reader_left() -> None:
    """End quietly because nobody reads on."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is still buffered
    raise SystemExit(0)


out, err = _PipeConsole(highlight=False), Console(stderr=True, highlight=False)

Mondo = Annotated[
    Path | None,
    typer.Option(
        "--mondo",
        help="Folder or zip with MONDO's SSSOM files for OMIM and Orphanet, to merge diseases by.",
    ),
]
Translations = Annotated[
    list[Path] | None,
    typer.Option(
        "--translations",
        help="Babelon tables with the terms' names in other languages: files, folders or zips.",
    ),
]
Sources = Annotated[
    list[str] | None,
    typer.Option(
        "--source",
        help="NAME=PATH in place of an embedded file: hpo=hp.obo, or hpo=archive.zip!hp.obo",
    ),
]
Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the graphs (default: NOSOGRAPH_HOME or the user's)."),
]
Language = Annotated[
    str,
    typer.Option("--language", help="Of the note: en, zh, de, es, ja; auto detects it."),
]
Linker = Annotated[
    LinkerName,
    typer.Option(
        "--linker", help="What finds terms in a note; scispacy needs the extra of that name."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, help="How many to print.")]


def fail(message: object, code: int) -> None:
    """Say what is wrong and end.

    Raises:
        SystemExit: With the exit code.
    """
    tell(message)
    raise SystemExit(code)


def tell(message: object) -> None:
    """Say something on the error stream."""
    err.print(f"[bold red]nosograph:[/] {escape(str(message))}", soft_wrap=True)


@contextmanager
def building() -> Iterator[Callable[[str], None]]:
    """A spinner with the current step, on the error stream; silent when that is no terminal."""
    with err.status("") as status:
        yield lambda step: status.update(f"building the graph: {step}")


def load_engine(
    mondo: Path | None,
    home: Path | None,
    translations: Sequence[Path] | None = None,
    sources: Sequence[str] | None = None,
    *,
    linker: LinkerName = LinkerName.DICTIONARY,
) -> DiagnosticEngine:
    """Open the engine, with progress if it has to build the graph."""
    return DiagnosticEngine(load_graph(mondo, home, translations, sources), linker=linker)


def load_graph(
    mondo: Path | None,
    home: Path | None,
    translations: Sequence[Path] | None = None,
    sources: Sequence[str] | None = None,
) -> KnowledgeGraph:
    """Open the graph, with progress if it has to build it."""
    files = graph_sources(mondo, translations, sources)
    with building() as progress:
        return KnowledgeGraph.open(files, home=home, progress=progress)


def graph_sources(
    mondo: Path | None, translations: Sequence[Path] | None, sources: Sequence[str] | None
) -> GraphSources:
    """The files of a build, as the options name them."""
    others = {}
    for text in sources or []:
        name, equals, path = text.partition("=")
        if not equals:
            raise typer.BadParameter(f"--source expects NAME=PATH, got {text!r}.")
        others[name] = path
    return GraphSources.embedded(mondo=mondo, translations=translations or (), others=others)


def new_table(*columns: str) -> Table:
    """A table of plain columns."""
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def print_text(text: str) -> None:
    """Write an answer to standard output."""
    try:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        reader_left()


def print_json(value: object) -> None:
    """Write an answer as JSON."""
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    print_text(json.dumps(value, ensure_ascii=not is_unicode, indent=1, allow_nan=False))


def write_json(path: Path, value: object) -> None:
    """Write figures to a file."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


def stop_on_signals() -> threading.Event:
    """An event that the first SIGINT or SIGTERM sets; the second SIGINT interrupts."""
    stopped = threading.Event()

    def stop(number: int, _frame: object) -> None:
        signal.signal(number, signal.default_int_handler)
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return stopped
