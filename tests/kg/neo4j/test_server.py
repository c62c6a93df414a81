"""tests kg/neo4j/server.py and assembly.py: our own server, its password, and what goes wrong."""

from __future__ import annotations

import inspect
import os
import shutil
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest

from nosograph.kg.neo4j import assembly, provision, server
from nosograph.kg.neo4j.access import Access
from nosograph.kg.neo4j.assembly import Assembly
from nosograph.kg.neo4j.errors import Neo4jError, NoServerError
from nosograph.kg.neo4j.own_server import find_own_server, note_running
from nosograph.kg.neo4j.server import LocalServer


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole path, with a Java that is new enough."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script(folder / "java", "echo 'openjdk version \"17.0.15\" 2025-04-15' >&2")
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setattr(
        assembly.shutil,
        "which",
        lambda name: str(folder / name) if (folder / name).is_file() else None,
    )
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.delenv("NEO4J_URI", raising=False)
    return folder


MAVEN = f"""
test -f pom.xml && mkdir lib && touch lib/neo4j-{assembly.NEO4J_VERSION}.jar
echo run >> "$MAVEN_RUNS"
"""


def test_the_server_is_put_together_once_also_by_several_at_once(
    tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(tools / "mvn", f"sleep 0.3{MAVEN}")
    monkeypatch.setenv("MAVEN_RUNS", str(tmp_path / "runs"))
    cache, found = tmp_path / "cache", []
    (cache / ".partial-neo4j-left").mkdir(parents=True)  # by a process that was killed
    threads = [
        threading.Thread(target=lambda: found.append(assembly.assemble(cache))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert (found[0].lib / f"neo4j-{assembly.NEO4J_VERSION}.jar").is_file()
    assert (tmp_path / "runs").read_text("utf-8").splitlines() == ["run"]
    assert [path.name for path in cache.glob(".partial-*")] == []


@pytest.mark.parametrize(
    "maven", ["echo '[ERROR] no route to host'; exit 1", "exit 0"], ids=["fails", "fetches nothing"]
)
def test_a_maven_that_fails_leaves_nothing_and_is_told(
    maven: str, tools: Path, tmp_path: Path
) -> None:
    script(tools / "mvn", maven)
    with pytest.raises(NoServerError, match=r"Maven could not fetch Neo4j 5\.26.*network"):
        assembly.assemble(tmp_path / "cache")
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".lock"]


def test_without_maven_it_says_so(tools: Path, tmp_path: Path) -> None:
    with pytest.raises(NoServerError, match=r"Maven \(mvn\).* is not installed"):
        assembly.assemble(tmp_path)


@pytest.mark.parametrize(
    ("java", "says"),
    [
        ("echo 'java version \"11.0.2\"' >&2", "is 11"),
        ("echo 'java version \"1.8.0\"' >&2", "is 1"),
        ("echo nothing", "is of an unknown version"),
        (None, "no Java is installed"),
    ],
)
def test_an_old_java_or_none_is_told(
    java: str | None, says: str, tools: Path, tmp_path: Path
) -> None:
    (tools / "java").unlink()
    if java:
        script(tools / "java", java)
    with pytest.raises(NoServerError, match=f"needs Java 17 or later.*{says}"):
        assembly.assemble(tmp_path)


def test_where_there_is_nothing_the_reasons_are_told(
    tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        assembly.platformdirs, "user_cache_dir", lambda *_, **__: str(tmp_path / "c")
    )
    said = r"NEO4J_URI is not set.*Maven.*not installed.*Docker does not run"
    with pytest.raises(NoServerError, match=said), provision.provided_server(tmp_path):
        pass


def test_a_server_that_is_named_is_used() -> None:
    environment = {"NEO4J_URI": "bolt://there:1", "NEO4J_PASSWORD": "x"}
    with provision.provided_server(Path("nowhere"), environment=environment) as access:
        assert access == Access(uri="bolt://there:1", password="x")
    assert not Path("nowhere").exists()


class FakeContainer:
    """Stands in for the container of testcontainers, which needs Docker."""

    made: ClassVar[list[FakeContainer]] = []

    def __init__(self, image: str, *, password: str) -> None:
        self.image, self.password, self.is_running = image, password, False
        self.made.append(self)

    def __enter__(self) -> FakeContainer:
        self.is_running = True
        return self

    def __exit__(self, *_: object) -> None:
        self.is_running = False

    def get_connection_url(self) -> str:
        return "bolt://localhost:49153"


def test_where_docker_runs_and_maven_is_not_there_a_container_is_used(
    tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = pytest.importorskip("testcontainers.neo4j")
    # The fake is called as the real one can be called.
    inspect.signature(module.Neo4jContainer).bind(provision.DOCKER_IMAGE, password="x")
    assert hasattr(module.Neo4jContainer, "get_connection_url")
    monkeypatch.setattr(module, "Neo4jContainer", FakeContainer)
    monkeypatch.setattr(
        assembly.platformdirs, "user_cache_dir", lambda *_, **__: str(tmp_path / "c")
    )
    script(tools / "docker", "exit 0")
    with provision.provided_server(tmp_path / "home") as access:
        (container,) = FakeContainer.made
        assert container.is_running
        assert container.image == "neo4j:5.26-community"
        assert access.password == container.password
        assert len(access.password) >= 16
        assert access.uri == "bolt://localhost:49153"
    assert not container.is_running


def test_a_password_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("old", "utf-8")
    path.chmod(0o644)
    server.keep_password(path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text("utf-8") == "new\n"


def test_the_folder_of_a_server_is_for_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    java = script(tmp_path / "java", 'case "$*" in *AdminTool*) exit 0;; *) exit 7;; esac')
    own = LocalServer(tmp_path / "home", Assembly(lib=tmp_path, java=java))
    own.home.mkdir(mode=0o755)
    with pytest.raises(Neo4jError, match="exit code 7"):
        own.start()
    assert stat.S_IMODE(own.home.stat().st_mode) == 0o700

    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", refused)
    with pytest.raises(Neo4jError, match=r"another user.*--home"):
        own.start()


def test_a_server_that_ends_while_it_starts_is_told_with_its_log(tmp_path: Path) -> None:
    java = script(
        tmp_path / "java", 'case "$*" in *AdminTool*) exit 0;; *) echo broken; exit 7;; esac'
    )
    own = LocalServer(tmp_path / "home", Assembly(lib=tmp_path, java=java))
    with pytest.raises(Neo4jError, match=r"exit code 7.*server\.log"):
        own.start()
    assert own.log_file.read_text("utf-8") == "broken\n"


def test_a_port_that_somebody_took_meanwhile_is_another_port_next_time(tmp_path: Path) -> None:
    log = tmp_path / "starts"
    java = script(
        tmp_path / "java",
        f'case "$*" in *AdminTool*) exit 0;; esac; echo start >> {log}; '
        "echo 'java.net.BindException: Address already in use'; exit 1",
    )
    with pytest.raises(Neo4jError, match="ended while it started"):
        LocalServer(tmp_path / "home", Assembly(lib=tmp_path, java=java)).start()
    assert log.read_text("utf-8").count("start") == 3


def test_an_administration_tool_that_fails_leaves_no_password(tmp_path: Path) -> None:
    java = script(tmp_path / "java", "exit 3")
    own = LocalServer(tmp_path / "home", Assembly(lib=tmp_path, java=java))
    with pytest.raises(Neo4jError, match="set-initial-password failed with exit code 3"):
        own.start()
    assert [path.name for path in own.home.rglob("*") if path.is_file()] == []


def test_the_java_that_serves_does_not_get_our_passwords(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "s3cret")
    java = script(tmp_path / "java", "env; exit 0")
    said = server.run_admin(Assembly(lib=tmp_path, java=java), tmp_path / "home", ["x"])
    assert "s3cret" not in said
    assert f"NEO4J_HOME={tmp_path / 'home'}" in said


def test_the_password_of_our_server_is_in_its_file_alone(
    server_access: Access, server_folder: Path
) -> None:
    """Not on the command line of any process, and in no file that others may read."""
    home = server_folder / "home"
    if not home.is_dir():
        pytest.skip("the server of this session is not of our own")
    secret = server_access.password.encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            assert secret not in (folder / "cmdline").read_bytes()
        except OSError:
            continue
    holds = [path for path in home.rglob("*") if path.is_file() and secret in path.read_bytes()]
    assert [path.name for path in holds] == ["password"]
    assert stat.S_IMODE(holds[0].stat().st_mode) == 0o600
    assert os.stat(holds[0]).st_uid == os.getuid()


def test_a_server_that_runs_is_found_by_the_other_commands(
    server_access: Access, server_folder: Path, tmp_path: Path
) -> None:
    home = server_folder / "home"
    if not home.is_dir():
        pytest.skip("the server of this session is not of our own")
    (tmp_path / "neo4j").symlink_to(home)
    assert Access.from_settings(home=tmp_path, environment={}) == server_access


def test_a_second_server_on_the_same_folder_leaves_the_first_alone(tmp_path: Path) -> None:
    home = tmp_path / "neo4j"
    (home / "conf").mkdir(parents=True, mode=0o700)
    said = {home / "server.log": "of the first", home / "conf" / "neo4j.conf": "of the first"}
    for path, text in said.items():
        path.write_text(text, "utf-8")
    note_running(home, uri="bolt://127.0.0.1:7687", process_id=os.getpid())
    with pytest.raises(Neo4jError, match=r"runs on .* already, at bolt://127\.0\.0\.1:7687"):
        LocalServer(home, Assembly(lib=tmp_path, java=tmp_path)).start()
    assert {path: path.read_text("utf-8") for path in said} == said
    assert find_own_server(tmp_path) is not None


def test_a_server_that_is_stopped_is_not_found_any_more(tmp_path: Path) -> None:
    own = LocalServer(tmp_path / "neo4j", Assembly(lib=tmp_path, java=tmp_path))
    own.home.mkdir()
    own._process = subprocess.Popen(["sleep", "300"])
    note_running(own.home, uri="bolt://127.0.0.1:7687", process_id=own._process.pid)
    assert find_own_server(tmp_path) is not None
    own.stop()
    assert list(own.home.iterdir()) == []


def test_the_server_ends_when_who_started_it_is_killed(tmp_path: Path) -> None:
    if shutil.which("setpriv") is None:
        pytest.skip("needs setpriv, which is part of util-linux")
    pid_file = tmp_path / "pid"
    java = script(
        tmp_path / "java",
        f'case "$*" in *AdminTool*) exit 0;; esac; echo $$ > {pid_file}.new; '
        f"mv {pid_file}.new {pid_file}; exec sleep 300",
    )
    code = (
        "import sys; from pathlib import Path; "
        "from nosograph.kg.neo4j.assembly import Assembly; "
        "from nosograph.kg.neo4j.server import LocalServer; "
        "LocalServer(Path(sys.argv[1]), Assembly(lib=Path(), java=Path(sys.argv[2]))).start()"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "home"), str(java)]
    with subprocess.Popen(command) as starter:
        wait_until(pid_file.is_file)
        starter.kill()
    pid = int(pid_file.read_text("utf-8"))
    wait_until(lambda: not is_running(pid))


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)
