"""Deliveries in the database: made from the log without a gap, leased once, tried again in time."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from govdesk.database.connection import Session
from tests.doors import ask, later, raw, rows_of, seat, table, worker
from tests.endpoints import (
    CLAIM,
    change,
    claim,
    endpoint,
    fan_out,
    finish,
    ready,
    result,
    secret,
    told,
)
from tests.people import MEI, OLGA, Cast, Row

CLAIMS = "acme.claims"
STATE = "SELECT {} FROM govdesk_private.webhook_state WHERE webhook_id = %s"


@pytest.fixture
def olga(cast: Cast) -> Session:
    return seat(cast, OLGA.email)


def disable(session: Session, webhook: object) -> None:
    with raw(session) as connection:
        connection.execute(
            "UPDATE govdesk.webhook SET status = 'disabled' WHERE id = %s", (webhook,)
        )


def why(session: Session, webhook: object, seq: int) -> dict[str, Any]:
    found = ask(session, "SELECT govdesk_api.why_not_sent(%s, %s)", webhook, seq)
    assert isinstance(found, dict)
    return found


# From the log


def test_every_row_is_delivered_once_in_order_and_chained(cast: Cast, olga: Session) -> None:
    made = ready(cast, olga)
    first = cast.last_seq() + 1
    for number in range(7):
        change(olga, f"Portal {number}")
    assert fan_out(cast, rows=2) == 7
    assert fan_out(cast) == 0
    rows = table(
        olga,
        "SELECT seq, event, message_id, stream_seq, prev_id FROM govdesk.delivery ORDER BY seq",
    )
    assert [row["seq"] for row in rows] == list(range(first, first + 7))
    assert {row["event"] for row in rows} == {"audit.row"}
    numbers = [row["stream_seq"] for row in rows]
    assert numbers == list(range(numbers[0], numbers[0] + 7))
    assert [row["prev_id"] for row in rows[1:]] == [row["message_id"] for row in rows[:-1]]
    assert cast.one("SELECT count(*) FROM govdesk.delivery WHERE webhook_id = %s", made) == 7


def test_a_rolled_back_change_is_no_event(cast: Cast, olga: Session) -> None:
    ready(cast, olga)
    with raw(olga) as connection:
        connection.execute("UPDATE govdesk.node SET name = 'x' WHERE node_path = 'acme.claims'")
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        raise psycopg.Rollback
    assert fan_out(cast) == 0


def test_an_endpoint_gets_what_it_asks_for_below_its_system_and_nothing_about_itself(
    cast: Cast, olga: Session
) -> None:
    claims, whole = ready(cast, olga, CLAIMS), ready(cast, olga, events=["node.*"])
    ready(cast, olga, events=[], alerts=True)
    change(olga)
    with raw(olga) as connection:
        connection.execute("UPDATE govdesk.tenant SET name = 'Acme 2'")
        connection.execute("UPDATE govdesk.webhook SET description = 'b' WHERE id = %s", (claims,))
    fan_out(cast)
    found = cast.admin.execute(
        "SELECT d.webhook_id, l.action, d.event FROM govdesk.delivery d JOIN govdesk.audit_log l"
        " USING (tenant_id, seq)"
    ).fetchall()
    assert (claims, "node.renamed", "audit.row") in found
    assert {row for row in found if row[0] == claims} == {(claims, "node.renamed", "audit.row")}
    assert {row[2] for row in found if row[0] == whole} == {"node.renamed"}
    assert {row[0] for row in found} == {claims, whole}


def test_of_ten_workers_at_once_none_makes_a_delivery_twice(cast: Cast, olga: Session) -> None:
    ready(cast, olga), ready(cast, olga)
    cast.admin.execute("DELETE FROM govdesk.delivery")
    for number in range(40):
        change(olga, f"Portal {number}")
    url = cast.database.worker_url

    def work(_: int) -> int:
        with psycopg.connect(url, autocommit=True) as own:
            return sum(
                rows_of(own, "SELECT * FROM govdesk_api.fan_out('w', 3)")[0]["made"]
                for _ in range(20)
            )

    with ThreadPoolExecutor(10) as pool:
        made = sum(pool.map(work, range(10))) + fan_out(cast)
    assert made == 80 == cast.one("SELECT count(*) FROM govdesk.delivery")
    assert cast.one("SELECT count(DISTINCT (webhook_id, stream_seq)) FROM govdesk.delivery") == 80


# Leases


def test_a_try_is_counted_when_it_is_leased_and_belongs_to_one_worker(
    cast: Cast, olga: Session
) -> None:
    ready(cast, olga)
    for number in range(30):
        change(olga, f"Portal {number}")
    fan_out(cast)
    url = cast.database.worker_url

    def work(_: int) -> list[object]:
        with psycopg.connect(url, autocommit=True) as own:
            return [r["id"] for r in rows_of(own, CLAIM, "first", 4, 100, "{}", 60)]

    with ThreadPoolExecutor(10) as pool:
        given = [one for batch in pool.map(work, range(10)) for one in batch]
    assert len(given) == len(set(given)) == 30
    assert cast.one("SELECT bool_and(attempts = 1) FROM govdesk.delivery")
    assert claim(cast) == []
    assert claim(cast, "retry") == []


def test_a_lease_that_ran_out_is_noted_and_its_late_result_ignored(
    cast: Cast, olga: Session
) -> None:
    ready(cast, olga)
    change(olga)
    fan_out(cast)
    (lost,) = claim(cast)
    later(cast, "govdesk.delivery", "due_at", "61 seconds")
    (again,) = claim(cast, "retry")
    assert (again["number"], again["message_id"]) == (2, lost["message_id"])
    assert finish(cast, result(lost)) == 0
    assert finish(cast, result(again)) == 1
    assert finish(cast, result(again)) == 0, "the same result twice"
    rows = table(olga, "SELECT number, outcome FROM govdesk.delivery_attempt ORDER BY number")
    assert [tuple(row.values()) for row in rows] == [(1, "lost"), (2, "delivered")]


def test_what_a_leaving_worker_gives_back_is_as_if_it_had_never_been_leased(
    cast: Cast, olga: Session
) -> None:
    ready(cast, olga)
    change(olga)
    fan_out(cast)
    (row,) = claim(cast)
    held = json.dumps([{"id": str(row["id"]), "lease": str(row["lease"])}])
    assert told(cast, "SELECT govdesk_api.release_deliveries('w1', %s)", held) == 1
    (again,) = claim(cast)
    assert (again["number"], again["tries"]) == (1, 1)


def test_no_more_are_leased_than_an_endpoint_may_have_in_flight(cast: Cast, olga: Session) -> None:
    one, two = ready(cast, olga), ready(cast, olga)
    for number in range(10):
        change(olga, f"Portal {number}")
    fan_out(cast)
    busy = {str(one): 3, str(two): 4}
    assert [row["webhook_id"] for row in claim(cast, each=4, busy=busy)] == [one]
    assert len(claim(cast, each=4, busy={str(one): -4, str(two): 9})) == 8


def test_a_throttled_endpoint_gets_its_pace(cast: Cast, olga: Session) -> None:
    made = ready(cast, olga, throttle=60)
    for number in range(20):
        change(olga, f"Portal {number}")
    fan_out(cast)
    assert len(claim(cast)) == 5, "five seconds of its pace"
    assert claim(cast) == []
    cast.admin.execute(
        "UPDATE govdesk_private.webhook_state SET tokens_at = tokens_at - interval '2 s'"
        " WHERE webhook_id = %s", (made,),
    )  # fmt: skip
    assert len(claim(cast)) == 2


# Results


def failing(cast: Cast, olga: Session, tries: int = 1, **facts: Any) -> object:
    made = ready(cast, olga)
    for number in range(tries):
        change(olga, f"Portal {number}")
    fan_out(cast)
    rows: list[Row] = []
    while len(rows) < tries:
        (row,) = claim(cast, limit=1)
        finish(cast, result(row, "pending", **facts))
        rows.append(row)
    return made


def test_a_failure_is_tried_again_when_it_is_due(cast: Cast, olga: Session) -> None:
    failing(cast, olga, next_seconds=300)
    assert claim(cast, "retry") == []
    later(cast, "govdesk.delivery", "due_at", "301 seconds")
    (row,) = claim(cast, "retry")
    assert (row["number"], row["tries"]) == (2, 2)
    finish(cast, result(row, "failed"))
    assert table(olga, "SELECT status, last_status FROM govdesk.delivery") == [
        {"status": "failed", "last_status": 500}
    ]


def test_a_fault_of_ours_uses_up_no_try_and_counts_against_nobody(
    cast: Cast, olga: Session
) -> None:
    made = failing(cast, olga, outcome="ours", blame="ours", status=None, next_seconds=30)
    assert cast.one(STATE.format("failures"), made) == 0
    later(cast, "govdesk.delivery", "due_at", "31 seconds")
    (row,) = claim(cast, "retry")
    assert (row["number"], row["tries"]) == (2, 1)
    health = table(olga, "SELECT ok_24h, failed_24h FROM govdesk_api.webhook_health()")
    assert health == [{"ok_24h": 0, "failed_24h": 0}]


def test_ten_failures_open_the_breaker_and_one_probe_closes_it(cast: Cast, olga: Session) -> None:
    made = failing(cast, olga, 10, next_seconds=0)
    assert cast.one(STATE.format("breaker"), made) == "open"
    assert claim(cast, "retry") == []
    wait = STATE.format("extract(epoch FROM breaker_until - clock_timestamp())")
    assert 25 < cast.one(wait, made) <= 30
    later(cast, "govdesk_private.webhook_state", "breaker_until", "31 seconds")
    (probe,) = claim(cast, "retry")
    assert claim(cast, "retry") == [], "one at a time"
    finish(cast, result(probe, "pending", next_seconds=0))
    assert 55 < cast.one(wait, made) <= 60, "twice as long"
    later(cast, "govdesk_private.webhook_state", "breaker_until", "61 seconds")
    (probe,) = claim(cast, "retry")
    finish(cast, result(probe))
    assert cast.one(STATE.format("breaker"), made) == "closed"
    assert len(claim(cast, "retry")) == 9


def test_the_state_of_an_endpoint_outlives_every_worker(cast: Cast, olga: Session) -> None:
    made = failing(cast, olga, 10, next_seconds=0)
    with psycopg.connect(cast.database.worker_url, autocommit=True) as another:
        assert rows_of(another, CLAIM, "retry", 10, 10, "{}", 60) == []
    (row,) = table(olga, "SELECT webhook_id, failures, breaker FROM govdesk_api.webhook_health()")
    assert (row["webhook_id"], row["failures"], row["breaker"]) == (made, 10, "open")


def test_a_receiver_that_asks_for_patience_gets_it(cast: Cast, olga: Session) -> None:
    ready(cast, olga)
    change(olga)
    change(olga, "Second")
    fan_out(cast)
    (row,) = claim(cast, limit=1)
    finish(cast, result(row, "pending", status=429, slow_down=True, next_seconds=60))
    assert claim(cast) == []


@pytest.mark.parametrize("reason", ["gone", "failing"])
def test_what_is_gone_or_fails_for_days_is_disabled_and_people_are_told(
    cast: Cast, olga: Session, reason: str
) -> None:
    if reason == "gone":
        made = failing(cast, olga, outcome="gone", status=410)
    else:
        made = failing(cast, olga)
        cast.admin.execute(
            "UPDATE govdesk_private.webhook_state SET failures = 20,"
            " failing_since = clock_timestamp() - interval '6 days'"
        )
    before = cast.last_seq()
    assert told(cast, "SELECT govdesk_api.disable_due('w1')") == made
    assert told(cast, "SELECT govdesk_api.disable_due('w1')") is None
    (row,) = cast.rows(before)
    assert (row["action"], row["actor"]) == ("webhook.disabled", "worker:w1")
    assert ask(olga, "SELECT disabled_reason FROM govdesk.webhook WHERE id = %s", made) == reason
    mails = "SELECT array_agg(DISTINCT to_address) FROM govdesk_private.mail WHERE kind = %s"
    assert OLGA.email in cast.one(mails, "webhook_disabled")
    assert MEI.email not in cast.one(mails, "webhook_disabled")
    kinds = table(olga, "SELECT kind, entity_id FROM govdesk_api.attention()")
    assert {"kind": "webhook_disabled", "entity_id": str(made)} in kinds


def test_what_a_receiver_refused_as_gone_is_sent_when_it_is_resumed(
    cast: Cast, olga: Session
) -> None:
    made = ready(cast, olga)
    change(olga)
    fan_out(cast)
    (row,) = claim(cast)
    finish(cast, result(row, "failed", outcome="gone", status=410))
    assert told(cast, "SELECT govdesk_api.disable_due('w1')") == made
    (plan,) = table(olga, "SELECT * FROM govdesk_api.rehearse(%s, 'resume', NULL)", made)
    assert plan["deliveries"] >= 1
    ask(olga, "SELECT govdesk_api.resume_webhook(%s, 'send')", made)
    assert [again["message_id"] for again in claim(cast, "retry")] == [row["message_id"]]


def test_deliveries_cause_no_rows_of_the_log(cast: Cast, olga: Session) -> None:
    ready(cast, olga)
    before = cast.last_seq()
    change(olga)
    fan_out(cast)
    (row,) = claim(cast)
    finish(cast, result(row, "pending", next_seconds=0))
    (row,) = claim(cast, "retry")
    finish(cast, result(row))
    assert [row["action"] for row in cast.rows(before)] == ["node.renamed"]
    assert fan_out(cast) == 0


# What people do


@pytest.mark.parametrize(("missed", "sent"), [("send", 3), ("skip", 0)])
def test_resuming_sends_what_was_missed_or_begins_now(
    cast: Cast, olga: Session, missed: str, sent: int
) -> None:
    made = ready(cast, olga, events=["node.*"])
    disable(olga, made)
    for number in range(3):
        change(olga, f"Portal {number}")
    seq = cast.last_seq()
    assert fan_out(cast) == 0
    assert why(olga, made, seq)["verdict"] == "disabled"
    (plan,) = table(olga, "SELECT * FROM govdesk_api.rehearse(%s, 'resume', NULL)", made)
    assert plan["deliveries"] == 3
    ask(olga, "SELECT govdesk_api.resume_webhook(%s, %s)", made, missed)
    assert fan_out(cast) == sent
    assert why(olga, made, seq)["verdict"] == ("pending" if sent else "skipped")


def test_what_was_skipped_can_be_sent_later(cast: Cast, olga: Session) -> None:
    made = ready(cast, olga, events=["node.*"])
    disable(olga, made)
    change(olga), change(olga, "Second")
    ask(olga, "SELECT govdesk_api.resume_webhook(%s, 'skip')", made)
    (plan,) = table(olga, "SELECT * FROM govdesk_api.rehearse(%s, 'missed', NULL)", made)
    assert plan["deliveries"] == 2
    assert ask(olga, "SELECT govdesk_api.redeliver(%s, 'missed', NULL, NULL)", made) == 2
    assert ask(olga, "SELECT govdesk_api.redeliver(%s, 'missed', NULL, NULL)", made) == 0
    assert len(claim(cast, "retry")) == 2


def test_one_and_all_that_failed_are_sent_again_under_their_old_id(
    cast: Cast, olga: Session
) -> None:
    made = ready(cast, olga)
    change(olga), change(olga, "Second")
    fan_out(cast)
    rows = claim(cast)
    finish(cast, *(result(row, "failed") for row in rows))
    before = cast.last_seq()
    again = "SELECT govdesk_api.redeliver(%s, %s, %s, NULL)"
    assert ask(olga, again, made, "one", rows[0]["id"]) == 1
    (one,) = claim(cast, "retry")
    assert (one["message_id"], one["number"], one["tries"]) == (rows[0]["message_id"], 2, 1)
    assert ask(olga, again, made, "one", rows[0]["id"]) == 0, "it is on its way"
    assert ask(olga, again, made, "failed", None) == 1
    assert [row["action"] for row in cast.rows(before)] == ["webhook.redelivered"] * 2


def test_why_a_row_was_not_sent_is_said(cast: Cast, olga: Session) -> None:
    change(olga, "Before")
    before = cast.last_seq()
    made = endpoint(olga, CLAIMS, events=["node.renamed"])
    itself = cast.last_seq()
    change(olga, "Now")
    wanted = cast.last_seq()
    with raw(olga) as connection:
        connection.execute("UPDATE govdesk.tenant SET name = 'Acme 2'")
    verdicts = {
        seq: why(olga, made, seq)["verdict"] for seq in (before, itself, wanted, wanted + 1)
    }
    assert verdicts == {
        before: "before", itself: "itself", wanted: "behind", wanted + 1: "other_system",
    }  # fmt: skip
    assert why(olga, made, cast.last_seq() + 1)["verdict"] == "no_row"
    fan_out(cast)
    assert why(olga, made, wanted)["verdict"] == "no_secret"
    secret(cast, olga, made)
    assert why(olga, made, wanted)["verdict"] == "pending"
    (row,) = claim(cast)
    finish(cast, result(row))
    assert why(olga, made, wanted)["verdict"] == "delivered"


def test_deliveries_and_attempts_are_forgotten_after_ninety_days(cast: Cast, olga: Session) -> None:
    ready(cast, olga)
    change(olga)
    fan_out(cast)
    (row,) = claim(cast)
    finish(cast, result(row))
    while told(cast, "SELECT govdesk_api.expire_due('w1')"):
        pass
    assert cast.one("SELECT count(*) FROM govdesk.delivery_attempt") == 1
    later(cast, "govdesk.delivery", "done_at", "91 days")
    later(cast, "govdesk.delivery_attempt", "at", "91 days")
    while told(cast, "SELECT govdesk_api.expire_due('w1')"):
        pass
    assert cast.one("SELECT count(*) FROM govdesk.delivery_attempt") == 0
    assert cast.one("SELECT count(*) FROM govdesk.delivery") == 0


def test_nobody_but_a_worker_makes_leases_or_finishes_deliveries(cast: Cast, olga: Session) -> None:
    for call in (
        "fan_out('w', 1)", "claim_deliveries('w', 'first', 1, 1, '{}', 1)",
        "finish_deliveries('w', '[]')", "release_deliveries('w', '[]')", "disable_due('w')",
        "webhook_inboxes('acme', 1)", "jwks('acme')", "installation_state()",
    ):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(olga, f"SELECT govdesk_api.{call}")
    door = worker(cast)
    for name in ("webhook", "delivery", "delivery_attempt", "webhook_secret"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            door.execute(f"SELECT * FROM govdesk.{name}")
