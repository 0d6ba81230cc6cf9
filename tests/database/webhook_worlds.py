"""Webhooks against the real database: a worker by hand, who sends nothing and says how it went."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from govdesk.database import deliveries as queue
from govdesk.database.connection import Session
from govdesk.database.deliveries import Claimed, Order
from govdesk.services import webhook_changes
from govdesk.services.webhook_changes import Added
from govdesk.services.webhook_drafts import Draft
from tests.doors import worker
from tests.people import Cast
from tests.vaulting import Round

SIEM = Draft(
    None, "webhook", "Security team", "https://siem.example.com/hooks/govdesk",
    ("member.*", "node.*"),
)  # fmt: skip
LOGS = Draft(None, "syslog", "Logs", "syslog+tls://logs.example.com:6514", ("audit.row",))
HOST = "worker-1"


class Hand:
    """The worker's login, worked by the test: each step is one call of the real queue."""

    def __init__(self, cast: Cast, folder: Path):
        self.door = worker(cast)
        self.vault = Round(cast, folder)
        self.vault()
        self.beat()

    def beat(self) -> None:
        """Be alive."""
        self.door.execute("SELECT govdesk_api.worker_seen(%s, 'tests')", (HOST,))

    def fan_out(self) -> None:
        """Make deliveries until there is nothing to look at."""
        while queue.fan_out(self.door, HOST, 1000)[1]:
            pass

    def claim(self, lane: Any = "first") -> list[Claimed]:
        """Take what is due in a lane."""
        (taken,) = queue.claim(self.door, HOST, [Order(lane, 100, 100, {}, 60)])
        return taken

    def finish(self, claimed: Claimed, outcome: str = "delivered", **more: Any) -> None:
        """Say how a try went: accepted, unless told otherwise."""
        state = "delivered" if outcome == "delivered" else "failed"
        result: dict[str, Any] = {
            "id": claimed.id, "lease": claimed.lease, "number": claimed.number,
            "at": datetime.now(UTC).isoformat(), "outcome": outcome, "status": 204,
            "state": state, "blame": None if state == "delivered" else "endpoint",
            "slow_down": False, "total_ms": 12.5,
        }  # fmt: skip
        assert queue.finish(self.door, HOST, [result | more]) == 1  # type: ignore[list-item]

    def deliver(self, outcome: str = "delivered", **more: Any) -> list[Claimed]:
        """Make and finish everything that is due first; returns what that was."""
        self.fan_out()
        taken = self.claim()
        for one in taken:
            self.finish(one, outcome, **more)
        return taken

    def again(self) -> list[Claimed]:
        """Accept what is sent again; a failing endpoint is given one at a time."""
        taken: list[Claimed] = []
        while batch := self.claim("retry"):
            for one in batch:
                self.finish(one)
            taken += batch
        return taken


def added(session: Session, draft: Draft = SIEM, **more: Any) -> Added:
    """Add a webhook."""
    return webhook_changes.add(session, draft, **more)
