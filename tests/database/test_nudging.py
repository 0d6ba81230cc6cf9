"""Claims: a committed change wakes the workers once, and telling them never costs the change."""

from __future__ import annotations

import psycopg
import pytest

from govdesk.database.nudging import CHANNEL, nudge
from govdesk.domain.problem import Problem
from govdesk.services import places
from govdesk.services.changes import writing
from tests.databases import Connect
from tests.people import OLGA, Cast


class Stopped(Exception):
    """Whoever writes thought better of it."""


def heard(listener: psycopg.Connection[object]) -> int:
    """How often the workers were woken since the last look; it asks, so that all has arrived."""
    listener.execute("SELECT")
    return len(list(listener.notifies(timeout=0)))


@pytest.fixture
def listener(cast: Cast, connect: Connect) -> psycopg.Connection[object]:
    worker = connect(cast.database.worker_url)
    worker.execute(f"LISTEN {CHANNEL}")
    return worker


def test_a_change_wakes_the_workers_once(cast: Cast, listener: psycopg.Connection[object]) -> None:
    olga = cast.sign_in(OLGA)
    assert heard(listener) == 0
    for n in range(8):
        change = places.add_site(olga, f"Site {n}")
        assert change.seq
        assert heard(listener) == 1


def test_what_is_not_committed_wakes_nobody(
    cast: Cast, listener: psycopg.Connection[object]
) -> None:
    olga = cast.sign_in(OLGA)
    with pytest.raises(Problem), writing(olga) as connection:
        connection.execute("SELECT 1/0")
    with pytest.raises(Stopped), writing(olga):
        raise Stopped
    assert heard(listener) == 0


def test_inside_a_transaction_nobody_is_woken(
    cast: Cast, listener: psycopg.Connection[object]
) -> None:
    olga = cast.sign_in(OLGA)
    with olga.transaction():
        nudge(olga.connection)
    assert heard(listener) == 0


def test_a_connection_that_is_gone_costs_nothing_but_the_hint(cast: Cast, connect: Connect) -> None:
    one = connect(cast.database.worker_url)
    cast.admin.execute("SELECT pg_terminate_backend(%s)", (one.info.backend_pid,))
    nudge(one)
    assert one.closed
    nudge(one)
