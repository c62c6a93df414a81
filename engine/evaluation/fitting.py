"""Fitting every learned number on published cases, once on all and once without each fold.

Deterministic: the same sources and cases give the same file, byte for byte.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from nosograph.engine.evaluation.calibration_fit import fit_calibration, summarize
from nosograph.engine.evaluation.cohorts import read_cohorts
from nosograph.engine.evaluation.coordinate_search import search
from nosograph.engine.evaluation.data_folder import merged_graph
from nosograph.engine.evaluation.folds import N_FOLDS
from nosograph.engine.evaluation.ingredients import CaseIngredients, IngredientReader
from nosograph.engine.evaluation.objective import Objective
from nosograph.engine.evaluation.onset_fit import fit_onset
from nosograph.engine.evaluation.training_cases import Pool, sample_cases
from nosograph.engine.ranking.evidence import EvidenceModel
from nosograph.engine.ranking.parameters import EvidenceParameters, Parameters
from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.errors import SourceError

__all__ = ["fit_parameters", "write_parameters"]

COHORT = "phenopacket-store"
"""Cohorts whose name begins so are fitted on; the others only measure."""
N_ROUNDS = 3
N_ROUNDS_OF_A_FOLD = 2


def fit_parameters(
    data: Path, *, home: Path | None = None, console: Console | None = None
) -> dict[str, Any]:
    """Fit on the phenopackets under a data folder.

    Args:
        data: Folder with ``phenopackets/phenopacket-store*`` and, for merging diseases,
            ``ontologies/mondo-sssom.zip``.
        home: Folder of the graphs.
        console: Where progress is shown.

    Returns:
        The content of ``parameters.json``.

    Raises:
        SourceError: If there are no such phenopackets, or too few.
    """
    cohorts = [c for c in read_cohorts(data) if c.name.startswith(COHORT)]
    if not cohorts:
        raise SourceError(
            f"{data}: no archive of phenopackets is named {COHORT}*: there is nothing to fit on. "
            "Download a release of phenopacket-store into its folder 'phenopackets'."
        )
    graph = merged_graph(data, home=home)
    pool = Pool.of((case for cohort in cohorts for case in cohort.cases), graph)
    if len(set(pool.fold_of.values())) < N_FOLDS:
        raise SourceError(
            f"{data}: the {len(pool.cases)} cases cannot be dealt into {N_FOLDS} folds that share "
            "no disease and no paper. Give more cases."
        )
    with Progress(console=console, transient=True) as progress:
        fit = _Fit(graph, pool, progress=progress)
        every = fit.fit(None)
        folds = [fit.fit(fold) for fold in range(N_FOLDS)]
    return {
        "all": every.as_dict(),
        "folds": [fold.as_dict() for fold in folds],
        "fold_of": dict(pool.fold_of),
        "fitted_on": {
            "cohorts": [cohort.name for cohort in cohorts],
            "cases": len(pool.cases),
            "diseases": len({position for _, position in pool.cases}),
            "cases whose disease has no annotation": pool.n_unranked,
            "sampled cases": len(fit.cases),
            "calibration cases": len(fit.calibrating),
            "sampled cases by fold": [
                sum(case.fold == fold for case in fit.cases) for fold in range(N_FOLDS)
            ],
            "releases": dict(sorted(graph.releases.items())),
        },
    }


class _Fit:
    """The sampled cases and their ingredients, shared by all folds."""

    def __init__(self, graph: KnowledgeGraph, pool: Pool, *, progress: Progress) -> None:
        self.graph, self.progress = graph, progress
        model = EvidenceModel.open(graph, parameters=EvidenceParameters())
        task = progress.add_task("forgetting papers", total=None)
        self.calibrating = tuple(sample_cases(pool, model))
        self.cases = tuple(case for case in self.calibrating if case.weight)
        progress.remove_task(task)
        table = fit_onset(model, self.cases)
        self.start = replace(model.parameters, onset_log10_lr=table)
        self.profiles = model.profiles
        reader = IngredientReader(self._model(self.start))
        self.ingredients: list[CaseIngredients] = [
            reader.read(case) for case in progress.track(self.cases, description="reading cases")
        ]

    def _model(self, parameters: EvidenceParameters) -> EvidenceModel:
        return EvidenceModel(self.graph, self.profiles, parameters=parameters)

    def fit(self, fold: int | None) -> Parameters:
        """Fit without one fold, or on all cases."""
        name = "all cases" if fold is None else f"without fold {fold + 1} of {N_FOLDS}"
        chosen = [i for i, case in enumerate(self.cases) if case.fold != fold]
        cases = [self.cases[i] for i in chosen]
        model = self._model(self.start)
        table = fit_onset(model, cases)
        objective = Objective(
            model,
            cases=cases,
            ingredients=[self.ingredients[i] for i in chosen],
            onset_log10_lr=table,
        )
        task = self.progress.add_task(f"searching, {name}", total=None)
        start = replace(self.start, onset_log10_lr=table)
        rounds = N_ROUNDS if fold is None else N_ROUNDS_OF_A_FOLD
        evidence, _ = search(objective, start, rounds=rounds)
        self.progress.remove_task(task)
        calibrating = [case for case in self.calibrating if case.fold != fold]
        tracked = self.progress.track(calibrating, description=f"calibrating, {name}")
        summaries = summarize(self._model(evidence), tracked)
        return Parameters(evidence=evidence, calibration=fit_calibration(summaries))


def write_parameters(content: dict[str, Any], path: Path) -> None:
    """Write the learned numbers as JSON, so that nobody ever reads half a file."""
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    number, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
