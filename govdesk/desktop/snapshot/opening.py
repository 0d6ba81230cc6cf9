"""Opens sealed files: asks for the passphrase, gives each a window, and knows which are open."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop.entrance.instance import OneConsole
from govdesk.desktop.exporting import ChooseFile, choose_file
from govdesk.desktop.snapshot.drops import SnapshotDrops
from govdesk.desktop.snapshot.passphrase import PassphraseDialog
from govdesk.jobs import Jobs, Task
from govdesk.services.snapshot_link import SUFFIX, SnapshotLink
from govdesk.services.trust import Trust

if TYPE_CHECKING:
    from govdesk.desktop.snapshot.place import SnapshotPlace

KINDS: Final = f"Snapshots (*{SUFFIX});;All files (*)"
FindFile = Callable[[QWidget | None, str, str], str]
"""Asks for a file to read: parent, title, kinds; empty when dismissed."""


def find_file(parent: QWidget | None, title: str, kinds: str) -> str:
    """Ask with the platform's own dialog."""
    path, _ = QFileDialog.getOpenFileName(parent, title, "", kinds)
    return path


class Snapshots(QObject):
    """Every sealed file that this process has open or is asking about.

    `opened` carries a `SnapshotPlace`; `emptied` comes when the last one is closed or given up,
    `quit_asked` when the person wants all of GovDesk closed, `lock_asked` when all of it is to be
    locked while somebody is signed in. Of nobody's session each is locked by its own passphrase.
    """

    opened = Signal(object)
    emptied = Signal()
    quit_asked = Signal()
    lock_asked = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        trust: Trust | None = None,
        find: FindFile = find_file,
        choose: ChooseFile = choose_file,
    ):
        super().__init__(parent)
        self._trust, self._find, self._choose = trust, find, choose
        self._asking: dict[PassphraseDialog, _Held] = {}
        self._places: dict[SnapshotPlace, _Held] = {}
        self._has_session = False

    @property
    def places(self) -> list[SnapshotPlace]:
        """What is open, the oldest first."""
        return list(self._places)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is open and nothing is asked."""
        return not self._places and not self._asking

    # Opening

    def watch(self, window: QWidget) -> None:
        """Open what is dropped onto this window."""
        SnapshotDrops(window).dropped.connect(partial(self._open_over, window))

    def ask(self, parent: QWidget | None = None) -> None:
        """Let the person choose a file, and open it."""
        path = self._find(parent, "Open a snapshot", KINDS)
        if path:
            self.open(Path(path), parent)
        elif self.is_empty:
            self.emptied.emit()

    def _open_over(self, window: QWidget, path: Path) -> None:
        self.open(path, window)

    def open(self, path: Path, parent: QWidget | None = None) -> None:
        """Ask for the passphrase of a file; one that is open already comes to the front instead."""
        held = _Held(path, self)
        if not held.is_first:
            # Whoever has it raises itself, in this program or another.
            held.close()
            if self.is_empty:
                self.emptied.emit()
            return
        dialog = PassphraseDialog(path, held.jobs, parent)
        held.one.raise_asked.connect(partial(_raise, dialog))
        self._asking[dialog] = held
        dialog.opened.connect(partial(self._on_opened, dialog))
        dialog.another_asked.connect(partial(self._on_another, dialog))
        dialog.finished.connect(partial(self._on_answered, dialog))
        dialog.destroyed.connect(partial(self._on_destroyed, held))
        dialog.open()
        held.jobs.start(_load_pages, owner=dialog, lane="background", title="Load the pages")

    def _on_opened(self, dialog: PassphraseDialog, link: SnapshotLink) -> None:
        from govdesk.desktop.snapshot.place import SnapshotPlace  # with it come the pages

        held = self._asking.pop(dialog)
        place = SnapshotPlace(
            link,
            held.jobs,
            Preferences.of_profile(""),
            trust=self._trust,
            choose=self._choose,
            parent=self,
        )
        self._places[place] = held
        held.one.raise_asked.disconnect()
        held.one.raise_asked.connect(partial(self._raise, place))
        place.left.connect(partial(self._on_left, place))
        place.open_asked.connect(partial(self._ask_from, place))
        place.quit_asked.connect(self.quit_asked)
        place.lock_asked.connect(self._on_lock_asked)
        place.keep_watch(not self._has_session)
        self.watch(place.window)
        place.show()
        self.opened.emit(place)

    def _on_answered(self, dialog: PassphraseDialog, result: int) -> None:
        held = self._asking.pop(dialog, None)
        dialog.deleteLater()
        if held is not None:
            held.close()
            if self.is_empty:
                self.emptied.emit()

    def _on_destroyed(self, held: _Held, *_: object) -> None:
        """The window that the question stood over is gone, and the question with it."""
        for dialog in [one for one, its in self._asking.items() if its is held]:
            del self._asking[dialog]
            held.close()

    def _on_another(self, dialog: PassphraseDialog) -> None:
        parent = dialog.parentWidget()
        path = self._find(dialog, "Open a snapshot", KINDS)
        if path:
            # The old question goes first, or else the same file would count as open.
            held = self._asking.pop(dialog)
            held.close()
            dialog.reject()
            self.open(Path(path), parent)

    def _ask_from(self, place: SnapshotPlace) -> None:
        self.ask(place.window)

    def _raise(self, place: SnapshotPlace) -> None:
        _raise(place.window)
        place.window.say("This snapshot is open already; here it is.")

    # Locking

    def session_began(self) -> None:
        """Somebody is signed in: the lock of that session covers these windows, too."""
        self._set_session(True)

    def session_ended(self, *, was_locked: bool) -> None:
        """Nobody is: each window keeps watch itself; what was locked stays so."""
        self._set_session(False)
        if was_locked:
            self.lock()

    def _set_session(self, is_there: bool) -> None:
        self._has_session = is_there
        for place in self.places:
            place.keep_watch(not is_there)

    def lock(self) -> None:
        """Lock every window; each asks for its own passphrase."""
        for place in self.places:
            place.lock.lock()

    @Slot()
    def _on_lock_asked(self) -> None:
        if self._has_session:
            self.lock_asked.emit()
        else:
            self.lock()

    # Closing

    def _on_left(self, place: SnapshotPlace) -> None:
        held = self._places.pop(place)
        # What still runs takes a moment to end; nobody should look at a window that rests.
        place.window.hide()
        held.close()
        place.close()
        place.window.deleteLater()
        place.deleteLater()
        if self.is_empty:
            self.emptied.emit()

    def ask_to_close(self) -> None:
        """Close every window as a person does: one where work is running asks first."""
        for dialog in list(self._asking):
            dialog.reject()
        for place in self.places:
            place.window.close()

    def close(self) -> None:
        """Close every window without a question, and every file."""
        for dialog in list(self._asking):
            dialog.reject()
        for place in self.places:
            place.window.leave()


class _Held(QObject):
    """What one file needs from the moment it is asked about: lanes of its own, and its lock.

    A server that does not answer keeps the console's lanes waiting; a file has nothing to do with
    that. `is_first` is False where this file is open already, here or in another program.
    """

    def __init__(self, path: Path, parent: QObject):
        super().__init__(parent)
        self.jobs = Jobs(self)
        self.one = OneConsole(self)
        self.is_first = self.one.claim(f"snapshot {_identity(path)}")

    def close(self) -> None:
        """End the threads and let go of the file's lock."""
        self.jobs.close()
        self.one.release()
        self.deleteLater()


def _load_pages(task: Task) -> None:
    """Load what comes after the passphrase while the person types it."""
    importlib.import_module("govdesk.desktop.snapshot.place")


def _identity(path: Path) -> str:
    """What is one for all the names of a file; a name stands for itself where nothing is."""
    try:
        found = path.stat()
    except OSError:
        return str(path.absolute())
    return f"{found.st_dev}:{found.st_ino}"


def _raise(window: QWidget) -> None:
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.raise_()
    window.activateWindow()
