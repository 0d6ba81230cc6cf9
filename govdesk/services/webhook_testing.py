"""Test webhook and Check receiver: the very way of every delivery, watched from here.

Nothing is dialled here. A delivery is put into the queue, a worker takes it, and the log of
attempts is read until it says how it went.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from govdesk.database import webhooks as stored
from govdesk.database.connection import Session
from govdesk.database.errors import DatabaseProblem
from govdesk.domain.problem import Problem
from govdesk.domain.webhooks import OUTCOME_BY_NAME
from govdesk.services import deliveries, webhooks
from govdesk.services.changes import writing
from govdesk.services.deliveries import Attempt
from govdesk.services.webhooks import Webhook

Probe = Literal["test", "new", "forged"]
Cancel = Callable[[], bool]
Progress = Callable[[str], object]

WAIT_SECONDS: Final = 25.0
"""A try ends after 15 s; the rest is for the way to the worker and back."""
POLL_SECONDS: Final = 0.2
TAKEN: Final = "A worker took it and talks to the receiver."
_STAGES: Final = (
    ("dns", "Name looked up"),
    ("tcp", "Connected"),
    ("tls", "Encrypted"),
    ("first_byte", "First byte of the answer"),
    ("total", "Whole answer"),
)


class Cancelled(Problem):
    """Somebody gave the wait up; the delivery may still go out."""

    def __init__(self) -> None:
        super().__init__(
            "You stopped waiting.", "The test may still go out; the delivery log shows it."
        )


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a conversation; `ms` None where it was not reached, or not needed."""

    name: Literal["dns", "tcp", "tls", "first_byte", "total"]
    title: str
    ms: float | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one test met, from the first lookup to the answer, without a secret in it.

    `request` are the lines that were sent (``name: value``), `body` what was signed.
    `not_checked` are sentences: a good test proves only its own way.
    """

    delivery_id: str
    ok: bool
    sentence: str
    remedy: str
    attempt: Attempt
    stages: tuple[Stage, ...]
    request: tuple[str, ...]
    body: str
    response: str
    not_checked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a receiver checks signatures. None: that was not found out.

    `verifies` is true only when what carries the newest secret alone is accepted, and what is
    signed wrongly is refused.
    """

    accepts_new: bool | None
    rejects_forged: bool | None
    sentence: str
    remedy: str
    new: Conversation
    forged: Conversation | None

    @property
    def verifies(self) -> bool | None:
        """Whether the receiver really verifies; None where that could not be judged."""
        if self.accepts_new is None or self.rejects_forged is None:
            return None
        return self.accepts_new and self.rejects_forged


def never() -> bool:
    """Nobody gives it up."""
    return False


def silent(_words: str) -> None:
    """Nobody watches."""


def begin(session: Session, webhook_id: str, probe: Probe = "test") -> str:
    """Put one test into the queue and wake the workers; returns the delivery, for `look`.

    Raises `Problem` (exit code 3) where no worker is alive; `Refused` without webhook.manage, or
    after 30 tests of an endpoint in a minute.
    """
    webhooks.require_worker(session)
    try:
        with writing(session) as connection:
            return stored.test(connection, webhook_id, probe)
    except DatabaseProblem as problem:
        if problem.key != "bad_event":
            raise
        raise Problem(
            "This webhook has no secret yet, so nothing can be signed.",
            "Rotate its secret, which gives it one.",
            exit_code=2,
        ) from problem


def look(session: Session, delivery_id: str) -> Attempt | None:
    """Return the try of a test once there is one."""
    tries = deliveries.attempts_of(session, delivery_id)
    return tries[-1] if tries else None


def test(
    session: Session,
    webhook_id: str,
    cancelled: Cancel = never,  # noqa: PT028
    progress: Progress = silent,  # noqa: PT028
) -> Conversation:
    """Have a worker send one test event, and return what it met; waits up to 25 seconds.

    Raises what `begin` raises, `Problem` (exit code 3) where no worker took it, and `Cancelled`.
    """
    return _probe(session, webhooks.find(session, webhook_id), "test", cancelled, progress)


test.__test__ = False  # type: ignore[attr-defined]


def check_receiver(
    session: Session,
    webhook_id: str,
    cancelled: Cancel = never,
    progress: Progress = silent,
) -> Verdict:
    """Send one test signed with the newest secret alone and one signed wrongly; say what follows.

    Of kind webhook only: the others carry no signature. Raises what `test` raises.
    """
    one = webhooks.find(session, webhook_id)
    if not one.needs_secret:
        raise Problem(
            "Only a webhook is signed; there is nothing that this receiver could check.",
            "Use Test webhook.",
            exit_code=2,
        )
    progress("Sending a test that is signed with the newest secret only.")
    new = _probe(session, one, "new", cancelled, progress)
    if accepted(new) is None:
        return verdict(new, None)
    progress("Sending a test with a wrong signature.")
    return verdict(new, _probe(session, one, "forged", cancelled, progress))


def _probe(
    session: Session, one: Webhook, probe: Probe, cancelled: Cancel, progress: Progress
) -> Conversation:
    delivery = begin(session, one.id, probe)
    progress("Waiting for a worker to send it.")
    return conversation(one, _awaited(session, delivery, cancelled, progress))


def _awaited(session: Session, delivery_id: str, cancelled: Cancel, progress: Progress) -> Attempt:
    deadline = time.monotonic() + WAIT_SECONDS
    is_taken = False
    while True:
        found = look(session, delivery_id)
        if found is not None:
            return found
        # A worker counts the try when it takes it, and writes it down when it has ended.
        if not is_taken and deliveries.find(session, delivery_id).attempts:
            is_taken = True
            progress(TAKEN)
        if cancelled():
            raise Cancelled
        if time.monotonic() > deadline:
            raise not_taken(session)
        time.sleep(POLL_SECONDS)


def not_taken(session: Session) -> Problem:
    """What is said when `look` found nothing for `WAIT_SECONDS`."""
    webhooks.require_worker(session)
    return Problem(
        f"No worker has sent it within {WAIT_SECONDS:.0f} seconds.",
        "The workers may be busy; the delivery log shows it when it went out.",
        exit_code=3,
    )


# What it means


def conversation(one: Webhook, attempt: Attempt) -> Conversation:
    """Put one try into words; `one` as it stands now."""
    known = OUTCOME_BY_NAME.get(attempt.outcome)
    said = attempt.error or (known.sentence if known else attempt.outcome)
    status = f" ({attempt.status})" if attempt.status and attempt.is_good else ""
    request = attempt.request or {}
    return Conversation(
        attempt.delivery_id,
        attempt.is_good,
        f"{said.removesuffix('.')}{status}." if status else said,
        attempt.remedy or "",
        attempt,
        _stages(attempt),
        _lines(request),
        _text(request.get("body")),
        attempt.response or "",
        tuple(_not_checked(one, attempt)),
    )


def _stages(attempt: Attempt) -> tuple[Stage, ...]:
    details = {"tcp": attempt.address or "", "tls": attempt.tls or ""}
    if attempt.status:
        details["first_byte"] = f"Status {attempt.status}"
    return tuple(
        Stage(name, title, getattr(attempt, f"{name}_ms"), details.get(name, ""))  # type: ignore[arg-type]
        for name, title in _STAGES
    )


def _lines(request: Mapping[str, Any]) -> tuple[str, ...]:
    first = f"{request.get('method', 'POST')} {request['url']}" if "url" in request else ""
    headers = request.get("headers") or []
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return (*([first] if first else []), *(f"{name}: {value}" for name, value in pairs))


def _text(body: object) -> str:
    if body is None or isinstance(body, str):
        return body or ""
    return json.dumps(body, ensure_ascii=False)


def _not_checked(one: Webhook, attempt: Attempt) -> list[str]:
    """What a test leaves open, said even of a good one."""
    words = []
    if attempt.is_good and _is_page(attempt.response or ""):
        words.append(
            "Whether this is where events belong: it answered with a page for people (HTML), as"
            " websites and sign-in pages do."
        )
    if one.needs_secret and attempt.origin == "test":
        words.append("Whether the receiver checks the signature: Check receiver finds that out.")
    if one.kind == "syslog":
        words.append("Whether the collector kept it: with syslog nobody acknowledges.")
    elif attempt.is_good:
        words.append("Whether the receiver does anything with it: only that it accepted it.")
    words.append("That events of this webhook arrive: a test goes out whatever it subscribes to.")
    words.append(f"The way from another worker: this one went out from {attempt.host}.")
    words.append("How it fares with many events at once.")
    if one.status != "active":
        words.append("Real events are not sent: the webhook is disabled.")
    return words


def _is_page(response: str) -> bool:
    start = response.lstrip()[:200].lower()
    return start.startswith(("<!doctype html", "<html", "<head", "<body"))


_ANSWERED: Final = frozenset({"delivered", "http", "gone", "redirect"})


def accepted(found: Conversation) -> bool | None:
    """Whether the receiver accepted; None if it gave no answer that could be judged."""
    if found.attempt.outcome not in _ANSWERED or (found.attempt.status or 0) >= 500:
        return None
    return found.ok


def verdict(new: Conversation, forged: Conversation | None) -> Verdict:
    """Conclude from both conversations; without the second if the first met no answer."""
    accepts = accepted(new)
    taken = None if forged is None else accepted(forged)
    rejects = None if taken is None else not taken
    sentence, remedy = _conclusion(accepts, rejects, new, forged)
    return Verdict(accepts, rejects, sentence, remedy, new, forged)


def _conclusion(
    accepts: bool | None, rejects: bool | None, new: Conversation, forged: Conversation | None
) -> tuple[str, str]:
    if accepts is None:
        return f"The receiver could not be judged. {new.sentence}", new.remedy
    if rejects is None:
        why = forged.sentence if forged else ""
        return (
            f"Half of it could not be judged: the wrong signature met a fault. {why}",
            "Try again.",
        )
    if accepts and rejects:
        return "The receiver verifies: it accepts the newest secret and refuses a forgery.", ""
    if accepts:
        return (
            "The receiver does not verify: it accepted a delivery with a wrong signature.",
            "Anybody who knows its address can send it events. Turn verification on there.",
        )
    if rejects:
        status = new.attempt.status
        return (
            f"The receiver refused both: it does not know the newest secret (status {status}).",
            "Give the receiver the newest secret, then check again.",
        )
    return (
        "The receiver refused what was signed rightly and accepted what was signed wrongly.",
        "Look at the receiver's log; its check seems to be the wrong way round.",
    )
