"""tests kg/identity.py: which records speak of one disease."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.kg.identity import (
    DiseaseRecord,
    Identity,
    identity_from_mondo,
    infer_identity,
    name_key,
)
from nosograph.ontologies import SourceFormatError, TermId
from nosograph.ontologies.readers.sssom import MappingSet, read_sssom

PREFIXES = ("OMIM", "ORPHA", "DECIPHER", "UMLS")
record_ids = st.builds(
    lambda prefix, n: TermId(f"{prefix}:{n}"), st.sampled_from(PREFIXES), st.integers(1, 6)
)
records = st.lists(
    st.builds(
        lambda i, name, genes: DiseaseRecord(record_id=i, name=name, genes=genes),
        record_ids,
        st.sampled_from(
            ["Marfan syndrome", "Marfan Syndrome, type I", "Ataxia", "ataxia", "", "-"]
        ),
        st.frozensets(st.sampled_from(["NCBIGene:1", "NCBIGene:2"])),
    ),
    unique_by=lambda record: record.record_id,
    max_size=12,
)


@st.composite
def mapping_sets(draw: st.DrawFn) -> dict[str, MappingSet]:
    """Two mapping sets that contradict themselves and each other, with subjects that are records."""
    subjects = st.one_of(st.integers(1, 4).map(lambda n: f"MONDO:{n}"), record_ids)
    found = {}
    for source in ("mondo-omim", "mondo-orphanet"):
        rows = draw(
            st.lists(
                st.tuples(
                    subjects, st.sampled_from(["skos:exactMatch", "skos:broadMatch"]), record_ids
                ),
                max_size=10,
            )
        )
        lines = ["subject_id\tpredicate_id\tobject_id", *("\t".join(row) for row in rows)]
        try:
            found[source] = read_sssom(lines)
        except SourceFormatError:
            assert not rows
    return found


def _assert_each_record_is_in_one_disease(identity: Identity) -> None:
    matched = [match.record_id for match in identity.matches]
    diseases = {match.disease_id for match in identity.matches}
    assert len(matched) == len(set(matched))
    assert matched == sorted(matched)
    assert diseases.isdisjoint(matched)


@given(records)
def test_inferring_puts_each_record_in_one_disease(found: list[DiseaseRecord]) -> None:
    identity = infer_identity(found)
    _assert_each_record_is_in_one_disease(identity)
    by_id = {record.record_id: record for record in found}
    for match in identity.matches:
        record, leader = by_id[match.record_id], by_id[match.disease_id]
        assert match.source == "nosograph-inferred"
        assert record.genes == leader.genes
        assert name_key(record.name) == name_key(leader.name) != ""
        assert record.record_id.prefix != leader.record_id.prefix


@given(records, st.randoms(use_true_random=False))
def test_the_order_of_the_records_does_not_matter(
    found: list[DiseaseRecord], random: Random
) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)
    assert infer_identity(shuffled) == infer_identity(found)


@given(records, mapping_sets())
def test_mondo_puts_each_record_in_one_disease_of_its_own(
    found: list[DiseaseRecord], sets: dict[str, MappingSet]
) -> None:
    identity = identity_from_mondo(found, sets)
    _assert_each_record_is_in_one_disease(identity)
    assert all(match.disease_id.startswith("MONDO:") for match in identity.matches)
    assert {match.disease_id for match in identity.matches} <= identity.labels.keys()


def _record(record_id: str, name: str, *genes: str) -> DiseaseRecord:
    return DiseaseRecord(record_id=TermId(record_id), name=name, genes=frozenset(genes))


def test_a_name_that_one_database_uses_twice_joins_nothing() -> None:
    found = [_record("OMIM:1", "Ataxia"), _record("OMIM:2", "Ataxia"), _record("ORPHA:1", "Ataxia")]
    assert infer_identity(found).matches == ()


def test_records_with_other_genes_are_not_joined() -> None:
    found = [_record("OMIM:1", "Ataxia", "NCBIGene:1"), _record("ORPHA:1", "Ataxia", "NCBIGene:2")]
    assert infer_identity(found).matches == ()


def test_the_record_of_omim_leads_and_an_unknown_database_comes_last() -> None:
    found = [_record(f"{prefix}:1", "Ataxia") for prefix in ("UMLS", "DECIPHER", "ORPHA", "OMIM")]
    matches = infer_identity(found).matches
    assert {match.disease_id for match in matches} == {"OMIM:1"}
    assert [match.record_id for match in matches] == ["DECIPHER:1", "ORPHA:1", "UMLS:1"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Marfan syndrome", "MARFAN SYNDROME"),
        ("Ehlers-Danlos syndrome, type IV", "Type 4 Ehlers-Danlos syndrome"),
        ("Fanconi anaemia", "Fanconi anemia"),
        ("Alzheimer's disease", "Alzheimer disease"),
        ("Sjögren syndrome", "Sjogren syndrome"),
        ("Deafness with goitre", "Deafness and goitre"),
    ],
)
def test_spellings_of_one_name_share_a_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ehlers-Danlos syndrome, type IV", "Ehlers-Danlos syndrome, type VI"),
        ("Usher syndrome, type 1B", "Usher syndrome, type 1C"),
        ("Marfan syndrome", "Marfanoid syndrome"),
        ("Hyperkalemia", "Hypokalemia"),
    ],
)
def test_names_of_different_diseases_do_not_share_a_key(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.text())
def test_the_key_of_a_key_is_itself(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)
