"""A snapshot as the timeline reads a log: pages, counts, places in time, one event, all rows.

What a snapshot says is a claim until it was verified (`govdesk.services.snapshots`). A value that
no event can have is refused here, so that whoever shows one need not look.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from govdesk.database.snapshot_claims import Claims, read_claims
from govdesk.database.snapshot_filter import Condition, Terms, condition
from govdesk.database.snapshot_format import LONGEST_VALUE, NEVER_NULL, SnapshotKey, SnapshotProblem
from govdesk.database.snapshot_opening import Interrupted, SnapshotFile
from govdesk.domain.filter_language.period import utc_text
from govdesk.evidence.leaf import COMMITTED, INSTANT, Row, parse

PAGE: Final = 512
_MOST: Final = 10_000
_MOST_BOUNDS: Final = 1001
_LAST: Final = 2**63 - 1
_PART: Final = "LIMIT ? + 0 OFFSET ? + 0"
"""A sum, for SQLite would prepare a statement with a bare parameter here anew at every call."""

EVENT: Final = (
    "seq",
    "at",
    "occurred_at",
    "severity",
    "action",
    "actor",
    "on_behalf_of",
    "entity_type",
    "entity_id",
    "system",
    "system_id",
    "summary",
    "ip",
    "request_id",
    "session_id",
    "reason",
    "leaf_hash",
)
"""What a page holds of each event, in the order of `govdesk.services.timeline.Event`."""

EventValues = tuple[Any, ...]
"""One event's values in the order of `EVENT`; times are in UTC."""


class SnapshotLog:
    """The log in a snapshot, for one thread at a time; `interrupt` may come from any other.

    Raises `SnapshotProblem`, or `Interrupted` after `interrupt`. Nothing is verified.
    """

    def __init__(self, file: SnapshotFile, claims: Claims):
        self._file, self.claims = file, claims

    @classmethod
    def open(cls, path: Path, secret: str | SnapshotKey) -> SnapshotLog:
        """Open with the passphrase, or with the `key` of another open one of the same file."""
        file = SnapshotFile(path, secret)
        try:
            return cls(file, read_claims(file))
        except BaseException:
            file.close()
            raise

    @property
    def key(self) -> SnapshotKey:
        """What opens this file again without deriving anything."""
        return self._file.key

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._file.path

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the file says of itself; see `Claims.facts`."""
        return self.claims.facts

    def interrupt(self) -> None:
        """End what another thread waits for; it gets `Interrupted`."""
        self._file.interrupt()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    # The timeline's questions

    def extent(self) -> tuple[int, datetime | None, datetime | None, bool]:
        """Return the newest number, the times of the first and last event, and False.

        A file's count is believed by nobody before it was counted: its numbers may have gaps.
        """
        ends = [
            self._file.ask(
                f"SELECT e.seq, {_capped('at')} FROM event e ORDER BY e.seq {way} LIMIT 1"
            )
            for way in ("ASC", "DESC")
        ]
        if not ends[0]:
            return 0, None, None, False
        first, last = (self._instant(end[0][1]) for end in ends)
        return self._number(ends[1][0][0]), first, last, False

    def page(
        self,
        terms: Terms,
        *,
        before: int | None = None,
        after: int | None = None,
        limit: int = 256,
        offset: int = 0,
    ) -> list[EventValues]:
        """Return up to `limit` events, newest first, with `after` < seq < `before`."""
        wanted = self._condition(terms)
        numbers, values = _numbers(wanted, (after or 0) + 1, _below(before))
        found = self._file.ask(
            f"SELECT {_SHOWN} FROM event e WHERE e.seq IN"
            f" ({numbers} ORDER BY 1 DESC {_PART}) ORDER BY e.seq DESC",
            [*values, min(max(limit, 0), _MOST), max(offset, 0)],
        )
        return [self._event(row) for row in found]

    def detail(
        self, seq: int
    ) -> tuple[EventValues, dict[str, Any] | None, dict[str, str], str] | None:
        """Return one event, what changed, its salts, the text of its leaf; None if not there."""
        rest = ("diff", "salts", "leaf")
        found = self._file.ask(
            f"SELECT {_selected((*EVENT, *rest))} FROM event e WHERE e.seq = ?", (seq,)
        )
        if not found:
            return None
        *plain, diff, salts, leaf = found[0]
        event = self._event(tuple(plain))
        if parse(self._text(leaf) or "") is None:
            raise self._strange(seq)
        return event, self._diff(seq, diff), self._salts(seq, salts), leaf

    def counts(self, terms: Terms, bounds: Sequence[int]) -> list[tuple[int, int]]:
        """Return events and high ones between successive `bounds` (ascending, at most 1,001)."""
        if not 2 <= len(bounds) <= _MOST_BOUNDS:
            return []
        wanted = self._condition(terms)
        query, values = _counting(wanted)
        found = []
        for low, high in itertools.pairwise(bounds):
            row = self._file.ask(query, [*values[0], low, high - 1, *values[1]])[0]
            found.append((row[0], row[1]))
        return found

    def numbers_at(self, times: Sequence[datetime]) -> list[int | None]:
        """Return the number of the first event at or after each of at most 1,001 times."""
        search = _Search(self)
        return [search.first_from(utc_text(at)) for at in times[:_MOST_BOUNDS]]

    # All rows

    def rows(self, terms: Terms = (), *, first: int = 1, last: int | None = None) -> Iterator[Row]:
        """Yield events oldest first, as evidence has them."""
        wanted = self._condition(terms)
        low, high = first, _LAST if last is None else last
        while True:
            numbers, values = _numbers(wanted, low, high)
            found = self._file.ask(
                f"SELECT {_selected(Row._fields)} FROM event e WHERE e.seq IN"
                f" ({numbers} ORDER BY 1 LIMIT ? + 0) ORDER BY e.seq",
                [*values, PAGE],
            )
            for row in found:
                yield self.row(row)
            if len(found) < PAGE:
                return
            low = found[-1][0] + 1

    def row(self, values: Sequence[Any]) -> Row:
        """Return a row as text, or raise for one that holds anything else."""
        self._number(values[0])
        for name, value in zip(Row._fields[1:], values[1:], strict=True):
            if type(value) is not str and (value is not None or name in NEVER_NULL):
                raise self._strange(values[0])
        return Row(*values)

    def json_line(self, row: Row) -> bytes:
        """Return a row's line as ``docs/spec/leaf-v1.md`` §7 has it and the server writes it."""
        return json_line(row, str(self.facts["tenant_id"]))

    # Values

    def _condition(self, terms: Terms) -> Condition:
        return condition(terms, self.claims.redacted)

    def _event(self, row: Sequence[Any]) -> EventValues:
        for name, value in zip(EVENT[3:], row[3:], strict=True):
            if type(value) is not str and (value is not None or name in NEVER_NULL):
                raise self._strange(row[0])
        occurred = None if row[2] is None else self._instant(row[2])
        return self._number(row[0]), self._instant(row[1]), occurred, *row[3:]

    def _number(self, value: object) -> int:
        if type(value) is not int or value < 1:
            raise self._file.altered("an event has no number")
        return value

    def _text(self, value: object) -> str | None:
        return value if isinstance(value, str) else None

    def _instant(self, value: object) -> datetime:
        try:
            if isinstance(value, str) and INSTANT.fullmatch(value):
                return datetime.fromisoformat(value)
        except ValueError:
            pass
        raise self._file.altered("an event has no time")

    def _salts(self, seq: int, text: object) -> dict[str, str]:
        found = self._parsed(seq, text)
        if not isinstance(found, dict) or not all(
            name in COMMITTED and isinstance(salt, str) for name, salt in found.items()
        ):
            raise self._strange(seq)
        return found

    def _diff(self, seq: int, text: object) -> dict[str, Any] | None:
        if text is None:
            return None
        found = self._parsed(seq, text)
        if not isinstance(found, dict):
            raise self._strange(seq)
        return found

    def _parsed(self, seq: int, text: object) -> object:
        try:
            return json.loads(text) if isinstance(text, str) else None
        except (ValueError, RecursionError):
            raise self._strange(seq) from None

    def _strange(self, seq: object) -> SnapshotProblem:
        return self._file.altered(f"event {seq} holds what no event can")


class _Search:
    """Finds times by halving: the log is in order of time, and of numbers."""

    def __init__(self, log: SnapshotLog):
        self._log = log
        self._seen: dict[int, tuple[int, str] | None] = {}
        newest, *_ = log.extent()
        self._last = newest

    def first_from(self, at: str) -> int | None:
        low, high, best = 1, self._last, None
        while low <= high:
            middle = (low + high) // 2
            found = self._at(middle)
            if found is None:
                high = middle - 1
            elif found[1] >= at:
                best, high = found[0], middle - 1
            else:
                low = found[0] + 1
        return best

    def _at(self, seq: int) -> tuple[int, str] | None:
        """The first event from a number on."""
        if seq not in self._seen:
            rows = self._log._file.ask(
                f"SELECT e.seq, {_capped('at')} FROM event e INDEXED BY event_facts"
                " WHERE e.seq >= ? ORDER BY e.seq LIMIT 1",
                (seq,),
            )
            self._seen[seq] = (rows[0][0], str(rows[0][1])) if rows else None
        return self._seen[seq]


def _below(before: int | None) -> int:
    return _LAST if before is None else min(before - 1, _LAST)


def _capped(name: str) -> str:
    """A column, or a number in its place where it is longer than anything an event has."""
    if name == "seq":
        return "e.seq"
    return f"CASE WHEN octet_length(e.{name}) > {LONGEST_VALUE} THEN 0 ELSE e.{name} END"


def _selected(names: Sequence[str]) -> str:
    return ", ".join(_capped(name) for name in names)


_SHOWN: Final = _selected(EVENT)


def _index(wanted: Condition) -> str:
    return "NOT INDEXED" if wanted.reads_rows else "INDEXED BY event_facts"


def _numbers(wanted: Condition, low: int, high: int) -> tuple[str, list[Any]]:
    """A query for the numbers of the events that match, within a range."""
    of_event = "" if wanted.is_empty else f" AND {wanted.sql}"
    if wanted.match is None:
        return (
            f"SELECT e.seq FROM event e {_index(wanted)} WHERE e.seq BETWEEN ? AND ?{of_event}",
            [low, high, *wanted.parameters],
        )
    return (
        f"SELECT event_text.rowid FROM event_text{_joined(wanted)}"
        f" WHERE event_text MATCH ? AND event_text.rowid BETWEEN ? AND ?{of_event}",
        [wanted.match, low, high, *wanted.parameters],
    )


def _joined(wanted: Condition, *, always: bool = False) -> str:
    if wanted.is_empty and not always:
        return ""
    return f" CROSS JOIN event e {_index(wanted)} ON e.seq = event_text.rowid"


def _counting(wanted: Condition) -> tuple[str, tuple[list[Any], list[Any]]]:
    """A query that counts, and its parameters before and after those of the range."""
    of_event = "" if wanted.is_empty else f" AND {wanted.sql}"
    both = "SELECT count(*), count(*) FILTER (WHERE e.severity = 'high') FROM"
    if wanted.match is None:
        query = f"{both} event e {_index(wanted)} WHERE e.seq BETWEEN ? AND ?{of_event}"
        return query, ([], list(wanted.parameters))
    query = (
        f"{both} event_text{_joined(wanted, always=True)}"
        f" WHERE event_text MATCH ? AND event_text.rowid BETWEEN ? AND ?{of_event}"
    )
    return query, ([wanted.match], list(wanted.parameters))


def json_line(row: Row, tenant_id: str) -> bytes:
    """Return a row as one line of JSONL, with LF."""
    salts = json.loads(row.salts)
    parts: list[str] = [f'"tenant_id":{_quoted(tenant_id)}']
    for name in _LINE:
        if name in COMMITTED and name not in salts:
            continue
        value = getattr(row, name)
        if name == "seq":
            parts.append(f'"seq":{value}')
        elif name == "salts":
            parts.append(f'"salts":{json.dumps(salts, separators=(",", ":"))}')
        else:
            parts.append(f'"{name}":{(value or "null") if name == "diff" else _quoted(value)}')
    return ("{" + ",".join(parts) + "}\n").encode()


_LINE: Final = (
    "tenant_path", "seq", "at", "occurred_at", "severity", "action", "actor", "on_behalf_of",
    "entity_type", "entity_id", "system_id", "summary", "diff", "reason", "request_id",
    "session_id", "ip", "salts", "leaf", "leaf_hash",
)  # fmt: skip


def _quoted(value: str | None) -> str:
    return json.dumps(value, ensure_ascii=False)


__all__ = ["EVENT", "Interrupted", "SnapshotLog", "SnapshotProblem", "json_line"]
