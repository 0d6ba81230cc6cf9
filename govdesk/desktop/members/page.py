"""Team Members: who is here with which role where, who was invited, and what roles there are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme
from govdesk.desktop.members import columns, lists
from govdesk.desktop.members.changes import ChangeDialog, Intention
from govdesk.desktop.members.list_tab import ListTab
from govdesk.desktop.members.panels import Panels
from govdesk.desktop.members.parts import button
from govdesk.desktop.members.reading import ListReader
from govdesk.desktop.widgets import PageHeader, StatePage
from govdesk.jobs import Jobs
from govdesk.services import invitations, members, roles
from govdesk.services.link import Link
from govdesk.services.organization import Here

TABS: Final = ("people", "invitations", "roles")
_TITLES: Final = {"people": "People", "invitations": "Invitations", "roles": "Roles"}


class MembersPage(QWidget):
    """The page.

    `trouble` carries errors that need a word, `said` what the status bar says all the time,
    `noted` for a moment. `explain_wanted` and `sessions_wanted` carry the id of a member.
    `opened` follows a list of people that was read.
    """

    trouble = Signal(object)
    said = Signal(str)
    noted = Signal(str)
    opened = Signal()
    explain_wanted = Signal(str)
    sessions_wanted = Signal(str)

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        preferences: Preferences,
        here: Here,
        zone: tzinfo,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.setObjectName("members_page")
        self._link, self._jobs, self._preferences = link, jobs, preferences
        self._here, self._zone = here, zone
        self.may_see = bool(here.permissions.get("member.read"))
        self.may_manage = bool(here.permissions.get("member.manage"))
        self._has_begun = False
        self._team = members.Team(())
        self._invitations: list[invitations.Invitation] = []
        self._wanted = ""
        self._build()
        self._connect()

    # Parts

    def _build(self) -> None:
        self.header = PageHeader(
            "Team Members",
            "Who works here, with which role on what, and who is invited.",
            parent=self,
        )
        self.invite_button = self.header.set_primary(
            "Invite User", self.begin_invitation, "plus", "members_invite"
        )
        self.invite_button.setEnabled(self.may_manage)
        if not self.may_manage:
            self.invite_button.setToolTip(
                "You need the permission to invite, change and remove members."
            )
        self.tabs = QTabBar(self)
        self.tabs.setObjectName("members_tabs")
        self.tabs.setAccessibleName("People, invitations or roles")
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        for name in TABS:
            self.tabs.addTab(_TITLES[name])
        self.closed_state = StatePage(self)
        self._build_lists()
        self._build_panels()
        self._lay_out()

    def _build_lists(self) -> None:
        jobs, keep, zone = self._jobs, self._preferences, self._zone
        invite: Callable[[], object] | None = self.begin_invitation if self.may_manage else None
        self.people = lists.people(zone, jobs, keep, self)
        self.invited = lists.invitations(zone, jobs, keep, invite, self)
        self.roles = lists.roles(jobs, keep, self)
        self.define_button = button(
            "role_define", "Define a role", self.begin_role, self, icon="plus"
        )
        self.define_button.setEnabled(self._here.everywhere("role.manage"))
        self.roles.above.addWidget(self.define_button)
        self.lists = {"people": self.people, "invitations": self.invited, "roles": self.roles}
        self.reader = ListReader(self._link, jobs, self.lists, self)

    def _build_panels(self) -> None:
        self.panels = panels = Panels(
            self._link, self._jobs, self._preferences, self._here, self._zone, self
        )
        self.person, self.invite = panels.person, panels.invite
        self.invitation, self.role = panels.invitation, panels.role

    def _lay_out(self) -> None:
        self.stack = QStackedWidget(self)
        for name in TABS:
            self.stack.addWidget(self.lists[name])
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setObjectName("members_splitter")
        self.splitter.addWidget(self.stack)
        self.splitter.addWidget(self.panels)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.INSIDE)
        layout.setSpacing(theme.INSIDE)
        layout.addWidget(self.header)
        layout.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.splitter, 1)
        layout.addWidget(self.closed_state, 1)
        self.closed_state.hide()
        if not self.may_see:
            self.forbid()

    def forbid(self) -> None:
        """Say what is missing, and who can grant it, in the place of the lists."""
        for part in (self.tabs, self.splitter, self.invite_button):
            part.hide()
        self.closed_state.show()
        self.closed_state.show_not_permitted(
            "the people of this organization", "member.read", "An owner or an admin"
        )

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._on_tab)
        for name, tab in self.lists.items():
            tab.opened.connect(self._on_opened)
            tab.selected.connect(self._on_selected)
            tab.copied.connect(self._on_copied)
            tab.counted.connect(self._on_counted)
            tab.retry.connect(self.refresh)
            tab.setProperty("list", name)
        self.panels.closed.connect(self.close_panel)
        self.panels.trouble.connect(self.trouble)
        self.reader.team.connect(self.take_team)
        self.reader.invited.connect(self.take_invitations)
        self.reader.roles.connect(self.take_roles)
        self.reader.trouble.connect(self.trouble)
        self.person.changed.connect(self._on_person_changed)
        self.person.explain_wanted.connect(self.explain_wanted)
        self.person.sessions_wanted.connect(self.sessions_wanted)
        self.invitation.changed.connect(self._on_invitation_changed)
        self.invite.invited.connect(self._on_invited)
        self.role.changed.connect(self._on_role_changed)

    # Reading

    def begin(self) -> None:
        """Read everything for the first time; the people come first."""
        if self.may_see and not self._has_begun:
            self._has_begun = True
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Read anew: F5. What is open and typed stays."""
        if not self.may_see:
            return
        self.reader.read_people()
        self.reader.read_invitations()
        self.reader.read_roles()
        if self.person.isVisible() and self.person.person_id:
            self.person.read_again()

    @Slot(object)
    def take_team(self, team: members.Team) -> None:
        """Know who is here, for the form that invites."""
        self._team = team
        self.invite.show_places(team.places)
        self._know()
        self.opened.emit()

    @Slot(object)
    def take_invitations(self, found: list[invitations.Invitation]) -> None:
        """Know who is invited; an open invitation shows what became of it."""
        self._invitations = found
        self._know()
        shown = self.invitation.invitation
        again = next((one for one in found if shown is not None and one.id == shown.id), None)
        if again is not None:
            self.invitation.show_invitation(again)
        wanted, self._wanted = self._wanted, ""
        if any(one.id == wanted for one in found):
            self.select_entity(wanted)

    @Slot(object)
    def take_roles(self, found: tuple[list[roles.Role], list[roles.Right]]) -> None:
        """Know which permissions there are."""
        if not self.role.checks:
            self.role.show_rights(found[1])

    def _know(self) -> None:
        self.invite.know(self._team.members, self._invitations)

    # What the person does

    def showEvent(self, event: QShowEvent) -> None:
        """The lists are read when they are wanted for the first time."""
        super().showEvent(event)
        self.begin()

    @property
    def selected_member(self) -> UUID | None:
        """Whom the keyboard is on, or who is open."""
        item = self.people.item()
        return UUID(item.id) if self.tab == "people" and item is not None else None

    def select_entity(self, entity_id: str) -> None:
        """Show a member or an invitation by its id, as soon as the lists are read."""
        if any(one.id == entity_id for one in self._invitations):
            self.show_tab("invitations")
            self.invited.go_to(entity_id)
        elif self._invitations or any(one.id == entity_id for one in self._team.members):
            self.show_tab("people")
            self.people.go_to(entity_id)
        else:
            # Which of the two it is shows when the lists are read.
            self._wanted = entity_id
            self.people.go_to(entity_id)

    @property
    def tab(self) -> str:
        """Which list is shown."""
        return TABS[max(self.tabs.currentIndex(), 0)]

    @property
    def current(self) -> ListTab:
        """The list that is shown."""
        return self.lists[self.tab]

    def show_tab(self, name: str) -> None:
        """Show people, invitations or roles."""
        self.tabs.setCurrentIndex(TABS.index(name))

    @Slot()
    def begin_invitation(self) -> None:
        """Open the form that invites."""
        if self.may_manage:
            self.panels.show_panel(self.invite)
            self.invite.take_keyboard()

    @Slot()
    def begin_role(self) -> None:
        """Open the editor for a new role."""
        self.show_tab("roles")
        self.panels.show_panel(self.role)
        self.role.begin_new()

    def copy(self) -> None:
        """Copy the selected rows."""
        self.current.copy()

    def go_to_filter(self) -> None:
        """Put the keyboard into the filter."""
        self.current.filter.setFocus()
        self.current.filter.selectAll()

    def set_compact(self, compact: bool) -> None:
        """Use the lower row height."""
        for tab in self.lists.values():
            tab.table.set_compact(compact)

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self._zone = self.person.zone = self.invitation.zone = zone
        self.people.model.redeclare(columns.people(zone), columns.person_said(zone))
        self.invited.model.redeclare(columns.invitations(zone), columns.invitation_said(zone))

    def go_on(self) -> None:
        """The connection is back: ask for what is missing."""
        if self._has_begun:
            self.refresh()

    @Slot()
    def close_panel(self) -> None:
        """Close the side panel; the keyboard is back on the list. What is typed stays in it."""
        self.panels.hide()
        self.current.table.setFocus()

    def stage_person(self, portrait: members.Portrait) -> None:
        """Show somebody with what was read elsewhere."""
        self.person.show_portrait(portrait)
        self.panels.show_panel(self.person)

    def ask(self, intention: Intention) -> ChangeDialog:
        """Ask before a change, and make it."""
        dialog = ChangeDialog(intention, self._link, self._jobs, self._zone, self.window())
        dialog.open()
        return dialog

    @Slot(int)
    def _on_tab(self, place: int) -> None:
        self.stack.setCurrentIndex(place)
        self.panels.go_to_tab(self.tab)
        self._say()

    @Slot(object)
    def _on_opened(self, item: Any) -> None:
        """Enter: the panel has the keyboard, and Esc gives it back."""
        if item is not None:
            self.panels.show_item(self.tab, item).take_keyboard()

    @Slot(object)
    def _on_selected(self, item: Any) -> None:
        """Selecting opens the panel; the keyboard stays on the list."""
        if self.stack.currentWidget() is self.sender():
            self.panels.show_item(self.tab, item)

    # What happened

    @Slot(object)
    def _on_copied(self, count: int) -> None:
        self.noted.emit("1 row copied" if count == 1 else f"{count:,} rows copied")

    @Slot(object, object)
    def _on_counted(self, shown: int, total: int) -> None:
        for place, name in enumerate(TABS):
            count = self.lists[name].model.total
            self.tabs.setTabText(place, f"{_TITLES[name]} {count:,}" if count else _TITLES[name])
        self._say()

    def _say(self) -> None:
        model = self.current.model
        words = f"{model.total:,} {_TITLES[self.tab].lower()}"
        if model.is_filtered:
            words = f"{model.rowCount():,} of {words}"
        self.said.emit(words)

    @Slot(str)
    def _on_person_changed(self, sentence: str) -> None:
        self.noted.emit(sentence)
        self.reader.read_people()
        self.reader.read_invitations()

    @Slot(str)
    def _on_invitation_changed(self, sentence: str) -> None:
        self.noted.emit(sentence)
        self.reader.read_invitations()

    @Slot(object)
    def _on_invited(self, ids: list[str]) -> None:
        self.noted.emit("1 person invited" if len(ids) == 1 else f"{len(ids):,} people invited")
        self.reader.read_invitations()
        if self.invite.emails.toPlainText():
            return
        self.show_tab("invitations")
        self.panels.hide()
        self.invited.go_to(ids[-1])
        self.invited.table.setFocus()

    @Slot(str, str)
    def _on_role_changed(self, sentence: str, key: str) -> None:
        self.noted.emit(sentence)
        self.close_panel()
        self.reader.read_roles()
        self.reader.read_people()
