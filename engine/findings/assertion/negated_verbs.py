"""Verbs whose negation decides: "has never been documented", "have not occurred", "to be excluded".

What *not* does depends on the verb. A finding that was not seen is excluded, one that was not
confirmed is doubted, one that was not excluded is possible, one that has not recurred is over, one
that was not assessed is open; one that has not improved is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nosograph.engine.findings.assertion.triggers import Direction, Hit, Rule
from nosograph.engine.findings.mention import Assertion

__all__ = ["find_negated_verbs"]

_ADVERB = (
    r"(?:\s+(?:yet|ever|so\s+far|to\s+date|since|again|also|first|now|all|"
    r"(?!typically|usually|commonly|frequently|generally|consistently|only|previously|formally|always)"
    r"[a-z]{3,12}ly))"
)
_NOT = r"(?:\s+(?:not|never)|n['’]t)"
_BE = (
    rf"(?:(?:is|was|are|were){_NOT}"
    rf"|(?:has|have|had|could|can|will|would){_NOT}{_ADVERB}{{0,2}}\s+be(?:en)?"
    rf"|cannot\s+be|(?:not|never){_ADVERB}{{0,2}}\s+been)"
)
_BUT = r"(?:\bbut\s+(?:now\s+|later\s+)?(?:it\s+|they\s+|these\s+)?)?"
"""Goes on about the same finding: "was suspected but has not been confirmed"."""
_PASSIVE = rf"\b{_BE}{_ADVERB}{{0,2}}\s+"
_ACTIVE = rf"\b(?:has|have|had|did|does|do|could){_NOT}{_ADVERB}{{0,2}}\s+"
_CLAUSE_END = r"(?=\s*(?:[.;,):\n]|$)|\s+(?:and|but|at|in|since|on|by|during|so|after|with)\b)"
_FOUND = (
    r"(?:documented|recorded|observed|noted|noticed|seen|found|identified|detected|demonstrated|"
    r"elicited|witnessed|reported|described|appreciated|diagnosed|encountered|discovered|shown|"
    r"evidenced|part\s+of\s+(?:the|his|her)\s+(?:clinical\s+)?"
    r"(?:picture|phenotype|presentation|history)|"
    r"(?:an?\s+|any\s+)?(?:feature|component|finding|symptom|complaint)s?)(?!\s+as\b)"
)
_OCCUR = (
    r"(?:occur(?:red)?|happen(?:ed)?|appear(?:ed)?|aris(?:e|en)|emerged?|ensued?|set\s+in|"
    r"manifest(?:ed)?)"
)
_TRANSITIVE = (
    r"(?:show(?:n|ed)?|reveal(?:ed)?|demonstrated?|document(?:ed)?|record(?:ed)?|display(?:ed)?|"
    r"exhibit(?:ed)?|experienced?|suffer(?:ed)?(?:\s+from)?|complain(?:ed)?\s+of|detect(?:ed)?|identif(?:y|ied)|"
    r"manifest(?:ed)?|develop(?:ed)?|present(?:ed)?\s+with)"
)
_EXCLUDED_WORD = r"(?:excluded|ruled\s+out)"
_OPEN = (
    r"(?:assessed|tested|examined|evaluated|checked|asked\s+about|measured|determined|assessable|"
    r"looked\s+for|ascertained|investigated)"
)
_PERSON = (
    r"(?:s?he|they|(?:the\s+)?(?:patient|parents?|mother|father|mum|mom|dad|family|boy|girl|child))"
)
_OVER = (
    r"(?:remitted|abated|vanished|subsided|faded(?:\s+away)?|cleared(?:\s+up)?|settled|dissipated)"
)
_GONE = (
    r"(?:palpable|audible|visible|detectable|measurable|demonstrable|discernible|felt|heard|noticeable|"
    r"symptomatic|active|elicited|reported|required?|occurring|happening|troublesome)"
)
_PATTERNS: tuple[tuple[str, Assertion, Direction, int, bool], ...] = (
    # The words, what they say, on which side, within how many words, and whether taken back.
    (
        rf"{_PASSIVE}{_FOUND}\s+to\s+(?:have|be|show|suffer\s+from|exhibit)",
        Assertion.EXCLUDED,
        Direction.AFTER,
        0,
        False,
    ),
    (
        rf"\b(?:not|never){_ADVERB}?\s+(?:been\s+)?known\s+(?:to\s+(?:have|suffer\s+from|be(?!\s+(?:related|associated|due|caused|linked)))|for)",
        Assertion.EXCLUDED,
        Direction.AFTER,
        0,
        False,
    ),
    (rf"{_BUT}{_PASSIVE}{_FOUND}(?!\s+to\b)", Assertion.EXCLUDED, Direction.BEFORE, 0, False),
    (rf"{_BUT}{_ACTIVE}{_OCCUR}{_CLAUSE_END}", Assertion.EXCLUDED, Direction.BEFORE, 0, False),
    (
        rf"{_BUT}{_ACTIVE}develop(?:ed)?(?=\s*(?:[.;,)]|$))",
        Assertion.EXCLUDED,
        Direction.BEFORE,
        0,
        False,
    ),
    (rf"{_ACTIVE}{_TRANSITIVE}", Assertion.EXCLUDED, Direction.AFTER, 0, False),
    (
        rf"\bnor\s+(?:has|have|had|did|does|do|is|was|were)\s+{_PERSON}(?:\s+ever)?(?:\s+(?:been|had|have|experienced?|develop(?:ed)?|suffer(?:ed)?(?:\s+from)?|shown?|report(?:ed)?))?",
        Assertion.EXCLUDED,
        Direction.AFTER,
        0,
        False,
    ),
    (
        r"\b(?:has|have|had)\s+yet\s+to\s+(?:have|develop|experience|show|suffer|manifest)",
        Assertion.EXCLUDED,
        Direction.AFTER,
        0,
        False,
    ),
    (
        rf",?\s*\b(?:which|that|all\s+of\s+which|both\s+of\s+which)\s+{_PERSON}\s+(?:also\s+|has\s+|have\s+|all\s+)?(?:denie[sd]|deny)",
        Assertion.EXCLUDED,
        Direction.BEFORE,
        0,
        False,
    ),
    (
        rf",?\s*\b{_PERSON}\s+(?:denie[sd]|deny)\s+(?:it|this|these|them|all|both|having\s+(?:it|this|these|them)){_CLAUSE_END}",
        Assertion.EXCLUDED,
        Direction.BEFORE,
        0,
        False,
    ),
    (
        r"(?<!\b[Ss]he)(?<!\b[Hh]e)\s+denied(?=\s*(?:[.;,):\n]|$))",
        Assertion.EXCLUDED,
        Direction.BEFORE,
        0,
        False,
    ),
    (
        r"\bconsidered\s+(?:and|but)\s+(?:then\s+|later\s+|subsequently\s+)?(?:rejected|dismissed|discarded|abandoned)",
        Assertion.EXCLUDED,
        Direction.BEFORE,
        0,
        False,
    ),
    (
        r"\b(?:was|were|been)\s+(?:later\s+|then\s+|subsequently\s+|therefore\s+)?(?:rejected|dismissed|discarded|refuted|disproved)",
        Assertion.EXCLUDED,
        Direction.BEFORE,
        8,
        False,
    ),
    # No evidence yet.
    (
        rf"\b(?:to|must|should|needs?\s+to|has\s+to|have\s+to|remains?\s+to|ought\s+to|can\s+then|will)\s+(?:(?:first|still|now|also|then|[a-z]{{3,10}}ly)\s+)?be\s+{_EXCLUDED_WORD}",
        Assertion.HYPOTHETICAL,
        Direction.BEFORE,
        8,
        False,
    ),
    (
        r"(?:\A|(?<=[.;:,]\s)|(?<=\n)|(?<=\bto\s)|(?<=\bplease\s))exclude\b",
        Assertion.HYPOTHETICAL,
        Direction.AFTER,
        0,
        False,
    ),
    (
        r"\bneeds?\s+(?:excluding|ruling\s+out|exclusion)\b",
        Assertion.HYPOTHETICAL,
        Direction.BEFORE,
        8,
        False,
    ),
    (
        rf"{_BUT}{_PASSIVE}{_OPEN}(?!\s+(?:for|to)\b)",
        Assertion.HYPOTHETICAL,
        Direction.BEFORE,
        8,
        False,
    ),
    (
        rf"\b(?:not|never)\s+yet\s+{_EXCLUDED_WORD}|{_BUT}{_PASSIVE}{_EXCLUDED_WORD}",
        Assertion.UNCERTAIN,
        Direction.BEFORE,
        8,
        False,
    ),
    (rf"{_ACTIVE}(?:excluded?|ruled?\s+out)", Assertion.UNCERTAIN, Direction.AFTER, 0, False),
    (
        rf"{_BUT}{_PASSIVE}(?:confirmed|proven|proved|verified|substantiated|established|corroborated)",
        Assertion.UNCERTAIN,
        Direction.BEFORE,
        8,
        True,
    ),
    # Over.
    (
        rf"{_BUT}{_ACTIVE}(?:recur(?:red)?|return(?:ed)?|come\s+back|relapsed?|reappear(?:ed)?)",
        Assertion.HISTORY,
        Direction.BEFORE,
        8,
        True,
    ),
    (
        rf"{_BUT}\b(?:is|are|was|were|be|been)\s+no\s+longer\s+{_GONE}\b(?!\s+of\b)",
        Assertion.HISTORY,
        Direction.BEFORE,
        12,
        True,
    ),
    (
        rf"(?:\b(?:has|have|had)\s+)?(?<!\bnot)(?<!\bnever)(?<!\byet)\s+(?:(?:now|since|all|later|then|completely|fully|spontaneously|gradually)\s+){{0,2}}{_OVER}\b(?!\s+(?:on|in|into|for|by)\b(?!\s+(?:age|itself|childhood|infancy)))",
        Assertion.HISTORY,
        Direction.BEFORE,
        8,
        True,
    ),
)
_COMPILED = tuple(
    (
        re.compile(words, re.IGNORECASE),
        Rule(assertion=assertion, direction=direction, reach=reach, discounted=taken_back),
    )
    for words, assertion, direction, reach, taken_back in _PATTERNS
)
_CUE = re.compile(
    r"\b(?:not|never|nor|cannot|denie[sd]|deny|no\s+longer|yet|excluded?|ruled?\s+out|excluding|ruling|exclusion|"
    r"rejected|dismissed|discarded|abandoned|refuted|disproved|remitted|abated|vanished|subsided|faded|cleared|"
    r"settled|dissipated)\b|n['’]t\b",
    re.IGNORECASE,
)
"""A sentence without one of these has no such verb; most have none."""

_NOVEL = re.compile(r"(?:reported|described|documented|observed|seen)$", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"[^.;]{0,60}?\b(?:previously|before|literature|(?:patients|individuals|cases|carriers|famil(?:y|ies)|"
    r"models?|mice|disorder|syndrome)\b)",
    re.IGNORECASE,
)
"""Of others: what has never been described before is what this patient has."""


def find_negated_verbs(text: str, start: int, end: int) -> Iterator[Hit]:
    """The negated verbs of a sentence, and what each says of its finding.

    >>> note = "Hypoglycemia has never been documented."
    >>> [(h.text, h.rules[0].assertion.value) for h in find_negated_verbs(note, 0, len(note))]
    [('has never been documented', 'excluded')]
    >>> note = "The seizures have not improved."
    >>> list(find_negated_verbs(note, 0, len(note)))
    []
    """
    if _CUE.search(text, start, end) is None:
        return
    for pattern, rule in _COMPILED:
        for match in pattern.finditer(text, start, end):
            if _NOVEL.search(match[0]) and _ELSEWHERE.match(text, match.end(), end):
                continue
            words = match[0].lstrip(" ,\n\t")
            yield Hit(match.end() - len(words), match.end(), words, (rule,))
