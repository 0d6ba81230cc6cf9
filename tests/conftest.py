"""Fixtures and rules of all tests; each folder is a layer and a marker of the same name."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["tests.strictness", "tests.databases", "tests.people", "tests.certificates"]

_HERE = Path(__file__).parent
_LAYERS = ("unit", "interop", "database", "hostile", "worker", "web", "desktop", "end_to_end")


def pytest_configure(config: pytest.Config) -> None:
    """Register the layers, so that ``-m hostile`` and ``-m 'not end_to_end'`` work."""
    for layer in _LAYERS:
        config.addinivalue_line("markers", f"{layer}: every test in tests/{layer}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its layer; a test outside the layers' folders is an error."""
    for item in items:
        layer = item.path.relative_to(_HERE).parts[0]
        if layer not in _LAYERS:
            raise pytest.UsageError(f"{item.path} lies in none of: {', '.join(_LAYERS)}")
        item.add_marker(layer)
