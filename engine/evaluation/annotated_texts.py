"""The annotated corpora that lie in a data folder."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from nosograph.engine.evaluation.article_parts import report_part
from nosograph.engine.evaluation.corpora import (
    GoldDocument,
    Resolver,
    read_articles,
    read_physical_exams,
    read_span_corpus,
    read_standoff_corpus,
)
from nosograph.engine.evaluation.data_folder import ARTICLE_ARCHIVES
from nosograph.engine.evaluation.typing_errors import with_typing_errors

__all__ = [
    "AnnotatedCorpus",
    "MisspelledCorpus",
    "corpora_with_typing_errors",
    "find_corpora",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatedCorpus:
    """A corpus, and how it is counted."""

    name: str
    documents: tuple[GoldDocument, ...]
    polarity: bool = False
    """Whether *excluded or not* is counted."""

    @property
    def title(self) -> str:
        """The name, and how it is counted."""
        return self.name + (", polarity counted" if self.polarity else "")

    @property
    def has_places(self) -> bool:
        """Whether its marks say where in the text they are."""
        return any(mark.start >= 0 for document in self.documents for mark in document.mentions)


def find_corpora(folder: Path, ontology: Resolver) -> Iterator[AnnotatedCorpus]:
    """Read every corpus of a folder.

    What has polarity comes twice, without it and with it; articles come whole, and cut to the part
    that reports their patients, for it is the patients' findings that are marked.

    Args:
        folder: With ``gscplus_*.tsv``, ``val.zip``, ``genereviews.zip``, ``jax*.zip`` or
            ``bc8_*.tsv``.
        ontology: Old identifiers are mapped to its primary ones.
    """
    for path in sorted(folder.glob("gscplus_*.tsv")):
        with path.open(encoding="utf-8") as lines:
            documents = tuple(read_span_corpus(lines, ontology))
        yield AnnotatedCorpus(name=path.stem, documents=documents)
    for name in ("val", "genereviews"):
        archive = folder / f"{name}.zip"
        if archive.is_file():
            documents = tuple(read_standoff_corpus(zipfile.Path(archive), ontology))
            yield AnnotatedCorpus(name=name, documents=documents)
    for path in sorted(folder.glob(ARTICLE_ARCHIVES)):
        articles = tuple(read_articles(path, ontology))
        yield AnnotatedCorpus(name=path.stem, documents=articles)
        reports = tuple(replace(article, text=report_part(article.text)) for article in articles)
        yield AnnotatedCorpus(name=f"{path.stem}, reports", documents=reports)
    for path in sorted(folder.glob("bc8_*.tsv")):
        with path.open(encoding="utf-8") as lines:
            documents = tuple(read_physical_exams(lines, ontology))
        for polarity in (False, True):
            yield AnnotatedCorpus(name=path.stem, documents=documents, polarity=polarity)


class MisspelledCorpus(NamedTuple):
    """A corpus that says where its mentions are, and the same with errors in a third of them."""

    clean: AnnotatedCorpus
    misspelled: AnnotatedCorpus


def corpora_with_typing_errors(corpora: Iterable[AnnotatedCorpus]) -> Iterator[MisspelledCorpus]:
    """Every corpus that says where its mentions are, beside itself with typing errors."""
    for corpus in corpora:
        if corpus.has_places:
            documents = with_typing_errors(corpus.documents)
            yield MisspelledCorpus(corpus, replace(corpus, documents=documents))
