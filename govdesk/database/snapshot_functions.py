"""The few functions that a filter needs and SQLite has not, for every snapshot alike."""

from __future__ import annotations

import ipaddress
import json
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

_REMEMBERED: Final = 65_536
_LONGEST_ADDRESS: Final = 64

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def nfc(text: object) -> str | None:
    """Return a text in NFC, and null for what is no text."""
    return unicodedata.normalize("NFC", text) if isinstance(text, str) else None


@lru_cache(_REMEMBERED)
def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


@lru_cache(1024)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(text)


def same_address(text: object, wanted: str) -> int:
    """Tell whether two texts are the same address, however they are written."""
    if not isinstance(text, str) or len(text) > _LONGEST_ADDRESS:
        return 0
    found = _address(text)
    return int(found is not None and found == _address(wanted))


def in_network(text: object, network: str) -> int:
    """Tell whether a text is an address in a network."""
    if not isinstance(text, str) or len(text) > _LONGEST_ADDRESS:
        return 0
    found = _address(text)
    return int(found is not None and found in _network(network))


def lacks(salts: object, fields: str) -> int:
    """Tell whether any of the named fields has no salt in a JSON object of salts."""
    try:
        found = json.loads(salts) if isinstance(salts, str) else None
    except (ValueError, RecursionError):
        found = None
    there = found.keys() if isinstance(found, dict) else ()
    return int(any(name not in there for name in fields.split()))


FUNCTIONS: Final[tuple[tuple[str, int, Callable[..., object]], ...]] = (
    ("nfc", 1, nfc),
    ("same_address", 2, same_address),
    ("in_network", 2, in_network),
    ("lacks", 2, lacks),
)
"""Name, number of arguments, function."""
