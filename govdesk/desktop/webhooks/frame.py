"""What the list of webhooks and its side panel consist of, and what they say."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme
from govdesk.desktop.members.list_tab import ListTab
from govdesk.desktop.webhooks import columns
from govdesk.desktop.webhooks.acting import Acting
from govdesk.desktop.webhooks.no_worker import NoWorker
from govdesk.desktop.webhooks.panel import WebhookPanel
from govdesk.desktop.webhooks.reader import Reader
from govdesk.desktop.webhooks.reading import Found
from govdesk.desktop.webhooks.states import silence
from govdesk.desktop.widgets import StatePage
from govdesk.jobs import Jobs
from govdesk.services.link import Link
from govdesk.services.nodes import Node
from govdesk.services.organization import Here
from govdesk.services.webhooks import Webhook

READ: Final = "webhook.read"
MANAGE: Final = "webhook.manage"
_EMPTY: Final = (
    "A webhook sends events, as they happen, to a SIEM such as Splunk, a log collector, a program"
    " or the phones of those on call."
)


class WebhooksFrame(QWidget):
    """The parts and what is known; what is done with them is told elsewhere.

    `trouble` carries errors that need a word, `noted` what was done, for a moment, `said` what
    the status bar says all the time, `timeline_asked` a filter, `log_asked` the id of a webhook.
    `counted` carries how many there are, `found_changed` all of them; `selected` follows every
    change of what is open.
    """

    trouble = Signal(object)
    noted = Signal(str)
    said = Signal(str)
    timeline_asked = Signal(str)
    log_asked = Signal(str)
    counted = Signal(object)
    found_changed = Signal(object)
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
        self.setObjectName("siem_part" if of_system else "webhooks_part")
        self._link, self._jobs, self._here, self._zone = link, jobs, here, zone
        self._preferences, self.of_system = preferences, of_system
        self.system: Node | None = None
        self.found = Found()
        self.menu: QMenu | None = None
        self._versions: tuple[str, int] = ("", 0)
        self._wanted = ""
        self._is_begun = self._is_read = self._takes_keyboard = False
        self._build()

    # Parts

    def _build(self) -> None:
        name = "siem" if self.of_system else "webhooks"
        self.list = ListTab(
            name, "Webhooks", self._columns(self._zone), columns.said(self._zone),
            columns.words, columns.value, "Name, address, kind or state", self._jobs,
            self._preferences, self,
        )  # fmt: skip
        self.reader = Reader(self._link, self._jobs, self.list.prepared, self)
        self.panel = WebhookPanel(self._link, self._jobs, self._zone, self)
        self.panel.hide()
        self.acting = Acting(
            self._link, self._jobs, self._preferences, self._here, self._zone, self
        )
        self.no_worker = NoWorker(self)
        self.states = StatePage(self)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.states)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setObjectName(f"{name}_splitter")
        self.splitter.addWidget(self.stack)
        self.splitter.addWidget(self.panel)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.no_worker)
        column.addWidget(self.splitter, 1)

    def _columns(self, zone: tzinfo) -> tuple[Any, ...]:
        return columns.columns(zone, with_system=not self.of_system)

    # What is known

    def may(self, permission: str, path: str = "") -> bool:
        """Whether this person may do that at a path; without one, where the part is about."""
        held = self._here.permissions.get(permission, [])
        if not path and not self.of_system:
            return bool(held)
        at = path or (self.system.node_path if self.system is not None else "")
        return bool(at) and any(f"{at}.".startswith(f"{one}.") for one in held)

    def _of(self, which: str) -> Webhook | None:
        return next((one for one in self.found.webhooks if one.id == which), None)

    @property
    def webhook(self) -> Webhook | None:
        """The one that is open; else the one that the keyboard is on."""
        if not self.panel.isHidden() and self.panel.shown is not None:
            return self.panel.shown
        item: Webhook | None = self.list.item()
        return item

    @Slot()
    def begin_new(self) -> None:
        """Open the form for a new webhook."""
        raise NotImplementedError

    # How it is shown

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self._zone = self.acting.zone = zone
        self.list.model.redeclare(self._columns(zone), columns.said(zone))
        self.panel.set_zone(zone)
        self._say_silence()

    def set_compact(self, compact: bool) -> None:
        """Use the lower row height."""
        self.list.table.set_compact(compact)

    def go_to_filter(self) -> None:
        """Put the keyboard into the filter."""
        self.list.filter.setFocus()
        self.list.filter.selectAll()

    def copy(self) -> None:
        """Copy the selected rows."""
        self.list.copy()

    def _forbid(self) -> None:
        self.panel.hide()
        self.no_worker.say("")
        what = f"the webhooks of {self.system.name}" if self.system is not None else "webhooks"
        self.states.show_not_permitted(what, READ, "An owner or an admin")
        self.stack.setCurrentWidget(self.states)
        self.selected.emit()

    def _show_empty(self) -> None:
        may = self.may(MANAGE)
        act: tuple[Any, Any] = ("Add webhook", self.begin_new) if may else ("", None)
        words = "" if may else (
            " Adding one needs the permission webhook.manage, which an owner or an admin can grant."
        )  # fmt: skip
        name = self.system.name if self.system is not None else ""
        title = f"{name} has no webhook yet" if name else "No webhooks yet"
        self.list.when_empty(title, _EMPTY + words, *act)

    def _say_silence(self) -> None:
        self.no_worker.say(silence(self.found.workers, self._zone) if self._is_read else "")

    @Slot(object)
    def _on_copied(self, count: int) -> None:
        self.noted.emit("1 row copied" if count == 1 else f"{count:,} rows copied")

    @Slot(object, object)
    def _on_counted(self, shown: int, total: int) -> None:
        words = "1 webhook" if total == 1 else f"{total:,} webhooks"
        self.said.emit(f"{shown:,} of {words}" if self.list.model.is_filtered else words)
