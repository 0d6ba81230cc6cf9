"""The audit log: list, verify, export. Each export seals its own beginning and end."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from govdesk import __version__
from govdesk.database import copying, printable, rows, tree
from govdesk.database.connection import Session
from govdesk.database.errors import DatabaseProblem, SessionEnded, Unreachable
from govdesk.domain.filter_language import Filter
from govdesk.evidence.leaf import GENESIS
from govdesk.evidence.merkle import Frontier
from govdesk.exports.files import FileProblem, WholeFile
from govdesk.exports.pdf.facts import Facts
from govdesk.exports.pdf.seal import Seal
from govdesk.services import metadata
from govdesk.services.children import ChildCancelled
from govdesk.services.log_verification import verify as verify
from govdesk.services.printing import PrintingEnded, Source, print_events
from govdesk.services.signing_identity import sealed_with

Format = Literal["csv", "json", "jsonl", "pdf"]
Progress = Callable[[int, int], None]


class Cancelled(Exception):
    """The person cancelled; nothing stands under the final name."""


def _silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


# ---------------------------------------------------------------- list


@dataclass(frozen=True, slots=True)
class Page:
    """Events as JSON objects, newest first, and the cursor of the next page."""

    items: list[dict[str, object]]
    next: int | None


def list_events(
    session: Session,
    filter: Filter | None = None,
    *,
    before: int | None = None,
    limit: int = 50,
) -> Page:
    """Return one page, newest first, below `before`."""
    terms = json.dumps([] if filter is None else filter.to_terms())
    with session.reading() as connection:
        found = connection.execute(
            "SELECT to_jsonb(p) - 'salts' - 'leaf' - 'leaf_hash' || jsonb_build_object("
            " 'leaf_hash', encode(p.leaf_hash, 'hex'), 'ip', host(p.ip),"
            f" 'at', {rows.INSTANT_AT.replace('l.', 'p.')},"
            f" 'occurred_at', {rows.INSTANT_OCCURRED.replace('l.', 'p.')},"
            " 'system', (SELECT n.name FROM govdesk.node n WHERE n.id = p.system_id))"
            " FROM govdesk_api.audit_page(%s, %s, NULL, %s) p",
            (terms, before, limit + 1),
        ).fetchall()
    items = [row[0] for row in found[:limit]]
    return Page(items, items[-1]["seq"] if len(found) > limit else None)


# ---------------------------------------------------------------- export


@dataclass(slots=True)
class Export:
    """What to write and where; `legal_entity` and `verified` stand on a PDF's cover only.

    Without a `legal_entity` it is the one in force when the PDF is made.
    `verified` is a sentence about the chain's state, such as what a verification found and when.
    A PDF is signed with the certificate that `sign_with` refers to, else with one made for this
    installation; `sign_password` refers to its password.
    """

    target: Path
    format: Format
    filter: Filter | None = None
    first: int = 1
    last: int | None = None
    redact: frozenset[str] = frozenset()
    force: bool = False
    resume: bool = False
    legal_entity: str = ""
    verified: str = ""
    sign_with: str = ""
    sign_password: str = ""
    cancel: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    path: str
    rows: int
    sha256: str
    first_seq: int | None
    last_seq: int | None
    seq: int | None


def export(
    session: Session, order: Export, progress: Progress = _silent, *, url: str = ""
) -> Exported:
    """Write events to a file that appears only when whole.

    The range is fixed before the first byte. Raises `SessionEnded` or `Unreachable` (the part is
    kept, `resume` goes on), `PrintingEnded` (a PDF starts over), `Cancelled` or `FileProblem`
    (nothing is kept).
    A PDF is made by a process of its own, which needs the server's `url`.
    """
    if order.resume and order.format == "pdf":
        raise FileProblem("A PDF cannot be resumed; export it again without --resume.")
    if order.format == "pdf" and not url:
        raise ValueError("the process that makes a PDF needs the server's address")
    seal = None
    if order.format == "pdf":
        seal = sealed_with(session.tenant_path, order.sign_with, order.sign_password)
    newest = rows.head(session)
    last = newest.seq if newest else 0
    if order.last is not None:
        last = min(order.last, last)
    plan: dict[str, object] = {
        "format": order.format,
        "filter": str(order.filter) if order.filter else "",
        "first": order.first,
        "redact": sorted(order.redact),
        "tenant_path": session.tenant_path,
        "requested_last": order.last,
    }
    file = WholeFile(order.target, plan, force=order.force, resume=order.resume)
    identity = uuid.uuid4()
    try:
        last = file.done.get("last", last)
        _note(session, "started", identity, plan | {"last": last})
        writer = _Writer(session, order, file, last, progress)
        if order.format == "pdf":
            writer.print(url, newest, identity, seal)
        else:
            writer.run()
        file.end()
        manifest = writer.manifest(newest) if order.format == "jsonl" else None
        facts = plan | {"last": last, "rows": writer.count, "sha256": file.sha256}
        if seal is not None:
            facts |= {"certificate": seal.signer.fingerprint, "attached": writer.attached}
        sealed = _note(session, "finished", identity, facts)
        file.finish(manifest)
    except PrintingEnded:
        file.discard()
        raise
    except (SessionEnded, Unreachable):
        file.keep()
        raise
    except BaseException:
        file.discard()
        _note_failure(session, identity, plan)
        raise
    digest = file.sha256
    return Exported(
        str(order.target), writer.count, digest, writer.first_seq, writer.last_seq, sealed
    )


def _note(
    session: Session, stage: str, identity: uuid.UUID, facts: dict[str, object]
) -> int | None:
    with session.transaction() as connection:
        connection.execute(
            "SELECT govdesk_api.note_export(%s, %s, %s)", (stage, identity, json.dumps(facts))
        )
    newest = rows.head(session)
    return newest.seq if newest else None


def _note_failure(session: Session, identity: uuid.UUID, facts: dict[str, object]) -> None:
    try:
        _note(session, "failed", identity, facts)
    except DatabaseProblem:
        return  # The beginning is sealed; an end that is missing says the same.


class _Writer:
    """Streams pages into the file and keeps what the manifest needs."""

    def __init__(
        self, session: Session, order: Export, file: WholeFile, last: int, progress: Progress
    ):
        self.session, self.order, self.file, self.last = session, order, file, last
        self.progress = progress
        self.count = file.done.get("rows", 0)
        self.first_seq: int | None = None
        self.last_seq: int | None = None
        self.attached: str | None = None
        self._start = file.done.get("through", order.first - 1) + 1
        self._tree = Frontier()
        self._prev = GENESIS

    def run(self) -> None:
        terms = self.order.filter.to_terms() if self.order.filter else []
        selection = copying.Selection(self._start, self.last, terms, self.order.redact)
        if self.order.format == "csv":
            self._csv(selection)
        elif self.order.format == "json":
            self._json(selection)
        else:
            self._stream(copying.json_pieces(self.session, selection))

    def print(
        self, url: str, newest: rows.Head | None, identity: uuid.UUID, seal: Seal | None
    ) -> None:
        """Have the PDF made by a child; its bytes come back in the file's order."""
        terms = self.order.filter.to_terms() if self.order.filter else []
        selection = copying.Selection(self._start, self.last, terms, self.order.redact)
        source = Source(url, self.session.token, self.session.tenant_path)
        facts = self._facts(newest, identity)
        try:
            printed = print_events(source, selection, facts, self._take, self.order.cancel, seal)
        except ChildCancelled:
            raise Cancelled from None
        self.first_seq, self.last_seq = printed.first_seq, printed.last_seq
        self.attached = printed.attached or None

    def _facts(self, newest: rows.Head | None, identity: uuid.UUID) -> Facts:
        made_by, organization = printable.maker(self.session)
        return Facts(
            tenant_path=self.session.tenant_path,
            organization=organization,
            made_by=made_by,
            made_at=datetime.now(UTC),
            generator=f"GovDesk {__version__}",
            export_id=str(identity),
            first=self.order.first,
            last=self.last,
            filter=str(self.order.filter) if self.order.filter else "",
            redacted=tuple(sorted(self.order.redact)),
            legal_entity=self.order.legal_entity or metadata.legal_entity(self.session),
            head_seq=newest.seq if newest else 0,
            head_hash=newest.leaf_hash if newest else "",
            verified=self.order.verified,
            whole=rows.sees_everything(self.session),
        )

    def _csv(self, selection: copying.Selection) -> None:
        if not self.file.done:
            self.file.write((",".join(copying.TIMELINE) + "\n").encode())
        self._stream(copying.csv_pieces(self.session, selection))

    def _json(self, selection: copying.Selection) -> None:
        if not self.file.done:
            self.file.write(b"[\n")
        self._stream(self._separated(copying.json_pieces(self.session, selection, ",")))
        self.file.write(b"]\n")

    def _separated(self, pieces: Iterator[copying.Piece]) -> Iterator[copying.Piece]:
        """The very first object goes without the comma that stands before each."""
        for piece in pieces:
            if self.count == 0 and piece.rows:
                piece = copying.Piece(b" " + piece.data[1:], piece.rows, piece.through)
            yield piece

    def _stream(self, pieces: Iterator[copying.Piece]) -> None:
        for piece in pieces:
            if self.order.cancel.is_set():
                raise Cancelled
            self._take(piece)
            self.file.note(rows=self.count, through=piece.through, last=self.last)

    def _take(self, piece: copying.Piece) -> None:
        self.file.write(piece.data)
        self.count += piece.rows
        self.progress(piece.through - self.order.first + 1, self.last - self.order.first + 1)

    def manifest(self, newest: rows.Head | None) -> dict[str, object]:
        """Read the part once more for the tree; what is attested is what was written."""
        self._scan()
        unfiltered = self.order.filter is None or not self.order.filter.terms
        complete = unfiltered and rows.sees_everything(self.session) and self._is_dense()
        under: dict[str, object] = {"checkpoint": None, "tree": None}
        if complete:
            # What knows signatures takes a while to load, and most sessions export nothing.
            from govdesk.services.evidence_making import covering

            under = covering(self.session, self.order.first, self.last)
        return {
            "format": "govdesk-jsonl",
            "v": 1,
            "tenant_path": self.session.tenant_path,
            "filter": str(self.order.filter) if self.order.filter else None,
            "from": self.order.first,
            "to": self.last,
            "first_seq": self.first_seq,
            "last_seq": self.last_seq,
            "rows": self.count,
            "redacted": sorted(self.order.redact),
            "complete": complete,
            "sha256": self.file.sha256,
            "root": self._tree.root().hex(),
            "prev": self._prev,
            **under,
            "chain": {
                "head_seq": newest.seq if newest else 0,
                "head_hash": newest.leaf_hash if newest else GENESIS,
            },
            "generated_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "generator": f"GovDesk {__version__}",
        }

    def _is_dense(self) -> bool:
        """Whether no event of the range was pruned: those are missing by design."""
        gaps = tree.pruned(self.session)
        return not any(g.first <= self.last and g.last >= self.order.first for g in gaps)

    def _scan(self) -> None:
        marker = b'"leaf_hash":"'
        with open(self.file.part, "rb") as lines:
            for line in lines:
                event = line.rindex(marker) + len(marker)
                self._tree.push(bytes.fromhex(line[event : event + 64].decode()))
                if self.first_seq is None:
                    parsed = json.loads(line)
                    self.first_seq = parsed["seq"]
                    self._prev = json.loads(parsed["leaf"])["prev"]
                last = line
        if self.first_seq is not None:
            self.last_seq = json.loads(last)["seq"]
