"""Everyday English: which words there are, and how often each is used.

The list is the data file of the package `symspellpy` (MIT), words of the Google Books n-grams that
the spell checker's lists hold as well; the package itself is not imported.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

from nosograph.ontologies.errors import SourceError

__all__ = ["read_english_words"]

_PACKAGE = "symspellpy"
_FILE = "frequency_dictionary_en_82_765.txt"


def read_english_words() -> dict[str, int]:
    """Words, folded, and how often each occurs.

    >>> words = read_english_words()
    >>> words["fever"] > words["rigid"] > 0, "seizrue" in words
    (True, False)

    Raises:
        SourceError: If the list is not installed.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    folders = spec.submodule_search_locations if spec is not None else None
    path = Path(folders[0]) / _FILE if folders else None
    if path is None or not path.is_file():
        raise SourceError(
            f"the list of English words is missing: expected '{_FILE}' of the package "
            f"'{_PACKAGE}', which nosograph requires. Install nosograph again."
        )
    rows = (line.split() for line in path.read_text("utf-8-sig").splitlines())
    return {row[0].casefold(): int(row[1]) for row in rows if len(row) == 2}
