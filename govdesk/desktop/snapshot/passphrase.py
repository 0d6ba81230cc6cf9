"""Asks for the passphrase of one sealed file, and opens it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from govdesk.desktop import trouble
from govdesk.desktop.entrance.caps_lock import CapsLock
from govdesk.desktop.entrance.dressing import Dressing, Help, say
from govdesk.desktop.entrance.waiting import Errand
from govdesk.desktop.forms.ui_open_snapshot import Ui_OpenSnapshotForm
from govdesk.jobs import Jobs
from govdesk.services import snapshot_link
from govdesk.services.snapshot_link import SnapshotLink, SnapshotProblem

_OF_THE_FIELD: Final = ("wrong_passphrase", "passphrase")


class PassphraseDialog(QDialog):
    """`opened` carries a `SnapshotLink`; `another_asked` that the person means another file.

    What a file plainly is not is said before anybody types. The passphrase is kept nowhere: not
    here either, once the dialog is closed.
    """

    opened = Signal(object)
    another_asked = Signal()

    def __init__(self, path: Path, jobs: Jobs, parent: QWidget | None = None):
        super().__init__(parent)
        self.path = path
        self.form = form = Ui_OpenSnapshotForm()
        form.setupUi(self)
        form.file.setText(path.name)
        form.file.setToolTip(str(path))
        Dressing(self)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._help = Help(self, "passphrase")
        CapsLock(form.caps_lock, form.passphrase)
        inputs: list[QWidget] = [form.passphrase, form.show_passphrase, form.open, form.another]
        self._errand = Errand(self, jobs, form.waiting_place, inputs, "interactive")
        form.passphrase.textEdited.connect(self._on_edited)
        form.show_passphrase.toggled.connect(self._on_shown)
        form.open.clicked.connect(self.submit)
        form.cancel.clicked.connect(self.reject)
        form.another.clicked.connect(self.another_asked)
        form.passphrase.setFocus()
        self._errand.run("Looking at the file …", self._look, self._looked, self._refused)

    def _look(self, task: object) -> None:
        snapshot_link.look(self.path)

    def _looked(self, nothing: None) -> None:
        self.form.passphrase.setFocus()

    @Slot()
    def submit(self) -> None:
        """Try what is typed."""
        passphrase = self.form.passphrase.text()
        if not passphrase:
            self._help.fault("Type the passphrase of the snapshot.")
            self.form.passphrase.setFocus()
            return
        say(self.form.message, "")
        path = self.path
        self._errand.run(
            "Opening the snapshot …",
            lambda task: SnapshotLink(path, passphrase),
            self._on_opened,
            self._failed,
            on_late=SnapshotLink.close,
        )

    def _on_opened(self, link: SnapshotLink) -> None:
        self.opened.emit(link)
        self.accept()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, SnapshotProblem) and error.key in _OF_THE_FIELD:
            self._help.fault(f"{error.sentence} {error.remedy}".strip())
            self.form.passphrase.setFocus()
            self.form.passphrase.selectAll()
        else:
            self._refused(error)

    def _refused(self, error: Exception) -> None:
        """This file will not open, whatever is typed."""
        known = trouble.explain(error)
        if known is None:
            raise error
        say(self.form.message, known.words, "state_failed")
        for widget in (self.form.passphrase, self.form.show_passphrase, self.form.open):
            widget.setEnabled(False)
        self.form.another.setDefault(True)
        self.form.another.setFocus()

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self._help.fault("")

    @Slot(bool)
    def _on_shown(self, is_shown: bool) -> None:
        modes = QLineEdit.EchoMode
        self.form.passphrase.setEchoMode(modes.Normal if is_shown else modes.Password)

    def done(self, result: int) -> None:
        """Forget what was typed."""
        self._errand.cancel()
        self.form.passphrase.clear()
        super().done(result)
