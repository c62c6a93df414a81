"""What each package and module promises to hold."""

import importlib
import pkgutil
from types import ModuleType

import pytest

PACKAGES = ("nosograph.ontologies", "nosograph.kg", "nosograph.engine")


def _modules() -> list[str]:
    found = list(PACKAGES)
    for package in PACKAGES:
        path = importlib.import_module(package).__path__
        found += [m.name for m in pkgutil.walk_packages(path, prefix=f"{package}.")]
    return found


@pytest.mark.parametrize("name", PACKAGES)
def test_the_namespace_of_a_package_is_its_sorted_all(name: str) -> None:
    package = importlib.import_module(name)
    promised = getattr(package, "__all__", [])
    held = {
        key
        for key, value in vars(package).items()
        if not key.startswith("_") and not isinstance(value, ModuleType) and key != "annotations"
    }
    assert list(promised) == sorted(promised)
    assert held == set(promised)


@pytest.mark.parametrize("name", _modules())
def test_every_name_in_all_exists_once(name: str) -> None:
    module = importlib.import_module(name)
    promised = list(getattr(module, "__all__", []))
    assert [key for key in promised if not hasattr(module, key)] == []
    assert len(promised) == len(set(promised))
