"""Where a measured value stands among people of the same age: "<3rd centile", "-2.5 SD", "P97"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import inf

__all__ = ["Scale", "Standing", "iter_standings"]


class Scale(StrEnum):
    """What a standing is given in."""

    CENTILE = "centile"
    SD = "SD"
    """Standard deviations from the mean: SD, SDS and z-score are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A stretch of centiles or of standard deviations.

    >>> (below,) = iter_standings("height below the 3rd percentile")
    >>> below.scale.value, below.low, below.high, below.is_below(3), below.is_below(2)
    ('centile', 0, 3.0, True, False)
    """

    start: int
    """Offset of its first character in the text."""
    end: int
    scale: Scale
    low: float
    """The least that it may be."""
    high: float
    open_low: bool = False
    """Whether the least itself is left out: "> 97th"."""
    open_high: bool = False
    is_listed: bool = False
    """Whether it shares its unit with the next one: "on the 25th" in "on the 25th and 50th"."""

    def is_below(self, centile: float) -> bool:
        """Whether it is below a centile; standard deviations are low from -2 on."""
        if self.scale is Scale.SD:
            return self.high <= LOW_SD
        return self.high < centile or (self.high == centile and self.open_high)

    def is_above(self, centile: float) -> bool:
        """Whether it is above a centile; standard deviations are high from +2 on."""
        if self.scale is Scale.SD:
            return self.low >= -LOW_SD
        return self.low > centile or (self.low == centile and self.open_low)

    @property
    def middle(self) -> float:
        """Where the average person stands."""
        return 0.0 if self.scale is Scale.SD else 50.0

    @property
    def is_ordinary(self) -> bool:
        """Whether it lies from the 10th to the 90th centile, in clear distance of either limit."""
        limit = ORDINARY_SD if self.scale is Scale.SD else 90.0
        lower = -ORDINARY_SD if self.scale is Scale.SD else 10.0
        return lower <= self.low and self.high <= limit


LOW_SD = -2.0
"""HPO's definitions say *more than 2 SD*; -2 SD is the centile 2.3 and so below the 3rd as well."""
ORDINARY_SD = 1.28
"""The 10th and the 90th centile in standard deviations."""
MAX_SD = 15.0
"""More standard deviations are something else, or a slip."""

_BELOW = r"below|under|beneath|less\s+than|lower\s+than|smaller\s+than|<{1,3}|‹"
_ABOVE = (
    r"above|over|greater\s+than|more\s+than|higher\s+than|larger\s+than|exceed(?:s|ed|ing)|>{1,3}|›"
)
_AT_MOST = r"≤|⩽|<\s?=|at\s+or\s+(?:below|under)|at\s+most|(?:below|under)\s+or\s+(?:at|on)"
_AT_LEAST = r"≥|⩾|>\s?=|at\s+or\s+(?:above|over)|at\s+least|(?:above|over)\s+or\s+(?:at|on)"


def _comparator(group: str) -> str:
    return rf"(?P<{group}>{_AT_MOST}|{_AT_LEAST}|{_BELOW}|{_ABOVE})"


_NUMBER = r"\d{1,3}(?:[.,·]\d{1,3})?"
_ORDINAL_WORDS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fifth": 5,
    "ninth": 9,
    "tenth": 10,
    "fifteenth": 15,
    "twentieth": 20,
    "twenty-fifth": 25,
    "fiftieth": 50,
    "seventy-fifth": 75,
    "ninetieth": 90,
    "ninety-first": 91,
    "ninety-fifth": 95,
    "ninety-seventh": 97,
    "ninety-eighth": 98,
    "ninety-ninth": 99,
}
_NUMBER_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_WORDS = "|".join(sorted((w.replace("-", "[- ]") for w in _ORDINAL_WORDS), key=len, reverse=True))
_SUFFIX = r"(?:\s?-?(?:st|nd|rd|th|d)\b\.?)"
_ORDINAL = rf"(?:{_NUMBER}{_SUFFIX}?|(?:{_WORDS})\b)"
_CENTILE = (
    r"(?:(?:per\s?-?)?centiles?|percentil\w{0,3}|pctl|(?:%|percent)\s?-?\s?(?:th\s?)?(?:t?ile|%?ile)s?)"
    r"(?!\s+(?:points?|ranks?))"
)
_TO = r"(?:\s*[-–—−]\s*|\s+to\s+(?:the\s+)?|\s*/\s*)"
_THE = r"(?:the\s+|a\s+)?"
_DASH = "-−–—‐‑"
_SD = (
    r"(?:S\.?D\.?S\b|S\.?D\.?['’]?s?(?![\w-]\w)|standard[-\s]+deviations?(?:\s+scores?)?"
    r"(?:\s*\(\s*SDS?s?\s*\))?)"
)
_SIDE = (
    r"(?:\s*(?:units?)?\s*(?P<side>below|under|beneath|less\s+than|lower\s+than|above|over|"
    r"greater\s+than|more\s+than|higher\s+than)\b)?"
)
_OF_AGE = re.compile(
    r"\s*(?:\)|for|of|at)?\s*(?:for\s+|of\s+)?(?:an?\s+|the\s+)?(?:age\s+)?\d{1,2}(?:\.\d)?[\s-]*"
    r"(?:mo|months?|years?|yr?s?|weeks?|wk|days?)\b",
    re.IGNORECASE,
)
"""Behind a centile: of another age than the patient's ("50th centile for 6 months")."""

_STANDING = re.compile(
    rf"""
      # between the 3rd and the 10th centile; 25th-50th centile; below the 3rd centile
      (?:\bbetween\s+{_THE}(?P<from1>{_ORDINAL})(?:\s*{_CENTILE})?\s+(?:and|to)\s+{_THE}
            (?P<to1>{_ORDINAL})\s*{_CENTILE}
        | (?:{_comparator("cmp2")}\s*{_THE})?(?<![\w.,])(?P<from2>{_ORDINAL})
            (?:(?:\s*{_CENTILE})?{_TO}(?P<to2>{_ORDINAL}))?\s*{_CENTILE}
        | (?:{_comparator("cmp3")}\s*)?(?<![\w.])[Pp]\s?(?P<after3>[<>]\s?)?(?P<from3>{_NUMBER})
            (?:{_TO}[Pp]?\s?(?P<to3>{_NUMBER}))?(?![\w.]*\d|\s?:)
        | (?<=[(\[])\s*(?:{_comparator("cmp4")}\s*)?(?P<from4>{_ORDINAL})
            (?P<pct4>\s?%)?(?:{_TO}(?P<to4>{_ORDINAL})(?P<pct5>\s?%)?)?(?=\s*[)\],;/])
        | (?:{_comparator("cmp5")}|\b(?:at|on|in|along|near))\s*{_THE}
            (?P<from5>{_NUMBER}(?:st|nd|rd|th))(?:{_TO}(?P<to5>{_NUMBER}(?:st|nd|rd|th)))?
            (?=\s*(?:[,.;)\n|]|$|and\b|or\b|for\s+(?:age|height|weight|length|head|gest|sex|gender)))
      )
      # -2.5 SD; 2 SD below the mean; -2 to -3 SDS; between -2 and -3 SD
      | (?:\bbetween\s+)?(?:{_comparator("cmp6")}\s*)?
        (?<![\w.])(?P<sign6>[{_DASH}+]\s?|(?:minus|plus)\s+)?
        (?P<from6>{_NUMBER}|{"|".join(_NUMBER_WORDS)})
        (?:(?:\s*{_SD})?(?:{_TO}|\s+and\s+)(?P<sign7>[{_DASH}+]\s?)?(?P<to6>{_NUMBER}))?
        \s*{_SD}{_SIDE}
      # z-score of -3.1; SDS -2.2; Z = -3
      | (?:\b(?:z[-\s]?scores?|S\.?D\.?S|SD[-\s]scores?|standard\s+deviation\s+scores?)\b
          |(?<=[\s(,;])[zZ](?=\s*(?:[=:]|[{_DASH}+]\s?\d))|\bSD(?=\s*[:=]?\s*[{_DASH}+]\s?\d))
        (?:\s+for\s+age)?\s*(?:\(?\s*SDS\s*\)?)?\s*(?:of|was|is|[:=,])?\s*
        (?:{_comparator("cmp8")}\s*)?(?P<sign8>[{_DASH}+]\s?|minus\s+)?
        (?P<from8>{_NUMBER})(?:{_TO}(?P<sign9>[{_DASH}+]\s?)?(?P<to8>{_NUMBER}))?(?![\w%]|\.\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LISTED = re.compile(
    rf"(?<![\w.,-])(?:{_comparator('cmp')}\s*)?{_THE}(?P<value>{_NUMBER}(?:st|nd|rd|th)?)"
    rf"(?=(?:\s*,\s*(?:{_THE})?{_NUMBER}(?:st|nd|rd|th)?)*\s*,?\s+and\s+{_THE}{_NUMBER}"
    rf"(?:st|nd|rd|th)?\s*{_CENTILE})",
    re.IGNORECASE,
)
"""One of several that share the unit of the last: "on the 25th and 50th centile"."""
_CUE = re.compile(
    r"centile|percent|%|[<>≤≥]\s?\d|\d\s?(?:st|nd|rd|th)\b|\bP\s?<?\s?\d|\bS\.?D|\bz\s?(?:[-\s]?score|[=:]|[-−–—‐‑+]\s?\d)|"
    r"deviation",
    re.IGNORECASE,
)
"""What every standing has: a cheap look before the dear one."""


def iter_standings(text: str) -> Iterator[Standing]:
    """Find every standing of a text, by ascending start; unreadable ones are left out.

    >>> [(s.low, s.high) for s in iter_standings("OFC 44 cm (−4 SD), length 72 cm (P10-P25)")]
    [(-4.0, -4.0), (10.0, 25.0)]
    """
    if _CUE.search(text) is None:
        return
    listed = [s for match in _LISTED.finditer(text) if (s := _listed(match)) is not None]
    ends = {s.end for s in listed}
    read = [s for match in _STANDING.finditer(text) if (s := _read(match)) is not None]
    read = [s for s in read if s.end not in ends]  # "on the 25th" is one of a list
    end = -1
    for standing in sorted([*read, *listed], key=lambda s: (s.start, -s.end)):
        of_age = standing.scale is Scale.CENTILE and _OF_AGE.match(text, standing.end)
        if standing.start >= end and not of_age:
            yield standing
            end = standing.end


def _listed(match: re.Match[str]) -> Standing | None:
    value = _number(match["value"])
    if value is None or value > 100:
        return None
    return _centile(match.start(), match.end(), match["cmp"], value, value, is_listed=True)


def _read(match: re.Match[str]) -> Standing | None:
    start = match.start() + len(match[0]) - len(match[0].lstrip())
    for number in ("1", "2", "3", "4", "5"):
        written = match[f"from{number}"]
        if written is None:
            continue
        comparator = None if number == "1" else match[f"cmp{number}"]
        if number == "3" and match["after3"]:
            comparator = match["after3"].strip()  # "P<3"
        unmarked = number == "4" and not (match["pct4"] or match["pct5"] or _has_suffix(written))
        if unmarked and (comparator is None or match["to4"] is not None):
            return None  # "(12)" may be anything
        low, high = _number(written), _number(match[f"to{number}"] or written)
        if low is None or high is None or max(low, high) > 100:
            return None
        if number == "3" and low < 1:
            return None  # a probability: "P 0.01"
        return _centile(start, match.end(), comparator, min(low, high), max(low, high))
    return _deviation(match, start)


def _centile(
    start: int,
    end: int,
    comparator: str | None,
    low: float,
    high: float,
    *,
    is_listed: bool = False,
) -> Standing:
    kind = _comparison(comparator)
    return Standing(
        start=start,
        end=end,
        scale=Scale.CENTILE,
        low=0 if kind in ("below", "at most") else low,
        high=100 if kind in ("above", "at least") else high,
        open_low=kind == "above",
        open_high=kind == "below",
        is_listed=is_listed,
    )


def _deviation(match: re.Match[str], start: int) -> Standing | None:
    number = "6" if match["from6"] is not None else "8"
    first = _number(match[f"from{number}"])
    second = _number(match[f"to{number}"] or match[f"from{number}"])
    if first is None or second is None or max(first, second) > MAX_SD:
        return None
    sign = _sign(match[f"sign{number}"])
    other = _sign(match["sign7" if number == "6" else "sign9"])
    kind = _comparison(match[f"cmp{number}"])
    side = (match["side"] or "").lower() if number == "6" else ""
    if side:
        is_down = side.startswith(("below", "under", "beneath", "less", "lower"))
        direction = -1 if is_down else 1
        ends = sorted((direction * first, direction * second))
        farther = kind in ("above", "at least")  # "more than 3 SD below" lies below -3
        if kind is None:
            low, high = ends
        elif farther == is_down:
            low, high = (-inf, ends[1]) if farther else (0.0, ends[1])
        else:
            low, high = (ends[0], inf) if farther else (ends[0], 0.0)
        return _of_sd(start, match.end(), low, high)
    if sign == 0 and number == "6":
        return None  # "4 SD" without a sign or a side
    sign = sign or 1
    ends = sorted((sign * first, (other or sign) * second))
    low = -inf if kind in ("below", "at most") else ends[0]
    high = inf if kind in ("above", "at least") else ends[1]
    if kind in ("above", "at least") and sign < 0 and number == "6" and ends[0] <= LOW_SD:
        return None  # "> -3 SD" is written for both "above" and "farther than"
    return _of_sd(start, match.end(), low, high)


def _of_sd(start: int, end: int, low: float, high: float) -> Standing:
    return Standing(start=start, end=end, scale=Scale.SD, low=low, high=high)


def _comparison(comparator: str | None) -> str | None:
    if comparator is None:
        return None
    folded = " ".join(comparator.lower().split())
    for kind, pattern in (
        ("at most", _AT_MOST),
        ("at least", _AT_LEAST),
        ("below", _BELOW),
        ("above", _ABOVE),
    ):
        if re.fullmatch(pattern, folded):
            return kind
    return None


def _has_suffix(written: str) -> bool:
    return not written.replace(".", "").replace(",", "").isdigit()


def _sign(written: str | None) -> int:
    written = (written or "").strip().lower()
    if not written:
        return 0
    return 1 if written in ("+", "plus") else -1


def _number(written: str | None) -> float | None:
    if written is None:
        return None
    folded = re.sub(r"[\s-]+", "-", written.strip().lower())
    if folded in _ORDINAL_WORDS:
        return float(_ORDINAL_WORDS[folded])
    if folded in _NUMBER_WORDS:
        return float(_NUMBER_WORDS[folded])
    match = re.match(r"\d{1,3}(?:[.,·]\d{1,3})?", written.strip())
    return float(match[0].replace(",", ".").replace("·", ".")) if match else None
