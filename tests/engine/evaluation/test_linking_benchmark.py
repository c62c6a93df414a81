"""The whole measurement on corpora of a few lines, beside a peer that is a stub."""

from __future__ import annotations

import json
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from nosograph.engine.evaluation import linking_benchmark
from nosograph.engine.evaluation.annotated_texts import find_corpora
from nosograph.engine.evaluation.linking_benchmark import run_linking_benchmark
from nosograph.engine.evaluation.peers.peer import Peer, PeerSetting
from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.errors import SourceError

SPANS = """1
Ataxia and seizures and nystagmus.

2
Arachnodactyly.
0\t14\tArachnodactyly\tHP:0001166

"""
EXAMS = """StringID\tParticipantCount\tText\tTerm\tNegated\tSpans
a\t1\tNEURO: no ataxia\tHP:0001251\tX\t7-16
b\t1\tEYES: nystagmus\tHP:0000639\tNA\t6-15
"""
FINDS_NOTHING = """
import json, sys
n = len(json.load(sys.stdin)["texts"])
json.dump({"mentions": [[]] * n, "seconds": [0.5] * n}, sys.stdout)
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    text = tmp_path / "text"
    text.mkdir()
    marks = (
        "0\t6\tAtaxia\tHP:0001251\n11\t19\tseizures\tHP:0001250\n24\t33\tnystagmus\tHP:0000639\n"
    )
    (text / "gscplus_some.tsv").write_text(SPANS.replace("nystagmus.\n", f"nystagmus.\n{marks}"))
    (text / "bc8_some.tsv").write_text(EXAMS, "utf-8")
    with zipfile.ZipFile(text / "jax-some.zip", "w") as archive:
        archive.writestr("txt/11.txt", "A boy with ataxia.")
        archive.writestr("txt/12.txt", "No curator read this.")
        archive.writestr("gold.json", json.dumps({"11": {"HP:0001251": "Ataxia", "HP:1": "gone"}}))
    with zipfile.ZipFile(text / "val.zip", "w") as archive:
        archive.writestr("corpus/1", "He has ataxia.")
        archive.writestr("ann/1", "7\t13\tataxia\tHP:0001251\n")
    return tmp_path


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Peer:
    script = tmp_path / "stub.py"
    script.write_text(FINDS_NOTHING, "utf-8")
    setting = PeerSetting(Path(sys.executable), tmp_path, tmp_path, ())
    monkeypatch.setattr(
        linking_benchmark.PeerSetting, "open", classmethod(lambda cls, graph, release, **_: setting)
    )
    return Peer(name="stub", script=script)


def test_every_corpus_of_the_folder_is_read(data: Path, embedded_graph: KnowledgeGraph) -> None:
    corpora = {c.title: c for c in find_corpora(data / "text", embedded_graph)}
    assert list(corpora) == [
        "gscplus_some",
        "val",
        "jax-some",
        "jax-some, reports",
        "bc8_some",
        "bc8_some, polarity counted",
    ]
    (article,) = corpora["jax-some"].documents
    assert [(m.start, m.term_id) for m in article.mentions] == [(-1, "HP:0001251")]
    assert article.unresolved == ("HP:1",)
    without = [name for name, corpus in corpora.items() if not corpus.has_places]
    assert without == ["jax-some", "jax-some, reports"]


def test_without_peers_our_own_figures_are_printed(
    data: Path, embedded_graph: KnowledgeGraph
) -> None:
    report = run_linking_benchmark(data, graph=embedded_graph)
    assert {row.linker for row in report.rows} == {"Nosograph", "Nosograph, nested"}
    text = report.to_markdown()
    perfect = "1.000 / 1.000 / **1.000**"
    assert f"| jax-some | Nosograph | 1 | {perfect} | {perfect} | – | – | – |" in text
    assert f"| gscplus_some | Nosograph | 2 | {perfect} |" in text
    assert "bootstrap" not in text
    assert "\ntest: 227 phrases, " in text  # our own sentences, always there
    assert set(report.to_dict()["own_sentences"]) == {"dev", "test"}
    assert list(report.differences) == []
    changed = list(dict.fromkeys(row.corpus for row in report.with_typing_errors))
    assert changed == ["gscplus_some", "val", "bc8_some", "bc8_some, polarity counted"]


def test_a_peer_is_judged_on_the_same_documents_by_the_same_rule(
    data: Path, embedded_graph: KnowledgeGraph, stub: Peer
) -> None:
    report = run_linking_benchmark(data, graph=embedded_graph, peers=[stub])
    text = report.to_markdown()
    assert "tell nothing of negation" in text
    assert "| gscplus_some | Nosograph | stub | +1.000 (+1.000 to +1.000) |" in text
    assert (
        "| val | stub | 0.000 → 0.000, lost 0.0% | 0.000 → 0.000, lost 0.0% | 0.000 → 0.000 of 0 |"
        in text
    )
    figures = report.to_dict()["corpora"]["gscplus_some"]
    assert figures["stub"]["document"]["n_gold"] == figures["Nosograph"]["document"]["n_gold"] == 4
    assert figures["stub"]["document_f1_ours_minus_this"]["low"] == 1
    assert figures["stub"]["documents_per_second"] == 2
    json.dumps(report.to_dict(), allow_nan=False)


def test_beside_peers_ours_is_measured_with_nested_names_and_with_its_second_linker_behind_it(
    data: Path, embedded_graph: KnowledgeGraph, stub: Peer
) -> None:
    own = replace(stub, name="Nosograph on scispacy", extra="scispacy")
    report = run_linking_benchmark(data, graph=embedded_graph, peers=[own])
    by_linker = {row.linker: row.figures for row in report.rows if row.corpus == "gscplus_some"}
    assert list(by_linker) == [
        "Nosograph",
        "Nosograph, nested",
        "Nosograph on scispacy",
        "Nosograph, then scispacy",
    ]
    ours, cascade = by_linker["Nosograph"], by_linker["Nosograph, then scispacy"]
    assert cascade.document == ours.document  # the stub finds nothing
    assert cascade.seconds > ours.seconds
    assert "the second linker where the first read nothing" in report.to_markdown()


def test_without_corpora_it_is_said_what_is_expected(
    tmp_path: Path, embedded_graph: KnowledgeGraph
) -> None:
    with pytest.raises(SourceError, match="gscplus"):
        run_linking_benchmark(tmp_path, graph=embedded_graph)
