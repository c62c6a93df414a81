"""Names that follow from those of broader terms.

HPO calls "Sensorineural hearing impairment" sensorineural hearing loss, too, but has no such name
for its descendant "Moderate sensorineural hearing impairment". Where the name of a term holds the
name of a broader one, each other name of the broader one makes another name of the term.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from nosograph.engine.findings.linking.broader_terms import Ancestors
from nosograph.engine.findings.linking.linker_index import NamedTerm, TermName
from nosograph.engine.findings.linking.tokens import iter_words, word_key
from nosograph.ontologies.term import SynonymScope, TermId

__all__ = ["COMPOSED_KIND", "composed_names"]

COMPOSED_KIND = "composed"
"""Kind of a `TermName` that is in no ontology."""
MAX_LENGTH = 8
"""Words of a name from which others are made; longer ones nobody repeats."""
MAX_GROWTH = 1
"""Words that a composed name may have more than its source: "nerve oncological abnormality" for
"nerve tumor" is no way to say it."""

_CONJUNCTIONS = frozenset({"and", "or"})
_Words = tuple[str, ...]


def composed_names(names: Iterable[NamedTerm], *, ancestors: Ancestors) -> Iterator[TermName]:
    """Yield the names that are composed, by ascending identifier.

    >>> rows = [("HP:1", "Hearing impairment"), ("HP:1", "Hearing loss"),
    ...         ("HP:2", "Mild hearing impairment")]
    >>> names = [TermName(term_id=TermId(i), label=rows[0][1] if i == "HP:1" else text, text=text)
    ...          for i, text in rows]
    >>> [(n.term_id, n.text)
    ...  for n in composed_names(names, ancestors={"HP:1": (), "HP:2": ("HP:1",)}.__getitem__)]
    [('HP:2', 'mild hearing loss')]

    Args:
        names: All names; only exact ones that are no abbreviations take part.
        ancestors: The broader terms of a term.
    """
    of_term: dict[str, dict[_Words, None]] = {}
    labels: dict[str, str] = {}
    terms_of: dict[_Words, list[str]] = {}
    taken: set[_Words] = set()
    for name in names:
        labels.setdefault(name.term_id, name.label)
        words = tuple(word.text.casefold() for word in iter_words(name.text))
        taken.add(_filed(words))
        if name.scope == SynonymScope.EXACT and "abbreviation" not in name.kind:
            of_term.setdefault(name.term_id, {}).setdefault(words)
            terms_of.setdefault(words, []).append(name.term_id)
    made: dict[_Words, tuple[str, _Words] | None] = {}
    for term_id, own in sorted(of_term.items()):
        broader = frozenset(ancestors(term_id)) - {term_id}
        for words in own:
            for composed in _composed(words, broader, of_term=of_term, terms_of=terms_of):
                filed = _filed(composed)
                if filed in taken:
                    continue
                other = made.setdefault(filed, (term_id, composed))
                if other is not None and other[0] != term_id:
                    made[filed] = None  # two terms would be called so
    for term_id, composed in sorted(filter(None, made.values())):
        yield TermName(
            term_id=TermId(term_id),
            label=labels[term_id],
            text=" ".join(composed),
            scope=SynonymScope.NARROW,
            kind=COMPOSED_KIND,
        )


def _composed(
    words: _Words,
    broader: frozenset[str],
    *,
    of_term: dict[str, dict[_Words, None]],
    terms_of: dict[_Words, list[str]],
) -> Iterator[_Words]:
    """What one name becomes with other names of the broader terms that it holds."""
    n = len(words)
    if not broader or not 2 <= n <= MAX_LENGTH:
        return
    for start in range(n):
        for end in range(start + 1, min(n, start + n - 1) + 1):
            held = words[start:end]
            if not _CONJUNCTIONS.isdisjoint((*words[start - 1 : start], *words[end : end + 1])):
                continue  # of "mild and nonprogressive …" only a part would stay
            for term_id in terms_of.get(held, ()):
                if term_id in broader:
                    rest = {*words[:start], *words[end:]}
                    for other in of_term[term_id]:
                        if len(other) - len(held) <= MAX_GROWTH and rest.isdisjoint(other):
                            yield words[:start] + other + words[end:]


def _filed(words: Sequence[str]) -> _Words:
    """What a name is filed under: the keys of its words, in no order."""
    return tuple(sorted(map(word_key, words)))
