"""Ways a message goes: to a mail server, or into a folder."""

from __future__ import annotations

import os
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from govdesk.delivery.addresses import MailFolder, MailServer, Recipient, mail_place, sender
from govdesk.domain.problem import Problem


class NotSent(Problem):
    """The message did not go; `is_final` says that trying again would not help."""

    def __init__(self, sentence: str, remedy: str = "", *, is_final: bool = False):
        super().__init__(sentence, remedy)
        self.is_final = is_final


class Sender(Protocol):
    """Hands messages over one at a time."""

    from_address: Address

    def send(self, message: EmailMessage, to: Recipient, name: str) -> None:
        """Return once the message is in other hands; raises `NotSent`.

        `name` is unique to the mail and the same at every attempt.
        """


class FolderSender:
    """Writes each message as ``NAME.eml``, readable by its owner alone; for demos and tests."""

    def __init__(self, folder: Path, from_address: Address):
        self.from_address = from_address
        self._folder = folder

    def send(self, message: EmailMessage, to: Recipient, name: str) -> None:
        """Write the file as a whole; a second time it replaces itself."""
        part = self._folder / f".{name}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
            with open(os.open(part, flags, 0o600), "wb") as file:
                file.write(message.as_bytes())
            part.rename(self._folder / f"{name}.eml")
        except OSError as error:
            raise NotSent(
                f"The mail cannot be written into {self._folder}: {error.strerror}.",
                "Make room there, or give another folder.",
            ) from error


def open_sender(url: str, from_text: str) -> Sender | None:
    """The sender that ``GOVDESK_SMTP_URL`` and ``GOVDESK_SMTP_FROM`` name; None for no URL.

    Raises `Problem` (exit code 2) for what cannot be understood; connects to nothing.
    """
    if not url:
        return None
    place = mail_place(url)
    if isinstance(place, MailFolder):
        return FolderSender(place.path, sender(from_text or "GovDesk <govdesk@localhost>"))
    from govdesk.delivery.smtp import SmtpSender

    return SmtpSender(place, sender(from_text or usual_sender(place)))


def usual_sender(server: MailServer) -> str:
    """The sender when none is named: who signs in to the mail server, or govdesk at its domain."""
    if "@" in server.user:
        return server.user
    _, _, domain = server.host.partition(".")
    named = "." in domain and not domain.replace(".", "").isdigit()
    return f"GovDesk <govdesk@{domain if named else 'localhost'}>"
