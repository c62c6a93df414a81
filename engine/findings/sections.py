"""Sections of a note: stretches under a header that says what the findings in them are."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from nosograph.engine.findings.mention import Assertion

__all__ = ["Section", "find_sections"]

_HEADER = re.compile(
    r"(?P<before>^|\n|[.;]\s)[^\S\n]*(?:[-*•#]+\s*|\d{1,2}[.)]\s*)?"
    r"(?P<header>[A-Za-z]{1,30}(?:[ /&-]{1,3}[A-Za-z]{1,30}){0,5})"
    r"(?P<colon>[^\S\n]*:|[^\S\n]*(?=\n|$))"
)


class Section(NamedTuple):
    """From the end of a header to the next header."""

    start: int
    end: int
    assertion: Assertion | None
    """What a finding in it is, if its own sentence says nothing."""
    header: str


def find_sections(text: str) -> tuple[Section, ...]:
    """Find the headers of a note, known by name or by standing alone in capitals.

    >>> note = "Family history: migraine in the mother. Examination: hypotonia."
    >>> [(s.header, s.assertion) for s in find_sections(note)]
    [('Family history', <Assertion.FAMILY_MEMBER: 'family_member'>), ('Examination', None)]
    """
    opened: list[tuple[int, int, Assertion | None, str]] = []
    for match in _HEADER.finditer(text):
        header = match["header"]
        name = " ".join(header.casefold().split())
        known = name in _headers()
        at_line_start = match["before"] in ("", "\n")
        if not match["colon"].strip() and not (known and at_line_start):
            continue  # a line without a colon is a header only if we know it
        if known or (at_line_start and header.isupper()):
            assertion = _headers().get(name)
            opened.append((match.start("header"), match.end(), assertion, header))
    ends = [*(start for start, _, _, _ in opened[1:]), len(text)]
    return tuple(
        Section(start, end, assertion, header)
        for (_, start, assertion, header), end in zip(opened, ends, strict=False)
    )


@cache
def _headers() -> Mapping[str, Assertion | None]:
    path = files(__package__).joinpath("sections.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        header: None if kind == "none" else Assertion(kind)
        for kind, table in data.items()
        for header in table["headers"]
    }
