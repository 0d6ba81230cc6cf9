"""A part of Home: a title and its lines."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.home.lines import Line
from govdesk.desktop.home.row import Row
from govdesk.desktop.widgets import Picture, Words


class Section(QWidget):
    """Shows lines below a title; `opened` carries the line that somebody chose.

    The same line stays the same control when lines come and go around it, so the keyboard stays
    where it is.
    """

    opened = Signal(object)

    def __init__(self, name: str, title: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName(f"home_{name}")
        self._name = name
        self.rows: list[Row] = []
        self._title = Words(title, "section", parent=self)
        self._title.setObjectName(f"{name}_title")
        self._nothing = QWidget(self)
        self._picture = Picture(parent=self._nothing)
        self._words = Words("", "body", "text_secondary", self._nothing, wraps=True)
        self._words.setObjectName(f"{name}_nothing")
        nothing = QHBoxLayout(self._nothing)
        nothing.setContentsMargins(theme.INSIDE, theme.INSIDE, theme.INSIDE, theme.INSIDE)
        nothing.setSpacing(theme.INSIDE)
        nothing.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        nothing.addWidget(self._words, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._title)
        self._column.addSpacing(theme.GRID)
        self._column.addWidget(self._nothing)
        self.say("", "")

    def set_title(self, title: str) -> None:
        """Another title."""
        self._title.setText(title)

    def say(self, icon: str, words: str, tone: str = "text_secondary") -> None:
        """Say why there are no lines; empty words say nothing."""
        self._picture.set_icon(icon, tone)
        self._words.setText(words)
        self._nothing.setVisible(bool(words))

    @property
    def said(self) -> str:
        """What stands in place of lines."""
        return self._words.text()

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these lines, in this order."""
        if [row.line for row in self.rows] == list(lines):
            return
        before = {row.line.key: row for row in self.rows}
        self.rows = [self._row(before.pop(line.key, None), line) for line in lines]
        for row in before.values():
            self._let_go(row)
        for index, row in enumerate(self.rows):
            row.setObjectName(f"{self._name}_{index}")
            self._column.removeWidget(row)
            self._column.addWidget(row)
        for one, next_one in zip(self.rows, self.rows[1:], strict=False):
            QWidget.setTabOrder(one, next_one)

    @property
    def pill_width(self) -> int:
        """Room that the widest word of its lines asks for."""
        return max((row.pill_width for row in self.rows), default=0)

    def set_pill_width(self, width: int) -> None:
        """Begin every sentence at the same place."""
        for row in self.rows:
            row.set_pill_width(width)

    def _row(self, row: Row | None, line: Line) -> Row:
        if row is not None:
            row.show_line(line)
            return row
        row = Row(line, self)
        row.clicked.connect(self._on_clicked)
        row.stepped.connect(self._on_stepped)
        return row

    def _let_go(self, row: Row) -> None:
        """Remove a line that is settled; the keyboard goes to what comes after it."""
        if row.hasFocus():
            self.focusNextChild()
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()

    @Slot()
    def _on_clicked(self) -> None:
        row = self.sender()
        if isinstance(row, Row) and row.line.page:
            self.opened.emit(row.line)

    @Slot(int)
    def _on_stepped(self, step: int) -> None:
        if step > 0:
            self.focusNextChild()
        else:
            self.focusPreviousChild()
