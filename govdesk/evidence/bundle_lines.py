"""One event of a bundle or snapshot as its check sees it, and the lines and documents it reads."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from govdesk.evidence.canonical import NotCanonical, canonical
from govdesk.evidence.leaf import COMMITTED, MEMBERS, Row
from govdesk.evidence.proofs import Edges
from govdesk.evidence.selecting import BadOrder

HIDDEN: Final = frozenset(("seq", "leaf_hash"))
_HEX32: Final = re.compile("[0-9a-f]{32}")
_HEX64: Final = re.compile("[0-9a-f]{64}")


@dataclass(slots=True)
class Event:
    """One event as the walk sees it. `row` None: not shown whole. `leaf` None: its hash alone."""

    seq: int
    hash: str | None
    leaf: Mapping[str, Any] | None
    row: Row | None = None
    line: Mapping[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


def merged(one: Iterator[Event], two: Iterator[Event]) -> Iterator[Event]:
    """Merge two ascending streams; the first is only asked once what it gave was taken."""
    first, second = next(one, None), next(two, None)
    while first is not None or second is not None:
        if second is None or (first is not None and first.seq <= second.seq):
            assert first is not None
            yield first
            first = next(one, None)
        else:
            yield second
            second = next(two, None)


def members_of(row: Row, prev: str) -> Mapping[str, Any]:
    """The members of a leaf that was rebuilt from its row, as far as they are looked at."""
    return {
        "at": row.at,
        "prev": prev,
        "seq": row.seq,
        "tenant_path": row.tenant_path,
        "action": row.action,
        "entity_type": row.entity_type,
        "entity_id": row.entity_id,
    }


def shown_of(event: Event, leaf: Mapping[str, Any]) -> Mapping[str, object]:
    """What can be read of an event, as the filter reads rows."""
    if event.row is None:
        salts = event.line["salts"]
        return {**leaf, **{name: event.line[name] for name in salts}, "salts": salts}
    return shown_row(event.row)


def shown_row(row: Row) -> Mapping[str, object]:
    """A row as the filter reads it."""
    return _Shown(row)


class _Shown(Mapping[str, object]):
    """A row as a mapping, without copying it."""

    def __init__(self, row: Row):
        self._row = row

    def __getitem__(self, name: str) -> object:
        if name == "salts":
            return json.loads(self._row.salts)
        try:
            return getattr(self._row, name)
        except AttributeError:
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        return iter(Row._fields)

    def __len__(self) -> int:
        return len(Row._fields)


def no_constant(name: str) -> None:
    """Refuse NaN and Infinity, which Python reads and JSON does not know."""
    raise ValueError(f"holds {name}, which is no number")


def _no_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("has a key that stands twice")
    return found


def unique(line: bytes) -> dict[str, Any]:
    """Read one JSON object in which no key stands twice; raises ValueError with a predicate."""
    try:
        # As text: of bytes, `loads` would also take UTF-16 and a byte order mark.
        found = json.loads(line.decode(), object_pairs_hook=_no_twice, parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        raise ValueError("is no JSON object, or is cut off") from error
    if not isinstance(found, dict):
        raise ValueError("is no JSON object")
    return found


def read_leaf(text: object) -> dict[str, Any]:
    """Read a leaf that stands by itself: one text for each event."""
    if not isinstance(text, str):
        raise ValueError("has no leaf")
    leaf = unique(text.encode("utf-8", "surrogatepass"))
    try:
        again = json.dumps(leaf, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    except RecursionError as error:
        raise ValueError("has a leaf of another form") from error
    if tuple(leaf) != MEMBERS or again != text or leaf["v"] != 1 or type(leaf["seq"]) is not int:
        raise ValueError("has a leaf of another form")
    commitments = leaf["commitments"]
    if not isinstance(commitments, dict) or tuple(commitments) != COMMITTED:
        raise ValueError("has a leaf with other commitments")
    if not isinstance(leaf["at"], str) or not isinstance(leaf["prev"], str):
        raise ValueError("has a leaf of another form")
    texts = (value for name, value in leaf.items() if name not in ("seq", "v", "commitments"))
    if not all(value is None or isinstance(value, str) for value in texts):
        raise ValueError("has a leaf of another form")
    return leaf


def left_out_event(line: bytes, opened: frozenset[str]) -> Event:
    """Read a line of an event that is not shown whole; raises ValueError with a predicate."""
    found = unique(line)
    if found.keys() == HIDDEN:
        digest = found["leaf_hash"]
        if type(found["seq"]) is not int:
            raise ValueError("is no hash of an event")
        read_hash(digest)
        return Event(found["seq"], digest, None, line=found)
    leaf = read_leaf(found.get("leaf"))
    digest = hashlib.sha256(b"\x00" + found["leaf"].encode()).hexdigest()
    event = Event(leaf["seq"], digest, leaf, line=found)
    if found.get("leaf_hash") != digest:
        event.wrong.append("leaf_hash")
    salts = found.get("salts")
    if not isinstance(salts, dict):
        event.wrong.append("salts")
        return event
    event.wrong += map(ascii, sorted(found.keys() - {"leaf", "leaf_hash", "salts", *opened}))
    event.wrong += ["salts"] if salts.keys() - opened else []
    for name in sorted(opened):
        if (name in salts) != (name in found):
            event.wrong.append(name)
        elif name not in salts:
            event.absent.append(name)
        elif not _commits(leaf, name, salts[name], found[name]):
            event.wrong.append(name)
    return event


def _commits(leaf: Mapping[str, Any], name: str, salt: object, value: object) -> bool:
    try:
        if not isinstance(salt, str) or not _HEX32.fullmatch(salt):
            return False
        digest = hashlib.sha256(bytes.fromhex(salt) + canonical(value)).hexdigest()
    except (ValueError, NotCanonical, RecursionError):
        return False
    return bool(digest == leaf["commitments"][name])


def read_hash(text: object) -> bytes:
    """Read a hash in its one form; raises ValueError. `fromhex` takes blanks and capitals too."""
    if not isinstance(text, str) or not _HEX64.fullmatch(text):
        raise ValueError("is no hash of an event")
    return bytes.fromhex(text)


def guess(line: bytes) -> int | None:
    """Return the number that a broken line seems to be about."""
    at = line.find(b'"seq')
    digits = line[at:].partition(b":")[2][:19].split(b",")[0].split(b"}")[0] if at >= 0 else b""
    return int(digits) if digits.isdigit() else None


_ORDER: Final = {"tenant_path", "tenant_id", "export", "first", "last", "filter", "terms"} | {
    "systems",
    "denied",
    "redact",
    "whole",
}


def read_order(found: object) -> Mapping[str, Any]:
    """Return the order of a manifest, if it has its form; raises `BadOrder`."""
    if not isinstance(found, dict) or found.keys() != _ORDER:
        raise BadOrder("the manifest does not say what was ordered")
    ends = (found["first"], found["last"])
    if not all(type(end) is int and 0 < end < 2**62 for end in ends):
        raise BadOrder("the order has no range")
    if not all(isinstance(found[name], str) for name in ("tenant_path", "tenant_id", "export")):
        raise BadOrder("the order names no organization")
    redact = found["redact"]
    if not isinstance(redact, list) or not all(name in COMMITTED for name in redact):
        raise BadOrder("the order redacts what cannot be redacted")
    if not (found["filter"] is None or isinstance(found["filter"], str)):
        raise BadOrder("the order's filter is no text")
    if type(found["whole"]) is not bool:
        raise BadOrder("the order does not say whether its maker saw everything")
    return found


def read_edges(document: Mapping[str, Any] | None, size: int) -> Edges:
    """Read ``tree.json``; raises ValueError with a clause."""
    if document is None or set(document) != {"size", "left", "right"} or document["size"] != size:
        raise ValueError("it is of another form or size")
    try:
        left, right = ([read_hash(n) for n in document[side]] for side in ("left", "right"))
    except (TypeError, ValueError):
        raise ValueError("it holds something that is no hash") from None
    return Edges(tuple(left), tuple(right))
