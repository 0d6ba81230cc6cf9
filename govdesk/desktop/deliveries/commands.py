"""What the actions of the delivery log do, and when they may."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication

from govdesk.desktop.actions import Actions
from govdesk.desktop.deliveries.part import DeliveriesPart
from govdesk.services.deliveries import Delivery

Here = Callable[[], DeliveriesPart]
"""The log that is shown, of those there are; of all endpoints while none is."""


class DeliveryCommands(QObject):
    """Binds the actions of every log of a window; `here` says which one is meant.

    `seq` gives the event that the timeline is on, None without one; `shown` brings a log to the
    front.
    """

    def __init__(
        self,
        parts: Sequence[DeliveriesPart],
        actions: Actions,
        here: Here,
        seq: Callable[[], int | None],
        shown: Callable[[], object],
        parent: QObject,
    ):
        super().__init__(parent)
        self._actions, self._here, self._seq = actions, here, seq
        actions.bind("webhooks.why", self._why)
        actions.bind("timeline.why_not_sent", self._why_event)
        for name in ("redeliver", "kit", "copy_id"):
            actions.bind(f"deliveries.{name}", partial(self._of_delivery, name))
        for part in parts:
            part.selected.connect(self.refresh)
            part.delivery_shown.connect(shown)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Tell the actions whether a delivery is open."""
        self._actions.set_fact("delivery", self._open() is not None)

    def _open(self) -> Delivery | None:
        detail = self._here().detail
        return detail.story.delivery if detail.story is not None and not detail.isHidden() else None

    def _why(self) -> None:
        self._here().ask_why()

    def _why_event(self) -> None:
        seq = self._seq()
        if seq is not None:
            self._here().ask_why(seq=seq)

    def _of_delivery(self, what: str) -> None:
        delivery = self._open()
        if delivery is None:
            return
        if what == "redeliver":
            self._here().redeliver("one", delivery)
        elif what == "kit":
            self._here().acts.save_kit(delivery)
        else:
            QGuiApplication.clipboard().setText(delivery.id)
