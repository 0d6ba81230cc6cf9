"""Webhooks and how they fare: endpoints, the versions of their secrets, signing keys, workers.

Whoever has webhook.read sees those at and below the grant. A secret nobody sees again.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from govdesk.database import webhooks as stored
from govdesk.database.connection import Session
from govdesk.domain.problem import Problem
from govdesk.domain.webhooks import BY_NAME, DISABLED_WORDS

State = Literal["healthy", "failing", "resting", "disabled", "no_secret", "new"]
KeyStatus = Literal["current", "previous", "retired"]

STATE_TITLES: Final[dict[State, str]] = {
    "healthy": "Healthy",
    "failing": "Failing",
    "resting": "Resting",
    "disabled": "Disabled",
    "no_secret": "No secret",
    "new": "New",
}
ALIVE_SECONDS: Final = 90
"""Every worker writes that it is alive at least each half minute."""
_DELETED: Final = (
    "SELECT id FROM govdesk.webhook WHERE status = 'deleted'"
    " AND %(which)s IN (id::text, description, url) ORDER BY disabled_at DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint fares now; counts are of deliveries, times UTC, `average_ms` of good tries.

    `pending` counts up to 10,001, `behind` are rows of the log that nobody looked at for it yet.
    """

    pending: int = 0
    behind: int = 0
    ok_24h: int = 0
    failed_24h: int = 0
    last_success_at: datetime | None = None
    last_failure_at: datetime | None = None
    last_outcome: str | None = None
    last_status: int | None = None
    failing_since: datetime | None = None
    failures: int = 0
    breaker: Literal["closed", "open", "half_open"] = "closed"
    breaker_until: datetime | None = None
    has_secret: bool = False
    average_ms: float | None = None

    @property
    def success_24h(self) -> float | None:
        """Share of deliveries of the last 24 hours that arrived, 0 to 1; None without any."""
        total = self.ok_24h + self.failed_24h
        return self.ok_24h / total if total else None


@dataclass(frozen=True, slots=True)
class Webhook:
    """One endpoint as it stands in the database, and its health. Times are UTC.

    `system_id` None: the whole organization, or the part of it at `node_path`. `throttle` is
    deliveries a minute, None without a limit.
    """

    id: str
    node_path: str
    system_id: str | None
    system: str | None
    kind: str
    description: str
    url: str
    events: tuple[str, ...]
    alerts: bool
    blocks: bool
    format: str
    detail: str
    headers: Mapping[str, str]
    settings: Mapping[str, str]
    secret_refs: Mapping[str, str]
    allow: tuple[str, ...]
    throttle: int | None
    status: str
    disabled_reason: str | None
    disabled_at: datetime | None
    created_at: datetime
    created_by: str
    version: int
    health: Health = Health()

    @property
    def name(self) -> str:
        """What people call it."""
        return self.description

    @property
    def host(self) -> str:
        """Host and port of the address, for lists."""
        return urlsplit(self.url).netloc

    @property
    def needs_secret(self) -> bool:
        """Whether its deliveries are signed with a secret of its own."""
        return self.kind in BY_NAME and BY_NAME[self.kind].is_signed

    @property
    def state(self) -> State:
        """How it fares, in one word for programs; the gravest thing first."""
        health = self.health
        if self.status != "active":
            return "disabled"
        if self.needs_secret and not health.has_secret:
            return "no_secret"
        if health.breaker != "closed":
            return "resting"
        if health.failures:
            return "failing"
        return "healthy" if health.last_success_at or health.last_failure_at else "new"

    @property
    def state_title(self) -> str:
        """The state in a word for people."""
        return STATE_TITLES[self.state]

    @property
    def state_words(self) -> str:
        """The state in a sentence for people."""
        return _sentence(self)


def _sentence(one: Webhook) -> str:
    health = one.health
    tries = "try" if health.failures == 1 else f"{health.failures:,} tries"
    match one.state:
        case "disabled":
            return f"It is disabled. {DISABLED_WORDS.get(one.disabled_reason or '', '')}".strip()
        case "no_secret":
            return "It has no secret yet, so nothing is sent. Rotate the secret to give it one."
        case "resting":
            return f"The last {tries} failed. It rests for a while; then one delivery is tried."
        case "failing":
            return f"The last {tries} failed. Deliveries are tried again."
        case _ if health.pending and health.last_outcome == "ours":
            return "Deliveries wait for a fault on our side; the delivery log says which."
        case "new":
            return "Nothing was sent yet."
        case _ if one.kind == "syslog":
            return "Deliveries go out; this kind of receiver confirms nothing."
        case _:
            return "Deliveries arrive."


@dataclass(frozen=True, slots=True)
class SecretVersion:
    """One version of an endpoint's secret; a previous one signs along until `ends_at`."""

    id: str
    version: int
    status: KeyStatus
    in_vault: bool
    created_at: datetime
    created_by: str
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One Ed25519 key of the organization; `public` is ``whpk_…``, as receivers are given it."""

    id: str
    kid: str
    public: str
    status: KeyStatus
    in_vault: bool
    created_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker that was heard of; `is_alive` if that was in the last minute and a half."""

    host: str
    release: str
    seen_at: datetime
    is_alive: bool


def list_webhooks(session: Session, system_id: str | None = None) -> list[Webhook]:
    """Return the webhooks this person sees, by place and description; of one node if named.

    Those of a node are the ones that stand on it; a webhook of the whole organization hears of its
    events, too, and stands in the whole list only.
    """
    with session.reading() as connection:
        found = stored.rows(connection, system_id)
    return [_webhook(row) for row in found]


def find(session: Session, which: str) -> Webhook:
    """Return the webhook with this id, description or URL; raises `Problem` (exit code 2)."""
    wanted = which.strip()
    every = list_webhooks(session)
    found = [one for one in every if wanted == one.id]
    found = found or [one for one in every if wanted in (one.description, one.url)]
    if len(found) > 1:
        raise Problem(
            f"{len(found)} webhooks are called that.",
            "Name one by its id; see govdesk webhooks list.",
            exit_code=2,
        )
    if not found:
        raise unknown()
    return found[0]


def find_ever(session: Session, which: str) -> str:
    """Return the id of a webhook as `find` does, also of one that was deleted: its log outlives it.

    Of several that were deleted and called alike it is the last.
    """
    try:
        return find(session, which).id
    except Problem as problem:
        with session.transaction() as connection:
            row = connection.execute(_DELETED, {"which": which.strip()}).fetchone()
        if row is None:
            raise problem from None
    return str(row[0])


def unknown() -> Problem:
    """What a webhook that is not there, or not to be seen, is answered with."""
    return Problem(
        "There is no such webhook that you may see.",
        "See govdesk webhooks list.",
        exit_code=2,
    )


def _webhook(row: stored.Row) -> Webhook:
    plain, health = list(row[: stored.COLUMN_COUNT]), row[stored.COLUMN_COUNT :]
    for place in stored.LISTS:
        plain[place] = tuple(plain[place] or ())
    plain.append(Health() if health[0] is None else Health(*health))
    return Webhook(*plain)


def secrets(session: Session, webhook_id: str) -> list[SecretVersion]:
    """Return the versions of an endpoint's secret, the newest first; never a secret."""
    with session.reading() as connection:
        return [SecretVersion(*row) for row in stored.secrets(connection, webhook_id)]


def signing_keys(session: Session) -> list[SigningKey]:
    """Return the organization's signing keys, the newest first; the worker makes the first one."""
    with session.reading() as connection:
        found = stored.signing_keys(connection)
    return [_signing_key(*row) for row in found]


def _signing_key(which: str, kid: str, public: bytes, *more: Any) -> SigningKey:
    return SigningKey(which, kid, whpk(public), *more)


def whpk(public_key: bytes) -> str:
    """Return a public key as Standard Webhooks writes it."""
    return "whpk_" + base64.b64encode(bytes(public_key)).decode()


def workers(session: Session) -> list[Worker]:
    """Return the workers that were heard of, the latest first."""
    with session.reading() as connection:
        return [Worker(*row) for row in stored.workers(connection, ALIVE_SECONDS)]


def require_worker(session: Session) -> None:
    """Raise `Problem` (exit code 3) where no worker is alive that could dial."""
    known = workers(session)
    if any(one.is_alive for one in known):
        return
    last = f" The last one, {known[0].host}, is silent." if known else ""
    raise Problem(
        f"No worker is running, and only a worker sends.{last}",
        "Start one with govdesk worker, or ask whoever runs GovDesk, then try again.",
        exit_code=3,
    )
