"""What begins in a window of its own: secrets shown once, tests, checks, redelivery."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop.deliveries.redelivering import RedeliverDialog
from govdesk.desktop.deliveries.testing import CheckDialog, TestDialog
from govdesk.desktop.webhooks.resuming import ResumeDialog
from govdesk.desktop.webhooks.reveal import SecretDialog
from govdesk.desktop.webhooks.rotating import RotateDialog
from govdesk.desktop.webhooks.signing import SigningKeysDialog
from govdesk.jobs import Jobs
from govdesk.services.link import Link
from govdesk.services.organization import Here
from govdesk.services.webhook_changes import Added
from govdesk.services.webhooks import Webhook

_NEW: Final = "It signs what “{name}” is sent from now on."


class Acting(QWidget):
    """Opens windows over the page; it is itself never seen.

    `done` carries words for what was done and the id of the webhook, `trouble` an error that
    needs a word.
    """

    done = Signal(str, str)
    trouble = Signal(object)

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        preferences: Preferences,
        here: Here,
        zone: tzinfo,
        parent: QWidget,
    ):
        super().__init__(parent)
        self.hide()
        self._link, self._jobs, self._preferences = link, jobs, preferences
        self.here, self.zone = here, zone

    # Secrets

    @Slot(object)
    def show_added(self, added: Added) -> None:
        """Show the secret of a new webhook, once."""
        if added.secret is not None:
            self._reveal(
                added.webhook,
                f"The secret of {added.webhook.description}",
                _NEW.format(name=added.webhook.description),
                added.secret,
            )

    def rotate(self, one: Webhook, version: int) -> None:
        """Begin to rotate; `version` is the one in use."""
        dialog = RotateDialog(
            self._link, self._jobs, one, partial(self._on_rotated, one), self.window()
        )
        dialog.know_version(version)
        dialog.writing.trouble.connect(self.trouble)
        dialog.open()

    def _on_rotated(self, one: Webhook, secret: str, also: str) -> None:
        self.done.emit(f"“{one.description}” has a new secret.", one.id)
        self._reveal(one, f"The new secret of {one.description}", also, secret)

    def _reveal(self, one: Webhook, title: str, also: str, secret: str) -> None:
        dialog = SecretDialog(title, also, secret, self.window(), offers_check=True)
        dialog.check_wanted.connect(partial(self.check, one))
        dialog.open()

    # The rest

    @Slot(object)
    def resume(self, one: Webhook) -> None:
        """Ask whether what was missed is sent, too."""
        then: Callable[[str], object] = partial(self._on_resumed, one)
        dialog = ResumeDialog(self._link, self._jobs, one, then, self.window())
        dialog.open()
        dialog.count()

    def _on_resumed(self, one: Webhook, words: str) -> None:
        self.done.emit(words, one.id)

    @Slot(object)
    def test(self, one: Webhook) -> None:
        """Send it one test."""
        self._open(TestDialog(self._link, self._jobs, one.id, one.description, self.window()), one)

    @Slot(object)
    def check(self, one: Webhook) -> None:
        """See whether its receiver verifies."""
        self._open(CheckDialog(self._link, self._jobs, one.id, one.description, self.window()), one)

    def _open(self, dialog: Any, one: Webhook) -> None:
        dialog.trouble.connect(self.trouble)
        dialog.ended.connect(partial(self._on_ended, one))
        dialog.open()

    def _on_ended(self, one: Webhook, _: object) -> None:
        self.done.emit("", one.id)

    @Slot(object)
    def redeliver(self, one: Webhook) -> None:
        """Offer to send again what failed or was missed."""
        dialog = RedeliverDialog(
            self._link, self._jobs, one.id, one.description, self.zone, self.window()
        )
        dialog.trouble.connect(self.trouble)
        dialog.redelivered.connect(partial(self._on_redelivered, one))
        dialog.open()

    def _on_redelivered(self, one: Webhook, words: str) -> None:
        self.done.emit(words, one.id)

    def show_signing_keys(self) -> QDialog:
        """Show the organization's signing keys."""
        dialog = SigningKeysDialog(
            self._link, self._jobs, str(self._preferences.get("web_url") or ""),
            self.here.tenant_path, self.zone, self.window(),
            may_rotate=self.here.everywhere("webhook.manage"),
        )  # fmt: skip
        dialog.open()
        dialog.read()
        return dialog
