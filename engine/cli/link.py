"""The command ``link``: the terms and values that a text names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from nosograph.engine.case import ClinicalCase
from nosograph.engine.cli.console import (
    EXIT_NOTHING_TO_RANK,
    AsJson,
    Home,
    Language,
    Linker,
    Mondo,
    Sources,
    Translations,
    err,
    load_graph,
    new_table,
    out,
    print_json,
)
from nosograph.engine.cli.note_argument import check_language, read_note
from nosograph.engine.findings.annotator import LinkerName, NoteAnnotator
from nosograph.engine.findings.languages.annotator import LanguageAnnotator
from nosograph.engine.findings.languages.choice import AUTOMATIC, choose_language, english_only
from nosograph.engine.findings.measurements.quantity import Quantity
from nosograph.engine.findings.mention import Mention
from nosograph.engine.findings.names.kinds import NameKind

__all__ = ["link"]


def link(
    note: Annotated[str, typer.Argument(help="A note, the path of a text file, or -.")],
    *,
    kind: Annotated[
        NameKind,
        typer.Option("--kind", help="What is sought; only phenotypes are evidence of a disease."),
    ] = NameKind.PHENOTYPE,
    linker: Linker = LinkerName.DICTIONARY,
    nested: Annotated[
        bool, typer.Option("--nested", help="Also show the shorter names inside longer ones.")
    ] = False,
    language: Language = AUTOMATIC,
    as_json: AsJson = False,
    mondo: Mondo = None,
    translations: Translations = None,
    sources: Sources = None,
    home: Home = None,
) -> None:
    """Show every term that a text names, what it says of it, and every value that it states.

    With --json each mention has its candidates: the other terms that the words may name.

    Examples:

        nosograph link "Her mother has seizures; the girl has ataxia but no nystagmus."

        nosograph link examples/note.txt --json

        nosograph link "Sensorineural hearing loss" --nested

        nosograph link note-zh.txt --translations hp-zh.babelon.tsv --language zh

        nosograph link --kind gene "A pathogenic variant in FBN1; no variant in the WAS gene."
    """
    if nested and linker is not LinkerName.DICTIONARY:
        raise typer.BadParameter("--nested goes with the dictionary linker.")
    if kind is not NameKind.PHENOTYPE and (nested or linker is not LinkerName.DICTIONARY):
        raise typer.BadParameter("--nested and --linker go with phenotypes only.")
    case = ClinicalCase.from_note(read_note(note))
    check_language(language)
    plain = kind is NameKind.PHENOTYPE and linker is LinkerName.DICTIONARY and not nested
    if not plain and language.lower() not in (AUTOMATIC, "en"):
        raise typer.BadParameter("--kind, --nested and --linker read English only.")
    graph = load_graph(mondo, home, translations, sources)
    chosen = choose_language(case.note, language, available=graph.languages)
    issues = [*case.issues, *chosen.issues]
    annotator: NoteAnnotator | LanguageAnnotator
    if not plain and chosen.code != "en":
        issues = [*case.issues, english_only("--kind, --nested and --linker", chosen.code)]
    if chosen.code == "en" or not plain:
        annotator = NoteAnnotator.open(graph, kind=kind, linker=linker, nested=nested)
    else:
        annotator = LanguageAnnotator.open(graph, chosen.code)
    reading = annotator.read(case.note)
    quantities = reading.quantities if kind in _KINDS_WITH_VALUES else ()
    if as_json:
        print_json(
            {
                "language": chosen.code if plain else "en",
                "mentions": _rows(reading.mentions),
                "quantities": _rows(quantities),
                "issues": [asdict(issue) for issue in issues],
            }
        )
    else:
        out.print(_mention_table(reading.mentions))
        if quantities:
            out.print(_quantity_table(quantities))
    for issue in issues:
        err.print(escape(str(issue)))
    if not reading.mentions:
        raise typer.Exit(EXIT_NOTHING_TO_RANK)


_KINDS_WITH_VALUES = (NameKind.PHENOTYPE, NameKind.LABORATORY)
"""What is sought together with numbers and their units."""


def _rows(found: Iterable[Mention | Quantity]) -> list[dict[str, Any]]:
    """For JSON: every field under its name."""
    return [asdict(row) for row in found]


def _mention_table(mentions: Iterable[Mention]) -> Table:
    table = new_table("start", "words", "term", "label", "assertion", "trigger", "confidence")
    for m in mentions:
        assertion = f"{m.assertion} (taken back)" if m.discounted else str(m.assertion)
        words, confidence = " ".join(m.text.split()), f"{m.confidence:.2f}"
        cells = (m.start, words, m.term_id, m.label, assertion, m.trigger, confidence)
        table.add_row(*(escape(str(cell)) for cell in cells))
    return table


def _quantity_table(quantities: Iterable[Quantity]) -> Table:
    table = new_table("start", "words", "measured", "value", "reference", "flag", "LOINC", "of")
    for q in quantities:
        limits = [f"{limit:g}" if limit is not None else "" for limit in _limits(q)]
        reference = "–".join(limits) if any(limits) else ""
        value = str(q).removeprefix(q.analyte).strip()
        words = " ".join(q.text.split())
        cells = (
            q.start,
            words,
            q.analyte,
            value,
            reference,
            q.flag,
            q.loinc_code or "",
            q.assertion,
        )
        table.add_row(*(escape(str(cell)) for cell in cells))
    return table


def _limits(quantity: Quantity) -> tuple[float | None, float | None]:
    return quantity.reference_low, quantity.reference_high
