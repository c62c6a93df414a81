"""Another linker, asked in a process of its own.

A peer is a script. On its standard input it reads one JSON object: ``texts``, ``names`` (term,
name, whether it is the label), ``obo`` (the release as a file), ``cache`` (a folder that it may
write) and its own options. It writes one to its standard output: ``mentions``, for each text a list
of start, end and term, and ``seconds``, what each text took without loading.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from nosograph.engine.evaluation.corpora import GoldMention
from nosograph.engine.evaluation.linking import Answer
from nosograph.engine.evaluation.peers.environment import peer_python
from nosograph.engine.evaluation.peers.errors import PeerError
from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.sources import SourceFile

__all__ = ["PEERS", "Peer", "PeerAnswerer", "PeerSetting", "ask_peer"]

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A script, and what it is told."""

    name: str
    script: Path
    options: Mapping[str, Any] = field(default_factory=dict)


PEERS = (
    Peer(
        name="fasthpocr, longest match",
        script=_HERE / "fasthpocr.py",
        options={"longest": True},
    ),
    Peer(
        name="fasthpocr, nested",
        script=_HERE / "fasthpocr.py",
        options={"longest": False},
    ),
    Peer(name="Aho-Corasick", script=_HERE / "aho_corasick.py"),
)


class PeerSetting(NamedTuple):
    """What every peer gets to work with: the same release and names as ours."""

    python: Path
    obo: Path
    cache: Path
    names: tuple[tuple[str, str, bool], ...]

    @classmethod
    def open(cls, graph: KnowledgeGraph, release: SourceFile) -> PeerSetting:
        """Install the peers if they are not there.

        Args:
            graph: Its names are looked up; the environment goes into its home.
            release: The OBO file that the graph was built from.

        Raises:
            PeerError: If they cannot be installed.
        """
        python = peer_python(graph.store.home)
        return cls(
            python=python,
            obo=Path(release.path),
            cache=python.parents[1] / release.sha256[:12],
            names=tuple((n.term_id, n.text, n.kind == "label") for n in graph.names()),
        )


class PeerAnswerer:
    """A peer's answers, all asked for at once.

    Args:
        answers: By text.
    """

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self._answers = answers

    def answer(self, text: str, *, polarity: bool) -> Answer:  # noqa: ARG002
        """What the peer found; it knows no polarity, so everything is present."""
        return self._answers[text]


def ask_peer(peer: Peer, texts: Iterable[str], *, setting: PeerSetting) -> PeerAnswerer:
    """Run a peer over texts.

    Raises:
        PeerError: If it fails, or its answer is not one.
    """
    distinct = list(dict.fromkeys(texts))
    request = {
        **peer.options,
        "texts": distinct,
        "names": setting.names,
        "obo": str(setting.obo),
        "cache": str(setting.cache),
    }
    done = subprocess.run(
        [str(setting.python), "-I", str(peer.script)],  # none of our modules, nor the user's own
        input=json.dumps(request),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise PeerError(f"{peer.name} failed: {reason}. Leave --peers off to run without it.")
    try:
        return PeerAnswerer(dict(zip(distinct, _answers(done.stdout, distinct), strict=True)))
    except (ValueError, KeyError, TypeError) as error:
        raise PeerError(
            f"{peer.name} answered no JSON of 'mentions' (start, end, term) and 'seconds' for "
            f"{len(distinct):,} texts ({error.__class__.__name__}: {error})."
        ) from error


def _answers(output: str, texts: Sequence[str]) -> list[Answer]:
    content = json.loads(output)
    answers = []
    for text, rows, seconds in zip(texts, content["mentions"], content["seconds"], strict=True):
        marks = tuple(GoldMention(int(start), int(end), str(term)) for start, end, term in rows)
        for mark in marks:
            if not 0 <= mark.start < mark.end <= len(text):
                raise ValueError(f"no such stretch of the text: {mark.start} to {mark.end}")
        answers.append(Answer(marks, float(seconds)))
    return answers
