"""The side panel of one invitation: where its mail is; resend, copy the link, revoke."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.confirming import confirm
from govdesk.desktop.members.changes import ChangeDialog, Intention
from govdesk.desktop.members.columns import STATUS, when
from govdesk.desktop.members.parts import Facts, SidePanel, button, note, row, say
from govdesk.desktop.widgets import FormField, Pill, SecretClipboard, Words, announce
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs, Task
from govdesk.services import connecting, invitations
from govdesk.services.invitations import Invitation
from govdesk.services.invitations import Link as Copied
from govdesk.services.link import Link, Session

WHO_HAS_IT: Final = (
    "Whoever has the link can join with it: hand it only to the person invited. That it was copied"
    " stands in the log."
)
READ_ONLY: Final = "You need the permission to invite, change and remove members for this."


class InvitationPanel(SidePanel):
    """`changed` follows what was done, with a sentence; the link is never shown."""

    changed = Signal(str)
    trouble = Signal(object)

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        preferences: Preferences,
        zone: tzinfo,
        *,
        may_manage: bool,
        parent: QWidget | None = None,
    ):
        super().__init__("invitation_panel", "Invitation", parent)
        self._link, self._jobs, self._preferences = link, jobs, preferences
        self.zone, self._may_manage = zone, may_manage
        self.invitation: Invitation | None = None
        self._clipboard = SecretClipboard()
        self._clipboard.cleared.connect(self._on_cleared)
        self.destroyed.connect(self._clipboard.leave)
        self._build()

    def _build(self) -> None:
        inner = self.inner
        self.pill = Pill("state_neutral", "waits", inner)
        self.pill.setObjectName("invitation_status")
        self.facts = Facts(inner)
        self.mail = note("invitation_mail", inner)
        self.message = Words("", parent=inner, wraps=True)
        self.message.setObjectName("invitation_message")
        self.web_url = QLineEdit(inner)
        self.web_url.setObjectName("invitation_web_url")
        self.web_url.setPlaceholderText("https://govdesk.example.com")
        self.web_field = FormField(
            "&Address of the web pages", self.web_url, "Links begin with it. It is kept.", inner
        )
        self.web_url.textEdited.connect(self.web_field.clear_error)
        self.web_url.returnPressed.connect(self.copy_link)
        self.resend = button("invitation_resend", "Resend", self._on_resend, inner)
        self.copy = button("invitation_copy", "Copy link", self.copy_link, inner, icon="copy")
        self.revoke = button("invitation_revoke", "Revoke", self._on_revoke, inner)
        self.revoke.setProperty("danger", True)
        self.said = note("invitation_said", inner)
        self.warning = Words(WHO_HAS_IT, "secondary", "text_secondary", inner, wraps=True)
        self.warning.setObjectName("invitation_warning")
        for part in (self.pill, self.facts, self.mail, self.message, self.web_field):
            self.column.addWidget(part)
        self.column.addLayout(row(self.resend, self.copy, self.revoke))
        for part in (self.said, self.warning):
            self.column.addWidget(part)
        self.column.addStretch(1)
        self.order_tabs()

    # Content

    def show_invitation(self, one: Invitation) -> None:
        """Show an invitation; what was said of another one is gone."""
        if self.invitation is None or self.invitation.id != one.id:
            say(self.said, "")
        self.invitation = one
        self.title.setText(one.display_name or one.email)
        word, meaning = STATUS[one.status]
        self.pill.set_meaning(meaning, word)
        self._show_facts(one)
        stuck = " Copy the link and hand it over yourself." if one.mail.is_stuck else ""
        say(self.mail, f"Mail: {one.mail.words}.{stuck}" if one.is_open else "")
        say(self.message, f"“{one.message}”" if one.message else "")
        self.web_field.setVisible(one.is_open and not self._preferences.get("web_url"))
        self.warning.setVisible(one.is_open)
        for act in (self.resend, self.copy, self.revoke):
            act.setVisible(one.is_open)
            act.setEnabled(self._may_manage)
            act.setToolTip("" if self._may_manage else READ_ONLY)

    def _show_facts(self, one: Invitation) -> None:
        show = self.facts.show_fact
        show("invitation_email", "E-mail", one.email)
        show("invitation_role", "Role", f"{one.role_title} on {one.node_name}")
        show("invitation_expires", "Expires", when(one.expires_at, self.zone))
        show("invitation_by", "Invited by", one.invited_by or "the set-up")
        show("invitation_created", "Invited", when(one.created_at, self.zone))
        show("invitation_sent", "Sent", "once" if one.sent == 1 else f"{one.sent} times")

    # What the person does

    @Slot()
    def _on_resend(self) -> None:
        one = self.invitation
        if one is not None:
            self._do(
                lambda session: invitations.resend(session, one.id),
                lambda _: self._tell(
                    f"A new link is on its way to {one.email}; older ones are dead."
                ),
                self._on_resend,
            )

    @Slot()
    def copy_link(self) -> None:
        """Make a link and put it on the clipboard for a minute; the address is asked for once."""
        one = self.invitation
        if one is None or not self.copy.isEnabled():
            return
        try:
            base = invitations.checked_web_url(
                self._preferences.get("web_url") or self.web_url.text()
            )
        except Problem as problem:
            self.web_field.show()
            self.web_field.set_error(f"{problem.sentence} {problem.remedy}")
            self.web_url.setFocus()
            return
        self._preferences.set("web_url", base)
        self._do(
            lambda session: invitations.link(session, one.id, base), self._on_link, self.copy_link
        )

    def _on_link(self, made: Copied) -> None:
        self._clipboard.copy(made.link)
        self.web_field.hide()
        self._tell("Link copied. The clipboard is cleared in 60 seconds.")

    @Slot()
    def _on_revoke(self) -> None:
        one = self.invitation
        if one is None:
            return
        intention = Intention(
            f"Revoke the invitation of {one.email}",
            "Its links are dead from then on. The person can be invited again.",
            "Revoke",
            lambda session, shown: invitations.revoke(session, one.id),
            one,
            lambda _: self._tell(f"The invitation of {one.email} is revoked."),
            is_dangerous=True,
        )
        ChangeDialog(intention, self._link, self._jobs, self.zone, self.window()).open()

    def _do(
        self,
        act: Callable[[Session], object],
        then: Callable[..., object],
        again: Callable[[], object],
    ) -> None:
        def work(task: Task) -> object:
            with borrowed(self._link, "writes", task) as session:
                return act(session)

        def failed(error: Exception) -> None:
            self._set_busy(False)
            if connecting.key_of(error) == "step_up_needed":
                confirm(self, self._jobs, self._link, "Confirm it is you.", again)
                return
            if isinstance(error, Problem):
                say(self.said, f"{error.sentence} {error.remedy}".strip())
            self.trouble.emit(error)

        def done(value: object) -> None:
            self._set_busy(False)
            then(value)

        self._set_busy(True)
        self._jobs.start(work, owner=self, on_result=done, on_error=failed, lane="writes")

    def _set_busy(self, busy: bool) -> None:
        for act in (self.resend, self.copy, self.revoke):
            act.setEnabled(self._may_manage and not busy)

    def _tell(self, sentence: str) -> None:
        say(self.said, sentence)
        announce(self, sentence)
        self.changed.emit(sentence)

    @Slot()
    def _on_cleared(self) -> None:
        if self.said.text().startswith("Link copied"):
            say(self.said, "The clipboard has been cleared.")
