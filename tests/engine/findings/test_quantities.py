"""Numbers with units: what is read, with which code, and above all what is not."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.engine import DiagnosticEngine
from nosograph.engine.case import ClinicalCase
from nosograph.engine.findings.measurements.analytes import load_analytes
from nosograph.engine.findings.measurements.laboratory import find_quantities
from nosograph.engine.findings.measurements.quantity import Quantity, QuantityKind
from nosograph.engine.findings.measurements.units import read_unit
from nosograph.engine.findings.measurements.vital_signs import find_vital_signs
from nosograph.engine.findings.mention import Assertion

UNLISTED = {"8302-2", "39156-5"}
"""Body height and body mass index: in none of the three files, known to be right."""


def one(text: str) -> Quantity:
    (quantity,) = find_quantities(text)
    return quantity


@pytest.mark.parametrize(
    ("text", "value", "ucum", "code"),
    [
        ("Hb 9.8 g/dL", 9.8, "g/dL", "718-7"),
        ("LDL 412 MG/DL", 412, "mg/dL", "13457-7"),
        ("TSH 5 MIU/L", 5, "m[IU]/L", "3016-3"),
        ("PLT 22 X10^9/L", 22, "10*9/L", "777-3"),
        ("WT 9 KG", 9, "kg", "29463-7"),
        ("Ca (adj) 2.9 mmol/L", 2.9, "mmol/L", "2000-8"),
        ("25-OH vit D 12 ng/mL", 12, "ng/mL", "1989-3"),
        ("creat 210 umol/L", 210, "umol/L", "14682-9"),
        ("plts 22", 22, "", "777-3"),
        ("neuts 0.3 x10^9/L", 0.3, "10*9/L", "751-8"),
        ("Lymphs 0.4 x10^9/L", 0.4, "10*9/L", "731-0"),
        ("Bili 55 umol/L", 55, "umol/L", "14631-6"),
        ("chol 360 mg/dL", 360, "mg/dL", "2093-3"),
        ("Birth weight 2.41 kg", 2.41, "kg", "8339-4"),
        ("hemoglobin of 98 g/l", 98, "g/L", "718-7"),
        ("Hb 6.1 mmol/L", 6.1, "mmol/L", "59260-0"),
        ("Hb 9,8 g/dl", 9.8, "g/dL", "718-7"),
        ("CK 2,300 U/L", 2300, "U/L", "2157-6"),
        ("creatine kinase was markedly elevated at 12,400 IU/L", 12400, "[IU]/L", "2157-6"),
        ("CK 1.234,5 U/l", 1234.5, "U/L", "2157-6"),
        ("ammonia: 180 µmol/l", 180, "umol/L", "16362-6"),
        ("ammonia 180 μmol/L", 180, "umol/L", "16362-6"),  # the other mu
        ("plasma ammonia level of 350 umol/L", 350, "umol/L", "16362-6"),
        ("Lactic acid peaked at 12.4 mmol/L", 12.4, "mmol/L", "2524-7"),
        ("pH 7.21", 7.21, "", "11558-4"),
        ("platelets 12 x 10^9/L", 12, "10*9/L", "777-3"),
        ("Platelet count 12 × 10⁹/L", 12, "10*9/L", "777-3"),
        ("platelets 250,000/µL", 250000, "/uL", "777-3"),
        ("platelets 250 K/uL", 250, "10*3/uL", "777-3"),
        ("WBC 80,700/mm3", 80700, "/uL", "6690-2"),
        ("WBC: 3.4 G/L", 3.4, "10*9/L", "6690-2"),
        ("glucose 40 mg/dl", 40, "mg/dL", "2345-7"),
        ("blood glucose was 2.1 mmol/L", 2.1, "mmol/L", "14749-6"),
        ("ferritin 12 mcg/L", 12, "ug/L", "2276-4"),
        ("ESR 45 mm/h", 45, "mm/h", "30341-2"),
        ("HbA1c 8.4%", 8.4, "%", "4548-4"),
        ("aPTT 45 s", 45, "s", "14979-9"),
        ("INR 1.8", 1.8, "", "6301-6"),
        ("TSH 0.01 mIU/L", 0.01, "m[IU]/L", "3016-3"),
        ("free T4 0.4 ng/dL", 0.4, "ng/dL", "3024-7"),
        ("vitamin D 12 ng/mL", 12, "ng/mL", "1989-3"),
        ("homocysteine 210 µmol/L", 210, "umol/L", "13965-9"),
        ("phenylalanine 1,200 µmol/L", 1200, "umol/L", "14875-9"),
        ("base excess -12 mmol/L", -12, "mmol/L", "11555-0"),
        ("CSF glucose 3 mmol/L", 3, "mmol/L", "14744-7"),
        ("urine osmolality 450 mOsm/kg", 450, "mosm/kg", "2695-5"),
        ("sweat chloride 90 mmol/L", 90, "mmol/L", "2077-6"),
        ("potassium 2.8 mEq/L", 2.8, "meq/L", "2823-3"),
        ("temperature was 39.2°C", 39.2, "Cel", "8310-5"),
        ("Temp 101.5 F", 101.5, "[degF]", "8310-5"),
        ("heart rate 150 bpm", 150, "/min", "8867-4"),
        ("SpO2 84% on room air", 84, "%", "59408-5"),
        ("eGFR was 45 ml/min/1.73 m2", 45, "mL/min/{1.73_m2}", "33914-3"),
        ("weight 8.2 kg", 8.2, "kg", "29463-7"),
        ("head circumference 44 cm", 44, "cm", "8287-5"),
        ("BMI 31 kg/m2", 31, "kg/m2", "39156-5"),
    ],
)
def test_a_value_is_read_with_its_unit_and_code(
    text: str, value: float, ucum: str, code: str
) -> None:
    quantity = one(text)
    assert (quantity.value, quantity.ucum, quantity.loinc_code) == (value, ucum, f"LOINC:{code}")
    assert quantity.text == text[quantity.start : quantity.end]


@pytest.mark.parametrize(
    "text",
    [
        # doses
        "levetiracetam 500 mg twice daily",
        "iron 65 mg daily",
        "calcium 500 mg",
        "vitamin D 1000 IU daily",
        "vitamin B12 1000 µg im",
        "potassium chloride 20 mEq",
        "potassium 2 mmol/kg/day",
        "insulin 10 units",
        "insulin 0.1 U/kg/h",
        "glucose 5 % infusion",
        "sodium chloride 0.9%",
        "albumin 20% 1 g/kg",
        "carnitine 100 mg/kg/day",
        "biotin 10 mg",
        "hydrocortisone 10 mg/m2, cortisol replacement 12 mg/m2",
        "magnesium 25 mg",
        # ages and times
        "45-year-old with ALT 45 years ago",
        "K 12 weeks",
        "Hb at 5 years",
        "lactate 3 h later",
        "platelets 3 days after",
        # dates
        "Hb on 12/03/2021 was normal",
        "Platelets 12.03.2021",
        "CRP 2021-03-12",
        "CK 3/2019",
        # genes, variants, chromosomes
        "c.123A>G (p.Lys41Arg) in CA2",
        "ALB c.1289+1G>A",
        "C3 c.3214C>T",
        "T4 p.Ala12Val",
        # telephone numbers, addresses, references
        "call K at 555-1234",
        "phone 020 7946 0018 for CRP",
        "CRP [12]",
        # other meanings
        "C3 to C4 fusion",
        "HR 2.3 (95% CI 1.2-3.4)",
        "RR 1.5 (1.1 to 2.0)",
        "PT 3 times a week",
        "BP normal",
        "Hb normal, platelets normal",
        "Apgar scores were 8 and 9",
        "albumin (normal is > 25 g/L)",
        "CK (38-170 U/L)",
        "adjusted to pH 7.4",
        "K 5 of 6",
        "height 3 mm below the line of the tumour",
        "molecular weight 45 kDa",
        "vertebral height 2 cm",
        "birth weight was 1.900 g",
        "ALT and AST were 350 U/L",  # of which?
        "lactate 500",  # not plausible
        "ferritin 12",  # of what?
    ],
)
def test_what_is_no_value_is_not_read(text: str) -> None:
    assert find_quantities(text) == ()


def test_without_a_unit_only_what_is_always_reported_alike_has_a_code() -> None:
    assert (one("lactate 5.2").value, one("lactate 5.2").loinc_code) == (5.2, None)
    assert one("Hb was 9.8").loinc_code is None  # mass or moles?
    assert one("INR 1.8").loinc_code == "LOINC:6301-6"


def test_a_row_of_values_is_read_whole() -> None:
    found = find_quantities("Na 138, K 4.2, Cl 101, HCO3 14 and WBC 12.3, Hgb 7.1, Plt 45")
    assert [q.value for q in found] == [138, 4.2, 101, 14, 12.3, 7.1, 45]
    assert find_quantities("K 4.2") == ()  # a lone letter


def test_values_that_are_listed_go_with_their_names_in_order() -> None:
    found = find_quantities("albumin and creatinine levels were 4.1 g/dL and 0.22 mg/dL")
    assert [(q.analyte, q.value, q.ucum) for q in found] == [
        ("albumin", 4.1, "g/dL"),
        ("creatinine", 0.22, "mg/dL"),
    ]
    stroke = find_quantities("AST/ALT 88/102 U/L")
    assert [(q.name, q.value) for q in stroke] == [("AST", 88), ("ALT", 102)]
    assert find_quantities("AST/ALT on 12/03/2021; Na/K 12/03 mmol") == ()
    shared = find_quantities("ALT, AST and GGT were 30, 40 and 50 U/L")
    assert [(q.name, q.value, q.unit) for q in shared] == [
        ("ALT", 30, "U/L"),
        ("AST", 40, "U/L"),
        ("GGT", 50, "U/L"),
    ]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Hb was 110 in 2020, now 84", [110, 84]),
        ("Hb was 110 g/L in 2020, now 84 g/L.", [110, 84]),
        ("platelets 30 now 5 years old", [30]),
        ("Hb 110 g/L in 2020. Hb now 84 g/L.", [110, 84]),
        ("Target INR 2.5", []),
        ("INR 2.1 (target INR 2.5)", [2.1]),
        ("Keep K >4.0, Mg >1.0", []),
        ("Aim for Hb >80 g/L. Hb 70 g/L.", [70]),
    ],
)
def test_a_later_value_is_read_and_a_target_is_none(text: str, values: list[float]) -> None:
    assert [q.value for q in find_quantities(text)] == values


def test_what_was_measured_at_birth_is_no_value_of_today() -> None:
    text = "Birth weight 2.41 kg / length 45 cm / HC 31 cm. At 2 years weight 11 kg."
    assert [q.analyte for q in find_quantities(text)] == [
        "birth weight",
        "birth length",
        "head circumference at birth",
        "body weight",
    ]


def test_a_limit_in_the_next_cell_is_the_reference() -> None:
    ck, alt = find_quantities("CK | 8450 IU/L | <200\nALT | 80 U/L | <40 | H")
    assert (ck.reference_high, alt.reference_high, alt.flag) == (200, 40, "H")


def test_both_pressures_are_read() -> None:
    systolic, diastolic = find_quantities("BP 143/81 mmHg")
    assert (systolic.value, systolic.loinc_code) == (143, "LOINC:8480-6")
    assert (diastolic.value, diastolic.loinc_code) == (81, "LOINC:8462-4")


@pytest.mark.parametrize(
    ("text", "low", "high", "flag"),
    [
        ("K 3.1 mmol/L (3.5-5.0)", 3.5, 5.0, ""),
        ("K 3.1 mmol/L (ref 3.5-5.0) L", 3.5, 5.0, "L"),
        ("K 3.1 mmol/L L (3.5–5.0)", 3.5, 5.0, "L"),
        ("CK 2,300 U/L (normal <170)", None, 170, ""),
        ("CK 2300 U/L [H]", None, None, "H"),
        ("CK 2300 U/L ↑↑", None, None, "HH"),
        ("glucose 2.1 mmol/L, normal range 3.5 to 5.5 mmol/L", 3.5, 5.5, ""),
        ("| CK | 2300 | U/L | 10-170 | H |", 10, 170, "H"),
        ("Glucose\t2.1\tmmol/L\t3.5-5.5\tL", 3.5, 5.5, "L"),
        ("ferritin 12 µg/L (N: 15–150)", 15, 150, ""),
        ("HDL 30 mg/dL (>40)", 40, None, ""),
        ("Hb 9.8 g/dL (LMP 3 weeks ago)", None, None, ""),
    ],
)
def test_reference_range_and_flag_are_what_the_text_says(
    text: str, low: float | None, high: float | None, flag: str
) -> None:
    quantity = one(text)
    assert (quantity.reference_low, quantity.reference_high, quantity.flag) == (low, high, flag)


def test_comparators_and_ranges_are_kept() -> None:
    assert (one("CRP <5 mg/L").comparator, one("CRP <5 mg/L").value) == ("<", 5)
    assert one("ferritin greater than 1,000 ng/mL").comparator == ">"
    assert one("calcium 1.8-1.9 mmol/L").high == 1.9


def test_every_code_of_the_table_is_loincs(shared_data: Path) -> None:
    known = set()
    common = shared_data / "common"
    with (common / "loinc-reference-intervals.tsv").open(encoding="utf-8") as lines:
        known |= {row["loinc"] for row in csv.DictReader(lines, delimiter="\t")}
    with (common / "d_labitems_to_loinc.csv").open(encoding="utf-8") as lines:
        known |= {row["omop_concept_code"] for row in csv.DictReader(lines)}
    path = shared_data / "ontologies" / "loinc2hpo-annotations.tsv"
    with path.open(encoding="utf-8") as lines:
        known |= {row["loincId"] for row in csv.DictReader(lines, delimiter="\t")}
    codes = {c for a in load_analytes().by_name.values() for c in a.codes.values() if c}
    assert len(codes) > 140
    assert codes - known == UNLISTED


def test_the_codes_have_the_form_and_check_digit_of_loinc() -> None:
    codes = {c for a in load_analytes().by_name.values() for c in a.codes.values() if c}
    for code in codes:
        digits, check = re.fullmatch(r"(\d{3,6})-(\d)", code).groups()  # type: ignore[union-attr]
        doubled = [int(d) * (2 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits))]
        total = sum(d // 10 + d % 10 for d in doubled)
        assert (10 - total % 10) % 10 == int(check), code


def test_the_long_names_of_loinc_agree_with_ours(shared_data: Path) -> None:
    path = shared_data / "common" / "loinc-reference-intervals.tsv"
    with path.open(encoding="utf-8") as lines:
        long_name = {r["loinc"]: r["long_name"] for r in csv.DictReader(lines, delimiter="\t")}
    kinds = {"mass": "Mass/", "moles": "Moles/", "count": "#/", "activity": "nits|ctivity"}
    checked = 0
    for analyte in {a.id: a for a in load_analytes().by_name.values()}.values():
        for kind, code in analyte.codes.items():
            if kind in kinds and code in long_name and "[" in long_name[code]:
                assert re.search(kinds[kind], long_name[code]), (analyte.id, kind, long_name[code])
                checked += 1
    assert checked > 80


@pytest.mark.parametrize(
    ("written", "ucum"),
    [
        ("mg/dl", "mg/dL"),
        ("mg per dL", "mg/dL"),
        ("mg/100 ml", "mg/dL"),
        ("µg/dl", "ug/dL"),
        ("ng/ml", "ng/mL"),
        ("µIU/mL", "u[IU]/mL"),
        ("mU/L", "mU/L"),
        ("nmol/l", "nmol/L"),
        ("x10^3/uL", "10*3/uL"),
        ("mmol/mol creatinine", "mmol/mol"),
        ("degrees Celsius", "Cel"),
        ("mm Hg", "mm[Hg]"),
        ("mg/kg", "mg/kg"),
    ],
)
def test_units_become_ucum(written: str, ucum: str) -> None:
    unit = read_unit(written)
    assert unit is not None
    assert unit.ucum == ucum


@given(
    st.sampled_from(["Hb", "CK", "glucose", "sodium", "TSH", "ferritin"]),
    st.sampled_from(
        ["12/03/2021", "12.03.2021", "2021-03-12", "500 mg", "20 mg/kg/day", "3 years", "5 weeks"]
    ),
    st.sampled_from(["", " was", ":", " on", " ="]),
)
def test_no_date_dose_or_age_is_ever_a_value(name: str, other: str, joint: str) -> None:
    assert find_quantities(f"{name}{joint} {other}") == ()


@given(st.floats(0.1, 999).map(lambda x: round(x, 1)), st.sampled_from(["µmol/l", "umol/L"]))
def test_a_written_value_is_read_back(value: float, unit: str) -> None:
    quantity = one(f"ammonia {value} {unit}")
    assert (quantity.value, quantity.unit) == (value, unit)
    assert str(quantity).startswith("ammonia ")


@given(st.text(alphabet="HbCKNa0123456789.,-/ ()<>%µgdLmol\n\t", max_size=150))
def test_any_text_is_read_without_error(text: str) -> None:
    starts = -1
    for quantity in find_quantities(text):
        assert text[quantity.start : quantity.end] == quantity.text
        assert quantity.start >= starts
        starts = quantity.start


def test_fever_and_hypoxemia_are_read_off_vital_signs() -> None:
    labels = {"HP:0001945": "Fever", "HP:0012418": "Hypoxemia"}

    def read(text: str) -> list[str]:
        quantities = find_quantities(text)
        return [m.label for m in find_vital_signs(text, quantities, label_of=labels.get)]

    assert read("T 38.9 °C, SpO2 84%") == ["Fever", "Hypoxemia"]
    assert read("temperature 101.5 F") == ["Fever"]
    assert read("temperature 37.9 °C, temperature 99.1 °F, SpO2 95 %") == []
    assert read("mixed venous oxygen saturation 68%; transferrin saturation 12%") == []
    assert read("temperature < 38 °C; SpO2 > 88%") == []


def test_a_note_says_how_many_values_are_no_evidence(engine: DiagnosticEngine) -> None:
    case = ClinicalCase.from_note("Ataxia. Hb 9.8 g/dL, CK 2,300 U/L, HR 150 bpm.")
    messages = [issue.message for issue in engine.diagnose(case).issues]
    assert any("2 of the laboratory, 1 of vital signs" in message for message in messages)
    assert not any("9.8" in message for message in messages)


def test_the_values_of_relatives_and_of_plans_are_marked(engine: DiagnosticEngine) -> None:
    reading = engine.read_note(
        "Hb 9.8 g/dL. The mother has a CK of 300 U/L. He should return if temperature > 38 °C."
    )
    assert [(q.name, q.assertion) for q in reading.quantities] == [
        ("Hb", Assertion.PRESENT),
        ("CK", Assertion.FAMILY_MEMBER),
        ("temperature", Assertion.HYPOTHETICAL),
    ]
    assert reading.quantities[0].kind is QuantityKind.LABORATORY


def test_an_ordinary_head_circumference_is_not_asked_for_again(engine: DiagnosticEngine) -> None:
    reading = engine.read_note("Ataxia. OFC on the 50th centile.")
    assert {m.label for m in reading.mentions} == {"Ataxia"}
    assert "HP:0000252" in reading.answered


@pytest.mark.parametrize(
    "text",
    ["WBC 12,000,80% neutrophils", "Platelets 150,000,2 weeks later", "CK 0,123,456 U/L", "CK ١,٢٣٤,٥٦٧"],
)  # fmt: skip
def test_a_number_that_is_none_gives_no_value_and_no_error(text: str) -> None:
    assert find_quantities(text) == ()
