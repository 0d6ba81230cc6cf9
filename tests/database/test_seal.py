"""The seal writes the bytes of the spec, without gap or fork, in the order of commits."""

from __future__ import annotations

import hashlib
import json
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from govdesk import __version__
from govdesk.database import rows
from govdesk.database.demo import install_clock
from govdesk.database.migrate import claim_setup
from govdesk.evidence import leaf
from govdesk.evidence.canonical import canonical
from govdesk.evidence.leaf import COMMITTED, GENESIS
from govdesk.evidence.verification import State, Verifier
from govdesk.services import audit
from tests.database.conftest import ACME, ADA, BETA, OLGA, Cast
from tests.database.rich_events import Event, as_json, events, sealed, written

CLAIMS = "00000000-0000-4000-8000-00000000c1a1"
"""Stands for the id of a system, which differs from database to database."""


@pytest.fixture
def clocked(module_cast: Cast) -> Cast:
    """The shared cast on a demo clock, so that an administrator may choose every field."""
    install_clock(module_cast.database.admin_url)
    return module_cast


def send(cast: Cast, batch: list[Event], path: str = ACME) -> None:
    with cast.admin.transaction():
        claim_setup(cast.admin, path)
        cast.admin.execute("SELECT govdesk_api.record_events(%s)", (as_json(batch),))


def stored(cast: Cast, after: int, path: str = ACME) -> list[leaf.Row]:
    query = (
        f"COPY (SELECT {rows.COLUMNS} FROM govdesk.audit_log l"
        f" WHERE l.tenant_path = '{path}' AND l.seq > {after} ORDER BY l.seq) TO STDOUT"
    )
    with cast.admin.cursor() as cursor, cursor.copy(query) as copy:  # type: ignore[call-overload]
        return [rows.parse_line(bytes(line)) for line in copy]


def expected_leaf(event: Event, row: leaf.Row, system: str, prev: str) -> bytes:
    """The leaf by the spec's own building, from what was sent; number, time and salts are given."""
    data = event.get("data")
    values = {
        "actor": event["actor"],
        "diff": None if data is None else {"data": {"new": sealed(data)}},
        "ip": event.get("ip"),
        "on_behalf_of": event.get("on_behalf_of"),
        "reason": event.get("reason"),
        "session_id": event.get("session_id"),
        # The one field that is searched is kept in NFC; the filter language compares so.
        "summary": unicodedata.normalize("NFC", event["summary"]),
    }
    salts = json.loads(row.salts)
    clear = {
        "action": event["action"],
        "at": row.at,
        "entity_id": event.get("entity_id"),
        "entity_type": event["entity_type"],
        "occurred_at": event.get("occurred_at"),
        "request_id": event.get("request_id"),
        "seq": row.seq,
        "severity": event["severity"],
        "system_id": system if "system_id" in event else None,
        "tenant_path": ACME,
    }
    commitments = {n: leaf.commitment(bytes.fromhex(salts[n]), values[n]) for n in COMMITTED}
    return leaf.build(clear, commitments, prev)


FULL: Event = {
    "action": "x.a",
    "severity": "high",
    "entity_type": "t",
    "entity_id": "~ !#[]",
    "request_id": "r",
    "system_id": CLAIMS,
    "actor": "e\u0301\U0001f511",
    "summary": "\x01\u2028",
    "occurred_at": "2026-05-03T04:05:06.000000Z",
    "on_behalf_of": "é",
    "reason": "",
    "session_id": CLAIMS,
    "ip": "2001:db8::1",
    "data": {"b": [], "a": {}, "B": [None, True], "": ""},
}


@settings(
    max_examples=100,
    phases=[Phase.explicit, Phase.generate],  # shrinking costs minutes against a server
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(st.lists(events(CLAIMS), min_size=1, max_size=6))
@example([FULL])
def test_the_sql_leaf_is_byte_for_byte_the_leaf_of_the_spec(
    clocked: Cast, batch: list[Event]
) -> None:
    system = str(clocked.one("SELECT id FROM govdesk.node WHERE node_path = 'acme.claims'"))
    after = clocked.last_seq()
    prev = clocked.one(
        "SELECT encode(leaf_hash, 'hex') FROM govdesk.audit_log"
        " WHERE tenant_path = 'acme' AND seq = %s",
        after,
    )
    send(clocked, [{**e, "system_id": system} if "system_id" in e else e for e in batch])
    found = stored(clocked, after)
    assert len(found) == len(batch)
    for event, row in zip(batch, found, strict=True):
        text = expected_leaf(event, row, system, prev)
        assert row.leaf.encode() == text
        assert row.leaf_hash == hashlib.sha256(b"\x00" + text).hexdigest()
        if row.diff is not None:
            assert row.diff.encode() == canonical(json.loads(row.diff))
        prev = row.leaf_hash
    verifier = Verifier(State(seq=after, prev=found and json.loads(found[0].leaf)["prev"]))
    verifier.feed(found)
    assert verifier.finish().faults == []


@pytest.mark.parametrize(
    "claim", ["infinity", "-infinity", "20000-01-01T00:00:00Z", "0044-03-15 00:00:00Z BC"]
)
def test_a_time_that_no_leaf_can_hold_is_refused_or_sealed_without_a_false_alarm(
    cast: Cast, claim: str
) -> None:
    event = {"action": "system.event", "summary": "when?", "occurred_at": claim}
    refused = ""
    try:
        send(cast, [event])
    except psycopg.Error as error:
        refused = str(error.sqlstate)
    assert refused in ("", "GD012")
    report = audit.verify(cast.sign_in(OLGA), cast.database.app_url)
    assert report.faults == []


def chain_of(cast: Cast, path: str = ACME) -> list[leaf.Row]:
    """The whole log, after checking number, link and time of every row."""
    found = stored(cast, 0, path)
    prev, at = GENESIS, ""
    for number, row in enumerate(found, 1):
        members = leaf.parse(row.leaf)
        assert members is not None
        assert (row.seq, members["seq"], members["prev"]) == (number, number, prev)
        assert row.at >= at
        prev, at = row.leaf_hash, row.at
    return found


THREADS, WRITES = 16, 50


def test_sixteen_writers_on_one_tenant_make_no_gap_fork_or_deadlock(cast: Cast) -> None:
    before = cast.last_seq()
    begin = threading.Barrier(THREADS)

    def write(number: int) -> int:
        kept = 0
        with psycopg.connect(cast.database.admin_url, autocommit=True) as connection:
            begin.wait()
            for turn in range(WRITES):
                with connection.transaction(force_rollback=turn % 10 == 9):
                    claim_setup(connection, ACME)
                    connection.execute(
                        "INSERT INTO govdesk.node (tenant_id, tenant_path, node_path, kind, name)"
                        " SELECT tenant_id, tenant_path, %s::ltree, 'system', 'n' FROM"
                        " govdesk.tenant WHERE tenant_path = 'acme'",
                        (f"acme.w{number}_{turn}",),
                    )
                    connection.execute(
                        "UPDATE govdesk.node SET name = 'm' WHERE node_path = %s::ltree",
                        (f"acme.w{number}_{turn}",),
                    )
                kept += 2 * (turn % 10 != 9)
        return kept

    with ThreadPoolExecutor(THREADS) as pool:
        kept = sum(pool.map(write, range(THREADS)))
    assert kept == THREADS * WRITES * 2 * 9 // 10
    assert len(chain_of(cast)) == before + kept
    assert cast.one("SELECT count(*) FROM govdesk_private.pending") == 0
    assert cast.one("SELECT count(*) FROM govdesk_private.ticket") == 0


def test_two_rows_of_one_transaction_stand_side_by_side(cast: Cast) -> None:
    before = cast.last_seq()
    with psycopg.connect(cast.database.admin_url) as slow:
        claim_setup(slow, ACME)
        slow.execute("UPDATE govdesk.node SET name = 'slow 1' WHERE node_path = 'acme.claims'")
        with cast.admin.transaction():
            claim_setup(cast.admin, ACME)
            cast.admin.execute("UPDATE govdesk.node SET name = 'q' WHERE node_path = 'acme.portal'")
        slow.execute("UPDATE govdesk.node SET name = 'slow 2' WHERE node_path = 'acme.claims'")
    assert [row["diff"]["name"]["new"] for row in cast.rows(before)] == ["q", "slow 1", "slow 2"]


def test_holding_a_transaction_open_back_dates_nothing(cast: Cast) -> None:
    with psycopg.connect(cast.database.admin_url) as slow:
        claim_setup(slow, ACME)
        slow.execute("UPDATE govdesk.node SET name = 'slow' WHERE node_path = 'acme.claims'")
        with cast.admin.transaction():
            claim_setup(cast.admin, ACME)
            cast.admin.execute("UPDATE govdesk.node SET name = 'q' WHERE node_path = 'acme.portal'")
        committed = cast.one("SELECT clock_timestamp()")
    quick, held = cast.rows(0)[-2:]
    assert (quick["diff"]["name"]["new"], held["diff"]["name"]["new"]) == ("q", "slow")
    assert held["at"] >= committed >= quick["at"]


def test_time_never_goes_back_when_the_clock_does(cast: Cast) -> None:
    install_clock(cast.database.admin_url)
    late = datetime(2090, 1, 1, tzinfo=UTC)
    send(cast, [{"action": "x.late", "summary": "late", "at": written(late)}])
    session = cast.sign_in(ADA)
    with session.transaction() as connection:
        connection.execute("UPDATE govdesk.node SET name = 'New' WHERE node_path = 'acme.claims'")
    assert [row["at"] for row in cast.rows(0)[-3:]] == [late] * 3
    chain_of(cast)


def test_tenants_have_logs_of_their_own_in_one_transaction_each(cast: Cast) -> None:
    lengths = {path: len(chain_of(cast, path)) for path in (ACME, BETA)}
    send(cast, [{"action": "x.a", "summary": "s"}], BETA)
    assert len(chain_of(cast, BETA)) == lengths[BETA] + 1
    assert len(chain_of(cast, ACME)) == lengths[ACME]


def test_a_thousand_rows_of_one_statement_are_sealed_in_order(cast: Cast) -> None:
    before = cast.last_seq()
    send(cast, [{"action": "x.a", "summary": f"{n}"} for n in range(1000)])
    assert [row["summary"] for row in cast.rows(before)] == [f"{n}" for n in range(1000)]
    assert len({row["at"] for row in cast.rows(before)}) == 1
    chain_of(cast)


def test_salts_are_random_and_never_repeat(cast: Cast) -> None:
    send(cast, [{"action": "x.a", "summary": "same"} for _ in range(50)])
    salts: list[Any] = [salt for row in stored(cast, 0) for salt in json.loads(row.salts).values()]
    assert len(salts) == 7 * cast.last_seq()
    assert len(set(salts)) == len(salts)
    assert all(len(salt) == 32 for salt in salts)


def test_the_first_row_follows_nothing_and_names_its_maker(cast: Cast) -> None:
    first = stored(cast, 0)[0]
    members = leaf.parse(first.leaf)
    assert members is not None
    assert members["prev"] == GENESIS
    assert first.actor == f"setup:{__version__}"
