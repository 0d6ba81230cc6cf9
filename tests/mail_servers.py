"""A mail server on loopback whose answers a test chooses, over aiosmtpd."""

from __future__ import annotations

import logging
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "govdesk", "the mail server's p@ssword"


class MailServer:
    """Takes mail; `to_address` and `to_data` hold replies to give first, one a mail."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.logins: list[bool] = []
        self.to_address: list[str] = []
        self.to_data: list[str] = []
        self.arrived = threading.Condition()
        self.hold: threading.Event | None = None
        """While it is unset the server keeps a message waiting for its answer."""
        self.port = 0

    @property
    def messages(self) -> list[EmailMessage]:
        """What was taken, read as a person's program reads it."""
        return [read(one.content) for one in list(self.envelopes)]

    def wait_for(self, count: int, seconds: float = 20.0) -> list[EmailMessage]:
        """Wait until so many messages have come."""
        with self.arrived:
            came = self.arrived.wait_for(lambda: len(self.envelopes) >= count, seconds)
        assert came, f"{len(self.envelopes)} of {count} messages came"
        return self.messages

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer to an address."""
        if self.to_address:
            return self.to_address.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Answer to a message."""
        if self.to_data:
            return self.to_data.pop(0)
        self.logins.append(session.authenticated)
        with self.arrived:
            self.envelopes.append(envelope)
            self.arrived.notify_all()
        if self.hold is not None:
            await server.loop.run_in_executor(None, self.hold.wait, 30)
        return "250 taken"


def read(content: object) -> EmailMessage:
    """Parse a message."""
    data = content.encode() if isinstance(content, str) else content
    assert isinstance(data, bytes)
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage) -> str:
    """The plain words of a message."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def html_of(message: EmailMessage) -> str:
    """The HTML of a message."""
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
) -> AuthResult:
    known = isinstance(data, LoginPassword) and data.login == USER.encode()
    return AuthResult(success=known and data.password == PASSWORD.encode(), handled=False)


def _context(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.crt", folder / "server.key")
    return context


@contextmanager
def mail_server(
    kind: str = "smtp", certificate: Path | None = None, *, login: bool = False, utf8: bool = True
) -> Iterator[MailServer]:
    """Run one: ``smtp``, ``smtp+starttls`` or ``smtps``, with a folder of ``issue``."""
    made = MailServer()
    # What it writes about clients that hang up says nothing about ours.
    quiet = [logging.getLogger(name) for name in ("mail.log", "asyncio")]
    levels = [one.level for one in quiet]
    for one in quiet:
        one.setLevel(logging.CRITICAL)
    options: dict[str, Any] = {"enable_SMTPUTF8": utf8, "hostname": "127.0.0.1", "port": 0}
    if login:
        options |= {
            "authenticator": _authenticate,
            # Over implicit TLS it would warn that it cannot know of the encryption.
            "auth_required": kind == "smtp+starttls",
            "auth_require_tls": kind == "smtp+starttls",
        }
    if certificate is not None and kind == "smtps":
        options["ssl_context"] = _context(certificate)
    if certificate is not None and kind == "smtp+starttls":
        options |= {"tls_context": _context(certificate), "require_starttls": True}
    controller = _Free(made, **options)
    controller.start()
    made.port = controller.port
    try:
        yield made
    finally:
        if made.hold is not None:
            made.hold.set()
        controller.stop()
        for one, level in zip(quiet, levels, strict=True):
            one.setLevel(level)


class _Free(Controller):
    """On a port that is free."""

    def _create_server(self) -> Any:
        server = super()._create_server()
        return self._noting(server)

    async def _noting(self, creating: Any) -> Any:
        server = await creating
        self.port = server.sockets[0].getsockname()[1]
        return server
