"""The same rows in ``ledgerchain`` (a hash-chained ledger on SQLAlchemy), to race its verifier."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import sqlalchemy as sa
from ledgerchain import create_all, verify_chain
from ledgerchain.models import LedgerHead
from ledgerchain.writer import GENESIS_PREV_HASH, _build_entry
from sqlalchemy.orm import Session

DATABASE = "peer"
_BATCH = 5000


def _engine(url: str) -> sa.Engine:
    return sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))


def load(admin_url: str, url: str, path: str, count: int) -> None:
    """Make the ledger of the first `count` events unless it is there.

    Entries are made by the package's own builder; `append` itself, one locked head a row, would
    take the hour.
    """
    with psycopg.connect(admin_url, autocommit=True) as admin:
        there = admin.execute("SELECT FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
        if there is not None:
            return
        admin.execute(f"CREATE DATABASE {DATABASE}")
        events = admin.execute(
            "SELECT jsonb_strip_nulls(to_jsonb(l) - 'leaf' - 'leaf_hash' - 'tenant_id') "
            "FROM govdesk.audit_log l JOIN govdesk.tenant t USING (tenant_id)"
            " WHERE t.tenant_path = %s::ltree AND l.seq <= %s ORDER BY l.seq",
            (path, count),
        ).fetchall()
    engine = _engine(url)
    create_all(engine)
    with Session(engine) as session:
        _append(session, [row[0] for row in events])
        session.commit()
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(
            sa.text("VACUUM ANALYZE")
        )
    engine.dispose()


def _append(session: Session, events: list[dict[str, Any]]) -> None:
    prev, batch = GENESIS_PREV_HASH, []
    for seq, event in enumerate(events, 1):
        entry = _build_entry(
            seq=seq,
            prev_hash=prev,
            event_type=event["action"],
            payload=json.loads(json.dumps(event)),
            actor={"sub": event["actor"]},
            tenant_id=event["tenant_path"],
            subject_uri=event.get("entity_id"),
        )
        prev = entry.entry_hash
        batch.append(entry)
        if len(batch) == _BATCH:
            session.bulk_save_objects(batch)
            batch = []
    session.bulk_save_objects(batch)
    session.add(LedgerHead(id=True, last_seq=len(events), last_hash=prev))


def verify(url: str) -> int:
    """Verify the whole ledger by its own verifier; returns how many entries it checked."""
    engine = _engine(url)
    with Session(engine) as session:
        result = verify_chain(session)
    engine.dispose()
    if not result.valid:
        raise RuntimeError(f"the peer's ledger is not whole: {result.reason}")
    return result.checked_entries


__all__ = ["DATABASE", "load", "verify"]
