"""Every way in which one hand changes a log: each column × {edit, delete, insert, swap}, and rows.

A change takes the sealed lines and returns changed ones, with the class and the numbers that a
verifier must name. Lines come back as storage holds them; readers order them by `seq`.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from govdesk.evidence.leaf import COMMITTED
from tests.unit.evidence.logs import COLUMNS, Line, event, reseal, uuid

REQUIRED = ("at", "severity", "action", "entity_type", "tenant_path", "salts", "leaf", "leaf_hash")
"""Columns that hold no null: nothing can be deleted from them or inserted into them."""

_OTHER = {
    "tenant_path": "another_bank",
    "at": "2026-01-02T03:04:05.000006Z",
    "occurred_at": "2025-12-31T23:59:59.999999Z",
    "severity": "notice",
    "action": "member.removed",
    "actor": "user:mallory@meridian.example",
    "on_behalf_of": "user:mallory@meridian.example",
    "entity_type": "grant",
    "entity_id": "7d444840-9dc0-41d1-b245-5ffdce74fad2",
    "system_id": "7d444840-9dc0-41d1-b245-5ffdce74fad2",
    "summary": "Nothing happened",
    "diff": {"role": {"new": "owner", "old": "member"}},
    "reason": "because",
    "request_id": "req-0",
    "session_id": "7d444840-9dc0-41d1-b245-5ffdce74fad2",
    "ip": "198.51.100.1",
}
_SECOND = {"severity": "info"}


@dataclass(frozen=True, slots=True)
class Tampering:
    """One change: what was done, the changed lines, and what must be reported."""

    name: str
    lines: list[Line]
    kind: str
    seqs: frozenset[int]


def _copied(log: list[Line], *seqs: int) -> list[Line]:
    """The same log with copies of the lines that are about to be changed."""
    return [copy.deepcopy(line) if seq in seqs else line for seq, line in enumerate(log, 1)]


def columns(log: list[Line], seq: int, other: int) -> Iterator[Tampering]:
    """Yield every change of one column of event `seq`, or of it and event `other`."""
    for column in COLUMNS:
        if column in ("tenant_id", "seq"):
            continue
        for verb, change in (("edit", _edit), ("delete", _delete), ("insert", _insert)):
            lines = _copied(log, seq)
            if change(lines[seq - 1], column):
                yield Tampering(f"{verb} {column} of {seq}", lines, "altered", frozenset({seq}))
        if log[seq - 1][column] != log[other - 1][column]:
            lines = _copied(log, seq, other)
            _swap(lines[seq - 1], lines[other - 1], column)
            both = frozenset({seq, other})
            yield Tampering(f"swap {column} of {seq}, {other}", lines, "altered", both)
    yield from _committed(log, seq, other)


def _edit(line: Line, column: str) -> bool:
    if line[column] is None:
        return False
    if column == "salts":
        line["salts"]["actor"] = "ab" * 16
    elif column == "leaf":
        line["leaf"] = line["leaf"].replace('"v":1', '"v":2')
    elif column == "leaf_hash":
        line["leaf_hash"] = "cd" * 32
    else:
        line[column] = _OTHER[column] if line[column] != _OTHER[column] else _SECOND[column]
    return True


def _delete(line: Line, column: str) -> bool:
    if column in REQUIRED or line[column] is None:
        return False
    line[column] = None
    return True


def _insert(line: Line, column: str) -> bool:
    if column in REQUIRED or line[column] is not None:
        return False
    line[column] = _OTHER[column]
    return True


def _swap(one: Line, two: Line, column: str) -> None:
    one[column], two[column] = two[column], one[column]


def _committed(log: list[Line], seq: int, other: int) -> Iterator[Tampering]:
    """Changes of a committed field that take its salt along."""
    for name in COMMITTED:
        lines = _copied(log, seq)
        del lines[seq - 1][name], lines[seq - 1]["salts"][name]
        yield Tampering(f"erase {name} of {seq}", lines, "altered", frozenset({seq}))
        lines = _copied(log, seq)
        del lines[seq - 1]["salts"][name]
        yield Tampering(f"lose salt of {name} of {seq}", lines, "altered", frozenset({seq}))
        lines = _copied(log, seq, other)
        _swap(lines[seq - 1], lines[other - 1], name)
        salts = lines[seq - 1]["salts"], lines[other - 1]["salts"]
        salts[0][name], salts[1][name] = salts[1][name], salts[0][name]
        both = frozenset({seq, other})
        yield Tampering(f"swap salted {name} of {seq}, {other}", lines, "altered", both)


Change = Callable[[list[Line], int, random.Random], tuple[str, frozenset[int]]]


def whole_rows(log: list[Line], seq: int, seed: int = 0) -> Iterator[Tampering]:
    """Yield every change of whole rows around event `seq`, which has neighbours."""
    for change in ROW_CHANGES:
        lines, rng = copy.deepcopy(log), random.Random(seed)
        kind, seqs = change(lines, seq, rng)
        yield Tampering(f"{change.__name__.strip('_')} at {seq}", lines, kind, seqs)


def _row_removed(lines: list[Line], seq: int, rng: random.Random) -> tuple[str, frozenset[int]]:
    del lines[seq - 1]
    return "deleted", frozenset({seq})


def _three_rows_removed(
    lines: list[Line], seq: int, rng: random.Random
) -> tuple[str, frozenset[int]]:
    del lines[seq - 1 : seq + 2]
    return "deleted", frozenset({seq, seq + 1, seq + 2})


def _row_removed_and_rest_renumbered(
    lines: list[Line], seq: int, rng: random.Random
) -> tuple[str, frozenset[int]]:
    del lines[seq - 1]
    for line in lines[seq - 1 :]:
        line["seq"] -= 1
    return "deleted", frozenset({seq})


def _contents_exchanged(
    lines: list[Line], seq: int, rng: random.Random
) -> tuple[str, frozenset[int]]:
    one, two = lines[seq - 1], lines[seq]
    one["seq"], two["seq"] = two["seq"], one["seq"]
    return "reordered", frozenset({seq, seq + 1})


def _distant_contents_exchanged(
    lines: list[Line], seq: int, rng: random.Random
) -> tuple[str, frozenset[int]]:
    far = len(lines) - 2 if seq < len(lines) - 6 else 2
    one, two = lines[seq - 1], lines[far - 1]
    one["seq"], two["seq"] = two["seq"], one["seq"]
    return "reordered", frozenset({seq, far})


def _three_contents_rotated(
    lines: list[Line], seq: int, rng: random.Random
) -> tuple[str, frozenset[int]]:
    for line, number in zip(lines[seq - 1 : seq + 2], (seq + 2, seq, seq + 1), strict=True):
        line["seq"] = number
    return "reordered", frozenset({seq, seq + 1, seq + 2})


def _columns_but_leaf_exchanged(
    lines: list[Line], seq: int, rng: random.Random
) -> tuple[str, frozenset[int]]:
    one, two = lines[seq - 1], lines[seq]
    for column in set(COLUMNS) - {"leaf", "leaf_hash", "tenant_id", "tenant_path", "seq"}:
        one[column], two[column] = two[column], one[column]
    return "altered", frozenset({seq, seq + 1})


def _forged_row_at_end(
    lines: list[Line], seq: int, rng: random.Random
) -> tuple[str, frozenset[int]]:
    forged = _forged(lines[-1], rng, len(lines) + 1, "ab" * 32)
    lines.append(forged)
    return "inserted", frozenset({len(lines)})


def _forged_row_and_rest_renumbered(
    lines: list[Line], seq: int, rng: random.Random
) -> tuple[str, frozenset[int]]:
    for line in lines[seq - 1 :]:
        line["seq"] += 1
    before = lines[seq - 2]["leaf_hash"] if seq > 1 else "0" * 64
    lines.insert(seq - 1, _forged(lines[seq - 1], rng, seq, before))
    return "inserted", frozenset({seq})


def _forged_row_beside(
    lines: list[Line], seq: int, rng: random.Random
) -> tuple[str, frozenset[int]]:
    forged = _forged(lines[seq - 1], rng, seq, "ef" * 32)
    lines.insert(seq - rng.randrange(2), forged)
    return "inserted", frozenset({seq})


def _consistent_row_beside(
    lines: list[Line], seq: int, rng: random.Random
) -> tuple[str, frozenset[int]]:
    before = lines[seq - 2]["leaf_hash"] if seq > 1 else "0" * 64
    lines.insert(seq - rng.randrange(2), _forged(lines[seq - 1], rng, seq, before))
    return "forked", frozenset({seq})


def _copy_of_row_beside(
    lines: list[Line], seq: int, rng: random.Random
) -> tuple[str, frozenset[int]]:
    lines.insert(seq, copy.deepcopy(lines[seq - 1]))
    return "inserted", frozenset({seq})


def _row_replaced_by_consistent_one(
    lines: list[Line], seq: int, rng: random.Random
) -> tuple[str, frozenset[int]]:
    before = lines[seq - 2]["leaf_hash"] if seq > 1 else "0" * 64
    lines[seq - 1] = _forged(lines[seq - 1], rng, seq, before)
    return "altered", frozenset({seq})


def _row_replaced_by_nonsense(
    lines: list[Line], seq: int, rng: random.Random
) -> tuple[str, frozenset[int]]:
    lines[seq - 1] = {**lines[seq - 1], "leaf": "{}", "leaf_hash": "00", "salts": {}}
    return "altered", frozenset({seq})


def _forged(like: Line, rng: random.Random, seq: int, prev: str) -> Line:
    made = {**copy.deepcopy(like), **event(rng), "at": like["at"], "seq": seq}
    made["session_id"] = uuid(rng)
    return reseal(made, prev)


ROW_CHANGES: tuple[Change, ...] = (
    _row_removed,
    _three_rows_removed,
    _row_removed_and_rest_renumbered,
    _contents_exchanged,
    _distant_contents_exchanged,
    _three_contents_rotated,
    _columns_but_leaf_exchanged,
    _forged_row_at_end,
    _forged_row_and_rest_renumbered,
    _forged_row_beside,
    _consistent_row_beside,
    _copy_of_row_beside,
    _row_replaced_by_consistent_one,
    _row_replaced_by_nonsense,
)
