"""What Neo4j Browser is given: ``neo4j browser-kit`` writes it, ``neo4j guides`` serves it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nosograph.engine.cli.console import out, stop_on_signals
from nosograph.kg.neo4j.browser.guide import (
    DEFAULT_BASE_URL,
    FAVOURITES_FILE,
    INDEX_PAGE,
    STYLE_FILE,
)
from nosograph.kg.neo4j.browser.guides import LOOPBACK, USUAL_PORT, GuideServer
from nosograph.kg.neo4j.browser.kit import README_FILE, kit_files, write_kit

__all__ = ["browser_commands", "serve_guides", "write_browser_kit"]


def browser_commands(address: str) -> tuple[str, str]:
    """What Browser is told to load the style and to open the guide at the side.

    >>> browser_commands("http://localhost:7475")[1]
    ':guide http://localhost:7475/index.html'
    """
    return f":style {address}/{STYLE_FILE}", f":guide {address}/{INDEX_PAGE}"


def write_browser_kit(
    folder: Annotated[Path, typer.Argument(help="A new or an empty folder, or that of a kit.")],
    *,
    base_url: Annotated[
        str, typer.Option("--base-url", help="Address that the guides will be served from.")
    ] = DEFAULT_BASE_URL,
) -> None:
    """Write guides, a style sheet and favourites for Neo4j Browser.

    Guides link to each other by their address, so that they are made for the one that a web server
    will give them. 'nosograph neo4j guides' serves them without a folder.

    Examples:

        nosograph neo4j browser-kit kit

        nosograph neo4j browser-kit kit --base-url https://example.org/nosograph
    """
    kit = write_kit(folder, base_url=base_url)
    out.print(f"{len(kit.files)} files in {kit.folder}", soft_wrap=True)
    out.print(f"Once {kit.base_url} serves that folder, say in Neo4j Browser:", soft_wrap=True)
    _print_commands(kit.base_url)
    out.print(
        f"'python -m http.server' is not enough for it: {README_FILE} there says what is.",
        soft_wrap=True,
    )
    out.print(f"Favourites: drop {kit.folder / FAVOURITES_FILE} onto Browser.", soft_wrap=True)


def serve_guides(
    *,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; another than this one is seen.")
    ] = LOOPBACK,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65_535, help="Port; 0 for any free one.")
    ] = USUAL_PORT,
) -> None:
    """Serve the guides to Neo4j Browser, from this machine alone; Ctrl-C stops it.

    Examples:

        nosograph neo4j guides

        nosograph neo4j guides --port 0
    """
    stopped = stop_on_signals()
    with GuideServer(kit_files, host=host, port=port) as server:
        out.print(f"The guides are at {server.address}. Say in Neo4j Browser:", soft_wrap=True)
        _print_commands(server.address)
        out.print(
            f"Favourites: fetch {server.address}/{FAVOURITES_FILE} and drop it onto Browser.",
            soft_wrap=True,
        )
        if host != LOOPBACK:
            out.print(
                "Browser takes guides from another address than localhost only if its server "
                "says so: browser.remote_content_hostname_whitelist in neo4j.conf.",
                soft_wrap=True,
            )
        out.print("Ctrl-C stops it.")
        stopped.wait()


def _print_commands(address: str) -> None:
    style, guide = browser_commands(address)
    out.print(f"  {guide}   (the guide, beside what you run)", soft_wrap=True)
    out.print(f"  :play {address}/{INDEX_PAGE}    (the guide, in the stream)", soft_wrap=True)
    out.print(f"  {style}   (colours and captions)", soft_wrap=True)
