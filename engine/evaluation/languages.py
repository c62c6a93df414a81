"""Notes in languages beside English, measured on sentences and on HPO's own labels.

The sentences were written for this project, as clinicians write, before the tables of names and
triggers (the first set) and after them (the second). A third, in Chinese, is of terms that were
drawn at random from the annotations of diseases. All have one author, who also wrote the tables: no
figure says what a hospital's notes would give.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from rich.console import Console

from nosograph.engine.evaluation.linking import Score
from nosograph.engine.findings.languages.annotator import LanguageAnnotator
from nosograph.engine.findings.languages.detection import detect_language
from nosograph.engine.findings.languages.names import iter_names
from nosograph.engine.findings.languages.registry import LANGUAGES
from nosograph.engine.findings.linking.linker_index import LinkerIndex
from nosograph.kg.build import GraphSources
from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.errors import SourceFormatError

__all__ = [
    "TRANSLATIONS_ARCHIVE",
    "LabelledSentence",
    "LanguageReport",
    "LanguageRow",
    "read_sentences",
    "run_language_benchmark",
]

TRANSLATIONS_ARCHIVE = Path("ontologies", "hpo-translations.zip")
SETS = {"": "first", "-second": "second", "-sampled": "sampled"}
"""Suffix of a file of sentences, and what it is called; a language need not have all."""
_CARRIERS = {
    "zh": "患者有{}。",
    "de": "Befund: {}.",
    "es": "Se observa {}.",
    "ja": "{}を認める。",
}
"""In which a label must be found again."""
_CLOSING = ' .。)）"”」'
"""At the end of a label; no mention ends with it."""


class LabelledSentence(NamedTuple):
    """A sentence and what it says."""

    text: str
    said: frozenset[tuple[str, str]]
    """Term and assertion."""


class SentenceFigures(NamedTuple):
    """How well the sentences of one set were read."""

    n_sentences: int
    terms: Score
    """Distinct terms of each sentence, whatever is said of them."""
    with_assertion: Score
    """The same, what is said of them being right too."""
    n_detected: int
    """Sentences whose language was told by themselves; a note has more to tell by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageRow:
    """What was measured in one language."""

    code: str
    n_terms: int
    """Phenotypes that have a name in it."""
    n_phenotypes: int
    n_names: int
    sentences: tuple[tuple[str, SentenceFigures], ...]
    n_labels: int
    n_labels_found: int
    """Translated labels that are found whole, as their own term, in a sentence around them."""
    build_seconds: float
    """To make the index of names."""
    characters_per_second: float

    @property
    def round_trip(self) -> float:
        """Share of the labels that are found again."""
        return self.n_labels_found / self.n_labels if self.n_labels else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageReport:
    """Every language, and how to print it."""

    rows: tuple[LanguageRow, ...]

    def to_markdown(self) -> str:
        """The figures as tables."""
        lines = [
            "Precision / recall / F1 of the distinct terms of each sentence.",
            "",
            "| language | sentences | n | terms | terms and assertion | detected alone |",
            "|--|--|--|--|--|--|",
        ]
        for row in self.rows:
            for name, figures in row.sentences:
                cells = (
                    LANGUAGES[row.code].name,
                    name,
                    str(figures.n_sentences),
                    _shown(figures.terms),
                    _shown(figures.with_assertion),
                    f"{figures.n_detected}",
                )
                lines.append(f"| {' | '.join(cells)} |")
        lines += [
            "",
            "| language | phenotypes with a name | names | labels found again | index made in | "
            "characters/s |",
            "|--|--|--|--|--|--|",
        ]
        for row in self.rows:
            cells = (
                LANGUAGES[row.code].name,
                f"{row.n_terms:,} of {row.n_phenotypes:,}",
                f"{row.n_names:,}",
                f"{row.round_trip:.3f} of {row.n_labels:,}",
                f"{row.build_seconds:.1f} s",
                f"{row.characters_per_second:,.0f}",
            )
            lines.append(f"| {' | '.join(cells)} |")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON values."""
        return {
            row.code: {
                "terms": row.n_terms,
                "phenotypes": row.n_phenotypes,
                "names": row.n_names,
                "labels": row.n_labels,
                "labels_found": row.n_labels_found,
                "build_seconds": row.build_seconds,
                "characters_per_second": row.characters_per_second,
                "sentences": {
                    name: {
                        "sentences": figures.n_sentences,
                        "detected": figures.n_detected,
                        "terms": _figures(figures.terms),
                        "with_assertion": _figures(figures.with_assertion),
                    }
                    for name, figures in row.sentences
                },
            }
            for row in self.rows
        }


def read_sentences(code: str, suffix: str = "") -> tuple[LabelledSentence, ...]:
    """Read the sentences of one language; none where it has no such set.

    >>> read_sentences("zh")[0].text
    '患儿男，5岁，因反复抽搐2年就诊。'

    Args:
        code: Of the language.
        suffix: Of the set, as in `SETS`; empty for the first.

    Raises:
        SourceFormatError: If a line has another number of fields.
    """
    name = f"{code}{suffix}.tsv"
    path = files("nosograph.engine.evaluation").joinpath("language_sentences", name)
    if not path.is_file():
        return ()
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines()[1:], start=2):
        fields = line.split("\t")
        if len(fields) != 3:
            raise SourceFormatError(
                f"{name}: line {number} has {len(fields)} fields, expected 3: sentence, terms, "
                "labels."
            )
        said = (tuple(term.split(" ")) for term in fields[1].split("; ") if term)
        found.append(LabelledSentence(fields[0], frozenset((t, a) for t, a in said)))
    return tuple(found)


def run_language_benchmark(
    data: Path, *, label_step: int = 1, home: Path | None = None, console: Console | None = None
) -> LanguageReport:
    """Measure every language that a data folder has a translation of.

    Args:
        data: Folder with ``ontologies/hpo-translations.zip``.
        label_step: Look for every so many-th label only, to be quick.
        home: Folder of the graphs.
        console: Where progress is shown.

    Raises:
        SourceError: If the translations are not there.
    """
    console = console or Console(quiet=True)
    with console.status("building the graph"):
        sources = GraphSources.embedded(translations=[data / TRANSLATIONS_ARCHIVE])
        graph = KnowledgeGraph.open(sources, home=home)
    rows = []
    for code in LANGUAGES:
        if code in graph.languages and code in _CARRIERS:
            with console.status(f"reading {LANGUAGES[code].name}"):
                rows.append(_measured(graph, code, label_step=label_step))
    return LanguageReport(rows=tuple(rows))


def _measured(graph: KnowledgeGraph, code: str, *, label_step: int) -> LanguageRow:
    started = perf_counter()
    names = list(iter_names(graph, code))
    LinkerIndex.build(names, language=LANGUAGES[code])
    build_seconds = perf_counter() - started
    annotator = LanguageAnnotator.open(graph, code)
    read = ((name, read_sentences(code, suffix)) for suffix, name in SETS.items())
    sets = [(name, sentences) for name, sentences in read if sentences]
    texts = [sentence.text for _, sentences in sets for sentence in sentences]
    started = perf_counter()
    for text in texts:
        annotator.annotate(text)
    seconds = perf_counter() - started
    labels = list(graph.names(code))[::label_step]
    n_found = sum(_is_found(annotator, name.text, name.term_id, _CARRIERS[code]) for name in labels)
    return LanguageRow(
        code=code,
        n_terms=len({name.term_id for name in names}),
        n_phenotypes=sum(map(graph.is_phenotype, range(graph.n_terms))),
        n_names=len({(name.term_id, name.text) for name in names}),
        sentences=tuple(
            (name, _judged(annotator, sentences, code=code)) for name, sentences in sets
        ),
        n_labels=len(labels),
        n_labels_found=n_found,
        build_seconds=build_seconds,
        characters_per_second=sum(map(len, texts)) / seconds,
    )


def _is_found(annotator: LanguageAnnotator, label: str, term_id: str, carrier: str) -> bool:
    start = carrier.index("{}")
    end = start + len(label.rstrip(_CLOSING))
    mentions = annotator.annotate(carrier.format(label))
    return any((m.start, m.end) == (start, end) and m.term_id == term_id for m in mentions)


def _judged(
    annotator: LanguageAnnotator, sentences: Sequence[LabelledSentence], *, code: str
) -> SentenceFigures:
    terms = with_assertion = Score(0, 0, 0, 0)
    n_detected = 0
    for sentence in sentences:
        said = {(m.term_id, m.assertion.value) for m in annotator.annotate(sentence.text)}
        with_assertion += _score(said, sentence.said)
        terms += _score({t for t, _ in said}, {t for t, _ in sentence.said})
        n_detected += detect_language(sentence.text).language == code
    return SentenceFigures(len(sentences), terms, with_assertion, n_detected)


def _score(found: Iterable[object], gold: Iterable[object]) -> Score:
    found, gold = set(found), set(gold)
    n_right = len(found & gold)
    return Score(n_right, len(found), n_right, len(gold))


def _shown(score: Score) -> str:
    return f"{score.precision:.3f} / {score.recall:.3f} / **{score.f1:.3f}**"


def _figures(score: Score) -> dict[str, float]:
    return {"precision": score.precision, "recall": score.recall, "f1": score.f1}
