"""The page of sessions: one's own, and everyone's for whoever may manage them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.actions import Actions
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.confirming import confirm
from govdesk.desktop.sessions import columns, ending
from govdesk.desktop.tables import WindowedTable
from govdesk.desktop.tables.found import FoundOrNot, offer_clearing
from govdesk.desktop.tables.held import Held, HeldModel, prepare
from govdesk.desktop.trouble import explain
from govdesk.desktop.widgets import PageHeader, StatePage
from govdesk.jobs import Jobs, Task
from govdesk.services import connecting, sessions
from govdesk.services.link import Link, Session
from govdesk.services.sessions import Seat

_OWN = "Where you are signed in. Revoke what you do not know."
_ALL = "Who is signed in, from where and until when. Revoking takes effect at once."
Write = Callable[[Session], int]
"""Ends sessions; returns how many."""


class SessionsPage(QWidget):
    """`trouble` brings an error of the connection, `noted` a sentence for the status bar."""

    trouble = Signal(object)
    noted = Signal(str)

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        zone: tzinfo,
        sees_all: bool,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.setObjectName("sessions_page")
        self._link, self._jobs = link, jobs
        self._actions: Actions | None = None
        self._wanted = ""
        self._is_asked = False
        self._seats: tuple[Seat, ...] = ()
        self.model = HeldModel(columns.columns(zone), jobs, columns.said(zone), columns.value, self)
        self.table = WindowedTable(self.model, "sessions_table", self)
        self.table.setAccessibleName("Sessions")
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.header = PageHeader("Sessions", _ALL if sees_all else _OWN, self)
        self.state = StatePage(self)
        self._build()
        self._connect()
        self._on_current()

    def _build(self) -> None:
        self.others = self.header.set_primary(
            "Revoke my other sessions…", self.revoke_others, "log-out", "revoke_others"
        )
        self.finder = QLineEdit(self)
        self.finder.setObjectName("sessions_find")
        self.finder.setAccessibleName("Find a person or an address")
        self.finder.setPlaceholderText("Find a person or an address")
        offer_clearing(self.finder)
        self.revoke_button = self._button("revoke_one", "Revoke…")
        self.revoke_person_button = self._button("revoke_person", "Revoke all of this person…")
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        row.addWidget(self.finder, 1)
        row.addWidget(self.revoke_button)
        row.addWidget(self.revoke_person_button)
        body = QWidget(self)
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(theme.INSIDE)
        inner.addLayout(row)
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

    def _button(self, name: str, words: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(name)
        button.setAccessibleName(words.replace("…", ""))
        button.setAutoDefault(False)
        return button

    def _connect(self) -> None:
        self.finder.textChanged.connect(self._find)
        self.revoke_button.clicked.connect(self.revoke_one)
        self.revoke_person_button.clicked.connect(self.revoke_person)
        self.table.current_changed.connect(self._on_current)
        self.model.shown.connect(self._on_current)
        self.model.shown.connect(self._on_shown)

    # What the window asks for

    def keep_told(self, actions: Actions) -> None:
        """Keep the actions told of what is selected."""
        self._actions = actions
        self._on_current()

    @Slot()
    def refresh(self) -> None:
        """Read the list anew; what is shown stays until it is there."""
        if self._is_asked:
            return
        self._is_asked = True
        if not self.model.total:
            self._stack.setCurrentWidget(self.state)
            self.state.show_loading("Reading the sessions")

        def read(task: Task) -> Held:
            with borrowed(self._link, "interactive", task) as session:
                return prepare(sessions.running(session), columns.words, columns.order)

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

    def set_zone(self, zone: tzinfo) -> None:
        """Show the times of another zone."""
        self.model.redeclare(columns.columns(zone), columns.said(zone))
        self.table.viewport().update()

    def select_entity(self, entity_id: str) -> None:
        """Put the keyboard on a session, or the first of a member, as soon as it is there."""
        self._wanted = entity_id
        theirs = (seat.id for seat in self._seats if entity_id in (seat.id, seat.member_id))
        row = self.model.row_of(next(theirs, entity_id))
        if row >= 0:
            self._wanted = ""
            self.table.go_to(row)
            self.table.setFocus()

    # What the person does

    @Slot()
    def revoke_one(self) -> None:
        """End the session that the keyboard is on."""
        seat = self._current()
        if seat is not None:
            self._end([seat], lambda session: int(sessions.revoke(session, seat.id).changed))

    @Slot()
    def revoke_person(self) -> None:
        """End every session of the person that the keyboard is on."""
        seat = self._current()
        if seat is not None and seat.member_id is not None:
            theirs = [one for one in self._seats if one.member_id == seat.member_id]
            whom = seat.member_id
            self._end(theirs, lambda session: sessions.revoke_all_of(session, whom)[0])

    @Slot()
    def revoke_others(self) -> None:
        """End all one's own sessions but this one."""
        theirs = self._own_others()
        if theirs:
            self._end(theirs, lambda session: sessions.revoke_all_of(session, None)[0])

    def _end(self, seats: list[Seat], write: Write) -> None:
        ending.ask(self, seats, partial(self._write, ending.words(seats)[0], write))

    def _write(self, question: str, write: Write) -> None:
        def work(task: Task) -> int:
            with borrowed(self._link, "writes", task) as session:
                return write(session)

        self._jobs.start(
            work,
            owner=self,
            on_result=self._on_ended,
            on_error=lambda error: self._on_refused(question, write, error),
            lane="writes",
        )

    # What comes back

    def show_list(self, held: Held) -> None:
        """Show what was read; the keyboard stays on what it was on."""
        self._is_asked = False
        at = self._current()
        self._seats = held.items
        self.model.hold(held)
        self._stack.setCurrentIndex(0)
        if self._wanted:
            self.select_entity(self._wanted)
        else:
            self.table.go_to(max(self.model.row_of(at.id) if at is not None else 0, 0))
        self._on_current()

    def _on_unread(self, error: Exception) -> None:
        self._is_asked = False
        explained = explain(error)
        if explained is not None and not self.model.total:
            self.state.show_error("The sessions cannot be read now", explained.words, self.refresh)
        self.trouble.emit(error)

    def _on_dropped(self) -> None:
        self._is_asked = False

    def _on_ended(self, count: int) -> None:
        few = {0: "This session was over already.", 1: "1 session ended."}
        self.noted.emit(few.get(count, f"{count} sessions ended."))
        self.refresh()

    def _on_refused(self, question: str, write: Write, error: Exception) -> None:
        if connecting.key_of(error) == "step_up_needed":
            confirm(self, self._jobs, self._link, question, partial(self._write, question, write))
            return
        self.trouble.emit(error)
        self.refresh()

    @Slot()
    def _on_current(self) -> None:
        seat = self._current()
        others = bool(self._own_others())
        is_member = seat is not None and seat.member_id is not None
        self.revoke_button.setEnabled(seat is not None)
        self.revoke_person_button.setEnabled(is_member)
        self.others.setEnabled(others)
        if self._actions is not None:
            self._actions.set_fact("session", seat is not None)
            self._actions.set_fact("other_sessions", others)

    def _current(self) -> Seat | None:
        seat: Seat | None = self.model.item(self.table.current_row())
        return seat

    def _own_others(self) -> list[Seat]:
        mine = next((seat.member_id for seat in self._seats if seat.current), None)
        if mine is None:
            return []
        return [seat for seat in self._seats if not seat.current and seat.member_id == mine]

    def showEvent(self, event: QShowEvent) -> None:
        """Who comes here sees how it is now."""
        super().showEvent(event)
        self.refresh()
