from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.engine.findings.demographics import read_demographics


@pytest.mark.parametrize(
    ("note", "sex", "age_years"),
    [
        ("A 7-year-old girl", "FEMALE", 7),
        ("3 yo M with fever", "MALE", 3),
        ("He is aged 14 months", "MALE", 14 / 12),
        ("a 2-day-old male newborn", "MALE", 2 / 365.25),
        ("Sex: F\nAge: 34", "FEMALE", 34),
        ("a seven-year-old boy", "MALE", 7),
        ("2 years 6 months old girl", "FEMALE", 2.5),
        ("This 3½-year-old boy", "MALE", 3.5),
        ("The patient's mother is a 30-year-old woman.", None, None),
        ("A 7-year-old boy whose 10-year-old sister has ataxia.", "MALE", 7),
        ("Her father, a 45-year-old man, has gout. She is 12 years old.", "FEMALE", 12),
        ("Family history: 3-year-old brother with ataxia.", None, None),
        ("At the age of 2 years seizures began; now 12 years old.", None, 12),
        ("A male infant of 38 weeks gestation", "MALE", None),
        ("A 12-year-old boy. A 40-year-old woman.", None, None),
        ("Hb 9.8 g/dL", None, None),
        ("", None, None),
    ],
)
def test_patient_is_read_and_nobody_else(note, sex, age_years):
    found = read_demographics(note)
    assert found.sex == sex
    assert found.age_years == (None if age_years is None else pytest.approx(age_years))
    assert all(note[e.start : e.end] == e.text for e in found.evidence)


@given(st.text())
def test_no_text_raises(note):
    read_demographics(note)
