"""Which measure a standing belongs to: "Height, weight and OFC were all below the 3rd centile"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import isinf
from typing import NamedTuple

from nosograph.engine.findings.measurements.measures import Measure, load_measures
from nosograph.engine.findings.measurements.standing import Scale, Standing, iter_standings
from nosograph.ontologies.term import TermId

__all__ = ["MeasuredBody", "is_of_birth", "iter_growth", "iter_sentences"]

SEVERITIES = ((5.0, "HP:0012829"), (4.0, "HP:0012828"), (3.0, "HP:0012826"), (2.0, "HP:0012825"))
"""Profound, severe, moderate, mild: HPO defines them for quantities, by standard deviations from
the mean. The terms of HPO that hold such a grade are not used: those of short stature say also that
it is proportionate, and mild microcephaly is no kind of microcephaly there."""
MAX_SENTENCE = 2_000
"""Characters; a longer stretch without a full stop is cut."""
MAX_BRIDGE = 110
"""Characters between a measure and its standing."""
_UNIT = (
    r"(?:kg\s?/\s?m\s?(?:2|²|\^2)|cm|mm|m|kg|kgs|g|gr|gm|grams?|kilograms?|kilos?|lbs?|pounds?|oz|ounces?|inch(?:es)?|in|ft|feet|"
    r"(?:centi|milli)?met(?:er|re)s?|ml|mL|percent)"
)
_BETWEEN = rf"\b(?:{'|'.join(map(re.escape, load_measures().between))})\b\.?"
_BRIDGE = re.compile(
    rf"""(?>
        [\s,:;=|()\[\]~≈*•–—-]
      | \d+(?:[.,·]\d+)?\s*(?:{_UNIT}\b)?\.?(?!\w)
      | (?:aged?\s+)?\d+(?:\.\d+)?[\s-]*
            (?:years?|yrs?|y|months?|mo|weeks?|wks?|days?|d)\b(?:[\s-]old\b)?
      | {_BETWEEN}
    )*+""",
    re.VERBOSE | re.IGNORECASE,
)
"""All that may stand between a measure and its standing; a new clause may not."""
_JOINT = re.compile(
    r"[\s,/&()]*(?:(?:and|or|as\s+well\s+as)[\s]*)?(?:(?:the|his|her|their|both|a|an)\s+)?", re.I
)
"""Between measures that share a standing: "height, weight and head circumference"."""
_WITH_VALUE = re.compile(
    rf"[\s,:;=()]*(?:(?:was|were|is|are|of|at)\s+)*\d+(?:[.,]\d+)?\s*{_UNIT}\b[\s,;)]*"
    r"(?:(?:and)\s+)?(?:(?:the|his|her|a|an)\s+)?",
    re.I,
)
_GOES_ON = re.compile(r"[\s,;/()=]*(?:(?:or|i\.?e\.?|corresponding\s+to|with)\b[\s,:]*)?(?:a\s+)?")
"""Between two standings of one value: "(<1st centile, -3.1 SD)"."""
_BEHIND = re.compile(
    r"[\s),]*(?:age)?[\s),]*(?P<cue>(?:in|for|of)\s+(?:both\s+|all\s+|the\s+|his\s+|her\s+)*|(?=long\b|tall\b))",
    re.IGNORECASE,
)
_LONG = re.compile(r"long\b|tall\b", re.IGNORECASE)
_WORD_BEFORE = re.compile(r"([^\W\d_][\w'’-]*)[ \n]$")
_NOT_BEHIND = re.compile(r"\s+(?:velocity|gain|loss|growth|age|prediction|of\s+stay)\b", re.I)
_BIRTH = re.compile(
    r"\bat\s+birth\b|\bbirth(?:\s?weight|\s+(?:length|height|measurements?|parameters?|head|OFC|HC|at))\b|"
    r"\bwas\s+(?:\w+\s+){0,3}born\b|\bborn\s+(?:at|after|by|via|with|on|to|in)\b|\b(?:the\s+)?newborn\b|"
    r"\bdelivered\b|\bdelivery\b|\bgestation(?:al)?\b|\bneonate\b",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\b(?:(?:at|by|until|since|on)\s+(?!(?:2[2-9]|3\d|4[0-2])(?:\s?\+\s?\d)?\s*(?:weeks?|wks?)\b)"
    r"(?:the\s+)?(?:age\s+of\s+|age\s+|of\s+)?(?:about\s+|approximately\s+)?"
    r"(?:\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve)[\s-]*"
    r"(?:\d+/\d+\s*)?(?:years?|yrs?|y|months?|mo|weeks?|wks?)\b(?!\s*(?:of\s+gestation|gestation))|"
    r"\baged?\s+\d|\d+[\s-](?:year|month)s?[\s-]old|(?:year|month|yr)s?[\s-]old|"
    r"(?:last|latest|current|recent|physical|clinical|follow-up)\s+(?:review|examination|assessment|evaluation|follow-up|visit|"
    r"exam)|currently|on\s+examination|at\s+presentation|at\s+referral|now\b|later\b|today)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(
    r"(?<![\s.(]\w)(?<!approx)(?<!wt)(?<!ht)[.!?](?=\s+[A-Z(]|\s*\n|\s*$)|\n\s*\n"
)


class MeasuredBody(NamedTuple):
    """A measure and where its value stands."""

    measure: Measure
    start: int
    end: int
    standings: tuple[Standing, ...]

    @property
    def is_low(self) -> bool:
        """Whether the value is below the limit of the measure, and nothing says otherwise."""
        below = any(s.is_below(self.measure.below_centile) for s in self.standings)
        return below and all(not s.is_ordinary and s.low < s.middle for s in self.standings)

    @property
    def is_high(self) -> bool:
        """Whether the value is above the limit of the measure, and nothing says otherwise."""
        above = any(s.is_above(self.measure.above_centile) for s in self.standings)
        return above and all(not s.is_ordinary and s.high > s.middle for s in self.standings)

    @property
    def term_id(self) -> TermId | None:
        """What the patient has, if the value is beyond a limit."""
        if self.is_low:
            return self.measure.low
        return self.measure.high if self.is_high else None

    @property
    def is_ordinary(self) -> bool:
        """Whether the value is in clear distance of either limit."""
        return all(s.is_ordinary for s in self.standings)

    @property
    def severity(self) -> TermId | None:
        """HPO's grade of a deviation, where the text gives it in standard deviations."""
        distances = [min(abs(s.low), abs(s.high)) for s in self.standings if s.scale is Scale.SD]
        if any(isinf(s.low) or isinf(s.high) for s in self.standings):
            return None  # "below -2 SD" may be mild or profound
        distance = max(distances, default=0.0)
        return next((TermId(grade) for limit, grade in SEVERITIES if distance >= limit), None)


class _Named(NamedTuple):
    measures: tuple[Measure, ...]
    start: int
    end: int


def iter_growth(text: str) -> Iterator[MeasuredBody]:
    """Pair the measures that a text names with where their values stand.

    >>> [(m.measure.id, m.standings[0].high) for m in iter_growth("Height and weight were < P3.")]
    [('height', 3.0), ('weight', 3.0)]
    """
    before = ""
    for start, end in iter_sentences(text):
        sentence = text[start:end]
        standings = tuple(iter_standings(sentence))
        if standings:
            paired = list(_paired(sentence, standings))
            yield from (
                _moved(_closed(_dated(m, sentence, before), sentence), start) for m in paired
            )
        before = sentence


def iter_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence; the full stops of "Ht." and "approx." end none."""
    start = 0
    for end in (*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)):
        while end - start > MAX_SENTENCE:
            cut = text.rfind(" ", start + 1, start + MAX_SENTENCE)
            cut = cut if cut > start else start + MAX_SENTENCE
            yield start, cut
            start = cut
        yield start, end
        start = end


def _closed(measured: MeasuredBody, sentence: str) -> MeasuredBody:
    """Take in the bracket that closes one inside: "OFC 44 cm (-4 SD)"."""
    written = sentence[measured.start : measured.end]
    for opening, closing in ("()", "[]"):
        is_open = written.count(opening) > written.count(closing)
        if is_open and sentence.startswith(closing, measured.end):
            return measured._replace(end=measured.end + 1)
    return measured


def _moved(measured: MeasuredBody, offset: int) -> MeasuredBody:
    standings = tuple(_shifted(s, offset) for s in measured.standings)
    return measured._replace(
        start=measured.start + offset, end=measured.end + offset, standings=standings
    )


def _shifted(standing: Standing, offset: int) -> Standing:
    return replace(standing, start=standing.start + offset, end=standing.end + offset)


def _names(sentence: str) -> list[_Named]:
    table = load_measures()
    found = []
    for match in table.pattern.finditer(sentence):
        written = match["symbol"] or " ".join(match["name"].lower().split())
        if match["symbol"] is None and written in table.generic:
            word = _WORD_BEFORE.search(sentence, 0, match.start())
            if word is not None and word[1].lower() not in table.may_precede:
                continue
            if _NOT_BEHIND.match(sentence, match.end()):
                continue
        found.append(_Named(table.by_name[written], match.start(), match.end()))
    return found


def _without_repetition(joined: Sequence[int], names: Sequence[_Named]) -> list[int]:
    """A measure and its abbreviation are one: "head circumference (OFC)"."""
    return [i for i in joined if i - 1 not in joined or names[i - 1].measures != names[i].measures]


def _paired(sentence: str, standings: Sequence[Standing]) -> Iterator[MeasuredBody]:
    names = _names(sentence)
    groups = _grouped(sentence, standings, names)
    taken: set[int] = set()
    position = 0
    while position < len(groups):
        group = groups[position]
        listed = [group]
        while listed[-1][-1].is_listed and position + len(listed) < len(groups):
            listed.append(groups[position + len(listed)])
        position += len(listed)
        last = _before(sentence, names, group[0].start, taken=taken)
        if last is None:
            yield from _behind(sentence, names, listed, taken=taken)
            continue
        joined = _joined(sentence, names, last, taken=taken)
        if len(listed) == len(joined) > 1:
            for i, standing in zip(joined, listed, strict=True):
                taken.add(i)
                yield from _measured(names[i], names[i].start, standing)
            continue
        if len(listed) > 1:
            joined, listed = [last], listed[:1]  # the first one of a list that fits nothing
        taken.update(joined)
        for i in _without_repetition(joined, names):
            yield from _measured(names[i], names[i].start, listed[0])


def _measured(named: _Named, start: int, standings: tuple[Standing, ...]) -> Iterator[MeasuredBody]:
    end = max(named.end, standings[-1].end)
    for measure in named.measures:
        yield MeasuredBody(measure, min(start, standings[0].start), end, standings)


def _grouped(
    sentence: str, standings: Sequence[Standing], names: Sequence[_Named]
) -> list[tuple[Standing, ...]]:
    """Standings of one value, side by side."""
    starts = {named.start for named in names}
    groups: list[list[Standing]] = []
    for standing in standings:
        previous = groups[-1][-1] if groups else None
        if (
            previous is not None
            and not previous.is_listed
            and _GOES_ON.fullmatch(sentence, previous.end, standing.start)
            and not any(previous.end <= start < standing.start for start in starts)
        ):
            groups[-1].append(standing)
        else:
            groups.append([standing])
    return [tuple(group) for group in groups]


def _before(sentence: str, names: Sequence[_Named], start: int, *, taken: set[int]) -> int | None:
    """The measure that a standing belongs to: the nearest one before it, if nothing parts them."""
    nearest = max((i for i, n in enumerate(names) if n.end <= start), default=None)
    if nearest is None or nearest in taken:
        return None
    gap = sentence[names[nearest].end : start]
    return nearest if len(gap) <= MAX_BRIDGE and _BRIDGE.fullmatch(gap) else None


def _joined(sentence: str, names: Sequence[_Named], last: int, *, taken: set[int]) -> list[int]:
    """The measures that share what is said of the last one."""
    joined = [last]
    while joined[0] > 0:
        i = joined[0] - 1
        gap = sentence[names[i].end : names[joined[0]].start]
        if i in taken or not (_JOINT.fullmatch(gap) or _WITH_VALUE.fullmatch(gap)):
            break
        joined.insert(0, i)
    return joined


def _behind(
    sentence: str,
    names: Sequence[_Named],
    listed: Sequence[tuple[Standing, ...]],
    *,
    taken: set[int],
) -> Iterator[MeasuredBody]:
    """The measures that are named behind the standing: "below the 3rd centile for weight"."""
    standings = listed[0]
    match = _BEHIND.match(sentence, standings[-1].end)
    if match is None or len(listed) > 1:
        return
    height = next(m for m in load_measures().by_name["height"])
    long = _LONG.match(sentence, match.end())
    if long is not None:
        yield MeasuredBody(height, standings[0].start, long.end(), standings)
        return
    at = match.end()
    for i, named in enumerate(names):
        if named.start == at and i not in taken:
            taken.add(i)
            yield from _measured(named, named.start, standings)
            joint = _JOINT.match(sentence, named.end)
            at = joint.end() if joint is not None else named.end


def _dated(measured: MeasuredBody, sentence: str, before: str) -> MeasuredBody:
    """What was measured at birth has terms of its own."""
    at_birth = load_measures().at_birth.get(measured.measure.id)
    if at_birth is None:
        return measured
    is_born = is_of_birth(sentence[: measured.start], before)
    return measured._replace(measure=at_birth) if is_born else measured


def is_of_birth(head: str, before: str) -> bool:
    """Whether what follows is said of birth.

    >>> is_of_birth("Birth weight ", ""), is_of_birth("Now weight ", "Born at 38 weeks.")
    (True, False)

    Args:
        head: The sentence up to the measurement.
        before: The sentence before it.
    """
    born, later = _last(_BIRTH, head), _last(_LATER, head)
    if born < 0 and later < 0:
        born, later = _last(_BIRTH, before), _last(_LATER, before)
        if not re.search(r"\bbirth|\bborn\b", before, re.I):
            born = -1
    return born > later


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.start() for match in pattern.finditer(text)), default=-1)
