"""The figures of linking as tables and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from nosograph.engine.evaluation.assertion_report import AssertionReport
from nosograph.engine.evaluation.linking import LinkingFigures, Score
from nosograph.engine.evaluation.paired_difference import Difference, paired_f1_difference
from nosograph.engine.evaluation.peers.peer import ON_SCISPACY

__all__ = ["CASCADE", "LEARNED", "NESTED", "OURS", "LinkingReport", "LinkingRow", "TypingRow"]

OURS = "Nosograph"
NESTED = "Nosograph, nested"
LEARNED = "Nosograph, names learned"
CASCADE = "Nosograph, then scispacy"
RULE = (
    "Precision / recall / F1, counts pooled over documents, identifiers mapped to primary ones. "
    "Document: the set of distinct terms of a text; a term is right if the text's gold has it. "
    "Mention: right if the gold has the same term at the same span (strict) or at one that "
    "overlaps (overlap). On a line: a term also counts as the gold one if either is an ancestor of "
    "the other by is_a, however far; siblings do not count, nor do the roots HP:0000001 and "
    "HP:0000118. With polarity, 'excluded' must agree as well; without, it is ignored."
)
PEER_RULE = (
    "Peers ran in an environment of their own over the same texts with the same release; they "
    "tell nothing of negation, so all that they find counts as present. Speed is of linking alone, "
    "one process, loading left out; ours includes assertion where polarity is counted."
)
OWN_RULES = {
    NESTED: "Nosograph, nested: names of broader terms inside longer names as well.",
    LEARNED: "Nosograph, names learned: with the names that people marked in four fifths of the "
    "corpus, judged on the fifth that did not teach them, for corpora of a hundred texts or more.",
    ON_SCISPACY: "Nosograph on scispacy: our second linker, in an environment of its own, with our "
    "assertion where polarity is counted.",
    CASCADE: "Nosograph, then scispacy: the second linker where the first read nothing.",
}
_NO_OTHERS = frozenset({OURS, NESTED, LEARNED})
TYPING_RULE = (
    "The corpora that say where mentions are, with typing errors: of the gold mentions that have a "
    "word of five letters or more, every third has one error (two letters swapped, one dropped, "
    "doubled or replaced) in one such word, behind its first letter. F1 without and with errors, "
    "and the share that is lost: a text that names a term twice hides an error in its set of "
    "terms. Of the mentions with an error, the share found (overlap) before it was made and after."
)
OF_OURS = {OURS: "ours", NESTED: "ours_nested"}
"""What is set beside every other linker, and its name in JSON."""
DIFFERENCE_RULE = (
    "Difference in document F1, ours minus the other, with the 95 % interval of a paired "
    "bootstrap (1,000 resamples of the documents)."
)


class LinkingRow(NamedTuple):
    """What one linker reached on one corpus."""

    corpus: str
    linker: str
    figures: LinkingFigures


class TypingRow(NamedTuple):
    """What one linker reached on one corpus with typing errors."""

    corpus: str
    linker: str
    clean: LinkingFigures
    misspelled: LinkingFigures
    found_clean: Score
    """Of the mentions that are to have an error, as they were."""
    found_misspelled: Score
    """Of the mentions that have an error."""


@dataclass(frozen=True, kw_only=True)
class LinkingReport:
    """All figures of one run."""

    rows: tuple[LinkingRow, ...]
    with_typing_errors: tuple[TypingRow, ...]
    assertions: dict[str, Score]
    own_sentences: AssertionReport
    """The frozen set of our own, which no data folder is needed for."""
    diseases: dict[str, Score] = field(default_factory=dict)
    """Names of diseases: what is counted, and how well it agrees."""

    @property
    def differences(self) -> Iterator[tuple[str, str, str, Difference]]:
        """Corpus, ours, another linker, and how far ours is above it."""
        figures = {row[:2]: row.figures.by_document for row in self.rows}
        for row in self.rows:
            for ours in OF_OURS:
                if row.linker not in _NO_OTHERS and (row.corpus, ours) in figures:
                    difference = paired_f1_difference(
                        figures[row.corpus, ours], row.figures.by_document
                    )
                    yield row.corpus, ours, row.linker, difference

    def to_dict(self) -> dict[str, Any]:
        """For JSON: by corpus, then by linker."""
        corpora: dict[str, dict[str, dict[str, Any]]] = {}
        for row in self.rows:
            corpora.setdefault(row.corpus, {})[row.linker] = _plain_figures(row.figures)
        for corpus, ours, other, difference in self.differences:
            name = f"document_f1_{OF_OURS[ours]}_minus_this"
            corpora[corpus][other][name] = asdict(difference)
        for typed in self.with_typing_errors:
            figures = _plain_figures(typed.misspelled)
            figures["misspelled_mentions_recall"] = typed.found_misspelled.recall
            figures["misspelled_mentions_recall_before"] = typed.found_clean.recall
            corpora[typed.corpus][typed.linker]["with_typing_errors"] = figures
        return {
            "corpora": corpora,
            "assertions": {name: _plain(score) for name, score in self.assertions.items()},
            "own_sentences": self.own_sentences.to_dict(),
            "diseases": {name: _plain(score) for name, score in self.diseases.items()},
        }

    def to_markdown(self) -> str:
        """For people."""
        has_peers = any(row.linker not in _NO_OTHERS for row in self.rows)
        linkers = {row.linker for row in self.rows}
        own = " ".join(rule for linker, rule in OWN_RULES.items() if linker in linkers)
        rules = [RULE, *([PEER_RULE] if has_peers else []), *([own] if own else [])]
        lines = ["\n\n".join(rules), "", *_table(self.rows)]
        if has_peers:
            lines += ["", DIFFERENCE_RULE, "", "| corpus | ours | other | difference |"]
            lines += ["|--|--|--|--|"]
            lines += [f"| {' | '.join(map(str, row))} |" for row in self.differences]
        if self.with_typing_errors:
            lines += ["", TYPING_RULE, ""]
            lines += _typing_table(self.with_typing_errors)
        if self.assertions:
            lines += ["", "| assertion | precision / recall / F1 | cases |", "|--|--|--|"]
            for name, score in self.assertions.items():
                lines.append(f"| {name} | {_triple(score)} | {score.n_gold:,} |")
        if self.diseases:
            lines += ["", "| names of diseases | precision / recall / F1 | marks |", "|--|--|--|"]
            for name, score in self.diseases.items():
                lines.append(f"| {name} | {_triple(score)} | {score.n_gold:,} |")
        return "\n".join(lines) + "\n\n" + self.own_sentences.to_markdown()


def _table(rows: Sequence[LinkingRow]) -> list[str]:
    columns = (
        "corpus",
        "linker",
        "documents",
        "document",
        "document, on a line",
        "mention, strict",
        "mention, overlap",
        "mention, overlap, on a line",
        "documents/s",
        "sentences/s",
    )
    lines = [f"| {' | '.join(columns)} |", "|--" * len(columns) + "|"]
    for corpus, linker, figures in rows:
        of_mentions = (figures.strict, figures.overlap, figures.overlap_on_line)
        has_places = figures.strict.n_gold > 0
        cells = (
            corpus,
            linker,
            f"{len(figures.by_document):,}",
            _triple(figures.document),
            _triple(figures.document_on_line),
            *(_triple(score) if has_places else "–" for score in of_mentions),
            f"{figures.documents_per_second:,.0f}",
            f"{figures.sentences_per_second:,.0f}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _triple(score: Score) -> str:
    return f"{score.precision:.3f} / {score.recall:.3f} / **{score.f1:.3f}**"


def _typing_table(rows: Sequence[TypingRow]) -> list[str]:
    lines = [
        "| corpus | linker | document F1 | mention F1, overlap | misspelled mentions found |",
        "|--|--|--|--|--|",
    ]
    for row in rows:
        cells = (
            row.corpus,
            row.linker,
            _loss(row.clean.document, row.misspelled.document),
            _loss(row.clean.overlap, row.misspelled.overlap),
            f"{row.found_clean.recall:.3f} → {row.found_misspelled.recall:.3f} "
            f"of {row.found_clean.n_gold:,}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _loss(clean: Score, worse: Score) -> str:
    lost = 1 - worse.f1 / clean.f1 if clean.f1 else 0.0
    return f"{clean.f1:.3f} → {worse.f1:.3f}, lost {lost:.1%}"


def _plain_figures(figures: LinkingFigures) -> dict[str, Any]:
    return {
        "document": _plain(figures.document),
        "document_on_line": _plain(figures.document_on_line),
        "mention_strict": _plain(figures.strict),
        "mention_overlap": _plain(figures.overlap),
        "mention_overlap_on_line": _plain(figures.overlap_on_line),
        "n_documents": len(figures.by_document),
        "documents_per_second": figures.documents_per_second,
        "sentences_per_second": figures.sentences_per_second,
    }


def _plain(score: Score) -> dict[str, float]:
    counts: dict[str, float] = dict(score._asdict())
    return counts | {"precision": score.precision, "recall": score.recall, "f1": score.f1}
