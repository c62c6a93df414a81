"""Every example in a docstring is true."""

import doctest
import importlib
import pkgutil

import pytest

PACKAGES = ("nosograph.ontologies", "nosograph.kg", "nosograph.engine")


def _modules() -> list[str]:
    found = list(PACKAGES)
    for package in PACKAGES:
        path = importlib.import_module(package).__path__
        found += [m.name for m in pkgutil.walk_packages(path, prefix=f"{package}.")]
    return found


@pytest.mark.parametrize("name", _modules())
def test_the_examples_of_a_module_are_true(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert result.failed == 0
