"""The log as verification reads it: columns as text, streamed by COPY, bound page by page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from govdesk.database.connection import Session
from govdesk.database.errors import DatabaseProblem
from govdesk.evidence.leaf import Row

PAGE = 32768
"""Rows of one bound page; a revoked session is noticed at the next."""

_INSTANT = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
INSTANT_AT = _INSTANT.format("l.at")
INSTANT_OCCURRED = _INSTANT.format("l.occurred_at")

COLUMNS = (
    f"l.seq, {INSTANT_AT}, {INSTANT_OCCURRED}, l.severity, l.action, l.actor, l.on_behalf_of,"
    " l.entity_type, l.entity_id, l.system_id, l.summary, l.diff, l.reason, l.request_id,"
    " l.session_id, host(l.ip), l.tenant_path, l.salts, encode(l.leaf, 'escape'),"
    " encode(l.leaf_hash, 'hex')"
)
"""The select list, in the order of `govdesk.evidence.leaf.Row`."""

_ESCAPES = {
    "\\v": "\v",
    "\\\\": "\\",
    "\\n": "\n",
    "\\t": "\t",
    "\\r": "\r",
    "\\b": "\b",
    "\\f": "\f",
}
_ESCAPED = re.compile(r"\\.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Head:
    """The newest row when a reading began."""

    seq: int
    leaf_hash: str


def _plain(text: str) -> str | None:
    if text == "\\N":
        return None
    return _ESCAPED.sub(lambda m: _ESCAPES.get(m[0], m[0][1:]), text)


def parse_line(line: bytes) -> Row:
    """Read one line of COPY's text format."""
    parts = line[:-1].decode(errors="surrogateescape").split("\t")
    values = [p if "\\" not in p else _plain(p) for p in parts]
    return Row._make((int(parts[0]), *values[1:]))


def head(session: Session) -> Head | None:
    """Return the newest row that the session may see, or None for an empty log."""
    tenant = session.tenant_id
    with session.reading() as connection:
        row = connection.execute(
            "SELECT l.seq, encode(l.leaf_hash, 'hex') FROM govdesk.audit_log l"
            " WHERE l.tenant_id = %s ORDER BY l.seq DESC LIMIT 1",
            (tenant,),
        ).fetchone()
    return None if row is None else Head(*row)


def sees_everything(session: Session) -> bool:
    """Whether the session reads the whole organisation, so that `seq` is dense for it."""
    with session.reading() as connection:
        row = connection.execute(
            "SELECT %s::ltree = ANY (govdesk_api.granted('audit.read'))", (session.tenant_path,)
        ).fetchone()
    return bool(row and row[0])


def scope(session: Session) -> tuple[str, ...]:
    """Return the paths below which the session reads the log, sorted.

    What it sees changes with them; `sees_everything` asks for the organisation's own among them.
    """
    with session.reading() as connection:
        row = connection.execute("SELECT govdesk_api.granted('audit.read')::text[]").fetchone()
    return tuple(sorted(row[0] or ())) if row else ()


def stream(session: Session, first: int, last: int) -> Iterator[Row]:
    """Yield rows `first` to `last` in order; every page binds again."""
    tenant = session.tenant_id
    for low in range(first, last + 1, PAGE):
        with session.reading() as connection:
            yield from _page(connection, tenant, low, min(low + PAGE - 1, last))


def _page(connection: psycopg.Connection[Any], tenant: UUID, low: int, high: int) -> Iterator[Row]:
    query = (
        f"COPY (SELECT {COLUMNS} FROM govdesk.audit_log l"
        f" WHERE l.tenant_id = '{tenant}'"
        f" AND l.seq BETWEEN {low:d} AND {high:d} ORDER BY l.seq) TO STDOUT"
    )
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        for line in copy:
            yield parse_line(bytes(line))


def unsealed(session: Session) -> int:
    """How many captured rows of finished transactions are not sealed: 0, or a fault."""
    with session.transaction() as connection:
        row = connection.execute("SELECT govdesk_api.unsealed()").fetchone()
    if row is None:
        raise DatabaseProblem("The server did not answer.")
    return int(row[0])
