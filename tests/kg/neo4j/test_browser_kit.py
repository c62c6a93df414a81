"""tests kg/neo4j/browser/: guides, style sheet, favourites, and the folder that holds them."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from nosograph.engine.cli.neo4j import neo4j_app
from nosograph.kg.errors import StoreError
from nosograph.kg.neo4j.browser import kit as kit_module
from nosograph.kg.neo4j.browser.chapters import Chapter, Query, read_chapters
from nosograph.kg.neo4j.browser.favourites import favourites_zip
from nosograph.kg.neo4j.browser.guide import DEFAULT_BASE_URL, guide_pages
from nosograph.kg.neo4j.browser.kit import (
    FAVOURITES_FILE,
    LIST_FILE,
    README_FILE,
    kit_files,
    write_kit,
)
from nosograph.kg.neo4j.browser.style import NODE_STYLES, RELATIONSHIP_STYLES, style_sheet
from nosograph.kg.neo4j.errors import AccessError, Neo4jError
from nosograph.kg.neo4j.schema import labels_by_kind, relationship_types

CHAPTERS = read_chapters()
PAGES = guide_pages(CHAPTERS)
ODD = Chapter(
    name="10_odd",
    title="<b>Odd</b> & more",
    about="1 < 2",
    queries=(
        Query(
            name="odd",
            title='"quoted" <script>alert(1)</script>',
            about="a & b",
            shows="table",
            parameters={"text": 'it\'s "<i>" & \\', "many": ("a'b", "<c>"), "n": 3},
            cypher="MATCH (a)-->(b)<--(c) WHERE a.n < 3 AND b.name <> '<slide>' RETURN a LIMIT 1",
        ),
    ),
)


def slides_of(page: str) -> list[ElementTree.Element]:
    """Slides of a page, which is well-formed XML, too."""
    root = ElementTree.fromstring(page)
    assert root.tag == "article"
    return list(root.iter("slide"))


def runnable(slide: ElementTree.Element) -> list[str]:
    """What Browser would put into the editor, for each box of a slide."""
    return [
        "".join(box.itertext()).strip()
        for box in slide.iter("pre")
        if box.get("class") == "runnable"
    ]


def cleaned(page: str) -> str:
    """What is left when Browser has taken out handlers, scripts and scripted links."""
    page = re.sub(r"(\s+(on[^\s=]+)[^\s=]*\s*=\s*(\"[^\"]*\"|'[^']*'|[\w\-.:]+\s*))", "", page)
    page = re.sub(r"<script\b[^<]*(?:(?!</script>)<[^<]*)*(</script>)?", "", page)
    return re.sub(r"href=(\".*javascript:[^\"]*\"|'.*javascript:[^']*')", "", page)


def test_every_box_of_a_slide_is_what_the_set_says() -> None:
    for chapter in CHAPTERS:
        cover, *slides = slides_of(PAGES[f"{chapter.name}.html"])
        assert runnable(cover) == []
        assert len(slides) == len(chapter.queries)
        for slide, query in zip(slides, chapter.queries, strict=True):
            assert runnable(slide) == [*query.parameter_lines, query.cypher]


def test_odd_characters_stay_what_they_are() -> None:
    page = guide_pages([ODD])["10_odd.html"]
    assert "<script" not in page
    _, slide = slides_of(page)
    (query,) = ODD.queries
    assert runnable(slide) == [*query.parameter_lines, query.cypher]
    assert runnable(slide)[0] == r""":param text => 'it\'s "<i>" & \\'"""
    assert runnable(slide)[1] == r":param many => ['a\'b', '<c>']"
    assert runnable(slide)[2] == ":param n => 3"
    assert "".join(slide.find(".//h4").itertext()) == query.title  # type: ignore[union-attr]


@pytest.mark.parametrize("name", PAGES)
def test_browser_takes_nothing_out_of_a_page(name: str) -> None:
    page = PAGES[name]
    assert cleaned(page) == page
    titles = re.findall(r"<title>(.*?)</title>", page)
    assert len(titles) == 1
    assert unescape(titles[0]) == titles[0], "Browser shows the title as it stands"


def test_browser_would_take_a_handler_out() -> None:
    """So that the test above can fail."""
    assert cleaned('<p onclick="x()">a</p> one = two') == "<p>a</p>"


@pytest.mark.parametrize("name", PAGES)
def test_html_and_xml_readers_see_the_same_elements(name: str) -> None:
    seen: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            seen.append(tag)

    Reader().feed(PAGES[name])
    assert seen == [element.tag for element in ElementTree.fromstring(PAGES[name]).iter()]


def test_a_field_changes_the_value_beside_it_and_only_that() -> None:
    for name, page in PAGES.items():
        for slide in slides_of(page):
            fields = {
                e.get("value-for"): e.get("value") for e in slide.iter() if "value-for" in e.attrib
            }
            values = {
                e.get("value-key"): "".join(e.itertext())
                for e in slide.iter()
                if "value-key" in e.attrib
            }
            assert fields == values, name


def test_links_lead_to_pages_and_slides_that_are_there() -> None:
    pages = guide_pages(CHAPTERS, base_url="https://example.org/kit/")
    files = kit_files("https://example.org/kit/")
    linked: set[str] = set()
    for page in pages.values():
        for element in ElementTree.fromstring(page).iter():
            if href := element.get("href"):
                assert href == "https://example.org/kit/nosograph-favourites.zip"
                assert element.get("target") == "_blank", "or it takes the place of Browser"
            target = element.get("play-topic") or element.get("data-exec")
            if target is None:
                continue
            found = re.fullmatch(
                r"(?:style |guide )?https://example\.org/kit/([a-z0-9_.]+)(?:#slide-(\d+))?", target
            )
            assert found is not None, target
            assert found[1] in files
            linked.add(found[1])
            if found[2]:
                assert 1 <= int(found[2]) < len(slides_of(pages[found[1]]))
    assert linked == {*pages, "style.grass"}


@pytest.mark.parametrize(
    "address",
    ["", "localhost:7475", "ftp://x", "http://a b", 'http://x/"', "http://x/?y", "http://"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(AccessError, match="expected one like http://localhost"):
        guide_pages(CHAPTERS, base_url=address)


# --- the style sheet ------------------------------------------------------------------------


def parsed(sheet: str) -> dict[str, dict[str, str]]:
    """A style sheet as Browser reads it: quotes toggle, values are split at their colons."""
    rules: dict[str, str] = {}
    is_quoted = in_rule = False
    selector = body = ""
    for character in sheet:
        if character in "'\"":
            is_quoted = not is_quoted
        elif character == "{" and not is_quoted:
            in_rule = True
        elif character == "}" and not is_quoted:
            rules[selector], selector, body, in_rule = body, "", "", False
        elif in_rule:
            body += character
        elif not character.isspace():
            selector += character
    pairs = {s: [part.split(":") for part in text.split(";")] for s, text in rules.items()}
    return {
        s: {pair[0].strip(): pair[1].strip() for pair in found if len(pair) == 2}
        for s, found in pairs.items()
    }


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_browser_reads_every_rule_whole() -> None:
    rules = parsed(style_sheet())
    for style in NODE_STYLES:
        rule = rules[f"node.{style.label}"]
        assert (rule["color"], rule["caption"]) == (style.color, style.caption)
        assert rule["diameter"] == f"{style.diameter}px"
    for kind in RELATIONSHIP_STYLES:
        rule = rules[f"relationship.{kind.type}"]
        assert (rule["color"], rule["caption"]) == (kind.color, kind.caption)
    assert rules["relationship"]["caption"] == "<type>"
    assert len(rules) == len(NODE_STYLES) + len(RELATIONSHIP_STYLES) + 2


def test_every_label_and_type_of_the_schema_has_a_style() -> None:
    assert {*labels_by_kind().values()} <= {style.label for style in NODE_STYLES}
    assert {*relationship_types().values()} <= {style.type for style in RELATIONSHIP_STYLES}


def test_captions_can_be_read_and_labels_be_told_apart() -> None:
    for style in NODE_STYLES:
        assert contrast(style.color, style.text) >= 4.5, style
    assert len({style.color for style in NODE_STYLES}) == len(NODE_STYLES)
    for kind in RELATIONSHIP_STYLES:
        assert len(re.sub(r"\{\w+\}", "", kind.caption)) <= 10


# --- favourites -----------------------------------------------------------------------------


def test_a_favourite_has_the_name_the_folder_and_the_text_of_a_query() -> None:
    archive = zipfile.ZipFile(io.BytesIO(favourites_zip(CHAPTERS)))
    names = archive.namelist()
    queries = [(number, q) for number, c in enumerate(CHAPTERS, start=1) for q in c.queries]
    assert len(names) == len(set(names)) == len(queries)
    for name, (number, query) in zip(names, queries, strict=True):
        folder, _, file = name.partition("/")
        assert re.fullmatch(rf"Nosograph {number} [A-Za-z ,-]+", folder)
        assert file == f"{query.name}.cypher"
        text = archive.read(name).decode()
        assert text.splitlines()[0] == f"// {query.title}"
        assert text.endswith(f"\n{query.cypher}\n")
        comments = text.removesuffix(f"{query.cypher}\n").splitlines()
        assert all(line.startswith("// ") for line in comments)
        assert [f"// {line}" for line in query.parameter_lines] == comments[
            len(comments) - len(query.parameters) :
        ]


# --- the folder -----------------------------------------------------------------------------


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_two_writes_give_the_same_bytes_and_leave_nothing_aside(tmp_path: Path) -> None:
    first = write_kit(tmp_path / "kit")
    before = contents(tmp_path / "kit")
    second = write_kit(tmp_path / "kit")
    assert contents(tmp_path / "kit") == before
    assert first == second
    assert set(first.files) == set(before) == {*kit_files(), LIST_FILE}
    assert [path.name for path in tmp_path.iterdir()] == ["kit"]
    assert first.play == f":play {DEFAULT_BASE_URL}/index.html"
    assert first.style == f":style {DEFAULT_BASE_URL}/style.grass"


def test_an_older_kit_is_replaced_with_all_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kit_module, "read_chapters", lambda: (ODD,))
    write_kit(tmp_path / "kit")
    assert (tmp_path / "kit" / "10_odd.html").is_file()
    monkeypatch.undo()
    write_kit(tmp_path / "kit", base_url="https://example.org")
    assert set(contents(tmp_path / "kit")) == {*kit_files(), LIST_FILE}


def foreign(folder: Path) -> None:
    (folder / "mine.txt").write_text("mine")


def changed(folder: Path) -> None:
    (folder / "index.html").write_text("mine")


def nested(folder: Path) -> None:
    (folder / "index.html").unlink()
    (folder / "index.html").mkdir()


def listless(folder: Path) -> None:
    (folder / LIST_FILE).write_text("{}")


@pytest.mark.parametrize("spoil", [foreign, changed, nested, listless])
def test_what_is_not_ours_is_left_as_it_is(tmp_path: Path, spoil: Any) -> None:
    folder = write_kit(tmp_path / "kit").folder
    spoil(folder)
    before = sorted(path.name for path in folder.iterdir())
    with pytest.raises(Neo4jError, match="is left as it is"):
        write_kit(folder, base_url="https://example.org")
    assert sorted(path.name for path in folder.iterdir()) == before
    assert [path.name for path in tmp_path.iterdir()] == ["kit"]


def test_a_file_or_a_link_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "alone").mkdir()
    (tmp_path / "alone" / LIST_FILE).write_text("mine")
    for name in ("file", "link", "alone"):
        with pytest.raises(Neo4jError, match="is left as it is"):
            write_kit(tmp_path / name)


def test_a_kit_that_cannot_be_moved_into_place_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_kit(tmp_path / "kit").folder
    before = contents(folder)
    moved = Path.replace

    def fail(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise PermissionError(13, "Permission denied")
        return moved(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(StoreError, match="Permission denied"):
        write_kit(folder, base_url="https://example.org")
    assert contents(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["kit"]


def test_the_command_says_how_the_kit_is_used(tmp_path: Path) -> None:
    folder = tmp_path / "kit"
    options = ["browser-kit", str(folder), "--base-url", "https://example.org/kit"]
    done = CliRunner().invoke(neo4j_app, options)
    assert done.exit_code == 0, done.exception
    assert ":play https://example.org/kit/index.html" in done.output
    assert ":style https://example.org/kit/style.grass" in done.output
    assert str(folder / FAVOURITES_FILE) in done.output
    shutil.rmtree(folder)


def test_a_finding_that_is_absent_is_not_drawn_as_one_that_is_there() -> None:
    """The label of 'no Cleft palate' is 'Cleft palate'; its name says that it is absent."""
    captions = {style.label: style.caption for style in NODE_STYLES}
    assert captions["Finding"] == captions["Candidate"] == "{name}"


def test_the_kit_says_how_it_is_served(tmp_path: Path) -> None:
    """A server of static files alone is not enough: it gives no leave to read."""
    write_kit(tmp_path / "kit", base_url="https://example.org/kit/")
    text = (tmp_path / "kit" / README_FILE).read_text("utf-8")
    assert ":guide https://example.org/kit/index.html\n" in text
    assert ":style https://example.org/kit/style.grass\n" in text
    for said in ("python -m http.server", "Access-Control-Allow-Origin: *", FAVOURITES_FILE):
        assert said in text
