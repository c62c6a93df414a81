"""The set of queries on the loaded graph: each answers, and says what the embedded graph says."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

import pytest

from nosograph.kg import KnowledgeGraph
from nosograph.kg.edges import EVIDENCE_CODES
from nosograph.kg.neo4j.browser.chapters import MOST_ROWS, Query, Value, read_chapters
from nosograph.kg.neo4j.connection import Connection
from nosograph.kg.neo4j.rows import expected_counts
from nosograph.kg.neo4j.schema import edge_types, node_labels

QUERIES = {
    query.name: query
    for chapter in read_chapters()
    if not chapter.name.startswith("60_")  # needs a patient's case in the database
    for query in chapter.queries
}
MARFAN, LOEYS_DIETZ = "OMIM:154700", "OMIM:609192"
FINDINGS = ("HP:0001166", "HP:0001083", "HP:0002616")
OTHER_FINDINGS = ("HP:0001250", "HP:0000252", "HP:0004322")
VERY_GENERAL = ("HP:0000118", "HP:0000707", "HP:0000924", "HP:0001626", "HP:0000478")
ASKING = [name for name, query in QUERIES.items() if "findings" in query.parameters]
NOWHERE: dict[type, Value] = {str: "HP:9999999", tuple: ("HP:9999999", "OMIM:000000")}


class Said(NamedTuple):
    """One statement about a phenotype, as the embedded graph has it."""

    edge: int
    record: int
    term: int
    negated: bool
    frequency: float | None
    n: int
    m: int
    evidence: str
    line: int

    @property
    def is_yes(self) -> bool:
        return not self.negated and self.frequency != 0


def pooled(found: list[Said]) -> float | None:
    """Counted patients added up; else the mean of what is stated; ``None`` if nothing is."""
    found = [s for s in found if not s.negated]
    if seen := sum(s.n for s in found):
        return seen / sum(s.m for s in found)
    stated = [s.frequency for s in found if s.frequency is not None]
    return sum(stated) / len(stated) if stated else None


class Facts:
    """The embedded graph, asked without Cypher."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.graph = graph
        self._showing: dict[str, set[int]] = {}

    @cached_property
    def said(self) -> list[Said]:
        graph, edges = self.graph, self.graph.edge_range("has_phenotype")

        def column(name: str) -> list[Any]:
            return graph.column(name)[edges.start : edges.stop].tolist()

        names = ("edge_subject", "edge_object", "annotation_negated", "annotation_frequency")
        names += ("annotation_n", "annotation_m", "annotation_evidence", "edge_line")
        return [
            Said(edge, d, p, bool(no), None if f != f else f, n, m, EVIDENCE_CODES[code], line)
            for edge, (d, p, no, f, n, m, code, line) in enumerate(
                zip(*map(column, names), strict=True), start=edges.start
            )
        ]

    @cached_property
    def by_record(self) -> dict[int, list[Said]]:
        found = defaultdict(list)
        for one in self.said:
            found[one.record].append(one)
        return found

    @cached_property
    def by_term(self) -> dict[int, list[Said]]:
        found = defaultdict(list)
        for one in self.said:
            found[one.term].append(one)
        return found

    def disease(self, record: int) -> int:
        return int(self.graph.disease_of[record])

    @cached_property
    def group(self) -> dict[int, list[int]]:
        """Records of a disease, the disease's own node among them."""
        found = defaultdict(list)
        for number in self.graph.kind_range("disease"):
            found[self.disease(number)].append(number)
        return found

    def of_disease(self, disease_id: str) -> Iterator[Said]:
        for record in self.group[self.disease(self.graph.index(disease_id))]:
            yield from self.by_record[record]

    def pooled_by_term(self, disease: int) -> dict[int, float | None]:
        """Of each term that a disease is not denied: how many patients show it."""
        found: dict[int, list[Said]] = defaultdict(list)
        for record in self.group[disease]:
            for one in self.by_record[record]:
                if not one.negated:
                    found[one.term].append(one)
        return {term: pooled(said) for term, said in found.items()}

    def kinds(self, term_id: str) -> list[int]:
        return self.graph.hierarchy.descendants(self.graph.index(term_id)).tolist()

    def showing(self, term_id: str) -> set[int]:
        """Diseases that show a term or a kind of it."""
        if term_id not in self._showing:
            self._showing[term_id] = {
                self.disease(one.record)
                for kind in self.kinds(term_id)
                for one in self.by_term[kind]
                if one.is_yes
            }
        return self._showing[term_id]

    def bits(self, term_id: str) -> float:
        return math.log2(len(self.group) / len(self.showing(term_id)))

    def candidates(self, findings: tuple[str, ...]) -> dict[int, float]:
        """Bits by disease."""
        found: dict[int, float] = defaultdict(float)
        for finding in findings:
            bits = self.bits(finding)
            for disease in self.showing(finding):
                found[disease] += bits
        return found

    def best(self, findings: tuple[str, ...], n: int) -> list[int]:
        bits = self.candidates(findings)
        return sorted(bits, key=lambda d: (-round(bits[d], 9), self.graph.node_id(d)))[:n]

    def id(self, number: int) -> str:
        return str(self.graph.node_id(number))


@pytest.fixture(scope="module")
def facts(embedded_graph: KnowledgeGraph) -> Facts:
    return Facts(embedded_graph)


@pytest.fixture(scope="module")
def loaded(embedded_database: Connection) -> Connection:
    embedded_database.read("CALL db.awaitIndexes(120)")
    return embedded_database


def ask(database: Connection, name: str, **changed: Value) -> list[dict[str, Any]]:
    query = QUERIES[name]
    assert changed.keys() <= query.parameters.keys()
    return database.read(query.cypher, **{**query.parameters, **changed})


def limit(query: Query) -> int:
    return int(query.cypher.rpartition("LIMIT")[2])


# --- every query ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", QUERIES)
def test_it_answers_with_its_example_twice_the_same(loaded: Connection, name: str) -> None:
    query = QUERIES[name]
    rows = loaded.read(query.cypher, **query.parameters)
    assert 0 < len(rows) <= limit(query) <= MOST_ROWS
    assert loaded.read(query.cypher, **query.parameters) == rows
    assert all(re.fullmatch(r"[a-z_0-9]+", column) for column in rows[0])
    for column in rows[0]:
        may_be_empty = {"n", "m", "genes", "excluded_but_expected", "of", "release", "sha256"}
        may_be_empty |= {"other_languages", "old_identifiers", "not_counted"}
        if column not in may_be_empty:
            assert any(row[column] not in (None, "", []) for row in rows), column


@pytest.mark.parametrize("name", QUERIES)
def test_a_picture_has_nodes_and_relationships_and_a_table_has_none(
    loaded: Connection, name: str
) -> None:
    from neo4j import Result

    query = QUERIES[name]
    graph = loaded._driver.execute_query(
        query.cypher, dict(query.parameters), routing_="r", result_transformer_=Result.graph
    )
    if query.shows == "table":
        assert len(graph.nodes) == len(graph.relationships) == 0
    else:
        assert 3 <= len(graph.nodes) <= 100, "Browser shows 300; a picture is read up to 100"
        assert len(graph.relationships) >= 3


@pytest.mark.parametrize("name", [name for name, query in QUERIES.items() if query.parameters])
def test_what_is_unknown_has_no_rows_and_no_error(loaded: Connection, name: str) -> None:
    query = QUERIES[name]
    unknown = {key: NOWHERE[type(value)] for key, value in query.parameters.items()}
    rows = loaded.read(query.cypher, **unknown)
    if name == "finding_weights":  # is there to say so
        assert {row["status"] for row in rows} == {"no identifier of this graph: not counted"}
    else:
        assert rows == []


@pytest.mark.parametrize("name", [name for name, query in QUERIES.items() if query.parameters])
def test_odd_texts_are_only_texts(loaded: Connection, name: str) -> None:
    odd: dict[type, Value] = {str: "x'}) DETACH DELETE n //", tuple: ("' OR true //",)}
    query = QUERIES[name]
    if "words" in query.parameters:
        odd[str] = "xqzt'}) DETACH DELETE n //"  # of all its words no name has each
    given = {key: odd[type(value)] for key, value in query.parameters.items()}
    rows = loaded.read(query.cypher, **given)
    assert [row for row in rows if row.get("id", "") is not None] == []


@pytest.mark.parametrize("name", ASKING)
def test_very_general_findings_are_answered_within_the_same_bounds(
    loaded: Connection, name: str
) -> None:
    rows = ask(loaded, name, findings=VERY_GENERAL)
    assert 0 < len(rows) <= limit(QUERIES[name])


@pytest.mark.parametrize("name", ASKING)
def test_an_old_identifier_counts_as_the_term_of_today(loaded: Connection, name: str) -> None:
    """And what is no term, or no finding, changes no other row."""
    rows = ask(loaded, name, findings=("HP:0000545", "HP:0001166"))
    assert rows
    for given in (
        ("HP:0001110", "HP:0001166"),
        ("HP:0000545", "HP:0001166", "HP:0001110"),
        ("HP:0000545", "HP:0001166", "HP:9999999", "HP:0012823"),
    ):
        found = ask(loaded, name, findings=given)
        if name == "finding_weights":  # a row for each that is given
            found = list({row["id"]: row for row in found if row["bits"] is not None}.values())
        if name == "how_each_finding_fits":
            found = [row for row in found if row["id"] not in ("HP:9999999", "HP:0012823")]
        if QUERIES[name].shows == "table":
            assert list(map(_counted, found)) == list(map(_counted, rows))


def _counted(row: dict[str, Any]) -> dict[str, Any]:
    named = ("given", "status", "unexplained", "not_counted")
    return {key: value for key, value in row.items() if key not in named}


def test_what_is_not_counted_is_named(loaded: Connection) -> None:
    findings = ("HP:0001166", "HP:0001110", "HP:0004038", "HP:9999999", "HP:0012823")
    status = {row["given"]: row for row in ask(loaded, "finding_weights", findings=findings)}
    assert {given: row["status"].partition(":")[0] for given, row in status.items()} == {
        "HP:0001166": "counted",
        "HP:0001110": "an old identifier",
        "HP:0004038": "obsolete, no term took its place",
        "HP:9999999": "no identifier of this graph",
        "HP:0012823": "a term that no disease shows",
    }
    assert status["HP:0001110"]["id"] == "HP:0000545"
    assert [given for given, row in status.items() if row["bits"] is None] == sorted(
        ("HP:0004038", "HP:9999999", "HP:0012823")
    )
    uncounted = {"HP:0004038 (no term of today)", "HP:9999999 (no term of today)"}
    for name in ("explain_most", "candidates_by_information"):
        for row in ask(loaded, name, findings=findings):
            said = set(row["unexplained"])
            assert said >= uncounted
            names = said | set(row["explained"])
            assert names == uncounted | {"Arachnodactyly", "Myopia", "Clinical modifier"}
            assert len(names) == len(row["unexplained"]) + len(row["explained"])
    excluded = ("HP:0001249", "HP:8888888")
    for row in ask(loaded, "candidates_with_excluded", findings=findings, excluded=excluded):
        assert sorted(row["not_counted"]) == ["HP:0004038", "HP:8888888", "HP:9999999"]
    for name in ("why_papers", "ask_next", "still_open", "genes_to_test", "genes_of_findings"):
        rows = ask(loaded, name, findings=findings)
        assert rows
        for row in rows:
            assert sorted(row["not_counted"]) == ["HP:0004038", "HP:9999999"]
    fits = ask(loaded, "how_each_finding_fits", findings=findings)
    assert {row["id"] for row in fits if row["fit"] == "no term of today"} == {
        "HP:0004038",
        "HP:9999999",
    }


def test_an_old_identifier_is_found_and_has_the_card_of_its_term(loaded: Connection) -> None:
    assert [row["id"] for row in ask(loaded, "find_by_words", words="HP:0001110")] == ["HP:0000545"]
    for name in ("term_card", "term_place", "term_kinds"):
        assert ask(loaded, name, term="HP:0001110") == ask(loaded, name, term="HP:0000545") != []


@pytest.mark.parametrize("name", QUERIES)
def test_the_server_takes_it_for_a_reading_query_and_warns_of_nothing(
    loaded: Connection, name: str
) -> None:
    """Browser shows a warning beside a picture."""
    query = QUERIES[name]
    kind, warned = explained(loaded, query.cypher, **query.parameters)
    assert kind == "r"
    assert warned == []


def test_a_warning_of_the_server_is_seen(loaded: Connection) -> None:
    kind, warned = explained(loaded, "MATCH (a:Gene), (b:Gene) RETURN a, b LIMIT 1")
    assert kind == "r"
    assert len(warned) == 1


def explained(database: Connection, cypher: str, **parameters: Value) -> tuple[str, list[str]]:
    """What the server takes a query for, and the codes of what it warns of."""
    with database._driver.session(notifications_min_severity="INFORMATION") as session:
        summary = session.run(f"EXPLAIN {cypher}", parameters).consume()
    told = [*summary.metadata.get("statuses", ()), *summary.metadata.get("notifications", ())]
    codes = [note.get("neo4j_code") or note.get("code") for note in told]
    return summary.query_type, [code for code in codes if code]


# --- find a term ----------------------------------------------------------------------------


def test_words_find_terms_diseases_and_genes(loaded: Connection) -> None:
    for words, wanted in (
        ("marfan", MARFAN),
        ("FBN1", "NCBIGene:2200"),
        ("arachnod*", "HP:0001166"),
        ("Marfan (syndrome)!", MARFAN),
        ("long, slender fingers", "HP:0001166"),
        ("HP:0001166", "HP:0001166"),
    ):
        assert wanted in {row["id"] for row in ask(loaded, "find_by_words", words=words)}


@pytest.mark.parametrize(
    "words", ["", "  ", "AND", "a/b [c", "del(22)(q11", "*", "\\", '"', "x~ ^"]
)
def test_no_text_that_is_sought_is_an_error(loaded: Connection, words: str) -> None:
    assert len(ask(loaded, "find_by_words", words=words)) <= 20


def test_several_words_are_all_in_one_name_or_another(loaded: Connection) -> None:
    one = {row["id"] for row in ask(loaded, "find_by_words", words="arachnodactyly")}
    both = {row["id"] for row in ask(loaded, "find_by_words", words="arachnodactyly contractural")}
    assert both
    assert both < one


def test_an_old_identifier_leads_where_the_graph_leads(loaded: Connection, facts: Facts) -> None:
    graph = facts.graph
    old_ids = list(graph.strings("old_id"))
    kinds = {graph.resolve(old).kind for old in old_ids}
    assert len(kinds) == 3
    for old in [*old_ids[::400], *(o for o in old_ids if not graph.resolve(o).term_id)]:
        found, rows = graph.resolve(old), ask(loaded, "old_identifier", old=old)
        ids = [row["id"] for row in rows if row["id"] is not None]
        assert ids == ([found.term_id] if found.term_id else list(found.suggestions))
        assert {row["status"] for row in rows} == {found.kind.value}
    (card,) = ask(loaded, "term_card", term="HP:0000545")
    assert sorted(card["old_identifiers"]) == [
        old for old in old_ids if graph.resolve(old).term_id == "HP:0000545"
    ]
    assert "HP:0001110" in card["old_identifiers"]


def test_a_term_stands_where_the_hierarchy_has_it(loaded: Connection, facts: Facts) -> None:
    graph, term = facts.graph, "HP:0001166"
    number = graph.index(term)
    expected = {
        (facts.id(above), facts.id(parent))
        for above in graph.hierarchy.ancestors(number).tolist()
        for parent in (graph.edge_object[e] for e in graph.edges_from(above, "subclass_of"))
    } | {(facts.id(graph.edge_subject[e]), term) for e in graph.edges_to(number, "subclass_of")}
    ways = [row["way"] for row in ask(loaded, "term_place", term=term)]
    assert {(way[0]["id"], way[-1]["id"]) for way in ways} == expected


@pytest.mark.parametrize("term", ["HP:0100807", "HP:0001631"])
def test_kinds_of_a_term_and_their_diseases_are_counted(
    loaded: Connection, facts: Facts, term: str
) -> None:
    expected = {
        facts.id(kind): (len(facts.showing(facts.id(kind))), len(facts.by_term[kind]))
        for kind in facts.kinds(term)
    }
    rows = ask(loaded, "term_kinds", term=term)
    assert {row["id"]: (row["n_diseases"], row["n_statements"]) for row in rows} == expected
    assert len(expected) > 2


@pytest.mark.parametrize("term", ["HP:0000118", "HP:0000707"])
def test_of_a_general_term_the_kinds_are_those_that_most_diseases_show(
    loaded: Connection, facts: Facts, term: str
) -> None:
    n = {facts.id(kind): len(facts.showing(facts.id(kind))) for kind in facts.kinds(term)}
    ranked = sorted(n, key=lambda kind: (-n[kind], kind))[:50]
    rows = ask(loaded, "term_kinds", term=term)
    assert [(row["id"], row["n_diseases"]) for row in rows] == [(k, n[k]) for k in ranked]


# --- a disease ------------------------------------------------------------------------------


@pytest.mark.parametrize("disease", [MARFAN, "ORPHA:558", LOEYS_DIETZ])
def test_features_are_those_of_all_records_with_their_frequencies(
    loaded: Connection, facts: Facts, disease: str
) -> None:
    by_term = defaultdict(list)
    for one in facts.of_disease(disease):
        if not one.negated:
            by_term[one.term].append(one)
    expected = {}
    for term, found in by_term.items():
        seen, patients = sum(s.n for s in found), sum(s.m for s in found)
        stated = [s.frequency for s in found if s.frequency is not None]
        mean = sum(stated) / len(stated) if stated else None
        frequency = seen / patients if patients else mean
        if frequency != 0:
            counts = (seen, patients) if patients else (None, None)
            expected[facts.id(term)] = (pytest.approx(frequency, abs=0.0006), *counts)
    rows = ask(loaded, "disease_features", disease=disease)
    assert {row["id"]: (row["frequency"], row["n"], row["m"]) for row in rows} == expected
    assert len(expected) > 50


@pytest.mark.parametrize("disease", [LOEYS_DIETZ, "ORPHA:79406"])
def test_what_a_disease_does_not_show(loaded: Connection, facts: Facts, disease: str) -> None:
    expected = Counter(facts.id(s.term) for s in facts.of_disease(disease) if not s.is_yes)
    rows = ask(loaded, "disease_not", look_alike=disease)
    assert Counter(row["id"] for row in rows) == expected
    assert len(expected) >= 5


def test_organ_systems_count_each_feature_once(loaded: Connection, facts: Facts) -> None:
    graph = facts.graph
    root = graph.index("HP:0000118")
    terms = {s.term for s in facts.of_disease(MARFAN) if s.is_yes}
    expected = {}
    for edge in graph.edges_to(root, "subclass_of"):
        system = int(graph.edge_subject[edge])
        n = sum(graph.hierarchy.is_a(term, system) for term in terms)
        if n:
            expected[facts.id(system)] = n
    rows = ask(loaded, "disease_by_organ", disease=MARFAN)
    assert {row["id"]: row["n_features"] for row in rows} == expected


def test_inheritance_is_that_of_the_graph(loaded: Connection, facts: Facts) -> None:
    graph = facts.graph
    record = graph.index("OMIM:620851")
    relations = ("has_mode_of_inheritance", "has_clinical_course", "has_clinical_modifier")
    expected = Counter(
        facts.id(graph.edge_object[e]) for name in relations for e in graph.edges_from(record, name)
    )
    rows = ask(loaded, "disease_course", disease="OMIM:620851")
    assert Counter(row["id"] for row in rows) == expected
    assert len(expected) >= 2


def test_papers_are_counted_by_statement(loaded: Connection, facts: Facts) -> None:
    expected = Counter(
        paper
        for s in facts.of_disease(MARFAN)
        if s.is_yes
        for paper in facts.graph.publications_of(s.edge)
    )
    rows = ask(loaded, "disease_papers", disease=MARFAN)
    assert {row["paper"]: row["n_statements"] for row in rows} == expected
    assert expected["PMID:33436942"] > 20


# --- candidates -----------------------------------------------------------------------------


@pytest.mark.parametrize("findings", [FINDINGS, OTHER_FINDINGS, VERY_GENERAL])
def test_weights_of_findings_follow_from_how_many_diseases_show_them(
    loaded: Connection, facts: Facts, findings: tuple[str, ...]
) -> None:
    rows = ask(loaded, "finding_weights", findings=findings)
    assert {row["id"]: (row["n_diseases"], row["bits"]) for row in rows} == {
        f: (len(facts.showing(f)), pytest.approx(facts.bits(f), abs=0.051)) for f in findings
    }


@pytest.mark.parametrize("findings", [FINDINGS, OTHER_FINDINGS, VERY_GENERAL])
def test_candidates_are_ranked_by_bits(
    loaded: Connection, facts: Facts, findings: tuple[str, ...]
) -> None:
    bits = facts.candidates(findings)
    rows = ask(loaded, "candidates_by_information", findings=findings)
    best = sorted(bits.values(), reverse=True)[: len(rows)]
    assert [row["bits"] for row in rows] == [pytest.approx(b, abs=0.051) for b in best]
    for row in rows:
        number = facts.graph.index(row["id"])
        assert row["bits"] == pytest.approx(bits[number], abs=0.051)
        assert row["n"] == sum(number in facts.showing(f) for f in findings)
    most = ask(loaded, "explain_most", findings=findings)
    counts = Counter(d for f in findings for d in facts.showing(f))
    ranked = sorted(counts, key=lambda d: (-counts[d], facts.id(d)))[:20]
    assert [(row["id"], row["n"]) for row in most] == [(facts.id(d), counts[d]) for d in ranked]


@pytest.mark.parametrize(
    ("findings", "excluded"),
    [
        (FINDINGS, ("HP:0001249", "HP:0000768")),
        (FINDINGS, ("HP:0000707", "HP:0001166")),
        (("HP:0000707",), ("HP:0000478", "HP:0001626", "HP:0000924")),
    ],
)
def test_what_is_excluded_speaks_against_those_that_show_it(
    loaded: Connection, facts: Facts, findings: tuple[str, ...], excluded: tuple[str, ...]
) -> None:
    by_kind: dict[tuple[int, str, int], list[Said]] = defaultdict(list)
    for finding in excluded:
        for kind in facts.kinds(finding):
            for record, found in groupby(facts.by_term[kind], key=lambda one: one.record):
                said = [one for one in found if not one.negated]
                if any(one.is_yes for one in said):  # another record may say not
                    by_kind[facts.disease(record), finding, kind] += said
    shares: dict[tuple[int, str], float] = {}
    for (disease, finding, _), said in by_kind.items():
        share = pooled(said)
        at = (disease, finding)
        shares[at] = max(shares.get(at, 0.0), 0.5 if share is None else share)
    bits = facts.candidates(findings)
    minus = {
        disease: sum(
            math.log2(1 - min(shares[disease, f], 0.95)) for f in excluded if (disease, f) in shares
        )
        for disease in bits
    }
    rows = ask(loaded, "candidates_with_excluded", findings=findings, excluded=excluded)
    best = sorted((bits[disease] + minus[disease] for disease in bits), reverse=True)[:25]
    assert [row["bits"] for row in rows] == [pytest.approx(b, abs=0.051) for b in best]
    for row in rows:
        disease = facts.graph.index(row["id"])
        against = [shares[disease, f] for f in excluded if (disease, f) in shares]
        assert row["bits_against"] == pytest.approx(minus[disease], abs=0.051)
        assert row["bits"] == pytest.approx(bits[disease] + minus[disease], abs=0.051)
        assert len(row["excluded_but_expected"]) == len(against)
    assert any(minus[disease] < -1 for disease in bits)


# --- why ------------------------------------------------------------------------------------


def test_each_finding_fits_as_the_hierarchy_says(loaded: Connection, facts: Facts) -> None:
    findings = ("HP:0001083", "HP:0004942", "HP:0001762", "HP:0001250")
    graph = facts.graph
    expected = set()
    for finding in findings:
        asked = graph.index(finding)
        fits = set()
        for one in facts.of_disease(MARFAN):
            if one.term == asked:
                fits.add(("the same", graph.label(one.term), facts.id(one.record)))
            elif graph.hierarchy.is_a(one.term, asked):
                fits.add(("a kind of it", graph.label(one.term), facts.id(one.record)))
            elif graph.hierarchy.is_a(asked, one.term):
                general = "only something more general"
                fits.add((general, graph.label(one.term), facts.id(one.record)))
        expected |= {(finding, *fit) for fit in fits or {("nothing", None, None)}}
    rows = ask(loaded, "how_each_finding_fits", disease=MARFAN, findings=findings)
    assert {(row["id"], row["fit"], row["term"], row["record"]) for row in rows} == expected
    assert {fit for _, fit, *_ in expected} == {
        "the same",
        "a kind of it",
        "only something more general",
        "nothing",
    }


def test_what_a_record_denies_speaks_against(loaded: Connection, facts: Facts) -> None:
    denied = next(s for s in facts.of_disease(LOEYS_DIETZ) if s.frequency == 0)
    rows = ask(
        loaded, "how_each_finding_fits", disease=LOEYS_DIETZ, findings=(facts.id(denied.term),)
    )
    assert "says not" in {row["fit"] for row in rows}
    stands = {row["stands_in"].rpartition("line ")[2] for row in rows if row["fit"] == "says not"}
    assert str(denied.line) in stands


def test_an_unknown_disease_explains_nothing_and_is_not_said_to(loaded: Connection) -> None:
    assert ask(loaded, "how_each_finding_fits", disease="OMIM:000000") == []


def test_a_thing_has_no_way_to_itself(loaded: Connection) -> None:
    assert ask(loaded, "connection", **{"from": "HP:0001083", "to": "HP:0001083"}) == []


# --- what next, genes -----------------------------------------------------------------------


def test_what_separates_candidates_is_neither_known_nor_the_same_in_all(
    loaded: Connection, facts: Facts
) -> None:
    graph, best = facts.graph, facts.best(FINDINGS, 10)
    shares: dict[int, dict[int, float]] = defaultdict(dict)
    for disease in best:
        for term, share in facts.pooled_by_term(disease).items():
            if share != 0:
                shares[term][disease] = 0.5 if share is None else share
    known = {
        above for f in FINDINGS for above in graph.hierarchy.ancestors(graph.index(f)).tolist()
    }
    spread = {}
    for term, found in shares.items():
        mean = sum(found.values()) / 10
        square = sum(share * share for share in found.values()) / 10
        if term not in known:
            spread[term] = math.sqrt(max(square - mean * mean, 0.0))
    rows = ask(loaded, "ask_next", findings=FINDINGS)
    for row in rows:
        term = graph.index(row["id"])
        assert row["spread"] == pytest.approx(spread[term], abs=0.0051)
        assert row["n_of_10"] == len(shares[term])
    top = sorted(spread.values(), reverse=True)[: len(rows)]
    assert [row["spread"] for row in rows] == [pytest.approx(s, abs=0.0051) for s in top]


def test_still_open_leaves_out_what_is_known(loaded: Connection, facts: Facts) -> None:
    graph = facts.graph
    known = {
        above for f in FINDINGS for above in graph.hierarchy.ancestors(graph.index(f)).tolist()
    }
    shares = facts.pooled_by_term(facts.disease(graph.index(MARFAN)))
    often = {term for term, share in shares.items() if (share or 0.0) >= 0.3}
    rows = ask(loaded, "still_open", disease=MARFAN, findings=FINDINGS)
    expected = {facts.id(term) for term in often - known}
    assert {row["id"] for row in rows} <= expected
    assert len(rows) == min(len(expected), 40)
    assert facts.graph.index("HP:0001166") in often, "so that something is left out"


def test_two_diseases_are_told_apart_by_pooled_frequencies(
    loaded: Connection, facts: Facts
) -> None:
    rows = ask(loaded, "tell_apart", disease=MARFAN, other="OMIM:609192")
    for column, disease in (("in_disease", MARFAN), ("in_other", "OMIM:609192")):
        shares = facts.pooled_by_term(facts.disease(facts.graph.index(disease)))
        denied = {s.term for s in facts.of_disease(disease) if s.negated}
        for row in rows:
            term = facts.graph.index(row["id"])
            if row[column] is None:
                assert term not in shares.keys() | denied
            elif term in shares:
                share = shares[term]
                assert row[column] == pytest.approx(0.5 if share is None else share, abs=0.0051)
            else:
                assert row[column] == 0


def test_an_unknown_disease_is_not_compared(loaded: Connection) -> None:
    """Or it would look like one of which nothing is stated."""
    assert ask(loaded, "tell_apart", other="OMIM:000000") == []
    assert ask(loaded, "tell_apart", disease="OMIM:000000") == []


@pytest.mark.parametrize("symbol", ["FBN1", "LMNA"])
def test_features_of_a_gene_count_diseases_not_records(
    loaded: Connection, facts: Facts, symbol: str
) -> None:
    graph = facts.graph
    gene = next(n for n in graph.kind_range("gene") if graph.label(n) == symbol)
    edges = graph.edges_from(gene, "gene_associated_with_condition")
    records = [int(graph.edge_object[e]) for e in edges]
    assert len({facts.disease(r) for r in records}) < len(records), "or the test tells nothing"
    shown = defaultdict(set)
    for record in records:
        for one in facts.by_record[record]:
            if one.is_yes:
                shown[one.term].add(facts.disease(record))
    for row in ask(loaded, "gene_features", symbol=symbol):
        assert row["n_diseases"] == len(shown[graph.index(row["id"])])
        assert row["of_diseases"] == len({facts.disease(r) for r in records})


@pytest.mark.parametrize("symbol", ["FBN1", "LMNA"])
def test_a_gene_has_the_diseases_of_the_graph(
    loaded: Connection, facts: Facts, symbol: str
) -> None:
    graph = facts.graph
    (gene,) = (n for n in graph.kind_range("gene") if graph.label(n) == symbol)
    edges = graph.edges_from(gene, "gene_associated_with_condition")
    diseases = {int(graph.edge_object[e]) for e in edges}
    rows = ask(loaded, "gene_diseases", symbol=symbol)
    assert {row["id"] for row in rows} == {facts.id(d) for d in diseases}


# --- the build, data quality ----------------------------------------------------------------


def test_the_counts_are_those_of_the_manifest(loaded: Connection, facts: Facts) -> None:
    n_nodes, n_edges = expected_counts(facts.graph)
    nodes: Counter[str] = Counter()
    for row in ask(loaded, "build_nodes"):
        nodes[row["kind"]] += row["n"]
    assert nodes == {node_labels()[kind]: n for kind, n in n_nodes.items() if n}
    statements: Counter[str] = Counter()
    for row in ask(loaded, "build_statements"):
        statements[row["statement"]] += row["n"]
        assert row["release"] == facts.graph.releases[row["source"]]
    assert statements == {edge_types()[name]: n for name, n in n_edges.items() if n}
    releases = {row["source"]: row["release"] for row in ask(loaded, "build_releases")}
    assert releases == dict(facts.graph.releases)
    rests_on = Counter((facts.id(s.record).partition(":")[0], s.evidence) for s in facts.said)
    found: Counter[tuple[str, str]] = Counter()
    for row in ask(loaded, "build_evidence"):
        found[row["records_of"], row["evidence"]] += row["n"]
    assert found == rests_on


def test_quality_is_counted_right(loaded: Connection, facts: Facts) -> None:
    for row in ask(loaded, "quality_by_source"):
        said = [s for s in facts.said if facts.id(s.record).startswith(f"{row['records_of']}:")]
        assert row["n_statements"] == len(said)
        assert row["n_records"] == len({s.record for s in said})
        assert row["says_not"] == sum(s.negated for s in said)
        assert row["never_seen"] == sum(s.frequency == 0 for s in said)
        stated = sum(s.frequency is not None for s in said)
        share = 100 / len(said)
        assert row["percent_with_frequency"] == pytest.approx(stated * share, abs=0.051)
        of_record = defaultdict(list)
        for one in said:
            of_record[one.record].append(one)
        records = of_record.values()
        assert row["without_frequency"] == sum(
            all(s.frequency is None for s in found) for found in records
        )
        assert row["computed_only"] == sum(
            all(s.evidence == "IEA" for s in found) for found in records
        )


def test_every_record_is_counted_by_the_depth_of_its_description(
    loaded: Connection, facts: Facts
) -> None:
    rows = ask(loaded, "build_depth")
    assert sum(row["n_records"] for row in rows) == facts.graph.build.manifest["merging"]["records"]
    n_none = sum(row["n_records"] for row in rows if row["statements"] == "none")
    graph = facts.graph
    annotated = [graph.edge_range(r.name) for r in graph.schema.relations if r.annotated]
    records = {int(graph.edge_subject[edge]) for edges in annotated for edge in edges}
    assert n_none == sum(not facts.by_record[record] for record in records) > 0


def test_the_account_of_rows_is_that_of_the_manifest(loaded: Connection, facts: Facts) -> None:
    manifest = facts.graph.build.manifest
    rows = [(row["source"], row["what"], row["n"]) for row in ask(loaded, "build_account")]
    source = "hpo-annotations"
    assert (source, "rows read", manifest["rows"]["total"]) in rows
    became = sum(n for _, what, n in rows if what.startswith("became "))
    left_out = sum(n for _, what, n in rows if what == "left out")
    assert became + left_out == manifest["rows"]["total"]
    for remark, n in manifest["rows"]["remarks"].items():
        assert (source, f"remark: {remark}", n) in rows
    n_by_what = {what: n for _, what, n in rows}
    assert n_by_what["disease records"] == manifest["merging"]["records"]
    assert n_by_what["diseases, joined records counted once"] == len(facts.group)


def test_lines_that_cite_the_same_for_the_same_are_all_found(
    loaded: Connection, facts: Facts
) -> None:
    graph = facts.graph
    said = defaultdict(list)
    for one in facts.said:
        cited = tuple(facts.id(n) for n in graph.references.row(one.edge).tolist())
        said[facts.id(one.record), facts.id(one.term), cited].append(one.line)
    expected = {key: sorted(lines) for key, lines in said.items() if len(lines) > 1}
    rows = ask(loaded, "doubles")
    assert {(r["record"], r["id"], tuple(r["references"])): r["lines"] for r in rows} == expected
    lines = {one.line: graph.edge(one.edge).annotation for one in facts.said}
    for row in rows:
        assert (row["differ_in"] == []) == (len({lines[line] for line in row["lines"]}) == 1)
    assert rows[0]["differ_in"] == []


def test_odd_citations_and_genes_have_their_lines(loaded: Connection, facts: Facts) -> None:
    graph = facts.graph
    lines: dict[str, list[int]] = defaultdict(list)
    for relation in graph.schema.relations:
        for edge in graph.edge_range(relation.name) if relation.annotated else ():
            for cited in graph.references.row(edge).tolist():
                lines[facts.id(cited)].append(int(graph.column("edge_line")[edge]))
    for edge in graph.edge_range("gene_associated_with_condition"):
        gene = facts.id(int(graph.edge_subject[edge]))
        lines[gene].append(int(graph.column("edge_line")[edge]))
    odd = [n for n in graph.kind_range("gene") if graph.label(n) == "-"]
    odd += [
        n
        for n in graph.kind_range("publication")
        if not re.fullmatch("PMID:[1-9][0-9]*", facts.id(n))
    ]
    rows = ask(loaded, "odd_identifiers")
    assert {row["id"]: (row["n_statements"], row["lines"]) for row in rows} == {
        facts.id(n): (len(lines[facts.id(n)]), sorted(lines[facts.id(n)])[:5]) for n in odd
    }


def test_a_frequency_that_cannot_be_read_has_its_line(loaded: Connection, facts: Facts) -> None:
    said = next(one for one in facts.said if one.frequency is None)
    record, term = facts.id(said.record), facts.id(said.term)
    where = (
        "MATCH (d:Disease {id: $record})-[r:HAS_PHENOTYPE {line: $line}]->(:Phenotype {id: $term})"
    )
    known = {"record": record, "line": said.line, "term": term}
    before = ask(loaded, "odd_identifiers")
    loaded.write(f"{where} SET r.frequency_kind = 'unreadable', d.n_unreadable = 1", **known)
    try:
        (row,) = [row for row in ask(loaded, "odd_identifiers") if row not in before]
    finally:
        loaded.write(f"{where} SET r.frequency_kind = 'unstated', d.n_unreadable = 0", **known)
    assert (row["kind"], row["id"], row["lines"]) == ("frequency", term, [said.line])
    assert ask(loaded, "odd_identifiers") == before


def test_what_rests_on_a_paper_is_all_that_cites_it(loaded: Connection, facts: Facts) -> None:
    graph = facts.graph
    cited = [n for n in graph.kind_range("publication") if len(graph.edges_citing(n)) <= 300]
    most = sorted(cited, key=lambda n: -len(graph.edges_citing(n)))
    for paper in (*most[:2], *cited[::2000]):
        rows = ask(loaded, "rests_on_paper", paper=facts.id(paper))
        edges = [graph.edge(int(e)) for e in graph.edges_citing(paper)]
        assert [(row["record"], row["id"], row["line"]) for row in rows] == sorted(
            (edge.subject, edge.object, edge.provenance.line) for edge in edges
        )
        lines = {edge.provenance.line for edge in edges if not edge.provenance.publications[1:]}
        alone = {row["line"] for row in rows if row["alone"]}
        assert alone <= lines  # of these, some cite a record, too
        ways = [row["way"] for row in ask(loaded, "paper_picture", paper=facts.id(paper))]
        records = {edge.subject for edge in edges}
        assert {node["id"] for way in ways for node in way if isinstance(node, dict)} == {
            facts.id(paper),
            *records,
        }


def test_the_papers_that_are_cited_most(loaded: Connection, facts: Facts) -> None:
    graph = facts.graph
    n = {facts.id(p): len(graph.edges_citing(p)) for p in graph.kind_range("publication")}
    ranked = sorted(n, key=lambda paper: (-n[paper], paper))[:50]
    rows = ask(loaded, "most_cited")
    assert [(row["paper"], row["n_statements"]) for row in rows] == [(p, n[p]) for p in ranked]
    for row in rows[:10]:
        edges = graph.edges_citing(graph.index(row["paper"]))
        assert row["n_records"] == len({int(graph.edge_subject[e]) for e in edges})


def test_what_is_counted_at_load_is_what_is_there(loaded: Connection, facts: Facts) -> None:
    """Counted once more by Neo4j itself, from the relationships that the numbers speak of."""
    records = loaded.read(
        "MATCH (d:Disease)-[r:HAS_PHENOTYPE]->(p) "
        "RETURN d.id AS id, count(r) AS n_statements, count(r.frequency) AS n_with_frequency, "
        "count(DISTINCT CASE WHEN NOT r.negated AND coalesce(r.frequency, 1) > 0 THEN p END) "
        "AS n_phenotypes, count(CASE WHEN r.frequency = 0 THEN 1 END) AS n_never_seen, "
        "count(CASE WHEN r.negated THEN 1 END) AS n_negated, "
        "count(CASE WHEN r.evidence = 'IEA' THEN 1 END) AS n_computed, "
        "count(CASE WHEN r.frequency_kind = 'unreadable' THEN 1 END) AS n_unreadable"
    )
    names = [name for name in records[0] if name != "id"]
    said = ", ".join(f"d.{name} AS {name}" for name in names)
    counted = loaded.read(f"MATCH (d:Disease) WHERE d.n_statements > 0 RETURN d.id AS id, {said}")
    assert sorted(counted, key=lambda row: row["id"]) == sorted(records, key=lambda row: row["id"])
    n_records = loaded.read("MATCH (d:Disease) WHERE d.n_statements = 0 RETURN count(d) AS n")
    assert n_records[0]["n"] + len(records) == facts.graph.build.manifest["merging"]["records"]
    terms = loaded.read(
        "MATCH (p:Phenotype) WHERE p.n_statements <> COUNT { (p)<-[:HAS_PHENOTYPE]-() } "
        "RETURN p.id AS id"
    )
    assert terms == []
    of_terms = loaded.read("MATCH (p:Phenotype) RETURN p.id AS id, p.n_diseases AS n")
    assert {row["id"]: row["n"] for row in of_terms[::50]} == {
        row["id"]: len(facts.showing(row["id"])) for row in of_terms[::50]
    }
    statements = loaded.read(
        "MATCH (:NamedThing|OldIdentifier)-[r]->(:NamedThing) "
        "RETURN type(r) AS statement, r.source AS source, r.release AS release, count(r) AS n "
        "ORDER BY statement, source"
    )
    assert ask(loaded, "build_statements") == statements
    evidence = loaded.read(
        "MATCH (d:Disease)-[r:HAS_PHENOTYPE]->() "
        "RETURN split(d.id, ':')[0] AS records_of, coalesce(r.evidence, '') AS evidence, "
        "r.frequency_kind AS frequency, count(r) AS n ORDER BY records_of, evidence, frequency"
    )
    assert ask(loaded, "build_evidence") == evidence
    cited = loaded.read(
        "MATCH (d:Disease)-[r]->() WHERE r.references IS NOT NULL UNWIND r.references AS paper "
        "WITH DISTINCT d, r, paper MATCH (p:NamedThing {id: paper}) WHERE p:Publication "
        "WITH d, p, r ORDER BY r.line "
        "RETURN d.id AS record, p.id AS paper, count(r) AS n, collect(r.line) AS lines"
    )
    cites = loaded.read(
        "MATCH (d:Disease)-[c:CITES]->(p:Publication) "
        "RETURN d.id AS record, p.id AS paper, c.n_statements AS n, c.lines AS lines"
    )
    by_ends = {(row["record"], row["paper"]): (row["n"], row["lines"]) for row in cited}
    assert {(r["record"], r["paper"]): (r["n"], r["lines"]) for r in cites} == by_ends
    assert len(cites) == len(by_ends) > 5_000


def test_contradictions_are_all_found(loaded: Connection, facts: Facts) -> None:
    both = defaultdict(set)
    for one in facts.said:
        both[one.record, one.term].add(one.is_yes)
    expected = {
        (facts.id(d), facts.id(p)) for (d, p), found in both.items() if found == {True, False}
    }
    rows = ask(loaded, "contradictions")
    assert {(row["record"], row["id"]) for row in rows} == expected
    assert len(expected) > 20
    lines = {one.line: one for one in facts.said}
    for row in rows:
        assert all(lines[line].is_yes for line in row["lines_yes"])
        assert row["lines_yes"] == sorted(row["lines_yes"])
        assert row["lines_no"] == sorted(row["lines_no"])
        assert not any(lines[line].is_yes for line in row["lines_no"])


def test_gaps_are_the_largest_there_are(loaded: Connection, facts: Facts) -> None:
    graph = facts.graph

    def check(name: str, expected: dict[int, int], column: str) -> None:
        ranked = sorted(expected, key=lambda n: (-expected[n], facts.id(n)))[:50]
        rows = ask(loaded, name)
        found = [(row.get("record") or row["id"], row[column]) for row in rows]
        assert found == [(facts.id(n), expected[n]) for n in ranked], name

    records = facts.by_record.items()
    unstated = {d: len(s) for d, s in records if all(one.frequency is None for one in s)}
    check("without_frequency", unstated, "n_statements")
    computed = {d: len(s) for d, s in records if all(one.evidence == "IEA" for one in s)}
    check("computed_only", computed, "n_statements")
    definitions = graph.strings("term_definition")
    undefined = {p: len(s) for p, s in facts.by_term.items() if not definitions[p]}
    check("terms_without_definition", undefined, "n_statements")
    unused: Counter[int] = Counter()
    for edge in graph.edge_range("subclass_of"):
        kind = int(graph.edge_subject[edge])
        is_leaf = not len(graph.edges_to(kind, "subclass_of"))
        if graph.is_phenotype(kind) and is_leaf and not facts.by_term[kind]:
            parent = int(graph.edge_object[edge])
            if graph.is_phenotype(parent):
                unused[parent] += 1
    check("terms_never_used", unused, "n_unused_kinds")


def test_thin_diseases_have_one_or_two_phenotypes(loaded: Connection, facts: Facts) -> None:
    graph = facts.graph
    thin = {}
    for disease, records in facts.group.items():
        terms = {s.term for record in records for s in facts.by_record[record] if s.is_yes}
        if 0 < len(terms) <= 2:
            genes = {
                graph.label(int(graph.edge_subject[edge]))
                for record in records
                for edge in graph.edges_to(record, "gene_associated_with_condition")
            }
            thin[facts.id(disease)] = (len(terms), sorted(genes))
    ranked = sorted(thin, key=lambda disease: (thin[disease][0], disease))
    everything = QUERIES["thin_records"].cypher.replace("LIMIT 50", "LIMIT 5000")
    for rows, expected in (
        (ask(loaded, "thin_records"), ranked[:50]),
        (loaded.read(everything), ranked),
    ):
        assert [(r["id"], (r["n_phenotypes"], r["genes"])) for r in rows] == [
            (disease, thin[disease]) for disease in expected
        ]


def test_records_of_one_name_that_are_apart(loaded: Connection, facts: Facts) -> None:
    by_name = defaultdict(set)
    for number in facts.graph.kind_range("disease"):
        by_name[facts.graph.label(number).lower()].add(number)
    apart = {
        name: {facts.id(n) for n in numbers}
        for name, numbers in by_name.items()
        if len({facts.disease(n) for n in numbers}) > 1
    }
    rows = ask(loaded, "not_joined")
    assert {row["name"]: set(row["records"]) for row in rows} == {
        name: apart[name] for name in sorted(apart)[:100]
    }
