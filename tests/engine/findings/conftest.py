from __future__ import annotations

import pytest

from nosograph.engine.findings.linking.dictionary import DictionaryLinker
from nosograph.engine.findings.linking.linker_index import LinkerIndex, TermName
from nosograph.ontologies.term import SynonymScope, TermId

LABELS = {
    "HP:0001250": "Seizure",
    "HP:0001251": "Ataxia",
    "HP:0001252": "Hypotonia",
    "HP:0000107": "Renal cyst",
    "HP:0000365": "Hearing impairment",
    "HP:0009777": "Absent thumb",
    "HP:0011304": "Broad thumb",
    "HP:0009778": "Short thumb",
    "HP:0001344": "Absent speech",
    "HP:0001263": "Global developmental delay",
    "HP:0001631": "Atrial septal defect",
    "HP:0000729": "Autistic behavior",
    "HP:0000969": "Edema",
    "HP:0000369": "Low-set ears",
    "HP:0008070": "Sparse hair",
    "HP:0001943": "Hypoglycemia",
    "HP:0002315": "Headache",
    "HP:0001945": "Fever",
    "HP:0030148": "Heart murmur",
    "HP:0002076": "Migraine",
    "HP:0000582": "Upslanted palpebral fissure",
    "HP:0010610": "Palmar pits",
    "HP:0010612": "Plantar pits",
    "HP:0002527": "Falls",
}
SYNONYMS = (
    ("HP:0001250", "Seizures", SynonymScope.EXACT, "plural_form"),
    ("HP:0000365", "Hearing loss", SynonymScope.EXACT, "layperson"),
    ("HP:0000365", "Deafness", SynonymScope.EXACT, ""),
    ("HP:0001344", "No speech", SynonymScope.EXACT, "layperson"),
    ("HP:0001631", "ASD", SynonymScope.EXACT, "abbreviation"),
    ("HP:0000729", "ASD", SynonymScope.EXACT, "abbreviation"),
    ("HP:0001263", "GDD", SynonymScope.EXACT, "abbreviation"),
    ("HP:0001943", "Low blood sugar", SynonymScope.RELATED, "layperson"),
    ("HP:0000582", "Up-slanting palpebral fissures", SynonymScope.EXACT, ""),
)


def toy_names() -> list[TermName]:
    names = [TermName(term_id=TermId(i), label=label, text=label) for i, label in LABELS.items()]
    return names + [
        TermName(term_id=TermId(i), label=LABELS[i], text=text, scope=scope, kind=kind)
        for i, text, scope, kind in SYNONYMS
    ]


@pytest.fixture(scope="session")
def term_names() -> list[TermName]:
    return toy_names()


@pytest.fixture(scope="session")
def toy_index() -> LinkerIndex:
    return LinkerIndex.build(toy_names())


@pytest.fixture(scope="session")
def linker(toy_index: LinkerIndex) -> DictionaryLinker:
    return DictionaryLinker(toy_index)
