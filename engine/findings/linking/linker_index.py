"""The names of all terms as sorted arrays, so that they can be opened without being read.

A name is filed under the *sum* of the 64-bit hashes of its words' keys. The sum does not depend on
the order of the words, so "hearing loss" and "loss of hearing" share a key, and the key of any
window of a text is the difference of two running sums.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from nosograph.engine.findings.linking.language import ENGLISH, Language
from nosograph.engine.findings.linking.tokens import Word, is_acronym, key_hash
from nosograph.ontologies.errors import SourceFormatError
from nosograph.ontologies.ontology import PHENOTYPIC_ABNORMALITY, Ontology
from nosograph.ontologies.term import SynonymScope, TermId

__all__ = [
    "LABEL_KIND",
    "LinkerIndex",
    "NamedTerm",
    "TermName",
    "content_keys",
    "ontology_names",
    "required_arrays",
]

LABEL_KIND = "label"
"""Kind of a `TermName` that is the term's own label."""
_SCOPES = tuple(SynonymScope)
_KeysOf = Callable[[str], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermName:
    """One name of one term."""

    term_id: TermId
    label: str
    """The term's own label."""
    text: str
    """This name: the label again, or a synonym."""
    scope: SynonymScope = SynonymScope.EXACT
    kind: str = LABEL_KIND
    """``label``, or the ontology's own class of the synonym; may be empty."""


class NamedTerm(Protocol):
    """Whatever has the fields of a `TermName`, for example a row of a knowledge graph."""

    @property
    def term_id(self) -> str:
        """A compact identifier."""
        ...

    @property
    def label(self) -> str:
        """The term's own label."""
        ...

    @property
    def text(self) -> str:
        """The label again, or a synonym."""
        ...

    @property
    def scope(self) -> str:
        """EXACT, BROAD, NARROW or RELATED."""
        ...

    @property
    def kind(self) -> str:
        """``label``, or the ontology's class of the synonym."""
        ...


def ontology_names(
    ontology: Ontology, *, root: str = PHENOTYPIC_ABNORMALITY
) -> tuple[TermName, ...]:
    """The labels and synonyms of all active terms at and under `root`, by ascending identifier."""
    names: list[TermName] = []
    for number in ontology.hierarchy.descendants(ontology.index[root]).tolist():
        term = ontology.terms[number]
        names.append(TermName(term_id=term.term_id, label=term.label, text=term.label))
        names.extend(
            TermName(
                term_id=term.term_id,
                label=term.label,
                text=synonym.text,
                scope=synonym.scope,
                kind=synonym.kind,
            )
            for synonym in term.synonyms
        )
    return tuple(names)


def content_keys(name: str, *, language: Language = ENGLISH) -> tuple[str, ...]:
    """The keys of the words that carry content; an acronym keeps its case behind a ``^``.

    >>> content_keys("Abnormality of the kidney"), content_keys("Elevated ALP")
    (('abnorm', 'kidne'), ('high', '^ALP'))
    """
    empty = language.load_words().empty
    return tuple(
        "^" + word.text if is_acronym(word.text) else language.word_key(word.text)
        for word in language.iter_words(name)
        if word.text not in empty  # the "A" of "Type A" is no article
    )


class FiledName(NamedTuple):
    """A name that a window of the text may be."""

    term: int
    """Number of the term in the index."""
    text: str
    scope: SynonymScope
    kind: str


def required_arrays(
    arrays: Mapping[str, NDArray[Any]], names: Iterable[str], *, of: str
) -> dict[str, NDArray[Any]]:
    """The arrays of these names.

    Args:
        arrays: What was stored.
        names: What is needed of it.
        of: What they make up, for the message.

    Raises:
        SourceFormatError: If one is missing.
    """
    missing = sorted(set(names) - set(arrays))
    if missing:
        raise SourceFormatError(
            f"{of}: the array '{missing[0]}' is missing, got {sorted(arrays)}. "
            "Build the index again."
        )
    return {name: arrays[name] for name in names}


class LinkerIndex:
    """Keys of names to terms.

    >>> name = TermName(term_id=TermId("HP:0000107"), label="Renal cyst", text="Renal cyst")
    >>> index = LinkerIndex.build([name])
    >>> index.term(0), [row.text for row in index.candidates(0)]
    (('HP:0000107', 'Renal cyst'), ['Renal cyst'])

    Args:
        arrays: What `to_arrays` gave; may be memory-mapped, is never written to.

    Raises:
        SourceFormatError: If an array is missing.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._arrays = required_arrays(arrays, _ARRAYS, of="linker index")
        self.keys: NDArray[np.uint64] = arrays["keys"]
        """Ascending, without repetition."""
        self.n_words = int(arrays["key_words"].max(initial=0))
        """Content words of the longest name."""
        self.vocabulary = frozenset(arrays["vocabulary"].tolist())
        """Hashes of the keys of all words that occur in names, hyphens open or closed."""
        self.single = frozenset(arrays["single"].tolist())
        """Hashes of the keys of what some name writes as one word."""

    def __len__(self) -> int:
        """How many terms there are."""
        return len(self._arrays["term_ids_end"])

    @classmethod
    def build(cls, names: Iterable[NamedTerm], *, language: Language = ENGLISH) -> Self:
        """File the names; equal names in any order give equal bytes."""
        given = set(map(_checked, names))
        ordered = sorted(_with_added(given, language=language), key=_preference)
        terms = sorted({(name.term_id, name.label) for name in ordered})
        number = {term_id: i for i, (term_id, _) in enumerate(terms)}
        kinds = sorted({name.kind for name in ordered})
        rows: dict[int, list[int]] = {}
        n_words: dict[int, int] = {}
        words: dict[str, str] = {}
        keys_of = cache(partial(content_keys, language=language))  # asked for again and again
        texts = dict.fromkeys(name.text for name in ordered)
        written = {text: _written(text, keys_of=keys_of) for text in texts}
        filed_keys = {key for sets in written.values() for keys in sets for key in keys}
        hashes = frozenset(map(key_hash, filed_keys))
        single = frozenset(key_hash(key) for text in texts for key in keys_of(text))
        ways = {
            text: dict.fromkeys(
                (*sets, *_shortened(text, keys_of=keys_of, language=language, known=hashes))
            )
            for text, sets in written.items()
        }
        for text in texts:
            for word in language.iter_words(text):
                words.setdefault(word.text.casefold(), "")
        for row, name in enumerate(ordered):
            for keys in ways[name.text]:
                if 0 < len(keys) <= language.max_words:
                    total = language.name_key(keys)
                    filed = rows.setdefault(total, [])
                    if row not in filed:
                        filed.append(row)
                    n_words[total] = len(keys)
        sums = sorted(rows)
        arrays: dict[str, NDArray[Any]] = {
            "keys": np.array(sums, dtype=np.uint64),
            "key_words": np.array([n_words[s] for s in sums], dtype=np.uint8),
            "key_end": np.cumsum([len(rows[s]) for s in sums], dtype=np.int32),
            "key_names": np.array([r for s in sums for r in rows[s]], dtype=np.int32),
            "name_terms": np.array([number[n.term_id] for n in ordered], dtype=np.int32),
            "name_scopes": np.array([_SCOPES.index(n.scope) for n in ordered], dtype=np.uint8),
            "name_kinds": np.array([kinds.index(n.kind) for n in ordered], dtype=np.uint8),
            "vocabulary": np.array(sorted(hashes), dtype=np.uint64),
            "single": np.array(sorted(single), dtype=np.uint64),
        }
        arrays |= _pack("names", [name.text for name in ordered])
        arrays |= _pack("term_ids", [term_id for term_id, _ in terms])
        arrays |= _pack("labels", [label for _, label in terms])
        arrays |= _pack("kinds", kinds)
        arrays |= _pack("words", sorted(words))
        return cls(arrays)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Plain arrays for a store; no objects in them."""
        return dict(self._arrays)

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Open what `to_arrays` gave.

        Raises:
            SourceFormatError: If an array is missing.
        """
        return cls(arrays)

    def term(self, number: int) -> tuple[TermId, str]:
        """Identifier and label of a term."""
        return TermId(self._string("term_ids", number)), self._string("labels", number)

    def candidates(self, key_row: int) -> tuple[FiledName, ...]:
        """The names filed under one of `keys`, the best first."""
        end = self._arrays["key_end"]
        start = int(end[key_row - 1]) if key_row else 0
        return tuple(
            FiledName(
                term=int(self._arrays["name_terms"][row]),
                text=self._string("names", row),
                scope=_SCOPES[int(self._arrays["name_scopes"][row])],
                kind=self._string("kinds", int(self._arrays["name_kinds"][row])),
            )
            for row in self._arrays["key_names"][start : int(end[key_row])].tolist()
        )

    def words(self) -> tuple[str, ...]:
        """All words of all names, folded, ascending."""
        return tuple(self._string("words", i) for i in range(len(self._arrays["words_end"])))

    def _string(self, table: str, row: int) -> str:
        end = self._arrays[f"{table}_end"]
        start = int(end[row - 1]) if row else 0
        return self._arrays[table][start : int(end[row])].tobytes().decode("utf-8")


_STRINGS = ("names", "term_ids", "labels", "kinds", "words")
_ARRAYS = (
    *("keys", "key_words", "key_end", "key_names"),
    *("name_terms", "name_scopes", "name_kinds", "vocabulary", "single"),
    *(array for table in _STRINGS for array in (table, f"{table}_end")),
)


def _checked(name: NamedTerm) -> TermName:
    return TermName(
        term_id=TermId(name.term_id),
        label=name.label,
        text=name.text,
        scope=SynonymScope(name.scope),
        kind=name.kind,
    )


def _with_added(names: set[TermName], *, language: Language) -> set[TermName]:
    """Add what our own tables call the terms of some exact names."""
    added = language.added_names()
    more = {
        replace(name, text=one.text, kind=one.kind)
        for name in names
        if name.scope is SynonymScope.EXACT
        for one in added.get(name.text.casefold(), ())
    }
    return names | more


def _preference(name: TermName) -> tuple[bool, int, str, str, str]:
    return (
        name.kind != LABEL_KIND,
        _SCOPES.index(name.scope),
        name.term_id,
        name.text,
        name.kind,
    )


def _written(name: str, *, keys_of: _KeysOf) -> tuple[tuple[str, ...], ...]:
    """The ways to file a name as it stands: with its hyphens open, and closed ("upslanted")."""
    return tuple(map(keys_of, (name, name.replace("-", "")) if "-" in name else (name,)))


def _shortened(
    name: str, *, keys_of: _KeysOf, language: Language, known: frozenset[int]
) -> Iterator[tuple[str, ...]]:
    """More ways to file a name: with spaces closed, and with words left out.

    Args:
        name: A label or synonym.
        keys_of: The keys of the words of a name.
        language: Of the name.
        known: Hashes of keys that are one word in some name, or two that a hyphen joins.
    """
    closed = _closed(name, known, language=language)
    if closed is not None:
        yield keys_of(closed)
    yield from map(keys_of, language.variants(name))


def _closed(name: str, known: frozenset[int], *, language: Language) -> str | None:
    """A name with those words closed up that some name joins, if there are such."""
    open_words = list(language.iter_words(name))
    words: list[Word] = []
    for word in open_words:
        before = name[words[-1].end : word.start] if words else ""
        one = language.closed(words[-1], word, before, known=known) if words else None
        words[len(words) - (one is not None) :] = [one or word]
    return " ".join(w.text for w in words) if len(words) < len(open_words) else None


def _pack(table: str, strings: Sequence[str]) -> dict[str, NDArray[Any]]:
    encoded = [string.encode("utf-8", "replace") for string in strings]
    return {
        table: np.frombuffer(b"".join(encoded), dtype=np.uint8),
        f"{table}_end": np.cumsum([len(e) for e in encoded], dtype=np.int64),
    }
