from __future__ import annotations

from nosograph.engine.findings.linking.added_names import added_names


def test_each_names_a_term_of_the_release_and_takes_no_name_from_another(embedded_graph):
    owners: dict[str, set[str]] = {}
    for name in embedded_graph.names():
        if name.scope == "EXACT":
            owners.setdefault(name.text.casefold(), set()).add(name.term_id)
    for label, names in added_names().items():
        assert len(owners.get(label, ())) == 1, label
        for name in names:
            assert owners.get(name.text.casefold(), owners[label]) == owners[label], name.text


def test_no_name_is_added_twice():
    texts = [name.text.casefold() for names in added_names().values() for name in names]
    assert sorted(texts) == sorted(set(texts))
