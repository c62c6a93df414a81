"""What a note says of the terms it names: present, excluded, of a relative, past, feared, possible.

A trigger opens a scope to its right or left; a terminator, the end of the sentence or of the list
item closes it. A section opens a scope to the next header. Where scopes meet, the assertion that
takes the finding furthest from the patient wins: what is said of a mother is no evidence about her
child, negated or not.

Source: the scheme of Harkema et al. 2009, J Biomed Inform 42(5):839-851 (ConText); the phrases are
our own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple, Self

from nosograph.engine.findings.mention import Assertion, Mention
from nosograph.engine.findings.sections import Section, find_sections
from nosograph.engine.findings.sentences import Sentence, split_sentences
from nosograph.engine.findings.triggers import Direction, Hit, Rule, TriggerTable

__all__ = ["AssertionRules", "Modifier"]

_WORD = re.compile(r"[^\W_]+")
_PATIENT = re.compile(r"\b(?:patient|proband|index case)\b(?!['’]s)", re.IGNORECASE)
"""A sentence that names its subject is not of the section it happens to stand in."""
_PRIORITY = (
    Assertion.FAMILY_MEMBER,
    Assertion.EXCLUDED,
    Assertion.HYPOTHETICAL,
    Assertion.UNCERTAIN,
    Assertion.HISTORY,
)


class Modifier(NamedTuple):
    """One reason to read a mention as something else than present."""

    assertion: Assertion
    trigger: str


class AssertionRules:
    """Reads the assertion of mentions from the sentences and sections they stand in.

    >>> from nosograph.ontologies.term import TermId
    >>> note = "No seizures, but ataxia."
    >>> seizure = Mention(start=3, end=11, text="seizures", term_id=TermId("HP:0001250"),
    ...                   label="Seizure")
    >>> ataxia = Mention(start=17, end=23, text="ataxia", term_id=TermId("HP:0001251"),
    ...                  label="Ataxia")
    >>> rules = AssertionRules.load()
    >>> [(m.assertion.value, m.trigger) for m in rules.apply(note, (seizure, ataxia))]
    [('excluded', 'No'), ('present', '')]
    """

    def __init__(self, triggers: TriggerTable) -> None:
        self._triggers = triggers

    @classmethod
    @cache
    def load(cls) -> Self:
        """The rules that come with the engine."""
        return cls(TriggerTable.load())

    def apply(self, text: str, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
        """Give every mention its assertion and the words that decided it."""
        modifiers = self.modifiers(text, [(m.start, m.end) for m in mentions])
        decided = []
        for mention, found in zip(mentions, modifiers, strict=True):
            chosen = min(found, key=lambda m: _PRIORITY.index(m.assertion), default=None)
            if chosen is None:
                decided.append(replace(mention, assertion=Assertion.PRESENT, trigger=""))
            else:
                decided.append(replace(mention, assertion=chosen.assertion, trigger=chosen.trigger))
        return tuple(decided)

    def modifiers(
        self, text: str, spans: Sequence[tuple[int, int]]
    ) -> tuple[tuple[Modifier, ...], ...]:
        """All that is said of each span, also what `apply` outranks."""
        if not spans:
            return ()
        sentences = split_sentences(text)
        sections = find_sections(text)
        by_sentence: dict[int, list[int]] = {}
        starts = [sentence.start for sentence in sentences]
        for i, (start, _) in enumerate(spans):
            by_sentence.setdefault(max(0, bisect_right(starts, start) - 1), []).append(i)
        found: list[tuple[Modifier, ...]] = [()] * len(spans)
        section_starts = [section.start for section in sections]
        for number, members in by_sentence.items():
            scopes = self._scopes(text, sentences[number], [spans[i] for i in members])
            for i in members:
                at = bisect_right(section_starts, spans[i][0]) - 1
                section = sections[at] if at >= 0 else None
                if section is not None and _PATIENT.search(
                    text, sentences[number].start, spans[i][0]
                ):
                    section = None
                found[i] = _modifiers(spans[i], scopes, section=section, text=text)
        return tuple(found)

    def _scopes(
        self, text: str, sentence: Sentence, spans: Sequence[tuple[int, int]]
    ) -> list[_Scope]:
        hits = [
            hit
            for hit in self._triggers.find(text, sentence.start, end=sentence.end)
            # The "absent" of "Absent thumbs" is part of the finding, not said of it.
            if not any(start < hit.end and hit.start < end for start, end in spans)
        ]
        return [
            _scope(hit, rule, hits=hits, sentence=sentence)
            for hit in hits
            for rule in hit.rules
            if rule.assertion is not None
        ]


class _Scope(NamedTuple):
    start: int
    end: int
    modifier: Modifier
    rule: Rule


def _scope(hit: Hit, rule: Rule, *, hits: Sequence[Hit], sentence: Sentence) -> _Scope:
    """How far a trigger reaches on its side."""
    assertion = rule.assertion
    assert assertion is not None  # callers pass triggers only
    closing = [h for h in hits if any(assertion in r.ends for r in h.rules)]
    modifier = Modifier(assertion, " ".join(hit.text.split()))
    if rule.direction is Direction.AFTER:
        end = min((h.start for h in closing if h.start >= hit.end), default=sentence.end)
        return _Scope(hit.end, end, modifier, rule)
    start = max((h.end for h in closing if h.end <= hit.start), default=sentence.start)
    return _Scope(start, hit.start, modifier, rule)


def _modifiers(
    span: tuple[int, int], scopes: Sequence[_Scope], *, section: Section | None, text: str
) -> tuple[Modifier, ...]:
    start, end = span
    found = [
        scope.modifier
        for scope in scopes
        if scope.start <= start and end <= scope.end and _within_reach(span, scope, text=text)
    ]
    if section is not None and section.assertion is not None and start < section.end:
        found.append(Modifier(section.assertion, section.header))
    return tuple(dict.fromkeys(found))


def _within_reach(span: tuple[int, int], scope: _Scope, *, text: str) -> bool:
    reach = scope.rule.reach
    if not reach:
        return True
    after = scope.rule.direction is Direction.AFTER
    between = text[scope.start : span[0]] if after else text[span[1] : scope.end]
    return "," not in between and len(_WORD.findall(between)) < reach
