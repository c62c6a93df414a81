"""The figures of diagnoses from histories as tables and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nosograph.engine.evaluation.metrics import Share, top_k
from nosograph.engine.evaluation.paired_difference import Difference, paired_mean_difference

__all__ = ["INPUTS", "HistoryOutcome", "HistoryReport", "Reading", "SymptomInText"]

LISTED, LISTED_ALL, LISTED_DATED, READ, READ_ALL, READ_UNNAMED, READ_CLINICAL, BOTH = INPUTS = (
    "symptoms, present",
    "symptoms, absent ones too",
    "symptoms, absent ones too, with ages",
    "history, present",
    "history, negatives too",
    "history, negatives too, without the name of the diagnosis",
    "history, negatives too, without laboratory terms",
    "history and symptoms",
)
COMPARED = (
    (READ, LISTED),
    (READ_ALL, LISTED_ALL),
    (READ_UNNAMED, LISTED_ALL),
    (READ_CLINICAL, LISTED_ALL),
    (READ_ALL, READ),
    (LISTED_ALL, LISTED),
    (BOTH, LISTED_ALL),
    (BOTH, READ_ALL),
)
TOP = (1, 3, 10)
N_MISSED_SHOWN = 15

RULE = (
    "Rank of the diagnosis among all diseases (records merged), sex given, the papers that the "
    "history refers to forgotten. Where an input has no term all diseases tie, which is a miss. "
    "Intervals (95 %) are drawn by disease. 'Over diseases' is the mean of the means of each "
    "disease. Without the name of the diagnosis: without findings of which all words are in one of "
    "its names, as those of 'homocystinuria' are; a history often tells what was found in the end. "
    "Without laboratory terms: without what lies below Abnormality of metabolism/homeostasis and "
    "is no term of the list of symptoms, which holds no laboratory values."
)
DIFFERENCE_RULE = (
    "Differences over the same patients, with the interval of a paired bootstrap "
    "(1,000 resamples of the diseases)."
)
IN_TEXT_RULE = (
    "The symptoms of the list that are present and have a term, each once a patient, looked for in "
    "the history. It is a guide, not a recall of the linker: a history need not tell a symptom. On "
    "a line: a term above or below the listed one was read. Not counted: read, but as excluded, "
    "past and over, of a relative or hypothetical."
)


class Reading(StrEnum):
    """What became of a symptom of the list in the history."""

    SAME_TERM = "read, the same term"
    ON_A_LINE = "read, a term on a line with it"
    NOT_COUNTED = "read, but not as present"
    NOT_READ = "not read"


class SymptomInText(NamedTuple):
    """One symptom of one patient."""

    name: str
    """As the list calls it."""
    reading: Reading


class HistoryOutcome(NamedTuple):
    """One patient: the rank of the diagnosis and the number of terms, by input."""

    disease: int
    """Position among the ranked diseases."""
    found_by_screening: bool
    ranks: tuple[float, ...]
    n_terms: tuple[int, ...]
    in_text: tuple[SymptomInText, ...]
    n_read: int
    """Distinct terms read as present."""
    n_read_on_line: int
    """Of these, on a line with a term of the list."""


class _Figures(NamedTuple):
    """What one input reached in one group of patients."""

    n_with_terms: int
    median_terms: float
    top: tuple[tuple[Share, Share], ...]
    """Over patients and over diseases, for each of `TOP`."""
    mean_reciprocal_rank: float


@dataclass(frozen=True, kw_only=True)
class HistoryReport:
    """All figures of one run."""

    outcomes: tuple[HistoryOutcome, ...]
    left_out: Counter[str]
    """Patients that were not judged, by reason."""

    @property
    def groups(self) -> dict[str, tuple[HistoryOutcome, ...]]:
        """Patients apart by how they came to be known; a group without any is left out."""
        ill = tuple(o for o in self.outcomes if not o.found_by_screening)
        groups = {
            "not found by newborn screening": ill,
            "of these, symptoms and history both give a term": tuple(
                o for o in ill if o.n_terms[INPUTS.index(LISTED)] and o.n_read
            ),
            "found by newborn screening": tuple(o for o in self.outcomes if o.found_by_screening),
        }
        return {name: group for name, group in groups.items() if group}

    def to_dict(self) -> dict[str, Any]:
        """For JSON: by group, then by input."""
        return {
            "patients": len(self.outcomes),
            "left out": dict(self.left_out),
            "groups": {name: _plain_group(group) for name, group in self.groups.items()},
            "symptoms in the history": dict(self._readings()),
            "symptoms not read": dict(self._missed().most_common()),
        }

    def to_markdown(self) -> str:
        """For people."""
        lines = [RULE]
        for name, group in self.groups.items():
            n_diseases = len({outcome.disease for outcome in group})
            lines += ["", f"**{name}**: {len(group)} patients of {n_diseases} diseases.", ""]
            lines += _rank_table(group)
            lines += ["", DIFFERENCE_RULE, "", *_difference_table(group)]
        lines += ["", *self._in_text()]
        reasons = ", ".join(f"{n} {reason}" for reason, n in sorted(self.left_out.items()))
        lines += ["", f"Left out: {reasons or 'none'}."]
        return "\n".join(lines) + "\n"

    def _readings(self) -> Counter[str]:
        return Counter(str(s.reading) for outcome in self.outcomes for s in outcome.in_text)

    def _missed(self) -> Counter[str]:
        return Counter(
            symptom.name
            for outcome in self.outcomes
            for symptom in outcome.in_text
            if symptom.reading is Reading.NOT_READ
        )

    def _in_text(self) -> Iterator[str]:
        counts = self._readings()
        n = max(1, counts.total())
        yield from (IN_TEXT_RULE, "", "| listed symptom | symptoms | share |", "|--|--|--|")
        for reading in Reading:
            yield f"| {reading} | {counts[reading]:,} | {counts[reading] / n:.1%} |"
        n_read = sum(outcome.n_read for outcome in self.outcomes)
        on_line = sum(outcome.n_read_on_line for outcome in self.outcomes)
        yield ""
        yield (
            f"Of {n_read:,} terms read as present, {on_line / max(1, n_read):.1%} are on a line "
            "with a listed one."
        )
        yield from ("", "| listed symptom not read most often | patients |", "|--|--|")
        for name, times in self._missed().most_common(N_MISSED_SHOWN):
            yield f"| {name} | {times} |"


def _columns(group: tuple[HistoryOutcome, ...]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Ranks, shape ``(n_patients, n_inputs)``, and the disease of each patient."""
    ranks = np.array([outcome.ranks for outcome in group], dtype=float)
    return ranks, np.array([outcome.disease for outcome in group], dtype=np.int64)


def _figures(group: tuple[HistoryOutcome, ...]) -> dict[str, _Figures]:
    ranks, diseases = _columns(group)
    n_terms = np.array([outcome.n_terms for outcome in group])
    return {
        name: _Figures(
            n_with_terms=int((n_terms[:, i] > 0).sum()),
            median_terms=float(np.median(n_terms[:, i])),
            top=tuple(top_k(ranks[:, i], diseases, k) for k in TOP),
            mean_reciprocal_rank=float((1 / ranks[:, i]).mean()),
        )
        for i, name in enumerate(INPUTS)
    }


def _differences(group: tuple[HistoryOutcome, ...]) -> Iterator[tuple[str, str, list[Difference]]]:
    """Of top-1, top-10 and the reciprocal rank, for every two inputs that are compared."""
    ranks, diseases = _columns(group)
    measures = ((ranks <= 1).astype(float), (ranks <= 10).astype(float), 1 / ranks)
    for ours, theirs in COMPARED:
        a, b = INPUTS.index(ours), INPUTS.index(theirs)
        yield ours, theirs, [paired_mean_difference(m[:, a], m[:, b], diseases) for m in measures]


def _rank_table(group: tuple[HistoryOutcome, ...]) -> Iterator[str]:
    columns = (
        "input",
        "with a term",
        "median of terms",
        *(f"top-{k}" for k in TOP),
        "mean reciprocal rank",
        "top-10 over diseases",
    )
    yield f"| {' | '.join(columns)} |"
    yield "|--" * len(columns) + "|"
    for name, figures in _figures(group).items():
        cells = (
            name,
            str(figures.n_with_terms),
            f"{figures.median_terms:g}",
            *(str(over_patients) for over_patients, _ in figures.top),
            f"{figures.mean_reciprocal_rank:.3f}",
            str(figures.top[-1][1]),
        )
        yield f"| {' | '.join(cells)} |"


def _difference_table(group: tuple[HistoryOutcome, ...]) -> Iterator[str]:
    yield "| input | minus | top-1 | top-10 | mean reciprocal rank |"
    yield "|--|--|--|--|--|"
    for ours, theirs, differences in _differences(group):
        yield f"| {ours} | {theirs} | {' | '.join(map(str, differences))} |"


def _plain_group(group: tuple[HistoryOutcome, ...]) -> dict[str, Any]:
    inputs = {
        name: {
            "with a term": figures.n_with_terms,
            "median of terms": figures.median_terms,
            "mean_reciprocal_rank": figures.mean_reciprocal_rank,
            **{
                f"top_{k}": {"patients": asdict(shares[0]), "diseases": asdict(shares[1])}
                for k, shares in zip(TOP, figures.top, strict=True)
            },
        }
        for name, figures in _figures(group).items()
    }
    differences = [
        {
            "input": ours,
            "minus": theirs,
            "top_1": asdict(top_1),
            "top_10": asdict(top_10),
            "mean_reciprocal_rank": asdict(reciprocal),
        }
        for ours, theirs, (top_1, top_10, reciprocal) in _differences(group)
    ]
    return {
        "patients": len(group),
        "diseases": len({outcome.disease for outcome in group}),
        "inputs": inputs,
        "differences": differences,
    }
