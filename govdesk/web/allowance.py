"""How many forms one visitor may send: a bucket that fills again slowly."""

from __future__ import annotations

import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Final

from govdesk.web.intake_limits import Buckets, Rate

FORMS: Final = Rate(1.0, 300)


class Allowance:
    """Counts forms by `visitor`. For one thread; `clock` is in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._buckets = Buckets(FORMS, clock)

    def takes(self, address: str) -> bool:
        """Count one form; False if there have been too many."""
        return not self._buckets.take(visitor(address))


def visitor(address: str) -> str:
    """Who stands behind an address: of IPv6 the network of the first 64 bits, which one host has.

    A text that is no address gives an empty one.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or int(parsed) >> 64)
