"""Linking and assertion, measured on every annotated corpus of a data folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from rich.console import Console

from nosograph.engine.evaluation.annotated_texts import (
    AnnotatedCorpus,
    MisspelledCorpus,
    corpora_with_typing_errors,
    find_corpora,
)
from nosograph.engine.evaluation.corpora import AssertionCase, read_assertion_cases
from nosograph.engine.evaluation.data_folder import TEXT_FOLDER
from nosograph.engine.evaluation.linking import (
    Answer,
    Score,
    StageAnswerer,
    evaluate_assertion,
    judge,
)
from nosograph.engine.evaluation.linking_report import OURS, LinkingReport, LinkingRow, TypingRow
from nosograph.engine.evaluation.peers.peer import Peer, PeerSetting, ask_peer
from nosograph.engine.evaluation.term_lines import TermLines
from nosograph.engine.evaluation.typing_errors import only_misspelled
from nosograph.engine.findings.annotator import NoteAnnotator
from nosograph.engine.findings.assertion.assertion import AssertionRules
from nosograph.engine.findings.mention import Assertion
from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.errors import SourceError
from nosograph.ontologies.sources import embedded_source_file

__all__ = ["run_linking_benchmark"]

ASSERTION_PRIORITY = (Assertion.EXCLUDED, Assertion.HISTORY)


class Answerer(Protocol):
    """What is judged: ours, or a peer."""

    def answer(self, text: str, *, polarity: bool) -> Answer:
        """What it finds in a text, and in what time."""
        ...


def run_linking_benchmark(
    data: Path,
    *,
    graph: KnowledgeGraph,
    peers: Sequence[Peer] = (),
    console: Console | None = None,
) -> LinkingReport:
    """Measure the linker on every corpus under ``data/text``.

    Args:
        data: Folder with ``text/``.
        graph: Its phenotypes are linked to, and it resolves old identifiers of the corpora.
        peers: Other linkers to set beside ours; with any, their environment is set up first.
        console: Where progress is shown.

    Raises:
        SourceError: If there is no corpus.
        PeerError: If a peer cannot be installed or fails.
    """
    console = console or Console(quiet=True)
    corpora = list(find_corpora(data / TEXT_FOLDER, graph))
    if not corpora:
        raise SourceError(
            f"no annotated texts under {data / TEXT_FOLDER}: expected gscplus_*.tsv, val.zip or "
            "others. --data names the folder above 'text'."
        )
    pairs = list(corpora_with_typing_errors(corpora))
    annotator = NoteAnnotator.open(graph)
    annotator.annotate("No seizures.")  # opens what is opened once, so that it is not measured
    answerers: dict[str, Answerer] = {
        OURS: StageAnswerer(annotator.linker, asserted=annotator.assertion.apply)
    }
    answerers |= _ask_peers(
        peers, [*corpora, *(pair.misspelled for pair in pairs)], graph=graph, console=console
    )
    lines = TermLines(graph)
    with console.status("linking"):
        return LinkingReport(
            rows=tuple(_judged(corpora, answerers, lines=lines)),
            with_typing_errors=tuple(_judged_with_errors(pairs, answerers)),
            assertions=_assertions(data / TEXT_FOLDER),
        )


def _ask_peers(
    peers: Sequence[Peer],
    corpora: Iterable[AnnotatedCorpus],
    *,
    graph: KnowledgeGraph,
    console: Console,
) -> dict[str, Answerer]:
    if not peers:
        return {}
    with console.status("setting up the peers' environment"):
        setting = PeerSetting.open(graph, embedded_source_file("hpo"))
    texts = [document.text for corpus in corpora for document in corpus.documents]
    answerers: dict[str, Answerer] = {}
    for peer in peers:
        with console.status(f"asking {peer.name} (the first time it makes an index)"):
            answerers[peer.name] = ask_peer(peer, texts, setting=setting)
    return answerers


def _judged(
    corpora: Iterable[AnnotatedCorpus], answerers: Mapping[str, Answerer], *, lines: TermLines
) -> Iterator[LinkingRow]:
    for corpus in corpora:
        for name, answerer in answerers.items():
            figures = judge(
                corpus.documents,
                _answers(answerer, corpus),
                polarity=corpus.polarity,
                on_one_line=lines.on_one_line,
            )
            yield LinkingRow(corpus.title, name, figures)


def _judged_with_errors(
    pairs: Iterable[MisspelledCorpus], answerers: Mapping[str, Answerer]
) -> Iterator[TypingRow]:
    for clean, misspelled in pairs:
        polarity = clean.polarity
        before, after = only_misspelled(clean.documents, misspelled.documents)
        for name, answerer in answerers.items():
            of_clean, of_misspelled = _answers(answerer, clean), _answers(answerer, misspelled)
            yield TypingRow(
                corpus=clean.title,
                linker=name,
                clean=judge(clean.documents, of_clean, polarity=polarity),
                misspelled=judge(misspelled.documents, of_misspelled, polarity=polarity),
                found_clean=judge(before, of_clean, polarity=polarity).overlap,
                found_misspelled=judge(after, of_misspelled, polarity=polarity).overlap,
            )


def _answers(answerer: Answerer, corpus: AnnotatedCorpus) -> list[Answer]:
    return [answerer.answer(d.text, polarity=corpus.polarity) for d in corpus.documents]


def _assertions(folder: Path) -> dict[str, Score]:
    scores = {}
    rules = AssertionRules.load()
    for path in sorted(folder.glob("assertion_*.tsv")):
        with path.open(encoding="utf-8") as lines:
            cases = list(read_assertion_cases(lines))

        for expected in ASSERTION_PRIORITY:

            def says(case: AssertionCase, expected: Assertion = expected) -> Assertion:
                modifiers = rules.modifiers(case.text, [(case.start, case.end)])[0]
                said = {modifier.assertion for modifier in modifiers}
                return expected if expected in said else Assertion.PRESENT

            scores[f"{path.stem}: {expected}"] = evaluate_assertion(says, cases, expected=expected)
    return scores
