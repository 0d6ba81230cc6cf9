"""Recovery codes, shown once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from govdesk.config import private_file
from govdesk.desktop import theme
from govdesk.desktop.entrance.dressing import Dressing, say
from govdesk.desktop.forms.ui_recovery import Ui_RecoveryForm
from govdesk.desktop.widgets import SecretClipboard


class RecoveryPage(QWidget):
    """Shows ten codes until the person says that they are kept."""

    kept = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._heading = ""
        self.form = form = Ui_RecoveryForm()
        form.setupUi(self)
        form.actions.addStretch()
        Dressing(self)
        self._clipboard = SecretClipboard()
        self.destroyed.connect(self._clipboard.leave)
        form.copy_codes.clicked.connect(self._copy)
        form.save_codes.clicked.connect(self._save)
        form.kept.toggled.connect(form.next.setEnabled)
        form.next.clicked.connect(self._done)

    def begin(self, email: str, tenant_path: str, codes: Sequence[str]) -> None:
        """Show the codes of a person."""
        self._heading = f"GovDesk recovery codes of {email} in {tenant_path}; each works once."
        self.form.kept.setChecked(False)
        self.form.codes.setPlainText("\n".join(codes))
        box = self.form.codes
        # Never so low that it scrolls: all ten are seen at once, and the last is not overlooked.
        box.setFixedHeight(box.fontMetrics().lineSpacing() * (len(codes) + 1) + theme.MARGIN)
        say(self.form.done_note, "")
        self.form.copy_codes.setFocus()

    def save_to(self, path: Path) -> None:
        """Write them to a file that only its owner may read."""
        try:
            private_file.write(path, f"{self._heading}\n\n{self.form.codes.toPlainText()}\n")
        except OSError as error:
            say(self.form.done_note, f"Not saved: {error.strerror}.", "state_failed")
            return
        say(self.form.done_note, f"Saved as {path.name}.", "text_secondary")

    @Slot()
    def _copy(self) -> None:
        self._clipboard.copy(self.form.codes.toPlainText())
        say(
            self.form.done_note,
            "Copied; the clipboard is cleared in 60 seconds.",
            "text_secondary",
        )

    @Slot()
    def _save(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, "Save the recovery codes", str(Path.home() / "govdesk-recovery-codes.txt")
        )
        if path:
            self.save_to(Path(path))

    @Slot()
    def submit(self) -> None:
        """What Enter does."""
        if self.form.next.isEnabled():
            self._done()

    @Slot()
    def _done(self) -> None:
        self.form.codes.clear()
        self.kept.emit()
