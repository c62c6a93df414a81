"""The command line: parse, call, print."""

from nosograph.engine.cli.main import main

__all__ = ["main"]
