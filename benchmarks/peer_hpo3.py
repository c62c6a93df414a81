"""Times the hpo3 package on the same cases; prints JSON. Runs in an environment of its own.

hpo3 takes the module name of the package that carries our embedded release, so the two can never
share an environment.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path


def main() -> None:
    """Load, then rank all OMIM diseases for each case, by enrichment and by similarity."""
    started = time.perf_counter()
    from pyhpo import HPOSet, Ontology, helper, stats

    Ontology()
    figures = {"load": time.perf_counter() - started}
    known = {term.id for term in Ontology}
    cases = json.loads(Path(__file__).with_name("cases.json").read_text())[:20]
    sets = [HPOSet.from_queries([t for t in c["observed"] if t in known]) for c in cases]
    model = stats.EnrichmentModel("omim")
    figures["rank by enrichment"] = _median(lambda s: model.enrichment("hypergeom", s), sets)
    profiles = [HPOSet.from_queries(list(d.hpo)) for d in Ontology.omim_diseases if d.hpo]

    def similarity(patient: object) -> None:
        helper.batch_set_similarity([(patient, p) for p in profiles], kind="omim")

    figures["rank by similarity"] = _median(similarity, sets[:5])
    figures["diseases"] = len(profiles)
    json.dump(figures, sys.stdout)


def _median(work, items) -> float:
    seconds = []
    for item in items:
        started = time.perf_counter()
        work(item)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


if __name__ == "__main__":
    main()
