"""Ways through the graph whose every step is an edge with its source."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from math import log

import numpy as np
from numpy.typing import NDArray

from nosograph.kg.errors import BrokenPathError
from nosograph.kg.graph import KnowledgeGraph
from nosograph.kg.schema import Annotation, Edge, Provenance
from nosograph.ontologies.hierarchy import Csr
from nosograph.ontologies.term import TermId

__all__ = ["Path", "PathFinder", "Step", "hierarchy_steps", "is_denial"]

_STEP_NAMES = {
    "biolink:subclass_of": ("is a", "has kind"),
    "biolink:has_phenotype": ("has", "seen in"),
    "biolink:has_mode_of_inheritance": ("is inherited as", "inheritance of"),
    "biolink:gene_associated_with_condition": ("is a gene of", "has the gene"),
    "skos:exactMatch": ("same as", "same as"),
    "skos:closeMatch": ("probably same as", "probably same as"),
}
"""Relations in words, walked forward and backward."""
_DENIALS = {True: ("does not have", "not a feature of"), False: ("looked for", "looked for in")}
"""A has-phenotype edge that says *not* (forward, backward), and one that nobody was seen with."""


def is_denial(edge: Edge) -> bool:
    """Whether an edge says *not*: negated, or seen in none of the patients looked at."""
    said = edge.annotation
    return said is not None and (said.negated or said.frequency.value == 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One edge, walked in one direction."""

    edge: Edge
    is_forward: bool = True
    """False where the way leads from the edge's object to its subject."""

    @property
    def start(self) -> TermId:
        """The node that the step leaves."""
        return self.edge.subject if self.is_forward else self.edge.object

    @property
    def end(self) -> TermId:
        """The node that the step reaches."""
        return self.edge.object if self.is_forward else self.edge.subject

    @property
    def words(self) -> str:
        """What the edge says, how often, and who says so: ``is a (hpo 2025-01-16)``."""
        said, name = self.edge.annotation, self._name
        if said is not None and self._tells_frequency(said):
            name += f": {said.frequency}"
        return f"{name} ({_cited(self.edge.provenance)})"

    def _tells_frequency(self, said: Annotation) -> bool:
        if said.negated:
            return said.frequency.value == 0  # "not: 90 %" would be read as either
        return said.frequency.value is not None or self.edge.predicate == "biolink:has_phenotype"

    @property
    def _name(self) -> str:
        predicate, said = self.edge.predicate, self.edge.annotation
        side = 0 if self.is_forward else 1
        if said is not None and is_denial(self.edge) and predicate == "biolink:has_phenotype":
            return _DENIALS[said.negated][side]
        plain = predicate.partition(":")[2].replace("_", " ")
        name = _STEP_NAMES.get(predicate, (plain, f"{plain}, of"))[side]
        return f"not: {name}" if said is not None and said.negated else name


def _cited(provenance: Provenance) -> str:
    """A provenance in short: of many papers the first."""
    papers = provenance.publications
    place = str(replace(provenance, publications=()))
    more = f" and {len(papers) - 1} more" if len(papers) > 1 else ""
    return f"{place}; {papers[0]}{more}" if papers else place


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A way from one node to another; a broken one cannot be made.

    Raises:
        BrokenPathError: On creation, if a step does not start where the one before it ends.
    """

    start: TermId
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        at = self.start
        for number, step in enumerate(self.steps):
            if step.start != at:
                raise BrokenPathError(
                    f"step {number} of the path starts at {step.start}, expected {at}: "
                    "every step must start where the one before it ends."
                )
            at = step.end

    @property
    def end(self) -> TermId:
        """The last node."""
        return self.steps[-1].end if self.steps else self.start

    @property
    def nodes(self) -> tuple[TermId, ...]:
        """Every node on the way, in order."""
        return (self.start, *(step.end for step in self.steps))

    def reversed(self) -> Path:
        """The same way from its end to its start."""
        back = (Step(edge=s.edge, is_forward=not s.is_forward) for s in reversed(self.steps))
        return Path(start=self.end, steps=tuple(back))


class PathFinder:
    """Finds short and telling ways between two nodes: the shortest first, then the most telling.

    A way that leads through a node with many neighbours says little, so each node on the way costs
    the logarithm of its degree; publications and modifiers are not walked through. An edge that
    says *not* (`is_denial`) is not walked either: `denials` finds those.
    """

    MAX_EXPANSIONS = 20_000
    """Nodes looked at before giving up: a question to a hub stays answerable in a second."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.graph = graph
        schema = graph.schema
        self.relations = tuple(
            relation.name
            for relation in schema.relations
            if {"phenotype", "disease", "gene"}.issuperset(relation.object)
            or relation.name == "subclass_of"
        )

    def paths(
        self, source: str, target: str, *, max_hops: int = 4, limit: int = 3
    ) -> tuple[Path, ...]:
        """The shortest simple ways between two nodes, of equally long ones the cheapest first.

        Args:
            source: Identifier of the first node.
            target: Identifier of the last node.
            max_hops: Longest way, in steps.
            limit: Most ways to return.

        Raises:
            UnknownNodeError: If a node is not in the graph.
        """
        first, last = self.graph.index(source), self.graph.index(target)
        reach = self._hops_to(last, max_hops=max_hops)
        found: list[Path] = []
        budget = self.MAX_EXPANSIONS
        for n_hops in range(min(int(reach[first]), max_hops), max_hops + 1):
            if len(found) >= limit or budget <= 0:
                break
            for edges in self._ways(first, last, n_hops=n_hops, reach=reach, budget=budget):
                budget -= 1
                if edges is not None:
                    found.append(self._path(first, edges))
                    if len(found) >= limit:
                        break
        return tuple(found)

    def _ways(
        self, first: int, last: int, *, n_hops: int, reach: NDArray[np.int64], budget: int
    ) -> Iterator[tuple[tuple[int, bool], ...] | None]:
        """Ways of exactly so many steps, the cheapest first; ``None`` for each node only passed."""
        waiting: list[tuple[float, tuple[int, ...], tuple[tuple[int, bool], ...]]] = [
            (0.0, (first,), ())
        ]
        while waiting and budget > 0:
            budget -= 1
            cost, nodes, edges = heapq.heappop(waiting)
            hops_left = n_hops - len(edges)
            if nodes[-1] == last:
                yield None if hops_left else edges
                continue
            yield None
            for edge, node, is_forward in self._neighbours(nodes[-1]):
                if node in nodes or reach[node] > hops_left - 1:
                    continue
                step_cost = 1.0 if node == last else 1.0 + log(1 + self._degree(node))
                heapq.heappush(
                    waiting, (cost + step_cost, (*nodes, node), (*edges, (edge, is_forward)))
                )

    def denials(self, source: str, target: str) -> tuple[Path, ...]:
        """Statements that one of the two, a disease, does *not* have the other.

        A merged disease is denied what one of its records is denied.

        Raises:
            UnknownNodeError: If a node is not in the graph.
        """
        first, last = self.graph.index(source), self.graph.index(target)
        return (
            *self._denials(first, last),
            *(path.reversed() for path in self._denials(last, first) if first != last),
        )

    def _denials(self, disease: int, term: int) -> Iterator[Path]:
        graph = self.graph
        start = graph.node_id(disease)
        records: list[tuple[int, tuple[Step, ...]]] = [(disease, ())]
        for relation in ("exact_match", "close_match"):
            for number in graph.edges_to(disease, relation).tolist():
                step = Step(edge=graph.edge(number), is_forward=False)
                records.append((int(graph.edge_subject[number]), (step,)))
        for record, steps in records:
            for relation in (r.name for r in graph.schema.relations if r.annotated):
                for number in graph.edges_from(record, relation):
                    if int(graph.edge_object[number]) != term:
                        continue
                    edge = graph.edge(number)
                    if is_denial(edge):
                        yield Path(start=start, steps=(*steps, Step(edge=edge)))

    def _hops_to(self, last: int, *, max_hops: int) -> NDArray[np.int64]:
        """Fewest steps from every node to `last`; `max_hops` + 1 where it is farther."""
        neighbours, _ = self._adjacency
        hops = np.full(len(self.graph), max_hops + 1, dtype=np.int64)
        hops[last] = 0
        level = np.array([last])
        for distance in range(1, max_hops):
            reached = np.concatenate([neighbours.row(int(node)) for node in level])
            level = np.unique(reached[hops[reached] > max_hops])
            if not len(level):
                break
            hops[level] = distance
        return hops

    @cached_property
    def _adjacency(self) -> tuple[Csr, NDArray[np.int32]]:
        """For every node its neighbours by either direction, and beside it the edges' numbers."""
        numbers = np.concatenate(
            [np.arange(r.start, r.stop) for r in map(self.graph.edge_range, self.relations)]
        ).astype(np.int32)
        negated = np.asarray(self.graph.column("annotation_negated"))
        is_said = np.ones(len(numbers), dtype=bool)
        annotated = numbers < len(negated)
        unseen = np.asarray(self.graph.column("annotation_frequency")) == 0
        is_said[annotated] = ~(negated | unseen)[numbers[annotated]]
        numbers = numbers[is_said]
        subjects, objects = self.graph.edge_subject[numbers], self.graph.edge_object[numbers]
        start, end = np.concatenate([subjects, objects]), np.concatenate([objects, subjects])
        edges = np.concatenate([numbers, numbers])
        order = np.lexsort((edges, end, start))
        indptr = np.zeros(len(self.graph) + 1, dtype=np.int32)
        np.cumsum(np.bincount(start, minlength=len(self.graph)), out=indptr[1:])
        return Csr(indptr, end[order]), edges[order]

    def _neighbours(self, node: int) -> Iterator[tuple[int, int, bool]]:
        """Edge, neighbour and direction; of several edges to one neighbour, the first."""
        neighbours, edges = self._adjacency
        first, last = int(neighbours.indptr[node]), int(neighbours.indptr[node + 1])
        ends, numbers = neighbours.indices[first:last].tolist(), edges[first:last].tolist()
        before = -1
        for end, edge in zip(ends, numbers, strict=True):
            if end != before:
                before = end
                yield edge, end, int(self.graph.edge_subject[edge]) == node

    def _degree(self, node: int) -> int:
        indptr = self._adjacency[0].indptr
        return int(indptr[node + 1] - indptr[node])

    def _path(self, first: int, edges: Iterable[tuple[int, bool]]) -> Path:
        steps = tuple(
            Step(edge=self.graph.edge(edge), is_forward=is_forward) for edge, is_forward in edges
        )
        return Path(start=self.graph.node_id(first), steps=steps)


def hierarchy_steps(graph: KnowledgeGraph, way: Iterable[int], *, upward: bool) -> tuple[Step, ...]:
    """Turn terms that follow each other in the ``is_a`` order into steps.

    Args:
        graph: The graph.
        way: Terms, each a direct parent of the one before it (upward), or a direct child.
        upward: Which of the two.

    Raises:
        BrokenPathError: If two terms that follow each other are not child and parent.
    """
    nodes = list(way)
    steps = []
    for a, b in pairwise(nodes):
        child, parent = (a, b) if upward else (b, a)
        edges = graph.edges_from(child, "subclass_of")
        objects = np.asarray(graph.edge_object[edges.start : edges.stop])
        at = int(np.searchsorted(objects, parent))
        if at == len(objects) or int(objects[at]) != parent:
            raise BrokenPathError(
                f"{graph.node_id(child)} is not a direct child of {graph.node_id(parent)}: "
                "Hierarchy.steps gives terms that follow each other."
            )
        steps.append(Step(edge=graph.edge(edges.start + at), is_forward=upward))
    return tuple(steps)
