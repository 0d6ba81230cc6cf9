"""Whether the server answers: notices a loss, tries again by itself, says so everywhere."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from govdesk.desktop.borrowing import borrowed
from govdesk.jobs import Job, Jobs, Task
from govdesk.services.link import Link, SessionEnded, Unreachable

RETRY_SECONDS: Final = (1, 2, 4, 8, 15)
State = Literal["connected", "offline", "signed_out"]


class Connection(QObject):
    """Watches one link. `changed` follows each change of `state`; `came_back` the end of a loss.

    While offline it asks the server again after 1, 2, 4, 8 and then every 15 seconds.
    """

    changed = Signal()
    came_back = Signal()

    def __init__(self, link: Link, jobs: Jobs, parent: QObject | None = None):
        super().__init__(parent)
        self.state: State = "connected"
        self.since: datetime | None = None
        self._link, self._jobs = link, jobs
        self._tries = 0
        self._is_renewed = self._doubts = False
        self._asking: Job | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.ask)

    def heard(self, error: Exception) -> bool:
        """Note an error of any job; True if it is the connection's and needs no other word."""
        if isinstance(error, SessionEnded):
            if self._is_renewed and self.state == "connected":
                # It may speak of the session before this one: what was asked then is asked again.
                self._doubts = True
                self.ask()
            else:
                self._set("signed_out")
            return True
        if isinstance(error, Unreachable):
            self._set("offline")
            self._wait()
            return True
        return False

    @Slot()
    def ask(self) -> None:
        """Ask the server now whether it is there."""
        token = self._link.token
        if self._asking is None or self._asking.has_ended:
            self._asking = self._jobs.start(
                self._ask,
                owner=self,
                on_result=self._on_answer,
                on_error=lambda error: self._on_error(error, token),
                lane="background",
            )

    def signed_in_again(self) -> None:
        """The link has another session."""
        self._is_renewed = True
        self._on_answer(None)

    @property
    def words(self) -> str:
        """The state as the status bar says it."""
        if self.state == "connected":
            return "connected"
        since = f"{self.since:%H:%M}" if self.since else ""
        if self.state == "offline":
            return f"offline since {since}, retrying"
        return f"signed out since {since}"

    def _ask(self, task: Task) -> None:
        with borrowed(self._link, "background", task) as session:
            session.touch()

    def _on_answer(self, nothing: None) -> None:
        self._timer.stop()
        self._tries = 0
        if self.state != "connected" or self._doubts:
            self._doubts = False
            self._set("connected")
            self.came_back.emit()

    def _on_error(self, error: Exception, token: str) -> None:
        if isinstance(error, SessionEnded):
            if token == self._link.token:
                self._doubts = False
                self._set("signed_out")
            else:
                self.ask()
        elif not self.heard(error):
            self._wait()

    def _wait(self) -> None:
        if not self._timer.isActive():
            seconds = RETRY_SECONDS[min(self._tries, len(RETRY_SECONDS) - 1)]
            self._tries += 1
            self._timer.start(seconds * 1000)

    def _set(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self.since = None if state == "connected" else datetime.now()
            self.changed.emit()
