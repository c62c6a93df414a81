"""What qualifies a finding, and what only looks as if it did."""

from __future__ import annotations

import pytest

from nosograph.engine import DiagnosticEngine
from nosograph.engine.case import ClinicalCase
from nosograph.engine.findings.qualifiers.clinical_modifiers import load_modifiers
from nosograph.engine.interchange.phenotypic_features import SEVERITIES
from nosograph.kg import KnowledgeGraph

ABOVE = {"HP:0012823", "HP:0003674", "HP:0031797"}
"""Clinical modifier, Onset, Clinical course."""


def read(engine: DiagnosticEngine, text: str) -> dict[str, set[str]]:
    """Label of every mention to the labels of its modifiers."""
    graph = engine.graph
    return {
        m.label: {graph.label(graph.index(term_id)) for term_id in m.modifiers}
        for m in engine.link(text)
    }


@pytest.mark.parametrize(
    ("text", "finding", "modifiers"),
    [
        # a litre, the end of a sentence and a comparison are no side
        ("Na 119 mmol/L hypotonia", "Hypotonia", set()),
        ("Ferritin 890 ug/L. Ataxia.", "Ataxia", set()),
        ("Polyuria of 6 L ataxia", "Ataxia", set()),
        ("Scoliosis L. Ataxia.", "Ataxia", set()),
        ("Scoliosis L. Ataxia.", "Scoliosis", {"Left"}),
        ("L>R cataract", "Cataract", set()),
        ("Cataract R>L. Ataxia.", "Ataxia", set()),
        ("L. cataract", "Cataract", {"Left"}),
        # before
        ("Severe ataxia.", "Ataxia", {"Severe"}),
        ("He has mild ataxia.", "Ataxia", {"Mild"}),
        ("moderate ataxia", "Ataxia", {"Moderate"}),
        ("profound hypotonia", "Hypotonia", {"Profound"}),
        ("borderline microcephaly", "Microcephaly", {"Borderline"}),
        ("slight scoliosis", "Scoliosis", {"Mild"}),
        ("very severe scoliosis", "Scoliosis", {"Severe"}),
        ("bilateral nystagmus", "Nystagmus", {"Bilateral"}),
        ("Bilateral cataracts", "Cataract", {"Bilateral"}),
        ("unilateral cataract", "Cataract", {"Unilateral"}),
        ("left cataract", "Cataract", {"Left"}),
        ("right-sided hemiparesis", "Hemiparesis", {"Right"}),
        ("left sided hemiparesis", "Hemiparesis", {"Left"}),
        ("R cataract", "Cataract", {"Right"}),
        ("L hemiparesis", "Hemiparesis", {"Left"}),
        ("b/l cataracts", "Cataract", {"Bilateral"}),
        ("Severe bilateral hearing loss.", "Hearing impairment", {"Severe", "Bilateral"}),
        ("bilateral severe hearing loss", "Severe hearing impairment", {"Bilateral"}),
        ("mild to moderate hearing loss", "Hearing impairment", {"Mild", "Moderate"}),
        ("mild-moderate scoliosis", "Scoliosis", {"Mild", "Moderate"}),
        ("progressive scoliosis", "Scoliosis", {"Progressive"}),
        ("slowly progressive scoliosis", "Scoliosis", {"Slowly progressive"}),
        ("rapidly progressive scoliosis", "Scoliosis", {"Rapidly progressive"}),
        ("non-progressive scoliosis", "Scoliosis", {"Nonprogressive"}),
        ("acute pancreatitis-like vomiting; acute vomiting", "Vomiting", {"Acute"}),
        ("transient nystagmus", "Nystagmus", {"Transient"}),
        ("recurrent vertigo", "Vertigo", {"Recurrent"}),
        ("intermittent and fluctuating ptosis", "Ptosis", {"Fluctuating"}),
        ("severe, drug-resistant seizures", "Seizure", {"Severe", "Refractory"}),
        ("congenital scoliosis; congenital ptosis", "Congenital ptosis", set()),
        ("adult-onset weakness", "Asthenia", {"Adult onset"}),
        ("childhood-onset ataxia", "Ataxia", {"Childhood onset"}),
        ("generalised hypotonia", "Generalized hypotonia", set()),
        ("diffuse goiter", "Goiter", {"Diffuse"}),
        ("severe axonal hypotonia", "Hypotonia", {"Severe"}),
        ("left eye ptosis", "Ptosis", {"Left"}),
        ("The severe, progressive ataxia", "Progressive cerebellar ataxia", {"Severe"}),
        ("slowly progressive ataxia", "Progressive cerebellar ataxia", {"Slowly progressive"}),
        # behind
        ("Ataxia, severe.", "Ataxia", {"Severe"}),
        ("Ataxia (severe)", "Ataxia", {"Severe"}),
        ("Cataract (bilateral)", "Cataract", {"Bilateral"}),
        ("Ptosis (L)", "Ptosis", {"Left"}),
        ("Ptosis (right)", "Ptosis", {"Right"}),
        ("Hearing loss, bilateral, severe to profound", "Hearing impairment", {"Bilateral", "Severe", "Profound"}),
        ("Cataracts bilaterally", "Cataract", {"Bilateral"}),
        ("ptosis on the left", "Ptosis", {"Left"}),
        ("ptosis on the right side.", "Ptosis", {"Right"}),
        ("ptosis on both sides", "Ptosis", {"Bilateral"}),
        ("The ataxia was mild.", "Ataxia", {"Mild"}),
        ("The ataxia is severe and slowly progressive.", "Ataxia", {"Severe", "Slowly progressive"}),
        ("Scoliosis remained mild, ataxia became severe.", "Scoliosis", {"Mild"}),
        ("Scoliosis remained mild, ataxia became severe.", "Ataxia", {"Severe"}),
        ("seizures, refractory to treatment", "Seizure", {"Refractory"}),
        ("nystagmus since birth", "Nystagmus", {"Congenital onset"}),
        ("Ataxia, slowly progressive, and ptosis", "Ataxia", {"Slowly progressive"}),
        # the side of a part, inside and behind the name
        ("hypoplastic left thumb", "Short thumb", {"Left"}),
        ("Edema of the left hand", "Edema", {"Left"}),
        ("edema in both legs", "Pedal edema", {"Bilateral"}),
        ("contracture of the right knee", "Knee contracture", {"Right"}),
        ("Polydactyly of both hands", "Hand polydactyly", {"Bilateral"}),
        ("clinodactyly of L 5th digit", "Clinodactyly", {"Left"}),
        # part of the name
        ("Bilateral cryptorchidism", "Bilateral cryptorchidism", set()),
        ("Severe intellectual disability", "Intellectual disability, severe", set()),
        ("Right ventricular hypertrophy", "Right ventricular hypertrophy", set()),
        ("Unilateral renal agenesis", "Unilateral renal agenesis", set()),
        ("Progressive microcephaly", "Progressive microcephaly", set()),
        # of something else
        ("ataxia, severe dystonia", "Ataxia", set()),
        ("ataxia, severe dystonia", "Dystonia", {"Severe"}),
        ("Mild ataxia and cataract", "Cataract", set()),
        ("severe ataxia, ptosis", "Ptosis", set()),
        ("ptosis, right and left hand supernumerary", "Ptosis", set()),
        ("seizures in both parents", "Seizure", set()),
        ("He was left with ataxia.", "Ataxia", set()),
        ("Seizures were left untreated.", "Seizure", set()),
        ("Severe bleeding was treated; ataxia", "Ataxia", set()),
        ("the right treatment of ataxia", "Ataxia", set()),
        ("mild illness with ataxia", "Ataxia", set()),
        ("ataxia was noted on the right day", "Ataxia", set()),
        # excluded, doubted
        ("No severe ataxia.", "Ataxia", set()),
        ("No ataxia, bilateral ptosis", "Bilateral ptosis", set()),
    ],
)  # fmt: skip
def test_a_word_qualifies_the_finding_that_it_belongs_to(
    engine: DiagnosticEngine, text: str, finding: str, modifiers: set[str]
) -> None:
    assert read(engine, text)[finding] == modifiers


def test_every_modifier_is_one_of_hpos(embedded_graph: KnowledgeGraph) -> None:
    term_ids = set(load_modifiers().term_of.values())
    assert len(term_ids) >= 30
    assert term_ids > SEVERITIES
    for term_id in term_ids:
        number = embedded_graph.index(term_id)
        assert embedded_graph.kind(number) == "modifier"
        above = {embedded_graph.node_id(int(n)) for n in embedded_graph.hierarchy.ancestors(number)}
        assert above & ABOVE, term_id


def test_modifiers_reach_the_findings_and_leave_the_ranking_alone(engine: DiagnosticEngine) -> None:
    plain = engine.diagnose(ClinicalCase.from_note("Ataxia. Cataract."))
    graded = engine.diagnose(ClinicalCase.from_note("Severe ataxia. Cataract, bilateral."))
    by_term = {finding.term_id: finding.modifiers for finding in graded.findings}
    assert by_term == {"HP:0001251": ("HP:0012828",), "HP:0000518": ("HP:0012832",)}
    assert [e.disease_id for e in plain.entries] == [e.disease_id for e in graded.entries]
    assert [e.probability for e in plain.entries] == [e.probability for e in graded.entries]
    assert graded.to_dict()["findings"][0]["modifiers"] == ["HP:0012832"]


def test_severity_and_modifiers_of_a_phenopacket_are_kept() -> None:
    case = ClinicalCase.from_phenopacket(
        {
            "subject": {"id": "p"},
            "phenotypicFeatures": [
                {
                    "type": {"id": "HP:0001251", "label": "Ataxia"},
                    "severity": {"id": "HP:0012828", "label": "Severe"},
                    "modifiers": [{"id": "HP:0012832", "label": "Bilateral"}, {}, "bad"],
                }
            ],
        }
    )
    assert case.findings[0].modifiers == ("HP:0012828", "HP:0012832")
