"""The queries as favourites: a zip of ``.cypher`` files that is dropped onto Neo4j Browser.

Browser takes the folder of a file for the name of a folder, and the comment in the first line for
the name of the favourite.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from textwrap import wrap

from nosograph.kg.neo4j.browser.chapters import Chapter, Query

__all__ = ["favourites_zip"]

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16
_COMMENT_WIDTH = 96


def favourites_zip(chapters: Sequence[Chapter]) -> bytes:
    """The bytes of the zip: the same for the same chapters.

    >>> from nosograph.kg.neo4j.browser.chapters import read_chapters
    >>> names = zipfile.ZipFile(io.BytesIO(favourites_zip(read_chapters()))).namelist()
    >>> names[0]
    'Nosograph 1 Find a term/find_by_words.cypher'

    Args:
        chapters: The chapters, in order.
    """
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for number, chapter in enumerate(chapters, start=1):
            for query in chapter.queries:
                name = f"{_folder(number, chapter)}/{query.name}.cypher"
                entry = zipfile.ZipInfo(name, date_time=_LONG_AGO)
                entry.create_system = 3  # the same bytes on every system
                entry.external_attr = _PLAIN_FILE
                archive.writestr(entry, _script(query))
    return held.getvalue()


def _folder(number: int, chapter: Chapter) -> str:
    plain = "".join(c if c.isalnum() or c in " -," else " " for c in chapter.title)
    return f"Nosograph {number} {' '.join(plain.split())}"


def _script(query: Query) -> str:
    """Title, what it is, how its parameters are set, and the query."""
    lines = [query.title, *wrap(query.about, _COMMENT_WIDTH), *query.parameter_lines]
    return "".join(f"// {line}\n" for line in lines) + f"{query.cypher}\n"
