"""The differential as a page that a person reads: Markdown, and one for the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from nosograph.engine.case import Evidence, Finding, Status
from nosograph.engine.differential import (
    Contribution,
    Differential,
    DifferentialEntry,
    EvidencePath,
    MissingFeature,
)

__all__ = ["age_text", "differential_markdown", "differential_renderable", "match_words"]

MAX_CONTRIBUTIONS = 6
MAX_FINDINGS = 20
"""Findings of a status that the terminal lists; Markdown lists all."""
N_WITH_PATHS = 3
"""Entries that are shown with their best path."""
MATCH_WORDS = {
    "exact": "known feature",
    "more_specific": "a kind of a known feature",
    "more_general": "a known feature is a kind of it",
    "related": "akin to a known feature",
    "similar_disease": "known of diseases like this one",
    "never_seen": "looked for in this disease and never seen",
    "unmatched": "not known of the disease",
    "excluded_expected": "absent, though most patients have it",
    "excluded_possible": "absent; it is known of the disease",
    "excluded_consistent": "absent; not known of the disease",
}
"""How a finding meets a disease, in words, by the value of the match type."""
LOOKED_FOR = ("excluded_expected", "excluded_possible")
"""Absent although patients have it: where it still speaks for the disease, that wants a reason."""
ONSET_WORDS = {
    "neonatal": "in the first weeks",
    "infantile": "in infancy",
    "childhood": "in childhood",
    "juvenile": "in youth",
    "adult": "in adult life",
    "late": "late in life",
}
"""Classes of onset in words; what is not here is in words already."""
NOTHING_TO_RANK = "There is no finding to rank by, so no disease is listed."
AGE_REMARK = "(age is not used in the ranking)"
DAYS_A_YEAR, DAYS_A_MONTH = 365.25, 30


# --- words ---------------------------------------------------------------------------------------


def percent(probability: float) -> str:
    """A probability for people; small ones are not shown as nothing.

    >>> percent(0.1234), percent(0.0002), percent(0.0), percent(0.99987)
    ('12.3 %', '<0.1 %', '0 %', '>99.9 %')
    """
    if probability <= 0:
        return "0 %"
    if 0.9995 <= probability < 1:
        return ">99.9 %"
    return f"{100 * probability:.1f} %" if probability >= 0.001 else "<0.1 %"


def age_text(age_years: float) -> str:
    """An age for people.

    >>> age_text(14), age_text(2.5), age_text(1 / 6), age_text(5 / 365.25)
    ('14 years', '2 years 6 months', '2 months', '5 days')
    """
    days = round(age_years * DAYS_A_YEAR)
    if days < DAYS_A_MONTH:
        return _counted(days, "day")
    years, months = divmod(max(1, round(age_years * 12)), 12)
    parts = [_counted(years, "year")] * bool(years) + [_counted(months, "month")] * bool(months)
    return " ".join(parts)


def _counted(n: int, unit: str) -> str:
    return f"{n} {unit}" if n == 1 else f"{n} {unit}s"


def words_of(evidence: Sequence[Evidence]) -> str:
    """The words of the note behind a finding, each once."""
    quoted = dict.fromkeys(" ".join(e.text.split()) for e in evidence if e.text)
    return ", ".join(f"“{words}”" for words in quoted)


def is_possible(finding: Finding) -> bool:
    """Whether a finding is present, but nowhere for certain."""
    return finding.status is Status.PRESENT and not finding.is_certain


@dataclass(frozen=True)
class _Page:
    """A differential with what its parts have to know of each other."""

    differential: Differential

    @cached_property
    def _findings(self) -> Mapping[str, Finding]:
        return {finding.term_id: finding for finding in self.differential.findings}

    @cached_property
    def _labels(self) -> Mapping[str | None, str]:
        """Names of the findings: each entry has a contribution for each."""
        return {c.term_id: c.label for e in self.differential.entries[:1] for c in e.contributions}

    def _is_possible(self, term_id: str | None) -> bool:
        finding = self._findings.get(term_id or "")
        return finding is not None and is_possible(finding)

    def patient(self) -> str:
        known = [self.differential.sex.lower()] if self.differential.sex else []
        if self.differential.age_years is not None:
            known.append(f"{age_text(self.differential.age_years)} {AGE_REMARK}")
        return ", ".join(known) or "sex and age unknown"

    def finding_lists(self) -> list[tuple[str, list[Finding]]]:
        """What is present, possible and excluded; the middle one only where there is something."""
        findings = self.differential.findings
        possible = [f for f in findings if is_possible(f)]
        present = [f for f in findings if f.status is Status.PRESENT and not is_possible(f)]
        excluded = [f for f in findings if f.status is Status.EXCLUDED]
        lists = [("Present", present), ("Possible", possible), ("Excluded", excluded)]
        return [(title, found) for title, found in lists if found or title != "Possible"]

    def named(self, finding: Finding) -> str:
        label = self._labels.get(finding.term_id)
        return f"{label} [{finding.term_id}]" if label else str(finding.term_id)

    def said(self, contribution: Contribution) -> str:
        """What is the case: ``Seizure``, ``no Seizure``, ``Seizure (possible)``."""
        if contribution.status is Status.EXCLUDED:
            return f"no {contribution.label}"
        possible = self._is_possible(contribution.term_id)
        return f"{contribution.label} (possible)" if possible else contribution.label

    def contribution(self, contribution: Contribution) -> str:
        """One contribution in a line."""
        words = words_of(contribution.evidence)
        parts = [f"{round(contribution.log10_lr, 2) + 0.0:+.2f} ", self.said(contribution), words]
        return f"{' '.join(filter(None, parts))} ({match_words(contribution)})"

    def path(self, path: EvidencePath) -> str:
        """A path in a line: words → term → … → disease, each step with its source."""
        finding = self._findings.get(path.term_id)
        words = words_of(path.evidence)
        parts = [f"{words} →"] if words else []
        if finding is not None and finding.status is Status.EXCLUDED:
            parts.insert(0, "absent:")
        elif self._is_possible(path.term_id):
            parts.insert(0, "possible:")
        first, *others = zip(path.path.nodes, path.labels, strict=True)
        parts.append(f"{first[1]} [{first[0]}]")
        for step, (node_id, label) in zip(path.path.steps, others, strict=True):
            parts.append(f"—{step.words}→ {label} [{node_id}]")
        return " ".join(parts)


def match_words(contribution: Contribution) -> str:
    """How a finding meets the disease, in words."""
    kind, met = str(contribution.match_type), contribution.matched_label
    if kind == "demographic":
        onset = met.removeprefix("onset ")
        if onset == met:
            return met
        return "the disease begins " + _or([ONSET_WORDS.get(w, w) for w in onset.split(", ")])
    words = MATCH_WORDS.get(kind, kind.replace("_", " "))
    if met and met != contribution.label:
        words += f": {met}"
    if kind in LOOKED_FOR and contribution.log10_lr > 0:
        words += "; counts for it because it was looked for"
    return words


def _or(words: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _scope(differential: Differential) -> str:
    """What was ranked, and whom the probabilities hold for."""
    return (
        f"{differential.n_diseases:,} diseases ranked, mostly rare ones. The probabilities hold "
        "for a patient who has one of them; everyday diseases such as pneumonia are not among them."
    )


# --- Markdown ------------------------------------------------------------------------------------


def differential_markdown(differential: Differential) -> str:
    """Write a differential as a Markdown page."""
    page = _Page(differential)
    lines = [f"# Differential{f' of {differential.case_id}' if differential.case_id else ''}", ""]
    lines += [f"*{differential.notice}*", "", f"Patient: {page.patient()}.", ""]
    for title, findings in page.finding_lists():
        named = ("".join((page.named(f), _quoted(f))) for f in findings)
        lines += [f"{title}: {'; '.join(named) or 'none'}.", ""]
    if differential.entries:
        lines += [_scope(differential), ""]
        lines += ["| rank | disease | probability | score | for | against |"]
        lines += ["|--|--|--|--|--|--|"]
        lines += [_markdown_row(entry, page) for entry in differential.entries]
    else:
        lines += [NOTHING_TO_RANK]
    for entry in differential.entries[:N_WITH_PATHS]:
        lines += ["", f"## {entry.rank:g}. {entry.label} [{entry.disease_id}]", ""]
        lines += [f"- {page.contribution(c)}" for c in entry.contributions]
        if entry.paths:
            lines += ["", "Paths:", ""]
            lines += [f"- {page.path(path)}" for path in entry.paths]
        for title, features in _missing_lists(entry):
            lines += ["", f"{title.capitalize()}:", ""]
            lines += [f"- {m.label} [{m.term_id}], {m.stated}" for m in features]
    if differential.issues:
        lines += ["", "## What to know about the input", ""]
        lines += [f"- {issue}" for issue in differential.issues]
    lines += ["", "Sources: " + ", ".join(f"{n} {r}" for n, r in differential.releases) + "."]
    return "\n".join(lines) + "\n"


def _telling(contributions: Sequence[Contribution]) -> tuple[Contribution, ...]:
    """Without those that are nothing to two decimals."""
    return tuple(c for c in contributions if round(c.log10_lr, 2))


def _missing_lists(
    entry: DifferentialEntry,
) -> tuple[tuple[str, tuple[MissingFeature, ...]], ...]:
    """What nobody has looked for: what is frequent, and what is known without a frequency."""
    frequent = tuple(m for m in entry.missing_features if m.is_stated)
    others = tuple(m for m in entry.missing_features if not m.is_stated)
    lists = (
        ("frequent, not looked for", frequent),
        ("known, frequency not stated, not looked for", others),
    )
    return tuple((title, features) for title, features in lists if features)


def _quoted(finding: Finding) -> str:
    words = words_of(finding.evidence)
    return f" {words}" if words else ""


def _markdown_row(entry: DifferentialEntry, page: _Page) -> str:
    def few(contributions: Sequence[Contribution]) -> str:
        return _cell("; ".join(page.said(c) for c in contributions[:4]))

    return (
        f"| {entry.rank:g} | {_cell(entry.label)} [{entry.disease_id}] "
        f"| {percent(entry.probability)} | {entry.score:.2f} "
        f"| {few(_telling(entry.supporting))} | {few(_telling(entry.opposing))} |"
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# --- the terminal --------------------------------------------------------------------------------


def differential_renderable(differential: Differential) -> RenderableType:
    """A differential for the terminal."""
    page = _Page(differential)
    parts: list[RenderableType] = [_findings_text(page)]
    if differential.entries:
        parts += [_ranks(differential), Text()]
    else:
        parts.append(Text(NOTHING_TO_RANK + "\n"))
    for entry in differential.entries[:N_WITH_PATHS]:
        parts += _entry_lines(entry, page)
    for issue in differential.issues:
        parts.append(Text(str(issue), style="yellow" if issue.level != "info" else "dim"))
    sources = ", ".join(f"{name} {release}" for name, release in differential.releases)
    if differential.entries:
        parts.append(Text(_scope(differential)))
    parts.append(Text(f"Sources: {sources}.", "dim"))
    parts.append(Text(differential.notice, style="italic"))
    return Group(*parts)


def _ranks(differential: Differential) -> Table:
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
    return table


def _findings_text(page: _Page) -> Text:
    text = Text()
    text.append("Patient: ", style="bold")
    text.append(page.patient() + "\n")
    for title, findings in page.finding_lists():
        text.append(f"{title}: ", style="bold")
        shown = [words_of(f.evidence) or page.named(f) for f in findings[:MAX_FINDINGS]]
        n_more = len(findings) - MAX_FINDINGS
        text.append((", ".join(shown) or "none") + (f" and {n_more} more" * (n_more > 0)) + "\n")
    return text


def _entry_lines(entry: DifferentialEntry, page: _Page) -> list[RenderableType]:
    records = ", ".join(entry.source_ids)
    title = Text(f"{entry.rank:g}. {entry.label}", style="bold")
    title.append(f"  {percent(entry.probability)}  {records}", style="dim")
    lines: list[RenderableType] = [title]
    for name, style, contributions in (
        ("for", "green", _telling(entry.supporting)),
        ("against", "red", _telling(entry.opposing)),
    ):
        lines += [
            Text(f"   {name:8}{page.contribution(c)}", style=style)
            for c in contributions[:MAX_CONTRIBUTIONS]
        ]
        if not contributions:
            lines.append(Text(f"   {name:8}nothing", style="dim"))
        if (n_more := len(contributions) - MAX_CONTRIBUTIONS) > 0:
            lines.append(Text(f"   {'':8}and {n_more} more", style="dim"))
    if entry.paths:
        lines.append(Text(f"   {'path':8}{page.path(entry.paths[0])}", style="cyan"))
    for why, features in _missing_lists(entry):
        named = ", ".join(
            f"{m.label} ({m.stated})" if m.is_stated else m.label
            for m in features[:MAX_CONTRIBUTIONS]
        )
        lines.append(Text(f"   {'look for':9}{named}  ({why})"))
    lines.append(Text())
    return lines
