"""Assertion on the frozen set of our own sentences, as tables and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nosograph.engine.evaluation.assertion_confusion import AssertionConfusion
from nosograph.engine.evaluation.own_sentences import (
    HALVES,
    AssertionStage,
    Half,
    judge_own_sentences,
    own_sentences,
)
from nosograph.engine.findings.assertion.assertion import AssertionRules

__all__ = ["AssertionReport", "run_assertion_benchmark"]

RULE = (
    "Our own sentences, frozen before any rule was tuned on them (docs/assertion_set.md): the one "
    "assertion that is decided of a phrase whose place is given, each class against all others. "
    "The rules may be tuned on the half 'dev', never on 'test'. Columns at the right: what was "
    "decided."
)


@dataclass(frozen=True, kw_only=True)
class AssertionReport:
    """Both halves, apart."""

    halves: dict[Half, AssertionConfusion]

    def to_dict(self) -> dict[str, Any]:
        """For JSON: by half."""
        return {half: self.halves[half].to_dict() for half in HALVES}

    def to_markdown(self) -> str:
        """For people."""
        lines = [RULE]
        for half in HALVES:
            confusion = self.halves[half]
            lines += [
                "",
                f"{half}: {confusion.n_phrases} phrases, {confusion.accuracy:.1%} decided rightly.",
                "",
                *confusion.to_markdown(),
            ]
        return "\n".join(lines) + "\n"


def run_assertion_benchmark(apply: AssertionStage | None = None) -> AssertionReport:
    """Decide the assertion of every phrase of the set.

    Args:
        apply: The assertion stage; by default the rules that come with the engine.
    """
    stage = apply if apply is not None else AssertionRules.load().apply
    return AssertionReport(halves=judge_own_sentences(stage, own_sentences()))
