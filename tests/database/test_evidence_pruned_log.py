"""Claims: a month pruned on a real server is no fault of its log; what somebody then does to the
hashes or to the rows that were held is."""

from __future__ import annotations

import json

import pytest

from govdesk.database.rows import INSTANT_AT
from govdesk.evidence.canonical import canonical
from govdesk.evidence.leaf import GENESIS, leaf_hash
from govdesk.services import audit
from tests.database.test_evidence_pruning import ARCHIVE, aged, old
from tests.doors import ask, seat
from tests.evidences import approve, fill, hold, put, sealed_bundle
from tests.people import OLGA, Cast

__all__ = ["aged"]

Found = set[tuple[str, int, int]]
OURS = "tenant_path = 'acme' AND seq"


def found(cast: Cast) -> Found:
    """Every fault, event by event."""
    report = audit.verify(seat(cast, OLGA.email), "")
    return {(f.kind, seq, seq) for f in report.faults for seq in range(f.first, f.last + 1)}


@pytest.fixture
def honest(aged: Cast) -> Cast:
    """The old log, sealed anew with the times that its rows bear: nothing in it is wrong."""
    with aged.admin.transaction():
        aged.admin.execute("SET LOCAL session_replication_role = replica")
        aged.admin.execute("ALTER TABLE govdesk.audit_log DISABLE TRIGGER USER")
        _reseal(aged)
        aged.admin.execute("ALTER TABLE govdesk.audit_log ENABLE TRIGGER USER")
    assert found(aged) == set()
    return aged


def _reseal(cast: Cast) -> None:
    prev = GENESIS
    for seq, at, text in cast.admin.execute(
        f"SELECT l.seq, {INSTANT_AT}, convert_from(l.leaf, 'UTF8') FROM govdesk.audit_log l"
        " WHERE l.tenant_path = 'acme' ORDER BY l.seq"
    ).fetchall():
        leaf = canonical(json.loads(text) | {"at": at, "prev": prev})
        prev = leaf_hash(leaf).hex()
        cast.admin.execute(
            "UPDATE govdesk.audit_log SET leaf = %s, leaf_hash = decode(%s, 'hex')"
            f" WHERE {OURS} = %s",
            (leaf, prev, seq),
        )


def pruned(cast: Cast) -> tuple[int, int]:
    """Prune the old month save ten held rows, and return its range."""
    olga, month = seat(cast, OLGA.email), old(cast)
    first, last, day = int(str(month["first"])), int(str(month["last"])), str(month["month"])
    fill(cast, 256)
    assert put(cast) == "signed"
    ask(olga, ARCHIVE, day, sealed_bundle(olga, first, last))
    hold(olga, f"seq:{first + 300}..{first + 309}")
    assert approve(cast, olga, "audit.prune", {"month": day}) == ("executed", "Done.")
    return first, last


def as_owner(cast: Cast, statement: str) -> None:
    """What the owner of the database can do, with its triggers off."""
    with cast.admin.transaction():
        cast.admin.execute("SET LOCAL session_replication_role = replica")
        cast.admin.execute("ALTER TABLE govdesk.audit_log DISABLE TRIGGER USER")
        cast.admin.execute(statement)
        cast.admin.execute("ALTER TABLE govdesk.audit_log ENABLE TRIGGER USER")


def test_what_is_gone_lawfully_is_no_fault_and_what_happens_to_the_rest_is(honest: Cast) -> None:
    first, last = pruned(honest)
    assert found(honest) == set()
    assert audit.verify(seat(honest, OLGA.email), "").pruned == last - first + 1 - 10

    held = first + 304
    there = {("altered", held, held)}
    as_owner(honest, f"UPDATE govdesk.audit_log SET summary = 'x' WHERE {OURS} = {held}")
    assert found(honest) == there

    there |= {("deleted", last + 1, last + 1)}
    as_owner(honest, f"DELETE FROM govdesk.audit_log WHERE {OURS} = {last + 1}")
    assert found(honest) == there

    as_owner(honest, f"DELETE FROM govdesk.audit_log WHERE {OURS} = {held + 1}")
    there |= {("deleted", seq, seq) for seq in range(first, last + 1)}
    assert found(honest) == there


def test_rows_deleted_under_the_pretext_of_a_pruning_are_deletions(honest: Cast) -> None:
    first, last = pruned(honest)
    as_owner(honest, "DELETE FROM govdesk_private.audit_pruned")
    gone = {("deleted", seq, seq) for seq in range(first, last + 1)}
    assert len(found(honest) & gone) == last - first + 1 - 10
    as_owner(
        honest,
        "INSERT INTO govdesk_private.audit_pruned (tenant_id, month, first, last, dropped)"
        f" SELECT tenant_id, '2020-01-01', {first}, {last + 1}, 5 FROM govdesk.tenant"
        " WHERE tenant_path = 'acme'",
    )
    assert found(honest) >= gone
