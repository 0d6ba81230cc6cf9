"""Icons: one family of single-colour drawings, tinted by the theme when they are painted."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QByteArray, QFile, QIODevice, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from shiboken6 import isValid

from govdesk.desktop.forms import rc_govdesk as _resources  # noqa: F401  (registers the files)
from govdesk.desktop.theme import shown

# What has a meaning also has a colour; the word beside it says the same.
MEANINGS: Final = {
    "severity_info": "info",
    "severity_notice": "bell",
    "severity_warning": "triangle-alert",
    "severity_high": "octagon-alert",
    "state_ok": "badge-check",
    "state_attention": "triangle-alert",
    "state_failed": "shield-alert",
    "state_neutral": "circle-dashed",
}
# Lucide has renamed these; the older word is the one people say.
_RENAMED: Final = {
    "filter": "funnel",
    "filter-x": "funnel-x",
    "file-json": "file-braces",
    "sliders": "sliders-horizontal",
}
_FOLDER: Final = ":/govdesk/icons"
_DPI_STEP: Final = 64
# Qt takes a clone without telling Python, which would free it under Qt's hands.
_clones: list[QIconEngine] = []


@lru_cache(maxsize=512)
def icon(name: str, colour: str = "") -> QIcon:
    """The icon of a Lucide name, or of a meaning such as `severity_high` in that colour.

    It is drawn in `colour` (a token; by default the icons' own), fades when disabled, and follows
    the theme by itself. Raises LookupError for a name that is not vendored.
    """
    drawing = MEANINGS.get(name, name)
    _source(drawing)
    return QIcon(_Tinted(drawing, colour or (name if name in MEANINGS else "icon")))


@lru_cache(maxsize=1)
def indent() -> QIcon:
    """An icon of which one sees nothing: it moves the text of a cell away from the cell's edge.

    Cells keep plain Fusion, whose margin is too small, since no Python draws them.
    """
    nothing = QPixmap(1, 1)
    nothing.fill(Qt.GlobalColor.transparent)
    return QIcon(nothing)


def pixmap(name: str, size: int, scale: float, colour: QColor) -> QPixmap:
    """An icon drawn once: `size` in device-independent pixels, `scale` physical ones each."""
    return _drawn(MEANINGS.get(name, name), size, size, round(scale * _DPI_STEP), colour.rgba())


def application_icon() -> QIcon:
    """GovDesk's own icon, for windows and the desktop."""
    made = QIcon()
    renderer = QSvgRenderer(f"{_FOLDER}/govdesk.svg")
    for side in (16, 24, 32, 48, 64, 128, 256):
        drawing = QPixmap(side, side)
        drawing.fill(Qt.GlobalColor.transparent)
        _paint(renderer, drawing, side, side)
        made.addPixmap(drawing)
    return made


class _Tinted(QIconEngine):
    """Draws one Lucide file in the colour the theme has now."""

    def __init__(self, name: str, colour: str):
        super().__init__()
        self._name = name
        self._colour = colour

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        device = painter.device()
        scale = device.devicePixelRatio() if device is not None else 1.0
        painter.drawPixmap(rect, self.scaledPixmap(rect.size(), mode, state, scale))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        """`size` is in device-independent pixels, since Qt 6.8."""
        token = "text_disabled" if mode == QIcon.Mode.Disabled else self._colour
        steps = round(scale * _DPI_STEP)
        rgba = shown.colour(token).rgba()
        return _drawn(self._name, size.width(), size.height(), steps, rgba)

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        return size

    def clone(self) -> QIconEngine:
        made = _Tinted(self._name, self._colour)
        _clones[:] = [clone for clone in _clones if isValid(clone)]
        _clones.append(made)
        return made

    def key(self) -> str:
        return f"govdesk-{self._name}-{self._colour}"

    def iconName(self) -> str:
        return self._name

    def isNull(self) -> bool:
        return False


@lru_cache(maxsize=512)
def _drawn(name: str, width: int, height: int, steps: int, rgba: int) -> QPixmap:
    scale = steps / _DPI_STEP
    drawing = QPixmap(round(width * scale), round(height * scale))
    drawing.fill(Qt.GlobalColor.transparent)
    colour = QColor.fromRgba(rgba)
    source = _source(name).replace(b"currentColor", colour.name().encode())
    _paint(QSvgRenderer(QByteArray(source)), drawing, drawing.width(), drawing.height())
    drawing.setDevicePixelRatio(scale)
    return drawing


def _paint(renderer: QSvgRenderer, drawing: QPixmap, width: int, height: int) -> None:
    side = min(width, height)
    corner = QPoint((width - side) // 2, (height - side) // 2)
    painter = QPainter(drawing)
    try:
        renderer.render(painter, QRectF(corner.x(), corner.y(), side, side))
    finally:
        painter.end()


@lru_cache(maxsize=256)
def _source(name: str) -> bytes:
    file = QFile(f"{_FOLDER}/{_RENAMED.get(name, name)}.svg")
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise LookupError(f"No icon is called {name}. Vendored icons are in resources/icons.")
    try:
        return bytes(file.readAll().data())
    finally:
        file.close()
