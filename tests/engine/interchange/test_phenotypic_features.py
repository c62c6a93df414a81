"""Findings as phenotypic features: what is written is read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.engine.case import ClinicalCase, Finding, Status
from nosograph.engine.interchange.phenotypic_features import SEVERITIES, phenotypic_feature

MODIFIERS = ["HP:0012832", "HP:0012834", "HP:0003676", *sorted(SEVERITIES)]


@given(
    st.sampled_from(list(Status)),
    st.lists(st.sampled_from(MODIFIERS), unique=True, max_size=4),
    st.none() | st.floats(0, 100),
)
def test_a_feature_is_read_back_as_the_finding(
    status: Status, modifiers: list[str], onset: float | None
) -> None:
    finding = Finding(
        term_id="HP:0001251", status=status, modifiers=tuple(modifiers), onset_age_years=onset
    )
    feature = phenotypic_feature(finding)
    case = ClinicalCase.from_phenopacket({"subject": {}, "phenotypicFeatures": [feature]})
    (read,) = case.findings
    assert (read.term_id, read.status) == (finding.term_id, finding.status)
    assert set(read.modifiers) == set(finding.modifiers)
    if onset is None:
        assert read.onset_age_years is None
    else:
        assert read.onset_age_years == pytest.approx(onset, abs=0.002)


def test_one_severity_is_kept_apart_from_the_other_modifiers() -> None:
    feature = phenotypic_feature(
        Finding(term_id="HP:0001251", modifiers=("HP:0012832", "HP:0012825", "HP:0012826")),
        label_of={"HP:0012825": "Mild"}.get,  # type: ignore[arg-type]
    )
    assert feature["severity"] == {"id": "HP:0012825", "label": "Mild"}
    assert feature["modifiers"] == [{"id": "HP:0012832"}, {"id": "HP:0012826"}]
    assert "excluded" not in feature
