"""Cases that a database holds: listed, counted and forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from nosograph.kg.neo4j.connection import Database, Run, TransactionalDatabase
from nosograph.kg.neo4j.errors import UnknownCaseError
from nosograph.kg.neo4j.rows import PRODUCT
from nosograph.kg.neo4j.schema import BUILD, CANDIDATE, CASE, CASE_PARTS

__all__ = [
    "NO_CASES",
    "CaseCounts",
    "Forgotten",
    "StoredCase",
    "count_cases",
    "count_ties",
    "forget_case",
    "list_cases",
    "remove_parts",
    "wait_for_turn",
]

_TIES = (
    "COUNT { (c)-[:HAS_FINDING]->()-[:OF_TERM]->() }"
    " + COUNT { (c)-[:HAS_CANDIDATE]->()-[:OF_DISEASE]->() }"
    " + COUNT { (c)-[:HAS_CANDIDATE]->()-[:LOOK_FOR]->() }"
    " + COUNT { (c)-[:HAS_CANDIDATE]->()-[:HAS_PATH]->()-[:STEP]->() }"
)
"""How many relationships tie a case to the graph."""


_IS_WHOLE = f"coalesce(c.n_ties = {_TIES}, false)"
_IS_CURRENT = "coalesce(c.build = b.build, false)"
"""Whether a case was made with the build that the database holds, or that is being loaded."""


class CaseCounts(NamedTuple):
    """How many cases a database holds."""

    n_cases: int
    n_stale: int
    """Of these, made with another build than the database holds now."""
    n_cut: int
    """Of all, those that lost ties to nodes of the graph which are gone: to be written again."""


NO_CASES = CaseCounts(0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was removed with a case."""

    id: str
    n_nodes: int
    n_relationships: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCase:
    """A case that a database holds."""

    id: str
    written: datetime
    build: str
    n_findings: int
    n_candidates: int
    best: str
    """Label of the first candidate; empty where there is none."""
    best_probability: float | None
    is_current: bool
    """Whether it was made with the build that the database holds now."""
    is_whole: bool
    """Whether all that was written is still there, also what it is tied to in the graph."""


def list_cases(database: Database, *, limit: int = 1_000) -> tuple[StoredCase, ...]:
    """The cases of a database, the newest first.

    Args:
        database: The database.
        limit: Most cases.
    """
    rows = database.read(
        f"MATCH (c:{CASE}) WITH c ORDER BY c.written DESC, c.id LIMIT $limit "
        f"OPTIONAL MATCH (c)-[:HAS_CANDIDATE]->(k:{CANDIDATE} {{position: 0}}) "
        f"OPTIONAL MATCH (b:{BUILD} {{product: $product}}) "
        "RETURN c.id AS id, toString(c.written) AS written, c.build AS build, "
        "coalesce(c.n_findings, 0) AS n_findings, coalesce(c.n_candidates, 0) AS n_candidates, "
        "coalesce(k.label, '') AS best, k.probability AS best_probability, "
        f"{_IS_CURRENT} AS is_current, "
        f"{_IS_WHOLE} AS is_whole "
        "ORDER BY c.written DESC, id",
        limit=limit,
        product=PRODUCT,
    )
    return tuple(
        StoredCase(**row | {"written": datetime.fromisoformat(row["written"])}) for row in rows
    )


def count_cases(database: Database) -> CaseCounts:
    """How many cases a database holds, how many of another build, and how many not whole."""
    (row,) = database.read(
        f"OPTIONAL MATCH (b:{BUILD} {{product: $product}}) "
        f"OPTIONAL MATCH (c:{CASE}) "
        f"RETURN count(c) AS n, count(CASE WHEN NOT {_IS_CURRENT} THEN c END) AS stale, "
        f"count(CASE WHEN NOT {_IS_WHOLE} THEN c END) AS cut",
        product=PRODUCT,
    )
    return CaseCounts(row["n"], row["stale"], row["cut"])


def count_ties(run: Run, case_id: str) -> int:
    """How many relationships tie a case to the graph."""
    rows = run(f"MATCH (c:{CASE} {{id: $id}}) RETURN {_TIES} AS n", id=case_id)
    return int(rows[0]["n"]) if rows else 0


def wait_for_turn(run: Run) -> None:
    """Let one transaction at a time change cases, and none while a load begins or ends.

    Who writes or forgets first sets a property of the Build node to what it is: the server lets the
    next one do so when the first is done. Without it, a case that is forgotten while it is written
    would leave parts of itself; and writers of cases that share terms would cut each other off.

    Args:
        run: Runs a query of the transaction.
    """
    run(f"MATCH (b:{BUILD} {{product: $product}}) SET b.product = b.product", product=PRODUCT)


def forget_case(database: TransactionalDatabase, case_id: str) -> Forgotten:
    """Remove a case entirely, in one transaction; the graph stays.

    Args:
        database: The database.
        case_id: Identifier of the case.

    Raises:
        UnknownCaseError: If there is no such case.
    """
    parts = "".join(f" UNION {_parts(label)} RETURN n" for label in CASE_PARTS)

    def forget(run: Run) -> Forgotten:
        wait_for_turn(run)
        (found,) = run(
            f"CALL {{ MATCH (n:{CASE} {{id: $id}}) RETURN n{parts} }} "
            "OPTIONAL MATCH (n)-[r]-() "
            "RETURN count(DISTINCT n) AS n_nodes, count(DISTINCT r) AS n_relationships",
            id=case_id,
        )
        if not found["n_nodes"]:
            raise UnknownCaseError(
                "the database holds no case of that name, so that nothing was removed; 'nosograph "
                "neo4j cases' lists those that are there."
            )
        remove_parts(run, case_id)
        run(f"MATCH (c:{CASE} {{id: $id}}) DETACH DELETE c", id=case_id)
        return Forgotten(id=case_id, **found)

    return database.in_transaction(forget)


def remove_parts(run: Run, case_id: str) -> None:
    """Remove what belongs to a case, but for the node of the case itself."""
    for label in CASE_PARTS:
        run(f"{_parts(label)} DETACH DELETE n", id=case_id)


def _parts(label: str) -> str:
    """What finds the parts of one case that have a label, whatever other cases there are."""
    _, *others = CASE_PARTS[label]
    # They are always there; an index over several properties serves who asks for all of them.
    asked = " AND ".join(f"n.{key} IS NOT NULL" for key in others)
    return f"MATCH (n:{label} {{case: $id}}) WHERE {asked}"
