"""Whether a worry, or what a test was made for, is answered in the same sentence.

"Concern about hearing loss, but audiology was normal" and "MRI to look for tethered cord: normal"
say that it is not there. A risk is not answered so: "at risk of stroke, pressure normal".
"""

from __future__ import annotations

import re

__all__ = ["find_outcome"]

_ASKED = re.compile(
    r"\?|\b(?:look|check|screen|search|test|monitor|observ|exclu|rul(?:e|ing)\b|r/o|evaluat|assess|investigat|"
    r"examin|detect|determin|whether|concern|worr|fear|afraid|anxious|suspi|suspect|consider|quer|possib|probab|"
    r"surveillance|wonder|thought)",
    re.IGNORECASE,
)
"""Of a trigger that a result can answer."""
_TEST = (
    r"(?:the\s+|all\s+|his\s+|her\s+|an?\s+|subsequent\s+|repeat\s+|formal\s+){0,2}"
    r"(?:[eé]cho\w*|ultrasound|uss?|mri|ct\w*|[ev]eg|ecg|ekg|emg|ncs|scans?|imaging|x-?rays?|films?|bloods?|"
    r"blood\s+\w+|tests?|testing|audio\w+|biops\w+|marrow|csf|cultures?|urine|serology|screens?|levels?|results?|"
    r"work-?up|endoscopy|colonoscopy|examination|exam|slit[\s-]lamp|angiogra\w+|spirometry|swabs?|"
    r"antibod\w+|counts?|value|reading|report|it|this|that|these|they|both|all|hb\w*|fundoscopy|doppler|dexa|investigations?)"
)
_SUBJECT = (
    r"(?:(?!(?:if|unless|until|when|should|once|may|might|will|would|to|not|no)\b)[\w%./'’-]+\s+)"
)
_COPULA = (
    r"(?:(?:is|was|are|were|has\s+been|have\s+been|had\s+been|came\s+back|proved|looked|looks|reported\s+as|returned|"
    r"remains?|remained)\s+)?(?:(?:also|all|now|again|then|both|since|so\s+far|[a-z]{3,12}ly)\s+){0,2}"
)
_WELL = (
    r"(?:normal|negative|clear|unremarkable|reassuring|intact|straight|fine|excluded|ruled\s+out|nad|"
    r"within\s+normal\s+limits|none\s+(?:was\s+|were\s+)?(?:seen|found|detected|noted|identified|present|there|so\s+far)|"
    r"none|not\s+(?:found|seen|detected|present|there|identified)|nothing\s+(?:was\s+)?(?:found|seen|abnormal))"
)
_STOP = (
    r"(?=\s*(?:[.,;)]|\Z)"
    r"|\s+(?:on|at|in|today|and|so|for|by|throughout|with|to\s+date|both|since|this)\b)"
)
_REFUTES = (
    r"(?:rules?|ruled|excludes?|excluded|refutes?|refuted|disproved|settles?|settled)\s+"
    r"(?:this|that|it|them|these)\b(?:\s+out)?|(?:has|have|had)\s+(?:now\s+|since\s+)?(?:excluded|ruled\s+out)\s+"
    r"(?:this|that|it|them|these)\b"
)
_OUTCOME = re.compile(
    rf"""(?: (?:,?\s+(?:but|although|though)\s+|:\s*) {_SUBJECT}{{0,6}}?
           | (?:[,;]\s*|\s[-–—]\s*|\s*->\s*|\s+and\s+)(?:(?:and|which|but)\s+)?
             (?:{_TEST}\s+{_SUBJECT}{{0,3}}?)? )
         (?P<said>{_COPULA}{_WELL}{_STOP})
      | \s+with\s+(?:an?\s+)?(?P<result>(?:\w+\s+)?(?:normal|clear|negative|unremarkable)\s+
            (?:results?|findings?|outcome|scan|test|report))
      | (?:,|;|:|\s[-–—]|\b(?:but|and)\b)\s+{_SUBJECT}{{0,8}}?(?P<refuted>{_REFUTES})""",
    re.VERBOSE | re.IGNORECASE,
)


def find_outcome(text: str, start: int, end: int, *, trigger: str) -> str:
    """The words that say that what was looked for is not there, or nothing.

    >>> note = "Concern about hearing loss, but audiology was normal."
    >>> find_outcome(note, 26, len(note), trigger="Concern about")
    'was normal'
    >>> find_outcome("Risk of stroke, but pressure normal.", 14, 36, trigger="Risk of")
    ''

    Args:
        text: The note.
        start: Where the finding ends.
        end: Where its sentence ends.
        trigger: The words that make it doubtful or feared.
    """
    if _ASKED.search(trigger) is None:
        return ""
    match = _OUTCOME.search(text[start:end])
    if match is None:
        return ""
    return " ".join((match["said"] or match["result"] or match["refuted"]).split())
