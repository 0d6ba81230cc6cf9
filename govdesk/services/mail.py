"""Mail: the outbox is the truth; whoever works at it takes one mail, sends it, says so.

A worker that dies after the mail server took a mail, and before it could say so, leaves that one
mail to be sent again when its lease of five minutes ends; no other is ever repeated. One that lives
while the database is away says so as soon as that is back.
"""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from govdesk.database import mail as outbox
from govdesk.database.connection import Connection
from govdesk.database.mail import Due
from govdesk.delivery import letters
from govdesk.delivery.addresses import recipient
from govdesk.delivery.messages import compose
from govdesk.delivery.senders import NotSent, Sender
from govdesk.domain.problem import Problem

logger = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 60, 3600
PATIENCE: Final = timedelta(days=2)
"""How long a mail is tried."""
NO_SERVER: Final = "No mail server is configured."
_NO_SERVER_WAIT: Final = 60
_ERROR_LENGTH: Final = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt: sent, or why not, and the seconds until the next (None: over)."""

    error: str = ""
    retry_seconds: int | None = None

    @property
    def is_sent(self) -> bool:
        """Whether a mail server has taken it."""
        return not self.error

    def __str__(self) -> str:
        if self.is_sent:
            return "sent"
        return "failed" if self.retry_seconds is None else f"again in {self.retry_seconds} s"


@dataclass(frozen=True, slots=True)
class Tried:
    """A mail that was tried, and what came of it."""

    mail: UUID
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Post:
    """Sends what is due; without a `sender` mails wait, and their state says what for."""

    sender: Sender | None
    web_url: str
    host: str

    def deliver_next(self, connection: Connection) -> Outcome | None:
        """Take one mail and see it through; None when none is due. Raises `DatabaseProblem`."""
        tried = self.try_next(connection)
        if tried is None:
            return None
        self.note(connection, tried)
        return tried.outcome

    def try_next(self, connection: Connection) -> Tried | None:
        """Take one mail and try to send it; None when none is due. What came of it is to be noted.

        Raises `DatabaseProblem`, and then nothing was sent.
        """
        mail = outbox.claim(connection, self.host)
        if mail is None:
            return None
        tried = Tried(mail.id, self._attempt(mail, datetime.now(UTC)))
        logger.info("mail %s (%s) %s", mail.id, mail.kind, tried.outcome)
        return tried

    def note(self, connection: Connection, tried: Tried) -> None:
        """Write down what came of a mail; raises `DatabaseProblem`."""
        if tried.outcome.is_sent:
            outbox.done(connection, tried.mail)
        else:
            outbox.failed(connection, tried.mail, tried.outcome.error, tried.outcome.retry_seconds)

    def _attempt(self, mail: Due, now: datetime) -> Outcome:
        try:
            if letters.expired(mail.facts, now):
                return Outcome("The link or code ended before the mail could be sent.")
            if self.sender is None:
                return Outcome(NO_SERVER, _NO_SERVER_WAIT)
            self._send(self.sender, mail, now)
        except NotSent as problem:
            return Outcome(_shown(problem), None if problem.is_final else _wait(mail, now))
        except Problem as problem:
            return Outcome(_shown(problem), _wait(mail, now))
        except (LookupError, ValueError, TypeError) as error:
            # One odd mail must not hold up the others.
            logger.exception("mail %s %s cannot be written", mail.id, mail.kind)
            return Outcome(f"The mail cannot be written ({type(error).__name__}).")
        except Exception as error:
            # Nor end the worker, which would take it up again and again and do nothing else.
            logger.exception("mail %s %s met a fault of ours", mail.id, mail.kind)
            said = f"The worker met a fault of its own ({type(error).__name__})."
            return Outcome(said, _wait(mail, now))
        return Outcome()

    def _send(self, sender: Sender, mail: Due, now: datetime) -> None:
        try:
            to = recipient(mail.to_name, mail.to_address)
        except Problem as problem:
            raise NotSent(problem.sentence, problem.remedy, is_final=True) from problem
        letter = letters.write(mail.kind, mail.facts, link(self.web_url, mail.facts, mail.token))
        message = compose(letter, mail.id, sender.from_address, to, now)
        sender.send(message, to, f"{mail.kind}-{mail.id}")


def link(web_url: str, facts: dict[str, object], token: str | None) -> str:
    """The whole link of a mail; empty for a mail without one."""
    path = str(facts.get("link_path") or "").strip("/")
    return f"{web_url.rstrip('/')}/{path}/{token}" if path and token else ""


def _wait(mail: Due, now: datetime) -> int | None:
    """Seconds until the next attempt: a minute, doubled to an hour, ± 20 %; None after two days."""
    if now - mail.created_at > PATIENCE:
        return None
    wait = min(FIRST_WAIT << min(max(mail.attempts - 1, 0), 10), LONGEST_WAIT)
    return round(wait * random.uniform(0.8, 1.2))


def _shown(problem: Problem) -> str:
    return str(problem)[:_ERROR_LENGTH]


__all__ = ["Outcome", "Post", "Tried", "link"]
