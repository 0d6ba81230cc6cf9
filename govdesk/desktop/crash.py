"""Bugs: every exception that nobody caught, on any thread, becomes one report and one window.

Expected errors that nobody caught go to `expected`, or a dialog. Nothing is sent anywhere.
"""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import platformdirs
from PySide6 import __version__ as pyside_version
from PySide6.QtCore import (
    QCoreApplication,
    QMessageLogContext,
    QMetaMethod,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    Slot,
    qInstallMessageHandler,
    qVersion,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from govdesk.desktop import trouble
from govdesk.desktop.crash_window import CrashWindow
from govdesk.desktop.widgets import cover_all
from govdesk.diagnostics import environment, reports

MOST_WINDOWS: Final = 3
_LIMIT: Final = "This plugin does not support"
_log = logging.getLogger("govdesk.fault")
_qt_log = logging.getLogger("qt")
_LEVELS: Final = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def folder() -> Path:
    """Where reports are kept, private to this person."""
    return platformdirs.user_log_path("govdesk", appauthor=False)


class Group:
    """Faults that came through the same places: one report, one window, a count."""

    def __init__(self, report: reports.Report, path: Path | None):
        self.report, self.path = report, path
        self.count = 1
        self.window: CrashWindow | None = None
        self.was_shown = False


class CrashGuard(QObject):
    """Takes the hooks of Python and Qt between `install` and `uninstall`.

    A window opens from the event loop, never from within the code that failed, so a fault of
    painting does not open a window that has to be painted. `expected` carries expected errors.
    """

    expected = Signal(object)
    quit_asked = Signal()
    _arrived = Signal(str)
    _expected_arrived = Signal(object)

    def __init__(self, folder: Path, records: reports.RecentRecords | None = None):
        super().__init__()
        self.folder = folder
        self.groups: dict[str, Group] = {}
        self._records = records or reports.RecentRecords()
        self._lock = threading.Lock()
        self._inside = threading.local()
        self._last_expected: BaseException | None = None
        self._before: tuple[Any, Any, Any] | None = None
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)
        self._expected_arrived.connect(self._on_expected, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take the hooks."""
        logging.getLogger().addHandler(self._records)
        qt = qInstallMessageHandler(_on_qt_message)
        self._before = (sys.excepthook, threading.excepthook, qt)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def uninstall(self) -> None:
        """Give the hooks back and close the windows."""
        logging.getLogger().removeHandler(self._records)
        if self._before is not None:
            sys.excepthook, threading.excepthook, qt = self._before
            qInstallMessageHandler(qt)
            self._before = None
        for group in self.groups.values():
            if group.window is not None and isValid(group.window):
                group.window.close()
                group.window.deleteLater()
            group.window = None

    def note(self, error: BaseException, thread: str = "") -> None:
        """Take up a fault; for any thread, and never raises."""
        if getattr(self._inside, "noting", False):
            sys.__excepthook__(type(error), error, error.__traceback__)
            return
        self._inside.noting = True
        try:
            self._note(error, thread or threading.current_thread().name)
        except Exception as second:  # noqa: BLE001 (there is nobody left to tell but the terminal)
            sys.__excepthook__(type(error), error, error.__traceback__)
            sys.__excepthook__(type(second), second, second.__traceback__)
        finally:
            self._inside.noting = False

    def _note(self, error: BaseException, thread: str) -> None:
        if trouble.explain(error) is not None and error is not self._last_expected:
            self._last_expected = error
            self._expected_arrived.emit(error)
            return
        name = reports.group_of(error)
        with self._lock:
            known = self.groups.get(name)
            if known is not None:
                known.count += 1
            else:
                self.groups[name] = self._new_group(error, thread)
        if known is None or known.window is not None:
            self._arrived.emit(name)

    def _new_group(self, error: BaseException, thread: str) -> Group:
        facts = {"Qt": f"{qVersion()}, PySide {pyside_version}", **_platform()}
        report = reports.make(
            error,
            thread=thread,
            environment=environment.describe(facts),
            records=self._records.lines,
        )
        path = None
        try:
            path = reports.save(self.folder, report)
        except OSError as refused:
            _log.error("fault %s: the report cannot be saved: %s", report.group, refused)
        _log.critical("fault %s: %s", report.group, report.title)
        return Group(report, path)

    # Hooks

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self.quit_asked.emit()
        elif not issubclass(kind, Exception):
            sys.__excepthook__(kind, error, trace)
        else:
            self.note(error.with_traceback(trace))

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        error = arguments.exc_value
        if isinstance(error, Exception):
            name = arguments.thread.name if arguments.thread else "unknown"
            self.note(error.with_traceback(arguments.exc_traceback), name)

    # On the main thread, from the event loop

    @Slot(str)
    def _on_arrived(self, name: str) -> None:
        group = self.groups[name]
        if group.window is not None and isValid(group.window):
            group.window.set_count(group.count)
        elif not group.was_shown and self._open_windows() < MOST_WINDOWS:
            group.was_shown = True
            self._show(group)

    def _open_windows(self) -> int:
        windows = [group.window for group in self.groups.values()]
        return sum(window is not None and isValid(window) for window in windows)

    def _show(self, group: Group) -> None:
        # Whoever is called to look at the fault has not been shown the secret.
        cover_all()
        window = CrashWindow(group.report, group.path)
        group.window = window
        window.set_count(group.count)
        window.quit_asked.connect(self.quit_asked)
        window.show()
        window.raise_()
        window.activateWindow()

    @Slot(object)
    def _on_expected(self, error: BaseException) -> None:
        if self.isSignalConnected(QMetaMethod.fromSignal(self.expected)):
            self.expected.emit(error)
        else:
            trouble.show(QApplication.activeWindow(), error)


def _platform() -> dict[str, str]:
    application = QCoreApplication.instance()
    if not isinstance(application, QGuiApplication):
        return {}
    screen = application.primaryScreen()
    size = screen.size()
    scale = screen.devicePixelRatio()
    return {
        "Window system": application.platformName(),
        "Screen": f"{size.width()} × {size.height()} at {scale:g}",
    }


def _on_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Qt's own messages go to the log, so that a report has them."""
    category = getattr(context, "category", None) or "default"
    level = _LEVELS.get(kind, logging.WARNING)
    # What a window system cannot do is nobody's fault, and it says so at every window.
    if message.startswith(_LIMIT):
        level = logging.DEBUG
    _qt_log.log(level, "%s: %s", category, message)
