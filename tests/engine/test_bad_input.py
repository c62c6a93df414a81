"""Bad patient data never raises: it becomes an issue, and the rest of the case goes on."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nosograph.engine import CaseFormatError, ClinicalCase, DiagnosticEngine, Level
from nosograph.kg.graph import KnowledgeGraph


@pytest.fixture(scope="session")
def embedded_engine(embedded_graph: KnowledgeGraph) -> DiagnosticEngine:
    return DiagnosticEngine(embedded_graph)


@pytest.mark.parametrize("note", ["", "  \n\t ", "The weather was fine in May."])
def test_a_note_in_which_nothing_links_lists_no_diagnosis(
    note: str, embedded_engine: DiagnosticEngine
) -> None:
    differential = embedded_engine.diagnose(ClinicalCase.from_note(note))
    assert differential.entries == ()
    assert any(issue.level is Level.ERROR for issue in differential.issues)
    assert differential.rank_of("OMIM:154700") == (differential.n_diseases + 1) / 2


def test_one_term_is_called_thin(embedded_engine: DiagnosticEngine) -> None:
    differential = embedded_engine.diagnose(ClinicalCase.from_terms(observed=["HP:0001166"]))
    assert differential.entries
    assert any("Thin input" in issue.message for issue in differential.issues)


@pytest.mark.parametrize(
    ("term_id", "words"),
    [
        ("HP:9999999", "is not a term"),
        ("nonsense", "is not a term"),
        ("HP:0003577", "not a phenotypic abnormality"),
        ("HP:0001275", "former identifier"),
    ],
)
def test_an_unusable_identifier_gives_an_issue_with_a_solution(
    term_id: str, words: str, embedded_engine: DiagnosticEngine
) -> None:
    case = ClinicalCase.from_terms(observed=[term_id, "HP:0001166"])
    differential = embedded_engine.diagnose(case)
    issue = next(i for i in differential.issues if words in i.message)
    assert issue.solution
    assert differential.entries


def test_a_finding_both_present_and_excluded_is_present_with_a_warning(
    embedded_engine: DiagnosticEngine,
) -> None:
    case = ClinicalCase.from_terms(
        observed=["HP:0007359", "HP:0007359"], excluded=["HP:0007359", "HP:0001250"]
    )
    differential = embedded_engine.diagnose(case)
    assert [(f.term_id, f.status.value) for f in differential.findings] == [
        ("HP:0007359", "present")
    ]
    assert sum("is excluded, but" in issue.message for issue in differential.issues) == 2


def test_ten_thousand_bad_findings_give_few_issues_that_count_the_rest(
    embedded_engine: DiagnosticEngine,
) -> None:
    case = ClinicalCase.from_terms(observed=[f"HP:9{n:06}" for n in range(10_000)])
    issues = embedded_engine.diagnose(case).issues
    assert len(issues) < 30
    assert any("9980 more issues" in issue.message for issue in issues)


def test_a_note_that_is_not_utf8_is_read_with_a_warning(embedded_engine: DiagnosticEngine) -> None:
    case = ClinicalCase.from_note(b"Arachnodactyly \xff\xfe and scoliosis.")
    differential = embedded_engine.diagnose(case)
    assert any("UTF-8" in issue.message for issue in differential.issues)
    assert len(differential.findings) == 2


@pytest.mark.parametrize("age", [float("nan"), -1, 500, "old"])
def test_an_absurd_age_is_left_out_with_a_warning(age: object) -> None:
    case = ClinicalCase.from_note("Ataxia", age_years=age)  # type: ignore[arg-type]
    assert case.age_years is None
    assert len(case.issues) == 1


def test_a_long_note_is_read_and_each_finding_counts_once(
    embedded_engine: DiagnosticEngine,
) -> None:
    note = "The boy has arachnodactyly and ectopia lentis. No seizures.\n" * 5_000
    differential = embedded_engine.diagnose(ClinicalCase.from_note(note), limit=3)
    assert len(differential.findings) == 3
    assert any("further places" in issue.message for issue in differential.issues)
    assert len(differential.to_json()) < 1_000_000


def test_a_note_of_five_megabytes_is_read_to_its_end(embedded_engine: DiagnosticEngine) -> None:
    filler = "The weather was fine and the journey from the village took two hours.\n" * 36_000
    note = f"Arachnodactyly.\n{filler}Ectopia lentis.\n{filler}No seizures. She has ataxia."
    assert len(note.encode()) > 5_000_000
    differential = embedded_engine.diagnose(ClinicalCase.from_note(note), limit=3)
    assert {(f.term_id, f.status.value) for f in differential.findings} == {
        ("HP:0001166", "present"),
        ("HP:0001083", "present"),
        ("HP:0001250", "excluded"),
        ("HP:0001251", "present"),
    }
    for finding in differential.findings:
        (said,) = finding.evidence
        assert note[said.start : said.end] == said.text
    assert len(differential.entries) == 3
    assert len(differential.to_json()) < 1_000_000


@pytest.mark.parametrize("text", ["[]", '"text"', "{", "{}", "1", "[" * 100_000])
def test_a_file_that_is_no_phenopacket_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(text)
    with pytest.raises(CaseFormatError, match="not a phenopacket"):
        ClinicalCase.from_phenopacket(path)


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "type", "age", "onset", "excluded", "sex", "iso8601duration", "ageRange"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)


@settings(max_examples=200, deadline=None)
@given(subject=_JSON, features=_JSON)
def test_wrong_types_anywhere_never_raise(subject: object, features: object) -> None:
    packet = {"subject": subject, "phenotypicFeatures": features}
    case = ClinicalCase.from_phenopacket(json.loads(json.dumps(packet)))
    assert case.sex in ("UNKNOWN_SEX", "FEMALE", "MALE", "OTHER_SEX")


def test_the_answer_that_a_phenopacket_carries_is_never_read(
    embedded_engine: DiagnosticEngine,
) -> None:
    packet = {
        "id": "p",
        "subject": {"sex": "MALE"},
        "phenotypicFeatures": [{"type": {"id": "HP:0001166"}}, {"type": {"id": "HP:0001083"}}],
    }
    told = packet | {
        "diseases": [{"term": {"id": "OMIM:236200"}}],
        "interpretations": [{"diagnosis": {"disease": {"id": "OMIM:236200"}}}],
        "genes": [{"id": "HGNC:1550"}],
    }
    without, with_answer = (
        embedded_engine.diagnose(ClinicalCase.from_phenopacket(p)) for p in (packet, told)
    )
    assert without.entries == with_answer.entries
