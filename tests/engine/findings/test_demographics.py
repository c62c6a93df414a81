from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.engine.findings.assertion.kinship import Kinship
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
        ("2 y 3 mo.", None, 2.25),
        ("Age 2 yr 3 mo", None, 2.25),
        ("2y3m girl with ataxia", "FEMALE", 2.25),
        ("Strabismus surgery age 3. Now 14", None, 14),
        ("Strabismus surgery age 3. Hb 110, now 84 g/L", None, None),
        ("7yo boy w/ seizures onset 8mo", "MALE", 7),
        ("Tonsillectomy aged 5. Aged 12, she has ataxia.", "FEMALE", 12),
        ("Walked age 2. 10 yo F", "FEMALE", 10),
        ("Seizure free for 2 y 3 mo", None, None),
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


@pytest.mark.parametrize(
    ("note", "sex", "age_years"),
    [
        # Shorthand and titles, and what only looks like them.
        ("M, 45y", "MALE", 45),
        ("45M", "MALE", 45),
        ("24F with ataxia", "FEMALE", 24),
        ("F 6/12", "FEMALE", 0.5),
        ("Mr Smith, 67", "MALE", 67),
        ("Mr. J's son Tom is a 5 y/o boy", "MALE", 5),
        ("boy aged 2 years and 6 months", "MALE", 2.5),
        ("A woman aged 104 years", "FEMALE", 104),
        ("A woman aged 104 years.", "FEMALE", 104),
        ("Girl with ataxia. Mum is 34 years old.", "FEMALE", None),
        ("M 45 years with ataxia", "MALE", 45),
        ("A 45M with ataxia", "MALE", 45),
        ("F, 3/52, with jaundice", "FEMALE", 3 / 52),
        ("M/3 with fever", "MALE", 3),
        ("45/F presented with", "FEMALE", 45),
        ("Mrs Jones (72) has ataxia", "FEMALE", 72),
        ("Dear Mr Roe,\nThank you for seeing this 4-year-old girl.", "FEMALE", 4),
        ("Mr Smith, 67 Oak Road", None, None),
        ("His 5-year-old daughter has enuresis.", "MALE", None),
        ("24F catheter was placed", None, None),
        ("Fever to 101F with chills", None, None),
        ("A man aged 125 years", "MALE", 125),
        ("A man aged 131 years", "MALE", None),
        ("Grandma is 70 years old. He is 3 years old.", "MALE", 3),
        ("Mother is 40. She has hypertension.", None, None),
        ("Mother reports that this 5-year-old girl has ataxia.", "FEMALE", 5),
        ("3y M", "MALE", 3),
        ("45 yo F", "FEMALE", 45),
        ("Ms Lee is a 30 year old teacher", "FEMALE", 30),
        ("Her nan is 80 years old", "FEMALE", None),
        ("Mr Smith's daughter is 5 years old", None, 5),
        ("Boy, 7 months, with ataxia", "MALE", 7 / 12),
        ("This 3 6/12 year old boy", "MALE", 3.5),
        ("M 5 mm lesion", None, None),
        ("His 40-year-old wife reports tremor. He is 42 years old.", "MALE", 42),
        ("F/4 months", "FEMALE", 4 / 12),
        ("A 6 month old F", "FEMALE", 0.5),
        ("aged 6/12, she", "FEMALE", 0.5),
        ("3/7 old baby girl", "FEMALE", None),
        ("F 34 weeks gestation", None, None),
        ("Master Tim, 5, has ataxia", "MALE", 5),
        ("5 y/o boy whose mum is 30 years old", "MALE", 5),
        ("Male, 34 years old, with ataxia", "MALE", 34),
        ("Female 23y", "FEMALE", 23),
        ("Mr Jones was seen. He has ataxia", "MALE", None),
        ("A 2 year 6 month old boy", "MALE", 2.5),
        ("Boy aged 4 11/12 yrs", "MALE", 4 + 11 / 12),
        ("She is aged 3 6/12.", "FEMALE", 3.5),
        ("16F w/ ataxia", "FEMALE", 16),
        ("45 y.o. M with gout", "MALE", 45),
        ("A 7 m.o. girl", "FEMALE", 7 / 12),
        ("29-year-old G2P1 at 22 weeks; fetus with cleft lip", None, None),
        ("A 31-year-old primigravida. Fetal ultrasound at 20 weeks showed hydrops.", None, None),
        ("29-year-old G2P1 at 22 weeks. She is well. The fetus is male.", "MALE", None),
        ("29-year-old G2P1 at 22 weeks. She is well. Fetus with cleft lip.", None, None),
        ("33 y/o woman at 24+3 weeks. The fetus has a heart defect.", None, None),
        ("35F, 20/40, anomaly scan: cleft lip", None, None),
        ("A 29-year-old pregnant woman with dyspnoea", "FEMALE", 29),
        ("A 5-year-old boy. Antenatal ultrasound at 20 weeks was normal.", "MALE", 5),
        ("Boy, 5 years old, born at 38 weeks; fetal growth was normal", "MALE", 5),
    ],
)
def test_shorthand_titles_and_relatives_are_read(note, sex, age_years):
    found = read_demographics(note)
    assert found.sex == sex
    assert found.age_years == (None if age_years is None else pytest.approx(age_years))


def test_every_relative_of_the_list_is_nobody_to_take_the_age_from():
    for word in Kinship.load().gender:
        found = read_demographics(f"A 3-year-old girl. Her {word} is 34 years old.")
        assert (found.sex, found.age_years) == ("FEMALE", 3.0), word
