"""tests kg/build.py and kg/edges.py: every row accounted for, every edge with all that its row says."""

import gc
import random
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pytest

from nosograph.kg import Edge, GraphSources, KnowledgeGraph
from nosograph.kg.build import open_or_build
from nosograph.kg.store import GraphStore
from nosograph.ontologies import SourceError, SourceFormatError
from nosograph.ontologies.frequency import Frequency, FrequencyKind
from nosograph.ontologies.sources import SourceFile, embedded_source_file

PREDICATES = {
    "P": "biolink:has_phenotype",
    "I": "biolink:has_mode_of_inheritance",
    "C": "nosograph:has_clinical_course",
    "M": "nosograph:has_clinical_modifier",
    "H": "nosograph:has_past_medical_history",
}


class ToyPaths(Protocol):
    """What the fixture toy_sources is."""

    obo: Path
    hpoa: Path
    genes: Path
    mondo: Path

    def graph_sources(self, *, with_mondo: bool = True) -> GraphSources: ...


def _edges_by_line(graph: KnowledgeGraph) -> dict[int, int]:
    lines = graph.column("edge_line")[: len(graph.column("annotation_negated"))]
    by_line = {int(line): number for number, line in enumerate(lines)}
    assert len(by_line) == len(lines)
    return by_line


@pytest.fixture(scope="module")
def toy_edges(toy_graph: KnowledgeGraph) -> dict[int, Edge]:
    """The annotated edges of the toy graph by the line of toy.hpoa that they come of."""
    return {line: toy_graph.edge(number) for line, number in _edges_by_line(toy_graph).items()}


def _assert_every_row_is_accounted_for(graph: KnowledgeGraph, n_rows: int) -> None:
    manifest = graph.build.manifest
    rows, counts = manifest["rows"], manifest["counts"]
    assert rows["total"] == n_rows
    assert sum(rows["edges"].values()) + sum(rows["dropped"].values()) == n_rows
    assert all(counts["edges"][name] == n for name, n in rows["edges"].items())
    relations = Counter(graph.column("edge_relation").tolist())
    kinds = Counter(graph.node_kind.tolist())
    assert counts["edges"] == {r.name: relations[i] for i, r in enumerate(graph.schema.relations)}
    assert counts["nodes"] == {k.name: kinds[i] for i, k in enumerate(graph.schema.kinds)}


def test_every_row_of_the_embedded_release_is_accounted_for(embedded_graph: KnowledgeGraph) -> None:
    _assert_every_row_is_accounted_for(embedded_graph, 271_702)
    manifest = embedded_graph.build.manifest
    assert manifest["rows"]["dropped"] == {}
    assert manifest["rows"]["remarks"] == {"frequency 0 without NOT: kept, means not seen": 2000}
    assert manifest["counts"]["nodes"]["disease"] == 8_359 + 4_281 + 47
    assert manifest["counts"]["nodes"]["gene"] == 5_132
    assert manifest["counts"]["edges"]["subclass_of"] == 23_392
    assert embedded_graph.n_terms == 19_034


def test_every_row_of_the_toy_is_accounted_for_with_its_reason(toy_graph: KnowledgeGraph) -> None:
    _assert_every_row_is_accounted_for(toy_graph, 30)
    assert toy_graph.build.manifest["rows"]["dropped"] == {
        "aspect P, but the term is not a phenotypic abnormality": 1,
        "the HPO identifier is obsolete": 1,
        "the HPO identifier is unknown": 1,
        "the disease identifier is not one": 1,
        "unknown aspect 'X'": 1,
    }
    assert toy_graph.build.manifest["rows"]["remarks"] == {
        "evidence column: an unknown value, left out": 1,
        "frequency 0 without NOT: kept, means not seen": 2,
        "frequency that cannot be read, taken as unstated": 1,
        "modifier column: a value that is no term": 1,
        "old HPO identifier replaced by its successor": 2,
        "onset column: a modifier, moved": 2,
        "onset column: a value that is no term": 1,
        "qualifier column: an unknown value, left out": 1,
        "sex column: an unknown value, left out": 1,
    }


def _assert_edge_says_its_row(edge: Edge, line: int, fields: list[str]) -> None:
    """For rows whose identifiers are current and whose values are known."""
    disease, _, qualifier, term, reference, evidence, onset, frequency, sex, modifier = fields[:10]
    assert (edge.subject, edge.object) == (disease, term)
    assert edge.predicate == PREDICATES[fields[10]]
    assert edge.provenance.source == "hpo-annotations"
    assert edge.provenance.release == "2025-01-16"
    assert edge.provenance.line == line
    papers = dict.fromkeys(r.strip() for r in reference.split(";"))
    records = ("OMIM:", "ORPHA:", "DECIPHER:")
    assert edge.provenance.publications == tuple(p for p in papers if not p.startswith(records))
    said = edge.annotation
    assert said is not None
    assert (said.evidence, said.sex, said.negated) == (evidence, sex, qualifier == "NOT")
    expected = Frequency.parse(frequency)
    assert (said.frequency.kind, said.frequency.n, said.frequency.m) == (
        expected.kind,
        expected.n,
        expected.m,
    )
    stated = said.frequency.value
    assert stated == (None if expected.value is None else pytest.approx(expected.value, abs=1e-6))
    assert (said.onset or "") == onset
    assert said.modifiers == tuple(m for m in modifier.split(";") if m)


def test_random_rows_of_the_embedded_release_are_edges_word_for_word(
    embedded_graph: KnowledgeGraph,
) -> None:
    lines = Path(embedded_source_file("hpo-annotations").path).read_text("utf-8").splitlines()
    by_line = _edges_by_line(embedded_graph)
    rare = [i for i, text in enumerate(lines, 1) if i > 5 and _is_rare(text.split("\t"))]
    choice = random.Random(20250116)
    chosen = choice.sample(range(6, len(lines) + 1), 200) + choice.sample(rare, 60)
    for line in chosen:
        _assert_edge_says_its_row(
            embedded_graph.edge(by_line[line]), line, lines[line - 1].split("\t")
        )


def _is_rare(fields: list[str]) -> bool:
    return bool(fields[2] or fields[6] or fields[8] or fields[9] or "%" in fields[7])


@pytest.mark.parametrize("line", [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 27, 28])
def test_a_toy_row_is_an_edge_word_for_word(
    line: int, toy_edges: dict[int, Edge], read_text: Callable[[str], str]
) -> None:
    fields = read_text("toy.hpoa").splitlines()[line - 1].split("\t")
    _assert_edge_says_its_row(toy_edges[line], line, fields)


def _annotation(edges: dict[int, Edge], line: int) -> Any:
    return edges[line].annotation


def test_none_of_n_means_not_seen_and_is_not_negated(toy_edges: dict[int, Edge]) -> None:
    said = _annotation(toy_edges, 11)
    assert (said.frequency.kind, said.frequency.value, said.frequency.m) == ("count", 0.0, 12)
    assert not said.negated
    assert _annotation(toy_edges, 12).negated


def test_rows_of_several_papers_stay_several_edges(toy_edges: dict[int, Edge]) -> None:
    first, second = toy_edges[6], toy_edges[7]
    assert (first.subject, first.object) == (second.subject, second.object)
    assert first.provenance.publications == ("PMID:28050285", "PMID:33436942")
    assert second.provenance.publications == ("PMID:8172269",)


def test_a_modifier_in_the_onset_column_is_a_modifier(toy_edges: dict[int, Edge]) -> None:
    said = _annotation(toy_edges, 18)
    assert (said.onset, said.modifiers, said.sex) == (None, ("HP:0012825",), "FEMALE")


def test_of_several_onsets_the_first_is_kept_and_nonsense_is_left_out(
    toy_edges: dict[int, Edge],
) -> None:
    said = _annotation(toy_edges, 35)
    assert (said.onset, said.modifiers) == ("HP:0003577", ("HP:0011463", "HP:0012825"))
    assert said.frequency.value == 0.0


@pytest.mark.parametrize(("line", "current"), [(22, "HP:0001250"), (23, "HP:0000610")])
def test_old_identifiers_become_their_successor(
    line: int, current: str, toy_edges: dict[int, Edge]
) -> None:
    assert toy_edges[line].object == current


def test_values_that_are_unknown_are_left_out_and_the_row_is_kept(
    toy_edges: dict[int, Edge],
) -> None:
    said = _annotation(toy_edges, 34)
    assert (said.evidence, said.sex, said.negated) == ("", "", False)
    assert _annotation(toy_edges, 31).frequency == Frequency(kind=FrequencyKind.UNREADABLE)


def test_a_web_page_and_a_book_are_publications(
    toy_edges: dict[int, Edge], toy_graph: KnowledgeGraph
) -> None:
    pages = ("ISBN-13:978-0721606156", "http://decipher.sanger.ac.uk/syndrome/35")
    assert toy_edges[32].provenance.publications == pages
    assert [toy_graph.node(toy_graph.index(page)).kind for page in pages] == ["publication"] * 2


def test_a_term_among_the_references_stays_a_term(
    toy_edges: dict[int, Edge], toy_graph: KnowledgeGraph
) -> None:
    assert toy_edges[35].provenance.publications == ("PMID:10973238",)
    assert toy_graph.kind(toy_graph.index("HP:0001250")) == "phenotype"


def test_every_node_of_the_embedded_release_can_be_told(embedded_graph: KnowledgeGraph) -> None:
    for number in embedded_graph.kind_range("publication"):
        assert embedded_graph.node(number).kind == "publication"
    for number in range(0, len(embedded_graph), 37):
        node = embedded_graph.node(number)
        assert embedded_graph.index(node.node_id) == number


def test_a_gene_without_an_annotated_record_is_counted(toy_graph: KnowledgeGraph) -> None:
    assert toy_graph.build.manifest["merging"]["gene_pairs_without_record"] == 1
    (edge,) = toy_graph.edges_from(
        toy_graph.index("NCBIGene:4125"), "gene_associated_with_condition"
    )
    told = toy_graph.edge(edge)
    assert (told.object, str(told.provenance)) == ("OMIM:248500", "hpo-genes 2025-01-16 line 5")
    assert told.annotation is None


# --- the same sources give the same bytes --------------------------------------------------


def _bytes(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "derived" not in path.parts
    }


@pytest.mark.parametrize("with_mondo", [True, False])
def test_two_builds_of_the_toy_have_the_same_bytes(
    with_mondo: bool, toy_sources: ToyPaths, tmp_path: Path
) -> None:
    sources = toy_sources.graph_sources(with_mondo=with_mondo)
    for home in ("one", "two"):
        KnowledgeGraph.open(sources, home=tmp_path / home)
    first, second = _bytes(tmp_path / "one"), _bytes(tmp_path / "two")
    assert first == second
    assert len(first) > 30


def test_two_builds_of_the_embedded_release_have_the_same_bytes(
    embedded_graph: KnowledgeGraph, tmp_path: Path
) -> None:
    again = KnowledgeGraph.open(GraphSources.embedded(), home=tmp_path)
    assert again.build.address == embedded_graph.build.address
    assert _bytes(again.build.path) == _bytes(embedded_graph.build.path)


def test_the_address_is_the_content(toy_graph: KnowledgeGraph) -> None:
    toy_graph.build.verify()
    assert toy_graph.build.path.name == toy_graph.build.address


def test_a_changed_source_has_another_recipe_and_another_build(
    toy_sources: ToyPaths, tmp_path: Path
) -> None:
    changed = tmp_path / "toy.hpoa"
    changed.write_text(toy_sources.hpoa.read_text("utf-8").replace("124/197", "125/197"), "utf-8")
    before = toy_sources.graph_sources()
    others = {"hpo": toy_sources.obo, "hpo-annotations": changed, "hpo-genes": toy_sources.genes}
    after = GraphSources.embedded(mondo=toy_sources.mondo, others=others)
    assert before.recipe != after.recipe
    store = GraphStore(tmp_path / "home")
    assert open_or_build(before, store=store) != open_or_build(after, store=store)


def test_a_source_that_changes_after_it_was_named_is_refused(
    toy_sources: ToyPaths, tmp_path: Path
) -> None:
    copy = tmp_path / "toy.hpoa"
    copy.write_bytes(toy_sources.hpoa.read_bytes())
    sources = GraphSources.embedded(others={"hpo": toy_sources.obo, "hpo-annotations": copy})
    copy.write_text("other")
    with pytest.raises(SourceError, match="has changed since it was named"):
        KnowledgeGraph.open(sources, home=tmp_path)


def test_reopening_reads_no_source(toy_sources: ToyPaths, tmp_path: Path) -> None:
    copies = {
        "hpo": tmp_path / "toy.obo",
        "hpo-annotations": tmp_path / "toy.hpoa",
        "hpo-genes": tmp_path / "genes.txt",
    }
    origins = (toy_sources.obo, toy_sources.hpoa, toy_sources.genes)
    for copy, origin in zip(copies.values(), origins, strict=True):
        copy.write_bytes(origin.read_bytes())
    sources = GraphSources.embedded(others=copies)
    built = KnowledgeGraph.open(sources, home=tmp_path / "home")
    for copy in copies.values():
        copy.unlink()
    steps: list[str] = []
    again = KnowledgeGraph.open(sources, home=tmp_path / "home", progress=steps.append)
    assert (again.build, steps) == (built.build, [])


def test_a_build_tells_its_steps_and_leaves_the_collector_on(
    toy_sources: ToyPaths, tmp_path: Path
) -> None:
    steps: list[str] = []
    KnowledgeGraph.open(toy_sources.graph_sources(), home=tmp_path, progress=steps.append)
    assert len(steps) == 5
    assert gc.isenabled()


# --- merging -------------------------------------------------------------------------------


def _match(graph: KnowledgeGraph, record: str, relation: str) -> list[Edge]:
    return [graph.edge(e) for e in graph.edges_from(graph.index(record), relation)]


def test_mondo_merges_records_that_stay_beside_their_disease(toy_graph: KnowledgeGraph) -> None:
    marfan = toy_graph.find_disease("MONDO:0007947")
    assert marfan is not None
    records = [toy_graph.node_id(int(r)) for r in toy_graph.records_of(marfan)]
    assert records == ["OMIM:154700", "ORPHA:558"]
    assert all(len(toy_graph.edges_from(toy_graph.index(r), "has_phenotype")) for r in records)
    assert not len(toy_graph.edges_from(marfan, "has_phenotype"))


def test_a_merge_says_which_mapping_made_it(toy_graph: KnowledgeGraph) -> None:
    (edge,) = _match(toy_graph, "ORPHA:558", "exact_match")
    assert (edge.predicate, edge.object) == ("skos:exactMatch", "MONDO:0007947")
    assert str(edge.provenance) == "mondo-orphanet 2026-08-04 line 4"


def test_a_merge_can_be_undone(
    toy_graph: KnowledgeGraph, toy_graph_inferred: KnowledgeGraph
) -> None:
    for record in ("OMIM:248500", "ORPHA:61"):
        told = [
            [graph.edge(e) for e in graph.edges_from(graph.index(record), "has_phenotype")]
            for graph in (toy_graph, toy_graph_inferred)
        ]
        assert told[0] == told[1] != []
        assert toy_graph_inferred.find_disease(record) == toy_graph_inferred.index(record)
        assert toy_graph.find_disease(record) == toy_graph.index("MONDO:0009561")


def test_inferred_merging_is_marked_as_ours_and_only_close(
    toy_graph_inferred: KnowledgeGraph,
) -> None:
    (edge,) = _match(toy_graph_inferred, "ORPHA:558", "close_match")
    assert (edge.predicate, edge.object) == ("skos:closeMatch", "OMIM:154700")
    assert edge.provenance.source == "nosograph-inferred"
    assert len(toy_graph_inferred.edge_range("exact_match")) == 0
    assert toy_graph_inferred.find_disease("ORPHA:558") == toy_graph_inferred.index("OMIM:154700")


def test_mondo_decides_by_exact_matches_of_its_own_terms_only(toy_graph: KnowledgeGraph) -> None:
    assert toy_graph.find_disease("OMIM:605231") == toy_graph.index("OMIM:605231")


def test_an_ambiguous_record_is_in_one_disease_and_counted(toy_graph: KnowledgeGraph) -> None:
    assert toy_graph.find_disease("ORPHA:1401") == toy_graph.index("MONDO:0008959")
    assert toy_graph.build.manifest["merging"]["ambiguous_records"] == 1


@pytest.mark.parametrize("name", ["toy_graph", "toy_graph_inferred"])
def test_decipher_stays_a_disease_of_its_own(name: str, request: pytest.FixtureRequest) -> None:
    graph: KnowledgeGraph = request.getfixturevalue(name)
    assert graph.find_disease("DECIPHER:16") == graph.index("DECIPHER:16")


def test_every_merge_of_the_embedded_release_is_inferred(embedded_graph: KnowledgeGraph) -> None:
    merged = np.flatnonzero(embedded_graph.disease_of != np.arange(len(embedded_graph)))
    assert len(merged) == len(embedded_graph.edge_range("close_match")) > 500
    assert embedded_graph.build.manifest["merging"]["by"] == "name and gene (inferred)"


def test_mondo_merges_the_real_records_and_leaves_decipher(
    shared_data: Path, tmp_path: Path
) -> None:
    archive = shared_data / "ontologies" / "mondo-sssom.zip"
    assert zipfile.is_zipfile(archive)
    graph = KnowledgeGraph.open(GraphSources.embedded(mondo=archive), home=tmp_path)
    _assert_every_row_is_accounted_for(graph, 271_702)
    assert 10_300 < graph.build.manifest["merging"]["diseases"] < 10_700
    assert graph.find_disease("ORPHA:558") == graph.find_disease("OMIM:154700")
    assert graph.find_disease("DECIPHER:16") == graph.index("DECIPHER:16")


# --- sources that cannot be built of -------------------------------------------------------


def test_an_unknown_source_name_is_refused() -> None:
    with pytest.raises(SourceError, match="no source is called 'hpoa'. Known sources"):
        GraphSources.embedded(others={"hpoa": "phenotype.hpoa"})


def test_a_missing_needed_source_is_named(toy_sources: ToyPaths, tmp_path: Path) -> None:
    files: Iterable[SourceFile] = toy_sources.graph_sources().files
    without = GraphSources(files=tuple(f for f in files if f.source.name != "hpo-annotations"))
    with pytest.raises(SourceError, match="source 'hpo-annotations' is missing"):
        KnowledgeGraph.open(without, home=tmp_path)


def test_a_folder_without_the_mapping_sets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="mondo_exactmatch_omim.sssom.tsv"):
        GraphSources.embedded(mondo=tmp_path)


def test_the_gene_table_may_be_left_out(toy_sources: ToyPaths, tmp_path: Path) -> None:
    files = toy_sources.graph_sources().files
    without = GraphSources(files=tuple(f for f in files if f.source.name != "hpo-genes"))
    graph = KnowledgeGraph.open(without, home=tmp_path)
    assert "hpo-genes" not in graph.releases
    assert len(graph.kind_range("gene")) == 0


@pytest.mark.parametrize("source", ["hpo", "hpo-annotations", "hpo-genes", "mondo-omim"])
def test_a_broken_source_leaves_no_build(
    source: str, toy_sources: ToyPaths, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(bytes(range(1, 120)))
    others = {"hpo": toy_sources.obo, "hpo-annotations": toy_sources.hpoa, source: broken}
    store = GraphStore(tmp_path / "home")
    with pytest.raises(SourceFormatError):
        open_or_build(GraphSources.embedded(others=others), store=store)
    assert store.builds() == ()


def test_identifiers_that_clash_with_terms_do_not_move_them(
    toy_sources: ToyPaths, tmp_path: Path
) -> None:
    rows = toy_sources.hpoa.read_text("utf-8")
    row = rows.splitlines()[13].split("\t")
    rows += "\t".join(["HP:0001250", *row[1:]]) + "\n" + "\t".join(["UMLS:1", *row[1:]]) + "\n"
    (tmp_path / "toy.hpoa").write_text(rows, "utf-8")
    others = {"hpo": toy_sources.obo, "hpo-annotations": tmp_path / "toy.hpoa"}
    graph = KnowledgeGraph.open(GraphSources.embedded(others=others), home=tmp_path)
    assert graph.build.manifest["rows"]["dropped"]["the disease identifier is not one"] == 2
    assert graph.kind(graph.index("HP:0001250")) == "phenotype"
    # A database that we have never met is a record like the others, and never leads.
    assert graph.kind(graph.index("UMLS:1")) == "disease"
    assert graph.find_disease("OMIM:154700") == graph.index("OMIM:154700")
