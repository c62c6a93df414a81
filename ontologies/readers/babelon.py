"""Babelon tables: names of terms in another language.

Source: the Babelon data model, https://github.com/monarch-initiative/babelon.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from nosograph.ontologies.errors import SourceFormatError, TermIdError
from nosograph.ontologies.term import SynonymScope, TermId

__all__ = ["Translation", "TranslationStatus", "TranslationTable", "read_babelon"]

LABEL = "label"
"""Kind of a `Translation` of a term's own label."""
_NAME_PREDICATES: Mapping[str, tuple[SynonymScope, str]] = {
    "rdfs:label": (SynonymScope.EXACT, LABEL),
    "skos:prefLabel": (SynonymScope.EXACT, LABEL),
    "oboInOwl:hasExactSynonym": (SynonymScope.EXACT, "synonym"),
    "oio:hasExactSynonym": (SynonymScope.EXACT, "synonym"),
    "oboInOwl:hasNarrowSynonym": (SynonymScope.NARROW, "synonym"),
    "oio:hasNarrowSynonym": (SynonymScope.NARROW, "synonym"),
    "oboInOwl:hasBroadSynonym": (SynonymScope.BROAD, "synonym"),
    "oio:hasBroadSynonym": (SynonymScope.BROAD, "synonym"),
    "oboInOwl:hasRelatedSynonym": (SynonymScope.RELATED, "synonym"),
    "oio:hasRelatedSynonym": (SynonymScope.RELATED, "synonym"),
}
_COLUMNS = frozenset({"subject_id", "predicate_id", "translation_language", "translation_value"})
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NO_VALUE = frozenset({"", "NA", "N/A"})


class TranslationStatus(StrEnum):
    """How far a translation has been checked."""

    OFFICIAL = "OFFICIAL"
    CANDIDATE = "CANDIDATE"
    """Proposed, by a person or a machine, and not reviewed yet."""
    UNDER_REVIEW = "UNDER_REVIEW"
    UNSTATED = "UNSTATED"
    """The table does not say, or says something that the data model does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """One row: what a term is called in another language."""

    line: int
    subject_id: TermId
    text: str
    scope: SynonymScope
    kind: str
    """``label`` or ``synonym``."""
    status: TranslationStatus
    source_value: str
    """What was translated; empty where the table does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationTable:
    """One file of translations into one language."""

    language: str
    """ISO 639-1, lower case."""
    release: str
    """The newest date in the table, or empty."""
    translations: tuple[Translation, ...]
    n_rows: int
    unused: Mapping[str, int]
    """Rows that are not among `translations`, counted by the reason."""


def read_babelon(lines: Iterable[str]) -> TranslationTable:
    r"""Read one Babelon table. Quotation marks in it are part of the texts.

    >>> table = read_babelon([
    ...     "subject_id\tpredicate_id\ttranslation_language\ttranslation_value\n",
    ...     "HP:0001250\trdfs:label\tzh\t癫痫发作\n",
    ...     "HP:0001251\trdfs:label\tzh\tNA\n",
    ... ])
    >>> table.language, [t.text for t in table.translations], dict(table.unused)
    ('zh', ['癫痫发作'], {'not translated': 1})

    Raises:
        SourceFormatError: If a needed column is missing, the table has no translation, or it
            translates into several languages.
    """
    stream = enumerate(lines, start=1)
    columns = next(stream, (0, ""))[1].lstrip("\ufeff").rstrip("\r\n").split("\t")
    missing = sorted(_COLUMNS - set(columns))
    if missing:
        raise SourceFormatError(
            f"not a Babelon table: column {missing[0]!r} is missing. Expected a .babelon.tsv file "
            "with a header line."
        )
    languages: set[str] = set()
    dates: set[str] = set()
    found: list[Translation] = []
    unused: Counter[str] = Counter()
    n_rows = 0
    for number, line in stream:
        row = dict(zip(columns, line.rstrip("\r\n").split("\t"), strict=False))
        if not any(row.values()):
            continue
        n_rows += 1
        dates |= {
            date
            for name in ("translation_date", "source_version")
            for date in _DATE.findall(row.get(name, ""))
        }
        translation = _translation(row, number)
        if isinstance(translation, str):
            unused[translation] += 1
        else:
            found.append(translation)
            languages.add(row["translation_language"].strip().lower())
    if not found:
        raise SourceFormatError(
            f"a Babelon table without a translation that can be used ({n_rows} rows: "
            f"{_counted(unused)}). The file may be truncated."
        )
    if len(languages) > 1 or not all(map(_LANGUAGE.fullmatch, languages)):
        shown = ", ".join(repr(language[:20]) for language in sorted(languages)[:5])
        raise SourceFormatError(
            f"a Babelon table with translation_language {shown}: expected one language code such "
            "as 'zh' in all rows. Cut the table into one file a language."
        )
    return TranslationTable(
        language=languages.pop(),
        release=max(dates, default=""),
        translations=tuple(found),
        n_rows=n_rows,
        unused=dict(sorted(unused.items())),
    )


def _translation(row: Mapping[str, str], line: int) -> Translation | str:
    """The translation of a row, or why it is none."""
    if not row.keys() >= _COLUMNS:
        return "too few fields"
    text = " ".join(row["translation_value"].split())
    status = row.get("translation_status", "").strip().upper()
    if status == "NOT_TRANSLATED" or text in _NO_VALUE:
        return "not translated"
    named = _NAME_PREDICATES.get(row["predicate_id"])
    if named is None:
        return "not a name"
    try:
        subject_id = TermId.parse(row["subject_id"])
    except TermIdError:
        return "no identifier"
    known = status in TranslationStatus.__members__
    return Translation(
        line=line,
        subject_id=subject_id,
        text=text,
        scope=named[0],
        kind=named[1],
        status=TranslationStatus(status) if known else TranslationStatus.UNSTATED,
        source_value=row.get("source_value", "").strip(),
    )


def _counted(unused: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {reason}" for reason, n in sorted(unused.items())) or "none"
