"""The side panel of one person: who it is, what is granted where, and what can be done."""

from __future__ import annotations

from datetime import tzinfo
from functools import partial
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.members.changes import ChangeDialog, Intention
from govdesk.desktop.members.columns import STATUS, when
from govdesk.desktop.members.grant_row import GrantRow
from govdesk.desktop.members.intentions import People
from govdesk.desktop.members.parts import Facts, SidePanel, button, note, row, say
from govdesk.desktop.members.role_box import RoleBox
from govdesk.desktop.timeline.layouts import empty
from govdesk.desktop.widgets import FormField, Pill, StatePage, Words, announce
from govdesk.domain.problem import Problem
from govdesk.jobs import Job, Jobs, Task
from govdesk.services import members
from govdesk.services.access import Offer
from govdesk.services.link import Link
from govdesk.services.members import Grant, Member, Portrait

READ_ONLY: Final = (
    "You need the permission to invite, change and remove members to change anything here. An"
    " owner or an admin can grant it."
)


class PersonPanel(SidePanel):
    """Shows one person and asks for changes; `changed` follows one, with a sentence.

    `explain_wanted` and `sessions_wanted` carry the id of the person.
    """

    changed = Signal(str)
    trouble = Signal(object)
    explain_wanted = Signal(str)
    sessions_wanted = Signal(str)

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        zone: tzinfo,
        *,
        may_manage: bool,
        me: str = "",
        parent: QWidget | None = None,
    ):
        super().__init__("person_panel", "Person", parent)
        self._link, self._jobs, self.zone = link, jobs, zone
        self._may_manage, self._me = may_manage, me
        self._job: Job | None = None
        self._offering: Job | None = None
        self._people = People(self._say_changed, self._keep_theirs, self._say_gone)
        self.portrait: Portrait | None = None
        self.person_id = ""
        self.rows: list[GrantRow] = []
        self._build()

    # Parts

    def _build(self) -> None:
        self.state = StatePage(self.inner)
        self.body = QWidget(self.inner)
        self.column.addWidget(self.state, 1)
        self.column.addWidget(self.body)
        self.column.addStretch(1)
        self.pill = Pill("state_ok", "active", self.body)
        self.pill.setObjectName("person_status")
        self.facts = Facts(self.body)
        self._granted = QVBoxLayout()
        self._granted.setSpacing(theme.GAP)
        self._build_addition()
        self._build_acts()
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.pill)
        column.addWidget(self.facts)
        column.addSpacing(theme.INSIDE)
        column.addWidget(Words("Roles", "section", parent=self.body))
        self.no_roles = note("person_no_roles", self.body)
        column.addWidget(self.no_roles)
        column.addLayout(self._granted)
        column.addSpacing(theme.INSIDE)
        column.addWidget(self.addition)
        column.addSpacing(theme.INSIDE)
        column.addWidget(Words("Access", "section", parent=self.body))
        column.addLayout(row(self.explain, self.sessions))
        column.addLayout(row(self.phone, self.password))
        column.addLayout(row(self.suspend, self.remove))
        column.addWidget(self.leave_why)
        self.body.hide()

    def _build_addition(self) -> None:
        self.addition = QWidget(self.body)
        self.place = QComboBox(self.addition)
        self.place.setObjectName("add_node")
        self.role = RoleBox("add_role", "Role to add", self.addition)
        self.add = button("add_grant", "Add a role", self._on_add, self.addition, icon="plus")
        self.add_why = note("add_why", self.addition)
        self.place.currentIndexChanged.connect(self._on_place)
        column = QVBoxLayout(self.addition)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(FormField("On another &node", self.place, parent=self.addition))
        column.addLayout(row(self.role, self.add))
        column.addWidget(self.add_why)

    def _build_acts(self) -> None:
        explain, sessions = (
            partial(self._tell, "explain_wanted"),
            partial(self._tell, "sessions_wanted"),
        )
        self.explain = button("person_explain", "Explain access…", explain, self.body)
        self.sessions = button("person_sessions", "Sessions…", sessions, self.body)
        self.phone = button("person_lost_phone", "Lost phone…", self._on_phone, self.body)
        self.password = button("person_forgot", "Forgotten password…", self._on_password, self.body)
        self.suspend = button("person_suspend", "Suspend", self._on_suspend, self.body)
        self.remove = button("person_remove", "Remove", self._on_remove, self.body)
        self.remove.setProperty("danger", True)
        self.leave_why = note("person_leave_why", self.body)

    def _tell(self, signal: str) -> None:
        getattr(self, signal).emit(self.person_id)

    # Reading

    def show_person(self, member: Member) -> None:
        """Show a person at once with what the list knows, and ask for the rest."""
        if member.id != self.person_id:
            self._forget_offers()
            self.portrait = None
            self.body.hide()
            self.state.show_loading(f"Reading {member.name}")
            self.state.show()
        self.person_id = member.id
        self.title.setText(member.name)
        self.read_again()

    @Slot()
    def read_again(self) -> None:
        """Ask for what the person holds now; what is chosen and not saved stays chosen."""
        if self._job is not None:
            self._job.cancel()
        wanted = self.person_id

        def work(task: Task) -> Portrait:
            with borrowed(self._link, "interactive", task) as session:
                return members.portrait(session, wanted)

        self._job = self._jobs.start(
            work, owner=self, on_result=self.show_portrait, on_error=self._on_failed
        )

    def _on_failed(self, error: Exception) -> None:
        self._job = None
        if self.portrait is None:
            words = f"{error.sentence} {error.remedy}" if isinstance(error, Problem) else str(error)
            self.state.show_error("This person cannot be shown now", words, self.read_again)
            self.state.show()
        self.trouble.emit(error)

    def show_portrait(self, portrait: Portrait) -> None:
        """Show everything about a person."""
        self._job = None
        held = self._held_focus()
        unsaved = {one.grant.id: one.box.key for one in self.rows if one.is_changed}
        is_same = self.portrait is not None and self.portrait.member.id == portrait.member.id
        self.portrait = portrait
        self.person_id = portrait.member.id
        self.state.hide()
        self._show_facts(portrait.member)
        self._show_grants(portrait, unsaved if is_same else {})
        self._show_addition(portrait)
        self._show_acts(portrait)
        self.body.show()
        self.order_tabs()
        if held is not None:
            self._give_focus(held)

    def _held_focus(self) -> str | None:
        """Name of the control of this panel that has the keyboard; None if none has."""
        at = self.window().focusWidget()
        return at.objectName() if at is not None and self.body.isAncestorOf(at) else None

    def _give_focus(self, name: str) -> None:
        """Rows are made anew: the keyboard goes to the same control, or to the first."""
        found = self.body.findChild(QWidget, name) if name else None
        if found is not None and found.isEnabled() and found.isVisible():
            found.setFocus()
        else:
            self.take_keyboard()

    def _show_facts(self, member: Member) -> None:
        self.title.setText(member.name)
        word, meaning = STATUS[member.status]
        self.pill.set_meaning(meaning, word)
        show = self.facts.show_fact
        show("person_email", "E-mail", member.email)
        show("person_mfa", "MFA", f"on since {when(member.mfa_at, self.zone)}" if member.mfa_at
             else "not set up: this person cannot read anything yet")  # fmt: skip
        show("person_seen", "Last seen", when(member.seen_at, self.zone))
        show("person_since", "Member since", when(member.created_at, self.zone))

    def _show_grants(self, portrait: Portrait, unsaved: dict[str, str]) -> None:
        empty(self._granted)
        self.rows = []
        active = {one.node_path for one in portrait.places}
        about = {one.grant_id: one for one in portrait.waiting if one.grant_id}
        for place, grant in enumerate(portrait.member.grants):
            made = GrantRow(
                portrait.member,
                grant,
                portrait.offers.get(grant.node_path, ()),
                place,
                may_manage=self._may_manage,
                node_ended=grant.node_path not in active,
                waiting=about.get(grant.id),
                parent=self.body,
            )
            if grant.id in unsaved:
                made.box.choose(unsaved[grant.id])
            made.save.connect(self._on_save)
            made.remove.connect(self._on_remove_grant)
            self._granted.addWidget(made)
            # A layout shows it at the next turn of the loop only: too late for the keyboard.
            made.show()
            self.rows.append(made)
        say(self.no_roles, "" if self.rows else "No role: this person may do nothing here.")

    def _show_addition(self, portrait: Portrait) -> None:
        held = {grant.node_path for grant in portrait.member.grants}
        free = [one for one in portrait.places if one.node_path not in held]
        self.addition.setVisible(self._may_manage and bool(free))
        chosen = self.place.currentData()
        self.place.blockSignals(True)
        self.place.clear()
        for one in free:
            self.place.addItem(one.words, one.node_path)
        self.place.setCurrentIndex(max(self.place.findData(chosen), 0))
        self.place.blockSignals(False)
        if free and self._may_manage:
            self._on_place()

    def _show_acts(self, portrait: Portrait) -> None:
        member, leave = portrait.member, portrait.leave
        waits = [one for one in portrait.waiting if not one.grant_id]
        is_leaving = any(one.action == "member.remove" for one in waits)
        may = self._may_manage and leave.allowed and not is_leaving
        is_suspended = member.status == "suspended"
        self.suspend.setText("Reactivate" if is_suspended else "Suspend")
        self.suspend.setAccessibleName(f"{self.suspend.text()} {member.name}")
        self.remove.setAccessibleName(f"Remove {member.name}")
        for one in (self.suspend, self.remove):
            one.setEnabled(may)
            one.setToolTip("" if may else leave.why)
        self._show_ways_back(portrait)
        words = leave.why if self._may_manage else READ_ONLY
        if waits:
            words = f"A decision waits: {waits[0].summary}"
        say(self.leave_why, words if waits or not may else "")

    def _show_ways_back(self, portrait: Portrait) -> None:
        """One waits at a time; an own account is mended with one's own codes."""
        leave, asked = portrait.leave, {one.action for one in portrait.waiting}
        for act, action in ((self.phone, "factor.reset"), (self.password, "account.recover")):
            act.setVisible(self._may_manage)
            act.setEnabled(leave.allowed and action not in asked)
            act.setToolTip("A decision waits." if action in asked else leave.why)
            act.setAccessibleName(f"{act.text().rstrip('…')}: {portrait.member.name}")

    # What the person does

    @Slot()
    def _on_place(self) -> None:
        """Another node, other roles that may be given there."""
        path = self.place.currentData()
        if not path or self.portrait is None:
            return
        self._forget_offers()
        self.add.setEnabled(False)
        wanted = self.portrait.member.id

        def work(task: Task) -> list[Offer]:
            with borrowed(self._link, "interactive", task) as session:
                return members.offers(session, wanted, path)

        self._offering = self._jobs.start(
            work, owner=self, on_result=self.offer, on_error=self.trouble.emit
        )

    def _forget_offers(self) -> None:
        """Stop asking what nobody wants any more: the next question would wait for it."""
        if self._offering is not None:
            self._offering.cancel()
            self._offering = None

    def offer(self, offers: list[Offer]) -> None:
        """Show which roles may be added on the chosen node."""
        self._offering = None
        chosen = self.role.key
        self.role.offer(offers)
        if any(one.role_key == chosen and one.allowed for one in offers):
            self.role.choose(chosen)
        may = any(one.allowed for one in offers)
        self.role.setEnabled(may)
        self.add.setEnabled(may)
        say(self.add_why, self.role.refusals)

    @Slot(object, str)
    def _on_save(self, grant: Grant, role_key: str) -> None:
        if self.portrait is not None:
            box = next(one.box for one in self.rows if one.grant.id == grant.id)
            self._carry_out(
                self._people.another_role(self.portrait.member, grant, role_key, box.currentText())
            )

    @Slot(object)
    def _on_remove_grant(self, grant: Grant) -> None:
        if self.portrait is not None:
            self._carry_out(self._people.no_role(self.portrait.member, grant))

    @Slot()
    def _on_add(self) -> None:
        if self.portrait is not None and self.role.key:
            path, name = self.place.currentData(), self.place.currentText()
            self._carry_out(
                self._people.one_more_role(
                    self.portrait.member, path, name, self.role.key, self.role.currentText()
                )
            )

    @Slot()
    def _on_phone(self) -> None:
        if self.portrait is not None:
            self._carry_out(self._people.another_app(self.portrait.member))

    @Slot()
    def _on_password(self) -> None:
        if self.portrait is not None:
            self._carry_out(self._people.another_password(self.portrait.member))

    @Slot()
    def _on_suspend(self) -> None:
        if self.portrait is not None:
            self._carry_out(self._people.suspend_or_back(self.portrait.member))

    @Slot()
    def _on_remove(self) -> None:
        if self.portrait is not None:
            portrait = self.portrait
            self._carry_out(self._people.removal(portrait.member, portrait.leave.decision or ""))

    def _carry_out(self, intention: Intention) -> None:
        ChangeDialog(intention, self._link, self._jobs, self.zone, self.window()).open()

    def _say_gone(self, sentence: str) -> None:
        self.person_id, self.portrait = "", None
        announce(self, sentence)
        self.closed.emit()
        self.changed.emit(sentence)

    def _keep_theirs(self) -> None:
        self._say_changed("Nothing was written; the other version stands.")

    def _say_changed(self, sentence: str) -> None:
        # What was chosen is saved now, or stands nowhere any more.
        self.rows = []
        self.read_again()
        announce(self, sentence)
        self.changed.emit(sentence)
