"""Every kind of tampering, as something that is done to one column of a scratch copy of a log.

Operators and columns come from tables: a new column of `Row` is tried by itself. An operator
returns the copy as it would be found afterwards, or None where it does not apply.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args, get_type_hints

from govdesk.evidence.canonical import canonical
from govdesk.evidence.leaf import (
    COMMITTED,
    GENESIS,
    MEMBERS,
    SALT_BYTES,
    Row,
    build,
    commitment,
    leaf_hash,
    parse,
)

EVENT: Final = "event"
"""Stands for the whole event in the matrix, beside the columns."""

COLUMNS: Final[tuple[str, ...]] = (EVENT, *Row._fields)
NULLABLE: Final[frozenset[str]] = frozenset(
    name for name, kind in get_type_hints(Row).items() if type(None) in get_args(kind)
)
_SEAL: Final = frozenset({"leaf", "leaf_hash"})
_JSON_ORDER: Final = sorted(COMMITTED, key=lambda name: (len(name), name))
_LAST_SIGN: Final = re.compile(r"[0-9a-z](?=[^0-9a-z]*\Z)")
_TURN: Final = {"9": "0", "z": "a", "f": "a"}

Rows = Sequence[Row]
Change = Callable[[Rows, int, str], list[Row] | None]


# ---------------------------------------------------------------- sealing anew


def resealed(row: Row, prev: str) -> Row:
    """Return the row with the leaf and hash that its values ask for behind `prev`.

    What was erased keeps its commitment. Raises ValueError for values that no leaf can have.
    """
    salts, kept = json.loads(row.salts), _commitments(row)
    committed = {
        name: commitment(bytes.fromhex(salts[name]), _value(row, name))
        if name in salts
        else kept[name]
        for name in COMMITTED
    }
    clear = {n: getattr(row, n) for n in MEMBERS if n not in ("commitments", "prev", "v")}
    text = build(clear, committed, prev)
    return row._replace(leaf=text.decode(), leaf_hash=leaf_hash(text).hex())


def chained(rows: Rows, prev: str) -> list[Row]:
    """Return the rows sealed one behind the other, as the owner of the tables could."""
    made = []
    for row in rows:
        made.append(resealed(row, prev))
        prev = made[-1].leaf_hash
    return made


def _value(row: Row, name: str) -> object:
    value = getattr(row, name)
    return json.loads(value) if name == "diff" and value is not None else value


def _commitments(row: Row) -> dict[str, str]:
    members = parse(row.leaf)
    found = members["commitments"] if members else {}
    return found if isinstance(found, dict) else {}


def _before(rows: Rows, place: int) -> str:
    """The hash that the row at a place is chained to."""
    members = parse(rows[place].leaf)
    return str(members["prev"]) if members else GENESIS


def made_up(last: Row) -> list[Row]:
    """Four events behind the copy in which each column has a value, and has none, twice."""
    rows: list[Row] = []
    for number in range(4):
        rows.append(_made(last, number))
    return chained(rows, last.leaf_hash)


def _made(last: Row, number: int) -> Row:
    full = number % 2 == 0
    usual = {
        "severity": "notice", "action": "drill.tried", "entity_type": "drill",
        "actor": "user:drill", "summary": f"Made up for the drill, number {number}",
        "tenant_path": last.tenant_path, "at": last.at, "occurred_at": last.at,
        "diff": f'{{"limit":{{"new":{number},"old":9}}}}', "ip": f"192.0.2.{10 + number}",
    }  # fmt: skip
    uuid = f"00000000-0000-4000-8000-{number:012x}"
    values: dict[str, Any] = {name: usual.get(name, uuid) for name in Row._fields}
    if not full:
        values |= dict.fromkeys(NULLABLE - {"actor", "summary"})
    salts = {name: secrets.token_hex(SALT_BYTES) for name in _JSON_ORDER}
    values |= {"salts": json.dumps(salts), "leaf": "", "leaf_hash": ""}
    return Row(**{**values, "seq": last.seq + 1 + number})


# ---------------------------------------------------------------- values


def other(value: str) -> str:
    """Another value of the same form: the last small letter or digit is the next one.

    A canonical JSON object gets one more member.
    """
    if value.startswith("{") and (held := _canonical_object(value)) is not None:
        return canonical({**held, "drill": 1}).decode()
    found = _LAST_SIGN.search(value)
    if found is None:
        return value + "x"
    sign, at = found[0], found.start()
    return value[:at] + _TURN.get(sign, chr(ord(sign) + 1)) + value[at + 1 :]


def _canonical_object(text: str) -> dict[str, object] | None:
    try:
        held = json.loads(text)
        return held if canonical(held).decode() == text else None
    except ValueError:
        return None


def _with(rows: Rows, place: int, column: str, value: Any) -> list[Row]:
    changed = list(rows)
    changed[place] = rows[place]._replace(**{column: value})
    return changed


def _text(rows: Rows, place: int, column: str) -> str | None:
    """The value that an operator on values changes; None for an event and its number."""
    value = None if column in (EVENT, "seq") else getattr(rows[place], column)
    return value if isinstance(value, str) else None


def _edit(rows: Rows, place: int, column: str) -> list[Row] | None:
    if column == "seq":
        return _with(rows, place, column, rows[-1].seq + 1)
    value = _text(rows, place, column)
    return None if value is None else _with(rows, place, column, other(value))


def _delete(rows: Rows, place: int, column: str) -> list[Row] | None:
    if column == EVENT:
        return [*rows[:place], *rows[place + 1 :]]
    if not _text(rows, place, column):
        return None
    return _with(rows, place, column, None if column in NULLABLE else "")


def _insert(rows: Rows, place: int, column: str) -> list[Row] | None:
    if column == EVENT:
        return [*rows[: place + 1], rows[place], *rows[place + 1 :]]
    if column not in NULLABLE or getattr(rows[place], column) is not None:
        return None
    value = next((v for row in rows if (v := getattr(row, column)) is not None), None)
    return None if value is None else _with(rows, place, column, value)


def _swap(rows: Rows, place: int, column: str) -> list[Row] | None:
    here, there = rows[place], rows[place - 1]
    if column == EVENT:
        column = "seq"
    first, second = getattr(here, column), getattr(there, column)
    if first == second:
        return None
    changed = list(rows)
    changed[place] = here._replace(**{column: second})
    changed[place - 1] = there._replace(**{column: first})
    return changed


def _cut(rows: Rows, place: int, column: str) -> list[Row] | None:
    """A value's last sign is gone; of the log, everything behind an event."""
    if column == EVENT:
        return list(rows[:place])
    value = _text(rows, place, column)
    return None if not value else _with(rows, place, column, value[:-1])


# ---------------------------------------------------------------- whole logs


def _forged(rows: Rows, place: int, column: str) -> list[Row] | None:
    """The rows before they are sealed anew: with another value, or without the event."""
    if column == EVENT:
        rest = [row._replace(seq=row.seq - 1) for row in rows[place + 1 :]]
        return [*rows[:place], *rest] if rest else None
    if column == "seq":
        here, there = rows[place], rows[place - 1]
        pair = [here._replace(seq=there.seq, at=there.at), there._replace(seq=here.seq, at=here.at)]
        return [*rows[: place - 1], *pair, *rows[place + 1 :]]
    if column in _SEAL or _text(rows, place, column) is None:
        return None
    return _edit(rows, place, column)


def _rechain(rows: Rows, place: int, column: str) -> list[Row] | None:
    """The owner changes an event and seals it and everything behind it anew."""
    forged = _forged(rows, place, column)
    if forged is None:
        return None
    kept = place - 1 if column == "seq" else place
    return [*rows[:kept], *chained(forged[kept:], _before(rows, kept))]


def _restore(rows: Rows, place: int, column: str) -> list[Row] | None:
    """An old copy is put back and life goes on: what came later happened otherwise."""
    if column == EVENT:
        return list(rows[:place])
    forged = _forged(rows, place, column)
    if forged is None:
        return None
    kept = place - 1 if column == "seq" else place
    return [*rows[:kept], *chained(forged[kept : kept + 3], _before(rows, kept))]


def _fork(rows: Rows, place: int, column: str) -> list[Row] | None:
    """A second version of an event stands beside it, sealed as well as the first."""
    if column == EVENT:
        other_one = rows[place]._replace(summary="Something else happened")
    elif column in _SEAL or (value := _text(rows, place, column)) is None:
        return None
    else:
        [other_one] = _with([rows[place]], 0, column, other(value))
    if "summary" not in json.loads(rows[place].salts) and column == EVENT:
        return None
    return [*rows[: place + 1], resealed(other_one, _before(rows, place)), *rows[place + 1 :]]


@dataclass(frozen=True, slots=True)
class Operator:
    """One kind of tampering: what it does, in words, and whether a checkpoint is forged too."""

    name: str
    words: str
    change: Change
    swaps_key: bool = False


OPERATORS: Final[tuple[Operator, ...]] = (
    Operator("edit", "a value is changed", _edit),
    Operator("delete", "a value, or an event, is taken out", _delete),
    Operator("insert", "a value, or an event, is put where none was", _insert),
    Operator("swap", "two events exchange their values, or their places", _swap),
    Operator("cut", "a value is cut short; the end of the log is cut off", _cut),
    Operator("restore", "an old copy is put back, and the log goes on otherwise", _restore),
    Operator("fork", "a second version of an event stands beside the first", _fork),
    Operator("re-chain", "the owner changes an event and seals all behind it anew", _rechain),
    Operator("key swap", "the same, and another key signs a new checkpoint", _rechain, True),
)
