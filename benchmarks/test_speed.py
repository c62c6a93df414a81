"""Hot paths, timed. Run by benchmarks/run.py, which sets a peer beside them."""

from __future__ import annotations

import itertools
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from nosograph.engine import ClinicalCase, DiagnosticEngine
from nosograph.engine.evaluation.cohorts import read_cohorts
from nosograph.engine.findings.validation import validate_findings
from nosograph.kg import GraphSources, KnowledgeGraph
from nosograph.kg.build import build_graph
from nosograph.kg.store import GraphStore

DATA = Path(os.environ["NOSOGRAPH_DATA"]) if "NOSOGRAPH_DATA" in os.environ else None
NOTE = (Path(__file__).parent.parent / "examples" / "note.txt").read_text()


def test_build_graph(benchmark, tmp_path):
    sources, numbers = GraphSources.embedded(), itertools.count()

    def build():
        build_graph(sources, store=GraphStore(tmp_path / str(next(numbers))))

    benchmark.pedantic(build, rounds=3)


def test_open_graph(benchmark, engine, home):
    benchmark(lambda: KnowledgeGraph.open(GraphSources.embedded(), home=home).diseases)


def test_load_engine(benchmark, engine, home):
    benchmark(lambda: DiagnosticEngine.load(home=home))


def test_link_note(benchmark, engine):
    engine.link(NOTE)
    benchmark(lambda: engine.link(NOTE))


def _validated(engine, cases):
    return [validate_findings(case.findings, graph=engine.graph) for case in cases]


def test_rank_all_diseases(benchmark, engine, cases):
    pairs = itertools.cycle(list(zip(_validated(engine, cases), cases, strict=True)))

    def rank():
        validated, case = next(pairs)
        return engine.score(validated, case=case).scores

    benchmark.pedantic(rank, rounds=len(cases), warmup_rounds=len(cases))


def test_rank_all_diseases_with_empty_caches(benchmark, engine, cases):
    pairs = itertools.cycle(list(zip(_validated(engine, cases), cases, strict=True)))

    def forget():
        engine.model.clear_caches()

    def rank():
        validated, case = next(pairs)
        return engine.score(validated, case=case).scores

    benchmark.pedantic(rank, setup=forget, rounds=50)


def test_diagnose_with_paths_of_ten(benchmark, engine, cases):
    turn = itertools.cycle(cases)
    benchmark.pedantic(
        lambda: engine.diagnose(next(turn), limit=10), rounds=len(cases), warmup_rounds=len(cases)
    )


@pytest.mark.skipif(DATA is None, reason="set NOSOGRAPH_DATA to a folder with phenopackets/")
def test_diagnose_published_patients_with_paths_of_ten(benchmark, engine):
    """Every patient once: what a cohort takes, caches as they come."""
    published = [d.case for cohort in read_cohorts(DATA) for d in cohort.cases]
    every = itertools.cycle(published[:: len(published) // 500])
    benchmark.pedantic(lambda: engine.diagnose(next(every), limit=10), rounds=450, warmup_rounds=50)


def test_diagnose_note(benchmark, engine):
    case = ClinicalCase.from_note(NOTE)
    engine.diagnose(case)
    benchmark(lambda: engine.diagnose(case, limit=10))


def test_plain_numpy_likelihood_ratio(benchmark, engine, cases):
    """What one would write in an afternoon: one dense row a term, logs added up."""
    profiles = engine.model.profiles
    terms = sorted({n for v in _validated(engine, cases) for n in v.nodes})
    rows = {}
    for term in terms:
        probability = np.full(profiles.n_diseases, 0.02 * profiles.background[term])
        diseases, frequencies = profiles.spread.row(term)
        probability[diseases] += 0.98 * frequencies
        rows[term] = np.log10(probability / profiles.background[term])
    turn = itertools.cycle([v.nodes for v in _validated(engine, cases)])
    benchmark.pedantic(lambda: sum(rows[n] for n in next(turn)), rounds=len(cases))


@pytest.fixture(autouse=True)
def _remove_builds(tmp_path):
    yield
    shutil.rmtree(tmp_path, ignore_errors=True)
