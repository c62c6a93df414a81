"""The tables of the languages: every name is of a term of the release, and of one only."""

from __future__ import annotations

from collections import Counter

import pytest

from nosograph.engine.evaluation.languages import SETS, read_sentences
from nosograph.engine.findings.languages.context import ContextRules
from nosograph.engine.findings.languages.registry import LANGUAGES
from nosograph.engine.findings.languages.tables import read_names, read_rules
from nosograph.engine.findings.linking.linker_index import content_keys
from nosograph.engine.findings.mention import Assertion
from nosograph.kg import KnowledgeGraph

OTHERS = [code for code in LANGUAGES if code != "en"]


@pytest.mark.parametrize("code", OTHERS)
def test_every_name_is_of_a_term_of_the_release(code: str, embedded_graph: KnowledgeGraph) -> None:
    labels = {name.text for name in embedded_graph.names() if name.kind == "label"}
    assert set(read_names(code)) - labels == set()


@pytest.mark.parametrize("code", OTHERS)
def test_no_name_is_of_two_terms(code: str) -> None:
    owners: dict[tuple[str, ...], set[str]] = {}
    for label, texts in read_names(code).items():
        assert texts
        for text in texts:
            assert text == text.strip() != ""
            keys = content_keys(text, language=LANGUAGES[code])
            assert keys, text
            owners.setdefault(keys, set()).add(label)
    assert {keys: labels for keys, labels in owners.items() if len(labels) > 1} == {}


@pytest.mark.parametrize(("code", "n_names"), [("zh", 300), ("de", 150), ("es", 150), ("ja", 150)])
def test_the_tables_hold_what_is_promised(code: str, n_names: int) -> None:
    assert sum(map(len, read_names(code).values())) >= n_names


@pytest.mark.parametrize("code", OTHERS)
def test_the_rules_can_be_read_and_speak_of_every_assertion(code: str) -> None:
    ContextRules.load(code)
    said = {trigger["assertion"] for trigger in read_rules(code)["trigger"]}
    assert said == {assertion.value for assertion in Assertion} - {"present"}


@pytest.mark.parametrize("code", OTHERS)
def test_no_section_has_two_meanings(code: str) -> None:
    sections = read_rules(code)["sections"].values()
    counts = Counter(header.casefold() for headers in sections for header in headers)
    assert [header for header, n in counts.items() if n > 1] == []


@pytest.mark.parametrize("suffix", SETS)
@pytest.mark.parametrize("code", OTHERS)
def test_the_sentences_name_terms_of_the_release(
    code: str, suffix: str, embedded_graph: KnowledgeGraph
) -> None:
    sentences = read_sentences(code, suffix)
    assert len(sentences) == len({sentence.text for sentence in sentences})
    for sentence in sentences:
        for term_id, assertion in sentence.said:
            assert embedded_graph.is_phenotype(embedded_graph.index(term_id))
            assert Assertion(assertion)


@pytest.mark.parametrize(("code", "n"), [("zh", 120), ("de", 60), ("es", 60), ("ja", 60)])
def test_the_first_set_is_as_large_as_is_promised(code: str, n: int) -> None:
    assert len(read_sentences(code)) >= n
    assert read_sentences(code, "-second")
    assert read_sentences(code, "-no-such-set") == ()
