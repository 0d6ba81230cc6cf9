"""The locked screen: everything is covered, nothing is closed, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QWidget

from govdesk.config import device as this_device
from govdesk.desktop.entrance.again import SignInAgain
from govdesk.desktop.entrance.caps_lock import CapsLock
from govdesk.desktop.entrance.dressing import Dressing, say
from govdesk.desktop.entrance.veils import Veils
from govdesk.desktop.entrance.waiting import Errand
from govdesk.desktop.forms.ui_unlock import Ui_UnlockForm
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs
from govdesk.services import entrance
from govdesk.services.entrance import Entry

TRIES: Final = 5
SIGNED_OUT: Final = (
    "You were signed out after five wrong passwords. What you typed is still there;"
    " sign in to go on."
)


class UnlockDialog(QDialog):
    """Asks for the password only; `opened` or, after five wrong ones, `exhausted`."""

    opened = Signal()
    exhausted = Signal()
    sign_out_asked = Signal()

    def __init__(self, entry: Entry, jobs: Jobs, parent: QWidget | None = None):
        super().__init__(parent)
        self._entry, self._left = entry, TRIES
        self.form = form = Ui_UnlockForm()
        form.setupUi(self)
        form.purpose.setText(f"{entry.email} · {entry.tenant_path}. Everything is as you left it.")
        Dressing(self)
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        CapsLock(form.caps_lock, form.password)
        inputs: list[QWidget] = [form.password, form.unlock]
        # Not the network's lane: a server that does not answer must not keep anybody locked out.
        self._errand = Errand(self, jobs, form.waiting_place, inputs, "interactive")
        form.unlock.clicked.connect(self.submit)
        form.sign_out.clicked.connect(self.sign_out_asked)
        form.password.setFocus()

    @Slot()
    def submit(self) -> None:
        """Try what is typed."""
        check, password = self._entry.check, self.form.password.text()
        if not password:
            self.form.password.setFocus()
            return
        self._errand.run(
            "Checking the password …",
            lambda task: check.accepts(password),
            self._judged,
            self._failed,
        )

    def reject(self) -> None:
        """Esc does not unlock."""

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nor does closing this window."""
        event.ignore()

    def _judged(self, is_right: bool) -> None:
        if is_right:
            self.opened.emit()
            return
        self._left -= 1
        if self._left == 0:
            self.exhausted.emit()
            return
        tries = f"{self._left} tries" if self._left > 1 else "One try"
        say(self.form.message, f"This is not your password. {tries} left, then you are signed out.")
        self.form.password.setFocus()
        self.form.password.selectAll()

    def _failed(self, error: Exception) -> None:
        raise error


class LockedScreen(QObject):
    """Locks the windows of this program for one person.

    `unlocked` comes after the password, `renewed` with a new entry after signing in again,
    `signed_out` as soon as the session is over, `close_asked` when the person wants to leave.
    """

    unlocked = Signal()
    renewed = Signal(object)
    signed_out = Signal()
    close_asked = Signal()

    def __init__(
        self,
        window: QWidget,
        entry: Entry,
        jobs: Jobs,
        *,
        device: Callable[[], bytes | None] = this_device.secret,
    ):
        super().__init__(window)
        self._window, self.entry, self._jobs, self._device = window, entry, jobs, device
        self._veils = Veils(self, lambda window: window is not self._dialog)
        self._dialog: QDialog | None = None

    @property
    def is_locked(self) -> bool:
        """Whether the windows are covered."""
        return self._veils.are_down

    @Slot()
    def lock(self) -> None:
        """Cover every window and ask for the password; again is no harm."""
        if self.is_locked:
            return
        self._veils.drop()
        dialog = UnlockDialog(self.entry, self._jobs, self._window)
        dialog.opened.connect(self._open)
        dialog.exhausted.connect(self._exhausted)
        dialog.sign_out_asked.connect(self._sign_out)
        self._show(dialog)

    def lift(self) -> None:
        """Take the covers away."""
        self._drop_dialog()
        self._veils.lift()

    @Slot()
    def _open(self) -> None:
        self.lift()
        self.unlocked.emit()

    @Slot()
    def _exhausted(self) -> None:
        self._leave(SIGNED_OUT)

    @Slot()
    def _sign_out(self) -> None:
        self._leave("You are signed out. What you typed is still there; sign in to go on.")

    def _leave(self, reason: str) -> None:
        entry = self.entry
        self._jobs.start(
            lambda task: entrance.leave(entry), owner=self, on_error=self._not_left, lane="network"
        )
        self.signed_out.emit()
        dialog = SignInAgain(
            entry,
            self._jobs,
            reason=reason,
            put_off_words="&Close GovDesk",
            device=self._device,
            parent=self._window,
        )
        dialog.renewed.connect(self._came_back)
        dialog.put_off.connect(self.close_asked)
        self._show(dialog)

    def _not_left(self, error: Exception) -> None:
        """The server is away; the session idles out there."""
        if not isinstance(error, Problem):
            raise error

    @Slot(object)
    def _came_back(self, entry: Entry) -> None:
        self.entry = entry
        self.lift()
        self.renewed.emit(entry)

    def _show(self, dialog: QDialog) -> None:
        self._drop_dialog()
        self._dialog = dialog
        dialog.show()
        dialog.activateWindow()

    def _drop_dialog(self) -> None:
        if self._dialog is not None:
            self._dialog.hide()
            self._dialog.deleteLater()
            self._dialog = None
