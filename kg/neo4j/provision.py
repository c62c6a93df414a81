"""A server for tests: the one that is named, one of our own, or one in Docker."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from nosograph.kg.neo4j.access import Access
from nosograph.kg.neo4j.assembly import assemble
from nosograph.kg.neo4j.errors import NoServerError
from nosograph.kg.neo4j.server import LocalServer

__all__ = ["DOCKER_IMAGE", "provided_server"]

DOCKER_IMAGE = "neo4j:5.26-community"


@contextmanager
def provided_server(
    folder: Path, *, environment: Mapping[str, str] = os.environ
) -> Iterator[Access]:
    """A server, and how to reach it; one that was started for this is stopped at the end.

    Where ``NEO4J_URI`` names a server, that; else, where Java and Maven are there, one that is put
    together and started; else, where Docker runs, a container of the official image.

    Args:
        folder: Where the data of a server of our own goes.
        environment: The environment.

    Raises:
        NoServerError: If there is none of these; it says why, for each.
        AccessError: If ``NEO4J_URI`` is set, but no password.
    """
    if environment.get("NEO4J_URI"):
        yield Access.from_settings(environment=environment)
        return
    try:
        assembly = assemble()
    except NoServerError as error:
        if not _docker_runs():
            raise NoServerError(
                f"no Neo4j server: NEO4J_URI is not set; {error} Docker does not run either."
            ) from error
    else:
        with LocalServer(folder, assembly) as server:
            yield server.access
        return
    with _container() as access:
        yield access


def _docker_runs() -> bool:
    docker = shutil.which("docker")
    if docker is None:
        return False
    try:
        done = subprocess.run([docker, "info"], capture_output=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


@contextmanager
def _container() -> Iterator[Access]:
    """A container of the official image, removed at the end."""
    try:
        from testcontainers.neo4j import Neo4jContainer
    except ImportError as error:
        raise NoServerError(
            "Docker runs, but a server in it needs testcontainers: pip install 'nosograph[dev]'."
        ) from error
    password = secrets.token_hex(16)
    with Neo4jContainer(DOCKER_IMAGE, password=password) as container:
        yield Access(uri=container.get_connection_url(), password=password)
