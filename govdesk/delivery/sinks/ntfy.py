"""A topic of ntfy: one short notice an event, as loud as the event is grave."""

from __future__ import annotations

import json
from typing import Final

from govdesk.delivery.egress import Guard
from govdesk.delivery.egress_line import Broken
from govdesk.delivery.endpoint import Endpoint, Event
from govdesk.delivery.ntfy import cut, encoded
from govdesk.delivery.payload import custom_headers
from govdesk.delivery.report import Report
from govdesk.delivery.sinks import facts
from govdesk.delivery.sinks.answers import judged, refused
from govdesk.delivery.sinks.attempt import Attempt
from govdesk.delivery.sinks.dialling import AGENT, bearer, wire_of
from govdesk.delivery.wire import Reply
from govdesk.domain.problem import Problem

PRIORITIES: Final = {"info": "2", "notice": "3", "warning": "4", "high": "5"}
_NORMAL: Final = "3"
_ORDERS: Final = (
    "title", "t", "ti", "message", "m", "priority", "prio", "p", "tags", "tag", "ta", "click",
    "actions", "action", "attach", "a", "filename", "file", "f", "delay", "at", "in", "email",
    "e-mail", "mail", "e", "call", "markdown", "md", "icon", "cache", "firebase", "unifiedpush",
    "up", "poll", "poll-id", "sequence-id", "sid", "template", "tpl",
)  # fmt: skip
_THEIRS: Final = frozenset({*_ORDERS, *(f"x-{name}" for name in _ORDERS)})
"""What ntfy reads as orders, with or without ``X-``: custom headers give it none."""
_WORDS: Final = {
    401: ("it does not accept the token", "Check the token of this webhook."),
    403: ("the token may not write to this topic", "Let it publish to the topic on the server."),
    404: ("there is no topic of ntfy at this path", "Enter the server's address and one topic."),
    413: ("it finds the notice too long", "Ask who runs the server."),
    429: ("it has had too many notices", "Subscribe to fewer events, or lower the throttle."),
    507: ("its storage is full", "Ask who runs the server."),
}


class Ntfy:
    """Delivered once the server has given the notice an id."""

    def __init__(self, endpoint: Endpoint, guard: Guard):
        self._endpoint, self._wire = endpoint, wire_of(endpoint, guard)

    def send(self, event: Event, seconds: float) -> Report:
        """Try once."""
        attempt = Attempt(self._endpoint, event, seconds)
        try:
            text = cut(self._text(event)).encode()
            headers = self._headers(event)
            attempt.asks(headers, text)
            reply = self._wire.post(headers, text, attempt.deadline, attempt.trail)
        except Problem as problem:
            return attempt.failed(problem)
        return self._judged(attempt, reply)

    def tidy(self) -> None:
        """Close kept connections that are too old to be used."""
        self._wire.tidy()

    def close(self) -> None:
        """Close all."""
        self._wire.close()

    def _text(self, event: Event) -> str:
        words = facts.words(self._endpoint, event)
        return f"{words}\n{event.system}" if event.system else words

    def _headers(self, event: Event) -> list[tuple[str, str]]:
        settings = self._endpoint.settings
        priority = settings.get("priority", "auto")
        if priority not in PRIORITIES.values() and priority != "1":
            is_event = event.row is not None
            priority = PRIORITIES.get(facts.severity(event), _NORMAL) if is_event else _NORMAL
        tags = [one.strip() for one in settings.get("tags", "").split(",")]
        made = [
            AGENT,
            ("content-type", "text/plain; charset=utf-8"),
            ("title", encoded(f"GovDesk: {facts.kind(event)}")),
            ("priority", priority),
        ]
        if any(tags):
            made.append(("tags", ",".join(one for one in tags if one)))
        return [*made, *bearer(self._endpoint), *custom_headers(self._endpoint, _THEIRS)]

    def _judged(self, attempt: Attempt, reply: Reply) -> Report:
        host = self._wire.host
        if 200 <= reply.status < 300 and not _has_id(reply.body):
            problem = Broken(
                f"{host} answers {reply.status}, but not as ntfy does.",
                "Enter the server's address and one topic, as https://ntfy.example.com/on-call.",
            )
            return attempt.report("protocol", problem.sentence, problem.remedy, reply=reply)
        if reply.status in _WORDS:
            return refused(attempt, reply, host, *_WORDS[reply.status])
        return judged(attempt, reply, host)


def _has_id(body: bytes) -> bool:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and bool(found.get("id"))
