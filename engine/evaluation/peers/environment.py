"""The environment that the peers run in: apart from ours, set up the first time, then kept."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import venv
from importlib.metadata import requires
from pathlib import Path

from nosograph.engine.evaluation.peers.errors import PeerError

__all__ = ["REQUIREMENTS", "extra_requirements", "peer_python"]

REQUIREMENTS = ("FastHPOCR==0.1.4", "pronto==2.7.4", "pyahocorasick==2.3.1")
"""FastHPOCR needs pronto and does not say so."""
_COMPLETE = "complete"


def extra_requirements(extra: str) -> tuple[str, ...]:
    """What our own package needs with one of its extras, as its metadata says.

    >>> any(line.startswith("scispacy") for line in extra_requirements("scispacy"))
    True
    """
    rows = (line.partition(";") for line in requires("nosograph") or ())
    markers = ("", f'extra == "{extra}"')
    return tuple(sorted(need.strip() for need, _, marker in rows if marker.strip() in markers))


def peer_python(home: Path, *, requirements: tuple[str, ...] = REQUIREMENTS) -> Path:
    """The Python of an environment with these packages, installed if it is not there.

    Args:
        home: Folder of the graphs; the environment goes into ``peers`` in it, under a name that
            follows from the requirements.
        requirements: As pip reads them.

    Raises:
        PeerError: If they cannot be installed.
    """
    digest = hashlib.sha256("\n".join(requirements).encode()).hexdigest()[:12]
    folder = home / "peers" / digest
    python = folder / "bin" / "python"
    if (folder / _COMPLETE).is_file() and python.exists():
        return python
    try:
        shutil.rmtree(folder, ignore_errors=True)  # what an interrupted installation left
        venv.create(folder, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise PeerError(
            f"no environment for the peers can be made in {folder} ({error}). Name another folder "
            "with --home, or leave --peers off."
        ) from error
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*pip, *requirements], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise PeerError(
            f"the peers ({', '.join(requirements)}) cannot be installed: "
            f"{_last_line(done.stderr)} They are fetched from the package index that pip uses; "
            "without it, leave --peers off."
        )
    (folder / _COMPLETE).touch()
    return python


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "pip said nothing."
