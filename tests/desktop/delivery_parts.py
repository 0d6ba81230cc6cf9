"""The delivery log in a window of its own, over a database of the test's own.

``log()``              a `Log`: an endpoint of Acme, and words to fill its log by plain SQL
``opened_log(OLGA)``   signs in and shows the log, read
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from govdesk.config.preferences import Preferences
from govdesk.database.connection import Session
from govdesk.database.demo import Person
from govdesk.desktop.deliveries.part import DeliveriesPart
from govdesk.jobs import Jobs
from govdesk.services.link import Link
from govdesk.services.organization import Here
from tests.desktop import driving
from tests.desktop.driving import wait_for
from tests.desktop.governed import OpenedPage, settle
from tests.doors import seat
from tests.endpoints import change, claim, fan_out, finish, ready, result
from tests.people import OLGA, Cast

OpenedLog = Callable[..., DeliveriesPart]

_FILL = """
WITH made AS (
    INSERT INTO govdesk.delivery (tenant_id, tenant_path, node_path, webhook_id, event, origin,
                                  message_id, status, attempts, created_at, done_at, last_outcome)
    SELECT w.tenant_id, w.tenant_path, w.node_path, w.id,
           CASE n %% 5 WHEN 0 THEN 'grant.created' ELSE 'member.invited' END, 'event',
           'msg_' || lpad(n::text, 26, '0'), CASE n %% 10 WHEN 3 THEN 'failed' ELSE 'delivered' END,
           1, %(end)s::timestamptz - make_interval(secs => n), %(end)s::timestamptz,
           CASE n %% 10 WHEN 3 THEN 'http' ELSE 'delivered' END
      FROM govdesk.webhook w, generate_series(1, %(count)s) n
     WHERE w.id = %(webhook)s
 RETURNING *)
INSERT INTO govdesk.delivery_attempt (delivery_id, number, tenant_id, tenant_path, node_path,
       webhook_id, event, origin, at, host, outcome, status, error, address, tls, dns_ms, tcp_ms,
       tls_ms, first_byte_ms, total_ms, response)
SELECT d.id, 1, d.tenant_id, d.tenant_path, d.node_path, d.webhook_id, d.event, d.origin,
       d.created_at, 'w1', d.last_outcome, CASE d.last_outcome WHEN 'http' THEN 500 ELSE 200 END,
       CASE d.last_outcome WHEN 'http' THEN 'The receiver answered 500.' END,
       '203.0.113.9:443', 'TLS 1.3', 2.5, 14, 22, 61, 104,
       CASE d.last_outcome WHEN 'http' THEN '<b>no</b>' END
  FROM made d
"""


def alive(cast: Cast) -> None:
    """Have a worker been heard of just now."""
    cast.admin.execute(
        "INSERT INTO govdesk_private.worker_seen (host, release, seen_at)"
        " VALUES ('w1', '1.0', clock_timestamp())"
        " ON CONFLICT (host) DO UPDATE SET seen_at = clock_timestamp()"
    )


class Log:
    """An endpoint that hears of everything, and a worker without a network."""

    def __init__(self, cast: Cast):
        self.cast = cast
        self.session: Session = seat(cast, OLGA.email)
        self.webhook: UUID = ready(cast, self.session)

    def fill(self, count: int, end: str = "2026-11-21T09:00:00Z") -> None:
        """So many tries, a second apart, the newest a second before `end`; a tenth failed."""
        values = {"count": count, "end": end, "webhook": self.webhook}
        self.cast.admin.execute(_FILL, values)

    def change(self, count: int = 1) -> None:
        """So many changes, each made a delivery that is still to be sent."""
        for number in range(count):
            change(self.session, f"Portal {self.cast.last_seq()} {number}")
        fan_out(self.cast)

    def send(self, state: str = "delivered", lane: str = "first", **facts: Any) -> int:
        """Try whatever is due in a lane; how many tries there were."""
        rows = claim(self.cast, lane)
        return finish(self.cast, *(result(row, state, **facts) for row in rows))

    def alive(self) -> None:
        """A worker has been heard of just now."""
        alive(self.cast)

    def statuses(self) -> list[str]:
        """States of the deliveries, the oldest first."""
        found = self.cast.admin.execute(
            "SELECT status FROM govdesk.delivery WHERE webhook_id = %s ORDER BY created_at",
            (self.webhook,),
        ).fetchall()
        return [status for (status,) in found]


@pytest.fixture
def log(cast: Cast) -> Log:
    """A log of this test's own."""
    return Log(cast)


@pytest.fixture
def opened_log(jobs: Jobs, opened_page: OpenedPage, tmp_path: Path) -> OpenedLog:
    """Show the log to one of the cast."""

    def make(link: Link, jobs: Jobs, here: Here) -> DeliveriesPart:
        kept = Preferences(tmp_path / "preferences.json", policy=tmp_path / "policy.json")
        driving.ending.callback(kept.close)
        return DeliveriesPart(
            link, jobs, kept, here, UTC, choose=lambda parent, title, name, kinds: str(
                tmp_path / name
            ),
        )  # fmt: skip

    def open_it(person: Person = OLGA) -> DeliveriesPart:
        part: DeliveriesPart = opened_page(person, make)
        wait_for(lambda: not part.reader.is_opening, what="the log")
        settle(jobs)
        return part

    return open_it


def shown(part: DeliveriesPart, key: str) -> list[str]:
    """Texts of one column, of every row that is there."""
    place = next(at for at, column in enumerate(part.model.columns) if column.key == key)
    lines = (part.model.line(row) for row in range(part.model.rowCount()))
    return [line.texts[place] for line in lines if line is not None]
