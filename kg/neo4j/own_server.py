"""The server that ``nosograph neo4j serve`` runs on this machine, found by the other commands.

While it runs, a note beside its password says where it listens and which process it is. Without
that note, or where the process is gone, no password is offered to whoever listens there instead.
"""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

__all__ = [
    "OWN_SERVER",
    "OwnServer",
    "find_own_server",
    "note_running",
    "note_stopped",
    "running_server",
]

OWN_SERVER = "neo4j"
"""Its folder, in the folder of the graphs."""
PASSWORD, NOTE = "password", "running.json"
THIS_MACHINE = ("127.0.0.1", "::1", "localhost")
_START_TIME = 19
"""Place of the start time among the fields of ``/proc/N/stat`` that follow the name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnServer:
    """A server of this user that runs."""

    uri: str
    password_file: Path


class _Note(NamedTuple):
    uri: str
    process_id: int
    started: str | None


def note_running(folder: Path, *, uri: str, process_id: int) -> None:
    """Write down that a server runs."""
    note = _Note(uri, process_id, _started(process_id))
    aside = folder / f"{NOTE}.new"
    aside.write_text(json.dumps(note._asdict()), "utf-8")
    aside.replace(folder / NOTE)


def note_stopped(folder: Path, *, process_id: int) -> None:
    """Take it back, where the note is of this process and not of another on the same folder."""
    note = _read(folder)
    if note is not None and note.process_id == process_id:
        (folder / NOTE).unlink(missing_ok=True)


def _read(folder: Path) -> _Note | None:
    try:
        said = json.loads((folder / NOTE).read_text("utf-8"))
        return _Note(str(said["uri"]), int(said["process_id"]), said["started"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _started(process_id: int) -> str | None:
    """When a process began; ``None`` where the system does not say it in this way.

    After a crash its number may be that of another process, and its port that of another user.
    """
    try:
        said = Path(f"/proc/{process_id}/stat").read_text("utf-8", "replace")
        return said.rpartition(")")[2].split()[_START_TIME]
    except (OSError, IndexError):
        return None


def _runs(note: _Note) -> bool:
    if note.process_id <= 0:
        return False
    try:
        os.kill(note.process_id, 0)  # asks whether the process is there; does nothing to it
    except (OSError, OverflowError):
        return False
    return note.started == _started(note.process_id)


def _is_of_this_machine(uri: str) -> bool:
    try:
        return urlsplit(uri).hostname in THIS_MACHINE
    except ValueError:
        return False


def _is_private(folder: Path) -> bool:
    """Whether nobody else can have written what stands in a folder."""
    if not hasattr(os, "getuid"):
        return True
    said = folder.stat()
    return said.st_uid == os.getuid() and not said.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def running_server(folder: Path) -> str | None:
    """The address of the server that runs on a folder, as far as the note in it says.

    Args:
        folder: Folder of a server's data.
    """
    note = _read(folder)
    return note.uri if note is not None and _runs(note) else None


def find_own_server(home: Path) -> OwnServer | None:
    """The server of this user, if it runs.

    Args:
        home: Folder of the graphs; others may write to it, but not to the server's folder in it.
    """
    folder = home / OWN_SERVER
    uri = running_server(folder)
    if uri is None or not _is_private(folder) or not _is_of_this_machine(uri):
        return None
    return OwnServer(uri=uri, password_file=folder / PASSWORD)
