"""What a database holds of a build, as the plain values that a build's arrays are made of."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nosograph.kg.arrays import GraphContent, OldIdentifier, SynonymRow, plain_edges
from nosograph.kg.edges import EVIDENCE_CODES, FREQUENCY_KINDS, SEXES, AnnotationEdges
from nosograph.kg.neo4j.connection import Database, Row
from nosograph.kg.neo4j.digests import Properties
from nosograph.kg.neo4j.old_identifiers import SUCCESSION
from nosograph.kg.neo4j.schema import (
    OLD_IDENTIFIER,
    SHARED_LABEL,
    edge_types,
    labels_by_kind,
    relationship_types,
)
from nosograph.kg.schema import read_schema
from nosograph.kg.translations import translation_arrays
from nosograph.ontologies.hierarchy import Csr, Hierarchy
from nosograph.ontologies.ontology import ResolutionKind

__all__ = ["BrokenRowError", "HeldContent", "read_content"]

PAGE_SIZE = 10_000
"""Rows of one query: what is in memory as rows is about 20 MB."""
N_TERM_KINDS = 2
"""Phenotypes and modifiers share one range of numbers."""
_PLAIN = ("subject", "relation", "object", "source", "line")
_ANNOTATION = ("evidence", "negated", "frequency", "frequency_kind", "n", "m", "onset", "sex")
_EVERY = (
    "source",
    "line",
    "evidence",
    "negated",
    "frequency",
    "frequency_kind",
    "frequency_numerator",
    "frequency_denominator",
    "onset",
    "sex",
    "modifiers",
    "references",
)
"""Properties of a relationship; all but the first two are of an annotation."""
_EVIDENCE = {name or None: code for code, name in enumerate(EVIDENCE_CODES)}
_SEX = {name or None: code for code, name in enumerate(SEXES)}
_NEGATED = {False: 0, True: 1}
_FREQUENCY_KIND = {kind.value: code for code, kind in enumerate(FREQUENCY_KINDS)}

_WRONG = (AttributeError, KeyError, OverflowError, TypeError, ValueError)
"""What Python raises at a value that is not of its type, or that the build does not know."""

Tell = Callable[[str, int, int], None]


class _Edge(NamedTuple):
    """One relationship in numbers."""

    plain: tuple[int, ...]
    annotation: tuple[float, ...] = ()
    """Empty where there is none."""
    modifiers: tuple[int, ...] = ()
    references: tuple[int, ...] = ()


class BrokenRowError(Exception):
    """A node or relationship says what no load writes."""


class HeldContent(NamedTuple):
    """All that a database holds of a build."""

    content: GraphContent
    translations: list[tuple[str, int, str, str]]
    """Language, term, text and class, in the order of a build."""

    def arrays(self, languages: Sequence[str] | None) -> dict[str, NDArray[Any]]:
        """The arrays of a build that says this.

        Args:
            languages: Languages of the names, ascending; ``None`` where a build has no such names.

        Raises:
            BrokenRowError: If it cannot be said in arrays.
            SourceFormatError: If the hierarchy of the terms has a cycle.
        """
        with _told_of("a node"):
            arrays = self.content.arrays()
            if languages is not None:
                arrays |= translation_arrays(self.translations, languages=languages)
        return arrays


def read_content(database: Database, manifest: Mapping[str, Any], *, tell: Tell) -> HeldContent:
    """Read nodes, old identifiers and relationships, page by page.

    Args:
        database: The database.
        manifest: Manifest of the build that it says it holds.
        tell: Is told how far it is.

    Raises:
        BrokenRowError: If something is said that no load writes.
    """
    return _Reader(database, manifest, tell).read()


@contextmanager
def _told_of(what: str) -> Iterator[None]:
    try:
        yield
    except _WRONG as error:
        raise BrokenRowError(_broken(what, error)) from None


def _broken(what: str, error: Exception) -> str:
    return f"{what} says what no load writes ({error!r})."


class _Reader:
    def __init__(self, database: Database, manifest: Mapping[str, Any], tell: Tell) -> None:
        self.database, self.tell = database, tell
        self.counts: Mapping[str, Mapping[str, int]] = manifest["counts"]
        self.sources = {name: code for code, name in enumerate(manifest["source_names"])}
        self.index: dict[str, int] = {}

    def read(self) -> HeldContent:
        nodes = self._nodes()
        kinds = [code for code, _ in nodes]
        ids: list[str] = [row["id"] for _, row in nodes]
        self.index = {node_id: number for number, node_id in enumerate(ids)}
        terms = [row for code, row in nodes if code < N_TERM_KINDS]
        synonyms = list(_listed(terms, "synonyms", "synonym_scopes"))
        translations = _listed(terms, "translation_languages", "translations", "translation_scopes")
        plain = self._plain()
        content = GraphContent(
            node_ids=ids,
            labels=[row.get("name", "") for _, row in nodes],
            kinds=kinds,
            definitions=[row.get("definition", "") for row in terms],
            synonyms=[SynonymRow(number, text, scope) for number, text, scope in synonyms],
            old_identifiers=self._old_identifiers(),
            hierarchy=_hierarchy(plain, n_terms=len(terms)),
            annotations=self._annotations(),
            plain=plain,
        )
        names = [(language, number, text, scope) for number, language, text, scope in translations]
        return HeldContent(content, sorted(names, key=lambda name: name[:2]))

    # --- nodes -----------------------------------------------------------------------------

    def _nodes(self) -> list[tuple[int, Properties]]:
        """Kind and properties of every node, in the order of a build."""
        found: list[tuple[int, Properties]] = []
        for code, kind in enumerate(read_schema().kinds):
            label = labels_by_kind()[kind.name]
            query = (
                f"MATCH (n:{SHARED_LABEL}:{label}) WHERE n.id > $after "
                "RETURN n.id AS id, properties(n) AS said ORDER BY n.id LIMIT $limit"
            )
            for row in self._rows(query, f"nodes {label}", self.counts["nodes"][kind.name]):
                _check_texts(row["said"], f"{label} {row['id']}")
                found.append((code, row["said"]))
        return sorted(found, key=lambda node: (max(node[0], N_TERM_KINDS - 1), node[1]["id"]))

    def _rows(self, query: str, what: str, total: int) -> Iterator[Row]:
        """Rows of a query that goes on behind the identifier of the last one."""
        after, done = "", 0
        while page := self.database.read(query, after=after, limit=PAGE_SIZE):
            yield from page
            after, done = page[-1]["id"], done + len(page)
            self.tell(what, done, total)

    def _old_identifiers(self) -> list[OldIdentifier]:
        types = "|".join(edge_types()[name] for name in SUCCESSION)
        rows = self.database.read(
            f"MATCH (o:{OLD_IDENTIFIER}) OPTIONAL MATCH (o)-[r:{types}]->(t:{SHARED_LABEL}) "
            "WITH o, t, r ORDER BY r.position, t.id "
            "RETURN o.id AS id, o.status AS status, collect(t.id) AS targets"
        )
        found = []
        for row in rows:
            with _told_of(f"{OLD_IDENTIFIER} {row['id']}"):
                targets = [self.index[target] for target in row["targets"]]
                found.append(OldIdentifier(row["id"], ResolutionKind(row["status"]), targets))
        return sorted(found, key=lambda old: str(old.old_id))

    # --- relationships ---------------------------------------------------------------------

    def _edges(self, relation: str, *, is_annotated: bool) -> Iterator[_Edge]:
        name = relationship_types()[relation]
        code = read_schema().relation_code(relation)
        # A list, not a map: half the time goes into names of properties.
        said = ", ".join(f"r.{said}" for said in (_EVERY if is_annotated else _EVERY[:2]))
        query = (
            f"MATCH (s:{SHARED_LABEL})-[r:{name}]->(o:{SHARED_LABEL}) WHERE r.id > $after "
            f"RETURN r.id AS id, s.id AS start, o.id AS end, [{said}] AS said "
            "ORDER BY r.id LIMIT $limit"
        )
        for row in self._rows(query, f"relationships {name}", self.counts["edges"][relation]):
            try:
                edge = self._edge(code, row)
            except _WRONG as error:
                what = f"{name} from {row['start']} to {row['end']}"
                raise BrokenRowError(_broken(what, error)) from None
            yield edge

    def _edge(self, code: int, row: Row) -> _Edge:
        source, line, *said = row["said"]
        ends = (self.index[row["start"]], code, self.index[row["end"]])
        plain = (*ends, self.sources[source], 0 if line is None else int(line))
        if not said:
            return _Edge(plain=plain)
        *numbers, modifiers, references = said
        return _Edge(
            plain=plain,
            annotation=self._annotation(*numbers),
            modifiers=tuple(self.index[t] for t in modifiers or ()),
            references=tuple(self.index[t] for t in references or ()),
        )

    def _annotation(
        self,
        evidence: Any,
        negated: Any,
        frequency: Any,
        kind: Any,
        n: Any,
        m: Any,
        onset: Any,
        sex: Any,
    ) -> tuple[float, ...]:
        """What an annotation says, in numbers, in the order of `_ANNOTATION`."""
        return (
            _EVIDENCE[evidence],
            _NEGATED[negated],
            np.nan if frequency is None else float(frequency),
            _FREQUENCY_KIND[kind],
            0 if n is None else int(n),
            0 if m is None else int(m),
            -1 if onset is None else self.index[onset],
            _SEX[sex],
        )

    def _plain(self) -> NDArray[np.int32]:
        found = array("i")
        for relation in read_schema().relations:
            if not relation.annotated:
                for edge in self._edges(relation.name, is_annotated=False):
                    found.extend(edge.plain)
        return plain_edges(np.asarray(found, dtype=np.int32))

    def _annotations(self) -> AnnotationEdges:
        plain, annotations = array("i"), array("d")
        modifiers: list[tuple[int, ...]] = []
        references: list[tuple[int, ...]] = []
        for relation in read_schema().relations:
            if relation.annotated:
                for edge in self._edges(relation.name, is_annotated=True):
                    plain.extend(edge.plain)
                    annotations.extend(edge.annotation)
                    modifiers.append(edge.modifiers)
                    references.append(edge.references)
        with _told_of("an annotation"):
            columns: dict[str, NDArray[Any]] = {
                name: column
                for names, values in ((_PLAIN, plain), (_ANNOTATION, annotations))
                for name, column in zip(
                    names, np.asarray(values).reshape(-1, len(names)).T, strict=True
                )
            }
            return AnnotationEdges.ordered(columns, modifiers=modifiers, references=references)


def _check_texts(said: Properties, what: str) -> None:
    for name in ("id", "name", "definition"):
        if not isinstance(said.get(name, ""), str):
            raise BrokenRowError(_broken(what, TypeError(f"its {name} is no text")))


def _listed(terms: list[Properties], *names: str) -> Iterator[tuple[Any, ...]]:
    """Number of a term and the texts that stand side by side in its lists."""
    for number, said in enumerate(terms):
        if lists := [said[name] for name in names if name in said]:
            with _told_of(f"{said['id']} in {', '.join(names)}"):
                if len(lists) != len(names) or len(set(map(len, lists))) != 1:
                    raise ValueError("lists that stand side by side are not equally long")
                for texts in zip(*lists, strict=True):
                    yield number, *map(str, texts)


def _hierarchy(plain: NDArray[np.int32], *, n_terms: int) -> Hierarchy:
    edges = plain[plain[:, 1] == read_schema().relation_code("subclass_of")]
    if (edges[:, [0, 2]] >= n_terms).any():
        raise BrokenRowError("SUBCLASS_OF leads to or from what is no term.")
    starts = np.searchsorted(edges[:, 0], np.arange(n_terms + 1)).astype(np.int32)
    return Hierarchy(Csr(starts, edges[:, 2].astype(np.int32)))
