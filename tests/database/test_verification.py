"""The live log against a superuser with the triggers off: every change is named, no row in vain."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, LiteralString
from typing import cast as assume

import psycopg
import pytest
from psycopg import sql

from govdesk.database import migrate, rows
from govdesk.database.connection import Session
from govdesk.database.demo import install_clock
from govdesk.database.embedded import EmbeddedServer
from govdesk.database.embedded_binaries import find_binaries
from govdesk.evidence.report import Report
from govdesk.evidence.verification import Verifier
from govdesk.services import audit
from tests.database.conftest import ACME, OLGA, Cast
from tests.database.rich_events import as_json
from tests.database.test_seal import FULL
from tests.databases import APP_PASSWORD, Sessions, other_binaries

BARE = {
    "action": "system.event",
    "severity": "info",
    "entity_type": "event",
    "actor": "key:0000",
    "summary": "nothing but what must be",
}
OTHER = {
    **FULL,
    "action": "x.b",
    "severity": "warning",
    "entity_type": "u",
    "entity_id": "other",
    "request_id": "s",
    "actor": "user:z@acme.example",
    "summary": "another",
    "occurred_at": "2026-06-03T04:05:06.000001Z",
    "on_behalf_of": "f",
    "reason": "because",
    "session_id": "00000000-0000-4000-8000-00000000c1a2",
    "ip": "192.0.2.9",
    "data": {"limit": 1},
}


def fill(target: Cast) -> None:
    """Put full and bare rows into the first log, each field with a value and without."""
    install_clock(target.database.admin_url)
    claims = str(target.one("SELECT id FROM govdesk.node WHERE node_path = 'acme.claims'"))
    portal = str(target.one("SELECT id FROM govdesk.node WHERE node_path = 'acme.portal'"))
    for moment in ("2080-01-01T00:00:00Z", "2080-01-01T00:00:00.5Z", "2080-01-02T00:00:00Z"):
        batch = [
            {**FULL, "system_id": claims, "at": moment},
            {**BARE, "at": moment},
            {**OTHER, "system_id": portal, "at": moment},
            {**BARE, "summary": "second", "at": moment},
        ]
        with target.admin.transaction():
            migrate.claim_setup(target.admin, ACME)
            target.admin.execute("SELECT govdesk_api.record_events(%s)", (as_json(batch),))


def judged(session: Session, last: int) -> Report:
    """Read and verify as `govdesk audit verify` does, on the session's own connection."""
    verifier = Verifier()
    verifier.feed(rows.stream(session, 1, last))
    return verifier.finish()


@dataclass(frozen=True)
class Tampering:
    """What a superuser does to row `seq`, and the kinds that name it rightly."""

    column: str
    verb: str
    seq: int
    statements: tuple[str, ...]
    kinds: frozenset[str]


NEW_VALUES = {
    "tenant_path": "'beta'",
    "at": "at - interval '1 microsecond'",
    "occurred_at": "'2001-01-01T00:00:00Z'",
    "severity": "CASE severity WHEN 'high' THEN 'info' ELSE 'high' END",
    "action": "'member.created.' || seq",
    "actor": "'user:mallory@acme.example'",
    "on_behalf_of": "'user:mallory@acme.example'",
    "entity_type": "entity_type || 'x'",
    "entity_id": "'forged'",
    "system_id": "gen_random_uuid()",
    "summary": "'nothing happened'",
    "diff": '\'{"role":{"new":"owner"}}\'',
    "reason": "'a forged reason'",
    "request_id": "'req-forged'",
    "session_id": "gen_random_uuid()",
    "ip": "'198.51.100.1'",
    "salts": "jsonb_set(salts, '{actor}', to_jsonb(repeat('ab', 16)))",
    "leaf": "convert_to(replace(convert_from(leaf, 'UTF8'), '\"v\":1', '\"v\":2'), 'UTF8')",
    "leaf_hash": "sha256(leaf_hash)",
}
REQUIRED = {"tenant_path", "at", "severity", "action", "entity_type", "salts", "leaf", "leaf_hash"}
ALTERED = frozenset({"altered"})


def tamperings(last: int) -> Iterator[Tampering]:
    """Every column × {edit, delete, insert, swap} at rows of every sort, then numbers and rows."""
    full = last - 4
    for column, value in NEW_VALUES.items():
        for seq in (1, 2, *range(last - 7, last - 2), last):
            update = f"UPDATE govdesk.audit_log SET {column} = {value} WHERE seq = {seq}"
            yield Tampering(column, "edit", seq, (update + f" AND {column} IS NOT NULL",), ALTERED)
            if column not in REQUIRED:
                gone = f"UPDATE govdesk.audit_log SET {column} = NULL WHERE seq = {seq}"
                yield Tampering(
                    column, "delete", seq, (gone + f" AND {column} IS NOT NULL",), ALTERED
                )
                yield Tampering(
                    column, "insert", seq, (update + f" AND {column} IS NULL",), ALTERED
                )
            if column != "tenant_path":
                other = seq + 1 if seq < last else seq - 1
                yield Tampering(column, "swap", seq, (_swap(column, seq, other),), ALTERED)
    for seq in (1, 2, full, last - 2):
        yield from _rows(seq, last)


def _swap(column: str, seq: int, other: int) -> str:
    return (
        f"UPDATE govdesk.audit_log a SET {column} = b.{column} FROM govdesk.audit_log b"
        f" WHERE a.seq IN ({seq}, {other}) AND b.seq = {seq} + {other} - a.seq"
        f" AND a.tenant_path = 'acme' AND b.tenant_path = 'acme'"
        f" AND a.{column}::text IS DISTINCT FROM b.{column}::text"
    )


def _rows(seq: int, last: int) -> Iterator[Tampering]:
    columns = "tenant_path, at, occurred_at, severity, action, actor, on_behalf_of, entity_type,"
    columns += " entity_id, system_id, summary, diff, reason, request_id, session_id, ip, salts,"
    columns += " leaf, leaf_hash"
    copy = (
        f"INSERT INTO govdesk.audit_log (tenant_id, seq, {columns})"
        f" SELECT tenant_id, {{}}, {columns} FROM govdesk.audit_log WHERE seq = {seq}"
        " AND tenant_path = 'acme'"
    )
    table = "govdesk.audit_log"
    beta = "(SELECT tenant_id FROM govdesk.tenant WHERE tenant_path = 'beta')"
    yield Tampering(
        "row",
        "delete",
        seq,
        (f"DELETE FROM {table} WHERE seq = {seq} AND tenant_path = 'acme'",),
        frozenset({"deleted"}),
    )
    yield Tampering(
        "tenant_id",
        "edit",
        seq,
        (f"UPDATE {table} SET tenant_id = {beta} WHERE seq = {seq} AND tenant_path = 'acme'",),
        frozenset({"deleted"}),
    )
    yield Tampering("row", "insert", seq, (copy.format(seq),), frozenset({"inserted", "forked"}))
    yield Tampering("row", "insert", last + 1, (copy.format(last + 1),), frozenset({"inserted"}))
    yield Tampering(
        "row",
        "swap",
        seq,
        (f"UPDATE {table} SET seq = {2 * seq + 1} - seq WHERE seq IN ({seq}, {seq + 1})",),
        frozenset({"reordered"}),
    )
    yield Tampering(
        "seq",
        "edit",
        seq,
        (f"UPDATE {table} SET seq = {last + 1} WHERE seq = {seq}",),
        ALTERED,
    )


@pytest.fixture
def open_log(module_cast: Cast) -> Iterator[tuple[Cast, Session, int]]:
    """A filled log without its triggers and constraints; everything is undone afterwards."""
    if module_cast.one("SELECT count(*) FROM govdesk.audit_log WHERE action = 'x.b'") == 0:
        fill(module_cast)
    token = module_cast.sign_in(OLGA).token
    session = Session(module_cast.admin, token, ACME)
    with module_cast.admin.transaction(force_rollback=True) as outer:
        assert outer is not None
        for statement in (
            "ALTER TABLE govdesk.audit_log DISABLE TRIGGER ALL",
            "ALTER TABLE govdesk.audit_log DROP CONSTRAINT audit_log_pkey",
            "DELETE FROM govdesk.audit_log WHERE tenant_path = 'beta'",
        ):
            module_cast.admin.execute(assume(LiteralString, statement))
        yield module_cast, session, module_cast.last_seq()


def test_every_change_by_a_superuser_is_found_and_named(
    open_log: tuple[Cast, Session, int], capsys: pytest.CaptureFixture[str]
) -> None:
    cast, session, last = open_log
    assert judged(session, last + 1).faults == []
    done: Counter[tuple[str, str]] = Counter()
    unseen, misnamed = [], []
    for tampering in tamperings(last):
        with cast.admin.transaction(force_rollback=True):
            touched = sum(
                cast.admin.execute(assume(LiteralString, s)).rowcount for s in tampering.statements
            )
            if touched == 0:
                continue
            done[tampering.column, tampering.verb] += 1
            faults = judged(session, last + 1).faults
        if not faults:
            unseen.append(tampering)
        elif not any(
            f.kind in tampering.kinds and f.first <= tampering.seq <= f.last for f in faults
        ):
            misnamed.append((tampering, faults))
    total = sum(done.values())
    with capsys.disabled():
        print(
            f"\ntamper matrix: {total} changes in {len(done)} cells; unseen: {len(unseen)};",
            end=" ",
        )
        print(f"class right: {total - len(misnamed)} of {total}")
        for tampering, faults in misnamed:
            print(f"  {tampering.verb} {tampering.column} of {tampering.seq}: {faults}")
    assert unseen == []
    assert len(misnamed) <= total // 20
    cells = {(c, "edit") for c in (*NEW_VALUES, "seq", "tenant_id")}
    cells |= {(c, v) for c in NEW_VALUES if c not in REQUIRED for v in ("delete", "insert")} - {
        ("actor", "insert"),
        ("summary", "insert"),
    }
    cells |= {(c, "swap") for c in NEW_VALUES if c != "tenant_path"}
    cells |= {("row", v) for v in ("delete", "insert", "swap")}
    assert set(done) == cells


# No alarm in vain


def test_a_whole_log_verifies_with_one_process_and_with_two(cast: Cast) -> None:
    fill(cast)
    session = cast.sign_in(OLGA)
    one = audit.verify(session, cast.database.app_url)
    two = audit.verify(session, cast.database.app_url, processes=2)
    assert one.faults == two.faults == []
    assert (one.ok, one.complete, one.rows) == (True, True, cast.last_seq())
    assert one.root == two.root


@pytest.mark.parametrize(
    "turn",
    [
        "SET timezone = 'Pacific/Apia'",
        "SET timezone = 'America/St_Johns'",
        "SET datestyle = 'German, DMY'",
        "SET intervalstyle = 'iso_8601'",
        "SET bytea_output = 'escape'",
        "SET extra_float_digits = -15",
        "SET standard_conforming_strings = off",
        "SET lc_time = 'C'; SET lc_numeric = 'C'; SET lc_monetary = 'C'",
        "SET enable_seqscan = off; SET enable_indexscan = off",
    ],
)
def test_what_a_client_sets_neither_alters_what_is_sealed_nor_raises_an_alarm(
    cast: Cast, turn: str
) -> None:
    fill(cast)
    session = cast.sign_in(OLGA)
    session.connection.execute(assume(LiteralString, turn))
    with session.transaction() as connection:
        connection.execute(
            "UPDATE govdesk.node SET name = 'Jose\u0301 \U0001f511' WHERE kind = 'system'"
        )
    report = audit.verify(session, cast.database.app_url)
    assert report.faults == []
    assert report.rows == cast.last_seq()


@pytest.mark.parametrize("how", [(), ("--role=govdesk_backup", "--enable-row-security")])
def test_a_dump_restored_elsewhere_verifies_and_goes_on(
    cast: Cast, server: EmbeddedServer, sessions: Sessions, how: tuple[str, ...]
) -> None:
    fill(cast)
    before = cast.last_seq()
    name = f"restored_{cast.database.name}"
    quoted = sql.Identifier(name)
    binaries = other_binaries() or find_binaries()
    sessions.connection.execute(sql.SQL("CREATE DATABASE {}").format(quoted))
    try:
        dump = subprocess.run(
            [str(binaries / "pg_dump"), "-Fc", *how, "--dbname", cast.database.admin_url],
            check=True,
            capture_output=True,
        ).stdout
        admin_url = server.admin_url_of(name)
        subprocess.run(
            [str(binaries / "pg_restore"), "--exit-on-error", "--dbname", admin_url],
            input=dump,
            check=True,
        )
        assert migrate.migrate(admin_url).restored
        restored = Cast(
            type(cast.database)(name, admin_url, server.url("govdesk_app", APP_PASSWORD, name), "")
        )
        session = restored.sign_in(OLGA)
        with session.transaction() as connection:
            connection.execute("UPDATE govdesk.node SET name = 'After' WHERE kind = 'system'")
        report = audit.verify(session, restored.database.app_url)
        assert report.faults == []
        assert report.rows == restored.last_seq() > before
        restored.close()
    finally:
        sessions.connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(quoted))


# What else a verification must say


def test_a_tampered_live_log_is_reported_through_the_service(cast: Cast) -> None:
    with psycopg.connect(cast.database.admin_url) as root:
        root.execute("ALTER TABLE govdesk.audit_log DISABLE TRIGGER ALL")
        root.execute("UPDATE govdesk.audit_log SET summary = 'x' WHERE seq = 3")
        root.execute("DELETE FROM govdesk.audit_log WHERE seq = 5")
    report = audit.verify(cast.sign_in(OLGA), cast.database.app_url)
    assert report.ok is False
    assert [(f.first, f.last, f.kind) for f in report.faults] == [
        (3, 3, "altered"),
        (5, 5, "deleted"),
    ]
    assert any("no checkpoint" in text for text in report.not_judged)


def test_rows_captured_but_never_sealed_are_a_fault(cast: Cast) -> None:
    def plant(connection: psycopg.Connection[Any]) -> None:
        connection.execute("ALTER TABLE govdesk_private.ticket DISABLE TRIGGER ALL")
        migrate.claim_setup(connection, ACME)
        connection.execute("UPDATE govdesk.node SET name = 'X' WHERE node_path = 'acme.claims'")

    with psycopg.connect(cast.database.admin_url) as root:
        plant(root)
    report = audit.verify(cast.sign_in(OLGA), cast.database.app_url)
    assert "unsealed" in [fault.kind for fault in report.faults]
    assert report.ok is False
