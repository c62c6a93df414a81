"""Another linker, asked in a process of its own.

A peer is a script. On its standard input it reads one JSON object: ``texts``, ``names`` (term,
name, whether it is the label), ``obo`` (the release as a file), ``cache`` (a folder that it may
write), ``package`` (where our code lies), ``home`` and ``build`` (of the graph) and its own
options. It writes one to its standard output: ``mentions``, for each text a list of start, end and
term, and ``seconds``, what each text took without loading.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from nosograph.engine.evaluation.corpora import GoldMention
from nosograph.engine.evaluation.linking import Answer, AssertionStage
from nosograph.engine.evaluation.peers.environment import (
    REQUIREMENTS,
    extra_requirements,
    peer_python,
)
from nosograph.engine.evaluation.peers.errors import PeerError
from nosograph.engine.findings.mention import Assertion, Mention
from nosograph.kg.graph import KnowledgeGraph
from nosograph.ontologies.sources import SourceFile
from nosograph.ontologies.term import TermId

__all__ = ["ON_SCISPACY", "PEERS", "Peer", "PeerAnswerer", "PeerSetting", "ask_peer"]

ON_SCISPACY = "Nosograph on scispacy"
_HERE = Path(__file__).parent
_PACKAGE = _HERE.parents[2]
"""Where ``engine``, ``kg`` and ``ontologies`` lie, installed or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A script, and what it is told."""

    name: str
    script: Path
    options: Mapping[str, Any] = field(default_factory=dict)
    extra: str = ""
    """For a linker of our own: which of our extras it needs, in place of the peers' packages."""

    @property
    def requirements(self) -> tuple[str, ...]:
        """What its environment needs."""
        return extra_requirements(self.extra) if self.extra else REQUIREMENTS


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
    Peer(name=ON_SCISPACY, script=_HERE / "nosograph_on_scispacy.py", extra="scispacy"),
)


class PeerSetting(NamedTuple):
    """What every peer gets to work with: the same release and names as ours."""

    python: Path
    obo: Path
    cache: Path
    names: tuple[tuple[str, str, bool], ...]
    home: Path = Path()
    build: Path = Path()

    @classmethod
    def open(
        cls,
        graph: KnowledgeGraph,
        release: SourceFile,
        *,
        requirements: tuple[str, ...] = REQUIREMENTS,
    ) -> PeerSetting:
        """Install the peers if they are not there.

        Args:
            graph: Its names are looked up; the environment goes into its home.
            release: The OBO file that the graph was built from.
            requirements: Packages of the environment.

        Raises:
            PeerError: If they cannot be installed.
        """
        python = peer_python(graph.store.home, requirements=requirements)
        return cls(
            python=python,
            obo=Path(release.path),
            cache=python.parents[1] / release.sha256[:12],
            names=tuple((n.term_id, n.text, n.kind == "label") for n in graph.names()),
            home=graph.store.home,
            build=graph.build.path,
        )


class PeerAnswerer:
    """A peer's answers, all asked for at once.

    Args:
        answers: By text.
        asserted: The assertion stage, for a linker of our own. A peer has none, so everything that
            it found is present.
    """

    def __init__(
        self, answers: Mapping[str, Answer], *, asserted: AssertionStage | None = None
    ) -> None:
        self._answers = answers
        self._asserted = asserted

    def answer(self, text: str, *, polarity: bool) -> Answer:
        """What was found in a text."""
        answer = self._answers[text]
        if not polarity or self._asserted is None:
            return answer
        started = perf_counter()
        marks = tuple(
            GoldMention(m.start, m.end, m.term_id, m.assertion is Assertion.EXCLUDED)
            for m in self._asserted(text, tuple(_mention(text, mark) for mark in answer.marks))
        )
        return Answer(marks, answer.seconds + perf_counter() - started)


def _mention(text: str, mark: GoldMention) -> Mention:
    return Mention(
        start=mark.start,
        end=mark.end,
        text=text[mark.start : mark.end],
        term_id=TermId(mark.term_id),
        label="",
    )


def ask_peer(
    peer: Peer,
    texts: Iterable[str],
    *,
    setting: PeerSetting,
    asserted: AssertionStage | None = None,
) -> PeerAnswerer:
    """Run a peer over texts.

    Args:
        peer: What is run.
        texts: What it reads; each is given once.
        setting: Its environment, and what it works with.
        asserted: Says what is excluded, where the peer is a linker of our own.

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
        "package": str(_PACKAGE),
        "home": str(setting.home),
        "build": str(setting.build),
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
        answers = dict(zip(distinct, _answers(done.stdout, distinct), strict=True))
    except (ValueError, KeyError, TypeError) as error:
        raise PeerError(
            f"{peer.name} answered no JSON of 'mentions' (start, end, term) and 'seconds' for "
            f"{len(distinct):,} texts ({error.__class__.__name__}: {error})."
        ) from error
    return PeerAnswerer(answers, asserted=asserted if peer.extra else None)


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
