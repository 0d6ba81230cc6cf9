"""Mail by SMTP (RFC 5321) over smtplib; every way to fail is a sentence."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Final

from govdesk.delivery.addresses import MailServer, Recipient
from govdesk.delivery.letters import one_line
from govdesk.delivery.messages import needs_utf8
from govdesk.delivery.senders import NotSent

SILENT_SECONDS: Final = 20.0
"""How long a mail server may be silent at each step of a conversation."""
WHOLE_SECONDS: Final = 150.0
"""How long the whole conversation may last: far less than a mail is claimed for."""
_REPLY_LENGTH: Final = 200
_SECRETS: Final = re.compile(r"\S+://\S+|[A-Za-z0-9_.\-]{30,}|\d{6,}|(?:[A-Z0-9]{4}-)+[A-Z0-9]{4}")


class SmtpSender:
    """Sends through one mail server, with a connection for each message."""

    def __init__(self, server: MailServer, from_address: Address):
        self.server, self.from_address = server, from_address
        self._tls = ssl.create_default_context(cafile=server.ca_file or None)

    def send(self, message: EmailMessage, to: Recipient, name: str) -> None:
        """Hand one message over; raises `NotSent`.

        A server that refuses the person's address or the message with 5xx means it; whatever else
        goes wrong may be better later.
        """
        with _explained(self.server), self._conversation() as smtp:
            options = _options(smtp, message)
            _expect(smtp.mail(self.from_address.addr_spec, options), "does not take mail from us")
            _expect(smtp.rcpt(to.address), f"refused the address {to.address}", is_final=True)
            _expect(smtp.data(message.as_bytes()), "refused the message", is_final=True)

    @contextmanager
    def _conversation(self) -> Iterator[smtplib.SMTP]:
        """A connection that is encrypted and signed in as the server's address says."""
        smtp = self._connected()
        ending = threading.Timer(WHOLE_SECONDS, _hang_up, [smtp])
        ending.daemon = True
        ending.start()
        try:
            if self.server.scheme == "smtp+starttls":
                smtp.starttls(context=self._tls)
            smtp.ehlo_or_helo_if_needed()
            if self.server.user:
                smtp.login(self.server.user, self.server.password)
            yield smtp
        finally:
            ending.cancel()
            # What was accepted stays accepted, however the server says good-bye.
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit()
            smtp.close()

    def _connected(self) -> smtplib.SMTP:
        at, own = (self.server.host, self.server.port), _own_name()
        if self.server.scheme == "smtps":
            return smtplib.SMTP_SSL(
                *at, local_hostname=own, timeout=SILENT_SECONDS, context=self._tls
            )
        return smtplib.SMTP(*at, local_hostname=own, timeout=SILENT_SECONDS)


def _hang_up(smtp: smtplib.SMTP) -> None:
    """Wake whoever waits for a server that says a little again and again."""
    with suppress(OSError):
        if smtp.sock is not None:
            smtp.sock.shutdown(socket.SHUT_RDWR)


def _own_name() -> str:
    """This machine's name without asking the network for it, which may take long."""
    name = socket.gethostname()
    return name if re.fullmatch(r"[A-Za-z0-9.-]+", name) else "localhost"


def _options(smtp: smtplib.SMTP, message: EmailMessage) -> list[str]:
    smtp.ehlo_or_helo_if_needed()
    if not needs_utf8(message):
        return []
    if not smtp.has_extn("smtputf8"):
        raise NotSent(
            "The mail server takes only addresses with plain letters (it offers no SMTPUTF8).",
            "Use another address of this person, or copy the link.",
            is_final=True,
        )
    return ["SMTPUTF8", "BODY=8BITMIME"] if smtp.has_extn("8bitmime") else ["SMTPUTF8"]


def _expect(reply: tuple[int, bytes], what: str, *, is_final: bool = False) -> None:
    """Raise `NotSent` unless the server said yes; 4xx is always worth another try."""
    code, text = reply
    if 200 <= code < 300:
        return
    put_off = "put the mail off" if 400 <= code < 500 else what
    raise NotSent(
        f"The mail server {put_off}: {code} {without_secrets(text)}".rstrip() + ".",
        is_final=is_final and code >= 500,
    )


def without_secrets(text: bytes | str) -> str:
    """A server's words for people to see, without the link or code that it may have repeated."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return one_line(_SECRETS.sub("…", words), _REPLY_LENGTH).rstrip(".")


@contextmanager
def _explained(server: MailServer) -> Iterator[None]:
    """Turn what smtplib, TLS and the network raise into sentences."""
    try:
        yield
    except smtplib.SMTPAuthenticationError:
        raise NotSent("The mail server does not accept its user or password.") from None
    except smtplib.SMTPNotSupportedError as error:
        what = "encryption (STARTTLS)" if "STARTTLS" in str(error) else "a login"
        raise NotSent(f"The mail server at {server.place} offers no {what}.") from None
    except smtplib.SMTPDataError as error:
        _expect((error.smtp_code, _bytes(error.smtp_error)), "refused the message", is_final=True)
    except smtplib.SMTPResponseException as error:
        _expect((error.smtp_code or 400, _bytes(error.smtp_error)), "does not want to talk to us")
    except ssl.SSLCertVerificationError as error:
        raise NotSent(
            f"The mail server's certificate cannot be verified: {error.verify_message}."
        ) from error
    except TimeoutError as error:
        raise NotSent(f"The mail server at {server.place} does not answer.") from error
    except socket.gaierror as error:
        raise NotSent(f"No mail server is found under the name {server.host}.") from error
    except (smtplib.SMTPException, OSError) as error:
        if isinstance(error.__context__, TimeoutError):
            raise NotSent(f"The mail server at {server.place} does not answer.") from error
        why = without_secrets(getattr(error, "strerror", None) or str(error))
        raise NotSent(f"The mail server at {server.place} cannot be reached: {why}.") from error


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "replace")
