"""Sections of a note: stretches under a header that says what the findings in them are."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from nosograph.engine.findings.mention import Assertion

__all__ = ["Section", "find_sections", "is_request"]

_HEADER = re.compile(
    r"(?P<before>^|\n|[.;]\s)[^\S\n]*(?:[-*•#]+\s*|\d{1,2}[.)]\s*)?"
    r"(?P<header>[A-Za-z]{1,30}(?:[ /&-]{1,3}[A-Za-z]{1,30}){0,5})"
    r"(?P<colon>[^\S\n]*:|[^\S\n]*(?=\n|$))"
)


_FIRST_SENTENCE = re.compile(r"[^.\n]*\.(?=\s)")
_HEALTHY = re.compile(
    r"^(?!.*\b(?:with|has|had|but|except)\b).*\b(?:healthy|well|unaffected|nil|none|n/a|unrelated|"
    r"(?:non-?)?consanguineous|alive|unremarkable)\b",
    re.IGNORECASE,
)
_NEXT_LINE = re.compile(r"[^\S\n]*\n(?![^\S\n]*[a-z])")
_UNFINISHED = re.compile(r"(?:,|\b(?:and|or|with|of|the|a))$", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*(?P<bullet>[-*•#]|\d{1,2}[.)]\s)?")


class Section(NamedTuple):
    """From the end of a header to the next header, or to an empty line; see `find_sections`."""

    start: int
    end: int
    assertion: Assertion | None
    """What a finding in it is, if its own sentence says nothing."""
    header: str


def find_sections(text: str) -> tuple[Section, ...]:
    """Find the headers of a note, known by name or by standing alone in capitals.

    A section that says something of its findings and begins in the header's own line ends at the
    first empty line: what follows is another paragraph. So does a family history below its header,
    unless a list goes on behind the empty line. What is said of one relative ("Mother: migraine")
    ends with its line, unless it is part of a family history that began above it. Advice and
    differentials in the header's own line end with their first sentence.

    >>> note = "Family history: migraine in the mother. Examination: hypotonia."
    >>> [(s.header, s.assertion) for s in find_sections(note)]
    [('Family history', <Assertion.FAMILY_MEMBER: 'family_member'>), ('Examination', None)]
    """
    opened: list[tuple[int, int, Assertion | None, str, bool]] = []
    for match in _HEADER.finditer(text):
        header = match["header"]
        name = " ".join(header.casefold().split())
        known = name in _headers()
        at_line_start = match["before"] in ("", "\n")
        if not match["colon"].strip() and (
            not (known and at_line_start) or name in _names("advice")
        ):
            continue  # a line without a colon is a header only if we know it for one
        if known or (at_line_start and header.isupper()):
            assertion = _headers().get(name)
            opened.append((match.start("header"), match.end(), assertion, header, at_line_start))
    ends = [*(start for start, *_ in opened[1:]), len(text)]
    sections = []
    in_family = False
    for (_, start, assertion, header, at_line_start), end in zip(opened, ends, strict=False):
        inline = _is_inline(text, start, end)
        name = " ".join(header.casefold().split())
        if inline and name in _names("advice", "uncertain"):
            first = _FIRST_SENTENCE.match(text, start, end)
            stop = first.end() if first is not None else end
            stop = _end(text, start, stop, assertion=assertion, inline=inline)
        elif name not in _names("relative"):
            in_family = assertion is Assertion.FAMILY_MEMBER and not inline
            stop = _end(text, start, end, assertion=assertion, inline=inline)
        elif inline and not in_family:
            stop = _line_end(text, start, end, at_line_start=at_line_start)
        else:
            stop = _end(text, start, end, assertion=assertion, inline=inline)
        sections.append(Section(start, stop, assertion, header))
    return tuple(sections)


def is_request(header: str) -> bool:
    """Whether a header says what is asked: "Reason for referral"."""
    return " ".join(header.casefold().split()) in _names("request")


def _is_inline(text: str, start: int, end: int) -> bool:
    """Whether a section begins in its header's own line."""
    line_end = text.find("\n", start, end)
    return bool(text[start : line_end if line_end >= 0 else end].strip())


def _line_end(text: str, start: int, end: int, *, at_line_start: bool) -> int:
    """The end of a relative's line, and of those that go on with its sentence.

    In the midst of a line, or where the relative is healthy, it is the end of the sentence.
    """
    first = _FIRST_SENTENCE.match(text, start, end)
    if first is not None and (not at_line_start or _HEALTHY.search(first[0])):
        end = first.end()
    for match in _NEXT_LINE.finditer(text, start, end):
        if not _UNFINISHED.search(text, max(start, match.start() - 8), match.start()):
            return match.start()
    return end


def _end(text: str, start: int, end: int, *, assertion: Assertion | None, inline: bool) -> int:
    if assertion is None:
        return end
    if not inline and assertion is not Assertion.FAMILY_MEMBER:
        return end
    content = start
    while content < end and text[content].isspace():
        content += 1
    for blank in _BLANK_LINE.finditer(text, content, end):
        if inline or not blank["bullet"]:
            return blank.start()
    return end


@cache
def _headers() -> Mapping[str, Assertion | None]:
    path = files(__package__).joinpath("sections.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    kinds = {
        "none": None,
        "request": None,
        "relative": Assertion.FAMILY_MEMBER,
        "advice": Assertion.HYPOTHETICAL,
    }
    return {
        header: kinds[kind] if kind in kinds else Assertion(kind)
        for kind, table in data.items()
        for header in table["headers"]
    }


@cache
def _names(*kinds: str) -> frozenset[str]:
    """The headers of some kinds."""
    path = files(__package__).joinpath("sections.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return frozenset(header for kind in kinds for header in data[kind]["headers"])
