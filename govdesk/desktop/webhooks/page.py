"""Settings → Webhooks and System → SIEM: the frame around the list and the delivery log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme
from govdesk.desktop.deliveries.part import DeliveriesPart
from govdesk.desktop.editing.section import button
from govdesk.desktop.webhooks.part import MANAGE, READ, WebhooksPart
from govdesk.desktop.widgets import PageHeader, StatePage, Words
from govdesk.jobs import Jobs
from govdesk.services.link import Link
from govdesk.services.nodes import Node
from govdesk.services.organization import Here
from govdesk.services.webhooks import Webhook

_TABS: Final = ("Webhooks", "Delivery log")
_PURPOSE: Final = "Sends what happens to a SIEM and to other receivers, and says what became of it."
_LEAST_HEIGHT: Final = 44 * theme.GRID
_NOT_MANAGED: Final = (
    "To add one here you need the permission webhook.manage, which an owner or an admin can grant."
)


class WebhooksPage(QWidget):
    """The page of all webhooks, or of one system at a time.

    `system_chosen` carries the path of the system that a person turned to here; `systems_wanted`
    follows the wish to create one.
    """

    trouble = Signal(object)
    noted = Signal(str)
    said = Signal(str)
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
        *,
        of_system: bool = False,
    ):
        super().__init__(parent)
        self._name = "siem" if of_system else "webhooks"
        self.setObjectName(f"{self._name}_page")
        self._here, self.of_system = here, of_system
        self._systems: list[Node] = []
        self._wanted = ""
        self.webhooks = WebhooksPart(link, jobs, preferences, here, zone, self, of_system=of_system)
        self.deliveries = DeliveriesPart(link, jobs, preferences, here, zone, self)
        # Its filter would be high if it were narrow, which a low window never is.
        self.deliveries.setMinimumHeight(_LEAST_HEIGHT)
        self.parts: tuple[WebhooksPart, DeliveriesPart] = (self.webhooks, self.deliveries)
        self._build()
        self._connect()
        if of_system:
            self.states.show_loading("Reading the systems")
            self.stack.setCurrentWidget(self.states)
        self._show_buttons()

    # Parts

    def _build(self) -> None:
        name = self._name
        self.header = PageHeader("SIEM" if self.of_system else "Webhooks", _PURPOSE, self)
        self.keys_button = button(
            "Signing key", f"{name}_signing_keys", self.show_signing_keys, self, icon="key-round"
        )
        self.header.add_widget(self.keys_button)
        self.add_button = self.header.set_primary("Add webhook", self.add, "plus", f"{name}_add")
        self.tabs = QTabBar(self)
        self.tabs.setObjectName(f"{name}_tabs")
        self.tabs.setAccessibleName("Webhooks or delivery log")
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        for title in _TABS:
            self.tabs.addTab(title)
        self.system_box = QComboBox(self)
        self.system_box.setObjectName(f"{name}_of")
        self.system_box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.system_box.setMinimumContentsLength(20)
        self.system_label = Words("&System", parent=self)
        self.system_label.setBuddy(self.system_box)
        self.states = StatePage(self)
        self.stack = QStackedWidget(self)
        for part in (*self.parts, self.states):
            self.stack.addWidget(part)
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
        for part in self.parts:
            part.trouble.connect(self.trouble)
            part.noted.connect(self.noted)
            part.said.connect(self.said)
            part.selected.connect(self._on_selected)
        self.webhooks.timeline_asked.connect(self.timeline_asked)
        self.webhooks.log_asked.connect(self.show_log)
        self.webhooks.counted.connect(self._on_counted)
        self.webhooks.found_changed.connect(self._on_found)
        self.deliveries.event_asked.connect(self.event_asked)
        self.deliveries.changed.connect(self.webhooks.refresh)

    @Slot(object)
    def _on_counted(self, count: int) -> None:
        self.tabs.setTabText(0, f"{_TABS[0]} {count:,}" if count else _TABS[0])
        self._show_buttons()

    @Slot(object)
    def _on_found(self, found: Sequence[Webhook]) -> None:
        self.deliveries.take_webhooks(found)

    @Slot()
    def _on_selected(self) -> None:
        self._show_buttons()
        self.selected.emit()

    # Systems

    @property
    def system(self) -> Node | None:
        """The system that the page is about; None on the page of all."""
        return self.webhooks.system

    def take_systems(self, systems: Sequence[Node], chosen: str) -> None:
        """Know the systems in use by name, and on the page of one show that with this path."""
        self._systems = list(systems)
        if not self.of_system:
            self.webhooks.offer_places(self._systems)
            return
        self.system_box.clear()
        for one in systems:
            self.system_box.addItem(one.name, one.node_path)
        if systems:
            self.show_system(chosen)
        else:
            self._show_none()

    @Slot(str)
    def show_system(self, path: str) -> None:
        """Turn to a system."""
        found = next((one for one in self._systems if one.node_path == path), None)
        if found is None or not self.of_system:
            return
        self.system_box.setCurrentIndex(self.system_box.findData(path))
        self.header.set_title(f"SIEM · {found.name}")
        if self.system is None or self.system.id != found.id:
            self.webhooks.show_system(found)
            self.deliveries.show_system(found.id)
        self._on_tab(self.tabs.currentIndex())
        if self._wanted and self.isVisible():
            wanted, self._wanted = self._wanted, ""
            self.webhooks.select_entity(wanted)

    def _show_none(self) -> None:
        self.header.set_title("SIEM")
        self.stack.setCurrentWidget(self.states)
        if "node.read" not in self._here.permissions:
            self.states.show_not_permitted("systems", "node.read", "An owner or an admin")
        else:
            self.states.show_empty(
                "No systems yet",
                "Webhooks here belong to a system: something the organization runs or relies on."
                " Those of the whole organization are under Webhooks.",
                "Go to systems and customers",
                self.systems_wanted.emit,
                icon="server",
            )
        self._show_buttons()

    def _show_buttons(self) -> None:
        has_place = not self.of_system or self.system is not None
        is_list = self.stack.currentWidget() is self.webhooks
        may = has_place and self.webhooks.may(MANAGE)
        may_read = has_place and self.webhooks.may(READ)
        self.add_button.setVisible(is_list and may_read)
        self.add_button.setEnabled(may)
        why_not = "" if may else _NOT_MANAGED
        self.add_button.setToolTip(why_not)
        self.add_button.setAccessibleDescription(why_not)
        self.header.set_note(why_not if self.add_button.isVisibleTo(self) else "")
        self.keys_button.setVisible(may_read)
        self.tabs.setVisible(has_place)
        for part in (self.system_label, self.system_box):
            part.setVisible(self.of_system and self.system is not None)

    @Slot(int)
    def _on_system(self, place: int) -> None:
        path = str(self.system_box.itemData(place))
        if self.system is None or path != self.system.node_path:
            self.show_system(path)
            self.system_chosen.emit(path)

    @Slot(int)
    def _on_tab(self, place: int) -> None:
        if not self.of_system or self.system is not None:
            self.stack.setCurrentWidget(self.current)
        self._on_selected()

    @property
    def current(self) -> WebhooksPart | DeliveriesPart:
        """The part that is shown."""
        return self.parts[max(self.tabs.currentIndex(), 0)]

    # What the window asks for

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks."""
        super().showEvent(event)
        self._show_buttons()

    @Slot()
    def refresh(self) -> None:
        """Read anew: F5."""
        self.current.refresh()

    def go_on(self) -> None:
        """The connection is back."""
        self._call("go_on")

    def take_permissions(self, here: Here) -> None:
        """What this person may do has changed."""
        self._here = here
        self._call("take_permissions", here)
        if not self.of_system:
            self.webhooks.offer_places(self._systems)
        self._show_buttons()

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self._call("set_zone", zone)

    def set_compact(self, compact: bool) -> None:
        """Use the lower row height."""
        self._call("set_compact", compact)

    def forget(self) -> None:
        """The console locks."""
        self.webhooks.forget()

    def copy(self) -> None:
        """Copy the selected rows of what is shown."""
        self.current.copy()

    def select_entity(self, entity_id: str) -> None:
        """Go to the webhook with this id, now or when it is read."""
        self.tabs.setCurrentIndex(0)
        if self.of_system and self.system is None:
            self._wanted = entity_id
        else:
            self.webhooks.select_entity(entity_id)

    def add(self) -> None:
        """Open the form for a new webhook."""
        self.tabs.setCurrentIndex(0)
        self.webhooks.begin_new()

    @Slot(str)
    def show_log(self, webhook_id: str = "") -> None:
        """Show the delivery log, of one webhook or of all."""
        self.deliveries.show_webhook(webhook_id or None)
        self.tabs.setCurrentIndex(1)

    @Slot()
    def show_signing_keys(self) -> None:
        """Show the organization's signing keys."""
        self.webhooks.acting.show_signing_keys()

    def _call(self, name: str, *arguments: object) -> None:
        for part in self.parts:
            method: Callable[..., object] = getattr(part, name)
            method(*arguments)
