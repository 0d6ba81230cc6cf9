"""The terms that are applied, each as a chip that can be taken out or turned round."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QLineF, QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from govdesk.desktop import theme
from govdesk.domain.filter_language.editing import WrittenTerm

_WIDEST_IN_GRID: Final = 80


class Chip(QAbstractButton):
    """One term; a click turns it round, the cross and the Delete key take it out."""

    removed = Signal()
    moved = Signal(int)

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self._is_negated = False
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_term(self, written: WrittenTerm) -> None:
        """Show a term as it is written; a negated one with the word not."""
        self._is_negated = written.term.negated
        text = written.written.removeprefix("-") if self._is_negated else written.written
        self.setText(f"not {text}" if self._is_negated else text)
        self.setAccessibleName(f"Term {self.text()}")
        self.setAccessibleDescription("Space turns it into its opposite, Delete takes it out.")
        self.setToolTip(f"{self.text()}\nClick for the opposite, × to take it out")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as its text, up to a limit beyond which the text is elided."""
        text = self.fontMetrics().horizontalAdvance(self.text()) + 2 * theme.INSIDE
        width = text + self._cross().width()
        height = max(theme.ROW_COMPACT, self.fontMetrics().height() + theme.GRID)
        return QSize(min(width, theme.GRID * _WIDEST_IN_GRID), height)

    def _cross(self) -> QRect:
        side = max(theme.ROW_COMPACT, self.fontMetrics().height()) - theme.GRID
        return QRect(self.width() - side, 0, side, self.height())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the cross show when it is pointed at."""
        super().mouseMoveEvent(event)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take the term out where the cross was clicked."""
        if self.isDown() and self._cross().contains(event.position().toPoint()):
            self.setDown(False)
            self.removed.emit()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes out, Left and Right move on, Enter and Space turn round."""
        key = event.key()
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.moved.emit(-1 if key == Qt.Key.Key_Left else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a rounded box, the text, and the cross."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.colour("focus" if self.hasFocus() else "line"))
        pen.setWidthF(theme.GRID / 2 if self.hasFocus() else 1)
        if self._is_negated and not self.hasFocus():
            pen.setColor(theme.colour("text_secondary"))
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(theme.colour("base" if self._is_negated else "accent_weak"))
        edge = pen.widthF() / 2
        box = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
        painter.drawRoundedRect(box, theme.GRID, theme.GRID)
        painter.setPen(theme.colour("text"))
        text = self.rect().adjusted(theme.INSIDE, 0, -self._cross().width(), 0)
        painter.drawText(
            text,
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
            self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, text.width()),
        )
        self._paint_cross(painter)

    def _paint_cross(self, painter: QPainter) -> None:
        box = self._cross()
        pointed = self.underMouse() and box.contains(self.mapFromGlobal(self.cursor().pos()))
        pen = QPen(theme.colour("text" if pointed else "text_secondary"))
        pen.setWidthF(theme.GRID * 0.375)
        painter.setPen(pen)
        arm = theme.GRID * 0.875
        centre = QRectF(box).center()
        x, y = centre.x(), centre.y()
        painter.drawLines(
            [QLineF(x - arm, y - arm, x + arm, y + arm), QLineF(x - arm, y + arm, x + arm, y - arm)]
        )


class ChipRow(QWidget):
    """Chips side by side, in further rows where one is full; a single stop of the Tab key.

    `removed` and `turned` carry the index of a term.
    """

    removed = Signal(int)
    turned = Signal(int)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("filter_chips")
        self.setAccessibleName("Terms applied")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._chips: list[Chip] = []
        self._shown = 0

    @property
    def chips(self) -> list[Chip]:
        """The chips that are shown."""
        return self._chips[: self._shown]

    def show_terms(self, terms: Sequence[WrittenTerm]) -> None:
        """Show `terms`; the focus stays where it was, as far as there is still a chip."""
        focused = self._focused()
        while len(self._chips) < len(terms):
            self._chips.append(self._new_chip(len(self._chips)))
        self._shown = len(terms)
        for chip, term in zip(self._chips, terms, strict=False):
            chip.show_term(term)
        for chip in self._chips:
            chip.setVisible(chip in self.chips)
        if focused is not None and self._shown:
            self._focus(min(focused, self._shown - 1))
        elif self._shown:
            self._stop_at(0)
        self._place(self.width())
        self.updateGeometry()

    def _new_chip(self, index: int) -> Chip:
        chip = Chip(self)
        chip.setObjectName(f"filter_chip_{index}")
        chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        chip.clicked.connect(self._on_clicked)
        chip.removed.connect(self._on_removed)
        chip.moved.connect(self._on_moved)
        return chip

    def _index(self) -> int:
        sender = self.sender()
        return next(at for at, chip in enumerate(self._chips) if chip is sender)

    @Slot()
    def _on_clicked(self) -> None:
        self.turned.emit(self._index())

    @Slot()
    def _on_removed(self) -> None:
        self.removed.emit(self._index())

    @Slot(int)
    def _on_moved(self, by: int) -> None:
        self._focus(min(max(self._index() + by, 0), self._shown - 1))

    def _focused(self) -> int | None:
        return next((at for at, chip in enumerate(self.chips) if chip.hasFocus()), None)

    def _focus(self, index: int) -> None:
        self._stop_at(index)
        self._chips[index].setFocus(Qt.FocusReason.OtherFocusReason)

    def _stop_at(self, index: int) -> None:
        for at, chip in enumerate(self._chips):
            policy = Qt.FocusPolicy.StrongFocus if at == index else Qt.FocusPolicy.ClickFocus
            chip.setFocusPolicy(policy)

    # Places

    def hasHeightForWidth(self) -> bool:
        """More rows are needed where there is less width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all rows at `width`."""
        places = self._places(width)
        return places[-1].bottom() + 1 if places else 0

    def sizeHint(self) -> QSize:
        """One row, where nothing is known of the width."""
        return QSize(theme.GRID * 60, self.heightForWidth(max(self.width(), theme.GRID * 60)))

    def minimumSizeHint(self) -> QSize:
        """Room for one chip."""
        return QSize(theme.GRID * 30, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the chips anew."""
        super().resizeEvent(event)
        self._place(self.width())

    def _place(self, width: int) -> None:
        for chip, place in zip(self.chips, self._places(width), strict=True):
            chip.setGeometry(place)

    def _places(self, width: int) -> list[QRect]:
        found: list[QRect] = []
        corner = QPoint(0, 0)
        for chip in self.chips:
            size = chip.sizeHint().boundedTo(QSize(max(width, 1), theme.GRID * 100))
            if corner.x() and corner.x() + size.width() > width:
                corner = QPoint(0, corner.y() + size.height() + theme.GRID)
            found.append(QRect(corner, size))
            corner = QPoint(corner.x() + size.width() + theme.INSIDE, corner.y())
        return found
