"""Another secret: the one before signs along for a while, so that the receiver can change over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.writing import Act
from govdesk.desktop.members.parts import say
from govdesk.desktop.webhooks.dialog import WritingDialog
from govdesk.desktop.webhooks.secret_field import SecretChoice
from govdesk.desktop.widgets import FormField, Words
from govdesk.domain import webhooks as rules
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs
from govdesk.services import webhook_changes, webhooks
from govdesk.services.integration_drafts import Misfilled
from govdesk.services.link import Link, Session, Unreachable
from govdesk.services.webhook_changes import USUAL_GRACE_HOURS
from govdesk.services.webhooks import Webhook

_WHY: Final = "Whoever has the secret of a webhook can send in GovDesk's name."
_LOST: Final = (
    "Whether the new secret is in use is not known: the connection broke. Press Rotate secret once"
    " more when it is back; it is not rotated twice."
)
_WORDS: Final = {
    0: "It ends at once",
    1: "1 hour",
    24: "1 day",
    72: "3 days",
    168: "7 days",
}
_FIRST: Final = "It has no secret yet: with this one it begins to send."


def what_happens(hours: int) -> str:
    """One sentence: how long the secret before is good."""
    if not hours:
        return "Deliveries are signed with the new secret only, from now on."
    words = "1 hour" if hours == 1 else f"{hours} hours"
    return (
        f"For {words} every delivery carries two signatures, with the new secret and with the one"
        " before. Change the receiver in that time."
    )


class RotateDialog(WritingDialog):
    """`then` gets the secret, to be shown once, and a sentence about the one before."""

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        one: Webhook,
        then: Callable[[str, str], object],
        parent: QWidget,
    ):
        super().__init__(
            link, jobs, "rotate_webhook", f"Rotate the secret of {one.description}",
            "Rotate secret", parent,
        )  # fmt: skip
        self.one, self._then = one, then
        self._is_lost = False
        self.secret = SecretChoice(self)
        self.secret.make_button.click()
        self.grace = QComboBox(self)
        self.grace.setObjectName("rotate_webhook_grace")
        self.grace.setMinimumHeight(theme.CONTROL_HEIGHT)
        for hours in rules.GRACE_HOURS:
            self.grace.addItem(_WORDS.get(hours, f"{hours} hours"), hours)
        self.grace.setCurrentIndex(self.grace.findData(USUAL_GRACE_HOURS))
        self.grace_field = FormField("The secret before is &good for", self.grace, "", self)
        self.first = Words(_FIRST, parent=self, wraps=True)
        has_secret = one.health.has_secret
        self.first.setVisible(not has_secret)
        self.grace_field.setVisible(has_secret)
        self.grace.currentIndexChanged.connect(self._say)
        self.secret.entered.connect(self.submit)
        self._say()
        self.lay_out((self.first, self.secret, self.grace_field))
        self.go.setFocus()

    @property
    def hours(self) -> int:
        """How long the secret before is good."""
        return int(self.grace.currentData())

    @Slot()
    def _say(self) -> None:
        self.grace_field.set_help(what_happens(self.hours))

    @Slot()
    def submit(self) -> None:
        """Put the new secret to use, if it is one."""
        if fault := self.secret.fault():
            self.secret.set_error(fault)
            self.secret.control.setFocus()
            return
        secret = self.secret.secret
        if secret is None:
            return
        text, hours, was_lost = secret.text, self.hours, self._is_lost
        say(self.message, "")
        self.writing.run(
            Act(
                lambda session: self._rotate(session, text, hours, was_lost),
                _WHY, lambda _: self._on_rotated(text), self._on_refused,
            )
        )  # fmt: skip

    def _rotate(self, session: Session, text: str, hours: int, was_lost: bool) -> object:
        """The answer of an earlier try may have been lost: then it is looked at first."""
        if was_lost and self._is_newer(session):
            return None
        return webhook_changes.rotate_secret(session, self.one.id, text, hours)

    def _is_newer(self, session: Session) -> bool:
        found = webhooks.secrets(session, self.one.id)
        return any(one.version > self._version for one in found)

    def know_version(self, version: int) -> None:
        """The version that was in use when this dialog opened."""
        self._version = version

    _version = 0

    def _on_rotated(self, text: str) -> None:
        then = self._then
        also = what_happens(self.hours) if self.one.health.has_secret else _FIRST
        self.secret.forget()
        self.accept()
        then(text, also)

    def _on_refused(self, error: Problem) -> None:
        if isinstance(error, Misfilled) and "secret" in error.faults:
            self.secret.set_error(error.faults["secret"])
            return
        self._is_lost = self._is_lost or isinstance(error, Unreachable)
        self.refuse(Problem(_LOST) if isinstance(error, Unreachable) else error)
