"""Where every fact comes from: name, home, licence and pinned digest of each source file.

The list is data, in ``sources.toml`` beside this file. A source is opened from the embedded release
(data files of an installed package) or from a path that the caller names, as it is, gzipped, or as
``archive.zip!member``.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import io
import tomllib
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Protocol, Self, TextIO

from nosograph.ontologies.errors import SourceError, SourceFormatError

__all__ = ["Source", "SourceFile", "embedded_source_file", "find_source", "read_sources"]

MAX_SOURCE_BYTES = 4 * 1024**3
"""A source that unpacks to more is not one of ours; stop before it fills the memory."""
ARCHIVE_SEPARATOR = "!"
MAX_SHOWN_MEMBERS = 5
MAX_SHOWN_PATH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that somebody publishes and we read."""

    name: str
    """Our short name, as used on every edge: ``hpo-annotations``."""
    title: str
    infores: str
    """Information resource of Biolink's registry, for example ``infores:hpo-annotations``."""
    url: str
    """Home of the newest release."""
    licence: str
    embedded_package: str = ""
    embedded_path: str = ""
    embedded_release: str = ""
    embedded_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One source at one place, with the digest of what stands there."""

    source: Source
    path: str
    """A file, or ``archive.zip!member``."""
    sha256: str
    """Of the bytes as they lie in the file or the archive member."""

    @classmethod
    def at(cls, source: Source, path: str | Path) -> Self:
        """Find a source at a path and take its digest.

        Raises:
            SourceError: If nothing can be read there.
            SourceFormatError: If it is in a damaged archive, or unpacks to more than 4 GiB.
        """
        digest = hashlib.sha256()
        with _open_bytes(str(path), source) as stream, _damage_explained(str(path), source):
            for block in iter(lambda: stream.read(1 << 20), b""):
                digest.update(block)
        return cls(source=source, path=str(path), sha256=digest.hexdigest())

    @property
    def is_embedded_release(self) -> bool:
        """Whether this is the very file that the embedded release pins."""
        return self.sha256 == self.source.embedded_sha256

    @contextmanager
    def open(self) -> Iterator[TextIO]:
        """Open as text, unpacking ``.gz``.

        Raises:
            SourceError: If the file is gone.
            SourceFormatError: While reading, if it is not UTF-8, or unpacks to more than 4 GiB.
        """
        with (
            _open_bytes(self.path, self.source) as stream,
            _damage_explained(self.path, self.source),
        ):
            unpacked = stream
            if self.path.endswith(".gz"):
                unpacked = _bounded(gzip.GzipFile(fileobj=stream, mode="rb"), self.source)
            with io.TextIOWrapper(unpacked, encoding="utf-8") as text:
                yield text


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def _bounded(stream: _Readable, source: Source) -> io.BufferedReader:
    """A stream that refuses to unpack without end."""
    return io.BufferedReader(_CountedRaw(stream, source.name), buffer_size=1 << 18)


class _CountedRaw(io.RawIOBase):
    def __init__(self, stream: _Readable, name: str) -> None:
        self._stream, self._name, self._n_bytes = stream, name, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        block = self._stream.read(len(view))
        self._n_bytes += len(block)
        if self._n_bytes > MAX_SOURCE_BYTES:
            raise SourceFormatError(
                f"{self._name}: unpacks to more than {MAX_SOURCE_BYTES:,} bytes. "
                "That is no released file of this source."
            )
        view[: len(block)] = block
        return len(block)


@contextmanager
def _damage_explained(path: str, source: Source) -> Iterator[None]:
    """Turn what unpacking and decoding raise into an error that says which file and what to do."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise SourceFormatError(
            f"{source.name}: {path!r} is not UTF-8 text ({error.reason}). "
            "The file may be damaged or packed; download it again."
        ) from error
    except (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile) as error:
        raise SourceFormatError(
            f"{source.name}: {path!r} is damaged, or ends before its archive does ({error}). "
            "Download it again."
        ) from error


@contextmanager
def _open_bytes(path: str, source: Source) -> Iterator[io.BufferedReader]:
    """Open a file or an archive's member; only the opening itself is explained here."""
    file: str = path
    member: str | None = None
    with ExitStack() as opened:
        try:
            file, member = _split(path)
            if member is None:
                stream = opened.enter_context(Path(file).open("rb"))
            else:
                archive = opened.enter_context(zipfile.ZipFile(file))
                stream = _bounded(opened.enter_context(archive.open(member)), source)
        except zipfile.BadZipFile as error:
            raise SourceFormatError(
                f"{source.name}: {file!r} is not a zip archive ({error}). Download it again."
            ) from error
        except (NotImplementedError, RuntimeError) as error:
            raise SourceFormatError(
                f"{source.name}: {path!r} is packed in a way that cannot be read here ({error}). "
                "Unpack it and name the file."
            ) from error
        except KeyError as error:
            held = ", ".join(sorted(archive.namelist())[:MAX_SHOWN_MEMBERS]) or "nothing"
            raise SourceError(
                f"{source.name}: cannot open {member!r} in the archive {file!r}: it holds "
                f"{held}. "
                f"Expected the file of that name, from {source.url}"
            ) from error
        except (OSError, ValueError) as error:
            wanted = f"a path where {member} lies" if member else "the path of the file"
            raise SourceError(
                f"{source.name}: cannot open {_shown(file)}: {_reason(error)}. Give {wanted}; "
                f"its home is {source.url}"
            ) from error
        yield stream


def _shown(path: str) -> str:
    return repr(path if len(path) <= MAX_SHOWN_PATH else path[:MAX_SHOWN_PATH] + "…")


def _reason(error: Exception) -> str:
    """Why a file cannot be opened, in words."""
    known = isinstance(error, OSError) and error.strerror
    return str(known).lower() if known else "no file can have this name"


def _split(path: str) -> tuple[str, str | None]:
    """The file, and the member where the path names one; a name may hold the separator itself."""
    if Path(path).is_file():
        return path, None
    file, separator, member = path.partition(ARCHIVE_SEPARATOR)
    return file, member if separator else None


@cache
def read_sources() -> Mapping[str, Source]:
    """All sources that we know, by name."""
    text = resources.files("nosograph.ontologies").joinpath("sources.toml").read_text("utf-8")
    return {name: Source(name=name, **fields) for name, fields in tomllib.loads(text).items()}


def find_source(name: str) -> Source:
    """One source by its name.

    Raises:
        SourceError: If there is none of this name.
    """
    sources = read_sources()
    if name not in sources:
        raise SourceError(
            f"no source is called {name!r}. Known sources: {', '.join(sorted(sources))}."
        )
    return sources[name]


def embedded_source_file(name: str, *, verify: bool = False) -> SourceFile:
    """Find a source of the embedded release among the installed packages.

    Args:
        name: The source's name, for example ``hpo``.
        verify: Read the file and compare its digest with the pinned one.

    Raises:
        SourceError: If the package is absent, or was overwritten by another one.
    """
    source = find_source(name)
    spec = importlib.util.find_spec(source.embedded_package) if source.embedded_package else None
    folders = list(spec.submodule_search_locations or ()) if spec is not None else []
    path = Path(folders[0], source.embedded_path) if folders else None
    if path is None or not path.is_file():
        raise SourceError(
            f"{name}: the embedded release is not installed: expected {source.embedded_path!r} in "
            f"the package {source.embedded_package!r}. Reinstall nosograph in an environment "
            "without 'hpo3', which installs itself under the same name."
        )
    if not verify:
        return SourceFile(source=source, path=str(path), sha256=source.embedded_sha256)
    found = SourceFile.at(source, path)
    if not found.is_embedded_release:
        raise SourceError(
            f"{name}: sha256 of {path.name} is {found.sha256[:12]}… but sources.toml pins "
            f"{source.embedded_sha256[:12]}… ({source.embedded_release}). Reinstall the package "
            f"{source.embedded_package!r}, or name the file yourself."
        )
    return found
