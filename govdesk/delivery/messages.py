"""A letter as a message of RFC 5322: headers, plain text and HTML."""

from __future__ import annotations

from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from uuid import UUID

from govdesk.delivery.addresses import Recipient
from govdesk.delivery.letters import Letter, one_line


def compose(
    letter: Letter, mail: UUID, sender: Address, to: Recipient, now: datetime
) -> EmailMessage:
    """Return the message of one mail; its Message-ID is the same at every attempt.

    A header is written by the library, which refuses line ends; names were made one line before.
    ``Auto-Submitted`` (RFC 3834) keeps automatic answers away.
    """
    rules = policy.SMTP if to.is_ascii and _is_ascii(sender) else policy.SMTPUTF8
    message = EmailMessage(policy=rules)
    message["From"] = sender
    message["To"] = to.header
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte=_encoding(letter.text))
    message.add_alternative(letter.html, subtype="html", cte=_encoding(letter.html))
    return message


def needs_utf8(message: EmailMessage) -> bool:
    """Whether only a server with SMTPUTF8 (RFC 6531) can take the message."""
    return bool(getattr(message.policy, "utf8", False))


def _is_ascii(address: Address) -> bool:
    return address.addr_spec.isascii()


def _encoding(text: str) -> str:
    """Plain lines where they fit into mail (RFC 5322 §2.1.1): a long link stays in one piece."""
    fits = text.isascii() and max(map(len, text.splitlines())) <= 998
    return "7bit" if fits else "quoted-printable"
