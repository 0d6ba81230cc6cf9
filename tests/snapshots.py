"""Snapshots made by hand, for tests: of rows, of any schema, with a passphrase that tests know.

``signer``, ``vkey``   the key of the log's worker, and its public half as a reader trusts it
``whole``, ``copy``    a good snapshot as bytes, once for a module; a copy of it to attack
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from govdesk.database.snapshot_format import FORMAT, SnapshotKey
from govdesk.database.snapshot_reading import SnapshotLog
from govdesk.database.snapshot_writing import SnapshotWriter, Values
from govdesk.domain.events import EVENTS
from govdesk.domain.filter_language import Filter, matches, parse
from govdesk.domain.filter_language.model import Term
from govdesk.evidence import sealed_about
from govdesk.evidence.checkpoints import SignedCheckpoint, Tree, body, origin
from govdesk.evidence.evidence_file import (
    Counts,
    Evidence,
    Ordered,
    edges_as_json,
    left_out_line,
    reads,
)
from govdesk.evidence.leaf import Row
from govdesk.evidence.notes import KeyPair, VerifierKey, sign
from govdesk.evidence.proofs import MemoryHashes, edges, inclusion, root
from govdesk.evidence.tlog import InclusionProof, Policy
from tests.unit.evidence import logs

PASSPHRASE = "seven quiet harbours wait"
ATTACKED = parse('summary -is:erased actor:user:* ip:192.0.2.0/24 "Ada"', zone=UTC).to_terms()
ATTACKED_QUERY = "action:session.* actor:user:ada*"
ROWS = 30


def manifest(rows: Sequence[Values] = (), **changes: Any) -> dict[str, Any]:
    """A manifest as a snapshot of these rows has it; `order` and `about` are merged."""
    numbers = [int(row[0] or 0) for row in rows]
    order = {
        "tenant_path": "meridian_bank",
        "export": "00000000-0000-4000-8000-000000000001",
        "first": min(numbers, default=1),
        "last": max(numbers, default=1),
        "filter": None,
        "terms": [],
        "systems": {},
        "denied": None,
        "redact": [],
        "whole": True,
    }
    about = {
        "organization": "Meridian Bank",
        "tenant_id": "5b0c3c1e-52a4-4c3b-9a70-7d1f1f1d2a11",
        "made_by": "ada@meridian.example",
    }
    document = {
        "format": FORMAT,
        "v": 1,
        "tenant_path": "meridian_bank",
        "order": order | changes.pop("order", {}),
        "rows": len(rows),
        "left_out": 0,
        "opened": 0,
        "hidden": 0,
        "first_seq": min(numbers, default=None),
        "last_seq": max(numbers, default=None),
        "provable": True,
        "not_provable_because": [],
        "checkpoint": None,
        "generated_at": "2026-06-30T10:00:00.000000Z",
        "generator": "GovDesk test",
        "about": about | changes.pop("about", {}),
    }
    return document | changes


def of_rows(rows: Iterable[Row], system: str | None = None) -> list[Values]:
    """Rows of evidence as a snapshot's columns."""
    return [(*map(_text, row), system) for row in rows]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def write(
    path: Path,
    rows: Sequence[Values],
    *,
    passphrase: str = PASSPHRASE,
    left_out: Sequence[tuple[int, str]] = (),
    meta: dict[str, str] | None = None,
    **changes: Any,
) -> Path:
    """Write a whole snapshot."""
    with SnapshotWriter(path, passphrase) as writer:
        writer.add(rows)
        writer.leave_out(left_out)
        said = json.dumps(manifest(rows, left_out=len(left_out), **changes))
        writer.finish({"manifest": said} | (meta or {}))
    return path


def change(path: Path, *statements: str, passphrase: str = PASSPHRASE) -> Path:
    """Change a snapshot as somebody who knows its passphrase would, with any program."""
    connection = dbapi2.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA cipher_log_level = NONE").fetchall()
    connection.set_key(passphrase)
    for statement in statements:
        connection.execute(statement).fetchall()
    connection.close()
    return path


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


EXPORT = "00000000-0000-4000-8000-000000000001"


def sealed(
    path: Path,
    lines: Sequence[dict[str, Any]],
    key: KeyPair,
    *,
    first: int = 1,
    last: int | None = None,
    query: str = "",
    redact: Iterable[str] = (),
    seed: int = 7,
    seals_names: bool = True,
    said: dict[str, str] | None = None,
) -> Path:
    """Write a snapshot of a log with everything that proves it, as `govdesk snapshots create` does.

    The order is sealed as one more event after `lines`, and a checkpoint signed over all of them.
    `said` stands in the manifest in the place of the names that were sealed; a file from before
    `seals_names` has none sealed.
    """
    wanted = parse(query, zone=UTC)
    tenant_path = str(lines[0]["tenant_path"])
    ordered = Ordered(
        tenant_path=tenant_path,
        tenant_id=logs.TENANT_ID,
        export=EXPORT,
        first=first,
        last=last or len(lines),
        filter=str(wanted) or None,
        terms=wanted.to_terms(),
        denied=[event.name for event in EVENTS if event.denied],
        redact=frozenset(redact),
    )
    rng = random.Random(seed)
    about = {"organization": "Meridian Bank", "tenant_id": logs.TENANT_ID, "made_by": "ada"}
    facts = {"stage": "started", "order": ordered.digest}
    if seals_names:
        facts[sealed_about.FACT] = sealed_about.digest(about)
    note = logs.event(rng) | {
        "tenant_path": tenant_path,
        "at": lines[-1]["at"],
        "action": "audit.snapshot_created",
        "entity_type": "audit_log",
        "entity_id": EXPORT,
        "diff": {"data": {"new": facts}},
    }
    log = [*lines, *logs.seal([note], rng, first=lines[-1])]
    hashes = MemoryHashes([bytes.fromhex(line["leaf_hash"]) for line in log])
    tree = Tree(len(log), root(hashes, len(log)))
    signed = SignedCheckpoint.parse(
        sign(body(origin(tenant_path), tree), origin(tenant_path), [key])
    )
    span = log[ordered.first - 1 : ordered.last]
    hits = [line for line in span if matches(wanted, line)]
    rest = [line for line in span if not matches(wanted, line)]
    shut = [_without(line, ordered.redact) for line in hits]
    left = [(line["seq"], _left_out(line, ordered)) for line in rest]
    evidence = Evidence(
        ordered,
        Counts(
            len(hits),
            len(rest),
            sum('"salts":{"' in text for _, text in left),
            first_seq=hits[0]["seq"] if hits else None,
            last_seq=hits[-1]["seq"] if hits else None,
        ),
        signed,
        str(log[-1]["at"]),
        "GovDesk test",
        about | (said or {}),
    )
    place = len(log) - 1
    proofs = {
        f"proof_{name}": InclusionProof(at, tuple(inclusion(hashes, at, len(log))), signed).text
        for name, at in (("first", ordered.first - 1), ("last", ordered.last - 1), ("order", place))
    }
    completed = edges(hashes, ordered.first - 1, ordered.last, len(log))
    order_line = left_out_line(
        log[-1]["leaf"],
        log[-1]["leaf_hash"],
        {"diff": (log[-1]["salts"]["diff"], log[-1]["diff"])},
    )
    with SnapshotWriter(path, PASSPHRASE) as writer:
        writer.add(of_rows(logs.rows(shut)))
        writer.leave_out(left)
        writer.finish(
            {
                "manifest": json.dumps(evidence.manifest(FORMAT)),
                "checkpoint": signed.note,
                "tree": json.dumps(edges_as_json(len(log), completed)),
                "policy": Policy((key.vkey(origin(tenant_path)),)).text,
                "order": order_line.decode(),
                **proofs,
            }
        )
    return path


@pytest.fixture(scope="module")
def signer() -> KeyPair:
    """The key of the log's worker."""
    return KeyPair.generate()


@pytest.fixture(scope="module")
def vkey(signer: KeyPair) -> VerifierKey:
    """The same, as a reader trusts it."""
    return signer.vkey(origin(logs.TENANT_PATH))


@pytest.fixture(scope="module")
def whole(signer: KeyPair, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A good snapshot of thirty events, of which a filter leaves some out."""
    path = tmp_path_factory.mktemp("whole") / "whole.govsnap"
    return sealed(path, logs.log(ROWS), signer, query=ATTACKED_QUERY).read_bytes()


@pytest.fixture
def copy(whole: bytes, tmp_path: Path) -> Path:
    """A copy to attack."""
    path = tmp_path / "copy.govsnap"
    path.write_bytes(whole)
    return path


def _without(line: dict[str, Any], redact: Iterable[str]) -> dict[str, Any]:
    salts = {name: salt for name, salt in line["salts"].items() if name not in redact}
    kept = {name: value for name, value in line.items() if name not in redact}
    return kept | {"salts": salts}


def _left_out(line: dict[str, Any], ordered: Ordered) -> str:
    near = Filter(tuple(t for t in parse(ordered.filter or "", zone=UTC).terms if not _opens(t)))
    shown = ordered.opened if matches(near, line) else ()
    opened = {name: (line["salts"][name], line[name]) for name in sorted(shown)}
    return left_out_line(line["leaf"], line["leaf_hash"], opened).decode().rstrip("\n")


def _opens(term: Term) -> bool:
    return reads(term.to_json()) is not None


def used(path: Path, secret: str | SnapshotKey = PASSPHRASE) -> None:
    """Everything that a window asks of a snapshot."""
    log = SnapshotLog.open(path, secret)
    try:
        newest, *_ = log.extent()
        for terms in ((), ATTACKED, ATTACKED[:1], ATTACKED[1:2], [{**ATTACKED[0], "not": True}]):
            for row in log.page(terms, before=newest + 1):
                log.detail(row[0])
            log.counts(terms, [1, max(newest // 2, 1) + 1, max(newest, 1) + 2])
            for row in log.rows(terms):
                log.json_line(row)
        log.numbers_at([datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)])
    finally:
        log.close()
