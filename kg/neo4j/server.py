"""A Neo4j server of our own on free ports of this machine: password, settings, start, stop."""

from __future__ import annotations

import http.client
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from nosograph.kg.neo4j.access import Access
from nosograph.kg.neo4j.assembly import Assembly
from nosograph.kg.neo4j.errors import Neo4jError
from nosograph.kg.neo4j.own_server import (
    PASSWORD,
    note_running,
    note_stopped,
    running_server,
)

__all__ = ["LocalServer", "admin_command", "keep_password", "run_admin"]

LOOPBACK = "127.0.0.1"
START_SECONDS, STOP_SECONDS = 120.0, 60.0
USUAL_BOLT_PORT, USUAL_HTTP_PORT = 7687, 7474
HEAP = "1g"
_OPEN_PACKAGES = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch")


@dataclass(frozen=True, slots=True)
class _Ports:
    bolt: int
    http: int


class LocalServer:
    """A server whose data lives in one folder.

    Args:
        home: Folder of its data, settings, log and password; made if it is not there.
        assembly: What is started.
        usual_ports: Take the ports that everybody expects, where they are free.
        browser_commands: What Neo4j Browser does by itself when somebody has logged in, such as
            ``:guide http://localhost:7475/index.html``.

    Use it with ``with``: it is started, and stopped at the end.
    """

    def __init__(
        self,
        home: Path,
        assembly: Assembly,
        *,
        usual_ports: bool = False,
        browser_commands: Sequence[str] = (),
    ) -> None:
        self.home, self.assembly, self.usual_ports = home.absolute(), assembly, usual_ports
        self.browser_commands = tuple(browser_commands)
        self._process: subprocess.Popen[bytes] | None = None
        self._ports: _Ports | None = None

    @property
    def password_file(self) -> Path:
        """Where the password is kept, for the eyes of this user only."""
        return self.home / PASSWORD

    @property
    def log_file(self) -> Path:
        """What the server says while it runs."""
        return self.home / "server.log"

    @property
    def access(self) -> Access:
        """How to reach it."""
        return Access(
            uri=f"bolt://{LOOPBACK}:{self._running_ports.bolt}",
            password=self.password_file.read_text("utf-8").strip(),
        )

    @property
    def browser(self) -> str:
        """The address of Neo4j Browser."""
        return f"http://{LOOPBACK}:{self._running_ports.http}/browser/"

    @property
    def _running_ports(self) -> _Ports:
        if self._ports is None:
            raise Neo4jError("the server was not started: call start() first.")
        return self._ports

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start, and wait until it answers.

        Raises:
            Neo4jError: If it does not answer in two minutes, or ends, or one runs there already.
        """
        self.home.parent.mkdir(parents=True, exist_ok=True)
        self._make_private_folder()
        if uri := running_server(self.home):
            raise Neo4jError(
                f"a Neo4j server runs on {self.home} already, at {uri}. Use that one, or stop it "
                "first (Ctrl-C where it was started)."
            )
        if not self.password_file.is_file():
            self._set_password()
        for attempt in range(3):
            self._ports = _free_ports(usual=self.usual_ports and attempt == 0)
            self._write_settings(self._ports)
            self._process = self._launch()
            try:
                self._wait()
            except BaseException as error:
                self.stop()
                if isinstance(error, _PortTakenError) and attempt < 2:
                    continue  # somebody took a port between our look and the server's
                raise
            note_running(self.home, uri=self.access.uri, process_id=self._process.pid)
            return

    def _make_private_folder(self) -> None:
        """Patients' cases may come to stand in it: it is for this user alone, also if it was there.

        Raises:
            Neo4jError: If it is somebody else's, whose server would then be taken for ours.
        """
        self.home.mkdir(mode=0o700, exist_ok=True)
        try:
            self.home.chmod(0o700)
        except PermissionError:
            raise Neo4jError(
                f"{self.home} belongs to another user, who can read what the server keeps there. "
                "Give another folder (--home or NOSOGRAPH_HOME)."
            ) from None

    def _set_password(self) -> None:
        """Make up a password, and tell the server before its first start.

        It goes to the server in a file of arguments: a command line can be read by everybody.
        """
        password = secrets.token_hex(16)
        (self.home / "conf").mkdir(exist_ok=True)
        aside = self.home / "initial-password.arguments"
        try:
            keep_password(aside, password)
            run_admin(
                self.assembly,
                self.home,
                ["dbms", "set-initial-password", f"@{aside}"],
            )
        finally:
            aside.unlink(missing_ok=True)
        keep_password(self.password_file, password)

    def _write_settings(self, ports: _Ports) -> None:
        bolt, web = (f"{LOOPBACK}:{port}" for port in (ports.bolt, ports.http))
        settings = {
            "server.default_listen_address": LOOPBACK,
            "server.bolt.listen_address": bolt,
            "server.bolt.advertised_address": bolt,
            "server.http.listen_address": web,
            "server.http.advertised_address": web,
            "server.https.enabled": "false",
            "server.memory.pagecache.size": "256m",
            "db.tx_log.preallocate": "false",
            # What was forgotten stands in the log of changes until that is thrown away.
            "db.tx_log.rotation.size": "16m",
            "db.tx_log.rotation.retention_policy": "keep_none",
            "dbms.usage_report.enabled": "false",
            "client.allow_telemetry": "false",
        }
        if self.browser_commands:
            commands = [command.removeprefix(":") for command in self.browser_commands]
            settings["browser.post_connect_cmd"] = "; ".join(commands)
        (self.home / "conf").mkdir(exist_ok=True)
        text = "".join(f"{name}={value}\n" for name, value in settings.items())
        (self.home / "conf" / "neo4j.conf").write_text(text, "utf-8")

    def _launch(self) -> subprocess.Popen[bytes]:
        command = [*_ends_with_us(), str(self.assembly.java), "-Xms256m", f"-Xmx{HEAP}"]
        command += ["-XX:+ExitOnOutOfMemoryError"]
        command += [f"--add-opens={package}=ALL-UNNAMED" for package in _OPEN_PACKAGES]
        command += ["-Dlog4j2.disable.jmx=true", "-Dfile.encoding=UTF-8"]
        command += ["-cp", self.assembly.classpath, "org.neo4j.server.CommunityEntryPoint"]
        command += [f"--home-dir={self.home}", f"--config-dir={self.home / 'conf'}"]
        with self.log_file.open("wb") as log:
            return subprocess.Popen(
                [*command, "--console-mode"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=_environment(self.home),
                start_new_session=True,  # Ctrl-C is for us; we stop the server in good order
            )

    def _wait(self) -> None:
        """Wait for the web port: the server opens it last."""
        process, port = self._process, self._running_ports.http
        assert process is not None
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if process.poll() is not None:
                said = self.log_file.read_text("utf-8", "replace")
                kind = _PortTakenError if "Address already in use" in said else Neo4jError
                raise kind(
                    f"the Neo4j server ended while it started (exit code {process.returncode}); "
                    f"{self.log_file} says why. Does another server use {self.home}?"
                )
            if _answers(port):
                return
            time.sleep(0.25)
        raise Neo4jError(
            f"the Neo4j server did not answer within {START_SECONDS:.0f} seconds; "
            f"{self.log_file} says how far it came."
        )

    def check(self) -> None:
        """See that it still runs.

        Raises:
            Neo4jError: If it has ended by itself.
        """
        if self._process is not None and self._process.poll() is not None:
            raise Neo4jError(
                f"the Neo4j server ended by itself (exit code {self._process.returncode}); "
                f"{self.log_file} says why."
            )

    def stop(self) -> None:
        """Stop in good order: what was written is on the disk afterwards."""
        process, self._process, self._ports = self._process, None, None
        if process is None:
            return
        note_stopped(self.home, process_id=process.pid)
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class _PortTakenError(Neo4jError):
    """Another process was faster to take a port."""


def keep_password(path: Path, password: str) -> None:
    """Write a password to a file that only this user can read, from its first byte on."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(password + "\n")


def admin_command(assembly: Assembly, arguments: Sequence[str]) -> list[str]:
    """The command line of Neo4j's administration tool."""
    command = [str(assembly.java), "-Xmx512m", "-cp", assembly.classpath]
    command += [f"--add-opens={package}=ALL-UNNAMED" for package in _OPEN_PACKAGES]
    return [*command, "org.neo4j.cli.AdminTool", *arguments]


def run_admin(
    assembly: Assembly, home: Path, arguments: Sequence[str], *, timeout: float = 900.0
) -> str:
    """Run Neo4j's administration tool on the data of a server that does not run.

    Args:
        assembly: The server.
        home: Folder of its data.
        arguments: Command and options.
        timeout: Seconds.

    Returns:
        What the tool printed.

    Raises:
        Neo4jError: If it fails.
    """
    home.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        admin_command(assembly, arguments),
        env=_environment(home),
        cwd=home,  # where it leaves its report
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )
    if done.returncode != 0:
        raise Neo4jError(
            f"neo4j-admin {' '.join(arguments[:2])} failed with exit code {done.returncode} on "
            f"{home}. Does a server use that folder?"
        )
    return done.stdout


def _ends_with_us() -> list[str]:
    """On Linux, let the server get a SIGTERM also where this process is killed."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []


def _environment(home: Path) -> dict[str, str]:
    """The environment for Java: without the passwords that may stand in ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEO4J_")}
    return kept | {"NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}


def _free_ports(*, usual: bool) -> _Ports:
    if usual and all(_is_free(port) for port in (USUAL_BOLT_PORT, USUAL_HTTP_PORT)):
        return _Ports(USUAL_BOLT_PORT, USUAL_HTTP_PORT)
    with socket.socket() as first, socket.socket() as second:
        first.bind((LOOPBACK, 0))
        second.bind((LOOPBACK, 0))
        return _Ports(first.getsockname()[1], second.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _answers(port: int) -> bool:
    """Whether the web port gives an answer; never by a proxy."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
