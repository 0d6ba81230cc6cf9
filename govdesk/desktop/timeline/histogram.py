"""The histogram of events over time, on which a period is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QMenu, QSizePolicy, QToolTip, QWidget

from govdesk.desktop import theme
from govdesk.desktop.timeline.histogram_brush import Brush
from govdesk.desktop.timeline.histogram_buckets import Bucket
from govdesk.desktop.timeline.histogram_drawing import (
    Drawing,
    Looks,
    draw,
    draw_focus,
    handles,
    lay_out,
)
from govdesk.desktop.timeline.histogram_grip import Grip
from govdesk.desktop.timeline.histogram_table import HistogramTable
from govdesk.desktop.timeline.histogram_words import Interval, bucket_words, chart_words

HINT: Final = (
    "Left and Right choose a part, with Shift several; Enter shows only these events, Esc all."
)
_HEIGHT_IN_GRID: Final = 21
_STEPS: Final = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_PageUp: -10,
    Qt.Key.Key_PageDown: 10,
    Qt.Key.Key_Home: -(10**9),
    Qt.Key.Key_End: 10**9,
}


class Histogram(QWidget):
    """Bars of events over a period, linear; a period is chosen by mouse or keys.

    `period_chosen` carries the two ends of a half-open interval in UTC, `cleared` follows Esc.
    Neither follows `set_brush`, by which the page shows what the filter says.
    """

    period_chosen = Signal(object, object)
    cleared = Signal()

    def __init__(self, zone: tzinfo, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("histogram")
        self.setAccessibleName("Events over time")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._zone = zone
        self._period: Interval | None = None
        self._buckets: list[Bucket] = []
        self._message = ""
        self._hovered: int | None = None
        self._wanted: tuple[datetime | None, datetime | None] = (None, None)
        self._brush = Brush()
        self._grip = Grip(self._brush)
        self._drawing: Drawing | None = None
        theme.signals.changed.connect(self._restyle)
        self._describe()

    # What is shown

    @property
    def zone(self) -> tzinfo:
        """The zone whose clock the axis shows."""
        return self._zone

    @zone.setter
    def zone(self, zone: tzinfo) -> None:
        self._zone = zone
        self._lay_out()

    @property
    def buckets(self) -> tuple[Bucket, ...]:
        """What is drawn now."""
        return tuple(self._buckets)

    @property
    def brush(self) -> Interval | None:
        """The interval that is shown as chosen, be it applied or not."""
        return self._brush.shown

    def set_period(self, first: datetime, last: datetime) -> None:
        """Let the axis reach from `first` to `last`: best the ends of `buckets_for`."""
        period = (first, last) if first < last else None
        if period == self._period:
            return
        self._period = period
        if not self._brush.is_pending:
            self._brush.put(self._closed(*self._wanted))
        self._lay_out()

    def set_buckets(self, buckets: Sequence[Bucket]) -> None:
        """Draw `buckets`, ascending and without holes; call again as counts come in."""
        self._buckets = list(buckets)
        edges = [bucket.start for bucket in buckets] + [bucket.end for bucket in buckets[-1:]]
        if self._brush.set_edges(edges):
            self._grip.let_go()
        if self._period is None and buckets:
            self._period = (edges[0], edges[-1])
        self._lay_out()

    @Slot(object, object)
    def set_brush(self, low: datetime | None, high: datetime | None) -> None:
        """Show `low` to `high` as chosen; None is open, two of them choose nothing."""
        self._wanted = (low, high)
        if not self._grip.holds:
            self._brush.put(self._closed(low, high))
            self._refresh()

    def _closed(self, low: datetime | None, high: datetime | None) -> Interval | None:
        """Return an interval for the ends given, the axis for open ones."""
        if self._period is None or (low is None and high is None):
            return None
        first, last = low or self._period[0], high or self._period[1]
        return (first, last) if first < last else None

    def set_message(self, message: str) -> None:
        """Show a short sentence in place of bars, such as why they cannot be counted."""
        self._message = message
        self._refresh()

    def sizeHint(self) -> QSize:
        """As wide as there is room; the height is that of the type and the bars."""
        return QSize(theme.GRID * 160, max(theme.GRID * _HEIGHT_IN_GRID, self._least_height()))

    def minimumSizeHint(self) -> QSize:
        """A width at which buckets can still be told apart."""
        return QSize(theme.GRID * 60, self.sizeHint().height())

    @Slot()
    def show_table(self) -> None:
        """Open the same numbers as a table."""
        HistogramTable(self._buckets, self._zone, self).open()

    def bucket_rect(self, index: int) -> tuple[QPoint, QPoint]:
        """Return two corners of a bucket's column, in this widget."""
        assert self._drawing is not None
        column = self._drawing.columns[index]
        return column.topLeft(), column.bottomRight()

    def _least_height(self) -> int:
        return self.fontMetrics().height() * 2 + theme.GRID * 13

    def _lay_out(self) -> None:
        self._drawing = None
        if self._period is not None and self.width() > theme.GRID * 20:
            self._drawing = lay_out(self.rect(), self._buckets, self._period, self._zone)
        self._refresh()

    def _refresh(self) -> None:
        self._describe()
        self.update()

    def _describe(self) -> None:
        said = self._message or chart_words(
            self._buckets, self._period, self._brush.shown, self._zone
        )
        if f"{said} {HINT}" != self.accessibleDescription():
            self.setAccessibleDescription(f"{said} {HINT}")

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self._lay_out()

    # Choosing

    def _apply(self) -> None:
        interval = self._brush.apply()
        self._refresh()
        if interval is not None:
            self._wanted = interval
            self.period_chosen.emit(*interval)

    def _clear(self) -> bool:
        """Go back to what was applied, else choose nothing; tell whether there was anything."""
        if self._brush.is_pending:
            self._brush.give_up()
        elif self._brush.applied is not None:
            self._wanted = (None, None)
            self._brush.put(None)
            self.cleared.emit()
        else:
            return False
        self._refresh()
        return True

    @Slot()
    def _choose_pointed(self) -> None:
        if self._brush.cursor is not None:
            self._brush.cover(self._brush.cursor, self._brush.cursor)
            self._apply()

    @Slot()
    def _choose_nothing(self) -> None:
        self._brush.give_up()
        self._clear()

    # Events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move and extend, Enter applies, Esc goes back; the rest is the window's."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None and self._buckets:
            shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._brush.step(step, extends=bool(shift))
            self._refresh()
            self._tell(self._brush.cursor)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._brush.shown:
            self._apply()
        elif event.key() != Qt.Key.Key_Escape or not self._clear():
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of an end, of the whole period, or begin a new one."""
        index = self._index_at(event)
        if event.button() != Qt.MouseButton.LeftButton or index is None or not self._drawing:
            event.ignore()
            return
        self._grip.take(event.position().x(), index, self._ends(), theme.GRID * 1.5)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move what is held; otherwise say what is under the mouse."""
        index = self._index_at(event)
        if index is None:
            return
        if self._grip.holds:
            self._grip.drag(event.position().x(), index, QApplication.startDragDistance())
            self._refresh()
        else:
            self._show_shape(event.position().x())
        self._hovered = index
        self.update()
        self._tell(index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Apply what was drawn; a click alone moves only the cursor."""
        if event.button() == Qt.MouseButton.LeftButton and self._grip.let_go():
            self._apply()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Choose the bucket under the mouse."""
        index = self._index_at(event)
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self._brush.cover(index, index)
            self._apply()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at any more."""
        self._hovered = None
        self.update()
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the same by words."""
        if self._drawing is not None and event.reason() == QContextMenuEvent.Reason.Mouse:
            index = self._brush.bucket_at(self._drawing.time_at(event.pos().x()))
            if index is not None:
                self._brush.cursor = index
        self._menu().popup(event.globalPos())

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setObjectName("histogram_menu")
        choose = menu.addAction("Show only this part", self._choose_pointed)
        choose.setEnabled(self._brush.cursor is not None)
        menu.addAction("Show all periods", self._choose_nothing).setEnabled(
            self._brush.applied is not None
        )
        menu.addAction("Show as table", self.show_table).setEnabled(bool(self._buckets))
        return menu

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new width."""
        super().resizeEvent(event)
        self._lay_out()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the cursor."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the cursor; what was not applied goes back."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason and not self._grip.holds:
            self._brush.give_up()
        self._refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what was laid out."""
        painter = QPainter(self)
        if self._drawing is not None:
            cursor = self._brush.cursor if self.hasFocus() else None
            message = self._message or self._empty_words()
            draw(
                painter,
                self._drawing,
                Looks(self._seen_brush(), self._hovered, cursor, message),
            )
        if self.hasFocus():
            draw_focus(painter, self.rect())

    def _seen_brush(self) -> Interval | None:
        """Return what is chosen, unless all of it or nothing of it is on the axis."""
        shown, period = self._brush.shown, self._period
        if shown is None or period is None or shown[1] <= period[0] or period[1] <= shown[0]:
            return None
        return None if shown[0] <= period[0] and period[1] <= shown[1] else shown

    def _empty_words(self) -> str:
        if self._buckets and all(bucket.count == 0 for bucket in self._buckets):
            return "No events in this period"
        return ""

    def _index_at(self, event: QMouseEvent) -> int | None:
        if self._drawing is None:
            return None
        return self._brush.bucket_at(self._drawing.time_at(event.position().x()))

    def _ends(self) -> tuple[int, int] | None:
        seen = self._seen_brush()
        return None if self._drawing is None or seen is None else handles(self._drawing, seen)

    def _show_shape(self, x: float) -> None:
        part = self._grip.part_at(x, self._ends(), theme.GRID * 1.5)
        shapes = {"end": Qt.CursorShape.SizeHorCursor, "middle": Qt.CursorShape.OpenHandCursor}
        self.setCursor(shapes.get(part, Qt.CursorShape.ArrowCursor))

    def _tell(self, index: int | None) -> None:
        if index is None or self._drawing is None:
            return
        column = self._drawing.columns[index]
        place = self.mapToGlobal(QPoint(column.center().x(), self.rect().bottom()))
        words = bucket_words(self._buckets[index], self._zone)
        covered = self._brush.covered()
        if self._grip.holds and covered is not None:
            words = self._sum_words(*covered)
        QToolTip.showText(place, words, self, column)

    def _sum_words(self, first: int, last: int) -> str:
        parts = self._buckets[first : last + 1]
        counts = [part.count for part in parts]
        total = None if None in counts else sum(count or 0 for count in counts)
        whole = Bucket(parts[0].start, parts[-1].end, total, sum(part.high for part in parts))
        return bucket_words(whole, self._zone)
