"""How much a worker takes upon itself at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from govdesk.database.deliveries import Lane

SENDERS: Final = 64
LEASE_SECONDS: Final = 60
DEADLINE_SECONDS: Final = 15.0
"""Of one try: name, connection, TLS and the whole answer."""
EACH: Final = 4
"""Tries at one endpoint at the same time; a failing one gets one."""
BATCH: Final = 500
AHEAD_SECONDS: Final = 0.25
"""How much work is held beyond what is being sent, measured by the pace of the last moments."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`senders` threads try at the same time; a claim is good for `lease_seconds`."""

    senders: int = SENDERS
    lease_seconds: int = LEASE_SECONDS

    def senders_of(self, lane: Lane) -> int:
        """Threads of a lane: those of first tries and retries never wait for each other."""
        tests, retries = max(1, self.senders // 16), max(1, self.senders // 4)
        return {"test": tests, "retry": retries, "first": self.senders - tests - retries}[lane]

    def share_of(self, lane: Lane) -> int:
        """How many of a lane's senders one organization may have; some are left for others."""
        senders = self.senders_of(lane)
        if lane == "test":
            return max(1, senders // 2)
        return max(min(senders, EACH + 1), senders // 2)

    @property
    def deadline_seconds(self) -> float:
        """The longest a try takes; well inside the lease, however short that is."""
        return min(DEADLINE_SECONDS, self.lease_seconds / 2)

    @property
    def patience_seconds(self) -> float:
        """How long after its claim a try may begin, so that it ends before its lease does."""
        return self.lease_seconds - self.deadline_seconds - min(1.0, self.lease_seconds / 8)
