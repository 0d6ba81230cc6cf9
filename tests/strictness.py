"""What every test must leave as it found it: log, threads, environment, database connections.

A pytest plugin of our own, loaded by ``tests/conftest.py``. Warnings are errors by pyproject.toml.
`test_strictness.py` proves that each rule can fail.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterator

import pytest

ExpectLog = Callable[[str], None]
"""``expected_log(pattern)``: a regular expression searched in the record's message."""

_GRACE_SECONDS = 2.0


class LogWatch(logging.Handler):
    """Collects records at WARNING and above while one test runs, its fixtures included."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._records: list[logging.LogRecord] = []
        self._expected: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record for the verdict."""
        self._records.append(record)

    def expect(self, pattern: str) -> None:
        """Declare that at least one record matching `pattern` will have been logged."""
        self._expected.append(pattern)

    def verdict(self) -> None:
        """Fail the test for a record nobody expected or an expected one that never came."""
        messages = [record.getMessage() for record in self._records]
        absent = [p for p in self._expected if not any(re.search(p, m) for m in messages)]
        surprising = [
            f"{record.levelname} {record.name}: {message}"
            for record, message in zip(self._records, messages, strict=True)
            if not any(re.search(p, message) for p in self._expected)
        ]
        if surprising:
            pytest.fail("logged but not expected:\n  " + "\n  ".join(surprising), pytrace=False)
        if absent:
            pytest.fail("expected but not logged: " + ", ".join(absent), pytrace=False)


_WATCH = pytest.StashKey[LogWatch]()
_THREADS = pytest.StashKey[set[threading.Thread]]()
_SURROUNDINGS = pytest.StashKey[dict[str, object]]()
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Watch the log from the first fixture's set-up to the last one's end."""
    module = _module(item)
    if _THREADS not in module.stash:
        module.stash[_THREADS] = set(threading.enumerate())
        module.stash[_SURROUNDINGS] = _surroundings()
    watch = item.stash[_WATCH] = LogWatch()
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.addHandler(watch)
    try:
        return (yield)
    finally:
        root.removeHandler(watch)
        # A program run in this process has set up its log to a stream that ends with the test.
        for handler in root.handlers[:]:
            if isinstance(handler, logging.StreamHandler) and handler not in before:
                root.removeHandler(handler)
        root.setLevel(level)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """Judge the log once everything the test used is gone, and what its module leaves running."""
    result = yield
    item.stash[_WATCH].verdict()
    module = _module(item)
    if nextitem is None or _module(nextitem) is not module:
        before = module.stash[_THREADS]
        del module.stash[_THREADS]
        _judge(_running_since(before) + _changed_since(module.stash[_SURROUNDINGS]))
    return result


def _module(item: pytest.Item) -> pytest.Module:
    module = item.getparent(pytest.Module)
    assert module is not None
    return module


@pytest.fixture
def expected_log(request: pytest.FixtureRequest) -> ExpectLog:
    """Declare a record at WARNING or above that this test provokes on purpose."""
    return request.node.stash[_WATCH].expect  # type: ignore[no-any-return]


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """Fail a test that leaves a thread running; one that is ending gets two seconds."""
    before = set(threading.enumerate())
    yield
    _judge(_running_since(before))


def _judge(faults: str) -> None:
    if faults:
        pytest.fail(faults, pytrace=False)


def _running_since(before: set[threading.Thread]) -> str:
    deadline = time.monotonic() + _GRACE_SECONDS
    leaked = [t for t in threading.enumerate() if t not in before]
    for thread in leaked:
        thread.join(max(0.0, deadline - time.monotonic()))
    names = [t.name for t in leaked if t.is_alive()]
    return "threads still run: " + ", ".join(names) + "\n" if names else ""


def _surroundings() -> dict[str, object]:
    """What a program may change about its process, and would hand on to the next test."""
    found: dict[str, object] = {
        f"${name}": value for name, value in os.environ.items() if not name.startswith("PYTEST_")
    }
    found["folder"] = os.getcwd()
    return found | {one.name: signal.getsignal(one) for one in _SIGNALS}


def _changed_since(before: dict[str, object]) -> str:
    now = _surroundings()
    changed = sorted(k for k in before.keys() | now.keys() if before.get(k) != now.get(k))
    return "left changed: " + ", ".join(changed) if changed else ""
