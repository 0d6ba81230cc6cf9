"""Tells the people of an organisation within seconds that staff of GovDesk are inside."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.confirming import confirm
from govdesk.desktop.widgets import Picture, Words, announce
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs, Task
from govdesk.services import connecting, platform, sessions
from govdesk.services.link import Link, SessionEnded, Unreachable
from govdesk.services.organization import Here
from govdesk.services.platform import Visit

EVERY_MS: Final = 4000
"""Asked so often, a visit is seen within the five seconds that are promised."""
_MOST: Final = 3


class StaffWatch(QObject):
    """Asks who is inside, on a lane of its own and without keeping the session alive.

    `shown` names an actor whose events somebody wants to see.
    """

    trouble = Signal(object)
    shown = Signal(str)
    noted = Signal(str)

    def __init__(self, link: Link, jobs: Jobs, here: Here, zone: tzinfo, parent: QWidget):
        super().__init__(parent)
        self._link, self._jobs, self._zone = link, jobs, zone
        self._can_end = here.everywhere("session.manage")
        is_theirs = self._can_end or here.everywhere("audit.export")
        self.is_on = is_theirs and not here.is_staff
        self.visits: list[Visit] = []
        self.notice = StaffNotice(self._can_end)
        self.notice.end_asked.connect(self._end)
        self.notice.see_asked.connect(self._see)
        self._is_asking = self._is_failing = False
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.ask)

    def begin(self) -> None:
        """Ask now and from now on."""
        if self.is_on:
            self._timer.start()
            self.ask()

    def set_zone(self, zone: tzinfo) -> None:
        """Say times on another clock."""
        self._zone = zone
        self.notice.show_visits(self.visits, zone)

    @Slot()
    def pause(self) -> None:
        """The server is away, or the session over; `begin` goes on."""
        self._timer.stop()

    @Slot()
    def ask(self) -> None:
        """Ask who is inside; one question at a time."""
        if self._is_asking:
            return
        self._is_asking = True

        def look(task: Task) -> list[Visit]:
            with borrowed(self._link, "watch", task) as session:
                return platform.inside(session)

        self._jobs.start(
            look, owner=self, on_result=self._on_seen, on_error=self._on_error, lane="watch"
        )

    def _on_seen(self, visits: list[Visit]) -> None:
        self._is_asking = self._is_failing = False
        if visits != self.visits:
            self.visits = visits
            self.notice.show_visits(visits, self._zone)

    def _on_error(self, error: Exception) -> None:
        """Who does not know who is inside goes on asking; only without a server it is no use."""
        self._is_asking = False
        if isinstance(error, SessionEnded | Unreachable):
            self.pause()
        if not self._is_failing:
            self.trouble.emit(error)
        self._is_failing = self._timer.isActive()

    @Slot(str)
    def _see(self, email: str) -> None:
        self.shown.emit(f"staff:{email}")

    @Slot(object)
    def _end(self, visit: Visit) -> None:
        def end(task: Task) -> bool:
            with borrowed(self._link, "writes", task) as session:
                return sessions.revoke(session, str(visit.session_id)).changed

        self._jobs.start(
            end,
            owner=self,
            on_result=lambda did: self._on_ended(visit, did),
            on_error=lambda error: self._on_refused(visit, error),
            lane="writes",
        )

    def _on_ended(self, visit: Visit, did: bool) -> None:
        self.noted.emit(
            f"The visit of {visit.email} is ended." if did else "The visit was over already."
        )
        self._on_seen([one for one in self.visits if one.session_id != visit.session_id])

    def _on_refused(self, visit: Visit, error: Exception) -> None:
        if not isinstance(error, Problem):
            raise error
        self.notice.show_visits(self.visits, self._zone)
        if connecting.key_of(error) == "step_up_needed":
            parent = self.notice.window()
            why = f"You end the visit of {visit.email}."
            confirm(parent, self._jobs, self._link, why, lambda: self._end(visit))
            return
        self.trouble.emit(error)


class StaffNotice(QWidget):
    """One line for each visit, hidden while nobody is inside."""

    end_asked = Signal(object)
    see_asked = Signal(str)

    def __init__(self, can_end: bool):
        super().__init__()
        self.setObjectName("staff_notice")
        self._can_end = can_end
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        theme.signals.changed.connect(self.update)
        self.hide()

    @property
    def sentences(self) -> list[str]:
        """What it says, line by line."""
        return [words.text() for words in self.findChildren(Words)]

    def show_visits(self, visits: list[Visit], zone: tzinfo) -> None:
        """Show who is inside; more than three are counted."""
        while (item := self._column.takeAt(0)) is not None:
            row = item.widget()
            if row is not None:
                row.setParent(None)
                row.deleteLater()
        for place, visit in enumerate(visits[:_MOST], start=1):
            self._column.addWidget(self._row(place, visit, zone, len(visits)))
        self.setVisible(bool(visits))
        said = " ".join(self.sentences)
        self.setAccessibleName(said)
        if said:
            announce(self, said)

    def _row(self, place: int, visit: Visit, zone: tzinfo, count: int) -> QWidget:
        row = QWidget(self)
        line = QHBoxLayout(row)
        line.setContentsMargins(theme.GAP, theme.GRID, theme.INSIDE, theme.GRID)
        line.setSpacing(theme.INSIDE)
        words = Words(
            _sentence(visit, zone, count if place == _MOST else 0), parent=row, wraps=True
        )
        words.setObjectName(f"staff_inside_{place}")
        line.addWidget(Picture("user-cog", "state_attention", parent=row))
        line.addWidget(words, 1)
        see = self._button(row, f"staff_see_{place}", "See what they do", visit)
        see.clicked.connect(lambda: self.see_asked.emit(visit.email))
        line.addWidget(see)
        if self._can_end:
            end = self._button(row, f"staff_end_{place}", "End it now", visit)
            end.clicked.connect(lambda: self._on_end(end, visit))
            line.addWidget(end)
        return row

    def _button(self, row: QWidget, name: str, words: str, visit: Visit) -> QPushButton:
        button = QPushButton(words, row)
        button.setObjectName(name)
        button.setAccessibleName(f"{words}: {visit.email}")
        button.setAutoDefault(False)
        return button

    def _on_end(self, button: QPushButton, visit: Visit) -> None:
        # Once is enough; a refusal draws the line anew.
        button.setEnabled(False)
        self.end_asked.emit(visit)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A warning's ground, with the colour of staff along its left edge."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("weak_warning"))
        painter.fillRect(0, 0, theme.GRID, self.height(), theme.colour("staff"))
        below = self.rect().adjusted(0, self.height() - theme.HAIRLINE, 0, 0)
        painter.fillRect(below, theme.colour("line"))
        painter.end()


def _sentence(visit: Visit, zone: tzinfo, count: int) -> str:
    since, until = (at.astimezone(zone) for at in (visit.entered_at, visit.expires_at))
    more = f" And {count - _MOST} more; see Sessions." if count > _MOST else ""
    return (
        f"GovDesk staff are inside: {visit.email} since {since:%H:%M}, until {until:%H:%M} at the"
        f" latest, for: {visit.reason}.{more}"
    )
