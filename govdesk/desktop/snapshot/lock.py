"""The lock of one sealed file, for when nobody is signed in: its passphrase opens it again."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QWidget

from govdesk.desktop import trouble
from govdesk.desktop.entrance.caps_lock import CapsLock
from govdesk.desktop.entrance.dressing import Dressing, say
from govdesk.desktop.entrance.veils import Veils
from govdesk.desktop.entrance.waiting import Errand
from govdesk.desktop.forms.ui_unlock_snapshot import Ui_UnlockSnapshotForm
from govdesk.jobs import Jobs
from govdesk.services.snapshot_link import SnapshotLink

_LEAVING: Final = "leave_question"
"""Says how much work is running and nothing of the file: whoever closes it is asked that."""


class UnlockSnapshot(QDialog):
    """Asks for the passphrase of a file that is open; `opened` after it, `close_asked` instead."""

    opened = Signal()
    close_asked = Signal()

    def __init__(self, link: SnapshotLink, jobs: Jobs, parent: QWidget | None = None):
        super().__init__(parent)
        self._link = link
        self.form = form = Ui_UnlockSnapshotForm()
        form.setupUi(self)
        form.purpose.setText(f"{link.path.name}. Everything is as you left it.")
        form.purpose.setToolTip(str(link.path))
        Dressing(self)
        # The other snapshots have passphrases of their own.
        self.setWindowModality(Qt.WindowModality.WindowModal)
        CapsLock(form.caps_lock, form.passphrase)
        inputs: list[QWidget] = [form.passphrase, form.unlock]
        self._errand = Errand(self, jobs, form.waiting_place, inputs, "interactive")
        form.unlock.clicked.connect(self.submit)
        form.close_snapshot.clicked.connect(self.close_asked)
        form.passphrase.setFocus()

    @Slot()
    def submit(self) -> None:
        """Try what is typed."""
        link, passphrase = self._link, self.form.passphrase.text()
        if not passphrase:
            self.form.passphrase.setFocus()
            return
        self._errand.run(
            "Checking the passphrase …",
            lambda task: link.unlock(passphrase),
            self._on_opened,
            self._failed,
        )

    def reject(self) -> None:
        """Esc does not unlock."""

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nor does closing this window."""
        event.ignore()

    def _on_opened(self, nothing: None) -> None:
        self.form.passphrase.clear()
        self.opened.emit()

    def _failed(self, error: Exception) -> None:
        known = trouble.explain(error)
        if known is None:
            raise error
        say(self.form.message, "This is not the passphrase of the snapshot.")
        self.form.passphrase.setFocus()
        self.form.passphrase.selectAll()


class SnapshotLock(QObject):
    """Covers one sealed file's windows, and lets go of its key once nothing reads it any more.

    Exports that run go on to their end. `unlocked` comes after the passphrase.
    """

    unlocked = Signal()

    def __init__(self, window: QWidget, link: SnapshotLink, jobs: Jobs, parent: QObject):
        super().__init__(parent)
        self._window, self._link, self._jobs = window, link, jobs
        self._veils = Veils(self, self._is_ours)
        self._dialog: UnlockSnapshot | None = None

    @property
    def is_locked(self) -> bool:
        """Whether the windows are covered."""
        return self._veils.are_down

    @Slot()
    def lock(self) -> None:
        """Cover the windows and ask for the passphrase; again is no harm."""
        if self.is_locked or not self._window.isVisible():
            return
        is_active = self._window.isActiveWindow()
        self._veils.drop()
        dialog = self._dialog = UnlockSnapshot(self._link, self._jobs, self._window)
        dialog.opened.connect(self._open)
        dialog.close_asked.connect(self._window.close)
        dialog.show()
        if is_active:
            dialog.activateWindow()
        self._let_go()

    def lift(self) -> None:
        """Take the covers and the question away."""
        self._veils.lift()
        if self._dialog is not None:
            self._dialog.hide()
            self._dialog.deleteLater()
            self._dialog = None

    @Slot()
    def _open(self) -> None:
        self.lift()
        self.unlocked.emit()

    @Slot()
    def _let_go(self) -> None:
        if not self.is_locked:
            return
        running = self._jobs.running
        if running:
            running[-1].finished.connect(self._let_go, Qt.ConnectionType.QueuedConnection)
        else:
            self._link.lock()

    def _is_ours(self, window: QWidget) -> bool:
        if window is self._dialog or window.objectName() == _LEAVING:
            return False
        above: QWidget | None = window
        while above is not None and above is not self._window:
            above = above.parentWidget()
        return above is not None
