"""Makes cases.json: cases of eight observed and six excluded phenotypes, drawn at random by a seed.

Only speed is measured on them, so they need not be realistic; they are spread over all of HPO, so
that a cache helps as little as possible. Run: python benchmarks/make_cases.py
"""

from __future__ import annotations

import json
import random
from pathlib import Path

from nosograph.kg import GraphSources, KnowledgeGraph

N_CASES, N_OBSERVED, N_EXCLUDED = 200, 8, 6


def main() -> None:
    """Draw terms that at least one disease is annotated with."""
    graph = KnowledgeGraph.open(GraphSources.embedded())
    edges = graph.edge_range("has_phenotype")
    annotated = sorted({int(term) for term in graph.edge_object[edges.start : edges.stop]})
    draw = random.Random(1)
    cases = []
    for _ in range(N_CASES):
        terms = [graph.node_id(t) for t in draw.sample(annotated, N_OBSERVED + N_EXCLUDED)]
        cases.append({"observed": terms[:N_OBSERVED], "excluded": terms[N_OBSERVED:]})
    Path(__file__).with_name("cases.json").write_text(json.dumps(cases) + "\n")


if __name__ == "__main__":
    main()
