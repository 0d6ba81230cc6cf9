"""The audit log as the timeline reads it: pages, one event whole, counts, places in time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from govdesk.database import rows, tree
from govdesk.database.connection import Session

Terms = Sequence[Mapping[str, object]]
"""A filter as `Filter.to_terms` gives it; empty for every event."""

_COLUMNS = (
    "p.seq, p.at, p.occurred_at, p.severity, p.action, p.actor, p.on_behalf_of, p.entity_type,"
    " p.entity_id, n.name, p.system_id::text, p.summary, host(p.ip), p.request_id,"
    " p.session_id::text, p.reason, encode(p.leaf_hash, 'hex')"
)
_SYSTEM = "LEFT JOIN govdesk.node n ON n.tenant_id = p.tenant_id AND n.id = p.system_id"


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the timeline; `at` is in UTC, `leaf_hash` in hex."""

    seq: int
    at: datetime
    occurred_at: datetime | None
    severity: str
    action: str
    actor: str | None
    on_behalf_of: str | None
    entity_type: str
    entity_id: str | None
    system: str | None
    system_id: str | None
    summary: str | None
    ip: str | None
    request_id: str | None
    session_id: str | None
    reason: str | None
    leaf_hash: str


@dataclass(frozen=True, slots=True)
class Detail:
    """One event with everything: `absent` names the fields that were redacted or erased."""

    event: Event
    diff: dict[str, Any] | None
    salts: dict[str, str]
    leaf: str
    absent: frozenset[str]


@dataclass(frozen=True, slots=True)
class Extent:
    """How far the log goes for this reader.

    `whole` readers see every event there is. `gaps` are ranges of numbers, first and last, of
    which some or all events are gone: they were archived and pruned.
    """

    newest: int
    first_at: datetime | None
    last_at: datetime | None
    whole: bool
    gaps: tuple[tuple[int, int], ...] = ()

    @property
    def is_dense(self) -> bool:
        """Whether event n is the n-th."""
        return self.is_dense_from(1)

    def is_dense_from(self, first: int) -> bool:
        """Whether each number from `first` on is an event that this reader sees."""
        return self.whole and all(last < first for _, last in self.gaps)


@dataclass(frozen=True, slots=True)
class Count:
    """Events of one span, and how many of them are high."""

    events: int
    high: int


def extent(session: Session) -> Extent:
    """Return how far the log goes now."""
    whole = rows.sees_everything(session)
    gaps = tuple((gap.first, gap.last) for gap in tree.pruned(session)) if whole else ()
    ends = "(SELECT p FROM govdesk_api.audit_page('[]', NULL, {after}, 1) p)"
    with session.reading() as connection:
        found = connection.execute(
            "SELECT (newest.p).seq, (oldest.p).at, (newest.p).at"
            f" FROM {ends.format(after='NULL')} newest, {ends.format(after='0')} oldest"
        ).fetchone()
    if found is None:
        return Extent(0, None, None, whole, gaps)
    return Extent(found[0], found[1], found[2], whole, gaps)


def page(
    session: Session,
    terms: Terms,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int = 256,
    offset: int = 0,
) -> list[Event]:
    """Return up to `limit` events, newest first, with `after` < seq < `before`."""
    with session.reading() as connection:
        found = connection.execute(
            f"SELECT {_COLUMNS} FROM govdesk_api.audit_page(%s, %s, %s, %s, %s) p {_SYSTEM}"
            " ORDER BY p.seq DESC",
            (json.dumps(list(terms)), _top(before), after, limit, offset),
        ).fetchall()
    return [Event(*row) for row in found]


def _top(before: int | None) -> int:
    """With `after` alone the database would read oldest first."""
    return 2**63 - 1 if before is None else before


def detail(session: Session, seq: int) -> Detail | None:
    """Return event number `seq` with everything, or None where this reader sees none."""
    with session.reading() as connection:
        row = connection.execute(
            f"SELECT {_COLUMNS}, p.diff, p.salts, encode(p.leaf, 'escape')"
            f" FROM govdesk_api.audit_page('[]', %s, %s, 1) p {_SYSTEM}",
            (seq + 1, seq - 1),
        ).fetchone()
    if row is None:
        return None
    *plain, diff, salts, leaf = row
    committed = json.loads(leaf)["commitments"]
    return Detail(Event(*plain), diff, salts, leaf, frozenset(committed) - frozenset(salts))


def counts(session: Session, terms: Terms, bounds: Sequence[int]) -> list[Count]:
    """Count the events between successive `bounds` (ascending numbers, at most 1,001)."""
    with session.reading() as connection:
        found = connection.execute(
            "SELECT span, events, high FROM govdesk_api.audit_counts(%s, %s)",
            (json.dumps(list(terms)), list(bounds)),
        ).fetchall()
    by_span = {span: Count(events, high) for span, events, high in found}
    return [by_span.get(span, Count(0, 0)) for span in range(1, len(bounds))]


def numbers_at(session: Session, times: Sequence[datetime]) -> list[int | None]:
    """Return the number of the first event at or after each of at most 1,001 times."""
    with session.reading() as connection:
        found = connection.execute("SELECT govdesk_api.audit_seqs(%s)", (list(times),)).fetchone()
    return list(found[0]) if found and found[0] else [None] * len(times)
