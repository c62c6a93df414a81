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
    r"(?!typically|usually|commonly|frequently|generally|consistently|only|previously|always)"
    r"[a-z]{3,12}ly))"
)
_NOT = r"(?:\s+(?:not|never|at\s+no\s+(?:time|point|stage))|n['’]t)"
_BE = (
    rf"(?:(?:is|was|are|were){_NOT}"
    rf"|(?:has|have|had|could|can|will|would){_NOT}{_ADVERB}{{0,2}}\s+be(?:en)?"
    rf"|(?:has|have|had)\s+yet\s+to\s+be|cannot\s+be|(?:not|never){_ADVERB}{{0,2}}\s+been)"
)
_BUT = r"(?:\bbut\s+(?:now\s+|later\s+)?(?:it\s+|they\s+|these\s+)?)?"
"""Goes on about the same finding: "was suspected but has not been confirmed"."""
_PASSIVE = rf"\b{_BE}{_ADVERB}{{0,2}}\s+"
_ACTIVE = rf"\b(?:(?:has|have|had|did|does|do|could){_NOT}|never){_ADVERB}{{0,2}}\s+"
_CLAUSE_END = r"(?=\s*(?:[.;,):\n]|$)|\s+(?:and|but|at|in|since|on|by|during|so|after|with)\b)"
_FOUND = (
    r"(?:documented|recorded|observed|noted|noticed|seen|found|identified|detected|demonstrated|"
    r"elicited|witnessed|reported|described|appreciated|diagnosed|encountered|discovered|shown|"
    r"evidenced|demonstrable|detectable|discernible|audible|visible|"
    r"part\s+of\s+(?:the|his|her)\s+(?:clinical\s+)?(?:picture|phenotype|presentation|history)|"
    r"(?:an?\s+|any\s+)?(?:feature|component|finding|symptom|complaint|problem|issue)s?)(?!\s+as\b)"
)
_OCCUR = (
    r"(?:occur(?:red)?|happen(?:ed)?|appear(?:ed)?|aris(?:e|en)|arose|emerged?|ensued?|set\s+in|"
    r"manifest(?:ed)?)"
)
_SHOW = (
    r"(?:show(?:n|ed)?|reveal(?:ed)?|demonstrated?|document(?:ed)?|record(?:ed)?|display(?:ed)?|"
    r"exhibit(?:ed)?|experienced?|suffer(?:ed)?(?:\s+from)?|complain(?:ed)?\s+of|detect(?:ed)?|"
    r"identif(?:y|ied)|manifest(?:ed)?|develop(?:ed)?\b(?!\s*(?:[.;,)]|$))|present(?:ed)?\s+with|"
    r"ha(?:d|ve)(?!\s+(?:to|been)\b))"
)
_HAVE = r"(?:have|suffer\s+from|show|exhibit|be)(?!\s+(?:related|associated|due|caused|linked)\b)"
_RULED_OUT = r"(?:excluded|ruled\s+out)"
_LOOKED = (
    r"(?:assessed|tested|examined|evaluated|checked|asked\s+about|measured|determined|assessable|"
    r"looked\s+for|ascertained|investigated)"
)
_PERSON = (
    r"(?:s?he|they|(?:the\s+)?(?:patient|parents?|mother|father|mum|mom|dad|family|boy|girl|child))"
)
_VERB_OF_PERSON = (
    r"(?:been|had|have|experienced?|develop(?:ed)?|suffer(?:ed)?(?:\s+from)?|shown?|report(?:ed)?)"
)
_DENIES = r"(?:denie[sd]|deny)"
_THEN = r"(?:(?:then|later|subsequently|therefore|now|first|still|also|[a-z]{3,10}ly)\s+)?"
_OVER = (
    r"(?:remitted|abated|vanished|subsided|faded(?:\s+away)?|cleared(?:\s+up)?|settled|dissipated|"
    r"gone(?=\s*(?:[.,;]|$)))"
)
_GONE = (
    r"(?:palpable|audible|visible|detectable|measurable|demonstrable|discernible|felt|heard|"
    r"noticeable|symptomatic|active|elicited|reported|required?|occurring|happening|troublesome)"
)


def _rule(
    assertion: Assertion, direction: Direction, *, reach: int = 0, discounted: bool = False
) -> Rule:
    return Rule(assertion=assertion, direction=direction, reach=reach, discounted=discounted)


_BEFORE, _AFTER = Direction.BEFORE, Direction.AFTER
_PATTERNS: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (
        _rule(Assertion.HISTORY, _BEFORE, reach=8, discounted=True),
        (
            rf"{_BUT}{_PASSIVE}(?:seen|noted|observed|reported|documented|recorded)\s+"
            r"(?:again\s+)?since\b(?!\s+birth)",
            rf"{_BUT}{_ACTIVE}(?:recur(?:red)?|return(?:ed)?|come\s+back|relapsed?|reappear(?:ed)?)",
            rf"(?:\b(?:has|have|had)\s+)?\b(?:(?:now|since|all|later|then|completely|fully|"
            rf"spontaneously|gradually)\s+){{0,2}}{_OVER}\b"
            r"(?!\s+(?:on|in|into|for|by)\b(?!\s+(?:age|itself|childhood|infancy)))",
        ),
    ),
    (
        _rule(Assertion.HISTORY, _BEFORE, reach=12, discounted=True),
        (rf"{_BUT}\b(?:is|are|was|were|be|been)\s+no\s+longer\s+{_GONE}\b(?!\s+of\b)",),
    ),
    (
        _rule(Assertion.EXCLUDED, _AFTER),
        (
            rf"{_PASSIVE}{_FOUND}\s+to\s+{_HAVE}",
            rf"{_PASSIVE}diagnosed\s+(?:with|as\s+having)",
            rf"(?:\bnot|\bnever|n['’]t){_ADVERB}?\s+(?:been\s+)?known\s+(?:to\s+{_HAVE}|for)",
            rf"(?:\bnot|\bnever|n['’]t)\s+(?:seem|appear)\s+to\s+{_HAVE}",
            rf"{_ACTIVE}{_SHOW}",
            rf"\b(?:nor|at\s+no\s+(?:time|point|stage))\s+(?:has|have|had|did|does|do|is|was|were)\s+"
            rf"{_PERSON}(?:\s+ever)?(?:\s+{_VERB_OF_PERSON})?",
            r"\b(?:has|have|had)\s+yet\s+to\s+(?:have|develop|experience|show|suffer|manifest)",
        ),
    ),
    (
        _rule(Assertion.EXCLUDED, _BEFORE),
        (
            rf"{_BUT}{_PASSIVE}{_FOUND}(?!\s+to\b)",
            rf"{_BUT}{_ACTIVE}{_OCCUR}{_CLAUSE_END}",
            rf"{_BUT}{_ACTIVE}develop(?:ed)?(?=\s*(?:[.;,)]|$))",
            rf",?\s*\b(?:which|that|(?:all|both)\s+of\s+which)\s+{_PERSON}\s+"
            rf"(?:also\s+|has\s+|have\s+|all\s+)?{_DENIES}",
            rf",?\s*\b{_PERSON}\s+{_DENIES}\s+"
            rf"(?:having\s+)?(?:it|this|these|them|all|both){_CLAUSE_END}",
            r"(?<!\b[Ss]he)(?<!\b[Hh]e)\s+denied(?=\s*(?:[.;,):\n]|$))",
            rf"\bconsidered\s+(?:and|but)\s+{_THEN}(?:rejected|dismissed|discarded|abandoned)",
            rf"\b(?:was|were|been)\s+{_THEN}(?:rejected|dismissed|discarded|refuted|disproved)",
        ),
    ),
    (
        _rule(Assertion.UNCERTAIN, _BEFORE, reach=8),
        (rf"\b(?:not|never)\s+yet\s+{_RULED_OUT}", rf"{_BUT}{_PASSIVE}{_RULED_OUT}"),
    ),
    (
        _rule(Assertion.HYPOTHETICAL, _BEFORE, reach=8),
        (
            r"(?:\bstill\s+)?\b(?:to|must|should|needs?\s+to|has\s+to|have\s+to|remains?\s+to|ought\s+to|will)\s+"
            rf"{_THEN}be\s+{_RULED_OUT}",
            r"(?:\bstill\s+)?\bneeds?\s+(?:excluding|ruling\s+out|exclusion)\b",
            rf"{_BUT}{_PASSIVE}{_LOOKED}(?!\s+(?:for|to)\b)",
        ),
    ),
    (
        _rule(Assertion.HYPOTHETICAL, _AFTER),
        (r"(?:\A|(?<=[.;:,?]\s)|(?<=[\n?])|(?<=\bto\s)|(?<=\bplease\s)|(?<=\bkindly\s))exclude\b",),
    ),
    (_rule(Assertion.UNCERTAIN, _AFTER), (rf"{_ACTIVE}(?:excluded?|ruled?\s+out)",)),
    (
        _rule(Assertion.UNCERTAIN, _BEFORE, reach=8, discounted=True),
        (
            rf"{_BUT}{_PASSIVE}(?:confirmed|proven|proved|verified|substantiated|established|"
            r"corroborated)",
        ),
    ),
    (
        _rule(Assertion.UNCERTAIN, _AFTER, discounted=True),
        (rf"(?:\bnot|n['’]t)\s+(?:thought|believed|felt|considered)\s+to\s+{_HAVE}",),
    ),
)
"""What each verb says and on which side, and the words; the first that fits a place counts."""
_COMPILED = tuple(
    (re.compile("|".join(f"(?:{words})" for words in patterns), re.IGNORECASE), rule)
    for rule, patterns in _PATTERNS
)
_CUE = re.compile(
    r"\b(?:not|never|nor|cannot|denie[sd]|deny|no\s+(?:longer|time|point|stage)|yet|excluded?|"
    r"ruled?\s+out|excluding|ruling|exclusion|rejected|dismissed|discarded|abandoned|refuted|"
    r"disproved|remitted|abated|vanished|subsided|faded|cleared|settled|dissipated|gone)\b|n['’]t\b",
    re.IGNORECASE,
)
"""A sentence without one of these has no such verb; most have none."""
_IS_OVER = re.compile(rf"{_OVER}$", re.IGNORECASE)
_NOT_BEFORE = re.compile(r"(?:\bnot|\bnever|n['’]t)(?:\s+\w+){0,2}\s*$", re.IGNORECASE)
_NOVEL = re.compile(r"(?:reported|described|documented|observed|seen)$", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"[^.;]{0,60}?\b(?:previously|before|literature|patients|individuals|cases|carriers|"
    r"famil(?:y|ies)|models?|mice|disorder|syndrome)\b",
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
    taken: list[tuple[int, int]] = []
    for pattern, rule in _COMPILED:
        for match in pattern.finditer(text, start, end):
            first, last = match.span()
            if any(a < last and first < b for a, b in taken) or _means_another(text, match, end):
                continue
            taken.append((first, last))
            words = match[0].lstrip(" ,\n\t")
            yield Hit(last - len(words), last, words, (rule,))


def _means_another(text: str, match: re.Match[str], end: int) -> bool:
    """Whether the verb is of others ("never reported in mice"), or "has not cleared"."""
    if _NOVEL.search(match[0]) and _ELSEWHERE.match(text, match.end(), end):
        return True
    return (
        _IS_OVER.search(match[0]) is not None
        and _NOT_BEFORE.search(text, max(0, match.start() - 30), match.start()) is not None
    )
