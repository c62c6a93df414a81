"""The value that is written behind a finding: "Seizures: no", "VSD -ve", "Nystagmus (+)"."""

from __future__ import annotations

import re
from typing import NamedTuple

from nosograph.engine.findings.mention import Assertion

__all__ = ["Value", "read_value"]

_NO = (
    r"no|nil|none|never|absent|negative|neg|denied|denies|"
    r"not\s+(?:present|seen|found|noted|detected)"
)
_YES = r"yes|present|positive|pos|confirmed"
_MINUS = r"[-−–]\s?ve\b|[-−–]"
_PLUS = r"\+\s?ve\b|\+{1,4}"
_END = r"(?=\s*(?:[.,;)/|\n]|$)|\s+[-–—•]\s|\s+[A-Z][\w ]{0,30}[:=])"
"""A value ends its item: "Seizures: no further fits" is none."""
_ALONE = r"(?!\s*(?:[-−–+±]|N/?[AD]\b|u\b))(?=\s*(?:[.,;)/|\n]|$))"
"""A sign ends its item too, and is no cell of a row of signs, one for each patient."""
_VALUE = re.compile(
    rf"""[^\S\n]*(?:
        [(\[]\s*(?:(?P<both1>\+\s?/\s?[-−–]|±|\?)|(?P<no1>{_NO}|{_MINUS})|(?P<yes1>{_YES}|{_PLUS}))\s*[)\]]
      | (?P<both2>\+\s?/\s?[-−–]|±){_ALONE}
      | (?:(?P<no2>{_MINUS}|\bnil\b|\bneg\b\.?)|(?P<yes2>{_PLUS}|\bpos\b\.?)){_ALONE}
      | [^\S\n]?[:=?|][^\S\n]*
            (?:(?P<no3>(?:{_NO})\b\.?|{_MINUS})|(?P<yes3>(?:{_YES}|y)\b\.?|{_PLUS})){_END}
      | [^\S\n]+(?:(?P<no5>no|none)|(?P<yes5>yes))(?=\s*(?:[.,;)\n]|$))
      | \s[-–—]\s(?:(?P<no4>(?:{_NO})\b)|(?P<yes4>(?:{_YES})\b)){_END}
    )""",
    re.VERBOSE | re.IGNORECASE,
)


class Value(NamedTuple):
    """What stands behind a finding."""

    assertion: Assertion
    """EXCLUDED, PRESENT or, for a sign that says both, UNCERTAIN."""
    start: int
    end: int


def read_value(text: str, end: int) -> Value | None:
    """Read the value of the finding that ends at an offset.

    >>> read_value("Seizures: no. Ataxia: yes.", 8).assertion.value
    'excluded'
    >>> read_value("Seizures: no further fits", 8) is None
    True
    """
    match = _VALUE.match(text, end, min(len(text), end + 80))
    if match is None:
        return None
    kind = str(match.lastgroup).rstrip("12345")
    start, stop = match.span(match.lastgroup or 0)
    assertion = {"no": Assertion.EXCLUDED, "yes": Assertion.PRESENT, "both": Assertion.UNCERTAIN}
    return Value(assertion[kind], start, stop)
