"""tests ontologies/readers/obo.py: OBO as HPO is released, and files that are not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nosograph.ontologies import Ontology, ResolutionKind, SourceFormatError, SynonymScope
from nosograph.ontologies.readers.obo import read_obo

HEADER = "format-version: 1.2\ndata-version: hp/releases/2025-01-16\n\n"
ROOT = "[Term]\nid: HP:0000001\nname: All\n\n"


def _read(text: str) -> Ontology:
    return read_obo(text.splitlines())


def _term(*lines: str) -> str:
    return _join("[Term]", *lines)


def _join(*lines: str) -> str:
    return "\n".join(lines) + "\n\n"


def test_the_toy_release_is_read_whole(toy_hpo: Ontology) -> None:
    assert toy_hpo.release == "2025-01-16"
    assert (len(toy_hpo), len(toy_hpo.obsolete_terms)) == (75, 3)
    seizure = toy_hpo["HP:0001250"]
    assert seizure.label == "Seizure"
    assert seizure.parents == ("HP:0012638",)
    assert seizure.definition.startswith("A seizure is an intermittent abnormality")
    assert "HP:0002125" in seizure.alternative_ids


def test_active_terms_are_numbered_by_ascending_identifier(toy_hpo: Ontology) -> None:
    ids = [term.term_id for term in toy_hpo.terms]
    assert ids == sorted(ids)
    assert [toy_hpo.index[i] for i in ids] == list(range(len(toy_hpo)))


@pytest.mark.parametrize("scope", list(SynonymScope))
def test_every_scope_of_a_synonym_is_read(scope: SynonymScope) -> None:
    hpo = _read(HEADER + _term("id: HP:0000001", "name: All", f'synonym: "Whole" {scope} []'))
    assert [(s.text, s.scope, s.kind) for s in hpo.terms[0].synonyms] == [("Whole", scope, "")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('"Fits" EXACT layperson []', ("Fits", "EXACT", "layperson")),
        ('"Fits" EXACT layperson [HPO:probinson]', ("Fits", "EXACT", "layperson")),
        ('"Fits" RELATED [PMID:1, PMID:2] {a="b"}', ("Fits", "RELATED", "")),
        ('"Fits" []', ("Fits", "RELATED", "")),
        ('"" EXACT []', ("", "EXACT", "")),
        (r'"a \"quoted\" fit" NARROW []', ('a "quoted" fit', "NARROW", "")),
        (r'"back\\slash, \{brace\}" BROAD []', ("back\\slash, {brace}", "BROAD", "")),
        (r'"line\nbreak\ttab\Wspace" EXACT []', ("line\nbreak\ttab space", "EXACT", "")),
    ],
)
def test_synonyms_keep_text_scope_and_kind(line: str, expected: tuple[str, str, str]) -> None:
    hpo = _read(HEADER + _term("id: HP:0000001", "name: All", f"synonym: {line}"))
    (synonym,) = hpo.terms[0].synonyms
    assert (synonym.text, synonym.scope, synonym.kind) == expected


def test_a_definition_is_read_without_its_quotes_and_escapes() -> None:
    hpo = _read(HEADER + _term("id: HP:0000001", "name: All", r'def: "The \"root\"." [HPO:x]'))
    assert hpo.terms[0].definition == 'The "root".'


@pytest.mark.parametrize(
    ("asked", "kind", "term_id", "suggestions"),
    [
        ("HP:0001250", ResolutionKind.PRIMARY, "HP:0001250", ()),
        ("HP:0002125", ResolutionKind.ALTERNATIVE, "HP:0001250", ()),
        ("HP:0007757", ResolutionKind.REPLACED, "HP:0000610", ()),
        ("HP:0003494", ResolutionKind.OBSOLETE, None, ("HP:0000005",)),
        ("HP:0004038", ResolutionKind.OBSOLETE, None, ()),
        ("HP:9999999", ResolutionKind.UNKNOWN, None, ()),
    ],
)
def test_an_identifier_resolves_to_what_became_of_it(
    toy_hpo: Ontology,
    asked: str,
    kind: ResolutionKind,
    term_id: str | None,
    suggestions: tuple[str, ...],
) -> None:
    found = toy_hpo.resolve(asked)
    assert (found.kind, found.term_id, found.suggestions) == (kind, term_id, suggestions)


def test_an_obsolete_term_with_two_successors_is_left_to_a_person() -> None:
    obsolete = _term(
        "id: HP:0000009",
        "name: obsolete x",
        "is_obsolete: true",
        "replaced_by: HP:0000001",
        "replaced_by: HP:0000002",
        "consider: HP:0000002",
    )
    other = _term("id: HP:0000002", "name: Other", "is_a: HP:0000001 ! All")
    found = _read(HEADER + ROOT + other + obsolete).resolve("HP:0000009")
    assert found.kind is ResolutionKind.OBSOLETE
    assert found.suggestions == ("HP:0000001", "HP:0000002")


def test_typedefs_comments_and_windows_line_ends_are_no_terms() -> None:
    text = HEADER + "! remark\n" + ROOT + "[Typedef]\nid: part_of\nname: part of\n"
    assert len(_read(text.replace("\n", "\r\n"))) == 1


DEFINED_TWICE = HEADER + ROOT + ROOT
BROKEN: dict[str, tuple[str, str]] = {
    "nothing": ("", "not an OBO file"),
    "only a header": (HEADER, "not an OBO file"),
    "json": ('{"graphs": [\n{"id": "hp"}\n]}', "OBO"),
    "html": ("<!DOCTYPE html>\n<html></html>", "line 1 is not OBO"),
    "no header": (ROOT, "not an OBO file"),
    "cut in a synonym": (HEADER + ROOT + '[Term]\nid: HP:0000002\nname: b\nsynonym: "ab', "quoted"),
    "cut in a tag": (HEADER + ROOT + "[Term]\nid: HP:0000002\nnam", "line 10 is not OBO"),
    "cut before the name": (HEADER + ROOT + "[Term]\nid: HP:0000002\n", "has no 'name'"),
    "no identifier": (HEADER + _term("name: nameless"), "has no 'id'"),
    "identifier that is none": (HEADER + _term("id: seizure", "name: Seizure"), "'seizure' is not"),
    "undefined parent": (
        HEADER + _term("id: HP:0000002", "name: b", "is_a: HP:0000001 ! All"),
        "HP:0000002 is_a HP:0000001, which the file does not define",
    ),
    "cycle": (
        HEADER
        + _term("id: HP:0000002", "name: b", "is_a: HP:0000003")
        + _term("id: HP:0000003", "name: c", "is_a: HP:0000002"),
        "is_a has a cycle: 2 of 2 terms",
    ),
    "own parent": (HEADER + _term("id: HP:0000002", "name: b", "is_a: HP:0000002"), "cycle"),
    "defined twice": (DEFINED_TWICE, "defines HP:0000001 twice"),
    "NUL bytes": ("\0" * 1000, "line 1 is not OBO"),
}


@pytest.mark.parametrize(("text", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_with_what_was_wrong_and_what_to_do(
    text: str, message: str
) -> None:
    with pytest.raises(SourceFormatError) as caught:
        _read(text)
    said = str(caught.value)
    assert message in said
    assert any(word in said for word in ("released", "expected", "Use ")), said
    assert len(said) < 500


def test_the_real_text_cut_anywhere_is_refused_or_read_whole_terms_only(
    toy_hpo: Ontology, toy_sources: object, read_text: Callable[[str], str]
) -> None:
    text = read_text("toy.obo")
    n_refused = 0
    for end in range(200, len(text), 997):
        try:
            cut = _read(text[:end])
        except SourceFormatError:
            n_refused += 1
        else:
            assert all(t.term_id in toy_hpo for t in cut.terms)
    assert n_refused >= 25


@pytest.mark.parametrize("where", ["header", "label", "definition", "synonym", "identifier"])
def test_a_line_of_ten_megabytes_neither_hangs_nor_fills_the_message(where: str) -> None:
    long = "x" * 10_000_000
    lines = {"name": "name: All", "id": "id: HP:0000001"}
    text = HEADER
    if where == "header":
        text += long + "\n"
    elif where == "identifier":
        lines["id"] = f"id: HP:{long}"
    elif where == "label":
        lines["name"] = f"name: {long}"
    else:
        tag = "def" if where == "definition" else "synonym"
        lines["more"] = f'{tag}: "{long}'
    if where == "label":
        assert len(_read(text + _term(*lines.values())).terms[0].label) == 10_000_000
        return
    with pytest.raises(SourceFormatError) as caught:
        _read(text + _term(*lines.values()))
    assert len(str(caught.value)) < 500


def test_binary_rubbish_is_refused(tmp_path: Path) -> None:
    rubbish = bytes(range(256)) * 64
    with pytest.raises(SourceFormatError, match="not OBO"):
        _read(rubbish.decode("latin-1"))
