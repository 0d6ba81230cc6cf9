"""The timeline as a document prints it: cells as text, page by page, by COPY."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from govdesk.database.connection import Session
from govdesk.database.copying import PAGE, TIMELINE, Selection, condition
from govdesk.database.errors import SessionEnded
from govdesk.database.rows import INSTANT_AT

_SPECIAL = {
    "at": INSTANT_AT,
    "system": "n.name",
    "ip": "host(l.ip)",
    "leaf_hash": "encode(l.leaf_hash, 'hex')",
}
_COMMITTED = ("actor", "on_behalf_of", "summary", "ip")
"""Cells whose values can be erased from the log; their salts are gone then."""

ERASED = (
    "CASE WHEN l.salts ?& '{"
    + ",".join(_COMMITTED)
    + "}' THEN '' ELSE concat_ws(' ', "
    + ", ".join(f"CASE WHEN NOT l.salts ? '{name}' THEN '{name}' END" for name in _COMMITTED)
    + ") END"
)
"""Names of a row's erased fields, separated by spaces, as a SQL expression."""


def _ignore(through: int) -> None:
    """A page that nobody counts."""


def printable_rows(
    session: Session, selection: Selection, on_page: Callable[[int], None] = _ignore
) -> Iterator[tuple[str | None, ...]]:
    """Yield the timeline's cells in order, and then the names of erased ones.

    Every page binds again; `on_page` hears the last `seq` that was looked at. Fields to leave out
    are not read at all.
    """
    where, tenant = condition(session, selection), session.tenant_id
    cells = ", ".join(
        "NULL" if name in selection.redact else _SPECIAL.get(name, f"l.{name}") for name in TIMELINE
    )
    for low in range(selection.first, selection.last + 1, PAGE):
        high = min(low + PAGE - 1, selection.last)
        statement = (
            f"COPY (SELECT {cells}, {ERASED} FROM govdesk.audit_log l LEFT JOIN govdesk.node n"
            " ON n.tenant_id = l.tenant_id AND n.id = l.system_id"
            f" WHERE l.tenant_id = '{tenant}' AND l.seq BETWEEN {low:d} AND {high:d} AND {where}"
            " ORDER BY l.seq) TO STDOUT"
        )
        with (
            session.reading() as connection,
            connection.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            yield from copy.rows()
        on_page(high)


def maker(session: Session) -> tuple[str, str]:
    """Return who the session belongs to and the organization's name."""
    with session.transaction() as connection:
        row = connection.execute(
            "SELECT w.actor, t.name FROM govdesk_api.whoami() w JOIN govdesk.tenant t"
            " USING (tenant_id)"
        ).fetchone()
    if row is None:
        raise SessionEnded
    return str(row[0]).removeprefix("user:"), str(row[1])
