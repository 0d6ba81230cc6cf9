"""Hosts as a setting names them: a plain name or a plain address, nothing in between.

Programs disagree about ``0x7f.1``, ``127.1``, ``2130706433`` and fullwidth dots. Whoever means an
address can write it plainly, so the odd forms are refused instead of being interpreted.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import Final

import idna

from govdesk.delivery.egress_table import IPAddress
from govdesk.domain.problem import Problem

_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
_PLAIN: Final = re.compile(r"(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})")
_STRANGE: Final = re.compile(r"[\s@/\\?#]")
_LONGEST: Final = 253


class Refused(Problem):
    """The guard does not dial; `reason` is one word of its kinds."""

    def __init__(self, reason: str, sentence: str, remedy: str = ""):
        super().__init__(sentence, remedy)
        self.reason = reason


def read_host(text: str) -> str | IPAddress:
    """The host a setting names: an address, or a name in ASCII and lower case (RFC 5891).

    Raises `Refused` (``literal`` for an address in an odd form, ``name`` for anything else).
    """
    if _STRANGE.search(text):
        raise _no_name(text)
    if text.startswith("[") and text.endswith("]"):
        return _ipv6(text[1:-1])
    if ":" in text:
        return _ipv6(text)
    name = _ascii(text)
    if _NUMBER.fullmatch(name.rstrip(".").rpartition(".")[2]):
        return _ipv4(name)
    name = name.removesuffix(".")
    if len(name) > _LONGEST or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise _no_name(text)
    return name


def _ipv6(text: str) -> IPAddress:
    """A zone (``%eth0``) names an interface of this machine, so it is none of a setting's."""
    try:
        if "%" in text or not text.isascii():
            raise ValueError
        return ipaddress.IPv6Address(text)
    except ValueError:
        raise Refused(
            "literal",
            f"{shown(text)} is not an IPv6 address.",
            "Enter the host alone, without a port.",
        ) from None


def _ipv4(text: str) -> IPAddress:
    try:
        if not _PLAIN.fullmatch(text):
            raise ValueError
        return ipaddress.IPv4Address(text)
    except ValueError:
        raise Refused(
            "literal",
            f"{shown(text)} is an address in an unusual form.",
            "Write an IPv4 address as four numbers from 0 to 255, such as 203.0.113.7.",
        ) from None


def _ascii(text: str) -> str:
    """Without mapping: what only looks like a dot, a digit or nothing at all is refused."""
    if text.isascii():
        return _checked(text.lower(), text)
    name = unicodedata.normalize("NFC", text).lower()
    if any(unicodedata.category(c)[0] in "CNZ" and not c.isascii() for c in name):
        raise _no_name(text)
    try:
        return idna.encode(name, strict=True, std3_rules=True).decode("ascii")
    except idna.IDNAError:
        raise _no_name(text) from None


def _checked(name: str, text: str) -> str:
    """Labels that claim to be encoded must decode to what would encode to them."""
    try:
        for label in name.split("."):
            if label.startswith("xn--") and idna.encode(idna.decode(label)).decode() != label:
                raise _no_name(text)
    except idna.IDNAError:
        raise _no_name(text) from None
    return name


def _no_name(text: str) -> Refused:
    return Refused(
        "name",
        f"{shown(text)} is not the name of a host.",
        "Enter a name such as siem.example.com, without spaces, users or paths.",
    )


def shown(text: str) -> str:
    """A host for a sentence: what deceives the eye is written out, `user:password@` left out."""
    tail = text.rpartition("@")[2][:80]
    is_plain = tail.isprintable() and unicodedata.normalize("NFKC", tail) == tail
    return (tail if is_plain else ascii(tail)[1:-1]) or "An empty text"
