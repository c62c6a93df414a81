"""The Browser kit as a folder: guides, style sheet, favourites."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from nosograph.kg.errors import StoreError
from nosograph.kg.neo4j.browser.chapters import read_chapters
from nosograph.kg.neo4j.browser.favourites import favourites_zip
from nosograph.kg.neo4j.browser.guide import (
    DEFAULT_BASE_URL,
    FAVOURITES_FILE,
    INDEX_PAGE,
    STYLE_FILE,
    checked_base_url,
    guide_pages,
)
from nosograph.kg.neo4j.browser.style import style_sheet
from nosograph.kg.neo4j.errors import Neo4jError

__all__ = ["LIST_FILE", "README_FILE", "Kit", "kit_files", "write_kit"]

LIST_FILE = "nosograph-kit.json"
"""Says which files are ours, with their digests: by it a folder is known again."""
README_FILE = "README.txt"
_README = """\
Guides, colours and favourites for Neo4j Browser.

Without a web server: drop {favourites} onto the window of Neo4j Browser: every
question is a favourite then. Drop {style} onto it: nodes have colours and captions.

The guides (*.html) need a web server at {base}. Then say in Neo4j Browser:

  {guide}
  {style_command}

Browser reads them from another page than its own, so that it asks the server for leave
first (CORS). A server of static files alone, such as 'python -m http.server', gives none:
Browser then says 'Not found', or 'Failed to fetch'. What works:

- 'nosograph neo4j guides' serves the same files, at http://localhost:7475.
- A web server that adds these headers, and answers OPTIONS with 204 and the same ones:
    Access-Control-Allow-Origin: *
    Access-Control-Allow-Methods: GET, HEAD, OPTIONS
    Access-Control-Allow-Headers: *

Where Browser itself was opened by https, the guides have to be served by https, too. From another
host than localhost Browser takes guides and styles only if neo4j.conf of its server names it:
  browser.remote_content_hostname_whitelist=<host>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """A kit that was written, and how Browser is told of it."""

    folder: Path
    files: tuple[str, ...]
    base_url: str
    """The address that its pages were made for."""

    @property
    def play(self) -> str:
        """The command that opens the guide."""
        return f":play {self.base_url}/{INDEX_PAGE}"

    @property
    def style(self) -> str:
        """The command that loads the style sheet."""
        return f":style {self.base_url}/{STYLE_FILE}"


def kit_files(base_url: str = DEFAULT_BASE_URL) -> dict[str, bytes]:
    """Every file of the kit by its name: the same bytes for the same address.

    >>> sorted(kit_files())[0]
    '10_find_a_term.html'

    Args:
        base_url: The address that the guides will be served from.

    Raises:
        AccessError: If the address cannot be one.
        ChapterError: If a chapter cannot be read.
    """
    chapters = read_chapters()
    pages = guide_pages(chapters, base_url=base_url)
    return {
        **{name: text.encode() for name, text in pages.items()},
        STYLE_FILE: style_sheet().encode(),
        FAVOURITES_FILE: favourites_zip(chapters),
        README_FILE: _readme(checked_base_url(base_url)).encode(),
    }


def _readme(base: str) -> str:
    return _README.format(
        base=base,
        guide=f":guide {base}/{INDEX_PAGE}",
        style=STYLE_FILE,
        style_command=f":style {base}/{STYLE_FILE}",
        favourites=FAVOURITES_FILE,
    )


def write_kit(folder: str | Path, *, base_url: str = DEFAULT_BASE_URL) -> Kit:
    """Write the kit, aside, and move it into place of an older one.

    Args:
        folder: A new or an empty folder, or that of a kit that nobody has changed.
        base_url: The address that the guides will be served from.

    Raises:
        Neo4jError: If the folder holds anything else.
        AccessError: If the address cannot be one.
        StoreError: If it cannot be written.
    """
    target = Path(folder).absolute()
    files = kit_files(base_url)
    digests = {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}
    listed = json.dumps({"made_by": "nosograph", "sha256": digests}, indent=2) + "\n"
    files[LIST_FILE] = listed.encode()
    try:
        _check_folder(target)
        _replace(target, files)
    except OSError as error:
        raise StoreError(
            f"cannot write the Browser kit to {target}: {error.strerror or type(error).__name__}. "
            "Name a folder that you may write, on a disk with room for it."
        ) from error
    return Kit(folder=target, files=tuple(sorted(files)), base_url=checked_base_url(base_url))


def _check_folder(target: Path) -> None:
    """Refuse a folder that holds what is not a kit as we wrote it."""
    if not target.exists() and not target.is_symlink():
        return
    refused = f"{target} is left as it is: "
    advice = " Name a new folder, or that of an unchanged Browser kit."
    if target.is_symlink() or not target.is_dir():
        raise Neo4jError(f"{refused}it is no folder.{advice}")
    names = {path.name for path in target.iterdir()}
    if not names:
        return
    known = _listed(target / LIST_FILE)
    for name in sorted(names - ({LIST_FILE} if known else set())):
        path = target / name
        if name not in known or path.is_symlink() or not path.is_file():
            raise Neo4jError(f"{refused}it holds {name!r}, which is of no Browser kit.{advice}")
        if hashlib.sha256(path.read_bytes()).hexdigest() != known[name]:
            raise Neo4jError(f"{refused}somebody has changed {name!r}.{advice}")


def _listed(path: Path) -> dict[str, str]:
    """Digest by file name, of an older kit; of anything else, nothing."""
    try:
        found = json.loads(path.read_text("utf-8"))["sha256"]
        return {str(name): str(digest) for name, digest in found.items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def _replace(target: Path, files: dict[str, bytes]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".partial-", dir=target.parent))
    try:
        new, old = aside / "new", aside / "old"
        new.mkdir(mode=0o755)
        for name, content in files.items():
            (new / name).write_bytes(content)
        if target.exists():
            target.replace(old)
        try:
            new.replace(target)
        except BaseException:
            if old.exists():
                old.replace(target)
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
