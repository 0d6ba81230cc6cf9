"""The page of organisations for staff: their names, and the way in."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.actions import Actions
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.staff.entering import EnterDialog
from govdesk.desktop.tables import Column, WindowedTable
from govdesk.desktop.tables.found import FoundOrNot, offer_clearing
from govdesk.desktop.tables.held import Held, HeldModel, prepare
from govdesk.desktop.trouble import explain
from govdesk.desktop.widgets import PageHeader, StatePage
from govdesk.jobs import Jobs, Task
from govdesk.services import platform
from govdesk.services.link import Link
from govdesk.services.platform import Entry, Tenant

PURPOSE: Final = (
    "Names only. Whatever belongs to an organization is read inside it, with a reason, under its"
    " eyes."
)
_COLUMNS: Final = (
    Column("name", "Organization", lambda t: t.name, 40, stretch=True),
    Column("path", "Path", lambda t: t.tenant_path, 30, mono=True),
)


class OrganizationsPage(QWidget):
    """`entered` brings tenant, reason, minutes and an `Entry` with a token."""

    entered = Signal(object, str, int, object)
    trouble = Signal(object)
    waits = Signal(str)

    def __init__(self, link: Link, jobs: Jobs, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("organizations_page")
        self._link, self._jobs = link, jobs
        self._actions: Actions | None = None
        self._is_asked = False
        self._before: dict[str, tuple[str, int]] = {}
        self.model = HeldModel(
            _COLUMNS, jobs, lambda t: f"{t.name}, {t.tenant_path}.", _value, self
        )
        self.table = WindowedTable(self.model, "organizations_table", self)
        self.table.setAccessibleName("Organizations")
        self.state = StatePage(self)
        self.finder = QLineEdit(self)
        self.finder.setObjectName("organizations_find")
        self.finder.setAccessibleName("Find an organization")
        self.finder.setPlaceholderText("Find an organization")
        offer_clearing(self.finder)
        self.header = PageHeader("Organizations", PURPOSE, self)
        self.enter_button = self.header.set_primary(
            "Enter…", self.enter, "door-open", "enter_organization"
        )
        self._lay_out()
        self.finder.textChanged.connect(self._find)
        self.table.opened.connect(self.enter)
        self.table.current_changed.connect(self._on_current)
        self.model.shown.connect(self._on_current)
        self.model.shown.connect(self._on_shown)
        self._on_current()

    def _lay_out(self) -> None:
        body = QWidget(self)
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(theme.INSIDE)
        inner.addWidget(self.finder)
        self.list = FoundOrNot(self.table, self.finder, body)
        inner.addWidget(self.list, 1)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(body)
        self._stack.addWidget(self.state)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.GAP)
        column.setSpacing(theme.GAP)
        column.addWidget(self.header)
        column.addWidget(self._stack, 1)

    def bind(self, actions: Actions) -> None:
        """Say what the action runs, and keep it told of what is selected."""
        self._actions = actions
        actions.bind("staff.enter", self.enter)
        self._on_current()

    @Slot()
    def refresh(self) -> None:
        """Read the names anew; what is shown stays until they are there."""
        if self._is_asked:
            return
        self._is_asked = True
        if not self.model.total:
            self._stack.setCurrentWidget(self.state)
            self.state.show_loading("Reading the organizations")

        def read(task: Task) -> Held:
            with borrowed(self._link, "interactive", task) as session:
                return prepare(platform.tenants(session), _words, lambda t: t.name)

        self._jobs.start(
            read,
            owner=self,
            on_result=self.show_list,
            on_error=self._on_unread,
            on_cancelled=self._on_dropped,
        )

    @Slot(str)
    def _find(self, text: str) -> None:
        self.model.find(text)

    @Slot()
    def _on_shown(self) -> None:
        self.list.show_count(self.model.rowCount(), self.model.total)

    def go_on(self) -> None:
        """The connection is back."""
        if self.isVisible():
            self.refresh()

    @Slot()
    def enter(self) -> None:
        """Ask why and for how long, for the organization that the keyboard is on."""
        tenant = self._current()
        if tenant is None or self.window().findChild(EnterDialog) is not None:
            return
        before = self._before.get(tenant.tenant_path)
        dialog = EnterDialog(self._jobs, self._link, tenant, before, self.window())
        dialog.entered.connect(self._on_entered)
        dialog.open()

    @Slot(object, str, int, object)
    def _on_entered(self, tenant: Tenant, reason: str, minutes: int, entry: Entry) -> None:
        if entry.token is None:
            self._before[tenant.tenant_path] = (reason, minutes)
            self.waits.emit(
                f"{tenant.name} was asked to let you in for {minutes} minutes. Enter again, with"
                f" the same reason, once it is approved there. Decision {entry.decision}."
            )
            return
        self._before.pop(tenant.tenant_path, None)
        self.entered.emit(tenant, reason, minutes, entry)

    def show_list(self, held: Held) -> None:
        """Show the organizations, or that there are none."""
        self._is_asked = False
        self.model.hold(held)
        if held.items:
            self._stack.setCurrentIndex(0)
            if self.table.current_row() < 0:
                self.table.go_to(0)
        else:
            self._stack.setCurrentWidget(self.state)
            self.state.show_empty(
                "No organizations yet", "An administrator founds one with govdesk tenants create."
            )
        self._on_current()

    def _on_unread(self, error: Exception) -> None:
        self._is_asked = False
        explained = explain(error)
        if explained is not None and not self.model.total:
            self.state.show_error(
                "The organizations cannot be read now", explained.words, self.refresh
            )
        self.trouble.emit(error)

    def _on_dropped(self) -> None:
        self._is_asked = False

    @Slot()
    def _on_current(self) -> None:
        has_one = self._current() is not None
        self.enter_button.setEnabled(has_one)
        if self._actions is not None:
            self._actions.set_fact("organization", has_one)

    def _current(self) -> Tenant | None:
        tenant: Tenant | None = self.model.item(self.table.current_row())
        return tenant

    def showEvent(self, event: object) -> None:
        """Who comes here sees how it is now."""
        self.refresh()


def _value(tenant: Tenant, key: str) -> str:
    return tenant.tenant_path if key == "path" else tenant.name


def _words(tenant: Tenant) -> tuple[str, str]:
    return tenant.name, tenant.tenant_path
