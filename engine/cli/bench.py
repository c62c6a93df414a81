"""The commands ``nosograph bench``: what is measured, one command a question."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from nosograph.engine.cli.console import (
    CommandGroup,
    Home,
    err,
    load_graph,
    out,
    print_text,
    write_json,
)

__all__ = ["bench_app"]

bench_app = typer.Typer(
    cls=CommandGroup,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""Measure Nosograph on published cases.

    Examples:

        nosograph bench phenopackets --data DIR

        nosograph bench linking --data DIR --json figures.json
    """,
)


Data = Annotated[
    Path, typer.Option("--data", help="Folder with phenopackets/, ontologies/, text/…")
]
JsonFile = Annotated[
    Path | None, typer.Option("--json", help="Also write the figures to this file.")
]


class _Report(Protocol):
    def to_markdown(self) -> str: ...
    def to_dict(self) -> dict[str, Any]: ...


def _print_report(report: _Report, json_file: Path | None) -> None:
    print_text(report.to_markdown())
    if json_file is not None:
        write_json(json_file, report.to_dict())


@bench_app.command("phenopackets")
def bench_phenopackets(*, data: Data, json_file: JsonFile = None, home: Home = None) -> None:
    """Rank the diagnoses of published patients, with and without their own papers.

    Example:

        nosograph bench phenopackets --data DIR --json figures.json
    """
    from nosograph.engine.evaluation.phenopackets import run_phenopacket_benchmark

    report = run_phenopacket_benchmark(data, home=home, console=err)
    _print_report(report, json_file)


@bench_app.command("ablation")
def bench_ablation(*, data: Data, json_file: JsonFile = None, home: Home = None) -> None:
    """Rank published patients again without each ingredient of the ranking; takes some minutes.

    Example:

        nosograph bench ablation --data DIR
    """
    from nosograph.engine.evaluation.ablation import run_ablation

    report = run_ablation(data, home=home, console=err)
    _print_report(report, json_file)


@bench_app.command("articles")
def bench_articles(*, data: Data, json_file: JsonFile = None, home: Home = None) -> None:
    """Diagnose patients from the full text of the papers that report them.

    Example:

        nosograph bench articles --data DIR
    """
    from nosograph.engine.evaluation.articles import run_article_benchmark

    report = run_article_benchmark(data, home=home, console=err)
    _print_report(report, json_file)


@bench_app.command("histories")
def bench_histories(*, data: Data, json_file: JsonFile = None, home: Home = None) -> None:
    """Diagnose patients from the history that a physician wrote, and from a list of symptoms.

    Example:

        nosograph bench histories --data DIR --json figures.json
    """
    from nosograph.engine.evaluation.ramedis import run_history_benchmark

    report = run_history_benchmark(data, home=home, console=err)
    _print_report(report, json_file)


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
def bench_linking(
    *,
    data: Data,
    peers: Annotated[
        bool,
        typer.Option(
            "--peers",
            help="Also measure fasthpocr, Aho-Corasick, our linker on scispacy and nested names; "
            "installs what they need apart the first time.",
        ),
    ] = False,
    json_file: JsonFile = None,
    home: Home = None,
) -> None:
    """Measure how well terms are found in annotated texts, and how typing errors are borne.

    With --peers, other linkers that run offline read the same texts in an environment of their own,
    and intervals of the difference are printed. The environment goes into the folder of the graphs;
    making it takes some minutes the first time, and needs the index that pip installs from.

    Examples:

        nosograph bench linking --data DIR

        nosograph bench linking --data DIR --peers --json figures.json
    """
    from nosograph.engine.evaluation.linking_benchmark import run_linking_benchmark
    from nosograph.engine.evaluation.peers.peer import PEERS

    report = run_linking_benchmark(
        data, graph=load_graph(None, home), peers=PEERS if peers else (), console=err
    )
    _print_report(report, json_file)


@bench_app.command("languages")
def bench_languages(*, data: Data, json_file: JsonFile = None, home: Home = None) -> None:
    """Measure how well notes in Chinese, German, Spanish and Japanese are read; takes a minute.

    Example:

        nosograph bench languages --data DIR
    """
    from nosograph.engine.evaluation.languages import run_language_benchmark

    report = run_language_benchmark(data, home=home, console=err)
    _print_report(report, json_file)


@bench_app.command("assertion")
def bench_assertion(*, json_file: JsonFile = None) -> None:
    """Measure what is read of findings in our own frozen sentences; needs no data folder.

    Example:

        nosograph bench assertion --json figures.json
    """
    from nosograph.engine.evaluation.assertion_report import run_assertion_benchmark

    _print_report(run_assertion_benchmark(), json_file)


@bench_app.command("linking-errors")
def bench_linking_errors(
    *,
    data: Data,
    limit: Annotated[
        int, typer.Option("--limit", help="Misses and false alarms that are shown.", min=1)
    ] = 100,
    json_file: JsonFile = None,
    home: Home = None,
) -> None:
    """Show what is missed and what is found wrongly in annotated texts, by kind.

    It prints words of the texts: those of DIR, never of a patient's note.

    Example:

        nosograph bench linking-errors --data DIR --limit 20
    """
    from nosograph.engine.evaluation.linking_errors import run_linking_errors

    with err.status("linking"):
        errors = run_linking_errors(data, graph=load_graph(None, home))
    print_text(errors.to_markdown(limit=limit))
    if json_file is not None:
        write_json(json_file, errors.to_dict())


@bench_app.command("merging")
def bench_merging(*, data: Data, json_file: JsonFile = None, home: Home = None) -> None:
    """Measure how much of MONDO's merging of records is found by name and gene alone.

    Example:

        nosograph bench merging --data DIR
    """
    from nosograph.engine.evaluation.merging import run_merging_benchmark

    with err.status("building both graphs"):
        report = run_merging_benchmark(data, home=home)
    _print_report(report, json_file)
