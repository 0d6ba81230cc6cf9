"""One piece of long work: how far it is, and what can be done with it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.widgets.elided_label import ElidedLabel
from govdesk.desktop.widgets.pill import Pill
from govdesk.desktop.widgets.words import Words

# Meaning and word of each state, and the icon where the meaning's own would mislead.
_STATES: Final = {
    "waiting": ("state_neutral", "Waiting", "clock"),
    "running": ("severity_info", "Running", "activity"),
    "done": ("state_ok", "Done", "circle-check"),
    "failed": ("state_failed", "Failed", "circle-alert"),
    "cancelled": ("state_neutral", "Cancelled", "square-stop"),
}
_UNDERWAY: Final = ("waiting", "running")
_STEPS: Final = 1000


class JobRow(QWidget):
    """Shows values only; the signals carry nothing and follow its buttons."""

    cancel_clicked = Signal()
    open_clicked = Signal()
    folder_clicked = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("job_row")
        self.state = "waiting"
        self._title = ElidedLabel("", "right", self, role="strong")
        self._title.setObjectName("job_title")
        self._pill = Pill("state_neutral", "Waiting", self, icon="clock")
        self._pill.setObjectName("job_state")
        self._bar = QProgressBar(self)
        self._bar.setObjectName("job_bar")
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(theme.INSIDE)
        self._words = Words("", "secondary", "text_secondary", self, wraps=True)
        self._words.setObjectName("job_words")
        self.cancel_button = self._button("Cancel", "job_cancel", "")
        self.open_button = self._button("Open", "job_open", "external-link")
        self.folder_button = self._button("Show in folder", "job_folder", "folder-open")
        self._connect()
        self._lay_out()
        self.set_state("waiting")

    def _button(self, words: str, name: str, icon: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        if icon:
            button.setIcon(theme.icon(icon))
        return button

    def _connect(self) -> None:
        self.cancel_button.clicked.connect(self._on_cancel)
        self.open_button.clicked.connect(self._on_open)
        self.folder_button.clicked.connect(self._on_folder)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.INSIDE)
        head.addWidget(self._title, 1)
        head.addWidget(self._pill)
        acts = QHBoxLayout()
        acts.setSpacing(theme.INSIDE)
        acts.addWidget(self._words, 1)
        for button in (self.folder_button, self.open_button, self.cancel_button):
            acts.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.INSIDE, theme.INSIDE, theme.INSIDE, theme.INSIDE)
        column.setSpacing(theme.INSIDE)
        column.addLayout(head)
        column.addWidget(self._bar)
        column.addLayout(acts)
        column.addStretch(1)

    def set_title(self, title: str) -> None:
        """What the work is."""
        self._title.setText(title)
        self.setAccessibleName(title)
        for button in (self.cancel_button, self.open_button, self.folder_button):
            button.setAccessibleName(f"{button.text()}: {title}")

    def set_progress(self, done: int, total: int | None, text: str = "") -> None:
        """How far it is, of how much if that is known, and rate and time left in words."""
        counted = f"{done:,} of {total:,}" if total else f"{done:,}" if done else ""
        self._words.setText(" · ".join(part for part in (counted, text) if part))
        # Counts may exceed the 31 bits of Qt's bar.
        self._bar.setRange(0, _STEPS if total else 0)
        self._bar.setValue(min(_STEPS, done * _STEPS // total) if total else 0)
        self._bar.setAccessibleName("Progress")

    def set_state(self, state: str) -> None:
        """One of waiting, running, done, failed, cancelled; KeyError for another word."""
        meaning, word, icon = _STATES[state]
        self.state = state
        self._pill.set_meaning(meaning, word, icon=icon)
        self._bar.setVisible(state in _UNDERWAY)
        self.cancel_button.setVisible(state in _UNDERWAY)
        self.cancel_button.setEnabled(True)
        self._show_file(state == "done" and self._has_file)

    def set_result(self, sentence: str, *, has_file: bool = True) -> None:
        """What came of it; a done job with a file offers to open it."""
        self._words.setText(sentence)
        self._has_file = has_file
        self._show_file(self.state == "done" and has_file)

    _has_file = False

    def _show_file(self, shown: bool) -> None:
        self.open_button.setVisible(shown)
        self.folder_button.setVisible(shown)

    @Slot()
    def _on_cancel(self) -> None:
        self.cancel_button.setEnabled(False)
        self.cancel_clicked.emit()

    @Slot()
    def _on_open(self) -> None:
        self.open_clicked.emit()

    @Slot()
    def _on_folder(self) -> None:
        self.folder_clicked.emit()
