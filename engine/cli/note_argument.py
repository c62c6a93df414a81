"""The argument that is a note: the text itself, a file or standard input; and its language."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import BinaryIO

import typer

from nosograph.engine.errors import CaseFormatError
from nosograph.engine.findings.languages.choice import AUTOMATIC
from nosograph.engine.findings.languages.registry import LANGUAGES

__all__ = ["check_language", "read_note"]

MAX_NOTE_BYTES = 16 * 1024**2
_LIKE_A_PATH = re.compile(r"(/|\./|\.\./|~/)\S+|\S+\.[A-Za-z][A-Za-z0-9]{1,4}")
"""One word that is a path, or ends as file names do: ``letter.docx``."""


def read_note(note: str) -> str | bytes:
    """The text itself, or what stands in the file or on standard input."""
    if note == "-":
        return _bounded(sys.stdin.buffer, "standard input")
    if not note.strip():  # an empty path would be this folder
        return note
    try:
        is_file, is_folder = Path(note).is_file(), Path(note).is_dir()
    except (OSError, ValueError):  # too long, or with a zero byte: no path
        is_file = is_folder = False
    if is_file:
        with Path(note).open("rb") as file:
            return _bounded(file, "the file")
    if is_folder:
        raise typer.BadParameter("the argument is a folder. Give the path of a text file in it.")
    if _LIKE_A_PATH.fullmatch(note):
        raise typer.BadParameter(
            "the argument looks like the name of a file, but there is none of that name. "
            "Give the path of a text file, the text itself, or - for standard input."
        )
    return note


def _bounded(stream: BinaryIO, name: str) -> bytes:
    content = stream.read(MAX_NOTE_BYTES + 1)
    if len(content) > MAX_NOTE_BYTES:
        raise CaseFormatError(
            f"{name} holds more than {MAX_NOTE_BYTES // 1024**2} MiB; the notes of one patient do "
            "not. Give one patient at a time."
        )
    return content


def check_language(language: str) -> None:
    """Refuse a language that is not read."""
    if language.lower() not in (AUTOMATIC, *LANGUAGES):
        raise typer.BadParameter(f"--language is one of {', '.join((AUTOMATIC, *LANGUAGES))}.")
