"""The server that ``nosograph neo4j serve`` runs on this machine, found by the other commands.

While it runs, a note beside its password says where it listens and which process it is. Without
that note, or where the process is gone, no password is offered to whoever listens there instead.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["OWN_SERVER", "OwnServer", "find_own_server", "note_running", "note_stopped"]

OWN_SERVER = "neo4j"
"""Its folder, in the folder of the graphs."""
PASSWORD, NOTE = "password", "running.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnServer:
    """A server of this user that runs."""

    uri: str
    password_file: Path


def note_running(folder: Path, *, uri: str, process_id: int) -> None:
    """Write down that a server runs."""
    aside = folder / f"{NOTE}.new"
    aside.write_text(json.dumps({"uri": uri, "process_id": process_id}), "utf-8")
    aside.replace(folder / NOTE)


def note_stopped(folder: Path, *, process_id: int) -> None:
    """Take it back, where the note is of this process and not of another on the same folder."""
    said = _read(folder)
    if said is not None and said[1] == process_id:
        (folder / NOTE).unlink(missing_ok=True)


def _read(folder: Path) -> tuple[str, int] | None:
    try:
        said = json.loads((folder / NOTE).read_text("utf-8"))
        return str(said["uri"]), int(said["process_id"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def find_own_server(home: Path) -> OwnServer | None:
    """The server of this user, if it runs.

    Args:
        home: Folder of the graphs.
    """
    folder = home / OWN_SERVER
    said = _read(folder)
    if said is None or said[1] <= 0:
        return None
    try:
        os.kill(said[1], 0)  # asks whether the process is there; does nothing to it
    except (OSError, OverflowError):
        return None
    return OwnServer(uri=said[0], password_file=folder / PASSWORD)
