"""System → Integration: the frame around the keys of a system and its connections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from functools import partial
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.editing.section import button
from govdesk.desktop.integrations.part import IntegrationsPart
from govdesk.desktop.keys.part import MANAGE, READ, KeysPart
from govdesk.desktop.widgets import PageHeader, StatePage, Words
from govdesk.jobs import Job, Jobs, Task
from govdesk.services import api_keys
from govdesk.services.api_keys import Key
from govdesk.services.link import Link
from govdesk.services.nodes import Node
from govdesk.services.organization import Here

_TITLES: Final = {"keys": "API keys", "connections": "Connections"}
_PURPOSE: Final = "What programs of a system may tell GovDesk, and what GovDesk connects to."


class IntegrationPage(QWidget):
    """The page of one system at a time.

    `system_chosen` carries the path of the system that a person turned to here; `systems_wanted`
    follows the wish to create one.
    """

    trouble = Signal(object)
    noted = Signal(str)
    timeline_asked = Signal(str)
    event_asked = Signal(object)
    system_chosen = Signal(str)
    systems_wanted = Signal()
    selected = Signal()

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
        self.setObjectName("integration_page")
        self._link, self._jobs = link, jobs
        self._here = here
        self._systems: list[Node] = []
        self._wanted_entity = self._sought = ""
        self._finding: Job | None = None
        self._is_begun = False
        self.system: Node | None = None
        self.keys = KeysPart(link, jobs, preferences, here, zone, self)
        self.connections = IntegrationsPart(link, jobs, preferences, here, zone, self)
        self.parts: dict[str, QWidget] = {"keys": self.keys, "connections": self.connections}
        self._build()
        self._connect()
        self._show_waiting()

    # Parts

    def _build(self) -> None:
        self.header = PageHeader("Integration", _PURPOSE, self)
        self.guide_button = button(
            "Open Step-by-Step Setup Guide", "keys_guide", self.open_guide, self, icon="book-open"
        )
        self.header.add_widget(self.guide_button)
        self.generate_button = self.header.set_primary(
            "Generate Key", self.generate, "plus", "keys_generate"
        )
        self.header.add_widget(self.connections.add_button)
        self.tabs = QTabBar(self)
        self.tabs.setObjectName("integration_tabs")
        self.tabs.setAccessibleName("API keys or connections")
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        for name in self.parts:
            self.tabs.addTab(_TITLES[name])
        self.system_box = QComboBox(self)
        self.system_box.setObjectName("integration_system")
        self.system_box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.system_box.setMinimumContentsLength(20)
        self.system_label = Words("&System", parent=self)
        self.system_label.setBuddy(self.system_box)
        self.states = StatePage(self)
        self.stack = QStackedWidget(self)
        for part in self.parts.values():
            self.stack.addWidget(part)
        self.stack.addWidget(self.states)
        self._lay_out()

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(theme.INSIDE)
        bar.addWidget(self.tabs)
        bar.addStretch(1)
        bar.addWidget(self.system_label)
        bar.addWidget(self.system_box)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.INSIDE)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.header)
        column.addLayout(bar)
        column.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._on_tab)
        self.system_box.activated.connect(self._on_system)
        for part in (self.keys, self.connections):
            part.trouble.connect(self.trouble)
            part.noted.connect(self.noted)
            part.timeline_asked.connect(self.timeline_asked)
            part.selected.connect(self.selected)
        self.keys.event_asked.connect(self.event_asked)
        self.keys.counted.connect(partial(self._on_counted, 0))
        self.connections.counted.connect(partial(self._on_counted, 1))

    def _on_counted(self, place: int, count: int) -> None:
        title = list(_TITLES.values())[place]
        self.tabs.setTabText(place, f"{title} {count:,}" if count else title)
        self._show_buttons()

    # Systems

    def take_systems(self, systems: list[Node], chosen: str) -> None:
        """Know the systems in use by name, and show the one with the path `chosen`."""
        self._systems = list(systems)
        self.system_box.clear()
        for one in systems:
            self.system_box.addItem(one.name, one.node_path)
        self.show_system(chosen)
        if not systems:
            self._show_none()

    @Slot(str)
    def show_system(self, path: str) -> None:
        """Turn to a system; its keys are read when the page is looked at."""
        found = next((one for one in self._systems if one.node_path == path), None)
        if found is None:
            return
        self.system = found
        self.system_box.setCurrentIndex(self.system_box.findData(path))
        self.header.set_title(f"Integration · {found.name}")
        self._on_tab(self.tabs.currentIndex())
        if self._is_begun:
            self._show_parts()

    def _show_parts(self) -> None:
        if self.system is None:
            return
        shown = self.keys.system
        if shown is None or shown.id != self.system.id:
            for place in range(self.tabs.count()):
                self._on_counted(place, 0)
        self._call("show_system", self.system)
        self._show_buttons()
        if self._wanted_entity:
            wanted, self._wanted_entity = self._wanted_entity, ""
            self.keys.select_entity(wanted)

    def _show_waiting(self) -> None:
        self.stack.setCurrentWidget(self.states)
        self.states.show_loading("Reading the systems")
        self._show_buttons()

    def _show_none(self) -> None:
        self.system = None
        self.header.set_title("Integration")
        self.stack.setCurrentWidget(self.states)
        if "node.read" not in self._here.permissions:
            self.states.show_not_permitted("systems", "node.read", "An owner or an admin")
        else:
            self.states.show_empty(
                "No systems yet",
                "API keys and connections belong to a system: something the organization runs or"
                " relies on, such as a claims portal.",
                "Go to systems and customers",
                self.systems_wanted.emit,
                icon="server",
            )
        self._show_buttons()

    def _show_buttons(self) -> None:
        has_system = self.system is not None
        is_keys = self.stack.currentWidget() is self.keys
        may = is_keys and self.keys.may(MANAGE)
        self.generate_button.setVisible(is_keys)
        self.generate_button.setEnabled(may)
        self.generate_button.setToolTip(
            "" if may else "You need the permission to generate, rotate and revoke keys here."
        )
        self.guide_button.setVisible(is_keys and self.keys.may(READ))
        is_connections = self.stack.currentWidget() is self.connections
        self.connections.add_button.setVisible(is_connections and self.connections.is_listing)
        self.tabs.setVisible(has_system or self.states.shows_placeholders)
        for part in (self.system_label, self.system_box):
            part.setVisible(has_system)

    @Slot(int)
    def _on_system(self, place: int) -> None:
        path = str(self.system_box.itemData(place))
        if self.system is None or path != self.system.node_path:
            self.turn_to(path)
            self.system_chosen.emit(path)

    def turn_to(self, path: str) -> None:
        """Go to a system; a key that was asked for before and is not found yet is so no longer."""
        self._stop_finding()
        self._wanted_entity = ""
        self.show_system(path)

    @Slot(int)
    def _on_tab(self, place: int) -> None:
        if self.system is not None:
            self.stack.setCurrentWidget(self.current)
        self._show_buttons()

    @property
    def current(self) -> QWidget:
        """The part that is shown."""
        return list(self.parts.values())[max(self.tabs.currentIndex(), 0)]

    def show_tab(self, name: str) -> None:
        """Show the keys, or the connections."""
        if name in self.parts:
            self.tabs.setCurrentIndex(list(self.parts).index(name))

    # What the window asks for

    def showEvent(self, event: QShowEvent) -> None:
        """Read when it is looked at for the first time."""
        super().showEvent(event)
        if not self._is_begun:
            self._is_begun = True
            self._show_parts()

    @Slot()
    def refresh(self) -> None:
        """Read anew: F5."""
        if self._is_begun and self.system is not None:
            self._call("refresh")

    def go_on(self) -> None:
        """The connection is back."""
        if self._is_begun and self.system is not None:
            self._call("go_on")

    def take_permissions(self, here: Here) -> None:
        """What this person may do has changed."""
        self._here = here
        self._call("take_permissions", here)
        self._show_buttons()

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self._call("set_zone", zone)

    def set_compact(self, compact: bool) -> None:
        """Use the lower row height."""
        self._call("set_compact", compact)

    def forget(self) -> None:
        """The console locks: secrets that were at hand are so no longer."""
        self._call("forget")

    def copy(self) -> None:
        """Copy the selected rows of what is shown."""
        part = self.current
        assert isinstance(part, KeysPart | IntegrationsPart)
        part.copy()

    def select_entity(self, entity_id: str) -> None:
        """Go to a key or a connection with this id, now or when they are read; the last counts."""
        self._stop_finding()
        if self.connections.select_entity(entity_id):
            self.show_tab("connections")
            return
        self.show_tab("keys")
        if self._is_begun and self.system is not None and self.keys.select_entity(entity_id):
            return
        self._wanted_entity = self._sought = entity_id
        self._finding = self._jobs.start(
            partial(self._find_key, entity_id),
            owner=self,
            on_result=self._on_found,
            on_error=self.trouble.emit,
        )

    def _stop_finding(self) -> None:
        self._sought = ""
        if self._finding is not None:
            self._finding.cancel()
            self._finding = None

    def _find_key(self, key_id: str, task: Task) -> Key | None:
        """None for what is no key: the other tab looks for it as well."""
        with borrowed(self._link, "interactive", task) as session:
            return next((key for key in api_keys.list_keys(session) if key.id == key_id), None)

    @Slot(object)
    def _on_found(self, key: Key | None) -> None:
        """Turn to the system of the key that was asked for last."""
        if key is None or key.id != self._sought:
            return
        if self.system is None or self.system.node_path != key.node_path:
            self.show_system(key.node_path)
            self.system_chosen.emit(key.node_path)
        elif self._is_begun:
            self._wanted_entity = ""
            self.keys.select_entity(key.id)

    def generate(self) -> None:
        """Open the form that orders a key."""
        self.show_tab("keys")
        self.keys.begin_generation()

    def open_guide(self) -> None:
        """Open the setup guide for the key that the keyboard is on, or for the one just shown."""
        self.show_tab("keys")
        self.keys.open_guide_here()

    def add_connection(self) -> None:
        """Offer the kinds for a new connection."""
        self.show_tab("connections")
        self.connections.begin_new()

    def test_connection(self) -> None:
        """Test the connection that is open."""
        self.show_tab("connections")
        self.connections.test_current()

    def _call(self, name: str, *arguments: object) -> None:
        for part in self.parts.values():
            method: Callable[..., object] = getattr(part, name)
            method(*arguments)
