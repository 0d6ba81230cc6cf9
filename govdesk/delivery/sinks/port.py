"""What the worker holds of an endpoint: something that sends, and keeps connections meanwhile."""

from __future__ import annotations

from typing import Final, Protocol

from govdesk.delivery.endpoint import Event
from govdesk.delivery.report import Report

PORTS: Final = {
    "webhook": frozenset({443, 8443}),
    "splunk": frozenset({443, 8088}),
    "syslog": frozenset({6514}),
    "ntfy": frozenset({443, 8443}),
}
"""Ports of public addresses that a kind may use without anybody opening them."""


class Sink(Protocol):
    """One endpoint's; several senders may use it at once."""

    def send(self, event: Event, seconds: float) -> Report:
        """Try once, for at most so many seconds; never raises a `Problem`."""
        ...

    def tidy(self) -> None:
        """Close kept connections that are too old to be used."""
        ...

    def close(self) -> None:
        """Close all; who is sending may finish."""
        ...
