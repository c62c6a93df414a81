"""Names of one's own before those of the ontology: a hospital's shorthand, or what texts taught.

A note is read twice: for the names of one's own, as they are written, and for all others. Where the
same words carry both, one's own is meant, unless the other name is longer.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

from nosograph.engine.findings.linking.dictionary import DictionaryLinker, EntityLinker
from nosograph.engine.findings.linking.linker_index import LinkerIndex, TermName
from nosograph.engine.findings.mention import Mention
from nosograph.ontologies.errors import SourceError, SourceFormatError
from nosograph.ontologies.term import TermId

__all__ = ["OWN_KIND", "OwnNamesLinker", "read_own_names"]

OWN_KIND = "own"
"""Kind of a `TermName` that its user brought."""
_COLUMNS = ("name", "term_id")
_AS_WRITTEN = frozenset({"exact", "inflected", "abbreviation"})


class OwnNamesLinker:
    """Another linker, and names that go before its own.

    >>> seizure = TermName(term_id=TermId("HP:0001250"), label="Seizure", text="Seizure")
    >>> absence = TermName(term_id=TermId("HP:0002121"), label="Generalized non-motor (absence) "
    ...                    "seizure", text="blank spells", kind=OWN_KIND)
    >>> linker = OwnNamesLinker(DictionaryLinker(LinkerIndex.build([seizure])), [absence])
    >>> [(m.text, m.term_id) for m in linker.link("Seizures and blank spells.")]
    [('Seizures', 'HP:0001250'), ('blank spells', 'HP:0002121')]

    Args:
        linker: What reads all other names.
        names: Read as they are written, or inflected; in no other order or form.
    """

    def __init__(self, linker: EntityLinker, names: Iterable[TermName]) -> None:
        self._linker = linker
        self._own = DictionaryLinker(LinkerIndex.build(names))

    def link(self, text: str) -> tuple[Mention, ...]:
        """Find the mentions of a note, by ascending start."""
        others = self._linker.link(text)
        own = [
            mention
            for mention in self._own.link(text)
            if mention.match_kind in _AS_WRITTEN
            and not any(_is_inside(mention, other, longer=True) for other in others)
        ]
        kept = [o for o in others if not any(_is_inside(o, mention) for mention in own)]
        return tuple(sorted((*kept, *own), key=lambda m: (m.start, -m.end, m.term_id)))


def read_own_names(path: Path, *, label_of: Callable[[str], str | None]) -> tuple[TermName, ...]:
    """Read a table of names: tab-separated, with the columns ``name`` and ``term_id``.

    Args:
        path: The file; lines that begin with ``#`` are comments.
        label_of: The label of a phenotype, or ``None`` for what is none.

    Raises:
        SourceError: If the file cannot be read.
        SourceFormatError: If a column is missing, a name is empty or a term is unknown.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = [line for line in file if not line.startswith("#")]
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(
            f"{path}: cannot be read ({error}); expected a tab-separated table in UTF-8 with the "
            f"columns {' and '.join(_COLUMNS)}. Give the path of such a file."
        ) from error
    table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    if missing := [c for c in _COLUMNS if c not in (table.fieldnames or ())]:
        raise SourceFormatError(
            f"{path}: the column '{missing[0]}' is missing, got {table.fieldnames}; expected "
            f"{' and '.join(_COLUMNS)}, parted by tabs. Add a first line that names the columns."
        )
    return tuple(_name(row, path, label_of=label_of) for row in table)


def _name(row: dict[str, str], path: Path, *, label_of: Callable[[str], str | None]) -> TermName:
    text, term_id = ((row[column] or "").strip() for column in _COLUMNS)
    label = label_of(term_id)
    if not text or label is None:
        what = f"no phenotype has the identifier '{term_id}'" if text else "a name is empty"
        raise SourceFormatError(
            f"{path}: {what}, got the row {list(row.values())}; expected a name and an identifier "
            "such as HP:0001250. Correct the row, or take it out."
        )
    return TermName(term_id=TermId(term_id), label=label, text=text, kind=OWN_KIND)


def _is_inside(inner: Mention, outer: Mention, *, longer: bool = False) -> bool:
    inside = outer.start <= inner.start and inner.end <= outer.end
    return inside and not (longer and (inner.start, inner.end) == (outer.start, outer.end))
