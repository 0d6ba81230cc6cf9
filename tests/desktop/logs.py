"""A log long enough to scroll: events that tests can tell apart by number."""

from __future__ import annotations

from govdesk.database.migrate import claim_setup
from tests.people import ACME, Cast

EVENTS = 2000


def fill(cast: Cast, count: int = EVENTS) -> int:
    """Record `count` events, every tenth of them high; returns the newest number."""
    with cast.admin.transaction():
        claim_setup(cast.admin, ACME)
        cast.admin.execute(
            "SELECT govdesk_api.record_events(jsonb_agg(jsonb_build_object("
            " 'action', CASE WHEN n %% 10 = 0 THEN 'system.block' ELSE 'system.event' END,"
            " 'summary', 'Thing ' || n || ' happened', 'request_id', 'r' || n / 4)))"
            " FROM generate_series(1, %s) n",
            (count,),
        )
    return cast.last_seq()
