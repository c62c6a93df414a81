"""tests engine/report.py: what a page says, and never the opposite of it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from nosograph.engine import (
    ClinicalCase,
    Contribution,
    DiagnosticEngine,
    Differential,
    DifferentialEntry,
    Evidence,
    EvidencePath,
    Finding,
    MatchType,
    Modality,
    Status,
)
from nosograph.engine.report import (
    MATCH_WORDS,
    age_text,
    differential_markdown,
    differential_renderable,
    is_possible,
    match_words,
)
from nosograph.kg import KnowledgeGraph, Path, Step
from nosograph.ontologies import TermId

SEIZURE, SEIZURE_LABEL = TermId("HP:0001250"), "Seizure"
MARFAN = TermId("OMIM:154700")


def _note(
    text: str = "seizures", *, trigger: str = "", is_uncertain: bool = False
) -> tuple[Evidence, ...]:
    place = Evidence(
        modality=Modality.NOTE,
        text=text,
        start=0,
        end=len(text),
        trigger=trigger,
        is_uncertain=is_uncertain,
    )
    return (place,)


def _contribution(
    finding: Finding, *, kind: str = "exact", log10_lr: float = 0.5, met: str = ""
) -> Contribution:
    return Contribution(
        term_id=TermId(finding.term_id),
        label=SEIZURE_LABEL,
        status=finding.status,
        match_type=kind,  # type: ignore[arg-type]  # also values that are to come
        matched_term=None,
        matched_label=met,
        log10_lr=log10_lr,
        evidence=finding.evidence,
    )


def _differential(graph: KnowledgeGraph, finding: Finding, **contribution: object) -> Differential:
    """One disease that a single finding meets by an edge of the graph."""
    record, term = graph.index(MARFAN), graph.index(SEIZURE)
    number = next(
        e for e in graph.edges_from(record, "has_phenotype") if graph.edge_object[e] == term
    )
    path = Path(start=SEIZURE, steps=(Step(edge=graph.edge(number), is_forward=False),))
    entry = DifferentialEntry(
        rank=1.0,
        disease_id=MARFAN,
        source_ids=(MARFAN,),
        label="Marfan syndrome",
        probability=0.5,
        score=0.5,
        contributions=(_contribution(finding, **contribution),),  # type: ignore[arg-type]
        paths=(
            EvidencePath(
                term_id=SEIZURE,
                evidence=finding.evidence,
                path=path,
                labels=(SEIZURE_LABEL, "Marfan syndrome"),
            ),
        ),
    )
    return Differential(
        case_id="",
        entries=(entry,),
        findings=(finding,),
        issues=(),
        releases=(("hpo", "2025-01-16"),),
        n_diseases=7,
    )


def _terminal(differential: Differential) -> str:
    console = Console(width=300)
    with console.capture() as capture:
        console.print(differential_renderable(differential), soft_wrap=True)
    return capture.get()


def _pages(differential: Differential) -> tuple[str, str]:
    return _terminal(differential), differential_markdown(differential)


PRESENT = Finding(term_id=SEIZURE, evidence=_note())
POSSIBLE = Finding(
    term_id=SEIZURE, evidence=_note(trigger="possible", is_uncertain=True), confidence=0.5
)
EXCLUDED = Finding(term_id=SEIZURE, status=Status.EXCLUDED, evidence=_note(trigger="no"))


def test_an_uncertain_finding_is_listed_as_possible_and_not_as_present(
    toy_graph: KnowledgeGraph,
) -> None:
    terminal, markdown = _pages(_differential(toy_graph, POSSIBLE))
    assert "Present: none\nPossible: “seizures”\nExcluded: none\n" in terminal
    assert "Present: none.\n\nPossible: Seizure [HP:0001250] “seizures”.\n" in markdown
    assert "| Seizure (possible) |" in markdown
    for page in (terminal, markdown):
        assert "+0.50  Seizure (possible) “seizures”" in page
        assert "possible: “seizures” → Seizure [HP:0001250]" in page


def test_a_page_without_possible_findings_has_no_line_for_them(toy_graph: KnowledgeGraph) -> None:
    terminal, markdown = _pages(_differential(toy_graph, PRESENT))
    assert "Present: “seizures”\nExcluded: none\n" in terminal
    assert "Present: Seizure [HP:0001250] “seizures”.\n\nExcluded: none.\n" in markdown
    assert "ossible" not in terminal + markdown


@pytest.mark.parametrize(
    ("finding", "possible"),
    [
        (PRESENT, False),
        (POSSIBLE, True),
        (EXCLUDED, False),
        (replace(PRESENT, confidence=0.45), False),  # a link of which the linker is not sure
        (
            replace(POSSIBLE, evidence=(*_note(trigger="possible", is_uncertain=True), *_note())),
            False,
        ),
        (Finding(term_id=SEIZURE, confidence=0.5), True),
        (Finding(term_id=SEIZURE), False),
        (Finding(term_id=SEIZURE, evidence=(Evidence(modality=Modality.TERM),)), False),
    ],
)
def test_a_finding_is_possible_if_every_place_of_the_note_calls_it_so(
    finding: Finding, possible: bool
) -> None:
    assert is_possible(finding) is possible


@pytest.mark.parametrize("log10_lr", [0.5, -0.5])
def test_an_excluded_finding_is_never_printed_as_one_that_is_there(
    log10_lr: float, toy_graph: KnowledgeGraph
) -> None:
    differential = _differential(
        toy_graph, EXCLUDED, kind=MatchType.EXCLUDED_EXPECTED, log10_lr=log10_lr
    )
    terminal, markdown = _pages(differential)
    assert "Excluded: “seizures”" in terminal
    assert "| no Seizure |" in markdown
    for page in (terminal, markdown):
        assert f"{log10_lr:+.2f}  no Seizure “seizures” (absent, though" in page
        assert "absent: “seizures” → Seizure [HP:0001250] —looked for in: not seen (0/12)" in page


def test_terms_are_named_where_the_input_has_no_words(toy_graph: KnowledgeGraph) -> None:
    finding = Finding(term_id=SEIZURE, evidence=(Evidence(modality=Modality.TERM),))
    terminal, markdown = _pages(_differential(toy_graph, finding))
    assert "Present: Seizure [HP:0001250]\n" in terminal
    assert "Present: Seizure [HP:0001250].\n" in markdown


def test_every_match_type_has_words() -> None:
    kinds = {kind.value for kind in MatchType} - {"demographic"}
    assert kinds | {"excluded_possible"} == set(MATCH_WORDS)
    assert all("_" not in words and "consistent" not in words for words in MATCH_WORDS.values())


@pytest.mark.parametrize("kind", ["excluded_expected", "excluded_possible"])
def test_an_absence_that_counts_for_a_disease_says_why(kind: str) -> None:
    reason = "; counts for it because it was looked for"
    assert match_words(_contribution(EXCLUDED, kind=kind, log10_lr=0.4)).endswith(reason)
    for log10_lr in (0.0, -0.4):
        assert reason not in match_words(_contribution(EXCLUDED, kind=kind, log10_lr=log10_lr))
    consistent = _contribution(EXCLUDED, kind="excluded_consistent", log10_lr=0.4)
    assert match_words(consistent) == "absent; not known of the disease"


def test_the_age_of_onset_is_compared_in_plain_words() -> None:
    met = "onset before or at birth, infantile, childhood, late"
    contribution = replace(
        _contribution(PRESENT, kind=MatchType.DEMOGRAPHIC, met=met), term_id=None
    )
    assert match_words(contribution) == (
        "the disease begins before or at birth, in infancy, in childhood or late in life"
    )
    assert match_words(replace(contribution, matched_label="onset adult")) == (
        "the disease begins in adult life"
    )
    sex = replace(contribution, matched_label="X-linked recessive inheritance")
    assert match_words(sex) == "X-linked recessive inheritance"


@pytest.mark.parametrize(
    ("age_years", "text"),
    [
        (104, "104 years"),
        (14.5, "14 years 6 months"),
        (14, "14 years"),
        (1, "1 year"),
        (1 + 1 / 12, "1 year 1 month"),
        (0.166667, "2 months"),
        (1 / 12, "1 month"),
        (5 / 365.25, "5 days"),
        (1 / 365.25, "1 day"),
        (0, "0 days"),
        (0.9999, "1 year"),
        (1.9999, "2 years"),
    ],
)
def test_an_age_is_said_as_people_say_it(age_years: float, text: str) -> None:
    assert age_text(age_years) == text


@given(st.floats(0, 130))
def test_an_age_in_words_is_the_age(age_years: float) -> None:
    words = age_text(age_years).split()
    units = {"year": 1.0, "month": 1 / 12, "day": 1 / 365.25}
    told = sum(
        int(n) * units[unit.removesuffix("s")]
        for n, unit in zip(words[::2], words[1::2], strict=True)
    )
    assert told == pytest.approx(age_years, abs=0.045)


def test_the_page_says_that_the_age_is_not_used(toy_graph: KnowledgeGraph) -> None:
    differential = replace(_differential(toy_graph, PRESENT), sex="MALE", age_years=104.0)
    for page in _pages(differential):
        assert "Patient: male, 104 years (age is not used in the ranking)" in page


def test_with_nothing_to_rank_there_is_no_table(toy_engine: DiagnosticEngine) -> None:
    for page in _pages(toy_engine.diagnose(ClinicalCase.from_note("Fine weather."))):
        assert "no finding to rank by" in page
        assert "probability" not in page
        assert "diseases ranked" not in page


def test_every_step_of_a_path_names_its_release(engine: DiagnosticEngine) -> None:
    case = ClinicalCase.from_terms(observed=["HP:0007359", "HP:0001166"], excluded=["HP:0001083"])
    paths = [
        line
        for line in engine.diagnose(case, limit=3).to_markdown().splitlines()
        if "→" in line and line.startswith("- ")
    ]
    assert paths
    for line in paths:
        steps = line.split("—")[1:]
        assert steps
        assert all("2025-01-16" in step or "nosograph-inferred" in step for step in steps)


def test_the_shipped_note_says_what_is_only_possible(
    engine: DiagnosticEngine, example_note: str
) -> None:
    differential = engine.diagnose(ClinicalCase.from_note(example_note))
    present, possible = _terminal(differential).splitlines()[1:3]
    assert possible == "Possible: “pes planus”"
    assert "pes planus" not in present
    assert "Pes planus (possible)" in differential.to_markdown()
