"""Preferences as signals: views hear of a change and end with themselves."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme


class LivePreferences(QObject):
    """`changed` carries key and value; `failed` an OSError of a save, on the main thread.

    Shows the chosen theme at once and whenever it changes.
    """

    changed = Signal(str, object)
    failed = Signal(object)
    _refused = Signal(object)

    def __init__(self, preferences: Preferences, parent: QObject | None = None):
        super().__init__(parent)
        self.preferences = preferences
        self._refused.connect(self.failed, Qt.ConnectionType.QueuedConnection)
        preferences.on_failure = self._refused.emit
        preferences.subscribe(self._on_change)
        self.changed.connect(self._apply)
        self._apply("theme", preferences.get("theme"))

    def _on_change(self, key: str, value: Any) -> None:
        self.changed.emit(key, value)

    @Slot(str, object)
    def _apply(self, key: str, value: Any) -> None:
        application = QApplication.instance()
        if key == "theme" and isinstance(application, QApplication) and theme.chosen() != value:
            theme.apply(application, value)
