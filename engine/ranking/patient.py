"""The findings of one patient as the evidence model takes them: nodes of the graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

from nosograph.engine.case import Finding, Modality, Status

__all__ = ["ExcludedFinding", "PatientEvidence"]


class ExcludedFinding(NamedTuple):
    """One exclusion."""

    term: int
    confidence: float
    is_listed: bool
    """Whether it was listed on purpose (terms, a phenopacket), and not read in a note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientEvidence:
    """The findings of a patient as nodes of the graph, ascending, each once."""

    present: tuple[tuple[int, float], ...]
    """Node and confidence."""
    excluded: tuple[ExcludedFinding, ...]
    sex: str = ""
    onset_age_years: float | None = None
    """Age at the first finding, in years, where it is known."""

    @classmethod
    def of(
        cls,
        findings: Sequence[Finding],
        nodes: Sequence[int],
        *,
        sex: str = "",
    ) -> Self:
        """From validated findings and their nodes."""
        pairs = sorted(zip(nodes, findings, strict=True), key=lambda pair: pair[0])
        present = [(n, f) for n, f in pairs if f.status is Status.PRESENT]
        onsets = [f.onset_age_years for _, f in present if f.onset_age_years is not None]
        return cls(
            present=tuple((node, f.confidence) for node, f in present),
            excluded=tuple(
                ExcludedFinding(node, f.confidence, _is_listed(f))
                for node, f in pairs
                if f.status is Status.EXCLUDED
            ),
            sex=sex,
            onset_age_years=min(onsets, default=None),
        )

    @property
    def n_listed_excluded(self) -> int:
        """How many excluded findings were listed on purpose."""
        return sum(excluded.is_listed for excluded in self.excluded)

    def observed_only(self) -> Self:
        """The same patient without the exclusions."""
        return replace(self, excluded=())


def _is_listed(finding: Finding) -> bool:
    return not finding.is_routine and not any(e.modality is Modality.NOTE for e in finding.evidence)
