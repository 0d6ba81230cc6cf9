"""The installation as a whole: its workers, and whether one is alive; the worker's login only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from govdesk.database.connection import Connection, explained


@dataclass(frozen=True, slots=True)
class Workers:
    """When a worker last gave a sign of life (None: never), by the database's clock, `now`.

    `lost_at` is when the silence that still lasts was noted, None if none was; `heard` are names
    and times of all, the latest first; `started_at` is the latest start of any.
    """

    now: datetime
    last_at: datetime | None
    lost_at: datetime | None
    heard: tuple[tuple[str, datetime], ...]
    started_at: datetime | None = None

    @property
    def silence(self) -> timedelta | None:
        """How long nobody has been heard of; None if nobody ever was."""
        return None if self.last_at is None else self.now - self.last_at

    def heard_within(self, time: timedelta) -> tuple[str, ...]:
        """Names of those that were heard of no longer ago than that."""
        return tuple(host for host, at in self.heard if self.now - at <= time)


def workers(connection: Connection) -> Workers:
    """What is known of the workers; raises `DatabaseProblem`."""
    with explained():
        row = connection.execute(
            "SELECT clock_timestamp(), govdesk_api.installation_state()"
        ).fetchone()
    assert row is not None
    now, state = row
    starts = [one["started_at"] for one in state.get("workers") or () if one["started_at"]]
    return Workers(
        now,
        _moment(state.get("last_worker_at")),
        _moment(state.get("worker_lost_at")),
        tuple(
            (str(one["host"]), datetime.fromisoformat(one["seen_at"]))
            for one in state.get("workers") or ()
        ),
        max(map(datetime.fromisoformat, starts), default=None),
    )


def worker_started(connection: Connection, host: str, release: str) -> bool:
    """Note a start; whether this release had not been started here before, once for all workers."""
    with explained():
        row = connection.execute(
            "SELECT govdesk_api.worker_started(%s, %s)", (host, release)
        ).fetchone()
    return bool(row and row[0])


def note_worker_lost(connection: Connection, since: datetime | None) -> bool:
    """Note that nobody has been heard of since then; true for who noted it first."""
    with explained():
        row = connection.execute("SELECT govdesk_api.note_worker_lost(%s)", (since,)).fetchone()
    return bool(row and row[0])


def note_worker_back(connection: Connection) -> datetime | None:
    """The beginning of a silence that is over, for who asks first; None otherwise."""
    with explained():
        row = connection.execute("SELECT govdesk_api.note_worker_back()").fetchone()
    return row[0] if row else None


def _moment(value: Any) -> datetime | None:
    return None if value is None else datetime.fromisoformat(str(value))
