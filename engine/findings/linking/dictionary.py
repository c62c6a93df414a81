"""From a text to the terms it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from nosograph.engine.findings.linking.abbreviations import (
    MAX_DEFINITIONS,
    iter_definitions,
    iter_uses,
)
from nosograph.engine.findings.linking.added_names import NORMAL_KIND
from nosograph.engine.findings.linking.agreement import (
    NameForms,
    agreement,
    hangs_together,
    is_read,
    joints_of,
    may_be_person,
    may_fire,
)
from nosograph.engine.findings.linking.broader_terms import Ancestors, broadest, no_ancestors
from nosograph.engine.findings.linking.language import ENGLISH, Language
from nosograph.engine.findings.linking.linker_index import FiledName, LinkerIndex
from nosograph.engine.findings.linking.spelling import SpellingIndex
from nosograph.engine.findings.linking.tokens import Word
from nosograph.engine.findings.linking.windows import Window, WindowFinder
from nosograph.engine.findings.mention import Candidate, Mention
from nosograph.ontologies.term import SynonymScope, TermId

__all__ = ["DictionaryLinker", "EntityLinker", "LinkerOptions"]

BLOCK_LENGTH = 100_000
"""Characters linked at a time, so that a long note needs no more memory than a short one."""

MAX_NAME = 20
"""Characters before a word in which the first half of a double name is sought."""

REPAIRED_CONFIDENCE = 0.9
"""What is left of the confidence of a match for which typing errors were repaired."""


class EntityLinker(Protocol):
    """Finds the terms that a text names."""

    def link(self, text: str) -> tuple[Mention, ...]:
        """Mentions by ascending start; every one PRESENT, for assertion is a stage of its own."""
        ...


_SCOPE_CONFIDENCE: Mapping[SynonymScope, float] = {
    SynonymScope.EXACT: 1.0,
    SynonymScope.NARROW: 0.9,
    SynonymScope.BROAD: 0.7,
    SynonymScope.RELATED: 0.7,
}
_STATUS_CONFIDENCE: Mapping[str, float] = {
    "under_review": 0.95,
    "candidate": 0.9,
    "unstated": 0.9,
}
"""Of a translated name, by how far it has been checked; those in no table are reviewed."""
_KIND_CONFIDENCE: Mapping[str, float] = {
    "exact": 1.0,
    "inflected": 0.98,
    "derived": 0.85,
    "reordered": 0.85,
    "shortened": 0.8,
    "abbreviation": 0.9,
}


_KIND_OF_PARTED = ("coordinated", "headed")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkerOptions:
    """What the dictionary linker lets through."""

    min_confidence: float = 0.45
    nested: bool = False
    """Whether a shorter mention inside a longer one is given too, if its term is a broader one:
    hearing loss in "sensorineural hearing loss"."""


class _Match(NamedTuple):
    candidate: FiledName
    match_kind: str
    score: float


class DictionaryLinker:
    """Finds labels and synonyms however they are inflected, spelled or ordered.

    >>> from nosograph.engine.findings.linking.linker_index import TermName
    >>> from nosograph.ontologies.term import TermId
    >>> name = TermName(term_id=TermId("HP:0000365"), label="Hearing impairment",
    ...                 text="Hearing loss")
    >>> linker = DictionaryLinker(LinkerIndex.build([name]))
    >>> [(m.text, m.term_id, m.match_kind) for m in linker.link("There was loss of hearing.")]
    [('loss of hearing', 'HP:0000365', 'reordered')]
    """

    def __init__(
        self,
        index: LinkerIndex,
        *,
        options: LinkerOptions | None = None,
        spelling: SpellingIndex | None = None,
        language: Language = ENGLISH,
        ancestors: Ancestors = no_ancestors,
    ) -> None:
        self._index = index
        self._ancestors = ancestors
        self._options = options or LinkerOptions()
        self._language = language
        self._finder = WindowFinder(index, spelling=spelling, language=language)
        self._names: dict[int, tuple[tuple[FiledName, NameForms], ...]] = {}

    def link(self, text: str) -> tuple[Mention, ...]:
        """Find the mentions of a note, by ascending start."""
        found: list[Mention] = []
        for start, end in _blocks(text):
            piece = text if (start, end) == (0, len(text)) else text[start:end]
            windows = self._finder.find(piece, offset=start)
            pairs = [(w, m) for w in windows if (m := self._mention(w, text)) is not None]
            found.extend(_without_shorter_parts(pairs))
        found = self._with_abbreviations(text, found)
        kept = _longest(found)
        if self._options.nested:
            kept += self._broader_within(kept, found)
        return tuple(sorted(kept, key=lambda m: (m.start, -m.end, m.term_id)))

    def _broader_within(self, kept: Sequence[Mention], found: Iterable[Mention]) -> list[Mention]:
        """Shorter mentions inside longer ones, of terms that the longer one is a kind of.

        What else is inside is misread: there is no weakness in general in "muscle weakness", and no
        Hodgkin lymphoma in "non-Hodgkin lymphoma".
        """
        holders: dict[int, list[Mention]] = {}
        for mention in kept:
            for at in range(mention.start, mention.end):
                holders.setdefault(at, []).append(mention)
        chosen = {(m.start, m.end, m.term_id) for m in kept}
        return [
            mention
            for mention in found
            if (mention.start, mention.end, mention.term_id) not in chosen
            and any(
                holder.start <= mention.start
                and mention.end <= holder.end
                and mention.term_id in self._ancestors(holder.term_id)
                for holder in holders.get(mention.start, ())
            )
        ]

    def _mention(self, window: Window, text: str) -> Mention | None:
        matches = self._matches(window, text)
        if not matches:
            return None
        match, equal = matches[0], sum(other.score == matches[0].score for other in matches)
        if equal > 1 and match.match_kind == "abbreviation":
            return None  # ASD: a hole in the heart, or autism?
        if equal > 1 and (broader := self._broadest(matches[:equal])) is not None:
            # What all of them claim is true of the broader one at least.
            matches.remove(broader)
            matches.insert(0, broader)
            match, equal = broader, 1
        repaired = any(word.repaired for word in window.words)
        if repaired and len(window.words) == 1 and match.match_kind == "derived":
            return None  # "heterotypic" is not "heterotopic", which in turn is no heterotopia yet
        factor = REPAIRED_CONFIDENCE if repaired else 1.0
        confidence = match.score * factor / equal
        if confidence < self._options.min_confidence:
            return None
        start, end = window.words[window.lent].start, window.words[-1].end
        term_id, label = self._index.term(match.candidate.term)
        candidates = tuple(self._candidate(m, window, factor=factor) for m in matches)
        return Mention(
            start=start,
            end=end,
            text=text[start:end],
            term_id=term_id,
            label=label,
            confidence=confidence,
            matched_name=match.candidate.text,
            match_kind=candidates[0].reason,
            read_as=" ".join(word.text for word in window.words) if repaired else "",
            candidates=candidates,
        )

    def _broadest(self, matches: Sequence[_Match]) -> _Match | None:
        of_term = {self._index.term(match.candidate.term)[0]: match for match in matches}
        broader = broadest(of_term, ancestors=self._ancestors)
        return None if broader is None else of_term[TermId(broader)]

    def _candidate(self, match: _Match, window: Window, *, factor: float) -> Candidate:
        term_id, label = self._index.term(match.candidate.term)
        return Candidate(
            term_id=term_id,
            label=label,
            score=match.score * factor,
            matched_name=match.candidate.text,
            reason=_reason(match, window),
        )

    def _matches(self, window: Window, text: str) -> list[_Match]:
        """What a window may name, the best name of each term, the best term first."""
        words = [word.text for word in window.words]
        first = window.words[0].start
        if may_be_person(words, text[max(0, first - MAX_NAME) : first]):
            return []
        written = NameForms.of(words, language=self._language)
        joints = joints_of(window, text)
        best: dict[int, _Match] = {}
        for candidate, name in self._candidates(window.key_row):
            match_kind = agreement(written, name)
            if window.parted:
                in_order = match_kind in ("exact", "inflected") or not window.shared_before
                broken = joints.goes_on or joints.header_cut or joints.adjective
                broken = broken or (joints.takes_own and window.shared_before)
                sound = not broken and (in_order or joints.of)
            else:
                sound = hangs_together(joints, candidate.text, match_kind=match_kind)
            if not sound or not may_fire(written, match_kind=match_kind, language=self._language):
                continue
            score = _SCOPE_CONFIDENCE[candidate.scope] * _KIND_CONFIDENCE[match_kind]
            score *= _STATUS_CONFIDENCE.get(candidate.kind, 1.0)
            score *= 0.9 if window.gapped or window.parted else 1.0
            known = best.get(candidate.term)
            if known is None or score > known.score:
                best.pop(candidate.term, None)  # of equal ones, the first to reach the score
                best[candidate.term] = _Match(candidate, match_kind, score)
        return sorted(best.values(), key=lambda match: -match.score)

    def _candidates(self, key_row: int) -> tuple[tuple[FiledName, NameForms], ...]:
        filed = self._names.get(key_row)
        if filed is None:
            language, iter_words = self._language, self._language.iter_words
            filed = self._names[key_row] = tuple(
                (c, NameForms.of([word.text for word in iter_words(c.text)], language=language))
                for c in self._index.candidates(key_row)
                if is_read(c.text)
            )
        return filed

    def _with_abbreviations(self, text: str, found: list[Mention]) -> list[Mention]:
        """Read short forms as the note defines them, whatever they mean elsewhere."""
        by_end: dict[int, list[Mention]] = {}
        for mention in found:
            by_end.setdefault(mention.end, []).append(mention)
        meaning: dict[str, Mention | None] = {}
        for definition in iter_definitions(text):
            if len(meaning) == MAX_DEFINITIONS:
                break
            whole = [m for m in by_end.get(definition.end, ()) if m.start <= definition.start]
            best = max(whole, key=lambda m: m.confidence, default=None)
            meaning.setdefault(definition.short_form, best)
        if not meaning:
            return found
        uses = {match.span(): meaning[match[1]] for match in iter_uses(text, frozenset(meaning))}
        kept = [m for m in found if (m.start, m.end) not in uses]
        return kept + [
            replace(
                source,
                start=start,
                end=end,
                text=text[start:end],
                confidence=source.confidence * _KIND_CONFIDENCE["abbreviation"],
                match_kind="abbreviation",
                candidates=tuple(
                    replace(
                        c, score=c.score * _KIND_CONFIDENCE["abbreviation"], reason="abbreviation"
                    )
                    for c in source.candidates
                ),
            )
            for (start, end), source in uses.items()
            if source is not None
        ]


def _reason(match: _Match, window: Window) -> str:
    if match.candidate.kind == NORMAL_KIND:
        return NORMAL_KIND
    return _KIND_OF_PARTED[window.lent > 0] if window.parted else match.match_kind


def _without_shorter_parts(pairs: Sequence[tuple[Window, Mention]]) -> Iterator[Mention]:
    """Leave out a parted name all of whose words are in a longer one that ends with it."""
    by_end: dict[int, list[frozenset[Word]]] = {}
    for window, mention in pairs:
        if window.parted:
            by_end.setdefault(mention.end, []).append(frozenset(window.words))
    for window, mention in pairs:
        rivals = by_end.get(mention.end, ()) if window.parted else ()
        if not any(frozenset(window.words) < rival for rival in rivals):
            yield mention


def _longest(mentions: Sequence[Mention]) -> list[Mention]:
    """Of mentions that overlap, keep the longest; of equally long ones, the surest."""
    taken = bytearray(max((m.end for m in mentions), default=0))
    kept = []
    coordinated = [m for m in mentions if m.match_kind == "coordinated"]
    said = {(m.end, m.term_id) for m in coordinated}
    mentions = [
        m
        for m in mentions
        if m.match_kind != "coordinated"
        and not (m.match_kind == "headed" and (m.end, m.term_id) in said)
    ]
    ranked = sorted(mentions, key=lambda m: (m.start - m.end, -m.confidence, m.start, m.term_id))
    for mention in ranked:
        if 1 not in taken[mention.start : mention.end]:
            taken[mention.start : mention.end] = b"\x01" * (mention.end - mention.start)
            kept.append(mention)
    # Two coordinated terms share words, so neither is inside the other; but a name that holds the
    # conjunction itself ("Cleft lip and palate") says more than its parts.
    holder = {at: m for m in kept for at in (m.start, m.end)}
    for mention in dict.fromkeys(coordinated):
        over = [holder[at] for at in (mention.start, mention.end) if at in holder]
        if not any(m.start <= mention.start and mention.end <= m.end for m in over):
            kept.append(mention)
    return kept


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Cut a long text at ends of lines, else of words."""
    start = 0
    while start < len(text):
        end = min(len(text), start + BLOCK_LENGTH)
        if end < len(text):
            cut = max(text.rfind("\n", start, end), text.rfind(". ", start, end))
            cut = cut if cut > start else text.rfind(" ", start, end)
            end = cut + 1 if cut > start else end
        yield start, end
        start = end
