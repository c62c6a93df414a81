"""Ways through the graph whose every step is an edge with its source."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import log

import numpy as np
from numpy.typing import NDArray

from nosograph.kg.errors import BrokenPathError
from nosograph.kg.graph import KnowledgeGraph
from nosograph.kg.schema import Edge
from nosograph.ontologies.hierarchy import Csr
from nosograph.ontologies.term import TermId

__all__ = ["Path", "PathFinder", "Step", "hierarchy_steps"]


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


class PathFinder:
    """Finds short and telling ways between two nodes.

    A way that leads through a node with many neighbours says little, so each node on the way costs
    the logarithm of its degree; publications and modifiers are not walked through. An edge that
    says *not* (negated, or seen in none of the patients looked at) is not walked either.
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
        """The cheapest simple ways between two nodes, best first.

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
        waiting: list[tuple[float, tuple[int, ...], tuple[tuple[int, bool], ...]]] = [
            (0.0, (first,), ())
        ]
        found: list[Path] = []
        n_expanded = 0
        while waiting and len(found) < limit and n_expanded < self.MAX_EXPANSIONS:
            cost, nodes, edges = heapq.heappop(waiting)
            n_expanded += 1
            if nodes[-1] == last:
                found.append(self._path(first, edges))
                continue
            hops_left = max_hops - len(edges)
            for edge, node, is_forward in self._neighbours(nodes[-1]):
                if node in nodes or reach[node] > hops_left - 1:
                    continue
                step_cost = 1.0 if node == last else 1.0 + log(1 + self._degree(node))
                heapq.heappush(
                    waiting, (cost + step_cost, (*nodes, node), (*edges, (edge, is_forward)))
                )
        return tuple(found)

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
