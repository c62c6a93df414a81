"""The commands ``nosograph kg``: build the graph and look into it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.markup import escape

from nosograph.engine.cli.console import (
    EXIT_CODES,
    EXIT_UNKNOWN_NODE,
    AsJson,
    CommandGroup,
    Home,
    Limit,
    Mondo,
    Sources,
    Translations,
    building,
    graph_sources,
    load_graph,
    new_table,
    out,
    print_json,
)
from nosograph.kg.build import build_graph
from nosograph.kg.graph import KnowledgeGraph
from nosograph.kg.paths import Path as GraphPath
from nosograph.kg.paths import PathFinder, Step, is_denial
from nosograph.kg.schema import Edge, read_schema
from nosograph.kg.search import NodeSearch
from nosograph.kg.store import GraphStore

__all__ = ["kg_app"]

CITED = "is cited by"
"""Title of the statements that cite a publication."""

kg_app = typer.Typer(
    cls=CommandGroup,
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


@kg_app.command("build")
def kg_build(
    *,
    mondo: Mondo = None,
    translations: Translations = None,
    sources: Sources = None,
    force: Annotated[bool, typer.Option("--force", help="Build even if it is there.")] = False,
    home: Home = None,
) -> None:
    """Build the graph of the embedded release, or of the files that you name.

    Examples:

        nosograph kg build

        nosograph kg build --mondo mondo-sssom.zip

        nosograph kg build --translations hp-zh.babelon.tsv --translations hp-de.babelon.tsv

        nosograph kg build --source hpo=hp.obo --source hpo-annotations=phenotype.hpoa
    """
    files = graph_sources(mondo, translations, sources)
    store = GraphStore(home)
    build = None if force else store.find(files.recipe)
    if build is None:
        with building() as progress:
            build = build_graph(files, store=store, progress=progress)
    out.print(f"{build.address}  {build.path}", soft_wrap=True)


@kg_app.command("info")
def kg_info(
    *, as_json: AsJson = False, mondo: Mondo = None, sources: Sources = None, home: Home = None
) -> None:
    """Show what the graph holds, from which releases, and what became of every row.

    Example:

        nosograph kg info
    """
    graph = load_graph(mondo, home, sources=sources)
    manifest = graph.build.manifest
    if as_json:
        facts = {k: v for k, v in manifest.items() if k != "arrays"}
        print_json(facts | _place(graph) | {"ranked_diseases": len(graph.diseases)})
        return
    out.print(f"build {graph.build.address} in {graph.build.path}", soft_wrap=True)
    table = new_table("source", "release", "sha256")
    for name, release in manifest["releases"].items():
        sha256 = manifest["sources"].get(name, {}).get("sha256", "")
        table.add_row(name, release, sha256[:16])
    out.print(table)
    for title, counts in (
        ("nodes", manifest["counts"]["nodes"]),
        ("edges", manifest["counts"]["edges"]),
    ):
        table = new_table(title, "number")
        for name, n in counts.items():
            table.add_row(name, f"{n:,}")
        out.print(table)
    rows = manifest["rows"]
    table = new_table(f"the {rows['total']:,} rows of phenotype.hpoa", "rows")
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
    sources: Sources = None,
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
    hits = NodeSearch(load_graph(mondo, home, sources=sources)).find(
        " ".join(words), kinds=kind or (), limit=limit
    )
    if as_json:
        print_json([{n: getattr(h, n) for n in h.__dataclass_fields__} for h in hits])
        return
    if not hits:
        where = f" among {', '.join(kind)}" if kind else ""
        out.print(f"no name{where} holds words that begin so; try fewer or shorter words.")
        raise typer.Exit(EXIT_UNKNOWN_NODE)
    table = new_table("identifier", "kind", "label", "found by")
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
    sources: Sources = None,
    home: Home = None,
) -> None:
    """Show one node and its statements, the most telling first.

    Examples:

        nosograph kg show OMIM:154700

        nosograph kg show FBN1

        nosograph kg show "Arachnodactyly" --limit 50 --json
    """
    graph = load_graph(mondo, home, sources=sources)
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
        print_json(shown)
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
    citing = graph.edges_citing(number).tolist()
    if citing:
        yield CITED, sorted(citing, key=lambda e: (-frequency(e), e)), True


def _print_edges(
    graph: KnowledgeGraph, title: str, edges: list[int], *, is_forward: bool, limit: int
) -> None:
    table = new_table(f"{title} ({len(edges):,})", "", "frequency", "source")
    for number in edges[:limit]:
        edge = graph.edge(number)
        other = graph.index(edge.object if is_forward else edge.subject)
        label = graph.label(other)
        if title == CITED:  # both ends are others
            label = f"{graph.label(graph.index(edge.subject))}: {label}"
        stated = "" if edge.annotation is None else str(edge.annotation.frequency)
        if edge.annotation is not None and edge.annotation.negated:
            stated = "NOT"
        cells = (graph.node_id(other), label, stated, str(edge.provenance))
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
    sources: Sources = None,
    home: Home = None,
) -> None:
    """Show how two things are connected, each step with its source.

    Statements that the two do not go together come first, then the shortest ways.

    Examples:

        nosograph kg path NCBIGene:2200 HP:0001083

        nosograph kg path "Marfan syndrome" Arachnodactyly --limit 1 --json
    """
    graph = load_graph(mondo, home, sources=sources)
    search, finder = NodeSearch(graph), PathFinder(graph)
    first, last = (graph.node_id(search.one(name)) for name in (source, target))
    denials = finder.denials(first, last)
    paths = finder.paths(first, last, max_hops=max_hops, limit=limit)
    if as_json:
        print_json([_path_json(path, graph) for path in (*denials, *paths)])
        return
    for path in denials:
        _print_path("not:", path, graph)
    if paths and len(paths[0].steps) > 1 and not denials:
        out.print("no statement connects the two directly; the nearest ways over others:")
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
