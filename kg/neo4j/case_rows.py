"""A patient's result as plain rows: what a database shall hold of it, and no word of a note."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain

from nosograph.kg.neo4j.errors import CaseIdError
from nosograph.kg.paths import Path

__all__ = [
    "CandidateRow",
    "CaseRows",
    "ContributionRow",
    "FeatureRow",
    "FindingRow",
    "PathRow",
    "check_case_id",
    "new_case_id",
]

MOST_CHARACTERS = 200
"""Of a case's identifier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """One finding of the patient."""

    term: str
    label: str
    is_present: bool = True
    is_certain: bool = True

    @property
    def name(self) -> str:
        """What is the case, in words.

        >>> FindingRow(term="HP:0001250", label="Seizure", is_present=False).name
        'no Seizure'
        """
        if not self.is_present:
            return f"no {self.label}"
        return self.label if self.is_certain else f"{self.label} (possible)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionRow:
    """What one finding, or sex or age, adds to the score of a candidate."""

    term: str | None
    """Of the finding; ``None`` for sex and age."""
    label: str
    log10_lr: float
    match_type: str
    matched_term: str | None = None
    matched_label: str = ""
    says: str = ""
    """How the finding meets the disease, in words: a weight alone can be misread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathRow:
    """A way from a finding to a candidate, each step an edge of the graph."""

    path: Path
    labels: tuple[str, ...]
    """Of every node on it."""

    def text(self, finding: FindingRow) -> str:
        """All of the way in a line, each step with its source.

        Args:
            finding: Where it starts; the line says so where it is absent or uncertain.
        """
        first, *others = zip(self.path.nodes, self.labels, strict=True)
        parts = [f"{finding.name} [{first[0]}]"]
        for step, (node_id, label) in zip(self.path.steps, others, strict=True):
            parts.append(f"—{step.words}→ {label} [{node_id}]")
        return " ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureRow:
    """A frequent feature of a candidate that nobody has looked for in the patient."""

    term: str
    frequency: float
    stated: str = ""
    is_stated: bool = True
    source_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRow:
    """One diagnosis of the list, with its evidence."""

    disease: str
    label: str
    rank: float
    probability: float
    score: float
    source_ids: tuple[str, ...] = ()
    """The records that make up the disease."""
    contributions: tuple[ContributionRow, ...] = ()
    paths: tuple[PathRow, ...] = ()
    look_for: tuple[FeatureRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRows:
    """One case, ready to be written.

    >>> CaseRows(id="case-1", build="b1", notice="…").n_ties
    0

    Raises:
        CaseIdError: On creation, if the identifier cannot be one.
    """

    id: str
    build: str
    """Address of the build that the result was made with."""
    notice: str
    """What the result is for, and what not."""
    releases: Mapping[str, str] = field(default_factory=dict)
    sex: str = ""
    age_years: float | None = None
    n_diseases: int = 0
    """How many diseases were ranked."""
    excluded_publications: tuple[str, ...] = ()
    findings: tuple[FindingRow, ...] = ()
    candidates: tuple[CandidateRow, ...] = ()

    def __post_init__(self) -> None:
        check_case_id(self.id)

    @property
    def n_paths(self) -> int:
        """Paths of all candidates."""
        return sum(len(candidate.paths) for candidate in self.candidates)

    @property
    def n_ties(self) -> int:
        """Relationships that tie the case to the graph: by them one sees that it is whole."""
        nodes_of_paths = chain.from_iterable(
            path.path.nodes for candidate in self.candidates for path in candidate.paths
        )
        features = sum(len(candidate.look_for) for candidate in self.candidates)
        return len(self.findings) + len(self.candidates) + features + len(tuple(nodes_of_paths))


def check_case_id(text: str) -> str:
    """The identifier, if it can be one: one line of text that can be read and typed.

    >>> check_case_id("PMID_31675180_Patient 2")
    'PMID_31675180_Patient 2'

    Raises:
        CaseIdError: If it is empty, too long, or holds what cannot be printed. It is not repeated:
            a note may stand in place of it.
    """
    if not text or text != text.strip() or len(text) > MOST_CHARACTERS or not text.isprintable():
        raise CaseIdError(
            f"the name of a case is one line of 1 to {MOST_CHARACTERS} characters that can be "
            f"printed, without spaces around it; got {len(text)} characters. Name the case "
            "otherwise (--case)."
        )
    return text


def new_case_id() -> str:
    """An identifier that says nothing of the patient, such as ``case-3f9a2c51d0``."""
    return f"case-{secrets.token_hex(5)}"
