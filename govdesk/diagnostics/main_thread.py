"""A guard against waiting on the thread that draws: rooms that wait ask here first."""

from __future__ import annotations

import threading
from collections.abc import Callable

_is_drawing: Callable[[], bool] | None = None
_guards = 0


class MainThreadBlocked(RuntimeError):
    """A database, network or file operation was about to run on the thread that draws."""


def guard(is_drawing: Callable[[], bool]) -> None:
    """From now on `check` refuses on the main thread whenever `is_drawing` says so.

    Several may ask for it; it ends with as many calls of `release`.
    """
    global _is_drawing, _guards
    _is_drawing = is_drawing
    _guards += 1


def release() -> None:
    """End the guard, once everybody who asked for it has said so."""
    global _is_drawing, _guards
    _guards = max(_guards - 1, 0)
    if not _guards:
        _is_drawing = None


def check(operation: str) -> None:
    """Raise `MainThreadBlocked` if `operation` would hold the window up."""
    if _is_drawing is None or threading.current_thread() is not threading.main_thread():
        return
    if _is_drawing():
        raise MainThreadBlocked(f"{operation} on the main thread; use a job")
