"""kg/neo4j/browser/guides.py: what Browser asks of a server of guides, and what nobody gets."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator

import pytest

from nosograph.kg.neo4j.browser.guides import GuideServer
from nosograph.kg.neo4j.errors import Neo4jError


def files(address: str) -> dict[str, bytes]:
    return {"index.html": f"<p>{address}".encode(), "style.grass": b"node {}", "f.zip": b"PK"}


@pytest.fixture
def server() -> Iterator[GuideServer]:
    with GuideServer(files) as started:
        yield started


def ask(server: GuideServer, method: str, path: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", int(server.address.rpartition(":")[2]))
    try:
        connection.request(
            method,
            path,
            headers={
                "Origin": "http://127.0.0.1:7474",
                "Access-Control-Request-Headers": "cache-control,pragma,sentry-trace",
            },
        )
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def test_the_preflight_allows_whatever_headers_browser_sends(server: GuideServer) -> None:
    response, body = ask(server, "OPTIONS", "/index.html")
    assert (response.status, body) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Allow-Headers"] == "*"
    assert "GET" in response.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/index.html?now=1#slide-2", "text/html; charset=utf-8"),
        ("/style.grass", "text/plain; charset=utf-8"),
        ("/f.zip", "application/zip"),
    ],
)
def test_files_are_served_to_any_origin(server: GuideServer, path: str, kind: str) -> None:
    response, body = ask(server, "GET", path)
    assert (response.status, response.headers["Content-Type"]) == (200, kind)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert body in files(server.address).values()
    head, nothing = ask(server, "HEAD", path)
    assert head.headers["Content-Length"] == str(len(body))
    assert nothing == b""


def test_pages_are_made_for_the_address_they_are_served_at(server: GuideServer) -> None:
    assert server.address.startswith("http://localhost:")
    assert ask(server, "GET", "/")[1].decode() == f"<p>{server.address}"


@pytest.mark.parametrize("path", ["/../pyproject.toml", "/%2e%2e/etc/passwd", "//etc/passwd", "/x"])
def test_nothing_else_is_served(server: GuideServer, path: str) -> None:
    response, body = ask(server, "GET", path)
    assert response.status == 404
    assert b"index.html, style.grass" in body


def test_nothing_can_be_written(server: GuideServer) -> None:
    assert ask(server, "POST", "/index.html")[0].status == 501


def test_it_listens_on_this_machine_alone(server: GuideServer) -> None:
    with socket.socket() as other:
        # Any other address of the loopback network is another host to the server.
        assert other.connect_ex(("127.0.0.2", int(server.address.rpartition(":")[2]))) != 0


def test_a_port_that_is_taken_is_told_or_left() -> None:
    with GuideServer(files) as first:
        port = int(first.address.rpartition(":")[2])
        with pytest.raises(Neo4jError, match=rf"127\.0\.0\.1:{port} .*another port"):
            GuideServer(files, port=port)
    with GuideServer.on_usual_port(files) as usual, GuideServer.on_usual_port(files) as second:
        assert usual.address != second.address
    with pytest.raises(Neo4jError, match="cannot be served"):
        GuideServer(files, port=70_000)


def test_nothing_of_a_request_is_logged(
    server: GuideServer, capfd: pytest.CaptureFixture[str]
) -> None:
    ask(server, "GET", "/the-name-of-a-patient")
    assert capfd.readouterr() == ("", "")
