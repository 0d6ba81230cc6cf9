"""Keys made up for pictures: one of each state, and what is laid down for them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from govdesk.desktop.keys.reading import Facts
from govdesk.services.api_keys import Key, Status
from govdesk.services.changes import Change
from govdesk.services.key_changes import Revealed
from govdesk.services.key_settings import Policy, Scope
from govdesk.services.nodes import Node
from govdesk.services.peppers import Version
from govdesk.services.timeline import Event

NOW: Final = datetime.now(UTC).replace(hour=9, minute=12, second=0, microsecond=0)
CLAIMS: Final = Node(str(uuid.uuid5(uuid.NAMESPACE_URL, "claims")), "acme.claims", "system",
                     "Claims assistant", "active")  # fmt: skip
PORTAL: Final = Node(str(uuid.uuid5(uuid.NAMESPACE_URL, "portal")), "acme.portal", "system",
                     "Participant portal", "active")  # fmt: skip
_IDS: Final = ("0Vw7XQ3mKp2a", "9sLhT4bYcR8d", "Qe1ZfN6uGx5j", "kM2oWv7BtJ0i", "Hy8CrA4nEl3q",
               "Pd6SgU9xDw1z", "Lb5IoF2hMk7v", "Xc3TjR8yQs4e")  # fmt: skip
_ROWS: Final[tuple[tuple[Status, str, str, tuple[str, ...], int | None, int], ...]] = (
    ("active", "prod", "Claims intake, team Payments", ("events:write",), 0, 200),
    ("active", "prod", "Nachtlauf Abrechnung – مناوبة ليلية", ("events:write", "billing:read"), 2,
     310),
    ("expiring", "prod", "Document sync", ("events:write", "document:read", "document:write"), 1,
     19),
    ("stale", "staging", "Old importer", ("events:write",), 41, 120),
    ("rotated", "prod", "Claims intake, team Payments", ("events:write",), 3, 90),
    ("suspended", "dev", "Load test", ("events:write", "participant:read"), 64, 60),
    ("revoked", "staging", "Trial of a partner", ("participant:read",), 75, 15),
    ("expired", "dev", "Workshop in spring", ("events:write",), None, -5),
)  # fmt: skip
SCOPES: Final = (
    Scope("s1", "events:write", "Send events, alerts and blocks to GovDesk", "active"),
    Scope("s2", "participant:read", "Read participants of the system", "active"),
    Scope("s3", "document:read", "Read documents", "active"),
    Scope("s4", "document:write", "Add and change documents", "active"),
    Scope("s5", "billing:read", "Read invoices", "retired"),
)
VERSIONS: Final = (
    Version(2, "current", "9f2c41d07be85a36", 9),
    Version(1, "live", "03ab77c1e5d20f94", 3),
    Version(0, "waiting", "", 1),
)


def sample_key(place: int, system: Node = CLAIMS) -> Key:
    """One of the rows above, as the server would tell of it."""
    status, environment, owner, scopes, used, days = _ROWS[place]
    family = uuid.uuid5(uuid.NAMESPACE_URL, f"family{0 if place in (0, 4) else place}")
    ended = NOW - timedelta(days=5) if status in ("revoked", "expired") else None
    last = None if used is None else NOW - timedelta(days=used, hours=2 * place + 1)
    return Key(
        id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"key{place}")),
        key_id=_IDS[place],
        prefix=f"gd_{environment}_{_IDS[place]}",
        environment=environment,
        system_id=system.id,
        system=system.name,
        node_path=system.node_path,
        owner_label=owner,
        scopes=scopes,
        status=status,
        stored_status="active" if status in ("expiring", "stale") else status,
        family=str(family),
        replaces=str(uuid.uuid5(uuid.NAMESPACE_URL, "key4")) if place == 0 else None,
        grace_days=2 if status == "rotated" else None,
        created_at=NOW - timedelta(days=20 + 23 * place),
        created_by="user:olga@acme.example",
        expires_at=NOW + timedelta(days=days, hours=5),
        first_used_at=None if last is None else NOW - timedelta(days=19 + 23 * place),
        ends_at=NOW + timedelta(days=1) if status == "rotated" else None,
        stale_at=NOW - timedelta(days=11) if status == "stale" else None,
        ended_at=ended,
        last_used_at=last,
        last_ip=None if last is None else f"203.0.113.{10 + place}",
    )


def sample_facts(count: int = len(_ROWS)) -> Facts:
    """The keys of one system."""
    return Facts(tuple(sample_key(place) for place in range(count)), SCOPES, Policy(), VERSIONS)


def sample_uses(most: int = 1200) -> Sequence[tuple[date, int]]:
    """A month of use: quiet at weekends, one day without."""
    days = [NOW.date() - timedelta(days=29 - place) for place in range(30)]
    return [(one, _of_day(one, place, most)) for place, one in enumerate(days)]


def _of_day(day: date, place: int, most: int) -> int:
    if place == 12:
        return 0
    return most * (37 * place % 61 + 40) // 100 // (5 if day.weekday() > 4 else 1)


def sample_revealed() -> Revealed:
    """A key that opens nothing: its secret says so."""
    key = sample_key(0)
    return Revealed(f"{key.prefix}_{'NotASecret' * 4}abc_000000", key, Change(key.id, True))


def sample_event() -> Event:
    """What the guide waits for."""
    return Event(
        seq=10_483, at=NOW, occurred_at=NOW, severity="info", action="system.event",
        actor=f"key:{sample_key(0).prefix}", on_behalf_of=None, entity_type="system",
        entity_id=CLAIMS.id, system=CLAIMS.name, system_id=CLAIMS.id,
        summary="First event of this system", ip="203.0.113.10", request_id="r-71c2",
        session_id=None, reason=None, leaf_hash="5e" * 32,
    )  # fmt: skip
