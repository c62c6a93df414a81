"""Headers of a part of the body, and what stands below them further on.

"EARS: large, slightly low-set" says twice what the ears are. The first item is found as it stands
("EARS: large"); to every later one, and to one behind a negation ("NECK: no webbing"), the header
lends its word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from nosograph.engine.findings.linking.parted import Parted, together
from nosograph.engine.findings.linking.tokens import Word, load_word_families

__all__ = ["iter_headed"]

MAX_ITEM = 3
"""Words of an item."""
MAX_REACH = 60
"""Words behind a header that it can lend its word to."""
_HEADER = re.compile(r"(?:^|(?<=[.;]\s))[ \t]*([A-Za-z]{3,12}):", re.MULTILINE)
_OF_ANYTHING = frozenset(
    [
        *("flat", "flattened", "small", "large", "open", "wide", "broad", "prominent", "short"),
        *("long", "narrow", "deep", "thick", "thin", "full", "high", "low", "abnormal"),
        *(
            "dysmorphic",
            "round",
            "cleft",
            "clefted",
            "shortening",
            "asymmetric",
            "hypoplastic",
            "malformed",
            "dysmorphism",
            "dysmorphisms",
            "anomaly",
            "anomalies",
            "abnormality",
            "abnormalities",
            "malformation",
            "malformations",
            "defect",
            "defects",
            "lesion",
            "lesions",
            "change",
            "changes",
            "disease",
            "normal",
            "absent",
        ),
    ]
)
"""Words that may as well be said of the part that was named last: "HEAD: fontanelle open, flat"."""
_LEADS = frozenset(["and", "or", "with", "without", "no", "not", "but", "also"])
"""Words behind which an item begins."""
_FOLLOWS = re.compile(
    r"\s*(?:$|[,;.:()+\n]|(?:and|or|with|without|but|bilaterally|noted|on|in|at|of)\b)"
)


def iter_headed(text: str, words: Sequence[Word], *, clauses: Sequence[int]) -> Iterator[Parted]:
    """Propose every later item of a line together with the word of its header.

    >>> from nosograph.engine.findings.linking.tokens import iter_words
    >>> text = "EARS: large, low-set"
    >>> words = list(iter_words(text))
    >>> [[words[i].text for i in p.words] for p in iter_headed(text, words, clauses=(0,) * 4)]
    [['EARS', 'low', 'set']]

    Args:
        text: The text that the words were taken from.
        words: Its words.
        clauses: For each word the number of its clause; an item stands in one.
    """
    if ":" not in text:
        return
    number_at = {word.start: i for i, word in enumerate(words)}
    rules = load_word_families()
    silent = rules.free | rules.empty | _LEADS
    saying_nothing = silent | _OF_ANYTHING
    headers = list(_HEADER.finditer(text))
    for header, following in zip_longest(headers, headers[1:]):
        head = number_at.get(header.start(1))
        if head is None:
            continue
        line_end = text.find("\n", header.end())
        ends = [line_end if line_end >= 0 else len(text)]
        ends += [following.start()] if following else []
        for i in range(head + 2, min(head + MAX_REACH, len(words))):
            if words[i].end > min(ends):
                break
            if words[i].text.casefold() in silent or not _begins_item(
                text, words, i, free=rules.free
            ):
                continue
            for end in range(i + 1, min(i + MAX_ITEM, len(words)) + 1):
                if not together(text, words, i, end, clauses=clauses):
                    break
                item = {word.text.casefold() for word in words[i:end]}
                if _FOLLOWS.match(text, words[end - 1].end) and not item <= saying_nothing:
                    yield Parted((head, *range(i, end)), before=False, said=True, lent=1)


def _begins_item(text: str, words: Sequence[Word], i: int, *, free: frozenset[str]) -> bool:
    before = words[i - 1]
    between = text[before.end : words[i].start]
    folded = before.text.casefold()
    return bool(between.strip(" -\n")) or folded in _LEADS or folded in free
