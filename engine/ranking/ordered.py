"""Sums in which the largest value counts most, for every disease at once.

Evidence of one patient is not independent, so a disease's values are sorted and the k-th largest is
multiplied by the k-th weight. As weights never increase and are not negative, another positive
value can only raise such a sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["ordered_sum", "ordered_sum_sparse"]

MAX_NETWORK_ROWS = 16
"""Up to here a sorting network over whole rows is several times faster than sorting columns."""


def ordered_sum(
    rows: Sequence[NDArray[np.float32]], weights: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Weighted sum of each column's values, largest first.

    >>> rows = [np.array([1, 5], dtype=np.float32), np.array([3, 4], dtype=np.float32)]
    >>> ordered_sum(rows, np.array([1.0, 0.5]))
    array([3.5, 7. ], dtype=float32)

    Args:
        rows: One row a finding; not changed. Each of shape ``(n_diseases,)``.
        weights: As many as there are rows, never increasing.
    """
    if len(rows) <= MAX_NETWORK_ROWS:
        ordered = list(rows)
        for i, j in _comparators(len(rows)):
            larger = np.maximum(ordered[i], ordered[j])
            ordered[j] = np.minimum(ordered[i], ordered[j])
            ordered[i] = larger
    else:
        ordered = list(np.sort(np.stack(rows), axis=0)[::-1])
    total = np.zeros_like(rows[0])
    for row, weight in zip(ordered, weights, strict=True):
        total += np.float32(weight) * row
    return total


def ordered_sum_sparse(
    columns: NDArray[np.int32],
    values: NDArray[np.float32],
    weights: NDArray[np.float64],
    *,
    n_columns: int,
) -> NDArray[np.float64]:
    """The same for few values: each stands in one column, all others are 0.

    >>> columns, values = np.array([1, 1, 0]), np.array([4, 5, 3], dtype=np.float32)
    >>> ordered_sum_sparse(columns, values, np.array([1.0, 0.5]), n_columns=3)
    array([3., 7., 0.])

    Args:
        columns: Column of every value. Shape ``(n,)``.
        values: Not negative. Shape ``(n,)``.
        weights: At least as many as any column has values.
        n_columns: Length of the answer.
    """
    order = np.lexsort((-values, columns))
    columns, values = columns[order], values[order]
    starts = np.flatnonzero(np.diff(columns, prepend=-1))
    lengths = np.diff(starts, append=len(columns))
    place = np.arange(len(columns)) - np.repeat(starts, lengths)
    total: NDArray[np.float64] = np.bincount(
        columns, weights=weights[place] * values, minlength=n_columns
    ).astype(np.float64)
    return total


@cache
def _comparators(n: int) -> tuple[tuple[int, int], ...]:
    """Pairs to compare and exchange so that `n` values end up in order.

    Source:
        Batcher 1968, AFIPS Spring Joint Computer Conference 32:307-314 (odd-even merge sort), in
        the form for any n of Knuth, The Art of Computer Programming 3, algorithm 5.2.2M.
    """
    return tuple(_odd_even_merge(n))


def _odd_even_merge(n: int) -> Iterator[tuple[int, int]]:
    p = 1
    while p < n:
        k = p
        while k >= 1:
            for j in range(k % p, n - k, 2 * k):
                for i in range(min(k, n - j - k)):
                    if (i + j) // (2 * p) == (i + j + k) // (2 * p):
                        yield i + j, i + j + k
            k //= 2
        p *= 2
