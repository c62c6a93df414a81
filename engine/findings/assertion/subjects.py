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
    other_thing: re.Pattern[str]
    """Behind a relative whom the patient has: something else that the patient has."""
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
            rf"""(?:['’]s?)?(?:\s*\([^)]{{0,30}}\))?(?:\s*(?:,|and|or|&|/)\s*{somebody})?
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
        neutral_before=compiled(
            rf"\b(?:{words['neutral_before']}(?:\s+and|,)?\s+)+(?:(?:{words['origin']}\s+)+)?$"
        ),
        other_thing=compiled(
            rf"""(?:\s*,\s*(?:{_DETERMINER}\s+)?(?:\w+\s+){{0,2}}(?:{kin.relative}|{kin.child})\b)*
                \s*,?\s+and\s+
                (?!(?:{_DETERMINER}\s+)?(?:\w+\s+){{0,2}}
                    (?:{kin.relative}|{kin.child}|{kin.elliptic})\b)
                (?!(?:both|all|one|two|three|s?he|they|each|neither|are|were|have|lives?|works?)\b)"""
        ),
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
    return rf"""\b(?=\w)(?:
        {attributes}(?P<kin>{kin.relative})(?:[\s-]in[\s-]law)?\b
      | (?P<informant>{kin.informant})\b(?!['’])
      | (?:(?:his|her|(?:(?:the|this|our)\s+)?
            (?:patient|proband|index\ case|child|boy|girl|woman|man)['’]s)
            | (?:has|have|had)\s+(?:an?|one|two|three|four|no|other)) \s+
            {adjectives}{{0,4}}(?P<child>{kin.child})\b(?!\s+{kin.relative}\b)
      | (?P<earlier>{kin.earlier_child}|{kin.earlier_pregnancy}
            (?=[^.;\n]{{1,60}}\b(?:f(?:o)?etus|child|baby|infant|neonate|stillb\w+|boy|girl)\b))\b
      | (?P<twin>twin\s+(?:[ab12]|i{{1,2}}|one|two))\b(?!['’])
      | (?P<several>{kin.several})(?=\s+(?:also\s+)?(?:has|have|had)\b)
      | (?P<elliptic>{kin.elliptic})(?=\s+(?:(?:also|now|recently|only)\s+)?
            (?:has|have|had|is|was|are|were|gets?|got|suffers?|suffered|died|developed|develops|with|
            presented|complains|shows?|showed|walks?|wears?|needed|needs|who|reportedly)\b)
      | (?P<title>(?:mr|mrs|ms|miss)\b\.?\s+(?P<surname>[a-z][\w-]+))(?!['’])
            (?=\s+(?:(?P<self>himself|herself)|has|had|is|was|suffers?|also|does)\b)
      | (?P<pronoun>s?he|they)\b
      | (?P<owner>his|her)\b(?=\s+\w)
            (?!\s+(?:own\s+)?{attributes}(?:{kin.relative}|{kin.child}|{kin.informant})\b)
      | (?:(?P<determiner>the|this|our|an?)\s+)?{adjectives}{{0,5}}
            (?P<patient>{words["patient"]})\b(?P<possessive>['’]s)?
      | (?P<examination>{words["on_examination"]})\b
    )"""


_TWIN_HEAD = re.compile(
    r"\s*(?:(?:the|re:?|patient:?|name:?)\s+)*(?P<twin>twin\s+(?:[ab12]|i{1,2}|one|two))\b",
    re.IGNORECASE,
)
_TWIN_PATIENT = re.compile(
    r"\b(?:patient|proband|he|she|child|boy|girl|infant|baby)\s*(?:is|was|,|\(|:)\s*(?:the\s+)?"
    r"(?P<twin>twin\s+(?:[ab12]|i{1,2}|one|two))\b",
    re.IGNORECASE,
)
_TITLE = re.compile(r"\b(?P<title>Mr|Mrs|Ms|Miss)\b\.?\s+(?P<surname>[A-Z][\w-]+)")
_TITLE_GENDER: Mapping[str, Gender] = {
    "mr": "MALE",
    "mrs": "FEMALE",
    "ms": "FEMALE",
    "miss": "FEMALE",
}
_HEAD = 2_000
"""Characters in which a note says which twin it is about."""
_BROUGHT_BY = re.compile(
    r"\b(?:brought|accompanied|carried|escorted|referred|taken|came|attended|arrived|presented|seen)\s+"
    r"(?:in\s+|to\s+(?:\w+\s+){1,3})?(?:by|with)\s+"
    rf"(?:{_DETERMINER}\s+)?$",
    re.IGNORECASE,
)
_WITH_AFTER = re.compile(r"\s*,?\s*with\b", re.IGNORECASE)
_OWNED_BEFORE = re.compile(
    r"\b(?:he|she|patient|boy|girl|child)\s+(?:has|had)\s+(?:(?!with\b|who\b)[\w-]+,?\s+){0,6}$",
    re.IGNORECASE,
)
_WHO_HAS = re.compile(
    r"\s*(?:,\s+|\()(?:who|herself|himself)\s+[^,.;()]{1,60}(?P<end>[,)])", re.IGNORECASE
)
"""A relative who has something, and tells something else: "Mother, who has migraine, noticed"."""
_AFFECTED_ASIDE = re.compile(
    r"\b(?:has|had|suffers?|suffered|was\s+diagnosed|is\s+affected)\b", re.IGNORECASE
)
_PEDIGREE = re.compile(r"\s+(?:[IVX]+\s?[-:.,/]\s?\d+|\d+|[A-Z]\b)")
_APPOSED_BEFORE = re.compile(r"(?:[,(]|=|\bas)\s*$")
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
_PRONOUN: Mapping[Gender, str] = {"FEMALE": "she", "MALE": "he", "": ""}
_LACKS_AFTER = re.compile(
    r"\s+(?:(?:does|did|has|have|had)\s*(?:not|n['’]t|no|never)\b|never\s+had|lacks)", re.IGNORECASE
)
_COMPARED_BEFORE = re.compile(
    rf"\bas\s+(?:does|did|do|has|have|had|is|was|were|are)\s+(?:{_DETERMINER}\s+)?$", re.IGNORECASE
)
_TAKES_AFTER = re.compile(
    r"\b(?:s?he|patient|boy|girl|child|baby)\s+(?:also\s+)?(?:has|had|have|inherited|shares|shared|got|has\s+got)\s+"
    r"(?:his|her|the|their)\s+$",
    re.IGNORECASE,
)
_OWNS = re.compile(r"['’]s?\s+(?!side\b|family\b)", re.IGNORECASE)
"""Of "he has his mother's nose": it is he who has it."""
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
        left = at >= 0 and previous_end <= sections[at].end <= sentence.start
        if left or text.count("\n", previous_end, sentence.start) > 1:
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
        self._group = False
        """Whether the last sentence or this one named several relatives."""
        self._twin = _twin_of_note(text)
        self._titles: dict[str, Gender] = {}
        for match in _TITLE.finditer(text):
            self._titles.setdefault(
                match["surname"].casefold(), _TITLE_GENDER[match["title"].casefold()]
            )

    def read(self, sentence: Sentence) -> tuple[Subject, ...]:
        """The persons of whom a sentence speaks."""
        return tuple(sorted(self._read(sentence), key=lambda subject: subject.start))

    def _read(self, sentence: Sentence) -> Iterator[Subject]:
        text, end = self._text, sentence.end
        carried, self.antecedent = self.antecedent, None
        has_source = False
        shared_end = -1
        well = ""  # the pronoun of a relative whom this sentence calls healthy
        grouped, self._group = self._group, False
        for match in _patterns().person.finditer(text, sentence.start, end):
            before = text[max(sentence.start, match.start() - _LOOK_BACK) : match.start()]
            after = text[match.end() : min(end, match.end() + _LOOK_AHEAD)]
            if match["elliptic"] or match["several"]:
                if not (self._group or grouped):
                    continue
                self._group = True
                role = Role.RELATIVE
            elif match["earlier"]:
                role = Role.RELATIVE
            elif match["twin"] or match["title"]:
                named = self._of_name(match)
                if named is None or _patterns().reporting_after.match(after):
                    continue
                role = named
            elif match["pronoun"]:
                antecedent = self.antecedent or (carried if not before.strip() else None)
                role = self._of_pronoun(match["pronoun"], antecedent, after)
                if well == match["pronoun"].casefold() and _LACKS_AFTER.match(after):
                    role, antecedent = Role.RELATIVE, None  # "brother is well; he has no murmur"
                self.antecedent = antecedent if role is Role.RELATIVE else None
                if role is Role.RELATIVE and _patterns().reporting_after.match(after):
                    continue  # "his mother says she has noticed"
            elif match["owner"]:
                if not self._is_of_relative(match["owner"], self.antecedent):
                    continue
                role = Role.RELATIVE
            elif match["kin"] or match["child"]:
                word = match["child"] or match["kin"]
                if word.casefold().endswith(("s", "ren")):
                    self._group = True
                aside = _WHO_HAS.match(text, match.end(), min(end, match.end() + 80))
                if (
                    aside is not None
                    and _AFFECTED_ASIDE.search(aside[0])
                    and _patterns().reporting_after.match(text[aside.end() : end][:_LOOK_AHEAD])
                ):
                    has_source = True
                    yield Subject(match.start("kin"), match.end(), Role.RELATIVE)
                    yield Subject(aside.end("end"), aside.end("end"), Role.PATIENT)
                    continue
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
                if role is Role.RELATIVE and _patterns().is_healthy.match(after):
                    well = _PRONOUN[Kinship.load().gender_of(word)]
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
            first = match.start("kin" if match["kin"] else "child" if match["child"] else 0)
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

    def _is_of_relative(self, word: str, antecedent: _Antecedent | None) -> bool:
        """Whether a possessive means the relative named in its sentence, as his or her sex tells.

        Where the patient has that sex too, it may be either: the sentence is left as it is.
        """
        gender: Gender = "FEMALE" if word.casefold() == "her" else "MALE"
        if antecedent is None or antecedent.only_source or antecedent.gender != gender:
            return False
        return (antecedent.patient or self._patient()) != gender

    def _of_name(self, match: re.Match[str]) -> Role | None:
        """Whom "Twin B" or "Mr Roe" means, where the note says who its patient is."""
        if match["twin"]:
            if not self._twin:
                return None
            same = _twin_key(match["twin"]) == self._twin
            return Role.PATIENT if same else Role.RELATIVE
        gender = _TITLE_GENDER[match["title"].split()[0].rstrip(".").casefold()]
        first = self._titles.get(match["surname"].casefold())
        if first is not None and first != gender:
            return Role.RELATIVE
        if match["self"] and self._patient() not in ("", gender):
            return Role.RELATIVE
        return None

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
        if (
            apposed
            and _APPOSED_BEFORE.search(before)
            and (_PEDIGREE.match(after) or before.rstrip().endswith("("))
        ):  # "her sister (patient II-1)"
            return None
        indefinite = (match["determiner"] or "").casefold() in ("a", "an")
        if indefinite and apposed:  # "her sister, a 12-year-old girl"
            return None
        return Role.PATIENT


def _twin_of_note(text: str) -> str:
    """Which twin is the patient, where a note begins with one or says so."""
    said = _TWIN_PATIENT.search(text, 0, _HEAD) or _TWIN_HEAD.match(text)
    return "" if said is None else _twin_key(said["twin"])


def _twin_key(words: str) -> str:
    last = words.casefold().split()[-1]
    return {"1": "a", "i": "a", "one": "a", "2": "b", "ii": "b", "two": "b"}.get(last, last)


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
    if _COMPARED_BEFORE.search(before) or (_TAKES_AFTER.search(before) and _OWNS.match(after)):
        return None
    neutral = patterns.neutral_before.search(before)
    if neutral and (
        _OBJECT_BEFORE.search(before, 0, neutral.start())  # "a boy of unrelated parents with"
        or not (affected or _HAS_AFTER.match(after))
    ):
        return None
    if _BROUGHT_BY.search(before) and _WITH_AFTER.match(after):
        return None  # "brought by mother with seizures"
    if not affected and _OWNED_BEFORE.search(before) and patterns.other_thing.match(after):
        return None  # "he has two sisters and ataxia"
    if _BORN_TO.search(before) or patterns.source_before.search(before):
        return Role.RELATIVE if affected else None
    if _IN_BEFORE.search(before):
        return Role.IN_RELATIVE
    return Role.RELATIVE
