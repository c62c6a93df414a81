"""What a note says of the terms it names: present, excluded, of a relative, past, feared, possible.

A trigger opens a scope to its right or left; a terminator, the end of the sentence or of the list
item closes it; a negation also ends where another clause begins (`clauses`). Of whom a sentence
speaks is read apart (`subjects`), and so is the value behind a finding (`values`), what is doubted
or feared in words that a fixed phrase is too stiff for (`doubt`), and whether a test has answered
it (`outcomes`). A section opens a scope of its own. Where scopes meet, the assertion that takes the
finding furthest from the patient wins: what is said of a mother is no evidence about her child,
negated or not.

Source: the scheme of Harkema et al. 2009, J Biomed Inform 42(5):839-851 (ConText); the phrases are
our own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple, Self

from nosograph.engine.findings.assertion.absence import absence_read, says_absence
from nosograph.engine.findings.assertion.clauses import (
    begins_clause,
    clause_end,
    clause_start,
    next_clause,
)
from nosograph.engine.findings.assertion.doubt import find_doubts
from nosograph.engine.findings.assertion.negated_verbs import find_negated_verbs
from nosograph.engine.findings.assertion.outcomes import find_outcome
from nosograph.engine.findings.assertion.sections import Section, find_sections, is_request
from nosograph.engine.findings.assertion.sentences import Sentence, split_sentences
from nosograph.engine.findings.assertion.signs import Sign, leading_signs
from nosograph.engine.findings.assertion.specifics import has_grade, is_more_specific, is_of_degree
from nosograph.engine.findings.assertion.subjects import (
    Role,
    SentenceSubjects,
    Subject,
    read_subjects,
)
from nosograph.engine.findings.assertion.triggers import Direction, Hit, Rule, TriggerTable
from nosograph.engine.findings.assertion.values import Value, read_value
from nosograph.engine.findings.demographics import read_demographics
from nosograph.engine.findings.mention import Assertion, Mention

__all__ = ["AssertionRules", "Modifier"]

_WORD = re.compile(r"[^\W_]+")
_PATIENT = re.compile(r"\b(?:patient|proband|index case)\b(?!['’]s)", re.IGNORECASE)
"""A sentence that names its subject is not of the plan that it happens to stand in."""
_ONLY_ASKED = re.compile(r"differential.*|ddx?|rule out|r/o|.*(?:consider|possibilit).*")
"""Headers of lists of what was thought of, and not found; a working diagnosis was."""
_DASH = re.compile(r"\s[-–—]\s")
_NEW_ITEM = re.compile(r"(?<=\s)\d{1,2}\)\s+(?=[A-Z])")
"""Numbers of a list whose line breaks were lost."""
_GOES_ON = re.compile(
    r"\s*(?:also|has|had|have|is|was|are|were|not|no|never|without|denies|denied|otherwise|did|does|"
    r"suffers|developed|only|who)\b",
    re.IGNORECASE,
)
_BUT = frozenset({"but", "although", "though", "however", "yet", "still", "otherwise", "while"})
_BLAND = re.compile(
    r"\s*(?:,\s*|\()?(?:aged?|(?:is|was|are|were)(?:\s+(?:aged?|both|all))?)\s+"
    r"(?:\d|(?:healthy|well|unaffected|unrelated|alive|an?)\b)",
    re.IGNORECASE,
)
"""Age, trade and health of a relative: the next clause is about the patient again."""
_WELL_WITHOUT = re.compile(
    r"(?<!s)\s*(?:(?:is|was|:)\s*)?(?:\w+\s+)?(?:healthy|well|unaffected)\s*;\s*(?=(?:no|nil|without)\b)",
    re.IGNORECASE,
)
"""Of one relative, who is healthy and has no such thing: "mother healthy; no deafness"."""
_WHOSE = re.compile(r"\bwhose\s+(?:[\w-]+\s+){0,2}$", re.IGNORECASE)
_MAIN_VERB = re.compile(
    r",\s+(?:has|had|is|was|presents|presented|developed|showed|shows|came|attended|suffers)\b",
    re.IGNORECASE,
)
_EXCEPT = frozenset({"except", "except for", "apart from", "aside from", "other than"})
_CLAUSE_JOINT = re.compile(r".*(?:,|;|\band\b)\s*", re.DOTALL | re.IGNORECASE)
_ORDER = re.compile(
    r"(?:,|,?\s+and|;)\s+(?:please\s+|to\s+)?(?:continue|start|refer|treat|stop|give|review|repeat|consider|"
    r"follow|arrange|book|discuss|send|return|call|keep|see)\b",
    re.IGNORECASE,
)
"""Advice of another kind: "monitor for scoliosis and continue physiotherapy for hypotonia"."""
_OR = re.compile(r"\b(?:or|nor)\b", re.IGNORECASE)
_PLURAL_VERB = re.compile(r"\b(?:are|were|have|have been)\b", re.IGNORECASE)
_LIST_JOINT = re.compile(
    r"\s*(?:,\s*(?:(?:and|or)\s+)?|\b(?:and|or)\s+)(?:an?\s+|the\s+)?(?:[a-z-]+\s+)?", re.IGNORECASE
)
_LIST_BEGINS = re.compile(r"[\s,;:-]*(?:both|the|an?|also|and|but)?\s*", re.IGNORECASE)
_ONE_ITEM = re.compile(
    r"(?:(?!,|;|\b(?:or|nor|but)\b)[^,;])+(?:,|\band\b)\s*(?:and\s+)?", re.IGNORECASE
)
_ABOUT = re.compile(
    r"\b(?:cause|nature|a?etiology|origin|reason|basis|onset|age|course|explanation|source|"
    r"pathogenesis|frequency|mutation|variant|gene|treatment|trigger)s?\s+(?:of|for|in|causing|underlying|at)\s+"
    r"(?:the\s+|his\s+|her\s+|this\s+)?(?:\w+\s+)?$",
    re.IGNORECASE,
)
"""Of "the cause of the ataxia was not found": it is the cause that was not."""
_SIGN_RULE = Rule()
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
    discounted: bool = False
    """Whether it takes the finding back: over, or thought of and doubted."""


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
        return tuple(
            absence_read(_decided(mention, found))
            for mention, found in zip(mentions, modifiers, strict=True)
        )

    def modifiers(
        self, text: str, spans: Sequence[tuple[int, int]]
    ) -> tuple[tuple[Modifier, ...], ...]:
        """All that is said of each span, also what `apply` outranks."""
        if not spans:
            return ()
        sentences = split_sentences(text)
        sections = find_sections(text)
        subjects = read_subjects(
            text, sentences, sections, patient=lambda: read_demographics(text).sex or ""
        )
        by_sentence: dict[int, list[int]] = {}
        starts = [sentence.start for sentence in sentences]
        for i, (start, _) in enumerate(spans):
            by_sentence.setdefault(max(0, bisect_right(starts, start) - 1), []).append(i)
        found: list[tuple[Modifier, ...]] = [()] * len(spans)
        section_starts = [section.start for section in sections]
        for number, members in by_sentence.items():
            sentence, about = sentences[number], subjects[number]
            here = [spans[i] for i in members]
            signs = leading_signs(text, sentence.start, sentence.end, spans=here)
            values = [_own_value(read_value(text, end), signs) for _, end in here]
            scopes = self._scopes(text, sentence, about, spans=here, values=values, signs=signs)
            ends = frozenset(end for _, end in here)
            for i, value in zip(members, values, strict=True):
                at = bisect_right(section_starts, spans[i][0]) - 1
                section = sections[at] if at >= 0 and spans[i][0] < sections[at].end else None
                said = _modifiers(spans[i], scopes, text=text, ends=ends)
                if _is_in_patient(spans[i], about, text=text):
                    said = [m for m in said if m.assertion is not Assertion.FAMILY_MEMBER]
                if section is not None and _is_of_section(
                    spans[i], section, sentence, about=about, text=text
                ):
                    assert section.assertion is not None
                    only_asked = _ONLY_ASKED.fullmatch(section.header.casefold()) is not None
                    said.append(Modifier(section.assertion, section.header, only_asked))
                if section is not None and is_request(section.header):
                    said = [_as_asked(m) for m in said]
                said.extend(_answered(said, spans[i], sentence, text=text))
                said = list(_with_value(said, value, text=text))
                found[i] = tuple(dict.fromkeys(_of_the_class(said, spans[i], sentence, text=text)))
        return tuple(found)

    def _scopes(
        self,
        text: str,
        sentence: Sentence,
        about: SentenceSubjects,
        *,
        spans: Sequence[tuple[int, int]],
        values: Sequence[Value | None],
        signs: Sequence[Sign],
    ) -> list[_Scope]:
        # The "absent" of "Absent thumbs" is part of the finding, not said of it; and the "no" of
        # "Seizures: no" is said of one finding only.
        taken = [
            *spans,
            *((value.start, value.end) for value in values if value is not None),
            *((sign.start, sign.end) for sign in signs),
        ]
        doubts = list(find_doubts(text, sentence.start, sentence.end, spans=spans))
        verbs = [
            *doubts,
            *(
                verb
                for verb in find_negated_verbs(text, sentence.start, sentence.end)
                if not any(verb.start < doubt.end and doubt.start < verb.end for doubt in doubts)
            ),
        ]
        phrases = [
            hit
            for hit in self._triggers.find(text, sentence.start, end=sentence.end)
            if not any(verb.start <= hit.start and hit.end <= verb.end for verb in verbs)
        ]
        hits = [
            hit
            for hit in sorted([*phrases, *verbs])
            if not any(start < hit.end and hit.start < end for start, end in taken)
        ]
        affirmed = [
            span[0]
            for span, value in zip(spans, values, strict=True)
            if (value is not None and value.assertion is Assertion.PRESENT)
            or begins_clause(text, span, start=sentence.start)
            or says_absence(text, span, start=sentence.start)
        ]
        affirmed += [sign.start for sign in signs]
        items = [
            m.start()
            for m in _NEW_ITEM.finditer(text, sentence.start, sentence.end)
            if text.count("(", sentence.start, m.start())
            <= text.count(")", sentence.start, m.start())
        ]
        negations = tuple(h for h in hits if any(map(_negates_what_follows, h.rules)))
        closing = _Closing(
            text, sentence, hits, about.subjects, tuple(items), tuple(affirmed), negations, spans
        )
        found = [
            scope
            for hit in hits
            for rule in hit.rules
            if rule.assertion is not None
            for scope in _scopes_of(hit, rule, closing=closing)
        ]
        found.extend(_sign_scopes(signs, closing))
        found.extend(_family_scopes(closing))
        return found


class _Closing(NamedTuple):
    """All that may close a scope in one sentence."""

    text: str
    sentence: Sentence
    hits: Sequence[Hit]
    subjects: tuple[Subject, ...]
    items: tuple[int, ...]
    """Where items of a list begin."""
    affirmed: tuple[int, ...]
    """Where findings begin that a value calls present, and signs before findings."""
    negations: tuple[Hit, ...]
    """What negates all that follows; a repeated "no" takes over from the one before."""
    spans: Sequence[tuple[int, int]] = ()
    """The findings of the sentence."""

    def after(self, at: int, assertion: Assertion, *, of_person: bool = False) -> int:
        """The end of a scope that opens to the right."""
        ends = [self.sentence.end, *(i for i in self.items if i >= at)]
        ends += [
            h.start
            for h in self.hits
            if h.start >= at and self._ends(h, assertion, of_person=of_person)
        ]
        if assertion is Assertion.FAMILY_MEMBER:
            ends += [s.start for s in self.subjects if s.start >= at and s.role in _OF_PATIENT]
        if assertion is Assertion.EXCLUDED:
            ends += [i for i in self.affirmed if i >= at]
        return min(ends)

    def before(self, at: int, assertion: Assertion) -> int:
        """The start of a scope that opens to the left."""
        starts = [self.sentence.start, *(i for i in self.items if i < at)]
        starts += [h.end for h in self.hits if h.end <= at and self._ends(h, assertion)]
        return max(starts)

    def _ends(self, hit: Hit, assertion: Assertion, *, of_person: bool = False) -> bool:
        if not any(assertion in rule.ends for rule in hit.rules):
            return False
        # "Mother is well but has migraine" goes on about the mother.
        if not of_person:
            return True
        words = hit.text.casefold()
        goes_on = words in _BUT and _GOES_ON.match(self.text, hit.end, self.sentence.end)
        return words not in _EXCEPT and not goes_on


class _Scope(NamedTuple):
    start: int
    end: int
    modifier: Modifier
    rule: Rule


_OF_PATIENT = frozenset({Role.PATIENT, Role.IN_PATIENT})
_OF_RELATIVE = frozenset({Role.RELATIVE, Role.IN_RELATIVE})


def _decided(mention: Mention, found: Sequence[Modifier]) -> Mention:
    chosen = min(found, key=lambda m: _PRIORITY.index(m.assertion), default=None)
    if chosen is None:
        return replace(mention, assertion=Assertion.PRESENT, trigger="", discounted=False)
    taken_back = None
    if chosen.assertion in (Assertion.UNCERTAIN, Assertion.HISTORY):
        taken_back = next((m for m in found if m.discounted), None)
        if taken_back is not None and taken_back.assertion is chosen.assertion:
            chosen = taken_back
    return replace(
        mention,
        assertion=chosen.assertion,
        trigger=chosen.trigger,
        discounted=taken_back is not None,
    )


def _scopes_of(hit: Hit, rule: Rule, *, closing: _Closing) -> Iterator[_Scope]:
    """How far a trigger reaches on its side."""
    assertion = rule.assertion
    assert assertion is not None  # callers pass triggers only
    modifier = Modifier(assertion, " ".join(hit.text.split()), rule.discounted)
    text = closing.text
    if rule.direction is Direction.BEFORE:
        is_open = assertion in (Assertion.EXCLUDED, Assertion.HYPOTHETICAL)
        start = closing.before(hit.start, Assertion.EXCLUDED if is_open else assertion)
        if is_open and rule.reach != 1:
            whole = _list_before(text, closing.sentence.start, hit, spans=closing.spans)
            if whole is None:
                start = clause_start(text, start, hit.start)
            else:  # all of the list, however long it is
                start, rule = whole, replace(rule, reach=0)
        yield _Scope(start, hit.start, modifier, rule)
        return
    if assertion is not Assertion.EXCLUDED and not rule.is_list:
        yield _Scope(hit.end, closing.after(hit.end, assertion), modifier, rule)
        return
    end = closing.after(hit.end, Assertion.EXCLUDED)
    end = clause_end(text, (hit.start, hit.end), start=closing.sentence.start, end=end)
    if rule.is_list:
        order = _ORDER.search(text, hit.end, end)
        yield _Scope(hit.end, end if order is None else order.start(), modifier, rule)
        return
    if not rule.reach:
        end = min([end, *(h.start for h in closing.negations if h.start >= hit.end)])
        bare = _bare_items(hit, end, closing=closing)
        if bare < end:  # "no fever, no cough, rash"
            yield _Scope(bare, end, modifier._replace(assertion=Assertion.UNCERTAIN), rule)
        end = bare
    yield _Scope(hit.end, end, modifier, rule)


def _list_before(
    text: str, start: int, hit: Hit, *, spans: Sequence[tuple[int, int]]
) -> int | None:
    """Where a list begins of which a plural verb says that none is there: "A, B and C are absent".

    Only a list that begins its clause is one: in "he has A, B and C are absent" A is there.
    """
    if not _PLURAL_VERB.search(hit.text):
        return None
    before = sorted(span for span in spans if start <= span[0] and span[1] <= hit.start)
    if len(before) < 2 or text[before[-1][1] : hit.start].strip():
        return None
    first = before[-1][0]
    for left, right in zip(reversed(before[:-1]), reversed(before[1:]), strict=False):
        if not _LIST_JOINT.fullmatch(text, left[1], right[0]):
            break
        first = left[0]
    begins = _LIST_BEGINS.fullmatch(text, start, first) is not None
    return first if begins and first < before[-1][0] else None


def _bare_items(hit: Hit, end: int, *, closing: _Closing) -> int:
    """Where items without a negation begin in a list that repeats it, "no A, no B, C"; or `end`."""
    text = closing.text
    previous = max((h.end for h in closing.negations if h.end <= hit.start), default=None)
    if previous is None or not _ONE_ITEM.fullmatch(text, previous, hit.start):
        return end
    comma = text.find(",", hit.end, end)
    if comma < 0 or not text[comma + 1 : end].strip() or _OR.search(text, hit.end, end):
        return end
    return comma


def _sign_scopes(signs: Sequence[Sign], closing: _Closing) -> Iterator[_Scope]:
    """What signs say that stand before their findings."""
    text = closing.text
    for sign, following in zip(signs, [*signs[1:], None], strict=False):
        if sign.assertion is Assertion.PRESENT:
            continue
        end = closing.after(sign.end, Assertion.EXCLUDED)
        end = min(end, following.start if following is not None else end)
        comma = text.find(",", sign.end, end) if sign.one_item else -1
        modifier = Modifier(sign.assertion, text[sign.start : sign.end].strip())
        yield _Scope(sign.end, comma if comma >= 0 else end, modifier, _SIGN_RULE)


def _family_scopes(closing: _Closing) -> Iterator[_Scope]:
    text, rule = closing.text, Rule(assertion=Assertion.FAMILY_MEMBER)
    for subject in closing.subjects:
        if subject.role not in _OF_RELATIVE:
            continue
        words = " ".join(text[subject.start : subject.end].split())
        modifier = Modifier(Assertion.FAMILY_MEMBER, words)
        end = closing.after(subject.end, Assertion.FAMILY_MEMBER, of_person=True)
        without = _WELL_WITHOUT.match(text, subject.end, closing.sentence.end)
        if without is not None:
            end = closing.after(without.end(), Assertion.FAMILY_MEMBER, of_person=True)
        elif _BLAND.match(text, subject.end, end):
            end = next_clause(text, subject.end, end)
        if _WHOSE.search(text, max(closing.sentence.start, subject.start - 30), subject.start):
            back = _MAIN_VERB.search(text, subject.end, end)
            end = back.start() if back is not None else end
        yield _Scope(subject.end, end, modifier, rule)
        if subject.role is Role.IN_RELATIVE:
            start = closing.before(subject.start, Assertion.FAMILY_MEMBER)
            of_patient = [
                s.end
                for s in closing.subjects
                if start < s.end <= subject.start and s.role in _OF_PATIENT
            ]
            if of_patient:  # "he has ataxia, and migraine in his mother"
                start = of_patient[-1]
                joint = _CLAUSE_JOINT.match(text, start, subject.start)
                start = joint.end() if joint is not None else start
            yield _Scope(start, subject.start, modifier, rule)


def _negates_what_follows(rule: Rule) -> bool:
    return (
        rule.assertion is Assertion.EXCLUDED
        and rule.direction is Direction.AFTER
        and not rule.reach
    )


def _own_value(value: Value | None, signs: Sequence[Sign]) -> Value | None:
    """A value, unless it is the sign of the next finding."""
    if value is None or any(s.start < value.end and value.start < s.end for s in signs):
        return None
    return value


def _of_the_class(
    said: Sequence[Modifier], span: tuple[int, int], sentence: Sentence, *, text: str
) -> Sequence[Modifier]:
    """What a negation says that follows its finding, a grade before the finding considered."""
    if not has_grade(text, sentence.start, span[0]):
        return said
    return [
        m._replace(assertion=Assertion.UNCERTAIN, discounted=True)
        if m.assertion is Assertion.EXCLUDED
        else m
        for m in said
    ]


def _modifiers(
    span: tuple[int, int], scopes: Sequence[_Scope], *, text: str, ends: Container[int]
) -> list[Modifier]:
    start, end = span
    found = []
    for scope in scopes:
        if not (scope.start <= start and end <= scope.end):
            continue
        if not _within_reach(span, scope, text=text):
            continue
        modifier = scope.modifier
        if _is_about(modifier.assertion, scope.rule) and _ABOUT.search(
            text, max(scope.start, start - 50), start
        ):
            continue
        if (
            modifier.assertion is Assertion.EXCLUDED
            and scope.rule.direction is Direction.AFTER
            and _DASH.search(text, scope.start, start)
        ):
            # "no ataxia - nystagmus": the next item of a list, or one more that is not there?
            modifier = modifier._replace(assertion=Assertion.UNCERTAIN)
        if (
            modifier.assertion is Assertion.EXCLUDED
            or _negates_what_follows(scope.rule)  # the doubtful end of a list
        ) and _is_of_a_kind(span, scope, text=text, ends=ends):
            if modifier.assertion is Assertion.UNCERTAIN or modifier.trigger.casefold() == "non":
                continue  # "no fever, no cough, dry skin"; "non-blanching rash"
            modifier = modifier._replace(assertion=Assertion.UNCERTAIN, discounted=True)
        found.append(modifier)
    return found


def _is_about(assertion: Assertion, rule: Rule) -> bool:
    """Whether what is said of a finding may be said of its cause: "MRI to find the cause of"."""
    if rule.direction is Direction.BEFORE:
        return assertion in (Assertion.EXCLUDED, Assertion.UNCERTAIN)
    return assertion is Assertion.HYPOTHETICAL


def _is_of_a_kind(span: tuple[int, int], scope: _Scope, *, text: str, ends: Container[int]) -> bool:
    """Whether a negation is of a kind of the finding; "normal deep reflexes" is none."""
    if scope.rule.direction is not Direction.AFTER or scope.rule is _SIGN_RULE:
        return False
    if scope.modifier.trigger.casefold() in ("normal", "absent"):
        return False
    if scope.rule.reach:  # "not" goes with a verb
        return is_of_degree(text, scope.start, span[0])
    return is_more_specific(text, scope.start, span[0], ends=ends)


def _as_asked(modifier: Modifier) -> Modifier:
    """What a request asks to rule out is its purpose; elsewhere it is a problem of its own."""
    if modifier.trigger.casefold().endswith(("rule out", "r/o")):
        return modifier._replace(assertion=Assertion.HYPOTHETICAL)
    return modifier


def _answered(
    said: Sequence[Modifier], span: tuple[int, int], sentence: Sentence, *, text: str
) -> Iterator[Modifier]:
    """What the sentence says of a doubt or a test after it: "but the scan was normal"."""
    for modifier in said:
        if modifier.assertion in (Assertion.UNCERTAIN, Assertion.HYPOTHETICAL):
            outcome = find_outcome(text, span[1], sentence.end, trigger=modifier.trigger)
            if outcome:
                yield Modifier(Assertion.EXCLUDED, outcome)
                return


def _with_value(said: Sequence[Modifier], value: Value | None, *, text: str) -> Sequence[Modifier]:
    """What is said of a mention, its value considered."""
    if value is None:
        return said
    if value.assertion is Assertion.PRESENT:
        return [m for m in said if m.assertion not in (Assertion.EXCLUDED, Assertion.UNCERTAIN)]
    return [*said, Modifier(value.assertion, text[value.start : value.end].rstrip("."))]


def _is_of_section(
    span: tuple[int, int],
    section: Section,
    sentence: Sentence,
    *,
    about: SentenceSubjects,
    text: str,
) -> bool:
    """Whether a finding is what its section says, and not what its own sentence says."""
    if section.assertion is None:
        return False
    if section.assertion is Assertion.HYPOTHETICAL:
        return _PATIENT.search(text, max(sentence.start, section.start), span[0]) is None
    if section.assertion is not Assertion.FAMILY_MEMBER:
        return True
    if about.family_over:
        return False
    before = [s for s in about.subjects if section.start <= s.start < span[0]]
    if before and before[-1].role in _OF_PATIENT:
        return False
    return not _is_in_patient(span, about, text=text)


def _is_in_patient(span: tuple[int, int], about: SentenceSubjects, *, text: str) -> bool:
    """Whether "in the patient" follows, and nobody else comes between."""
    after = next((s for s in about.subjects if s.start >= span[1]), None)
    if after is None or after.role is not Role.IN_PATIENT:
        return False
    of_another = any(s.role in _OF_RELATIVE and s.end <= span[0] for s in about.subjects)
    return not (of_another and _CLAUSE_JOINT.match(text, span[1], after.start))


def _within_reach(span: tuple[int, int], scope: _Scope, *, text: str) -> bool:
    reach = scope.rule.reach
    if not reach:
        return True
    after = scope.rule.direction is Direction.AFTER
    between = text[scope.start : span[0]] if after else text[span[1] : scope.end]
    return "," not in between and len(_WORD.findall(between)) < reach
