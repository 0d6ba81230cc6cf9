"""What a desktop test must leave behind: nothing that lives, runs or complained.

Hooks and fixtures that ``conftest.py`` takes in; `test_leaks.py` proves that each can fail. Judged
after the test's last fixture is gone: top-level widgets, timers, animations, threads of Qt, and
every message Qt gave. Threads of jobs are judged by ``tests/strictness.py``, exceptions in slots
and virtual functions by pytest-qt.
"""

from __future__ import annotations

import functools
import gc
import re
import threading
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from PySide6.QtCore import (
    QAbstractAnimation,
    QCoreApplication,
    QEvent,
    QMessageLogContext,
    QObject,
    QThread,
    QThreadPool,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from shiboken6 import isValid

from tests.desktop import driving

ExpectMessage = Callable[[str], None]
"""``expected_message(pattern)``: a regular expression searched in what Qt says."""

_GRACE_MS = 2000
_LOUD = (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
_ALWAYS = re.compile(r"^(QPainter|QObject::(connect|disconnect)|QWidget::|QLayout|QTimer|QThread)")
"""What Qt says about our mistakes, however softly."""
_PLATFORM = re.compile(r"^This plugin (does not support|supports) ")
"""What the offscreen platform says about itself."""
_OF_QT = ("QTipLabel",)
"""Top-level widgets that Qt makes and deletes by itself."""


class MessageWatch:
    """Collects what Qt says while one test runs, its fixtures included."""

    def __init__(self) -> None:
        self._said: list[str] = []
        self._expected: list[str] = []
        self._before: Any = None

    def start(self) -> None:
        """Listen from now on."""
        self._before = qInstallMessageHandler(self._hear)

    def stop(self) -> None:
        """Give back what was installed before."""
        qInstallMessageHandler(self._before)

    def expect(self, pattern: str) -> None:
        """Declare that at least one message matching `pattern` will have come."""
        self._expected.append(pattern)

    def faults(self) -> Iterator[str]:
        """Messages nobody expected, and expected ones that never came."""
        for message in self._said:
            if not any(re.search(pattern, message) for pattern in self._expected):
                yield f"Qt said: {message}"
        for pattern in self._expected:
            if not any(re.search(pattern, message) for message in self._said):
                yield f"Qt was expected to say, and did not: {pattern}"

    def _hear(self, kind: QtMsgType, context: QMessageLogContext, message: str | None) -> None:
        text = message or ""
        if (kind in _LOUD or _ALWAYS.search(text)) and not _PLATFORM.search(text):
            self._said.append(text)


_WATCH = pytest.StashKey[MessageWatch]()
_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Listen to Qt from the first fixture's set-up to the last one's end."""
    watch = item.stash[_WATCH] = MessageWatch()
    watch.start()
    try:
        return (yield)
    finally:
        watch.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Note a failure: its traceback keeps widgets alive, which is no fault of theirs."""
    report = yield
    item.stash[_FAILED] = item.stash.get(_FAILED, False) or report.failed
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """End what the test showed, then its fixtures, then judge what is left."""
    end_what_was_shown()
    result = yield
    left = [*left_widgets(), *left_running()]
    said = list(item.stash[_WATCH].faults())
    if not item.stash.get(_FAILED, False) and (left or said):
        pytest.fail("the test left behind:\n  " + "\n  ".join([*left, *said]), pytrace=False)
    return result


@pytest.fixture
def expected_message(request: pytest.FixtureRequest) -> ExpectMessage:
    """Declare a message of Qt that this test provokes on purpose."""
    return request.node.stash[_WATCH].expect  # type: ignore[no-any-return]


def end_what_was_shown() -> None:
    """Close and delete the windows of `driving.show`, newest first, then end jobs and links."""
    try:
        while driving.shown:
            widget = driving.shown.pop()
            if isValid(widget):
                widget.close()
                widget.deleteLater()
            # The name would keep the Python side alive.
            del widget
        flush_deletions()
    finally:
        driving.ending.close()


def flush_deletions() -> None:
    """Carry out every `deleteLater` that was asked for."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def left_widgets() -> Iterator[str]:
    """Describe top-level widgets that live on, and delete them for the next test's sake.

    No garbage is collected first: a widget that only a cycle of references holds is destroyed by
    whichever thread collects next, and off the main thread that ends the process.
    """
    if QApplication.instance() is None:
        return
    QToolTip.hideText()
    flush_deletions()
    for widget in QApplication.topLevelWidgets():
        if widget.metaObject().className() in _OF_QT:
            continue
        yield (
            f"a top-level {_description(widget)}: give it a parent or delete it;"
            " a test's own goes to show() or keep()"
        )
        widget.close()
        widget.deleteLater()
    flush_deletions()


def left_running() -> Iterator[str]:
    """Describe timers, animations and threads that run on, and stop them."""
    for thing in _living():
        if isinstance(thing, QTimer) and thing.isActive():
            yield f"an active timer of {thing.interval()} ms: {_description(thing)}"
            thing.stop()
        elif isinstance(thing, QAbstractAnimation) and thing.state() != _STOPPED:
            yield f"a running animation: {_description(thing)}"
            thing.stop()
        elif isinstance(thing, QThread) and _runs_on(thing):
            yield f"a running thread: {_description(thing)}"
            thing.quit()
            thing.wait(_GRACE_MS)
        elif isinstance(thing, QThreadPool) and not thing.waitForDone(_GRACE_MS):
            yield f"a busy thread pool: {_description(thing)}"
    if not QThreadPool.globalInstance().waitForDone(_GRACE_MS):
        yield "the global thread pool is busy"


_STOPPED = QAbstractAnimation.State.Stopped


def _runs_on(thread: QThread) -> bool:
    ours = threading.current_thread() is threading.main_thread()
    if ours and thread == QThread.currentThread():
        return False
    return thread.isRunning() and not thread.wait(_GRACE_MS)


def _living() -> list[QObject]:
    """Objects of these kinds that Python knows; cheap, for older ones `conftest.py` has frozen."""
    return [thing for thing in gc.get_objects() if _is_watched(type(thing)) and isValid(thing)]


@functools.cache
def _is_watched(kind: type) -> bool:
    return issubclass(kind, (QTimer, QAbstractAnimation, QThread, QThreadPool))


def _description(thing: QObject) -> str:
    """Class and name, and whose it is."""
    words = f"{type(thing).__name__} {thing.objectName()!r}"
    if isinstance(thing, QWidget) and thing.windowTitle():
        words += f" titled {thing.windowTitle()!r}"
    parent = thing.parent()
    return words if parent is None else f"{words} of {_description(parent)}"
