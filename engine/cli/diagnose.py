"""The command ``diagnose``: one patient, from the command line to a ranked list."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from nosograph.engine.case import MAX_AGE_YEARS, ClinicalCase, Sex
from nosograph.engine.cli.console import (
    EXIT_ERROR,
    EXIT_NOTHING_TO_RANK,
    AsJson,
    Home,
    Language,
    Limit,
    Linker,
    Mondo,
    Sources,
    Translations,
    fail,
    load_engine,
    out,
    print_json,
    print_text,
)
from nosograph.engine.cli.neo4j_cases import write_and_tell
from nosograph.engine.cli.neo4j_options import DatabaseName, PasswordFile, Uri, User
from nosograph.engine.cli.note_argument import check_language, read_note
from nosograph.engine.differential import Differential
from nosograph.engine.errors import CaseFormatError
from nosograph.engine.findings.annotator import LinkerName
from nosograph.engine.findings.languages.choice import AUTOMATIC
from nosograph.engine.report import differential_renderable
from nosograph.kg.neo4j.access import Access
from nosograph.kg.neo4j.case_rows import check_case_id, new_case_id
from nosograph.kg.neo4j.connection import Connection
from nosograph.kg.neo4j.errors import Neo4jError
from nosograph.ontologies.errors import TermIdError
from nosograph.ontologies.term import TermId

__all__ = ["diagnose"]

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
    sources: Sources = None,
    home: Home = None,
    to_neo4j: Annotated[
        bool,
        typer.Option(
            "--neo4j",
            help="Write the result, without the note's text, into the Neo4j database that holds "
            "the graph; an earlier case of that name is replaced. Where that fails, the result is "
            "printed all the same.",
        ),
    ] = False,
    case_id: Annotated[
        str | None,
        typer.Option(
            "--case",
            help="Name of the case in Neo4j (else the phenopacket's id, else one is made up). It "
            "is stored: take one that does not name the patient.",
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

        nosograph diagnose examples/note.txt --source hpo-annotations=phenotype.hpoa

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
    if to_neo4j:  # a name that cannot be one is told before any work
        named = case_id if case_id is not None else case.case_id or new_case_id()
        case = replace(case, case_id=check_case_id(named))
    engine = load_engine(mondo, home, translations, sources, linker=linker)
    differential = engine.diagnose(
        case, limit=limit, exclude_publications=exclude_publication or ()
    )
    try:
        _print_differential(differential, as_json=as_json, as_markdown=as_markdown)
    finally:  # after the answer, which waits for no server; also where its reader left early
        if to_neo4j:
            try:
                access = Access.from_settings(
                    uri=uri, user=user, password_file=password_file, database=database, home=home
                )
                with Connection(access) as connection:
                    write_and_tell(differential, engine.graph, connection)
            except Neo4jError as error:
                fail(f"the case was not written into Neo4j: {error}", EXIT_ERROR)
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
    check_language(language)
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
            read_note(note), sex=sex, age_years=age, language=language.lower()
        )
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
