"""What a note in a language other than English says of the terms it names.

A phrase of the language's table opens a scope to its right or left; the end of the clause (a
comma) or of the sentence and terminating phrases close it. A word for a relative opens a scope that
commas do not close. Sections say what the findings under their header are, unless the sentence
says more. Where scopes meet, the assertion that takes the finding furthest from the patient wins.

Source: the scheme of Harkema et al. 2009, J Biomed Inform 42(5):839-851 (ConText); the phrases are
our own. English has rules of grammar beside its phrases and a stage of its own (`AssertionRules`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise, product
from typing import Any, NamedTuple, Self

from nosograph.engine.findings.assertion.triggers import Direction
from nosograph.engine.findings.languages.tables import read_rules
from nosograph.engine.findings.mention import Assertion, Mention
from nosograph.ontologies.errors import SourceFormatError

__all__ = ["ContextRules", "Passage"]

_PRIORITY = (
    Assertion.FAMILY_MEMBER,
    Assertion.EXCLUDED,
    Assertion.HYPOTHETICAL,
    Assertion.UNCERTAIN,
    Assertion.HISTORY,
)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_COMMA = re.compile(r"[,，､]")
_WORD = re.compile(r"\w+")
_PARTED_LETTERS = re.compile(r"[^\W\d_](?:\.[^\W\d_])+")
_LAST_WORD = re.compile(r"[\w.]+$")
MAX_LENGTH = 800
"""A longer stretch without an end is no sentence; it is cut so that work stays linear."""
MAX_ITEM_WORDS = 5
"""Words of one item of a list that commas part."""


class Passage(NamedTuple):
    """Offsets of a sentence."""

    start: int
    end: int


class _Rule(NamedTuple):
    """What one phrase does."""

    assertion: Assertion | None = None
    """``None`` for terminators and for phrases that only look like a trigger."""
    direction: Direction = Direction.AFTER
    over_commas: bool = False
    adjacent: bool = False
    """Whether the finding must stand right beside the phrase."""
    discounted: bool = False
    ends: frozenset[Assertion] = frozenset()


class _Hit(NamedTuple):
    start: int
    end: int
    text: str
    rules: tuple[_Rule, ...]


class _Scope(NamedTuple):
    start: int
    end: int
    assertion: Assertion
    trigger: str
    discounted: bool = False
    adjacent: bool = False
    direction: Direction = Direction.AFTER


class _Section(NamedTuple):
    start: int
    end: int
    assertion: Assertion | None
    header: str


class ContextRules:
    """Reads the assertion of mentions in one language.

    >>> from nosograph.ontologies.term import TermId
    >>> seizure, hypotonia = TermId("HP:0001250"), TermId("HP:0001252")
    >>> mentions = [Mention(start=1, end=3, text="抽搐", term_id=seizure, label="Seizure"),
    ...             Mention(start=4, end=8, text="肌张力低", term_id=hypotonia, label="Hypotonia")]
    >>> found = ContextRules.load("zh").apply("无抽搐，肌张力低。", mentions)
    >>> [(m.assertion.value, m.trigger) for m in found]
    [('excluded', '无'), ('present', '')]

    Args:
        data: What ``rules_<code>.toml`` holds.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        text = data["text"]
        self._by_word = bool(text["words_are_parted"])
        self._end = re.compile(text["sentence_end"])
        self._abbreviations = frozenset(text["abbreviations"])
        examination = text.get("examination", "")
        self._examination = re.compile(examination, re.IGNORECASE) if examination else None
        """Words that end a section of the history or the family: "a la exploración"."""
        self._listing = re.compile(text["listing"], re.IGNORECASE) if text["listing"] else None
        phrases: dict[str, list[_Rule]] = {}
        for phrase, rule in _phrases(data):
            phrases.setdefault(_normal(phrase), []).append(rule)
        self._rules = {phrase: tuple(dict.fromkeys(rules)) for phrase, rules in phrases.items()}
        self._triggers = self._any_of(self._rules)
        self._headers: dict[str, Assertion | None] = {
            _normal(header): None if kind == "none" else Assertion(kind)
            for kind, headers in data["sections"].items()
            for header in headers
        }
        self._header = re.compile(
            # Possessive: white space that is followed by no header is gone through once.
            rf"(?P<before>^|\n|[.;。；]\s*+)[^\S\n]*+[【\[■●◆*#]*+[^\S\n]*+"
            rf"(?P<header>{_alternatives(self._headers)})\s*"
            r"(?:[】\]]\s*[:：]?|[:：]|(?<=[^.;。；])(?=[^\S\n]*(?:\n|$)))",
            re.IGNORECASE,
        )

    @classmethod
    @cache
    def load(cls, code: str) -> Self:
        """The rules of a language that come with the engine.

        Raises:
            SourceFormatError: If the file is not as it should be.
        """
        try:
            return cls(read_rules(code))
        except (KeyError, ValueError, re.error) as error:
            raise SourceFormatError(f"rules_{code}.toml: {error}. Correct the entry.") from error

    def apply(self, text: str, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
        """Give every mention its assertion and the words that decided it."""
        said = self._said(text, [(m.start, m.end) for m in mentions])
        return tuple(
            replace(
                mention,
                assertion=scope.assertion if scope is not None else Assertion.PRESENT,
                trigger=scope.trigger if scope is not None else "",
                discounted=scope is not None and scope.discounted,
            )
            for mention, scope in zip(mentions, said, strict=True)
        )

    def is_of_relative(self, text: str, spans: Sequence[tuple[int, int]]) -> tuple[bool, ...]:
        """Whether each span is said of a relative."""
        said = self._said(text, spans)
        return tuple(s is not None and s.assertion is Assertion.FAMILY_MEMBER for s in said)

    def sentences(self, text: str) -> tuple[Passage, ...]:
        """Cut a note into sentences."""
        found: list[Passage] = []
        start = 0
        ends = [m.end() for m in self._end.finditer(text) if not self._is_abbreviation(text, m)]
        for end in [*ends, len(text)]:
            while end - start > MAX_LENGTH:
                found.append(Passage(start, start + MAX_LENGTH))
                start += MAX_LENGTH
            if end > start:
                found.append(Passage(start, end))
                start = end
        return tuple(found)

    def _is_abbreviation(self, text: str, match: re.Match[str]) -> bool:
        """Whether a full stop belongs to the word before it."""
        if match[0] != "." or not self._abbreviations:
            return False
        word = _LAST_WORD.search(text, max(0, match.start() - 20), match.start())
        if word is None:
            return False
        if _PARTED_LETTERS.fullmatch(word[0]):
            return True  # "V.a.", "z.B."
        return len(word[0]) == 1 or word[0].isdecimal() or word[0].casefold() in self._abbreviations

    def _said(self, text: str, spans: Sequence[tuple[int, int]]) -> list[_Scope | None]:
        """For each span the scope that decides it."""
        sentences, sections = self.sentences(text), self._sections(text)
        starts = [sentence.start for sentence in sentences]
        section_starts = [section.start for section in sections]
        by_sentence: dict[int, list[int]] = {}
        for i, (start, _) in enumerate(spans):
            by_sentence.setdefault(bisect_right(starts, start) - 1, []).append(i)
        found: list[_Scope | None] = [None] * len(spans)
        for number, members in by_sentence.items():
            here = [spans[i] for i in members]
            scopes, of_patient = self._scopes(text, sentences[number], here)
            for i in members:
                start, end = spans[i]
                said = [s for s in scopes if _holds(s, start, end, text=text)]
                at = bisect_right(section_starts, start) - 1
                section = sections[at] if at >= 0 else None
                if section is not None and section.assertion is not None:
                    of_relative = section.assertion is Assertion.FAMILY_MEMBER
                    # What may come to be is told to the patient, also below such a header.
                    told = any(p < start for p in of_patient) or any(
                        scope.assertion is Assertion.HYPOTHETICAL for scope in said
                    )
                    if not (of_relative and told):
                        said.append(_Scope(start, end, section.assertion, section.header))
                found[i] = _decisive(said)
        return found

    def _scopes(
        self, text: str, sentence: Passage, spans: Sequence[tuple[int, int]]
    ) -> tuple[list[_Scope], list[int]]:
        """The scopes of a sentence, and where it speaks of the patient."""
        hits = [
            hit
            for hit in self._find(text, sentence)
            if not any(start < hit.end and hit.start < end for start, end in spans)
        ]
        commas = [
            m.start()
            for m in _COMMA.finditer(text, sentence.start, sentence.end)
            if not any(start < m.start() < end for start, end in spans)
        ]
        scopes = []
        for hit in hits:
            for rule in hit.rules:
                if rule.assertion is not None:
                    start, end = self._reach(text, hit, rule, sentence, hits=hits, commas=commas)
                    scopes.append(
                        _Scope(
                            start,
                            end,
                            rule.assertion,
                            " ".join(hit.text.split()),
                            discounted=rule.discounted,
                            adjacent=rule.adjacent,
                            direction=rule.direction,
                        )
                    )
        of_patient = [
            hit.end
            for hit in hits
            if any(r.assertion is None and r.ends == {Assertion.FAMILY_MEMBER} for r in hit.rules)
        ]
        return scopes, of_patient

    def _reach(
        self,
        text: str,
        hit: _Hit,
        rule: _Rule,
        sentence: Passage,
        *,
        hits: Sequence[_Hit],
        commas: Sequence[int],
    ) -> tuple[int, int]:
        """From where to where a trigger is said of what stands there."""
        assertion = rule.assertion
        ending = [h for h in hits if any(assertion in other.ends for other in h.rules)]
        if rule.direction is Direction.BEFORE:
            starts = [sentence.start, *(h.end for h in ending if h.end <= hit.start)]
            if not rule.over_commas:
                starts += [comma for comma in commas if comma < hit.start]
            return max(starts), hit.start
        ends = [sentence.end, *(h.start for h in ending if h.start >= hit.end)]
        if not rule.over_commas:
            ends.append(self._clause_end(text, hit.end, min(ends), commas=commas))
        return hit.end, min(ends)

    def _clause_end(self, text: str, start: int, end: int, *, commas: Sequence[int]) -> int:
        """The first comma; if commas part a list that a conjunction closes, the end of the list."""
        stops = [*(comma for comma in commas if start <= comma < end), end]
        if self._listing is None or len(stops) == 1:
            return stops[0]
        for item_start, item_end in pairwise(stops):
            item = text[item_start + 1 : item_end]
            if self._listing.search(item):
                return item_end
            if len(_WORD.findall(item)) > MAX_ITEM_WORDS:
                break
        return stops[0]

    def _find(self, text: str, sentence: Passage) -> Iterator[_Hit]:
        for match in self._triggers.finditer(text, sentence.start, sentence.end):
            yield _Hit(match.start(), match.end(), match[0], self._rules[_normal(match[0])])

    def _sections(self, text: str) -> list[_Section]:
        opened = [
            (m.start("header"), m.end(), self._headers[_normal(m["header"])], m["header"])
            for m in self._header.finditer(text)
        ]
        if self._examination is not None and opened:
            headers = {at for start, end, *_ in opened for at in range(start, end)}
            opened += [
                (m.start(), m.end(), None, m[0])
                for m in self._examination.finditer(text, opened[0][1])
                if m.start() not in headers
            ]
            opened.sort(key=lambda section: section[:2])
        ends = [*(start for start, *_ in opened[1:]), len(text)]
        return [
            _Section(start, end, assertion, header)
            for (_, start, assertion, header), end in zip(opened, ends, strict=False)
        ]

    def _any_of(self, phrases: Iterable[str]) -> re.Pattern[str]:
        words = _alternatives(phrases)
        pattern = rf"(?<!\w)(?:{words})(?!\w)" if self._by_word else words
        return re.compile(pattern, re.IGNORECASE)


def _holds(scope: _Scope, start: int, end: int, *, text: str) -> bool:
    if not (scope.start <= start and end <= scope.end):
        return False
    if not scope.adjacent:
        return True
    gap = text[scope.start : start] if scope.direction is Direction.AFTER else text[end : scope.end]
    return not gap.strip()


def _decisive(said: Sequence[_Scope]) -> _Scope | None:
    chosen = min(said, key=lambda s: _PRIORITY.index(s.assertion), default=None)
    if chosen is None:
        return None
    taken_back = (s for s in said if s.discounted and s.assertion is chosen.assertion)
    return next(taken_back, chosen)


def _normal(phrase: str) -> str:
    return " ".join(phrase.casefold().split())


def _alternatives(phrases: Iterable[str]) -> str:
    """Longest first, so that the longest phrase wins at each place."""
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in ordered) or r"(?!)"


def _phrases(data: Mapping[str, Any]) -> Iterator[tuple[str, _Rule]]:
    choices: Mapping[str, Sequence[str]] = data.get("choices", {})
    everything = frozenset(Assertion)
    for table in data["trigger"]:
        rule = _Rule(
            assertion=Assertion(table["assertion"]),
            direction=Direction(table["direction"]),
            over_commas=table.get("over_commas", False),
            adjacent=table.get("adjacent", False),
            discounted=table.get("discounted", False),
        )
        yield from ((p, rule) for phrase in table["phrases"] for p in _expand(phrase, choices))
    for table in data["terminator"]:
        rule = _Rule(ends=frozenset(map(Assertion, table.get("ends", everything))))
        yield from ((p, rule) for phrase in table["phrases"] for p in _expand(phrase, choices))
    yield from ((p, _Rule()) for phrase in data["pseudo"] for p in _expand(phrase, choices))


def _expand(phrase: str, choices: Mapping[str, Sequence[str]]) -> Iterator[str]:
    names = _PLACEHOLDER.findall(phrase)
    for choice in product(*(choices[name] for name in names)):
        values = iter(choice)
        yield " ".join(_PLACEHOLDER.sub(lambda _, v=values: next(v), phrase).split())  # type: ignore[misc]
