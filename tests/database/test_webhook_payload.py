"""Claims: what a worker is handed becomes the body that the contract promises, and whoever reads
the same row later can build the very same bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from govdesk.database import delivery_log
from govdesk.database.deliveries import Claimed
from govdesk.delivery.endpoint import Event
from govdesk.delivery.payload import body
from govdesk.domain.ocsf import ocsf_event
from govdesk.worker.dispatching.trying import event_of
from tests import endpoints
from tests.doors import raw, seat
from tests.ocsf_schema import faults_by
from tests.people import ACME, OLGA, Cast
from tests.unit.delivery.webhook_cases import endpoint

EXPECTED = """
SELECT seq, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, action, actor,
       severity, entity_type, entity_id, system_id::text, summary, reason, request_id,
       session_id::text, host(ip) AS ip, encode(leaf_hash, 'hex') AS leaf_hash, tenant_path::text,
       on_behalf_of, diff
  FROM govdesk.audit_log WHERE tenant_path = %s::ltree AND seq = %s
"""


def handed(cast: Cast) -> list[tuple[Event, dict[str, Any]]]:
    """Real changes as a worker gets them, each with the row that stands in the log."""
    olga = seat(cast, OLGA.email)
    endpoints.ready(cast, olga)
    endpoints.change(olga, "Portal — José 李")
    endpoints.change(olga, "Portal")
    endpoints.fan_out(cast)
    found = []
    for one in endpoints.claim(cast):
        values = {name: str(value) if name in ("id", "lease", "webhook_id") else value
                  for name, value in one.items()}  # fmt: skip
        event = event_of(Claimed(**values))
        cursor = cast.admin.execute(EXPECTED, (ACME, one["seq"]))
        names = [column.name for column in cursor.description or ()]
        found.append((event, dict(zip(names, cursor.fetchone() or (), strict=True))))
    return found


def test_the_body_says_what_stands_in_the_log(cast: Cast) -> None:
    found = handed(cast)
    assert len(found) == 2
    for event, row in found:
        said = json.loads(body(endpoint(), event))
        assert said["timestamp"] == row.pop("at")
        assert said["type"] == "audit.row"
        for name, value in row.items():
            assert said["data"][name] == value, name
        assert "system" not in said["data"], "a name would change between two tries"
        assert said["data"]["diff"]["name"]["new"].startswith("Portal")
        assert said["stream"]["seq"] == event.stream_seq
    first, second = (json.loads(body(endpoint(), event))["stream"] for event, _ in found)
    assert (second["seq"], second["prev_id"]) == (first["seq"] + 1, found[0][0].message_id)


@pytest.mark.parametrize("form", ["govdesk", "ocsf"])
def test_a_person_who_reads_the_log_builds_the_same_bytes(form: str, cast: Cast) -> None:
    """The kit does; the database writes times and hashes in another spelling there."""
    to = endpoint(format=form)
    with raw(seat(cast, OLGA.email)) as connection:
        for event, row in handed(cast):
            stored = delivery_log.sealed_row(connection, row["seq"])
            assert stored is not None
            columns, diff, system = stored
            again = Event(
                event.type, event.message_id, event.stream_seq, event.prev_id, 9, "event",
                json.loads(columns), diff, system, event.at,
            )  # fmt: skip
            assert body(to, again) == body(to, event)


def test_every_row_of_a_real_log_is_valid_in_ocsf(cast: Cast) -> None:
    """As an export hands them over: with the types that the driver gives."""
    olga = seat(cast, OLGA.email)
    endpoints.change(olga)
    cursor = cast.admin.execute("SELECT * FROM govdesk.audit_log ORDER BY tenant_id, seq")
    names = [column.name for column in cursor.description or ()]
    rows = [dict(zip(names, one, strict=True)) for one in cursor.fetchall()]
    assert len(rows) > 10
    for row in rows:
        made = json.loads(json.dumps(ocsf_event(row, row["diff"])))
        assert faults_by()(made) == [], row["action"]
        assert made["metadata"]["uid"] == bytes(row["leaf_hash"]).hex()
