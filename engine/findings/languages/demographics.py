"""Sex and age of the patient in a note of a language other than English, by a table of patterns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from nosograph.engine.case import MAX_AGE_YEARS
from nosograph.engine.findings.assertion.kinship import Gender
from nosograph.engine.findings.demographics import MAX_CHARACTERS, Demographics, EvidenceSpan
from nosograph.engine.findings.languages.context import ContextRules
from nosograph.engine.findings.languages.tables import read_rules

__all__ = ["read_demographics_in"]

_UNIT_YEARS = {"years": 1.0, "months": 1 / 12, "weeks": 7 / 365.25, "days": 1 / 365.25}
_CHARACTERS = {c: i for i, c in enumerate("〇一二三四五六七八九十")} | {"两": 2, "兩": 2, "零": 0}
_HALF = frozenset({"半"})
NUMBER = r"(?:\d{1,3}(?:[.,]\d{1,2})?|[〇零一二两兩三四五六七八九十]{1,3}|半)"


class _Patterns(NamedTuple):
    ages: tuple[re.Pattern[str], ...]
    sexes: tuple[tuple[Gender, re.Pattern[str]], ...]
    numbers: Mapping[str, float]


def read_demographics_in(code: str, text: str) -> Demographics:
    """Find the patient's sex and age; what is said of relatives is left out.

    >>> found = read_demographics_in("zh", "患儿男，5岁6个月，因抽搐就诊。母亲30岁。")
    >>> found.sex, found.age_years
    ('MALE', 5.5)
    >>> read_demographics_in("de", "Das 8 Monate alte Mädchen").sex
    'FEMALE'

    Args:
        code: Of the language.
        text: The note, in any state.
    """
    text = text[:MAX_CHARACTERS]
    rules, patterns = ContextRules.load(code), _patterns(code)
    ages = list(_of_patient(text, [m for p in patterns.ages for m in p.finditer(text)], rules))
    ages.sort(key=lambda match: (match.start(), -match.end()))
    sexes = [
        (match, gender)
        for gender, pattern in patterns.sexes
        for match in _of_patient(text, list(pattern.finditer(text)), rules)
    ]
    evidence: list[tuple[int, int]] = []
    age_years = None
    for match in ages:
        years = _years(match, patterns.numbers)
        if years is not None and years <= MAX_AGE_YEARS:
            age_years = round(years, 4)
            evidence.append(match.span())
            break
    sex: Gender | None = None
    if len({gender for _, gender in sexes}) == 1:
        sex = sexes[0][1]
        evidence.append(min(match.span() for match, _ in sexes))
    spans = (EvidenceSpan(s, e, text[s:e]) for s, e in evidence)
    return Demographics(sex=sex, age_years=age_years, evidence=tuple(spans))


def _of_patient(
    text: str, matches: list[re.Match[str]], rules: ContextRules
) -> Iterator[re.Match[str]]:
    of_relative = rules.is_of_relative(text, [match.span() for match in matches])
    return (m for m, relative in zip(matches, of_relative, strict=True) if not relative)


def _years(match: re.Match[str], numbers: Mapping[str, float]) -> float | None:
    """The years that the groups of a match add up to."""
    total, n_read = 0.0, 0
    for group, written in match.groupdict().items():
        unit = group.rstrip("0123456789")
        if written and unit == "half":  # "3岁半"
            total += 0.5
        elif written and unit in _UNIT_YEARS:
            value = _number(written, numbers)
            if value is None:
                return None
            total, n_read = total + value * _UNIT_YEARS[unit], n_read + 1
    return total if n_read else None


def _number(written: str, numbers: Mapping[str, float]) -> float | None:
    """What a number says, in digits, in words or in Chinese characters.

    >>> _number("二十三", {}), _number("1,5", {}), _number("fünf", {"fünf": 5})
    (23.0, 1.5, 5.0)
    """
    if written in _HALF:
        return 0.5
    plain = written.casefold()
    if plain in numbers:
        return float(numbers[plain])
    try:
        return float(plain.replace(",", "."))
    except ValueError:
        pass
    if any(c not in _CHARACTERS for c in written):
        return None
    tens, ten, ones = written.rpartition("十")
    value = _CHARACTERS.get(ones, 0) if len(ones) <= 1 else -1
    if ten:
        value += 10 * (_CHARACTERS.get(tens, 0) if tens else 1)
    return float(value) if value >= 0 else None


@cache
def _patterns(code: str) -> _Patterns:
    table = read_rules(code)["demographics"]
    numbers = {word: float(value) for word, value in table.get("numbers", {}).items()}
    words = "|".join(sorted(map(re.escape, numbers), key=len, reverse=True))
    number = f"(?:{NUMBER}|{words})" if words else NUMBER

    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern.replace("NUMBER", number), re.IGNORECASE | re.MULTILINE)

    female: tuple[Gender, re.Pattern[str]] = ("FEMALE", compiled("|".join(table["female"])))
    male: tuple[Gender, re.Pattern[str]] = ("MALE", compiled("|".join(table["male"])))
    return _Patterns(tuple(map(compiled, table["ages"])), (female, male), numbers)
