"""Colours, sizes and captions for Neo4j Browser, as GraSS.

The colours are those of Okabe and Ito, which people with any of the common colour-vision
deficiencies tell apart, and some lighter tones of them. Browser's reader of GraSS knows no
comments, and no colon inside a value.

Source:
    Okabe M, Ito K 2008, Color Universal Design: how to make figures and presentations that are
    friendly to colorblind people, jfly.uni-koeln.de/color.
"""

from __future__ import annotations

from dataclasses import dataclass

from nosograph.kg.neo4j.schema import BUILD, OLD_IDENTIFIER, RELEASE, SHARED_LABEL

__all__ = ["NODE_STYLES", "RELATIONSHIP_STYLES", "NodeStyle", "RelationshipStyle", "style_sheet"]

DARK, LIGHT = "#1a1a1a", "#ffffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeStyle:
    """How the nodes of a label look."""

    label: str
    color: str
    border: str
    text: str = DARK
    diameter: int = 50
    """Pixels."""
    caption: str = "{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipStyle:
    """How the relationships of a type look."""

    type: str
    caption: str
    color: str = "#8a8f99"
    width: int = 1
    """Pixels."""


NODE_STYLES = (
    NodeStyle(label=SHARED_LABEL, color="#d0d3d9", border="#a5abb6"),
    NodeStyle(label="Phenotype", color="#56b4e9", border="#2b8cc4", diameter=75),
    NodeStyle(label="Modifier", color="#cfe8f8", border="#56b4e9", diameter=65),
    NodeStyle(label="Disease", color="#e69f00", border="#b37b00", diameter=85),
    NodeStyle(label="Gene", color="#009e73", border="#006b4e", diameter=60),
    NodeStyle(label="Publication", color="#f0e442", border="#bdb320", caption="{id}", diameter=75),
    NodeStyle(label=OLD_IDENTIFIER, color="#ffffff", border="#999999", caption="{id}", diameter=75),
    NodeStyle(label=BUILD, color="#4d4d4d", border="#1a1a1a", text=LIGHT, diameter=85),
    NodeStyle(label=RELEASE, color="#bfbfbf", border="#808080", diameter=100),
    NodeStyle(
        label="Case", color="#0072b2", border="#004f7c", text=LIGHT, diameter=85, caption="{id}"
    ),
    NodeStyle(label="Finding", color="#cc79a7", border="#a14f7d", diameter=75),
    NodeStyle(label="Candidate", color="#ffd27f", border="#d55e00", diameter=85),
    NodeStyle(label="EvidencePath", color="#e6e6e6", border="#999999", diameter=30, caption=""),
)
"""From the general to the particular: of two that fit a node, the later one counts."""

RELATIONSHIP_STYLES = (
    RelationshipStyle(type="HAS_PHENOTYPE", caption="{says}"),
    RelationshipStyle(type="HAS_MODE_OF_INHERITANCE", caption="inherited"),
    RelationshipStyle(type="HAS_CLINICAL_COURSE", caption="course"),
    RelationshipStyle(type="HAS_CLINICAL_MODIFIER", caption="modifier"),
    RelationshipStyle(type="HAS_PAST_MEDICAL_HISTORY", caption="history"),
    RelationshipStyle(type="SUBCLASS_OF", caption="is a", color="#56b4e9"),
    RelationshipStyle(type="EXACT_MATCH", caption="same", color="#e69f00", width=3),
    RelationshipStyle(type="CLOSE_MATCH", caption="same?", color="#e69f00", width=2),
    RelationshipStyle(type="GENE_ASSOCIATED_WITH_CONDITION", caption="gene of", color="#009e73"),
    RelationshipStyle(type="CITES", caption="{n_statements}", color="#bdb320"),
    RelationshipStyle(type="MADE_FROM", caption="made from"),
    RelationshipStyle(type="HAS_FINDING", caption="has"),
    RelationshipStyle(type="OF_TERM", caption="term"),
    RelationshipStyle(type="HAS_CANDIDATE", caption="candidate"),
    RelationshipStyle(type="OF_DISEASE", caption="disease"),
    RelationshipStyle(type="SUPPORTS", caption="{weight}", color="#009e73", width=5),
    RelationshipStyle(type="OPPOSES", caption="{weight}", color="#d62728", width=5),
    RelationshipStyle(type="HAS_PATH", caption="because"),
    RelationshipStyle(type="FROM_FINDING", caption="from"),
    RelationshipStyle(type="STEP", caption="step {position}"),
    RelationshipStyle(type="LOOK_FOR", caption="look for", color="#0072b2", width=2),
)


def style_sheet() -> str:
    """The style sheet, as ``:style`` takes it."""
    rules = [
        _rule("node", {"diameter": "50px", "color": "#d0d3d9", "border-color": "#a5abb6",
                       "border-width": "2px", "text-color-internal": DARK, "font-size": "10px"}),
        _rule("relationship", {"color": "#8a8f99", "shaft-width": "1px", "font-size": "8px",
                               "padding": "3px", "text-color-external": "#000000",
                               "text-color-internal": LIGHT, "caption": "'<type>'"}),
    ]  # fmt: skip
    rules += [
        _rule(
            f"node.{style.label}",
            {
                "color": style.color,
                "border-color": style.border,
                "text-color-internal": style.text,
                "diameter": f"{style.diameter}px",
                "caption": f"'{style.caption}'",
            },
        )
        for style in NODE_STYLES
    ]
    rules += [
        _rule(
            f"relationship.{style.type}",
            {
                "color": style.color,
                "shaft-width": f"{style.width}px",
                "caption": f"'{style.caption}'",
            },
        )
        for style in RELATIONSHIP_STYLES
    ]
    return "\n".join(rules)


def _rule(selector: str, values: dict[str, str]) -> str:
    lines = "".join(f"  {key}: {value};\n" for key, value in values.items())
    return f"{selector} {{\n{lines}}}\n"
