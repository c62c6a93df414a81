"""Rows as they go to Neo4j, and the digests by which two states are compared."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

__all__ = ["Properties", "RelationshipRow", "digest_of"]

Properties = dict[str, Any]
"""Property by name; what is not said is not there."""

_DIGEST_BYTES = 10
"""Of a million facts, two share a digest with a probability of 4 in 10^13."""


class RelationshipRow(NamedTuple):
    """One relationship: its two ends by identifier, and its properties.

    The property ``id`` is the digest of all that the row says, its ends and its type included: two
    relationships are the same if, and only if, their identifiers are.
    """

    start: str
    end: str
    properties: Properties


def digest_of(*parts: object) -> str:
    """Digest of everything that a row says; the order of its properties counts."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=_DIGEST_BYTES).hexdigest()
