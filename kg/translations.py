"""Names of terms in other languages: which files hold them, and how they are stored.

What a file says of a term that this release does not have is counted, not kept. A name stays where
the English label that was translated is no longer a name of its term, and is counted too.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nosograph.kg.strings import StringTable
from nosograph.ontologies.errors import SourceError, SourceFormatError
from nosograph.ontologies.ontology import Ontology
from nosograph.ontologies.readers.babelon import Translation, TranslationTable, read_babelon
from nosograph.ontologies.sources import ARCHIVE_SEPARATOR, SourceFile, find_source

__all__ = [
    "SOURCE",
    "TranslatedNames",
    "read_translations",
    "translation_arrays",
    "translation_files",
]

SOURCE = "hpo-translations"
"""Name of the source; the language follows behind a hyphen."""
_ENDINGS = (".babelon.tsv", ".babelon.tsv.gz")


def translation_files(paths: Iterable[str | Path]) -> tuple[SourceFile, ...]:
    """Find Babelon tables, one for each language, by ascending language.

    Args:
        paths: Files, archive members (``archive.zip!member``), or folders and zip archives, of
            which every ``*.babelon.tsv`` is taken.

    Raises:
        SourceError: If there is none, or two translate into the same language.
        SourceFormatError: If one is not a Babelon table.
    """
    found: dict[str, SourceFile] = {}
    for path in paths:
        for table in _tables(path):
            source = find_source(SOURCE)
            file = SourceFile.at(source, table)
            with file.open() as lines:
                language = _read(lines, file).language
            name = f"{SOURCE}-{language}"
            if name in found:
                raise SourceError(
                    f"two tables translate into {language!r}: {found[name].path} and {file.path}. "
                    "Name one of them."
                )
            found[name] = replace(file, source=replace(source, name=name))
    return tuple(found[name] for name in sorted(found))


def _tables(path: str | Path) -> Iterator[str]:
    """The tables behind one path."""
    if Path(path).is_dir():
        held = [str(p) for p in sorted(Path(path).iterdir()) if p.name.endswith(_ENDINGS)]
    elif Path(path).is_file() and str(path).endswith(".zip"):
        try:
            with zipfile.ZipFile(path) as archive:
                members = sorted(archive.namelist())
        except zipfile.BadZipFile as error:
            raise SourceFormatError(
                f"{SOURCE}: {path} is not a zip archive ({error}). Download it again."
            ) from error
        held = [f"{path}{ARCHIVE_SEPARATOR}{name}" for name in members if name.endswith(_ENDINGS)]
    else:
        held = [str(path)]
    if not held:
        raise SourceError(
            f"{SOURCE}: {path} holds no Babelon table. Expected files that end in .babelon.tsv, "
            f"from {find_source(SOURCE).url}"
        )
    yield from held


def read_translations(files: Iterable[SourceFile]) -> dict[str, TranslationTable]:
    """Read the tables among the sources of a build, by source name."""
    found = {}
    for file in files:
        if file.source.name.startswith(f"{SOURCE}-"):
            with file.open() as lines:
                found[file.source.name] = _read(lines, file)
    return found


def _read(lines: Iterable[str], file: SourceFile) -> TranslationTable:
    try:
        return read_babelon(lines)
    except SourceFormatError as error:
        raise SourceFormatError(f"{Path(file.path).name}: {error}") from error


class _Row(NamedTuple):
    language: str
    term: int
    rank: int
    """Labels first."""
    text: str
    name_class: str
    """Scope, kind and status, parted by spaces."""


class TranslatedNames:
    """The names of all tables, filed under the terms of one release.

    Args:
        tables: What was read, in any order.
        ontology: The release; old identifiers become their successors.
    """

    def __init__(self, tables: Iterable[TranslationTable], *, ontology: Ontology) -> None:
        self._facts: dict[str, dict[str, Any]] = {}
        rows: set[_Row] = set()
        for table in tables:
            rows.update(self._filed(table, ontology))
        self._rows = sorted(rows)

    def _filed(self, table: TranslationTable, ontology: Ontology) -> Iterator[_Row]:
        unknown = renamed = 0
        kept: list[_Row] = []
        terms: set[int] = set()
        for row in table.translations:
            term_id = ontology.resolve(row.subject_id).term_id
            if term_id is None:
                unknown += 1
                continue
            number = ontology.index[term_id]
            renamed += _is_outdated(row, ontology, number)
            terms.add(number)
            name_class = f"{row.scope} {row.kind} {row.status}"
            kept.append(_Row(table.language, number, row.kind != "label", row.text, name_class))
        unused = dict(table.unused)
        if unknown:
            unused["term not in this release"] = unknown
        self._facts[table.language] = {
            "rows": table.n_rows,
            "names": len(set(kept)),
            "terms": len(terms),
            "english_name_changed": renamed,
            "repeated": len(kept) - len(set(kept)),
            "dropped": unused,
        }
        yield from kept

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Plain arrays, by name."""
        rows = [(row.language, row.term, row.text, row.name_class) for row in self._rows]
        return translation_arrays(rows, languages=sorted(self._facts))

    def facts(self) -> dict[str, Any]:
        """For each language what became of its rows."""
        return dict(sorted(self._facts.items()))


def translation_arrays(
    rows: Sequence[tuple[str, int, str, str]], *, languages: Sequence[str]
) -> dict[str, NDArray[Any]]:
    """Names in other languages as plain arrays, by name.

    Args:
        rows: Language, term, text and class of each name, ascending by language and term; labels
            first.
        languages: All languages of the build, ascending.
    """
    classes = sorted({name_class for *_, name_class in rows})
    code_of_class = {name_class: code for code, name_class in enumerate(classes)}
    code_of_language = {language: code for code, language in enumerate(languages)}
    arrays: dict[str, NDArray[Any]] = {
        "translation_language": np.array([code_of_language[row[0]] for row in rows], np.uint8),
        "translation_term": np.array([row[1] for row in rows], np.int32),
        "translation_class": np.array([code_of_class[row[3]] for row in rows], np.uint8),
    }
    tables: Mapping[str, Sequence[str]] = {
        "translation": [row[2] for row in rows],
        "translation_class_name": classes,
        "translation_language_name": languages,
    }
    for name, texts in tables.items():
        packed = StringTable.pack(texts)
        arrays[f"{name}_end"], arrays[f"{name}_text"] = packed.ends, packed.blob
    return arrays


def _is_outdated(row: Translation, ontology: Ontology, number: int) -> bool:
    """Whether the English words that were translated are no name of the term any more."""
    if not row.source_value:
        return False
    term = ontology.terms[number]
    names = (term.label, *(synonym.text for synonym in term.synonyms))
    return row.source_value.casefold() not in {name.casefold() for name in names}
