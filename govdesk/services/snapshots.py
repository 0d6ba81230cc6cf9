"""Sealed snapshots: one encrypted file with rows, proofs and a search, read without a server.

Specification: ``docs/spec/snapshot-v1.md``.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from govdesk.database import snapshot_source, tree
from govdesk.database.bundling import SealedEvent, Wanted
from govdesk.database.connection import Session
from govdesk.database.copying import Selection
from govdesk.database.snapshot_format import FORMAT, SUFFIX, SnapshotKey, SnapshotProblem
from govdesk.database.snapshot_opening import first_page
from govdesk.database.snapshot_reading import SnapshotLog
from govdesk.database.snapshot_source import Page
from govdesk.database.snapshot_writing import SnapshotWriter
from govdesk.domain import passphrases
from govdesk.domain.filter_language import Filter
from govdesk.domain.problem import Problem
from govdesk.evidence import sealed_about
from govdesk.evidence.bundle_report import BundleReport
from govdesk.evidence.evidence_file import Counts, Evidence, Ordered, edges_as_json
from govdesk.evidence.notes import VerifierKey
from govdesk.exports.adopted import AdoptedFile
from govdesk.services import evidence_making as making
from govdesk.services.audit import Cancelled
from govdesk.services.beside import beside
from govdesk.services.checkpoints import NotSigned
from govdesk.services.children import run_in_child
from govdesk.services.evidence_making import Proven, Wish
from govdesk.services.link import Link
from govdesk.services.snapshot_verification import verify_snapshot

ACTION: Final = "audit.snapshot_created"
WAIT_SECONDS: Final = 30.0

Progress = Callable[[int, int], None]
generate_passphrase = passphrases.generate
passphrase_problem = passphrases.problem


def _silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


@dataclass(slots=True)
class Order:
    """What to write and where. Without a worker that signs, `unsigned` writes it all the same:
    it can be read, and nobody can tell it from a forgery."""

    target: Path
    passphrase: str = field(repr=False)
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
class Made:
    """What was written. `seq` is the event that sealed it, `export` what it is known by there;
    `checkpoint` is the size of the log that its proofs lead to."""

    export: str
    path: str
    rows: int
    left_out: int
    first: int
    last: int
    sha256: str
    provable: bool
    checkpoint: int | None
    seq: int | None


# ---------------------------------------------------------------- making one


def create(session: Session, order: Order, progress: Progress = _silent) -> Made:
    """Write a snapshot to a file that appears only when whole; seals its beginning and its end.

    The range is fixed, and the order sealed, before the first byte; the checkpoint that proves
    both is signed while rows are written. Raises `NotSigned` if no worker signs, `Cancelled`,
    `FileProblem`, `SnapshotProblem`, `DatabaseProblem`: then nothing is kept.
    """
    cover = making.cover(session)
    names = (cover.organization, cover.legal_entity, session.tenant_path)
    if said := passphrases.problem(order.passphrase, names):
        raise Problem(said, passphrases.RULE, exit_code=2)
    what = making.ordered(session, order.wish)
    file = AdoptedFile(order.target, force=order.force)
    about = cover.as_json() | {"tenant_id": str(session.tenant_id)}
    facts: dict[str, object] = {"format": FORMAT, sealed_about.FACT: sealed_about.digest(about)}
    with making.sealing_the_end(session, what, ACTION, facts, file):
        sealed = making.begin(session, what, ACTION, facts)
        tree.request_checkpoint(session)
        maker = _Maker(session, order, what, sealed, about, progress)
        maker.write(file.part)
        done = facts | {"rows": maker.counts.rows, "sha256": file.digest()}
        seq = making.note(session, "finished", what, ACTION, done)
        file.finish()
    return _made(order, what, maker, file.sha256, seq)


def _made(order: Order, what: Ordered, maker: _Maker, sha256: str, seq: int | None) -> Made:
    counts, proven = maker.counts, maker.proven
    return Made(
        what.export,
        str(order.target),
        counts.rows,
        counts.left_out,
        what.first,
        what.last,
        sha256,
        what.provable,
        proven.checkpoint.tree.size if proven else None,
        seq,
    )


class _Maker:
    """Streams pages into the file, then adds what proves them."""

    def __init__(
        self,
        session: Session,
        order: Order,
        what: Ordered,
        sealed: SealedEvent | None,
        about: Mapping[str, object],
        progress: Progress,
    ):
        self.session, self.order, self.what, self.sealed = session, order, what, sealed
        self.about, self.progress = about, progress
        # Whoever sees a part of the log has no sealed time; the server's is as good for people.
        self.at = sealed_about.sealed_at(sealed.leaf) if sealed else str(about["as_of"])
        self.counts = Counts(0)
        self.proven: Proven | None = None

    def write(self, path: Path) -> None:
        """Write the whole file."""
        chosen = Selection(self.what.first, self.what.last, self.what.terms, self.what.redact)
        wanted = Wanted(chosen, self.what.opened, self.what.whole)
        with SnapshotWriter(path, self.order.passphrase) as writer:
            for page in snapshot_source.pages(self.session, wanted):
                if self.order.cancel.is_set():
                    raise Cancelled
                self._take(page, writer)
            self.proven = self._prove()
            writer.finish(self._documents())

    def _take(self, page: Page, writer: SnapshotWriter) -> None:
        writer.add(page.events)
        writer.leave_out(page.left_out)
        counts, events = self.counts, page.events
        numbers = (int(events[0][0] or 0), int(events[-1][0] or 0)) if events else (None, None)
        self.counts = Counts(
            counts.rows + len(events),
            counts.left_out + len(page.left_out) - page.hidden,
            counts.opened + page.opened,
            counts.hidden + page.hidden,
            counts.first_seq or numbers[0],
            numbers[1] or counts.last_seq,
        )
        first, last = self.what.first, self.what.last
        self.progress(page.through - first + 1, last - first + 1)

    def _prove(self) -> Proven | None:
        order = self.order
        try:
            return making.prove(self.session, self.what, self.sealed, order.seconds, order.cancel)
        except NotSigned:
            if not order.unsigned:
                raise
        return None

    def _documents(self) -> dict[str, str]:
        """What the file says of itself, and its proofs, as a bundle has them."""
        proven = self.proven
        documents = {"manifest": json.dumps(self._evidence().manifest(FORMAT), ensure_ascii=False)}
        if self.sealed is not None:
            documents["order"] = making.order_document(self.sealed).decode()
        if proven is None:
            return documents
        if proven.order is not None:
            documents["proof_order"] = proven.order.text
        size = proven.checkpoint.tree.size
        return documents | {
            "checkpoint": proven.checkpoint.note,
            "tree": json.dumps(edges_as_json(size, proven.edges)),
            "policy": proven.policy,
            "erasures": b"".join(proven.erasures).decode(),
            "proof_first": proven.first.text,
            "proof_last": proven.last.text,
        }

    def _evidence(self) -> Evidence:
        return Evidence(
            self.what,
            self.counts,
            self.proven.checkpoint if self.proven else None,
            self.at,
            making.GENERATOR,
            self.about,
        )


def create_beside(link: Link, order: Order, progress: Progress = _silent) -> Made:
    """Write `order` as `create` does, in a process of its own that cannot hold up a window.

    A child that was cancelled or lost leaves nothing under the final name.
    """
    return beside(create, link, order, progress)


# ---------------------------------------------------------------- reading one


def look(path: Path) -> None:
    """Raise `SnapshotProblem` for what is plainly no snapshot, before anybody types anything."""
    first_page(path)


def open_snapshot(path: Path, passphrase: str | SnapshotKey) -> SnapshotLog:
    """Open a snapshot as a stranger's file, unverified; raises `SnapshotProblem`."""
    return SnapshotLog.open(path, passphrase)


def verify_beside(
    path: Path,
    key: SnapshotKey,
    keys: Sequence[VerifierKey],
    progress: Progress = _silent,
    cancel: threading.Event | None = None,
) -> BundleReport:
    """Verify as `verify_snapshot` does, in a process of its own; raises `ChildCancelled`."""
    return run_in_child(
        _verify, path, key, tuple(keys), on_message=lambda done: progress(*done), cancel=cancel
    )


def _verify(
    send: Callable[[object], None], path: Path, key: SnapshotKey, keys: Sequence[VerifierKey]
) -> BundleReport:
    return verify_snapshot(path, key, keys, lambda done, total: send((done, total)))


__all__ = [
    "SUFFIX",
    "Made",
    "Order",
    "SnapshotKey",
    "SnapshotLog",
    "SnapshotProblem",
    "create",
    "create_beside",
    "generate_passphrase",
    "look",
    "open_snapshot",
    "passphrase_problem",
    "verify_beside",
    "verify_snapshot",
]
