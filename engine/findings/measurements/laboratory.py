"""Numbers with units: "Hb 9.8 g/dL", "CK 2,300 U/L (normal <170)", "lactate 5.2".

A value is read only behind the name of an analyte, with a unit that the analyte is reported in, or
without a unit where the number is plausible and nothing else follows. So a dose ("iron 65 mg"), an
age, a date or a variant is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from nosograph.engine.findings.measurements.analytes import Analyte, load_analytes
from nosograph.engine.findings.measurements.birth import dated_at_birth
from nosograph.engine.findings.measurements.measures import load_measures
from nosograph.engine.findings.measurements.quantity import Quantity, QuantityKind
from nosograph.engine.findings.measurements.units import UNIT, Unit, read_unit
from nosograph.ontologies.term import TermId

__all__ = ["find_quantities", "iter_analyte_names"]

MIN_OF_BODY = {"g": 100.0, "mm": 200.0}
"""No body weighs less, and no body or head is shorter: "1.900 g" is written for 1,900 g."""
NEIGHBOUR = 40
"""Characters within which another value makes a bare symbol one: "Na 138, K 4.2"."""
_NUMBER = r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:[,’' ]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,·]\d+)?"
_COMPARE = (
    r"<\s?=|>\s?=|[<>≤≥]|less\s+than|below|under|greater\s+than|more\s+than|above|over|up\s+to"
)
_WORDS = (
    r"was|were|is|are|of|at|to|a|an|the|level|levels|concentration|concentrations|count|counts|value|"
    r"values|activity|elevated|raised|increased|high|higher|low|lower|reduced|decreased|markedly|"
    r"mildly|slightly|moderately|severely|significantly|very|extremely|grossly|normal\s+at|peaked|peak|"
    r"measured|reported|found|noted|showed|about|approximately|around|only|still|fasting|random|"
    r"serum|plasma|blood|urine|urinary|csf|total|initial|initially|maximum|max|minimum|nadir|result|"
    r"now|currently|up|down|fell|dropped|rose|rising|reached|had|been|remained|being|with|in|on\s+room\s+air|cell|ratio"
)
_BRIDGE = rf"(?>[\s:=|,(\[~≈]|\t|(?:{_WORDS})\b\.?){{0,14}}+"
_STRAIGHT = re.compile(r"\s*[:=|(]?\s*(?:(?:was|is|of|at|now|is\s+now)\s+)?(?:[<>≤≥~≈]\s?)?")
"""What may part a name and a number without a unit."""
_VALUE = re.compile(
    rf"""(?P<bridge>{_BRIDGE})
    (?P<comparator>{_COMPARE})?\s*
    (?P<sign>[-−–](?=\d))?(?P<value>{_NUMBER})
    (?:\s?(?:[-–—−]|\bto\b)\s?(?P<high>{_NUMBER})(?!\s?[-–/]\d))?
    (?![.,:]?\d|\s?/\s?\d|-\d)
    (?:(?P<gap>\s*\|?\s*)(?P<unit>{UNIT})(?![\w/²³]|(?!\s/\s[A-Za-z]{{2}})\s?/\s?\w))?""",
    re.VERBOSE,
)
_STROKE = re.compile(
    rf"{_BRIDGE}(?P<a>{_NUMBER})\s?/\s?(?P<b>{_NUMBER})(?!\s?/)\s?(?P<unit>{UNIT})(?![\w/])",
    re.VERBOSE,
)
_PRESSURE = re.compile(
    r"(?P<bridge>[\s:=|,(]*(?:(?:was|is|of|at)\s+)?)(?P<high>\d{2,3})\s?/\s?(?P<low>\d{2,3})"
    r"(?!\s?/|\d)(?:\s?(?P<unit>mm\s?\[?Hg\]?))?"
)
_JOINT = re.compile(
    r"\s*(?:,|/|&|\band\b|,\s*and\b)\s*(?:(?:the|serum|plasma|blood|his|her|total)\s+)?"
)
"""Between names that share their values."""
_LISTED = re.compile(r"[\s=:~≈]*")
_NEXT_VALUE = re.compile(r"\s*(?:,\s*and\b|,|/|&|\band\b)\s*")
_ENDS = re.compile(
    r"\s*(?:$|[.,;)\]|\n\t↑↓*(\[]|(?:and|with|but|which|while|then|on|H|L|HH|LL|high|low|now|in\s+(?:19|20)\d\d)\b)"
)
"""What may follow a number without a unit."""
_NORMAL = (
    r"(?:normal|norm|ref(?:erence)?|nl|uln)\b\.?"
    r"(?:\s*(?:range|interval|value|values|limits?|ref\.?))?"
)
_NORMAL_SHORT = rf"(?:{_NORMAL}|(?:n|nv|nr|rr)\b\.?)"
_REFERENCE = re.compile(
    rf"""\s*(?:
      [(\[]\s*(?:{_NORMAL_SHORT}\s*[:=,]?\s*)(?:
            (?P<c1>[<>≤≥]\s?=?|up\s+to|below|above)?\s*(?P<a1>{_NUMBER})
            (?:\s?(?:[-–—−]|to)\s?(?P<b1>{_NUMBER}))?)\s*(?:{UNIT})?\s*[)\]]
    | [(\[]\s*(?:(?P<c2>[<>≤≥]\s?=?)\s*(?P<a2>{_NUMBER})
            |(?P<a3>{_NUMBER})\s?(?:[-–—−]|to)\s?(?P<b3>{_NUMBER}))\s*(?:{UNIT})?\s*[)\]]
    | [,;|\t]\s*(?:{_NORMAL}\s*[:=,]?\s*)(?P<c4>[<>≤≥]\s?=?)?\s*(?P<a4>{_NUMBER})
            (?:\s?(?:[-–—−]|to)\s?(?P<b4>{_NUMBER}))?(?:\s*(?:{UNIT})(?!\w))?
    | [|\t]\s*(?P<c6>[<>≤≥]\s?=?)\s*(?P<a6>{_NUMBER})\s*(?:{UNIT})?
            (?=\s*(?:[|\n\t]|$|[HL]\b))
    | [|\t]\s*(?P<a5>{_NUMBER})\s?[-–—−]\s?(?P<b5>{_NUMBER})(?=\s*(?:[|\n\t]|$|[HL]\b))
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_FLAG = re.compile(
    r"[ \t]*(?:[|\t]\s*)?(?:[(\[]\s*(?P<f1>HH?|LL?|[Hh]igh|[Ll]ow|↑+|↓+)\s*[)\]]"
    r"|(?P<f2>HH?|LL?|↑+|↓+)(?![\w.-]))"
)
_SPECIMEN = re.compile(r"\b(urine|urinary|csf|cerebrospinal|sweat)\b", re.IGNORECASE)
_OF_BUFFER = re.compile(r"(?:\b(?:to|at|buffer)|[mμµ]M \w+,)\s+$")
_TARGET = re.compile(
    r"\b(?:targets?|targeted|targett?ing|goals?|aim(?:s|ed|ing)?|keep(?:ing)?|maintain(?:ing)?|titrat(?:e|ed|ing))"
    r"(?:\s+(?:a|an|the|his|her|for|is|of|to|with|serum|plasma|blood|trough)|\s*:)*\s*$",
    re.IGNORECASE,
)
"""Before a name whose number is to be reached: it is no value of the patient."""
_TARGETED_TOO = re.compile(r"[\s<>≥≤=]*\d[\w.%/-]*(?:\s?[\w%/]+)?\s*(?:,|/|&|\band\b)\s*")
_ONLY_COMPARED = re.compile(r"\s*(?:[<>≥≤]|above|below|over|under)")
_SERIES = re.compile(
    rf"""(?:\s*\(?(?:in|on|at|from)\s[^,;.()\n]{{1,20}}\)?)?
    (?:\s*[,;]?\s*(?:and\s+|but\s+)?(?:is\s+|was\s+)?
        (?:now|currently|today|most\s+recently|latest|then)|\s*(?:→|-+>|=>))
    \s*(?:is\s+|was\s+|at\s+|of\s+|:\s*|(?:down|up)\s+to\s+)?
    (?P<value>{_NUMBER})(?![.,:]?\d|\s?/\s?\d|-\d)
    (?:\s?(?P<unit>{UNIT})(?![\w/²³]|\s?/\s?\w)
      |(?=\s*(?:$|[.,;)\]\n→]|-+>|and\b|then\b|on\b|in\s+(?:19|20)\d\d\b)))""",
    re.VERBOSE | re.IGNORECASE,
)
"""A later value of the same: "was 110 in 2020, now 84"."""
_WORD_BEFORE = re.compile(r"([^\W\d_][\w'’-]*)[ \n]$")


class _Read(NamedTuple):
    analyte: Analyte
    quantity: Quantity
    is_sure: bool
    """Whether it stands without a neighbour."""


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Every value with a name, by ascending start.

    >>> for q in find_quantities("Hb 9,8 g/dl (L), CK 2,300 U/L (normal <170); iron 65 mg daily"):
    ...     print(q, q.loinc_code, q.flag, q.reference_high)
    hemoglobin 9.8 g/dl LOINC:718-7 L None
    creatine kinase 2300 U/L LOINC:2157-6  170.0
    """
    read: list[_Read] = []
    end = -1
    waiting: list[tuple[re.Match[str], Analyte]] = []
    """Names that share what is said of the next one: "ALT and AST were 30 U/L and 40 U/L"."""
    for match, analyte in _without_targets(text):
        if match.start() < end:
            continue
        if waiting and not _JOINT.fullmatch(text, waiting[-1][0].end(), match.start()):
            waiting.clear()
        values = [] if waiting else list(_values(text, match, analyte))
        waiting.append((match, analyte))
        if len(waiting) > 1:
            values = list(_shared_values(text, waiting)) or list(_slashed(text, waiting))
        if values:
            waiting.clear()
        values += _later_values(text, values)
        read += values
        end = max([end, *(found.quantity.end for found in values)])
    quantities = tuple(
        found.quantity for i, found in enumerate(read) if found.is_sure or _has_neighbour(read, i)
    )
    return dated_at_birth(quantities, text)


def iter_analyte_names(text: str) -> Iterator[tuple[int, int, Analyte]]:
    """Where a text names an analyte, with or without a value: start, end, which."""
    for match, analyte in _names(text):
        yield match.start(), match.end(), analyte


def _names(text: str) -> Iterator[tuple[re.Match[str], Analyte]]:
    table = load_analytes()
    generic = load_measures()
    for match in table.pattern.finditer(text):
        written = match["symbol"] or " ".join(match["name"].lower().split())
        analyte = table.by_name[written]
        if analyte.kind is QuantityKind.GROWTH and written in generic.generic:
            word = _WORD_BEFORE.search(text, max(0, match.start() - 40), match.start())
            if word is not None and word[1].lower() not in generic.may_precede:
                continue
        if analyte.id == "ph" and _OF_BUFFER.search(
            text, max(0, match.start() - 20), match.start()
        ):
            continue
        yield match, analyte


def _without_targets(text: str) -> Iterator[tuple[re.Match[str], Analyte]]:
    """Names whose number is what was measured, not what is to be reached."""
    targeted_until: int | None = None
    for match, analyte in _names(text):
        is_listed = targeted_until is not None and (
            _TARGETED_TOO.fullmatch(text, targeted_until, match.start()) is not None
            and _ONLY_COMPARED.match(text, match.end()) is not None
        )
        if is_listed or _TARGET.search(text, max(0, match.start() - 40), match.start()):
            targeted_until = match.end()
        else:
            yield match, analyte


def _later_values(text: str, values: Sequence[_Read]) -> list[_Read]:
    """What a value became: "Hb 110 in 2020, now 84", "CK 8000 → 400"."""
    later: list[_Read] = []
    if len(values) != 1:
        return later
    last = values[0]
    while (match := _SERIES.match(text, last.quantity.end, last.quantity.end + 80)) is not None:
        value = _number(match["value"])
        unit = read_unit(match["unit"]) if match["unit"] is not None else None
        is_of_analyte = unit is not None and unit.kind in last.analyte.codes
        plausible = last.analyte.plausible
        fits = plausible is None or (value is not None and plausible[0] <= value <= plausible[1])
        if value is None or not (is_of_analyte or (match["unit"] is None and fits)):
            break
        quantity = replace(
            last.quantity,
            end=match.end(),
            text=text[last.quantity.start : match.end()],
            value=value,
            high=None,
            comparator="",
            flag="",
        )
        if unit is not None:
            code = last.analyte.code(unit.kind, specimen=quantity.specimen)
            quantity = replace(quantity, unit=match["unit"], ucum=unit.ucum, loinc_code=code)
        last = last._replace(quantity=_with_reference(text, quantity))
        later.append(last)
    return later


def _has_neighbour(read: Sequence[_Read], i: int) -> bool:
    here = read[i].quantity
    around = [*read[max(0, i - 1) : i], *read[i + 1 : i + 2]]
    return any(
        0 <= max(here.start - other.quantity.end, other.quantity.start - here.end) <= NEIGHBOUR
        for other in around
    )


def _values(text: str, name: re.Match[str], analyte: Analyte) -> Iterator[_Read]:
    if "systolic" in analyte.codes:
        yield from _blood_pressure(text, name, analyte)
        return
    match = _VALUE.match(text, name.end(), name.end() + 160)
    if match is None:
        return
    value, high = _number(match["value"]), _number(match["high"])
    if value is None or (high is not None and match["bridge"].rstrip().endswith(("(", "["))):
        return  # "CK (38-170 U/L)" is the reference range at the head of a column
    is_negative = match["sign"] is not None
    if is_negative:
        if analyte.plausible is None or analyte.plausible[0] >= 0:
            return
        value = -value
    unit = read_unit(match["unit"]) if match["unit"] is not None else None
    end = match.end()
    if unit is None or unit.kind not in analyte.codes:
        end = match.end("high") if match["high"] is not None else match.end("value")
        if not _may_stand_alone(text, match, analyte, value, end, unit=unit):
            return
        unit = None
    if unit is not None and unit.ucum in MIN_OF_BODY and value < MIN_OF_BODY[unit.ucum]:
        return
    is_sure = unit is not None or match["comparator"] is not None or _is_word(name)
    quantity = _quantity(text, name, analyte, unit=unit, value=value, end=end)
    quantity = replace(
        quantity,
        high=high,
        comparator=_comparator(match["comparator"]),
        unit=text[match.start("unit") : match.end("unit")].strip() if unit is not None else "",
    )
    yield _Read(analyte, _with_reference(text, quantity), is_sure)


def _shared_values(text: str, names: Sequence[tuple[re.Match[str], Analyte]]) -> Iterator[_Read]:
    """As many values as there are names before them, in the same order."""
    last = names[-1][0].end()
    separators: list[int] = []
    at = last
    for i in range(len(names)):
        match = _VALUE.match(text, at, at + 160)
        if match is None or (i and not _LISTED.fullmatch(match["bridge"])):
            return
        separators.append(match.start("bridge") if not i else match.start("value"))
        at = match.end()
        joint = _NEXT_VALUE.match(text, at)
        at = joint.end() if joint is not None else at
        if joint is None and i + 1 < len(names):
            return
    unit: tuple[Unit, str] | None = None
    found: list[_Read] = []
    for (name, analyte), start in reversed(list(zip(names, separators, strict=True))):
        match = _VALUE.match(text, start, start + 160)
        value = _number(match["value"]) if match is not None else None
        if match is None or value is None or match["sign"] is not None:
            return
        if match["unit"] is not None and (read := read_unit(match["unit"])) is not None:
            unit = (read, match["unit"])
        if unit is None or unit[0].kind not in analyte.codes:
            return
        quantity = replace(
            _quantity(text, name, analyte, unit=unit[0], value=value, end=match.end()),
            comparator=_comparator(match["comparator"]),
            unit=unit[1],
        )
        found.append(_Read(analyte, quantity, is_sure=True))
    yield from reversed(found)


def _slashed(text: str, names: Sequence[tuple[re.Match[str], Analyte]]) -> Iterator[_Read]:
    """Two values of two names with a stroke between: "AST/ALT 88/102 U/L"."""
    (first, of_first), (second, of_second) = names[-2:]
    if len(names) != 2 or text[first.end() : second.start()].strip() != "/":
        return
    match = _STROKE.match(text, second.end(), second.end() + 60)
    unit = read_unit(match["unit"]) if match is not None else None
    if match is None or unit is None:
        return
    for name, analyte, group in ((first, of_first, "a"), (second, of_second, "b")):
        value = _number(match[group])
        if value is None or unit.kind not in analyte.codes:
            return
        quantity = _quantity(text, name, analyte, unit=unit, value=value, end=match.end())
        yield _Read(analyte, replace(quantity, unit=match["unit"]), is_sure=True)


def _is_word(name: re.Match[str]) -> bool:
    """A single letter needs a neighbour: "K 4.2"."""
    return name["symbol"] is None or len(name["symbol"]) > 1


def _may_stand_alone(
    text: str,
    match: re.Match[str],
    analyte: Analyte,
    value: float,
    end: int,
    *,
    unit: Unit | None,
) -> bool:
    """Whether a number without a unit of the analyte's is its value."""
    if unit is not None or analyte.unit_needed or analyte.plausible is None:
        return False
    low, high = analyte.plausible
    bridge = text[match.start() : match.start("value")]
    return (
        low <= value <= high
        and _ENDS.match(text, end) is not None
        and _STRAIGHT.fullmatch(bridge) is not None
    )


def _quantity(
    text: str,
    name: re.Match[str],
    analyte: Analyte,
    *,
    unit: Unit | None,
    value: float,
    end: int,
) -> Quantity:
    specimen = _specimen(text, name.start(), end)
    return Quantity(
        start=name.start(),
        end=end,
        text=text[name.start() : end],
        name=name[0],
        analyte=analyte.label,
        kind=analyte.kind,
        value=value,
        loinc_code=analyte.code(unit.kind if unit is not None else "", specimen=specimen),
        ucum=unit.ucum if unit is not None else "",
        specimen=specimen,
    )


def _blood_pressure(text: str, name: re.Match[str], analyte: Analyte) -> Iterator[_Read]:
    match = _PRESSURE.match(text, name.end(), name.end() + 40)
    if match is None:
        return
    systolic, diastolic = float(match["high"]), float(match["low"])
    if not 30 <= systolic <= 300 or not 10 <= diastolic < systolic:
        return
    ends = (("systolic", systolic), ("diastolic", diastolic))
    for part, value in ends:
        quantity = Quantity(
            start=name.start(),
            end=match.end(),
            text=text[name.start() : match.end()],
            name=name[0],
            analyte=f"{part} blood pressure",
            kind=analyte.kind,
            value=value,
            loinc_code=TermId(f"LOINC:{analyte.codes[part]}"),
            unit=match["unit"] or "",
            ucum="mm[Hg]" if match["unit"] else "",
        )
        yield _Read(analyte, quantity, is_sure=True)


def _with_reference(text: str, quantity: Quantity) -> Quantity:
    """Read the flag and the reference range behind a value, in either order."""
    stop = quantity.end + 80
    end, flag = _read_flag(text, quantity.end, stop)
    reference = _REFERENCE.match(text, end, stop)
    low: float | None = None
    high: float | None = None
    if reference is not None:
        low, high = _limits(reference)
        end = reference.end()
        if not flag:
            end, flag = _read_flag(text, end, stop)
    return replace(
        quantity,
        end=end,
        text=text[quantity.start : end],
        reference_low=low,
        reference_high=high,
        flag=flag,
    )


def _read_flag(text: str, start: int, stop: int) -> tuple[int, str]:
    match = _FLAG.match(text, start, stop)
    if match is None:
        return start, ""
    written = match["f1"] or match["f2"]
    letter = "H" if written[0] in "Hh↑" else "L"
    return match.end(), letter * (2 if written in ("HH", "LL", "↑↑", "↓↓", "↑↑↑", "↓↓↓") else 1)


def _limits(match: re.Match[str]) -> tuple[float | None, float | None]:
    groups = match.groupdict()
    for n in "123456":
        first = _number(groups.get(f"a{n}"))
        if first is None:
            continue
        second = _number(groups.get(f"b{n}"))
        if second is not None:
            return first, second
        comparator = (groups.get(f"c{n}") or "").lower()
        if not comparator:
            return None, None
        return (first, None) if comparator[0] in ">≥a" else (None, first)
    return None, None


def _specimen(text: str, start: int, end: int) -> str:
    sentence = max(text.rfind(mark, max(0, start - 25), start) for mark in ".;,\n") + 1
    found = _SPECIMEN.search(text, max(sentence, start - 25), end)
    if found is None:
        return ""
    return {"urine": "urine", "urinary": "urine", "sweat": "sweat"}.get(found[1].lower(), "csf")


def _comparator(written: str | None) -> str:
    folded = " ".join((written or "").lower().split()).replace(" ", "")
    if folded in ("≤", "<=", "upto"):
        return "<="
    if folded in ("≥", ">="):
        return ">="
    if folded in ("<", "lessthan", "below", "under"):
        return "<"
    return ">" if folded else ""


def _number(written: str | None) -> float | None:
    """Read a number with thousands marks or a decimal comma.

    >>> [_number(w) for w in ("2,300", "9,8", "1,234.5", "0,123", "250 000", "4·2")]
    [2300.0, 9.8, 1234.5, 0.123, 250000.0, 4.2]
    >>> _number("12,000,80")
    """
    if written is None:
        return None
    folded = re.sub(r"[’' ]", "", written).replace("·", ".")
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+", folded):
        folded = folded.replace(".", "")
    elif re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", folded):
        folded = folded.replace(",", "")
    try:
        return float(folded.replace(",", "."))
    except ValueError:
        return None  # "12,000,80%": a space was lost, and nobody knows which number is meant
