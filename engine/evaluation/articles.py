"""From the text of a paper to the diagnosis of its patients, with the paper itself forgotten.

Papers whose patients are phenopackets, too, have a known diagnosis. Of some of them the full text
and the terms that a curator read in it are at hand: so the differential that comes of the text can
be set beside the one that comes of the curator's terms, and what negatives add can be seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console
from rich.progress import Progress

from nosograph.engine.case import ClinicalCase, Finding, Status
from nosograph.engine.evaluation.article_parts import report_part
from nosograph.engine.evaluation.cohorts import read_cohorts
from nosograph.engine.evaluation.corpora import read_article_texts
from nosograph.engine.evaluation.data_folder import ARTICLE_ARCHIVES, TEXT_FOLDER, merged_graph
from nosograph.engine.findings.reading import findings_of
from nosograph.engine.pipeline import DiagnosticEngine
from nosograph.engine.ranking.ranking import disease_position
from nosograph.ontologies.errors import SourceError

__all__ = ["ArticleReport", "run_article_benchmark"]

INPUTS = (
    "terms of the curator",
    "text, observed only",
    "text, negatives as in a note",
    "text, negatives as if looked for",
    "report, observed only",
    "report, negatives as in a note",
)


class Article(NamedTuple):
    """One paper."""

    publication: str
    text: str
    curated: tuple[str, ...]
    disease_ids: frozenset[str]
    """The diagnoses of the patients that it reports."""


class Outcome(NamedTuple):
    """One paper: the best rank of its diagnoses, by input."""

    ranks: tuple[float, ...]
    n_curated: int
    n_observed: int
    n_excluded: int


@dataclass(frozen=True, kw_only=True)
class ArticleReport:
    """All figures of one run."""

    outcomes: tuple[Outcome, ...]
    n_without_diagnosis: int
    """Papers of which no patient is a phenopacket."""
    n_unranked: int
    """Papers whose diagnosis has no annotation, or none but their own."""

    @property
    def ranks(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Shape ``(n_articles, n_inputs)``."""
        return np.array([outcome.ranks for outcome in self.outcomes]).reshape(-1, len(INPUTS))

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "articles": len(self.outcomes),
            "without a known diagnosis": self.n_without_diagnosis,
            "diagnosis not ranked": self.n_unranked,
            "inputs": {name: self._figures(i) for i, name in enumerate(INPUTS)},
        }

    def _figures(self, column: int) -> dict[str, float]:
        ranks = self.ranks[:, column]
        return {
            "top_1": float((ranks <= 1).mean()),
            "top_10": float((ranks <= 10).mean()),
            "mean_reciprocal_rank": float((1 / ranks).mean()),
            "geometric_mean_rank": float(np.exp(np.log(ranks).mean())),
        }

    def to_markdown(self) -> str:
        """For people."""
        n = [
            np.median([getattr(outcome, name) for outcome in self.outcomes])
            for name in ("n_curated", "n_observed", "n_excluded")
        ]
        lines = [
            f"{len(self.outcomes)} full texts of papers, each forgotten by the graph; the rank of "
            "the diagnosis of their patients among all diseases. Median of a text: "
            f"{n[0]:.0f} curated terms, {n[1]:.0f} findings and {n[2]:.0f} negatives read. Report: "
            "the text without introduction and discussion, which tell what the disease is like.",
            "",
            "| input | top-1 | top-10 | mean reciprocal rank | geometric mean of the rank |",
            "|--|--|--|--|--|",
        ]
        for i, name in enumerate(INPUTS):
            top_1, top_10, reciprocal, geometric = self._figures(i).values()
            lines.append(
                f"| {name} | {top_1:.3f} | {top_10:.3f} | {reciprocal:.3f} | {geometric:.2f} |"
            )
        lines += [
            "",
            f"Left out: {self.n_without_diagnosis} papers without a known diagnosis, "
            f"{self.n_unranked} whose diagnosis is not ranked without them.",
        ]
        return "\n".join(lines) + "\n"


def run_article_benchmark(
    data: Path, *, home: Path | None = None, console: Console | None = None
) -> ArticleReport:
    """Diagnose the patients of papers from their full text.

    Args:
        data: Folder with ``text/jax*.zip`` and ``phenopackets/``.
        home: Folder of the graphs.
        console: Where progress is shown.

    Raises:
        SourceError: If there are no such texts.
    """
    diagnoses: dict[str, set[str]] = {}
    for cohort in read_cohorts(data):
        for diagnosed in cohort.cases:
            for publication in diagnosed.publications:
                diagnoses.setdefault(publication, set()).add(diagnosed.disease_id)
    articles = list(_articles(data / TEXT_FOLDER, diagnoses))
    if not articles:
        raise SourceError(
            f"no articles under {data / TEXT_FOLDER}: expected an archive {ARTICLE_ARCHIVES} with "
            "txt/ and gold.json. --data names the folder above 'text'."
        )
    engine = DiagnosticEngine(merged_graph(data, home=home))
    known = [article for article in articles if article.disease_ids]
    with Progress(console=console, transient=True) as progress:
        judged = [_judge(engine, a) for a in progress.track(known, description="reading articles")]
    outcomes = tuple(outcome for outcome in judged if outcome is not None)
    return ArticleReport(
        outcomes=outcomes,
        n_without_diagnosis=len(articles) - len(known),
        n_unranked=len(known) - len(outcomes),
    )


def _articles(folder: Path, diagnoses: Mapping[str, Iterable[str]]) -> Iterator[Article]:
    for path in sorted(folder.glob(ARTICLE_ARCHIVES)):
        for number, text, term_ids in read_article_texts(path):
            publication = f"PMID:{number}"
            yield Article(
                publication=publication,
                text=text,
                curated=term_ids,
                disease_ids=frozenset(diagnoses.get(publication, ())),
            )


def _judge(engine: DiagnosticEngine, article: Article) -> Outcome | None:
    """Rank the diagnosis by every input; ``None`` if nothing but the paper speaks of it."""
    findings = findings_of(engine.link(article.text))
    reported = findings_of(engine.link(report_part(article.text)))
    observed = _observed(findings)
    looked_for = tuple(
        f if f.status is Status.PRESENT else replace(f, evidence=()) for f in findings
    )
    curated = ClinicalCase.from_terms(observed=article.curated)
    forgotten = engine.model.forget([article.publication])
    ranked = {
        d
        for d in article.disease_ids
        if (position := disease_position(engine.graph, d)) is not None
        and (position not in forgotten.diseases or forgotten.diseases[position].features)
    }
    if not ranked:
        return None
    read = (observed, findings, looked_for, _observed(reported), reported)
    cases = (curated, *(ClinicalCase(findings=f) for f in read))
    return Outcome(
        ranks=tuple(_best_rank(engine, case, article, ranked) for case in cases),
        n_curated=len(article.curated),
        n_observed=len({f.term_id for f in observed}),
        n_excluded=len({f.term_id for f in findings if f.status is Status.EXCLUDED}),
    )


def _observed(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.status is Status.PRESENT)


def _best_rank(
    engine: DiagnosticEngine, case: ClinicalCase, article: Article, disease_ids: Iterable[str]
) -> float:
    found = engine.diagnose(case, limit=0, exclude_publications=[article.publication])
    ranks = (found.rank_of(disease_id) for disease_id in disease_ids)
    return min(rank for rank in ranks if rank is not None)
