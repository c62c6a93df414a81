"""Names that annotated texts teach, and how well they carry over to texts that they did not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

from nosograph.engine.evaluation.corpora import GoldDocument
from nosograph.engine.findings.linking.linker_index import TermName
from nosograph.engine.findings.linking.own_names import OWN_KIND
from nosograph.engine.findings.linking.tokens import iter_words
from nosograph.ontologies.term import TermId

__all__ = ["fold_of", "learn_names"]

MAX_WORDS = 6
"""Longer stretches that people marked are no names."""
MIN_SHARE = 0.6
"""How often a stretch must mean its commonest term, of all its occurrences in the texts."""
_SAYS_MORE = re.compile(r"(?:no|not|without|normal|negative)\b", re.IGNORECASE)
"""A stretch that begins so says whether the finding is there, and is no name."""


def learn_names(
    documents: Sequence[GoldDocument], *, label_of: Callable[[str], str | None]
) -> Iterator[TermName]:
    """Yield what people marked as a term and what is usually that term where it occurs.

    >>> from nosograph.engine.evaluation.corpora import GoldMention
    >>> text = "EYES: droopy lids"
    >>> document = GoldDocument(document_id="1", text=text,
    ...                         mentions=(GoldMention(6, 17, "HP:0000508"),))
    >>> labels = {"HP:0000508": "Ptosis"}
    >>> [(n.text, n.term_id) for n in learn_names([document], label_of=labels.get)]
    [('droopy lids', 'HP:0000508')]

    Args:
        documents: With marks that have a place.
        label_of: The label of a phenotype, or ``None`` for what is none.
    """
    meant: dict[str, Counter[str]] = {}
    for document in documents:
        for mark in document.mentions:
            words = _folded(document.text[mark.start : mark.end]) if mark.start >= 0 else ""
            if words and words.count(" ") < MAX_WORDS and not _SAYS_MORE.match(words):
                meant.setdefault(words, Counter())[mark.term_id] += 1
    seen = _occurrences(meant, documents)
    for words, terms in sorted(meant.items()):
        term_id, n = min(terms.items(), key=lambda item: (-item[1], item[0]))
        label = label_of(term_id)
        if label is not None and n >= MIN_SHARE * max(seen[words], terms.total()):
            yield TermName(term_id=TermId(term_id), label=label, text=words, kind=OWN_KIND)


def fold_of(document: GoldDocument, *, n_folds: int) -> int:
    """The fold of a document: by its text, so that one that stands twice is in one fold."""
    return int(sha256(document.text.encode()).hexdigest(), 16) % n_folds


def _occurrences(names: Iterable[str], documents: Iterable[GoldDocument]) -> Counter[str]:
    """How often each run of words occurs, marked or not."""
    wanted = frozenset(names)
    seen: Counter[str] = Counter()
    for document in documents:
        words = _folded(document.text).split()
        for n in range(1, MAX_WORDS + 1):
            runs = (" ".join(words[i : i + n]) for i in range(len(words) - n + 1))
            seen.update(run for run in runs if run in wanted)
    return seen


def _folded(text: str) -> str:
    return " ".join(word.text.casefold() for word in iter_words(text))
