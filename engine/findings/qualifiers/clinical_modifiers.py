"""What qualifies a finding: "severe bilateral hearing loss", "weakness, left-sided".

Only words that belong to the finding are taken: in a row before it, in brackets or between commas
behind it, as its predicate, as the side of the part of the body that follows, or between the words
of its name. A word of the name itself ("Bilateral cryptorchidism") qualifies nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from nosograph.engine.findings.mention import Assertion, Mention
from nosograph.ontologies.term import TermId

__all__ = ["ModifierTable", "load_modifiers", "with_modifiers"]

BILATERAL = TermId("HP:0012832")
REACH = 80
"""Characters before and behind a finding in which its modifiers are sought."""
_FILLER = (
    r"(?:very|rather|quite|somewhat|fairly|also|only|relatively|extremely|more|most|predominantly)"
)
_ADJECTIVE = r"[a-z]{2,}(?:al|ic|ous|ar|ary|ive|oid|ine|ed|ural)"
"""One other adjective may stand between: "severe sensorineural hearing loss"."""
_NOT_ADJECTIVE = re.compile(
    r"(?:unaffected|noted|showed|had|developed|displayed|presented|observed|"
    r"reported|diagnosed|revealed|demonstrated|tested|called|signed|need|"
    r"involved|normal|abnormal|used|based)\Z"
)
_END = r"(?=\s*(?:[.;:)\]\n]|$|,|and\b|or\b|but\b|with\b|since\b|at\b|from\b|in\b|on\b|\())"
_NO_UNIT = r"(?<![/<>^=≥≤])(?<!/\s)(?<!\d)(?<!\d\s)"
"""Before a letter for a side: neither a litre ("mmol/L", "6 L") nor a comparison ("L>R")."""
_LETTER_BEHIND = r"(?:Rt|Lt|[RL])(?=\s*(?:[.,;)\]\n]|$))"
_SENTENCE_START = re.compile(r"(?:^|[.;:!?\n(,])\s*$|\b(?:and|with|or)\s+$")
"""Where a letter with a full stop qualifies what follows, though that has a capital."""
_BOTH = re.compile(r"\bboth\b", re.IGNORECASE)
_PACE = re.compile(r"\b(slowly|rapidly)[\s-]+\Z", re.IGNORECASE)
_PREDICATE = (
    r"\s+(?:is|was|are|were|has\s+been|have\s+been|became|becomes|remained|remains|appeared)\s+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifierTable:
    """Words and the terms that they stand for."""

    term_of: Mapping[str, TermId]
    """Lower case, hyphens as spaces; symbols as written."""
    before: re.Pattern[str]
    """All modifiers in a row that end where a finding starts."""
    behind: re.Pattern[str]
    """What stands behind a finding and belongs to it."""
    one: re.Pattern[str]
    """A single modifier, to take such a row apart."""
    side_of_part: re.Pattern[str]
    one_sided_organs: frozenset[str]


def _spelled(phrase: str) -> str:
    return re.escape(phrase).replace(r"\ ", r"[\s-]+")


@cache
def load_modifiers() -> ModifierTable:
    """Read ``clinical_modifiers.toml``, once.

    >>> load_modifiers().term_of["right sided"]
    'HP:0012834'
    """
    path = files(__package__).joinpath("clinical_modifiers.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    term_of: dict[str, TermId] = {}
    words: list[str] = []
    behind: list[str] = []
    symbols: list[str] = []
    for row in data["modifiers"]:
        term_id = TermId(row["term"])
        words += row["words"]
        behind += row.get("behind", ())
        symbols += row.get("symbols", ())
        for phrase in (*row["words"], *row.get("behind", ()), *row.get("symbols", ())):
            term_of[phrase] = term_id

    def any_of(phrases: Iterable[str]) -> str:
        longest_first = sorted(phrases, key=len, reverse=True)
        return "|".join(map(_spelled, longest_first))

    word = rf"(?i:{any_of(words)})"
    symbol = rf"{_NO_UNIT}(?:{any_of(symbols)})(?=\s)"
    joint = r"(?:\s*,\s*|\s*/\s*|\s+(?:and|or|to)\s+|\s*-\s*|\s+)"
    row_of_words = rf"{word}(?:{joint}(?i:{_FILLER}\s+)*{word})*"
    people = "|".join(data["words"]["people"])
    parts = "|".join(map(_spelled, data["words"]["parts"]))
    adverbs = rf"(?i:{any_of(behind)})(?![\w-])"
    return ModifierTable(
        term_of=term_of,
        before=re.compile(
            rf"(?<![\w-])(?P<row>{row_of_words}|{symbol})"
            rf"[\s,-]+(?:(?:{_FILLER})\s+)?(?P<other>(?:{_ADJECTIVE}|{parts})[\s-]+)?\Z"
        ),
        behind=re.compile(
            rf"\s*[(\[]\s*(?P<row1>{row_of_words}|[RL](?=\s*[)\]])|{adverbs})\s*[)\],;]"
            rf"|\s*,\s*(?P<row2>(?>{adverbs}|{row_of_words})){_END}"
            rf"|{_PREDICATE}(?:{_FILLER}\s+)?(?P<row3>(?>{row_of_words})){_END}"
            rf"|\s+(?P<row4>{adverbs})"
            rf"|\s+(?P<row5>{_LETTER_BEHIND})"
        ),
        one=re.compile(rf"(?<![\w])(?:{adverbs}|{word}|{symbol}|[RL](?![\w]))"),
        side_of_part=re.compile(
            r"\s+(?:of|in|on|at|over|involving|affecting)\s+(?:the\s+|his\s+|her\s+|their\s+)?"
            rf"(?:(?P<side>(?i:left|right)|[LR])\s+(?P<part>[\w-]+)"
            rf"|(?P<both>both|bilateral)\s+(?!(?:the\s+)?(?:{people})\b)\w)"
        ),
        one_sided_organs=frozenset(data["words"]["one_sided_organs"]),
    )


def with_modifiers(mentions: tuple[Mention, ...], text: str) -> tuple[Mention, ...]:
    """Give every mention the modifiers that the text gives it; what is excluded gets none.

    >>> ataxia = Mention(start=7, end=13, text="ataxia", term_id=TermId("HP:0001251"),
    ...                  label="Ataxia", matched_name="Ataxia")
    >>> [m.modifiers for m in with_modifiers((ataxia,), "Severe ataxia, slowly progressive.")]
    [('HP:0012828', 'HP:0003677')]
    """
    starts = {mention.start for mention in mentions}
    return tuple(
        replace(mention, modifiers=tuple(dict.fromkeys((*mention.modifiers, *found))))
        if (found := tuple(_modifiers(mention, text, starts=starts)))
        else mention
        for mention in mentions
    )


def _modifiers(mention: Mention, text: str, *, starts: set[int]) -> Iterator[TermId]:
    if mention.assertion is Assertion.EXCLUDED or mention.discounted:
        return  # "no severe headache" is no severe headache that is absent
    table = load_modifiers()
    named = _folded(f"{mention.label} {mention.matched_name}")
    rows: list[str] = []
    before = table.before.search(text, max(0, mention.start - REACH), mention.start)
    if before is not None and _may_qualify(text, before, mention, table=table):
        rows.append(before["row"])
    rows.append(mention.text)
    behind = table.behind.match(text, mention.end, mention.end + REACH)
    if behind is not None:
        at = behind.start(behind.lastgroup or 0)
        if not any(at <= start < behind.end() for start in starts):
            rows.append(behind[behind.lastgroup or 0])
    if _BOTH.search(mention.text) and "bilateral" not in named:
        yield BILATERAL
    for row in rows:
        for match in table.one.finditer(row):
            phrase = _folded(match[0])
            term_id = table.term_of.get(match[0], table.term_of.get(phrase))
            is_name = re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", named) is not None
            is_inner = row is mention.text
            if term_id is None or is_name or (is_inner and not _is_side(term_id)):
                continue
            if not (is_inner and len(match[0]) < 3):
                yield term_id
    yield from _pace(mention, text, table=table)
    yield from _side_of_part(mention, text, table=table, named=named)


def _may_qualify(
    text: str, match: re.Match[str], mention: Mention, *, table: ModifierTable
) -> bool:
    """Whether what stands before a finding goes with it."""
    other = (match["other"] or "").strip(" -").lower()
    if other and (_NOT_ADJECTIVE.search(other) or other in table.term_of):
        return other in table.term_of
    gap = text[match.end("row") : mention.start]
    row = match["row"]
    if (row.endswith(".") or "\n" in gap or ". " in gap) and not mention.text[:1].islower():
        # "thumb L. Pancytopenia" is two sentences, "L. Hemiparesis" is one
        head = text[max(0, match.start("row") - REACH) : match.start("row")]
        if len(row) <= 3 and _SENTENCE_START.search(head) is None:
            return False
    words = mention.text.split()
    if "," in gap and _folded(words[0]) not in table.term_of:
        return False  # "hypotonia, mild, ataxia", but not "severe, progressive ataxia"
    return not (words and words[0].lower() in table.one_sided_organs)


def _is_side(term_id: str) -> bool:
    return term_id in ("HP:0012834", "HP:0012835", "HP:0012832", "HP:0012833")


def _pace(mention: Mention, text: str, *, table: ModifierTable) -> Iterator[TermId]:
    """The pace before a name that begins with "progressive": "slowly progressive ataxia"."""
    match = _PACE.search(text, max(0, mention.start - 10), mention.start)
    if match is not None and mention.text.lower().startswith("progressive"):
        yield table.term_of[f"{match[1].lower()} progressive"]


def _side_of_part(
    mention: Mention, text: str, *, table: ModifierTable, named: str
) -> Iterator[TermId]:
    """The side of the part of the body that follows: "polydactyly of the left hand"."""
    match = table.side_of_part.match(text, mention.end, mention.end + REACH)
    if match is None:
        return
    if match["both"] is not None:
        if "bilateral" not in named:
            yield BILATERAL
    elif match["part"].lower() not in table.one_sided_organs and match["side"] not in named.split():
        side = match["side"]
        yield table.term_of[side if len(side) == 1 else side.lower()]


def _folded(text: str) -> str:
    return " ".join(text.lower().replace("-", " ").split())
