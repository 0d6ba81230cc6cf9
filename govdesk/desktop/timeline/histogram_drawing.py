"""The picture of the histogram: where everything is, and its painting from the theme's tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from govdesk.desktop import theme
from govdesk.desktop.timeline.histogram_axis import Label, axis_labels
from govdesk.desktop.timeline.histogram_buckets import Bucket
from govdesk.desktop.timeline.histogram_words import Interval

_FAINT = 0.4
"""Strength of bars outside of the chosen period."""


def metrics() -> QFontMetricsF:
    """Return the measures of the chart's type."""
    return QFontMetricsF(theme.font("secondary"))


@dataclass(slots=True)
class Drawing:
    """Buckets laid out in a widget of one size; made anew when any of it changes."""

    plot: QRect
    period: Interval
    peak: int
    labels: list[Label]
    columns: list[QRect]
    bars: list[QRect] = field(default_factory=list)
    highs: list[QRect] = field(default_factory=list)
    marks: list[QPolygonF] = field(default_factory=list)
    waiting: list[QRect] = field(default_factory=list)

    def x_of(self, at: datetime) -> int:
        """Return where an instant is; outside of the period it is clipped to the plot's ends."""
        first, last = self.period
        share = (at - first) / (last - first)
        return self.plot.left() + round(min(max(share, 0.0), 1.0) * self.plot.width())

    def time_at(self, x: float) -> datetime:
        """Return the instant at a place, held within the period."""
        first, last = self.period
        share = (x - self.plot.left()) / max(self.plot.width(), 1)
        share = min(max(share, 0.0), 1.0)
        return min(first + (last - first) * share, last - timedelta(microseconds=1))


def lay_out(size: QRect, buckets: Sequence[Bucket], period: Interval, zone: tzinfo) -> Drawing:
    """Place the buckets of `period` in `size`."""
    peak = max((bucket.count or 0 for bucket in buckets), default=0)
    plot = _plot(size, peak)
    labels = axis_labels(
        *period,
        plot.width(),
        zone,
        measured=metrics().horizontalAdvance,
        gap=theme.GRID * 4,
    )
    drawing = Drawing(plot, period, peak, labels, [])
    for bucket in buckets:
        _place(drawing, bucket)
    return drawing


def _plot(size: QRect, peak: int) -> QRect:
    gutter = round(metrics().horizontalAdvance(f"{max(peak, 9_999):,}")) + theme.GRID * 3
    inset = theme.GRID
    axis = round(metrics().height()) + theme.GRID
    marks = theme.GRID * 2
    top = round(metrics().height() / 2) + inset
    return size.adjusted(gutter, top, -theme.GRID * 2, -axis - marks - inset // 2)


def _place(drawing: Drawing, bucket: Bucket) -> None:
    plot = drawing.plot
    left, right = drawing.x_of(bucket.start), drawing.x_of(bucket.end)
    drawing.columns.append(QRect(left, plot.top(), right - left, plot.height()))
    if right <= left:
        return
    gap = 1 if right - left > theme.GRID // 2 else 0
    if bucket.count is None:
        drawing.waiting.append(QRect(left, plot.top(), right - left - gap, plot.height()))
    elif bucket.count:
        height = max(1, round(bucket.count / drawing.peak * plot.height()))
        bottom = plot.top() + plot.height()
        drawing.bars.append(QRect(left, bottom - height, right - left - gap, height))
        if bucket.high:
            part = round(bucket.high / drawing.peak * plot.height())
            drawing.highs.append(QRect(left, bottom - part, right - left - gap, part))
            drawing.marks.append(_mark((left + right - gap) / 2, bottom + theme.GRID / 2))


def _mark(x: float, y: float) -> QPolygonF:
    half, height = theme.GRID * 0.75, theme.GRID * 1.25
    return QPolygonF([QPointF(x, y), QPointF(x + half, y + height), QPointF(x - half, y + height)])


@dataclass(frozen=True, slots=True)
class Looks:
    """What is drawn over the buckets: the interval chosen, and the buckets pointed at."""

    chosen: Interval | None = None
    hovered: int | None = None
    cursor: int | None = None
    message: str = ""


def draw(painter: QPainter, drawing: Drawing, looks: Looks) -> None:
    """Paint everything; the painter's device has been cleared."""
    painter.setFont(theme.font("secondary"))
    plot = drawing.plot
    if looks.hovered is not None and looks.hovered < len(drawing.columns):
        painter.fillRect(drawing.columns[looks.hovered], theme.colour("accent_weak"))
    if looks.chosen is not None:
        painter.fillRect(_band(drawing, looks.chosen), theme.colour("brush"))
    if not looks.message:
        _draw_grid(painter, drawing)
    _draw_scale(painter, drawing)
    _fill(painter, drawing.waiting, theme.colour("line"), _FAINT)
    _draw_bars(painter, drawing, looks.chosen)
    _draw_axis(painter, drawing)
    if looks.chosen is not None:
        _draw_handles(painter, drawing, looks.chosen)
    if looks.cursor is not None and looks.cursor < len(drawing.columns):
        _draw_cursor(painter, drawing.columns[looks.cursor])
    if looks.message:
        painter.setPen(theme.colour("text_secondary"))
        painter.drawText(plot, Qt.AlignmentFlag.AlignCenter, looks.message)


def handles(drawing: Drawing, chosen: Interval) -> tuple[int, int]:
    """Return where the two ends of the chosen period can be taken hold of."""
    return drawing.x_of(chosen[0]), drawing.x_of(chosen[1])


def _band(drawing: Drawing, chosen: Interval) -> QRect:
    left, right = handles(drawing, chosen)
    return QRect(left, drawing.plot.top(), right - left, drawing.plot.height())


def _fill(painter: QPainter, rects: list[QRect], colour: QColor, strength: float = 1.0) -> None:
    shade = QColor(colour)
    shade.setAlphaF(colour.alphaF() * strength)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade)
    painter.drawRects(rects)


def _draw_bars(painter: QPainter, drawing: Drawing, chosen: Interval | None) -> None:
    strength = 1.0 if chosen is None else _FAINT
    _fill(painter, drawing.bars, theme.colour("histogram"), strength)
    _fill(painter, drawing.highs, theme.colour("severity_high"), strength)
    if chosen is not None:
        painter.save()
        painter.setClipRect(_band(drawing, chosen))
        _fill(painter, drawing.bars, theme.colour("histogram"))
        _fill(painter, drawing.highs, theme.colour("severity_high"))
        painter.restore()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("severity_high"))
    for mark in drawing.marks:
        painter.drawPolygon(mark)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _draw_scale(painter: QPainter, drawing: Drawing) -> None:
    """Draw the two ends of the linear scale: nothing at the bottom, the peak on top."""
    plot = drawing.plot
    painter.setPen(theme.colour("line"))
    bottom = plot.top() + plot.height()
    painter.drawLine(plot.left(), bottom, plot.left() + plot.width(), bottom)
    if not drawing.peak:
        return
    painter.drawLine(plot.left(), plot.top() - 1, plot.left() + plot.width(), plot.top() - 1)
    painter.setPen(theme.colour("text_secondary"))
    height = metrics().height()
    for y, text in ((plot.top(), f"{drawing.peak:,}"), (bottom, "0")):
        box = QRectF(0, y - height / 2, plot.left() - theme.GRID, height)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


def _draw_grid(painter: QPainter, drawing: Drawing) -> None:
    plot = drawing.plot
    below = plot.top() + plot.height() + theme.GRID * 2
    xs = [plot.left() + round(label.x) for label in drawing.labels]
    painter.setPen(theme.colour("line"))
    painter.drawLines([QLineF(x, plot.top(), x, below) for x in xs])


def _draw_axis(painter: QPainter, drawing: Drawing) -> None:
    plot = drawing.plot
    bottom = plot.top() + plot.height()
    top = bottom + theme.GRID * 2
    painter.setPen(theme.colour("text_secondary"))
    height = metrics().height()
    for label in drawing.labels:
        box = QRectF(plot.left() + round(label.x), top, plot.width(), height + theme.GRID)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, label.text)


def _draw_handles(painter: QPainter, drawing: Drawing, chosen: Interval) -> None:
    plot = drawing.plot
    painter.setPen(theme.colour("accent"))
    for x in handles(drawing, chosen):
        painter.drawLine(x, plot.top(), x, plot.top() + plot.height())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("accent"))
    tall, radius = theme.GRID * 4, theme.GRID / 2
    for x in handles(drawing, chosen):
        top = plot.top() + (plot.height() - tall) / 2
        painter.drawRoundedRect(QRectF(x + 0.5 - radius, top, 2 * radius, tall), radius, radius)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def draw_focus(painter: QPainter, whole: QRect) -> None:
    """Paint the frame that says the keyboard is here."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = theme.GRID / 2
    painter.setPen(QPen(theme.colour("focus"), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    edge = width / 2
    box = QRectF(whole).adjusted(edge, edge, -edge, -edge)
    painter.drawRoundedRect(box, theme.RADIUS_SMALL, theme.RADIUS_SMALL)


def _draw_cursor(painter: QPainter, column: QRect) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(theme.colour("focus"))
    painter.drawRect(column.adjusted(-1, -1, 0, 0))
