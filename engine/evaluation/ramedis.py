"""From the history of a patient to the diagnosis: what is lost when terms come from its words.

The patients of RAMEDIS have both a list of symptoms that a physician filled in and a history that
one wrote. So the differential that comes of the words can be set beside the one that comes of the
list. The papers that a history refers to are forgotten by the graph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import Progress

from nosograph.engine.case import ClinicalCase, Evidence, Finding, Modality, Status
from nosograph.engine.evaluation.data_folder import merged_graph
from nosograph.engine.evaluation.ramedis_records import (
    RamedisPatient,
    Symptom,
    SymptomTable,
    read_ramedis,
)
from nosograph.engine.evaluation.ramedis_report import (
    HistoryOutcome,
    HistoryReport,
    Reading,
    SymptomInText,
)
from nosograph.engine.evaluation.term_lines import TermLines
from nosograph.engine.findings.mention import Mention
from nosograph.engine.findings.reading import findings_of
from nosograph.engine.pipeline import DiagnosticEngine
from nosograph.engine.ranking.ranking import disease_position

__all__ = ["is_english", "run_history_benchmark"]

METABOLISM = "HP:0001939"
"""Abnormality of metabolism/homeostasis: laboratory values are below it, and here they often spell
out the diagnosis, which no row of the list of symptoms does."""

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset(
    _WORD.findall(
        "the of and was with he she his her at after by were had has as from which patient"
    )
)
_OTHERS = frozenset(
    _WORD.findall(
        "der die das und mit wurde nicht ein eine bei nach von im zu le la les une et dans avec el "
        "los las una y con por del il di che een het van de en met"
    )
)
"""German, French, Spanish, Italian, Dutch."""


def is_english(text: str) -> bool:
    """Whether small words of English outnumber those of its neighbours; false if it has none.

    >>> is_english("The boy was born at term."), is_english("Der Junge wurde in Bonn geboren.")
    (True, False)
    """
    words = [word.lower() for word in _WORD.findall(text)]
    return sum(w in _ENGLISH for w in words) > sum(w in _OTHERS for w in words)


def run_history_benchmark(
    data: Path, *, home: Path | None = None, console: Console | None = None
) -> HistoryReport:
    """Diagnose the patients of RAMEDIS from their symptoms and from their history.

    Args:
        data: Folder with ``ramedis/`` and ``ontologies/``.
        home: Folder of the graphs.
        console: Where progress is shown.

    Raises:
        SourceError: If there are no such patients.
    """
    engine = DiagnosticEngine(merged_graph(data, home=home))
    cohort, table = read_ramedis(data, engine.graph)
    left_out, judge = cohort.unreadable.copy(), _Judge(engine, table)
    outcomes = []
    with Progress(console=console or Console(quiet=True), transient=True) as progress:
        for patient in progress.track(cohort.patients, description="reading histories"):
            reason = _why_not(patient)
            outcome = None if reason else judge.outcome(patient)
            if outcome is None:
                left_out[reason or "diagnosis not ranked, or known from the own paper only"] += 1
            else:
                outcomes.append(outcome)
    return HistoryReport(outcomes=tuple(outcomes), left_out=left_out)


def _why_not(patient: RamedisPatient) -> str:
    if not patient.history:
        return "no history"
    return "" if is_english(patient.history) else "history not in English, or not in words"


class _Findings(NamedTuple):
    """Of one source, by what they say."""

    present: tuple[Finding, ...]
    excluded: tuple[Finding, ...]

    @property
    def all(self) -> tuple[Finding, ...]:
        return (*self.present, *self.excluded)


class _Judge:
    def __init__(self, engine: DiagnosticEngine, table: SymptomTable) -> None:
        self._engine = engine
        self._table = table
        self._lines = TermLines(engine.graph)

    def outcome(self, patient: RamedisPatient) -> HistoryOutcome | None:
        """Rank the diagnosis by every input; ``None`` if nothing but own papers speaks of it."""
        position = disease_position(self._engine.graph, patient.disease_id)
        if position is None:
            return None
        forgotten = self._engine.model.forget(patient.publications)
        if position in forgotten.diseases and not forgotten.diseases[position].features:
            return None
        mentions = self._engine.link(patient.history)
        dated = self._of_symptoms(patient.symptoms)
        symptoms = _Findings(*(tuple(replace(f, onset_age_years=None) for f in s) for s in dated))
        history = _split(findings_of(mentions))
        names = [_words(name) for name in self._names_of(patient, position)]
        inputs = (  # in the order of `INPUTS`
            symptoms.present,
            symptoms.all,
            dated.all,
            history.present,
            history.all,
            tuple(f for f in history.all if not self._is_named(f, names)),
            tuple(f for f in history.all if not self._is_laboratory(f)),
            (*history.all, *symptoms.all),
        )
        return HistoryOutcome(
            disease=position,
            found_by_screening=patient.found_by_screening,
            ranks=tuple(self._rank(patient, findings) for findings in inputs),
            n_terms=tuple(len({f.term_id for f in findings}) for findings in inputs),
            in_text=tuple(self._in_text(patient.symptoms, mentions, history.present)),
            n_read=len({f.term_id for f in history.present}),
            n_read_on_line=self._n_on_line(history.present, symptoms.present),
        )

    def _rank(self, patient: RamedisPatient, findings: Iterable[Finding]) -> float:
        case = ClinicalCase(sex=patient.sex, findings=tuple(findings))
        rank = self._engine.diagnose(
            case, limit=0, exclude_publications=patient.publications
        ).rank_of(patient.disease_id)
        assert rank is not None  # its position was found
        return rank

    def _of_symptoms(self, symptoms: Sequence[Symptom]) -> _Findings:
        """Findings of the list; present, if it is so at any age."""
        ages: dict[tuple[str, Status], list[float]] = {}
        for symptom in symptoms:
            for term_id in self._table.terms_of(symptom):
                at = ages.setdefault((term_id, symptom.status), [])
                at += () if symptom.age_years is None else (symptom.age_years,)
        evidence = (Evidence(modality=Modality.TERM),)
        return _split(
            Finding(
                term_id=term_id,
                status=status,
                evidence=evidence,
                onset_age_years=min(at, default=None) if status is Status.PRESENT else None,
            )
            for (term_id, status), at in ages.items()
            if status is Status.PRESENT or (term_id, Status.PRESENT) not in ages
        )

    def _names_of(self, patient: RamedisPatient, position: int) -> Iterator[str]:
        """What the diagnosis is called: by the physician, and by its records."""
        graph = self._engine.graph
        disease = int(graph.diseases[position])
        yield patient.diagnosis
        yield graph.label(disease)
        yield from (graph.label(int(record)) for record in graph.records_of(disease))

    def _is_named(self, finding: Finding, names: Iterable[frozenset[str]]) -> bool:
        """Whether all words of a finding are in a name of the diagnosis."""
        graph = self._engine.graph
        told = [_words(place.text) for place in finding.evidence]
        told.append(_words(graph.label(graph.index(finding.term_id))))
        return any(words and words <= name for words in told for name in names)

    def _is_laboratory(self, finding: Finding) -> bool:
        term_id = str(finding.term_id)
        return term_id not in self._table.term_ids and METABOLISM in self._lines.ancestors(term_id)

    def _in_text(
        self,
        symptoms: Iterable[Symptom],
        mentions: Iterable[Mention],
        present: Iterable[Finding],
    ) -> Iterator[SymptomInText]:
        """Where each symptom of the list is in the history, if it is."""
        read = {str(f.term_id) for f in present}
        named = {str(m.term_id) for m in mentions}
        seen: set[str] = set()
        for symptom in symptoms:
            terms = self._table.terms_of(symptom)
            if symptom.status is not Status.PRESENT or symptom.name in seen or not terms:
                continue
            seen.add(symptom.name)
            yield SymptomInText(symptom.name, self._reading(terms, read=read, named=named))

    def _reading(self, terms: Iterable[str], *, read: set[str], named: set[str]) -> Reading:
        terms = tuple(terms)
        if not read.isdisjoint(terms):
            return Reading.SAME_TERM
        if self._meets(terms, read):
            return Reading.ON_A_LINE
        return Reading.NOT_COUNTED if self._meets(terms, named) else Reading.NOT_READ

    def _meets(self, terms: Iterable[str], others: set[str]) -> bool:
        return any(self._lines.on_one_line(term, other) for term in terms for other in others)

    def _n_on_line(self, read: Iterable[Finding], symptoms: Iterable[Finding]) -> int:
        listed = {str(f.term_id) for f in symptoms}
        return sum(self._meets((term_id,), listed) for term_id in {str(f.term_id) for f in read})


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower().replace("aemia", "emia") for word in _WORD.findall(text))


def _split(findings: Iterable[Finding]) -> _Findings:
    by_status: dict[Status, list[Finding]] = {status: [] for status in Status}
    for finding in findings:
        by_status[finding.status].append(finding)
    return _Findings(tuple(by_status[Status.PRESENT]), tuple(by_status[Status.EXCLUDED]))
