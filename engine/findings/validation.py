"""Findings made consistent: current identifiers, each once, without contradiction.

Nothing raises and nothing is dropped in silence: every finding that is changed or left out gives an
`Issue`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from nosograph.engine.case import Finding, Issue, Level, Status
from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.ontology import ResolutionKind

__all__ = ["ValidatedFindings", "validate_findings"]

MAX_ISSUES_OF_A_KIND = 20
"""After so many issues of one kind the rest are counted in one more."""
MAX_SHOWN_IDENTIFIER = 40


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
    by_term: dict[tuple[str, Status], Finding] = {}
    for number, finding in enumerate(findings):
        resolved = _resolve(finding, graph=graph, where=f"findings[{number}]", notes=notes)
        if resolved is None:
            continue
        key = (resolved.term_id, resolved.status)
        known = by_term.get(key)
        by_term[key] = resolved if known is None else _merge(known, resolved)
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
    return replace(finding, term_id=resolution.term_id, confidence=confidence)


def _merge(known: Finding, other: Finding) -> Finding:
    """One finding said twice: it counts once, with all its evidence."""
    onsets = [f.onset_age_years for f in (known, other) if f.onset_age_years is not None]
    return replace(
        known,
        evidence=tuple(dict.fromkeys((*known.evidence, *other.evidence))),
        confidence=max(known.confidence, other.confidence),
        onset_age_years=min(onsets, default=None),
    )


def _reconcile(
    by_term: dict[tuple[str, Status], Finding], *, graph: KnowledgeGraph, notes: _Issues
) -> list[Finding]:
    """Leave out what is excluded although it, or a kind of it, is present."""
    present_ancestors: dict[int, str] = {}
    for term_id, status in sorted(by_term):
        if status is Status.PRESENT:
            for ancestor in graph.hierarchy.ancestors(graph.index(term_id)).tolist():
                present_ancestors.setdefault(ancestor, term_id)
    kept = []
    for (term_id, status), finding in sorted(by_term.items()):
        node = graph.index(term_id)
        kind = present_ancestors.get(node) if status is Status.EXCLUDED else None
        if kind is None:
            kept.append(finding)
            continue
        present = f"{graph.label(graph.index(kind))} [{kind}]"
        notes.add(
            "contradiction",
            Level.WARNING,
            f"{graph.label(node)} [{term_id}] is excluded, but {present} is present; "
            "the exclusion was left out.",
            solution="remove the one that is wrong; an exclusion at another time is no exclusion.",
            where="findings",
        )
    return kept
