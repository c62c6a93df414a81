"""Which part of an article reports its patients.

The introduction and the discussion tell what the disease is like in general, and of patients of
other papers; a diagnosis that is read from them is told, not made.
"""

from __future__ import annotations

import re

__all__ = ["report_part"]

_BEGINS = re.compile(
    r"^[ \t]*(?:\d+\.?[ \t]*)?(?:results|findings|case(?:s| (?:report|presentation|description)s?)|"
    r"patients?(?: and methods)?|subjects|clinical (?:reports?|features|description|findings|data))"
    r"\b[^\n]{0,40}$",
    re.IGNORECASE | re.MULTILINE,
)
_ENDS = re.compile(
    r"^[ \t]*(?:\d+\.?[ \t]*)?(?:discussion|references|acknowledge?ments?|supporting information)"
    r"\b[^\n]{0,30}$",
    re.IGNORECASE | re.MULTILINE,
)


def report_part(text: str) -> str:
    r"""The text from its first heading of a report to that of its last discussion.

    >>> report_part("Introduction\nAtaxia is common.\nCase report\nA boy fell.\nDiscussion\nSo.")
    'Case report\nA boy fell.\n'
    >>> report_part("A boy fell.")
    'A boy fell.'

    Args:
        text: Of an article; without such headings it is given back as it is.
    """
    endings = list(_ENDS.finditer(text))
    bodies = [m for m in endings if m[0].strip().lower().lstrip("0123456789. ").startswith("disc")]
    ends = [ending.start() for ending in bodies[-1:] or endings[:1]]
    end = min(ends, default=len(text))
    beginning = _BEGINS.search(text, 0, end)
    return text[beginning.start() if beginning is not None else 0 : end]
