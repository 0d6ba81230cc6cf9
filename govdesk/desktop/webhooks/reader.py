"""Reads the webhooks of a page: at once, and now and then while somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.tables.held import Held
from govdesk.desktop.webhooks import reading
from govdesk.desktop.webhooks.reading import Found
from govdesk.jobs import Job, Jobs, Task
from govdesk.services import webhooks
from govdesk.services.link import Link
from govdesk.services.webhooks import SecretVersion, Webhook

REFRESH_SECONDS: Final = 15


class Reader(QObject):
    """`arrived` carries what was found and the same made ready for the list.

    `secrets_arrived` carries the id of a webhook and the versions of its secret, `failed` an
    error. Nothing is read once it is `is_staged`.
    """

    arrived = Signal(object, object)
    secrets_arrived = Signal(str, object)
    failed = Signal(object)

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        prepare: Callable[[Sequence[Webhook]], Held],
        parent: QObject,
    ):
        super().__init__(parent)
        self._link, self._jobs, self._prepare = link, jobs, prepare
        self._reading: Job | None = None
        self._system_id: str | None = None
        self.is_staged = False
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_SECONDS * 1000)
        self._timer.timeout.connect(self.read_quietly)

    def turn_to(self, system_id: str) -> None:
        """Read the webhooks of another system; what was asked of the one before comes too late."""
        self._system_id = system_id
        self.stop()

    def read(self, lane: str = "interactive") -> None:
        """Ask."""
        if self.is_staged:
            return
        self.stop()
        system_id = self._system_id

        def work(task: Task) -> tuple[Found, Held]:
            with borrowed(self._link, lane, task) as session:
                found = reading.read(session, system_id)
            return found, self._prepare(found.webhooks)

        self._reading = self._jobs.start(
            work, owner=self, on_result=self._on_read, on_error=self._on_unread, lane=lane
        )

    @Slot()
    def read_quietly(self) -> None:
        """Ask behind what is shown, unless that is under way."""
        if self._reading is None or self._reading.has_ended:
            self.read("background")

    def stop(self) -> None:
        """Wait for nothing any more."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def watch(self, watches: bool) -> None:
        """Ask now and then, or no more."""
        if watches:
            self._timer.start()
        else:
            self._timer.stop()

    def _on_read(self, answer: tuple[Found, Held]) -> None:
        self._reading = None
        self.arrived.emit(*answer)

    def _on_unread(self, error: Exception) -> None:
        self._reading = None
        self.failed.emit(error)

    def read_secrets(self, which: str) -> None:
        """Ask for the versions of a webhook's secret; never for a secret."""
        if self.is_staged:
            return

        def work(task: Task) -> list[SecretVersion]:
            with borrowed(self._link, "interactive", task) as session:
                return webhooks.secrets(session, which)

        self._jobs.start(
            work, owner=self, on_result=partial(self.secrets_arrived.emit, which),
            on_error=self.failed.emit,
        )  # fmt: skip
