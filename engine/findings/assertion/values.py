"""The value that is written behind a finding: "Seizures: no", "VSD -ve", "Nystagmus (+)", "n/a"."""

from __future__ import annotations

import re
from typing import NamedTuple

from nosograph.engine.findings.assertion.signs import of_empty_box
from nosograph.engine.findings.mention import Assertion

__all__ = ["Value", "read_value"]

_NO = (
    r"no|nil|none|never|absent|negative|neg|denied|denies|"
    r"not\s+(?:present|seen|found|noted|detected)"
)
_YES = r"yes|present|positive|pos|confirmed"
_OPEN = (
    r"n/a|(?:status\s+)?unknown|(?:not|never)\s+(?:yet\s+)?(?:been\s+)?(?:assessed|tested|examined|evaluated|checked|done|"
    r"known|recorded|applicable|available|measured|performed|determined|asked|ascertained|assessable|testable|"
    r"documented|looked\s+for)"
)
"""Nobody looked: neither there nor not there."""
_MINUS = r"[-−–]\s?ve\b|[-−–]"
_PLUS = r"\+\s?ve\b|\+{1,4}"
_END = r"(?=\s*(?:[.,;)/|\n]|$)|\s+[-–—•]\s|\s+[A-Z][\w ]{0,30}[:=])"
"""A value ends its item: "Seizures: no further fits" is none."""
_ALONE = r"(?!\s*(?:[-−–+±]|N/?[AD]\b|u\b))(?=\s*(?:[.,;)/|\n]|$))"
"""A sign ends its item too, and is no cell of a row of signs, one for each patient."""
_VALUE = re.compile(
    rf"""[^\S\n]*(?:
        [(\[]\s*(?:(?P<both1>\+\s?/\s?[-−–]|±|\?)|(?P<no1>{_NO}|{_MINUS}|0)|(?P<yes1>{_YES}|{_PLUS})
            |(?P<open1>{_OPEN}))\s*[)\]]
      | (?P<both2>\+\s?/\s?[-−–]|±){_ALONE}
      | [^\S\n]?[:=][^\S\n]*(?P<both3>\+\s?/\s?[-−–]|±){_ALONE}
      | [^\S\n]?[:=?|][^\S\n]*(?P<open6>(?:yes|y)\s?/\s?(?:no|n)){_END}
      | (?:(?P<no2>{_MINUS}|\bnil\b|\bneg\b\.?)|(?P<yes2>{_PLUS}|\bpos\b\.?)){_ALONE}
      | (?:(?P<no6>[✗✘]|[-−–]\s?ve\b)|(?P<yes6>[✓✔☑☒]|\+\s?ve\b))
      | [^\S\n]?[:=?|][^\S\n]*
            (?:(?P<no3>(?:{_NO}|n(?!/))\b\.?|{_MINUS})|(?P<yes3>(?:{_YES}|y)\b\.?|{_PLUS})){_END}
      | [^\S\n]?[:=?|][^\S\n]*(?P<open3>{_OPEN})\b(?:(?=\s*\()|{_END})
      | [^\S\n]+(?:(?P<no5>no|none)|(?P<yes5>yes)|(?P<open5>{_OPEN}))(?=\s*(?:[.,;)\n]|$))
      | \s[-–—]\s(?:(?P<no4>(?:{_NO})\b)|(?P<yes4>(?:{_YES})\b)|(?P<open4>{_OPEN})){_END}
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_BOX = r"(?:\[\s?(?P<tick{0}>[xX✓✔])?\s?\]|(?P<ticked{0}>[☑☒])|☐)"
_BOXES = re.compile(
    rf"""[^\S\n]*[:?]?[^\S\n]*(?:
        {_BOX.format(1)}[^\S\n]*(?P<word1>yes|no|y|n)\b
            (?:[^\S\n/,]*{_BOX.format(2)}[^\S\n]*(?P<word2>yes|no|y|n)\b)?
      | (?P<word3>yes|no|y|n)[^\S\n]*{_BOX.format(3)}
            (?:[^\S\n/,]*(?P<word4>yes|no|y|n)[^\S\n]*{_BOX.format(4)})?
      | {_BOX.format(5)}
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_HAS_BOX = re.compile(r"[^\S\n]*[:?]?[^\S\n]*(?:yes|no|y|n)?[^\S\n]*[\[☐☑☒]", re.IGNORECASE)
_CODE = re.compile(r"[^\S\n]+(?P<code>N|0)(?=[^\S\n]*(?:[,;\n]|\.(?!\w)|$))")
_PAIR = {
    "N": re.compile(r"(?<=[^\W\d_])[^\S\n]+[YN](?=[^\S\n]*(?:[.,;\n]|$))"),
    "0": re.compile(
        r"(?<!grade)(?<!stage)(?<!type)(?<!score)(?<!table)(?<!day)(?<=[^\W\d_])"
        r"[^\S\n]+(?:[01]|[123]?\+{1,3})(?=[^\S\n]*(?:[,;\n]|$|\.(?!\d)))"
    ),
}
"""Another finding of the list with a letter or figure of the same kind."""
_LIST = 200


class Value(NamedTuple):
    """What stands behind a finding."""

    assertion: Assertion
    """EXCLUDED, PRESENT, UNCERTAIN for a sign that says both, HYPOTHETICAL where nobody looked."""
    start: int
    end: int


def read_value(text: str, end: int) -> Value | None:
    """Read the value of the finding that ends at an offset.

    >>> read_value("Seizures: no. Ataxia: yes.", 8).assertion.value
    'excluded'
    >>> read_value("Seizures: no further fits", 8) is None
    True
    >>> read_value("Cataract: not tested", 8).assertion.value
    'hypothetical'
    """
    stop = min(len(text), end + 80)
    if _HAS_BOX.match(text, end, stop):
        boxes = _BOXES.match(text, end, stop)
        if boxes is not None:
            return _of_boxes(text, boxes)
    match = _VALUE.match(text, end, stop)
    if match is None:
        return _of_code(text, end)
    kind = str(match.lastgroup).rstrip("123456")
    assertion = {
        "no": Assertion.EXCLUDED,
        "yes": Assertion.PRESENT,
        "both": Assertion.UNCERTAIN,
        "open": Assertion.HYPOTHETICAL,
    }
    return Value(assertion[kind], *match.span(match.lastgroup or 0))


def _of_boxes(text: str, match: re.Match[str]) -> Value:
    """The word whose box is ticked; a form with two empty boxes was not filled in."""
    words = [
        (match[f"word{i}"].casefold(), bool(match[f"tick{i}"] or match[f"ticked{i}"]))
        for i in (1, 2, 3, 4)
        if match[f"word{i}"]
    ]
    if not words:
        ticked = match["tick5"] or match["ticked5"]
        said = Assertion.PRESENT if ticked else of_empty_box(text, match.start())
        return Value(said, *match.span())
    chosen = {word[0] for word, ticked in words if ticked}
    said = Assertion.HYPOTHETICAL
    if len(chosen) == 1:
        said = Assertion.PRESENT if chosen == {"y"} else Assertion.EXCLUDED
    return Value(said, *match.span())


def _of_code(text: str, end: int) -> Value | None:
    """A lone N or 0: an exclusion in a list of such letters or figures, elsewhere unreadable."""
    match = _CODE.match(text, end)
    if match is None:
        return None
    pair = _PAIR[match["code"]]
    in_list = pair.search(text, max(0, end - _LIST), end) or pair.search(
        text, match.end(), match.end() + _LIST
    )
    return Value(Assertion.EXCLUDED if in_list else Assertion.HYPOTHETICAL, *match.span("code"))
