"""What became of a mail, shown beside what it is about."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from govdesk.database import mail as outbox
from govdesk.database.connection import Session


@dataclass(frozen=True, slots=True)
class MailState:
    """Where a mail is: queued, sent or failed, since when, after how many attempts, and why."""

    status: str
    at: datetime | None = None
    attempts: int = 0
    error: str = ""

    @property
    def words(self) -> str:
        """What the person reads; no full stop at its end."""
        why = f": {self.error.rstrip('.')}" if self.error else ""
        if self.status == "failed":
            return f"failed{why}"
        if self.status == "sent":
            return "sent"
        return f"queued, not sent{why}" if self.attempts else "queued"

    @property
    def is_stuck(self) -> bool:
        """Whether it did not go, so that a link is better handed over by oneself."""
        return self.status == "failed" or (self.status == "queued" and self.attempts > 0)


QUEUED: Final = MailState("queued")


def document(mail: MailState | None) -> dict[str, object] | None:
    """As the command line prints it."""
    return None if mail is None else {"words": mail.words, **asdict(mail)}


def state(session: Session, entity: UUID) -> MailState | None:
    """What became of the newest mail about an invitation, decision or contact.

    None if there is none, or none that this person may know of.
    """
    found = outbox.state(session, entity)
    return None if found is None else MailState(*found)
