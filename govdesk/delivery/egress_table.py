"""Which addresses a tenant's setting may make this machine dial: one table, our own.

``ipaddress`` is used to read text only. Its ``is_private`` and ``is_global`` change between patch
releases of Python and let half of a hostile corpus through; what follows is arithmetic on the
IANA special-purpose registries (RFC 6890), the addresses on which clouds serve credentials, and
the ways to write an IPv4 address inside an IPv6 one.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

OPENABLE: Final = frozenset({"loopback", "private", "shared"})
"""What an integration's ``allow`` may open; everything else in the table stays refused."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`kind` is ``public``, or why not; `inner` is the IPv4 address written inside, if any."""

    address: IPAddress
    kind: str
    inner: ipaddress.IPv4Address | None = None

    @property
    def is_public(self) -> bool:
        """Whether it may be dialled without anybody opening it."""
        return self.kind == "public"

    @property
    def is_openable(self) -> bool:
        """Whether ``allow`` may open it."""
        return self.kind in OPENABLE

    @property
    def words(self) -> str:
        """The address and what it is, for a sentence."""
        inside = f", which hides {self.inner}" if self.inner is not None else ""
        return f"{self.address} ({_WORDS[self.kind]}{inside})"


_WORDS: Final = {
    "public": "a public address",
    "loopback": "this machine itself",
    "private": "a private network",
    "shared": "a carrier's shared network",
    "link-local": "the local link",
    "metadata": "a cloud's credentials service",
    "multicast": "a multicast group",
    "unspecified": "no address",
    "reserved": "a reserved range",
    "documentation": "a range for examples",
    "benchmarking": "a range for benchmarks",
    "embedded": "an IPv4 address in disguise",
}

# The first that holds an address decides, so the metadata services come before their networks.
_FOUR: Final = (
    ("169.254.169.254/32", "metadata"),  # AWS, Azure, Google, OpenStack, DigitalOcean
    ("169.254.170.0/24", "metadata"),  # AWS containers: task and pod credentials
    ("168.63.129.16/32", "metadata"),  # Azure's platform address, in public space
    ("192.0.0.192/32", "metadata"),  # Oracle
    ("100.100.100.200/32", "metadata"),  # Alibaba
    ("0.0.0.0/8", "unspecified"),  # RFC 791; 0.0.0.0 reaches this machine
    ("10.0.0.0/8", "private"),  # RFC 1918
    ("100.64.0.0/10", "shared"),  # RFC 6598
    ("127.0.0.0/8", "loopback"),  # RFC 1122
    ("169.254.0.0/16", "link-local"),  # RFC 3927
    ("172.16.0.0/12", "private"),  # RFC 1918
    ("192.0.0.0/24", "reserved"),  # RFC 6890
    ("192.0.2.0/24", "documentation"),  # RFC 5737
    ("192.31.196.0/24", "reserved"),  # AS112, RFC 7535
    ("192.52.193.0/24", "reserved"),  # AMT, RFC 7450
    ("192.88.99.0/24", "reserved"),  # 6to4 relays, RFC 7526
    ("192.168.0.0/16", "private"),  # RFC 1918
    ("192.175.48.0/24", "reserved"),  # AS112, RFC 7534
    ("198.18.0.0/15", "benchmarking"),  # RFC 2544
    ("198.51.100.0/24", "documentation"),  # RFC 5737
    ("203.0.113.0/24", "documentation"),  # RFC 5737
    ("224.0.0.0/4", "multicast"),  # RFC 5771
    ("240.0.0.0/4", "reserved"),  # RFC 1112, and broadcast
)
_SIX: Final = (
    ("fd00:ec2::/32", "metadata"),  # AWS
    ("fd20:ce::254/128", "metadata"),  # Google
    ("fd00:c1::a9fe:a9fe/128", "metadata"),  # Oracle
    ("fd00:42::42/128", "metadata"),  # Scaleway
    ("::1/128", "loopback"),  # RFC 4291
    ("::/128", "unspecified"),  # RFC 4291
    ("::/8", "embedded"),  # RFC 4291 §2.5.5, RFC 6052, RFC 8215
    ("2002::/16", "embedded"),  # 6to4, RFC 3056
    ("2001::/32", "embedded"),  # Teredo, RFC 4380
    ("2001:2::/48", "benchmarking"),  # RFC 5180
    ("2001:db8::/32", "documentation"),  # RFC 3849
    ("3fff::/20", "documentation"),  # RFC 9637
    ("2001::/23", "reserved"),  # IETF protocols, ORCHID
    ("2620:4f:8000::/48", "reserved"),  # AS112, RFC 7534
    ("3ffe::/16", "reserved"),  # 6bone, RFC 3701
    ("fc00::/7", "private"),  # RFC 4193
    ("fe80::/10", "link-local"),  # RFC 4291
    ("fec0::/10", "reserved"),  # site-local of old, RFC 3879
    ("ff00::/8", "multicast"),  # RFC 4291
    ("2000::/3", "public"),  # RFC 4291: all that is allotted
    ("::/0", "reserved"),  # 5f00::/16 (RFC 9602) and whatever comes next
)


@dataclass(frozen=True, slots=True)
class _Row:
    first: int
    last: int
    kind: str


def _row(text: str, kind: str) -> _Row:
    network = ipaddress.ip_network(text)
    first = int(network.network_address)
    return _Row(first, first + network.num_addresses - 1, kind)


_IPV4: Final = tuple(_row(*one) for one in (*_FOUR, ("0.0.0.0/0", "public")))
_IPV6: Final = tuple(_row(*one) for one in _SIX)
_NAT64: Final = 0x0064_FF9B << 96
_ISATAP: Final = frozenset({0x0000_5EFE, 0x0200_5EFE})


def judge(address: IPAddress) -> Verdict:
    """Say what an address is; never asks the network or the interpreter's own tables."""
    if isinstance(address, ipaddress.IPv4Address):
        return Verdict(address, _kind(_IPV4, int(address)))
    number = int(address)
    if number >> 32 == _NAT64 >> 32:
        return _by_inner(address, number & 0xFFFF_FFFF)
    for inner in _hidden(number):
        if not judge(inner).is_public:
            return Verdict(address, "embedded", inner)
    return Verdict(address, _kind(_IPV6, number))


def covers_nothing_openable(network: Network) -> bool:
    """Whether a network lies wholly in one range that nobody may open."""
    rows = _IPV4 if network.version == 4 else _IPV6
    first, last = int(network.network_address), int(network.broadcast_address)
    row = next(row for row in rows if row.first <= first <= row.last)
    return last <= row.last and row.kind not in OPENABLE | {"public"}


def _kind(rows: tuple[_Row, ...], number: int) -> str:
    return next(row.kind for row in rows if row.first <= number <= row.last)


def _by_inner(address: IPAddress, number: int) -> Verdict:
    """NAT64's well-known prefix (RFC 6052) reaches the IPv4 address, so that decides."""
    inner = ipaddress.IPv4Address(number)
    return Verdict(address, "public" if judge(inner).is_public else "embedded", inner)


def _hidden(number: int) -> Iterator[ipaddress.IPv4Address]:
    """The IPv4 addresses written inside an IPv6 address other than ``::`` and ``::1``."""
    low = number & 0xFFFF_FFFF
    if number >> 120 == 0 and number > 1:
        yield ipaddress.IPv4Address(low)
    if number >> 112 == 0x2002:
        yield ipaddress.IPv4Address(number >> 80 & 0xFFFF_FFFF)
    if number >> 96 == 0x2001_0000:
        yield ipaddress.IPv4Address(low ^ 0xFFFF_FFFF)
        yield ipaddress.IPv4Address(number >> 64 & 0xFFFF_FFFF)
    if number >> 32 & 0xFFFF_FFFF in _ISATAP:
        yield ipaddress.IPv4Address(low)
