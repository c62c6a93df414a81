"""Where a negation stops although no word says so: another clause begins behind "and" or a comma.

"She does not have seizures, and hypotonia was noted" says two things; "No seizures, ataxia or
hypotonia was noted" says one. What tells them apart is whether the negation already has its verb,
and what is said of the last noun.
"""

from __future__ import annotations

import re

__all__ = ["begins_clause", "clause_end", "clause_start", "next_clause"]

_FINITE = (
    r"(?:is|was|are|were|has|have|had|remains?|remained|appears?|appeared|persists?|persisted|became|"
    r"becomes?|developed|began|started|occurred|continues?|continued|worsened|improved|"
    r"shows?|showed|reveals?|revealed|seems?|seemed)"
)
_FOUND = (
    r"(?:present|noted|seen|found|observed|evident|detected|identified|apparent|appreciated|"
    r"elicited|reported|there)"
)
_MARKED = r"(?:marked|severe|prominent|positive|obvious|striking|confirmed|clear)"
_PREDICATE = (
    r"(?:enlarged|low|raised|brisk|palpable|elevated|reduced|increased|decreased|diminished|high|impaired|"
    r"[LR]\b|weak|tender|swollen|exaggerated|depressed|prolonged|delayed|dilated|sparse|thickened|coarse)"
)
"""Said of the noun before it: "spleen enlarged", "reflexes brisk"."""
_NOUNS = (
    r"(?P<nouns>(?:\s+(?!(?:or|nor|and|that|which|who|whose|with|if|when|no|not)\b)"
    r"[\w'’/-]+){1,6}?)"
)
_NEXT_CLAUSE = re.compile(
    rf"(?P<joint>,?\s+and|,){_NOUNS}\s+(?:(?P<verb>{_FINITE})(?:\s+(?P<said>\w+))?"
    rf"|(?P<bare>{_FOUND}|{_MARKED}|(?P<predicate>{_PREDICATE}))(?=\s*(?:[.,;\n]|$)|\s+(?:on|at|in|since|from|and|with)\b))\b",
    re.IGNORECASE,
)
_HAS_VERB = re.compile(
    rf"\b(?:{_FINITE}|there['’]s|with|without|demonstrat\w+|report\w*|found|noted|exam\w*\s+no)\b",
    re.IGNORECASE,
)
_NOMINAL = re.compile(r"(?:no|neither|none|absence|lack|nil|zero|(?:\w+\s+)?if)\b", re.IGNORECASE)
_OR = re.compile(r"\b(?:or|nor)\b", re.IGNORECASE)
_JOINT = re.compile(r",|\band\b", re.IGNORECASE)
_FOUND_ONLY = re.compile(_FOUND, re.IGNORECASE)
_IS_CLAUSE = re.compile(rf"[^\W\d_]\w*(?:\s+\w+)?\s+{_PREDICATE}", re.IGNORECASE)
_JOINT_BEFORE = re.compile(r",\s+(?:and\s+)?$|\band\s+$|\n\s*$", re.IGNORECASE)
_VERB_BEFORE = re.compile(
    rf"\b(?:(?P<be>is|was|are|were|remains?|remained|appears?|appeared)|{_FINITE}|with|reports?|reported|"
    r"presents?|presented|suffers?|demonstrat\w+|walks?|takes?)\b",
    re.IGNORECASE,
)
_JOINT_AND = re.compile(r",\s+and\s+|;\s*", re.IGNORECASE)
_ANY_JOINT = re.compile(r",\s+(?:and\s+)?|\band\s+|;\s*", re.IGNORECASE)
_OWN_ITEM = re.compile(
    r",\s+(?:and\s+)?(?:an?|one|some|several|multiple|few|very|slight(?:ly)?|mild(?:ly)?|moderate(?:ly)?|severe(?:ly)?|"
    r"marked(?:ly)?|profound(?:ly)?|small|large|deep|partial|prominent|obvious|striking|progressive|diffuse|"
    r"bilateral|unilateral|left|right|positive|chronic)\s+(?!or\b)\w",
    re.IGNORECASE,
)
"""An item that tells how much, of which side: nobody lists that among what there is not."""
_ADVISED = re.compile(
    r"recommended|advised|indicated|required|needed|important|due|planned|suggested|offered|arranged|warranted|"
    r"mandatory|necessary|essential|discussed|explained",
    re.IGNORECASE,
)
_PLURAL = frozenset({"are", "were", "have"})


def clause_end(text: str, trigger: tuple[int, int], *, start: int, end: int) -> int:
    """Where the clause of a negation ends, at most at `end`.

    >>> def reach(text):
    ...     at = text.lower().index("no")
    ...     return text[at : clause_end(text, (at, at + 2), start=0, end=len(text))]
    >>> reach("There are no seizures and tone is reduced")
    'no seizures'
    >>> reach("No seizures, ataxia or hypotonia was noted")
    'No seizures, ataxia or hypotonia was noted'

    Args:
        text: The note.
        trigger: Where the negating words stand.
        start: Where their sentence begins.
        end: Where their scope ends by other signs.
    """
    for match in _OWN_ITEM.finditer(text, trigger[1], end):
        if not _OR.search(text, match.end(), end):
            end = match.start()  # "no scoliosis, deep sacral dimple"
            break
    for match in _NEXT_CLAUSE.finditer(text, trigger[1], end):
        if _is_new(text, match, trigger, start=start):
            return match.start()
    return end


def clause_start(text: str, start: int, end: int) -> int:
    """Where the clause begins that a negation behind it closes, at least at `start`.

    >>> text = "She has ataxia and seizures have not occurred"
    >>> text[clause_start(text, 0, text.index(" have not")) :]
    'seizures have not occurred'
    >>> text = "Ataxia, tremor and seizures have not occurred"
    >>> clause_start(text, 0, text.index(" have not"))
    0
    """
    while end > start and text[end - 1] in " ,\n":
        end -= 1  # "depression, which she denied"
    verb = _VERB_BEFORE.search(text, max(0, start - 4), end)  # "she has" ends what came before
    if verb is None:
        return start
    joints = list(_ANY_JOINT.finditer(text, verb.end(), end))
    if not joints:
        return start
    if verb["be"]:  # "Tone was normal, ataxia and tremor were not seen"
        return joints[0].end()
    strong = list(_JOINT_AND.finditer(text, verb.end(), end))
    return (strong or joints)[-1].end()


def begins_clause(text: str, span: tuple[int, int], *, start: int) -> bool:
    """Whether a finding is a clause of its own, noun and what is said of it: "spleen enlarged".

    >>> text = "No ascites, spleen enlarged"
    >>> begins_clause(text, (12, 27), start=0)
    True
    """
    before = max(start, span[0] - 8)
    if _IS_CLAUSE.fullmatch(text, *span) is None:
        return False
    return _JOINT_BEFORE.search(text, before, span[0]) is not None


def next_clause(text: str, start: int, end: int) -> int:
    """Where the next clause with a noun and a verb of its own begins, at most at `end`.

    >>> text = "is 30 years old and tone was reduced"
    >>> text[: next_clause(text, 0, len(text))]
    'is 30 years old'
    """
    match = _NEXT_CLAUSE.search(text, start, end)
    return match.start() if match is not None else end


def _is_new(text: str, match: re.Match[str], trigger: tuple[int, int], *, start: int) -> bool:
    if _ADVISED.fullmatch(match["said"] or ""):
        return False  # "screening for A and B is recommended"
    if match["predicate"]:
        return match["joint"].startswith(",") or not _OR.search(text, trigger[1], match.start())
    nominal = _NOMINAL.match(text, *trigger) is not None
    between = text[trigger[1] : match.start()]
    verb = (match["verb"] or "").casefold()
    if verb and (not nominal or _HAS_VERB.search(text, start, trigger[0])):
        return True
    listed = _JOINT.search(between) is not None
    if "and" in match["joint"].casefold() and _OR.search(between):
        return True  # "no A or B and C is": the list had ended
    if listed or _OR.search(between):
        return False
    if match["joint"].strip() != "and":  # "No A, B was noted" names two things, not a list
        return True
    if not verb or verb in _PLURAL:  # "No A and B were noted"
        return False
    return not _FOUND_ONLY.fullmatch(match["said"] or "")
