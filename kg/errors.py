"""Errors of the knowledge graph."""

from nosograph.ontologies.errors import NosographError

__all__ = ["AmbiguousNameError", "BrokenPathError", "GraphError", "StoreError", "UnknownNodeError"]


class GraphError(NosographError):
    """Trouble with the graph."""


class UnknownNodeError(GraphError, LookupError):
    """The graph has no node of this identifier."""


class AmbiguousNameError(UnknownNodeError):
    """Several nodes have this name."""


class BrokenPathError(GraphError, ValueError):
    """Steps that do not follow each other were given as a path."""


class StoreError(GraphError, OSError):
    """A build cannot be written, found or trusted."""
