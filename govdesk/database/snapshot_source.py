"""The rows of a snapshot as the server gives them: columns as text, page by page, by COPY.

One statement decides of each row whether the filter selects it, so that a row which is erased
meanwhile stands in one of the two tables and never in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from govdesk.database.bundling import Wanted
from govdesk.database.connection import Connection, Session
from govdesk.database.copying import Selection, condition
from govdesk.database.rows import INSTANT_AT, INSTANT_OCCURRED
from govdesk.database.snapshot_format import COLUMNS
from govdesk.evidence.evidence_file import hidden_line, leaf_terms
from govdesk.evidence.leaf import COMMITTED

PAGE = 4096
"""Numbers of one bound page: a revoked session is noticed, and a cancel heard, at the next."""
_HASH = 32
_VALUES = {
    "actor": "coalesce(to_json(l.actor)::text, 'null')",
    "on_behalf_of": "coalesce(to_json(l.on_behalf_of)::text, 'null')",
    "session_id": "coalesce('\"' || l.session_id || '\"', 'null')",
    "ip": "coalesce('\"' || host(l.ip) || '\"', 'null')",
}
"""The committed fields that a filter can make a snapshot show of rows that it leaves out."""
_WRITTEN = {
    "at": INSTANT_AT,
    "occurred_at": INSTANT_OCCURRED,
    "ip": "host(l.ip)",
    "leaf": "encode(l.leaf, 'escape')",
    "leaf_hash": "encode(l.leaf_hash, 'hex')",
    "system": "n.name",
}


@dataclass(slots=True)
class Page:
    """What one page holds: events in full, lines of those left out, how many opened or hidden."""

    through: int
    events: list[Sequence[str | None]] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    opened: int = 0
    hidden: int = 0


def pages(session: Session, wanted: Wanted) -> Iterator[Page]:
    """Yield the range page by page; rows that the session may not read come as their hashes."""
    chosen = wanted.selection
    query = _query(session, wanted)
    for low in range(chosen.first, chosen.last + 1, PAGE):
        high = min(low + PAGE - 1, chosen.last)
        page = Page(high)
        with session.reading() as connection:
            _read(connection, query.format(low=low, high=high), page)
            if len(page.events) + len(page.left_out) < high - low + 1:
                _add_hidden(connection, page, low, high)
        yield page


def _query(session: Session, wanted: Wanted) -> str:
    """The COPY of one page; braces stand for its first and last number only."""
    chosen = wanted.selection
    where = condition(session, chosen)
    near = condition(session, Selection(1, 1, leaf_terms(chosen.terms)))
    rows = f"SELECT l.* FROM govdesk.audit_log l WHERE l.tenant_id = '{session.tenant_id}'"
    span = " AND l.seq BETWEEN {low:d} AND {high:d}"
    columns, line, hit = _selected(chosen.redact), "NULL", "true"
    if chosen.terms:
        # A fence: the condition is evaluated once for each row, not once for each column.
        rows = rows.replace("l.*", f"l.*, ({where}) IS TRUE AS hit", 1)
        hit = "l.hit"
        line = f"CASE WHEN hit THEN NULL ELSE {_left_out(wanted.opened, near)} END"
        columns = [f"CASE WHEN hit THEN {column} END" for column in columns]
    query = (
        f"SELECT l.seq, {line}, {', '.join(columns[1:])} FROM ({rows}#span# OFFSET 0) l"
        " LEFT JOIN govdesk.node n ON n.tenant_id = l.tenant_id AND n.id = l.system_id"
        f"{'' if hit == 'true' else ' AND l.hit'} ORDER BY l.seq"
    )
    query = query.replace("{", "{{").replace("}", "}}").replace("#span#", span)
    return f"COPY ({query}) TO STDOUT"


def _left_out(opened: frozenset[str], near: str) -> str:
    """A row that the filter leaves out, as the line of a bundle: a SQL text expression."""
    names = sorted(opened)
    there = [f"CASE WHEN l.salts ? '{name}' THEN " for name in names]
    salts = [
        f"{when}'\"{name}\":\"' || (l.salts ->> '{name}') || '\"' END"
        for when, name in zip(there, names, strict=True)
    ]
    values = [
        f"{when}',\"{name}\":' || {_VALUES[name]} ELSE '' END"
        for when, name in zip(there, names, strict=True)
    ]
    shut = (
        "'{\"leaf\":' || to_json(encode(l.leaf, 'escape'))::text"
        " || ',\"leaf_hash\":\"' || encode(l.leaf_hash, 'hex') || '\",\"salts\":{'"
    )
    if not names:
        return f"{shut} || '}}}}'"
    shown = f"concat_ws(',', {', '.join(salts)}) || '}}' || {' || '.join(values)} || '}}'"
    return f"{shut} || CASE WHEN ({near}) IS TRUE THEN {shown} ELSE '}}}}' END"


def _selected(redact: frozenset[str]) -> list[str]:
    """The select list in the order of `COLUMNS`; what is redacted is not read at all."""
    if not redact <= set(COMMITTED):
        raise ValueError(f"only {', '.join(COMMITTED)} can be left out")
    salts = "l.salts" + "".join(f" - '{name}'" for name in sorted(redact))
    written = _WRITTEN | {"salts": f"({salts})::text"} | dict.fromkeys(redact, "NULL")
    return [written.get(name, f"l.{name}") for name in COLUMNS]


def _read(connection: Connection, statement: str, page: Page) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for seq, line, *rest in copy.rows():
            if line is None:
                page.events.append((seq, *rest))
            else:
                page.left_out.append((int(seq), line))
                page.opened += '"salts":{"' in line


def _add_hidden(connection: Connection, page: Page, low: int, high: int) -> None:
    """Put the hashes of what was not read among the lines of those left out, in order."""
    read = {int(event[0] or 0) for event in page.events} | {seq for seq, _ in page.left_out}
    row = connection.execute("SELECT govdesk_api.leaf_hashes(%s, %s)", (low, high)).fetchone()
    hashes = bytes(row[0]) if row else b""
    for seq in range(low, high + 1):
        if seq not in read:
            digest = hashes[(seq - low) * _HASH : (seq - low + 1) * _HASH].hex()
            page.left_out.append((seq, hidden_line(seq, digest).decode().rstrip("\n")))
            page.hidden += 1
    page.left_out.sort()
