"""What tests of API keys begin with: an order, a key, a door to knock at, days that pass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from govdesk.database import key_doors, ticking
from govdesk.database.connection import Session
from govdesk.domain.api_keys import Environment
from govdesk.services import api_keys, key_changes, peppers
from govdesk.services.api_keys import Key
from govdesk.services.key_changes import NewKey, Revealed
from govdesk.services.verifying_keys import Verified, Verifier
from govdesk.vault.peppers import PepperFile
from tests.doors import Connection, later, worker
from tests.people import ACME, Cast

CLAIMS, PORTAL = "acme.claims", "acme.portal"
EVENTS = "events:write"
KEYS, SEEN = "govdesk.api_key", "govdesk.api_key_seen"
TIMES = "created_at, first_used_at, ends_at, stale_at, reactivated_at, ended_at, expires_at"
HOST = "tests"


def system_id(cast: Cast, path: str = CLAIMS) -> str:
    """The id of a system."""
    return str(cast.one("SELECT id FROM govdesk.node WHERE node_path = %s::ltree", path))


def in_days(days: float) -> datetime:
    """So many days from now."""
    return datetime.now(UTC) + timedelta(days=days)


def order(
    cast: Cast,
    path: str = CLAIMS,
    environment: Environment = "prod",
    *,
    label: str = "Claims team",
    scopes: tuple[str, ...] = (EVENTS,),
    days: float = 200,
) -> NewKey:
    """An order for a key of a system."""
    return NewKey(system_id(cast, path), environment, label, scopes, in_days(days))


def generate(cast: Cast, session: Session, path: str = CLAIMS, **more: Any) -> Revealed:
    """Make a key for a system."""
    return key_changes.generate(session, order(cast, path, **more))


def shown(session: Session, made: Revealed) -> Key:
    """The key as it is now."""
    return api_keys.find(session, made.key.id)


@dataclass(frozen=True)
class Door:
    """The worker's login with a file of peppers, as the web pages use both."""

    connection: Connection
    file: PepperFile

    @classmethod
    def of(cls, cast: Cast, folder: Path) -> Door:
        """A door of this test's own; the file is made when somebody needs it."""
        door = cls(worker(cast), PepperFile(folder / "peppers.json"))
        peppers.ready(door.connection, door.file)
        return door

    def knock(self, raw: str) -> Verified:
        """Verify a raw key in a transaction of its own, which is committed."""
        with self.connection.transaction():
            return Verifier(self.file).verify(self.connection, raw)

    def reason(self, raw: str) -> str:
        """How knocking ends, in a word."""
        return self.knock(raw).refusal or "ok"

    def attend(self) -> int:
        """What the worker does every two seconds."""
        return peppers.attend(self.connection, self.file.ring(), HOST)

    def rotate(self) -> int:
        """A new pepper, current everywhere."""
        return peppers.rotate(self.connection, self.file, HOST).version

    def meter(self) -> dict[int, int]:
        """Live keys by version, over all organisations."""
        return {one.version: one.keys for one in peppers.meter(self.connection) if one.keys}

    def expire(self) -> int:
        """What falls due by itself."""
        return ticking.expire_due(self.connection, HOST)

    def used(self, made: Revealed, *uses: tuple[int, int]) -> None:
        """Say that a key was used so many days ago, so often."""
        told = [
            key_doors.Use(
                UUID(made.key.id), in_days(-back).date(), number, in_days(-back), "203.0.113.9"
            )
            for back, number in uses
        ]
        key_doors.record_uses(self.connection, told)


def days_pass(cast: Cast, days: float, *, key: str | None = None) -> None:
    """Let days pass for every key, or for one: all its times move into the past."""
    where = "true" if key is None else f"id = '{key}'"
    later(cast, KEYS, TIMES, f"{days} days", where)
    later(cast, SEEN, "last_used_at", f"{days} days", where)


def actions(cast: Cast, after: int, noun: str = "api_key") -> list[str]:
    """What the log says of keys since then, oldest first."""
    return [row["action"] for row in cast.rows(after, ACME) if row["action"].startswith(f"{noun}.")]
