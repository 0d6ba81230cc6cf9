"""The first page: what needs somebody, what happened lately, whether the record holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.home import lines
from govdesk.desktop.home.lines import Line
from govdesk.desktop.home.section import Section
from govdesk.desktop.widgets import PageHeader, StatePage
from govdesk.jobs import Job, Jobs, Task
from govdesk.services import attention
from govdesk.services.attention import Home
from govdesk.services.link import Link
from govdesk.services.organization import Here
from govdesk.services.seals import SealState

REFRESH_SECONDS: Final = 30
_READ: Final = "audit.read"


class HomePage(QWidget):
    """The page.

    `opened` carries the page and what is to be selected there, `event_wanted` the number of an
    event, `trouble` an error that needs a word. It reads anew every half minute while it is
    shown, which does not keep the session alive.
    """

    opened = Signal(str, str)
    event_wanted = Signal(object)
    trouble = Signal(object)

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        here: Here,
        zone: tzinfo,
        seal_state: Callable[[], SealState | None],
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.setObjectName("home_page")
        self._link, self._jobs = link, jobs
        self._permissions: Mapping[str, list[str]] = here.permissions
        self._zone, self._seal_state = zone, seal_state
        self._home: Home | None = None
        self._reading: Job | None = None
        self._build()
        self._refreshing = QTimer(self)
        self._refreshing.setInterval(REFRESH_SECONDS * 1000)
        self._refreshing.timeout.connect(self.refresh_quietly)

    def _build(self) -> None:
        self.header = PageHeader(
            "Home",
            "What needs you, what happened lately, and whether the record holds.",
            parent=self,
        )
        self.needs = Section("needs", "Needs attention", self)
        self.events = Section("events", "Recent security events", self)
        self.chain = Section("chain", "Chain of the log", self)
        self.sections = (self.needs, self.events, self.chain)
        for section in self.sections:
            section.opened.connect(self._on_opened)
        self.state = StatePage(self)
        self.area = self._scrolling()
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.state)
        self.stack.addWidget(self.area)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.GAP, 0, 0)
        column.setSpacing(theme.GAP)
        column.addWidget(self.header)
        column.addWidget(self.stack, 1)

    def _scrolling(self) -> QScrollArea:
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, theme.MARGIN, theme.MARGIN)
        column.setSpacing(theme.MARGIN)
        for section in self.sections:
            column.addWidget(section)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setObjectName("home_area")
        area.setAccessibleName("What needs you and what happened")
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        inside.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        return area

    # What the person does

    @Slot()
    def refresh(self) -> None:
        """Read anew: F5, and at the beginning."""
        if not self._permissions:
            self.state.show_not_permitted(
                "what happens in this organization", _READ, "An owner or an admin"
            )
            self.stack.setCurrentWidget(self.state)
            return
        if self._home is None:
            self.state.show_loading("Reading what needs you")
            self.stack.setCurrentWidget(self.state)
        self._read("interactive")

    @Slot()
    def refresh_quietly(self) -> None:
        """Read anew behind what is shown, unless that is under way or nobody may."""
        if self._permissions:
            self._read("background")

    def take_permissions(self, permissions: Mapping[str, list[str]]) -> None:
        """Read as somebody with these permissions from now on."""
        self._permissions = permissions
        self._home = None
        self.refresh()

    def go_on(self) -> None:
        """The connection is back."""
        if self._home is None:
            self.refresh()
        else:
            self.refresh_quietly()

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self._zone = zone
        self._show()

    @Slot()
    def seals_changed(self) -> None:
        """Say anew how far the chain is verified."""
        self.chain.show_lines([lines.of_chain(self._seal_state(), self._zone)])
        self._align()

    def take_keyboard(self) -> None:
        """Put the keyboard on the first line that leads somewhere."""
        rows = (row for section in self.sections for row in section.rows)
        first = next((row for row in rows if row.line.page), None)
        if first is not None:
            first.setFocus()

    # What the server answers

    def _read(self, lane: str) -> None:
        if self._reading is not None and not self._reading.has_ended:
            return

        def read(task: Task) -> Home:
            with borrowed(self._link, lane, task) as session:
                return attention.home(session, with_events=_READ in self._permissions)

        self._reading = self._jobs.start(
            read, owner=self, on_result=self.show_home, on_error=self._on_error, lane=lane
        )

    def show_home(self, home: Home) -> None:
        """Show what the server answered."""
        self._home = home
        self._show()
        self.stack.setCurrentWidget(self.area)

    def _on_error(self, error: Exception) -> None:
        if self._home is None:
            self.state.show_error("Home cannot be read now", str(error), self.refresh)
            self.stack.setCurrentWidget(self.state)
        self.trouble.emit(error)

    def _show(self) -> None:
        if self._home is None:
            return
        needs = lines.of_needs(self._home.needs, self._zone)
        self.needs.show_lines(needs)
        self.needs.set_title(
            f"Needs attention ({len(self._home.needs):,})" if needs else "Needs attention"
        )
        self.needs.say(*(("", "") if needs else ("circle-check", "Nothing needs you.")), "state_ok")
        self._show_events(self._home)
        self.seals_changed()

    def _align(self) -> None:
        width = max(section.pill_width for section in self.sections)
        for section in self.sections:
            section.set_pill_width(width)

    def _show_events(self, home: Home) -> None:
        if home.events is None:
            self.events.show_lines([])
            words = (
                f"You may not see events. This needs the permission {_READ}, which an owner or an"
                " admin can grant."
            )
            self.events.say("lock", words)
            return
        self.events.show_lines(lines.of_events(home.events, self._zone))
        words = "" if home.events else "No event of severity warning or high."
        self.events.say("circle-check" if words else "", words, "state_ok")

    @Slot(object)
    def _on_opened(self, line: Line) -> None:
        if line.page == lines.TIMELINE and line.about.isdecimal():
            self.event_wanted.emit(int(line.about))
        else:
            self.opened.emit(line.page, line.about)

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        """Look again while somebody looks."""
        super().showEvent(event)
        if self._home is not None:
            self.refresh_quietly()
        self._refreshing.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nobody asks."""
        super().hideEvent(event)
        self._refreshing.stop()
