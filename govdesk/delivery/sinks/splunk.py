"""Splunk: one event a request to its HTTP Event Collector, delivered once it is in the index."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Final

from govdesk.delivery import payload
from govdesk.delivery.egress import Guard
from govdesk.delivery.egress_deadline import Deadline, TooSlow
from govdesk.delivery.egress_tls import Trail
from govdesk.delivery.endpoint import Endpoint, Event
from govdesk.delivery.report import Report
from govdesk.delivery.sinks import hec
from govdesk.delivery.sinks.answers import judged, refused
from govdesk.delivery.sinks.attempt import Attempt
from govdesk.delivery.sinks.dialling import AGENT, bearer, wire_of
from govdesk.delivery.sinks.hec_channels import channel
from govdesk.delivery.wire import Reply
from govdesk.domain.problem import Problem

_CHANNEL: Final = "x-splunk-request-channel"
_FIRST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 1.0
_QUESTION_SECONDS: Final = 5.0


class Splunk:
    """200 means only that the collector has it; an indexer's confirmation means that it is kept.

    What is not confirmed in time is remembered: the next try asks first, and sends again only if
    the answer is no; while nobody answers, it sends nothing.
    """

    def __init__(self, endpoint: Endpoint, guard: Guard):
        path = "" if endpoint.url.rstrip("/").endswith(hec.EVENT_PATH) else hec.EVENT_PATH
        self._endpoint, self._wire = endpoint, wire_of(endpoint, guard, path)
        base = self._wire.target.rpartition(hec.EVENT_PATH)[0]
        self._channel = channel(endpoint.id, endpoint.url)
        self._ack_target = f"{base}{hec.ACK_PATH}?channel={self._channel.name}"
        self._closing = threading.Event()

    def send(self, event: Event, seconds: float) -> Report:
        """Try once, the wait for the confirmation included."""
        attempt = Attempt(self._endpoint, event, seconds)
        try:
            headers = self._headers()
            body = hec.envelope(self._endpoint, event, payload.body(self._endpoint, event))
            attempt.asks(headers, body)
            earlier = self._channel.number_of(event)
            if earlier is not None and (
                answer := self._asked(headers, earlier, attempt.deadline, attempt.trail)
            ):
                self._channel.forget(event)
                return attempt.report("delivered", reply=answer)
            reply = self._wire.post(headers, body, attempt.deadline, attempt.trail)
            return self._judged(attempt, event, headers, reply)
        except Problem as problem:
            return attempt.failed(problem)

    def tidy(self) -> None:
        """Close kept connections that are too old to be used."""
        self._wire.tidy()

    def close(self) -> None:
        """Wait for no confirmation any more, and close all."""
        self._closing.set()
        self._wire.close()

    def _headers(self) -> list[tuple[str, str]]:
        return [
            AGENT,
            ("content-type", payload.CONTENT_TYPE),
            (_CHANNEL, self._channel.name),
            *bearer(self._endpoint, "Splunk"),
            *payload.custom_headers(self._endpoint, {_CHANNEL}),
        ]

    def _judged(
        self, attempt: Attempt, event: Event, headers: list[tuple[str, str]], reply: Reply
    ) -> Report:
        verdict, host = hec.read(reply), self._wire.host
        if reply.status == 200 and verdict.code == 0:
            if verdict.ack is None or self._endpoint.settings.get("ack", "auto") == "off":
                return attempt.report("delivered", reply=reply)
            return self._confirmed(attempt, event, headers, reply, verdict.ack)
        if 200 <= reply.status < 300:
            return attempt.report(
                "protocol",
                f"{host} answers {reply.status}, but not as an event collector does.",
                "Enter the collector's address with its port, without /services.",
                reply=reply,
            )
        if reply.status == 404:
            words = "there is no event collector at this address"
            return refused(attempt, reply, host, words, "Check host and port.")
        if verdict.code in hec.CODES:
            words, remedy = hec.CODES[verdict.code]
            return refused(attempt, reply, host, f"{words} (code {verdict.code})", remedy)
        return judged(attempt, reply, host)

    def _confirmed(
        self, attempt: Attempt, event: Event, headers: list[tuple[str, str]], reply: Reply, ack: int
    ) -> Report:
        """Ask, at growing distances, until the indexer has it or time is up."""
        self._channel.note(event, ack)
        pause = _FIRST_PAUSE
        try:
            while not self._closing.wait(attempt.deadline.left(pause)):
                brief = Deadline(attempt.deadline.left(_QUESTION_SECONDS))
                # A question that fails is asked again; the times of the log are the event's own.
                with suppress(Problem):
                    if self._asked(headers, ack, brief, Trail()):
                        self._channel.forget(event)
                        return attempt.report("delivered", reply=reply)
                pause = min(pause * 2, _LONGEST_PAUSE)
            return attempt.report(
                "ack",
                "The worker was stopped while it waited for Splunk's confirmation.",
                "Test it again."
                if attempt.is_test
                else "There is nothing to do: it is tried again soon.",
                reply=reply,
                blame="ours",
            )
        except TooSlow:
            return self._unconfirmed(attempt, reply)

    def _unconfirmed(self, attempt: Attempt, reply: Reply) -> Report:
        return attempt.report(
            "ack",
            f"{self._wire.host} took the event, but did not confirm within {attempt.deadline.words}"
            " that it is in the index.",
            "See whether Splunk's indexers keep up; the next try asks first, and sends again only"
            " if it is still not there.",
            reply=reply,
        )

    def _asked(
        self, headers: list[tuple[str, str]], ack: int, deadline: Deadline, trail: Trail
    ) -> Reply | None:
        """The answer that confirms, or None for any other; raises what `Wire.post` raises."""
        reply = self._wire.post(headers, hec.question(ack), deadline, trail, self._ack_target)
        return reply if reply.status == 200 and hec.is_confirmed(reply, ack) else None
