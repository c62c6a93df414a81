"""Whom each stretch of a note is about: the patient, or a relative.

A relative who reports ("Mother denies", "mum has noticed", "per his grandmother") is the source of
a statement, not its subject. A relative in any other place opens a stretch of his or her own, up to
the next word for the patient. A relative in one breath with the patient ("she and her brother have")
opens none.

Pronouns are the hard part. One that cannot be the relative by its gender is the patient. One that
can be either is the patient when nobody else was just spoken of, when the relative was called
healthy, or when it is met, examined or born ("she was seen"). Else it is taken for the relative: a
finding of the patient that goes uncounted is named in an issue, a finding of the mother counted for
the child is not seen by anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from functools import cache
from typing import NamedTuple

from nosograph.engine.findings.kinship import Gender, Kinship
from nosograph.engine.findings.sections import Section
from nosograph.engine.findings.sentences import Sentence

__all__ = ["Role", "SentenceSubjects", "Subject", "read_subjects"]

_LOOK_BACK = 60
_LOOK_AHEAD = 120
"""Characters around a person that are read for the part it plays."""

_DETERMINER = r"(?:his|her|the|a|an|their|any|one|this|my|its|no|our|one of (?:his|her|the)|patient['’]s)"
_ADVERB = (
    r"(?:also|then|both|first|initially|now|never|not|recently|only|who|that|has|have|had|is|was|are|"
    r"were|does|did|do|been|since|already|further|additionally|specifically|strongly|today|again|"
    r"currently|consistently|previously|repeatedly|all|each|herself|himself|themselves|being|"
    r"very|quite|extremely|increasingly|especially|particularly|most|has been|would|could|can|"
    r"reportedly|however|still|at times|sometimes|often|just|[a-z]{3,12}ly)"
)
_REPORTING = (
    r"(?:reports?|reported|reporting|notes?|noted|noting|notic(?:e|es|ed|ing)|stat(?:e|es|ed|ing)|"
    r"says?|said|saying|describ(?:e|es|ed|ing)|den(?:y|ies|ied|ying)|observ(?:e|es|ed|ing)|saw|seen|sees|"
    r"thinks?|thought|feels?|felt|believ(?:e|es|ed)|suspect(?:s|ed)?|recalls?|recalled|"
    r"remembers?|remembered|mention(?:s|ed)?|confirm(?:s|ed)?|recount(?:s|ed)?|tells?|told|witness(?:es|ed)?|"
    r"endors(?:e|es|ed)|acknowledg(?:e|es|ed)|claims?|claimed|asks?|asked|enquir\w+|inquir\w+|"
    r"insists?|insisted|adds?|added|explain(?:s|ed)?|wonders?|wondered|fears?|feared|"
    r"worr(?:y|ies|ied)|concern(?:ed|s)?|anxious|aware|unaware|afraid|brings?|brought|present(?:s|ed) (?:him|her|the|with (?:him|her|the))|"
    r"(?:giv(?:e|es|ing)|gave|given|provid(?:e|es|ed)) (?:a |an |the )?(?:\w+ ){0,2}(?:history|account|description)|"
    r"phon(?:es|ed)|(?:finds?|found) (?:him|her|the)|rang|rings|calls|called|emailed|wrote|writes|attend(?:s|ed)|accompan(?:ies|ied)|"
    r"complain(?:s|ed)? that|document(?:s|ed)|record(?:s|ed)|film(?:s|ed)|video\w*|"
    r"sought|seeks?|requests?|requested|declin(?:e|es|ed)|refus(?:e|es|ed)|"
    r"indicat(?:e|es|ed)|answers?|answered|"
    r"list(?:s|ed)|volunteer(?:s|ed)|raises?|raised|express(?:es|ed)?|realis\w+|realiz\w+|"
    r"(?:no |a |some |any |her |his |their )?concerns?|advised|counsel(?:l)?ed|informed|warned|"
    r"would like|wants?|wanted|hopes?|queries|queried|consented?)\b"
)
_NOT_REPORTING = r"(?!\s+(?:to have|with|as having)\b)"
"""'Mother was noted to have', 'father was found with': these are of the relative after all."""
_AFFECTED = r"(?:with|who|whom|whose|having|affected|suffering|diagnosed)"
_SOURCE = (
    r"(?:\bby|\bwith|\bfrom|\bper|\bas per|\bto|\bunlike|\blike|\bthan|\bvia|\bthrough|\bbetween|"
    r"\bfor|\binformant|\bhistorian)\s*:?"
)
_HEALTHY = r"(?:healthy|well|unaffected|asymptomatic|consanguineous|non-?consanguineous|unrelated|alive)"
_NEUTRAL_ATTRIBUTE = (
    r"(?:healthy|consanguineous|non-?consanguineous|unrelated|worried|concerned|anxious|"
    r"breast-?\s?feeding|g\d\s?p\d|related|first-cousin|birth)"
)
_NEUTRAL_AFTER = r"\s*(?:tongue|language|milk|education|support|groups?|rivalry|training|questionnaire)\b"
_ENCOUNTER = (
    r"\s+(?:(?:was|is|has been|had been|were)\s+(?:\w+ly\s+)?(?:then\s+|first\s+|again\s+)?(?:seen|examined|reviewed|referred|admitted|born|assessed|"
    r"evaluated|delivered|brought|transferred|discharged|investigated|followed)|presents?|presented|attend(?:s|ed)|"
    r"came|weigh(?:s|ed)|sat|walked|crawled|smiled)\b"
)
_PATIENT_NOUN = (
    r"(?:patient|proband|propositus|proposita|boy|girl|child|infant|baby|newborn|neonate|toddler|"
    r"man|woman|lady|gentleman|teenager|adolescent|youngster|index\s+case|index\s+patient|pt)"
)
_ADJECTIVE = (
    r"(?:[\w-]*\d[\w-]*|(?:year|month|week|day)s?(?:[\s-]old)?|old|yo|y/o|one|two|three|four|"
    r"five|six|seven|eight|nine|ten|male|female|young|little|newborn|infant|teenage|adolescent|adult|"
    r"grown-up|healthy|well|affected|unaffected|index|term|preterm|same|now|own|younger|older|elder|"
    r"youngest|oldest|eldest|first|second|third|only|other|late|deceased|current|our)"
)
_ON_EXAMINATION = (
    r"(?:on\s+(?:\w+\s+)?exam(?:ination)?|o/e|exam(?:ination)?\s+(?:showed|shows|revealed|reveals)|"
    r"seen\s+in\s+(?:\w+\s+)?clinic|in\s+clinic\s+today)"
)


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
    """The relative of whom was spoken last."""

    gender: Gender
    plural: bool


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


@cache
def _patterns() -> _Patterns:
    kin = Kinship.load()
    whole = rf"(?:(?:{kin.attribute})[\s-]+){{0,3}}(?:{kin.relative})(?:[\s-]in[\s-]law)?"
    somebody = rf"(?:{_DETERMINER}\s+)?(?:{whole}|{kin.child}|{kin.informant})"
    patient = rf"(?:s?he|him|her|(?:(?:the|this|our|a)\s+)?{_PATIENT_NOUN})"
    flags = re.IGNORECASE
    return _Patterns(
        person=re.compile(
            rf"""\b(?:
                (?:(?:{kin.attribute})[\s-]+){{0,3}}(?P<kin>{kin.relative})(?:[\s-]in[\s-]law)?\b
              | (?P<informant>{kin.informant})\b(?!['’])
              | (?:(?:his|her|(?:(?:the|this|our)\s+)?(?:patient|boy|girl|woman|man)['’]s)
                    | (?:has|have|had)\s+(?:an?|one|two|three|four|no|other)) \s+
                    (?:{_ADJECTIVE}[\s-]+){{0,4}}(?P<child>{kin.child})\b
              | (?P<pronoun>s?he|they)\b
              | (?:(?P<determiner>the|this|our|an?)\s+)?(?:{_ADJECTIVE}[\s-]+){{0,5}}
                    (?P<patient>{_PATIENT_NOUN})\b(?P<possessive>['’]s)?
              | (?P<examination>{_ON_EXAMINATION})\b
            )""",
            flags | re.VERBOSE,
        ),
        source_before=re.compile(
            rf"{_SOURCE}\s*(?:{_DETERMINER}\s+)?(?:\w+\s+and\s+(?:{_DETERMINER}\s+)?)?$", flags
        ),
        reporting_after=re.compile(
            rf"(?:['’]s)?(?:\s*\([^)]{{0,30}}\))?(?:\s*(?:,|and|or|&|/)\s*{somebody})?(?:,\s[^,.;]{{1,40}},|,)?"
            rf"(?:\s+{_ADVERB},?){{0,4}}[\s-]+{_REPORTING}{_NOT_REPORTING}"
            r"|\s*\((?:historian|informant|by phone|interpreter|present)\b",
            flags,
        ),
        with_patient_before=re.compile(
            rf"\b{patient}\s*,?\s+(?:and|as\s+well\s+as|or|nor|&|along\s+with|together\s+with|"
            rf"like)\s+(?:also\s+)?(?:{_DETERMINER}\s+)?$",
            flags,
        ),
        with_patient_after=re.compile(
            rf"\s+(?:and|as\s+well\s+as|&)\s+(?:{patient}|himself|herself)\s+"
            r"(?:both|all|have|are|were|share|had)\b",
            flags,
        ),
        after_patient=re.compile(rf"\b{patient}\s*,\s+(?:{_DETERMINER}\s+)?$", flags),
        owner_after=re.compile(
            rf"['’]s?\s+(?:(?:{kin.attribute})[\s-]+){{0,3}}(?:{kin.relative}|{kin.child})\b", flags
        ),
        family_word=re.compile(
            rf"\b(?:{kin.relative}|famil\w+|{kin.child}|consanguin\w*|adopted|pedigree)\b", flags
        ),
        descendant=re.compile(rf"{kin.child}|{kin.descendant}", flags),
    )


_HAS_AFTER = re.compile(r"\s+(?:also\s+)?(?:has|had|have|suffers?|suffered)\b", re.IGNORECASE)
_BORN_TO = re.compile(
    r"\b(?:child|son|daughter|boy|girl|infant|baby|newborn|neonate|born|product|pregnancy|delivered|"
    r"twins?|offspring)\s+(?:was\s+)?(?:of|to|for)\s+(?:[\w'’-]+\s+){0,8}$",
    re.IGNORECASE,
)
_AFFECTED_AFTER = re.compile(rf"['’]?s?,?\s+{_AFFECTED}\b", re.IGNORECASE)
_NEUTRAL_BEFORE = re.compile(rf"\b{_NEUTRAL_ATTRIBUTE}\s+$", re.IGNORECASE)
_NEUTRAL_FOLLOWS = re.compile(_NEUTRAL_AFTER, re.IGNORECASE)
_IN_BEFORE = re.compile(
    rf"\b(?:in|of|affecting|involving|among|amongst|on)\s+(?:{_DETERMINER}\s+)?$", re.IGNORECASE
)
_OBJECT_BEFORE = re.compile(r"\b(?:of|to|for|with|like|unlike|as|by|than|from)\s+$", re.IGNORECASE)
_IN_PATIENT_BEFORE = re.compile(r"\bin\s+(?:(?:both|only)\s+)?$", re.IGNORECASE)
_IS_HEALTHY = re.compile(
    rf"[^.;]{{0,40}}?\b(?:is|are|was|were|all|both|both\s+are)\s+(?:\w+\s+)?{_HEALTHY}\b",
    re.IGNORECASE,
)
_LIST_JOINT = re.compile(
    rf"\s*(?:,|,?\s*(?:and|or|&|as\s+well\s+as))\s+(?:{_DETERMINER}\s+)?", re.IGNORECASE
)
_LIST_GOES_ON = re.compile(r"\s*(?:,|and\b|&)", re.IGNORECASE)
_MEETS = re.compile(_ENCOUNTER, re.IGNORECASE)


def read_subjects(
    text: str, sentences: Sequence[Sentence], sections: Sequence[Section], *, patient: Gender
) -> tuple[SentenceSubjects, ...]:
    """Say of whom each sentence speaks.

    >>> from nosograph.engine.findings.sentences import split_sentences
    >>> note = "Mum denies fits, but her brother has ataxia."
    >>> (only,) = read_subjects(note, split_sentences(note), (), patient="")
    >>> [(note[s.start : s.end], s.role.name) for s in only.subjects]
    [('brother', 'RELATIVE')]

    Args:
        text: The note.
        sentences: Its sentences, ascending.
        sections: Its sections, ascending.
        patient: Sex of the patient, as far as the note tells.
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

    def __init__(self, text: str, patient: Gender) -> None:
        self.antecedent: _Antecedent | None = None
        self._text = text
        self._patient = patient

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
            elif match["kin"] or match["child"]:
                word = match["child"] or match["kin"]
                if has_source and _patterns().descendant.fullmatch(word):
                    role = Role.PATIENT
                elif _NEUTRAL_FOLLOWS.match(after):
                    continue
                else:
                    if _is_shared(before, after) or (
                        shared_end >= 0 and _LIST_JOINT.fullmatch(text, shared_end, match.start())
                    ):
                        shared_end = match.end()
                        continue
                    known = _of_relative(before, after)
                    if known is None:
                        has_source = has_source or bool(_patterns().reporting_after.match(after))
                        continue
                    role = known
                if role is not Role.PATIENT and not _BORN_TO.search(before):
                    self.antecedent = self._remembered(match, after)
            elif match["informant"]:
                has_source = has_source or _patterns().reporting_after.match(after) is not None
                continue
            else:
                known = self._of_patient(match, before, after)
                if known is None:
                    continue
                role = known
                self.antecedent = None
            first = match.start("kin") if match["kin"] else match.start()
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
        if self._patient not in ("", gender):
            return Role.RELATIVE
        return Role.PATIENT if _MEETS.match(after) else Role.RELATIVE

    def _remembered(self, match: re.Match[str], after: str) -> _Antecedent | None:
        if _IS_HEALTHY.match(after):
            return None
        word = match["kin"] or match["child"]
        gender = Kinship.load().gender_of(word)
        return _Antecedent(gender, plural=not gender and word.casefold().endswith(("s", "ren")))

    def _of_patient(self, match: re.Match[str], before: str, after: str) -> Role | None:
        if match["examination"]:
            return Role.PATIENT
        if match["possessive"] and _patterns().person.match(after.lstrip()):
            return None  # "the patient's mother"
        if _IN_PATIENT_BEFORE.search(before):
            return Role.IN_PATIENT
        if _OBJECT_BEFORE.search(before):
            return None
        indefinite = (match["determiner"] or "").casefold() in ("a", "an")
        if indefinite and self.antecedent is not None:  # "her sister, a 12-year-old girl"
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
    if _BORN_TO.search(before):
        return Role.RELATIVE if affected else None
    if _NEUTRAL_BEFORE.search(before) and not affected and not _HAS_AFTER.match(after):
        return None
    if patterns.source_before.search(before) and not affected:
        return None
    if _IN_BEFORE.search(before):
        return Role.IN_RELATIVE
    return Role.RELATIVE
