"""The change of an event, side by side: Field, Before, After."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.timeline.diff_pieces import MOST_LINES, Line
from govdesk.desktop.timeline.diff_row import DiffRow, column_widths
from govdesk.desktop.timeline.layouts import let_go
from govdesk.desktop.widgets import Words


class _Header(QWidget):
    """The names of the columns."""

    def __init__(self, parent: QWidget, titles: tuple[str, str, str]):
        super().__init__(parent)
        self.titles = titles
        self.setFixedHeight(theme.ROW_COMPACT)
        self.setAccessibleName(f"Columns: {', '.join(titles)}")
        theme.signals.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Where the columns below have theirs."""
        painter = QPainter(self)
        painter.setFont(theme.font("secondary"))
        painter.setPen(theme.colour("text_secondary"))
        left = 0
        for words, width in zip(self.titles, column_widths(self.width()), strict=True):
            room = self.rect().adjusted(left + theme.GRID, 0, 0, 0)
            room.setWidth(width)
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, width)
            painter.drawText(
                room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown
            )
            left += width + theme.INSIDE
        line = self.rect().adjusted(0, self.height() - theme.HAIRLINE, 0, 0)
        painter.fillRect(line, theme.colour("line"))
        painter.end()


class DiffView(QWidget):
    """Rows of one comparison; Tab reaches the one that the arrow keys chose."""

    def __init__(
        self,
        parent: QWidget | None = None,
        titles: tuple[str, str, str] = ("Field", "Before", "After"),
    ):
        super().__init__(parent)
        self.setObjectName("diff_view")
        self.rows: list[DiffRow] = []
        self._header = _Header(self, titles)
        self._more = Words("", "secondary", "text_secondary", self, wraps=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._header)
        self._column.addWidget(self._more)

    def set_titles(self, titles: tuple[str, str, str]) -> None:
        """Call the columns otherwise."""
        self._header.titles = titles
        self._header.setAccessibleName(f"Columns: {', '.join(titles)}")
        self._header.update()

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show a comparison; of very many fields the first hundred."""
        for row in self.rows:
            self._column.removeWidget(row)
            let_go(row)
        self.rows = [self._row(place, line) for place, line in enumerate(lines[:MOST_LINES])]
        self._choose(0)
        left = len(lines) - MOST_LINES
        self._more.setText(f"{left:,} more fields are in Export JSON." if left > 0 else "")
        self._more.setVisible(left > 0)
        count = f"{len(lines)} field" + ("" if len(lines) == 1 else "s")
        self.setAccessibleName(f"What changed: {count}")

    def _row(self, place: int, line: Line) -> DiffRow:
        row = DiffRow(line, self)
        row.setObjectName(f"diff_row_{place}")
        row.moved.connect(self._on_moved)
        self._column.insertWidget(place + 1, row)
        return row

    def _choose(self, place: int) -> None:
        for other, row in enumerate(self.rows):
            tab = other == place
            row.setFocusPolicy(Qt.FocusPolicy.StrongFocus if tab else Qt.FocusPolicy.ClickFocus)

    @Slot(int)
    def _on_moved(self, step: int) -> None:
        place = self.rows.index(self.sender()) + step  # type: ignore[arg-type]
        if not 0 <= place < len(self.rows):
            return
        self._choose(place)
        row = self.rows[place]
        row.setFocus(Qt.FocusReason.TabFocusReason)
        around = self.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        if around is not None:
            around.ensureWidgetVisible(row, 0, theme.GAP)
