"""What the linker misses and what it finds wrongly, by kind, the commonest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from nosograph.engine.evaluation.annotated_texts import AnnotatedCorpus, find_corpora
from nosograph.engine.evaluation.corpora import GoldDocument, GoldMention
from nosograph.engine.evaluation.data_folder import TEXT_FOLDER
from nosograph.engine.evaluation.term_lines import TermLines
from nosograph.engine.findings.annotator import NoteAnnotator
from nosograph.engine.findings.linking.dictionary import EntityLinker
from nosograph.engine.findings.mention import Mention
from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.errors import SourceError

__all__ = ["ErrorKind", "LinkingError", "LinkingErrors", "find_errors", "run_linking_errors"]

ErrorKind = str
MISSES: tuple[ErrorKind, ...] = (
    "a broader or narrower term was found on the words",
    "another term was found on the words",
    "a normal finding, marked as an exclusion",
    "nothing was found on the words",
)
FALSE_ALARMS: tuple[ErrorKind, ...] = (
    "the marks have a broader or narrower term on the words",
    "the marks have another term on the words",
    "the words are not marked, but a broader or narrower term is elsewhere",
    "the words are not marked",
)
_NORMAL = ("normal", "no abnormal", "intact", "symmetric", "unremarkable", "wnl", "nl ", "5/5")


class LinkingError(NamedTuple):
    """One distinct term of one text on which linker and annotators disagree."""

    kind: ErrorKind
    words: str
    """As they stand, folded; empty where the corpus does not say where."""
    term_id: str
    """Of the annotators for a miss, of the linker for a false alarm."""
    instead: str
    """The term that the other side has on the words; may be empty."""


@dataclass(frozen=True, kw_only=True)
class LinkingErrors:
    """Of one or several corpora."""

    misses: tuple[LinkingError, ...]
    false_alarms: tuple[LinkingError, ...]
    label_of: Callable[[str], str]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        sides = (("misses", self.misses), ("false alarms", self.false_alarms))
        return {name: Counter(error.kind for error in errors) for name, errors in sides}

    def to_markdown(self, *, limit: int = 100) -> str:
        """For people: the kinds, and the commonest of them all.

        Args:
            limit: How many misses and false alarms are shown.
        """
        lines: list[str] = []
        for name, kinds, errors in (
            ("Misses", MISSES, self.misses),
            ("False alarms", FALSE_ALARMS, self.false_alarms),
        ):
            lines += [f"{name}: {len(errors):,}", "", "| kind | how many |", "|--|--|"]
            counts = Counter(error.kind for error in errors)
            lines += [f"| {kind} | {counts[kind]:,} |" for kind in kinds]
            lines += ["", "| times | words | term | instead | kind |", "|--|--|--|--|--|"]
            common = sorted(Counter(errors).items(), key=lambda item: (-item[1], item[0]))
            for error, n in common[:limit]:
                instead = self.label_of(error.instead) if error.instead else ""
                words = error.words.replace("|", "/")
                term = self.label_of(error.term_id)
                lines.append(f"| {n} | {words} | {term} | {instead} | {error.kind} |")
            lines.append("")
        return "\n".join(lines)


def run_linking_errors(data: Path, *, graph: KnowledgeGraph) -> LinkingErrors:
    """Compare the default linker with the annotators of every corpus under ``data/text``.

    Args:
        data: Folder with ``text/``.
        graph: Its phenotypes are linked to.

    Raises:
        SourceError: If there is no corpus that says where its marks are.
    """
    labels = {name.term_id: name.label for name in graph.names()}
    corpora = [c for c in find_corpora(data / TEXT_FOLDER, graph) if c.has_places]
    if not corpora:
        raise SourceError(
            f"no annotated texts under {data / TEXT_FOLDER}: expected gscplus_*.tsv, val.zip or "
            "others whose marks have a place. --data names the folder above 'text'."
        )
    return find_errors(
        corpora,
        NoteAnnotator.open(graph),
        on_one_line=TermLines(graph).on_one_line,
        label_of=lambda term_id: labels.get(term_id, term_id),
    )


def find_errors(
    corpora: Iterable[AnnotatedCorpus],
    linker: EntityLinker,
    *,
    on_one_line: Callable[[str, str], bool],
    label_of: Callable[[str], str],
) -> LinkingErrors:
    """Compare a linker with the annotators of texts that say where their marks are.

    Args:
        corpora: One in which no mark has a place, or that counts polarity, is left out.
        linker: Is judged.
        on_one_line: Whether a term is another, an ancestor or a descendant of it.
        label_of: The label of a term.
    """
    misses: list[LinkingError] = []
    false_alarms: list[LinkingError] = []
    for corpus in corpora:
        if corpus.polarity or not corpus.has_places:
            continue
        for document in corpus.documents:
            found = linker.link(document.text)
            misses.extend(_misses(document, found, on_one_line=on_one_line))
            false_alarms.extend(_false_alarms(document, found, on_one_line=on_one_line))
    return LinkingErrors(misses=tuple(misses), false_alarms=tuple(false_alarms), label_of=label_of)


def _misses(
    document: GoldDocument, found: Sequence[Mention], *, on_one_line: Callable[[str, str], bool]
) -> Iterator[LinkingError]:
    known = {mention.term_id for mention in found}
    for mark in _first_of_each(m for m in document.mentions if m.term_id not in known):
        words = _folded(document.text, mark.start, mark.end)
        here = [m.term_id for m in found if m.start < mark.end and mark.start < m.end]
        related = [t for t in here if on_one_line(t, mark.term_id)]
        if related:
            kind = MISSES[0]
        elif here:
            kind = MISSES[1]
        elif mark.excluded and any(word in words for word in _NORMAL):
            kind = MISSES[2]
        else:
            kind = MISSES[3]
        yield LinkingError(kind, words, mark.term_id, next(iter(related or here), ""))


def _false_alarms(
    document: GoldDocument, found: Sequence[Mention], *, on_one_line: Callable[[str, str], bool]
) -> Iterator[LinkingError]:
    gold = {mark.term_id for mark in document.mentions}
    seen: set[str] = set()
    for mention in found:
        if mention.term_id in gold or mention.term_id in seen:
            continue
        seen.add(mention.term_id)
        marks = document.mentions
        here = [m.term_id for m in marks if m.start < mention.end and mention.start < m.end]
        related = [t for t in here if on_one_line(t, mention.term_id)]
        if related:
            kind = FALSE_ALARMS[0]
        elif here:
            kind = FALSE_ALARMS[1]
        elif any(on_one_line(t, mention.term_id) for t in gold):
            kind = FALSE_ALARMS[2]
        else:
            kind = FALSE_ALARMS[3]
        words = _folded(document.text, mention.start, mention.end)
        yield LinkingError(kind, words, mention.term_id, next(iter(related or here), ""))


def _first_of_each(marks: Iterable[GoldMention]) -> Iterator[GoldMention]:
    seen: set[str] = set()
    for mark in marks:
        if mark.term_id not in seen:
            seen.add(mark.term_id)
            yield mark


def _folded(text: str, start: int, end: int) -> str:
    return " ".join(text[start:end].casefold().split()) if start >= 0 else ""
