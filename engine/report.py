"""The differential as a page that a person reads: Markdown, and one for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from nosograph.engine.case import Evidence
from nosograph.engine.differential import (
    Contribution,
    Differential,
    DifferentialEntry,
    EvidencePath,
)
from nosograph.kg.paths import Step

__all__ = ["differential_markdown", "differential_renderable", "path_text"]

MAX_CONTRIBUTIONS = 6
STEP_NAMES = {
    "biolink:subclass_of": "is a",
    "biolink:subclass_of reversed": "has kind",
    "biolink:has_phenotype reversed": "seen in",
    "skos:exactMatch": "same as",
    "skos:closeMatch": "probably same as",
}
"""Steps in words."""
N_WITH_PATHS = 3
"""Entries that are shown with their best path."""


def percent(probability: float) -> str:
    """A probability for people; small ones are not shown as nothing.

    >>> percent(0.1234), percent(0.0002), percent(0.0)
    ('12.3 %', '<0.1 %', '0 %')
    """
    if probability <= 0:
        return "0 %"
    return f"{100 * probability:.1f} %" if probability >= 0.001 else "<0.1 %"


def words_of(evidence: Sequence[Evidence]) -> str:
    """The words of the note behind a finding, each once."""
    quoted = dict.fromkeys(" ".join(e.text.split()) for e in evidence if e.text)
    return ", ".join(f"“{words}”" for words in quoted)


def contribution_text(contribution: Contribution) -> str:
    """One contribution in a line."""
    words = words_of(contribution.evidence)
    excluded = "no " if contribution.status == "excluded" else ""
    kind = contribution.match_type.replace("_", " ")
    met = contribution.matched_label
    if met and met != contribution.label:
        kind += f": {met}"
    parts = [f"{contribution.log10_lr:+.2f}  {excluded}{contribution.label}"]
    if words:
        parts.append(words)
    return f"{' '.join(parts)} ({kind})"


def path_text(path: EvidencePath) -> str:
    """A path in a line: words → term → … → disease, each annotation with its source."""
    words = words_of(path.evidence)
    parts = [f"{words} →"] if words else []
    first, *others = zip(path.path.nodes, path.labels, strict=True)
    parts.append(_named(*first))
    for step, node in zip(path.path.steps, others, strict=True):
        parts.append(f"—{_step_name(step)}→ {_named(*node)}")
    return " ".join(parts)


def _named(node_id: str, label: str) -> str:
    return f"{label} [{node_id}]"


def _step_name(step: Step) -> str:
    name = step.edge.predicate if step.is_forward else f"{step.edge.predicate} reversed"
    name = STEP_NAMES.get(name, name)
    annotation = step.edge.annotation
    if annotation is None:
        return name
    frequency = annotation.frequency
    if annotation.negated or frequency.value == 0:
        name = f"not {name}"
    stated = f" {frequency.n}/{frequency.m}" if frequency.m else ""
    if not stated and frequency.value is not None:
        stated = f" {frequency.value:.0%}"
    papers = step.edge.provenance.publications
    cited = f"; {papers[0]}" if papers else ""
    more = f" and {len(papers) - 1} more" if len(papers) > 1 else ""
    provenance = step.edge.provenance
    return f"{name}{stated} ({provenance.source} line {provenance.line}{cited}{more})"


def differential_markdown(differential: Differential) -> str:
    """Write a differential as a Markdown page."""
    lines = [f"# Differential{f' of {differential.case_id}' if differential.case_id else ''}", ""]
    lines += [f"*{differential.notice}*", ""]
    patient = [differential.sex.lower()] if differential.sex else []
    if differential.age_years is not None:
        patient.append(f"{differential.age_years:g} years")
    if patient:
        lines += [f"Patient: {', '.join(patient)}.", ""]
    lines += [f"{differential.n_diseases:,} diseases ranked.", ""]
    lines += ["| rank | disease | probability | score | for | against |", "|--|--|--|--|--|--|"]
    lines += [_markdown_row(entry) for entry in differential.entries]
    for entry in differential.entries[:N_WITH_PATHS]:
        lines += ["", f"## {entry.rank:g}. {entry.label} [{entry.disease_id}]", ""]
        lines += [f"- {contribution_text(c)}" for c in entry.contributions]
        if entry.paths:
            lines += ["", "Paths:", ""]
            lines += [f"- {path_text(path)}" for path in entry.paths]
        if entry.missing_features:
            lines += ["", "Frequent, and not looked for:", ""]
            lines += [
                f"- {m.label} [{m.term_id}], {percent(m.frequency)}" for m in entry.missing_features
            ]
    if differential.issues:
        lines += ["", "## What to know about the input", ""]
        lines += [f"- {issue}" for issue in differential.issues]
    lines += ["", "Sources: " + ", ".join(f"{n} {r}" for n, r in differential.releases) + "."]
    return "\n".join(lines) + "\n"


def _markdown_row(entry: DifferentialEntry) -> str:
    def few(contributions: Sequence[Contribution]) -> str:
        return _cell("; ".join(c.label for c in contributions[:4]))

    return (
        f"| {entry.rank:g} | {_cell(entry.label)} [{entry.disease_id}] "
        f"| {percent(entry.probability)} | {entry.score:.2f} "
        f"| {few(entry.supporting)} | {few(entry.opposing)} |"
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def differential_renderable(differential: Differential) -> RenderableType:
    """A differential for the terminal."""
    parts: list[RenderableType] = []
    parts.append(_findings_text(differential))
    table = Table(title=None, show_edge=False, pad_edge=False, header_style="bold")
    for name, justify in (("rank", "right"), ("disease", "left"), ("probability", "right")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    table.add_column("score", justify="right")
    table.add_column("identifier", overflow="fold")
    for entry in differential.entries:
        table.add_row(
            f"{entry.rank:g}",
            Text(entry.label),
            percent(entry.probability),
            f"{entry.score:.2f}",
            entry.disease_id,
        )
    parts += [table, Text()]
    for entry in differential.entries[:N_WITH_PATHS]:
        parts += _entry_lines(entry)
    for issue in differential.issues:
        parts.append(Text(str(issue), style="yellow" if issue.level != "info" else "dim"))
    sources = ", ".join(f"{name} {release}" for name, release in differential.releases)
    parts.append(Text(f"{differential.n_diseases:,} diseases ranked. Sources: {sources}.", "dim"))
    parts.append(Text(differential.notice, style="italic"))
    return Group(*parts)


def _findings_text(differential: Differential) -> Text:
    text = Text()
    patient = [differential.sex.lower()] if differential.sex else []
    if differential.age_years is not None:
        patient.append(f"{differential.age_years:.2g} years")
    text.append("Patient: ", style="bold")
    text.append((", ".join(patient) or "sex and age unknown") + "\n")
    for status, title in (("present", "Present: "), ("excluded", "Excluded: ")):
        terms = [f for f in differential.findings if f.status == status]
        text.append(title, style="bold")
        shown = [words_of(f.evidence) or f.term_id for f in terms[:20]]
        more = f" and {len(terms) - 20} more" if len(terms) > 20 else ""
        text.append((", ".join(shown) or "none") + more + "\n")
    return text


def _entry_lines(entry: DifferentialEntry) -> list[RenderableType]:
    records = ", ".join(entry.source_ids)
    title = Text(f"{entry.rank:g}. {entry.label}", style="bold")
    title.append(f"  {percent(entry.probability)}  {records}", style="dim")
    lines: list[RenderableType] = [title]
    for name, style, contributions in (
        ("for", "green", entry.supporting),
        ("against", "red", entry.opposing),
    ):
        lines += [
            Text(f"   {name:8}{contribution_text(c)}", style=style)
            for c in contributions[:MAX_CONTRIBUTIONS]
        ]
        if not contributions:
            lines.append(Text(f"   {name:8}nothing", style="dim"))
        if (n_more := len(contributions) - MAX_CONTRIBUTIONS) > 0:
            lines.append(Text(f"   {'':8}and {n_more} more", style="dim"))
    if entry.paths:
        lines.append(Text(f"   {'path':8}{path_text(entry.paths[0])}", style="cyan"))
    if entry.missing_features:
        features = ", ".join(
            f"{m.label} ({m.frequency:.0%})" for m in entry.missing_features[:MAX_CONTRIBUTIONS]
        )
        lines.append(Text(f"   {'look for':9}{features}"))
    lines.append(Text())
    return lines
