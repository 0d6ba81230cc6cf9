"""Channels of Splunk's collector, and what was sent on them and not confirmed yet.

A confirmation is known on its channel only (Splunk Docs, *About HTTP Event Collector Indexer
Acknowledgment*). So an endpoint keeps its channel while the worker runs, also when its sink is
opened anew.
"""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from functools import lru_cache
from typing import Final

from govdesk.delivery.endpoint import Event

_MOST: Final = 1000


class Channel:
    """One endpoint's at one address; safe for several senders."""

    def __init__(self) -> None:
        self.name = str(uuid.uuid4())
        self._unconfirmed: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, event: Event, ack: int) -> None:
        """Remember under which number an event will be confirmed."""
        with self._lock:
            self._unconfirmed[event.message_id] = ack
            self._unconfirmed.move_to_end(event.message_id)
            while len(self._unconfirmed) > _MOST:
                self._unconfirmed.popitem(last=False)

    def number_of(self, event: Event) -> int | None:
        """Under which number an event that was sent will be confirmed."""
        with self._lock:
            return self._unconfirmed.get(event.message_id)

    def forget(self, event: Event) -> None:
        """It is confirmed."""
        with self._lock:
            self._unconfirmed.pop(event.message_id, None)


@lru_cache(maxsize=1024)
def channel(endpoint_id: str, url: str) -> Channel:
    """The channel of an endpoint at an address, the same while this process runs."""
    return Channel()
