"""What `DiagnosticEngine.read_note` says of the reading itself."""

from __future__ import annotations

import pytest

from nosograph.engine import DiagnosticEngine, Level, NameKind


def test_an_english_note_is_read_without_a_word(engine: DiagnosticEngine) -> None:
    reading = engine.read_note("She has ataxia and seizures.")
    assert (reading.language, reading.issues) == ("en", ())
    assert engine.link("She has ataxia and seizures.") == reading.mentions


def test_a_language_without_names_is_told(engine: DiagnosticEngine) -> None:
    (issue,) = engine.read_note("患儿抽搐，肌张力低下。").issues
    assert issue.level is Level.ERROR
    assert "Chinese" in issue.message


@pytest.mark.parametrize("kind", [NameKind.GENE, NameKind.DISEASE, NameKind.LABORATORY])
def test_other_kinds_of_names_are_sought_in_english_alone(
    engine: DiagnosticEngine, kind: NameKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(engine.graph), "languages", ("en", "zh"))
    reading = engine.read_note("患儿抽搐，肌张力低下。", kind=kind)
    (issue,) = reading.issues
    assert reading.language == "en"
    assert (
        issue.message
        == f"Names of the kind '{kind}': English only; the note seems to be in Chinese."
    )
