"""What a person does with deliveries: send again, ask why not, save the kit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.deliveries.redelivering import RedeliverDialog
from govdesk.desktop.deliveries.why_not import WhyDialog
from govdesk.desktop.exporting import ChooseFile
from govdesk.desktop.tables.copying import MOST_ROWS
from govdesk.jobs import Jobs, Task
from govdesk.services import webhook_kit, webhooks
from govdesk.services.deliveries import Delivery
from govdesk.services.link import Link
from govdesk.services.redelivery import What
from govdesk.services.webhooks import Webhook

_NO_WEBHOOK: Final = "There is no webhook that you may see, so nothing is sent."


class LogActs(QObject):
    """Opens the dialogs over the window of `part`. It knows the endpoints by name.

    `known` follows a reading of the endpoints; `redelivered` what was queued, `delivery_wanted`
    carries the id of a delivery to show.
    """

    trouble = Signal(object)
    noted = Signal(str)
    known = Signal()
    redelivered = Signal()
    delivery_wanted = Signal(str)

    def __init__(self, link: Link, jobs: Jobs, zone: tzinfo, choose: ChooseFile, part: QWidget):
        super().__init__(part)
        self._link, self._jobs, self._choose, self._part = link, jobs, choose, part
        self.zone = zone
        self.system: str | None = None
        """The system whose endpoints are meant; None for all."""
        self.endpoints: list[tuple[str, str]] = []

    def take_webhooks(self, found: Sequence[Webhook]) -> None:
        """Know these endpoints."""
        self.endpoints = [(one.id, one.name) for one in found]
        self.known.emit()

    def read_endpoints(self, then: Callable[[], object] | None = None) -> None:
        """Ask which endpoints there are; `then` follows if there are any."""
        system = self.system

        def work(task: Task) -> list[Webhook]:
            with borrowed(self._link, "background", task) as session:
                return webhooks.list_webhooks(session, system)

        def take(found: list[Webhook]) -> None:
            if system != self.system:
                return
            self.take_webhooks(found)
            if then is not None:
                then() if found else self.noted.emit(_NO_WEBHOOK)

        self._jobs.start(
            work, owner=self, on_result=take, on_error=self.trouble.emit, lane="background"
        )

    def _name_of(self, which: str | None) -> str:
        return next((name for one, name in self.endpoints if one == which), "")

    # Sending again

    def redeliver(
        self, which: str | None, what: What = "failed", delivery: Delivery | None = None
    ) -> None:
        """Open the rehearsal, of one endpoint or with a choice of them."""
        name = delivery.webhook if delivery is not None else self._name_of(which)
        dialog = RedeliverDialog(
            self._link, self._jobs, which, name, self.zone, self._part.window(), what=what,
            delivery=delivery, endpoints=self.endpoints,
        )  # fmt: skip
        dialog.redelivered.connect(self._on_redelivered)
        dialog.trouble.connect(self.trouble)
        dialog.open()

    @Slot(str)
    def _on_redelivered(self, words: str) -> None:
        self.noted.emit(words)
        self.redelivered.emit()

    # Why not

    def ask_why(self, which: str | None, seq: int | None = None) -> None:
        """Open “Why was this not sent?”; with `seq`, the answer comes at once."""
        if not self.endpoints:
            # Asked from the timeline, perhaps, before anybody looked here.
            self.read_endpoints(partial(self._ask_why, which, seq))
        else:
            self._ask_why(which, seq)

    def _ask_why(self, which: str | None, seq: int | None) -> None:
        window = self._part.window()
        dialog = WhyDialog(self._link, self._jobs, self.endpoints, which, window, seq)
        dialog.delivery_wanted.connect(self.delivery_wanted)
        dialog.trouble.connect(self.trouble)
        dialog.open()

    # The kit

    @Slot(object)
    def save_kit(self, delivery: Delivery) -> None:
        """Write a zip with which anybody can check the signature of a delivery, offline."""
        name = f"govdesk-delivery-{delivery.message_id}.zip"
        path = self._choose(self._part, "Save verifier kit", name, "Zip (*.zip)")
        if not path:
            return

        def work(task: Task) -> Path:
            with borrowed(self._link, "export", task) as session:
                return webhook_kit.kit(session, delivery.id, Path(path), overwrite=True)

        self._jobs.start(
            work,
            owner=self,
            on_result=self._on_kit,
            on_error=self.trouble.emit,
            lane="export",
            title=f"Verifier kit {Path(path).name}",
            visible=True,
        )

    def _on_kit(self, path: Path) -> None:
        self.noted.emit(f"{path.name} is written. It checks the signature without GovDesk.")

    # Copies

    @Slot(object)
    def say_copied(self, count: int) -> None:
        """Say how many rows are on the clipboard."""
        self.noted.emit("1 row copied" if count == 1 else f"{count:,} rows copied")

    @Slot(object)
    def say_too_many(self, count: int) -> None:
        """Say how many would be."""
        self.noted.emit(f"{count:,} rows are too many for the clipboard (up to {MOST_ROWS:,}).")
