"""Shows a secret that was just put to use, once."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.section import button
from govdesk.desktop.editing.shown_once import ShownOnceDialog
from govdesk.desktop.widgets import Words

_WIDTH: Final = 170 * theme.GRID
_WHY: Final = (
    "Give it to whoever runs the receiver, over a way that nobody reads along. Only the workers can"
    " open it from now on: a lost one is rotated, never recovered."
)


class SecretDialog(ShownOnceDialog):
    """The secret with Copy; Close works once “I have stored it” is ticked.

    `check_wanted` follows Check receiver, which closes the dialog, too; it is offered where
    `offers_check` says so.
    """

    check_wanted = Signal()

    def __init__(
        self, title: str, also: str, secret: str, parent: QWidget, *, offers_check: bool = False
    ):
        super().__init__("webhook_secret", "secret", "Signing secret", secret, parent)
        self.setObjectName("webhook_secret_dialog")
        what = Words(title, "section", parent=self, wraps=True)
        more = Words(also, parent=self, wraps=True)
        more.setObjectName("webhook_secret_also")
        more.setVisible(bool(also))
        why = Words(_WHY, "secondary", "text_secondary", self, wraps=True)
        self.check = button(
            "Check receiver", "webhook_secret_check", self._on_check, self, icon="shield-check"
        )
        self.check.setVisible(offers_check)
        parts = (what, more, self.field, why, self.stored, self.message)
        self._lay_out(parts, self.check, _WIDTH)

    def _on_check(self) -> None:
        self.accept()
        self.check_wanted.emit()
