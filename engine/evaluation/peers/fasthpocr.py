"""Asks the package FastHPOCR; a script for the peers' environment.

FastHPOCR says nothing of negation. It numbers the words of a text only up to 10,000, so a longer
text is given to it in pieces of at most 10,000 characters that end at the end of a line or a word.
Only a space and a line feed part words for it, so other white space is given as a space. In words
with several signs it loses count of characters: what would lie behind the text is moved into it.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

__all__ = ["main"]

MAX_CHARACTERS = 10_000


def main() -> None:
    """Index the ontology the first time, which takes a minute, then answer."""
    request = json.load(sys.stdin)
    from FastHPOCR.HPOAnnotator import HPOAnnotator

    with contextlib.redirect_stdout(sys.stderr):
        annotator = HPOAnnotator(str(_index(Path(request["obo"]), Path(request["cache"]))))
    mentions, seconds = [], []
    for text in request["texts"]:
        started = perf_counter()
        mentions.append(list(_annotate(annotator, text, longest=request["longest"])))
        seconds.append(perf_counter() - started)
    json.dump({"mentions": mentions, "seconds": seconds}, sys.stdout)


def _index(obo: Path, cache: Path) -> Path:
    from FastHPOCR.IndexHPO import IndexHPO

    index = cache / "hp.index"
    done = cache / "hp.index.complete"
    if not done.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        maker = IndexHPO(str(obo), str(cache))
        maker.crIndexKB.compileClusterList = _Clusters()
        maker.index()
        done.touch()
    return index


class _Clusters:
    """The words of a cluster, as FastHPOCR lists them.

    It goes through its 578,147 words for every cluster anew, which took 17 minutes; going
    through them once gives the same lists.
    """

    def __init__(self) -> None:
        self._words: dict[str, list[str]] = {}

    def __call__(self, cluster: str, cluster_of: Mapping[str, str]) -> list[str]:
        if not self._words:
            for word, its in cluster_of.items():
                self._words.setdefault(its, []).append(word)
        return list(self._words.get(cluster, ()))


def _annotate(annotator: Any, text: str, *, longest: bool) -> Iterator[tuple[int, int, str]]:
    plain = "".join(" " if c.isspace() and c != "\n" else c for c in text)
    for start, end in pieces(plain):
        for found in annotator.annotate(plain[start:end], longestMatch=longest):
            last = min(start + found.getEndOffset(), len(text))
            yield min(start + found.getStartOffset(), last - 1), last, found.getHPOUri()


def pieces(text: str) -> Iterator[tuple[int, int]]:
    r"""Cut a long text at ends of lines, else of words.

    >>> list(pieces("a\n" * 6_000))
    [(0, 9999), (9999, 12000)]
    """
    start = 0
    while len(text) - start > MAX_CHARACTERS:
        limit = start + MAX_CHARACTERS
        end = max(text.rfind("\n", start + 1, limit), -1)
        end = end if end > 0 else text.rfind(" ", start + 1, limit)
        end = end if end > 0 else limit
        yield start, end
        start = end
    yield start, len(text)


if __name__ == "__main__":
    main()
