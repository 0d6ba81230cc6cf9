"""Connections of a system to outside services: the list, and the side panel with one of them."""

from __future__ import annotations

from datetime import tzinfo
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.editing.section import button
from govdesk.desktop.integrations import columns
from govdesk.desktop.integrations.choosing import Offering
from govdesk.desktop.integrations.panel import ConnectionPanel
from govdesk.desktop.members.list_tab import ListTab
from govdesk.desktop.tables.held import Held
from govdesk.desktop.widgets import StatePage
from govdesk.jobs import Job, Jobs, Task
from govdesk.services import integrations
from govdesk.services.integrations import Integration
from govdesk.services.link import Link
from govdesk.services.nodes import Node
from govdesk.services.organization import Here

MANAGE: Final = "integration.manage"


class IntegrationsPart(QWidget):
    """The tab “Connections” of one system.

    `trouble` carries errors that need a word, `noted` what was done, for a moment, `said` what
    the status bar says all the time, `timeline_asked` a filter of the timeline. `counted` carries
    how many there are; `selected` follows every change of what is open.
    """

    trouble = Signal(object)
    noted = Signal(str)
    said = Signal(str)
    timeline_asked = Signal(str)
    counted = Signal(object)
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
        self.setObjectName("connections_part")
        self._link, self._jobs, self._here = link, jobs, here
        self._preferences, self._zone = preferences, zone
        self._node: Node | None = None
        self._found: list[Integration] = []
        self._reading: Job | None = None
        self._wanted = ""
        self._is_begun = self._takes_keyboard = False
        self._build()
        self._connect()

    # Parts

    def _build(self) -> None:
        self.list = ListTab(
            "connections", "Connections", columns.columns(self._zone), columns.said(self._zone),
            columns.words, columns.value, "Name, kind or target", self._jobs, self._preferences,
            self,
        )  # fmt: skip
        self.add_button = button(
            "Add connection", "connection_add", self.begin_new, self, icon="plus", primary=True
        )
        self.list.above.addWidget(self.add_button)
        self.offering = Offering(self)
        self.panel = ConnectionPanel(self._link, self._jobs, self._zone, self)
        self.panel.hide()
        self.states = StatePage(self)
        self.stack = QStackedWidget(self)
        for one in (self.list, self.offering, self.states):
            self.stack.addWidget(one)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setObjectName("connections_splitter")
        self.splitter.addWidget(self.stack)
        self.splitter.addWidget(self.panel)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        self.list.opened.connect(self._on_opened)
        self.list.selected.connect(self._on_selected)
        self.list.copied.connect(self._on_copied)
        self.list.counted.connect(self._on_counted)
        self.list.retry.connect(self.refresh)
        self.offering.chosen.connect(self._on_kind)
        self.panel.closed.connect(self.close_panel)
        self.panel.changed.connect(self._on_changed)
        self.panel.tested.connect(self.refresh)
        self.panel.history_wanted.connect(self._on_history)
        self.panel.trouble.connect(self.trouble)
        self.panel.mode_changed.connect(self.selected)

    # What the page says

    def show_system(self, node: Node) -> None:
        """Show the connections of another system; what is typed for this one is kept."""
        if self._node is not None and node.id == self._node.id:
            return
        self._node = node
        self._found, self._is_begun = [], False
        self.panel.set_node(node)
        self.panel.hide()
        self.list.filter.clear()
        if self.isVisible():
            self.refresh()

    @property
    def may_manage(self) -> bool:
        """Whether this person may see and change connections here: a grant here or above."""
        paths = self._here.permissions.get(MANAGE, [])
        return self._node is not None and any(
            f"{self._node.node_path}.".startswith(f"{path}.") for path in paths
        )

    def take_permissions(self, here: Here) -> None:
        """What this person may do has changed."""
        self._here = here
        if self._is_begun:
            self.refresh()

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self._zone = zone
        self.list.model.redeclare(columns.columns(zone), columns.said(zone))
        self.panel.set_zone(zone)

    def set_compact(self, compact: bool) -> None:
        """Use the lower row height."""
        self.list.table.set_compact(compact)

    def go_on(self) -> None:
        """The connection to the server is back."""
        if self._is_begun:
            self.refresh()

    def go_to_filter(self) -> None:
        """Put the keyboard into the filter."""
        self.list.filter.setFocus()
        self.list.filter.selectAll()

    def copy(self) -> None:
        """Copy the selected rows."""
        self.list.copy()

    def select_entity(self, entity_id: str) -> bool:
        """Open a connection by its id, now or as soon as the list is read."""
        one = next((one for one in self._found if one.id == entity_id), None)
        if one is None:
            self._wanted = entity_id
            return False
        self._wanted = ""
        self.list.go_to(entity_id)
        self._show(one)
        return True

    @property
    def is_listing(self) -> bool:
        """Whether the list is shown; in its place stand the kinds while there is nothing."""
        return self.stack.currentWidget() is self.list

    @property
    def has_connection(self) -> bool:
        """Whether a connection is open that could be tested."""
        return not self.panel.isHidden() and self.panel.can_test

    @Slot()
    def test_current(self) -> None:
        """Test the connection that is open, as it is typed now."""
        if self.has_connection:
            self.panel.try_it()

    @Slot()
    def forget(self) -> None:
        """The console locks: what was revealed is masked again."""
        self.panel.forget()

    # Reading

    def showEvent(self, event: QShowEvent) -> None:
        """Ask the first time it is looked at."""
        super().showEvent(event)
        if not self._is_begun:
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Read anew: F5. What is open and typed stays."""
        node = self._node
        if node is None:
            return
        self._is_begun = True
        self.add_button.setEnabled(self.may_manage)
        if not self.may_manage:
            self.forbid()
            return
        if self._reading is not None:
            self._reading.cancel()
        if not self._found:
            self._show_waiting()

        def work(task: Task) -> tuple[list[Integration], Held]:
            with borrowed(self._link, "interactive", task) as session:
                found = integrations.list_integrations(session, node.id)
            return found, self.list.prepared(found)

        self._reading = self._jobs.start(
            work, owner=self, on_result=partial(self._on_read, node), on_error=self._on_unread
        )

    def forbid(self) -> None:
        """Say what is missing, and who can grant it, in the place of the list."""
        self.panel.hide()
        self.states.show_not_permitted("the connections here", MANAGE, "An owner or an admin")
        self.stack.setCurrentWidget(self.states)

    def _show_waiting(self) -> None:
        self.states.show_loading("Reading the connections")
        self.stack.setCurrentWidget(self.states)

    def _on_read(self, node: Node, answer: tuple[list[Integration], Held]) -> None:
        """What was asked of the system before comes too late."""
        if node is self._node:
            self._reading = None
            self.show_list(*answer)

    def show_list(self, found: list[Integration], held: Held | None = None) -> None:
        """Show what the database says; what is being typed stays."""
        self._found = found
        self.list.hold(held or self.list.prepared(found))
        self.stack.setCurrentWidget(self.list if found else self.offering)
        self.counted.emit(len(found))
        shown = self.panel.shown
        again = next((one for one in found if shown is not None and one.id == shown.id), None)
        if again is not None and self.panel.isVisible():
            self.panel.show_connection(again)
        self.panel.message_is_over()
        if self._wanted:
            wanted, self._wanted = self._wanted, ""
            self.select_entity(wanted)
            self._wanted = ""
        if self._takes_keyboard:
            self._takes_keyboard = False
            self._take_keyboard()

    def _on_unread(self, error: Exception) -> None:
        self._reading = None
        if not self._found:
            self.states.show_error("The connections cannot be read now", str(error), self.refresh)
            self.stack.setCurrentWidget(self.states)
        self.trouble.emit(error)

    # What the person does

    @Slot()
    def begin_new(self) -> None:
        """Offer the kinds for a new connection."""
        if self.may_manage:
            self.panel.choose_kind()
            self.panel.show()
            self.selected.emit()
            self.panel.take_keyboard()

    @Slot(str)
    def _on_kind(self, kind: str) -> None:
        self.panel.show()
        self.panel.begin(kind)

    @Slot()
    def close_panel(self) -> None:
        """Close the side panel; the keyboard is back on the list. What is typed is kept."""
        self.panel.hide()
        self.selected.emit()
        self._take_keyboard()

    def _take_keyboard(self) -> None:
        if self._found:
            self.list.table.setFocus()
        else:
            self.offering.kinds.buttons[0].setFocus()

    @Slot(object)
    def _on_opened(self, one: Any) -> None:
        """Enter: the panel has the keyboard, and Esc gives it back."""
        if one is not None:
            self._show(one)
            self.panel.take_keyboard()

    @Slot(object)
    def _on_selected(self, one: Any) -> None:
        """Selecting opens the panel; the keyboard stays on the list."""
        if one is not None:
            self._show(one)

    def _show(self, one: Integration) -> None:
        self.panel.show_connection(one)
        self.panel.show()
        self.selected.emit()

    # What happened

    @Slot(str, str)
    def _on_changed(self, words: str, which: str) -> None:
        if words:
            self.noted.emit(words)
        self._wanted, self._takes_keyboard = which, True
        self.refresh()

    @Slot(object)
    def _on_copied(self, count: int) -> None:
        self.noted.emit("1 row copied" if count == 1 else f"{count:,} rows copied")

    @Slot(object, object)
    def _on_counted(self, shown: int, total: int) -> None:
        words = "1 connection" if total == 1 else f"{total:,} connections"
        self.said.emit(f"{shown:,} of {words}" if self.list.model.is_filtered else words)

    @Slot(str)
    def _on_history(self, which: str) -> None:
        self.timeline_asked.emit(f"entity:{which}")
