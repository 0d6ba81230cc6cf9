"""Nobody at the keyboard: noticed in time, also after the machine has slept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from govdesk.desktop.idle import IdleWatch, clock_with_sleep
from tests.desktop import frame
from tests.desktop.driving import press


class Clock:
    """A clock that only moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Desk:
    """A window, a watch of 15 minutes on it, and what the watch said."""

    def __init__(self, folder: Path):
        self.window = frame.shown(folder)
        self.clock = Clock()
        self.watch = IdleWatch(15, self.window, clock=self.clock)
        self.idle: list[float] = []
        self.alive: list[float] = []
        self.watch.idle.connect(lambda: self.idle.append(self.clock.now))
        self.watch.alive.connect(lambda: self.alive.append(self.clock.now))

    def later(self, seconds: float) -> None:
        self.clock.now += seconds
        self.watch.look()

    def type(self) -> None:
        handle = self.window.windowHandle()
        assert handle is not None
        QTest.keyClick(handle, Qt.Key.Key_X)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_fifteen_quiet_minutes_are_idle_once(desk: Desk) -> None:
    desk.later(15 * 60 - 1)
    assert desk.idle == []
    desk.later(1)
    desk.later(600)
    assert len(desk.idle) == 1


def test_a_key_puts_it_off(desk: Desk) -> None:
    desk.later(800)
    desk.type()
    desk.later(800)
    assert desk.idle == []
    desk.later(100)
    assert len(desk.idle) == 1


def move(desk: Desk) -> None:
    handle = desk.window.windowHandle()
    QTest.mouseMove(handle, QPoint(10, 10))
    QTest.mouseMove(handle, QPoint(40, 40))


def click(desk: Desk) -> None:
    QTest.mouseClick(desk.window.windowHandle(), Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("sign", [move, click])
def test_the_mouse_is_a_sign_of_life_too(desk: Desk, sign: Callable[[Desk], None]) -> None:
    desk.later(800)
    sign(desk)
    desk.later(800)
    assert desk.idle == []


def test_the_first_key_after_a_sleep_locks_and_goes_nowhere_else(desk: Desk) -> None:
    desk.clock.now += 8 * 3600
    desk.type()
    assert len(desk.idle) == 1
    assert desk.window.first.text() == ""


def test_after_unlocking_it_counts_anew(desk: Desk) -> None:
    desk.later(900)
    desk.watch.restart()
    desk.later(899)
    assert len(desk.idle) == 1
    desk.later(1)
    assert len(desk.idle) == 2


def test_a_shorter_patience_counts_what_has_passed_and_none_is_never(desk: Desk) -> None:
    desk.later(400)
    desk.watch.set_minutes(0)
    desk.later(100_000)
    assert desk.idle == []
    desk.watch.restart()
    desk.later(400)
    desk.watch.set_minutes(5)
    assert len(desk.idle) == 1


def test_work_keeps_the_session_alive_once_a_minute_and_quiet_does_not(desk: Desk) -> None:
    for _ in range(180):
        desk.later(1)
        desk.type()
    assert len(desk.alive) == 3
    desk.later(600)
    assert len(desk.alive) == 3


def test_it_comes_by_itself_with_the_real_clock(tmp_path: Path, qtbot: QtBot) -> None:
    window = frame.shown(tmp_path)
    watch = IdleWatch(0.003, window)
    with qtbot.waitSignal(watch.idle, timeout=10_000):
        press(window, "X")


def test_the_clock_runs_forward() -> None:
    assert clock_with_sleep() <= clock_with_sleep()
