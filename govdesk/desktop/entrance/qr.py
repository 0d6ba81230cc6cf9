"""A QR code drawn from its modules: crisp at every scale."""

from __future__ import annotations

from typing import Final

import segno
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from govdesk.desktop import theme

_QUIET_ZONE: Final = 4
"""Modules of white around the code, ISO/IEC 18004."""


class QrCode(QWidget):
    """Shows a text as a QR code, dark on white in every theme: readers expect it so."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("qr_code")
        self.setAccessibleName("QR code for the authenticator app; the key below says the same")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._rows: list[bytes] = []

    def encode(self, text: str) -> None:
        """Show `text`; an empty one shows nothing."""
        code = segno.make(text, error="m", micro=False) if text else None
        self._rows = [bytes(row) for row in code.matrix] if code is not None else []
        self.updateGeometry()
        self.update()

    @property
    def modules(self) -> list[bytes]:
        """Rows of 0 and 1, without the quiet zone."""
        return self._rows

    def sizeHint(self) -> QSize:
        """A grid step for each module."""
        side = (len(self._rows) + 2 * _QUIET_ZONE) * theme.GRID
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw in device pixels, so that each module is the same whole number of them."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("code_paper"))
        if not self._rows:
            return
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        across = len(self._rows) + 2 * _QUIET_ZONE
        side = int(min(self.width(), self.height()) * ratio)
        step = side // across
        start = (side - step * len(self._rows)) // 2
        for y, row in enumerate(self._rows):
            for x, is_dark in enumerate(row):
                if is_dark:
                    module = QRect(start + x * step, start + y * step, step, step)
                    painter.fillRect(module, theme.colour("code_ink"))
