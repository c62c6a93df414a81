"""Signs and boxes that stand before a finding: "(+) ataxia (-) tremor", "[x] Ataxia"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from nosograph.engine.findings.mention import Assertion

__all__ = ["Sign", "leading_signs", "of_empty_box"]

_DASHES = "-−–"
_SIGN = re.compile(
    rf"""(?<![^\s,;:/|])(?:
        (?P<box>\[\s?(?P<tick>[xX✓✔])?\s?\]) | (?P<empty>☐) | (?P<ticked>[☑☒])
      | (?P<yes>[✓✔]) | (?P<no>[✗✘])
      | \(\s?(?:(?P<plus1>\+)|[{_DASHES}])(?:\s?ve)?\s?\)(?:\s?ve\b)?(?:\s+for\b)?
      | (?:(?P<plus2>\+)|[{_DASHES}])\s?(?P<ve>ve)\b(?:\s+for\b)?
      | (?P<bare>\+{{1,3}}(?=[^\S\n]?[^\W\d_])|[{_DASHES}](?=[^\S\n]?[^\W\d_]))
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_ANY_SIGN = re.compile(r",[^\S\n]+[-−–][^\S\n]|[+\[☐☑☒✓✔✗✘]|\(\s?[-−–]|[-−–]\s?ve\b")
_WORD_BEFORE = re.compile(r"[^\s,;:/|•*][^\S\n]*$")
_COLON_BEFORE = re.compile(r":[^\S\n]*$")
_LISTED = re.compile(r"[,;:]\s*$")
_COMMA_MINUS = re.compile(r",[^\S\n]+[-−–][^\S\n]")
"""A minus and no dash where no finding comes before it: "warm, - edema, - rash"."""
_AFTER_COMMA = re.compile(r",[^\S\n]+$")
_SPACED_PLUS = re.compile(r"(?:[,;:]\s*|^)\+\s+\w")
_PLUS_LINE = re.compile(r"[^\S\n]*\+{1,3}[^\S\n]?[^\W\d_]")
_TICKED = re.compile(r"\[\s?[xX✓✔]\s?\]|[☑☒✓✔]")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_FORM = 400
"""Characters on either side in which a ticked box shows that a form was filled in."""


class Sign(NamedTuple):
    """A sign whose finding follows."""

    start: int
    end: int
    assertion: Assertion
    """EXCLUDED, PRESENT or, for a box of a form that nobody filled in, HYPOTHETICAL."""
    one_item: bool
    """Whether it is said of the next item only: "-tremor, rigidity", but "(-) tremor, rigidity"."""


def leading_signs(
    text: str, start: int, end: int, *, spans: Sequence[tuple[int, int]]
) -> tuple[Sign, ...]:
    """The signs of a sentence, if its first one precedes what it is said of.

    >>> note = "(+) ataxia (-) tremor"
    >>> [(s.start, s.assertion.value) for s in leading_signs(note, 0, 21, spans=[(4, 10)])]
    [(0, 'present'), (11, 'excluded')]
    >>> leading_signs("ataxia (+) tremor (-)", 0, 21, spans=[(0, 6)])
    ()

    Args:
        text: The note.
        start: Where the sentence begins.
        end: Where it ends.
        spans: Its findings.
    """
    if _ANY_SIGN.search(text, start, end) is None and not _is_sign_line(text, start):
        return ()
    minus = _COMMA_MINUS.search(text, start, end)
    is_minus = minus is not None and not any(last <= minus.start() for _, last in spans)
    found = [
        m
        for m in _SIGN.finditer(text, start, end)
        if (is_minus and _AFTER_COMMA.search(text, max(start, m.start() - 4), m.start()))
        or not _is_dash(text, m, start, end)
    ]
    if not found:
        return ()
    first = found[0].start()
    if _WORD_BEFORE.search(text, max(start, first - 3), first):
        return ()
    colon = _COLON_BEFORE.search(text, max(start, first - 3), first)
    if colon is not None and any(span_end == colon.start() for _, span_end in spans):
        return ()  # "Nystagmus: (-) since birth"
    return tuple(
        Sign(m.start(), m.end(), _said(text, m), bool(m["bare"] or m["ve"])) for m in found
    )


def of_empty_box(text: str, at: int) -> Assertion:
    """An empty box excludes where others of its form are ticked; else nobody filled it in.

    >>> of_empty_box("[ ] Ataxia [x] Tremor", 0).value, of_empty_box("[ ] Ataxia", 0).value
    ('excluded', 'hypothetical')
    """
    window = text[max(0, at - _FORM) : at + _FORM]
    here = min(at, _FORM)
    before = _BLANK_LINE.split(window[:here])[-1]
    after = _BLANK_LINE.split(window[here:], maxsplit=1)[0]
    return Assertion.EXCLUDED if _TICKED.search(before + after) else Assertion.HYPOTHETICAL


def _said(text: str, match: re.Match[str]) -> Assertion:
    if match["empty"] or (match["box"] and not match["tick"]):
        return of_empty_box(text, match.start())
    affirms = ("tick", "ticked", "yes", "plus1", "plus2")
    if any(match[name] for name in affirms) or (match["bare"] or "").startswith("+"):
        return Assertion.PRESENT
    return Assertion.EXCLUDED


def _is_dash(text: str, match: re.Match[str], start: int, end: int) -> bool:
    """Whether a bare minus is a dash or the mark of a list item."""
    if not match["bare"] or match["bare"].startswith("+"):
        return False
    if _is_sign_line(text, match.start()):
        return False
    if not text[match.end() : match.end() + 1].isspace():
        return "+" not in text[start:end]
    listed = _LISTED.search(text, max(start, match.start() - 3), match.start()) is not None
    return not (listed and _SPACED_PLUS.search(text, start, end))  # ", - fever, + headache"


def _is_sign_line(text: str, at: int) -> bool:
    """Whether a line that begins with a minus stands beside one that begins with a plus."""
    if text[at : at + 1] not in _DASHES or not text[at : at + 1]:
        return False
    line_start = text.rfind("\n", max(0, at - 4), at) + 1
    if text[line_start:at].strip() or (line_start == 0 and at > 4):
        return False
    following = text.find("\n", at, at + 200)
    if following >= 0 and _PLUS_LINE.match(text, following + 1):
        return True
    previous = text.rfind("\n", max(0, line_start - 200), max(0, line_start - 1)) + 1
    return line_start > 0 and _PLUS_LINE.match(text, previous, line_start) is not None
