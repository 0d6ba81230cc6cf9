"""Workers that die, databases that restart, notices that are cut off: nothing is lost.

`GOVDESK_TEST_KILLS` says how often a worker is killed; each death takes about as long as a lease.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

from govdesk.database import migrate
from govdesk.database.deliveries import LISTENER
from govdesk.database.embedded import EmbeddedServer
from tests.databases import APP_PASSWORD, WORKER_PASSWORD, Database, other_binaries, server_folder
from tests.people import Cast, move_in
from tests.receivers import Receiver
from tests.worker.dispatching.outgoing import KILLS, Outgoing
from tests.worker.test_processes import Running, at_work

LEASE = 3
_PER_KILL = 60
_SLOW = "/delay/40"


def test_no_sudden_death_of_a_worker_loses_a_delivery_or_repeats_one_it_had_not_in_hand(
    outgoing: Outgoing, office: Receiver
) -> None:
    for number in range(4):
        outgoing.hook(f"{_SLOW}/{number}")
    told = outgoing.environment | {"GOVDESK_LEASE_SECONDS": str(LEASE)}
    in_hand, recoveries = set[str](), list[float]()
    with ExitStack() as stack:
        heir = _begin(stack, outgoing, told, 0)
        for turn in range(KILLS):
            victim, heir = heir, _begin(stack, outgoing, told, turn + 1)
            before = len(office.ids())
            outgoing.happen(_PER_KILL)
            assert office.wait_for_ids(before + _PER_KILL // 2)
            victim.process.kill()
            victim.process.wait()
            killed_at, held = time.time(), _held_by(outgoing, f"host-{turn}")
            in_hand |= held
            outgoing.wait_for("delivered", 4 * _PER_KILL * (turn + 1), 30)
            recoveries.append(_recovered(outgoing, held) - killed_at)
        assert heir.stop() < 5
    counts = office.ids()
    repeated = {message for message, count in counts.items() if count > 1}
    assert outgoing.states() == {"delivered": 4 * _PER_KILL * KILLS}
    assert counts.keys() == outgoing.messages()
    assert repeated <= in_hand
    assert max(counts.values()) <= 2
    assert in_hand, "no worker was killed while it sent"
    assert max(recoveries) <= LEASE + 2, recoveries
    # Its last results may still have been on their way into the database.
    assert len(repeated) <= outgoing.outcomes().count("lost") <= len(in_hand)


def _begin(stack: ExitStack, outgoing: Outgoing, told: dict[str, str], turn: int) -> Running:
    database = outgoing.cast.database
    return stack.enter_context(at_work(database, None, f"host-{turn}", more=told))


def _held_by(outgoing: Outgoing, host: str) -> set[str]:
    """What a worker had claimed and not finished."""
    rows = outgoing.cast.admin.execute(
        "SELECT message_id FROM govdesk.delivery WHERE lease IS NOT NULL AND leased_by = %s",
        (host,),
    ).fetchall()
    return {str(row[0]) for row in rows}


def _recovered(outgoing: Outgoing, messages: set[str]) -> float:
    """When the last of them was tried again by somebody else."""
    return float(
        outgoing.cast.one(
            "SELECT coalesce(extract(epoch FROM max(a.at)), 0) FROM govdesk.delivery_attempt a"
            " JOIN govdesk.delivery d ON d.id = a.delivery_id"
            " WHERE d.message_id = ANY (%s) AND a.outcome = 'delivered'",
            list(messages),
        )
    )


def test_postgres_restarted_in_the_middle_loses_nothing_and_repeats_nothing(
    office: Receiver, tmp_path: Path
) -> None:
    with server_folder() as folder:
        server = _started(folder / "server", None)
        try:
            cast = _cast_on(server)
            outgoing = Outgoing.at(cast, office, tmp_path)
            for number in range(3):
                outgoing.hook(f"{_SLOW}/{number}")
            told = outgoing.environment | {"GOVDESK_LEASE_SECONDS": "20"}
            with at_work(cast.database, None, more=told) as worker:
                outgoing.happen(200)
                assert office.wait_for_ids(100)
                cast.close()
                server.stop()
                port, server = server.port, _started(folder / "server", server.port)
                assert server.port == port
                cast = Cast(cast.database)
                outgoing.cast = cast
                outgoing.wait_for("delivered", 600, 60)
                assert worker.stop() < 5
            cast.close()
        finally:
            server.stop()
    assert len(office.ids()) == 600
    assert set(office.ids().values()) == {1}
    assert "Traceback" not in "".join(worker.log)


def _started(home: Path, port: int | None) -> EmbeddedServer:
    return EmbeddedServer.start(home, port=port, binaries=other_binaries(), fast_tests=True)


def _cast_on(server: EmbeddedServer) -> Cast:
    name = "govdesk"
    admin = server.admin_url_of(name)
    migrate.install(admin, app_password=APP_PASSWORD, worker_password=WORKER_PASSWORD)
    move_in(admin)
    app = server.url("govdesk_app", APP_PASSWORD, name)
    return Cast(Database(name, admin, app, server.url("govdesk_worker", WORKER_PASSWORD, name)))


def test_a_cut_listener_costs_at_most_a_second_and_is_back_soon(
    outgoing: Outgoing, office: Receiver
) -> None:
    outgoing.hook()
    waits = []
    with at_work(outgoing.cast.database, None, more=outgoing.environment) as worker:
        outgoing.happen()
        assert office.wait_for_ids(1)
        for number in range(2, 4):
            first = _listener(outgoing)
            assert first is not None
            cut = time.time()
            outgoing.cast.admin.execute("SELECT pg_terminate_backend(%s)", (first,))
            outgoing.happen()
            assert office.wait_for_ids(number)
            waits.append(office.messages[-1].at - cut)
            outgoing.wait(lambda old=first: _listener(outgoing) not in (None, old), 15)
        assert worker.stop() < 5
    # A look each second, and what a busy machine adds.
    assert max(waits) <= 1.5, waits


def _listener(outgoing: Outgoing) -> int | None:
    row = outgoing.cast.admin.execute(
        "SELECT pid FROM pg_stat_activity WHERE application_name = %s"
        " AND datname = current_database()",
        (LISTENER,),
    ).fetchone()
    return None if row is None else int(row[0])


def test_a_worker_told_to_stop_finishes_what_it_sends_and_leaves_the_rest_to_others(
    outgoing: Outgoing, office: Receiver
) -> None:
    for number in range(3):
        outgoing.hook(f"/delay/700/{number}")
    database, told = outgoing.cast.database, outgoing.environment
    with at_work(database, None, "one", more=told) as one:
        outgoing.happen(8)
        assert office.wait_for_ids(12)
        assert one.stop() < 4
        with at_work(database, None, "two", more=told) as two:
            outgoing.wait_for("delivered", 24)
            two.stop()
    assert set(office.ids().values()) == {1}
    assert outgoing.outcomes() == ["delivered"] * 24


def test_a_receiver_that_hangs_holds_up_no_end_and_its_delivery_comes_back(
    outgoing: Outgoing, office: Receiver
) -> None:
    outgoing.hook("/hang")
    told = outgoing.environment | {"GOVDESK_LEASE_SECONDS": "20"}
    with at_work(outgoing.cast.database, None, more=told) as worker:
        outgoing.happen(2)
        assert office.wait_for_ids(2)
        # The drain takes 4 s; the receiver would have held it for as long as the worker waits.
        assert worker.stop() < 12
    assert any("left to its lease" in line for line in worker.log)
    assert outgoing.states() == {"pending": 2}
    assert len(outgoing.in_hand()) == 2
