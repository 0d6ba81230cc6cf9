"""What was written: its digest to compare, and the folder it lies in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.section import button, button_row
from govdesk.desktop.evidence.kinds import Kind, size_words
from govdesk.desktop.evidence.making import Wanted
from govdesk.desktop.exporting import open_path
from govdesk.desktop.widgets import FormField, MonoField, Words

_DIGEST = "Tell it to the receiver over another way; with it this file is found under Check a file."


def sentence(made: Any) -> str:
    """Return what is in the file, in one sentence."""
    events = "1 event" if made.rows == 1 else f"{made.rows:,} events"
    path = Path(made.path)
    size = f", {size_words(path.stat().st_size)}" if path.exists() else ""
    return f"{path.name} holds {events}{size}."


def proof_words(made: Any) -> str:
    """Return what a reader can prove with it."""
    size = getattr(made, "checkpoint", None)
    if size is None:
        return "It has no signed checkpoint: whoever checks it cannot tell it from a forgery."
    under = f"It stands under the signed checkpoint of {size:,} events."
    if getattr(made, "provable", True):
        return f"{under} Whoever checks it can prove that nothing was left out."
    return f"{under} That nothing was left out cannot be proved from it."


def check_words(kind: Kind, path: Path) -> str:
    """Return how it is checked."""
    if kind.has_passphrase:
        return "It opens in GovDesk by a double-click, and is checked while it is read."
    return (
        f"It is checked with “govdesk verify {path.name}”, or without GovDesk as the README.txt in"
        " it says."
    )


class WrittenDialog(QDialog):
    """Path, digest, and what can be proved."""

    def __init__(self, wanted: Wanted, made: Any, parent: QWidget | None):
        super().__init__(parent)
        self.setObjectName("written_dialog")
        self.setWindowTitle(f"The {wanted.kind.noun} is written")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        path = Path(made.path)
        what = Words(sentence(made), "section", parent=self, wraps=True)
        proof = Words(proof_words(made), parent=self, wraps=True)
        proof.setObjectName("written_proof")
        check = Words(
            check_words(wanted.kind, path), "body", "text_secondary", parent=self, wraps=True
        )
        check.setObjectName("written_check")
        self.path = MonoField("File", str(path), self)
        self.path.setObjectName("written_path")
        self.digest = MonoField("SHA-256", made.sha256, self)
        self.digest.setObjectName("written_digest")
        self.folder = button(
            "Open folder", "written_folder", lambda: open_path(path.parent), self,
            icon="folder-open",
        )  # fmt: skip
        self.close_button = button("Close", "written_close", self.accept, self, primary=True)
        self.close_button.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.GAP)
        column.setSpacing(theme.GAP)
        for part in (
            what, proof, check, FormField("File", self.path, parent=self),
            FormField("SHA-256", self.digest, _DIGEST, self),
        ):  # fmt: skip
            column.addWidget(part)
        column.addLayout(button_row(self.folder, self.close_button))
        self.setMinimumWidth(theme.READING_WIDTH)
        self.resize(theme.READING_WIDTH, column.totalHeightForWidth(theme.READING_WIDTH))
