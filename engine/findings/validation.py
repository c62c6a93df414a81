"""Findings made consistent: current identifiers, each once, without contradiction.

Nothing raises and nothing is dropped in silence: every finding that is changed or left out gives an
`Issue`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from nosograph.engine.case import MAX_AGE_YEARS, Finding, Issue, Level, Modality, Status
from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.ontology import PHENOTYPIC_ABNORMALITY, ResolutionKind

__all__ = ["ValidatedFindings", "validate_findings"]

MAX_ISSUES_OF_A_KIND = 20
"""After so many issues of one kind the rest are counted in one more."""
MAX_SHOWN_IDENTIFIER = 40
MAX_SHOWN_WORDS = 60
"""Characters of the note's words that an issue repeats."""
MAX_PLACES = 20
"""Places in the input that are kept for one finding; a note of megabytes repeats itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidatedFindings:
    """What can be reasoned with."""

    findings: tuple[Finding, ...]
    """Ascending by term; present or excluded, never both."""
    nodes: tuple[int, ...]
    """The graph's node of each finding."""
    issues: tuple[Issue, ...]


def validate_findings(findings: Iterable[Finding], *, graph: KnowledgeGraph) -> ValidatedFindings:
    """Resolve, merge and reconcile findings.

    Args:
        findings: As given or linked, in any order.
        graph: Knows which identifiers are current phenotypes.
    """
    notes = _Issues()
    told: dict[tuple[str, Status], list[Finding]] = {}
    for number, finding in enumerate(findings):
        where = f"findings[{number}]"
        resolved = _resolve(finding, graph=graph, where=where, notes=notes)
        if resolved is None:
            continue
        same = told.setdefault((resolved.term_id, resolved.status), [])
        if same and not any(e.modality is Modality.NOTE for e in resolved.evidence):
            _note_duplicate(resolved, graph=graph, where=where, notes=notes)
        same.append(resolved)
    by_term = {key: _merged(same, notes=notes) for key, same in told.items()}
    kept = _reconcile(by_term, graph=graph, notes=notes)
    kept.sort(key=lambda finding: finding.term_id)
    return ValidatedFindings(
        findings=tuple(kept),
        nodes=tuple(graph.index(finding.term_id) for finding in kept),
        issues=notes.all(),
    )


class _Issues:
    """Issues by kind, so that ten thousand of one kind stay readable."""

    def __init__(self) -> None:
        self._by_kind: dict[str, list[Issue]] = {}
        self._n_more: dict[str, int] = {}
        self.n_places_left_out = 0

    def add(self, kind: str, level: Level, message: str, *, solution: str, where: str) -> None:
        issues = self._by_kind.setdefault(kind, [])
        if len(issues) < MAX_ISSUES_OF_A_KIND:
            issues.append(Issue(level=level, message=message, solution=solution, where=where))
        else:
            self._n_more[kind] = self._n_more.get(kind, 0) + 1

    def all(self) -> tuple[Issue, ...]:
        found = [issue for issues in self._by_kind.values() for issue in issues]
        found += [
            Issue(
                level=self._by_kind[kind][0].level,
                message=f"{n} more issues of the kind '{kind}'.",
                solution=self._by_kind[kind][0].solution,
                where="findings",
            )
            for kind, n in self._n_more.items()
        ]
        if self.n_places_left_out:
            found.append(
                Issue(
                    level=Level.INFO,
                    message=f"Findings are named more than {MAX_PLACES} times; "
                    f"{self.n_places_left_out} further places are not listed.",
                    solution="nothing to do: a finding counts once, however often it is named.",
                    where="findings",
                )
            )
        return tuple(found)


def _resolve(
    finding: Finding, *, graph: KnowledgeGraph, where: str, notes: _Issues
) -> Finding | None:
    """The finding under its current identifier, or ``None`` if it cannot be used."""
    asked = str(finding.term_id)
    resolution = graph.resolve(asked)
    shown = asked if len(asked) <= MAX_SHOWN_IDENTIFIER else asked[:MAX_SHOWN_IDENTIFIER] + "…"
    release = f"HPO {graph.releases['hpo']}"
    if resolution.kind is ResolutionKind.UNKNOWN:
        notes.add(
            "unknown identifier",
            Level.WARNING,
            f"'{shown}' is not a term of {release}; the finding was left out.",
            solution="check the identifier; it may be newer than this release or of another "
            "ontology.",
            where=where,
        )
        return None
    if resolution.term_id is None:
        proposed = ", ".join(f"{graph.label(graph.index(t))} [{t}]" for t in resolution.suggestions)
        notes.add(
            "obsolete identifier",
            Level.WARNING,
            f"'{shown}' is obsolete in {release} without one successor; the finding was left out.",
            solution=f"choose one of: {proposed}." if proposed else "choose a current term.",
            where=where,
        )
        return None
    node = graph.index(resolution.term_id)
    if not graph.is_phenotype(node):
        notes.add(
            "not a phenotype",
            Level.WARNING,
            f"{graph.label(node)} [{resolution.term_id}] is not a phenotypic abnormality but "
            "qualifies one; the finding was left out.",
            solution="give the abnormality itself.",
            where=where,
        )
        return None
    if resolution.term_id == PHENOTYPIC_ABNORMALITY:
        notes.add(
            "says nothing",
            Level.WARNING,
            f"{graph.label(node)} [{resolution.term_id}] is what every patient has; the finding "
            "was left out.",
            solution="give the abnormality itself.",
            where=where,
        )
        return None
    if resolution.kind is not ResolutionKind.PRIMARY:
        notes.add(
            "former identifier",
            Level.INFO,
            f"'{shown}' is a former identifier of {graph.label(node)} [{resolution.term_id}], "
            "which was used.",
            solution=f"write {resolution.term_id}.",
            where=where,
        )
    confidence = finding.confidence
    if not 0 < confidence <= 1:  # also false for NaN
        notes.add(
            "confidence out of range",
            Level.WARNING,
            "The confidence is not in (0, 1]; 1 was used.",
            solution="give a number in (0, 1].",
            where=where,
        )
        confidence = 1.0
    onset = finding.onset_age_years
    if onset is not None and not 0 <= onset <= MAX_AGE_YEARS:  # also true for NaN
        notes.add(
            "onset out of range",
            Level.WARNING,
            f"The age of onset is not between 0 and {MAX_AGE_YEARS:g} years; it was left out.",
            solution="give the age in years.",
            where=where,
        )
        onset = None
    return replace(
        finding, term_id=resolution.term_id, confidence=confidence, onset_age_years=onset
    )


def _note_duplicate(finding: Finding, *, graph: KnowledgeGraph, where: str, notes: _Issues) -> None:
    """A note says things twice, a list should not."""
    notes.add(
        "duplicate",
        Level.INFO,
        f"{graph.label(graph.index(finding.term_id))} [{finding.term_id}] is {finding.status} more "
        "than once; it counts once.",
        solution="nothing to do, unless another term was meant.",
        where=where,
    )


def _merged(same: Sequence[Finding], *, notes: _Issues) -> Finding:
    """One finding said several times: it counts once, with its first places."""
    places = tuple(dict.fromkeys(e for finding in same for e in finding.evidence))
    notes.n_places_left_out += len(places[MAX_PLACES:])
    onsets = [f.onset_age_years for f in same if f.onset_age_years is not None]
    return replace(
        same[0],
        evidence=places[:MAX_PLACES],
        confidence=max(finding.confidence for finding in same),
        is_routine=any(finding.is_routine for finding in same),
        onset_age_years=min(onsets, default=None),
        modifiers=tuple(dict.fromkeys(m for finding in same for m in finding.modifiers)),
    )


def _reconcile(
    by_term: dict[tuple[str, Status], Finding], *, graph: KnowledgeGraph, notes: _Issues
) -> list[Finding]:
    """Of what is excluded although it, or a kind of it, is present, keep one.

    What is certain beats what is not; where both are or neither is, what is present stays.
    """
    present = {t: f for (t, status), f in sorted(by_term.items()) if status is Status.PRESENT}
    excluded = {t: f for (t, status), f in sorted(by_term.items()) if status is Status.EXCLUDED}
    certain = {t: f for t, f in present.items() if f.is_certain}
    of_certain, of_any = _kinds(certain, graph=graph), _kinds(present, graph=graph)
    refuted: dict[int, str] = {}
    """Nodes that are excluded for certain, and not found for certain."""
    kept = []
    for term_id, finding in excluded.items():
        node = graph.index(term_id)
        winner = of_certain.get(node)
        if winner is None and finding.is_certain:
            refuted[node] = term_id
            kept.append(finding)
        elif winner is None and node not in of_any:
            kept.append(finding)
        else:
            _note_exclusion_left_out(
                term_id,
                winner or of_any[node],
                certain=winner is not None,
                where_said=_where_said(finding, present[winner or of_any[node]]),
                graph=graph,
                notes=notes,
            )
    for term_id, finding in present.items():
        node = graph.index(term_id)
        excluding = None
        if refuted and term_id not in certain:
            above = graph.hierarchy.ancestors(node).tolist()
            excluding = next((refuted[a] for a in (node, *above) if a in refuted), None)
        if excluding is None:
            kept.append(finding)
        else:
            _note_possible_left_out(
                term_id,
                excluding,
                where_said=_where_said(finding, excluded[excluding]),
                graph=graph,
                notes=notes,
            )
    return kept


def _kinds(findings: Iterable[str], *, graph: KnowledgeGraph) -> dict[int, str]:
    """Every node that one of the terms is a kind of, and the first such term."""
    kinds: dict[int, str] = {}
    for term_id in findings:
        for ancestor in graph.hierarchy.ancestors(graph.index(term_id)).tolist():
            kinds.setdefault(ancestor, term_id)
    return kinds


def _named(term_id: str, graph: KnowledgeGraph) -> str:
    return f"{graph.label(graph.index(term_id))} [{term_id}]"


def _where_said(*findings: Finding) -> str:
    """The words of the note that contradict each other, and where they stand."""
    places = [
        f"'{_shortened(e.text)}'"
        + (f" ('{_shortened(e.trigger)}')" if e.trigger else "")
        + f" at character {e.start}"
        for finding in findings
        for e in [e for e in finding.evidence if e.start is not None and e.text][:1]
    ]
    return f" The note has {' and '.join(places)}." if places else ""


def _shortened(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= MAX_SHOWN_WORDS else words[:MAX_SHOWN_WORDS] + "…"


def _note_exclusion_left_out(
    term_id: str,
    present: str,
    *,
    certain: bool,
    where_said: str,
    graph: KnowledgeGraph,
    notes: _Issues,
) -> None:
    said = "is present" if certain else "is possibly present, and the exclusion no surer"
    notes.add(
        "contradiction",
        Level.WARNING,
        f"{_named(term_id, graph)} is excluded, but {_named(present, graph)} {said}; "
        f"the exclusion was left out.{where_said}",
        solution="remove the one that is wrong; an exclusion at another time is no exclusion.",
        where="findings",
    )


def _note_possible_left_out(
    term_id: str, excluded: str, *, where_said: str, graph: KnowledgeGraph, notes: _Issues
) -> None:
    what = "elsewhere it is" if excluded == term_id else f"{_named(excluded, graph)} is"
    notes.add(
        "possible but excluded",
        Level.WARNING,
        f"{_named(term_id, graph)} is only possibly present, but {what} excluded for certain; "
        f"the possible finding was left out and the exclusion counts.{where_said}",
        solution="remove the one that is wrong; give the finding with --hpo if it was confirmed.",
        where="findings",
    )
