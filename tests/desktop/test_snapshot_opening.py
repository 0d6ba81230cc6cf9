"""Claims: a sealed file opens from everywhere by its passphrase alone; whatever else is chosen
instead gets a sentence; closing the window lets go of every thread and every handle of the file.
"""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from shiboken6 import isValid

from govdesk.config.profiles import ProfileStore
from govdesk.desktop.console import Console
from govdesk.desktop.snapshot.passphrase import PassphraseDialog
from govdesk.jobs import Jobs
from tests.desktop import driving
from tests.desktop.driving import find, keep, opened, press, settle, show, wait_for, write
from tests.desktop.office import Office
from tests.desktop.snapshot_files import ORGANIZATION, PASSPHRASE, Reader, Sealed, reader

__all__ = ["reader"]


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Sealed(300).write(tmp_path_factory.mktemp("sealed") / "acme-2026-06.govsnap")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def message(dialog: PassphraseDialog) -> str:
    return find(dialog, "message", QLabel).text()


def handles(path: Path) -> int:
    """How many descriptors of this process are the file."""
    folder = Path("/proc/self/fd")
    wanted = os.stat(path).st_ino
    found = 0
    for entry in folder.iterdir():
        try:
            found += os.stat(entry).st_ino == wanted
        except OSError:
            continue
    return found


# The passphrase


def test_the_passphrase_alone_opens_it_and_the_file_stays_as_it_was(
    reader: Reader, sealed: Path
) -> None:
    before = digest(sealed)
    place = reader.open(sealed)
    reader.settle(place)
    assert place.window.band_words.startswith(
        f"Read-only snapshot · {ORGANIZATION} · sealed 2026-06-30 ·"
    )
    assert place.timeline.count == 300
    place.window.close()
    settle()
    assert digest(sealed) == before
    assert sorted(path.name for path in sealed.parent.iterdir()) == [sealed.name]


def test_a_wrong_passphrase_is_said_beside_the_field_and_kept_nowhere(
    reader: Reader, sealed: Path, home: Path
) -> None:
    dialog = reader.dialog(sealed)
    wait_for(dialog.form.passphrase.isEnabled, what="the file to be looked at")
    write(find(dialog, "passphrase"), "three red lanterns")
    press(dialog, "Return")
    help = find(dialog, "passphrase_help", QLabel)
    wait_for(lambda: "does not open" in help.text(), what="the refusal")
    field = find(dialog, "passphrase", QLineEdit)
    assert field.hasFocus()
    assert field.selectedText() == "three red lanterns"
    assert message(dialog) == ""
    write(field, PASSPHRASE)
    assert "cannot be recovered" in help.text()
    press(dialog, "Return")
    wait_for(lambda: reader.snapshots.places, what="the window")
    # The question may be gone by now, and with it what was typed.
    assert not isValid(field) or field.text() == ""
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert b"lanterns" not in kept


def test_the_question_says_before_anybody_types_that_a_lost_passphrase_is_lost(
    reader: Reader, sealed: Path
) -> None:
    dialog = reader.dialog(sealed)
    assert find(dialog, "file", QLabel).text() == sealed.name
    assert "cannot be recovered" in find(dialog, "passphrase_help", QLabel).text()
    press(dialog, "Escape")
    wait_for(lambda: reader.snapshots.is_empty, what="the question to be gone")
    assert threading.active_count() == 1


def test_enter_without_a_passphrase_asks_for_one(reader: Reader, sealed: Path) -> None:
    dialog = reader.dialog(sealed)
    wait_for(dialog.form.passphrase.isEnabled, what="the file to be looked at")
    press(dialog, "Return")
    assert "Type the passphrase" in find(dialog, "passphrase_help", QLabel).text()


# What else may be chosen


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.govsnap", b"", "is empty"),
        ("bundle.govsnap", b"PK\x03\x04" + bytes(9000), "ZIP archive"),
        ("report.govsnap", b"%PDF-1.7" + bytes(9000), "PDF"),
        ("plain.govsnap", b"SQLite format 3\0" + bytes(8176), "not encrypted"),
        ("short.govsnap", bytes(range(256)) * 17, "not whole"),
        ("gone.govsnap", None, "not there"),
    ],
)
def test_what_is_plainly_no_snapshot_is_said_before_a_passphrase_is_asked(
    reader: Reader, tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    dialog = reader.dialog(path)
    wait_for(lambda: message(dialog), what="a sentence")
    assert words in message(dialog)
    assert name in message(dialog)
    assert not find(dialog, "passphrase", QLineEdit).isEnabled()
    assert find(dialog, "another", QPushButton).hasFocus()


def test_a_folder_is_no_snapshot(reader: Reader, tmp_path: Path) -> None:
    folder = tmp_path / "folder.govsnap"
    folder.mkdir()
    dialog = reader.dialog(folder)
    wait_for(lambda: "is a folder" in message(dialog), what="a sentence")


def test_random_bytes_are_refused_like_a_wrong_passphrase(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "junk.govsnap"
    path.write_bytes(os.urandom(3 * 4096))
    dialog = reader.dialog(path)
    wait_for(dialog.form.passphrase.isEnabled, what="the file to be looked at")
    write(find(dialog, "passphrase"), PASSPHRASE)
    press(dialog, "Return")
    help = find(dialog, "passphrase_help", QLabel)
    wait_for(lambda: "or it is no snapshot" in help.text(), what="the refusal")


def test_a_file_of_a_newer_release_and_of_another_program_say_so(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from govdesk.database import snapshot_writing

    monkeypatch.setattr(snapshot_writing, "VERSION", 2)
    newer = Sealed(3).write(tmp_path / "newer.govsnap")
    monkeypatch.undo()
    monkeypatch.setattr(snapshot_writing, "APPLICATION_ID", 0x1234)
    foreign = Sealed(3).write(tmp_path / "foreign.govsnap")
    monkeypatch.undo()
    for path, words in ((newer, "newer GovDesk"), (foreign, "no snapshot of GovDesk")):
        dialog = reader.dialog(path)
        wait_for(dialog.form.passphrase.isEnabled, what="the file to be looked at")
        write(find(dialog, "passphrase"), PASSPHRASE)
        press(dialog, "Return")
        wait_for(lambda d=dialog, w=words: w in message(d), what=words)  # type: ignore[misc]
        dialog.reject()


def test_another_file_can_be_chosen_from_the_question(
    reader: Reader, sealed: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.govsnap"
    wrong.write_bytes(b"")
    dialog = reader.dialog(wrong)
    wait_for(lambda: message(dialog), what="a sentence")
    reader.found = [str(sealed)]
    press(find(dialog, "another"), "Space")
    wait_for(
        lambda: opened("OpenSnapshotForm", PassphraseDialog).path == sealed, what="the other file"
    )


# Ways in


class Dropped:
    """A file that is dragged over a window and let go there."""

    def __init__(self, window: QWidget, *paths: Path):
        self.data = QMimeData()
        self.data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        place, keys = QPointF(20, 20), Qt.KeyboardModifier.NoModifier
        action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        enter = QDragEnterEvent(place.toPoint(), action, self.data, button, keys)
        QApplication.sendEvent(window, enter)
        self.is_taken = enter.isAccepted()
        if self.is_taken:
            QApplication.sendEvent(window, QDropEvent(place, action, self.data, button, keys))


def console_over(jobs: Jobs, app: QApplication, reader: Reader, home: Path) -> Console:
    """A console whose snapshots the reader opens."""
    made = Console(
        app, store=ProfileStore(home), jobs=jobs, find=reader._find, choose=reader._choose
    )
    keep(made.entrance)
    reader.snapshots = made.snapshots
    driving.ending.callback(made.end)
    return made


def test_the_third_door_of_a_first_run_opens_it_without_a_server(
    jobs: Jobs, qapp: QApplication, reader: Reader, sealed: Path, home: Path
) -> None:
    console = console_over(jobs, qapp, reader, home)
    show(console.entrance)
    console.begin()
    reader.found = [str(sealed)]
    door = find(console.entrance, "open_snapshot")
    for _ in range(5):
        if console.entrance.focusWidget() is door:
            break
        press(console.entrance, "Tab")
    press(door, "Space")
    dialog = opened("OpenSnapshotForm", PassphraseDialog)
    assert reader.parents == [console.entrance]
    wait_for(dialog.form.passphrase.isEnabled, what="the file to be looked at")
    dialog.activateWindow()
    write(find(dialog, "passphrase"), PASSPHRASE)
    press(dialog, "Return")
    wait_for(lambda: reader.snapshots.places, what="the window")


def test_a_file_that_is_dropped_onto_the_entrance_is_asked_about(
    jobs: Jobs, qapp: QApplication, reader: Reader, sealed: Path, home: Path, tmp_path: Path
) -> None:
    console = console_over(jobs, qapp, reader, home)
    show(console.entrance)
    other = tmp_path / "notes.txt"
    other.write_text("x")
    assert not Dropped(console.entrance, other).is_taken
    assert Dropped(console.entrance, other, sealed).is_taken
    assert opened("OpenSnapshotForm", PassphraseDialog).path == sealed


def test_a_file_that_is_dropped_onto_a_snapshot_opens_beside_it(
    reader: Reader, sealed: Path, tmp_path: Path
) -> None:
    place = reader.open(sealed)
    other = Sealed(5).write(tmp_path / "other.govsnap")
    assert Dropped(place.window, other).is_taken
    assert opened("OpenSnapshotForm", PassphraseDialog).path == other


def test_ctrl_o_in_a_snapshot_and_in_a_signed_in_console_asks_for_a_file(
    office: Office, sealed: Path, tmp_path: Path
) -> None:
    desk = office.desk()
    snapshots = desk.console.snapshots
    asked: list[str] = []
    snapshots._find = lambda parent, title, kinds: (asked.append(parent.objectName()), "")[1]
    desk.press("Ctrl+O")
    assert asked == ["main_window"]
    assert Dropped(desk.window, sealed).is_taken
    dialog = opened("OpenSnapshotForm", PassphraseDialog)
    wait_for(dialog.form.passphrase.isEnabled, what="the file to be looked at")
    dialog.activateWindow()
    write(find(dialog, "passphrase"), PASSPHRASE)
    press(dialog, "Return")
    wait_for(lambda: snapshots.places, what="the snapshot's window")
    place = snapshots.places[0]
    wait_for(lambda: place.timeline.count == 300, what="its rows")
    place.window.activateWindow()
    wait_for(place.window.isActiveWindow, what="its window to be active")
    press(place.window, "Ctrl+O")
    assert asked == ["main_window", "snapshot_window"]
    # Side by side: the console's own log is still what it was.
    assert desk.timeline.count != 300
    place.window.close()
    settle()
    desk.filter("action:member.*")
    wait_for(lambda: desk.timeline.filter is not None, what="the console to go on")


# One window for one file


def test_the_same_file_twice_brings_its_window_to_the_front(
    reader: Reader, sealed: Path, tmp_path: Path
) -> None:
    place = reader.open(sealed)
    link = tmp_path / "by another name.govsnap"
    link.symlink_to(sealed)
    for name in (sealed, link):
        reader.snapshots.open(name)
        bar = place.window.statusBar()
        wait_for(lambda b=bar: "open already" in b.currentMessage(), what="the sentence")  # type: ignore[misc]
        place.window.say("")
    assert reader.snapshots.places == [place]


def test_a_program_started_for_a_file_that_is_open_elsewhere_ends(
    jobs: Jobs, qapp: QApplication, reader: Reader, sealed: Path, home: Path
) -> None:
    reader.open(sealed)
    told: list[str] = []

    class App:
        def quit(self) -> None:
            told.append("quit")

    console = Console(App(), store=ProfileStore(home), jobs=jobs)  # type: ignore[arg-type]
    keep(console.entrance)
    driving.ending.callback(console.end)
    console.begin_with_files([sealed])
    wait_for(lambda: told, what="the second program to end")


def test_two_snapshots_side_by_side_are_two(reader: Reader, sealed: Path, tmp_path: Path) -> None:
    first = reader.open(sealed)
    second = reader.open(Sealed(40).write(tmp_path / "second.govsnap"))
    reader.settle(first)
    reader.settle(second)
    assert (first.timeline.count, second.timeline.count) == (300, 40)
    second.window.close()
    settle()
    first.window.activateWindow()
    first.timeline.filter_bar.set_text("severity:high", remember=False)
    wait_for(lambda: first.timeline.filter is not None, what="the filter")
    reader.settle(first)
    assert 0 < first.timeline.count < 300


# Leaving


def test_closing_lets_go_of_every_thread_and_handle(reader: Reader, sealed: Path) -> None:
    place = reader.open(sealed)
    wait_for(lambda: place.verification.share is not None, what="the verification to begin")
    assert handles(sealed) > 0
    press(place.window, "Ctrl+W")
    wait_for(lambda: reader.snapshots.is_empty, what="the window to be gone")
    assert handles(sealed) == 0
    assert threading.active_count() == 1


def test_the_program_ends_with_its_last_window(
    jobs: Jobs, qapp: QApplication, reader: Reader, sealed: Path, home: Path
) -> None:
    told: list[str] = []

    class App:
        def quit(self) -> None:
            told.append("quit")

    console = Console(App(), store=ProfileStore(home), jobs=jobs, find=reader._find)  # type: ignore[arg-type]
    keep(console.entrance)
    driving.ending.callback(console.end)
    reader.snapshots = console.snapshots
    show(console.entrance)
    place = reader.open(sealed)
    console.entrance.close()
    assert told == []
    place.window.close()
    wait_for(lambda: told, what="the end")
