"""Draws the pictures of docs/neo4j_schema.md from the schema: ``python docs/neo4j_picture.py``.

The places of the labels are set by hand; which labels and relationships there are is read from the
schema, so that the picture of the graph cannot lack one.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from nosograph.kg.neo4j.citations import CITATION
from nosograph.kg.neo4j.old_identifiers import OLD_IDENTIFIER_KIND, SUCCESSION
from nosograph.kg.neo4j.schema import edge_types, node_labels, relationship_types
from nosograph.kg.schema import read_schema

Place = tuple[int, int]

WIDTH, HEIGHT, RADIUS = 1230, 560, 52
PATIENT_WIDTH, PATIENT_HEIGHT = 1010, 470
PLACES = {
    "gene": (90, 250),
    "disease": (460, 250),
    "phenotype": (890, 130),
    "modifier": (890, 400),
    "publication": (460, 480),
    OLD_IDENTIFIER_KIND: (1160, 265),
}
COLOURS = {
    "gene": "#c7e0b4",
    "disease": "#f4c7a1",
    "phenotype": "#b5d3ef",
    "modifier": "#d9cdea",
    "publication": "#e4e4e4",
    OLD_IDENTIFIER_KIND: "#f3f3f3",
}
PATIENT_PLACES = {
    "Case": (90, 190),
    "Finding": (370, 80),
    "Candidate": (370, 300),
    "EvidencePath": (660, 190),
    "Phenotype": (940, 80),
    "Disease": (940, 300),
    "Phenotype ": (660, 400),
}
PATIENT_COLOURS = {"Phenotype": "#b5d3ef", "Phenotype ": "#b5d3ef", "Disease": "#f4c7a1"}
PATIENT_ARROWS = {
    ("Case", "Finding"): ["HAS_FINDING"],
    ("Case", "Candidate"): ["HAS_CANDIDATE"],
    ("Finding", "Candidate"): ["SUPPORTS", "OPPOSES", "NEUTRAL_TO"],
    ("Candidate", "EvidencePath"): ["HAS_PATH"],
    ("EvidencePath", "Finding"): ["FROM_FINDING"],
    ("Finding", "Phenotype"): ["OF_TERM"],
    ("Candidate", "Disease"): ["OF_DISEASE"],
    ("EvidencePath", "Phenotype"): ["STEP"],
    ("EvidencePath", "Disease"): ["STEP"],
    ("Candidate", "Phenotype "): ["LOOK_FOR"],
}


def draw() -> str:
    """The picture of the graph as SVG."""
    parts = _head(WIDTH, HEIGHT)
    between: dict[tuple[str, str], list[str]] = {}
    for relation in read_schema().relations:
        name = relationship_types()[relation.name]
        if set(relation.subject) == set(relation.object):  # a loop: of the same kind to the same
            pairs = [(kind, kind) for kind in relation.subject]
        else:
            pairs = [(start, end) for start in relation.subject for end in relation.object]
        for pair in pairs:
            between.setdefault(pair, []).append(name)
    for target in ("phenotype", "modifier"):
        between[OLD_IDENTIFIER_KIND, target] = [edge_types()[name] for name in SUCCESSION]
    between["disease", "publication"] = [edge_types()[name] for name in CITATION]
    for (start, end), names in between.items():
        ends = PLACES[start], PLACES[end]
        parts += _loop(*PLACES[start], names) if start == end else _arrow(*ends, names)
    for kind, label in node_labels().items():
        parts += _node(PLACES[kind], label, COLOURS[kind])
    parts += _build()
    return "\n".join([*parts, "</svg>"]) + "\n"


def draw_patient() -> str:
    """The picture of a patient beside the graph as SVG."""
    parts = _head(PATIENT_WIDTH, PATIENT_HEIGHT)
    for (start, end), names in PATIENT_ARROWS.items():
        parts += _arrow(PATIENT_PLACES[start], PATIENT_PLACES[end], names)
    for label, place in PATIENT_PLACES.items():
        parts += _node(place, label.strip(), PATIENT_COLOURS.get(label, "#f6dbe8"))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _head(width: int, height: int) -> list[str]:
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="12">',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" '
        'markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="#555"/></marker></defs>',
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]


def _node(place: Place, label: str, colour: str) -> list[str]:
    x, y = place
    return [
        f'<circle cx="{x}" cy="{y}" r="{RADIUS}" fill="{colour}" stroke="#555"/>',
        _text(x, y + 4, label, "middle", bold=True),
    ]


def _arrow(start: Place, end: Place, names: list[str]) -> list[str]:
    (x1, y1), (x2, y2) = start, end
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    dx, dy = (x2 - x1) / length, (y2 - y1) / length
    parts = [
        f'<line x1="{x1 + dx * RADIUS:.0f}" y1="{y1 + dy * RADIUS:.0f}" '
        f'x2="{x2 - dx * RADIUS:.0f}" y2="{y2 - dy * RADIUS:.0f}" stroke="#555" '
        'marker-end="url(#tip)"/>'
    ]
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    if not dx:  # the names stand to the right of an upright arrow
        first = y + 4 - 7 * (len(names) - 1)
        return parts + [_text(x + 8, first + 14 * i, n, "start") for i, n in enumerate(names)]
    rise = (
        abs(dy / dx) * 3.6 * max(map(len, names))
    )  # beside a slanting arrow, the names keep clear of it
    above = y + 14 + rise if dy > 0 else y - 6 - rise - 14 * (len(names) - 1)
    return parts + [_text(x, above + 14 * i, name, "middle") for i, name in enumerate(names)]


def _loop(x: int, y: int, names: list[str]) -> list[str]:
    top = y - RADIUS
    parts = [
        f'<path d="M{x - 18} {top + 4}C{x - 50} {top - 60} {x + 50} {top - 60} {x + 18} {top + 4}" '
        'fill="none" stroke="#555" marker-end="url(#tip)"/>'
    ]
    first = top - 48 - 14 * (len(names) - 1)
    return parts + [_text(x, first + 14 * i, name, "middle") for i, name in enumerate(names)]


def _build() -> list[str]:
    parts = []
    for x, label in ((70, "Build"), (230, "Release")):
        parts.append(
            f'<rect x="{x - 40}" y="470" width="80" height="34" rx="8" fill="#fff4c2" '
            'stroke="#555"/>'
        )
        parts.append(_text(x, 491, label, "middle", bold=True))
    parts.append('<line x1="110" y1="487" x2="190" y2="487" stroke="#555" marker-end="url(#tip)"/>')
    parts.append(_text(150, 462, "MADE_FROM", "middle"))
    return parts


def _text(x: float, y: float, text: str, anchor: str, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}"{weight}>{escape(text)}</text>'


if __name__ == "__main__":
    Path(__file__).with_name("neo4j.svg").write_text(draw(), "utf-8")
    Path(__file__).with_name("neo4j_patient.svg").write_text(draw_patient(), "utf-8")
