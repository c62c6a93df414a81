"""What was expected of phrases and what was said of them, class by class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from nosograph.engine.evaluation.linking import Score
from nosograph.engine.findings.mention import Assertion

__all__ = ["AssertionConfusion"]


@dataclass(frozen=True, slots=True)
class AssertionConfusion:
    """How often each assertion was decided where each was expected."""

    counts: tuple[tuple[Assertion, Assertion, int], ...]
    """Expected, decided, how often."""

    @classmethod
    def of(cls, pairs: Iterable[tuple[Assertion, Assertion]]) -> Self:
        """Count pairs of what was expected and what was decided.

        >>> confusion = AssertionConfusion.of([
        ...     (Assertion.UNCERTAIN, Assertion.UNCERTAIN),
        ...     (Assertion.UNCERTAIN, Assertion.PRESENT),
        ...     (Assertion.PRESENT, Assertion.PRESENT)])
        >>> score = confusion.score(Assertion.UNCERTAIN)
        >>> score.precision, score.recall
        (1.0, 0.5)
        """
        return cls(tuple((*pair, n) for pair, n in sorted(Counter(pairs).items())))

    def n(self, expected: Assertion, decided: Assertion) -> int:
        """How often one was decided where the other was expected."""
        return next((n for e, d, n in self.counts if (e, d) == (expected, decided)), 0)

    @property
    def n_phrases(self) -> int:
        """All that were judged."""
        return sum(n for _, _, n in self.counts)

    @property
    def accuracy(self) -> float:
        """Share of the phrases of which the right assertion was decided; 0 if there is none."""
        right = sum(self.n(assertion, assertion) for assertion in Assertion)
        return right / self.n_phrases if self.n_phrases else 0.0

    def score(self, assertion: Assertion) -> Score:
        """One class against all others."""
        right = self.n(assertion, assertion)
        n_decided = sum(n for _, decided, n in self.counts if decided is assertion)
        n_expected = sum(n for expected, _, n in self.counts if expected is assertion)
        return Score(right, n_decided, right, n_expected)

    def to_dict(self) -> dict[str, Any]:
        """For JSON: figures of every class, and the table row by row."""
        by_class = {}
        for assertion in Assertion:
            score = self.score(assertion)
            by_class[str(assertion)] = {
                "precision": score.precision,
                "recall": score.recall,
                "f1": score.f1,
                "n_expected": score.n_gold,
            }
        table = {str(e): {str(d): self.n(e, d) for d in Assertion} for e in Assertion}
        return {"accuracy": self.accuracy, "classes": by_class, "expected_to_decided": table}

    def to_markdown(self) -> list[str]:
        """Lines for people: a row a class, its figures and what was decided instead."""
        head = ["expected", "precision / recall / F1", "phrases", *map(str, Assertion)]
        lines = [f"| {' | '.join(head)} |", "|--" * len(head) + "|"]
        for expected in Assertion:
            score = self.score(expected)
            figures = f"{score.precision:.3f} / {score.recall:.3f} / **{score.f1:.3f}**"
            cells = (self.n(expected, decided) or "·" for decided in Assertion)
            lines.append(
                f"| {expected} | {figures} | {score.n_gold} | {' | '.join(map(str, cells))} |"
            )
        return lines
