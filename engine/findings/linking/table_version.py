"""A version for what is stored, that changes with the tables it was made from."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files

__all__ = ["table_version"]


@cache
def table_version(code_version: str, package: str, names: tuple[str, ...]) -> str:
    """The version of code and tables together, so that an edited table makes its index anew.

    >>> package = "nosograph.engine.findings.linking"
    >>> table_version("1", package, ("abbreviations.toml",)).startswith("1-")
    True

    Args:
        code_version: Raised by hand whenever the code makes the index differently.
        package: Where the tables lie.
        names: Their file names.
    """
    digest = sha256()
    for name in sorted(names):
        # A checkout with other line ends holds the same table.
        content = files(package).joinpath(name).read_bytes().replace(b"\r\n", b"\n")
        digest.update(name.encode() + b"\0" + content + b"\0")
    return f"{code_version}-{digest.hexdigest()[:12]}"
