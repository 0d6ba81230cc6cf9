"""The choice of where a database login's password is kept."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from govdesk.config.passwords import ABOUT_FILE, KEEPING, NO_KEYRING, PasswordSafe
from govdesk.desktop.entrance.dressing import paint, say


class KeepingChoice(QObject):
    """Fills a combo box with what this computer offers; the line below says what a choice means."""

    def __init__(self, box: QComboBox, note: QLabel, parent: QWidget):
        super().__init__(parent)
        self._box, self._note = box, note
        self._has_keyring = False
        box.currentIndexChanged.connect(self._explain)

    def offer(self, safe: PasswordSafe) -> None:
        """Offer the places of this safe, the best one chosen."""
        self._has_keyring = "keyring" in safe.choices
        self._box.clear()
        for key in safe.choices:
            self._box.addItem(KEEPING[key], key)
        self._explain()

    @property
    def where(self) -> str:
        """The chosen one of `KEEPING`."""
        return str(self._box.currentData() or "ask")

    @Slot()
    def _explain(self) -> None:
        if self.where == "file":
            say(self._note, ABOUT_FILE)
            paint(self._note, "state_attention")
        else:
            say(self._note, "" if self._has_keyring else NO_KEYRING)
            paint(self._note, "text_secondary")
