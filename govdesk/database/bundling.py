"""Rows of a bundle: what a filter selects, and of the others their leaves, in one pass by COPY.

One statement decides of each row whether it is selected, so that a row which is erased meanwhile
cannot stand in both files or in neither.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from govdesk.database.connection import Connection, Session
from govdesk.database.copying import TIMELINE, Selection, condition, json_object
from govdesk.database.rows import INSTANT_AT
from govdesk.evidence.evidence_file import Terms, hidden_line, leaf_terms

PAGE = 2048
"""Numbers of one bound page: a few megabytes, of which several are on their way at a time."""
_PIECE = 256
"""Lines of a piece of a page: some hundred kilobytes."""
_HIT, _OPENED = ord("1"), ord("2")
_MARK = b"\x1d"
"""Stands around a leaf, and before a row's line of CSV. JSON has no raw control characters."""
_LEAF = "E'\\x1d' || encode(l.leaf, 'escape') || E'\\x1d'"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A selection, and which committed fields its left-out rows open."""

    selection: Selection
    opened: frozenset[str]
    whole: bool = True


@dataclass(slots=True)
class Part:
    """One page: lines for each file, how many rows of each kind, the last `seq` looked at.

    The lines come in pieces, so that each can be let go of when it is written.
    """

    through: int
    events: list[bytes] = field(default_factory=list)
    left_out: list[bytes] = field(default_factory=list)
    csv: list[bytes] = field(default_factory=list)
    rows: int = 0
    left: int = 0
    opened: int = 0
    hidden: int = 0
    first: bytes = b""
    last: bytes = b""
    shown: list[bytes] = field(default_factory=list)


def parts(session: Session, wanted: Wanted, shown: int = 0) -> Iterator[Part]:
    """Yield the range page by page; rows that the session may not read come as their hashes.

    A page gives its first `shown` lines of CSV one by one, too.
    """
    chosen = wanted.selection
    where = condition(session, chosen)
    near = condition(session, Selection(1, 1, leaf_terms(chosen.terms)))
    query = _query(wanted, where, near, f"l.tenant_id = '{session.tenant_id}'")
    for low in range(chosen.first, chosen.last + 1, PAGE):
        # No name is kept here: what was handed on is gone before the next page is read.
        yield _page(session, query, (low, min(low + PAGE - 1, chosen.last)), shown)


def _page(session: Session, query: str, ends: tuple[int, int], shown: int) -> Part:
    low, high = ends
    with session.reading() as connection:
        with connection.cursor() as cursor, cursor.copy(query.format(low=low, high=high)) as copy:
            part = _sorted_out(map(bytes, copy), high, shown)
        if part.rows + part.left < high - low + 1:
            _add_hidden(connection, part, session, low, high)
    return part


def _query(wanted: Wanted, where: str, near: str, tenant: str) -> str:
    """The COPY of one page; braces stand for its first and last number only."""
    redact, opened = wanted.selection.redact, sorted(wanted.opened)
    event = f"'1' || {json_object(redact, _LEAF)} || E'\\x1d' || {_csv_line(redact)}"
    shut = f"'0' || {_leaf_object('')}"
    left = shut
    if opened:
        open_ = f"'2' || {_leaf_object(_opened(opened))}"
        left = f"CASE WHEN ({near}) IS TRUE THEN {open_} ELSE {shut} END"
    query = (
        f"SELECT CASE WHEN ({where}) IS TRUE THEN {event} ELSE {left} END"
        " FROM govdesk.audit_log l LEFT JOIN govdesk.node n"
        " ON n.tenant_id = l.tenant_id AND n.id = l.system_id"
    )
    query = query.replace("{", "{{").replace("}", "}}")
    return (
        f"COPY ({query} WHERE {tenant} AND l.seq BETWEEN {{low:d}} AND {{high:d}} ORDER BY l.seq)"
        " TO STDOUT WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')"
    )


def _leaf_object(members: str) -> str:
    """A left-out row as a SQL text expression; `members` are its opened fields."""
    salts = members or "'{}'"
    return (
        f"'{{\"leaf\":' || {_LEAF}"
        f" || ',\"leaf_hash\":\"' || encode(l.leaf_hash, 'hex') || '\",\"salts\":' || {salts}"
        " || '}'"
    )


_VALUES: Mapping[str, str] = {
    "actor": "coalesce(to_json(l.actor)::text, 'null')",
    "on_behalf_of": "coalesce(to_json(l.on_behalf_of)::text, 'null')",
    "session_id": "coalesce('\"' || l.session_id || '\"', 'null')",
    "ip": "coalesce('\"' || host(l.ip) || '\"', 'null')",
}


def _opened(names: Iterable[str]) -> str:
    """Salts and values of fields that are still there; an erased one has neither."""
    salts, values = [], []
    for name in names:
        there = f"CASE WHEN l.salts ? '{name}' THEN "
        salts.append(f"{there}'\"{name}\":\"' || (l.salts ->> '{name}') || '\"' END")
        values.append(f"{there}',\"{name}\":' || {_VALUES[name]} ELSE '' END")
    return f"'{{' || concat_ws(',', {', '.join(salts)}) || '}}' || " + " || ".join(values)


def _csv_line(redact: frozenset[str]) -> str:
    """The timeline's columns as one line of RFC 4180; formulas are defused as in every CSV."""

    def text(column: str) -> str:
        signs = "('=', '+', '-', '@', E'\\t', E'\\r')"
        guard = f"CASE WHEN left({column}, 1) IN {signs} THEN '''' ELSE '' END"
        return f"coalesce('\"' || {guard} || replace({column}, '\"', '\"\"') || '\"', '')"

    special = {
        "seq": "l.seq",
        "at": INSTANT_AT,
        "system": text("n.name"),
        "ip": "coalesce(host(l.ip), '')",
        "severity": "l.severity",
        "action": "l.action",
        "entity_type": "l.entity_type",
        "leaf_hash": "encode(l.leaf_hash, 'hex')",
    }
    cells = ["''" if c in redact else special.get(c) or text(f"l.{c}") for c in TIMELINE]
    return " || ',' || ".join(cells)


def _sorted_out(lines: Iterable[bytes], through: int, shown: int) -> Part:
    """Divide a page. Leaves are quoted here: the server takes ten times as long over it."""
    part = Part(through)
    events, left, table = _Pieces(part.events), _Pieces(part.left_out), _Pieces(part.csv)
    for line in lines:
        if line[0] == 1:  # COPY quoted it: it holds one of the marks, or the end of a line.
            line = line[1:-2].replace(b"\x01\x01", b"\x01") + b"\n"
        head, leaf, rest = line.split(_MARK, 2)
        quoted = leaf.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
        if head[0] == _HIT:
            tail, _, csv = rest.partition(_MARK)
            part.last = b'%b"%b"%b\n' % (head[1:], quoted, tail)
            part.first = part.first or part.last
            events.add(part.last)
            table.add(csv)
            if len(part.shown) < shown:
                part.shown.append(csv)
        else:
            left.add(b'%b"%b"%b' % (head[1:], quoted, rest))
            part.opened += head[0] == _OPENED
    part.rows, part.left = (pieces.end() for pieces in (events, left))
    table.end()
    return part


class _Pieces:
    """Lines that are joined as they come; a page's worth in one piece would be there twice."""

    def __init__(self, pieces: list[bytes]):
        self._pieces, self._lines, self._count = pieces, list[bytes](), 0

    def add(self, line: bytes) -> None:
        """Add a line."""
        self._lines.append(line)
        if len(self._lines) == _PIECE:
            self._join()

    def _join(self) -> None:
        self._count += len(self._lines)
        self._pieces.append(b"".join(self._lines))
        self._lines.clear()

    def end(self) -> int:
        """Join the rest and return how many lines there were."""
        if self._lines:
            self._join()
        return self._count


def _add_hidden(connection: Connection, part: Part, session: Session, low: int, high: int) -> None:
    """Put the hashes of what was not read among the left-out rows, in order."""
    read = {
        row[0]
        for row in connection.execute(
            "SELECT seq FROM govdesk.audit_log WHERE tenant_id = %s AND seq BETWEEN %s AND %s",
            (session.tenant_id, low, high),
        )
    }
    row = connection.execute("SELECT govdesk_api.leaf_hashes(%s, %s)", (low, high)).fetchone()
    hashes = bytes(row[0]) if row else b""
    lines = [(json.loads(json.loads(line)["leaf"])["seq"], line + b"\n")
             for line in b"".join(part.left_out).splitlines()]  # fmt: skip
    for seq in range(low, high + 1):
        if seq not in read:
            at = (seq - low) * 32
            lines.append((seq, hidden_line(seq, hashes[at : at + 32].hex())))
            part.hidden += 1
    part.left_out = [b"".join(line for _, line in sorted(lines))]


# ---------------------------------------------------------------- what it will reveal


@dataclass(frozen=True, slots=True)
class Foreseen:
    """How many rows a bundle will hold: all in its range, selected, and showing fields."""

    rows: int
    matching: int
    opened: int
    sample_bytes: int


def foreseen(session: Session, wanted: Wanted) -> Foreseen:
    """Count without writing; `sample_bytes` is the mean size of a line of the newest rows."""
    chosen = wanted.selection
    where = condition(session, chosen)
    near = condition(session, Selection(1, 1, leaf_terms(chosen.terms)))
    span = "l.tenant_id = %s AND l.seq BETWEEN %s AND %s"
    values = (session.tenant_id, chosen.first, chosen.last)
    with session.reading() as connection:
        counted = connection.execute(
            f"SELECT count(*), count(*) FILTER (WHERE {_literal(where)}),"
            f" count(*) FILTER (WHERE ({_literal(near)}) IS TRUE AND"
            f" ({_literal(where)}) IS NOT TRUE) FROM govdesk.audit_log l WHERE {span}",
            values,
        ).fetchone()
        mean = connection.execute(
            f"SELECT coalesce(avg(octet_length({_literal(json_object(frozenset()))})), 0)::int"
            f" FROM (SELECT l.* FROM govdesk.audit_log l WHERE {span}"
            " ORDER BY l.seq DESC LIMIT 200) l",
            values,
        ).fetchone()
    rows, matching, near_by = counted or (0, 0, 0)
    return Foreseen(rows, matching, near_by if wanted.opened else 0, mean[0] if mean else 0)


def _literal(sql: str) -> str:
    """Text that goes through a query with parameters."""
    return sql.replace("%", "%%")


def systems_meant(session: Session, terms: Terms) -> dict[str, list[str]]:
    """Return for each term of the key ``system``, by its place, the ids it means now."""
    found: dict[str, list[str]] = {}
    for place, term in enumerate(terms):
        if term["key"] != "system":
            continue
        meant = condition(session, Selection(1, 1, [{**term, "not": False}]))
        with session.reading() as connection:
            rows = connection.execute(
                "SELECT l.system_id::text FROM (SELECT n.id AS system_id FROM govdesk.node n"
                f" WHERE n.tenant_id = %s) l WHERE {_literal(meant)} ORDER BY 1",
                (session.tenant_id,),
            ).fetchall()
        found[str(place)] = [row[0] for row in rows]
    return found


def denied_actions(session: Session) -> list[str]:
    """Return the actions that ``is:denied`` means, sorted."""
    with session.reading() as connection:
        rows = connection.execute("SELECT name FROM govdesk.event_kind WHERE denied ORDER BY 1")
        return [row[0] for row in rows.fetchall()]


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """An event of the log as evidence shows it: its leaf, and one committed field."""

    seq: int
    leaf: str
    leaf_hash: str
    salt: str | None
    diff: str | None


_SEALED = (
    "SELECT l.seq, encode(l.leaf, 'escape'), encode(l.leaf_hash, 'hex'), l.salts ->> 'diff',"
    " l.diff::text FROM govdesk.audit_log l WHERE l.tenant_id = %s"
)


def sealed_order(session: Session, export: str, action: str) -> SealedEvent | None:
    """Return the event that sealed the beginning of an export."""
    with session.reading() as connection:
        row = connection.execute(
            f"{_SEALED} AND l.action = %s AND l.entity_id = %s ORDER BY l.seq LIMIT 1",
            (session.tenant_id, action, export),
        ).fetchone()
    return None if row is None else SealedEvent(*row)


def erasures_after(session: Session, first: int, last: int) -> list[SealedEvent]:
    """Return the events after a range that erased fields of events in it."""
    with session.reading() as connection:
        rows = connection.execute(
            f"{_SEALED} AND l.action = 'audit.erased' AND l.entity_type = 'audit_event'"
            " AND l.seq > %s AND l.entity_id ~ '^[1-9][0-9]{0,17}:'"
            " AND split_part(l.entity_id, ':', 1)::bigint BETWEEN %s AND %s ORDER BY l.seq",
            (session.tenant_id, last, first, last),
        ).fetchall()
    return [SealedEvent(*row) for row in rows]


def faults_sealed(session: Session) -> Sequence[tuple[int, str, str]]:
    """Return what the log says of faults that were found in it: number, time, summary."""
    with session.reading() as connection:
        return connection.execute(
            f"SELECT l.seq, {INSTANT_AT}, coalesce(l.summary, '') FROM govdesk.audit_log l"
            " WHERE l.tenant_id = %s AND l.action = 'audit.fault_found' ORDER BY l.seq DESC"
            " LIMIT 20",
            (session.tenant_id,),
        ).fetchall()


def bounds(session: Session, low: str | None, high: str | None) -> tuple[int | None, int | None]:
    """Return the first event at or after each of two instants; None where none follows."""
    with session.reading() as connection:
        row = connection.execute(
            "SELECT govdesk_api.audit_seqs(ARRAY[%s, %s]::timestamptz[])",
            (low or "0001-01-01T00:00:00Z", high or "9999-12-31T23:59:59Z"),
        ).fetchone()
    found = row[0] if row and row[0] else [None, None]
    return (found[0] if low else None, found[1] if high else None)
