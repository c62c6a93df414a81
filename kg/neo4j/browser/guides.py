"""A small web server for the guides, as Neo4j Browser wants it: read only, on this machine alone.

Browser loads a guide from another origin than its own, with headers of its own (among them those
of its error reporter), so that a server
has to answer the preflight that precedes such a request (CORS).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from nosograph.kg.neo4j.browser.guide import DEFAULT_BASE_URL
from nosograph.kg.neo4j.errors import Neo4jError

__all__ = ["LOOPBACK", "USUAL_PORT", "GuideServer"]

LOOPBACK = "127.0.0.1"
"""Is called ``localhost`` in addresses: that is the one name from which Browser takes guides and
styles without a setting of its server (``browser.remote_content_hostname_whitelist``)."""
USUAL_PORT = int(DEFAULT_BASE_URL.rpartition(":")[2])
CONTENT_TYPES = {
    "html": "text/html; charset=utf-8",
    "grass": "text/plain; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "zip": "application/zip",
}
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    # Chromium asks this where a page of the network reads from this machine.
    "Access-Control-Allow-Private-Network": "true",
    "Access-Control-Max-Age": "600",
}
_IDLE_SECONDS = 30.0

Files = Mapping[str, bytes]
"""Content by path: nothing else is served."""


class GuideServer:
    """Serves a fixed set of files; use it with ``with``.

    >>> with GuideServer(lambda base: {"index.html": f"at {base}".encode()}) as server:
    ...     server.address.startswith("http://localhost:")
    True

    Args:
        files: Makes the files, given the address that they are served at: links between guides
            have to be whole addresses.
        host: Address to listen on.
        port: Port; 0 for a free one.

    Raises:
        Neo4jError: If the port cannot be had.
    """

    def __init__(
        self, files: Callable[[str], Files], *, host: str = LOOPBACK, port: int = 0
    ) -> None:
        try:
            self._server = _Server((host, port), _Handler)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise Neo4jError(
                f"the guides cannot be served at {host}:{port} ({reason}). "
                "Perhaps 'nosograph neo4j serve' serves them there already. Otherwise name "
                "another port, or 0 for any free one."
            ) from None
        name = "localhost" if host == LOOPBACK else f"[{host}]" if ":" in host else host
        self.address = f"http://{name}:{self._server.server_port}"
        self._server.files = dict(files(self.address))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @classmethod
    def on_usual_port(cls, files: Callable[[str], Files]) -> Self:
        """One on the usual port, or on a free one where that is taken."""
        try:
            return cls(files, port=USUAL_PORT)
        except Neo4jError:
            return cls(files)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    files: dict[str, bytes]


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    server_version = "Nosograph"
    sys_version = ""

    def do_OPTIONS(self) -> None:
        self._answer(HTTPStatus.NO_CONTENT, {})

    def do_HEAD(self) -> None:
        self._serve()

    def do_GET(self) -> None:
        self._serve()

    def _serve(self) -> None:
        path = unquote(urlsplit(self.path).path).removeprefix("/") or "index.html"
        content = self.server.files.get(path)
        if content is None:
            names = ", ".join(sorted(self.server.files))
            body = f"There is no such guide. There are: {names}\n".encode()
            self._answer(HTTPStatus.NOT_FOUND, {"Content-Type": CONTENT_TYPES["txt"]}, body)
            return
        kind = CONTENT_TYPES[path.rpartition(".")[2]]
        # A kit is written anew with the next version: a browser must not keep the old one.
        self._answer(HTTPStatus.OK, {"Content-Type": kind, "Cache-Control": "no-cache"}, content)

    def _answer(self, status: HTTPStatus, headers: Mapping[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in {**_CORS, **headers, "X-Content-Type-Options": "nosniff"}.items():
            self.send_header(name, value)
        if status is not HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: an address that somebody mistyped may hold anything."""
