"""The egress guard: every connection that a tenant's setting leads to is dialled here.

A name is looked up once, every answer is judged, and one of those very addresses is dialled: a
name server that answers differently the second time is never asked a second time. Test and
delivery use the same guard.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from govdesk.delivery.egress_deadline import Deadline, TooSlow
from govdesk.delivery.egress_hosts import Refused, read_host, shown
from govdesk.delivery.egress_lookup import NotFound, system_addresses
from govdesk.delivery.egress_table import (
    IPAddress,
    Network,
    Verdict,
    covers_nothing_openable,
    judge,
)
from govdesk.delivery.egress_tls import Trail
from govdesk.domain.problem import Problem

__all__ = ["Address", "Guard", "NotFound", "Opening", "Refused", "TooSlow", "Unreachable"]

WEB_PORTS: Final = frozenset({80, 443, 8443})
LOOKUP_SECONDS: Final = 5.0
_WIDEST_PREFIX: Final = 8

Lookup = Callable[[str, int, Deadline], list[str]]
"""Gives the addresses of a name as text; raises `NotFound` or `TooSlow`."""


_OF_THIS_MACHINE: Final = frozenset({
    errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL, errno.EACCES, errno.EPERM,
    errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EAFNOSUPPORT,
})  # fmt: skip


class Unreachable(Problem):
    """Nobody answered at any of the addresses; `is_local` if this machine could not even ask."""

    is_local = False


@dataclass(frozen=True, slots=True)
class Address:
    """One address that may be dialled."""

    ip: IPAddress
    port: int

    def __str__(self) -> str:
        return f"[{self.ip}]:{self.port}" if self.ip.version == 6 else f"{self.ip}:{self.port}"


@dataclass(frozen=True, slots=True)
class Opening:
    """A network and a port that somebody opened for one integration."""

    network: Network
    port: int

    @classmethod
    def read(cls, text: str) -> Opening:
        """Read ``CIDR:PORT``, as in ``10.1.0.0/16:6514`` or ``[fd12::/16]:443``.

        Raises `Problem` (exit code 2), also for what nobody may open.
        """
        cidr, _, port = text.strip().rpartition(":")
        try:
            network = ipaddress.ip_network(cidr.removeprefix("[").removesuffix("]"))
            if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
                raise ValueError
        except ValueError:
            raise Problem(
                f"{shown(text)} does not name a network and a port.",
                "Write them as 10.1.0.0/16:6514 or [fd12::/16]:443.",
                exit_code=2,
            ) from None
        if network.prefixlen < _WIDEST_PREFIX or covers_nothing_openable(network):
            raise Problem(
                f"{network} cannot be opened.",
                "Name the network of the service; local links, credentials services and ranges"
                f" wider than /{_WIDEST_PREFIX} stay closed.",
                exit_code=2,
            )
        return cls(network, int(port))

    def covers(self, address: Address) -> bool:
        """Whether it opens this address and port."""
        return (
            self.port == address.port
            and self.network.version == address.ip.version
            and address.ip in self.network
        )

    def common(self, other: Opening) -> Opening | None:
        """What both of them open."""
        if self.port != other.port:
            return None
        narrow, wide = sorted((self, other), key=lambda one: -one.network.prefixlen)
        first, within = narrow.network.network_address, wide.network
        return narrow if first.version == within.version and first in within else None

    def __str__(self) -> str:
        network = f"[{self.network}]" if self.network.version == 6 else str(self.network)
        return f"{network}:{self.port}"


class Guard:
    """Decides what is dialled; `allow` is an integration's list of ``CIDR:PORT``.

    Public addresses are open at `ports`; loopback, private networks and other ports where `allow`
    names them. Metadata services are never dialled. With `is_discreet` no refusal says which
    address a name has: whoever asks is not whose name server it is.
    """

    def __init__(
        self,
        allow: Iterable[str] = (),
        *,
        ports: Iterable[int] = WEB_PORTS,
        look_up: Lookup = system_addresses,
        is_discreet: bool = False,
    ):
        self._openings = tuple(Opening.read(one) for one in allow)
        self._is_discreet = is_discreet
        self._ports = frozenset(ports)
        self._look_up = look_up

    def resolve(self, host: str, port: int, deadline: Deadline | None = None) -> list[Address]:
        """The addresses of a host, each of which may be dialled; looked up once.

        Raises `Refused` if a single one may not be, `NotFound` or `TooSlow`.
        """
        if not 0 < port < 65536:
            raise Refused("port", f"{port} is not a port.", "Enter a number from 1 to 65535.")
        named = read_host(host)
        ips = self._asked(named, port, deadline) if isinstance(named, str) else [named]
        addresses = [Address(ip, port) for ip in dict.fromkeys(ips)]
        for address in addresses:
            self._check(address, host)
        return addresses

    def _asked(self, name: str, port: int, deadline: Deadline | None) -> Sequence[IPAddress]:
        seconds = LOOKUP_SECONDS if deadline is None else deadline.left(LOOKUP_SECONDS)
        texts = self._look_up(name, port, Deadline(seconds))
        try:
            # A zone is given for the addresses of a local link, which are refused with or without.
            found = [ipaddress.ip_address(text.partition("%")[0]) for text in texts]
        except ValueError:
            raise Refused("name", f"The name server's answer for {name} is no address.") from None
        if not found:
            raise NotFound(f"No address is found for {name}.", "Check the name.")
        return found

    def _check(self, address: Address, host: str) -> None:
        verdict = judge(address.ip)
        opened = any(one.covers(address) for one in self._openings)
        if not (verdict.is_public or (opened and verdict.is_openable)):
            is_named = not self._is_discreet or shown(host).strip("[]") == str(verdict.address)
            raise _closed_address(verdict, host, address.port, is_named=is_named)
        if not opened and address.port not in self._ports:
            raise Refused(
                "port",
                f"Port {address.port} is not open for this kind of connection.",
                f"Use one of {_listed(self._ports)}, or list {_entry(address)} under “Allow private"
                " addresses”.",
            )

    def connect(
        self, host: str, port: int, deadline: Deadline, trail: Trail | None = None
    ) -> socket.socket:
        """A TCP connection to one of the addresses that `resolve` gave, tried in turn.

        Raises what `resolve` raises, and `Unreachable`.
        """
        trail = trail or Trail()
        with trail.lasting("dns_ms"):
            addresses = self.resolve(host, port, deadline)
        with trail.lasting("tcp_ms"):
            return dial(addresses, deadline, trail)


def dial(
    addresses: Sequence[Address], deadline: Deadline, trail: Trail | None = None
) -> socket.socket:
    """Connect to the first address that answers, noted in `trail`; each gets its share of time."""
    failures: list[OSError] = []
    for place, address in enumerate(addresses):
        seconds = deadline.left() / (len(addresses) - place)
        try:
            made = _dialled(address, seconds)
        except OSError as error:
            failures.append(error)
            continue
        if trail is not None:
            trail.address = str(address)
        return made
    deadline.left()
    raise _unreachable(addresses, failures) from failures[-1]


def _unreachable(addresses: Sequence[Address], failures: Sequence[OSError]) -> Unreachable:
    last = failures[-1]
    where = " or ".join(str(one) for one in addresses)
    why = "there is no answer" if isinstance(last, TimeoutError) else _reason(last)
    made = Unreachable(f"{where} cannot be reached: {why}.", "Check host, port and firewall.")
    made.is_local = all(one.errno in _OF_THIS_MACHINE for one in failures)
    return made


def _dialled(address: Address, seconds: float) -> socket.socket:
    family = socket.AF_INET6 if address.ip.version == 6 else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.settimeout(seconds)
        made.connect((str(address.ip), address.port))
        # On loopback a free port can be given to the caller itself, who then hears his own words.
        if made.getsockname() == made.getpeername():
            raise ConnectionRefusedError("connection refused")
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        with suppress(OSError):
            made.close()
        raise
    return made


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _closed_address(verdict: Verdict, host: str, port: int, *, is_named: bool) -> Refused:
    remedy = "Use a host with a public address."
    if verdict.is_openable:
        entry = _entry(Address(verdict.address, port)) if is_named else "its network and port"
        remedy = f"If this is meant, list {entry} under “Allow private addresses”."
    if verdict.kind == "metadata":
        remedy = "It gives out credentials of machines, so it is never contacted."
    if not is_named:
        return Refused(verdict.kind, f"{shown(host)} is no public address: not contacted.", remedy)
    named = "" if shown(host).strip("[]") == str(verdict.address) else f"{shown(host)} is "
    return Refused(verdict.kind, f"{named}{verdict.words}: not contacted.", remedy)


def _entry(address: Address) -> str:
    return f"[{address.ip}/128]:{address.port}" if address.ip.version == 6 else (
        f"{address.ip}/32:{address.port}"
    )  # fmt: skip


def _listed(ports: frozenset[int]) -> str:
    return ", ".join(str(port) for port in sorted(ports))
