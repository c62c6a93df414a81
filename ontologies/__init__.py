"""What the terms are, and how their releases come in."""

from nosograph.ontologies.errors import (
    NosographError,
    OntologyError,
    SourceError,
    SourceFormatError,
    TermIdError,
    UnknownTermError,
)
from nosograph.ontologies.ontology import Ontology, Resolution, ResolutionKind
from nosograph.ontologies.term import Synonym, SynonymScope, Term, TermId

__all__ = [
    "NosographError",
    "Ontology",
    "OntologyError",
    "Resolution",
    "ResolutionKind",
    "SourceError",
    "SourceFormatError",
    "Synonym",
    "SynonymScope",
    "Term",
    "TermId",
    "TermIdError",
    "UnknownTermError",
]
