"""Checkpoints, holds, archives and erasures in tests, by plain SQL."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC
from typing import Any
from uuid import uuid4

from govdesk.database.connection import Session
from govdesk.domain.filter_language import parse
from tests.deciding import COUNSEL, decide_by_link, link, name_reviewer, request
from tests.doors import arranged, ask, rows_of, table, worker
from tests.people import ACME, Cast

HOST = "desk"


def root(hashes: list[bytes]) -> bytes:
    """RFC 6962 §2.1, by its own recursion."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return hashlib.sha256(b"\x01" + root(hashes[:half]) + root(hashes[half:])).digest()


def leaves(cast: Cast, path: str = ACME) -> list[bytes]:
    """Leaf hashes of a log, by the table."""
    rows = cast.admin.execute(
        "SELECT l.leaf_hash FROM govdesk.audit_log l JOIN govdesk.tenant t USING (tenant_id)"
        " WHERE t.tenant_path = %s::ltree ORDER BY l.seq",
        (path,),
    ).fetchall()
    return [row[0] for row in rows]


def fill(cast: Cast, count: int, path: str = ACME, age: str | None = None) -> None:
    """Seal events of the release; with `age` (an interval) their seal lies so far back."""
    if age is not None:
        _shift_clock(cast, age)
    for low in range(0, count, 5000):
        events = [
            {"action": "system.event", "summary": f"event {number}"}
            for number in range(low, min(low + 5000, count))
        ]
        with arranged(cast, path) as admin:
            admin.execute("SELECT govdesk_api.record_events(%s::jsonb)", (json.dumps(events),))
    if age is not None:
        _shift_clock(cast, None)


def _shift_clock(cast: Cast, age: str | None) -> None:
    """Let the seal take another time for now, as only whoever owns the function can."""
    body = "p_now" if age is None else f"greatest(p_now - interval '{age}', p_before)"
    cast.admin.execute(
        "CREATE OR REPLACE FUNCTION govdesk_private.moment(p_asked timestamptz, p_now timestamptz,"
        f" p_before timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE"
        f" AS $$ SELECT {body} $$"
    )


def told(cast: Cast, query: str, *parameters: object) -> Any:
    """One value, asked for by the worker's login."""
    (row,) = rows_of(worker(cast), query, *parameters)
    (value,) = row.values()
    return value


def grow(cast: Cast, path: str = ACME) -> int:
    """Make all tiles there can be."""
    return int(told(cast, "SELECT govdesk_api.grow_tiles(%s, %s, 4096)", path, HOST))


def note(path: str, size: int, top: bytes) -> str:
    """A checkpoint's text with a signature that nobody made."""
    body = f"govdesk/{path}\n{size}\n{base64.b64encode(top).decode()}\n"
    return f"{body}\n— govdesk/{path} {base64.b64encode(bytes(68)).decode()}\n"


def put(cast: Cast, path: str = ACME, size: int | None = None, top: bytes | None = None) -> str:
    """Have a checkpoint of the log as it stands taken; returns what the database says."""
    grow(cast, path)
    hashes = leaves(cast, path)
    size = len(hashes) if size is None else size
    top = root(hashes[:size]) if top is None else top
    return str(
        told(
            cast,
            "SELECT govdesk_api.put_checkpoint(%s, %s, %s, %s, %s)",
            path,
            HOST,
            size,
            top,
            note(path, size, top),
        )
    )


def hold(session: Session, query: str, name: str = "Case 7") -> str:
    """Place a legal hold."""
    return str(
        ask(
            session,
            "SELECT govdesk_api.place_hold(%s, %s, %s::jsonb, 'The court asked for it')",
            name,
            query,
            json.dumps(parse(query, zone=UTC).to_terms()),
        )
    )


def approve(cast: Cast, session: Session, action: str, payload: dict[str, Any]) -> tuple[str, str]:
    """Ask for a decision, and have counsel approve it."""
    request(session, action, payload)
    return decide_by_link(cast, link(cast))


def ready(cast: Cast) -> None:
    """Counsel may decide."""
    name_reviewer(cast, COUNSEL)


def sealed_bundle(session: Session, low: int, high: int, **facts: object) -> str:
    """Seal that a bundle of a range was made; returns its id."""
    export = str(uuid4())
    said = {
        "filter": "",
        "redact": [],
        "first": low,
        "last": high,
        "rows": high - low + 1,
        "sha256": hashlib.sha256(export.encode()).hexdigest(),
        **facts,
    }
    for stage in ("started", "finished"):
        ask(
            session,
            "SELECT govdesk_api.note_export(%s, %s, %s::jsonb, 'audit.bundle_created')",
            stage,
            export,
            json.dumps(said),
        )
    return export


def segments(session: Session) -> list[dict[str, Any]]:
    """Months as the session sees them."""
    return table(session, "SELECT * FROM govdesk_api.segments()")
