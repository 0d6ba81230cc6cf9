"""Where mail goes: the address of a mail server, and of people."""

from __future__ import annotations

import ipaddress
import unicodedata
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import idna

from govdesk.delivery.letters import one_line
from govdesk.domain.problem import Problem

PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_FORMS: Final = (
    "Use smtp+starttls://user:password@host:587, smtps://user:password@host:465,"
    " smtp://host:25 or file:DIRECTORY."
)


@dataclass(frozen=True, slots=True)
class MailServer:
    """One SMTP server: how to reach it, encrypted or not, and as whom."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""

    @property
    def place(self) -> str:
        """Host and port, as a sentence names them."""
        return f"{self.host}, port {self.port}"


@dataclass(frozen=True, slots=True)
class MailFolder:
    """A folder that mails are written into instead of being sent."""

    path: Path


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person's address as mail servers take it; `is_ascii` is False where SMTPUTF8 is needed."""

    name: str
    address: str
    is_ascii: bool

    @property
    def header(self) -> Address:
        """The same for a header of a message."""
        local, _, domain = self.address.rpartition("@")
        return Address(self.name, local, domain)


def mail_place(url: str) -> MailServer | MailFolder:
    """Read ``GOVDESK_SMTP_URL``; raises `Problem` (exit code 2) that shows no password."""
    if url.startswith("file:"):
        return _folder(url)
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise _wrong("The address of the mail server cannot be read.") from None
    if parts.scheme not in PORTS or not host or parts.path.strip("/") or parts.fragment:
        raise _wrong("This is not the address of a mail server.")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    ca_file = options.pop("ca", "")
    if options:
        raise _wrong(f"The address of the mail server has an unknown option: {min(options)}.")
    if ca_file and not Path(ca_file).is_file():
        raise Problem(f"The CA file {ca_file} is not there.", "Give a PEM file.", exit_code=2)
    user, password = _login(parts)
    if password and parts.scheme == "smtp" and not is_loopback(host):
        raise Problem(
            "The mail server's password would travel unencrypted.",
            "Use smtp+starttls:// or smtps://.",
            exit_code=2,
        )
    return MailServer(parts.scheme, host, port or PORTS[parts.scheme], user, password, ca_file)


def _login(parts: SplitResult) -> tuple[str, str]:
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise _wrong("A mail server's login needs both a user and a password.")
    if not (user + password).isascii():
        raise _wrong("A mail server's login has only ASCII characters.")
    return user, password


def _folder(url: str) -> MailFolder:
    name = url.removeprefix("file:")
    if name.startswith("//"):
        name = "/" + name.lstrip("/")
    if not name:
        raise _wrong("The folder for mails is missing.")
    return MailFolder(Path(unquote(name)))


def _wrong(sentence: str) -> Problem:
    return Problem(sentence, f"{_FORMS} Set GOVDESK_SMTP_URL.", exit_code=2)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def web_base(url: str) -> str:
    """Read ``GOVDESK_WEB_URL``, under which links are built; raises `Problem` (exit code 2)."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise Problem(
            "GOVDESK_WEB_URL is not the address of a web page.",
            "Set it to where people reach govdesk web, such as https://govdesk.example.com.",
            exit_code=2,
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise Problem(
            "GOVDESK_WEB_URL begins with http://, so links would be read on the way.",
            "Use https://.",
            exit_code=2,
        )
    return url.rstrip("/")


def sender(text: str) -> Address:
    """Read ``GOVDESK_SMTP_FROM``, with or without a name; raises `Problem` (exit code 2)."""
    name, address = parseaddr(text)
    try:
        return recipient(name or "GovDesk", address).header
    except Problem:
        raise Problem(
            "GOVDESK_SMTP_FROM is not an e-mail address.",
            'Set it to the sender of all mails, such as "GovDesk <govdesk@example.com>".',
            exit_code=2,
        ) from None


def recipient(name: str, address: str) -> Recipient:
    """Make a person's address fit for mail servers: its domain in ASCII (RFC 5891).

    Raises `Problem` for what is no address; quotes, spaces and line ends never are. Domains of a
    house's own, without a dot or below ``.local``, are left to its mail server.
    """
    local, at, domain = unicodedata.normalize("NFC", address).rpartition("@")
    try:
        ascii_domain = idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        at = ""
    if not at or not _is_local_part(local):
        raise Problem(
            f"{one_line(address)} is not an e-mail address that mail can be sent to.",
            "Correct the address.",
        )
    return Recipient(one_line(name), f"{local}@{ascii_domain}", local.isascii())


def _is_local_part(text: str) -> bool:
    """Whether it is a dot-atom (RFC 5322 §3.2.3, RFC 6531 §3.3) of at most 64 octets."""
    spoilt = any(c in '()<>[]:;@\\,"' or unicodedata.category(c)[0] in "CZ" for c in text)
    return not spoilt and all(text.split(".")) and len(text.encode()) <= 64
