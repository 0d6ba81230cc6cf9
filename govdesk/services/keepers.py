"""Who keeps secrets for this process, and how they are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from govdesk.vault.references import Keepers

VAULT_SECONDS: Final = 5.0
_NEARBY: Final = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "[::1/128]",
    "[fd00::/8]",
)
"""Where a HashiCorp Vault stands; its address comes from who runs GovDesk, not from a tenant."""


def keepers_of(environment: Mapping[str, str]) -> Keepers:
    """The keepers that an environment names, HashiCorp Vault over the egress guard."""
    return Keepers(environment, http=_ask_vault)


def _ask_vault(url: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """One GET without redirects; never to a metadata service."""
    # A client of HTTP takes a while to load, and most references need none.
    from govdesk.delivery import http
    from govdesk.delivery.egress import Guard
    from govdesk.delivery.egress_deadline import Deadline

    place, time = http.read_url(url), Deadline(VAULT_SECONDS)
    guard = Guard([f"{one}:{place.port}" for one in _NEARBY], ports={place.port})
    with http.client(guard, time) as line:
        answer = http.ask(line, time, "GET", place, headers=headers)
    return answer.status, answer.body
