"""What the actions of the delivery log do, and when they may."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication

from govdesk.desktop.actions import Actions
from govdesk.desktop.deliveries.part import DeliveriesPart
from govdesk.services.deliveries import Delivery


class Logs(Protocol):
    """The delivery logs of a window, of which one is meant at a time."""

    def log(self) -> DeliveriesPart:
        """That one."""

    def built_log(self) -> DeliveriesPart | None:
        """That one, None as long as nobody has seen it."""

    def show_log(self) -> object:
        """Bring it to the front."""


class DeliveryCommands(QObject):
    """Binds the actions of every log of a window.

    `seq` gives the event that the timeline is on, None without one.
    """

    def __init__(
        self, logs: Logs, actions: Actions, seq: Callable[[], int | None], parent: QObject
    ):
        super().__init__(parent)
        self._logs, self._actions, self._seq = logs, actions, seq
        actions.bind("webhooks.why", self._why)
        actions.bind("timeline.why_not_sent", self._why_event)
        for name in ("redeliver", "kit", "copy_id"):
            actions.bind(f"deliveries.{name}", partial(self._of_delivery, name))
        self.refresh()

    def watch(self, part: DeliveriesPart) -> None:
        """Follow what is open in one of the logs."""
        part.selected.connect(self.refresh)
        part.delivery_shown.connect(self._logs.show_log)

    @Slot()
    def refresh(self) -> None:
        """Tell the actions whether a delivery is open."""
        self._actions.set_fact("delivery", self._open() is not None)

    def _open(self) -> Delivery | None:
        log = self._logs.built_log()
        if log is None or log.detail.story is None or log.detail.isHidden():
            return None
        return log.detail.story.delivery

    def _why(self) -> None:
        self._logs.log().ask_why()

    def _why_event(self) -> None:
        seq = self._seq()
        if seq is not None:
            self._logs.log().ask_why(seq=seq)

    def _of_delivery(self, what: str) -> None:
        delivery = self._open()
        if delivery is None:
            return
        if what == "redeliver":
            self._logs.log().redeliver("one", delivery)
        elif what == "kit":
            self._logs.log().acts.save_kit(delivery)
        else:
            QGuiApplication.clipboard().setText(delivery.id)
