"""Finding nodes by words: labels and synonyms, best and most telling first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nosograph.kg.errors import AmbiguousNameError, UnknownNodeError
from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.ontology import ResolutionKind
from nosograph.ontologies.term import TermId

__all__ = ["NodeSearch", "SearchHit"]

_WORD = re.compile(r"\w+")
PUBLICATION_KIND = "publication"
MAX_LISTED = 5
"""Names in a message."""
MAX_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One node that the words found."""

    node_id: TermId
    kind: str
    label: str
    matched_name: str
    """The label or synonym that holds the words."""


class NodeSearch:
    """Search over the names of everything but publications.

    A name is a hit if each word asked for begins one of its words. Hits are ordered: names that are
    the words exactly, names that begin with them, then shorter before longer names.
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.graph = graph

    @cached_property
    def _names(self) -> tuple[tuple[int, ...], tuple[str, ...]]:
        graph = self.graph
        stop = graph.kind_range(PUBLICATION_KIND).start
        synonyms = graph.strings("synonym")
        nodes = (*range(stop), *np.asarray(graph.column("synonym_term")).tolist())
        names = (*graph.strings("node_label")[:stop], *synonyms)
        return nodes, names

    @cached_property
    def _lowered(self) -> tuple[str, ...]:
        return tuple(name.lower() for name in self._names[1])

    def find(
        self, words: str, *, kinds: Sequence[str] = (), limit: int = 20
    ) -> tuple[SearchHit, ...]:
        """Find nodes by name, or by identifier.

        Args:
            words: What to look for.
            kinds: Names of node kinds to keep; all when empty.
            limit: Most hits to return.
        """
        number = self._by_identifier(words)
        if number is not None:
            fits = limit > 0 and (not kinds or self.graph.kind(number) in kinds)
            return (self._hit(number, self.graph.label(number)),) if fits else ()
        asked = " ".join(words.lower().split())
        parts = _WORD.findall(asked)
        if not parts or limit < 1:
            return ()
        patterns = [re.compile(rf"\b{re.escape(part)}") for part in parts]
        nodes, names = self._names
        best: dict[int, tuple[tuple[int, int, str], int]] = {}
        for i, lowered in enumerate(self._lowered):
            if parts[0] not in lowered or not all(p.search(lowered) for p in patterns):
                continue
            if kinds and self.graph.kind(nodes[i]) not in kinds:
                continue
            rank = 0 if lowered == asked else 1 if lowered.startswith(asked) else 2
            order = (rank, len(lowered), lowered)
            if nodes[i] not in best or order < best[nodes[i]][0]:
                best[nodes[i]] = (order, i)
        ordered = sorted(best.items(), key=lambda item: (item[1][0], item[0]))
        return tuple(self._hit(node, names[i]) for node, (_, i) in ordered[:limit])

    def one(self, words: str) -> int:
        """The one node of an identifier, a gene symbol, a label or (failing these) a synonym.

        Case does not matter. Where all that have the name are records of one merged disease, it is
        that disease.

        Raises:
            UnknownNodeError: If nothing is called so; the message lists names that hold the words.
            AmbiguousNameError: If several are; the message lists them.
        """
        number = self._by_identifier(words)
        if number is not None:
            return number
        named, also = self._exactly(words)
        nodes = named or also
        if len({int(self.graph.disease_of[node]) for node in nodes}) == 1:
            return nodes[0] if len(nodes) == 1 else int(self.graph.disease_of[nodes[0]])
        if nodes:
            raise AmbiguousNameError(
                f"{_shown(words)} names {len(nodes)} things: {self._listed(nodes)}. "
                "Give the identifier of one."
            )
        near = ""
        resolution = self.graph.resolve(words)
        if resolution.kind is ResolutionKind.OBSOLETE:
            choices = self._listed([self.graph.index(t) for t in resolution.suggestions])
            near = f" It is obsolete{f'; look at {choices}' if choices else ''}."
        elif hits := self.find(words, limit=MAX_LISTED):
            listed = "; ".join(f"{hit.label} [{hit.node_id}]" for hit in hits)
            near = f" Names that hold it: {listed}."
        releases = ", ".join(f"{name} {r}" for name, r in self.graph.releases.items())
        raise UnknownNodeError(
            f"{_shown(words)} is neither an identifier nor a name in this graph ({releases})."
            f"{near} 'nosograph kg search WORDS' finds identifiers by name."
        )

    def _exactly(self, words: str) -> tuple[list[int], list[int]]:
        """Nodes whose label the words are, and nodes with such a synonym."""
        asked = " ".join(words.lower().split())
        nodes, _ = self._names
        n_labels = self.graph.kind_range(PUBLICATION_KIND).start
        found = [i for i, name in enumerate(self._lowered) if asked and name == asked]
        labels = [nodes[i] for i in found if i < n_labels]
        return labels, list(dict.fromkeys(nodes[i] for i in found if i >= n_labels))

    def _listed(self, nodes: Sequence[int]) -> str:
        listed = [f"{self.graph.label(n)} [{self.graph.node_id(n)}]" for n in nodes[:MAX_LISTED]]
        more = f"; and {len(nodes) - MAX_LISTED} more" if len(nodes) > MAX_LISTED else ""
        return "; ".join(listed) + more

    def _by_identifier(self, words: str) -> int | None:
        """The node of an identifier, in any of its spellings; of an old one, its successor."""
        number = self.graph.find(words.strip())
        if number is not None or not (":" in words or "_" in words):
            return number
        resolution = self.graph.resolve(words)
        return self.graph.find(resolution.term_id or resolution.asked)

    def _hit(self, node: int, name: str) -> SearchHit:
        return SearchHit(
            node_id=self.graph.node_id(node),
            kind=self.graph.kind(node),
            label=self.graph.label(node),
            matched_name=name,
        )


def _shown(words: str) -> str:
    return repr(words if len(words) <= MAX_SHOWN else words[:MAX_SHOWN] + "…")
