from __future__ import annotations

import numpy as np
import pytest

from nosograph.engine.findings.linking.dictionary import DictionaryLinker
from nosograph.engine.findings.linking.linker_index import (
    LinkerIndex,
    TermName,
    content_keys,
    ontology_names,
)
from nosograph.ontologies.errors import SourceFormatError
from nosograph.ontologies.ontology import Ontology
from nosograph.ontologies.term import Term, TermId

NAMES = [
    TermName(term_id=TermId("HP:0000107"), label="Renal cyst", text=text, kind=kind)
    for text, kind in [("Renal cyst", "label"), ("Kidney cyst", "layperson"), ("Cystic kidney", "")]
] + [TermName(term_id=TermId("HP:0001250"), label="Seizure", text="Seizure")]


def test_same_names_in_any_order_give_the_same_bytes():
    one, other = (LinkerIndex.build(names).to_arrays() for names in (NAMES, NAMES[::-1]))
    assert list(one) == list(other)
    assert all(one[name].tobytes() == other[name].tobytes() for name in one)


def test_index_survives_a_memory_mapped_store(tmp_path):
    for name, array in LinkerIndex.build(NAMES).to_arrays().items():
        np.save(tmp_path / f"{name}.npy", array, allow_pickle=False)
    arrays = {p.stem: np.load(p, mmap_mode="r", allow_pickle=False) for p in tmp_path.iterdir()}
    linker = DictionaryLinker(LinkerIndex.from_arrays(arrays))
    assert [m.term_id for m in linker.link("cyst of the kidney")] == ["HP:0000107"]


def test_missing_array_is_named():
    arrays = LinkerIndex.build(NAMES).to_arrays()
    del arrays["labels_end"]
    with pytest.raises(SourceFormatError, match="labels_end"):
        LinkerIndex.from_arrays(arrays)


def test_label_comes_before_synonyms():
    index = LinkerIndex.build(NAMES)
    cysts = next(row for i in range(len(index.keys)) if len(row := index.candidates(i)) > 1)
    assert [row.text for row in cysts][:1] == ["Renal cyst"]
    assert len(index) == 2


def test_names_outside_the_root_are_left_out():
    root = Term(term_id=TermId("HP:0000118"), label="Phenotypic abnormality")
    inside = Term(term_id=TermId("HP:1"), label="Ataxia", parents=(root.term_id,))
    outside = Term(term_id=TermId("HP:2"), label="Onset")
    names = ontology_names(Ontology.from_terms([root, inside, outside]))
    assert {name.text for name in names} == {"Phenotypic abnormality", "Ataxia"}


def test_article_is_empty_but_letter_is_not():
    assert content_keys("Type A brachydactyly") != content_keys("Type brachydactyly")
    assert content_keys("abnormality of a kidney") == content_keys("abnormality of the kidney")
