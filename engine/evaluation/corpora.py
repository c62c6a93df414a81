"""Readers of gold corpora: texts in which people marked terms."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple, Protocol

from nosograph.ontologies.ontology import Resolution

__all__ = [
    "ArticleText",
    "AssertionCase",
    "GoldDocument",
    "GoldMention",
    "Resolver",
    "read_article_texts",
    "read_articles",
    "read_assertion_cases",
    "read_physical_exams",
    "read_span_corpus",
    "read_standoff_corpus",
]

PathOrArchive = Path | zipfile.Path


class Resolver(Protocol):
    """What knows the current identifier behind an old one: an `Ontology`, or a graph."""

    def resolve(self, text: str, /) -> Resolution:
        """The current term behind an identifier."""
        ...


class GoldMention(NamedTuple):
    """One mark of an annotator."""

    start: int
    """-1 where the corpus does not say where."""
    end: int
    term_id: str
    excluded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldDocument:
    """One text and its marks."""

    document_id: str
    text: str
    mentions: tuple[GoldMention, ...] = ()
    unresolved: tuple[str, ...] = field(default=())
    """Identifiers that this release does not know; they are not counted."""


class ArticleText(NamedTuple):
    """The full text of one paper, and what a curator read in it."""

    number: str
    """In PubMed."""
    text: str
    term_ids: tuple[str, ...]
    """As the curator gave them: may be identifiers of an older release."""


class AssertionCase(NamedTuple):
    """One condition in one sentence, and what the sentence says of it."""

    text: str
    start: int
    end: int
    negated: bool
    historical: bool


def read_span_corpus(lines: Iterable[str], ontology: Resolver) -> Iterator[GoldDocument]:
    r"""Read the GSC+ format: an identifier, a text, marks ``start end words term``, a blank line.

    >>> from nosograph.ontologies.ontology import Ontology
    >>> hpo = Ontology.from_terms([])
    >>> lines = ["7", "Ataxia.", "0\t6\tAtaxia\tHP:0001251"]
    >>> [document.unresolved for document in read_span_corpus(lines, hpo)]
    [('HP:0001251',)]

    Args:
        lines: The lines of the file.
        ontology: Old identifiers are mapped to its primary ones.
    """
    block: list[str] = []
    for line in [*(raw.rstrip("\r\n") for raw in lines), ""]:
        if line:
            block.append(line)
        elif block:
            text = block[1] if len(block) > 1 else ""
            rows = [row.split("\t") for row in block[2:]]
            marks = [(int(row[0]), int(row[1]), row[-1], False) for row in rows]
            yield _document(block[0], text, marks, ontology=ontology)
            block = []


def read_standoff_corpus(folder: PathOrArchive, ontology: Resolver) -> Iterator[GoldDocument]:
    """Read texts under ``corpus/`` with marks of the same names under ``ann/``.

    Args:
        folder: A folder, or the root of an opened zip archive.
        ontology: Old identifiers are mapped to its primary ones.
    """
    texts = {path.name: path for path in _files(folder / "corpus")}
    for path in sorted(_files(folder / "ann"), key=lambda p: p.name):
        rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
        marks = [(int(row[0]), int(row[1]), row[3].strip(), False) for row in rows if len(row) > 3]
        if path.name in texts:
            text = texts[path.name].read_text("utf-8")
            yield _document(path.name, text, marks, ontology=ontology)


def _files(folder: PathOrArchive) -> list[PathOrArchive]:
    return [path for path in folder.iterdir() if path.is_file()]


def read_article_texts(archive: Path) -> Iterator[ArticleText]:
    """Read an archive of ``txt/<PubMed number>.txt`` and ``gold.json``: number to terms and labels.

    A text without curated terms is left out.

    Args:
        archive: The zip file.
    """
    with zipfile.ZipFile(archive) as opened:
        gold = json.loads(opened.read("gold.json"))
        for name in sorted(opened.namelist()):
            number = PurePosixPath(name).stem
            if name.startswith("txt/") and number in gold:
                text = opened.read(name).decode("utf-8", errors="replace")
                yield ArticleText(number, text, tuple(gold[number]))


def read_articles(archive: Path, ontology: Resolver) -> Iterator[GoldDocument]:
    """Read papers whose marks say which terms, but not where.

    Args:
        archive: As `read_article_texts` reads it.
        ontology: Old identifiers are mapped to its primary ones.
    """
    for article in read_article_texts(archive):
        marks = [(-1, -1, term_id, False) for term_id in article.term_ids]
        yield _document(article.number, article.text, marks, ontology=ontology)


def read_physical_exams(lines: Iterable[str], ontology: Resolver) -> Iterator[GoldDocument]:
    """Read the table of BioCreative VIII track 3: one row per observation and term."""
    marks: dict[tuple[str, str], list[tuple[int, int, str, bool]]] = {}
    for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        rows = marks.setdefault((row["StringID"], row["Text"]), [])
        if row["Term"].startswith("HP:"):
            spans = [span.split("-") for span in row["Spans"].split(",") if "-" in span]
            start = min((int(s) for s, _ in spans), default=-1)
            end = max((int(e) for _, e in spans), default=-1)
            rows.append((start, end, row["Term"], row["Negated"] == "X"))
    for (document_id, text), rows in marks.items():
        yield _document(document_id, text, rows, ontology=ontology)


def read_assertion_cases(lines: Iterable[str]) -> Iterator[AssertionCase]:
    """Read sentences in which one condition stands in capitals."""
    for number, line in enumerate(lines):
        row = line.rstrip("\r\n").split("\t")
        if number == 0 or len(row) < 5:
            continue
        condition, text = row[1].strip().strip('"'), row[2]
        start = text.find(condition.upper())
        if start < 0:  # the condition is longer than its sentence: take the whole sentence
            start, condition = 0, text
        yield AssertionCase(
            text, start, start + len(condition), row[3] == "Negated", row[4] == "Historical"
        )


def _document(
    document_id: str,
    text: str,
    marks: Iterable[tuple[int, int, str, bool]],
    *,
    ontology: Resolver,
) -> GoldDocument:
    mentions, unresolved = [], []
    for start, end, term_id, excluded in marks:
        resolved = ontology.resolve(term_id).term_id
        if resolved is None:
            unresolved.append(term_id)
        else:
            mentions.append(GoldMention(start, end, resolved, excluded))
    return GoldDocument(
        document_id=document_id,
        text=text,
        mentions=tuple(dict.fromkeys(mentions)),
        unresolved=tuple(unresolved),
    )
