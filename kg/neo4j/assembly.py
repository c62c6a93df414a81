"""A Neo4j server put together from its published Maven artifacts, in the user's cache.

Two artifacts and what they need are the whole server: Neo4j Community and Neo4j Browser. It is put
together once for each version, aside, and moved into place; of several processes that want it at
the same time one does the work.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from nosograph.kg.neo4j.errors import NoServerError

__all__ = ["BROWSER_VERSION", "NEO4J_VERSION", "Assembly", "assemble", "find_java"]

NEO4J_VERSION, BROWSER_VERSION = "5.26.30", "5.24.0"
OLDEST_JAVA = 17
MAVEN_SECONDS = 1_200
_POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>nosograph</groupId><artifactId>neo4j-server</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.neo4j</groupId><artifactId>neo4j</artifactId>
      <version>{NEO4J_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.neo4j.client</groupId><artifactId>neo4j-browser</artifactId>
      <version>{BROWSER_VERSION}</version>
    </dependency>
  </dependencies>
</project>
"""
_PARTIAL = ".partial-"
_JAVA_VERSION = re.compile(r'version "(\d+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """A server that can be started: its jars, and the Java that runs them."""

    lib: Path
    java: Path

    @property
    def classpath(self) -> str:
        """All jars, as Java takes them."""
        return f"{self.lib}{os.sep}*"


def assemble(
    cache: Path | None = None, *, progress: Callable[[str], None] | None = None
) -> Assembly:
    """The server of the pinned version; it is put together where it is not there yet.

    Args:
        cache: Folder that keeps it; the user's cache when not given.
        progress: Is told when something long begins.

    Raises:
        NoServerError: If Java 17 or Maven is not there, or Maven fails.
    """
    java = find_java()
    folder = cache or Path(platformdirs.user_cache_dir("nosograph", appauthor=False))
    target = folder / f"neo4j-{NEO4J_VERSION}"
    assembly = Assembly(lib=target / "lib", java=java)
    if target.is_dir():
        return assembly
    maven = shutil.which("mvn")
    if maven is None:
        raise NoServerError(
            f"Neo4j {NEO4J_VERSION} is not in {folder}, and Maven (mvn), which would fetch it, is "
            "not installed."
        )
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder / f"neo4j-{NEO4J_VERSION}.lock"):
        if not target.is_dir():  # else another process was faster
            for left in folder.glob(f"{_PARTIAL}neo4j-*"):  # of a process that was killed
                shutil.rmtree(left, ignore_errors=True)
            if progress is not None:
                progress(f"fetching Neo4j {NEO4J_VERSION} (137 MB, once)")
            _fetch(maven, target)
    return assembly


def find_java() -> Path:
    """The Java of ``JAVA_HOME`` or of the path, if it is new enough.

    Raises:
        NoServerError: If there is none.
    """
    named = os.environ.get("JAVA_HOME")
    found = str(Path(named) / "bin" / "java") if named else shutil.which("java")
    wanted = f"Neo4j {NEO4J_VERSION} needs Java {OLDEST_JAVA} or later"
    if found is None:
        raise NoServerError(f"{wanted}, and no Java is installed.")
    try:
        done = subprocess.run(
            [found, "-version"], capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoServerError(f"{wanted}; {found} cannot be run.") from error
    version = _JAVA_VERSION.search(done.stderr)
    if version is None or int(version[1]) < OLDEST_JAVA:
        shown = version[1] if version else "of an unknown version"
        raise NoServerError(f"{wanted}; {found} is {shown}. JAVA_HOME names another one.")
    return Path(found)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Wait until no other process holds the lock; a process that dies gives it back."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _fetch(maven: str, target: Path) -> None:
    aside = Path(tempfile.mkdtemp(prefix=f"{_PARTIAL}neo4j-", dir=target.parent))
    try:
        (aside / "pom.xml").write_text(_POM, "utf-8")
        command = [maven, "--quiet", "--batch-mode", "--strict-checksums"]
        command += ["dependency:copy-dependencies", "-DoutputDirectory=lib"]
        done = subprocess.run(
            [*command, "-DincludeScope=runtime"],
            cwd=aside,
            capture_output=True,
            text=True,
            check=False,
            timeout=MAVEN_SECONDS,
        )
        if done.returncode != 0 or not (aside / "lib" / f"neo4j-{NEO4J_VERSION}.jar").is_file():
            said = [line for line in done.stdout.splitlines() if "ERROR" in line][:1]
            raise NoServerError(
                f"Maven could not fetch Neo4j {NEO4J_VERSION} (exit code {done.returncode}): "
                f"{' '.join(said)[:300] or 'it gave no reason'}. Is the network there?"
            )
        aside.chmod(0o755)
        aside.rename(target)
    except subprocess.TimeoutExpired as error:
        raise NoServerError(
            f"Maven did not fetch Neo4j {NEO4J_VERSION} within {MAVEN_SECONDS // 60} minutes."
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
