"""The whole stage: a note in, mentions with their assertion out."""

from __future__ import annotations

from nosograph.engine.findings.assertion import AssertionRules
from nosograph.engine.findings.linking import EntityLinker
from nosograph.engine.findings.mention import Mention

__all__ = ["annotate"]


def annotate(
    text: str, *, linker: EntityLinker, assertion: AssertionRules | None = None
) -> tuple[Mention, ...]:
    """Find the terms that a note names and read what it says of them.

    >>> from nosograph.engine.findings.linker_index import LinkerIndex, TermName
    >>> from nosograph.engine.findings.linking import DictionaryLinker
    >>> from nosograph.ontologies.term import TermId
    >>> name = TermName(term_id=TermId("HP:0001250"), label="Seizure", text="Seizure")
    >>> linker = DictionaryLinker(LinkerIndex.build([name]))
    >>> [(m.text, m.assertion.value) for m in annotate("She denies seizures.", linker=linker)]
    [('seizures', 'excluded')]

    Args:
        text: The note as it was given; every mention's offsets count from its first character.
        linker: What finds the mentions.
        assertion: What reads their assertion; the engine's own rules if not given.

    Returns:
        Mentions by ascending start.
    """
    return (assertion or AssertionRules.load()).apply(text, linker.link(text))
