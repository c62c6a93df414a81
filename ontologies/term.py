"""Identity and names of one concept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from nosograph.ontologies.errors import TermIdError

__all__ = ["Synonym", "SynonymScope", "Term", "TermId"]

_CURIE = re.compile(r"[A-Za-z][A-Za-z0-9_.]*:[^\s:/][^\s]*", re.ASCII)
_PURL = re.compile(r"https?://purl\.obolibrary\.org/obo/([A-Za-z]+)_(\w+)", re.ASCII)
_UNDERSCORED = re.compile(r"([A-Za-z]+)_(\d+)", re.ASCII)
MAX_TERM_ID_LENGTH = 200
"""Longer texts are not identifiers but something pasted by mistake."""


class TermId(str):
    """A compact identifier (CURIE) such as ``HP:0001250``; checked on creation.

    >>> TermId("HP:0001250").prefix
    'HP'

    Raises:
        TermIdError: If the text is not of the form ``PREFIX:LOCAL``.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Check the text, unless it has been checked already."""
        if type(text) is not cls and (
            not isinstance(text, str)
            or len(text) > MAX_TERM_ID_LENGTH
            or _CURIE.fullmatch(text) is None
        ):
            shown = repr(text if len(str(text)) <= 40 else str(text)[:37] + "...")
            raise TermIdError(
                f"{shown} is not a term identifier: expected PREFIX:LOCAL, "
                "for example HP:0001250 or OMIM:154700."
            )
        return super().__new__(cls, text)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a CURIE, an OBO PURL or the underscored form.

        >>> TermId.parse("http://purl.obolibrary.org/obo/HP_0001250")
        'HP:0001250'
        >>> TermId.parse("HP_0001250"), TermId.parse(" hp:0001250 ")
        ('HP:0001250', 'HP:0001250')

        Raises:
            TermIdError: If the text is none of these.
        """
        stripped = text.strip() if isinstance(text, str) else text
        if isinstance(stripped, str):
            other_form = _PURL.fullmatch(stripped) or _UNDERSCORED.fullmatch(stripped)
            if other_form is not None:
                stripped = f"{other_form[1]}:{other_form[2]}"
            prefix, colon, local = stripped.partition(":")
            # Two of the prefixes that we meet are spelled in two ways by their own sources.
            prefix = {"ORPHANET": "ORPHA", "MIM": "OMIM"}.get(prefix.upper(), prefix)
            if prefix.upper() in _UPPER_CASE_PREFIXES:
                prefix = prefix.upper()
            stripped = f"{prefix}{colon}{local}"
        return cls(stripped)

    @property
    def prefix(self) -> str:
        """The part before the colon: which ontology or database the identifier is of."""
        return self.partition(":")[0]


_UPPER_CASE_PREFIXES = frozenset({"HP", "MONDO", "OMIM", "ORPHA", "DECIPHER", "PMID"})


class SynonymScope(StrEnum):
    """How a synonym relates to its term, as in OBO."""

    EXACT = "EXACT"
    BROAD = "BROAD"
    NARROW = "NARROW"
    RELATED = "RELATED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Synonym:
    """Another name of a term."""

    text: str
    scope: SynonymScope
    kind: str = ""
    """The ontology's own class of the synonym: ``layperson``, ``abbreviation``, ``plural_form``…"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One concept of an ontology, active or obsolete."""

    term_id: TermId
    label: str
    definition: str = ""
    synonyms: tuple[Synonym, ...] = ()
    parents: tuple[TermId, ...] = ()
    """The direct ``is_a`` parents."""
    alternative_ids: tuple[TermId, ...] = ()
    """Former identifiers that were merged into this term."""
    is_obsolete: bool = False
    replaced_by: tuple[TermId, ...] = ()
    consider: tuple[TermId, ...] = ()
    """Terms that a person should look at in place of this obsolete one; never taken unasked."""
