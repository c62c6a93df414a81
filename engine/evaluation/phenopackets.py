"""Ranking of diagnoses, measured on published patients, with and without their own papers.

Every case is judged with numbers that were learned without its disease and without its paper.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console
from rich.progress import Progress

from nosograph.engine.case import Status
from nosograph.engine.evaluation.cohorts import Cohort, DiagnosedCase, read_cohorts
from nosograph.engine.evaluation.data_folder import merged_graph
from nosograph.engine.evaluation.metrics import (
    Share,
    calibration_error,
    calibration_noise,
    top_k,
)
from nosograph.engine.findings.validation import validate_findings
from nosograph.engine.ranking.calibration import Calibration
from nosograph.engine.ranking.evidence import EvidenceModel
from nosograph.engine.ranking.forgetting import Forgotten
from nosograph.engine.ranking.parameters import EvidenceParameters, ParameterFolds, Parameters
from nosograph.engine.ranking.patient import PatientEvidence
from nosograph.engine.ranking.profiles import DiseaseProfiles
from nosograph.engine.ranking.ranking import DiseaseRanking, disease_position
from nosograph.kg.graph import KnowledgeGraph

__all__ = ["PhenopacketReport", "run_phenopacket_benchmark"]

KS = (1, 3, 10)
SETTINGS = ("unleaked cases", "own paper out", "as released")


class Outcome(NamedTuple):
    """One case ranked in one way."""

    disease: int
    """Position of the right disease."""
    with_excluded: bool
    own_paper_out: bool
    is_leaked: bool
    """Whether the case's own paper is among the annotations of its disease."""
    rank: float
    top_probability: float
    top_is_right: bool


class Row(NamedTuple):
    """One line of the table."""

    cohort: str
    setting: str
    findings: str
    n_cases: int
    n_diseases: int
    micro: tuple[Share, ...]
    macro: tuple[Share, ...]
    calibration_error: float
    calibration_noise: float
    """The error to expect by chance alone."""


@dataclass(frozen=True, kw_only=True)
class PhenopacketReport:
    """All figures of one run."""

    rows: tuple[Row, ...]
    cohorts: tuple[dict[str, Any], ...]
    n_diseases: int
    milliseconds_a_case: float
    """Median time to rank all diseases for one case."""
    releases: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "rows": [
                row._asdict()
                | {"micro": [asdict(s) for s in row.micro]}
                | {"macro": [asdict(s) for s in row.macro]}
                for row in self.rows
            ],
            "cohorts": list(self.cohorts),
            "n_diseases": self.n_diseases,
            "milliseconds_a_case": self.milliseconds_a_case,
            "releases": self.releases,
        }

    def to_markdown(self) -> str:
        """For people."""
        lines = [
            f"Candidates: all {self.n_diseases:,} diseases. Ties at mean rank. 95 % intervals by "
            "resampling diseases. Numbers learned without the case's disease and paper.",
            "",
        ]
        head = "| cohort | setting | findings | cases | diseases |"
        head += "".join(f" top-{k} |" for k in KS) + "".join(f" top-{k}, by disease |" for k in KS)
        lines += [
            head + " calibration error | by chance alone |",
            "|" + "--|" * (5 + 2 * len(KS) + 2),
        ]
        for row in self.rows:
            shares = " | ".join(str(share) for share in (*row.micro, *row.macro))
            lines.append(
                f"| {row.cohort} | {row.setting} | {row.findings} | {row.n_cases:,} "
                f"| {row.n_diseases:,} | {shares} | {row.calibration_error:.3f} "
                f"| {row.calibration_noise:.3f} |"
            )
        lines += ["", f"Median {self.milliseconds_a_case:.1f} ms to rank all diseases for a case."]
        for cohort in self.cohorts:
            lines += ["", f"{cohort['name']}: {cohort['files']:,} files read."]
            for title in ("not usable", "not ranked", "issues", "fields not used"):
                counts = ", ".join(f"{name} {n:,}" for name, n in cohort[title].items())
                lines.append(f"- {title}: {counts or 'none'}")
        releases = ", ".join(f"{name} {release}" for name, release in self.releases.items())
        return "\n".join([*lines, "", f"Sources: {releases}."]) + "\n"


def run_phenopacket_benchmark(
    data: Path,
    *,
    home: Path | None = None,
    console: Console | None = None,
    change: Callable[[EvidenceParameters], EvidenceParameters] = lambda p: p,
) -> PhenopacketReport:
    """Rank every phenopacket under a data folder.

    Args:
        data: Folder with ``phenopackets/`` and, for merging diseases,
            ``ontologies/mondo-sssom.zip``.
        home: Folder of the graphs.
        console: Where progress is shown.
        change: Applied to the learned numbers before they are used, to see what they are worth.

    Raises:
        SourceError: If there are no phenopackets.
    """
    cohorts = read_cohorts(data)
    graph = merged_graph(data, home=home)
    judge = _Judge(graph, change=change)
    rows: list[Row] = []
    facts: list[dict[str, Any]] = []
    with Progress(console=console, transient=True) as progress:
        for cohort in cohorts:
            task = progress.add_task(cohort.name, total=len(cohort.cases))
            judge.not_ranked.clear()
            outcomes = []
            for outcome in judge.outcomes(cohort.cases):
                outcomes += outcome
                progress.advance(task)
            rows += _rows(cohort.name, outcomes)
            facts.append(_facts(cohort, judge.not_ranked))
    return PhenopacketReport(
        rows=tuple(rows),
        cohorts=tuple(facts),
        n_diseases=len(graph.diseases),
        milliseconds_a_case=1000 * float(np.median(judge.seconds)) if judge.seconds else 0.0,
        releases=dict(graph.releases),
    )


def _facts(cohort: Cohort, not_ranked: Counter[str]) -> dict[str, Any]:
    return {
        "name": cohort.name,
        "files": cohort.n_files,
        "not usable": dict(cohort.unreadable),
        "not ranked": dict(not_ranked),
        "issues": dict(cohort.issues),
        "fields not used": dict(cohort.unused),
    }


class _Judge:
    """Ranks cases, each with the fold of the learned numbers that is honest for it."""

    def __init__(
        self, graph: KnowledgeGraph, *, change: Callable[[EvidenceParameters], EvidenceParameters]
    ) -> None:
        self.graph, self.change = graph, change
        self.folds = ParameterFolds.shipped()
        shipped = Parameters.shipped().evidence
        self.profiles = DiseaseProfiles.open(
            graph, pooling=shipped.pooling, neighbours=shipped.neighbours
        )
        self.not_ranked: Counter[str] = Counter()
        self.seconds: list[float] = []

    def outcomes(self, cases: Iterable[DiagnosedCase]) -> Iterator[list[Outcome]]:
        """The outcomes of every case, fold by fold; an empty list for one that is not ranked."""
        by_fold: dict[int, list[tuple[DiagnosedCase, int]]] = {}
        for diagnosed in cases:
            fold, position = self._fold(diagnosed)
            if fold is None or position is None:
                yield []
            else:
                by_fold.setdefault(fold, []).append((diagnosed, position))
        for fold, members in sorted(by_fold.items()):
            parameters = self.folds.folds[fold]
            evidence = self.change(parameters.evidence)
            model = EvidenceModel(self.graph, self.profiles, parameters=evidence)
            calibration = Calibration(parameters.calibration)
            for diagnosed, position in members:
                yield self._ranked(diagnosed, position, model=model, calibration=calibration)

    def _fold(self, diagnosed: DiagnosedCase) -> tuple[int | None, int | None]:
        position = disease_position(self.graph, diagnosed.disease_id)
        if position is None:
            self.not_ranked["the disease has no annotation in the graph"] += 1
            return None, None
        records = self.graph.records_of(int(self.graph.diseases[position]))
        disease_ids = tuple(str(self.graph.node_id(int(r))) for r in records)
        fold = self.folds.fold_for(disease_ids, diagnosed.publications)
        if fold is None:
            self.not_ranked["disease and paper lie in different folds of the learned numbers"] += 1
        return fold, position

    def _ranked(
        self,
        diagnosed: DiagnosedCase,
        position: int,
        *,
        model: EvidenceModel,
        calibration: Calibration,
    ) -> list[Outcome]:
        validated = validate_findings(diagnosed.case.findings, graph=self.graph)
        if not any(f.status is Status.PRESENT for f in validated.findings):
            self.not_ranked["no observed finding (ranked all the same)"] += 1
        patient = PatientEvidence.of(validated.findings, validated.nodes, sex=diagnosed.case.sex)
        forgotten = model.forget(diagnosed.publications)
        is_leaked = self._is_leaked(position, diagnosed.publications)
        keeps_annotation = position not in forgotten.diseases or bool(
            forgotten.diseases[position].features
        )
        if not keeps_annotation:
            self.not_ranked["own paper out: the disease keeps no annotation"] += 1
        outcomes = []
        for with_excluded in (True, False):
            told = patient if with_excluded else patient.observed_only()
            for own_paper_out in (False, True):
                if own_paper_out and not keeps_annotation:
                    continue
                left_out = forgotten if own_paper_out else Forgotten()
                started = time.perf_counter()
                scored = model.score(told, forgotten=left_out)
                self.seconds.append(time.perf_counter() - started)
                scores, top = scored.scores, int(np.argmax(scored.scores))
                probabilities = calibration.probabilities(
                    scores,
                    n_observed=len(told.present),
                    n_listed_excluded=told.n_listed_excluded,
                    exact_share=scored.exact_share(top),
                )
                ranking = DiseaseRanking(
                    graph=self.graph, scores=scores, probabilities=probabilities
                )
                outcomes.append(
                    Outcome(
                        disease=position,
                        with_excluded=with_excluded,
                        own_paper_out=own_paper_out,
                        is_leaked=is_leaked,
                        rank=ranking.rank_at(position),
                        top_probability=float(probabilities[top]),
                        top_is_right=top == position,
                    )
                )
        return outcomes

    def _is_leaked(self, position: int, publications: tuple[str, ...]) -> bool:
        graph = self.graph
        papers = {n for p in publications if (n := graph.find(p)) is not None}
        return any(
            papers.intersection(graph.references.row(edge).tolist())
            for record in graph.records_of(int(graph.diseases[position])).tolist()
            for edge in graph.edges_from(record, "has_phenotype")
        )


def _rows(cohort: str, outcomes: list[Outcome]) -> list[Row]:
    rows = []
    for setting in SETTINGS:
        for with_excluded in (False, True):
            chosen = [
                o
                for o in outcomes
                if o.with_excluded == with_excluded
                and o.own_paper_out == (setting == "own paper out")
                and not (setting == "unleaked cases" and o.is_leaked)
            ]
            if not chosen:
                continue
            ranks = np.array([o.rank for o in chosen])
            diseases = np.array([o.disease for o in chosen])
            stated = np.array([o.top_probability for o in chosen])
            shares = [top_k(ranks, diseases, k) for k in KS]
            rows.append(
                Row(
                    cohort=cohort,
                    setting=setting,
                    findings="observed and excluded" if with_excluded else "observed only",
                    n_cases=len(chosen),
                    n_diseases=len(np.unique(diseases)),
                    micro=tuple(micro for micro, _ in shares),
                    macro=tuple(macro for _, macro in shares),
                    calibration_error=calibration_error(
                        stated, np.array([o.top_is_right for o in chosen])
                    ),
                    calibration_noise=calibration_noise(stated),
                )
            )
    return rows
