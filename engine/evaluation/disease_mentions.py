"""How well names of diseases are found in texts in which people marked diseases.

The NCBI disease corpus marks diseases of every kind with MeSH or OMIM identifiers; a graph has the
diseases of HPO's annotations. So spans are counted against all marks, and diseases against those
whose identifier leads, by MONDO's exact matches, to a disease of the graph.

Source: Doğan, Leaman, Lu 2014, J Biomed Inform 47:1-10, doi:10.1016/j.jbi.2013.12.006.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from nosograph.engine.evaluation.data_folder import MONDO_ARCHIVE, TEXT_FOLDER, merged_graph
from nosograph.engine.evaluation.linking import NOTHING, Score, count_agreement
from nosograph.engine.findings.annotator import NoteAnnotator
from nosograph.engine.findings.mention import Mention
from nosograph.engine.findings.names.kinds import NameKind
from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.readers.sssom import read_sssom

__all__ = [
    "DiseaseMark",
    "DiseaseText",
    "count_diseases",
    "read_disease_texts",
    "run_disease_names",
]

CORPORA = "ncbi_disease_*.tsv"
MESH_MEMBER = "mondo_exactmatch_mesh.sssom.tsv"
_JOINED = re.compile(r"[|+]")


class DiseaseMark(NamedTuple):
    """One mark of an annotator."""

    start: int
    end: int
    diseases: frozenset[str]
    """What it is in the graph; empty if it is none of its diseases."""


class DiseaseText(NamedTuple):
    """One text and its marks."""

    text: str
    marks: tuple[DiseaseMark, ...]


def read_disease_texts(
    lines: Iterable[str], disease_of: Callable[[str], str | None]
) -> Iterator[DiseaseText]:
    r"""Read blocks of an identifier, a text, and marks ``start end words identifier``.

    >>> lines = ["7", "Gout.", "0\t4\tGout\tMESH:D006073|OMIM:138900"]
    >>> [text.marks for text in read_disease_texts(lines, {"OMIM:138900": "MONDO:1"}.get)]
    [(DiseaseMark(start=0, end=4, diseases=frozenset({'MONDO:1'})),)]

    Args:
        lines: The lines of the file.
        disease_of: The graph's disease behind an identifier, ``None`` if it has none.
    """
    block: list[str] = []
    for line in [*(raw.rstrip("\r\n") for raw in lines), ""]:
        if line:
            block.append(line)
        elif block:
            rows = [row.split("\t") for row in block[2:]]
            yield DiseaseText(
                block[1] if len(block) > 1 else "",
                tuple(
                    DiseaseMark(int(row[0]), int(row[1]), _diseases(row[-1], disease_of))
                    for row in rows
                ),
            )
            block = []


def _diseases(written: str, disease_of: Callable[[str], str | None]) -> frozenset[str]:
    first, *others = _JOINED.split(written)
    prefix = first.partition(":")[0]
    term_ids = [first, *(one if ":" in one else f"{prefix}:{one}" for one in others)]
    return frozenset(d for term_id in term_ids if (d := disease_of(term_id)) is not None)


def count_diseases(
    texts: Sequence[DiseaseText], find: Callable[[str], Sequence[Mention]]
) -> dict[str, Score]:
    """Count spans against all marks, and diseases against those that the graph has.

    Args:
        texts: The corpus.
        find: What finds diseases in a text.
    """
    strict = overlap = diseases = NOTHING
    for text, marks in texts:
        found = find(text)
        known = [mark for mark in marks if mark.diseases]
        over_known = [m for m in found if any(_overlap(m, mark) for mark in known)]
        strict += count_agreement(found, marks, agree=_same_span)
        overlap += count_agreement(found, marks, agree=_overlap)
        diseases += count_agreement(over_known, known, agree=_same_disease)
    return {
        "spans, strict": strict,
        "spans, overlap": overlap,
        "diseases that the graph has, of overlapping spans": diseases,
    }


def _same_span(mention: Mention, mark: DiseaseMark) -> bool:
    return (mention.start, mention.end) == (mark.start, mark.end)


def _overlap(mention: Mention, mark: DiseaseMark) -> bool:
    return mention.start < mark.end and mark.start < mention.end


def _same_disease(mention: Mention, mark: DiseaseMark) -> bool:
    return _overlap(mention, mark) and mention.term_id in mark.diseases


def run_disease_names(data: Path, *, home: Path | None = None) -> dict[str, Score]:
    """Measure every corpus of diseases in a data folder; nothing without MONDO's mappings.

    Args:
        data: Folder with ``text/`` and ``ontologies/``.
        home: Folder of the graphs.
    """
    paths = sorted((data / TEXT_FOLDER).glob(CORPORA))
    if not paths or not (data / MONDO_ARCHIVE).is_file():
        return {}
    graph = merged_graph(data, home=home)
    disease_of = _resolver(graph, data / MONDO_ARCHIVE)
    linker = NoteAnnotator.open(graph, kind=NameKind.DISEASE)
    scores: dict[str, Score] = {}
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            texts = list(read_disease_texts(lines, disease_of))
        counted = count_diseases(texts, linker.link)
        scores |= {f"{path.stem}: {what}": score for what, score in counted.items()}
    return scores


def _resolver(graph: KnowledgeGraph, archive: Path) -> Callable[[str], str | None]:
    with zipfile.ZipFile(archive) as opened, opened.open(MESH_MEMBER) as file:
        mappings = read_sssom(io.TextIOWrapper(file, encoding="utf-8")).mappings
    mondo = {str(m.object_id).upper(): str(m.subject_id) for m in mappings}

    def disease_of(term_id: str) -> str | None:
        number = graph.find_disease(mondo.get(term_id.upper(), term_id))
        return None if number is None else graph.node_id(number)

    return disease_of
