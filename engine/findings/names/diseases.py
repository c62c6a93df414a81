"""The names of a graph's diseases, as the dictionary linker wants them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from nosograph.engine.findings.linking.linker_index import LABEL_KIND, TermName
from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.term import SynonymScope

__all__ = ["disease_names"]

RECORD_KIND = "record"
"""`TermName.kind` of a name that a source record has."""
SERIES_KIND = "series"
"""`TermName.kind` of the name that the members of a numbered series share."""
_MEMBER = re.compile(r"(?P<series>.{8,}?),?\s+(?:type\s+)?(?P<number>\d{1,3}|I{1,3}|IV|V)[A-Z]?")
_OPEN = re.compile(r"\b(?:to|of|due|and|chromosome|locus|group|class|factor)\Z", re.IGNORECASE)
"""A name that its number belongs to: "linked to chromosome 16"."""
_TYPE = re.compile(r"(?<=\btype )(?:(?P<roman>I{1,3}|IV|V)|(?P<figure>[1-5]))(?=[A-HJ-UW-Z]?\b)")
"""The number of a type, with a letter of a subtype that is no Roman figure itself."""
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}


def disease_names(graph: KnowledgeGraph) -> Iterator[TermName]:
    """The label of every disease, and what each of its source records calls it.

    The term is the merged disease, so that "Marfan syndrome" of OMIM and of Orphanet are one. The
    name that a numbered series shares ("Usher syndrome" of "Usher syndrome, type 2A"), if no record
    has it, stands for its first member, as a broad name of it.

    Args:
        graph: Its diseases are taken; their records name them.
    """
    first: dict[str, tuple[int, TermName]] = {}
    whole: set[str] = set()
    for number in graph.kind_range("disease"):
        disease = int(graph.disease_of[number])
        label, name = graph.label(disease), graph.label(number)
        if not label or not name:
            continue
        term_name = TermName(
            term_id=graph.node_id(disease),
            label=label,
            text=name,
            scope=SynonymScope.EXACT,
            kind=LABEL_KIND if name == label else RECORD_KIND,
        )
        yield term_name
        if (other := _TYPE.sub(_other_figure, name)) != name:  # "type II" is "type 2"
            yield replace(term_name, text=other, kind=RECORD_KIND)
        whole.add(name.casefold())
        member = _MEMBER.fullmatch(name)
        if member is not None and not _OPEN.search(member["series"]):
            at = _ROMAN.get(member["number"]) or int(member["number"])
            series = member["series"]
            known = first.get(series.casefold())
            if known is None or (at, term_name.term_id) < (known[0], known[1].term_id):
                shared = replace(term_name, text=series, scope=SynonymScope.BROAD, kind=SERIES_KIND)
                first[series.casefold()] = (at, shared)
    yield from (name for series, (_, name) in sorted(first.items()) if series not in whole)


def _other_figure(match: re.Match[str]) -> str:
    """A number of Roman figures in Arabic ones, and the other way about."""
    if match["roman"]:
        return str(_ROMAN[match["roman"]])
    return next(roman for roman, n in _ROMAN.items() if n == int(match["figure"]))
