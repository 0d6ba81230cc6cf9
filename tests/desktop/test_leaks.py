"""The rules of ``leaks.py``, ``isolation.py`` and pytest-qt can each fail a desktop test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CONFTEST = 'pytest_plugins = ["tests.strictness", "tests.databases", "tests.people"]\n'
LAYER = """
from tests.desktop import conftest
globals().update({name: thing for name, thing in vars(conftest).items() if name[:2] != "__"})
"""

CLAIMS = """
import socket
import keyring, keyring.backend
import pytest
from PySide6.QtCore import (
    QObject, QPropertyAnimation, QRunnable, QThread, QThreadPool, QTimer, Signal, qDebug, qWarning
)
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QDialog, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget
import tests.desktop.leaks, tests.strictness
from govdesk.jobs import Jobs
from tests.desktop.driving import find, keep, press, show, wait_for, write

tests.desktop.leaks._GRACE_MS = 200
tests.strictness._GRACE_SECONDS = 0.2
kept = []

def test_quiet(jobs, home):
    widget = QWidget()
    widget.setObjectName("page")
    box = QVBoxLayout(widget)
    field = QLineEdit(widget, objectName="field")
    timer = QTimer(widget)
    timer.start(1000)
    box.addWidget(field)
    QMenu("below the page", widget)
    show(widget)
    write(find(widget, "field", QLineEdit), "typed")
    assert field.text() == "typed"
    press(widget, "Ctrl+A")
    press(widget, "Delete")
    assert field.text() == ""
    jobs.start(lambda task: 1, owner=widget, on_result=kept.append)
    wait_for(lambda: kept)
    kept.clear()
    qDebug("nothing to see")

def test_widget_of_a_cycle():
    widget = QWidget(objectName="circular")
    widget.itself = widget

def test_widget_kept():
    kept.append(QWidget(objectName="kept", windowTitle="A dialog"))

def test_widget_kept_and_declared():
    kept.append(keep(QWidget()))

def test_dialog_opened_by_a_page():
    page = show(QWidget())
    page.dialog = QDialog(None, objectName="orphan")
    page.dialog.open()
    kept.append(page.dialog)

def test_timer():
    kept.append(QTimer(objectName="ticking"))
    kept[-1].start(1000)

def test_timer_stopped():
    kept.append(QTimer())
    kept[-1].start(1000)
    kept[-1].stop()

def test_animation():
    thing = QObject()
    moving = QPropertyAnimation(thing, b"objectName", thing, duration=100000, loopCount=-1)
    moving.setStartValue(0)
    moving.setEndValue(1)
    moving.start()
    kept.append(thing)

def test_thread():
    thread = QThread(objectName="runner")
    thread.start()
    kept.append(thread)

class Busy(QRunnable):
    def run(self):
        QThread.msleep(1500)

def test_pool():
    QThreadPool.globalInstance().start(Busy())

def test_pool_at_rest():
    QThreadPool.globalInstance().waitForDone()

def test_jobs_not_closed():
    jobs = Jobs()
    jobs.start(lambda task: 1, owner=jobs)
    kept.append(jobs)

def test_message():
    qWarning("something is wrong")

def test_message_expected(expected_message):
    expected_message("is wrong")
    qWarning("something is wrong")

def test_message_that_never_came(expected_message):
    expected_message("never")

def test_painter():
    canvas = QPixmap(4, 4)
    painter = QPainter(canvas)
    painter.end()
    painter.drawPoint(1, 1)

@pytest.fixture
def noisy():
    yield
    qWarning("at the end")

def test_message_of_a_fixture(noisy):
    pass

class Number(QObject):
    counted = Signal(int)

def test_number_too_large_for_a_signal():
    number = Number()
    number.counted.connect(lambda value: None)
    number.counted.emit(2**31 + 5)

def test_exception_in_a_slot():
    button = keep(QPushButton())
    button.clicked.connect(lambda: 1 / 0)
    button.click()

class Broken(QWidget):
    def paintEvent(self, event):
        raise ValueError("cannot paint")

def test_exception_in_painting():
    show(Broken())

def test_wait_that_never_ends():
    wait_for(lambda: False, seconds=0.05)

def test_wait_that_raises():
    wait_for(lambda: [][0])

def test_failure_is_not_judged_twice():
    kept.append(QWidget())
    assert False

def test_connection_to_another_host():
    with pytest.raises(OSError):
        socket.create_connection(("192.0.2.1", 5432), timeout=0.1)

def test_look_up():
    with pytest.raises(OSError):
        socket.getaddrinfo("db.example.com", 5432)

def test_loopback():
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", 1), timeout=5)

def test_keyring_in_memory(memory_keyring):
    keyring.set_password("service", "me", "secret")
    assert memory_keyring.get_password("service", "me") == "secret"

def test_keyring_is_empty_again():
    assert keyring.get_password("service", "me") is None

def test_real_keyring():
    from keyring.backends import chainer
    with pytest.raises(PermissionError):
        chainer.ChainerBackend()

def test_last():
    for thing in kept:
        if isinstance(thing, QThread):
            thread = thing
            thread.quit()
            thread.wait()
        if isinstance(thing, Jobs):
            thing.close()
    kept.clear()
"""

FAULTS = {
    "ERROR widget_of_a_cycle",
    "ERROR widget_kept",
    "ERROR dialog_opened_by_a_page",
    "ERROR timer",
    "ERROR animation",
    "ERROR thread",
    "ERROR pool",
    "ERROR jobs_not_closed",
    "ERROR message",
    "ERROR message_that_never_came",
    "ERROR painter",
    "ERROR message_of_a_fixture",
    "FAILED number_too_large_for_a_signal",
    "FAILED exception_in_a_slot",
    # Twice: it is painted again on its way out.
    "FAILED exception_in_painting",
    "ERROR exception_in_painting",
    "FAILED wait_that_never_ends",
    "FAILED wait_that_raises",
    "FAILED failure_is_not_judged_twice",
    "ERROR connection_to_another_host",
    "ERROR look_up",
    "ERROR real_keyring",
}

SENTENCES = [
    "*a top-level QWidget 'kept' titled 'A dialog'*",
    "*a top-level QDialog 'orphan'*",
    "*an active timer of 1000 ms: QTimer 'ticking'*",
    "*a running animation: QPropertyAnimation*",
    "*a running thread: QThread 'runner'*",
    "*the global thread pool is busy*",
    "*Qt said: something is wrong*",
    "*Qt was expected to say, and did not: never*",
    "*waited 0.05 s for the condition*",
    "*the test reached outside: a connection to ('192.0.2.1', 5432)*",
    "*threads still run: lane interactive*",
]


def test_each_rule_fails_what_it_forbids_and_nothing_else(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    pytester.makeconftest(CONFTEST)
    layer = pytester.mkdir("layer")
    (layer / "conftest.py").write_text(LAYER)
    (layer / "test_claims.py").write_text(CLAIMS)
    result = pytester.runpytest_subprocess(
        "layer", "-p", "no:randomly", "-p", "no:xdist", "-W", "error", "-rA", "--tb=short"
    )
    ends = re.findall(r"^(ERROR|FAILED) \S+::test_(\w+)", result.stdout.str(), re.MULTILINE)
    assert {f"{end} {name}" for end, name in ends} == FAULTS
    result.stdout.fnmatch_lines_random(SENTENCES)
