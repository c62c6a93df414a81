"""Looks up labels and synonyms as they stand; a script for the peers' environment.

Lower case, whole words, and of names that overlap the leftmost, then the longest. A name of two
terms is that of the term whose label it is, else of the first one. Nothing is said of negation.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from time import perf_counter
from typing import Any

__all__ = ["main"]


def main() -> None:
    """Build the automaton, then answer."""
    request = json.load(sys.stdin)
    automaton = make_automaton(request["names"])
    mentions, seconds = [], []
    for text in request["texts"]:
        started = perf_counter()
        mentions.append(list(find(automaton, text)))
        seconds.append(perf_counter() - started)
    json.dump({"mentions": mentions, "seconds": seconds}, sys.stdout)


def make_automaton(names: Iterable[tuple[str, str, bool]]) -> Any:
    """An automaton over names.

    Args:
        names: Term, name, and whether it is the term's label.
    """
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for term_id, name, _ in sorted(names, key=lambda row: not row[2]):  # labels first
        lowered = _lower(name)
        if lowered and lowered not in automaton:
            automaton.add_word(lowered, (len(lowered), term_id))
    automaton.make_automaton()
    return automaton


def find(automaton: Any, text: str) -> Iterator[tuple[int, int, str]]:
    """Names that stand in a text: start, end, term."""
    lowered = _lower(text)
    found = []
    for last, (length, term_id) in automaton.iter(lowered):
        start, end = last + 1 - length, last + 1
        if not (lowered[start - 1 : start].isalnum() or lowered[end : end + 1].isalnum()):
            found.append((start, end, term_id))
    taken = 0
    for start, end, term_id in sorted(found, key=lambda match: (match[0], -match[1])):
        if start >= taken:
            taken = end
            yield start, end, term_id


def _lower(text: str) -> str:
    """Lower case that keeps every offset: a letter that becomes two stays as it is."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := c.lower()) == 1 else c for c in text)


if __name__ == "__main__":
    main()
