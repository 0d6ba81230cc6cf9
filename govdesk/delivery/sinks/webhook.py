"""A webhook: the body by POST, signed (Standard Webhooks 1.0.0)."""

from __future__ import annotations

import time

from govdesk.delivery import payload
from govdesk.delivery.egress import Guard
from govdesk.delivery.endpoint import Endpoint, Event
from govdesk.delivery.report import Report
from govdesk.delivery.sinks.answers import judged
from govdesk.delivery.sinks.attempt import Attempt
from govdesk.delivery.sinks.dialling import AGENT, bearer, wire_of
from govdesk.domain.problem import Problem


class Webhook:
    """Delivered once the receiver answers 2xx."""

    def __init__(self, endpoint: Endpoint, guard: Guard):
        self._endpoint, self._wire = endpoint, wire_of(endpoint, guard)

    def send(self, event: Event, seconds: float) -> Report:
        """Try once."""
        attempt = Attempt(self._endpoint, event, seconds)
        try:
            body = payload.body(self._endpoint, event)
            headers = [AGENT, *payload.headers(self._endpoint, event, body, time.time())]
            headers += bearer(self._endpoint)
            attempt.asks(headers, body)
            reply = self._wire.post(headers, body, attempt.deadline, attempt.trail)
        except Problem as problem:
            return attempt.failed(problem)
        return judged(attempt, reply, self._wire.host)

    def tidy(self) -> None:
        """Close kept connections that are too old to be used."""
        self._wire.tidy()

    def close(self) -> None:
        """Close all."""
        self._wire.close()
