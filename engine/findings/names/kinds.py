"""What kinds of names can be sought in a text."""

from __future__ import annotations

from enum import StrEnum

from nosograph.engine.errors import EngineError

__all__ = ["NameKind"]


class NameKind(StrEnum):
    """Names of what is sought. Only phenotypes are evidence; the others are for their own use."""

    PHENOTYPE = "phenotype"
    DISEASE = "disease"
    GENE = "gene"
    LABORATORY = "laboratory"

    @classmethod
    def _missing_(cls, value: object) -> None:
        raise EngineError(f"there is no kind of names {value!r}; there are: {', '.join(cls)}.")
