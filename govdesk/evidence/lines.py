"""Lines of a JSONL file as rows. A line that is no event becomes a row that cannot be whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final, Protocol

from govdesk.evidence.canonical import NotCanonical, canonical
from govdesk.evidence.leaf import COMMITTED, NULLABLE, Row

LONGEST_LINE: Final = 4 << 20
"""Bytes of a line. A system sends at most 1 MiB, whose numbers grow by a half where they are sealed
as text, and no other part of an event comes near that; see ``docs/spec/leaf-v1.md`` §7. Read as
JSON, a line may take twenty-five times its size in memory."""

TOO_LONG: Final = f"is longer than {LONGEST_LINE >> 20} MiB, which no event is"

KEYS: Final = frozenset(("tenant_id", *Row._fields))
_TEXTS: Final = tuple(f for f in Row._fields if f not in ("seq", "salts", *COMMITTED))
_SALT_ORDER: Final = sorted(COMMITTED, key=lambda name: (len(name), name))
_NUMBER: Final = re.compile(rb'"seq" ?: ?([1-9][0-9]{0,17})[,}]')


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...


class _Broken(ValueError):
    """A line that is no event; the message says why, as a predicate."""


class Lines:
    """Reads a file once and writes into `broken`, by event number, what was wrong with a line.

    With a `tenant_id` every event must be of that one.
    """

    def __init__(
        self,
        file: BinaryIO,
        digest: _Digest,
        broken: dict[int, str],
        tenant_id: str | None = None,
    ):
        self._file, self._digest, self._tenant_id = file, digest, tenant_id
        self._number = 0
        self._runs: list[tuple[int, int, int, str]] = []
        self._broken = broken

    def rows(self) -> Iterator[Row]:
        """Yield one row a line."""
        line_number = 0
        while line := self._file.readline(LONGEST_LINE):
            line_number += 1
            self._digest.update(line)
            try:
                row = self._row(line)
            except _Broken as error:
                row = self._placeholder(line)
                self._broken.setdefault(row.seq, f"line {line_number} {error}")
                self._skip(line)
            self._number = row.seq
            yield row

    def of_other_tenants(self) -> list[tuple[int, int]]:
        """Return the ranges of events whose tenant_id is not that of most events."""
        rows: dict[str, int] = {}
        for _, _, count, tenant_id in self._runs:
            rows[tenant_id] = rows.get(tenant_id, 0) + count
        most = max(rows, key=lambda name: rows[name], default="")
        return [(first, last) for first, last, _, name in self._runs if name != most]

    def _note_tenant(self, seq: int, tenant_id: object) -> None:
        if not isinstance(tenant_id, str):
            raise _Broken("has no tenant_id")
        if self._tenant_id is not None:
            if tenant_id != self._tenant_id:
                self._broken.setdefault(seq, "its tenant_id is not that of this organization")
            return
        if self._runs and self._runs[-1][3] == tenant_id:
            first, last, count, _ = self._runs[-1]
            self._runs[-1] = (first, max(last, seq), count + 1, tenant_id)
        else:
            self._runs.append((seq, seq, 1, tenant_id))

    def _skip(self, line: bytes) -> None:
        """Leave the rest of a line that was too long to be read at once."""
        while len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            line = self._file.readline(LONGEST_LINE)
            self._digest.update(line)

    def _placeholder(self, line: bytes) -> Row:
        found = _NUMBER.search(line, 0, 4096)
        seq = int(found[1]) if found else self._number + 1
        none = dict.fromkeys(Row._fields)
        empty = {"at": "", "severity": "", "action": "", "entity_type": "", "tenant_path": ""}
        text = {"salts": "{}", "leaf": "", "leaf_hash": ""}
        return Row(**{**none, **empty, **text, "seq": seq})  # type: ignore[arg-type]

    def _row(self, line: bytes) -> Row:
        event = _parsed(line)
        if type(event.get("seq")) is not int:
            raise _Broken("has no seq")
        values: dict[str, Any] = {"seq": event["seq"], "salts": _salts(event)}
        for name in _TEXTS:
            value = values[name] = event.get(name)
            if not (isinstance(value, str) or (value is None and name in NULLABLE)):
                raise _Broken(f"has no {name}" if name not in event else f"has a strange {name}")
            if value is None and name not in event:
                raise _Broken(f"has no {name}")
        for name in COMMITTED:
            values[name] = _committed(name, event.get(name))
        if not event.keys() <= KEYS:
            raise _Broken("has a key that no event has")
        self._note_tenant(event["seq"], event.get("tenant_id"))
        return Row(**values)


def _parsed(line: bytes) -> dict[str, Any]:
    if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
        raise _Broken(TOO_LONG)
    try:
        event = json.loads(line.decode("utf-8"), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise _Broken("is no JSON object, or is cut off") from error
    if not isinstance(event, dict):
        raise _Broken("is no event")
    return event


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key stands twice")
    return document


def _salts(event: dict[str, Any]) -> str:
    """Return the salts as the database prints them, if they and the values stand together."""
    salts = event.get("salts")
    if not isinstance(salts, dict):
        raise _Broken("has no salts")
    for name in COMMITTED:
        if (name in salts) != (name in event):
            raise _Broken(f"has {name} or its salt, but not both")
    ordered = {name: salts[name] for name in _SALT_ORDER if name in salts}
    return json.dumps(ordered | salts)


def _committed(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if name == "diff":
        try:
            return canonical(value).decode()
        except (NotCanonical, RecursionError) as error:
            raise _Broken("has a diff outside the grammar") from error
    if not isinstance(value, str):
        raise _Broken(f"has a strange {name}")
    return value
