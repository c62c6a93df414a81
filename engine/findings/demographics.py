"""Sex and age of the patient, read from a note that does not state them as fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from nosograph.engine.findings.sections import find_sections
from nosograph.engine.findings.sentences import split_sentences

__all__ = ["Demographics", "EvidenceSpan", "Sex", "read_demographics"]

Sex = Literal["FEMALE", "MALE"]
"""Spelled as in GA4GH phenopackets."""
MAX_AGE_YEARS = 120.0
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

    sex: Sex | None = None
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
_NOUNS: dict[str, Sex] = {
    **dict.fromkeys(("girl", "female", "woman", "lady", "f"), "FEMALE"),
    **dict.fromkeys(("boy", "male", "man", "gentleman", "m"), "MALE"),
}
_AGE = re.compile(
    rf"""\b(?:
        {_NUMBER}[\s-]*{_UNIT}[\s-]*(?:(?:and|,)?\s*(?P<months>\d{{1,2}})[\s-]*months?[\s-]*)?
            (?:old\b|of\s+age\b)
      | {_NUMBER.replace("number", "number2")}\s*-?\s*(?P<unit2>y/?o|m/?o|d/?o|w/?o)\b
      | (?:aged?|age\s+of|age\s+is|age\s*:)\s*:?\s*{_NUMBER.replace("number", "number3")}
            (?:[\s-]*{_UNIT.replace("unit", "unit3")}\b)?(?![\d/.]|\s*(?:weeks?\s+of\s+)?gestation)
      | {_NUMBER.replace("number", "number4")}[\s-]*(?P<unit4>years?|months?|days?|weeks?)[\s-]+
            (?=(?:female|male|girl|boy|infant)\b)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_SEX = re.compile(
    r"\b(?P<noun>girl|boy|female|male|woman|man|lady|gentleman)\b(?!\s+(?:relatives?|cousins?|"
    r"sib(?:ling)?s?|pattern|genitalia|karyotype|pseudo\w*|external|internal|infertility|offspring))",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[\s,-]*(?P<noun>[MF])\b(?![.']\w)")
_FIELD = re.compile(r"\b(?:sex|gender)\s*[:=]\s*(?P<noun>female|male|f|m)\b", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?P<noun>she|her|he|his|him)\b", re.IGNORECASE)
_PRONOUNS: dict[str, Sex] = {
    "she": "FEMALE",
    "her": "FEMALE",
    "he": "MALE",
    "his": "MALE",
    "him": "MALE",
}
_RELATIVE = re.compile(
    r"\b(?:mother|father|sister|brother|sibling|sibs?|parents?|uncle|aunt|cousin|grand\w+|wife|"
    r"husband|son|daughter|mom|dad|maternal|paternal|fianc\w+|relatives?|twin)s?\b",
    re.IGNORECASE,
)
_OTHER_TIME = re.compile(
    r"\b(?:at|by|until|since|from|before|after)\s+(?:the\s+)?(?:age\s+(?:of\s+)?)?$"
    r"|\b(?:gestational|bone|skeletal|mental|developmental|height|paternal|maternal)\s+$",
    re.IGNORECASE,
)
_OF_RELATIVE = re.compile(
    rf"(?:[ -]+(?!(?:girl|boy|male|female|man|woman|whose|and|with|her|his)\b)\w+){{0,2}}"
    rf"[ -]+(?:{_RELATIVE.pattern})",
    re.IGNORECASE,
)
_BROUGHT = re.compile(r"\bbrought\s+(?:his|her|their)\b", re.IGNORECASE)


def read_demographics(text: str) -> Demographics:
    """Find the patient's sex and age.

    >>> read_demographics("A 14-month-old girl; her brother is 3 years old.").sex
    'FEMALE'
    >>> found = read_demographics("3 yo M with fever. Mother is a 30-year-old woman.")
    >>> found.sex, found.age_years
    ('MALE', 3.0)

    The age is the first one that is said of the patient at the time of the note ("at the age of 2"
    is another time). The sex comes from nouns; if there are none, from pronouns, all of which must
    agree. What stands in a family history, or after a relative in the same sentence, is left out.

    Args:
        text: The note, in any state.
    """
    text = text[:MAX_CHARACTERS]
    stretches = list(_about_patient(text))
    age_years, age_evidence = _age(text, stretches)
    sex, sex_evidence = _sex(text, stretches)
    evidence = [
        EvidenceSpan(s, e, text[s:e]) for s, e in dict.fromkeys(age_evidence + sex_evidence)
    ]
    return Demographics(sex=sex, age_years=age_years, evidence=tuple(evidence))


def _about_patient(text: str) -> Iterator[tuple[int, int]]:
    """Stretches of sentences that come before any relative, outside of the family history."""
    family = [(s.start, s.end) for s in find_sections(text) if s.assertion == "family_member"]
    at = 0
    for sentence in split_sentences(text):
        while at < len(family) and family[at][1] <= sentence.start:
            at += 1
        if at < len(family) and family[at][0] < sentence.end:
            continue
        if _BROUGHT.search(text, sentence.start, sentence.end):
            continue
        relative = _RELATIVE.search(text, sentence.start, sentence.end)
        yield sentence.start, relative.start() if relative else sentence.end


def _age(text: str, stretches: list[tuple[int, int]]) -> tuple[float | None, list[tuple[int, int]]]:
    ages: list[tuple[float, tuple[int, int]]] = []
    for start, end in stretches:
        for match in _AGE.finditer(text, start, end):
            before = text[max(start, match.start() - 24) : match.start()]
            if _OTHER_TIME.search(before) or _OF_RELATIVE.match(text, match.end()):
                continue
            years = _years(match)
            if years is not None and years <= MAX_AGE_YEARS:
                ages.append((years, match.span()))
    if not ages:
        return None, []
    years, span = ages[0]
    # Rounding apart ("7-year-old", later "aged 7 years 4 months"), a second age must not differ.
    if any(abs(other - years) > max(1.0, 0.1 * years) for other, _ in ages[1:]):
        return None, []
    return years, [span]


def _years(match: re.Match[str]) -> float | None:
    groups = match.groupdict()
    number = next(v for k, v in groups.items() if k.startswith("number") and v)
    unit = next((v for k, v in groups.items() if k.startswith("unit") and v), "y")
    half = 0.5 if re.search(r"1/2|½", number) else 0.0
    plain = re.sub(r"[ -]?(?:1/2|½)$", "", number).replace(",", ".").casefold()
    value = _NUMBERS.get(plain)
    count = (float(value) if value is not None else float(plain)) + half
    return count * _UNIT_YEARS[unit[0].casefold()] + float(groups["months"] or 0) / 12


def _sex(text: str, stretches: list[tuple[int, int]]) -> tuple[Sex | None, list[tuple[int, int]]]:
    field = _FIELD.search(text)
    if field is not None:
        return _NOUNS[field["noun"].casefold()], [field.span()]
    nouns: list[tuple[Sex, tuple[int, int]]] = []
    pronouns: list[tuple[Sex, tuple[int, int]]] = []
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
    for found in (nouns, pronouns):
        if found:
            agreed = len({sex for sex, _ in found}) == 1
            return (found[0][0], [found[0][1]]) if agreed else (None, [])
    return None, []
