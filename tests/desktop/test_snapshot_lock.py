"""Claims: a sealed file that nobody looks at locks itself: by the session's lock while somebody is
signed in, else by its own passphrase, and its key is forgotten meanwhile; nothing in it is lost.
"""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QLabel, QMessageBox, QWidget

from govdesk.desktop.entrance.veils import Veil
from govdesk.desktop.snapshot.lock import UnlockSnapshot
from govdesk.desktop.snapshot.place import SnapshotPlace
from govdesk.desktop.snapshot.verifying import Verification
from govdesk.jobs import Task
from tests.desktop.driving import find, opened, press, settle, wait_for, write
from tests.desktop.office import Form, Office
from tests.desktop.snapshot_files import PASSPHRASE, Reader, Sealed, reader

__all__ = ["reader"]


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Sealed(60).write(tmp_path_factory.mktemp("sealed") / "acme-2026-06.govsnap")


@pytest.fixture(autouse=True)
def unverified(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here asks what the file is worth: no process is started to find out."""
    monkeypatch.setattr(Verification, "begin", lambda verification: None)


@pytest.fixture
def place(reader: Reader, sealed: Path) -> SnapshotPlace:
    found = reader.open(sealed)
    reader.settle(found)
    return found


def is_covered(window: QWidget) -> bool:
    return isinstance(window.childAt(window.rect().center()), Veil)


def question(place: SnapshotPlace) -> UnlockSnapshot:
    found = [one for one in place.window.findChildren(UnlockSnapshot) if one.isVisible()]
    assert len(found) == 1
    return found[0]


def answer(place: SnapshotPlace, passphrase: str) -> None:
    dialog = question(place)
    dialog.activateWindow()
    write(find(dialog, "passphrase"), passphrase)
    press(dialog, "Return")


def stand_still(place: SnapshotPlace, minutes: float) -> None:
    """As if nobody had touched anything for so long."""
    place.idle._seen -= minutes * 60
    place.idle.look()


def test_it_locks_after_the_idle_time_and_its_passphrase_opens_it_as_it_was(
    reader: Reader, place: SnapshotPlace, sealed: Path
) -> None:
    place.timeline.filter_bar.set_text("severity:high", remember=False)
    reader.settle(place)
    count = place.timeline.count
    stand_still(place, 14)
    assert not place.lock.is_locked
    stand_still(place, 1)
    assert is_covered(place.window)
    dialog = question(place)
    assert sealed.name in find(dialog, "purpose", QLabel).text()
    press(dialog, "Escape")
    dialog.close()
    answer(place, "three red lanterns")
    message = find(dialog, "message", QLabel)
    wait_for(lambda: "not the passphrase" in message.text(), what="the refusal")
    assert is_covered(place.window)
    answer(place, PASSPHRASE)
    wait_for(lambda: not place.lock.is_locked, what="the window to be unlocked")
    assert not is_covered(place.window)
    assert place.timeline.count == count
    place.timeline.filter_bar.set_text("", remember=False)
    wait_for(lambda: place.timeline.count == 60, what="every row, read anew")
    stand_still(place, 14)
    assert not place.lock.is_locked, "it counts from when it was unlocked"


def test_while_it_is_locked_its_key_is_forgotten_and_no_handle_is_open(
    place: SnapshotPlace, sealed: Path
) -> None:
    place.actions.run("snapshot.lock")
    assert place.link._key is None
    assert place.link._logs == {}
    assert place.link._free is None
    open_files = {target.resolve() for target in Path("/proc/self/fd").iterdir() if target.exists()}
    assert sealed.resolve() not in open_files


def test_work_that_runs_goes_on_and_the_key_goes_when_it_is_done(place: SnapshotPlace) -> None:
    may_end = threading.Event()

    def work(task: Task) -> int:
        may_end.wait(10)
        with place.link.session("export") as reading:
            return reading.extent().newest

    job = place.jobs.start(work, owner=place, lane="export")
    place.actions.run("snapshot.lock")
    assert place.link._key is not None
    may_end.set()
    wait_for(lambda: place.link._key is None, what="the key to be forgotten")
    assert job.result == 60


def test_another_file_in_its_place_does_not_unlock_it(reader: Reader, tmp_path: Path) -> None:
    """Whoever sits down here may bring a file whose passphrase they know."""
    path = Sealed(20).write(tmp_path / "mine.govsnap")
    place = reader.open(path)
    reader.settle(place)
    place.actions.run("snapshot.lock")
    Sealed(20).write(tmp_path / "theirs", "a passphrase of theirs").replace(path)
    answer(place, "a passphrase of theirs")
    message = find(question(place), "message", QLabel)
    wait_for(lambda: "not the passphrase" in message.text(), what="the refusal")
    assert is_covered(place.window)


def test_two_files_are_locked_together_and_unlocked_each_by_its_own(
    reader: Reader, place: SnapshotPlace, tmp_path: Path
) -> None:
    path = Sealed(10).write(tmp_path / "second.govsnap", "another one for the other")
    other = reader.open(path, "another one for the other")
    reader.settle(other)
    other.actions.run("snapshot.lock")
    assert is_covered(place.window)
    assert is_covered(other.window)
    answer(place, PASSPHRASE)
    wait_for(lambda: not place.lock.is_locked, what="the first to be unlocked")
    assert is_covered(other.window)


def test_what_opens_over_it_is_covered_and_what_stands_elsewhere_is_not(
    place: SnapshotPlace,
) -> None:
    elsewhere = QWidget()
    elsewhere.resize(80, 40)
    elsewhere.show()
    before = QMessageBox(place.window)
    before.show()
    place.actions.run("snapshot.lock")
    after = QMessageBox(place.window)
    after.show()
    assert is_covered(before)
    assert is_covered(after)
    assert elsewhere.findChild(Veil) is None
    elsewhere.deleteLater()


def test_it_can_be_closed_without_the_passphrase_and_asks_while_work_runs(
    reader: Reader, place: SnapshotPlace
) -> None:
    may_end = threading.Event()
    place.jobs.start(
        lambda task: may_end.wait(10), owner=place, lane="export", title="Export", visible=True
    )
    place.actions.run("snapshot.lock")
    find(question(place), "close_snapshot").click()
    asked = opened("leave_question", QMessageBox)
    assert not is_covered(asked)
    assert is_covered(place.window)
    press(asked, "Escape")
    settle()
    assert not reader.snapshots.is_empty
    may_end.set()
    wait_for(lambda: not place.jobs.running, what="the work to end")
    find(question(place), "close_snapshot").click()
    wait_for(lambda: reader.snapshots.is_empty, what="the window to be gone")


def test_while_somebody_is_signed_in_it_does_not_lock_by_itself(
    reader: Reader, place: SnapshotPlace
) -> None:
    asked: list[str] = []
    reader.snapshots.lock_asked.connect(lambda: asked.append("lock"))
    reader.snapshots.session_began()
    stand_still(place, 600)
    place.actions.run("snapshot.lock")
    assert not place.lock.is_locked
    assert asked == ["lock"], "it is the session's lock that covers everything"
    place.idle.restart()
    reader.snapshots.session_ended(was_locked=False)
    assert not place.lock.is_locked
    place._preferences.set("idle_lock_minutes", 2)
    stand_still(place, 2)
    assert is_covered(place.window)


def test_a_locked_console_covers_it_and_leaving_that_hands_it_to_its_own_passphrase(
    reader: Reader, office: Office, sealed: Path
) -> None:
    desk = office.desk()
    reader.snapshots = desk.console.snapshots
    place = reader.open(sealed)
    reader.settle(place)
    place.actions.run("snapshot.lock")
    assert is_covered(place.window)
    assert is_covered(desk.window)
    desk.unlock()
    wait_for(lambda: not is_covered(desk.window), what="the console to be unlocked")
    assert not is_covered(place.window), "both together"
    assert not place.lock.is_locked
    desk.press("Ctrl+L")
    Form(opened("UnlockForm", QDialog)).push("sign_out")
    Form(opened("SignInAgainForm", QDialog)).push("later")
    wait_for(lambda: desk.console.workplace is None, what="the console to be gone")
    assert is_covered(place.window)
    answer(place, PASSPHRASE)
    wait_for(lambda: not place.lock.is_locked, what="the window to be unlocked")
    assert not is_covered(place.window)
    assert place.window.isVisible(), "it stays when the console goes"
