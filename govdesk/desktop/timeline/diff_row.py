"""One field that changed: its name, its value before, its value after."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QFocusEvent,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from govdesk.desktop import theme
from govdesk.desktop.theme.strokes import ring
from govdesk.desktop.timeline.diff_cell import DiffCell
from govdesk.desktop.timeline.diff_pieces import Line, Piece, Side
from govdesk.desktop.widgets import announce

_SIGNS: Final = {"added": "+", "removed": "−", "changed": "±"}
_FIELD_SHARE: Final = 0.27
_OPENS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


def column_widths(width: int) -> tuple[int, int, int]:
    """Widths of field, before and after, without the gaps between."""
    room = width - 2 * theme.INSIDE
    field = round(room * _FIELD_SHARE)
    before = (room - field) // 2
    return field, before, room - field - before


class DiffRow(QWidget):
    """Shows one line; Space or the context menu offers to copy its values whole.

    `moved` carries -1 or 1 when an arrow key asks for another row.
    """

    moved = Signal(int)

    def __init__(self, line: Line, parent: QWidget | None = None):
        super().__init__(parent)
        self.line = line
        name = Side("value", (Piece(line.field),), line.field)
        self._name = DiffCell(name, "")
        self._before = DiffCell(line.before, "removed")
        self._after = DiffCell(line.after, "added")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(line.sentence())
        self.setToolTip("Press Space to copy the values" if self._is_cut else "")
        theme.signals.changed.connect(self._restyle)

    @property
    def _is_cut(self) -> bool:
        return any(s.skipped or s.left for s in (self.line.before, self.line.after))

    # Size

    def sizeHint(self) -> QSize:
        """A usual width, and the height that goes with it."""
        width = 80 * theme.GRID
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Narrow columns wrap anywhere."""
        return QSize(6 * theme.MARGIN, theme.ROW_HEIGHT)

    def hasHeightForWidth(self) -> bool:
        """Narrower is higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as the highest cell."""
        name, before, after = self._lay_out(width)
        highest = max(name + self._word_height, before, after)
        return max(theme.ROW_HEIGHT, round(highest) + 2 * theme.GRID)

    def _lay_out(self, width: int) -> tuple[float, float, float]:
        field, before, after = column_widths(width)
        inset = theme.GRID + self._gutter
        return (
            self._name.lay_out(field),
            self._before.lay_out(before - inset),
            self._after.lay_out(after - inset),
        )

    @Slot()
    def _restyle(self) -> None:
        for cell in (self._name, self._before, self._after):
            cell.forget()
        self.updateGeometry()
        self.update()

    @property
    def _word_height(self) -> int:
        return QFontMetrics(theme.font("secondary")).height()

    @property
    def _gutter(self) -> int:
        metrics = QFontMetrics(theme.font("body"))
        return max(metrics.horizontalAdvance(f"{sign} ") for sign in "+−")

    # Looks

    def paintEvent(self, event: QPaintEvent) -> None:
        """Three columns, a sign before each value that is only here, a hairline below."""
        painter = QPainter(self)
        try:
            self._paint(painter)
        finally:
            painter.end()

    def _paint(self, painter: QPainter) -> None:
        field, before, after = column_widths(self.width())
        self._lay_out(self.width())
        self._paint_name(painter)
        left = field + theme.INSIDE
        self._paint_side(painter, self._before, self.line.before, QRect(left, 0, before, 0), "−")
        left += before + theme.INSIDE
        self._paint_side(painter, self._after, self.line.after, QRect(left, 0, after, 0), "+")
        below = QRect(0, self.height() - theme.HAIRLINE, self.width(), theme.HAIRLINE)
        painter.fillRect(below, theme.colour("line"))
        if self.hasFocus():
            ring(painter, self.rect(), theme.colour("focus"), theme.RADIUS_SMALL)

    def _paint_name(self, painter: QPainter) -> None:
        self._name.draw(painter, theme.GRID, theme.GRID)
        painter.setFont(theme.font("secondary"))
        painter.setPen(theme.colour("text_secondary"))
        top = theme.GRID + round(self._name.height)
        room = QRect(
            theme.GRID, top, column_widths(self.width())[0], painter.fontMetrics().height()
        )
        words = f"{_SIGNS[self.line.change]} {self.line.change}"
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, words)

    def _paint_side(
        self, painter: QPainter, cell: DiffCell, side: Side, column: QRect, sign: str
    ) -> None:
        if cell.is_all_marked:
            ground = column.adjusted(0, theme.GRID // 2, 0, self.height() - theme.GRID)
            token = "removed" if sign == "−" else "added"
            theme.panel(painter, ground, theme.colour(token), radius=theme.RADIUS_SMALL)
        left, top = column.left() + theme.GRID, theme.GRID
        painter.setFont(theme.font("body"))
        if side.kind != "absent":
            painter.setPen(theme.colour("text"))
            painter.drawText(left, top + painter.fontMetrics().ascent(), sign)
        cell.draw(painter, left + self._gutter, top)

    # Keyboard

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """And that it is no longer here."""
        super().focusOutEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go on, Ctrl+C copies the line, Space opens the menu."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_line()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() in _OPENS:
            self._open_menu(self.mapToGlobal(QPoint(theme.MARGIN, theme.ROW_COMPACT)))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy."""
        self._open_menu(event.globalPos())

    def _open_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setObjectName("diff_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words, side in (("before", self.line.before), ("after", self.line.after)):
            copy = menu.addAction(theme.icon("copy"), f"Copy all of the value {words}")
            copy.setObjectName(f"copy_{words}")
            copy.setEnabled(side.kind != "absent")
            copy.setData(side.whole if side.kind == "value" else "null")
        line = menu.addAction("Copy the line")
        line.setObjectName("copy_line")
        line.setData(self._as_text())
        menu.triggered.connect(self._on_chosen)
        menu.popup(at)

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        QGuiApplication.clipboard().setText(action.data())
        announce(self, "Copied")

    @Slot()
    def copy_line(self) -> None:
        """Put field, value before and value after on the clipboard, tabs between."""
        QGuiApplication.clipboard().setText(self._as_text())
        announce(self, "Copied")

    def _as_text(self) -> str:
        sides = (self.line.before, self.line.after)
        values = ["null" if side.kind == "null" else side.whole for side in sides]
        return "\t".join([self.line.field, *values])
