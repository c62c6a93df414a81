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
    numbers_of,
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
        assert record.record_id.prefix != leader.record_id.prefix
        assert record.genes == leader.genes or not (record.genes and leader.genes)
        keys = set(name_key(record.name).split()), set(name_key(leader.name).split())
        assert keys[0] & keys[1]
        assert keys[0] == keys[1] or record.genes == leader.genes != frozenset()
        assert numbers_of(name_key(record.name)) == numbers_of(name_key(leader.name))


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


def _joined(*found: DiseaseRecord) -> list[tuple[str, str]]:
    return [(match.record_id, match.disease_id) for match in infer_identity(found).matches]


def test_a_syndrome_is_joined_to_a_record_that_names_no_gene() -> None:
    omim = _record("OMIM:154700", "Marfan syndrome", "NCBIGene:2200")
    assert _joined(omim, _record("ORPHA:558", "Marfan syndrome")) == [("ORPHA:558", "OMIM:154700")]
    omim = _record("OMIM:249600", "Mast syndrome")
    orpha = _record("ORPHA:101001", "MAST syndrome", "NCBIGene:51324")
    assert _joined(omim, orpha) == [("ORPHA:101001", "OMIM:249600")]


def test_a_name_of_a_finding_is_not_joined_to_a_record_that_names_no_gene() -> None:
    omim = _record("OMIM:180200", "RETINOBLASTOMA", "NCBIGene:5925")
    assert _joined(omim, _record("ORPHA:790", "Retinoblastoma")) == []


def test_one_of_several_numbered_diseases_is_not_joined_to_their_family() -> None:
    plain = _record("OMIM:248600", "Maple syrup urine disease", "NCBIGene:593")
    other = _record("OMIM:620698", "Maple syrup urine disease, type IB", "NCBIGene:594")
    family = _record("ORPHA:511", "Maple syrup urine disease")
    assert _joined(plain, family) == [("ORPHA:511", "OMIM:248600")]
    assert _joined(plain, other, family) == []


def test_a_gene_that_only_two_records_name_joins_them_if_their_names_are_alike() -> None:
    omim = _record("OMIM:1", "Bietti crystalline corneoretinal dystrophy", "NCBIGene:285440")
    orpha = _record("ORPHA:1", "Bietti crystalline dystrophy", "NCBIGene:285440")
    assert _joined(omim, orpha) == [("ORPHA:1", "OMIM:1")]
    assert _joined(omim, orpha, _record("OMIM:2", "Ataxia", "NCBIGene:285440")) == []
    assert _joined(omim, _record("ORPHA:1", "Ataxia", "NCBIGene:285440")) == []
    numbered = _record("ORPHA:1", "Bietti crystalline dystrophy type 2", "NCBIGene:285440")
    assert _joined(omim, numbered) == []


def test_the_kinds_of_a_disease_are_kept_apart_by_their_letter() -> None:
    assert (
        _joined(
            _record("OMIM:1", "Cockayne syndrome, type A"), _record("ORPHA:1", "Cockayne syndrome")
        )
        == []
    )


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
        ("Deafness with goitre", "Hearing loss and goitre"),
        ("Albinism, oculocutaneous, type IA", "Oculocutaneous albinism type 1A"),
        ("Glutaric aciduria III", "Glutaric acidemia type 3"),
        ("Chromosome 8q21.11 deletion syndrome", "8q21.11 microdeletion syndrome"),
        ("Glomuvenous malformations", "Glomuvenous malformation"),
        ("Mental retardation, X-linked 12", "X-linked intellectual disability 12"),
        ("Behcet syndrome", "Behçet disease"),
    ],
)
def test_spellings_of_one_name_share_a_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ehlers-Danlos syndrome, type IV", "Ehlers-Danlos syndrome, type VI"),
        ("Usher syndrome, type 1B", "Usher syndrome, type 1C"),
        ("Cockayne syndrome, type A", "Cockayne syndrome, type B"),
        ("Mucopolysaccharidosis, type X", "Mucopolysaccharidosis, type II"),
        ("Marfan syndrome", "Marfanoid syndrome"),
        ("Hyperkalemia", "Hypokalemia"),
    ],
)
def test_names_of_different_diseases_do_not_share_a_key(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.text())
def test_the_key_of_a_key_is_itself(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)
