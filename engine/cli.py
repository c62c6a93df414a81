"""The command line: parse, call, print."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from typer.core import TyperCommand, TyperGroup

from nosograph.engine.case import MAX_AGE_YEARS, ClinicalCase, Sex
from nosograph.engine.errors import CaseFormatError
from nosograph.engine.pipeline import DiagnosticEngine
from nosograph.engine.report import differential_renderable
from nosograph.kg.build import GraphSources, build_graph
from nosograph.kg.errors import UnknownNodeError
from nosograph.kg.graph import KnowledgeGraph
from nosograph.kg.paths import Path as GraphPath
from nosograph.kg.paths import PathFinder, Step, is_denial
from nosograph.kg.schema import Edge, read_schema
from nosograph.kg.search import NodeSearch
from nosograph.kg.store import GraphStore
from nosograph.ontologies.errors import NosographError, TermIdError
from nosograph.ontologies.term import TermId

__all__ = ["main"]

EXIT_ERROR, EXIT_USAGE, EXIT_NOTHING_TO_RANK, EXIT_UNKNOWN_NODE = 1, 2, 3, 4
EXIT_CODES = (
    "Exit codes: 0 answered; 1 a file or the program is at fault; 2 wrong usage; "
    "3 the input holds no finding; 4 the graph has nothing, or several things, of that name."
)
MAX_NOTE_BYTES = 64 * 1024**2
_LIKE_A_PATH = re.compile(r"(/|\./|\.\./|~/)\S+|\S+\.[A-Za-z][A-Za-z0-9]{1,4}")
"""One word that is a path, or ends as file names do: ``letter.docx``."""
_HPO_TERM = re.compile(r"HP:\d{7}")
_LIKE_AN_IDENTIFIER = re.compile(r"[A-Za-z]{0,10}[:_]?\d{1,10}", re.ASCII)
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


class _NoteCommand(TyperCommand):
    """A command whose argument is a note."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        with _nothing_repeated(ctx):
            return super().parse_args(ctx, args)


class _Group(TyperGroup):
    """Commands: a note in place of one is not repeated either."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        with _nothing_repeated(ctx):
            return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] not in self.commands:
            raise typer.BadParameter(
                f"no such command; there are: {', '.join(self.commands)}. A note goes in quotes "
                "after 'nosograph diagnose'.",
                ctx=ctx,
            )
        return super().resolve_command(ctx, args)


app = typer.Typer(
    name="nosograph",
    cls=_Group,
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
kg_app = typer.Typer(
    cls=_Group,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""Build the knowledge graph and look into it.

    Examples:

        nosograph kg info

        nosograph kg search long fingers

        nosograph kg path FBN1 Arachnodactyly
    """,
    epilog=EXIT_CODES,
)
bench_app = typer.Typer(
    cls=_Group,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""Measure Nosograph on published cases.

    Examples:

        nosograph bench phenopackets --data DIR

        nosograph bench linking --data DIR --json figures.json
    """,
)
app.add_typer(kg_app, name="kg")
app.add_typer(bench_app, name="bench")


class _PipeConsole(Console):
    """A console whose reader may leave early, as ``head`` does: that is no error."""

    def on_broken_pipe(self) -> None:
        """End quietly."""
        _reader_left()


def _reader_left() -> None:
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
Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the graphs (default: NOSOGRAPH_HOME or the user's)."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, help="How many to print.")]


def main() -> None:
    """Run the command line; errors of ours become one message and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal of few characters loses no answer
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except UnknownNodeError as error:
        _fail(error, EXIT_UNKNOWN_NODE)
    except BrokenPipeError:
        _reader_left()
    except NosographError as error:
        _fail(error, EXIT_ERROR)
    except OSError as error:
        # Only the kind of trouble and the file: never what stands in it.
        _fail(f"{error.filename or 'file'}: {error.strerror or type(error).__name__}", EXIT_ERROR)


def _fail(message: object, code: int) -> None:
    _tell(message)
    raise SystemExit(code)


def _tell(message: object) -> None:
    err.print(f"[bold red]nosograph:[/] {escape(str(message))}", soft_wrap=True)


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """A spinner with the current step, on the error stream; silent when that is no terminal."""
    with err.status("") as status:
        yield lambda step: status.update(f"building the graph: {step}")


def _load(mondo: Path | None, home: Path | None) -> DiagnosticEngine:
    with _progress() as progress:
        return DiagnosticEngine.load(mondo=mondo, home=home, progress=progress)


def _graph(mondo: Path | None, home: Path | None) -> KnowledgeGraph:
    with _progress() as progress:
        return KnowledgeGraph.open(GraphSources.embedded(mondo=mondo), home=home, progress=progress)


# --- diagnose and link -------------------------------------------------------------------------


@app.command(epilog=f"{EXIT_CODES}", cls=_NoteCommand)
def diagnose(
    note: Annotated[
        str | None, typer.Argument(help="A note, the path of a text file, or - for standard input.")
    ] = None,
    *,
    hpo: Annotated[
        list[str] | None,
        typer.Option(
            "--hpo",
            help="Observed HPO terms, separated by commas; one with a leading - is excluded.",
        ),
    ] = None,
    phenopacket: Annotated[
        Path | None, typer.Option("--phenopacket", help="A GA4GH phenopacket (JSON).")
    ] = None,
    sex: Annotated[str | None, typer.Option("--sex", help="FEMALE or MALE.")] = None,
    age: Annotated[
        float | None,
        typer.Option("--age", help="Age in years; shown, and not used in the ranking."),
    ] = None,
    routine_negatives: Annotated[
        bool,
        typer.Option(
            "--routine-negatives",
            help="Of --hpo and --phenopacket: the excluded terms are asked of everybody. Without "
            "it they were looked for in this patient, which speaks for what can have them.",
        ),
    ] = False,
    limit: Limit = 10,
    exclude_publication: Annotated[
        list[str] | None,
        typer.Option(
            "--exclude-publication",
            help="Forget what only this paper says: PMID:31675180, or the number alone.",
        ),
    ] = None,
    as_json: AsJson = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    mondo: Mondo = None,
    home: Home = None,
) -> None:
    """Rank the diagnoses of one patient.

    Examples:

        nosograph diagnose examples/note.txt

        nosograph diagnose "Tall boy with ectopia lentis; no seizures." --sex MALE

        nosograph diagnose --hpo HP:0001166,HP:0001083,-HP:0001250 --age 7

        nosograph diagnose --phenopacket patient.json --exclude-publication 31675180

        cat note.txt | nosograph diagnose - --json
    """
    if as_json and as_markdown:
        raise typer.BadParameter("give --json or --markdown, not both.")
    case = _case(
        note,
        hpo=hpo,
        phenopacket=phenopacket,
        routine_negatives=routine_negatives,
        sex=sex,
        age=age,
    )
    engine = _load(mondo, home)
    differential = engine.diagnose(
        case, limit=limit, exclude_publications=exclude_publication or ()
    )
    if as_json:
        _print_json(differential.to_dict())
    elif as_markdown:
        _print_text(differential.to_markdown())
    else:
        out.print(differential_renderable(differential), soft_wrap=True)
    if not differential.findings:
        raise typer.Exit(EXIT_NOTHING_TO_RANK)


def _case(
    note: str | None,
    *,
    hpo: list[str] | None,
    phenopacket: Path | None,
    routine_negatives: bool,
    sex: str | None,
    age: float | None,
) -> ClinicalCase:
    if sex is not None and sex.strip().upper() not in Sex.__members__:
        raise typer.BadParameter(f"--sex is one of {', '.join(Sex)}.")
    if age is not None and not 0 <= age <= MAX_AGE_YEARS:  # also false for NaN
        raise typer.BadParameter(f"--age is a number of years from 0 to {MAX_AGE_YEARS:g}.")
    given = [name for name, value in _inputs(note, hpo, phenopacket) if value is not None]
    if len(given) != 1:
        raise typer.BadParameter(
            "give exactly one of a note, --hpo and --phenopacket; "
            f"got {', '.join(given) or 'none'}. See 'nosograph diagnose --help'."
        )
    if phenopacket is not None:
        if sex is not None or age is not None:
            raise typer.BadParameter(
                "--sex and --age go with a note or --hpo: a phenopacket states its own."
            )
        return _read_phenopacket(phenopacket, routine_negatives=routine_negatives)
    if note is not None:
        if routine_negatives:
            raise typer.BadParameter(
                "--routine-negatives goes with --hpo or --phenopacket: what a note denies always "
                "counts so."
            )
        return ClinicalCase.from_note(_read_note(note), sex=sex, age_years=age)
    terms = [term.strip() for text in hpo or [] for term in text.split(",") if term.strip()]
    return ClinicalCase.from_terms(
        observed=[_hpo_term(term) for term in terms if not term.startswith("-")],
        excluded=[_hpo_term(term[1:]) for term in terms if term.startswith("-")],
        routine_negatives=routine_negatives,
        sex=sex,
        age_years=age,
    )


def _hpo_term(text: str) -> str:
    try:
        term_id = TermId.parse(text)
    except TermIdError:
        term_id = None
    if term_id is None or not _HPO_TERM.fullmatch(term_id):
        got = f", got {text!r}" if _LIKE_AN_IDENTIFIER.fullmatch(text) else ""  # not a note's words
        raise typer.BadParameter(
            f"--hpo takes identifiers such as HP:0001166 (HP: and seven digits){got}. "
            "'nosograph kg search WORDS' finds them by name."
        )
    return term_id


def _read_phenopacket(path: Path, *, routine_negatives: bool) -> ClinicalCase:
    try:
        return ClinicalCase.from_phenopacket(path, routine_negatives=routine_negatives)
    except CaseFormatError as error:
        message = str(error)
        named = message if message.startswith(path.name) else f"{path.name}: {message}"
        raise CaseFormatError(named) from error
    except OSError as error:  # without the name: a note may stand in place of it
        raise CaseFormatError(
            f"--phenopacket: the file cannot be opened ({error.strerror or type(error).__name__}). "
            "Give the path of a JSON file."
        ) from None


def _inputs(
    note: str | None, hpo: list[str] | None, phenopacket: Path | None
) -> tuple[tuple[str, object], ...]:
    return ("a note", note), ("--hpo", hpo or None), ("--phenopacket", phenopacket)


def _read_note(note: str) -> str | bytes:
    """The text itself, or what stands in the file or on standard input."""
    if note == "-":
        return _bounded(sys.stdin.buffer, "standard input")
    if not note.strip():  # an empty path would be this folder
        return note
    try:
        is_file, is_folder = Path(note).is_file(), Path(note).is_dir()
    except (OSError, ValueError):  # too long, or with a zero byte: no path
        is_file = is_folder = False
    if is_file:
        with Path(note).open("rb") as file:
            return _bounded(file, "the file")
    if is_folder:
        raise typer.BadParameter("the argument is a folder. Give the path of a text file in it.")
    if _LIKE_A_PATH.fullmatch(note):
        raise typer.BadParameter(
            "the argument looks like the name of a file, but there is none of that name. "
            "Give the path of a text file, the text itself, or - for standard input."
        )
    return note


def _bounded(stream: BinaryIO, name: str) -> bytes:
    content = stream.read(MAX_NOTE_BYTES + 1)
    if len(content) > MAX_NOTE_BYTES:
        raise CaseFormatError(
            f"{name} holds more than {MAX_NOTE_BYTES // 1024**2} MiB; the notes of one patient do "
            "not. Give one patient at a time."
        )
    return content


@app.command(epilog=f"{EXIT_CODES}", cls=_NoteCommand)
def link(
    note: Annotated[str, typer.Argument(help="A note, the path of a text file, or -.")],
    *,
    as_json: AsJson = False,
    mondo: Mondo = None,
    home: Home = None,
) -> None:
    """Show every term that a text names, and what the text says of it.

    Examples:

        nosograph link "Her mother has seizures; the girl has ataxia but no nystagmus."

        nosograph link examples/note.txt --json
    """
    case = ClinicalCase.from_note(_read_note(note))
    mentions = _load(mondo, home).link(case.note)
    if as_json:
        _print_json([{n: getattr(m, n) for n in m.__dataclass_fields__} for m in mentions])
    else:
        table = _table("start", "words", "term", "label", "assertion", "trigger", "confidence")
        for m in mentions:
            words = " ".join(m.text.split())
            confidence = f"{m.confidence:.2f}"
            cells = (m.start, words, m.term_id, m.label, m.assertion, m.trigger, confidence)
            table.add_row(*(escape(str(cell)) for cell in cells))
        out.print(table)
    for issue in case.issues:
        err.print(escape(str(issue)))
    if not mentions:
        raise typer.Exit(EXIT_NOTHING_TO_RANK)


# --- the graph ---------------------------------------------------------------------------------


@kg_app.command("build")
def kg_build(
    *,
    mondo: Mondo = None,
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--source",
            help="NAME=PATH in place of an embedded file: hpo=hp.obo, or hpo=archive.zip!hp.obo",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Build even if it is there.")] = False,
    home: Home = None,
) -> None:
    """Build the graph of the embedded release, or of the files that you name.

    Examples:

        nosograph kg build

        nosograph kg build --mondo mondo-sssom.zip

        nosograph kg build --source hpo=hp.obo --source hpo-annotations=phenotype.hpoa
    """
    others = {}
    for text in source or []:
        name, equals, path = text.partition("=")
        if not equals:
            raise typer.BadParameter(f"--source expects NAME=PATH, got {text!r}.")
        others[name] = path
    sources = GraphSources.embedded(mondo=mondo, others=others)
    store = GraphStore(home)
    build = None if force else store.find(sources.recipe)
    if build is None:
        with _progress() as progress:
            build = build_graph(sources, store=store, progress=progress)
    out.print(f"{build.address}  {build.path}", soft_wrap=True)


@kg_app.command("info")
def kg_info(*, as_json: AsJson = False, mondo: Mondo = None, home: Home = None) -> None:
    """Show what the graph holds, from which releases, and what became of every row.

    Example:

        nosograph kg info
    """
    graph = _graph(mondo, home)
    manifest = graph.build.manifest
    if as_json:
        facts = {k: v for k, v in manifest.items() if k != "arrays"}
        _print_json(facts | _place(graph) | {"ranked_diseases": len(graph.diseases)})
        return
    out.print(f"build {graph.build.address} in {graph.build.path}", soft_wrap=True)
    table = _table("source", "release", "sha256")
    for name, release in manifest["releases"].items():
        sha256 = manifest["sources"].get(name, {}).get("sha256", "")
        table.add_row(name, release, sha256[:16])
    out.print(table)
    for title, counts in (
        ("nodes", manifest["counts"]["nodes"]),
        ("edges", manifest["counts"]["edges"]),
    ):
        table = _table(title, "number")
        for name, n in counts.items():
            table.add_row(name, f"{n:,}")
        out.print(table)
    rows = manifest["rows"]
    table = _table(f"the {rows['total']:,} rows of phenotype.hpoa", "rows")
    for name, n in rows["edges"].items():
        table.add_row(f"edge {name}", f"{n:,}")
    for reason, n in rows["dropped"].items():
        table.add_row(f"left out: {reason}", f"{n:,}")
    n_accounted = sum(rows["edges"].values()) + sum(rows["dropped"].values())
    table.add_row("accounted for", f"{n_accounted:,}")
    for remark, n in rows["remarks"].items():
        table.add_row(f"remark: {remark}", f"{n:,}")
    out.print(table)
    merging = manifest["merging"]
    out.print(
        f"{merging['records']:,} disease records are {merging['diseases']:,} diseases, "
        f"merged by {merging['by']}.",
        soft_wrap=True,
    )
    n_unranked = merging["diseases"] - len(graph.diseases)
    out.print(
        f"{len(graph.diseases):,} of them are ranked by 'nosograph diagnose'; "
        f"{n_unranked:,} without a phenotype are not.",
        soft_wrap=True,
    )


def _place(graph: KnowledgeGraph) -> dict[str, str]:
    return {"address": graph.build.address, "path": str(graph.build.path)}


@kg_app.command("search")
def kg_search(
    words: Annotated[list[str], typer.Argument(help="Words of a name, or an identifier.")],
    *,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="phenotype, modifier, disease or gene.")
    ] = None,
    limit: Limit = 20,
    as_json: AsJson = False,
    mondo: Mondo = None,
    home: Home = None,
) -> None:
    """Find phenotypes, diseases and genes by their names and synonyms.

    Examples:

        nosograph kg search long fingers

        nosograph kg search marfan --kind disease
    """
    known = [known.name for known in read_schema().kinds]
    if unknown := [name for name in kind or [] if name not in known]:
        raise typer.BadParameter(f"--kind is one of {', '.join(known)}, got {unknown[0]!r}.")
    hits = NodeSearch(_graph(mondo, home)).find(" ".join(words), kinds=kind or (), limit=limit)
    if as_json:
        _print_json([{n: getattr(h, n) for n in h.__dataclass_fields__} for h in hits])
        return
    if not hits:
        where = f" among {', '.join(kind)}" if kind else ""
        out.print(f"no name{where} holds words that begin so; try fewer or shorter words.")
        return
    table = _table("identifier", "kind", "label", "found by")
    for hit in hits:
        cells = (hit.node_id, hit.kind, hit.label, hit.matched_name)
        table.add_row(*map(escape, cells))
    out.print(table)


@kg_app.command("show")
def kg_show(
    name: Annotated[
        str, typer.Argument(help="An identifier, a gene symbol or a name: OMIM:154700, FBN1…")
    ],
    *,
    limit: Limit = 20,
    as_json: AsJson = False,
    mondo: Mondo = None,
    home: Home = None,
) -> None:
    """Show one node and its statements, the most telling first.

    Examples:

        nosograph kg show OMIM:154700

        nosograph kg show FBN1

        nosograph kg show "Arachnodactyly" --limit 50 --json
    """
    graph = _graph(mondo, home)
    number = NodeSearch(graph).one(name)
    node = graph.node(number)
    statements = list(_statements(graph, number))
    if as_json:
        shown = {n: getattr(node, n) for n in node.__dataclass_fields__}
        shown["statements"] = [
            _edge_json(graph.edge(edge), graph)
            for _, edges, _ in statements
            for edge in edges[:limit]
        ]
        _print_json(shown)
        return
    out.print(f"[bold]{escape(node.label)}[/] {node.node_id} ({node.kind})", soft_wrap=True)
    if node.definition:
        out.print(escape(node.definition))
    if node.synonyms:
        out.print(f"also: {escape('; '.join(node.synonyms))}")
    for title, edges, is_forward in statements:
        _print_edges(graph, title, edges, is_forward=is_forward, limit=limit)


def _statements(graph: KnowledgeGraph, number: int) -> Iterator[tuple[str, list[int], bool]]:
    """Edges of a node by relation and direction, the most frequent first."""
    frequencies = graph.column("annotation_frequency")

    def frequency(edge: int) -> float:
        value = float(frequencies[edge]) if edge < len(frequencies) else -1.0
        return value if value == value else -0.5  # NaN: unstated

    for relation in graph.schema.relations:
        outgoing = list(graph.edges_from(number, relation.name))
        incoming = graph.edges_to(number, relation.name).tolist()
        for title, edges, is_forward in (
            (relation.curie, outgoing, True),
            (f"is object of {relation.curie}", incoming, False),
        ):
            if edges:
                yield title, sorted(edges, key=lambda e: (-frequency(e), e)), is_forward


def _print_edges(
    graph: KnowledgeGraph, title: str, edges: list[int], *, is_forward: bool, limit: int
) -> None:
    table = _table(f"{title} ({len(edges):,})", "", "frequency", "source")
    for number in edges[:limit]:
        edge = graph.edge(number)
        other = graph.index(edge.object if is_forward else edge.subject)
        stated = "" if edge.annotation is None else str(edge.annotation.frequency)
        if edge.annotation is not None and edge.annotation.negated:
            stated = "NOT"
        cells = (graph.node_id(other), graph.label(other), stated, str(edge.provenance))
        table.add_row(*map(escape, cells))
    out.print(table)


def _edge_json(edge: Edge, graph: KnowledgeGraph) -> dict[str, object]:
    provenance, said = edge.provenance, edge.annotation
    told: dict[str, object] = {
        "subject": edge.subject,
        "subject_label": graph.label(graph.index(edge.subject)),
        "predicate": edge.predicate,
        "object": edge.object,
        "object_label": graph.label(graph.index(edge.object)),
        "source": provenance.source,
        "release": provenance.release,
        "line": provenance.line,
        "publications": list(provenance.publications),
    }
    if said is not None:
        told |= {"negated": said.negated, "evidence": said.evidence}
        told |= {"frequency": str(said.frequency), "frequency_value": said.frequency.value}
    return told


@kg_app.command("path")
def kg_path(
    source: Annotated[str, typer.Argument(help="Identifier, gene symbol or name to start from.")],
    target: Annotated[str, typer.Argument(help="Identifier, gene symbol or name to reach.")],
    *,
    max_hops: Annotated[
        int, typer.Option("--max-hops", min=1, max=6, help="Longest way, in steps.")
    ] = 4,
    limit: Limit = 3,
    as_json: AsJson = False,
    mondo: Mondo = None,
    home: Home = None,
) -> None:
    """Show how two things are connected, each step with its source.

    Statements that the two do not go together come first, then the shortest ways.

    Examples:

        nosograph kg path NCBIGene:2200 HP:0001083

        nosograph kg path "Marfan syndrome" Arachnodactyly --limit 1 --json
    """
    graph = _graph(mondo, home)
    search, finder = NodeSearch(graph), PathFinder(graph)
    first, last = (graph.node_id(search.one(name)) for name in (source, target))
    denials = finder.denials(first, last)
    paths = finder.paths(first, last, max_hops=max_hops, limit=limit)
    if as_json:
        _print_json([_path_json(path, graph) for path in (*denials, *paths)])
        return
    for path in denials:
        _print_path("not:", path, graph)
    for number, path in enumerate(paths, start=1):
        _print_path(f"{number}.", path, graph)
    if not paths:
        out.print(f"no way of {max_hops} steps or fewer; --max-hops takes up to 6.")


def _print_path(title: str, path: GraphPath, graph: KnowledgeGraph) -> None:
    start = escape(graph.label(graph.index(path.start)))
    out.print(f"[bold]{title}[/] {start} [{path.start}]", soft_wrap=True)
    for step in path.steps:
        label = graph.label(graph.index(step.end))
        out.print(escape(f"   —{step.words}→ {label} [{step.end}]"), soft_wrap=True)


def _path_json(path: GraphPath, graph: KnowledgeGraph) -> dict[str, object]:
    def told(step: Step) -> dict[str, object]:
        return _edge_json(step.edge, graph) | {"is_forward": step.is_forward}

    return {
        "start": path.start,
        "end": path.end,
        "is_denial": any(is_denial(step.edge) for step in path.steps),
        "steps": [told(step) for step in path.steps],
    }


# --- measuring -----------------------------------------------------------------------------------

Data = Annotated[
    Path, typer.Option("--data", help="Folder with phenopackets/, ontologies/, text/…")
]
JsonFile = Annotated[
    Path | None, typer.Option("--json", help="Also write the figures to this file.")
]


@bench_app.command("phenopackets")
def bench_phenopackets(*, data: Data, json_file: JsonFile = None, home: Home = None) -> None:
    """Rank the diagnoses of published patients, with and without their own papers.

    Example:

        nosograph bench phenopackets --data DIR --json figures.json
    """
    from nosograph.engine.evaluation.phenopackets import run_phenopacket_benchmark

    report = run_phenopacket_benchmark(data, home=home, console=err)
    _print_text(report.to_markdown())
    if json_file is not None:
        _write_json(json_file, report.to_dict())


@bench_app.command("ablation")
def bench_ablation(*, data: Data, json_file: JsonFile = None, home: Home = None) -> None:
    """Rank published patients again without each ingredient of the ranking; takes some minutes.

    Example:

        nosograph bench ablation --data DIR
    """
    from nosograph.engine.evaluation.ablation import run_ablation

    report = run_ablation(data, home=home, console=err)
    _print_text(report.to_markdown())
    if json_file is not None:
        _write_json(json_file, report.to_dict())


@bench_app.command("articles")
def bench_articles(*, data: Data, json_file: JsonFile = None, home: Home = None) -> None:
    """Diagnose patients from the full text of the papers that report them.

    Example:

        nosograph bench articles --data DIR
    """
    from nosograph.engine.evaluation.articles import run_article_benchmark

    report = run_article_benchmark(data, home=home, console=err)
    _print_text(report.to_markdown())
    if json_file is not None:
        _write_json(json_file, report.to_dict())


@bench_app.command("fit")
def bench_fit(
    *,
    data: Data,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Where the learned numbers are written.")
    ] = Path("parameters.json"),
    home: Home = None,
) -> None:
    """Fit the learned numbers of the ranking on published patients; takes some minutes.

    The engine reads its numbers from engine/ranking/parameters.json: write there to install them.

    Examples:

        nosograph bench fit --data DIR

        nosograph bench fit --data DIR --output engine/ranking/parameters.json
    """
    from nosograph.engine.evaluation.fitting import fit_parameters, write_parameters

    content = fit_parameters(data, home=home, console=err)
    write_parameters(content, output)
    fitted_on = content["fitted_on"]
    out.print(
        f"{output}: fitted on {fitted_on['sampled cases']:,} of {fitted_on['cases']:,} cases "
        f"of {fitted_on['diseases']:,} diseases.",
        soft_wrap=True,
    )


@bench_app.command("linking")
def bench_linking(*, data: Data, json_file: JsonFile = None, home: Home = None) -> None:
    """Measure how well terms are found in annotated texts.

    Example:

        nosograph bench linking --data DIR
    """
    from nosograph.engine.evaluation.linking_benchmark import run_linking_benchmark

    report = run_linking_benchmark(data, graph=_graph(None, home), console=err)
    _print_text(report.to_markdown())
    if json_file is not None:
        _write_json(json_file, report.to_dict())


@bench_app.command("merging")
def bench_merging(*, data: Data, json_file: JsonFile = None, home: Home = None) -> None:
    """Measure how much of MONDO's merging of records is found by name and gene alone.

    Example:

        nosograph bench merging --data DIR
    """
    from nosograph.engine.evaluation.merging import run_merging_benchmark

    with err.status("building both graphs"):
        report = run_merging_benchmark(data, home=home)
    _print_text(report.to_markdown())
    if json_file is not None:
        _write_json(json_file, report.to_dict())


# --- printing ------------------------------------------------------------------------------------


def _table(*columns: str) -> Table:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _print_text(text: str) -> None:
    try:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        _reader_left()


def _print_json(value: object) -> None:
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    _print_text(json.dumps(value, ensure_ascii=not is_unicode, indent=1, allow_nan=False))


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
