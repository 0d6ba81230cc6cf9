"""The form that invites: one address or many, name, role, node, message, how long it lasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QSpinBox, QWidget

from govdesk.desktop import theme
from govdesk.desktop.approvals.asking import ask_for_decision
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.confirming import confirm
from govdesk.desktop.members.parts import SidePanel, button, note, row, say
from govdesk.desktop.members.role_box import RoleBox
from govdesk.desktop.members.sending import (
    STOPS,
    Sent,
    as_typed,
    each,
    key_of,
    known_addresses,
    short,
)
from govdesk.desktop.widgets import FormField, announce
from govdesk.domain import addresses
from govdesk.domain.addresses import LONGEST_MESSAGE, Pasted
from govdesk.domain.problem import Problem
from govdesk.jobs import Job, Jobs, Task
from govdesk.services import access, decisions, invitations, members
from govdesk.services.access import Offer
from govdesk.services.invitations import DAYS, MOST_DAYS, Invitation, Invite
from govdesk.services.link import Link, Session, SessionEnded, Unreachable
from govdesk.services.members import Member, Place

_HELP: Final = "Several are separated by commas or lines. Enter sends, Shift+Enter begins a line."
_NAME_HELP: Final = "As the organization knows this person."
_CHECKED_AFTER_MS: Final = 400


class AddressEdit(QPlainTextEdit):
    """A few lines of addresses; Enter sends, Shift+Enter begins a line, Tab goes on."""

    sent = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("invite_emails")
        self.setTabChangesFocus(True)
        self.setFixedHeight(2 * theme.CONTROL_HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is for the form."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.sent.emit()
        else:
            super().keyPressEvent(event)


class InviteForm(SidePanel):
    """`invited` carries the ids of what was sent; what could not be sent stays in the form."""

    invited = Signal(object)
    trouble = Signal(object)

    def __init__(self, link: Link, jobs: Jobs, parent: QWidget | None = None):
        super().__init__("invite_panel", "Invite User", parent)
        self._link, self._jobs = link, jobs
        self._people: Sequence[Member] = ()
        self._invited: Sequence[Invitation] = ()
        self._known: Mapping[str, str] | None = None
        self._offering: Job | None = None
        self._is_busy = False
        self._path = ""
        self.title.setText("Invite User")
        self._build()
        self._lay_out()
        self._connect()

    # Parts

    def _build(self) -> None:
        inner = self.inner
        self.emails = AddressEdit(inner)
        self.name = QLineEdit(inner)
        self.name.setObjectName("invite_name")
        self.node = QComboBox(inner)
        self.node.setObjectName("invite_node")
        self.role = RoleBox("invite_role", "Role", inner)
        self.role_why = note("invite_role_why", inner)
        self.message = QPlainTextEdit(inner)
        self.message.setObjectName("invite_message")
        self.message.setTabChangesFocus(True)
        self.message.setFixedHeight(2 * theme.CONTROL_HEIGHT)
        self.days = QSpinBox(inner)
        self.days.setObjectName("invite_days")
        self.days.setRange(1, MOST_DAYS)
        self.days.setValue(DAYS)
        self.days.setSuffix(" days")
        self.fields = {
            "emails": FormField("&E-mail", self.emails, _HELP, inner),
            "name": FormField("&Name", self.name, _NAME_HELP, inner),
            "node": FormField("&Scope", self.node, "The role holds there and below.", inner),
            "role": FormField("&Role", self.role, "", inner),
            "message": FormField("&Message", self.message, "Stands in the mail. Optional.", inner),
            "days": FormField("E&xpires after", self.days, "The link is dead then.", inner),
        }
        self.report = note("invite_report", self)
        self.fault = note("invite_fault", inner, "state_failed")
        self.cancel = button("invite_cancel", "Cancel", self.closed.emit, self)
        self.send = button("invite_send", "Invite User", self.submit, self)
        self.send.setProperty("primary", True)

    def _lay_out(self) -> None:
        self.column.setSpacing(theme.INSIDE)
        for name, field in self.fields.items():
            self.column.addWidget(field)
            if name == "role":
                self.column.addWidget(self.role_why)
        self.column.addWidget(self.fault)
        self.column.addStretch(1)
        acts = row(stretch=True)
        acts.addWidget(self.cancel)
        acts.addWidget(self.send)
        self.keep_in_sight(self.report, acts)
        self.order_tabs()

    def _connect(self) -> None:
        self._checking = QTimer(self)
        self._checking.setSingleShot(True)
        self._checking.setInterval(_CHECKED_AFTER_MS)
        self._checking.timeout.connect(self._check_quietly)
        self.emails.textChanged.connect(self._on_edited)
        self.emails.sent.connect(self.submit)
        self.name.textEdited.connect(self.fields["name"].clear_error)
        self.name.returnPressed.connect(self.submit)
        self.message.textChanged.connect(self.fields["message"].clear_error)
        self.node.currentIndexChanged.connect(self._on_node)

    # Content

    def know(self, people: Sequence[Member], open_invitations: Sequence[Invitation]) -> None:
        """Who has an address already; looked through only when somebody is to be invited."""
        self._people, self._invited = people, open_invitations
        self._known = None

    def show_places(self, places: Sequence[Place]) -> None:
        """Offer nodes; the organisation comes first."""
        chosen = self.node.currentData()
        self.node.blockSignals(True)
        self.node.clear()
        for one in places:
            self.node.addItem(one.words, one.node_path)
        self.node.setCurrentIndex(max(self.node.findData(chosen), 0))
        self.node.blockSignals(False)
        self._on_node()

    def take_keyboard(self) -> None:
        """Begin with the address; which roles may be given is asked anew."""
        self.emails.setFocus()
        self._path = ""
        self._on_node()

    @Slot()
    def _on_node(self) -> None:
        path = self.node.currentData()
        if not path or path == self._path:
            return
        if self._offering is not None:
            self._offering.cancel()

        def work(task: Task) -> list[Offer]:
            with borrowed(self._link, "interactive", task) as session:
                return members.offers(session, None, path)

        self._offering = self._jobs.start(
            work, owner=self, on_result=self.offer, on_error=self._on_no_offer
        )

    def offer(self, offers: Sequence[Offer]) -> None:
        """Show which roles may be given on the chosen node."""
        self._offering = None
        self._path = self.node.currentData() or ""
        chosen = self.role.key
        self.role.offer(offers)
        if any(one.role_key == chosen and one.allowed for one in offers):
            self.role.choose(chosen)
        self.fields["role"].clear_error()
        say(self.role_why, self.role.refusals)

    def _on_no_offer(self, error: Exception) -> None:
        self._offering = None
        self.fields["role"].set_error("Which roles can be given is not known now. Try again.")
        self.trouble.emit(error)

    # Checks

    def pasted(self) -> list[Pasted]:
        """What stands in the address field, with what is wrong with each."""
        return [self._judged(one) for one in addresses.pasted(self.emails.toPlainText())]

    def _judged(self, one: Pasted) -> Pasted:
        if self._known is None:
            self._known = known_addresses(self._people, self._invited)
        known = self._known.get(one.email, "")
        if one.fault or not known:
            return one
        return Pasted(one.text, one.email, one.name, known)

    @Slot()
    def _on_edited(self) -> None:
        self.fields["emails"].clear_error()
        say(self.report, "")
        many = len([one for one in addresses.pasted(self.emails.toPlainText()) if one.email]) > 1
        self.name.setEnabled(not many)
        self.fields["name"].set_help(
            "With several addresses each brings its own: Mei Tan <mei@example.com>."
            if many
            else _NAME_HELP
        )
        self._checking.start()

    @Slot()
    def _check_quietly(self) -> None:
        """While one is still typing the last address may be half there: the others are judged."""
        found = self.pasted()
        settled = found[:-1] + [one for one in found[-1:] if one.email]
        self._show_faults(settled)

    def _show_faults(self, found: Sequence[Pasted]) -> None:
        faulty = [one for one in found if one.fault]
        if not faulty:
            return
        first = f"{short(faulty[0].text)}: {faulty[0].fault}"
        more = f" And {len(faulty) - 1} more." if len(faulty) > 1 else ""
        self.fields["emails"].set_error(first + more)

    def _faults(self) -> QWidget | None:
        """Say everything that is wrong next to its field; returns the first such field."""
        first: list[QWidget] = []
        found = self.pasted()

        def complain(field: str, sentence: str) -> None:
            self.fields[field].set_error(sentence)
            first.append(self.fields[field].control)

        if not found:
            complain("emails", "Write an e-mail address.")
        elif any(one.fault for one in found):
            self._show_faults(found)
            first.append(self.emails)
        if len(found) == 1 and not found[0].name and (fault := self._name_fault()):
            complain("name", fault)
        if not self.role.key:
            complain("role", "Choose a role.")
        length = len(self.message.toPlainText())
        if length > LONGEST_MESSAGE:
            most = f"A message has at most {LONGEST_MESSAGE:,} characters; this has {length:,}."
            complain("message", most)
        return first[0] if first else None

    def _name_fault(self) -> str:
        """A name may be left out, but is no essay."""
        name = self.name.text()
        return addresses.name_fault(name) if name.strip() else ""

    # Sending

    @Slot()
    def submit(self) -> None:
        """Invite everybody whose address is right, or say what is wrong."""
        if self._is_busy:
            return
        say(self.fault, "")
        faulty = self._faults()
        if faulty is not None:
            faulty.setFocus()
            return
        self._send([self._invite(one) for one in self.pasted()])

    def _invite(self, one: Pasted) -> Invite:
        own = addresses.one_line(self.name.text()) if self.name.isEnabled() else ""
        return Invite(
            one.email,
            own or addresses.one_line(one.name) or one.email.partition("@")[0],
            self.role.key,
            str(self.node.currentData()),
            self.message.toPlainText().strip(),
            self.days.value(),
        )

    def _send(self, invites: Sequence[Invite]) -> None:
        self._set_busy(True)

        def work(task: Task) -> list[Sent]:
            with borrowed(self._link, "writes", task) as session:
                return each(invites, partial(_sent, session), task.cancel.is_set)

        self._jobs.start(
            work,
            owner=self,
            on_result=self.show_sent,
            on_error=self._on_failed,
            on_cancelled=lambda: self._set_busy(False),
            lane="writes",
            title=f"Invite {len(invites)} people",
            visible=len(invites) > 1,
        )

    def _set_busy(self, busy: bool) -> None:
        self._is_busy = busy
        self.send.setEnabled(not busy)
        self.emails.setReadOnly(busy)

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(False)
        if isinstance(error, Problem):
            say(self.fault, f"{error.sentence} {error.remedy}".strip())
        self.trouble.emit(error)

    def show_sent(self, sent: Sequence[Sent]) -> None:
        """Say what became of each address; those that were sent leave the form."""
        self._set_busy(False)
        done = [one for one in sent if one.error is None]
        left = [one for one in sent if one.error is not None]
        stopped = next((one for one in left if key_of(one) in STOPS), None)
        if not left:
            self._clear()
            self.invited.emit([one.id for one in done])
            return
        self.emails.setPlainText("\n".join(as_typed(one.invite, len(sent)) for one in left))
        if done:
            self.invited.emit([one.id for one in done])
            say(self.report, f"{len(done)} invited. Not invited yet: {len(left)}.")
        self._tell(left, stopped)

    def _tell(self, left: Sequence[Sent], stopped: Sent | None) -> None:
        first = left[0]
        assert first.error is not None
        if stopped is not None and key_of(stopped) == "step_up_needed":
            # The refusal was caught before the link could hear of it.
            self._link.needs_confirmation()
            confirm(self, self._jobs, self._link, "Inviting as this role: confirm it is you.",
                    self.submit)  # fmt: skip
            return
        action = decisions.needed(first.error)
        if action is not None and len(left) == 1:
            self._ask(action, first.invite)
            return
        words = "\n".join(
            f"{one.invite.email}: {one.error.sentence} {one.error.remedy}".strip()
            for one in left
            if one.error is not None
        )
        if len(left) == 1 and key_of(first) in ("already_member", "already_invited"):
            self.fields["emails"].set_error(words)
        else:
            say(self.fault, words)
            announce(self, words)
        if isinstance(first.error, SessionEnded | Unreachable):
            self.trouble.emit(first.error)

    def _ask(self, action: str, invite: Invite) -> None:
        """Whoever becomes an owner by an invitation needs a second human, too."""

        def asked(decision: object) -> None:
            self._clear()
            say(self.report, f"Asked. The invitation of {invite.email} waits for a second human.")

        ask_for_decision(
            self,
            self._jobs,
            self._link,
            action,
            invite.as_decision(),
            f"Invite {invite.email} as {self.role.currentText()} on {self.node.currentText()}.",
            asked,
            lambda session: access.blast_radius(
                session, None, [access.Grant(invite.node_path, invite.role_key)]
            ),
        )

    def _clear(self) -> None:
        for one in (self.emails, self.message):
            one.clear()
        self.name.clear()
        # The next one is somebody else: a high role is not given twice by one choice.
        self.role.begin_anew()
        say(self.fault, "")


def _sent(session: Session, invite: Invite) -> str:
    return invitations.invite(session, invite).id or ""
