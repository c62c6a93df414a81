"""The Python contract: every name and behaviour that others build on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from multiprocessing import active_children
from pathlib import Path

import pytest

from nosograph.engine import (
    Assertion,
    ClinicalCase,
    DiagnosticEngine,
    Differential,
    EngineError,
    Sex,
    Status,
)
from nosograph.engine.pipeline import QUEUED_PER_WORKER
from nosograph.engine.ranking.ranking import DiseaseRanking
from nosograph.kg import KnowledgeGraph

MARFAN = ("HP:0001166", "HP:0001083", "HP:0002616")


def marfan_case(case_id: str = "") -> ClinicalCase:
    return ClinicalCase.from_terms(observed=MARFAN, excluded=["HP:0001263"], case_id=case_id)


# --- cases ---------------------------------------------------------------------------------------


def test_a_case_is_made_of_a_note() -> None:
    case = ClinicalCase.from_note("Ectopia lentis.", sex="female", age_years=7, case_id="a")
    assert (case.note, case.sex, case.age_years) == ("Ectopia lentis.", Sex.FEMALE, 7.0)
    assert (case.case_id, case.issues) == ("a", ())


def test_a_case_is_made_of_terms() -> None:
    case = ClinicalCase.from_terms(observed=["HP:0001166"], excluded=["HP:0001250"])
    assert [(f.term_id, f.status) for f in case.findings] == [
        ("HP:0001166", Status.PRESENT),
        ("HP:0001250", Status.EXCLUDED),
    ]


def test_one_term_without_a_list_is_one_term() -> None:
    case = ClinicalCase.from_terms(observed="HP:0001166", excluded="HP:0001250")
    assert [f.term_id for f in case.findings] == ["HP:0001166", "HP:0001250"]


def test_sex_and_age_that_are_given_win_over_the_note(toy_engine: DiagnosticEngine) -> None:
    note = "A 7-year-old girl with arachnodactyly."
    read = toy_engine.diagnose(ClinicalCase.from_note(note))
    given = toy_engine.diagnose(ClinicalCase.from_note(note, sex="MALE", age_years=30))
    assert (read.sex, read.age_years) == ("FEMALE", 7.0)
    assert (given.sex, given.age_years) == ("MALE", 30.0)


# --- linking -------------------------------------------------------------------------------------


def test_link_gives_every_mention_whatever_its_assertion(engine: DiagnosticEngine) -> None:
    note = "Seizures since birth. No ataxia. Her father has scoliosis. Possible cataract."
    mentions = engine.link(note)
    assert [(m.term_id, m.label, m.assertion) for m in mentions] == [
        ("HP:0001250", "Seizure", Assertion.PRESENT),
        ("HP:0001251", "Ataxia", Assertion.EXCLUDED),
        ("HP:0002650", "Scoliosis", Assertion.FAMILY_MEMBER),
        ("HP:0000518", "Cataract", Assertion.UNCERTAIN),
    ]
    assert all(m.text == note[m.start : m.end] for m in mentions)
    assert all(0 < m.confidence <= 1 for m in mentions)


def test_offsets_count_characters_of_the_note_as_it_was_given(engine: DiagnosticEngine) -> None:
    note = "  😀 Ümläut,\r\n\tshe has  seizures\u00a0and ataxia\n"
    mentions = engine.link(note)
    assert [note[m.start : m.end] for m in mentions] == ["seizures", "ataxia"]


# --- the differential ----------------------------------------------------------------------------


def test_an_entry_holds_what_the_contract_names(toy_engine: DiagnosticEngine) -> None:
    differential = toy_engine.diagnose(marfan_case("p1"))
    entry = differential.entries[0]
    assert entry.disease_id in ("MONDO:0007947", "OMIM:154700", "ORPHA:558")
    assert entry.source_ids == ("OMIM:154700", "ORPHA:558")
    assert entry.label == "Marfan syndrome"
    assert 0 < entry.probability < 1
    assert entry.contributions
    assert entry.paths
    assert entry.missing_features
    assert differential.case_id == "p1"
    assert dict(differential.releases)["hpo"] == "2025-01-16"
    assert differential.n_diseases == len(toy_engine.graph.diseases)


@pytest.mark.parametrize("limit", [0, 1, 3, 1000])
def test_limit_bounds_the_entries_and_not_the_ranking(
    toy_engine: DiagnosticEngine, limit: int
) -> None:
    differential = toy_engine.diagnose(marfan_case(), limit=limit)
    assert len(differential.entries) == min(limit, differential.n_diseases)
    assert differential.rank_of("DECIPHER:16") is not None


def test_any_identifier_of_a_merged_disease_has_its_rank(toy_engine: DiagnosticEngine) -> None:
    differential = toy_engine.diagnose(marfan_case(), limit=1)
    entry = differential.entries[0]
    for disease_id in (entry.disease_id, *entry.source_ids):
        assert differential.rank_of(disease_id) == entry.rank == 1


@pytest.mark.parametrize(
    "disease_id", ["OMIM:999999", "HP:0001166", "nonsense", "", "PMID:8172269"]
)
def test_what_is_no_disease_of_the_graph_has_no_rank(
    toy_engine: DiagnosticEngine, disease_id: str
) -> None:
    assert toy_engine.diagnose(marfan_case()).rank_of(disease_id) is None


def test_ties_share_their_mean_rank(toy_graph: KnowledgeGraph) -> None:
    import numpy as np

    scores = np.array([0.0, 2.0, 1.0, 1.0, 1.0, *[-1.0] * (len(toy_graph.diseases) - 5)])
    ranking = DiseaseRanking(graph=toy_graph, scores=scores, probabilities=scores)
    assert [ranking.rank_at(i) for i in range(5)] == [5, 1, 3, 3, 3]


# --- forgetting ----------------------------------------------------------------------------------

FIRST_PAPERS = ("PMID:28050285", "PMID:33436942")
"""Together they are all that line 6 of the toy annotations cites; neither is on its own."""


def frequency_shown(differential: Differential, term_id: str) -> set[int]:
    """Lines of the annotations that the paths of Marfan syndrome lead over, for one term."""
    entry = next(e for e in differential.entries if "OMIM:154700" in e.source_ids)
    return {
        step.edge.provenance.line
        for path in entry.paths
        for step in path.path.steps
        if step.edge.annotation is not None and step.edge.object == term_id
    }


def test_a_row_that_cites_another_paper_too_is_kept(toy_engine: DiagnosticEngine) -> None:
    whole = toy_engine.diagnose(marfan_case())
    one = toy_engine.diagnose(marfan_case(), exclude_publications=FIRST_PAPERS[:1])
    assert one.entries == whole.entries
    assert one.excluded_publications == FIRST_PAPERS[:1]


def test_a_row_goes_when_all_its_papers_are_forgotten(toy_engine: DiagnosticEngine) -> None:
    case = ClinicalCase.from_terms(observed=["HP:0002616"])
    whole = toy_engine.diagnose(case)
    without = toy_engine.diagnose(case, exclude_publications=["PMID:33436942"])
    assert whole.entries[0].contributions[0].match_type == "exact"
    marfan = next(e for e in without.entries if "OMIM:154700" in e.source_ids)
    assert marfan.contributions[0].match_type != "exact"
    assert marfan.score < whole.entries[0].score
    assert not frequency_shown(without, "HP:0002616")


def test_one_publication_without_a_list_is_one_publication(toy_engine: DiagnosticEngine) -> None:
    case = ClinicalCase.from_terms(observed=["HP:0002616"])
    listed = toy_engine.diagnose(case, exclude_publications=["PMID:33436942"])
    assert toy_engine.diagnose(case, exclude_publications="PMID:33436942") == listed


def test_forgetting_an_unknown_paper_changes_nothing(toy_engine: DiagnosticEngine) -> None:
    whole = toy_engine.diagnose(marfan_case())
    for unknown in ("PMID:1", "HP:0001166", "nonsense", ""):
        without = toy_engine.diagnose(marfan_case(), exclude_publications=[unknown])
        assert without.entries == whole.entries


def test_a_disease_that_loses_every_row_is_ranked_all_the_same(
    toy_engine: DiagnosticEngine,
) -> None:
    case = ClinicalCase.from_terms(observed=["HP:0000545", "HP:0001250"])
    without = toy_engine.diagnose(case, exclude_publications=["PMID:15236414"])
    entry = next(e for e in without.entries if "OMIM:253280" in e.source_ids)
    assert not entry.paths
    assert not entry.missing_features
    assert {c.match_type for c in entry.contributions} <= {"unmatched", "similar_disease"}
    assert without.rank_of("OMIM:253280") == entry.rank


def test_a_paper_is_forgotten_in_every_disease(engine: DiagnosticEngine) -> None:
    paper, terms_by_disease = paper_of_two_diseases(engine.graph)
    terms = sorted({term for terms in terms_by_disease.values() for term in terms})
    case = ClinicalCase.from_terms(observed=terms[:40])
    shown = shown_papers(engine.diagnose(case, limit=40), terms_by_disease)
    forgotten = engine.diagnose(case, limit=400, exclude_publications=[paper])
    assert (paper,) in shown
    assert (paper,) not in shown_papers(forgotten, terms_by_disease)
    for disease_id in terms_by_disease:
        assert forgotten.rank_of(disease_id) is not None


def paper_of_two_diseases(graph: KnowledgeGraph) -> tuple[str, dict[str, set[str]]]:
    """A paper that is all that rows of at least two diseases cite, and the terms of these rows."""
    by_paper: dict[str, dict[str, set[str]]] = {}
    for number in list(graph.edge_range("has_phenotype"))[:60_000]:
        papers = graph.publications_of(number)
        if len(papers) == 1 and len(graph.references.row(number)) == 1:
            disease = graph.node_id(int(graph.disease_of[graph.edge_subject[number]]))
            term = graph.node_id(int(graph.edge_object[number]))
            by_paper.setdefault(papers[0], {}).setdefault(disease, set()).add(term)
    return min(
        ((paper, found) for paper, found in by_paper.items() if len(found) > 1),
        key=lambda item: (sum(map(len, item[1].values())), item[0]),
    )


def shown_papers(differential: Differential, diseases: dict[str, set[str]]) -> set[tuple[str, ...]]:
    return {
        step.edge.provenance.publications
        for entry in differential.entries
        if entry.disease_id in diseases
        for path in entry.paths
        for step in path.path.steps
        if step.edge.annotation is not None
    }


# --- in and out ----------------------------------------------------------------------------------


def test_reading_what_was_written_is_identity(engine: DiagnosticEngine, example_note: str) -> None:
    differential = engine.diagnose(ClinicalCase.from_note(example_note, case_id="n"), limit=5)
    assert Differential.from_json(differential.to_json()) == differential
    assert Differential.from_dict(differential.to_dict()) == differential
    assert json.loads(differential.to_json()) == differential.to_dict()


def test_a_read_differential_knows_the_ranks_of_its_entries_only(
    toy_engine: DiagnosticEngine,
) -> None:
    differential = toy_engine.diagnose(marfan_case(), limit=1)
    read = Differential.from_json(differential.to_json())
    assert read.rank_of("ORPHA:558") == 1
    with pytest.raises(EngineError, match="serialised form"):
        read.rank_of("DECIPHER:16")


@pytest.mark.parametrize("text", ["", "[]", "{}", "nonsense", '{"entries": 3}', "null"])
def test_what_is_no_differential_is_refused(text: str) -> None:
    with pytest.raises(EngineError, match="not a differential"):
        Differential.from_json(text)


def test_the_page_for_people_names_rank_disease_and_evidence(
    engine: DiagnosticEngine, example_note: str
) -> None:
    page = engine.diagnose(ClinicalCase.from_note(example_note), limit=3).to_markdown()
    assert "| 1 | Marfan syndrome" in page
    assert "“Ectopia lentis”" in page
    assert "male, 14 years" in page
    assert "hpo 2025-01-16" in page


# --- many cases ----------------------------------------------------------------------------------


class Source:
    """An endless supply of cases that knows how many were taken."""

    def __init__(self) -> None:
        self.n_taken = 0

    def __iter__(self) -> Iterator[ClinicalCase]:
        while True:
            self.n_taken += 1
            yield marfan_case(str(self.n_taken))


@pytest.mark.parametrize("workers", [1, 2])
def test_many_cases_come_in_order_as_they_are_needed(
    toy_engine: DiagnosticEngine, workers: int
) -> None:
    source = Source()
    answers = toy_engine.diagnose_many(source, workers=workers, limit=2)
    assert source.n_taken == 0
    ahead = workers * QUEUED_PER_WORKER if workers > 1 else 1
    for number in range(1, 60):
        assert next(answers).case_id == str(number)
        assert source.n_taken - number < ahead
    answers.close()


def test_workers_give_the_same_as_one_after_the_other(toy_engine: DiagnosticEngine) -> None:
    cases = [
        marfan_case("a"),
        ClinicalCase.from_note("Seizures and myopia, no arachnodactyly.", case_id="b"),
        ClinicalCase.from_terms(observed=["HP:9999999"], case_id="c"),
    ]
    options = {"limit": 4, "exclude_publications": ["PMID:33436942"]}
    alone = [toy_engine.diagnose(case, **options) for case in cases]
    assert list(toy_engine.diagnose_many(cases, **options)) == alone
    shared = list(toy_engine.diagnose_many(iter(cases), workers=2, **options))
    assert shared == alone
    assert [d.rank_of("DECIPHER:16") for d in shared] == [d.rank_of("DECIPHER:16") for d in alone]


def test_no_cases_give_no_answers(toy_engine: DiagnosticEngine) -> None:
    assert list(toy_engine.diagnose_many([])) == []
    assert list(toy_engine.diagnose_many([], workers=2)) == []


def test_a_case_may_be_read_of_a_file(tmp_path: Path, toy_engine: DiagnosticEngine) -> None:
    packet = {"id": "x", "phenotypicFeatures": [{"type": {"id": "HP:0001166"}}]}
    path = tmp_path / "x.json"
    path.write_text(json.dumps(packet), "utf-8")
    read = [ClinicalCase.from_phenopacket(given) for given in (packet, path, str(path))]
    assert read[0] == read[1] == read[2]
    assert toy_engine.diagnose(read[0]).case_id == "x"


def test_workers_answer_in_the_order_of_the_cases_however_long_each_takes(
    toy_engine: DiagnosticEngine,
) -> None:
    """The first case takes much longer, so that those after it are ready first."""
    long_note = "The weather was fine in May. " * 10_000 + "Arachnodactyly."
    cases = [
        ClinicalCase.from_note("Myopia." if number else long_note, case_id=str(number))
        for number in range(3 * QUEUED_PER_WORKER)
    ]
    answers = toy_engine.diagnose_many(iter(cases), workers=2, limit=1)
    assert [answer.case_id for answer in answers] == [case.case_id for case in cases]


def test_the_answers_before_a_case_that_cannot_be_read_are_given(
    toy_engine: DiagnosticEngine,
) -> None:
    def cases() -> Iterator[ClinicalCase]:
        yield marfan_case("1")
        yield marfan_case("2")
        raise OSError("the third is gone")

    answers = toy_engine.diagnose_many(cases(), limit=1)
    assert [next(answers).case_id, next(answers).case_id] == ["1", "2"]
    with pytest.raises(OSError, match="the third is gone"):
        next(answers)


@pytest.mark.parametrize("takes", [0, 1])
def test_no_process_is_left_when_the_answers_are_not_all_taken(
    toy_engine: DiagnosticEngine, takes: int
) -> None:
    answers = toy_engine.diagnose_many(Source(), workers=2, limit=1)
    for _ in range(takes):
        next(answers)
    assert bool(active_children()) is bool(takes)
    answers.close()
    assert active_children() == []


# --- the example of the contract, as it is written ------------------------------------------------


def test_the_example_of_the_contract_runs_as_it_is_written(
    tmp_path: Path, nosograph_home: Path, embedded_graph: KnowledgeGraph
) -> None:
    engine = DiagnosticEngine.load()  # the embedded release, from the session's home
    assert engine.graph.build == embedded_graph.build
    note = "Tall girl with arachnodactyly and ectopia lentis. No seizures."
    from_note = ClinicalCase.from_note(note, sex="FEMALE", age_years=7)
    from_terms = ClinicalCase.from_terms(observed=["HP:0001166"], excluded=["HP:0001250"])
    packet = {"id": "p", "phenotypicFeatures": [{"type": {"id": "HP:0001166"}}]}
    path = tmp_path / "packet.json"
    path.write_text(json.dumps(packet), "utf-8")
    cases = [from_note, from_terms, *map(ClinicalCase.from_phenopacket, (path, str(path), packet))]
    for m in engine.link(note):
        assert (note[m.start : m.end], bool(m.term_id), bool(m.label)) == (m.text, True, True)
        assert m.assertion in Assertion
        assert 0 < m.confidence <= 1
    for case in cases:
        d = engine.diagnose(case, limit=20, exclude_publications=("PMID:31675180",))
        assert len(d.entries) == 20
        e = d.entries[0]
        assert e.disease_id
        assert e.source_ids
        assert e.label
        assert 0 < e.probability < 1
        assert e.score == pytest.approx(sum(c.log10_lr for c in e.contributions))
        assert e.paths
        assert isinstance(e.missing_features, tuple)
        assert d.rank_of("OMIM:154700") is not None
        assert d.rank_of("OMIM:999999") is None
        assert isinstance(d.issues, tuple)
        assert dict(d.releases)["hpo"]
        assert json.loads(d.to_json()) == d.to_dict()
        assert e.label in d.to_markdown()
    assert len(list(engine.diagnose_many(cases, workers=2))) == len(cases)
