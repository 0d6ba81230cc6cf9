"""Runs the console: the application, its console, and a clean end on signals."""

from __future__ import annotations

import signal
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Slot
from PySide6.QtWidgets import QApplication

from govdesk import __version__
from govdesk.config.preferences import Preferences
from govdesk.desktop import crash, theme
from govdesk.desktop.console import Console
from govdesk.desktop.crash import CrashGuard
from govdesk.desktop.demo import DemoStarter
from govdesk.desktop.garbage import Garbage
from govdesk.diagnostics.sudden_end import SuddenEnd
from govdesk.jobs import Jobs
from govdesk.services.demo_early import EarlyStart

STARTED_MS: Final = 2000
"""When the first window has been shown, and a moment of tidying is not noticed."""


def application() -> QApplication:
    """Return the one application, named for settings, windows and the desktop."""
    app = QApplication.instance() or QApplication(["govdesk"])
    assert isinstance(app, QApplication)
    app.setApplicationName("govdesk")
    app.setApplicationDisplayName("GovDesk")
    app.setApplicationVersion(__version__)
    app.setOrganizationName("GovDesk")
    app.setDesktopFileName("govdesk")
    app.setQuitOnLastWindowClosed(False)
    return app


def run(
    profile: str = "",
    *,
    demo_home: Path,
    events: int = 2000,
    reset: bool = False,
    early: EarlyStart | None = None,
    files: Sequence[Path] = (),
) -> int:
    """Open the console and return its exit code once it is closed; nothing is left running.

    With an `early` start of the demo it opens on the demo's people, with `files` on those sealed
    files alone.
    """
    app = application()
    theme.apply(app, Preferences.of_profile("").get("theme"))
    guard = CrashGuard(crash.folder())
    guard.install()
    guard.quit_asked.connect(app.quit)
    sudden_end = SuddenEnd(crash.folder())
    jobs = Jobs()
    demo = DemoStarter(demo_home, events, reset, jobs, early=early)
    console = Console(app, jobs=jobs, demo=demo, last_report=_last_report(sudden_end))
    guard.expected.connect(console.trouble)
    ends = EndSignals(app)
    garbage = Garbage(app)
    QTimer.singleShot(STARTED_MS, garbage.begin)
    if files:
        console.begin_with_files(files)
    else:
        console.begin(profile, with_demo=early is not None)
    try:
        return app.exec()
    finally:
        console.end()
        garbage.end()
        ends.stop()
        guard.uninstall()
        sudden_end.stop()


def _last_report(sudden_end: SuddenEnd) -> Path | None:
    """Begin to watch for a sudden end; return the report that an earlier one left."""
    try:
        return sudden_end.start()
    except OSError:
        # Without a folder for reports the console still works; the next fault says so.
        return None


class EndSignals(QObject):
    """Ends the program on SIGINT and SIGTERM: Python alone would notice them at the next event.

    Unlike `quit` it asks no window: a locked screen, or work that runs, would say no.
    """

    def __init__(self, app: QApplication):
        super().__init__(app)
        self._app = app
        self._ours, theirs = socket.socketpair()
        for end in (self._ours, theirs):
            end.setblocking(False)
        self._theirs = theirs
        signal.set_wakeup_fd(theirs.fileno())
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: None)
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_signal)

    @Slot()
    def _on_signal(self) -> None:
        numbers = self._ours.recv(64)
        if {signal.SIGINT, signal.SIGTERM} & set(numbers):
            self._app.exit(0)

    def stop(self) -> None:
        """Let go of what the signals are heard by; they change nothing from here on."""
        signal.set_wakeup_fd(-1)
        self._notifier.setEnabled(False)
        self._ours.close()
        self._theirs.close()
