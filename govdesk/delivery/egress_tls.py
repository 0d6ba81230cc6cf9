"""TLS over a connection that the guard dialled, and what there is to say about it."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, Literal

from govdesk.delivery.egress_deadline import Deadline
from govdesk.domain.problem import Problem

_DAY: Final = 86_400
_EXPIRED, _NOT_YET, _WRONG_HOST, _WRONG_ADDRESS = 10, 9, 62, 64


class NotTrusted(Problem):
    """The certificate does not prove that this is the host."""


class NotReadable(Problem):
    """The certificate of an authority of one's own cannot be read, so nobody can be trusted."""


class NoTls(Problem):
    """The other side does not speak TLS, or no version that we take."""


@dataclass(slots=True)
class Trail:
    """What one connection met on its way; a stage that was not needed has no milliseconds."""

    address: str = ""
    tls: str = ""
    days_left: int | None = None
    dns_ms: float | None = None
    tcp_ms: float | None = None
    tls_ms: float | None = None
    first_byte_ms: float | None = None

    @contextmanager
    def lasting(self, stage: Literal["dns_ms", "tcp_ms", "tls_ms"]) -> Iterator[None]:
        """Note how long a stage takes, also when it fails."""
        began = time.perf_counter()
        try:
            yield
        finally:
            setattr(self, stage, (time.perf_counter() - began) * 1000)

    @property
    def words(self) -> list[str]:
        """One item each for the address, the TLS version and the certificate."""
        certificate = "" if self.days_left is None else _days(self.days_left)
        return [one for one in (self.address, self.tls, certificate) if one]


class _Settled(ssl.SSLContext):
    """What it offers is said once.

    OpenSSL copies that list at each handshake, without Python's lock; setting it anew, as clients
    of HTTP do at each connection, would free what another thread is copying.
    """

    def offer(self, protocol: str) -> None:
        """Name the protocol that is spoken inside (ALPN, RFC 7301)."""
        super().set_alpn_protocols([protocol])

    def set_alpn_protocols(self, alpn_protocols: Iterable[str]) -> None:
        """Keep what was offered."""


@lru_cache(maxsize=16)
def context(ca: str = "", protocol: str = "") -> ssl.SSLContext:
    """A shared `new_context`: whoever has one changes nothing about it.

    Raises `NotReadable` (exit code 2) for an unreadable `ca`.
    """
    return new_context(ca, protocol)


def new_context(ca: str = "", protocol: str = "") -> ssl.SSLContext:
    """TLS 1.2 or newer with full verification, against the system's authorities or `ca` (PEM).

    It offers `protocol` where there is one, as ``http/1.1``. The environment has no say in it.
    Raises `NotReadable` (exit code 2) for an unreadable `ca`.
    """
    made = _Settled(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    if protocol:
        made.offer(protocol)
    if not ca.strip():
        made.load_default_certs()
        return made
    try:
        made.load_verify_locations(cadata=ca)
    except (ssl.SSLError, ValueError):
        raise NotReadable(
            "The certificate of the authority cannot be read.",
            "Paste it as PEM text, from BEGIN CERTIFICATE to END CERTIFICATE.",
            exit_code=2,
        ) from None
    return made


def encrypt(
    plain: socket.socket, host: str, trust: ssl.SSLContext, deadline: Deadline, trail: Trail
) -> ssl.SSLSocket:
    """Shake hands as the client; raises `NotTrusted`, `NoTls` or `TooSlow`."""
    with trail.lasting("tls_ms"), explained(host, deadline):
        plain.settimeout(deadline.left())
        secure = trust.wrap_socket(plain, server_hostname=host)
        note(secure, trail)
        return secure


@contextmanager
def explained(host: str, deadline: Deadline) -> Iterator[None]:
    """Turn what a handshake raises into sentences about `host`."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise _not_trusted(host, error) from error
    except TimeoutError as error:
        raise deadline.over() from error
    except (ssl.SSLError, ConnectionError) as error:
        raise NoTls(
            f"{host} does not answer with TLS 1.2 or newer.",
            "Check the port, and that the service is set up for encryption.",
        ) from error


def note(secure: ssl.SSLSocket, trail: Trail) -> None:
    """Keep the TLS version and how long the certificate is good."""
    trail.tls = (secure.version() or "").replace("TLSv", "TLS ")
    trail.days_left = _days_left(secure.getpeercert())


def _days_left(certificate: dict[str, Any] | None) -> int | None:
    if not certificate or "notAfter" not in certificate:
        return None
    end = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    return int((end - datetime.now(UTC).timestamp()) // _DAY)


def _days(count: int) -> str:
    return f"certificate good for {count} more day{'' if count == 1 else 's'}"


def _not_trusted(host: str, error: ssl.SSLCertVerificationError) -> NotTrusted:
    if error.verify_code in (_WRONG_HOST, _WRONG_ADDRESS):
        return NotTrusted(
            f"The certificate shown is not made out to {host}.",
            "Enter the host by the name in its certificate.",
        )
    if error.verify_code == _EXPIRED:
        return NotTrusted(f"The certificate of {host} has expired.", "Have it renewed.")
    if error.verify_code == _NOT_YET:
        return NotTrusted(
            f"The certificate of {host} is not valid yet.", "Check this machine's clock."
        )
    return NotTrusted(
        f"The certificate of {host} cannot be verified: {error.verify_message}.",
        "If your own authority issued it, enter that authority's certificate.",
    )
