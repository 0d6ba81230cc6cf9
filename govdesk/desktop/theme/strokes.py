"""The few strokes every control is drawn with: panel, ring, chevron, tick, hairline."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from govdesk.desktop.theme import sizes
from govdesk.desktop.theme.shown import colour

CLEAR = QColor(0, 0, 0, 0)


@contextmanager
def smooth(painter: QPainter) -> Iterator[None]:
    """Antialiased inside, and the painter as it was afterwards."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    try:
        yield
    finally:
        painter.restore()


def panel(
    painter: QPainter,
    rect: QRect,
    fill: QColor,
    border: QColor | None = None,
    radius: float = sizes.RADIUS,
) -> None:
    """A rounded box whose hairline lies inside `rect`."""
    half = sizes.HAIRLINE / 2
    with smooth(painter):
        painter.setPen(Qt.PenStyle.NoPen if border is None else QPen(border, sizes.HAIRLINE))
        painter.setBrush(fill)
        inset = 0.0 if border is None else half
        box = QRectF(rect).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(box, radius, radius)


def ring(
    painter: QPainter, rect: QRect, ink: QColor | None = None, radius: float = sizes.RADIUS
) -> None:
    """The mark of the keyboard's focus, inside `rect`."""
    ink = colour("focus") if ink is None else ink
    half = sizes.FOCUS_WIDTH / 2
    with smooth(painter):
        painter.setPen(QPen(ink, sizes.FOCUS_WIDTH))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        box = QRectF(rect).adjusted(half, half, -half, -half)
        painter.drawRoundedRect(box, radius - half, radius - half)


def chevron(painter: QPainter, rect: QRect, ink: QColor, direction: str = "down") -> None:
    """An arrow head in the middle of `rect`: up, down, left or right."""
    turns = {"down": 0, "left": 90, "up": 180, "right": 270}
    reach = sizes.GRID - 0.5
    with smooth(painter):
        painter.translate(QRectF(rect).center())
        painter.rotate(turns[direction])
        painter.setPen(_line(ink))
        painter.drawPolyline(
            QPolygonF(
                [QPointF(-reach, -reach / 2), QPointF(0, reach / 2), QPointF(reach, -reach / 2)]
            )
        )


def tick(painter: QPainter, rect: QRect, ink: QColor) -> None:
    """A check mark that fills most of the square `rect`."""
    box = QRectF(rect)
    places = ((0.26, 0.52), (0.43, 0.69), (0.75, 0.33))
    with smooth(painter):
        painter.setPen(_line(ink, 1.8))
        painter.drawPolyline(
            QPolygonF(
                [box.topLeft() + QPointF(box.width() * x, box.height() * y) for x, y in places]
            )
        )


def hairline(painter: QPainter, left: int, top: int, right: int, bottom: int) -> None:
    """A straight line between two pixels, both included."""
    painter.fillRect(QRect(left, top, right - left + 1, bottom - top + 1), colour("line"))


def _line(ink: QColor, width: float = 1.5) -> QPen:
    return QPen(
        ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    )
