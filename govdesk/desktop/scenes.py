"""Pictures of the frame of every window: band, jobs, palette, settings, banners, questions."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QKeySequenceEdit, QTableView, QWidget

from govdesk.desktop.crash_window import CrashWindow
from govdesk.desktop.main_window import MainWindow
from govdesk.desktop.scene import Scene, Stage
from govdesk.desktop.scene_console import console, is_at_rest, workplace
from govdesk.desktop.workplace import Workplace
from govdesk.diagnostics import reports
from govdesk.jobs import Task
from govdesk.services.audit import Exported
from govdesk.services.link import SessionEnded, Unreachable

Act = Callable[[QWidget], object]
_LIMITED: Final = 10
_SIZE: Final = 1_268_412
_OF: Final = 412_933
_UNENDED: Final = 2
_FAULT_SIZE: Final = (720, 480)


def scenes() -> list[Scene]:
    """What stands around every page."""
    return [
        _scene("jobs", _show_jobs),
        Scene("jobs", _at_work, "work", _show_jobs, _is_working),
        _scene("person-menu", _person_menu),
        _scene("palette", _palette("")),
        _scene("palette", _palette("export"), "query"),
        _scene("palette", _palette("clear"), "disabled"),
        _scene("palette", _palette("3,201"), "number"),
        _scene("palette", _palette("severity:high"), "filter"),
        _scene("palette", _palette("qqqq"), "nothing"),
        Scene("settings", _limited, "", _run("settings.open"), is_at_rest),
        Scene("settings", _limited, "shortcuts", _shortcuts, is_at_rest),
        Scene("fault", _fault, size=_FAULT_SIZE),
        Scene("leave", _at_work, "", _leave, _is_working),
        _scene("offline", _lose),
        _scene("session-ended", _end),
        _scene("trouble", _trouble),
    ]


def _scene(
    name: str, act: Act, state: str = "", settled: Callable[[QWidget], bool] = is_at_rest
) -> Scene:
    return Scene(name, console, state, act, settled)


def _run(action: str) -> Act:
    return lambda window: workplace(window).actions.run(action)


def _main(window: QWidget) -> MainWindow:
    assert isinstance(window, MainWindow)
    return window


# Work


def _at_work(stage: Stage) -> QWidget:
    """One export is done, one has failed, one runs, one waits for it."""
    path = stage.folder / "acme-audit-filtered.csv"

    def write(task: Task) -> Exported:
        path.write_bytes(bytes(_SIZE))
        return Exported(str(path), 3_412, "", 1, 3_412, 3_412)

    def begin(place: Workplace) -> None:
        place.begin()
        works = {path.name: write, "acme-audit.pdf": _fail, "acme-audit.json": _go_on}
        for name, work in (works | {"acme-event-3,996.json": _go_on}).items():
            title = f"Export {name}"
            place.window.jobs.start(
                work, owner=place, lane="export", title=title, visible=True, on_error=_unheard
            )

    return console(stage, begin=begin)


def _fail(task: Task) -> None:
    raise OSError(errno.ENOSPC, "No space left on device", "acme-audit.pdf")


def _go_on(task: Task) -> None:
    task.progress(160_512, _OF, "41,200 a second, 6 s left")
    task.cancel.wait()


def _unheard(error: Exception) -> None:
    """Its row says it."""


def _is_working(window: QWidget) -> bool:
    running = _main(window).jobs.running
    return len(running) == _UNENDED and any(job.total == _OF for job in running)


def _show_jobs(window: QWidget) -> None:
    _main(window).show_jobs()


def _leave(window: QWidget) -> None:
    window.close()


# Menus, palette, settings


def _person_menu(window: QWidget) -> None:
    button = _main(window).person_button
    button.menu().popup(button.mapToGlobal(button.rect().bottomLeft()))


def _palette(text: str) -> Act:
    return lambda window: workplace(window).palette.open(text)


def _limited(stage: Stage) -> QWidget:
    """Somebody's site has a policy."""
    policy = json.dumps({"idle_lock_minutes": _LIMITED})
    (stage.folder / "policy.json").write_text(policy, encoding="utf-8")
    return console(stage)


def _shortcuts(window: QWidget) -> None:
    place = workplace(window)
    place.actions.run("help.shortcuts")
    table = window.findChild(QTableView, "shortcuts_table")
    keys = window.findChild(QKeySequenceEdit, "shortcut_keys")
    assert table is not None
    assert keys is not None
    table.selectRow(2)
    keys.setFocus()
    keys.setKeySequence(QKeySequence("Ctrl+J"))


# What goes wrong


def _fault(stage: Stage) -> QWidget:
    """A report of which nothing depends on this machine."""
    report = reports.Report("3f2a9c41d07e", "ValueError: no column 7", _REPORT, _AT)
    window = CrashWindow(report, Path(_NAME))
    window.set_count(3)
    return window


def _lose(window: QWidget) -> None:
    _main(window).connection.heard(
        Unreachable("The server does not answer.", "Check the network, then try again.")
    )


def _end(window: QWidget) -> None:
    _main(window).connection.heard(SessionEnded())


def _trouble(window: QWidget) -> None:
    workplace(window).trouble(OSError(errno.EACCES, "", "acme-audit.csv"))


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
