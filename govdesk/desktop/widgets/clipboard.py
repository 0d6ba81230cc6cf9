"""Secrets on the clipboard, for a minute and not in its history."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QMimeData, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

CLEARED_AFTER_MS: Final = 60_000
# What clipboard managers look for before they keep a text: KDE's and Windows' own words for it.
_NOT_TO_KEEP: Final = {
    "x-kde-passwordManagerHint": b"secret",
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': b"1",
}


class SecretClipboard(QObject):
    """Copies a secret, and takes it back after `cleared_after_ms` if it is still there.

    It lives as long as the application, so that a dialog may close before one has pasted; when
    the application ends, it clears at once. `cleared` comes when the time is over, whoever owns
    the clipboard by then.
    """

    cleared = Signal()

    def __init__(self, cleared_after_ms: int = CLEARED_AFTER_MS):
        app = QGuiApplication.instance()
        super().__init__(app)
        self._copied = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(cleared_after_ms)
        self._timer.timeout.connect(self.clear)
        if app is not None:
            app.aboutToQuit.connect(self.clear)

    def copy(self, secret: str) -> None:
        """Put a secret there and start the minute anew."""
        self._copied = secret
        content = QMimeData()
        content.setText(secret)
        for kind, mark in _NOT_TO_KEEP.items():
            content.setData(kind, mark)
        QGuiApplication.clipboard().setMimeData(content)
        self._timer.start()

    @property
    def holds(self) -> bool:
        """Whether a secret was copied and not yet taken back."""
        return bool(self._copied)

    @Slot()
    def clear(self) -> None:
        """Empty the clipboard if the secret is still what it holds."""
        self._timer.stop()
        clipboard = QGuiApplication.clipboard()
        if self._copied and clipboard.text() == self._copied:
            clipboard.clear()
        self._copied = ""
        self.cleared.emit()
        if self._is_left:
            self.deleteLater()

    @Slot()
    def leave(self) -> None:
        """Go as soon as nothing is left to clear; whoever made it is going now."""
        self._is_left = True
        if not self._copied:
            self.deleteLater()

    _is_left = False
