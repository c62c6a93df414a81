"""Units as people write them, as UCUM, and what kind of quantity they measure."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["UNIT", "Unit", "read_unit"]


class Unit(NamedTuple):
    """One unit."""

    ucum: str
    """As the Unified Code for Units of Measure writes it."""
    kind: str
    """What it measures: ``mass`` (per volume), ``moles``, ``activity``, ``count``, ``fraction``…"""


_SIMPLE = (
    # written, UCUM, kind; the first that fits the whole of what is written
    (
        r"(?:[xX×*]\s?)?10\s?(?:\^|\*\*|\*|[eE])?\s?\(?(?:9|⁹)\)?\s?/\s?[lL]|G(?:pt)?/[lL]",
        "10*9/L",
        "count",
    ),
    (
        r"(?:[xX×*]\s?)?10\s?(?:\^|\*\*|\*|[eE])?\s?\(?(?:12|¹²)\)?\s?/\s?[lL]|T(?:pt)?/[lL]",
        "10*12/L",
        "count",
    ),
    (
        r"(?:[xX×*]\s?)?10\s?(?:\^|\*\*|\*|[eE])?\s?\(?(?:3|³)\)?\s?/\s?(?:[µμuU][lL]|mm\^?[3³]|cumm|cmm)"
        r"|(?:[kK]|thousands?)\s?/\s?(?:[µμuU][lL]|mm\^?[3³]|cumm|cmm)",
        "10*3/uL",
        "count",
    ),
    (
        r"(?:[xX×*]\s?)?10\s?(?:\^|\*\*|\*|[eE])?\s?\(?(?:6|⁶)\)?\s?/\s?(?:[µμuU][lL]|mm\^?[3³]|cumm|cmm)"
        r"|(?:M|[Mm]illions?)\s?/\s?(?:[µμuU][lL]|mm\^?[3³]|cumm|cmm)",
        "10*6/uL",
        "count",
    ),
    (
        r"(?:cells?|copies)?\s?(?:/|per)\s?(?:[µμuU][lL]|mm\^?[3³]|cumm|cmm|cubic\s+millimet(?:er|re))",
        "/uL",
        "count",
    ),
    (r"%|percent|per\s?cent|vol\s?%", "%", "fraction"),
    (r"fL|fl|femtolit(?:er|re)s?|[µμu]m\^?[3³]", "fL", "volume"),
    (r"pg", "pg", "entitic_mass"),
    (
        r"mm\s?(?:/|per|in)\s?(?:(?:1\s?|the\s+first\s+)?(?:h(?:r|our)?)\b|1st\s+h(?:r|our)?)",
        "mm/h",
        "rate",
    ),
    (r"s(?:ec(?:onds?)?)?\b\.?", "s", "time"),
    (r"mm\s?\[?Hg\]?|[Tt]orr", "mm[Hg]", "pressure"),
    (r"kPa", "kPa", "pressure"),
    (r"m[Oo]sm(?:ol)?\s?/\s?(?:kg|[lL])(?:\s?H2O)?", "mosm/kg", "osmolality"),
    (
        r"m[lL]\s?/\s?min(?:ute)?\s?(?:/|per)\s?1[.,]73\s?m\s?\^?[2²]",
        "mL/min/{1.73_m2}",
        "clearance",
    ),
    (r"m[lL]\s?/\s?min(?:ute)?", "mL/min", "clearance"),
    (
        r"°\s?C\b|º\s?C\b|℃|degrees?\s+(?:C(?:elsius)?|centigrade)\b|deg\.?\s?C\b|C\b",
        "Cel",
        "temperature",
    ),
    (r"°\s?F\b|º\s?F\b|℉|degrees?\s+F(?:ahrenheit)?\b|deg\.?\s?F\b|F\b", "[degF]", "temperature"),
    (
        r"bpm|beats?\s*(?:/|per)\s*min(?:ute)?s?|breaths?\s*(?:/|per)\s*min(?:ute)?s?"
        r"|(?:/|per\s)\s?min(?:ute)?|p\.?m\.?\b",
        "/min",
        "per_minute",
    ),
    (r"kg\s?/\s?m\s?\^?[2²]", "kg/m2", "body_mass_index"),
    (r"kgs?|KGS?|kilograms?|kilos?", "kg", "body_mass"),
    (r"g|gr|gms?|grams?", "g", "body_mass"),
    (r"lbs?|pounds?", "[lb_av]", "body_mass"),
    (r"cms?|CMS?|centimet(?:er|re)s?", "cm", "length"),
    (r"mm|MM|millimet(?:er|re)s?", "mm", "length"),
    (r"m|met(?:er|re)s?", "m", "length"),
    (r"inch(?:es)?|in\b(?!\s+(?:19|20)\d\d\b)", "[in_i]", "length"),
    (r"ng\s?/\s?m[lL]\s?/\s?h(?:r|our)?", "ng/mL/h", "mass_per_time"),
    (r"g\s?%", "g/dL", "mass"),
    (r"mg\s?%", "mg/dL", "mass"),
    (r"mM", "mmol/L", "moles"),
    (r"[µμu]M", "umol/L", "moles"),
    (r"nM", "nmol/L", "moles"),
)
_CAPITALS = r"(?:M|U|N|P|MC)G|[MUNP]MOL|MEQ|M[IU]?U"
"""Amounts of a report that is all in capitals: "412 MG/DL"."""
_AMOUNT = (
    rf"(?P<amount>mcg|microg|[mnµμupkf]?g|grams?|milligrams?|[mnµμup]?mol(?:es?)?|millimol|micromol|"
    rf"m?[Ee]q|{_CAPITALS}|[mnµμuk]?kat|[mµμuk]?(?:IU|UI|U|[uU]nits?)|microunits?)"
)
_PER = (
    r"(?P<per>24\s?h(?:r|ours?)?|dL|dl|DL|mL|ml|ML|[µμu][lL]|L|l|lit(?:er|re)|decilit(?:er|re)|"
    r"UL|MMOL|millilit(?:er|re)|100\s?m[lL]|kg|mmol|mol|mg|g|h(?:r|our)?|min|d(?:ay)?)"
)
_OF = r"(?P<of>\s?(?:of\s+)?(?:creatinine|creat\b|[Cc]rea?\b|Cr\b|Hb\b|h(?:a?emoglobin)\b))?"
_RATIO = re.compile(rf"{_AMOUNT}\s?(?:/|\sper\s|\.)\s?{_PER}(?:\^?-1)?{_OF}(?!\w)")
_SIMPLE_PATTERNS = tuple(
    (re.compile(f"(?:{written})"), ucum, kind) for written, ucum, kind in _SIMPLE
)
UNIT = (
    "(?:"
    + re.sub(r"\?P<\w+>", "?:", _RATIO.pattern)
    + "".join(f"|(?:{written})" for written, _, _ in sorted(_SIMPLE, key=lambda s: -len(s[0])))
    + ")"
)
"""Pattern of any unit, without groups; `read_unit` says which one it is."""
_LITRE = {"dl": "dL", "ml": "mL", "ul": "uL", "l": "L", "liter": "L", "litre": "L"}
_LONG = {
    "mcg": "ug",
    "microg": "ug",
    "gram": "g",
    "grams": "g",
    "milligram": "mg",
    "milligrams": "mg",
    "millimol": "mmol",
    "micromol": "umol",
    "decilitre": "dL",
    "deciliter": "dL",
    "millilitre": "mL",
    "milliliter": "mL",
}


def read_unit(written: str) -> Unit | None:
    """Read one unit; ``None`` for what is none.

    >>> [read_unit(u) for u in ("mcg/dl", "mmol/l", "x 10^9/L")]
    ... # doctest: +NORMALIZE_WHITESPACE
    [Unit(ucum='ug/dL', kind='mass'), Unit(ucum='mmol/L', kind='moles'),
     Unit(ucum='10*9/L', kind='count')]
    """
    written = written.strip()
    ratio = _RATIO.fullmatch(written)
    if ratio is not None:
        return _ratio(ratio["amount"], ratio["per"], of_substance=bool(ratio["of"]))
    for pattern, ucum, kind in _SIMPLE_PATTERNS:
        if pattern.fullmatch(written):
            return Unit(ucum, kind)
    return None


def _ratio(amount: str, per: str, *, of_substance: bool) -> Unit:
    if re.fullmatch(_CAPITALS, amount):
        amount = amount.replace("M", "m", 1) if amount.endswith("U") else amount.lower()
    per = per.lower() if per == "MMOL" else per
    amount = _LONG.get(amount.lower(), amount).replace("µ", "u").replace("μ", "u")
    per = per.replace("µ", "u").replace("μ", "u")
    per = "dL" if re.fullmatch(r"100\s?m[lL]", per) else per
    per = _LONG.get(per.lower(), _LITRE.get(per.lower(), per))
    if re.match(r"24|d", per) and per != "dL":
        per = "d"
    per = "h" if per in ("hr", "hour") else per
    if re.fullmatch(r"[mnup]?mole?s?", amount):
        amount = amount.rstrip("es")
        kind = "moles"
    elif re.fullmatch(r"m?[Ee]q", amount):
        amount, kind = amount.lower(), "moles"
    elif amount.endswith("kat"):
        kind = "activity"
    elif re.search(r"U|UI|nit", amount):
        prefix = re.match(r"[muk](?=IU|UI|U|[uU]nit)|micro(?=u)", amount)
        scale = {"micro": "u"}.get(prefix[0], prefix[0]) if prefix else ""
        amount = scale + ("[IU]" if re.search("IU|UI", amount) else "U")
        kind = "activity"
    else:
        kind = "mass"
    if of_substance or per in ("mol", "mmol", "g", "mg"):
        return Unit(f"{amount}/{per}", "per_substance")
    if per in ("kg", "h", "min", "d"):
        return Unit(f"{amount}/{per}", f"{kind}_per_{per}")
    return Unit(f"{amount}/{per}", kind)
