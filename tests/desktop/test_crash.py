"""Bugs: one window each, wherever they come from, with the whole report."""

from __future__ import annotations

import errno
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal, Slot, qWarning
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QVBoxLayout, QWidget

from govdesk.desktop import trouble
from govdesk.desktop.crash import CrashGuard
from govdesk.desktop.crash_window import CrashWindow
from govdesk.desktop.widgets import Banner
from govdesk.diagnostics import reports
from govdesk.domain.problem import Problem
from tests.desktop.accessibility import faults
from tests.desktop.driving import find, keep, opened, press, settle, show, wait_for
from tests.strictness import ExpectLog


@pytest.fixture
def guard(tmp_path: Path) -> Iterator[CrashGuard]:
    made = CrashGuard(tmp_path / "log")
    made.install()
    yield made
    made.uninstall()
    made.deleteLater()


class Clumsy(QWidget):
    """Fails when it is clicked, and when it is painted."""

    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("clumsy")
        self.paints = 0
        self.fails_painting = False
        self.asked.connect(self.on_asked)

    @Slot()
    def on_asked(self) -> None:
        raise ValueError("the slot fell over, password=hunter2")

    def paintEvent(self, event: QPaintEvent) -> None:
        self.paints += 1
        if self.fails_painting:
            raise RuntimeError("the brush broke")


def clumsy() -> Clumsy:
    return keep(Clumsy())


def windows() -> list[CrashWindow]:
    tops = QApplication.topLevelWidgets()
    return [top for top in tops if isinstance(top, CrashWindow) and top.isVisible()]


def text(window: QWidget) -> str:
    return find(window, "crash_report", QPlainTextEdit).toPlainText()


def test_a_fault_of_a_slot_shows_and_saves_its_report(
    guard: CrashGuard, expected_log: ExpectLog
) -> None:
    expected_log("the slot fell over")
    clumsy().asked.emit()
    window = opened("crash_window")
    assert "ValueError: the slot fell over" in text(window)
    assert "in on_asked" in text(window)
    assert "hunter2" not in text(window)
    (saved,) = reports.saved(guard.folder)
    assert saved.read_text(encoding="utf-8") == text(window)
    assert faults(window) == []


def test_a_fault_of_a_thread_comes_to_the_main_thread(
    guard: CrashGuard, expected_log: ExpectLog
) -> None:
    expected_log("KeyError")
    thread = threading.Thread(target=lambda: {}["gone"], name="counting")
    thread.start()
    thread.join()
    window = opened("crash_window")
    assert "Thread: counting" in text(window)


def test_a_fault_of_painting_is_one_window_and_no_storm(
    guard: CrashGuard, expected_log: ExpectLog
) -> None:
    expected_log("the brush broke")
    widget = show(Clumsy(), 200, 100)
    widget.fails_painting = True
    begun = widget.paints
    for _ in range(50):
        widget.update()
        settle()
    widget.fails_painting = False
    assert widget.paints - begun >= 50
    assert len(windows()) == 1
    assert "RuntimeError: the brush broke" in text(opened("crash_window"))
    assert len(reports.saved(guard.folder)) == 1


def test_the_same_fault_again_only_counts_up(guard: CrashGuard, expected_log: ExpectLog) -> None:
    expected_log("fell over")
    widget = clumsy()
    for _ in range(3):
        widget.asked.emit()
    window = opened("crash_window")
    wait_for(lambda: "3 times" in find(window, "crash_count").text())
    press(window, "Return")
    wait_for(lambda: not windows())
    widget.asked.emit()
    settle()
    assert windows() == []
    assert next(iter(guard.groups.values())).count == 4


def test_many_kinds_at_once_open_three_windows_and_save_every_report(
    guard: CrashGuard, expected_log: ExpectLog
) -> None:
    expected_log("fault")
    space: dict[str, object] = {}
    for number in range(6):
        source = f"def fail_{number}():\n    raise ValueError({number})"
        exec(compile(source, f"file_{number}", "exec"), space)
        try:
            space[f"fail_{number}"]()  # type: ignore[operator]
        except ValueError as error:
            guard.note(error)
    settle()
    assert len(windows()) == 3
    assert len(reports.saved(guard.folder)) == 6


def test_copy_gives_the_whole_report_and_quit_asks_for_the_end(
    guard: CrashGuard, expected_log: ExpectLog
) -> None:
    expected_log("fell over")
    asked: list[bool] = []
    guard.quit_asked.connect(lambda: asked.append(True))
    clumsy().asked.emit()
    window = opened("crash_window")
    press(find(window, "crash_copy"), "Space")
    assert QApplication.clipboard().text() == text(window)
    press(find(window, "crash_quit"), "Space")
    assert asked == [True]
    wait_for(lambda: not windows())


def test_show_in_folder_opens_where_the_report_is(tmp_path: Path) -> None:
    report = reports.make(ValueError("x"), thread="main", environment={})
    path = reports.save(tmp_path, report)
    shown: list[Path] = []
    window = show(CrashWindow(report, path, show_folder=shown.append))
    press(find(window, "crash_folder"), "Space")
    assert shown == [tmp_path]


def test_a_full_disk_loses_the_file_and_not_the_window(
    guard: CrashGuard, expected_log: ExpectLog
) -> None:
    expected_log("cannot be saved")
    expected_log("fell over")
    guard.folder.write_text("in the way")
    clumsy().asked.emit()
    window = opened("crash_window")
    assert "fell over" in text(window)
    assert not find(window, "crash_folder").isVisible()


def test_a_fault_of_the_guard_itself_goes_to_the_terminal_and_no_further(
    guard: CrashGuard, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*arguments: object, **named: object) -> None:
        raise OSError(errno.EIO, "the report broke too")

    monkeypatch.setattr(reports, "make", broken)
    clumsy().asked.emit()
    settle()
    said = capsys.readouterr().err
    assert "fell over" in said
    assert "the report broke too" in said
    assert windows() == []


def test_an_expected_error_nobody_caught_is_no_fault(guard: CrashGuard) -> None:
    heard: list[object] = []
    guard.expected.connect(heard.append)
    problem = Problem("The server is away.", "Try later.")
    guard.note(problem)
    wait_for(lambda: heard)
    assert heard == [problem]
    assert windows() == []
    assert reports.saved(guard.folder) == []


def test_who_cannot_show_an_expected_error_does_not_start_a_circle(
    guard: CrashGuard, expected_log: ExpectLog
) -> None:
    expected_log("The server is away")

    class Stubborn(QObject):
        @Slot(object)
        def hear(self, error: Exception) -> None:
            raise error

    stubborn = Stubborn()
    guard.expected.connect(stubborn.hear)
    guard.note(Problem("The server is away."))
    opened("crash_window")
    assert len(reports.saved(guard.folder)) == 1


def test_messages_of_qt_are_in_the_report(guard: CrashGuard, expected_log: ExpectLog) -> None:
    expected_log("a bar is too long")
    expected_log("fell over")
    qWarning("a bar is too long")
    clumsy().asked.emit()
    assert "a bar is too long" in text(opened("crash_window"))


def test_the_hooks_are_given_back(tmp_path: Path) -> None:
    before = (sys.excepthook, threading.excepthook)
    guard = CrashGuard(tmp_path)
    guard.install()
    assert sys.excepthook != before[0]
    guard.uninstall()
    assert (sys.excepthook, threading.excepthook) == before


@pytest.mark.parametrize(
    ("error", "word", "retryable"),
    [
        (Problem("No.", "Yes."), "No. Yes.", False),
        (OSError(errno.ENOSPC, "x"), "disk is full", True),
        (OSError(errno.EDQUOT, "x"), "share of the disk", True),
        (PermissionError(errno.EACCES, "x", "/a/b"), "/a/b", False),
        (FileNotFoundError(errno.ENOENT, "x"), "not there", False),
        (OSError(errno.EROFS, "x"), "read-only", False),
        (ConnectionResetError(), "connection was lost", True),
        (TimeoutError(), "too long", True),
        (OSError(9999, "Strange"), "Strange", True),
    ],
)
def test_each_expected_error_has_a_sentence_and_a_remedy(
    error: Exception, word: str, retryable: bool
) -> None:
    explanation = trouble.explain(error)
    assert explanation is not None
    assert word in explanation.words
    assert explanation.remedy
    assert explanation.retryable is retryable


def test_a_bug_is_not_explained_away() -> None:
    assert trouble.explain(ValueError("x")) is None
    with pytest.raises(ValueError, match="x"):
        trouble.show(None, ValueError("x"))


def test_trouble_stands_in_the_nearest_banner_with_a_way_to_try_again() -> None:
    window = QWidget(objectName="window")
    column = QVBoxLayout(window)
    banner, page = Banner(window), QWidget(window)
    column.addWidget(banner)
    column.addWidget(page)
    show(window, 600, 200)
    tries: list[int] = []
    trouble.show(page, OSError(errno.ENOSPC, "x"), lambda: tries.append(1))
    assert "The disk is full." in banner.sentence
    press(find(banner, "banner_action_1"), "Space")
    assert tries == [1]


def test_without_a_banner_a_dialog_says_it() -> None:
    window = show(QWidget(objectName="window"), 300, 200)
    tries: list[int] = []
    trouble.show(window, OSError(errno.ENOSPC, "x"), lambda: tries.append(1))
    dialogs = window.findChildren(QWidget, "trouble")
    assert [dialog.isVisible() for dialog in dialogs] == [True]
    press(dialogs[0], "Return")
    assert tries == [1]
