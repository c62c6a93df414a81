"""Whether one of two terms is an ancestor of the other."""

from __future__ import annotations

from nosograph.kg.graph import KnowledgeGraph

__all__ = ["ROOTS", "TermLines"]

ROOTS = frozenset({"HP:0000001", "HP:0000118"})
"""All, and Phenotypic abnormality: above everything, so they are on no line but their own."""


class TermLines:
    """The lines of ``is_a`` that lead up from a term and down from it.

    Two terms are on one line if they are the same or one is an ancestor of the other, however far.
    Siblings are not, nor are the two roots on a line with anything below them.

    Args:
        graph: Holds the terms. What it does not know is on no line but its own.
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._graph = graph
        self._above: dict[str, frozenset[str]] = {}

    def on_one_line(self, a: str, b: str) -> bool:
        """Whether a term is the other one, above it, or below it."""
        return a == b or a in self.ancestors(b) or b in self.ancestors(a)

    def ancestors(self, term_id: str) -> frozenset[str]:
        """What lies above a term, the two roots left out."""
        found = self._above.get(term_id)
        if found is None:
            number = self._graph.find(term_id)
            is_term = number is not None and number < self._graph.n_terms
            above = (
                self._graph.hierarchy.ancestors(number) if is_term and number is not None else ()
            )
            ids = {str(self._graph.node_id(int(i))) for i in above}
            found = self._above[term_id] = frozenset(ids - ROOTS)
        return found
