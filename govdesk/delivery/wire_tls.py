"""The encryption of one endpoint: whom it trusts, what it shows, and what a refusal means."""

from __future__ import annotations

import ipaddress
import os
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from govdesk.delivery.egress import Address
from govdesk.delivery.egress_deadline import Deadline
from govdesk.delivery.egress_hosts import read_host
from govdesk.delivery.egress_line import Line
from govdesk.delivery.egress_tls import NoTls, NotTrusted, context, new_context
from govdesk.delivery.wire_certificates import told
from govdesk.domain.problem import Problem

_ABOUT_US: Final = (
    "CERTIFICATE_REQUIRED", "BAD_CERTIFICATE", "UNSUPPORTED_CERTIFICATE", "CERTIFICATE_REVOKED",
    "CERTIFICATE_EXPIRED", "CERTIFICATE_UNKNOWN", "UNKNOWN_CA", "ACCESS_DENIED",
)  # fmt: skip
"""Alerts (RFC 8446 §6.2) with which a server turns a client's certificate down."""


class NotAdmitted(Problem):
    """The receiver asks for a certificate of ours, or does not take the one it was shown."""


class NotUsable(Problem):
    """Our own certificate and key, wherever they are kept, cannot be shown to anybody."""


@dataclass(frozen=True, slots=True)
class Encryption:
    """How an endpoint is spoken to; `name` stands in the certificate in place of the host's."""

    context: ssl.SSLContext
    name: str = ""
    own_authority: bool = False
    shows_certificate: bool = False

    @classmethod
    def of(
        cls, ca: str = "", certificate: str = "", key: str = "", name: str = "", protocol: str = ""
    ) -> Encryption:
        """Made once for an endpoint, from PEM texts; raises `NotReadable` and `NotUsable`.

        Endpoints with the same authorities and no certificate of ours share a context: it holds
        no session and no connection of any of them.
        """
        is_shown = bool(certificate.strip() or key.strip())
        made = new_context(ca, protocol) if is_shown else context(ca, protocol)
        if is_shown:
            _show(made, certificate, key)
        return cls(made, str(read_host(name)) if name else "", bool(ca.strip()), is_shown)

    def shake(self, line: Line, host: str, deadline: Deadline) -> None:
        """Encrypt a line; raises `NotTrusted`, `NotAdmitted`, `NoTls` or `TooSlow`."""
        name, address = self.name or host, _address(line)
        try:
            line.encrypt(name, self.context)
        except NotTrusted as problem:
            raise told(
                problem, name, address, deadline, own_authority=self.own_authority
            ) from problem.__cause__
        except NoTls as problem:
            raise self.turned_down(problem.__cause__, host) or problem from problem.__cause__

    def turned_down(self, error: BaseException | None, host: str) -> NotAdmitted | None:
        """What an alert says about our certificate; TLS 1.3 sends it after the handshake."""
        reason = getattr(error, "reason", None) or ""
        if "HANDSHAKE_FAILURE" in reason:
            return NotAdmitted(
                f"{host} broke the handshake off: it may ask for a certificate of ours, or no"
                " encryption is known to both sides.",
                "Ask who runs the receiver whether it wants a client's certificate.",
            )
        if not any(words in reason for words in _ABOUT_US):
            return None
        if self.shows_certificate:
            said = reason.partition("ALERT_")[2].replace("_", " ").lower()
            return NotAdmitted(
                f"{host} does not accept the certificate of this webhook: {said}.",
                "Check the certificate and its key, and that the receiver knows their authority.",
            )
        return NotAdmitted(
            f"{host} asks for a certificate of ours, and none is entered.",
            "Enter where the client's certificate and its key are kept.",
        )


def _address(line: Line) -> Address:
    ip, port = line.socket.getpeername()[:2]
    return Address(ipaddress.ip_address(ip.partition("%")[0]), port)


def _show(made: ssl.SSLContext, certificate: str, key: str) -> None:
    text = f"{certificate.strip()}\n{key.strip()}\n"
    try:
        with _readable(text.encode("ascii")) as path:
            # Without it an encrypted key would make OpenSSL ask at the terminal.
            made.load_cert_chain(path, password=lambda: "")
    except (ssl.SSLError, ValueError):
        raise NotUsable(
            "The client's certificate and key cannot be used together.",
            "Keep both as PEM texts that belong together, the key without a password.",
            exit_code=2,
        ) from None


@contextmanager
def _readable(data: bytes) -> Iterator[str]:
    """A path for OpenSSL, which reads keys from files only; in memory where the system can."""
    if hasattr(os, "memfd_create") and Path("/proc/self/fd").is_dir():
        with os.fdopen(os.memfd_create("certificate", os.MFD_CLOEXEC), "wb") as file:
            file.write(data)
            file.flush()
            yield f"/proc/self/fd/{file.fileno()}"
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "certificate.pem"
        path.touch(mode=0o600)
        path.write_bytes(data)
        yield str(path)
