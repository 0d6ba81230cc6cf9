"""Somebody else saved meanwhile: both versions side by side, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.section import button, button_row
from govdesk.desktop.timeline.diff_pieces import compared
from govdesk.desktop.timeline.diff_view import DiffView
from govdesk.desktop.widgets import Words, announce


class ConflictPanel(QWidget):
    """Hidden until `show_both`. `mine` and `theirs` follow the person's choice.

    Until then the form stays as it was typed, and nothing was written.
    """

    mine = Signal()
    theirs = Signal()

    def __init__(self, name: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName(name)
        self._sentence = Words("", "strong", parent=self, wraps=True)
        self._sentence.setObjectName(f"{name}_sentence")
        self._both = DiffView(self, ("Field", "Saved meanwhile", "Yours"))
        self._both.setObjectName(f"{name}_both")
        take = button("Take what was saved", f"{name}_take", self.theirs.emit, self)
        self._keep = button("Save mine over it", f"{name}_keep", self.mine.emit, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.INSIDE, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self._sentence)
        column.addWidget(self._both)
        column.addLayout(button_row(take, self._keep))
        self.hide()

    def show_both(self, sentence: str, differing: Mapping[str, Mapping[str, object]]) -> None:
        """Show what differs, by field: `old` is theirs, `new` is the person's."""
        self._sentence.setText(sentence)
        self._both.show_lines(compared(differing))
        self.show()
        self._keep.setFocus()
        announce(self, sentence)

    @Slot()
    def clear(self) -> None:
        """It is settled."""
        self.hide()
