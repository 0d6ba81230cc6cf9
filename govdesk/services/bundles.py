"""Evidence bundles: what one will reveal, and making one. Specification: docs/spec/bundle-v1.md."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Final

from govdesk.database import bundling, rows, tree
from govdesk.database.bundling import Part, SealedEvent, Wanted
from govdesk.database.connection import Session
from govdesk.database.copying import TIMELINE, Selection
from govdesk.domain.filter_language import Filter
from govdesk.evidence import sealed_about
from govdesk.evidence.evidence_file import (
    Counts,
    Evidence,
    Ordered,
    edges_as_json,
    opened_fields,
    unprovable,
)
from govdesk.exports.bundle import documents, index
from govdesk.exports.bundle.archive import Archive, Spool, Stream
from govdesk.exports.bundle.facts import SHOWN, BundleFacts, completeness, reveals
from govdesk.exports.files import WholeFile
from govdesk.exports.pdf.facts import Facts
from govdesk.services import evidence_making as making
from govdesk.services.audit import Cancelled
from govdesk.services.checkpoints import NotSigned
from govdesk.services.evidence_making import BUNDLE, Cover, Proven, Wish

FORMAT: Final = "govdesk-bundle"
WAIT_SECONDS: Final = 30.0
_PACKED_SHARE: Final = 0.34
_LEAF_BYTES: Final = 1150

Progress = Callable[[int, int], None]


def _silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


@dataclass(slots=True)
class Order:
    """What to write and where. `unsigned` writes a bundle that nobody can tell from a forgery,
    where no worker signs."""

    target: Path
    filter: Filter | None = None
    first: int = 1
    last: int | None = None
    redact: frozenset[str] = frozenset()
    system: str = ""
    force: bool = False
    unsigned: bool = False
    seconds: float = WAIT_SECONDS
    cancel: threading.Event = field(default_factory=threading.Event)

    @property
    def wish(self) -> Wish:
        """The part that does not speak of files."""
        return Wish(self.filter, self.first, self.last, self.redact, self.system)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a bundle will hold and reveal, before anything is written.

    `opened` other events show the fields `opens`. `reveals` and `completeness` are sentences.
    `bytes` is an estimate of the file's size.
    """

    first: int
    last: int
    rows: int
    left_out: int
    opened: int
    opens: tuple[str, ...]
    provable: bool
    reveals: tuple[str, ...]
    completeness: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Made:
    """What was written; `seq` is the event that sealed it, `export` what it is known by there."""

    path: str
    export: str
    rows: int
    left_out: int
    opened: int
    first: int
    last: int
    sha256: str
    provable: bool
    checkpoint: int | None
    seq: int | None


def preview(session: Session, order: Order) -> Preview:
    """Count what a bundle will reveal; writes and seals nothing."""
    what = making.ordered(session, order.wish)
    seen = bundling.foreseen(session, _wanted(what))
    left_out, hidden = seen.rows - seen.matching, what.last - what.first + 1 - seen.rows
    said = reveals(what.opened, seen.matching, left_out, seen.opened, hidden)
    plain = seen.matching * (seen.sample_bytes + 300) + left_out * _LEAF_BYTES + hidden * 90
    return Preview(
        what.first,
        what.last,
        seen.matching,
        left_out,
        seen.opened,
        tuple(sorted(what.opened)),
        what.provable,
        tuple(said + [f"{name} is left out of every event." for name in sorted(what.redact)]),
        _completeness(what),
        int(plain * _PACKED_SHARE) + 200_000,
    )


def _completeness(what: Ordered) -> str:
    why = unprovable(what.terms, what.redact)
    if not what.whole:
        why.insert(0, "your account sees a part of the organization")
    return completeness(bool(what.terms), why)


def _wanted(what: Ordered) -> Wanted:
    selection = Selection(what.first, what.last, what.terms, what.redact)
    opened = opened_fields(what.terms, what.redact) or frozenset()
    return Wanted(selection, opened, what.whole)


def create(session: Session, order: Order, progress: Progress = _silent) -> Made:
    """Write a bundle to a file that appears only when whole; seals its beginning and its end.

    The range is fixed, and the order sealed, before the first byte; the checkpoint that proves
    both is signed while rows are written. Raises `NotSigned` if no worker signs, `Cancelled`,
    `FileProblem`, `DatabaseProblem`: then nothing is kept.
    """
    what = making.ordered(session, order.wish)
    cover = making.cover(session)
    about = sealed_about.digest(cover.as_json())
    facts: dict[str, object] = {"format": FORMAT, sealed_about.FACT: about}
    file = WholeFile(order.target, facts, force=order.force)
    with making.sealing_the_end(session, what, BUNDLE, facts, file):
        sealed = making.begin(session, what, BUNDLE, facts)
        tree.request_checkpoint(session)
        writer = _Writer(session, order, what, sealed, cover, file, progress)
        writer.run()
        file.end()
        done = facts | {"rows": writer.counts.rows, "sha256": file.sha256, "files": writer.files}
        seq = making.note(session, "finished", what, BUNDLE, done)
        file.finish()
    return _made(order, what, writer, file.sha256, seq)


def _made(order: Order, what: Ordered, writer: _Writer, sha256: str, seq: int | None) -> Made:
    counts, proven = writer.counts, writer.proven
    return Made(
        str(order.target),
        what.export,
        counts.rows,
        counts.left_out,
        counts.opened,
        what.first,
        what.last,
        sha256,
        what.provable,
        proven.checkpoint.tree.size if proven else None,
        seq,
    )


class _Writer:
    """Streams pages into three members at once, then writes what depends on all of them."""

    def __init__(
        self,
        session: Session,
        order: Order,
        what: Ordered,
        sealed: SealedEvent | None,
        cover: Cover,
        file: WholeFile,
        progress: Progress,
    ):
        self.session, self.order, self.what, self.sealed = session, order, what, sealed
        self.cover, self.progress = cover, progress
        # Whoever sees a part of the log has no sealed time; the server's is as good for people.
        self.made_at = sealed_about.sealed_at(sealed.leaf) if sealed else cover.as_of
        self.at = datetime.fromisoformat(self.made_at)
        self.counts = Counts(0)
        self.proven: Proven | None = None
        self._file = file
        self._archive = Archive(file.write, lambda: file.sha256, self.at)
        self._shown: list[list[str]] = []
        self._first = self._last = b""

    @property
    def files(self) -> dict[str, str]:
        """Digests of what may be taken out of the bundle and found again by its provenance."""
        names = ("events.jsonl", "left_out.jsonl", "events.csv", "index.html", "index.pdf")
        return {one.name: one.sha256 for one in self._archive.members if one.name in names}

    def run(self) -> None:
        """Write everything."""
        self._archive.add("verify.py", verifier())
        self._events()
        self.proven = self._prove()
        point = self.proven.checkpoint if self.proven else None
        about = self.cover.as_json()
        evidence = Evidence(self.what, self.counts, point, self.made_at, making.GENERATOR, about)
        self._proofs()
        self._for_people(evidence)
        self._archive.add("manifest.json", _json(evidence.manifest(FORMAT)))
        self._archive.add("SHA256SUMS", self._archive.sums())
        self._archive.close()

    def _events(self) -> None:
        with ExitStack() as either:
            spools = []
            for name in ("left_out.jsonl", "events.csv"):
                spools.append(Spool(name, self.order.target))
                either.callback(spools[-1].abandon)
            stream = self._archive.stream("events.jsonl")
            either.callback(stream.abandon)
            spools[1].write((",".join(TIMELINE) + "\n").encode())
            for part in bundling.parts(self.session, _wanted(self.what), SHOWN):
                self._take(part, stream, *spools)
                del part  # Not kept while the next is read.
            stream.close()
            for spool in spools:
                self._archive.take(spool)
            either.pop_all()

    def _take(self, part: Part, events: Stream, left_out: Spool, table: Spool) -> None:
        if self.order.cancel.is_set():
            raise Cancelled
        for member, pieces in ((events, part.events), (left_out, part.left_out), (table, part.csv)):
            pieces.reverse()
            while pieces:
                member.write(pieces.pop())
        for line in part.shown[: SHOWN - len(self._shown)]:
            self._shown.append(_cells(line))
        self._first, self._last = self._first or part.first, part.last or self._last
        counts = self.counts
        self.counts = Counts(
            counts.rows + part.rows,
            counts.left_out + part.left,
            counts.opened + part.opened,
            counts.hidden + part.hidden,
            _seq(self._first),
            _seq(self._last),
        )
        done = part.through - self.what.first + 1
        self.progress(done, self.what.last - self.what.first + 1)

    def _prove(self) -> Proven | None:
        try:
            return making.prove(
                self.session, self.what, self.sealed, self.order.seconds, self.order.cancel
            )
        except NotSigned:
            if not self.order.unsigned:
                raise
        return None

    def _proofs(self) -> None:
        add = self._archive.add
        if self.sealed is not None:
            add("order.json", making.order_document(self.sealed))
        if self.proven is None:
            return
        proven = self.proven
        size = proven.checkpoint.tree.size
        add("erasures.jsonl", b"".join(proven.erasures))
        add("checkpoint", proven.checkpoint.note.encode())
        add("tree.json", _json(edges_as_json(size, proven.edges)))
        add("policy", proven.policy.encode())
        for name, proof in (
            ("first", proven.first),
            ("last", proven.last),
            ("order", proven.order),
        ):
            if proof is not None:
                add(f"proofs/{name}.tlog-proof", proof.text.encode())

    def _for_people(self, evidence: Evidence) -> None:
        cover = self.cover
        facts = BundleFacts(
            evidence=evidence,
            organization=cover.organization,
            legal_entity=cover.legal_entity,
            country=cover.country,
            contact=cover.contact,
            made_by=cover.made_by,
            as_of=cover.as_of,
            key=_key(self.proven),
            shown=self._shown,
            faults=bundling.faults_sealed(self.session),
        )
        self._archive.add("README.txt", documents.readme(facts))
        self._archive.add("CHECK.txt", documents.check(facts))
        self._archive.add("index.html", index.index_html(facts))
        self._archive.add("index.pdf", _pdf(self._print_facts(), self._shown))

    def _print_facts(self) -> Facts:
        cover, newest = self.cover, rows.head(self.session)
        point = self.proven.checkpoint if self.proven else None
        signed = (
            f"A signed checkpoint of {point.tree.size:,} events stands in the same bundle."
            if point
            else "There is no signed checkpoint in this bundle."
        )
        return Facts(
            tenant_path=self.what.tenant_path,
            organization=cover.organization,
            made_by=cover.made_by,
            made_at=self.at,
            generator=making.GENERATOR,
            export_id=self.what.export,
            first=self.what.first,
            last=self.what.last,
            filter=self.what.filter or "",
            redacted=tuple(sorted(self.what.redact)),
            legal_entity=cover.legal_entity,
            head_seq=newest.seq if newest else 0,
            head_hash=newest.leaf_hash if newest else "",
            verified=f"{signed} {_completeness(self.what)}",
            whole=self.what.whole,
        )


def _key(proven: Proven | None) -> str:
    """The key that the log names, for people to compare; never one to believe."""
    lines = proven.policy.splitlines() if proven else []
    return next((line.removeprefix("log ") for line in lines if line.startswith("log ")), "")


def _seq(line: bytes) -> int | None:
    return json.loads(line)["seq"] if line else None


def _cells(line: bytes) -> list[str]:
    """A line of CSV as the timeline's cells, without what defuses formulas."""
    cells = next(csv.reader(io.StringIO(line.decode(), newline="")))
    return [one[1:] if one[:1] == "'" and one[1:2] in "=+-@\t\r" else one for one in cells]


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def _pdf(facts: Facts, shown: Sequence[Sequence[str]]) -> bytes:
    # The PDF library takes a while to load, and most runs make no PDF.
    from govdesk.exports.pdf.printing import print_log

    pieces: list[bytes] = []
    print_log(((*(cell or None for cell in cells), "") for cells in shown), facts, pieces.append)
    return b"".join(pieces)


def verifier() -> bytes:
    """Return the verifier that travels in every bundle."""
    return resources.files("govdesk.evidence.standalone").joinpath("verify.py").read_bytes()
