"""Draws docs/neo4j.svg from the schema: ``python docs/neo4j_picture.py``.

The places of the labels are set by hand; which labels and relationships there are is read from the
schema, so that the picture cannot lack one.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from nosograph.kg.neo4j.schema import labels_by_kind, relationship_types
from nosograph.kg.schema import read_schema

WIDTH, HEIGHT, RADIUS = 980, 560, 52
PLACES = {
    "gene": (90, 250),
    "disease": (460, 250),
    "phenotype": (890, 130),
    "modifier": (890, 400),
    "publication": (460, 480),
}
COLOURS = {
    "gene": "#c7e0b4",
    "disease": "#f4c7a1",
    "phenotype": "#b5d3ef",
    "modifier": "#d9cdea",
    "publication": "#e4e4e4",
}


def draw() -> str:
    """The picture as SVG."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" '
        'markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="#555"/></marker></defs>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    between: dict[tuple[str, str], list[str]] = {}
    for relation in read_schema().relations:
        name = relationship_types()[relation.name]
        if set(relation.subject) == set(relation.object):  # a loop: of the same kind to the same
            pairs = [(kind, kind) for kind in relation.subject]
        else:
            pairs = [(start, end) for start in relation.subject for end in relation.object]
        for pair in pairs:
            between.setdefault(pair, []).append(name)
    for (start, end), names in between.items():
        parts += _loop(start, names) if start == end else _arrow(start, end, names)
    (x, y), (paper_x, paper_y) = PLACES["disease"], PLACES["publication"]
    parts.append(
        f'<line x1="{x}" y1="{y + RADIUS}" x2="{paper_x}" y2="{paper_y - RADIUS}" stroke="#999" '
        'stroke-dasharray="4 4"/>'
    )
    parts.append(_text(x - 10, (y + paper_y) / 2 + 4, "cited in the property references", "end"))
    for kind, label in labels_by_kind().items():
        x, y = PLACES[kind]
        parts.append(
            f'<circle cx="{x}" cy="{y}" r="{RADIUS}" fill="{COLOURS[kind]}" stroke="#555"/>'
        )
        parts.append(_text(x, y + 4, label, "middle", bold=True))
    parts += _build()
    return "\n".join([*parts, "</svg>"]) + "\n"


def _arrow(start: str, end: str, names: list[str]) -> list[str]:
    (x1, y1), (x2, y2) = PLACES[start], PLACES[end]
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    dx, dy = (x2 - x1) / length, (y2 - y1) / length
    parts = [
        f'<line x1="{x1 + dx * RADIUS:.0f}" y1="{y1 + dy * RADIUS:.0f}" '
        f'x2="{x2 - dx * RADIUS:.0f}" y2="{y2 - dy * RADIUS:.0f}" stroke="#555" '
        'marker-end="url(#tip)"/>'
    ]
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    rise = abs(dy / dx) * 100  # beside a slanting arrow, the names keep clear of it
    above = y + 14 + rise if dy > 0 else y - 6 - rise - 14 * (len(names) - 1)
    return parts + [_text(x, above + 14 * i, name, "middle") for i, name in enumerate(names)]


def _loop(kind: str, names: list[str]) -> list[str]:
    x, y = PLACES[kind]
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
