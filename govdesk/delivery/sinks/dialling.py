"""What the sinks have in common on their way out: the wire, the encryption, the token."""

from __future__ import annotations

from typing import Final

from govdesk import __version__
from govdesk.delivery.egress import Guard
from govdesk.delivery.egress_hosts import Refused
from govdesk.delivery.endpoint import Endpoint
from govdesk.delivery.http import PROTOCOL, read_url
from govdesk.delivery.wire import Wire
from govdesk.delivery.wire_tls import Encryption
from govdesk.domain.problem import Problem

AGENT: Final = ("user-agent", f"GovDesk/{__version__}")


def wire_of(endpoint: Endpoint, guard: Guard, below: str = "") -> Wire:
    """The endpoint's wire, to its URL with a path added; raises `Problem`."""
    place = read_url(endpoint.url.rstrip("/") + below if below else endpoint.url)
    if place.scheme != "https":
        raise Refused("url", "The URL does not begin with https://.", "Use https://.")
    return Wire(guard, place, encryption_of(endpoint, PROTOCOL))


def encryption_of(endpoint: Endpoint, protocol: str = "") -> Encryption:
    """The endpoint's own authority, name and certificate; raises `Problem`."""
    return Encryption.of(
        endpoint.settings.get("ca", ""),
        endpoint.client_certificate,
        endpoint.client_key,
        endpoint.settings.get("server_name", ""),
        protocol,
    )


def bearer(endpoint: Endpoint, scheme: str = "Bearer") -> list[tuple[str, str]]:
    """The token in its header, never in a URL; raises `Problem` for what no header can carry."""
    token = endpoint.token.strip()
    if not (token.isascii() and token.isprintable()):
        raise Problem(
            "The token of this webhook has a character that no header can carry.",
            "Correct the token where it is kept.",
        )
    return [("authorization", f"{scheme} {token}")] if token else []
