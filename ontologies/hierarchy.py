"""The ``is_a`` order of an ontology as arrays: parents, children, ancestors and steps."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nosograph.ontologies.errors import SourceFormatError

__all__ = ["Csr", "Hierarchy"]


class Csr(NamedTuple):
    """Ragged rows in two arrays: row ``i`` is ``indices[indptr[i] : indptr[i + 1]]``."""

    indptr: NDArray[np.int32]
    """Shape ``(n_rows + 1,)``."""
    indices: NDArray[np.int32]
    """Shape ``(n_entries,)``."""

    def row(self, i: int) -> NDArray[np.int32]:
        """The entries of one row."""
        return self.indices[self.indptr[i] : self.indptr[i + 1]]

    @classmethod
    def from_rows(cls, rows: Sequence[Sequence[int]]) -> Csr:
        """Pack a sequence of rows.

        >>> Csr.from_rows([[1, 2], [], [0]]).indptr.tolist()
        [0, 2, 2, 3]
        """
        indptr = np.zeros(len(rows) + 1, dtype=np.int32)
        np.cumsum([len(row) for row in rows], out=indptr[1:])
        flat = [entry for row in rows for entry in row]
        return cls(indptr, np.array(flat, dtype=np.int32))


class Hierarchy:
    """The ``is_a`` relation over terms numbered ``0 … n - 1``.

    >>> order = Hierarchy(Csr.from_rows([[], [0], [0], [1, 2]]))     # 3 is_a 1, 3 is_a 2, …
    >>> order.ancestors(3).tolist()
    [0, 1, 2, 3]
    >>> order.steps(3, 0)
    (3, 1, 0)

    Args:
        parents: Row ``i`` holds the direct parents of term ``i``.
    """

    def __init__(self, parents: Csr, *, ancestors: Csr | None = None) -> None:
        self.parents = parents
        if ancestors is not None:
            self.__dict__["closure"] = ancestors

    def __len__(self) -> int:
        return len(self.parents.indptr) - 1

    @cached_property
    def children(self) -> Csr:
        """Row ``i`` holds the direct children of term ``i``, ascending."""
        child = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.parents.indptr))
        order = np.lexsort((child, self.parents.indices))
        indptr = np.zeros(len(self) + 1, dtype=np.int32)
        np.cumsum(np.bincount(self.parents.indices, minlength=len(self)), out=indptr[1:])
        return Csr(indptr, child[order])

    @cached_property
    def topological_order(self) -> tuple[int, ...]:
        """Every term after all of its parents.

        Raises:
            SourceFormatError: If the relation has a cycle.
        """
        waiting = np.diff(self.parents.indptr).tolist()
        ready = [i for i, n_parents in enumerate(waiting) if n_parents == 0]
        children, order = self.children, []
        while ready:
            term = ready.pop()
            order.append(term)
            for child in children.row(term).tolist():
                waiting[child] -= 1
                if waiting[child] == 0:
                    ready.append(child)
        if len(order) != len(self):
            raise SourceFormatError(
                f"is_a has a cycle: {len(self) - len(order)} of {len(self)} terms are their own "
                "ancestors. Use a released file of the ontology."
            )
        return tuple(order)

    @cached_property
    def closure(self) -> Csr:
        """Row ``i`` holds term ``i`` and all of its ancestors, ascending."""
        rows: list[set[int]] = [set() for _ in range(len(self))]
        for term in self.topological_order:
            rows[term] = {term}.union(*(rows[p] for p in self.parents.row(term).tolist()))
        return Csr.from_rows([sorted(row) for row in rows])

    def ancestors(self, term: int) -> NDArray[np.int32]:
        """The term and all that it is a kind of, ascending. Shape ``(n_ancestors,)``."""
        return self.closure.row(term)

    @cached_property
    def inverse_closure(self) -> Csr:
        """Row ``i`` holds term ``i`` and all of its descendants, ascending."""
        term = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.closure.indptr))
        order = np.lexsort((term, self.closure.indices))
        indptr = np.zeros(len(self) + 1, dtype=np.int32)
        np.cumsum(np.bincount(self.closure.indices, minlength=len(self)), out=indptr[1:])
        return Csr(indptr, term[order])

    def descendants(self, term: int) -> NDArray[np.int32]:
        """The term and all of its kinds, ascending. Shape ``(n_descendants,)``."""
        return self.inverse_closure.row(term)

    def is_a(self, term: int, ancestor: int) -> bool:
        """Whether `term` is `ancestor` or a kind of it."""
        row = self.closure.row(term)
        at = int(np.searchsorted(row, ancestor))
        return at < len(row) and int(row[at]) == ancestor

    def steps(self, term: int, ancestor: int) -> tuple[int, ...] | None:
        """A shortest way up from `term` to `ancestor`, both included; ``None`` if there is none.

        Of several shortest ways the one over the smallest numbers is taken, so that the same
        question always has the same answer.
        """
        came_from: dict[int, int] = {term: term}
        level = [term]
        while level and ancestor not in came_from:
            above: list[int] = []
            for node in level:
                for parent in self.parents.row(node).tolist():
                    if parent not in came_from:
                        came_from[parent] = node
                        above.append(parent)
            level = sorted(above)
        if ancestor not in came_from:
            return None
        way = [ancestor]
        while way[-1] != term:
            way.append(came_from[way[-1]])
        return tuple(reversed(way))
