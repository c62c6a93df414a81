"""A note as it is meant to be read: markup, broken lines and loose accents put right.

Readers see clean text; what they find is told in places of the note as it was given.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

from nosograph.engine.findings.measurements.quantity import Quantity
from nosograph.engine.findings.mention import Mention

__all__ = ["ReadableText"]

_Found = TypeVar("_Found", Mention, Quantity)

_BLOCK = (
    r"</?(?:p|li|tr|br|div|h[1-6]|ul|ol|dl|dt|dd|table|tbody|thead|section|article)\b[^<>]{0,200}>"
)
_CELL = r"<t[dh]\b[^<>]{0,200}>"
_INLINE = r"</?(?:b|i|u|em|strong|span|a|font|small|su[bp]|mark|code|td|th)\b[^<>]{0,200}>"
_REWRITTEN = re.compile(
    rf"""(?P<block>{_BLOCK}|\r\n?|[\u2028\u2029\x0b\x0c])
      | (?P<cell>{_CELL})
      | (?P<inline>{_INLINE}|\u00ad|&shy;)
      | (?P<entity>&(?:amp|lt|gt|nbsp|quot|apos|[aou]uml|szlig|\#\d{{1,6}}|\#x[0-9a-f]{{1,5}});)
      | (?P<broken>(?<=[a-z])[-‐]\n[^\S\n]*(?=[a-z]))
      | (?P<accents>[^\W\d_][\u0300-\u036f\u3099\u309a]+)""",
    re.VERBOSE | re.IGNORECASE,
)
_HAS_SOME = re.compile(r"[<&\r\u00ad\u2028\u2029\x0b\x0c\u0300-\u036f\u3099\u309a]|[-‐]\n")


class ReadableText(NamedTuple):
    """A text as it is read, and where each part of it stands in the text as it was given."""

    text: str
    given: str
    starts: Sequence[int] = ()
    """Where pieces begin in `text`, ascending; empty if nothing was rewritten."""
    given_starts: Sequence[int] = ()
    """Where the same pieces begin in `given`."""
    copied: Sequence[bool] = ()
    """Whether a piece stands there as it is."""

    @classmethod
    def of(cls, given: str) -> ReadableText:
        r"""Rewrite a text where its readers would stumble.

        >>> ReadableText.of("<p>No fits</p><p>Myopia</p>").text
        '\nNo fits\n\nMyopia\n'
        >>> ReadableText.of("hearing impair-\nment").text
        'hearing impair-ment'
        """
        if not _HAS_SOME.search(given):
            return cls(given, given)
        pieces: list[str] = []
        starts: list[int] = []
        given_starts: list[int] = []
        copied: list[bool] = []
        length = at = 0

        def add(piece: str, start: int, *, as_is: bool) -> None:
            nonlocal length
            starts.append(length)
            given_starts.append(start)
            copied.append(as_is)
            pieces.append(piece)
            length += len(piece)

        for match in _REWRITTEN.finditer(given):
            add(given[at : match.start()], at, as_is=True)
            add(_rewritten(match), match.start(), as_is=False)
            at = match.end()
        add(given[at:], at, as_is=True)
        return cls("".join(pieces), given, starts, given_starts, copied)

    def in_given(self, found: Sequence[_Found]) -> tuple[_Found, ...]:
        """The same mentions or quantities, in places of the text as it was given."""
        if not self.starts:
            return tuple(found)
        moved = []
        for one in found:
            start, end = self._given_start(one.start), self._given_end(one.end)
            moved.append(replace(one, start=start, end=end, text=self.given[start:end]))
        return tuple(moved)

    def _given_start(self, at: int) -> int:
        piece = bisect_right(self.starts, at) - 1
        inside = at - self.starts[piece] if self.copied[piece] else 0
        return self.given_starts[piece] + inside

    def _given_end(self, end: int) -> int:
        piece = bisect_right(self.starts, end - 1) - 1
        if self.copied[piece]:
            return self.given_starts[piece] + end - self.starts[piece]
        return self.given_starts[piece + 1]


def _rewritten(match: re.Match[str]) -> str:
    if match["block"]:
        return "\n"
    if match["cell"]:
        return " | "
    if match["entity"]:
        return html.unescape(match[0])
    if match["broken"]:
        return "-"
    return unicodedata.normalize("NFC", match[0]) if match["accents"] else ""
