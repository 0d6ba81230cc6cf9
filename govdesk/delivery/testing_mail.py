"""Testing a mail server: its greeting, encryption and login; no mail is sent."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from typing import Any, BinaryIO, Final

from govdesk.delivery.addresses import is_loopback
from govdesk.delivery.egress_line import MOST_BYTES, TooLong
from govdesk.delivery.egress_tls import encrypt, explained, note
from govdesk.delivery.testing_errand import Errand
from govdesk.domain.problem import Problem

_PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}


def try_smtp(errand: Errand) -> str:
    """Greet, encrypt, sign in and say good-bye."""
    host, encryption = errand.required("host"), errand.choice("encryption", tuple(_PORTS))
    user, password = errand.text("user"), errand.text("password")
    if user and encryption == "none" and not is_loopback(host):
        raise Problem(
            "The mail server's password would travel unencrypted.",
            "Use starttls or tls as encryption.",
        )
    smtp = _Smtp(errand, encryption)
    ending = threading.Timer(errand.deadline.left(), smtp.hang_up)
    ending.daemon = True
    ending.start()
    try:
        _converse(smtp, errand, host, user, password)
    finally:
        ending.cancel()
        smtp.close()
    errand.notes.append("no mail was sent")
    return f"The mail server {'accepts the login' if user else 'answers'}."


class _Smtp(smtplib.SMTP):
    """smtplib over a socket that the guard dialled."""

    def __init__(self, errand: Errand, encryption: str):
        self._errand, self._encryption = errand, encryption
        super().__init__(local_hostname="localhost", timeout=errand.deadline.left())

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        one = self._errand
        # STARTTLS checks the certificate against it; smtplib sets it only in its constructor.
        self._host = host
        plain = one.guard.connect(host, port, one.deadline, one.trail)
        if self._encryption != "tls":
            return plain
        try:
            return encrypt(plain, host, one.trust, one.deadline, one.trail)
        except BaseException:
            plain.close()
            raise

    def getreply(self) -> tuple[int, bytes]:
        """A reply of any number of lines, but not of any length."""
        if self.file is None and self.sock is not None:
            self.file = _Short(self.sock.makefile("rb"))
        return super().getreply()

    def hang_up(self) -> None:
        """Wake whoever waits for a server that says a little again and again."""
        with suppress(OSError):
            if self.sock is not None:
                self.sock.shutdown(socket.SHUT_RDWR)


class _Short:
    """The lines of a server that has a limit on what it may say."""

    def __init__(self, file: BinaryIO):
        self._file, self._left = file, MOST_BYTES

    def readline(self, most: int) -> bytes:
        line = self._file.readline(most)
        self._left -= len(line)
        if self._left < 0:
            raise TooLong("The mail server says more than is read.", "Check host and port.")
        return line

    def close(self) -> None:
        self._file.close()


def _converse(smtp: _Smtp, errand: Errand, host: str, user: str, password: str) -> None:
    port = errand.port(_PORTS[errand.choice("encryption", tuple(_PORTS))])
    try:
        smtp.connect(host, port)
        smtp.ehlo_or_helo_if_needed()
        if errand.choice("encryption", tuple(_PORTS)) == "starttls":
            with explained(host, errand.deadline):
                smtp.starttls(context=errand.trust)
            if isinstance(smtp.sock, ssl.SSLSocket):
                note(smtp.sock, errand.trail)
            smtp.ehlo_or_helo_if_needed()
        if user:
            smtp.login(user, password)
        smtp.quit()
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        errand.deadline.left()
        raise _problem(error) from error


def _problem(error: Exception) -> Problem:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Problem(
            "The mail server does not accept its user or password.", "Check both, and test again."
        )
    if isinstance(error, smtplib.SMTPNotSupportedError):
        what = "encryption (STARTTLS)" if "STARTTLS" in str(error) else "a login"
        return Problem(f"The mail server offers no {what}.", "Check the port and the encryption.")
    if isinstance(error, UnicodeError):
        return Problem("A mail server's login has only ASCII characters.", "Check both.")
    code: Any = getattr(error, "smtp_code", 0)
    if isinstance(code, int) and code > 0:
        return Problem(f"The mail server does not want to talk to us (code {code}).")
    return Problem(
        "The mail server ended the conversation, or does not speak SMTP.",
        "Check the port and the encryption.",
    )
