"""Sinks: one for each kind of receiver, behind one port."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from govdesk.delivery.egress import Guard, Lookup
from govdesk.delivery.egress_lookup import system_addresses
from govdesk.delivery.endpoint import Endpoint, Event
from govdesk.delivery.report import Report
from govdesk.delivery.sinks.attempt import Attempt
from govdesk.delivery.sinks.ntfy import Ntfy
from govdesk.delivery.sinks.port import PORTS, Sink
from govdesk.delivery.sinks.splunk import Splunk
from govdesk.delivery.sinks.syslog import Syslog
from govdesk.delivery.sinks.webhook import Webhook
from govdesk.domain.problem import Problem

__all__ = ["PORTS", "Sink", "open_sink"]

_SINKS: Final[dict[str, Callable[[Endpoint, Guard], Sink]]] = {
    "webhook": Webhook,
    "splunk": Splunk,
    "syslog": Syslog,
    "ntfy": Ntfy,
}


class _Unusable:
    """Stands for an endpoint that cannot be sent to as it is; every try says why."""

    def __init__(self, endpoint: Endpoint, problem: Problem):
        self._endpoint, self._problem = endpoint, problem

    def send(self, event: Event, seconds: float) -> Report:
        attempt = Attempt(self._endpoint, event, seconds)
        return attempt.unusable(self._problem)

    def tidy(self) -> None:
        pass

    def close(self) -> None:
        pass


def open_sink(endpoint: Endpoint, look_up: Lookup = system_addresses) -> Sink:
    """The sink of an endpoint; nothing is dialled yet.

    Raises no `Problem`: what is wrong with an address or a certificate becomes the report of every
    try, where people look for it.
    """
    try:
        guard = Guard(
            endpoint.allow,
            ports=PORTS[endpoint.kind],
            look_up=look_up,
            is_discreet=endpoint.is_shared,
        )
        return _SINKS[endpoint.kind](endpoint, guard)
    except Problem as problem:
        return _Unusable(endpoint, problem)
