"""Splunk's HTTP Event Collector: what is sent to it, and what its answers mean."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from govdesk.delivery.endpoint import Endpoint, Event
from govdesk.delivery.sinks import facts
from govdesk.delivery.wire import Reply

EVENT_PATH: Final = "/services/collector/event"
ACK_PATH: Final = "/services/collector/ack"

_TOKEN: Final = "Check the token of this webhook with who runs Splunk."
_BUSY: Final = "There is nothing to do unless it stays so."
_RUNNING: Final = "Ask who runs Splunk."
CODES: Final = {
    1: ("the token is disabled in Splunk", "Have it enabled there."),
    2: ("it was given no token", "Enter where the token of this webhook is kept."),
    3: ("it does not take the token's form", _TOKEN),
    4: ("it does not know the token", _TOKEN),
    5: ("it found no data", _RUNNING),
    6: ("it does not understand the data", _RUNNING),
    7: ("the token may not write to this index, or there is none of that name",
        "Correct the index of this webhook, or let the token write to it."),
    8: ("it has trouble of its own", _RUNNING),
    9: ("it is busy", _BUSY),
    10: ("it misses the channel", _RUNNING),
    11: ("it does not take the channel", _RUNNING),
    12: ("it misses the event in the data", _RUNNING),
    13: ("it finds the event blank", _RUNNING),
    14: ("its confirmations are switched off", "Choose not to wait for a confirmation."),
    15: ("it does not take the indexed fields", _RUNNING),
    16: ("it takes no token in the URL", _RUNNING),
    18: ("its queues are full", _BUSY),
    19: ("its confirmations are not available now", _BUSY),
    20: ("its queues are full, and its confirmations are not available", _BUSY),
    21: ("it does not take the token", _TOKEN),
    22: ("the token is disabled in Splunk", "Have it enabled there."),
    23: ("it is shutting down", _BUSY),
    24: ("its queue is at its limit", _BUSY),
    25: ("its confirmations are at their limit", _BUSY),
    26: ("its queue and its confirmations are at their limit", _BUSY),
    27: ("it finds the event too long", _RUNNING),
}  # fmt: skip
"""Splunk Docs, *Troubleshoot HTTP Event Collector*: possible error codes."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the collector says: its code, and the number of the confirmation, if there will be one.
    """  # fmt: skip

    code: int | None = None
    ack: int | None = None


def read(reply: Reply) -> Verdict:
    """Read an answer, which may be anything."""
    found = _object(reply.body)
    return Verdict(_whole(found.get("code")), _whole(found.get("ackId")))


def is_confirmed(reply: Reply, ack: int) -> bool:
    """Whether an answer about confirmations says yes to this one."""
    acks = _object(reply.body).get("acks")
    return isinstance(acks, dict) and acks.get(str(ack)) is True


def envelope(endpoint: Endpoint, event: Event, body: bytes) -> bytes:
    """The event in the collector's form; `body` stands in it byte by byte."""
    said: dict[str, object] = {
        name: endpoint.settings[name]
        for name in ("index", "source", "sourcetype")
        if endpoint.settings.get(name)
    }
    said["time"] = facts.moment(event).timestamp()
    said["fields"] = {"govdesk_event": facts.kind(event), "message_id": event.message_id}
    head = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return b'{"event":' + body + b"," + head[1:].encode("utf-8", "replace")


def question(ack: int) -> bytes:
    """The question whether an event is in the index."""
    return b'{"acks":[%d]}' % ack


def _object(body: bytes) -> dict[str, object]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
