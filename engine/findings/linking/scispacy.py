"""A linker on the candidate generation of `scispacy`, over the names of our own terms.

spaCy's tokenizer proposes stretches of words, `scispacy` gathers for each the terms whose names
share its trigrams, and the best one is kept if its words begin like those of the stretch. No model
is downloaded: `scispacy`'s own knowledge bases and its approximate index are not used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from numpy.typing import NDArray

from nosograph.engine.errors import MissingExtraError
from nosograph.engine.findings.linking.beginnings import Beginnings, content_words, same_words
from nosograph.engine.findings.linking.linker_index import LABEL_KIND, NamedTerm
from nosograph.engine.findings.linking.stretches import Stretch, iter_blocks, iter_stretches
from nosograph.engine.findings.linking.trigrams import TrigramIndex
from nosograph.engine.findings.mention import Candidate, Mention
from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.term import TermId

if TYPE_CHECKING:
    from scispacy.candidate_generation import MentionCandidate

__all__ = ["ScispacyLinker", "ScispacyOptions"]

INDEX_VERSION = "1"
"""Raised whenever the stored trigrams are made differently."""
MAX_WORDS = 10
"""Longer names are definitions; no text repeats them."""
_EXACT = "EXACT"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScispacyOptions:
    """What the linker lets through.

    The defaults were chosen on GSC+ dev and half of the examinations, see docs/second_linker.md.
    """

    min_score: float = 0.65
    """Least cosine of the trigrams of a stretch and of a name."""
    n_neighbours: int = 20
    """Names looked at for each stretch."""
    n_candidates: int = 5
    """Candidates kept of each mention. Behind those that fit come near ones, of which the words
    begin otherwise; they are never chosen."""
    max_words: int = 7
    """Longest stretch, in tokens of spaCy."""


class _Match(NamedTuple):
    """A name, with what orders it among others in front: the better one is the smaller tuple."""

    unfit: bool
    """Whether its words do not begin like those of the text."""
    negative_score: float
    is_synonym: bool
    is_inexact: bool
    term_id: str
    name: str


class ScispacyLinker:
    """Finds names by the trigrams that they share with stretches of the text.

    Give it to a `NoteAnnotator`, or name it where an engine is loaded::

        NoteAnnotator(ScispacyLinker.open(graph)).annotate("Severe seizures.")
        DiagnosticEngine.load(linker="scispacy")

    Args:
        names: Labels and synonyms of the terms.
        arrays: Trigrams of their distinct texts, as `trigram_arrays` makes them; made when not
            given.
        options: What is let through.

    Raises:
        MissingExtraError: If `scispacy` is not installed.
    """

    def __init__(
        self,
        names: Iterable[NamedTerm],
        *,
        arrays: Mapping[str, NDArray[Any]] | None = None,
        options: ScispacyOptions | None = None,
    ) -> None:
        try:
            import spacy
            from scispacy.candidate_generation import CandidateGenerator
            from scispacy.linking_utils import Entity, KnowledgeBase
        except ImportError as error:
            raise MissingExtraError(
                f"the 'scispacy' linker needs the scispacy extra ({error}): "
                "pip install 'nosograph[scispacy]'. The 'dictionary' linker needs nothing more."
            ) from error
        self._options = options or ScispacyOptions()
        self._names = _filed(names)
        texts = list(self._names)
        aliases: dict[str, list[str]] = {}
        self._labels: dict[str, str] = {}
        for text, named in self._names.items():
            for name in named:
                aliases.setdefault(name.term_id, []).append(text)
                self._labels[name.term_id] = name.label
        self._beginnings = Beginnings(w for text in texts for w in content_words(text))
        self._generate = None
        if texts:  # scispacy would take an empty index for none, and fetch its own
            arrays = trigram_arrays(texts) if arrays is None else arrays
            index = TrigramIndex(arrays, floor=self._options.min_score)
            self._generate = CandidateGenerator(
                ann_index=index,
                tfidf_vectorizer=index,
                ann_concept_aliases_list=texts,
                kb=KnowledgeBase(
                    Entity(term_id, self._labels[term_id], its) for term_id, its in aliases.items()
                ),
            )
        self._language = spacy.blank("en")
        stop_words: set[str] = self._language.Defaults.stop_words
        self._function_words = frozenset(stop_words - {"no", "not", "without"})  # "No speech"

    @classmethod
    def open(cls, graph: KnowledgeGraph, *, options: ScispacyOptions | None = None) -> Self:
        """Open the linker over a graph's phenotypes; the trigrams are kept beside the build.

        Raises:
            MissingExtraError: If `scispacy` is not installed.
        """
        names = list(graph.names())
        arrays = graph.store.derived(
            graph.build,
            "linker-trigrams",
            lambda: trigram_arrays(_filed(names)),
            version=INDEX_VERSION,
        )
        return cls(names, arrays=arrays, options=options)

    def link(self, text: str) -> tuple[Mention, ...]:
        """Find the mentions of a note, by ascending start."""
        found: list[Mention] = []
        for block in iter_blocks(text):
            found.extend(self._link_block(text, block))
        return tuple(sorted(found, key=lambda m: m.start))

    def _link_block(self, text: str, block: Stretch) -> list[Mention]:
        by_words: dict[str, list[Stretch]] = {}
        stretches = iter_stretches(
            self._tokens(text, block),
            known=self._beginnings,
            function_words=self._function_words,
            max_words=self._options.max_words,
        )
        for stretch in stretches:
            words = " ".join(text[stretch.start : stretch.end].split())
            by_words.setdefault(words, []).append(stretch)
        found = [
            _mention(text, stretch, candidates)
            for words, candidates in self._candidates(list(by_words))
            for stretch in by_words[words]
        ]
        return _best_apart(found)

    def _tokens(self, text: str, block: Stretch) -> list[tuple[int, str]]:
        """Where the tokens of spaCy start, and their text; white space is left out."""
        part = text[block.start : block.end]
        sound = part.encode("utf-8", "replace").decode("utf-8")  # spaCy takes no lone surrogate
        with self._language.memory_zone():  # else spaCy keeps every word of every note
            return [
                (block.start + token.idx, token.text)
                for token in self._language.tokenizer(sound)
                if not token.is_space
            ]

    def _candidates(self, words: list[str]) -> Iterator[tuple[str, tuple[Candidate, ...]]]:
        if self._generate is None or not words:
            return
        answers = self._generate(words, self._options.n_neighbours)
        for written, answer in zip(words, answers, strict=True):
            ranked = sorted(filter(None, (self._match(written, one) for one in answer)))
            if ranked and not ranked[0].unfit:
                best = ranked[: self._options.n_candidates]
                yield written, tuple(self._candidate(written, match) for match in best)

    def _match(self, written: str, answer: MentionCandidate) -> _Match | None:
        """The name of a term that fits best."""
        matches = []
        for alias, cosine in zip(answer.aliases, answer.similarities, strict=True):
            score = round(min(float(cosine), 1.0), 4)  # the last digits are noise of the sums
            if score >= self._options.min_score:
                name = next(n for n in self._names[alias] if n.term_id == answer.concept_id)
                matches.append(
                    _Match(
                        unfit=not _fits(written, alias),
                        negative_score=-score,
                        is_synonym=name.kind != LABEL_KIND,
                        is_inexact=name.scope != _EXACT,
                        term_id=name.term_id,
                        name=alias,
                    )
                )
        return min(matches, default=None)

    def _candidate(self, written: str, match: _Match) -> Candidate:
        score, reason = -match.negative_score, "similar"
        if match.unfit:  # below every name that fits
            score, reason = score * self._options.min_score, "near"
        elif written.casefold() == match.name.casefold():
            reason = "exact"
        return Candidate(
            term_id=TermId(match.term_id),
            label=self._labels[match.term_id],
            score=score,
            matched_name=match.name,
            reason=reason,
        )


def trigram_arrays(names: Iterable[str]) -> dict[str, NDArray[Any]]:
    """The trigrams of distinct names, for a store."""
    return TrigramIndex.build(list(names)).to_arrays()


def _filed(names: Iterable[NamedTerm]) -> dict[str, tuple[NamedTerm, ...]]:
    """Names by their text, in an order that follows from the names alone; the label first."""
    by_text: dict[str, list[NamedTerm]] = {}
    for name in names:
        if len(content_words(name.text)) <= MAX_WORDS:
            by_text.setdefault(name.text, []).append(name)
    return {
        text: tuple(
            sorted(
                by_text[text], key=lambda n: (n.kind != LABEL_KIND, n.scope != _EXACT, n.term_id)
            )
        )
        for text in sorted(by_text)
    }


def _fits(written: str, name: str) -> bool:
    if name.isupper() and not written.isupper():  # "AS" is no "as"
        return False
    return same_words(content_words(written), content_words(name))


def _mention(text: str, stretch: Stretch, candidates: tuple[Candidate, ...]) -> Mention:
    chosen = candidates[0]
    equal = sum(c.score == chosen.score and c.reason != "near" for c in candidates)
    return Mention(
        start=stretch.start,
        end=stretch.end,
        text=text[stretch.start : stretch.end],
        term_id=chosen.term_id,
        label=chosen.label,
        confidence=chosen.score / equal,
        matched_name=chosen.matched_name,
        match_kind=chosen.reason,
        candidates=candidates,
    )


def _best_apart(mentions: Sequence[Mention]) -> list[Mention]:
    """Of mentions that overlap, the one that fits best; of equal ones the longest."""
    kept: list[Mention] = []
    taken: set[int] = set()
    for mention in sorted(
        mentions, key=lambda m: (-round(m.candidates[0].score, 2), m.start - m.end, m.start)
    ):
        places = range(mention.start, mention.end)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(mention)
    return kept
