"""What can go wrong with a peer."""

from nosograph.ontologies.errors import NosographError

__all__ = ["PeerError"]


class PeerError(NosographError, RuntimeError):
    """A peer cannot be installed, fails, or answers something else than it was asked."""
