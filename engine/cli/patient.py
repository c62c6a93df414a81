"""The commands on one patient: ``diagnose`` and ``link``."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer
from rich.markup import escape
from rich.table import Table

from nosograph.engine.case import MAX_AGE_YEARS, ClinicalCase, Sex
from nosograph.engine.cli.console import (
    EXIT_NOTHING_TO_RANK,
    AsJson,
    Home,
    Language,
    Limit,
    Linker,
    Mondo,
    Translations,
    err,
    load_engine,
    load_graph,
    new_table,
    out,
    print_json,
    print_text,
)
from nosograph.engine.cli.neo4j_cases import write_and_tell
from nosograph.engine.cli.neo4j_options import DatabaseName, PasswordFile, Uri, User
from nosograph.engine.differential import Differential
from nosograph.engine.errors import CaseFormatError
from nosograph.engine.findings.annotator import LinkerName, NoteAnnotator
from nosograph.engine.findings.languages.annotator import LanguageAnnotator
from nosograph.engine.findings.languages.choice import AUTOMATIC, choose_language, english_only
from nosograph.engine.findings.languages.registry import LANGUAGES
from nosograph.engine.findings.measurements.quantity import Quantity
from nosograph.engine.findings.mention import Mention
from nosograph.engine.findings.names.kinds import NameKind
from nosograph.engine.report import differential_renderable
from nosograph.kg.neo4j.access import Access
from nosograph.kg.neo4j.case_rows import check_case_id, new_case_id
from nosograph.kg.neo4j.case_writing import refuse_other_build
from nosograph.kg.neo4j.connection import Connection
from nosograph.ontologies.errors import TermIdError
from nosograph.ontologies.term import TermId

__all__ = ["diagnose", "link"]

MAX_NOTE_BYTES = 16 * 1024**2
_LIKE_A_PATH = re.compile(r"(/|\./|\.\./|~/)\S+|\S+\.[A-Za-z][A-Za-z0-9]{1,4}")
"""One word that is a path, or ends as file names do: ``letter.docx``."""
_HPO_TERM = re.compile(r"HP:\d{7}")
_LIKE_AN_IDENTIFIER = re.compile(r"[A-Za-z]{0,10}[:_]?\d{1,10}", re.ASCII)


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
    linker: Linker = LinkerName.DICTIONARY,
    language: Language = AUTOMATIC,
    mondo: Mondo = None,
    translations: Translations = None,
    home: Home = None,
    to_neo4j: Annotated[
        bool,
        typer.Option(
            "--neo4j",
            help="Write the result, without the note's text, into the Neo4j database that holds "
            "the graph; an earlier case of that name is replaced.",
        ),
    ] = False,
    case_id: Annotated[
        str | None,
        typer.Option(
            "--case",
            help="Name of the case in Neo4j (else the phenopacket's id, else one is made up).",
        ),
    ] = None,
    uri: Uri = None,
    user: User = None,
    password_file: PasswordFile = None,
    database: DatabaseName = None,
) -> None:
    """Rank the diagnoses of one patient.

    Examples:

        nosograph diagnose examples/note.txt

        nosograph diagnose "Tall boy with ectopia lentis; no seizures." --sex MALE

        nosograph diagnose --hpo HP:0001166,HP:0001083,-HP:0001250 --age 7

        nosograph diagnose --phenopacket patient.json --exclude-publication 31675180

        cat note.txt | nosograph diagnose - --json

        nosograph diagnose note-zh.txt --translations hp-zh.babelon.tsv --language zh

        nosograph diagnose examples/note.txt --neo4j --case visit-1
    """
    if as_json and as_markdown:
        raise typer.BadParameter("give --json or --markdown, not both.")
    if not to_neo4j and any((case_id is not None, uri, user, password_file, database)):
        raise typer.BadParameter(
            "--case, --uri, --user, --password-file and --database go with --neo4j."
        )
    case = _case(
        note,
        hpo=hpo,
        phenopacket=phenopacket,
        routine_negatives=routine_negatives,
        sex=sex,
        age=age,
        language=language,
    )
    with ExitStack() as stack:
        connection = None
        if to_neo4j:  # what is wrong there is told before any work
            named = case_id if case_id is not None else case.case_id or new_case_id()
            case = replace(case, case_id=check_case_id(named))
            access = Access.from_settings(
                uri=uri, user=user, password_file=password_file, database=database, home=home
            )
            connection = stack.enter_context(Connection(access))
        engine = load_engine(mondo, home, translations, linker=linker)
        if connection is not None:
            refuse_other_build(connection.read, engine.graph.build.address)
        differential = engine.diagnose(
            case, limit=limit, exclude_publications=exclude_publication or ()
        )
        _print_differential(differential, as_json=as_json, as_markdown=as_markdown)
        if connection is not None:
            write_and_tell(differential, engine.graph, connection)
    if not differential.findings:
        raise typer.Exit(EXIT_NOTHING_TO_RANK)


def _print_differential(differential: Differential, *, as_json: bool, as_markdown: bool) -> None:
    if as_json:
        print_json(differential.to_dict())
    elif as_markdown:
        print_text(differential.to_markdown())
    else:
        out.print(differential_renderable(differential), soft_wrap=True)


def _case(
    note: str | None,
    *,
    hpo: list[str] | None,
    phenopacket: Path | None,
    routine_negatives: bool,
    sex: str | None,
    age: float | None,
    language: str,
) -> ClinicalCase:
    _check_language(language)
    if language != AUTOMATIC and note is None:
        raise typer.BadParameter("--language goes with a note.")
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
        return ClinicalCase.from_note(
            _read_note(note), sex=sex, age_years=age, language=language.lower()
        )
    terms = [term.strip() for text in hpo or [] for term in text.split(",") if term.strip()]
    return ClinicalCase.from_terms(
        observed=[_hpo_term(term) for term in terms if not term.startswith("-")],
        excluded=[_hpo_term(term[1:]) for term in terms if term.startswith("-")],
        routine_negatives=routine_negatives,
        sex=sex,
        age_years=age,
    )


def _check_language(language: str) -> None:
    if language.lower() not in (AUTOMATIC, *LANGUAGES):
        raise typer.BadParameter(f"--language is one of {', '.join((AUTOMATIC, *LANGUAGES))}.")


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
    case = ClinicalCase.from_note(_read_note(note))
    _check_language(language)
    plain = kind is NameKind.PHENOTYPE and linker is LinkerName.DICTIONARY and not nested
    if not plain and language.lower() not in (AUTOMATIC, "en"):
        raise typer.BadParameter("--kind, --nested and --linker read English only.")
    graph = load_graph(mondo, home, translations)
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
