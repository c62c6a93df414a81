"""How alike two names are by the groups of three letters that they share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nosograph.engine.findings.linking.linker_index import required_arrays

__all__ = ["TrigramIndex", "trigrams"]

BATCH_SIZE = 256
"""Vectors multiplied at a time: their products with all names are held in memory."""
_WORD = re.compile(r"[^\W_]+")
_ARRAYS = ("trigrams", "weights", "values", "columns", "row_ends")


def trigrams(text: str) -> Iterator[str]:
    """The groups of three letters of each word, its ends marked by a space; case is ignored.

    >>> list(trigrams("Low-set"))
    [' lo', 'low', 'ow ', ' se', 'set', 'et ']
    """
    for word in _WORD.findall(text.lower()):
        padded = f" {word} "
        for at in range(len(padded) - 2):
            yield padded[at : at + 3]


class TrigramIndex:
    """Names as vectors of their trigrams, the rare ones weighing more.

    A name's nearest neighbours are exact: one sparse product gives the cosine with all of them.
    `transform` and `knnQueryBatch` are named as `scispacy` calls them on its vectorizer and on its
    index, so that this stands in for both.

    >>> index = TrigramIndex.build(["Ataxia", "Seizure"])
    >>> ((rows, distances),) = index.knnQueryBatch(index.transform(["ataxias"]), k=1)
    >>> rows.tolist(), [round(1 - float(d), 2) for d in distances]
    ([0], [0.91])

    Args:
        arrays: What `to_arrays` gave; may be memory-mapped, is never written to.
        floor: Cosine below which a name is not worth sorting among the others.

    Raises:
        SourceFormatError: If an array is missing.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]], *, floor: float = 0.0) -> None:
        self._floor = floor
        self._arrays = required_arrays(arrays, _ARRAYS, of="trigram index")
        packed = self._arrays["trigrams"].tobytes().decode("utf-32-le")
        self._column = {packed[i : i + 3]: i // 3 for i in range(0, len(packed), 3)}
        ends = self._arrays["row_ends"]
        shape = (len(ends) - 1, len(self._column))
        parts = (self._arrays["values"], self._arrays["columns"], ends)
        self._by_trigram = sparse.csr_matrix(parts, shape=shape).T.tocsr()

    @classmethod
    def build(cls, names: Sequence[str]) -> Self:
        """Index names in the order in which they are given."""
        counts = [Counter(trigrams(name)) for name in names]
        known = sorted(set().union(*counts)) if counts else []
        column = {trigram: i for i, trigram in enumerate(known)}
        n_names = Counter(column[trigram] for count in counts for trigram in count)
        frequency = np.array([n_names[i] for i in range(len(known))], dtype=np.float64)
        weights = (np.log((1 + len(names)) / (1 + frequency)) + 1).astype(np.float32)
        vectors = _weighted(counts, column, weights)
        return cls(
            {
                "trigrams": np.frombuffer("".join(known).encode("utf-32-le"), dtype=np.uint8),
                "weights": weights,
                "values": vectors.data,
                "columns": vectors.indices.astype(np.int32),
                "row_ends": vectors.indptr.astype(np.int64),
            }
        )

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Plain arrays for a store; no objects in them."""
        return dict(self._arrays)

    def transform(self, texts: Iterable[str]) -> sparse.csr_matrix:
        """Texts as vectors of length one, or of zeros where no name has any of their trigrams."""
        counts = [Counter(t for t in trigrams(x) if t in self._column) for x in texts]
        return _weighted(counts, self._column, self._arrays["weights"])

    def knnQueryBatch(  # noqa: N802
        self, vectors: sparse.csr_matrix, k: int
    ) -> list[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """The `k` nearest names of each vector: their rows, and one minus the cosine.

        Fewer where only fewer reach `floor`, but at least one.
        """
        found: list[tuple[NDArray[np.int64], NDArray[np.float32]]] = []
        for first in range(0, vectors.shape[0], BATCH_SIZE):
            products = (vectors[first : first + BATCH_SIZE] @ self._by_trigram).tocsr()
            for start, end in pairwise(products.indptr.tolist()):
                rows, cosines = products.indices[start:end], products.data[start:end]
                near = np.flatnonzero(cosines >= min(self._floor, cosines.max(initial=0)))
                # By row where cosines are equal, so that a text always has the same answer.
                near = near[np.lexsort((rows[near], -cosines[near]))[:k]]
                found.append((rows[near].astype(np.int64), 1 - np.minimum(cosines[near], 1)))
        return found


def _weighted(
    counts: Sequence[Counter[str]], column: Mapping[str, int], weights: NDArray[np.float32]
) -> sparse.csr_matrix:
    ends = np.cumsum([0, *map(len, counts)])
    columns = np.array([column[t] for count in counts for t in count], dtype=np.int32)
    times = np.array([n for count in counts for n in count.values()], dtype=np.float32)
    values = times * weights[columns]
    squares = np.concatenate([[0.0], np.cumsum(values.astype(np.float64) ** 2)])
    lengths = np.sqrt(squares[ends[1:]] - squares[ends[:-1]])
    values = (values / np.repeat(lengths, np.diff(ends))).astype(np.float32)
    vectors = sparse.csr_matrix((values, columns, ends), shape=(len(counts), len(column)))
    vectors.sort_indices()
    return vectors
