"""An id, hash or key: both its ends, and a button that copies all of it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from govdesk.desktop import theme
from govdesk.desktop.widgets.announcing import announce
from govdesk.desktop.widgets.elided_label import ElidedLabel

_THANKS_MS: Final = 1500


class MonoField(QWidget):
    """Shows `text` in a monospace, elided in the middle; `name` is what it is, as one says it.

    An empty text shows a dash and cannot be copied. `copied` follows a press on Copy.
    """

    copied = Signal()

    def __init__(self, name: str, text: str = "", parent: QWidget | None = None):
        super().__init__(parent)
        self._name = name
        self._label = ElidedLabel("", "middle", self, role="mono")
        self._label.setObjectName("mono_text")
        self._button = QToolButton(self)
        self._button.setObjectName("mono_copy")
        self._button.setAutoRaise(True)
        self._button.setToolTip(f"Copy {_lowered(name)}")
        self._button.setAccessibleName(f"Copy {_lowered(name)}")
        self._button.setText("Copy")
        self._button.setIcon(theme.icon("copy"))
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self._button.clicked.connect(self.copy)
        self._thanks = QTimer(self)
        self._thanks.setSingleShot(True)
        self._thanks.setInterval(_THANKS_MS)
        self._thanks.timeout.connect(self._calm)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GRID)
        layout.addWidget(self._label)
        layout.addWidget(self._button)
        layout.addStretch(1)
        layout.setStretchFactor(self._label, 0)
        self.set_text(text)

    @property
    def text(self) -> str:
        """All of it."""
        return self._label.whole if self._button.isEnabled() else ""

    def set_text(self, text: str) -> None:
        """Show another one."""
        self._label.setText(text or "–")
        self._label.setAccessibleName(f"{self._name}: {text or 'none'}")
        self._button.setEnabled(bool(text))

    @Slot()
    def copy(self) -> None:
        """Put all of it on the clipboard, and show that it is there."""
        self._label.copy()
        self._button.setIcon(theme.icon("check", "state_ok"))
        self._button.setToolTip("Copied")
        announce(self, f"{self._name} copied")
        self._thanks.start()
        self.copied.emit()

    @Slot()
    def _calm(self) -> None:
        self._button.setIcon(theme.icon("copy"))
        self._button.setToolTip(self._button.accessibleName())


def _lowered(name: str) -> str:
    """`Request id` within a sentence; `TOTP secret` stays as it is."""
    first, rest = name[:1], name[1:]
    return name if rest[:1].isupper() else first.lower() + rest
