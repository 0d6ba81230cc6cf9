"""A certificate of one's own authority: pasted, or read from a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from govdesk.desktop.editing.section import button
from govdesk.desktop.integrations.fields import Check, TextField
from govdesk.jobs import Jobs, Task

MOST_BYTES: Final = 100_000
_KINDS: Final = "Certificates (*.pem *.crt *.cer);;All files (*)"
_TOO_LONG: Final = "That file is longer than 100 kB, which no certificate is. Choose another."
_NO_TEXT: Final = (
    "That file is not text. Choose the certificate in PEM form, which begins with"
    " -----BEGIN CERTIFICATE-----."
)
ChooseOpen = Callable[[QWidget, str, str], str]
"""Asks for a file to read: parent, title, kinds; empty when dismissed."""


def choose_open(parent: QWidget, title: str, kinds: str) -> str:
    """Ask with the platform's own dialog."""
    path, _ = QFileDialog.getOpenFileName(parent, title, "", kinds)
    return path


def read(path: Path) -> str:
    """Return the text of a file; raises ValueError with a sentence that says why it is none."""
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValueError(_TOO_LONG)
    try:
        return content.decode("ascii")
    except UnicodeDecodeError:
        raise ValueError(_NO_TEXT) from None


class CertificateField(TextField):
    """The text, and Choose file; what the file holds is shown and can be changed."""

    def __init__(
        self,
        name: str,
        title: str,
        help: str,
        jobs: Jobs,
        *,
        check: Check,
        choose: ChooseOpen = choose_open,
        parent: QWidget | None = None,
    ):
        super().__init__(
            name, title, help, required=False, check=check,
            example="-----BEGIN CERTIFICATE-----", lines=3, parent=parent,
        )  # fmt: skip
        self._jobs, self._choose = jobs, choose
        self.file_button = button("Choose file", f"{name}_file", self._on_choose, self)
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        place = column.indexOf(self.box) + 1
        column.insertWidget(place, self.file_button, 0, Qt.AlignmentFlag.AlignLeft)

    @Slot()
    def _on_choose(self) -> None:
        path = self._choose(self.window(), f"Choose the file of: {self.title}", _KINDS)
        if not path:
            return

        def work(task: Task) -> str:
            return read(Path(path))

        self._jobs.start(
            work, owner=self, on_result=self._on_read, on_error=partial(self._on_unread, path)
        )

    def _on_read(self, text: str) -> None:
        self.set_text(text.strip())
        self.settle()
        self.edited.emit()

    def _on_unread(self, path: str, error: Exception) -> None:
        if not isinstance(error, OSError | ValueError):
            raise error
        reason = error.strerror if isinstance(error, OSError) else ""
        name = Path(path).name
        self.set_error(f"{name} cannot be read: {reason}." if reason else str(error))
