"""The whole stage for notes in a language other than English: mentions with their assertion.

What English notes are read for beside named terms (measurements in words, numbers with their units,
clinical modifiers) is not read in other languages yet.
"""

from __future__ import annotations

from typing import Self

from nosograph.engine.errors import EngineError
from nosograph.engine.findings.languages.context import ContextRules
from nosograph.engine.findings.languages.names import iter_names
from nosograph.engine.findings.languages.registry import LANGUAGES
from nosograph.engine.findings.linking.broader_terms import ancestors_in
from nosograph.engine.findings.linking.dictionary import DictionaryLinker, EntityLinker
from nosograph.engine.findings.linking.linker_index import LinkerIndex
from nosograph.engine.findings.linking.table_version import table_version
from nosograph.engine.findings.mention import Mention
from nosograph.engine.findings.note_reading import NoteReading
from nosograph.engine.findings.readable import ReadableText
from nosograph.kg.graph import KnowledgeGraph

__all__ = ["LanguageAnnotator"]

INDEX_VERSION = "4"
"""Raised whenever the code makes the index of a language differently."""
_LANGUAGES = "nosograph.engine.findings.languages"


class LanguageAnnotator:
    """Finds the terms that a note names, and what it says of them.

    Args:
        linker: What finds the names of terms.
        assertion: What reads their assertion.
    """

    def __init__(self, linker: EntityLinker, *, assertion: ContextRules) -> None:
        self.linker = linker
        self.assertion = assertion

    @classmethod
    def open(cls, graph: KnowledgeGraph, code: str) -> Self:
        """Open the dictionary linker over a graph's names in one language.

        Its index is kept beside the build, and made if it is not there.

        Args:
            graph: Whose phenotypes are looked for.
            code: Of a language that the graph has names in, and that notes can be read in.

        Raises:
            EngineError: If the graph has no names in that language.
        """
        if code not in LANGUAGES or code not in graph.languages:
            raise EngineError(
                f"notes cannot be read in the language {code!r}: the graph has names in "
                f"{', '.join(graph.languages)}. Build it with HPO's translations (--translations)."
            )
        language = LANGUAGES[code]
        arrays = graph.store.derived(
            graph.build,
            f"linker-index-{code}",
            lambda: LinkerIndex.build(iter_names(graph, code), language=language).to_arrays(),
            version=table_version(
                INDEX_VERSION, _LANGUAGES, (f"names_{code}.toml", f"rules_{code}.toml")
            ),
        )
        linker = DictionaryLinker(
            LinkerIndex.from_arrays(arrays), ancestors=ancestors_in(graph), language=language
        )
        return cls(linker, assertion=ContextRules.load(code))

    def annotate(self, text: str) -> tuple[Mention, ...]:
        """Every mention, by ascending start; offsets count from the first character as given."""
        note = ReadableText.of(text)
        return note.in_given(self.assertion.apply(note.text, self.linker.link(note.text)))

    def read(self, text: str) -> NoteReading:
        """All that was read in a note."""
        return NoteReading(mentions=self.annotate(text))
