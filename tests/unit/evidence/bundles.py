"""Bundles without a server: archives as GovDesk writes them, over synthetic logs."""

from __future__ import annotations

import hashlib
import io
import json
import random
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from govdesk.domain.events import EVENTS
from govdesk.domain.filter_language import matches, parse
from govdesk.evidence import notes, proofs, sealed_about
from govdesk.evidence.checkpoints import SignedCheckpoint, Tree, body, origin
from govdesk.evidence.evidence_file import (
    Counts,
    Evidence,
    Ordered,
    edges_as_json,
    hidden_line,
    leaf_terms,
    left_out_line,
)
from govdesk.evidence.notes import KeyPair, VerifierKey
from govdesk.evidence.proofs import MemoryHashes
from govdesk.evidence.tlog import InclusionProof, Policy
from govdesk.exports.bundle.archive import Archive
from tests.pairs import pair
from tests.unit.evidence import logs
from tests.unit.evidence.logs import Line

PAIR = pair("ours")
NAME = origin(logs.TENANT_PATH)
KEY: VerifierKey = PAIR.vkey(NAME)
WHEN = datetime(2026, 2, 1, 12, 0, 0, tzinfo=UTC)
ABOUT = {
    "organization": "Meridian Bank",
    "legal_entity": "Meridian Bank Pty Ltd",
    "country": "Australia",
    "contact": "Zoë Çelik <zoe@meridian.example>",
    "made_by": "Ada Okafor <ada@meridian.example>",
    "as_of": "2026-02-01T11:59:59.000000Z",
}
"""Whom the bundle is about and who made it, as its order sealed it."""


@dataclass
class World:
    """A sealed log with the order of one bundle in it; what is written can be bent before."""

    lines: list[Line]
    ordered: Ordered
    seed: int = 0
    hidden: frozenset[int] = frozenset()
    seals_names: bool = True
    order_line: Line = field(init=False)
    log: list[Line] = field(init=False)

    def __post_init__(self) -> None:
        rng = random.Random(self.seed)
        facts = {"order": self.ordered.digest, "stage": "started"}
        if self.seals_names:
            facts[sealed_about.FACT] = sealed_about.digest(ABOUT)
        note = logs.event(rng) | {
            "at": self.lines[-1]["at"],
            "action": "audit.bundle_created",
            "entity_type": "audit_log",
            "entity_id": self.ordered.export,
            "diff": {"data": {"new": facts}},
        }
        whole = [*self.lines, *logs.seal([note], rng, self.lines[-1])]
        self.order_line = whole[-1]
        more = [logs.event(rng) | {"at": note["at"]} for _ in range(rng.randrange(4))]
        self.log = [*whole, *logs.seal(more, rng, whole[-1])]


def ordered(lines: Sequence[Line], query: str = "", **changes: Any) -> Ordered:
    """The order of a bundle over a log."""
    filter_ = parse(query, zone=UTC)
    terms = filter_.to_terms()
    systems = {
        str(n): [str(term["value"])] for n, term in enumerate(terms) if term["key"] == "system"
    }
    denied = sorted(event.name for event in EVENTS if event.denied)
    uses = any(term["key"] == "is" and term["value"] == "denied" for term in terms)
    made = Ordered(
        logs.TENANT_PATH,
        logs.TENANT_ID,
        "5b0c3c1e-0000-4000-8000-000000000001",
        1,
        len(lines),
        str(filter_) or None,
        terms,
        systems,
        denied if uses else None,
    )
    return replace(made, **changes)


def world(lines: list[Line], query: str = "", seed: int = 0, **changes: Any) -> World:
    """A log with the order of one bundle in it."""
    return World(lines, ordered(lines, query, **changes), seed)


@dataclass
class Parts:
    """The members of a bundle before they are packed; a test bends them."""

    events: list[Line]
    left_out: list[bytes]
    documents: dict[str, Any]
    texts: dict[str, str]
    erasures: list[bytes] = field(default_factory=list)
    without: set[str] = field(default_factory=set)

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest, to be bent in place."""
        found: dict[str, Any] = self.documents["manifest.json"]
        return found

    def packed(self) -> bytes:
        """Return the archive, with digests that fit whatever was bent."""
        out = io.BytesIO()
        digest = hashlib.sha256()

        def write(data: bytes) -> None:
            digest.update(data)
            out.write(data)

        archive = Archive(write, digest.hexdigest, WHEN)

        def add(name: str, data: bytes) -> None:
            if name not in self.without:
                archive.add(name, data)

        add("events.jsonl", logs.jsonl(self.events))
        add("left_out.jsonl", b"".join(self.left_out))
        add("erasures.jsonl", b"".join(self.erasures))
        for name, text in self.texts.items():
            add(name, text.encode())
        for name, document in self.documents.items():
            add(name, json.dumps(document, ensure_ascii=False).encode())
        add("SHA256SUMS", archive.sums())
        archive.close()
        return out.getvalue()

    def written(self, folder: Path, name: str = "b.zip") -> Path:
        """Write the archive and return its path."""
        path = folder / name
        path.write_bytes(self.packed())
        return path


def parts(of: World, pair: KeyPair = PAIR) -> Parts:
    """Make a truthful bundle."""
    what, log = of.ordered, of.log
    hashes = MemoryHashes([bytes.fromhex(line["leaf_hash"]) for line in log])
    tree = Tree(len(log), proofs.root(hashes, len(log)))
    note = notes.sign(body(NAME, tree), NAME, [pair])
    point = SignedCheckpoint.parse(note)
    events, left_out, opened, hidden = _divided(of)
    shown = [line["seq"] for line in events]
    counts = Counts(
        len(events),
        len(left_out) - hidden,
        opened,
        hidden,
        shown[0] if shown else None,
        shown[-1] if shown else None,
    )
    evidence = Evidence(what, counts, point, str(of.order_line["at"]), "tests", dict(ABOUT))
    edges = proofs.edges(hashes, what.first - 1, what.last, len(log))
    texts = {"checkpoint": note, "policy": Policy((KEY,)).text}
    texts |= dict.fromkeys(("README.txt", "CHECK.txt", "index.html", "index.pdf"), "read me")
    texts |= {"verify.py": "", "events.csv": ""}
    places = {"first": what.first, "last": what.last, "order": of.order_line["seq"]}
    for name, seq in places.items():
        path = tuple(proofs.inclusion(hashes, seq - 1, len(log)))
        texts[f"proofs/{name}.tlog-proof"] = InclusionProof(seq - 1, path, point).text
    order = {name: of.order_line[name] for name in ("leaf", "leaf_hash", "diff")}
    order["salts"] = {"diff": of.order_line["salts"]["diff"]}
    documents = {
        "manifest.json": evidence.manifest("govdesk-bundle"),
        "tree.json": edges_as_json(len(log), edges),
        "order.json": order,
    }
    return Parts(events, left_out, documents, texts, _erasures(of, hashes))


def _erasures(of: World, hashes: MemoryHashes) -> list[bytes]:
    found = []
    for line in of.log[of.ordered.last :]:
        seq = int(str(line["entity_id"] or "0").partition(":")[0]) if _erases(line) else 0
        if of.ordered.first <= seq <= of.ordered.last:
            proof = proofs.inclusion(hashes, line["seq"] - 1, len(of.log))
            document = {"leaf": line["leaf"], "proof": [node.hex() for node in proof]}
            found.append(json.dumps(document).encode() + b"\n")
    return found


def _erases(line: Line) -> bool:
    return bool(line["action"] == "audit.erased")


def selected(of: World, line: Line) -> bool:
    """Whether the filter selects a line; ids stand for systems in these logs."""
    return matches(parse(of.ordered.filter or "", zone=UTC), line)


def _divided(of: World) -> tuple[list[Line], list[bytes], int, int]:
    what = of.ordered
    near = parse(" ".join(_texts(of)), zone=UTC)
    events: list[Line] = []
    left: list[bytes] = []
    opened = hidden = 0
    for line in of.log[what.first - 1 : what.last]:
        if line["seq"] in of.hidden:
            left.append(hidden_line(line["seq"], line["leaf_hash"]))
            hidden += 1
        elif selected(of, line):
            events.append(redacted(line, what.redact))
        else:
            names = what.opened if matches(near, line) else frozenset()
            shown = {n: (line["salts"][n], line[n]) for n in sorted(names) if n in line["salts"]}
            left.append(left_out_line(line["leaf"], line["leaf_hash"], shown))
            opened += bool(shown)
    return events, left, opened, hidden


def _texts(of: World) -> list[str]:
    terms = parse(of.ordered.filter or "", zone=UTC).terms
    clear = leaf_terms(of.ordered.terms)
    return [str(term) for term in terms if term.to_json() in clear]


def redacted(line: Line, names: frozenset[str]) -> Line:
    """The line without fields and their salts."""
    kept = {name: value for name, value in line.items() if name not in names}
    return {**kept, "salts": {n: s for n, s in line["salts"].items() if n not in names}}


def repacked(path: Path, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """Read an archive, let its members be changed, and write a plain ZIP of them."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fresh:
        for name, data in members.items():
            fresh.writestr(name, data)
    return out.getvalue()
