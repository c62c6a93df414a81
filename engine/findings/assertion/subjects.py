"""Whom each stretch of a note is about: the patient, or a relative.

A relative who reports ("Mother denies", "mum has noticed", "per his grandma") is the source of a
statement, not its subject. A relative in any other place opens a stretch of his or her own, up to
the next word for the patient. A relative in one breath with the patient ("she and her brother
have") opens none.

Pronouns are the hard part. One that cannot be the relative by its gender is the patient. One that
can be either is the patient when nobody else was just spoken of, when the relative was called
healthy, or when it is met, examined or born ("she was seen"). Else it is taken for the relative: a
finding of the patient that goes uncounted is told in an issue, a finding of the mother that is
counted for her child is seen by nobody.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum, auto
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from nosograph.engine.findings.assertion.kinship import Gender, Kinship
from nosograph.engine.findings.assertion.sections import Section
from nosograph.engine.findings.assertion.sentences import Sentence

__all__ = ["Role", "SentenceSubjects", "Subject", "read_subjects"]

_LOOK_BACK = 60
_LOOK_AHEAD = 120
"""Characters around a person that are read for the part it plays."""

_DETERMINER = (
    r"(?:his|her|the|a|an|their|any|one|this|my|its|no|our|one\s+of\s+(?:his|her|the)|patient['’]s)"
)
_AFFECTED = r"(?:with|who|whom|whose|having|affected|suffering|diagnosed)"


@cache
def _words() -> Mapping[str, str]:
    """The lists of ``subjects.toml``, each as one alternation."""
    path = files(__package__).joinpath("subjects.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: f"(?:{'|'.join(words)})".replace(" ", r"\s+") for name, words in data.items()}


class Role(Enum):
    """The part that a word for a person plays in its sentence."""

    PATIENT = auto()
    """What follows is said of the patient."""
    IN_PATIENT = auto()
    """What precedes is said of the patient, and what follows too: "ataxia in the proband"."""
    RELATIVE = auto()
    """What follows is said of a relative."""
    IN_RELATIVE = auto()
    """What precedes is said of a relative, and what follows too: "ataxia in his uncle"."""


class Subject(NamedTuple):
    """A word for a person of whom something is said."""

    start: int
    end: int
    role: Role


class SentenceSubjects(NamedTuple):
    """Of whom one sentence speaks."""

    subjects: tuple[Subject, ...]
    """By place. Who only reports, or is compared with, is left out; pronouns are resolved."""
    family_over: bool
    """Whether a family history around this sentence has ended before it."""


class _Antecedent(NamedTuple):
    """The relative who was named last."""

    gender: Gender
    plural: bool
    patient: Gender
    """Sex of the patient, where a possessive tells it: "his mother"."""
    only_source: bool = False
    """Whether the relative only reported; a pronoun that can be the patient then is."""


class _Patterns(NamedTuple):
    person: re.Pattern[str]
    source_before: re.Pattern[str]
    reporting_after: re.Pattern[str]
    with_patient_before: re.Pattern[str]
    with_patient_after: re.Pattern[str]
    after_patient: re.Pattern[str]
    owner_after: re.Pattern[str]
    family_word: re.Pattern[str]
    descendant: re.Pattern[str]
    """Who is the patient where a relative speaks: "Mother brought her son"."""
    neutral_before: re.Pattern[str]
    neutral_after: re.Pattern[str]
    is_healthy: re.Pattern[str]
    meets: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    kin, words = Kinship.load(), _words()
    attributes = rf"(?:(?:{kin.attribute})[\s-]+){{0,3}}"
    whole = rf"(?:{attributes}(?:{kin.relative})(?:[\s-]in[\s-]law)?)"
    somebody = rf"(?:{_DETERMINER}\s+)?(?:{whole}|{kin.child}|{kin.informant})"
    patient = rf"(?:s?he|him|her|(?:(?:the|this|our|a)\s+)?{words['patient']})"
    adverbs = rf"(?:\s+{words['adverb']},?){{0,4}}"

    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern, re.IGNORECASE | re.VERBOSE)

    return _Patterns(
        person=compiled(_person(kin, words, attributes)),
        source_before=compiled(
            rf"\b{words['source']}\s*:?\s*(?:{_DETERMINER}\s+)?"
            rf"(?:\w+\s+and\s+(?:{_DETERMINER}\s+)?)?$"
        ),
        reporting_after=compiled(
            rf"""(?:['’]s)?(?:\s*\([^)]{{0,30}}\))?(?:\s*(?:,|and|or|&|/)\s*{somebody})?
                (?:,\s[^,.;]{{1,40}},|,)?{adverbs}
                (?: [\s-]+{words["reporting"]}\b
                  | \s+(?:is|are|was|were|am|be|been){adverbs}\s+{words["being"]}\b)
                (?!\s+(?:to\ have|with|as\ having)\b)
              | \s*\((?:historian|informant|by\ phone|interpreter|present)\b"""
        ),
        with_patient_before=compiled(
            rf"""\b{patient}\s*,?\s+(?:and|as\s+well\s+as|or|nor|&|along\s+with|together\s+with|like)
                \s+(?:also\s+)?(?:{_DETERMINER}\s+)?$"""
        ),
        with_patient_after=compiled(
            rf"""\s+(?:and|as\s+well\s+as|&)\s+(?:{patient}|himself|herself)\s+
                (?:both|all|have|are|were|share|had)\b"""
        ),
        after_patient=compiled(rf"\b{patient}\s*,\s+(?:{_DETERMINER}\s+)?$"),
        owner_after=compiled(rf"['’]s?\s+{attributes}(?:{kin.relative}|{kin.child})\b"),
        family_word=compiled(
            rf"\b(?:{kin.relative}|famil\w+|{kin.child}|consanguin\w*|adopted|pedigree)\b"
        ),
        descendant=compiled(rf"{kin.child}|{kin.descendant}"),
        neutral_before=compiled(rf"\b(?:{words['neutral_before']}(?:\s+and|,)?\s+)+$"),
        neutral_after=compiled(rf"\s*{words['neutral_after']}\b"),
        is_healthy=compiled(
            rf"[^.;]{{0,40}}?\b(?:is|are|was|were|all|both)\s+(?:\w+\s+)?{words['healthy']}\b"
        ),
        meets=compiled(
            rf"""\s+(?:(?:was|is|has\ been|had\ been|were)\s+
                (?:\w+ly\s+|then\s+|first\s+|again\s+){{0,2}}{words["seen"]}|{words["encounter"]})\b"""
        ),
    )


def _person(kin: Kinship, words: Mapping[str, str], attributes: str) -> str:
    """Every word for a person, with groups that say what kind of word it is."""
    adjectives = rf"(?:{words['adjective']}[\s-]+)"
    return rf"""\b(?:
        {attributes}(?P<kin>{kin.relative})(?:[\s-]in[\s-]law)?\b
      | (?P<informant>{kin.informant})\b(?!['’])
      | (?:(?:his|her|(?:(?:the|this|our)\s+)?(?:patient|boy|girl|woman|man)['’]s)
            | (?:has|have|had)\s+(?:an?|one|two|three|four|no|other)) \s+
            {adjectives}{{0,4}}(?P<child>{kin.child})\b(?!\s+{kin.relative}\b)
      | (?P<pronoun>s?he|they)\b
      | (?:(?P<determiner>the|this|our|an?)\s+)?{adjectives}{{0,5}}
            (?P<patient>{words["patient"]})\b(?P<possessive>['’]s)?
      | (?P<examination>{words["on_examination"]})\b
    )"""


_HAS_AFTER = re.compile(r"\s+(?:also\s+)?(?:has|had|have|suffers?|suffered)\b", re.IGNORECASE)
_BORN_TO = re.compile(
    r"\b(?:child|son|daughter|boy|girl|infant|baby|newborn|neonate|born|product|pregnancy|delivered|"
    r"twins?|offspring)\s+(?:was\s+)?(?:of|to|for)\s+(?:[\w'’-]+\s+){0,8}$",
    re.IGNORECASE,
)
_IS_ADJECTIVE = re.compile(
    r"\s+(?!(?:with|who|has|had|have|is|was|and|or|died|suffers?|affected|also|reports?|reported|"
    r"noticed|says|on|denie[sd]|deny|did|does|not|states?|stated|described)\b)\w",
    re.IGNORECASE,
)
"""Of "relative" in "relative macrocephaly", "relative risk"."""
_AFFECTED_AFTER = re.compile(rf"['’]?s?,?\s+{_AFFECTED}\b", re.IGNORECASE)
_IN_BEFORE = re.compile(
    rf"\b(?:in|of|affecting|involving|among|amongst|on)\s+(?:{_DETERMINER}\s+)?$", re.IGNORECASE
)
_OBJECT_BEFORE = re.compile(r"\b(?:of|to|for|with|like|unlike|as|by|than|from)\s+$", re.IGNORECASE)
_IN_PATIENT_BEFORE = re.compile(r"\bin\s+(?:(?:both|only)\s+)?$", re.IGNORECASE)
_LIST_JOINT = re.compile(
    rf"\s*(?:,|,?\s*(?:and|or|&|as\s+well\s+as))\s+(?:{_DETERMINER}\s+)?", re.IGNORECASE
)
_LIST_GOES_ON = re.compile(r"\s*(?:,|and\b|&)", re.IGNORECASE)


def read_subjects(
    text: str,
    sentences: Sequence[Sentence],
    sections: Sequence[Section],
    *,
    patient: Callable[[], Gender],
) -> tuple[SentenceSubjects, ...]:
    """Say of whom each sentence speaks.

    >>> from nosograph.engine.findings.assertion.sentences import split_sentences
    >>> note = "Mum denies fits, but her brother has ataxia."
    >>> (only,) = read_subjects(note, split_sentences(note), (), patient=lambda: "")
    >>> [(note[s.start : s.end], s.role.name) for s in only.subjects]
    [('brother', 'RELATIVE')]

    Args:
        text: The note.
        sentences: Its sentences, ascending.
        sections: Its sections, ascending.
        patient: Tells the sex of the patient; asked only where a pronoun depends on it.
    """
    found = []
    reader = _Reader(text, patient)
    at, over = -1, False
    previous_end = 0
    for sentence in sentences:
        if at + 1 < len(sections) and sections[at + 1].start <= sentence.end:
            while at + 1 < len(sections) and sections[at + 1].start <= sentence.end:
                at += 1
            over = False
            reader.antecedent = None
        if text.count("\n", previous_end, sentence.start) > 1:
            reader.antecedent = None
        subjects = reader.read(sentence)
        found.append(SentenceSubjects(subjects, over))
        if any(s.role is Role.PATIENT for s in subjects) and not _patterns().family_word.search(
            text, sentence.start, sentence.end
        ):
            over = True
        previous_end = sentence.end
    return tuple(found)


class _Reader:
    """Reads sentence after sentence and remembers of whom was spoken last."""

    def __init__(self, text: str, patient: Callable[[], Gender]) -> None:
        self.antecedent: _Antecedent | None = None
        self._text = text
        self._patient = cache(patient)

    def read(self, sentence: Sentence) -> tuple[Subject, ...]:
        """The persons of whom a sentence speaks."""
        return tuple(self._read(sentence))

    def _read(self, sentence: Sentence) -> Iterator[Subject]:
        text, end = self._text, sentence.end
        carried, self.antecedent = self.antecedent, None
        has_source = False
        shared_end = -1
        for match in _patterns().person.finditer(text, sentence.start, end):
            before = text[max(sentence.start, match.start() - _LOOK_BACK) : match.start()]
            after = text[match.end() : min(end, match.end() + _LOOK_AHEAD)]
            if match["pronoun"]:
                antecedent = self.antecedent or (carried if not before.strip() else None)
                role = self._of_pronoun(match["pronoun"], antecedent, after)
                self.antecedent = antecedent if role is Role.RELATIVE else None
                if role is Role.RELATIVE and _patterns().reporting_after.match(after):
                    continue  # "his mother says she has noticed"
            elif match["kin"] or match["child"]:
                word = match["child"] or match["kin"]
                if has_source and _patterns().descendant.fullmatch(word):
                    role = Role.PATIENT
                elif _patterns().neutral_after.match(after) or (
                    word.casefold() == "relative" and _IS_ADJECTIVE.match(after)
                ):
                    continue
                else:
                    if _is_shared(before, after) or (
                        shared_end >= 0 and _LIST_JOINT.fullmatch(text, shared_end, match.start())
                    ):
                        shared_end = match.end()
                        continue
                    known = _of_relative(before, after)
                    if known is None:
                        if _patterns().reporting_after.match(after):
                            has_source = True
                            source = self._remembered(match, before, after)
                            self.antecedent = source and source._replace(only_source=True)
                        continue
                    role = known
                if role is not Role.PATIENT and not _BORN_TO.search(before):
                    self.antecedent = self._remembered(match, before, after)
            elif match["informant"]:
                has_source = has_source or _patterns().reporting_after.match(after) is not None
                continue
            else:
                known = self._of_patient(match, before, after)
                if known is None:
                    continue
                role = known
                self.antecedent = None
            named = "kin" if match["kin"] else "child" if match["child"] else 0
            first = match.start(named)
            yield Subject(first, match.end(), role)

    def _of_pronoun(self, word: str, antecedent: _Antecedent | None, after: str) -> Role:
        """Whom a pronoun means; see the head of this file."""
        if antecedent is None:
            return Role.PATIENT
        word = word.casefold()
        if word == "they":
            return Role.RELATIVE
        gender: Gender = "FEMALE" if word == "she" else "MALE"
        if antecedent.plural or antecedent.gender not in ("", gender):
            return Role.PATIENT
        if (antecedent.patient or self._patient()) not in ("", gender):
            return Role.RELATIVE
        return (
            Role.PATIENT
            if antecedent.only_source or _patterns().meets.match(after)
            else Role.RELATIVE
        )

    def _remembered(self, match: re.Match[str], before: str, after: str) -> _Antecedent | None:
        if _patterns().is_healthy.match(after):
            return None
        word = match["kin"] or match["child"]
        gender = Kinship.load().gender_of(word)
        owner = before.casefold().split()[-1:] if match["kin"] else match[0].casefold().split()[:1]
        patient: Gender = "MALE" if owner == ["his"] else "FEMALE" if owner == ["her"] else ""
        plural = not gender and word.casefold().endswith(("s", "ren"))
        return _Antecedent(gender, plural=plural, patient=patient)

    def _of_patient(self, match: re.Match[str], before: str, after: str) -> Role | None:
        apposed = self.antecedent is not None and not self.antecedent.only_source
        if match["examination"]:  # "her brother was seen in clinic"
            return None if apposed and "clinic" in match["examination"].casefold() else Role.PATIENT
        if match["possessive"] and _patterns().person.match(after.lstrip()):
            return None  # "the patient's mother"
        if _IN_PATIENT_BEFORE.search(before):
            return Role.IN_PATIENT
        if _OBJECT_BEFORE.search(before):
            return None
        indefinite = (match["determiner"] or "").casefold() in ("a", "an")
        if indefinite and apposed:  # "her sister, a 12-year-old girl"
            return None
        return Role.PATIENT


def _is_shared(before: str, after: str) -> bool:
    """Whether relative and patient are named in one breath: what follows is said of both."""
    patterns = _patterns()
    if patterns.with_patient_before.search(before) or patterns.with_patient_after.match(after):
        return True
    return bool(patterns.after_patient.search(before) and _LIST_GOES_ON.match(after))


def _of_relative(before: str, after: str) -> Role | None:
    """What part a relative plays; ``None`` for one of whom nothing is said."""
    patterns = _patterns()
    affected = _AFFECTED_AFTER.match(after) is not None
    if patterns.reporting_after.match(after) or patterns.owner_after.match(after):
        return None
    neutral = patterns.neutral_before.search(before)
    if neutral and (
        _OBJECT_BEFORE.search(before, 0, neutral.start())  # "a boy of unrelated parents with"
        or not (affected or _HAS_AFTER.match(after))
    ):
        return None
    if _BORN_TO.search(before) or patterns.source_before.search(before):
        return Role.RELATIVE if affected else None
    if _IN_BEFORE.search(before):
        return Role.IN_RELATIVE
    return Role.RELATIVE
