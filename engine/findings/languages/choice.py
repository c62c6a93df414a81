"""The language that a note is read in, and what the user should know of that choice."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from nosograph.engine.case import Issue, Level
from nosograph.engine.findings.languages.detection import detect_language
from nosograph.engine.findings.languages.registry import LANGUAGES

__all__ = ["AUTOMATIC", "ReadingLanguage", "choose_language", "english_only"]

AUTOMATIC = "auto"
"""In place of a code: the language is detected."""
_DIGIT = re.compile(r"\d")
_FEW_LABELS = {"de": "about a fifth of HPO's labels are translated into German"}
_NAMES = {
    "ar": "Arabic",
    "el": "Greek",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "it": "Italian",
    "ko": "Korean",
    "nl": "Dutch",
    "pt": "Portuguese",
    "ru": "Russian or another language in Cyrillic letters",
    "th": "Thai",
}


class ReadingLanguage(NamedTuple):
    """A language, and the issues with it."""

    code: str
    issues: tuple[Issue, ...]


def english_only(what: str, code: str) -> Issue:
    """That something reads English alone, and that the note is in another language.

    >>> english_only("The scispacy linker", "zh").message
    'The scispacy linker: English only; the note seems to be in Chinese.'
    """
    return Issue(
        level=Level.ERROR,
        message=f"{what}: English only; the note seems to be in {LANGUAGES[code].name}.",
        solution="leave it out, or say that the note is English (language en).",
        where="note",
    )


def choose_language(text: str, asked: str, *, available: Collection[str]) -> ReadingLanguage:
    """Choose the language to read a note in. Never raises.

    >>> choose_language("患儿抽搐。", "auto", available=("en", "zh")).code
    'zh'
    >>> chosen = choose_language("患儿抽搐。", "auto", available=("en",))
    >>> chosen.code, chosen.issues[0].level.value
    ('en', 'error')

    Args:
        text: The note.
        asked: A code, or ``auto``.
        available: Languages that the graph has names in.
    """
    code = asked.strip().lower() or AUTOMATIC
    issues: list[Issue] = []
    if code != AUTOMATIC and code not in LANGUAGES:
        issues.append(
            Issue(
                level=Level.WARNING,
                message=f"Notes cannot be read in the language that was given; there are "
                f"{', '.join(LANGUAGES)}. It was detected instead.",
                solution="give one of these codes, or 'auto'.",
                where="language",
            )
        )
        code = AUTOMATIC
    detected = detect_language(text) if code == AUTOMATIC else None
    if detected is not None:
        code = detected.language
    if code not in LANGUAGES:
        issues.append(_unreadable(code))
        return ReadingLanguage("en", tuple(issues))
    if code not in available:
        issues.append(_without_names(code))
        return ReadingLanguage("en", tuple(issues))
    if code != "en":
        how = "as was asked" if detected is None else "which was detected"
        unread = (
            " Numbers (laboratory values, vital signs, growth, centiles) are read in English "
            "notes only."
            if _DIGIT.search(text)
            else ""
        )
        note = (
            f"; {_FEW_LABELS[code]}, so that findings may be missed" if code in _FEW_LABELS else ""
        )
        issues.append(
            Issue(
                level=Level.INFO,
                message=f"The note was read as {LANGUAGES[code].name}, {how}{note}.{unread}",
                solution="give what the numbers show with --hpo; another language can be given "
                "(--language)."
                if unread
                else "nothing to do; another language can be given (--language).",
                where="note",
            )
        )
    if detected is not None and detected.is_mixed:
        issues.append(
            Issue(
                level=Level.WARNING,
                message="The note is in more than one script; all of it was read as "
                f"{LANGUAGES[code].name}.",
                solution="give what is in another language as a note of its own, or as terms.",
                where="note",
            )
        )
    return ReadingLanguage(code, tuple(issues))


def _unreadable(code: str) -> Issue:
    return Issue(
        level=Level.ERROR,
        message=f"The note seems to be in {_NAMES.get(code, code)}, which cannot be read yet; it "
        "was read as if it were English, so that most findings are missed.",
        solution=f"give the note in {_listed()}, or HPO terms with --hpo; if the guess is wrong, "
        "give the language (--language).",
        where="note",
    )


def _without_names(code: str) -> Issue:
    name = LANGUAGES[code].name
    return Issue(
        level=Level.ERROR,
        message=f"The note is in {name}, and this graph has no {name} names of findings; it was "
        "read as if it were English, so that most findings are missed.",
        solution=f"build the graph with HPO's translation (--translations hp-{code}.babelon.tsv), "
        "or give HPO terms with --hpo.",
        where="note",
    )


def _listed() -> str:
    *first, last = (language.name for language in LANGUAGES.values())
    return f"{', '.join(first)} or {last}"
