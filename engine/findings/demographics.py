"""Sex and age of the patient, read from a note that does not state them as fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from nosograph.engine.case import MAX_AGE_YEARS
from nosograph.engine.findings.assertion.kinship import Gender, Kinship
from nosograph.engine.findings.assertion.sections import find_sections
from nosograph.engine.findings.assertion.sentences import split_sentences
from nosograph.engine.findings.assertion.subjects import Role, read_subjects

__all__ = ["Demographics", "EvidenceSpan", "read_demographics"]

MAX_CHARACTERS = 200_000
"""A note says early who it is about; a longer text is not read to its end for that."""


class EvidenceSpan(NamedTuple):
    """A stretch of the note that was relied on."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Demographics:
    """What the note says of the patient's sex and age; ``None`` where it is silent or at odds."""

    sex: Gender | None = None
    age_years: float | None = None
    evidence: tuple[EvidenceSpan, ...] = ()


_NUMBERS = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
}
_UNIT_YEARS = {"y": 1.0, "m": 1 / 12, "w": 7 / 365.25, "d": 1 / 365.25, "h": 1 / 8766}
_NUMBER = rf"(?P<number>\d{{1,3}}(?:[.,]\d{{1,2}})?(?:[ -]?(?:1/2|½))?|{'|'.join(_NUMBERS)})"
_UNIT = r"(?P<unit>years?|yrs?|months?|mos?|mths?|weeks?|wks?|days?|hours?|hrs?)"
_NOUNS: dict[str, Gender] = {
    **dict.fromkeys(("girl", "female", "woman", "lady", "f"), "FEMALE"),
    **dict.fromkeys(("boy", "male", "man", "gentleman", "m"), "MALE"),
}
_AGE = re.compile(
    rf"""(?<![/\d.])\b(?:
        (?P<whole>\d{{1,2}})\s(?P<part4>\d{{1,2}})\s?/\s?(?P<parts4>12)[\s-]*(?:years?|yrs?|y/?o?\b)
      | {_NUMBER}[\s-]*{_UNIT}[\s-]*(?:(?:and|,)?\s*(?P<months>\d{{1,2}})[\s-]*months?[\s-]*)?
            (?:old\b|of\s+age\b)
      | {_NUMBER.replace("number", "number2")}\s*-?\s*
            (?P<unit2>[ymdw]\.o(?:\.|\b)|(?:y/?o|m/?o|d/?o|w/?o)\b)
      | (?P<number5>\d{{1,3}})\s?y\s?(?P<months5>\d{{1,2}})\s?m\b
      | (?:aged?|age\s+of|age\s+is|age\s*:)\s*:?\s*(?:
            (?:(?P<whole2>\d{{1,2}})\s)?(?P<part>\d{{1,2}})\s?/\s?(?P<parts>12|52|7)(?!\d|/)
          | {_NUMBER.replace("number", "number3")}
            (?:[\s-]*{_UNIT.replace("unit", "unit3")}\b
                (?:\s*(?:and|,)?\s*(?P<months3>\d{{1,2}})[\s-]*(?:months?|mths?|mos?)\b)?)?
            (?!\d|/\d|\.\d|\s*(?:weeks?\s+of\s+)?gestation))
      | {_NUMBER.replace("number", "number4")}[\s-]*(?P<unit4>years?|months?|days?|weeks?)[\s-]+
            (?=(?:female|male|girl|boy|infant)\b)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_KIN = rf"(?:{Kinship.load().relative}|{Kinship.load().child})"
_SEX = re.compile(
    rf"\b(?P<noun>girl|boy|female|male|woman|man|lady|gentleman)\b(?!\s+(?:{_KIN}|"
    r"pattern|genitalia|karyotype|pseudo\w*|external|internal|infertility|offspring))",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[\s,-]*(?P<noun>[MF])\b(?![.']\w)")
_FIELD = re.compile(r"\b(?:sex|gender)\s*[:=]\s*(?P<noun>female|male|f|m)\b", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?P<noun>she|her|he|his|him)\b", re.IGNORECASE)
_PRONOUNS: dict[str, Gender] = {
    "she": "FEMALE",
    "her": "FEMALE",
    "he": "MALE",
    "his": "MALE",
    "him": "MALE",
}
_EVENT = re.compile(
    r"\b(?:onset|onsets|began|begun|started|starting|surger(?:y|ies)|operations?|operated|repair(?:ed)?|"
    r"\w{3,}(?:ectomy|ostomy|otomy|plasty|pexy)|transplant(?:ed|ation)?|correct(?:ed|ion)|diagnosed|"
    r"diagnosis|dx'?d?|walk(?:ed|ing)|sat|crawled|spoke|talked|menarche|menopause|puberty|died|"
    r"death|fractured?|first\s+(?:seizure|fit|episode|word|step|attack)s?|milestones?)\b[^.;,:\n()]{0,30}$",
    re.IGNORECASE,
)
"""An age behind it in the same clause is when that was: "Strabismus surgery age 3"."""
_NOW = re.compile(
    r"\b(?:now|currently|today)[,:]?\s+(?:is\s+)?(?:aged?\s+)?(?P<number>\d{1,3})"
    r"(?=\s*(?:[.;)\n]|,(?!\d)|$|(?:with|and)\b))(?!\.\d)",
    re.IGNORECASE,
)
"""The age of today behind that of an event: "surgery age 3. Now 14"."""
MAX_TO_NOW = 60
"""Characters from the age of an event to the one of today."""
_YEARS_BEFORE = re.compile(
    r"(?<![\d.])(?P<years>\d{1,2})\s?(?:years?|yrs?|y)\.?,?\s*(?:and\s+)?$", re.IGNORECASE
)
"""Years before months: "2 y 3 mo"."""
_DURATION = re.compile(
    r"\b(?:for|over|past|last|lasting|within|every|during|after|in|x)\s+(?:the\s+|about\s+)?$",
    re.IGNORECASE,
)
_OTHER_TIME = re.compile(
    r"\b(?:at|by|until|since|from|before|after)\s+(?:the\s+)?(?:age\s+(?:of\s+)?)?$"
    r"|\b(?:gestational|bone|skeletal|mental|developmental|height|paternal|maternal)\s+$",
    re.IGNORECASE,
)
_OF_RELATIVE = re.compile(
    rf"(?:[ -]+(?!(?:girl|boy|male|female|man|woman|whose|and|with|her|his)\b)\w+){{0,2}}"
    rf"[ -]+{_KIN}\b",
    re.IGNORECASE,
)
_SHORT_AGE = (
    r"(?:(?P<part{0}>\d{{1,2}})\s?/\s?(?P<parts{0}>12|52|7)(?![\d/])"
    r"|(?P<number{0}>\d{{1,3}})\s?(?:(?P<unit{0}>[Yy](?:/?[Oo]|rs?|ears?)?|[Mm](?:/[Oo]|os?|ths?|onths?)|"
    r"[Ww](?:/[Oo]|ks?|eeks?)|[Dd](?:/[Oo]|ays?))\b)?(?![\w.]\d|/\d))"
)
"""An age as shorthand has it: 45, 45y, 6 months, and 6/12, 3/52 or 4/7 of a year, year or week."""
_OPENING = re.compile(
    r"(?:(?:[Aa]n?|[Tt]his|[Tt]he|[Pp]t|[Pp]atient)(?:\s+is)?(?:\s+an?)?[:,]?\s+)?[(\[]?(?:"
    rf"(?P<noun1>M|F|[Mm]ale|[Ff]emale|[Bb]oy|[Gg]irl|[Mm]an|[Ww]oman)[\s,/(-]{{1,3}}{_SHORT_AGE.format(1)}"
    rf"|{_SHORT_AGE.format(2)}[\s,/-]{{0,3}}(?P<noun2>M|F)"
    r")(?=\s*(?:[.,;:)\]\n]|$)|\s+(?:with|who|whose|presents?|presented|presenting|has|had|was|is|old|"
    r"p/w|c/o|h/o|hx|s/p|admitted|referred|seen|here|known|found|complain\w*|and|in|on|for)\b|\s+w/)"
)
"""How a short note opens: "M, 45y", "24F with", "F 6/12"; read only where a sentence begins."""
_TITLE = re.compile(
    r"(?P<title>Mr|Mrs|Ms|Miss|Master)\b\.?\s+[A-Z][\w-]*\.?(?!['’])(?:\s+[A-Z][\w-]+)?(?!['’\w])"
    rf"(?:\s*[,(]\s*(?:aged?\s+)?{_SHORT_AGE.format(3)}"
    r"(?=\s*(?:[.,;:)]|$)|\s+(?:with|who|presents?|presented|has|had|was|is|old|year)\b))?"
    r"(?P<does>,?\s+(?:is|was|has|had|presents?|presented|came|attended|suffers|complains|reports|"
    r"denies|who)\b)?"
)
_TITLES: dict[str, Gender] = {
    "Mr": "MALE",
    "Master": "MALE",
    "Mrs": "FEMALE",
    "Ms": "FEMALE",
    "Miss": "FEMALE",
}
_BROUGHT = re.compile(r"\bbrought\s+(?:his|her|their)\b", re.IGNORECASE)


_OF_PREGNANCY = re.compile(
    r"\bg\d\s?(?:p\d|\b)|\bgravida\b|\bprimigravida\b|\bmultigravida\b|\bpregnan\w+|\bprimipar\w+|\bmultipar\w+|"
    r"(?:\bat|@)\s*\d{1,2}(?:\s?\+\s?\d|\s?\d/7)?\s*(?:-|\s)?(?:weeks?|wks?|wk|/40)\b|\b\d{1,2}(?:\+\d)?/40\b|\bgestation\b",
    re.IGNORECASE,
)
_CHILD = re.compile(r"\b(?:boy|girl|infant|newborn|neonate|child|male|man)\b", re.IGNORECASE)
_FETUS = re.compile(
    r"\bf(?:o)?etus(?:es)?\b(?!\s+(?:in\s+fetu|papyraceus))|\bf(?:o)?etal\s+(?:ultraso\w+|scan|mri|anomal\w+|"
    r"echo\w*|medicine|hydrops|growth)|\b(?:anomaly|antenatal|prenatal)\s+(?:scan|ultraso\w+|mri)\b",
    re.IGNORECASE,
)
_PREGNANCY_NEAR = 80
"""Characters behind an age in which the woman who has it is called pregnant."""


def read_demographics(text: str) -> Demographics:
    """Find the patient's sex and age.

    >>> read_demographics("A 14-month-old girl; her brother is 3 years old.").sex
    'FEMALE'
    >>> found = read_demographics("3 yo M with fever. Mother is a 30-year-old woman.")
    >>> found.sex, found.age_years
    ('MALE', 3.0)

    In the note of a pregnancy the age is the mother's, and the patient is the fetus: neither age
    nor sex is read from what describes her.

    The age is the first one that is said of the patient at the time of the note ("at the age of 2"
    is another time). The sex comes from nouns; if there are none, from pronouns, all of which must
    agree. What stands in a family history, or is said of a relative (`subjects`), is left out.

    Args:
        text: The note, in any state.
    """
    text = text[:MAX_CHARACTERS]
    stretches = list(_about_patient(text))
    of_fetus = False
    if _FETUS.search(text):  # the patient is the fetus, and the woman its mother
        others = [(s, e) for s, e in stretches if not _is_of_pregnant_woman(text, s, e)]
        of_fetus = len(others) < len(stretches)
        stretches = others
    age_years, age_evidence = _age(text, stretches)
    sex, sex_evidence = _sex(text, stretches, with_pronouns=not of_fetus)
    evidence = [
        EvidenceSpan(s, e, text[s:e]) for s, e in dict.fromkeys(age_evidence + sex_evidence)
    ]
    return Demographics(sex=sex, age_years=age_years, evidence=tuple(evidence))


def _is_of_pregnant_woman(text: str, start: int, end: int) -> bool:
    """Whether a stretch gives the age of a woman and calls her pregnant."""
    age = _AGE.search(text, start, end) or _OPENING.match(text, start, end)
    if age is None:
        return False
    near = min(len(text), age.end() + _PREGNANCY_NEAR)
    return (
        _OF_PREGNANCY.search(text, start, age.start())
        or _OF_PREGNANCY.search(text, age.end(), near)
    ) is not None and _CHILD.search(text, start, end) is None


def _about_patient(text: str) -> Iterator[tuple[int, int]]:
    """Stretches that are said of the patient, outside of the family history."""
    sections = find_sections(text)
    sentences = split_sentences(text)
    family = [(s.start, s.end) for s in sections if s.assertion == "family_member"]
    at = 0
    for sentence, about in zip(
        sentences, read_subjects(text, sentences, sections, patient=lambda: ""), strict=True
    ):
        while at < len(family) and family[at][1] <= sentence.start:
            at += 1
        in_family = at < len(family) and family[at][0] < sentence.end
        if in_family or _BROUGHT.search(text, sentence.start, sentence.end):
            continue
        start: int | None = sentence.start
        for subject in about.subjects:
            if subject.role in (Role.RELATIVE, Role.IN_RELATIVE):
                if start is not None:
                    yield start, subject.start
                start = None
            elif start is None:
                start = subject.start
        if start is not None:
            yield start, sentence.end


class _Reading(NamedTuple):
    """An age or a sex in the text."""

    span: tuple[int, int]
    age_years: float | None
    sex: Gender


def _openings(text: str, stretches: list[tuple[int, int]]) -> Iterator[_Reading]:
    """What stands at the head of a sentence: "45M", "F 6/12", "Mr Smith, 67"."""
    for start, end in stretches:
        opening = _OPENING.match(text, start, end)
        title = _TITLE.match(text, start, end)
        if opening is not None:
            noun = opening["noun1"] or opening["noun2"]
            yield _Reading(opening.span(), _years(opening), _NOUNS[noun.casefold()])
        elif title is not None and (title["number3"] or title["part3"]):
            yield _Reading(title.span(), _years(title), _TITLES[title["title"]])
        elif title is not None and title["does"]:
            yield _Reading(title.span("title"), None, _TITLES[title["title"]])


def _age(text: str, stretches: list[tuple[int, int]]) -> tuple[float | None, list[tuple[int, int]]]:
    ages = [
        (reading.age_years, reading.span)
        for reading in _openings(text, stretches)
        if reading.age_years is not None and reading.age_years <= MAX_AGE_YEARS
    ]
    events: list[int] = []
    for start, end in stretches:
        for match in _AGE.finditer(text, start, end):
            before = text[max(start, match.start() - 60) : match.start()]
            if _OTHER_TIME.search(before[-24:]) or _OF_RELATIVE.match(text, match.end()):
                continue
            if _EVENT.search(before):
                events.append(match.end())
                continue
            years = _years(match)
            begin = match.start()
            if (match["unit2"] or "").casefold() in ("mo", "m.o", "m.o."):
                # "3 mo" is an age or a time; behind years it goes on with them
                more = _YEARS_BEFORE.search(before)
                begin -= len(more[0]) if more is not None else 0
                if _DURATION.search(text, start, begin):
                    continue
                if more is not None and years is not None:
                    years += float(more["years"])
            if years is not None and years <= MAX_AGE_YEARS:
                ages.append((years, (begin, match.end())))
    if not ages:
        ages = [
            (float(now["number"]), now.span())
            for at in events[-1:]
            if (now := _NOW.search(text, at, at + MAX_TO_NOW)) is not None
            and float(now["number"]) <= MAX_AGE_YEARS
        ]
    if not ages:
        return None, []
    ages.sort(key=lambda age: age[1])
    years, span = ages[0]
    # Rounding apart ("7-year-old", later "aged 7 years 4 months"), a second age must not differ.
    if any(abs(other - years) > max(1.0, 0.1 * years) for other, _ in ages[1:]):
        return None, []
    return years, [span]


def _years(match: re.Match[str]) -> float | None:
    groups = match.groupdict()

    def first(name: str) -> str | None:
        return next((v for k, v in groups.items() if k.rstrip("12345") == name and v), None)

    part, number = first("part"), first("number")
    if part is not None:  # 6/12 of a year, 3/52 of a year, 4/7 of a week
        share = float(part) / float(first("parts") or 1)
        return float(first("whole") or 0) + share * (7 / 365.25 if first("parts") == "7" else 1.0)
    if number is None:
        return None
    half = 0.5 if re.search(r"1/2|½", number) else 0.0
    plain = re.sub(r"[ -]?(?:1/2|½)$", "", number).replace(",", ".").casefold()
    value = _NUMBERS.get(plain)
    count = (float(value) if value is not None else float(plain)) + half
    unit = (first("unit") or "y")[0].casefold()
    return count * _UNIT_YEARS[unit] + float(first("months") or 0) / 12


def _sex(
    text: str, stretches: list[tuple[int, int]], *, with_pronouns: bool
) -> tuple[Gender | None, list[tuple[int, int]]]:
    field = _FIELD.search(text)
    if field is not None:
        return _NOUNS[field["noun"].casefold()], [field.span()]
    nouns = [(reading.sex, reading.span) for reading in _openings(text, stretches)]
    pronouns: list[tuple[Gender, tuple[int, int]]] = []
    for start, end in stretches:
        for age in _AGE.finditer(text, start, end):
            letter = _LETTER.match(text, age.end(), end)
            if letter is not None:
                nouns.append((_NOUNS[letter["noun"].casefold()], letter.span("noun")))
        nouns.extend(
            (_NOUNS[m["noun"].casefold()], m.span()) for m in _SEX.finditer(text, start, end)
        )
        pronouns.extend(
            (_PRONOUNS[m["noun"].casefold()], m.span()) for m in _PRONOUN.finditer(text, start, end)
        )
    for found in (nouns, pronouns if with_pronouns else []):
        if found:
            agreed = len({sex for sex, _ in found}) == 1
            return (found[0][0], [found[0][1]]) if agreed else (None, [])
    return None, []
