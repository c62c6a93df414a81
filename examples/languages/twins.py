"""One note in five languages: the same findings, the same differential.

    python examples/languages/twins.py hpo-translations.zip

The argument is a file, folder or zip archive of HPO's Babelon tables.
"""

from __future__ import annotations

import sys
from pathlib import Path

from nosograph.engine import ClinicalCase, DiagnosticEngine
from nosograph.engine.differential import Differential

NOTES = Path(__file__).parent
CODES = ("en", "zh", "de", "es", "ja")


def main(translations: str) -> int:
    """Diagnose every note; 0 if all agree with the English one."""
    engine = DiagnosticEngine.load(translations=[translations])
    answers = {code: _diagnosed(engine, code) for code in CODES}
    english = _essence(answers["en"])
    for code, answer in answers.items():
        best = answer.entries[0]
        agrees = "same" if _essence(answer) == english else "DIFFERENT"
        print(
            f"{code}  {answer.sex} {answer.age_years:g} years, {len(answer.findings)} findings, "
            f"{best.label} {best.probability:.1%}  {agrees}"
        )
        words = ", ".join(f"{f.evidence[0].text} [{f.term_id} {f.status}]" for f in answer.findings)
        print(f"    {words}")
    return int(any(_essence(answer) != english for answer in answers.values()))


def _diagnosed(engine: DiagnosticEngine, code: str) -> Differential:
    note = (NOTES / f"note.{code}.txt").read_text("utf-8")
    return engine.diagnose(ClinicalCase.from_note(note), limit=10)


def _essence(answer: Differential) -> tuple[object, ...]:
    """What must be the same: findings with their weight, and the first ten with probabilities."""
    findings = frozenset((f.term_id, f.status, f.confidence) for f in answer.findings)
    entries = tuple((e.disease_id, e.probability) for e in answer.entries)
    return answer.sex, answer.age_years, findings, entries


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python examples/languages/twins.py TRANSLATIONS")
    sys.exit(main(sys.argv[1]))
