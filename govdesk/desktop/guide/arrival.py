"""Last page of the guide: waits for the first event of the key, and shows it when it is there."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.editing.section import button
from govdesk.desktop.guide.step import Step
from govdesk.desktop.members.parts import Facts, note, say
from govdesk.desktop.widgets import Pill, Words, announce
from govdesk.domain.problem import Problem
from govdesk.jobs import Job, Jobs, Task
from govdesk.services import api_keys
from govdesk.services.key_settings import INTAKE_SCOPE
from govdesk.services.link import Link, SessionEnded, Unreachable
from govdesk.services.snippets import intake_address
from govdesk.services.timeline import Event

ASKED_EVERY_MS: Final = 2000
LOST_EVERY_MS: Final = 5000
PATIENCE_MS: Final = 60_000
_LEAD: Final = "Run the program now. As soon as GovDesk has sealed its event, it appears here."
_WORKS: Final = "The key works: whatever your system sends with it stands in the log from now on."


def to_check(url: str, prefix: str) -> str:
    """What keeps events away most often, and how one sees it."""
    return (
        "Nothing has come for a minute. What to check:\n"
        f"•  The program says 401: the key is incomplete, or it is another than {prefix}.\n"
        f"•  It says 403: the key lacks the scope {INTAKE_SCOPE}.\n"
        "•  It says 429: it sends too fast and waits as long as Retry-After says.\n"
        f"•  It cannot connect: {intake_address(url)} must be reachable from where it runs, through"
        " proxy and firewall, with a certificate that machine trusts.\n"
        "•  It says 400 or 422: the answer names the field that is wrong."
    )


class ArrivalStep(Step):
    """Asks for the event every other second while it is shown; a lost server is asked again.

    `arrived` carries the event once, `event_asked` its number when a person wants to see it.
    """

    arrived = Signal(object)
    event_asked = Signal(object)

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        zone: tzinfo,
        parent: QWidget | None = None,
        *,
        every_ms: int = ASKED_EVERY_MS,
        patience_ms: int = PATIENCE_MS,
    ):
        super().__init__("guide_arrival", "Wait for the first event", _LEAD, parent)
        self._link, self._jobs, self._zone = link, jobs, zone
        self._every = every_ms
        self._url = self._prefix = ""
        self._since: datetime | None = None
        self._job: Job | None = None
        self.event_seen: Event | None = None
        self._next = self._timer(self._ask)
        self._patience = self._timer(self._advise)
        self._patience.setInterval(patience_ms)
        self._build()

    def _timer(self, run: object) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(True)
        made.timeout.connect(run)
        return made

    def _build(self) -> None:
        self.pill = Pill("state_neutral", "waiting", self, icon="clock")
        self.pill.setObjectName("guide_state")
        self.waiting = Words("", parent=self, wraps=True)
        self.waiting.setObjectName("guide_waiting")
        self.asked = note("guide_asked", self)
        self.advice = Words("", parent=self, wraps=True)
        self.advice.setObjectName("guide_advice")
        self.advice.hide()
        self.found = QWidget(self)
        self.facts = Facts(self.found)
        self.show_event = button(
            "Show in the timeline", "guide_show_event", self._on_show, self.found, icon="history"
        )
        inner = QVBoxLayout(self.found)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(theme.GAP)
        inner.addWidget(self.facts)
        inner.addWidget(self.show_event, 0, Qt.AlignmentFlag.AlignLeft)
        self.found.hide()
        head = QHBoxLayout()
        head.setSpacing(theme.INSIDE)
        head.addWidget(self.pill, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.waiting, 1)
        self.column.addLayout(head)
        for part in (self.asked, self.found, self.advice):
            self.column.addWidget(part)
        self.column.addStretch(1)

    @property
    def is_done(self) -> bool:
        """Whether the event is there."""
        return self.event_seen is not None

    # Waiting

    def wait_for(self, url: str, prefix: str) -> None:
        """Say which key's event is waited for."""
        if prefix != self._prefix:
            self.event_seen, self._since = None, None
            self.lead.setText(_LEAD)
            self.found.hide()
            self.advice.hide()
        self._url, self._prefix = url, prefix

    def begin(self) -> None:
        """Ask now, and again until it is there."""
        if self.event_seen is not None:
            return
        self._since = self._since or datetime.now(UTC)
        self.pill.set_meaning("state_neutral", "waiting", icon="clock")
        self.waiting.setText(
            f"Waiting for the first event of {self._prefix} since {self._clock(self._since)}."
        )
        self._patience.start()
        self._ask()

    def leave(self) -> None:
        """Stop asking."""
        self._next.stop()
        self._patience.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    @Slot()
    def _ask(self) -> None:
        prefix = self._prefix

        def work(task: Task) -> Event | None:
            with borrowed(self._link, "background", task) as session:
                return api_keys.first_event(session, prefix)

        self._job = self._jobs.start(
            work, owner=self, on_result=self._on_answer, on_error=self._on_lost, lane="background"
        )

    def _on_answer(self, event: Event | None) -> None:
        self._job = None
        if event is not None:
            self.show_arrived(event)
            return
        say(self.asked, f"Asked at {self._clock(datetime.now(UTC))}: nothing yet. It is asked again"
            " every other second.")  # fmt: skip
        self._next.start(self._every)

    def _on_lost(self, error: Exception) -> None:
        """A slow or lost network changes nothing about the wait; the window says so, too."""
        self._job = None
        if not isinstance(error, Problem):
            raise error
        say(self.asked, f"{error.sentence} It is asked again; nothing is lost.")
        if isinstance(error, SessionEnded | Unreachable):
            self._jobs.unhandled.emit(error)
        self._next.start(max(self._every, LOST_EVERY_MS))

    @Slot()
    def _advise(self) -> None:
        self.advice.setText(to_check(self._url, self._prefix))
        self.advice.show()
        announce(self, "Nothing has come for a minute.")

    # The event

    def show_arrived(self, event: Event) -> None:
        """Show the event, and stop waiting."""
        self._next.stop()
        self._patience.stop()
        self.event_seen = event
        self.lead.setText(_WORKS)
        self.pill.set_meaning("state_ok", "arrived")
        self.waiting.setText(f"The first event of {self._prefix} is in the log, sealed.")
        say(self.asked, "")
        self.advice.hide()
        show = self.facts.show_fact
        show("guide_event_seq", "Number", f"{event.seq:,}")
        show("guide_event_at", "Received", f"{event.at.astimezone(self._zone):%Y-%m-%d %H:%M:%S}")
        show("guide_event_action", "Action", f"{event.action} · {event.severity}")
        show("guide_event_summary", "Summary", event.summary or "–")
        self.found.show()
        announce(self, self.waiting.text())
        self.arrived.emit(event)
        self.changed.emit()

    @Slot()
    def _on_show(self) -> None:
        if self.event_seen is not None:
            self.event_asked.emit(self.event_seen.seq)

    def _clock(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%H:%M:%S}"
