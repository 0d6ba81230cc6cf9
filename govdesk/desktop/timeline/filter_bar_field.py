"""The line in which a filter is written: it marks the place of an error and keeps the text."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF, QTextLayout
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame, QWidget

from govdesk.desktop import theme


def to_units(text: str, points: int) -> int:
    """Return how many UTF-16 units, Qt's way to count, the first `points` code points take."""
    return len(text[:points].encode("utf-16-le", "surrogatepass")) // 2


def to_points(text: str, units: int) -> int:
    """Return how many code points the first `units` UTF-16 units are."""
    data = text.encode("utf-16-le", "surrogatepass")[: 2 * units]
    return len(data.decode("utf-16-le", "replace"))


class FilterField(QLineEdit):
    """A line edit that counts in code points and draws a wave under a marked place."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._mark: tuple[int, int] | None = None

    @property
    def point(self) -> int:
        """Where the cursor is, in code points."""
        return to_points(self.text(), self.cursorPosition())

    @property
    def marked(self) -> str:
        """The part of the text that is marked; empty without a mark."""
        if self._mark is None:
            return ""
        return self.text()[self._mark[0] : sum(self._mark)]

    def mark(self, position: int, length: int) -> None:
        """Draw a wave under `length` code points from `position`."""
        self._mark = (position, length)
        self.update()

    def unmark(self) -> None:
        """Take the wave away."""
        self._mark = None
        self.update()

    def select_points(self, position: int, length: int) -> None:
        """Select `length` code points from `position`."""
        text = self.text()
        start = to_units(text, position)
        self.setSelection(start, to_units(text, position + length) - start)

    def replace_points(self, start: int, end: int, replacement: str) -> None:
        """Put `replacement` in the place of `text[start:end]`; can be undone like typing."""
        if start == end:
            self.setCursorPosition(to_units(self.text(), start))
        else:
            self.select_points(start, end - start)
        self.insert(replacement)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line, and the wave over it."""
        super().paintEvent(event)
        if self._mark is not None and self.text():
            self._paint_wave(*self._mark)

    def _paint_wave(self, position: int, length: int) -> None:
        line = QTextLayout(self.text(), self.font())
        line.beginLayout()
        laid = line.createLine()
        line.endLayout()
        # The cursor's rectangle is centred on the cursor, and scrolls with the text.
        cursor = self.cursorRect().center()
        origin = cursor.x() - _x(laid.cursorToX(self.cursorPosition()))
        ends = [to_units(self.text(), at) for at in (position, position + length)]
        left, right = sorted(origin + _x(laid.cursorToX(end)) for end in ends)
        painter = QPainter(self)
        painter.setClipRect(self._contents())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour: QColor = theme.colour("state_failed")
        painter.setPen(QPen(colour, theme.GRID * 0.375))
        base = cursor.y() + self.fontMetrics().ascent() / 2 + theme.GRID * 0.75
        painter.drawPolyline(_wave(left, max(right, left + theme.GRID), base))

    def _contents(self) -> QRect:
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        return self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)


def _x(found: object) -> float:
    # `cursorToX` also returns the position it took.
    return float(found[0] if isinstance(found, tuple) else found)  # type: ignore[arg-type]


def _wave(left: float, right: float, base: float) -> QPolygonF:
    step = theme.GRID / 2
    count = max(2, round((right - left) / step) + 1)
    return QPolygonF(
        [
            QPointF(left + at * step, base + (step / 2 if at % 2 else -step / 2))
            for at in range(count)
        ]
    )
