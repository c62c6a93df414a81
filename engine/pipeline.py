"""The steps in order: note → mentions → findings → scores → probabilities → explained entries."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from nosograph.engine.case import ClinicalCase
from nosograph.engine.differential import Differential, DifferentialEntry
from nosograph.engine.explanation import Explainer
from nosograph.engine.findings.annotator import LinkerName, NoteAnnotator
from nosograph.engine.findings.languages.annotator import LanguageAnnotator
from nosograph.engine.findings.languages.choice import AUTOMATIC, choose_language, english_only
from nosograph.engine.findings.mention import Mention
from nosograph.engine.findings.names.kinds import NameKind
from nosograph.engine.findings.note_reading import NoteReading
from nosograph.engine.findings.reading import (
    considered_terms,
    with_demographics,
    with_mentions,
    with_quantities,
)
from nosograph.engine.findings.validation import ValidatedFindings, validate_findings
from nosograph.engine.ranking.calibration import Calibration
from nosograph.engine.ranking.evidence import EvidenceModel
from nosograph.engine.ranking.forgetting import publication_ids, uncited_issues
from nosograph.engine.ranking.parameters import Parameters
from nosograph.engine.ranking.patient import PatientEvidence
from nosograph.engine.ranking.ranking import DiseaseRanking
from nosograph.engine.ranking.reasons import ScoredCase
from nosograph.engine.ranking.sufficiency import sufficiency_issues
from nosograph.kg.build import GraphSources
from nosograph.kg.graph import KnowledgeGraph
from nosograph.kg.store import Build, GraphStore

__all__ = ["DiagnosticEngine"]

Progress = Callable[[str], None]
_WorkerAnswer = tuple[Differential, NDArray[np.float64], NDArray[np.float64]]
QUEUED_PER_WORKER = 4
"""Cases that wait for each worker of `diagnose_many`: enough to keep it busy, few in memory."""


class DiagnosticEngine:
    """Diagnoses cases on one graph.

    Args:
        graph: The knowledge graph.
        parameters: Learned numbers of the evidence model and its calibration; the ones that are
            shipped when not given.
        linker: What finds mentions in notes.
    """

    def __init__(
        self,
        graph: KnowledgeGraph,
        *,
        parameters: Parameters | None = None,
        linker: LinkerName | str = LinkerName.DICTIONARY,
    ) -> None:
        self.graph = graph
        self.linker = LinkerName(linker)
        self.parameters = parameters or Parameters.shipped()
        self.model = EvidenceModel.open(graph, parameters=self.parameters.evidence)
        self.calibration = Calibration(self.parameters.calibration)

    @classmethod
    def load(
        cls,
        *,
        mondo: str | Path | None = None,
        translations: Iterable[str | Path] = (),
        sources: Mapping[str, str | Path] | None = None,
        home: str | Path | None = None,
        progress: Progress | None = None,
        linker: LinkerName | str = LinkerName.DICTIONARY,
    ) -> Self:
        """Open the engine on the embedded release; the first time, this builds the graph.

        Args:
            mondo: Folder or zip archive with MONDO's mapping sets to OMIM and Orphanet, to merge
                diseases by; without it, records are joined by name and gene.
            translations: Babelon tables with the terms' names in other languages (files, folders
                or zip archives), to read notes in those languages.
            sources: Paths of other releases, by source name: ``{"hpo": "hp.obo", …}``.
            home: Folder of the builds; the user's own data folder when not given.
            progress: Called with a few words at each step of a build.
            linker: What finds mentions in notes: ``dictionary``, or with its extra ``scispacy``.

        Raises:
            EngineError: If there is no such linker.
            SourceError: If a source file is missing or is not what is pinned.
            SourceFormatError: If a source file cannot be read.
            StoreError: If the build cannot be written or read.
        """
        graph_sources = GraphSources.embedded(
            mondo=mondo, translations=translations, others=sources
        )
        graph = KnowledgeGraph.open(graph_sources, home=home, progress=progress)
        return cls(graph, linker=linker)

    @cached_property
    def annotator(self) -> NoteAnnotator:
        """What finds mentions in English notes; opened when the first note comes."""
        return NoteAnnotator.open(self.graph, linker=self.linker)

    def link(
        self, note: str, *, kind: NameKind = NameKind.PHENOTYPE, language: str = AUTOMATIC
    ) -> tuple[Mention, ...]:
        """Every mention in a text, whatever is said of it, by ascending start.

        Args:
            note: The text.
            kind: What is sought: phenotypes, or for their own use diseases, genes, laboratory
                tests.
            language: Of the text; detected when not given. Only phenotypes are sought in other
                languages than English.
        """
        return self.read_note(note, kind=kind, language=language).mentions

    def read_note(
        self, note: str, *, kind: NameKind = NameKind.PHENOTYPE, language: str = AUTOMATIC
    ) -> NoteReading:
        """All that was read in a text: mentions of one kind, and numbers with their units.

        Args:
            note: The text.
            kind: As for `link`.
            language: As for `link`.
        """
        code, issues = choose_language(note, language, available=self.graph.languages)
        if code != "en" and kind is not NameKind.PHENOTYPE:
            code, issues = "en", (english_only(f"Names of the kind '{kind}'", code),)
        elif code != "en" and self.linker is not LinkerName.DICTIONARY:
            issues = (
                *issues,
                english_only(f"The linker '{self.linker}', which was not used", code),
            )
        reading = self._annotator_of(kind, code).read(note)
        return replace(reading, language=code, issues=issues)

    def _annotator_of(self, kind: NameKind, code: str) -> NoteAnnotator | LanguageAnnotator:
        if kind is NameKind.PHENOTYPE:
            return self.annotator if code == "en" else self._translated_annotator(code)
        if kind not in self._other_annotators:
            self._other_annotators[kind] = NoteAnnotator.open(self.graph, kind=kind)
        return self._other_annotators[kind]

    def _translated_annotator(self, code: str) -> LanguageAnnotator:
        if code not in self._translated_annotators:
            self._translated_annotators[code] = LanguageAnnotator.open(self.graph, code)
        return self._translated_annotators[code]

    @cached_property
    def _translated_annotators(self) -> dict[str, LanguageAnnotator]:
        """What finds phenotypes in notes of other languages; opened when the first one comes."""
        return {}

    @cached_property
    def _other_annotators(self) -> dict[NameKind, NoteAnnotator]:
        """What finds names that are no phenotypes; opened when they are first sought."""
        return {}

    def diagnose(
        self,
        case: ClinicalCase,
        *,
        limit: int = 20,
        exclude_publications: Iterable[str] = (),
    ) -> Differential:
        """Rank every disease of the graph for one case.

        Args:
            case: The patient.
            limit: Entries to explain and return; all diseases are ranked in any case.
            exclude_publications: Publications to forget, such as ``PMID:31675180`` (a bare number
                is PubMed's): a row of the annotations goes, in every disease, when all of its
                references are among them.

        Returns:
            The differential. Trouble with the case's data is in its ``issues``.
        """
        case, considered = self._read(case)
        validated = validate_findings(case.findings, graph=self.graph)
        publications = publication_ids(exclude_publications)
        scored = self.score(validated, case=case, exclude_publications=publications)
        ranking = DiseaseRanking(
            graph=self.graph,
            scores=scored.scores,
            probabilities=self.calibration.probabilities(
                scored.scores,
                n_observed=len(scored.patient.present),
                n_listed_excluded=scored.patient.n_listed_excluded,
                exact_share=scored.exact_share(int(np.argmax(scored.scores))),
            ),
        )
        entries = self._entries(ranking, scored, validated, considered=considered, limit=limit)
        issues = (
            *case.issues,
            *validated.issues,
            *uncited_issues(publications, graph=self.graph),
            *sufficiency_issues(validated, scored, ranking),
        )
        return Differential(
            case_id=case.case_id,
            entries=entries,
            findings=validated.findings,
            issues=issues,
            releases=tuple(sorted(self.graph.releases.items())),
            n_diseases=len(self.graph.diseases),
            sex=case.sex if case.sex in ("FEMALE", "MALE") else "",
            age_years=case.age_years,
            excluded_publications=publications,
            ranking=ranking,
        )

    def diagnose_many(
        self,
        cases: Iterable[ClinicalCase],
        *,
        workers: int = 1,
        limit: int = 20,
        exclude_publications: Iterable[str] = (),
    ) -> Iterator[Differential]:
        """Diagnose cases one after the other, in order, in constant memory.

        Args:
            cases: Any number of cases; they are taken as they are needed.
            workers: Processes. With more than one, a script must start its work under
                ``if __name__ == "__main__":``, as `multiprocessing` asks.
            limit: Entries of each differential.
            exclude_publications: As for `diagnose`.
        """
        publications = publication_ids(exclude_publications)
        if workers <= 1:
            for case in cases:
                yield self.diagnose(case, limit=limit, exclude_publications=publications)
            return
        start = (self.graph.build.path, self.graph.store.home, self.parameters, self.linker)
        with ProcessPoolExecutor(
            workers, mp_context=get_context("spawn"), initializer=_start_worker, initargs=start
        ) as pool:
            waiting: deque[Future[_WorkerAnswer]] = deque()
            for case in cases:
                waiting.append(pool.submit(_diagnose_in_worker, case, limit, publications))
                if len(waiting) >= workers * QUEUED_PER_WORKER:
                    yield self._received(waiting.popleft().result())
            while waiting:
                yield self._received(waiting.popleft().result())

    def score(
        self,
        validated: ValidatedFindings,
        *,
        case: ClinicalCase,
        exclude_publications: Sequence[str] = (),
    ) -> ScoredCase:
        """Score every disease for findings that are already consistent."""
        patient = PatientEvidence.of(validated.findings, validated.nodes, sex=case.sex)
        return self.model.score(patient, forgotten=self.model.forget(exclude_publications))

    def _read(self, case: ClinicalCase) -> tuple[ClinicalCase, frozenset[str]]:
        """The case with what its note says, and all terms that the note speaks of."""
        if not case.note.strip():
            return case, frozenset()
        reading = self.read_note(case.note, language=case.language)
        case = replace(case, issues=(*case.issues, *reading.issues))
        case = with_demographics(case, language=reading.language)
        read = with_mentions(case, reading.mentions, language=reading.language)
        considered = considered_terms(reading.mentions) | reading.answered
        return with_quantities(read, reading.quantities), considered

    def _entries(
        self,
        ranking: DiseaseRanking,
        scored: ScoredCase,
        validated: ValidatedFindings,
        *,
        considered: frozenset[str],
        limit: int,
    ) -> tuple[DifferentialEntry, ...]:
        if not validated.findings:  # every disease ties: a list would look like an answer
            return ()
        findings = dict(zip(validated.nodes, validated.findings, strict=True))
        explainer = Explainer(
            self.graph,
            scored,
            findings,
            considered=frozenset(self.graph.index(term_id) for term_id in considered),
        )
        return tuple(explainer.entry(ranking, int(p)) for p in ranking.best(limit))

    def _received(self, answer: _WorkerAnswer) -> Differential:
        differential, scores, probabilities = answer
        ranking = DiseaseRanking(graph=self.graph, scores=scores, probabilities=probabilities)
        return replace(differential, ranking=ranking)


_worker_engine: DiagnosticEngine | None = None
"""The engine of a worker process; opened once by `_start_worker`."""


def _start_worker(build: Path, home: Path, parameters: Parameters, linker: LinkerName) -> None:
    global _worker_engine
    graph = KnowledgeGraph(Build(build), store=GraphStore(home))
    _worker_engine = DiagnosticEngine(graph, parameters=parameters, linker=linker)


def _diagnose_in_worker(
    case: ClinicalCase, limit: int, publications: tuple[str, ...]
) -> _WorkerAnswer:
    """Diagnose in a worker; the ranking is sent as two arrays, without the graph."""
    assert _worker_engine is not None
    differential = _worker_engine.diagnose(case, limit=limit, exclude_publications=publications)
    ranking = differential.ranking
    assert ranking is not None
    return replace(differential, ranking=None), ranking.scores, ranking.probabilities
