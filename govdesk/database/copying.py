"""Rows for files, formatted in SQL and streamed by COPY; Python only passes bytes on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from govdesk.database.connection import Session
from govdesk.database.errors import DatabaseProblem
from govdesk.database.rows import INSTANT_AT, INSTANT_OCCURRED

PAGE = 8192
"""Numbers of one bound page: a revoked session is noticed, and a cancel heard, at the next."""

TIMELINE = (
    "seq",
    "at",
    "severity",
    "action",
    "actor",
    "on_behalf_of",
    "entity_type",
    "entity_id",
    "system",
    "summary",
    "ip",
    "request_id",
    "leaf_hash",
)
"""Columns of table, CSV and PDF, in this order."""

REDACTABLE = ("actor", "on_behalf_of", "ip", "session_id", "reason", "summary", "diff")


def _unformula(column: str) -> str:
    """Defuse what a spreadsheet would run (OWASP ASVS 5.0 §1.2.10); JSONL stays exact."""
    return (
        f"CASE WHEN left({column}, 1) IN ('=', '+', '-', '@', E'\\t', E'\\r')"
        f" THEN '''' || {column} ELSE {column} END"
    )


def _csv_columns() -> str:
    special = {
        "seq": "l.seq",
        "at": INSTANT_AT,
        "system": _unformula("n.name"),
        "ip": "host(l.ip)",
        "severity": "l.severity",
        "action": "l.action",
        "entity_type": "l.entity_type",
        "leaf_hash": "encode(l.leaf_hash, 'hex')",
    }
    return ", ".join(f"{special.get(c, _unformula(f'l.{c}'))} AS {c}" for c in TIMELINE)


LEAF = "to_json(encode(l.leaf, 'escape'))::text"


def json_object(redact: frozenset[str], leaf: str = LEAF) -> str:
    """One JSONL object as a SQL text expression: every column, absent ones left out.

    `leaf` is the expression of the leaf as a JSON string, for whoever quotes it elsewhere.
    """

    def quoted(expression: str) -> str:
        return f"coalesce(to_json({expression})::text, 'null')"

    def committed(name: str, value: str) -> str:
        if name in redact:
            return "''"
        return f"CASE WHEN l.salts ? '{name}' THEN ',\"{name}\":' || {value} ELSE '' END"

    salts = "l.salts" + "".join(f" - '{name}'" for name in sorted(redact))
    parts = [
        '\'{"tenant_id":"\' || l.tenant_id || \'","tenant_path":"\' || l.tenant_path::text',
        '\'","seq":\' || l.seq',
        f"',\"at\":\"' || {INSTANT_AT} || '\"'",
        f"',\"occurred_at\":' || coalesce('\"' || {INSTANT_OCCURRED} || '\"', 'null')",
        '\',"severity":"\' || l.severity || \'","action":"\' || l.action || \'"\'',
        committed("actor", quoted("l.actor")),
        committed("on_behalf_of", quoted("l.on_behalf_of")),
        "',\"entity_type\":\"' || l.entity_type || '\"'",
        f"',\"entity_id\":' || {quoted('l.entity_id')}",
        "',\"system_id\":' || coalesce('\"' || l.system_id || '\"', 'null')",
        committed("summary", quoted("l.summary")),
        committed("diff", "coalesce(l.diff::text, 'null')"),
        committed("reason", quoted("l.reason")),
        f"',\"request_id\":' || {quoted('l.request_id')}",
        committed("session_id", "coalesce('\"' || l.session_id || '\"', 'null')"),
        committed("ip", "coalesce('\"' || host(l.ip) || '\"', 'null')"),
        f"',\"salts\":' || replace(({salts})::text, ' ', '')",
        f"',\"leaf\":' || {leaf}",
        "',\"leaf_hash\":\"' || encode(l.leaf_hash, 'hex') || '\"}'",
    ]
    return " || ".join(parts)


@dataclass(frozen=True, slots=True)
class Selection:
    """What to write: a range of `seq`, filter terms, fields to leave out."""

    first: int
    last: int
    terms: Sequence[Mapping[str, object]] = ()
    redact: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of one page and the last `seq` that it looked at."""

    data: bytes
    rows: int
    through: int


def condition(session: Session, selection: Selection) -> str:
    """Ask the database, which alone writes filter SQL, for the selection's condition."""
    with session.transaction() as connection:
        row = connection.execute(
            "SELECT govdesk_api.audit_condition(%s)", (json.dumps(list(selection.terms)),)
        ).fetchone()
    if row is None:
        raise DatabaseProblem("The server did not answer.")
    return str(row[0])


def csv_pieces(session: Session, selection: Selection) -> Iterator[Piece]:
    """Yield CSV without a header line, RFC 4180 with LF, UTF-8."""
    query = (
        f"SELECT {_csv_columns()} FROM govdesk.audit_log l LEFT JOIN govdesk.node n"
        " ON n.tenant_id = l.tenant_id AND n.id = l.system_id"
    )
    yield from _pieces(session, selection, query, "FORMAT csv")


def json_pieces(session: Session, selection: Selection, before: str = "") -> Iterator[Piece]:
    """Yield one JSON object a line, each with `before` in front of it."""
    query = f"SELECT '{before}' || {json_object(selection.redact)} FROM govdesk.audit_log l"
    raw = "FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02'"
    yield from _pieces(session, selection, query, raw)


def _pieces(session: Session, selection: Selection, query: str, how: str) -> Iterator[Piece]:
    where, tenant = condition(session, selection), session.tenant_id
    for low in range(selection.first, selection.last + 1, PAGE):
        high = min(low + PAGE - 1, selection.last)
        statement = (
            f"COPY ({query} WHERE l.tenant_id = '{tenant}'"
            f" AND l.seq BETWEEN {low:d} AND {high:d} AND {where} ORDER BY l.seq)"
            f" TO STDOUT WITH ({how})"
        )
        with (
            session.reading() as connection,
            connection.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            lines = list(copy)
        yield Piece(b"".join(lines), len(lines), high)
