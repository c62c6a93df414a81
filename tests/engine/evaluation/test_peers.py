"""Peers are stubs here: a script in this Python that answers by the same JSON."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from nosograph.engine.evaluation.corpora import GoldMention
from nosograph.engine.evaluation.peers import aho_corasick, environment, fasthpocr
from nosograph.engine.evaluation.peers.environment import extra_requirements, peer_python
from nosograph.engine.evaluation.peers.errors import PeerError
from nosograph.engine.evaluation.peers.peer import PEERS, Peer, PeerSetting, ask_peer
from nosograph.engine.findings.annotator import NoteAnnotator
from nosograph.engine.findings.mention import Assertion

FINDS_ATAXIA = """
import json, sys
request = json.load(sys.stdin)
where = [text.find(request["word"]) for text in request["texts"]]
rows = [[[at, at + 6, request["names"][0][0]]] if at >= 0 else [] for at in where]
json.dump({"mentions": rows, "seconds": [0.5] * len(rows)}, sys.stdout)
"""


@pytest.fixture
def setting(tmp_path: Path) -> PeerSetting:
    return PeerSetting(
        python=Path(sys.executable),
        obo=tmp_path / "hp.obo",
        cache=tmp_path / "cache",
        names=(("HP:0001251", "Ataxia", True),),
    )


def _peer(folder: Path, code: str) -> Peer:
    script = folder / "stub.py"
    script.write_text(code, "utf-8")
    return Peer(name="stub", script=script, options={"word": "ataxia"})


def test_a_peer_answers_each_text_with_marks_that_are_all_present(tmp_path, setting):
    texts = ["Über: ataxia", "nothing", "Über: ataxia"]
    answerer = ask_peer(_peer(tmp_path, FINDS_ATAXIA), texts, setting=setting)
    answer = answerer.answer("Über: ataxia", polarity=True)
    assert answer.marks == (GoldMention(6, 12, "HP:0001251", False),)
    assert answer.seconds == 0.5
    assert answerer.answer("nothing", polarity=False).marks == ()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise SystemExit('no index')", "no index"),
        ("print('progress')", "JSONDecodeError"),
        ("print('{}')", "KeyError"),
        (FINDS_ATAXIA.replace("at + 6", "at + 99"), "no such stretch"),
        (FINDS_ATAXIA.replace("* len(rows)", "* 0"), "ValueError"),
    ],
)
def test_a_peer_that_fails_or_answers_something_else_is_named(tmp_path, setting, code, said):
    with pytest.raises(PeerError, match=said) as caught:
        ask_peer(_peer(tmp_path, code), ["ataxia"], setting=setting)
    assert "stub" in str(caught.value)


def test_an_environment_is_made_once_and_not_trusted_half_made(tmp_path, monkeypatch):
    made = []

    def create(folder: Path, *, with_pip: bool) -> None:
        made.append(folder)
        python = folder / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text("#!/bin/sh\necho no such package >&2\nexit $FAILS\n", "utf-8")
        python.chmod(0o755)

    monkeypatch.setattr(environment.venv, "create", create)
    monkeypatch.setenv("FAILS", "1")
    with pytest.raises(PeerError, match=r"no such package .*leave --peers off"):
        peer_python(tmp_path)
    monkeypatch.setenv("FAILS", "0")
    python = peer_python(tmp_path)
    assert python == peer_python(tmp_path)
    assert python.is_relative_to(tmp_path / "peers")
    assert len(made) == 2
    assert peer_python(tmp_path, requirements=("other==1",)) != python


def test_a_home_that_is_a_file_is_said(tmp_path):
    (tmp_path / "peers").write_text("")
    with pytest.raises(PeerError, match="--home"):
        peer_python(tmp_path)


def test_long_texts_are_cut_where_no_word_is_hurt():
    for text in ("ab cd\n" * 5_000, "ab cd " * 5_000, "x" * 25_000, "", "short"):
        parts = [text[start:end] for start, end in fasthpocr.pieces(text)]
        assert "".join(parts) == text
        assert all(len(part) <= fasthpocr.MAX_CHARACTERS for part in parts)
        if " " in text:
            assert all(part[-1].isspace() or part.endswith(("ab", "cd")) for part in parts)


def test_the_words_of_a_cluster_are_those_that_fasthpocr_lists_itself():
    cluster_of = {"renal": "C1", "heart": "C2", "kidney": "C1", "cardiac": "C2", "other": "C3"}
    clusters = fasthpocr._Clusters()
    for cluster in ("C2", "C1", "C9"):
        expected = [word for word, its in cluster_of.items() if its == cluster]
        assert clusters(cluster, cluster_of) == expected
        clusters(cluster, cluster_of).append("changed by the caller")


def test_aho_corasick_takes_whole_words_and_the_longest_name():
    pytest.importorskip("ahocorasick", reason="needs pyahocorasick, which only peers use")
    names = [
        ("HP:1", "Fits", False),
        ("HP:2", "Ataxia", True),
        ("HP:3", "Gait ataxia", True),
        ("HP:4", "fits", True),
    ]
    automaton = aho_corasick.make_automaton(names)
    text = "İ: gait ataxia, ataxia; fits. Ataxias, misfits"
    assert list(aho_corasick.find(automaton, text)) == [
        (3, 14, "HP:3"),
        (16, 22, "HP:2"),
        (24, 28, "HP:4"),
    ]
    assert list(aho_corasick.find(automaton, "")) == []


def test_the_scripts_of_the_peers_need_nothing_of_ours_until_they_run():
    for module in (fasthpocr, aho_corasick):
        assert module.__file__ is not None
        assert "nosograph" not in Path(module.__file__).read_text("utf-8")


def test_our_own_linker_is_asserted_and_a_peer_is_not(tmp_path, setting):
    def denied(text, mentions):
        assert [m.text for m in mentions] == ["ataxia"]
        return tuple(replace(m, assertion=Assertion.EXCLUDED) for m in mentions)

    for extra, excluded in (("", False), ("scispacy", True)):
        peer = replace(_peer(tmp_path, FINDS_ATAXIA), extra=extra)
        answerer = ask_peer(peer, ["No ataxia."], setting=setting, asserted=denied)
        counted = answerer.answer("No ataxia.", polarity=True)
        assert counted.marks == (GoldMention(3, 9, "HP:0001251", excluded),)
        assert not answerer.answer("No ataxia.", polarity=False).marks[0].excluded


def test_an_environment_of_our_own_has_what_the_extra_says():
    for extra, has in (("scispacy", True), ("other", False)):
        needs = extra_requirements(extra)
        assert any(need.startswith("scispacy==") for need in needs) is has
        assert any(need.startswith("scipy") for need in needs)
        assert not any("extra" in need for need in needs)


def test_our_linker_answers_as_a_peer_does(tmp_path, toy_graph):
    pytest.importorskip("scispacy", reason="needs pip install 'nosograph[scispacy]'")
    (peer,) = (peer for peer in PEERS if peer.extra)
    label = next(toy_graph.names()).text
    setting = PeerSetting(
        python=Path(sys.executable),
        obo=tmp_path,
        cache=tmp_path,
        names=(),
        home=toy_graph.store.home,
        build=toy_graph.build.path,
    )
    text = f"Seen: {label}."
    marks = ask_peer(peer, [text], setting=setting).answer(text, polarity=False).marks
    expected = NoteAnnotator.open(toy_graph, linker="scispacy").linker.link(text)
    assert [(m.start, m.end, m.term_id) for m in marks] == [
        (m.start, m.end, m.term_id) for m in expected
    ]
    assert marks
