"""What is wrong with a certificate, in words that name it.

A failed verification gives a number and no certificate. So it is looked at in a second handshake
with the same address, which trusts nobody and over which nothing is sent.
"""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from govdesk.delivery.egress import Address, dial
from govdesk.delivery.egress_deadline import Deadline
from govdesk.delivery.egress_tls import NotTrusted
from govdesk.delivery.letters import one_line
from govdesk.domain.problem import Problem

_LOOKING_SECONDS: Final = 3.0
_MOST_NAMES: Final = 5
_LENGTH: Final = 80
_EXPIRED, _NOT_YET = 10, 9
_WRONG_NAME: Final = frozenset({62, 64})
_UNKNOWN: Final = frozenset({18, 19, 20, 21})
"""Self-signed, or from nobody we know: codes of X509_verify_cert_error_string(3)."""


def told(
    problem: NotTrusted, host: str, address: Address, deadline: Deadline, *, own_authority: bool
) -> NotTrusted:
    """The same refusal, with what the certificate itself says where it can be had and read."""
    code = getattr(problem.__cause__, "verify_code", 0)
    try:
        shown = look(address, host, deadline)
        return _worded(code, shown, host, own_authority=own_authority) or problem
    except (Problem, OSError, ValueError):
        return problem


def _worded(
    code: int, shown: x509.Certificate, host: str, *, own_authority: bool
) -> NotTrusted | None:
    """What a code means for this certificate; raises ValueError for one that is no proper one.

    Its parts are read only when they are asked for, and whoever made it chose its bytes.
    """
    if code == _EXPIRED:
        return _expired(shown, host)
    if code == _NOT_YET:
        return _not_yet(shown, host)
    if code in _WRONG_NAME:
        return _misnamed(shown, host)
    if code in _UNKNOWN:
        return _unknown(shown, host, own_authority=own_authority)
    return None


def look(address: Address, host: str, deadline: Deadline) -> x509.Certificate:
    """The certificate that is shown at an address; raises `Problem`, OSError or ValueError."""
    blind = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    blind.check_hostname = False
    blind.verify_mode = ssl.CERT_NONE
    brief = Deadline(deadline.left(_LOOKING_SECONDS))
    with dial([address], brief) as plain:
        plain.settimeout(brief.left())
        with blind.wrap_socket(plain, server_hostname=host) as secure:
            return x509.load_der_x509_certificate(secure.getpeercert(True) or b"")


def names(certificate: x509.Certificate) -> list[str]:
    """The hosts and addresses it is made out to; raises ValueError for an unreadable one."""
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    hosts = extension.value.get_values_for_type(x509.DNSName)
    addresses = extension.value.get_values_for_type(x509.IPAddress)
    return [one_line(one, _LENGTH) for one in (*hosts, *addresses)]


def _expired(shown: x509.Certificate, host: str) -> NotTrusted:
    end, now = shown.not_valid_after_utc, datetime.now(UTC)
    if end >= now:
        return NotTrusted(
            f"A certificate above the one of {host} has expired; {_issuer(shown)} issued that one.",
            "Have the receiver show the authority's newer certificate.",
        )
    return NotTrusted(
        f"The certificate of {host} expired on {end:%Y-%m-%d at %H:%M} UTC, {_ago(now - end)};"
        f" {_issuer(shown)} had issued it.",
        "Have it renewed at the receiver. There is nothing to change here.",
    )


def _not_yet(shown: x509.Certificate, host: str) -> NotTrusted:
    return NotTrusted(
        f"The certificate of {host} is not valid before"
        f" {shown.not_valid_before_utc:%Y-%m-%d at %H:%M} UTC.",
        "Check the clock of the worker's machine.",
    )


def _misnamed(shown: x509.Certificate, host: str) -> NotTrusted:
    return NotTrusted(
        f"The certificate shown is made out to {_listed(names(shown))}, not to {host}.",
        "Enter the host by a name in its certificate, or that name as the server's name.",
    )


def _unknown(shown: x509.Certificate, host: str, *, own_authority: bool) -> NotTrusted:
    if own_authority:
        return NotTrusted(
            f"The certificate of {host} is issued by {_issuer(shown)}, not by the authority that"
            " is entered here.",
            "Enter the certificate of the authority that issued it.",
        )
    return NotTrusted(
        f"The certificate of {host} is issued by {_issuer(shown)}, an authority that the worker's"
        " machine does not know.",
        "If it is your own authority, enter its certificate (PEM) as the CA of this webhook.",
    )


def _issuer(certificate: x509.Certificate) -> str:
    if certificate.issuer == certificate.subject:
        return "its own maker"
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME):
        found = certificate.issuer.get_attributes_for_oid(kind)
        if found:
            return f"“{one_line(found[0].value, _LENGTH)}”"
    return "an authority without a name"


def _listed(found: Sequence[str]) -> str:
    if not found:
        return "no host"
    if len(found) > _MOST_NAMES:
        return f"{', '.join(found[:_MOST_NAMES])} and {len(found) - _MOST_NAMES} more"
    return " and ".join([", ".join(found[:-1]), found[-1]] if found[:-1] else found)


def _ago(time: timedelta) -> str:
    if time.days >= 1:
        return f"{time.days} day{'' if time.days == 1 else 's'} ago"
    hours = time.seconds // 3600
    return f"{hours} hour{'' if hours == 1 else 's'} ago" if hours else "within the last hour"
