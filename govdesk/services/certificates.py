"""What certificate a server shows, and why it does not verify: libpq says only that it does not.

Asked after a connection was refused, to name the fault; nothing is ever sent over what is opened
here but the handshake (PostgreSQL's SSLRequest, then TLS).
"""

from __future__ import annotations

import socket
import ssl
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

_SSL_REQUEST: Final = struct.pack("!ii", 8, 80877103)
_TIMEOUT_SECONDS: Final = 5.0
_EXPIRED, _NOT_YET, _HOST, _ADDRESS = 10, 9, 62, 64
"""X509_V_ERR_… of OpenSSL; whatever else there is concerns the issuer."""
_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a person needs to recognise a certificate; times UTC, fingerprint SHA-256 in hex."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    valid_from: datetime
    valid_to: datetime
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a certificate does not verify: ``expired``, ``not_yet``, ``host`` or ``issuer``."""

    reason: str
    certificate: Certificate

    def sentence(self, host: str, now: datetime) -> str:
        """Say what is wrong, with the fact that shows it."""
        shown = self.certificate
        if self.reason == "expired":
            days = (now - shown.valid_to).days
            return f"The server's certificate expired on {shown.valid_to:%Y-%m-%d}{_ago(days)}."
        if self.reason == "not_yet":
            return f"The server's certificate is valid from {shown.valid_from:%Y-%m-%d} only."
        if self.reason == "host":
            return f'The server\'s certificate is for {_listed(shown.names)}, not for "{host}".'
        if shown.issuer == shown.subject:
            return f'The server\'s certificate, "{shown.subject}", was signed by nobody else.'
        return (
            f'The server\'s certificate was issued by "{shown.issuer}", which is not trusted here.'
        )

    @property
    def remedy(self) -> str:
        """Say who can mend it."""
        if self.reason == "expired":
            return "Ask the administrator to renew it."
        if self.reason == "not_yet":
            return "Check this machine's clock, then ask the administrator."
        if self.reason == "host":
            return "If it is the right server, give that name as the host; else ask who answers."
        return "Ask the administrator for the authority's certificate and give it as the CA file."


def authorities(ca_file: str) -> str:
    """Return what to give libpq as `sslrootcert`: the file, else those that this machine trusts.

    The libpq in psycopg's wheel was built elsewhere and looks for them where they are not.
    """
    if ca_file:
        return str(Path(ca_file).expanduser())
    known = ssl.get_default_verify_paths().cafile
    found = (path for path in (known, *_BUNDLES) if path and Path(path).is_file())
    return next(found, "system")


def examine(host: str, port: int, ca_file: str, *, check_host: bool) -> Finding | None:
    """Look at the server's certificate; None when it cannot be had, or now verifies."""
    try:
        certificate = _shown(host, port)
        reason = _reason(host, port, ca_file, check_host=check_host)
    except (OSError, ValueError):
        return None
    return None if reason is None else Finding(reason, certificate)


def _reason(host: str, port: int, ca_file: str, *, check_host: bool) -> str | None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = check_host
    roots = authorities(ca_file)
    if roots == "system":
        context.load_default_certs()
    else:
        context.load_verify_locations(cafile=roots)
    try:
        with _dialled(host, port) as plain, context.wrap_socket(plain, server_hostname=host):
            return None
    except ssl.SSLCertVerificationError as error:
        kinds = {_EXPIRED: "expired", _NOT_YET: "not_yet", _HOST: "host", _ADDRESS: "host"}
        return kinds.get(error.verify_code, "issuer")


def _shown(host: str, port: int) -> Certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        _dialled(host, port) as plain,
        context.wrap_socket(plain, server_hostname=host) as connection,
    ):
        der = connection.getpeercert(binary_form=True)
    assert der is not None
    return read(der)


def read(der: bytes) -> Certificate:
    """Read a certificate; raises ValueError if it is none."""
    found = x509.load_der_x509_certificate(der)
    return Certificate(
        _name(found.subject),
        _name(found.issuer),
        _names(found) or (_name(found.subject),),
        found.not_valid_before_utc,
        found.not_valid_after_utc,
        found.fingerprint(SHA256()).hex(),
    )


def _dialled(host: str, port: int) -> socket.socket:
    plain = socket.create_connection((host, port), _TIMEOUT_SECONDS)
    try:
        plain.sendall(_SSL_REQUEST)
        if plain.recv(1) != b"S":
            raise OSError("no TLS here")
    except BaseException:
        plain.close()
        raise
    return plain


def _name(name: x509.Name) -> str:
    for part in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        found = name.get_attributes_for_oid(part)
        if found:
            return str(found[0].value)
    return name.rfc4514_string()


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    return tuple(
        str(name.value)
        for name in extension.value
        if isinstance(name, (x509.DNSName, x509.IPAddress))
    )


def _listed(names: tuple[str, ...]) -> str:
    shown = [f'"{name}"' for name in names[:3]]
    return ", ".join(shown) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _ago(days: int) -> str:
    if days < 1:
        return ", today"
    return f", {days} day{'s' if days > 1 else ''} ago"


def now() -> datetime:
    """The time against which certificates are judged here."""
    return datetime.now(UTC)
