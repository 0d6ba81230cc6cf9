"""Attacks by waiting: what one organization holds open keeps no worker from the others."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from govdesk.database.connection import Session
from tests.doors import claim as claimed
from tests.doors import later, raw, rows_of, seat, worker
from tests.endpoints import CLAIM, change, claim, endpoint, fan_out, ready, result, secret
from tests.people import BEA, BETA, OLGA, Cast

LOCKS = {
    "the endpoint": "SELECT FROM govdesk.webhook WHERE id = '{webhook}' FOR UPDATE",
    "a resumption": "SELECT govdesk_api.resume_webhook('{webhook}', 'send')",
    "a test": "SELECT govdesk_api.test_webhook('{webhook}', 'test')",
    "a deletion": "UPDATE govdesk.webhook SET status = 'deleted' WHERE id = '{webhook}'",
    "a redelivery": "SELECT govdesk_api.redeliver('{webhook}', 'failed', NULL, NULL)",
    "a new secret": "SELECT govdesk_api.put_webhook_secret('{webhook}', '{new}', '\\x{inbox}', 1)",
    "an old secret": "SELECT govdesk_api.retire_webhook_secret('{webhook}')",
    "the organization": "SELECT FROM govdesk.tenant FOR UPDATE",
    "its log": "UPDATE govdesk.tenant SET name = 'x'; SET CONSTRAINTS ALL IMMEDIATE",
    "its key policy": "UPDATE govdesk.key_policy SET warn_days = 20",
    "a throttle": "UPDATE govdesk.webhook SET throttle = 5 WHERE id = '{webhook}'",
}


@contextmanager
def held(session: Session, statement: str) -> Iterator[None]:
    """Somebody says this and leaves his transaction open."""
    connection = session.connection
    connection.execute("BEGIN")
    claimed(connection, session)
    connection.execute(statement)  # type: ignore[call-overload]
    yield
    connection.execute("ROLLBACK")


@pytest.mark.parametrize("how", LOCKS)
def test_an_open_transaction_holds_up_nobody_else(cast: Cast, how: str) -> None:
    olga, bea = seat(cast, OLGA.email), seat(cast, BEA.email, BETA)
    theirs = ready(cast, olga, throttle=600)
    secret(cast, olga, theirs)
    mine = endpoint(bea, BETA)
    secret(cast, bea, mine)
    later(cast, "govdesk.webhook_secret", "ends_at", "3 days", "status = 'previous'")
    for number in range(3):
        change(olga, f"Portal {number}")
    fan_out(cast)
    (lease,) = claim(cast, limit=1, busy={str(mine): 1000})
    cast.admin.execute(
        "UPDATE govdesk_private.webhook_state SET gone_at = clock_timestamp()"
        " WHERE webhook_id = %s",
        (mine,),
    )
    change(olga, "Not yet looked at")
    new = {"webhook": theirs, "new": uuid4(), "inbox": os.urandom(80).hex()}
    with held(olga, LOCKS[how].format(**new)), raw(bea) as connection:
        connection.execute("SELECT 1")
    door = worker(cast)
    door.execute("SET statement_timeout = '3s'")
    with held(olga, LOCKS[how].format(**new)):
        round_of(door, bea, lease)
    found = rows_of(door, "SELECT * FROM govdesk_api.webhook_vault_due('w1')")
    assert {"tenant_path": BETA, "what": "signing_key"} in found


def round_of(door: psycopg.Connection[Any], bea: Session, lease: dict[str, Any]) -> None:
    """Everything a worker does; each within three seconds, and for the others to the end."""
    with raw(bea) as connection:
        connection.execute("UPDATE govdesk.tenant SET name = 'Beta 2'")
    assert rows_of(door, "SELECT * FROM govdesk_api.fan_out('w1', 100)")[0]["made"] >= 1
    # Of its own accord gone: disabled, and sealed in its own log.
    rows_of(door, "SELECT govdesk_api.disable_due('w1')")
    for lane in ("first", "retry", "test"):
        rows_of(door, CLAIM, lane, 100, 100, "{}", 60)
    held_back = json.dumps([{"id": str(lease["id"]), "lease": str(lease["lease"])}])
    rows_of(door, "SELECT govdesk_api.release_deliveries('w1', %s)", held_back)
    report = json.dumps([result(lease, "pending", outcome="gone", status=410)])
    rows_of(door, "SELECT govdesk_api.finish_deliveries('w1', %s)", report)
    while rows_of(door, "SELECT govdesk_api.expire_due('w1') AS n")[0]["n"]:
        pass
    for path in ("acme", BETA):
        for row in rows_of(door, "SELECT * FROM govdesk_api.webhook_inboxes(%s, 10)", path):
            with_envelope(door, path, row)
    create = {"version": 1, "provider": "aws-kms", "key_ref": "alias/a", "commitment": "00" * 32}
    write = "SELECT govdesk_api.vault_worker_write(%s, 'w1', %s)"
    with suppress(psycopg.errors.LockNotAvailable):
        rows_of(door, write, "acme", json.dumps({"create": create}))
    rows_of(door, write, BETA, json.dumps({"create": create}))
    public = os.urandom(32)
    kid = hashlib.sha256(public).hexdigest()[:16]
    rows_of(
        door, "SELECT govdesk_api.put_signing_key('acme', 'w1', %s, %s, %s, %s)",
        uuid4(), kid, public, os.urandom(80),
    )  # fmt: skip


def with_envelope(door: psycopg.Connection[Any], path: str, row: dict[str, Any]) -> None:
    """There is no vault yet: refused at once, never waited for."""
    try:
        rows_of(
            door, "SELECT govdesk_api.put_webhook_seal(%s, 'w1', %s, %s, %s, 1)",
            path, row["table_name"], row["row_id"], b"GDE1\x01\x00\x00\x00\x01" + os.urandom(80),
        )  # fmt: skip
    except psycopg.Error as error:
        assert error.sqlstate in ("GD023", "23503"), error
