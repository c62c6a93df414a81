"""What notes in other languages say of a finding."""

from __future__ import annotations

import pytest

from nosograph.engine.findings.languages.context import ContextRules
from nosograph.engine.findings.mention import Mention
from nosograph.ontologies.term import TermId

# The finding stands between the marks: [ ].
CASES = {
    "zh": [
        ("患儿有[抽搐]。", "present"),
        ("无[抽搐]。", "excluded"),
        ("无发热、[抽搐]。", "excluded"),
        ("无发热，[抽搐]3次。", "present"),
        ("否认发热，[抽搐]。", "excluded"),
        ("未见发热，但有[抽搐]。", "present"),
        ("[病理征]阴性。", "excluded"),
        ("[惊厥]（-）。", "excluded"),
        ("无明显诱因出现[抽搐]。", "present"),
        ("母亲有[癫痫]，父亲体健。", "family_member"),
        ("父亲体健，母亲[癫痫]。", "family_member"),
        ("母亲体健，患儿有[抽搐]。", "present"),
        ("母亲诉患儿[抽搐]。", "present"),
        ("家族史：祖父[癫痫]。\n查体：肌张力低。", "family_member"),
        ("家族史：祖父癫痫。\n查体：[肌张力低]。", "present"),
        ("【家族史】 无[癫痫]。", "family_member"),
        ("家族史：患儿有[抽搐]，余无殊。", "present"),
        ("既往史：[哮喘]。", "history"),
        ("既往有[哮喘]，现咳嗽。", "history"),
        ("[腹股沟疝]术后。", "history"),
        ("考虑[白内障]可能。", "uncertain"),
        ("[青光眼]待排。", "uncertain"),
        ("不除外[癫痫]。", "uncertain"),
        ("如出现[抽搐]，请就诊。", "hypothetical"),
        ("注意有无[抽搐]。", "hypothetical"),
        ("無[抽搐]。", "excluded"),
        ("需排除[癫痫]。", "hypothetical"),
        ("行心电图以排除[心律失常]。", "hypothetical"),
        ("排除[癫痫]。", "excluded"),
        ("既往史：哮喘。查体见[肌张力低]。", "present"),
    ],
    "ja": [
        ("[けいれん]を認める。", "present"),
        ("[けいれん]は認めない。", "excluded"),
        ("発熱や[けいれん]はない。", "excluded"),
        ("[口蓋裂]あり、口唇裂なし。", "present"),
        ("口蓋裂あり、[口唇裂]なし。", "excluded"),
        ("肝腫大を認めるが[脾腫]は認めない。", "excluded"),
        ("[肝腫大]を認めるが脾腫は認めない。", "present"),
        ("母に[片頭痛]がある。", "family_member"),
        ("兄に発作がある。本児は[多動]である。", "present"),
        ("家族歴：[てんかん]。", "family_member"),
        ("既往歴：[喘息]。", "history"),
        ("[自閉症]が疑われる。", "uncertain"),
        ("[緑内障]は否定できない。", "uncertain"),
        ("[発熱]があれば受診してください。", "hypothetical"),
        ("[心筋症]の除外目的で紹介。", "hypothetical"),
        ("家族歴:糖尿病。[けいれん]があれば受診。", "hypothetical"),
        ("家族歴:[糖尿病]。けいれんがあれば受診。", "family_member"),
        ("既往歴：喘息。診察では[近視]あり。", "present"),
        ("母が気づき受診、[けいれん]を認めた。", "present"),
    ],
    "de": [
        ("Es besteht eine [Ataxie].", "present"),
        ("Keine [Krampfanfälle].", "excluded"),
        ("Ausschluss [Diabetes mellitus].", "hypothetical"),
        ("Ausschluss einer [Ataxie].", "excluded"),
        ("Die Eltern sind nicht [kleinwüchsig].", "family_member"),
        ("Die Eltern berichten über [Krampfanfälle].", "present"),
        ("[Nystagmus] fehlt.", "excluded"),
        ("[Nystagmus] (-), Ataxie (+).", "excluded"),
        ("V.a. [Kardiomyopathie].", "uncertain"),
        ("Z.n. [Schlaganfall].", "history"),
        ("Bei [Fieber] über 39 Grad bitte melden.", "hypothetical"),
        ("Bei [Kopfschmerzen] Ibuprofen.", "hypothetical"),
        ("[Kopfschmerzen], Ibuprofen.", "present"),
        ("Die Erkrankung kann zu [Taubheit] führen.", "hypothetical"),
        ("Kontrolle auf [Skoliose].", "hypothetical"),
        ("Vorerkrankungen: Asthma. Bei der Untersuchung [Ataxie].", "present"),
        ("Kein Fieber, Husten oder [Erbrechen].", "excluded"),
        ("Kein Fieber, deutliche [Ataxie].", "present"),
        ("Keine Ataxie, aber [Tremor].", "present"),
        ("[Ataxie] wurde ausgeschlossen.", "excluded"),
        ("Die Mutter hat [Migräne].", "family_member"),
        ("[Bluthochdruck] beim Vater.", "family_member"),
        ("Die Mutter berichtet über [Krampfanfälle].", "present"),
        ("Der Bruder ist gesund; der Patient hat [Ataxie].", "present"),
        ("Familienanamnese: [Epilepsie].\nBefund: Ataxie.", "family_member"),
        ("Familienanamnese: Epilepsie.\nBefund: [Ataxie].", "present"),
        ("Z. n. [Leistenbruch].", "history"),
        ("Verdacht auf [Autismus].", "uncertain"),
        ("[Autismus] kann nicht ausgeschlossen werden.", "uncertain"),
        ("Bei Auftreten von [Fieber] bitte kommen.", "hypothetical"),
        ("Syndaktylie der 2. und 3. Zehe ohne [Ataxie].", "excluded"),
    ],
    "es": [
        ("Presenta [ataxia].", "present"),
        ("[Fiebre] (-). Ataxia (+).", "excluded"),
        ("Antecedentes personales: [asma]. A la exploración, ojos hundidos.", "history"),
        ("Antecedentes personales: asma. A la exploración, [ojos hundidos].", "present"),
        ("Antecedentes personales: asma. Al examen físico [ojos hundidos].", "present"),
        ("Sin [convulsiones].", "excluded"),
        ("No presenta fiebre, tos ni [vómitos].", "excluded"),
        ("No presenta fiebre, marcada [ataxia].", "present"),
        ("Sin fiebre pero con [ataxia].", "present"),
        ("No solo presenta [ataxia].", "present"),
        ("La madre tiene [migraña].", "family_member"),
        ("[Hipertensión] en el padre.", "family_member"),
        ("La madre refiere [convulsiones].", "present"),
        ("El hermano está sano; la paciente tiene [ataxia].", "present"),
        ("Antecedentes familiares: [epilepsia].\nExploración: ataxia.", "family_member"),
        ("Antecedentes familiares: epilepsia.\nExploración: [ataxia].", "present"),
        ("Operado de [hernia inguinal].", "history"),
        ("[Ictericia] resuelta.", "history"),
        ("Posible [autismo].", "uncertain"),
        ("No se puede descartar [glaucoma].", "uncertain"),
        ("Acudir si presenta [fiebre].", "hypothetical"),
    ],
}


def asserted(code: str, marked: str) -> Mention:
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "", 1).replace("]", "", 1)
    mention = Mention(
        start=start, end=end, text=text[start:end], term_id=TermId("HP:0000001"), label=""
    )
    (found,) = ContextRules.load(code).apply(text, [mention])
    return found


@pytest.mark.parametrize(
    ("code", "marked", "expected"),
    [(code, *case) for code, cases in CASES.items() for case in cases],
)
def test_a_finding_is_read_as_the_note_means_it(code: str, marked: str, expected: str) -> None:
    assert asserted(code, marked).assertion == expected


def test_what_is_over_is_taken_back() -> None:
    assert asserted("zh", "[黄疸]已消退。").discounted
    assert asserted("es", "[Ictericia] resuelta.").discounted
    assert not asserted("zh", "既往有[哮喘]。").discounted


@pytest.mark.parametrize("code", CASES)
def test_a_very_long_sentence_is_read_in_bounded_pieces(code: str) -> None:
    text = "x" * 5_000
    sentences = ContextRules.load(code).sentences(text)
    assert "".join(text[s.start : s.end] for s in sentences) == text
    assert max(s.end - s.start for s in sentences) <= 800
