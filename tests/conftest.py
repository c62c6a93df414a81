"""Shared fixtures: toy data, graphs of it, and the graph of the embedded release.

No test touches the home folder: ``NOSOGRAPH_HOME`` names a temporary one for the whole session.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import settings

from nosograph.kg import GraphSources, KnowledgeGraph
from nosograph.ontologies import Ontology
from nosograph.ontologies.readers.obo import read_obo

DATA = Path(__file__).parent / "data"

settings.register_profile("nosograph", derandomize=True, deadline=None, database=None)
settings.load_profile("nosograph")


@pytest.hookimpl(optionalhook=True)  # of xdist: of several processes, each takes whole files
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """One process does all that may need the Neo4j server: the others would wait for it."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "neo4j" if file.startswith("tests/kg/neo4j/") else file

    return ByFile(config, log)


class ToySources(NamedTuple):
    """Paths of the toy files in tests/data."""

    obo: Path
    hpoa: Path
    genes: Path
    mondo: Path
    """Folder of the two mapping sets."""

    def graph_sources(self, *, with_mondo: bool = True) -> GraphSources:
        """What a graph of the toy files is made of."""
        return GraphSources.embedded(
            mondo=self.mondo if with_mondo else None,
            others={"hpo": self.obo, "hpo-annotations": self.hpoa, "hpo-genes": self.genes},
        )


@pytest.fixture(scope="session", autouse=True)
def nosograph_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder that every test of the session uses in place of the user's own."""
    home = tmp_path_factory.mktemp("nosograph-home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NOSOGRAPH_HOME", str(home))
        yield home


@pytest.fixture(scope="session")
def toy_sources() -> ToySources:
    return ToySources(
        obo=DATA / "toy.obo",
        hpoa=DATA / "toy.hpoa",
        genes=DATA / "toy_genes_to_phenotype.txt",
        mondo=DATA / "mondo",
    )


@pytest.fixture(scope="session")
def toy_hpo(toy_sources: ToySources) -> Ontology:
    with toy_sources.obo.open(encoding="utf-8") as lines:
        return read_obo(lines)


@pytest.fixture(scope="session")
def toy_graph(toy_sources: ToySources, nosograph_home: Path) -> KnowledgeGraph:
    return KnowledgeGraph.open(toy_sources.graph_sources(), home=nosograph_home)


@pytest.fixture(scope="session")
def toy_graph_inferred(toy_sources: ToySources, nosograph_home: Path) -> KnowledgeGraph:
    """The toy graph without MONDO: records are joined by name and gene."""
    return KnowledgeGraph.open(toy_sources.graph_sources(with_mondo=False), home=nosograph_home)


@pytest.fixture(scope="session")
def embedded_graph(nosograph_home: Path) -> KnowledgeGraph:
    """The release that is installed with Nosograph: there after a plain install."""
    return KnowledgeGraph.open(GraphSources.embedded(), home=nosograph_home)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; skips where ``NOSOGRAPH_DATA`` names none."""
    named = os.environ.get("NOSOGRAPH_DATA", "")
    if not named or not Path(named).is_dir():
        pytest.skip("needs real data: set NOSOGRAPH_DATA to the folder that holds it")
    return Path(named)


@pytest.fixture(scope="session")
def read_text() -> Callable[[str], str]:
    """Reads a file of tests/data."""
    return lambda name: (DATA / name).read_text(encoding="utf-8")
