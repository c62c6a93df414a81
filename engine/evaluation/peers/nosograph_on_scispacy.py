"""Our own second linker; a script for an environment that has its extra.

Our package is not installed there: the request says where it lies.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import Any

__all__ = ["main"]


def main() -> None:
    """Open the linker on the graph of the request, then answer."""
    request = json.load(sys.stdin)
    linker = _open_linker(request)
    mentions, seconds = [], []
    for text in request["texts"]:
        started = perf_counter()
        found = linker.link(text)
        seconds.append(perf_counter() - started)
        mentions.append([(m.start, m.end, m.term_id) for m in found])
    json.dump({"mentions": mentions, "seconds": seconds}, sys.stdout)


def _open_linker(request: Mapping[str, Any]) -> Any:
    package = ModuleType("nosograph")
    package.__path__ = [request["package"]]
    sys.modules["nosograph"] = package
    from nosograph.engine.findings.linking.scispacy import ScispacyLinker
    from nosograph.kg.graph import KnowledgeGraph
    from nosograph.kg.store import Build, GraphStore

    build, home = Build(Path(request["build"])), GraphStore(Path(request["home"]))
    linker = ScispacyLinker.open(KnowledgeGraph(build, store=home))
    linker.link("No seizures.")  # opens what is opened once, so that it is not measured
    return linker


if __name__ == "__main__":
    main()
