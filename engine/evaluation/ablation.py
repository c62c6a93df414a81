"""What each ingredient of the ranking is worth: the same benchmark with one of them taken out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rich.console import Console

from nosograph.engine.evaluation.phenopackets import PhenopacketReport, run_phenopacket_benchmark
from nosograph.engine.ranking.parameters import EvidenceParameters

__all__ = ["ABLATIONS", "AblationReport", "run_ablation"]

Change = Callable[[EvidenceParameters], EvidenceParameters]

ABLATIONS: Mapping[str, Change] = MappingProxyType(
    {
        "full": lambda p: p,
        "without listed exclusions": lambda p: replace(p, looked_for_weight=0.0),
        "without the discount of further findings": lambda p: replace(p, observed_decay=0.0),
        "without similar diseases": lambda p: replace(p, neighbour_share=0.0),
        "without what was never seen": lambda p: replace(
            p, never_seen_penalty=0.0, looked_for_absent=0.0
        ),
        "without onset and sex": lambda p: replace(
            p, onset_weight=0.0, x_linked_male=0.0, x_linked_female=0.0
        ),
        "without more specific and related terms": lambda p: replace(
            p, more_specific_weight=0.0, related_weight=0.0
        ),
    }
)


@dataclass(frozen=True, kw_only=True)
class AblationReport:
    """The benchmark once for every ablation; nothing is fitted anew."""

    reports: Mapping[str, PhenopacketReport]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {name: report.to_dict()["rows"] for name, report in self.reports.items()}

    def to_markdown(self) -> str:
        """Top-1 / top-10 over cases, and (over diseases), with observed and excluded findings."""
        columns = [
            (row.cohort, row.setting)
            for row in next(iter(self.reports.values())).rows
            if row.findings == "observed and excluded"
        ]
        lines = [
            "Top-1 / top-10 over cases (over diseases), with observed and excluded findings. Every "
            "case is judged with numbers learned without its disease and paper; none is learned "
            "anew without the ingredient.",
            "",
            "| |" + "".join(f" {cohort}, {setting} |" for cohort, setting in columns),
            "|--|" + "--|" * len(columns),
        ]
        for name, report in self.reports.items():
            cells = []
            for row in report.rows:
                if row.findings == "observed and excluded":
                    micro = f"{row.micro[0].value:.3f} / {row.micro[-1].value:.3f}"
                    macro = f"{row.macro[0].value:.3f} / {row.macro[-1].value:.3f}"
                    cells.append(f"{micro} ({macro})")
            lines.append(f"| {name} | {' | '.join(cells)} |")
        return "\n".join(lines) + "\n"


def run_ablation(
    data: Path, *, home: Path | None = None, console: Console | None = None
) -> AblationReport:
    """Run the benchmark of phenopackets once for every ablation.

    Args:
        data: Folder with ``phenopackets/``.
        home: Folder of the graphs.
        console: Where progress is shown.

    Raises:
        SourceError: If there are no phenopackets.
    """
    return AblationReport(
        reports={
            name: run_phenopacket_benchmark(data, home=home, console=console, change=change)
            for name, change in ABLATIONS.items()
        }
    )
