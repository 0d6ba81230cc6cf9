"""Synthetic logs: lines as they stand in a JSONL file, sealed with the project's own leaf."""

from __future__ import annotations

import copy
import hashlib
import json
import random
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from govdesk.evidence import leaf
from govdesk.evidence.canonical import canonical
from govdesk.evidence.leaf import COMMITTED, GENESIS, Row, Stub
from govdesk.evidence.merkle import Frontier

Line = dict[str, Any]

TENANT_ID = "5b0c3c1e-52a4-4c3b-9a70-7d1f1f1d2a11"
TENANT_PATH = "meridian_bank"
COLUMNS = (
    "tenant_id",
    "tenant_path",
    "seq",
    "at",
    "occurred_at",
    "severity",
    "action",
    "actor",
    "on_behalf_of",
    "entity_type",
    "entity_id",
    "system_id",
    "summary",
    "diff",
    "reason",
    "request_id",
    "session_id",
    "ip",
    "salts",
    "leaf",
    "leaf_hash",
)
"""Every column of ``govdesk.audit_log``; a test compares this with the line's keys."""

_JSONB_ORDER = sorted(COMMITTED, key=lambda name: (len(name), name))
_ACTIONS = (
    ("member.role_changed", "member", "high"),
    ("api_key.created", "api_key", "notice"),
    ("session.started", "session", "info"),
    ("system.alert", "event", "warning"),
)
_TEXTS = (
    "Ada changed the role of Bo",
    "Jose\u0301 / José: NFD and NFC",
    "\U0001d4d0\U0001f511 astral",
    'quote " backslash \\ slash /',
    "tab\tnewline\nnull-like \x01 \x1f \x7f",
    "\u2028\u2029 \ufeff \ufffd \uffff",
    "",
)


def instant(micros: int) -> str:
    """Return the leaf's form of a time, `micros` after 2026-01-01 UTC; within that month."""
    second, micro = divmod(micros, 1_000_000)
    minute, second = divmod(second, 60)
    hour, minute = divmod(minute, 60)
    day, hour = divmod(hour, 24)
    return f"2026-01-{day + 1:02}T{hour:02}:{minute:02}:{second:02}.{micro:06}Z"


def uuid(rng: random.Random) -> str:
    """Return a random version-4 UUID."""
    text = f"{rng.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def event(rng: random.Random, micros: int = 0) -> Line:
    """Return one event before its seal: all columns but seq, salts, leaf and leaf_hash."""
    action, entity_type, severity = rng.choice(_ACTIONS)

    def maybe(value: str) -> str | None:
        return value if rng.random() < 0.7 else None

    return {
        "tenant_id": TENANT_ID,
        "tenant_path": TENANT_PATH,
        "at": instant(micros),
        "occurred_at": maybe(instant(rng.randrange(10**12) * rng.choice((0, 1)))),
        "severity": severity,
        "action": action,
        "actor": f"user:{rng.choice(('ada', 'bo', 'çelik'))}@meridian.example",
        "on_behalf_of": maybe("user:cy@meridian.example"),
        "entity_type": entity_type,
        "entity_id": maybe(uuid(rng)),
        "system_id": maybe(uuid(rng)),
        "summary": rng.choice(_TEXTS) + f" {rng.randrange(10**6)}",
        "diff": rng.choice((None, {}, _diff(rng))),
        "reason": maybe(rng.choice(_TEXTS)),
        "request_id": maybe(f"req-{rng.randrange(10**9)}"),
        "session_id": maybe(uuid(rng)),
        "ip": maybe(rng.choice(("192.0.2.7", "2001:db8::1"))),
    }


def _diff(rng: random.Random) -> Line:
    values: tuple[object, ...] = (
        None,
        True,
        0,
        -1,
        2**53 - 1,
        1 - 2**53,
        "1e400",
        "é\U0001f511",
        [],
        [{"a": [1]}],
        "",
    )
    return {
        name: {"new": rng.choice(values), "old": rng.choice(values)}
        for name in rng.sample(("role", "name", "A", "_", "limit", "z z"), rng.randrange(1, 4))
    }


def seal(events: Iterable[Line], rng: random.Random, first: Line | None = None) -> list[Line]:
    """Return the events as sealed lines; the chain goes on after `first` where one is given."""
    prev, before = (first["leaf_hash"], first["seq"]) if first else (GENESIS, 0)
    lines = []
    for seq, unsealed in enumerate(events, before + 1):
        salts = {name: f"{rng.getrandbits(128):032x}" for name in _JSONB_ORDER}
        line = {**copy.deepcopy(unsealed), "seq": seq, "salts": salts}
        line = reseal(line, prev)
        prev = line["leaf_hash"]
        lines.append({name: line[name] for name in COLUMNS})
    return lines


def reseal(line: Line, prev: str) -> Line:
    """Return the line with the leaf and hash that its values and salts ask for."""
    clear = {n: line[n] for n in leaf.MEMBERS if n not in ("commitments", "prev", "v")}
    committed = {n: leaf.commitment(bytes.fromhex(line["salts"][n]), line[n]) for n in COMMITTED}
    text = leaf.build(clear, committed, prev)
    return {**line, "leaf": text.decode(), "leaf_hash": leaf.leaf_hash(text).hex()}


def log(size: int, seed: int = 0) -> list[Line]:
    """Return a sealed log of `size` events; `at` never decreases and sometimes stands still."""
    rng = random.Random(seed)
    micros, events = rng.randrange(10**9) // 10**6 * 10**6, []
    for _ in range(size):
        events.append(event(rng, micros))
        micros += rng.choice((0, 1, 999_999, rng.randrange(10**7)))
    return seal(events, rng)


def row(line: Line) -> Row:
    """Return the line as the database's text columns."""
    values: dict[str, Any] = {name: line.get(name) for name in Row._fields}
    values["salts"] = json.dumps(line["salts"])
    if line.get("diff") is not None:
        values["diff"] = canonical(line["diff"]).decode()
    return Row(**values)


def rows(lines: Iterable[Line]) -> list[Row]:
    """Return lines as rows, in the order in which they stand."""
    return [row(line) for line in lines]


def by_seq(lines: Iterable[Line]) -> list[Row]:
    """Return lines as the database returns them: ordered by the column `seq`."""
    return rows(sorted(lines, key=lambda line: int(line["seq"])))


def jsonl(lines: Iterable[Line]) -> bytes:
    """Return lines as a JSONL file."""
    return b"".join(
        json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        for line in lines
    )


def manifest(lines: list[Line], **changes: object) -> Line:
    """Return the manifest of a complete export of whole lines, with changes."""
    tree = Frontier()
    for line in lines:
        tree.push(leaf.leaf_hash(line["leaf"].encode()))
    return {
        "format": "govdesk-jsonl",
        "v": 1,
        "tenant_path": TENANT_PATH,
        "filter": None,
        "from": lines[0]["seq"],
        "to": lines[-1]["seq"],
        "first_seq": lines[0]["seq"],
        "last_seq": lines[-1]["seq"],
        "rows": len(lines),
        "redacted": [],
        "complete": True,
        "sha256": hashlib.sha256(jsonl(lines)).hexdigest(),
        "root": tree.root().hex(),
        "prev": json.loads(lines[0]["leaf"])["prev"],
        "checkpoint": None,
        "chain": {"head_seq": lines[-1]["seq"], "head_hash": lines[-1]["leaf_hash"]},
        "generated_at": "2026-02-01T00:00:00.000000Z",
        "generator": "tests",
        **changes,
    }


def exported(folder: Path, lines: list[Line], said: Line | None = None) -> Path:
    """Write lines, and a manifest if there is one, and return the file's path."""
    path = folder / "log.jsonl"
    path.write_bytes(jsonl(lines))
    if said is not None:
        path.with_name("log.jsonl.manifest").write_text(json.dumps(said), encoding="utf-8")
    return path


def erased(log_: list[Line], seq: int, *fields: str, seed: int = 0) -> list[Line]:
    """Return the log with fields erased as it should be: sealed first, then taken out."""
    named = f"{seq}:{','.join(sorted(fields))}"
    result = noted(log_, "audit.erased", "audit_event", named, seed)
    for field in fields:
        del result[seq - 1][field], result[seq - 1]["salts"][field]
    return result


def noted(
    log_: list[Line],
    action: str,
    entity_type: str,
    entity_id: str,
    seed: int = 0,
    **columns: object,
) -> list[Line]:
    """Return the log with one more event, which names that entity."""
    rng = random.Random(seed)
    note = event(rng) | columns
    note |= {"at": log_[-1]["at"], "action": action, "severity": "high"}
    note |= {"entity_type": entity_type, "entity_id": entity_id}
    return [*copy.deepcopy(log_), *seal([note], rng, log_[-1])]


def pruned(
    log_: list[Line], first: int, last: int, kept: Collection[int] | None = None
) -> list[Line]:
    """Return the log with the event that accounts for a pruned range; the rows are still there.

    The event says which rows were `kept`, unless that is None.
    """
    rows_ = log_[first - 1 : last]
    named = f"{first}-{last}:{_root(rows_).hex()}"
    diff = None
    if kept is not None:
        root = _root([line for line in rows_ if line["seq"] in kept]).hex()
        diff = {"data": {"new": {"kept": len(kept), "kept_root": root}}}
    return noted(log_, "audit.pruned", "audit_segment", named, diff=diff)


def _root(lines: list[Line]) -> bytes:
    tree = Frontier()
    for line in lines:
        tree.push(bytes.fromhex(line["leaf_hash"]))
    return tree.root()


def without(
    lines: list[Line], first: int, last: int, held: Collection[int] = ()
) -> list[Row | Stub]:
    """Return what a reader gives of a log whose rows of that range are gone but for held ones."""
    items: list[Row | Stub] = []
    for line in lines:
        if first <= line["seq"] <= last:
            items.append(Stub(line["seq"], line["leaf_hash"]))
        if not first <= line["seq"] <= last or line["seq"] in held:
            items.append(row(line))
    return items
