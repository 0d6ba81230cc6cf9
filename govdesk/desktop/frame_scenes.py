"""Pictures of what every window is framed by: settings, palette, the fault window, trouble."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QKeySequenceEdit, QMainWindow, QTableView, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop import trouble
from govdesk.desktop.actions import Actions
from govdesk.desktop.actions.catalogue import ACTIONS
from govdesk.desktop.crash_window import CrashWindow
from govdesk.desktop.palette import Palette
from govdesk.desktop.palette_ranking import Entry
from govdesk.desktop.scene import Scene, Stage
from govdesk.desktop.settings import LivePreferences, SettingsPage
from govdesk.diagnostics import reports

_LIMITED: Final = 10


class _Window(QMainWindow):
    """A window whose page is the settings; it is not the console's own."""

    def __init__(self, stage: Stage):
        super().__init__()
        self.setWindowTitle("GovDesk")
        (stage.folder / "policy.json").write_text(json.dumps({"idle_lock_minutes": _LIMITED}))
        self.preferences = Preferences(
            stage.folder / "preferences.json", policy=stage.folder / "policy.json"
        )
        self.registry = Actions(self, self.preferences)
        for row in ACTIONS:
            self.registry.bind(row.id, _nothing)
        self.registry.update(page="timeline", permissions=frozenset({"audit.read"}))
        self.page = SettingsPage(LivePreferences(self.preferences, self), self.registry, self)
        self.setCentralWidget(self.page)


def _nothing() -> None:
    """Actions of a picture do nothing."""


def _window(stage: Stage) -> QWidget:
    return _Window(stage)


def _shortcuts(window: QWidget) -> None:
    page = window.findChild(SettingsPage)
    table = window.findChild(QTableView, "shortcuts_table")
    keys = window.findChild(QKeySequenceEdit, "shortcut_keys")
    assert page is not None
    assert table is not None
    assert keys is not None
    page.show_shortcuts()
    table.selectRow(2)
    keys.setFocus()
    keys.setKeySequence(QKeySequence("Ctrl+J"))


def _palette(text: str) -> Callable[[QWidget], object]:
    def act(window: QWidget) -> None:
        assert isinstance(window, _Window)
        palette = Palette(window.registry, window.preferences, window)
        palette.add_provider(_numbers)
        palette.open(text)

    return act


def _numbers(text: str) -> list[Entry]:
    if not text.isdigit():
        return []
    return [Entry(f"Go to event {int(text):,}", "Timeline", icon="hash")]


def _fault(stage: Stage) -> QWidget:
    """A report of which nothing depends on this machine."""
    report = reports.Report("3f2a9c41d07e", "ValueError: no column 7", _REPORT, _AT)
    window = CrashWindow(report, Path(_NAME))
    window.set_count(3)
    return window


def _trouble(window: QWidget) -> None:
    trouble.show(window, OSError(errno.ENOSPC, "", "trail.csv"), _nothing)


_AT: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
_NAME: Final = "report-20260601T120000000000Z-3f2a9c41d07e.txt"
_REPORT: Final = """GovDesk fault report

Time: 2026-06-01 12:00:00Z
Thread: MainThread
Group: 3f2a9c41d07e

Traceback (most recent call last):
  File "govdesk/desktop/tables/model.py", line 88, in data
    return self._columns[index.column()].text(row)
ValueError: no column 7

Environment
GovDesk: 0.1.0
Newest log records
none
"""


def scenes() -> list[Scene]:
    """Settings in both tabs, the palette with and without an answer, fault and trouble."""
    return [
        Scene("settings", _window),
        Scene("settings", _window, "shortcuts", _shortcuts),
        Scene("palette", _window, act=_palette("export")),
        Scene("palette", _window, "number", _palette("12345")),
        Scene("palette", _window, "nothing", _palette("qqqq")),
        Scene("fault", _fault),
        Scene("trouble", _window, act=_trouble),
    ]
