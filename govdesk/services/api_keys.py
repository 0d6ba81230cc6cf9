"""API keys of the systems, as they are read: which there are, how they fare, what they sent.

Whoever may read a system's keys (`key.read`) sees them; the keys themselves nobody sees again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from govdesk.database.connection import Session
from govdesk.domain.filter_language import parse
from govdesk.domain.problem import Problem
from govdesk.services import timeline
from govdesk.services.timeline import Event

Status = Literal["active", "expiring", "stale", "rotated", "suspended", "revoked", "expired"]
STATUSES: Final[tuple[Status, ...]] = (
    "active",
    "expiring",
    "stale",
    "rotated",
    "suspended",
    "revoked",
    "expired",
)
LIVE: Final[frozenset[Status]] = frozenset({"active", "expiring", "stale", "rotated"})
"""Of these a key may still open the door; a rotated one until its grace is over."""
_SENT: Final = ("system.event", "system.alert", "system.block", "x.*")
"""What a key sends; what else stands under its name it has caused by being used."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key without its secret.

    `status` is what people are shown, `stored_status` what the row says: an active key is shown as
    expiring or stale when the policy says so. A rotated key works until `ends_at`, which is None
    until its successor is used. Times are UTC.
    """

    id: str
    key_id: str
    prefix: str
    environment: str
    system_id: str
    system: str
    node_path: str
    owner_label: str
    scopes: tuple[str, ...]
    status: Status
    stored_status: str
    family: str
    replaces: str | None
    grace_days: int | None
    created_at: datetime
    created_by: str
    expires_at: datetime
    first_used_at: datetime | None
    ends_at: datetime | None
    stale_at: datetime | None
    ended_at: datetime | None
    last_used_at: datetime | None
    last_ip: str | None

    @property
    def name(self) -> str:
        """What people call it: the label, or the prefix of a key without one."""
        return self.owner_label or self.prefix

    @property
    def is_live(self) -> bool:
        """Whether it may still open the door."""
        return self.status in LIVE

    @property
    def is_by_staff(self) -> bool:
        """Whether staff of GovDesk made it: somebody outside the organization has seen it."""
        return self.created_by.startswith("staff:")


def called_off_by(key: Key, keys: Iterable[Key]) -> Key | None:
    """The key that is active again if this one, which nobody has used, ends."""
    if key.first_used_at is not None or key.replaces is None:
        return None
    if any(one.replaces == key.id and one.is_live for one in keys):
        return None
    return next(
        (
            one
            for one in keys
            if one.id == key.replaces and one.status == "rotated" and one.ends_at is None
        ),
        None,
    )


def left_out(old: Key, new: Key) -> tuple[str, ...]:
    """The scopes of a key that its successor does not have: they were retired meanwhile."""
    return tuple(scope for scope in old.scopes if scope not in new.scopes)


_SHOWN = """
CASE WHEN k.status IN ('active', 'rotated') AND k.expires_at <= clock_timestamp() THEN 'expired'
     WHEN k.status <> 'active' THEN k.status
     WHEN k.stale_at IS NOT NULL THEN 'stale'
     WHEN k.expires_at <= clock_timestamp()
          + make_interval(days => coalesce(p.expiring_days, 30)) THEN 'expiring'
     ELSE 'active' END
"""
_KEYS = f"""
SELECT k.id::text, k.key_id, k.prefix, k.environment, k.system_id::text,
       coalesce(n.name, k.node_path::text), k.node_path::text, k.owner_label, k.scopes,
       {_SHOWN}, k.status, k.family::text, k.replaces::text, k.grace_days, k.created_at,
       k.created_by, k.expires_at, k.first_used_at, k.ends_at, k.stale_at, k.ended_at,
       s.last_used_at, s.last_ip
  FROM govdesk.api_key k
  LEFT JOIN govdesk.key_policy p ON p.tenant_id = k.tenant_id
  LEFT JOIN govdesk.api_key_seen s ON s.tenant_id = k.tenant_id AND s.id = k.id
  LEFT JOIN govdesk.node n ON n.tenant_id = k.tenant_id AND n.id = k.system_id
 WHERE (%(system)s::uuid IS NULL OR k.system_id = %(system)s::uuid)
   AND (%(which)s::text IS NULL OR %(which)s IN (k.id::text, k.key_id, k.prefix))
 ORDER BY lower(n.name), k.node_path, k.created_at DESC, k.id
"""


def list_keys(session: Session, system_id: str | None = None) -> list[Key]:
    """Return the keys this person sees, of one system if it is named; by system, newest first."""
    return _keys(session, system_id, None)


def find(session: Session, which: str) -> Key:
    """Return the key with this id, public id or prefix; raises `Problem` (exit code 2)."""
    found = _keys(session, None, which.strip())
    if not found:
        raise Problem(
            f"There is no key {shortened(which)} that you may see.",
            "See govdesk keys list.",
            exit_code=2,
        )
    return found[0]


def shortened(which: str) -> str:
    """What may be repeated of a text that should name a key: never a key that was pasted whole."""
    return which if len(which) <= len("gd_staging_") + 36 and which.isprintable() else "like this"


def _keys(session: Session, system_id: str | None, which: str | None) -> list[Key]:
    with session.reading() as connection:
        found = connection.execute(_KEYS, {"system": system_id, "which": which}).fetchall()
    return [Key(*row[:8], tuple(row[8]), *row[9:]) for row in found]  # type: ignore[call-arg]


def uses(session: Session, key_id: str, days: int = 30) -> list[tuple[date, int]]:
    """Return how often a key was used on each of the last `days` (UTC), today last."""
    today = datetime.now(UTC).date()
    first = today - timedelta(days=days - 1)
    with session.reading() as connection:
        found = connection.execute(
            "SELECT day, uses FROM govdesk.api_key_use WHERE api_key_id = %s::uuid AND day >= %s",
            (key_id, first),
        ).fetchall()
    counted = dict(found)
    every = (first + timedelta(days=number) for number in range(days))
    return [(day, int(counted.get(day, 0))) for day in every]


def first_event(session: Session, prefix: str, after: int = 0) -> Event | None:
    """Return the first event that a key sent, above number `after` of the log; None before it."""
    kinds = [parse(f'actor:"key:{prefix}" action:{one}', zone=UTC).to_terms() for one in _SENT]
    with session.reading() as connection:
        row = connection.execute(
            "SELECT min(p.seq) FROM jsonb_array_elements(%s::jsonb) k"
            " CROSS JOIN LATERAL govdesk_api.audit_page(k, NULL, %s, 1) p",
            (json.dumps(kinds), after),
        ).fetchone()
    found = timeline.detail(session, row[0]) if row and row[0] else None
    return None if found is None else found.event
