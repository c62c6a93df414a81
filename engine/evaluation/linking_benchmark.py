"""Linking and assertion, measured on every annotated corpus of a data folder."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console

from nosograph.engine.evaluation.corpora import (
    AssertionCase,
    GoldDocument,
    read_assertion_cases,
    read_physical_exams,
    read_span_corpus,
    read_standoff_corpus,
)
from nosograph.engine.evaluation.linking import (
    LinkingFigures,
    Score,
    evaluate_assertion,
    evaluate_linking,
)
from nosograph.engine.findings.annotator import NoteAnnotator
from nosograph.engine.findings.mention import Assertion
from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.errors import SourceError

__all__ = ["LinkingReport", "run_linking_benchmark"]

ASSERTION_PRIORITY = (Assertion.EXCLUDED, Assertion.HISTORY)


class CorpusFigures(NamedTuple):
    """Figures of one corpus."""

    name: str
    with_polarity: bool
    figures: LinkingFigures


@dataclass(frozen=True, kw_only=True)
class LinkingReport:
    """All figures of one run."""

    corpora: tuple[CorpusFigures, ...]
    assertions: dict[str, Score]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""

        def plain(score: Score) -> dict[str, float]:
            counts: dict[str, float] = dict(score._asdict())
            return counts | {
                "precision": score.precision,
                "recall": score.recall,
                "f1": score.f1,
            }

        return {
            "corpora": {
                corpus.name + (" with polarity" if corpus.with_polarity else ""): {
                    "mention_strict": plain(corpus.figures.strict),
                    "mention_overlap": plain(corpus.figures.overlap),
                    "document": plain(corpus.figures.document),
                    "n_documents": corpus.figures.n_documents,
                    "documents_per_second": corpus.figures.documents_per_second,
                    "sentences_per_second": corpus.figures.sentences_per_second,
                }
                for corpus in self.corpora
            },
            "assertions": {name: plain(score) for name, score in self.assertions.items()},
        }

    def to_markdown(self) -> str:
        """For people."""
        lines = [
            "Precision / recall / F1, counts pooled over documents. A mention is right if its term "
            "is the gold one (an ancestor or descendant is wrong) and its span is the same "
            "(strict) or overlaps. A document is its set of terms.",
            "",
            "| corpus | documents | document | mention, strict | mention, overlap | documents/s "
            "| sentences/s |",
            "|--|--|--|--|--|--|--|",
        ]
        for name, with_polarity, figures in self.corpora:
            title = name + (", polarity counted" if with_polarity else "")
            placed = figures.strict.n_gold > 0
            lines.append(
                f"| {title} | {figures.n_documents:,} | {_triple(figures.document)} "
                f"| {_triple(figures.strict) if placed else '–'} "
                f"| {_triple(figures.overlap) if placed else '–'} "
                f"| {figures.documents_per_second:,.0f} | {figures.sentences_per_second:,.0f} |"
            )
        if self.assertions:
            lines += ["", "| assertion | precision / recall / F1 | cases |", "|--|--|--|"]
            for name, score in self.assertions.items():
                lines.append(f"| {name} | {_triple(score)} | {score.n_gold:,} |")
        return "\n".join(lines) + "\n"


def _triple(score: Score) -> str:
    return f"{score.precision:.3f} / {score.recall:.3f} / **{score.f1:.3f}**"


def run_linking_benchmark(
    data: Path, *, graph: KnowledgeGraph, console: Console | None = None
) -> LinkingReport:
    """Measure the linker on every corpus under ``data/text``.

    Args:
        data: Folder with ``text/``.
        graph: Its phenotypes are linked to, and it resolves old identifiers of the corpora.
        console: Where progress is shown.

    Raises:
        SourceError: If there is no corpus.
    """
    annotator = NoteAnnotator.open(graph)
    annotator.annotate("No seizures.")  # opens what is opened once, so that it is not measured
    found = []
    for name, with_polarity, documents in _corpora(data / "text", graph):
        with (console or Console(quiet=True)).status(f"linking {name}"):
            figures = evaluate_linking(
                annotator.linker,
                documents,
                asserted=annotator.assertion.apply if with_polarity else None,
            )
        found.append(CorpusFigures(name, with_polarity, figures))
    if not found:
        raise SourceError(
            f"no annotated texts under {data / 'text'}: expected gscplus_*.tsv, val.zip or others. "
            "--data names the folder above 'text'."
        )
    return LinkingReport(
        corpora=tuple(found), assertions=_assertions(data / "text", annotator=annotator)
    )


def _corpora(folder: Path, graph: KnowledgeGraph) -> Iterator[tuple[str, bool, list[GoldDocument]]]:
    for path in sorted(folder.glob("gscplus_*.tsv")):
        with path.open(encoding="utf-8") as lines:
            yield path.stem, False, list(read_span_corpus(lines, graph))
    for name in ("val", "genereviews"):
        archive = folder / f"{name}.zip"
        if archive.is_file():
            yield name, False, list(read_standoff_corpus(zipfile.Path(archive), graph))
    for path in sorted(folder.glob("bc8_*.tsv")):
        with path.open(encoding="utf-8") as lines:
            documents = list(read_physical_exams(lines, graph))
        yield path.stem, False, documents
        yield path.stem, True, documents


def _assertions(folder: Path, *, annotator: NoteAnnotator) -> dict[str, Score]:
    scores = {}
    for path in sorted(folder.glob("assertion_*.tsv")):
        with path.open(encoding="utf-8") as lines:
            cases = list(read_assertion_cases(lines))

        for expected in ASSERTION_PRIORITY:

            def says(case: AssertionCase, expected: Assertion = expected) -> Assertion:
                modifiers = annotator.assertion.modifiers(case.text, [(case.start, case.end)])[0]
                said = {modifier.assertion for modifier in modifiers}
                return expected if expected in said else Assertion.PRESENT

            scores[f"{path.stem}: {expected}"] = evaluate_assertion(says, cases, expected=expected)
    return scores
