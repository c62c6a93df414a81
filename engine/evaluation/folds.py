"""Cases dealt into folds that share neither a disease nor a paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

__all__ = ["N_FOLDS", "assign_folds"]

N_FOLDS = 5


def assign_folds(cases: Sequence[Sequence[str]], *, n_folds: int = N_FOLDS) -> dict[str, int]:
    """Deal cases into folds, balanced by the number of cases.

    Cases that share any key stay together, and so do those that share a key with one of them: a
    paper on two diseases ties all cases of both.

    >>> assign_folds([["OMIM:1", "PMID:1"], ["OMIM:2", "PMID:1"], ["OMIM:3", "PMID:2"]], n_folds=2)
    {'OMIM:1': 0, 'OMIM:2': 0, 'OMIM:3': 1, 'PMID:1': 0, 'PMID:2': 1}

    Args:
        cases: Of every case, the identifiers of its disease's records and its papers; the order of
            the cases does not matter.
        n_folds: Number of folds.

    Returns:
        The fold of every key, ascending by key.
    """
    groups = _Groups()
    for keys in cases:
        for key in keys:
            groups.join(keys[0], key)
    n_cases = Counter(groups.first(keys[0]) for keys in cases if keys)
    load = [0] * n_folds
    fold_of_group: dict[str, int] = {}
    for group, n in sorted(n_cases.items(), key=lambda item: (-item[1], item[0])):
        fold = load.index(min(load))
        fold_of_group[group] = fold
        load[fold] += n
    return {key: fold_of_group[groups.first(key)] for key in sorted(groups.parent)}


class _Groups:
    """Sets of keys that are joined two at a time; a set is named by its first key.

    Source:
        Galler & Fischer 1964, Communications of the ACM 7(5):301-303 (union-find).
    """

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}

    def first(self, key: str) -> str:
        """The alphabetically first key of a key's set."""
        self.parent.setdefault(key, key)
        while self.parent[key] != key:
            self.parent[key] = self.parent[self.parent[key]]
            key = self.parent[key]
        return key

    def join(self, one: str, other: str) -> None:
        """Make the sets of two keys one."""
        first, last = sorted((self.first(one), self.first(other)))
        self.parent[last] = first
