"""Names that annotated texts teach, and how well they carry over to texts that they did not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

from nosograph.engine.evaluation.corpora import GoldDocument
from nosograph.engine.evaluation.folds import N_FOLDS
from nosograph.engine.evaluation.linking import Answer, AssertionStage, StageAnswerer
from nosograph.engine.findings.linking.dictionary import EntityLinker
from nosograph.engine.findings.linking.linker_index import TermName
from nosograph.engine.findings.linking.own_names import OWN_KIND, OwnNamesLinker
from nosograph.engine.findings.linking.tokens import iter_words
from nosograph.ontologies.term import TermId

__all__ = ["LearnedAnswerer", "learn_names"]

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


class LearnedAnswerer:
    """A linker with names that every text but those of its own fold has taught.

    Args:
        documents: They teach, and are asked for.
        linker: Reads all other names.
        asserted: The assertion stage.
        label_of: The label of a phenotype, or ``None`` for what is none.
    """

    def __init__(
        self,
        documents: Sequence[GoldDocument],
        linker: EntityLinker,
        *,
        asserted: AssertionStage,
        label_of: Callable[[str], str | None],
    ) -> None:
        self._of_fold = tuple(
            StageAnswerer(
                OwnNamesLinker(
                    linker,
                    learn_names(
                        [d for d in documents if _fold_of(d.text) != fold], label_of=label_of
                    ),
                ),
                asserted=asserted,
            )
            for fold in range(N_FOLDS)
        )

    def answer(self, text: str, *, polarity: bool) -> Answer:
        """What it finds in a text, and in what time."""
        return self._of_fold[_fold_of(text)].answer(text, polarity=polarity)


def _fold_of(text: str) -> int:
    """By the text, so that one that stands twice is in one fold."""
    return int(sha256(text.encode()).hexdigest(), 16) % N_FOLDS


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
