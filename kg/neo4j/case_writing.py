"""A case into a database that holds the graph, in one transaction: all of it or nothing.

A case has nodes of its own, tied to the terms and diseases of the graph. What is never here is the
text of a note: the rows have no place for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nosograph.kg.neo4j.case_rows import CaseRows
from nosograph.kg.neo4j.cases import count_ties, remove_parts, wait_for_turn
from nosograph.kg.neo4j.connection import Run, TransactionalDatabase
from nosograph.kg.neo4j.errors import CaseNotWrittenError
from nosograph.kg.neo4j.rows import PRODUCT
from nosograph.kg.neo4j.schema import (
    BUILD,
    CANDIDATE,
    CASE,
    EVIDENCE_PATH,
    FINDING,
    SHARED_LABEL,
    case_statements,
    relationship_types,
)
from nosograph.kg.paths import Step
from nosograph.kg.schema import read_schema

__all__ = ["CaseReport", "write_case"]

_WEIGHED = {"SUPPORTS": 1, "OPPOSES": -1, "NEUTRAL_TO": 0}
"""Relationship of a finding to a candidate, by the sign of what it adds to the score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReport:
    """What was written of a case."""

    id: str
    n_findings: int
    n_candidates: int
    n_paths: int
    is_replaced: bool
    """Whether it stands in place of an earlier one."""


def write_case(database: TransactionalDatabase, rows: CaseRows) -> CaseReport:
    """Write a case, in place of an earlier one of the same identifier; all of it or nothing.

    Args:
        database: A database that holds the build which the case was made with.
        rows: The case; the engine makes them of a differential.

    Raises:
        CaseNotWrittenError: If the database does not hold that build wholly.
    """
    _refuse_other_build(database.read, rows.build)  # before anything is changed
    for statement in case_statements():
        database.write(statement)
    written = datetime.now(UTC).replace(microsecond=0)

    def write(run: Run) -> bool:
        wait_for_turn(run)
        _refuse_other_build(run, rows.build)  # it may just have changed
        relationship_ids = _relationship_ids(run, rows)
        is_replaced = bool(run(f"MATCH (c:{CASE} {{id: $id}}) RETURN 1 AS one", id=rows.id))
        _write_all(run, rows, written, relationship_ids)
        _check_ties(run, rows)
        return is_replaced

    return CaseReport(
        id=rows.id,
        n_findings=len(rows.findings),
        n_candidates=len(rows.candidates),
        n_paths=rows.n_paths,
        is_replaced=database.in_transaction(write),
    )


def _refuse_other_build(run: Run, build: str) -> None:
    """Refuse a database that holds another build, half of one, or none."""
    found = run(
        f"MATCH (b:{BUILD} {{product: $product}}) RETURN b.build AS build, b.state AS state",
        product=PRODUCT,
    )
    if found and (found[0]["build"], found[0]["state"]) == (build, "complete"):
        return
    if not found:
        held = "no graph"
    elif found[0]["build"] != build:
        held = f"build {str(found[0]['build'])[:16]}"
    else:
        held = "this build, but not wholly"
    raise CaseNotWrittenError(
        f"the case was made with build {build[:16]}, and the database holds {held}: nothing was "
        "written. Load the graph with 'nosograph neo4j load' (with the same --mondo and "
        "--translations as the case was made with), then write the case again."
    )


_StepKey = tuple[str, str, str, str, int]


def _key(step: Step) -> _StepKey:
    """What an edge is found by: of one relation between two nodes, each line of a source is one."""
    said, edge = step.edge.provenance, step.edge
    return (edge.predicate, str(edge.subject), str(edge.object), said.source, said.line)


def _relationship_ids(run: Run, rows: CaseRows) -> dict[_StepKey, str]:
    """The relationship of the database that each step walks, by its identifier.

    Raises:
        CaseNotWrittenError: If one is not there.
    """
    keys = sorted(
        {
            _key(step)
            for candidate in rows.candidates
            for path in candidate.paths
            for step in path.path.steps
        }
    )
    found: dict[_StepKey, str] = {}
    for predicate, name in _types_by_predicate().items():
        of_type = [key for key in keys if key[0] == predicate]
        said = run(
            f"UNWIND range(0, size($keys) - 1) AS at WITH at, $keys[at] AS key "
            f"MATCH (s:{SHARED_LABEL} {{id: key[1]}}) MATCH (o:{SHARED_LABEL} {{id: key[2]}}) "
            f"MATCH (s)-[r:{name}]->(o) WHERE r.source = key[3] AND coalesce(r.line, 0) = key[4] "
            "RETURN at, min(r.id) AS id",
            keys=[list(key) for key in of_type],
        )
        found |= {of_type[row["at"]]: row["id"] for row in said if row["id"] is not None}
    if lost := [key for key in keys if key not in found]:
        predicate, subject, target, source, _ = lost[0]
        raise CaseNotWrittenError(
            f"{len(lost)} of the {len(keys)} edges that the paths of the case lead over are not in "
            f"the database, as {subject} {predicate} {target} of {source}: nothing was written. "
            "Somebody changed the graph by hand; 'nosograph neo4j load --rewrite' mends it."
        )
    return found


def _types_by_predicate() -> dict[str, str]:
    types = relationship_types()
    return {relation.curie: types[relation.name] for relation in read_schema().relations}


def _write_all(
    run: Run, rows: CaseRows, written: datetime, relationship_ids: dict[_StepKey, str]
) -> None:
    run(
        f"MERGE (c:{CASE} {{id: $id}}) SET c = $case",
        id=rows.id,
        case=_case_properties(rows, written),
    )
    remove_parts(run, rows.id)
    run(
        f"MATCH (c:{CASE} {{id: $id}}) UNWIND $rows AS row "
        f"MATCH (t:{SHARED_LABEL} {{id: row.term}}) "
        f"CREATE (c)-[:HAS_FINDING]->(f:{FINDING})-[:OF_TERM]->(t) SET f = row",
        id=rows.id,
        rows=list(_finding_properties(rows)),
    )
    run(
        f"MATCH (c:{CASE} {{id: $id}}) UNWIND $rows AS row "
        f"MATCH (d:{SHARED_LABEL} {{id: row.disease}}) "
        f"CREATE (c)-[:HAS_CANDIDATE]->(k:{CANDIDATE})-[:OF_DISEASE]->(d) SET k = row",
        id=rows.id,
        rows=list(_candidate_properties(rows)),
    )
    for name, sign in _WEIGHED.items():
        for start, is_demographic in ((f"(f:{FINDING} {{case: $id, term: row.term}})", False),
                                      (f"(f:{CASE} {{id: $id}})", True)):  # fmt: skip
            run(
                f"UNWIND $rows AS row MATCH {start} "
                f"MATCH (k:{CANDIDATE} {{case: $id, disease: row.disease}}) "
                f"CREATE (f)-[r:{name}]->(k) SET r = row.said",
                id=rows.id,
                rows=list(_contributions(rows, sign=sign, is_demographic=is_demographic)),
            )
    run(
        "UNWIND $rows AS row "
        f"MATCH (k:{CANDIDATE} {{case: $id, disease: row.said.disease}}) "
        f"MATCH (f:{FINDING} {{case: $id, term: row.said.term}}) "
        f"CREATE (k)-[:HAS_PATH]->(p:{EVIDENCE_PATH})-[:FROM_FINDING]->(f) SET p = row.said "
        "WITH p, row UNWIND row.steps AS step "
        f"MATCH (n:{SHARED_LABEL} {{id: step.node}}) CREATE (p)-[s:STEP]->(n) SET s = step.said",
        id=rows.id,
        rows=list(_paths(rows, relationship_ids)),
    )
    run(
        "UNWIND $rows AS row "
        f"MATCH (k:{CANDIDATE} {{case: $id, disease: row.disease}}) "
        f"MATCH (t:{SHARED_LABEL} {{id: row.term}}) "
        "CREATE (k)-[r:LOOK_FOR]->(t) SET r = row.said",
        id=rows.id,
        rows=list(_features(rows)),
    )


def _check_ties(run: Run, rows: CaseRows) -> None:
    """Raise, and so undo all, if a node that the case is tied to is not there."""
    n_ties = count_ties(run, rows.id)
    if n_ties != rows.n_ties:
        raise CaseNotWrittenError(
            f"{rows.n_ties - n_ties} of the {rows.n_ties} nodes that the case is tied to are not "
            "in the database: nothing was written. Somebody changed the graph by hand; "
            "'nosograph neo4j load' mends it."
        )


def _case_properties(rows: CaseRows, written: datetime) -> dict[str, Any]:
    return {
        "id": rows.id,
        "name": rows.id,
        "build": rows.build,
        "releases": [f"{source} {release}" for source, release in rows.releases.items()],
        "sex": rows.sex or None,
        "age_years": rows.age_years,
        "n_diseases": rows.n_diseases,
        "n_findings": len(rows.findings),
        "n_candidates": len(rows.candidates),
        "n_ties": rows.n_ties,
        "excluded_publications": list(rows.excluded_publications),
        "written": written,
        "notice": rows.notice,
    }


def _finding_properties(rows: CaseRows) -> Iterator[dict[str, Any]]:
    for position, finding in enumerate(rows.findings):
        yield {
            "case": rows.id,
            "term": finding.term,
            "name": finding.name,
            "label": finding.label,
            "status": "PRESENT" if finding.is_present else "EXCLUDED",
            "is_certain": finding.is_certain,
            "position": position,
        }


def _candidate_properties(rows: CaseRows) -> Iterator[dict[str, Any]]:
    for position, candidate in enumerate(rows.candidates):
        yield {
            "case": rows.id,
            "disease": candidate.disease,
            "name": f"{candidate.rank:g}. {candidate.label}",
            "label": candidate.label,
            "rank": candidate.rank,
            "probability": candidate.probability,
            "score": candidate.score,
            "source_ids": list(candidate.source_ids),
            "position": position,
        }


def _contributions(rows: CaseRows, *, sign: int, is_demographic: bool) -> Iterator[dict[str, Any]]:
    for candidate in rows.candidates:
        for position, said in enumerate(candidate.contributions):
            if _sign(said.log10_lr) != sign or (said.term is None) != is_demographic:
                continue
            yield {
                "disease": candidate.disease,
                "term": said.term,
                "said": {
                    "position": position,
                    "label": said.label,
                    "log10_lr": said.log10_lr,
                    "weight": f"{said.log10_lr:+.2f}",
                    "match_type": said.match_type,
                    "matched_term": said.matched_term,
                    "matched_label": said.matched_label or None,
                    "says": said.says or None,
                },
            }


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _paths(rows: CaseRows, relationship_ids: dict[_StepKey, str]) -> Iterator[dict[str, Any]]:
    types = _types_by_predicate()
    findings = {finding.term: finding for finding in rows.findings}
    for candidate in rows.candidates:
        for position, path in enumerate(candidate.paths):
            finding = findings[str(path.path.start)]
            said = {
                "case": rows.id,
                "disease": candidate.disease,
                "term": finding.term,
                "name": f"{finding.name} → {path.labels[-1]}",
                "text": path.text(finding),
                "position": position,
            }
            steps: list[dict[str, Any]] = [{"node": str(path.path.start), "said": {"position": 0}}]
            for number, step in enumerate(path.path.steps, start=1):
                steps.append(
                    {
                        "node": str(step.end),
                        "said": {
                            "position": number,
                            "relationship": types[step.edge.predicate],
                            "relationship_id": relationship_ids[_key(step)],
                            "is_forward": step.is_forward,
                            "says": step.words,
                        },
                    }
                )
            yield {"said": said, "steps": steps}


def _features(rows: CaseRows) -> Iterator[dict[str, Any]]:
    for candidate in rows.candidates:
        for position, feature in enumerate(candidate.look_for):
            yield {
                "disease": candidate.disease,
                "term": feature.term,
                "said": {
                    "position": position,
                    "frequency": feature.frequency,
                    "stated": feature.stated,
                    "is_stated": feature.is_stated,
                    "source_lines": list(feature.source_lines),
                },
            }
