"""Holes of webhooks that were found by attacking them, and stay closed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

import psycopg
import pytest

from govdesk.database.connection import Session
from govdesk.delivery.sinks.attempt import Attempt
from govdesk.delivery.wire import Reply
from tests.doors import arranged, ask, later, refusal, rows_of, seat, worker
from tests.endpoints import change, claim, endpoint, fan_out, finish, ready, result, told
from tests.hostile.test_webhook_attacks import SYSLOG, many
from tests.people import BEA, BETA, OLGA, Cast
from tests.unit.delivery.sinks.stage import endpoint as a_webhook
from tests.unit.delivery.sinks.stage import event as an_event

ANSWERS = (
    b"\\" * 200 + b'"kty"',
    b'"kty"' * 3,
    b'"kty"' + b"\\" * 8,
    b'"kty"d":"' + b"A" * 17000,
)
TOKEN = b"ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8 "
READING = """
import sys, time
from govdesk.delivery.response_text import kept
token = b"ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8 "
for line in sys.stdin:
    body = (token + bytes.fromhex(line) * 4000)[:16384]
    began = time.process_time()
    kept(body, "text/plain", ())
    print(time.process_time() - began)
"""
SENDS_MORE = (
    "detail = 'full'",
    "events = '{audit.row}'",
    "alerts = true",
    "blocks = true",
    'settings = \'{"server_name": "evil.example"}\'',
)
UNUSABLE: dict[str, dict[str, Any]] = {
    "line ends": {"description": "SIEM\nBcc: x"},
    "turned text": {"description": "SIEM \u202e"},
    "array in array": {"allow": [["10.0.0.0/8:443"], ["10.1.0.0/16:443"]]},
    "an underscore for a dash": {"headers": {"Webhook_Signature": "v1,x"}},
    "a blank before": {"headers": {"X-A": " b"}},
    "a blank behind": {"headers": {"X-A": "b "}},
    "one header twice": {"headers": {"X-A": "b", "x-a": "c"}},
}


@pytest.fixture
def olga(cast: Cast) -> Session:
    return seat(cast, OLGA.email)


def test_no_answer_of_a_receiver_takes_long_to_be_read() -> None:
    """A search holds all threads of a worker, so it runs in a process that can be ended."""
    done = subprocess.run(
        [sys.executable, "-c", READING],
        input="\n".join(one.hex() for one in ANSWERS),
        capture_output=True, text=True, timeout=30, check=True,
    )  # fmt: skip
    seconds = [float(line) for line in done.stdout.split()]
    assert len(seconds) == len(ANSWERS)
    assert max(seconds) < 0.75, seconds


@pytest.mark.parametrize("unit", [b"otpauth://\\", b"curl .", b'"kty"'])
def test_answers_of_who_takes_everything_cost_next_to_nothing(unit: bytes) -> None:
    """Who answers 200 is sent as much as there is, and each answer is paid for by everybody."""
    said = Reply(200, {}, (TOKEN + unit * 4000)[:16384], is_whole=True)
    began = time.thread_time()
    kept = Attempt(a_webhook(443), an_event(), 5).said(said)
    assert time.thread_time() - began < 0.1
    assert len(kept) < 1100
    assert TOKEN.decode() not in kept


def test_tests_of_one_organization_leave_room_for_those_of_another(
    cast: Cast, olga: Session
) -> None:
    bea = seat(cast, BEA.email, BETA)
    theirs = [endpoint(olga, **SYSLOG) for _ in range(4)]
    mine = endpoint(bea, BETA, **SYSLOG)
    for one in theirs:
        for _ in range(5):
            ask(olga, "SELECT govdesk_api.test_webhook(%s, 'test')", one)
    ask(bea, "SELECT govdesk_api.test_webhook(%s, 'test')", mine)
    claimed = claim(cast, "test", limit=4, each=4)
    assert mine in [row["webhook_id"] for row in claimed], "four senders are all there are"


def test_resuming_what_is_active_sends_nothing_again_unseen(cast: Cast, olga: Session) -> None:
    made = ready(cast, olga)
    change(olga)
    fan_out(cast)
    (row,) = claim(cast)
    finish(cast, result(row, "failed", outcome="gone", status=410))
    before = cast.last_seq()
    ask(olga, "SELECT govdesk_api.resume_webhook(%s, 'send')", made)
    assert cast.rows(before) == []
    assert cast.one("SELECT status FROM govdesk.delivery WHERE id = %s", row["id"]) == "failed"
    kept = "SELECT gone_at IS NOT NULL FROM govdesk_private.webhook_state WHERE webhook_id = %s"
    assert cast.one(kept, made), "still to be disabled"


@pytest.mark.parametrize("how", UNUSABLE)
def test_what_a_worker_cannot_use_is_refused(olga: Session, how: str) -> None:
    with pytest.raises(psycopg.Error) as caught:
        endpoint(olga, **UNUSABLE[how])
    assert caught.value.sqlstate in ("GD012", "GD034", "GD039")


def test_a_worker_is_not_told_who_holds_a_vault(cast: Cast, olga: Session) -> None:
    made = ready(cast, olga)
    ask(olga, "SELECT govdesk_api.set_person_key(%s, %s)", os.urandom(32), os.urandom(64))
    document = told(cast, "SELECT govdesk_api.delivery_endpoint(%s)", made)
    assert document["tenant_path"] == "acme"
    assert OLGA.email not in json.dumps(document)


@pytest.mark.parametrize("more", SENDS_MORE)
def test_a_session_left_open_sends_no_more_of_the_log(cast: Cast, olga: Session, more: str) -> None:
    made = endpoint(olga, detail="thin", events=["member.invited"])
    later(cast, "govdesk_private.session", "stepped_up_at", "1 hour")
    assert refusal(olga, f"UPDATE govdesk.webhook SET {more} WHERE id = %s", made) == "GD009"


def test_one_round_of_fan_out_is_short_whatever_one_organization_has(
    cast: Cast, olga: Session
) -> None:
    many(olga, 60)
    with arranged(cast) as admin:
        admin.execute(
            "SELECT govdesk_private.note('api_key.created', 'x', 'x', 's', NULL)"
            " FROM generate_series(1, 300)"
        )
    (row,) = rows_of(worker(cast), "SELECT * FROM govdesk_api.fan_out('w1', 1000)")
    assert row["made"] <= 10_000
    assert row["is_more"]
