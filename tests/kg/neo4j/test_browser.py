"""The guides in the real Neo4j Browser, in a Chromium without a window: every query is clicked."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.request import ProxyHandler, build_opener

import pytest

from nosograph.engine.differential import Differential
from nosograph.kg.neo4j.access import Access
from nosograph.kg.neo4j.browser import kit_files, read_chapters
from nosograph.kg.neo4j.browser.guides import GuideServer
from nosograph.kg.neo4j.connection import Connection

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def screens() -> ModuleType:
    spec = importlib.util.spec_from_file_location("screens", ROOT / "docs" / "neo4j_screens.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["screens"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def guides() -> Iterator[GuideServer]:
    with GuideServer(kit_files) as server:
        yield server


@pytest.fixture(scope="module")
def window(
    screens: ModuleType, server_access: Access, embedded_database: Connection
) -> Iterator[Any]:
    chromium = screens.find_chromium()
    if chromium is None:
        pytest.skip("no Chromium on this machine: the guides were not tried in Neo4j Browser")
    row = embedded_database.read(
        "SHOW SETTINGS 'server.http.advertised_address' YIELD value RETURN value"
    )[0]
    address = f"http://{row['value']}/browser/"
    try:
        build_opener(ProxyHandler({})).open(address, timeout=10).close()
    except OSError:
        pytest.skip("Neo4j Browser does not answer where the server says: not tried in it")
    with screens.BrowserWindow(address, chromium) as opened:
        opened.log_in(server_access)
        yield opened


def test_play_opens_the_index_and_its_links_lead_to_every_chapter(
    window: Any, guides: GuideServer
) -> None:
    frame = window.run(f":play {guides.address}/index.html")
    frame.get_by_text("Nosograph in Neo4j Browser").wait_for()
    for chapter in read_chapters():
        window.clear()
        index = window.run(f":play {guides.address}/index.html")
        window.click(index.locator("a", has_text=chapter.title).first)
        window.page.get_by_test_id("frame").first.get_by_text(chapter.about[:40]).first.wait_for()


def test_the_style_gives_labels_their_colours(window: Any, guides: GuideServer) -> None:
    frame = window.run(f":style {guides.address}/style.grass")
    said = dict(re.findall(r"node\.(\w+)\s*{[^}]*?\bcolor: (#\w+)", frame.inner_text(), re.DOTALL))
    shown = window.run("MATCH p = (:Gene {name: 'FBN1'})-[]-(:Disease) RETURN p ORDER BY p LIMIT 3")
    for label in ("Gene", "Disease"):
        chip = shown.get_by_test_id(f"property-details-overview-node-label-{label}").first
        chip.wait_for()
        assert window.colour_of(chip) == said[label].lower(), label


@pytest.mark.parametrize("chapter", read_chapters(), ids=lambda chapter: chapter.name)
def test_every_query_of_a_chapter_runs_by_clicks(
    chapter: Any, window: Any, guides: GuideServer, example_case: Differential
) -> None:
    window.open_guide(f"{guides.address}/{chapter.name}.html")
    for query in chapter.queries:
        window.clear()
        frame = window.ask(query)
        failed = frame.get_by_test_id("cypherFrameErrorMessage")
        assert failed.count() == 0, (query.name, failed.all_inner_texts())
        if query.shows == "graph":
            said = frame.get_by_text(re.compile(r"Displaying \d+ nodes?")).inner_text()
            n_nodes = int(re.search(r"\d+", said)[0])  # type: ignore[index]
            assert 0 < n_nodes <= 300, query.name
        else:
            said = frame.get_by_test_id("frameStatusbar").inner_text()
            assert re.search(r"(streaming|Started) \d*[1-9]\d* records?", said), (query.name, said)


def test_the_favourites_are_taken_by_drop(window: Any, guides: GuideServer, tmp_path: Path) -> None:
    path = tmp_path / "nosograph-favourites.zip"
    path.write_bytes(kit_files(guides.address)[path.name])
    window.drop_file(path)
    window.page.get_by_test_id("navigationFavorites").click()
    shown = window.page.get_by_text(re.compile("^ ?Nosograph [0-9]+ "))
    shown.first.wait_for()
    folders = [text.strip() for text in shown.all_inner_texts()]
    # By number, of two digits where that is needed: Browser sorts folders by name.
    assert [name.partition(" ")[2].partition(" ")[2] for name in folders] == [
        "".join(c if c.isalnum() or c in " -," else "" for c in chapter.title)
        for chapter in read_chapters()
    ]
    first = read_chapters()[0].queries[0]
    window.page.get_by_text(folders[0]).click()
    window.page.get_by_text(first.title).click()
    assert first.cypher[:22] in window.editor_text()
