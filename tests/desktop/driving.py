"""How a desktop test drives a window: by object name and keyboard, as a person without a mouse.

``show(widget)``        shows it, active and painted; it is closed and deleted after the test
``keep(widget)``        only the latter, for a top-level widget that is not shown
``find(widget, name)``  the one child of that object name, or the sentence that says why not
``opened(name)``        the one top-level widget of that name that is on the screen
``press(widget, keys)`` keys as people name them: ``"Ctrl+K"``, ``"Shift+Tab"``, ``"Down"``
``write(widget, text)`` types text
``wait_for(condition)`` runs the event loop until the condition holds
"""

from __future__ import annotations

import contextlib
import difflib
import time
from collections.abc import Callable
from typing import TypeVar

import pytest
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

W = TypeVar("W", bound=QWidget)
Q = TypeVar("Q", bound=QObject)

SECONDS = 10.0
_POLL_MS = 2

shown: list[QWidget] = []
"""What the running test put on the screen, oldest first."""
ending = contextlib.ExitStack()
"""What ends after the widgets and before the test's fixtures: jobs, links."""


def keep(widget: W) -> W:
    """Have a top-level widget closed and deleted after the test."""
    shown.append(widget)
    return widget


def show(widget: W, width: int = 0, height: int = 0) -> W:
    """Show a top-level widget, make it the active window and wait until it is painted."""
    keep(widget)
    if width and height:
        widget.resize(width, height)
    widget.show()
    widget.activateWindow()
    wait_for(widget.isActiveWindow, what=f"{_name(widget)} to become the active window")
    # An exposed window may not be painted yet, and a broken paintEvent must fail here.
    widget.grab()
    return widget


def find(root: QObject, name: str, kind: type[Q] = QWidget) -> Q:  # type: ignore[assignment]
    """Return the one descendant called `name`; fails naming those that come near."""
    found = root.findChildren(kind, name)
    if len(found) == 1:
        return found[0]
    if found:
        pytest.fail(f"{len(found)} objects called {name!r} in {_name(root)}")
    others = root.findChildren(QObject, name)
    if others:
        pytest.fail(f"{name!r} is a {type(others[0]).__name__}, not a {kind.__name__}")
    names = sorted({child.objectName() for child in root.findChildren(kind)} - {""})
    near = difflib.get_close_matches(name, names, 8, 0.3) or names[:30]
    pytest.fail(f"no {kind.__name__} called {name!r} in {_name(root)}; there is {near}")


def opened(name: str, kind: type[W] = QWidget) -> W:  # type: ignore[assignment]
    """Wait for a window called `name` and return it: a dialog, a menu, the palette."""
    found: list[W] = []

    def is_there() -> bool:
        found[:] = [
            top
            for top in QApplication.topLevelWidgets()
            if isinstance(top, kind) and top.objectName() == name and top.isVisible()
        ]
        return bool(found)

    wait_for(is_there, what=f"a window called {name!r}")
    return found[0]


def press(widget: QWidget, keys: str) -> None:
    """Press keys on the widget; for a window on what has the keyboard: popup or focused control."""
    for combination in QKeySequence.fromString(keys):  # type: ignore[attr-defined]
        key, modifiers = combination.key(), combination.keyboardModifiers()
        if key == Qt.Key.Key_unknown:
            pytest.fail(f"no keys are called {keys!r}")
        if key == Qt.Key.Key_Tab and modifiers & Qt.KeyboardModifier.ShiftModifier:
            key = Qt.Key.Key_Backtab
        QTest.keyClick(_target(widget), key, modifiers)


def write(widget: QWidget, text: str) -> None:
    """Type text into the widget; into what has the keyboard when it is a window."""
    QTest.keyClicks(_target(widget), text)


def wait_for(
    condition: Callable[[], object], seconds: float = SECONDS, what: str = "the condition"
) -> None:
    """Run the event loop, as the product does, until the condition holds; fails after `seconds`.

    Not by `QTest.qWait`: within a loop the guard against waiting on the main thread is awake.
    """
    if condition():
        return
    loop, poll = QEventLoop(), QTimer()
    until = time.monotonic() + seconds
    ends: list[BaseException | bool] = []

    def look() -> None:
        try:
            held = bool(condition())
        except BaseException as error:  # noqa: BLE001 (raised below, outside the slot)
            ends.append(error)
        else:
            if not held and time.monotonic() < until:
                return
            ends.append(held)
        poll.stop()
        loop.quit()

    poll.timeout.connect(look)
    poll.start(_POLL_MS)
    loop.exec()
    if isinstance(ends[0], BaseException):
        raise ends[0]
    if not ends[0]:
        pytest.fail(f"waited {seconds:g} s for {what}")


def settle() -> None:
    """Run the event loop once through everything that is due now."""
    loop = QEventLoop()
    QTimer.singleShot(0, loop.quit)
    loop.exec()


def _target(widget: QWidget) -> QWidget:
    if not widget.isWindow():
        return widget
    return QApplication.activePopupWidget() or widget.focusWidget() or widget


def _name(thing: QObject) -> str:
    return f"{type(thing).__name__} {thing.objectName()!r}"
