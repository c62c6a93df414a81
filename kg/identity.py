"""Which source records speak of one disease.

With MONDO's exact matches, a disease is the MONDO term that records map to. Without them, records
of different databases that agree in name and in their genes are joined, and every such join is
marked as inferred. A record always stays in the graph beside its disease, so that a wrong join can
be seen and undone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nosograph.ontologies.readers.sssom import EXACT_MATCH, MappingSet
from nosograph.ontologies.term import TermId

__all__ = ["DiseaseRecord", "Identity", "Match", "identity_from_mondo", "infer_identity"]

LEADING_PREFIXES = ("MONDO", "OMIM", "ORPHA", "DECIPHER")
"""Of the records of one disease, which names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiseaseRecord:
    """One entry of OMIM, Orphanet or DECIPHER."""

    record_id: TermId
    name: str
    genes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One record belongs to one disease, and who says so."""

    record_id: TermId
    disease_id: TermId
    source: str
    """Name of the source in ``sources.toml``."""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Every match, and what the mappings could not decide."""

    matches: tuple[Match, ...]
    """At most one a record; a record without a match is a disease of its own."""
    labels: Mapping[TermId, str] = field(default_factory=dict)
    """Names of diseases, and of other identifiers of theirs, that are not themselves records."""
    ambiguous: tuple[TermId, ...] = ()
    """Records that map to several diseases; the first by identifier was taken."""


def identity_from_mondo(
    records: Iterable[DiseaseRecord], mapping_sets: Mapping[str, MappingSet]
) -> Identity:
    """Merge records through MONDO's exact matches.

    Args:
        records: The records that the annotations speak of.
        mapping_sets: Mapping sets by the name of their source.
    """
    wanted = {record.record_id for record in records}
    matches: dict[TermId, Match] = {}
    labels: dict[TermId, str] = {}
    ambiguous: set[TermId] = set()
    for source in sorted(mapping_sets):
        for mapping in mapping_sets[source].mappings:
            record_id = mapping.object_id
            if mapping.predicate_id != EXACT_MATCH or record_id not in wanted:
                continue
            if mapping.subject_id.prefix != "MONDO":
                continue  # a record is joined to a disease, never to another record
            match = Match(
                record_id=record_id,
                disease_id=mapping.subject_id,
                source=source,
                line=mapping.line,
            )
            known = matches.get(record_id)
            if known is not None and known.disease_id != match.disease_id:
                ambiguous.add(record_id)
                match = min(known, match, key=lambda m: m.disease_id)
            matches[record_id] = match
            labels[mapping.subject_id] = mapping.subject_label
    names = {m.disease_id: labels[m.disease_id] for m in matches.values()}
    diseases = frozenset(names)
    for source in sorted(mapping_sets):
        for mapping in mapping_sets[source].mappings:
            other_id = mapping.object_id
            if mapping.predicate_id != EXACT_MATCH or other_id in wanted:
                continue
            # An identifier without annotations of its own still names the disease.
            if mapping.subject_id in diseases and other_id not in names:
                matches[other_id] = Match(
                    record_id=other_id,
                    disease_id=mapping.subject_id,
                    source=source,
                    line=mapping.line,
                )
                names[other_id] = mapping.object_label or mapping.subject_label
    return Identity(
        matches=tuple(matches[i] for i in sorted(matches)),
        labels=names,
        ambiguous=tuple(sorted(ambiguous)),
    )


def infer_identity(records: Sequence[DiseaseRecord]) -> Identity:
    """Join records of different databases that agree in name and in their genes.

    A name shared by two records of one database joins nothing: it is not specific enough. The gene
    sets must be equal (both may be empty): where one is larger, the record is mostly a family of
    diseases, such as Orphanet's Fanconi anemia, and joining it to one member would be wrong.

    >>> omim = DiseaseRecord(record_id=TermId("OMIM:154700"), name="Marfan syndrome",
    ...                      genes=frozenset({"FBN1"}))
    >>> orpha = DiseaseRecord(record_id=TermId("ORPHA:558"), name="Marfan Syndrome",
    ...                       genes=frozenset({"FBN1"}))
    >>> [(m.record_id, m.disease_id) for m in infer_identity([omim, orpha]).matches]
    [('ORPHA:558', 'OMIM:154700')]
    """
    by_name: dict[str, list[DiseaseRecord]] = {}
    for record in sorted(records, key=lambda r: r.record_id):
        by_name.setdefault(name_key(record.name), []).append(record)
    matches = []
    for key, group in by_name.items():
        prefixes = [record.record_id.prefix for record in group]
        if not key or len(group) < 2 or len(set(prefixes)) < len(prefixes):
            continue
        group.sort(key=_precedence)
        leader = group[0]
        matches += [
            Match(
                record_id=record.record_id,
                disease_id=leader.record_id,
                source="nosograph-inferred",
            )
            for record in group[1:]
            if record.genes == leader.genes
        ]
    return Identity(matches=tuple(sorted(matches, key=lambda m: m.record_id)))


def _precedence(record: DiseaseRecord) -> tuple[int, str]:
    prefix = record.record_id.prefix
    known = prefix in LEADING_PREFIXES
    return LEADING_PREFIXES.index(prefix) if known else len(LEADING_PREFIXES), prefix


_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7"}
_IGNORED = frozenset({"and", "of", "the", "with", "due", "to", "type", "in", "a"})
_WORD = re.compile(r"[a-z0-9]+")


def name_key(name: str) -> str:
    """The words of a disease name, in an order and spelling that databases share.

    >>> name_key("Ehlers-Danlos syndrome, type IV") == name_key("Type 4 Ehlers-Danlos syndrome")
    True
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    plain = plain.replace("'s ", " ").replace("aemia", "emia").replace("oedema", "edema")
    words = (_ROMAN.get(word, word) for word in _WORD.findall(plain))
    return " ".join(sorted(word for word in words if word not in _IGNORED))
