"""A language is a value: the index and the linker are given one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nosograph.engine.findings.linking.dictionary import DictionaryLinker
from nosograph.engine.findings.linking.language import ENGLISH, Language
from nosograph.engine.findings.linking.linker_index import LinkerIndex, TermName
from nosograph.ontologies.term import TermId

ORDERED = replace(ENGLISH, keeps_order=True, proposers=())


def linked(text: str, language: Language) -> list[tuple[str, str]]:
    names = [
        TermName(term_id=TermId("HP:0000365"), label="Hearing loss", text="Hearing loss"),
        TermName(term_id=TermId("HP:0001250"), label="Seizure", text="Seizure"),
    ]
    linker = DictionaryLinker(LinkerIndex.build(names, language=language), language=language)
    return [(m.text, m.match_kind) for m in linker.link(text)]


@pytest.mark.parametrize("before", ["", "He has ", "Seizure, seizure; and "])
def test_where_order_counts_a_name_is_found_in_its_order_only(before: str) -> None:
    found = linked(f"{before}hearing loss, and loss of hearing", ORDERED)
    assert [m for m in found if "earing" in m[0]] == [("hearing loss", "exact")]


def test_where_it_does_not_count_a_name_is_found_in_any_order() -> None:
    assert linked("There is loss of hearing.", ENGLISH) == [("loss of hearing", "reordered")]
    assert linked("There is loss of hearing.", ORDERED) == []


def test_keys_of_names_differ_by_order_only_where_it_counts() -> None:
    assert ENGLISH.name_key(("a", "b")) == ENGLISH.name_key(("b", "a"))
    assert ORDERED.name_key(("a", "b")) != ORDERED.name_key(("b", "a"))
