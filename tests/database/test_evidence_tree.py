"""Claims: the database keeps the tree of RFC 6962, takes checkpoints that are of the log and no
others, and gives leaf hashes to every member and to nobody else.
"""

from __future__ import annotations

import psycopg
import pytest

from tests.deciding import request
from tests.doors import ask, refusal, rows_of, table, worker
from tests.evidences import (
    HOST,
    approve,
    fill,
    grow,
    leaves,
    note,
    put,
    ready,
    root,
    told,
)
from tests.people import ACME, ADA, BEA, BETA, MEI, OLGA, OTIS, Cast

ROOT = "SELECT govdesk_private.tree_root(tenant_id, %s) FROM govdesk.tenant WHERE tenant_path = %s"


@pytest.mark.parametrize("events", [3, 300])
def test_roots_of_all_sizes_are_those_of_the_rfc(cast: Cast, events: int) -> None:
    fill(cast, events)
    hashes = leaves(cast)
    grow(cast)
    step = 1 if events < 10 else 37
    for size in range(0, len(hashes) + 1, step):
        assert cast.one(ROOT, size, ACME) == root(hashes[:size]), size
    assert cast.one(ROOT, len(hashes) + 1, ACME) is None


def test_tiles_above_the_first_level_grow_and_roots_stay_right(cast: Cast) -> None:
    for count in (256 * 3, 256 * 4 + 17):
        fill(cast, count)
        grow(cast)
    hashes = leaves(cast)
    assert grow(cast) == 0
    full = len(hashes) // 256
    tiles = cast.admin.execute(
        "SELECT level, position, hashes FROM govdesk.audit_tile ORDER BY level, position"
    ).fetchall()
    assert [tile[:2] for tile in tiles] == [*((0, n) for n in range(full)), (1, 0)]
    assert b"".join(tile[2] for tile in tiles if tile[0] == 0) == b"".join(hashes[: full * 256])
    assert tiles[-1][2] == b"".join(root(hashes[n * 256 : n * 256 + 256]) for n in range(full))
    assert cast.one(ROOT, len(hashes), ACME) == root(hashes)


def test_every_member_reads_hashes_of_the_own_log_and_a_stranger_none(cast: Cast) -> None:
    fill(cast, 300)
    grow(cast)
    hashes = leaves(cast)
    for person in (ADA, OTIS, MEI):
        got = ask(cast.sign_in(person), "SELECT govdesk_api.leaf_hashes(2, 290)")
        assert bytes(got) == b"".join(hashes[1:290])
    bea = cast.sign_in(BEA)
    assert bytes(ask(bea, "SELECT govdesk_api.leaf_hashes(1, 1000)")) == b"".join(
        leaves(cast, BETA)
    )
    assert table(bea, "SELECT * FROM govdesk.audit_tile") == []
    with psycopg.connect(cast.database.app_url, autocommit=True) as nobody:
        assert nobody.execute("SELECT govdesk_api.leaf_hashes(1, 10)").fetchone() == (None,)


def test_a_checkpoint_is_taken_once_sealed_and_seen_by_every_member(cast: Cast) -> None:
    fill(cast, 5)
    before = cast.last_seq()
    assert put(cast) == "signed"
    assert put(cast, size=before) == "known"
    (row,) = cast.rows(before)
    assert (row["action"], row["entity_id"], row["actor"]) == (
        "audit.checkpoint_signed",
        str(before),
        f"worker:{HOST}",
    )
    seen = table(cast.sign_in(MEI), "SELECT size, root FROM govdesk.audit_checkpoint")
    assert seen == [{"size": before, "root": root(leaves(cast)[:before])}]
    assert table(cast.sign_in(BEA), "SELECT size FROM govdesk.audit_checkpoint") == []


def test_a_checkpoint_of_another_log_is_refused(cast: Cast) -> None:
    fill(cast, 5)
    size = cast.last_seq()
    for top, claimed in ((bytes(32), size), (root(leaves(cast)), size + 1)):
        with pytest.raises(psycopg.Error) as caught:
            put(cast, size=claimed, top=top)
        assert caught.value.sqlstate == "GD046"
    with pytest.raises(psycopg.Error) as caught:
        told(
            cast,
            "SELECT govdesk_api.put_checkpoint(%s, %s, %s, %s, %s)",
            *(ACME, HOST, size, root(leaves(cast)), note(BETA, size, root(leaves(cast)))),
        )
    assert caught.value.sqlstate == "GD046"


def due(cast: Cast, seconds: int = 60) -> set[str]:
    rows = worker(cast).execute(
        "SELECT tenant_path FROM govdesk_api.checkpoints_due(%s, %s)", (HOST, seconds)
    )
    return {row[0] for row in rows}


def test_signing_is_due_for_news_or_a_wish_but_not_for_the_last_signature(cast: Cast) -> None:
    assert due(cast) == {ACME, BETA}
    put(cast)
    assert due(cast, 0) == {BETA}
    fill(cast, 1)
    assert due(cast) == {BETA}
    assert due(cast, 0) == {ACME, BETA}
    put(cast)
    assert due(cast, 0) == {BETA}
    ada = cast.sign_in(ADA)
    put(cast)
    assert due(cast) == {BETA}
    wanted = ask(ada, "SELECT govdesk_api.request_checkpoint()")
    assert wanted == cast.last_seq()
    assert due(cast) == {ACME, BETA}
    put(cast)
    assert due(cast) == {BETA}


def test_a_log_that_ends_before_its_checkpoint_is_due_for_the_signer_to_refuse(cast: Cast) -> None:
    fill(cast, 3)
    put(cast)
    cast.admin.execute("ALTER TABLE govdesk.audit_log DISABLE TRIGGER ALL")
    cast.admin.execute("DELETE FROM govdesk.audit_log WHERE seq > 2 AND tenant_path = %s", (ACME,))
    assert ACME in due(cast, 3600)


def test_after_a_declared_restore_the_log_goes_on_from_the_older_state(cast: Cast) -> None:
    ready(cast)
    fill(cast, 256 * 3)
    put(cast)
    known = cast.last_seq() - 1
    top = root(leaves(cast)[:known])
    cast.admin.execute("ALTER TABLE govdesk.audit_log DISABLE TRIGGER ALL")
    cut = "DELETE FROM govdesk.audit_log WHERE seq > 600 AND tenant_path = %s"
    cast.admin.execute(cut, (ACME,))
    cast.admin.execute("ALTER TABLE govdesk.audit_log ENABLE TRIGGER ALL")
    payload = {
        "known": {"size": known, "root": top.hex()},
        "found": {"size": 600, "root": root(leaves(cast)[:600]).hex()},
    }
    olga = cast.sign_in(OLGA)
    other = payload | {"found": {"size": 600, "root": top.hex()}}
    with pytest.raises(psycopg.Error) as caught:
        request(olga, "audit.restore", other)
    assert caught.value.sqlstate == "GD046"
    assert approve(cast, olga, "audit.restore", payload) == ("executed", "Done.")
    (said,) = table(cast.sign_in(MEI), "SELECT known_size, found_size FROM govdesk.audit_restore")
    assert said == {"known_size": known, "found_size": 600}
    fill(cast, 256 * 3)
    grow(cast)
    hashes = leaves(cast)
    for size in (600, 700, 1024, len(hashes)):
        assert cast.one(ROOT, size, ACME) == root(hashes[:size]), size
    assert put(cast) == "signed"
    query = "SELECT size FROM govdesk_api.worker_checkpoint(%s, %s)"
    newest = rows_of(worker(cast), query, ACME, HOST)
    assert newest == [{"size": len(hashes)}]


def test_wishes_are_limited_and_busy_logs_are_left_alone(cast: Cast) -> None:
    mei = cast.sign_in(MEI)
    for _ in range(300):
        ask(mei, "SELECT govdesk_api.request_checkpoint()")
    assert refusal(mei, "SELECT govdesk_api.request_checkpoint()") == "GD003"
    with cast.open(cast.database.admin_url) as holder, holder.transaction():
        holder.execute("SELECT FROM govdesk_private.head FOR UPDATE")
        assert put(cast) == "busy"


def test_a_fault_is_told_once(cast: Cast) -> None:
    query = "SELECT govdesk_api.worker_fault(%s, %s, %s::jsonb)"
    facts = '{"kind": "rolled_back", "known": 12}'
    assert told(cast, query, ACME, HOST, facts) is True
    assert told(cast, query, ACME, HOST, facts) is False
    ada = cast.sign_in(ADA)
    assert ask(ada, "SELECT govdesk_api.report_fault(%s::jsonb)", facts) is False
    waits = table(ada, "SELECT kind FROM govdesk_api.attention() WHERE kind = 'audit_fault'")
    assert waits == [{"kind": "audit_fault"}]


def test_keys_are_announced_and_retired_in_the_log(cast: Cast) -> None:
    vkey = "govdesk/acme+0a1b2c3d+" + "A" * 44
    announce = "SELECT govdesk_api.announce_checkpoint_key(%s, %s, %s, %s)"
    before = cast.last_seq()
    assert told(cast, announce, ACME, HOST, vkey, bytes(32)) is True
    assert told(cast, announce, ACME, HOST, vkey, bytes(32)) is False
    retire = "SELECT govdesk_api.retire_checkpoint_key(%s, %s, %s)"
    assert told(cast, retire, ACME, HOST, bytes(32)) is True
    assert [row["action"] for row in cast.rows(before)] == [
        "checkpoint_key.announced",
        "checkpoint_key.retired",
    ]
