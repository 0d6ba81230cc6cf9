"""How many live keys the server's current secret protects: a bar and a sentence that says it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from govdesk.desktop import theme
from govdesk.desktop.widgets import ElidedLabel
from govdesk.services.peppers import Version

_WIDTH: Final = 30 * theme.GRID
WAITING: Final = 0
"""The version of keys that wait for the worker."""
WHAT: Final = (
    "The database keeps no key, only a check of it, made with a secret that lies on the server and"
    " not in the database. A key goes over to the current secret when it is next used; an older one"
    " is thrown away once no key needs it. A new one: govdesk keys rotate-pepper."
)


def sentence(versions: Sequence[Version]) -> str:
    """Say how far the keys have come to the current secret of the server."""
    counts = {one.version: one.keys for one in versions}
    whole = sum(counts.values())
    current = next((one.version for one in versions if one.status == "current"), None)
    if not whole:
        return "There is no live key to protect yet."
    parts = []
    if current is not None:
        parts.append(
            f"{counts[current]:,} of {whole:,} live keys are protected by the server's current"
            " secret"
        )
    if older := sum(keys for v, keys in counts.items() if v not in (current, WAITING)):
        parts.append(f"{older:,} still by an older one")
    if waiting := counts.get(WAITING, 0):
        parts.append(f"{waiting:,} {'waits' if waiting == 1 else 'wait'} for the worker")
    return f"{', '.join(parts)}."


class _Bar(QWidget):
    """How much of the whole is done."""

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.share = 0.0
        theme.signals.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """A thin line."""
        return QSize(_WIDTH, theme.INSIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A trough, and what is done."""
        painter = QPainter(self)
        radius = self.height() / 2
        theme.panel(painter, self.rect(), theme.colour("placeholder"), radius=radius)
        done = QRect(0, 0, round(self.width() * self.share), self.height())
        if done.width():
            tone = "state_ok" if self.share >= 1 else "accent"
            theme.panel(painter, done, theme.colour(tone), radius=radius)
        painter.end()


class PepperMeter(QWidget):
    """Hidden until there is something to say. The counts are those of the whole organization."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("pepper_meter")
        self._bar = _Bar(self)
        self.words = ElidedLabel("", parent=self, role="secondary", tone="text_secondary")
        self.words.setObjectName("pepper_words")
        self.setToolTip(WHAT)
        self.setAccessibleDescription(WHAT)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE)
        row.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.words, 1)
        self.hide()

    def show_versions(self, versions: Sequence[Version]) -> None:
        """Show other counts."""
        whole = sum(one.keys for one in versions)
        done = sum(one.keys for one in versions if one.status == "current")
        self._bar.share = done / whole if whole else 0.0
        self.words.setText(sentence(versions))
        self._bar.setVisible(bool(whole))
        self._bar.update()
        self.setVisible(bool(versions))
