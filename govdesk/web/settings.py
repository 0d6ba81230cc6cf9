"""Where the pages are reached, and which proxies may say how."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from govdesk.delivery.addresses import web_base
from govdesk.domain.problem import Problem

Network = IPv4Network | IPv6Network
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Settings:
    """`web_url` is the address in the mails; `proxies` may say X-Forwarded-Proto and -For."""

    web_url: str
    proxies: tuple[Network, ...] = ()

    @property
    def is_https(self) -> bool:
        """Whether people reach the pages over TLS only."""
        return self.web_url.startswith("https:")

    def is_host(self, header: str) -> bool:
        """Whether a Host header names this surface."""
        return _host(f"{urlsplit(self.web_url).scheme}://{header}") == _host(self.web_url)

    def is_proxy(self, address: str) -> bool:
        """Whether a peer is one of the proxies."""
        try:
            peer = ip_address(address)
        except ValueError:
            return False
        return any(peer in network for network in self.proxies)


def settings(web_url: str, proxies: list[str]) -> Settings:
    """Read both; raises `Problem` with what is wrong."""
    base = web_base(web_url)
    parts = urlsplit(base)
    if _host(base) is None or parts.path:
        raise Problem(
            f"{base} is not an address for the pages.",
            "It looks like https://govdesk.example.com, without a path.",
            exit_code=2,
        )
    return Settings(f"{parts.scheme}://{parts.netloc.lower()}", tuple(map(_network, proxies)))


def is_address(text: str) -> bool:
    """Whether this is an IP address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise Problem(
            f"{text} is not an address range: {error}.", "It looks like 10.0.0.0/8.", exit_code=2
        ) from error


def _host(url: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(url)
        more = parts.path.strip("/") or parts.query or parts.fragment
        if not parts.hostname or more or parts.username is not None:
            return None
        return parts.hostname.rstrip("."), parts.port or _PORTS[parts.scheme]
    except ValueError:
        return None
