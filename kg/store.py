"""Where builds live: immutable folders of arrays, named by their content, made aside and moved.

A build is a folder ``builds/<address>`` with one ``.npy`` file an array and a ``manifest.json``.
The address is the SHA-256 of the manifest, which holds the SHA-256 of every array: two builds of
the same sources have the same address and the same bytes. ``recipes/<recipe>`` says which build
came of which sources, so that a known recipe opens without being built again.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import math
import os
import re
import shutil
import tempfile
import tokenize
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from nosograph.kg.errors import StoreError

__all__ = ["FORMAT", "Build", "GraphStore", "address_of", "array_facts", "default_home"]

FORMAT = 1
"""Raised whenever code of today could not read yesterday's arrays."""
HOME_SETTING = "NOSOGRAPH_HOME"
_ADDRESS_LENGTH = 32
_ADDRESS = re.compile(r"[0-9a-f]{32}")
_PARTIAL = ".partial-"
_MAGIC = npy_format.magic(1, 0)
_UNREADABLE = (
    OSError,
    ValueError,
    EOFError,
    OverflowError,
    MemoryError,
    SyntaxError,
    tokenize.TokenError,
    tokenize.TokenError,
)
"""What numpy raises at a file that is not the array that was written."""

Arrays = Mapping[str, NDArray[Any]]


def default_home() -> Path:
    """The user's data folder for Nosograph, or the folder that ``NOSOGRAPH_HOME`` names."""
    named = os.environ.get(HOME_SETTING)
    return Path(named) if named else Path(platformdirs.user_data_dir("nosograph", appauthor=False))


@dataclass(frozen=True)
class Build:
    """One opened build."""

    path: Path

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What the build holds: releases, counts, and the digest of every array.

        Raises:
            StoreError: If it is missing, damaged, or of another format.
        """
        try:
            manifest: dict[str, Any] = json.loads((self.path / "manifest.json").read_bytes())
        except (OSError, ValueError) as error:
            raise StoreError(
                f"the build in {self.path} cannot be read ({error.__class__.__name__}). "
                "Remove that folder and run 'nosograph kg build'."
            ) from error
        if not isinstance(manifest, dict) or not isinstance(manifest.get("arrays", {}), dict):
            raise StoreError(_damaged(self.path / "manifest.json"))
        if manifest.get("format") != FORMAT:
            raise StoreError(
                f"the build in {self.path} has format {manifest.get('format')!r}, this version of "
                f"Nosograph reads format {FORMAT}. Run 'nosograph kg build'."
            )
        return manifest

    @property
    def manifest_text(self) -> str:
        """The manifest as it is written: its SHA-256 begins with the address."""
        return (self.path / "manifest.json").read_text("utf-8")

    @property
    def address(self) -> str:
        """The content address: the folder's name."""
        return self.path.name

    def array(self, name: str) -> NDArray[Any]:
        """Memory-map one array, read-only.

        Raises:
            StoreError: If the build lacks it, or it is not as long as the manifest says.
        """
        path = self.path / f"{name}.npy"
        try:
            found = _load(path)
        except _UNREADABLE as error:
            raise StoreError(_damaged(path)) from error
        expected = self.manifest["arrays"].get(name, {})
        if list(found.shape) != expected.get("shape") or found.dtype.str != expected.get("dtype"):
            raise StoreError(_damaged(path))
        return found

    def verify(self) -> None:
        """Compare the manifest with the address, and every array with its digest.

        Raises:
            StoreError: At the first one that differs.
        """
        manifest = self.path / "manifest.json"
        if not manifest.is_file() or not _sha256(manifest).startswith(self.address):
            raise StoreError(_damaged(manifest))
        for name, expected in self.manifest["arrays"].items():
            path = self.path / f"{name}.npy"
            if not path.is_file() or _sha256(path) != expected["sha256"]:
                raise StoreError(_damaged(path))


class GraphStore:
    """All builds under one folder.

    Args:
        home: The folder; the user's own when not given. It is made when something is written.
    """

    def __init__(self, home: str | Path | None = None) -> None:
        self.home = Path(home) if home is not None else default_home()

    def find(self, recipe: str) -> Build | None:
        """The build that came of a recipe, or ``None`` if it has to be built."""
        pointer = self.home / "recipes" / recipe
        try:
            address = pointer.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        path = self.home / "builds" / address
        is_build = _ADDRESS.fullmatch(address) and (path / "manifest.json").is_file()
        return Build(path) if is_build else None

    def builds(self) -> tuple[Build, ...]:
        """Every complete build, by address."""
        folder = self.home / "builds"
        if not folder.is_dir():
            return ()
        return tuple(
            Build(path)
            for path in sorted(folder.iterdir())
            if not path.name.startswith(_PARTIAL) and (path / "manifest.json").is_file()
        )

    def write(self, recipe: str, arrays: Arrays, facts: Mapping[str, Any]) -> Build:
        """Write a build aside and move it into place.

        A build that is already there is kept: whoever comes second finds the same bytes. A kill
        leaves only a partial folder, which the next write removes.

        Args:
            recipe: Digest of what the build is made of.
            arrays: Array by name.
            facts: What else the manifest shall say; JSON values only.

        Raises:
            StoreError: If the disk is full or the folder cannot be written.
        """
        builds = self.home / "builds"
        with _explained(self.home):
            builds.mkdir(parents=True, exist_ok=True)
            _remove_abandoned(builds)
            with _folder_aside(builds) as aside:
                digests = {name: _save(aside / f"{name}.npy", arrays[name]) for name in arrays}
                manifest = {"format": FORMAT, "recipe": recipe, **facts, "arrays": digests}
                text = json.dumps(manifest, sort_keys=True, indent=1, ensure_ascii=False)
                address = address_of(text.encode())
                _write_synced(aside / "manifest.json", text.encode())
                _move_folder(aside, builds / address)
            pointer = self.home / "recipes" / recipe
            pointer.parent.mkdir(exist_ok=True)
            _remove_abandoned(pointer.parent)
            _replace_file(pointer, address.encode())
        return Build(builds / address)

    def adopt(self, manifest: bytes, arrays: Arrays) -> Build:
        """Write a build that was made elsewhere: aside, and moved into place as in `write`.

        Its recipe is not noted: what others say of their sources is not taken for a build of ours.

        Args:
            manifest: The manifest, byte for byte.
            arrays: Array by name.

        Raises:
            StoreError: If the arrays are not those of the manifest, or cannot be written.
        """
        expected = json.loads(manifest)["arrays"]
        address = address_of(manifest)
        builds = self.home / "builds"
        with _explained(self.home):
            builds.mkdir(parents=True, exist_ok=True)
            _remove_abandoned(builds)
            with _folder_aside(builds) as aside:
                digests = {name: _save(aside / f"{name}.npy", arrays[name]) for name in arrays}
                if digests != expected:
                    raise StoreError(
                        f"build {address} was not written to {self.home}: its arrays are not those "
                        "of its manifest. Get it again from where it came from."
                    )
                _write_synced(aside / "manifest.json", manifest)
                _move_folder(aside, builds / address)
        return Build(builds / address)

    def derived(
        self, build: Build, name: str, make: Callable[[], Arrays], *, version: str
    ) -> dict[str, NDArray[Any]]:
        """Arrays that follow from a build alone, made the first time they are asked for.

        Args:
            build: What they follow from.
            name: Which arrays.
            make: Computes them.
            version: Version of the computing code, so that other code makes its own.
        """
        folder = build.path / "derived" / f"{name}-{version}"
        if not folder.is_dir():
            arrays = make()
            with _explained(self.home):
                folder.parent.mkdir(exist_ok=True)
                _remove_abandoned(folder.parent)
                with _folder_aside(folder.parent) as aside:
                    for key, values in arrays.items():
                        _save(aside / f"{key}.npy", values)
                    _move_folder(aside, folder)
        try:
            return {p.stem: _load(p) for p in sorted(folder.glob("*.npy"))}
        except _UNREADABLE as error:
            raise StoreError(
                f"the arrays in {folder} cannot be read ({error.__class__.__name__}). "
                "Remove that folder; it is made again."
            ) from error


def address_of(manifest: bytes) -> str:
    """The content address of the build with this manifest.

    >>> address_of(b"{}")
    '44136fa355b3678a1146ad16f7e8649e'
    """
    return hashlib.sha256(manifest).hexdigest()[:_ADDRESS_LENGTH]


def _load(path: Path) -> NDArray[Any]:
    """Memory-map an array; read it where it is empty, because that cannot be mapped."""
    with path.open("rb") as file:
        header = file.read(len(_MAGIC))
        if header != _MAGIC:
            raise ValueError(f"{path} is not an array of format 1.0")
        shape, _, dtype = npy_format.read_array_header_1_0(file)
        if file.tell() + math.prod(shape) * dtype.itemsize != path.stat().st_size:
            raise ValueError(f"{path} is not as long as its header says")
        if 0 in shape:
            return np.empty(shape, dtype=dtype)
    # As a plain array over the same pages: `memmap` itself makes every small slice slow.
    mapped: NDArray[Any] = np.asarray(npy_format.open_memmap(path, mode="r"))
    return mapped


def _damaged(path: Path) -> str:
    return (
        f"{path} is missing or is not the array that was built: the disk may have been full or "
        f"the file changed. Remove the folder {path.parent} and run 'nosograph kg build'."
    )


@contextmanager
def _explained(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if isinstance(error, StoreError):
            raise
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        advice = "Free about 200 MB" if is_full else "Make it a folder that you may write"
        raise StoreError(
            f"cannot write the graph under {home}: "
            f"{'the disk is full' if is_full else error.strerror or error.__class__.__name__}. "
            f"{advice}, or name another folder with {HOME_SETTING}. "
            "Nothing half-written was left in place."
        ) from error


@contextmanager
def _folder_aside(beside: Path) -> Iterator[Path]:
    aside = Path(tempfile.mkdtemp(prefix=f"{_PARTIAL}{os.getpid()}-", dir=beside))
    try:
        aside.chmod(0o755)
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _remove_abandoned(folder: Path) -> None:
    """Remove what a killed build left; never what a living process is writing."""
    for path in folder.glob(f"{_PARTIAL}*"):
        pid = path.name.removeprefix(_PARTIAL).partition("-")[0]
        if pid.isdecimal() and _is_alive(int(pid)):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _move_folder(aside: Path, target: Path) -> None:
    try:
        aside.rename(target)
    except OSError as error:
        if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
            raise  # else somebody else was faster: theirs has the same content


def array_facts(values: NDArray[Any]) -> dict[str, Any]:
    """What a manifest says of an array: type, shape, and the digest of its file.

    >>> array_facts(np.zeros(3, dtype=np.int32))["shape"]
    [3]
    """
    contiguous = np.ascontiguousarray(values)
    digest = hashlib.sha256()
    for part in _parts(contiguous):
        digest.update(part)
    return _facts(contiguous, digest.hexdigest())


def _save(path: Path, values: NDArray[Any]) -> dict[str, Any]:
    contiguous = np.ascontiguousarray(values)
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for part in _parts(contiguous):
            file.write(part)
            digest.update(part)
        file.flush()
        os.fsync(file.fileno())
    return _facts(contiguous, digest.hexdigest())


def _parts(contiguous: NDArray[Any]) -> tuple[memoryview, memoryview]:
    """Header and content of an array's file."""
    header = io.BytesIO()
    npy_format.write_array_header_1_0(header, npy_format.header_data_from_array_1_0(contiguous))
    # Not array.tofile, which does not say why it failed.
    return header.getbuffer(), contiguous.reshape(-1).view(np.uint8).data


def _facts(contiguous: NDArray[Any], digest: str) -> dict[str, Any]:
    return {
        "dtype": contiguous.dtype.str,
        "shape": list(contiguous.shape),
        "sha256": digest,
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _replace_file(path: Path, content: bytes) -> None:
    handle, aside = tempfile.mkstemp(prefix=f"{_PARTIAL}{os.getpid()}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(aside).replace(path)
    finally:
        Path(aside).unlink(missing_ok=True)
