"""Takes the pictures of docs/neo4j.md in the real Neo4j Browser, by a Chromium without a window.

    python docs/neo4j_screens.py

It starts a server of its own with the graph and the patient of examples/note.txt, serves the
guides, and walks through them as a person does: it clicks. The tests use the same `BrowserWindow`.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from nosograph.engine import ClinicalCase, DiagnosticEngine
from nosograph.engine.interchange.neo4j_cases import case_rows
from nosograph.kg.neo4j import load_graph, write_case
from nosograph.kg.neo4j.access import Access
from nosograph.kg.neo4j.assembly import assemble
from nosograph.kg.neo4j.browser import kit_files, read_chapters
from nosograph.kg.neo4j.browser.guides import GuideServer
from nosograph.kg.neo4j.connection import Connection
from nosograph.kg.neo4j.server import LocalServer

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTH, HEIGHT = 1600, 1000
WAIT_MS = 30_000
SETTLE_MS = 2_500
"""How long the nodes of a picture move until they have found their places."""
FOLDER = Path(__file__).parent
SCREENS = {
    "neo4j-disease": "disease_picture",
    "neo4j-candidates": "candidates_by_information",
    "neo4j-why": "why_picture",
    "neo4j-patient": "case_why_picture",
    "neo4j-differential": "case_differential",
    "neo4j-quality": "quality_by_source",
}
"""Query by picture; the guide stands beside each. The index is ``neo4j-guide``."""


def find_chromium() -> str | None:
    """The Chromium of this machine; ``CHROMIUM`` names another one."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


class BrowserWindow:
    """Neo4j Browser in a Chromium without a window; use it with ``with``.

    Args:
        address: Where Browser is, such as ``http://127.0.0.1:7474/browser/``.
        chromium: The program.
    """

    def __init__(self, address: str, chromium: str) -> None:
        from playwright.sync_api import sync_playwright

        self._playwright = sync_playwright().start()
        # Without a sandbox of its own: the only pages are ours, and root may not have one.
        self._chromium = self._playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--force-color-profile=srgb"]
        )
        self.page = self._chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        self.page.set_default_timeout(WAIT_MS)
        # Nothing is asked of the network: fonts and scripts of Browser's maker are not needed.
        self.page.route(
            lambda url: not url.startswith(("http://127.0.0.1", "http://localhost", "data:")),
            lambda route: route.abort(),
        )
        self.page.goto(address)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._chromium.close()
        self._playwright.stop()

    def log_in(self, access: Access) -> None:
        """Fill in the form that Browser begins with."""
        page = self.page
        page.get_by_test_id("boltaddress").fill(access.uri.partition("://")[2])
        page.get_by_test_id("username").fill(access.user)
        page.get_by_test_id("password").fill(access.password)
        page.get_by_test_id("connect").click()
        page.get_by_text("You are connected").first.wait_for()

    def run(self, command: str) -> Any:
        """Type something into the editor and run it.

        Returns:
            The newest frame, when it has its contents.
        """
        self.page.locator("#monaco-main-editor").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(command)
        return self.run_editor()

    def run_editor(self) -> Any:
        """Run what stands in the editor; returns the newest frame when it has its contents."""
        frames = self.page.get_by_test_id("frame")
        before = frames.count()
        self.page.get_by_test_id("editor-Run").click()
        self.page.wait_for_function(
            "n => document.querySelectorAll('[data-testid=frame]').length > n", arg=before
        )
        newest = frames.first
        newest.get_by_test_id("spinner").wait_for(state="detached")
        return newest

    def editor_text(self) -> str:
        """What stands in the editor."""
        text: str = self.page.locator("#monaco-main-editor").inner_text()
        return text.replace("\xa0", " ")

    def clear(self) -> None:
        """Close all frames."""
        self.page.locator("#monaco-main-editor").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(":clear")
        self.page.get_by_test_id("editor-Run").click()
        self.page.wait_for_function("!document.querySelector('[data-testid=frame]')")

    @property
    def guide(self) -> Any:
        """The drawer at the side with the guide."""
        return self.page.get_by_test_id("guidesDrawer")

    def open_guide(self, address: str) -> None:
        """Open a guide at the side."""
        self.page.locator("#monaco-main-editor").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(f":guide {address}")
        self.page.get_by_test_id("editor-Run").click()
        self.guide.locator("h3, h4").first.wait_for()

    def next_slide(self, title: str) -> None:
        """Turn the pages of the guide at the side until a heading is seen."""
        heading = self.guide.get_by_role("heading", name=title, exact=True)
        for _ in range(30):
            if heading.count():
                return
            self.page.get_by_test_id("guideNextSlide").click()
        raise LookupError(f"no slide of the guide has the heading {title!r}.")

    def click(self, element: Any) -> None:
        """Click something in a guide: Browser listens to it only when it has drawn its icon."""
        element.locator("i").first.wait_for(state="attached")
        element.click()

    def colour_of(self, element: Any) -> str:
        """The background colour of an element, as ``#rrggbb``."""
        said: str = element.evaluate("e => getComputedStyle(e).backgroundColor")
        red, green, blue = map(int, re.findall(r"\d+", said)[:3])
        return f"#{red:02x}{green:02x}{blue:02x}"

    def drop_file(self, path: Path) -> None:
        """Drop a file onto the window, as a person does with the mouse."""
        content = base64.b64encode(path.read_bytes()).decode()
        transfer = self.page.evaluate_handle(
            """([name, content]) => {
                const bytes = Uint8Array.from(atob(content), c => c.charCodeAt(0))
                const transfer = new DataTransfer()
                transfer.items.add(new File([bytes], name, {type: 'application/zip'}))
                return transfer
            }""",
            [path.name, content],
        )
        target = self.page.get_by_test_id("main")
        for event in ("dragenter", "dragover", "drop"):
            target.dispatch_event(event, {"dataTransfer": transfer})

    def fold_panel(self) -> None:
        """Fold the panel beside a picture away: it lies over a third of it."""
        for button in self.page.get_by_title("Collapse the node properties display").all():
            button.click()
            self.page.wait_for_timeout(SETTLE_MS)
            self.page.get_by_label("zoom-to-fit").click()

    def picture(self, path: Path) -> None:
        """Take a screenshot when everything has found its place."""
        self.page.wait_for_timeout(SETTLE_MS)
        self.page.screenshot(path=path)

    def ask(self, query: Any) -> Any:
        """Click the parameters of the query on the open slide, then the query itself.

        Returns:
            The frame with the answer.
        """
        self.next_slide(query.title)
        boxes = self.guide.locator("pre.runnable")
        for at in range(boxes.count()):
            self.click(boxes.nth(at))
            frame = self.run_editor()
        return frame


def write_example_case(connection: Connection) -> None:
    """The patient of examples/note.txt, under the name ``example``."""
    engine = DiagnosticEngine.load()
    load_graph(engine.graph, connection)
    note = (FOLDER.parent / "examples" / "note.txt").read_bytes()
    case = ClinicalCase.from_note(note, case_id="example")
    write_case(connection, case_rows(engine.diagnose(case, limit=10), engine.graph))


def main() -> None:
    """Take all pictures."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit(f"no Chromium: none of {', '.join(CHROMIUM_NAMES)} is installed")
    with (
        tempfile.TemporaryDirectory() as home,
        GuideServer(kit_files) as guides,
        LocalServer(Path(home) / "neo4j", assemble()) as server,
    ):
        with Connection(server.access) as connection:
            write_example_case(connection)
        with BrowserWindow(server.browser, chromium) as window:
            window.log_in(server.access)
            window.run(f":style {guides.address}/style.grass")
            window.clear()
            window.open_guide(f"{guides.address}/index.html")
            window.picture(FOLDER / "neo4j-guide.png")
            chapters = {q.name: (c, q) for c in read_chapters() for q in c.queries}
            for name, query_name in SCREENS.items():
                chapter, query = chapters[query_name]
                window.open_guide(f"{guides.address}/{chapter.name}.html")
                window.clear()
                window.ask(query)
                window.fold_panel()
                window.picture(FOLDER / f"{name}.png")
                print(f"docs/{name}.png")


if __name__ == "__main__":
    main()
