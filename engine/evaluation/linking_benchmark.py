"""Linking and assertion, measured on every annotated corpus of a data folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console

from nosograph.engine.evaluation.annotated_texts import (
    AnnotatedCorpus,
    MisspelledCorpus,
    corpora_with_typing_errors,
    find_corpora,
)
from nosograph.engine.evaluation.assertion_report import run_assertion_benchmark
from nosograph.engine.evaluation.corpora import AssertionCase, read_assertion_cases
from nosograph.engine.evaluation.data_folder import TEXT_FOLDER
from nosograph.engine.evaluation.disease_mentions import run_disease_names
from nosograph.engine.evaluation.learned_names import LearnedAnswerer
from nosograph.engine.evaluation.linking import (
    Answer,
    Answerer,
    AssertionStage,
    CascadeAnswerer,
    Score,
    StageAnswerer,
    evaluate_assertion,
    judge,
)
from nosograph.engine.evaluation.linking_report import (
    CASCADE,
    LEARNED,
    NESTED,
    OURS,
    LinkingReport,
    LinkingRow,
    TypingRow,
)
from nosograph.engine.evaluation.peers.peer import ON_SCISPACY, Peer, PeerSetting, ask_peer
from nosograph.engine.evaluation.term_lines import TermLines
from nosograph.engine.evaluation.typing_errors import only_misspelled
from nosograph.engine.findings.annotator import NoteAnnotator
from nosograph.engine.findings.mention import Assertion
from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.errors import SourceError
from nosograph.ontologies.sources import embedded_source_file

__all__ = ["run_linking_benchmark"]

MIN_TO_LEARN = 100
"""Documents of a corpus from which names are learned."""
ASSERTION_PRIORITY = (Assertion.EXCLUDED, Assertion.HISTORY)


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
        peers: Other linkers to set beside ours; their environments are set up first.
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
    asserted = annotator.assertion.apply
    answerers: dict[str, Answerer] = {
        OURS: _answerer(annotator),
        NESTED: _answerer(NoteAnnotator.open(graph, nested=True)),
    }
    if peers:
        read = [*corpora, *(pair.misspelled for pair in pairs)]
        answerers |= _ask_peers(peers, read, graph=graph, asserted=asserted, console=console)
    if ON_SCISPACY in answerers:
        answerers[CASCADE] = CascadeAnswerer(answerers[OURS], answerers[ON_SCISPACY])
    lines = TermLines(graph)

    def taught(corpus: AnnotatedCorpus) -> Answerer:
        return LearnedAnswerer(
            corpus.documents,
            annotator,
            asserted=asserted,
            label_of={name.term_id: name.label for name in graph.names()}.get,
        )

    with console.status("linking"):
        return LinkingReport(
            rows=tuple(_judged(corpora, answerers, taught=taught, lines=lines)),
            with_typing_errors=tuple(_judged_with_errors(pairs, answerers)),
            assertions=_assertions(data / TEXT_FOLDER, annotator=annotator),
            own_sentences=run_assertion_benchmark(annotator.assertion.apply),
            diseases=run_disease_names(data, home=graph.store.home),
        )


def _answerer(annotator: NoteAnnotator) -> StageAnswerer:
    annotator.annotate("No seizures.")  # opens what is opened once, so that it is not measured
    return StageAnswerer(annotator, asserted=annotator.assertion.apply)


def _ask_peers(
    peers: Sequence[Peer],
    corpora: Iterable[AnnotatedCorpus],
    *,
    graph: KnowledgeGraph,
    asserted: AssertionStage,
    console: Console,
) -> dict[str, Answerer]:
    release = embedded_source_file("hpo")
    texts = [document.text for corpus in corpora for document in corpus.documents]
    answerers: dict[str, Answerer] = {}
    for peer in peers:
        with console.status(f"setting up the environment of {peer.name}"):
            setting = PeerSetting.open(graph, release, requirements=peer.requirements)
        with console.status(f"asking {peer.name} (the first time it makes an index)"):
            answerers[peer.name] = ask_peer(peer, texts, setting=setting, asserted=asserted)
    return answerers


def _judged(
    corpora: Iterable[AnnotatedCorpus],
    answerers: Mapping[str, Answerer],
    *,
    taught: Callable[[AnnotatedCorpus], Answerer],
    lines: TermLines,
) -> Iterator[LinkingRow]:
    for corpus in corpora:
        of_corpus = dict(answerers)
        if corpus.has_places and len(corpus.documents) >= MIN_TO_LEARN:
            of_corpus[LEARNED] = taught(corpus)
        for name, answerer in of_corpus.items():
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


def _assertions(folder: Path, *, annotator: NoteAnnotator) -> dict[str, Score]:
    scores = {}
    for path in sorted(folder.glob("assertion_*.tsv")):
        with path.open(encoding="utf-8") as lines:
            cases = list(read_assertion_cases(lines))

        for expected in ASSERTION_PRIORITY:

            def says(case: AssertionCase, expected: Assertion = expected) -> Assertion:
                modifiers = annotator.assertion.modifiers(case.text, [(case.start, case.end)])[0]
                said = {modifier.assertion for modifier in modifiers}
                return expected if expected in said else Assertion.PRESENT

            scores[f"{path.stem}: {expected}"] = evaluate_assertion(says, cases, expected=expected)
    return scores
