"""The compliance contact: proposed by an address, confirmed by the code that was mailed to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.checked_field import CheckedField
from govdesk.desktop.editing.section import Section, button, button_row
from govdesk.desktop.editing.writing import Act, Writing
from govdesk.desktop.timeline.columns import time_text
from govdesk.desktop.widgets import Pill, Words
from govdesk.domain.problem import Problem
from govdesk.services import metadata
from govdesk.services.changes import Change
from govdesk.services.mail_state import QUEUED
from govdesk.services.metadata import Contact, Metadata

NOBODY = "Nobody is named yet. Auditors and authorities write to the compliance contact."
_WHY = "The compliance contact speaks for the organization."
CODE_HELP = "12 letters and digits from the mail; good for a day."


def state_words(contact: Contact, zone: tzinfo) -> str:
    """What is known of a contact that is not confirmed yet."""
    mail = contact.mail or QUEUED
    if mail.status == "sent" and mail.at is not None:
        sent = f"The code was mailed to {contact.email} at {time_text(mail.at, zone)}."
    else:
        sent = f"The mail with the code to {contact.email}: {mail.words}."
    return f"Not confirmed yet. {sent}"


class ContactSection(Section):
    """Shows who it is and who is proposed, proposes and confirms.

    `changed` carries what was done, in words.
    """

    changed = Signal(str)

    def __init__(self, zone: Callable[[], tzinfo], writing: Writing, parent: QWidget | None = None):
        super().__init__("Compliance contact", parent=parent)
        self._zone, self._writing = zone, writing
        self._found: Metadata | None = None
        self.pill = Pill("state_neutral", "not named", self)
        self.pill.setObjectName("contact_state")
        self.who = Words("", "strong", parent=self, wraps=True)
        self.who.setObjectName("contact_who")
        self.told = Words("", "body", "text_secondary", self, wraps=True)
        self.told.setObjectName("contact_told")
        self.code = CheckedField("Co&de", "contact_code", CODE_HELP, parent=self)
        self.confirm = button("Confirm", "contact_confirm", self._on_code, self)
        self.name = CheckedField("&Name", "contact_name", parent=self)
        self.email = CheckedField(
            "&E-mail", "contact_email", "A code goes there, to confirm it.", parent=self
        )
        self.propose = button("Send code", "contact_propose", self._on_propose, self)
        self.another = button("Name another", "contact_another", self._on_another, self)
        self.message = Words("", "secondary", "state_failed", self, wraps=True)
        self.message.setObjectName("contact_message")
        self._lay_out()
        self.code.entered.connect(self._on_code)
        self.email.entered.connect(self._on_propose)
        self.name.entered.connect(self.email.line.setFocus)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.pill)
        head.addStretch(1)
        self._code_part, self._form = QWidget(self), QWidget(self)
        for part, fields, acts in (
            (self._code_part, (self.code,), ()),
            (self._form, (self.name, self.email), (self.propose,)),
        ):
            column = QVBoxLayout(part)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(theme.INSIDE)
            for field in fields:
                column.addWidget(field)
            if acts:
                column.addLayout(button_row(*acts))
        self.column.addLayout(head)
        for widget in (self.who, self.told, self._code_part):
            self.column.addWidget(widget)
        self.column.addLayout(button_row(self.another, self.confirm))
        for widget in (self._form, self.message):
            self.column.addWidget(widget)
        self.column.addStretch(1)
        self.message.hide()

    # Content

    def show_found(self, found: Metadata, may_write: bool) -> None:
        """Show who it is; what is being typed stays."""
        self._found = found
        confirmed = next((c for c in found.contacts if c.status == "confirmed"), None)
        pending = next((c for c in found.contacts if c.status == "pending"), None)
        self._show_state(confirmed, pending)
        shown = pending or confirmed
        typed = bool(self.name.text or self.email.text)
        for part in (self._code_part, self.confirm):
            part.setVisible(may_write and pending is not None)
        self._form.setVisible(may_write and (shown is None or typed))
        self.another.setVisible(may_write and shown is not None and not typed)

    def _show_state(self, confirmed: Contact | None, pending: Contact | None) -> None:
        zone, lines = self._zone(), []
        if pending is not None:
            self.pill.set_meaning("state_attention", "not confirmed yet", icon="clock")
            lines.append(state_words(pending, zone))
            if confirmed is not None:
                lines.append(f"Until then it is {confirmed.display_name} <{confirmed.email}>.")
        elif confirmed is not None:
            at = confirmed.confirmed_at or confirmed.created_at
            self.pill.set_meaning("state_ok", "confirmed")
            lines.append(f"Confirmed at {time_text(at, zone)} with a mailed code.")
        else:
            self.pill.set_meaning("state_neutral", "not named")
            lines.append(NOBODY)
        shown = pending or confirmed
        self.who.setText(f"{shown.display_name}, {shown.email}" if shown else "")
        self.who.setVisible(shown is not None)
        self.told.setText(" ".join(lines))

    def say(self, sentence: str) -> None:
        """Say what went wrong; nothing clears it."""
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))

    # From the person

    @Slot()
    def _on_another(self) -> None:
        self._form.show()
        self.another.hide()
        self.name.line.setFocus()

    @Slot()
    def _on_propose(self) -> None:
        self.say("")
        for field, fault in (
            (self.name, "Say who it is."),
            (self.email, "Write the address that the code goes to."),
        ):
            if not field.text.strip():
                field.set_error(fault)
                field.line.setFocus()
                return
        email, name = self.email.text.strip(), self.name.text.strip()
        self._writing.run(
            Act(
                lambda session: metadata.propose_contact(session, email, name),
                _WHY,
                partial(self._on_done, f"A code goes to {email}.", (self.name, self.email)),
                self._on_refused,
            )
        )

    def _on_refused(self, error: Problem) -> None:
        if "address" in error.sentence:
            self.email.set_error(str(error))
            self.email.line.setFocus()
        else:
            self.say(str(error))

    @Slot()
    def _on_code(self) -> None:
        self.say("")
        if not self.code.text.strip():
            self.code.set_error("Write the code from the mail.")
            self.code.line.setFocus()
            return
        code = self.code.text
        self._writing.run(
            Act(
                lambda session: metadata.confirm_contact(session, code),
                _WHY,
                partial(self._on_done, "The contact is confirmed.", (self.code,)),
                lambda error: self.code.set_error(str(error)),
            )
        )

    def _on_done(self, words: str, fields: tuple[CheckedField, ...], done: Change) -> None:
        """What was typed is done with."""
        for field in fields:
            field.set_text("")
        self.say("")
        self.changed.emit(words)
