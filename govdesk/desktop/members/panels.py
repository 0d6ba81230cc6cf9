"""The side panels of Team Members: one at a time beside the list that it belongs to."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop.members.invitation import InvitationPanel
from govdesk.desktop.members.invite import InviteForm
from govdesk.desktop.members.parts import SidePanel
from govdesk.desktop.members.person import PersonPanel
from govdesk.desktop.members.role import RolePanel
from govdesk.jobs import Jobs
from govdesk.services.link import Link
from govdesk.services.organization import Here


class Panels(QStackedWidget):
    """Hidden until something is shown. `closed` follows Esc or the cross of any of them."""

    closed = Signal()
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
        self.setObjectName("members_panels")
        may = bool(here.permissions.get("member.manage"))
        self.person = PersonPanel(link, jobs, zone, may_manage=may, parent=self)
        self.invite = InviteForm(link, jobs, self)
        self.invitation = InvitationPanel(
            link, jobs, preferences, zone, may_manage=may, parent=self
        )
        self.role = RolePanel(
            link, jobs, zone, may_manage=here.everywhere("role.manage"), parent=self
        )
        for panel in (self.person, self.invite, self.invitation, self.role):
            self.addWidget(panel)
            panel.closed.connect(self.closed)
        for panel in (self.person, self.invite, self.invitation):
            panel.trouble.connect(self.trouble)
        self.hide()

    def show_panel(self, panel: SidePanel) -> None:
        """Show one of them."""
        self.setCurrentWidget(panel)
        self.show()

    def show_item(self, tab: str, item: Any) -> SidePanel:
        """Show a thing of a list in the panel that belongs to it."""
        panel: SidePanel
        if tab == "people":
            panel = self.person
            self.person.show_person(item)
        elif tab == "invitations":
            panel = self.invitation
            self.invitation.show_invitation(item)
        else:
            panel = self.role
            self.role.show_role(item)
        self.show_panel(panel)
        return panel

    def go_to_tab(self, tab: str) -> None:
        """Another list is shown: what belongs to none but the one before goes."""
        belongs = {"people": self.person, "invitations": self.invitation, "roles": self.role}
        if self.currentWidget() not in (self.invite, belongs[tab]):
            self.hide()
