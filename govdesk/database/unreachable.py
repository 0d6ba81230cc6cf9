"""Why a connection could not be opened: libpq gives a text and no SQLSTATE, so the text is read.

The first row that fits counts; they are ordered from what was learned last to what was learned
first, because a name with several addresses fails once for each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Reason:
    """A way of not getting in; `sentence` may use the pattern's named groups and ``{at}``."""

    key: str
    pattern: re.Pattern[str]
    sentence: str
    remedy: str


def _r(key: str, pattern: str, sentence: str, remedy: str) -> Reason:
    return Reason(key, re.compile(pattern), sentence, remedy)


REASONS: Final[tuple[Reason, ...]] = (
    _r(
        "login_password",
        r'password authentication failed for user "(?P<user>.+?)"|no password supplied',
        "The server does not accept the password of the database login.",
        "This is the password your administrator gave you for the server, not your own.",
    ),
    _r(
        "certificate_host",
        r'server certificate for "(?P<shown>.+?)".* does not match host name "(?P<host>.+?)"',
        'The server\'s certificate is for "{shown}", not for "{host}".',
        "Use the name in the certificate as the host, or ask the administrator.",
    ),
    _r(
        "certificate",
        r"certificate verify failed",
        "The server's certificate cannot be verified.",
        "Ask the administrator which authority issued it, and give that CA's file.",
    ),
    _r(
        "ca_file",
        r'root certificate file "(?P<file>.+?)" does not exist'
        r'|could not read root certificate file "(?P<other>.+?)"',
        "The CA file cannot be used: {file}{other}",
        "Give the file with the certificate of the authority, in PEM form.",
    ),
    _r(
        "no_tls",
        r"server does not support SSL",
        "The server offers no encryption (TLS), and this connection asks for it.",
        "Ask the administrator to switch TLS on.",
    ),
    _r(
        "tls",
        r"SSL error: (?P<why>[^\n]+)|SSL SYSCALL error: (?P<other>[^\n]+)",
        "Encryption (TLS) with the server failed: {why}{other}.",
        "Ask the administrator which TLS versions the server speaks.",
    ),
    _r(
        "no_database",
        r'database "(?P<database>.+?)" does not exist',
        'The server has no database called "{database}".',
        "Check the database's name; the usual one is govdesk.",
    ),
    _r(
        "not_admitted",
        r"no pg_hba\.conf entry[^\n]*, no encryption",
        "The server does not admit this login without encryption.",
        "Choose a TLS mode that encrypts.",
    ),
    _r(
        "not_admitted",
        r"no pg_hba\.conf entry|pg_hba\.conf rejects",
        "The server does not admit this machine or this login.",
        "Ask the administrator to admit them.",
    ),
    _r(
        "full",
        r"too many clients|remaining connection slots",
        "The server has no connection left.",
        "Try again in a moment, or ask the administrator to allow more.",
    ),
    _r(
        "starting",
        r"the database system is (?P<what>starting up|shutting down|in recovery mode)",
        "The server is {what}.",
        "Try again in a moment.",
    ),
    _r(
        "not_postgres",
        r"invalid response to (SSL|GSSAPI)|expected authentication request"
        r"|server closed the connection unexpectedly",
        "What answers {at} is not a PostgreSQL server, or it hung up.",
        "Check host and port; PostgreSQL's own port is 5432.",
    ),
    _r(
        "timeout",
        r"timeout expired|[Tt]imed out",
        "The database cannot be reached: there was no answer {at} within 10 seconds.",
        "Check the host; a firewall may keep this machine out.",
    ),
    _r(
        "refused",
        r"Connection refused|0x0000274D",
        "The database cannot be reached: nothing answers {at}.",
        "Check host and port, and that the server runs and listens for this machine.",
    ),
    _r(
        "no_route",
        r"No route to host|[Nn]etwork is unreachable",
        "The database cannot be reached: there is no way to it from this network.",
        "Check the network or the VPN.",
    ),
    _r(
        "no_socket",
        r'socket "(?P<socket>.+?)" failed: (No such file|Permission denied)',
        "The database cannot be reached: there is no socket to use at {socket}.",
        "Check the folder of the socket, and that the server runs.",
    ),
    _r(
        "host_unknown",
        r"failed to resolve host '(?P<host>.+?)'|could not translate host name \"(?P<other>.+?)\"",
        'The database cannot be reached: no host is called "{host}{other}".',
        "Check its spelling, and the network or the VPN.",
    ),
)
_PLACE: Final = re.compile(r'connection to server at "(?P<host>.+?)".*?, port (?P<port>\d+)')


def reason(text: str) -> tuple[str, str, str] | None:
    """Return key, sentence and remedy for libpq's `text`; None if it fits none."""
    place = _PLACE.search(text)
    at = f"at {place['host']}, port {place['port']}" if place else "there"
    for row in REASONS:
        found = row.pattern.search(text)
        if found is not None:
            words = {name: value or "" for name, value in found.groupdict().items()}
            return row.key, row.sentence.format(at=at, **words), row.remedy
    return None
