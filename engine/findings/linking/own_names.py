"""Names of one's own before those of the ontology: a hospital's shorthand, or what texts taught.

A note is read twice: for the names of one's own, as they are written, and for all others. Where the
same words carry both, one's own is meant, unless the other name is longer.
"""

from __future__ import annotations

from collections.abc import Iterable

from nosograph.engine.findings.linking.dictionary import DictionaryLinker, EntityLinker
from nosograph.engine.findings.linking.linker_index import LinkerIndex, TermName
from nosograph.engine.findings.mention import Mention

__all__ = ["OWN_KIND", "OwnNamesLinker"]

OWN_KIND = "own"
"""Kind of a `TermName` that its user brought."""
_AS_WRITTEN = frozenset({"exact", "inflected", "abbreviation"})


class OwnNamesLinker:
    """Another linker, and names that go before its own.

    >>> from nosograph.ontologies.term import TermId
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


def _is_inside(inner: Mention, outer: Mention, *, longer: bool = False) -> bool:
    inside = outer.start <= inner.start and inner.end <= outer.end
    return inside and not (longer and (inner.start, inner.end) == (outer.start, outer.end))
