"""tests kg/neo4j/access.py: where a server is and how to log in, and that no password gets out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from nosograph.kg.neo4j.access import DEFAULT_URI, Access
from nosograph.kg.neo4j.errors import AccessError
from nosograph.kg.neo4j.own_server import find_own_server, note_running, note_stopped

SECRET = "s3cret-Zxqvwly"


def test_options_come_before_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(f"{SECRET}\nsecond line", "utf-8")
    environment = {
        "NEO4J_URI": "neo4j+s://there",
        "NEO4J_USERNAME": "reader",
        "NEO4J_PASSWORD": "other",
        "NEO4J_DATABASE": "hpo",
    }
    named = Access.from_settings(environment=environment)
    assert (named.uri, named.user, named.password, named.database) == (
        "neo4j+s://there",
        "reader",
        "other",
        "hpo",
    )
    given = Access.from_settings(
        uri="bolt://here:1", user="me", password_file=file, database="x", environment=environment
    )
    assert (given.uri, given.user, given.password, given.database) == (
        "bolt://here:1",
        "me",
        SECRET,
        "x",
    )


def test_the_password_file_may_be_named_by_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(f"{SECRET}\r\n", "utf-8")
    access = Access.from_settings(environment={"NEO4J_PASSWORD_FILE": str(file)})
    assert access.password == SECRET
    assert access.uri == DEFAULT_URI


def test_the_password_is_in_no_text_of_the_object() -> None:
    access = Access(uri=DEFAULT_URI, password=SECRET)
    assert SECRET not in f"{access} {access!r}"


def test_without_a_password_it_says_where_one_is_looked_for() -> None:
    with pytest.raises(AccessError, match="--password-file"):
        Access.from_settings(environment={})


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe\xff"], ids=repr)
def test_a_password_file_that_cannot_be_used_is_told(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "password"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(AccessError, match="first line"):
        Access.from_settings(password_file=file, environment={})


@pytest.mark.parametrize(
    "uri",
    ["", "localhost:7687", "http://localhost:7474", "bolt://", "file:///etc/passwd", "bolt://[::1"],
)
def test_what_is_no_address_of_a_server_is_told(uri: str) -> None:
    with pytest.raises(AccessError, match="expected something like"):
        Access(uri=uri, password=SECRET)


@pytest.mark.parametrize("host", ["localhost:7687", "[::1"])
def test_an_address_that_holds_a_password_is_refused_without_repeating_it(host: str) -> None:
    with pytest.raises(AccessError) as caught:
        Access(uri=f"bolt://neo4j:{SECRET}@{host}")
    assert SECRET not in str(caught.value)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


# --- the server that `nosograph neo4j serve` runs ---------------------------------------------------

OWN_URI = "bolt://127.0.0.1:7688"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder of graphs with a server that runs: this process stands in for it."""
    folder = tmp_path / "neo4j"
    folder.mkdir(mode=0o700)
    (folder / "password").write_text(f"{SECRET}\n", "utf-8")
    note_running(folder, uri=OWN_URI, process_id=os.getpid())
    return tmp_path


@pytest.mark.parametrize(
    "uri",
    [
        None,
        OWN_URI,
        "bolt://localhost:7688",
        "neo4j://127.0.0.1:7688",
        "bolt://LOCALHOST:7688/",
    ],
)
def test_our_own_server_is_found_with_its_password(uri: str | None, home: Path) -> None:
    access = Access.from_settings(uri=uri, home=home, environment={})
    assert (access.uri, access.user, access.password) == (OWN_URI, "neo4j", SECRET)
    named = {"NEO4J_URI": uri} if uri else {}
    assert Access.from_settings(home=home, environment=named) == access


@pytest.mark.parametrize(
    "uri",
    [
        DEFAULT_URI,
        "bolt://localhost:7689",
        "bolt://graph.example.org:7688",
        "bolt://127.0.0.2:7688",
        "bolt://127.0.0.1.example.org:7688",
        "bolt+s://127.0.0.1:7688",
        "neo4j+s://localhost:7688",
        "http://127.0.0.1:7688",
        "bolt://neo4j@127.0.0.1:7688",
        "bolt://127.0.0.1@example.org:7688",
        "bolt://127.0.0.1:7688@example.org",
        "bolt://[::1]:7688",
        "bolt://127.0.0.1:99999",
    ],
)
def test_the_password_of_our_own_server_goes_nowhere_else(uri: str, home: Path) -> None:
    for options in ({"uri": uri, "environment": {}}, {"environment": {"NEO4J_URI": uri}}):
        with pytest.raises(AccessError):
            Access.from_settings(home=home, **options)  # type: ignore[arg-type]


def test_a_password_or_another_user_that_is_given_comes_first(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("other\n", "utf-8")
    for options in (
        {"password_file": other, "environment": {}},
        {"environment": {"NEO4J_PASSWORD": "other"}},
        {"environment": {"NEO4J_PASSWORD_FILE": str(other)}},
    ):
        access = Access.from_settings(home=home, **options)  # type: ignore[arg-type]
        assert (access.uri, access.password) == (DEFAULT_URI, "other")
    with pytest.raises(AccessError, match="no password"):
        Access.from_settings(user="reader", home=home, environment={})


def test_a_server_that_does_not_run_is_not_ours(home: Path) -> None:
    folder = home / "neo4j"
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for process_id in (ended.pid, 0, -1, 2**80):
        note_running(folder, uri=OWN_URI, process_id=process_id)
        assert find_own_server(home) is None
    for damaged in ("", "{", "[]", "{}", '{"uri": "x", "process_id": "y"}', "null"):
        (folder / "running.json").write_text(damaged, "utf-8")
        assert find_own_server(home) is None
    note_running(folder, uri=OWN_URI, process_id=os.getpid())
    assert find_own_server(home) is not None
    note_stopped(folder, process_id=os.getpid() + 1)
    assert find_own_server(home) is not None
    note_stopped(folder, process_id=os.getpid())
    with pytest.raises(AccessError, match="no password"):
        Access.from_settings(home=home, environment={})


def test_a_process_that_got_the_number_of_a_server_that_crashed_is_not_ours(home: Path) -> None:
    if not Path("/proc/self/stat").is_file():
        pytest.skip("this system does not say when a process began")
    path = home / "neo4j" / "running.json"
    note = json.loads(path.read_text("utf-8"))
    assert note["process_id"] == os.getpid()
    for started in (str(int(note["started"]) - 1), None):
        path.write_text(json.dumps(note | {"started": started}), "utf-8")
        assert find_own_server(home) is None


@pytest.mark.parametrize(
    "uri", ["bolt://graph.example.org:7688", "bolt://10.0.0.1", "bolt://[", ""]
)
def test_a_note_that_names_another_machine_is_not_believed(uri: str, home: Path) -> None:
    note_running(home / "neo4j", uri=uri, process_id=os.getpid())
    assert find_own_server(home) is None


def test_a_folder_that_somebody_else_can_write_to_is_not_believed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = home / "neo4j"
    for mode in (0o770, 0o777, 0o702):
        folder.chmod(mode)
        assert find_own_server(home) is None
    folder.chmod(0o755)
    assert find_own_server(home) is not None
    user = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: user + 1)  # the folder is another user's
    assert find_own_server(home) is None
