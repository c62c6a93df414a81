"""Words that say that a finding is absent: "intact palate", "ammonia not elevated"."""

from __future__ import annotations

import re
from dataclasses import replace

from nosograph.engine.findings.mention import Assertion, Mention

__all__ = ["absence_read", "says_absence"]

ABSENCE_KIND = "normal"
"""`Mention.match_kind` of such words."""
_DENIED = re.compile(
    r"\b(?:not|never|isn['’]t|wasn['’]t|aren['’]t|weren['’]t)\s+(?:\w+ly\s+)?(?:elevated|raised|increased|"
    r"decreased|reduced|enlarged|prolonged|delayed|dilated|impaired|thickened|low|high|abnormal|"
    r"present|seen|noted|found|detected|palpable)$",
    re.IGNORECASE,
)
"""A change that did not happen, at the end of the words of its finding."""
_LABEL_DENIES = re.compile(r"\b(?:no|not|never|absen\w+|non)\b", re.IGNORECASE)
_BEGINS = re.compile(
    r"(?:normal|intact|full|clear|symmetric(?:al)?|age-appropriate)\b", re.IGNORECASE
)
_NEXT_ITEM = re.compile(r"(?:,|\b(?:and|but|with))\s+$", re.IGNORECASE)
_OF_ANOTHER = (Assertion.FAMILY_MEMBER, Assertion.HYPOTHETICAL)


def absence_read(mention: Mention) -> Mention:
    """What is said of a finding by words that say that it is absent.

    Said of the patient, now or before, it is excluded. Where a negation or a doubt stands before
    the words ("not quite normal"), nobody knows: it is left open, and is no evidence.

    >>> from nosograph.ontologies.term import TermId
    >>> mention = Mention(start=0, end=13, text="intact palate", term_id=TermId("HP:0000175"),
    ...                   label="Cleft palate", match_kind="normal")
    >>> absence_read(mention).assertion.value
    'excluded'

    Args:
        mention: With the assertion that its words would have as the name of a finding.
    """
    if mention.assertion in _OF_ANOTHER:
        return mention
    denied = _DENIED.search(mention.text)
    if denied is not None and not _LABEL_DENIES.search(mention.label):
        is_said = mention.assertion is Assertion.PRESENT
        return (
            replace(mention, assertion=Assertion.EXCLUDED, trigger=denied[0])
            if is_said
            else mention
        )
    if mention.match_kind != ABSENCE_KIND:
        return mention
    if mention.assertion in (Assertion.PRESENT, Assertion.HISTORY) and not mention.discounted:
        return replace(mention, assertion=Assertion.EXCLUDED, trigger=mention.text)
    return replace(mention, assertion=Assertion.UNCERTAIN, discounted=True)


def says_absence(text: str, span: tuple[int, int], *, start: int) -> bool:
    """Whether a finding is put as normal and is an item of its own, which no "no" before denies.

    >>> note = "He has no seizures and normal intelligence."
    >>> says_absence(note, (23, 42), start=0), says_absence("No normal gait.", (3, 14), start=0)
    (True, False)

    Args:
        text: The note.
        span: Where the finding stands.
        start: Where its sentence begins.
    """
    if _BEGINS.match(text, span[0], span[1]) is None:
        return False
    return _NEXT_ITEM.search(text[max(start, span[0] - 8) : span[0]]) is not None
