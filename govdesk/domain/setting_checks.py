"""Checks of what is entered for a connection: each returns what is wrong, or an empty text."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_interface, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

from govdesk.domain.secret_references import NotAReference, is_reference

Check = Callable[[str], str]

WIDEST_PREFIX: Final = 8
"""An opening of a shorter prefix would be half of the internet."""

_LABEL: Final = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_OPENING: Final = re.compile(r"\[?([0-9A-Fa-f.:]+/[0-9]{1,3})\]?:([0-9]{1,5})")
_TOPIC: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_REGION: Final = re.compile(r"[a-z0-9-]{2,32}")
_SENDER: Final = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
_CERTIFICATE: Final = re.compile(
    r"\s*(?:-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+"
)
_BAD_HOST: Final = (
    "Enter a name or an address alone, for example db.example.com or 10.20.4.11; the port has a"
    " field of its own."
)
_BAD_URL: Final = "Enter a whole address, for example https://service.example.com/path."


def host(text: str) -> str:
    """A host name of the DNS, or an IPv4 or IPv6 address."""
    return "" if _is_host(text) else _BAD_HOST


def port(text: str) -> str:
    """1 to 65535."""
    is_port = text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) < 65_536
    return "" if is_port else "Enter a number from 1 to 65535."


def https(text: str) -> str:
    """A URL that begins with https://; http:// on this machine only."""
    parts = _split(text)
    if parts is None:
        return _BAD_URL
    if parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
        return "Use an address that begins with https://: what is sent would travel unencrypted."
    return _url(parts)


def http(text: str) -> str:
    """A URL that begins with https:// or http://."""
    parts = _split(text)
    return _BAD_URL if parts is None else _url(parts)


def opening(text: str) -> str:
    """CIDR:PORT, a private network and a port that a connection may reach."""
    match = _OPENING.fullmatch(text)
    if match and (meant := _whole_network(match[1])):
        return f"{match[1]} is an address inside a network. Enter {meant}:{match[2]}."
    try:
        network = ip_network(match[1]) if match else None
    except ValueError:
        network = None
    if match is None or network is None or port(match[2].lstrip("0")):
        return "Enter a network and a port, for example 10.20.0.0/16:5432 or [fd12::/64]:443."
    if network.prefixlen < WIDEST_PREFIX:
        return f"The network is too wide: at least /{WIDEST_PREFIX}."
    return ""


def _whole_network(text: str) -> str:
    """The network that holds an address such as 10.0.0.1/8, empty if it is a network already."""
    try:
        network = str(ip_network(text, strict=False))
        return "" if ip_interface(text).ip == ip_network(network).network_address else network
    except ValueError:
        return ""


def line(text: str) -> str:
    """One line without control characters."""
    return "" if text.isprintable() else "Enter one line."


def topic(text: str) -> str:
    """A topic of ntfy."""
    return "" if _TOPIC.fullmatch(text) else "Use at most 64 letters, digits, - and _."


def bucket(text: str) -> str:
    """A bucket of S3."""
    fits = _BUCKET.fullmatch(text) and ".." not in text
    return "" if fits else "Use 3 to 63 small letters, digits, dots and hyphens."


def region(text: str) -> str:
    """A region of S3."""
    return "" if _REGION.fullmatch(text) else "Enter a region as it is written, like eu-central-1."


def sender(text: str) -> str:
    """An e-mail address, loosely: the server has the last word."""
    return "" if _SENDER.fullmatch(text) else "Write it as name@example.com."


def certificate(text: str) -> str:
    """One certificate or several, as PEM."""
    if _CERTIFICATE.fullmatch(text):
        return ""
    return "Paste certificates in PEM form, from -----BEGIN CERTIFICATE----- to its end."


def reference(text: str) -> str:
    """Where a secret is kept."""
    return "" if is_reference(text) else str(NotAReference())


def one_of(*values: str) -> Check:
    """A check for one of a few words."""
    return lambda text: "" if text in values else f"Use one of {', '.join(values)}."


def _is_host(text: str) -> bool:
    address = _address(text)
    if address is not None:
        return not getattr(address, "scope_id", None)
    try:
        name = text if text.isascii() else text.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    labels = name.removesuffix(".").split(".")
    return (
        0 < len(name) < 254
        and all(map(_LABEL.fullmatch, labels))
        and not labels[-1].isdigit()
        and not labels[-1].lower().startswith("0x")
    )


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _is_loopback(name: str) -> bool:
    address = _address(name)
    return name == "localhost" or (address is not None and address.is_loopback)


def _split(text: str) -> SplitResult | None:
    """The parts of an address, if it is one; a port that is none raises late in the library."""
    if not text.isprintable() or " " in text or "\\" in text:
        return None
    try:
        parts = urlsplit(text)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return None
    is_web = parts.scheme in ("https", "http") and has_port
    return parts if is_web and _is_host(parts.hostname or "") else None


def _url(parts: SplitResult) -> str:
    if "@" in parts.netloc:
        return (
            "Names and passwords do not belong into an address. Enter the address without what"
            " stands before the @; secrets have fields of their own."
        )
    return "Leave out the # and what follows it." if parts.fragment else ""
