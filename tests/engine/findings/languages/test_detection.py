"""Which language a note is in, and what the user hears of it."""

from __future__ import annotations

import pytest

from nosograph.engine.findings.languages.choice import choose_language
from nosograph.engine.findings.languages.detection import detect_language

ALL = ("en", "zh", "de", "es", "ja")
NOTES = {
    "en": "The boy has seizures and his mother was well.",
    "zh": "患儿男，5岁，因反复抽搐就诊。",
    "de": "Der Junge hat keine Krampfanfälle und ist nicht auffällig.",
    "es": "El niño no presenta convulsiones y está con fiebre.",
    "ja": "5歳の男児で、けいれんを認める。",
    "fr": "Le garçon est suivi pour une épilepsie avec un retard de développement.",
    "ru": "У мальчика судороги и задержка развития.",
    "ko": "환아는 경련을 보였다.",
}


@pytest.mark.parametrize("code", NOTES)
def test_the_language_of_a_note_is_told(code: str) -> None:
    detected = detect_language(NOTES[code])
    assert (detected.language, detected.is_sure) == (code, True)


@pytest.mark.parametrize(
    "text", ["", "   ", "12 / 5 - ?", "Ataxia, nystagmus", "EARS: low-set", "Epilepsie?"]
)
def test_what_is_too_short_to_tell_is_english_and_not_sure(text: str) -> None:
    detected = detect_language(text)
    assert (detected.language, detected.is_sure) == ("en", False)


@pytest.mark.parametrize(
    "text",
    [
        "a 3 cm e 2 mm o 4",
        "Ht 78 cm 3rd centile, Wt 9 kg, HC 45 cm. CALMs 8. Lisch nodules. e 3 o 4 a 5",
        "DOA. LE edema, LA dilatation, RV, LV. LA 45mm. Le Fort. Il-6",
        "as per Dr Da Silva, do OGTT. Pt on O2. EMG: no response.",
        "No LOC, no sz, no FH. Pt A & O x3. D/w SW: a/w re-eval.",
        "Age Ht Wt HC centile\n2 y 78 9.0 45 <1\n3 y 85 10 46 2\n4 y 90 12 47 3",
    ],
)
def test_charts_and_short_forms_are_english(text: str) -> None:
    assert detect_language(text).language == "en"


def test_a_name_in_another_script_does_not_change_the_language() -> None:
    assert (
        detect_language("The patient 王 has seizures and was seen by Dr Müller.").language == "en"
    )


def test_latin_abbreviations_do_not_make_a_chinese_note_english() -> None:
    assert detect_language("头颅MRI未见异常，EEG示尖波，CK 200U/L，BMI 15。").language == "zh"


def test_characters_that_only_japan_writes_tell_japanese_without_kana() -> None:
    assert detect_language("両側感音難聴、視力低下、側弯、発達遅滞。").language == "ja"


@pytest.mark.parametrize("code", [c for c in ALL if c != "en"])
def test_the_user_hears_which_language_was_read(code: str) -> None:
    chosen = choose_language(NOTES[code], "auto", available=ALL)
    assert chosen.code == code
    assert [issue.level for issue in chosen.issues] == ["info"]


def test_the_user_hears_that_numbers_of_other_languages_are_not_read() -> None:
    with_number = choose_language("患儿抽搐，血红蛋白 84 g/L。", "auto", available=ALL)
    assert "Numbers" in with_number.issues[0].message
    without = choose_language("患儿抽搐。", "auto", available=ALL)
    assert "Numbers" not in without.issues[0].message


def test_an_english_note_needs_no_word_about_it() -> None:
    assert choose_language(NOTES["en"], "auto", available=ALL) == ("en", ())


def test_a_language_without_names_is_an_error_with_a_way_out() -> None:
    code, (issue,) = choose_language(NOTES["zh"], "auto", available=("en",))
    assert (code, issue.level) == ("en", "error")
    assert "hp-zh.babelon.tsv" in issue.solution


@pytest.mark.parametrize("code", ["fr", "ru", "ko"])
def test_a_language_that_cannot_be_read_is_named(code: str) -> None:
    chosen, (issue,) = choose_language(NOTES[code], "auto", available=ALL)
    assert (chosen, issue.level) == ("en", "error")
    assert "cannot be read yet" in issue.message


def test_a_given_language_is_taken_as_it_is() -> None:
    assert choose_language("Ataxie.", " DE ", available=ALL).code == "de"
    assert choose_language("患儿抽搐。", "en", available=ALL) == ("en", ())


def test_an_unknown_code_is_a_warning_and_the_language_is_detected() -> None:
    chosen = choose_language(NOTES["zh"], "klingon", available=ALL)
    assert chosen.code == "zh"
    assert [issue.level for issue in chosen.issues] == ["warning", "info"]
    assert not any("klingon" in str(issue) for issue in chosen.issues)


@pytest.mark.parametrize("n_sentences", [1, 5])
def test_a_mixed_note_is_a_warning(n_sentences: int) -> None:
    text = (
        "患儿反复抽搐，肌张力低下，语言发育迟缓。"
        + "The boy has ataxia and nystagmus. " * n_sentences
    )
    assert "warning" in [i.level for i in choose_language(text, "auto", available=ALL).issues]
