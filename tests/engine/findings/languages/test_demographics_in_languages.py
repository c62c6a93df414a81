"""Sex and age of the patient in notes of other languages."""

from __future__ import annotations

import pytest

from nosograph.engine.findings.languages.demographics import read_demographics_in

CASES = [
    ("zh", "患儿男，5岁，因抽搐就诊。", "MALE", 5.0),
    ("zh", "患儿，女，8个月，因发育落后就诊。", "FEMALE", 8 / 12),
    ("zh", "患者女性，三十二岁。", "FEMALE", 32.0),
    ("zh", "男婴，15天，因黄疸入院。", "MALE", 15 / 365.25),
    ("zh", "患儿男，3岁半。母亲30岁。", "MALE", 3.5),
    ("zh", "母亲30岁，女性。", None, None),
    ("zh", "1岁时出现抽搐，2岁起加重。", None, None),
    ("zh", "性别：女 年龄：8个月", "FEMALE", 8 / 12),
    ("zh", "男性化表现，家族史：父亲50岁。", None, None),
    ("de", "Der 5-jährige Junge hat Fieber.", "MALE", 5.0),
    ("de", "Das 8 Monate alte Mädchen.", "FEMALE", 8 / 12),
    ("de", "Die Patientin ist 32 Jahre alt.", "FEMALE", 32.0),
    ("de", "Ein dreijähriges Mädchen.", "FEMALE", 3.0),
    ("de", "Die Mutter ist 30 Jahre alt.", None, None),
    ("de", "Laufen im Alter von 2 Jahren.", None, None),
    ("es", "Niño de 5 años con fiebre.", "MALE", 5.0),
    ("es", "Lactante de 8 meses, niña.", "FEMALE", 8 / 12),
    ("es", "Mujer de 32 años.", "FEMALE", 32.0),
    ("es", "Su madre, mujer de 30 años, está sana.", None, None),
    ("es", "Convulsiones a los 2 años.", None, None),
    ("es", "Niña de cinco años.", "FEMALE", 5.0),
    ("ja", "5歳男児。", "MALE", 5.0),
    ("ja", "生後8か月の女児。", "FEMALE", 8 / 12),
    ("ja", "32歳、女性。", "FEMALE", 32.0),
    ("ja", "母は30歳女性である。", None, None),
    ("ja", "2歳時にけいれんがあった。", None, None),
    ("ja", "２歳６か月の男児。", "MALE", 2.5),
]


@pytest.mark.parametrize(("code", "text", "sex", "age_years"), CASES)
def test_sex_and_age_are_read(
    code: str, text: str, sex: str | None, age_years: float | None
) -> None:
    found = read_demographics_in(code, text)
    assert found.sex == sex
    assert found.age_years == (pytest.approx(age_years, abs=1e-3) if age_years else None)
    assert all(text[s.start : s.end] == s.text for s in found.evidence)


@pytest.mark.parametrize("code", ["zh", "de", "es", "ja"])
def test_an_age_that_nobody_reaches_is_none(code: str) -> None:
    assert read_demographics_in(code, "患儿999岁 999歳 999 Jahre alt de 999 años").age_years is None


@pytest.mark.parametrize("code", ["zh", "de", "es", "ja"])
def test_two_sexes_are_no_sex(code: str) -> None:
    text = "男孩，女孩。男児、女児。Junge, Mädchen. niño, niña."
    assert read_demographics_in(code, text).sex is None
