"""Which source records speak of one disease.

With MONDO's exact matches, a disease is the MONDO term that records map to. Without them, records
of different databases that agree in name and gene are joined, and every such join is marked as
inferred; ``nosograph bench merging`` prints how often MONDO agrees. A record always stays in the
graph beside its disease, so that a wrong join can be seen and undone.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    """Join records of different databases that agree in name and gene.

    Two rules, in this order, each for records that no other of their databases can be mistaken for:

    - *One name* (`name_key`), which no two records of one database share, and equal sets of genes;
      both may be empty. A gene set that is larger on one side mostly means a family of diseases,
      such as Orphanet's Fanconi anemia, so it is not joined to one member. Where only one side
      names genes at all, the name must be that of a syndrome or disease ("Retinoblastoma" names
      a finding as well) and must not be numbered on by the database that leads: beside OMIM's
      "Maple syrup urine disease, type IB", the plain name is one of several.
    - *One gene*: equal genes, none of which is named by any other record of the two databases,
      the same numbers in the name, and a third of its words.

    Orphanet names the gene of Marfan syndrome only at its types, so here one side has none:

    >>> omim = DiseaseRecord(record_id=TermId("OMIM:154700"), name="Marfan syndrome",
    ...                      genes=frozenset({"NCBIGene:2200"}))
    >>> orpha = DiseaseRecord(record_id=TermId("ORPHA:558"), name="Marfan syndrome")
    >>> [(m.record_id, m.disease_id) for m in infer_identity([omim, orpha]).matches]
    [('ORPHA:558', 'OMIM:154700')]
    """
    ordered = sorted(records, key=lambda r: r.record_id)
    joined: dict[TermId, TermId] = {}
    leaders: set[TermId] = set()
    for leader, record in (*_same_name(ordered), *_same_gene(ordered)):
        if joined.keys().isdisjoint((leader.record_id, record.record_id)) and (
            record.record_id not in leaders
        ):
            joined[record.record_id] = leader.record_id
            leaders.add(leader.record_id)
    return Identity(
        matches=tuple(
            Match(record_id=record_id, disease_id=disease_id, source="nosograph-inferred")
            for record_id, disease_id in sorted(joined.items())
        )
    )


_Pairs = Iterator[tuple[DiseaseRecord, DiseaseRecord]]
"""Leader and record."""


def _same_name(records: Sequence[DiseaseRecord]) -> _Pairs:
    by_key: dict[str, list[DiseaseRecord]] = {}
    numbered: set[tuple[str, str]] = set()
    for record in records:
        key = name_key(record.name)
        by_key.setdefault(key, []).append(record)
        if numbers_of(key):
            stem = " ".join(word for word in key.split() if not _NUMBER.fullmatch(word))
            numbered.add((record.record_id.prefix, stem))
    for key, group in by_key.items():
        if not key or not _is_one_of_each_database(group):
            continue
        leader, *others = sorted(group, key=_precedence)
        for record in others:
            if record.genes == leader.genes or (
                not (record.genes and leader.genes)
                and (_is_proper_name(leader.name) or _is_proper_name(record.name))
                and (leader.record_id.prefix, key) not in numbered
            ):
                yield leader, record


def _same_gene(records: Sequence[DiseaseRecord]) -> _Pairs:
    by_genes: dict[frozenset[str], list[DiseaseRecord]] = {}
    n_naming: Counter[tuple[str, str]] = Counter()
    for record in records:
        by_genes.setdefault(record.genes, []).append(record)
        n_naming.update((record.record_id.prefix, gene) for gene in record.genes)
    for genes, group in by_genes.items():
        if not genes or not _is_one_of_each_database(group):
            continue
        prefixes = [record.record_id.prefix for record in group]
        if any(n_naming[prefix, gene] > 1 for prefix in prefixes for gene in genes):
            continue
        leader, *others = sorted(group, key=_precedence)
        for record in others:
            if _are_alike(name_key(leader.name), name_key(record.name)):
                yield leader, record


def _is_one_of_each_database(group: Sequence[DiseaseRecord]) -> bool:
    prefixes = {record.record_id.prefix for record in group}
    return 1 < len(prefixes) == len(group)


def _are_alike(key: str, other: str) -> bool:
    words, others = set(key.split()), set(other.split())
    shared = len(words & others) / max(1, len(words | others))
    return shared >= MIN_SHARED_WORDS and numbers_of(key) == numbers_of(other)


def _precedence(record: DiseaseRecord) -> tuple[int, str]:
    prefix = record.record_id.prefix
    known = prefix in LEADING_PREFIXES
    return LEADING_PREFIXES.index(prefix) if known else len(LEADING_PREFIXES), prefix


MIN_SHARED_WORDS = 1 / 3
"""Share of their words that two names must have in common to be joined by their gene."""
_NUMERALS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx"
_ROMAN = {roman: str(number) for number, roman in enumerate(_NUMERALS.split(), start=1)}
_FILLERS = "and by chromosome disease disorder due in of or syndrome the to type with without"
_IGNORED = frozenset(_FILLERS.split())
_SPELLINGS = {
    "classical": "classic",
    "deafness": "hearing",  # and "hearing loss", below
    "defect": "deficiency",
    "mental": "intellectual",
    "microdeletion": "deletion",
    "microduplication": "duplication",
    "retardation": "disability",
    "tumour": "tumor",
}
_WORD = re.compile(r"[a-z0-9]+")
_NUMBER = re.compile(r"\d+[a-z]?|[a-wyz]")
_ROMAN_AND_LETTER = re.compile(r"([ivx]+)([a-h])")
_PLURAL = re.compile(r"(\w{3,}[^isu])s")
_PROPER_NAME = re.compile(r"\b(syndrome|disease)\b", re.IGNORECASE)


def name_key(name: str) -> str:
    """The words of a disease name, in an order and spelling that databases share.

    >>> name_key("Ehlers-Danlos syndrome, type IV") == name_key("Type 4 Ehlers-Danlos syndrome")
    True
    >>> name_key("Glycogen storage disease IIA"), name_key("Behçet disease")
    ('2a glycogen storage', 'behcet')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = {_spelled(word) for word in _WORD.findall(plain.replace("'s ", " "))} - _IGNORED
    if "hearing" in words:
        words.discard("loss")
    return " ".join(sorted(words))


def _spelled(word: str) -> str:
    word = re.sub("[ao]+e", "e", word)  # oedema, anaemia
    if plural := _PLURAL.fullmatch(word):
        word = plural[1]
    if word.endswith("aciduria"):
        word = word.removesuffix("uria") + "emia"
    word = _SPELLINGS.get(word, word)
    if word == "x":
        return word  # of "X-linked"
    lettered = _ROMAN_AND_LETTER.fullmatch(word)
    if lettered and lettered[1] in _ROMAN:
        return _ROMAN[lettered[1]] + lettered[2]
    return _ROMAN.get(word, word)


def numbers_of(key: str) -> frozenset[str]:
    """The numbers and letters that count the kinds of a disease."""
    return frozenset(word for word in key.split() if _NUMBER.fullmatch(word))


def _is_proper_name(name: str) -> bool:
    return _PROPER_NAME.search(name) is not None
