"""The side panels of the keys: one at a time beside the list."""

from __future__ import annotations

from datetime import tzinfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from govdesk.desktop.editing.writing import Writing
from govdesk.desktop.keys.generate import GenerateForm
from govdesk.desktop.keys.panel import KeyPanel
from govdesk.desktop.keys.policy import PolicyPanel
from govdesk.desktop.keys.reading import Facts
from govdesk.desktop.keys.rotate import RotateForm
from govdesk.desktop.members.parts import SidePanel
from govdesk.services.nodes import Node
from govdesk.services.organization import Here


class KeyPanels(QStackedWidget):
    """Hidden until something is shown. `closed` follows Esc or the cross of any of them."""

    closed = Signal()

    def __init__(self, writing: Writing, here: Here, zone: tzinfo, parent: QWidget):
        super().__init__(parent)
        self.setObjectName("key_panels")
        self.key = KeyPanel(writing, zone, self)
        self.generate = GenerateForm(writing, zone, here.environment, self)
        self.rotate = RotateForm(writing, zone, self)
        self.policy = PolicyPanel(writing, self)
        for panel in (self.key, self.generate, self.rotate, self.policy):
            self.addWidget(panel)
            panel.closed.connect(self.closed)
        self.take_permissions(here)
        self.hide()

    def take_permissions(self, here: Here) -> None:
        """What this person may do has changed."""
        self.policy.allow(
            may_set=here.everywhere("policy.manage"), may_scope=here.everywhere("key.manage")
        )

    def show_panel(self, panel: SidePanel) -> None:
        """Show one of them."""
        self.setCurrentWidget(panel)
        self.show()

    def shows(self, panel: SidePanel) -> bool:
        """Whether this one is open."""
        return not self.isHidden() and self.currentWidget() is panel

    def show_system(self, system: Node) -> None:
        """Another system: what belongs to a key of the one before goes."""
        self.generate.show_system(system)
        if self.currentWidget() in (self.key, self.rotate):
            self.hide()

    def know(self, facts: Facts) -> None:
        """Take what is laid down for keys."""
        self.generate.know(facts.scopes, facts.policy)
        self.policy.know(facts.policy, facts.scopes)

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self.key.zone = zone
        for expiry in (self.generate.expiry, self.rotate.expiry):
            expiry.zone = zone
