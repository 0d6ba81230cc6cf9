"""What every evidence file needs from the server: its order, sealed; proofs under a checkpoint."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

from govdesk import __version__
from govdesk.database import bundling, printable, rows, tree
from govdesk.database.bundling import SealedEvent
from govdesk.database.connection import Session
from govdesk.database.errors import DatabaseProblem
from govdesk.database.tree import SessionHashes
from govdesk.domain.filter_language import Filter
from govdesk.domain.filter_language.model import Exact, Numbers, Span, Term
from govdesk.domain.filter_language.period import utc_text
from govdesk.domain.problem import Problem
from govdesk.evidence import proofs
from govdesk.evidence.checkpoints import SignedCheckpoint
from govdesk.evidence.evidence_file import Ordered, edges_as_json
from govdesk.evidence.notes import BadNote, VerifierKey
from govdesk.evidence.proofs import BadProof, Edges, HashesMissing
from govdesk.evidence.tlog import InclusionProof, Policy
from govdesk.services import checkpoints, metadata, nodes, registrations
from govdesk.services.audit import Cancelled
from govdesk.services.checkpoints import NotSigned, SigningCancelled

BUNDLE: Final = "audit.bundle_created"
GENERATOR: Final = f"GovDesk {__version__}"
_FACTS: Final = 16_000
"""Bytes of facts that one event may hold; the server's own limit is a little higher."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to make evidence of. `system` is the path or id of one system; fields to leave out."""

    filter: Filter | None = None
    first: int = 1
    last: int | None = None
    redact: frozenset[str] = frozenset()
    system: str = ""


def ordered(session: Session, wish: Wish, export: str = "") -> Ordered:
    """Return the order that a wish means now.

    Names are resolved to ids. The range is narrowed to what the filter's own periods and numbers
    can reach, with one event on each side that shows that the period ends there. Raises `Problem`
    for an empty log or range.
    """
    filter_ = _with_system(session, wish)
    terms = filter_.to_terms()
    newest = rows.head(session)
    if newest is None:
        raise Problem("The log is empty: there is nothing to make evidence of.", exit_code=2)
    last = newest.seq if wish.last is None else min(wish.last, newest.seq)
    first, last = _narrowed(session, filter_, wish.first, last)
    if first > last:
        raise Problem(
            f"There are no events from {wish.first:,} to {wish.last or newest.seq:,}.",
            f"The newest one is {newest.seq:,}.",
            exit_code=2,
        )
    denied = any(term["key"] == "is" and term["value"] == "denied" for term in terms)
    return Ordered(
        tenant_path=session.tenant_path,
        tenant_id=str(session.tenant_id),
        export=export or str(uuid.uuid4()),
        first=first,
        last=last,
        filter=str(filter_) or None,
        terms=terms,
        systems=bundling.systems_meant(session, terms),
        denied=bundling.denied_actions(session) if denied else None,
        redact=wish.redact,
        whole=rows.sees_everything(session),
    )


def _with_system(session: Session, wish: Wish) -> Filter:
    given = wish.filter or Filter()
    if not wish.system:
        return given
    node = nodes.find(session, wish.system)
    return Filter((Term("system", Exact(node.id)), *given.terms))


def _narrowed(session: Session, filter_: Filter, first: int, last: int) -> tuple[int, int]:
    """Leave out what no term about time or number can reach."""
    for term in filter_.terms:
        if term.negated:
            continue
        if isinstance(term.match, Numbers):
            low, high = term.match.low, term.match.high
            first = max(first, low or 1)
            last = last if high is None else min(last, high)
        elif isinstance(term.match, Span):
            low_at = None if term.match.low is None else utc_text(term.match.low)
            high_at = None if term.match.high is None else utc_text(term.match.high)
            begins, ends = bundling.bounds(session, low_at, high_at)
            if low_at is not None:
                first = max(first, begins - 1) if begins else max(first, last)
            if high_at is not None and ends:
                last = min(last, ends)
    return first, last


def begin(
    session: Session, what: Ordered, action: str, facts: dict[str, object]
) -> SealedEvent | None:
    """Seal that the file is begun, with the digest of its order; returns the sealed event.

    Whoever sees a part of the log does not see that event: None.
    """
    note(session, "started", what, action, facts)
    sealed = bundling.sealed_order(session, what.export, action)
    if sealed is None and what.whole:
        raise DatabaseProblem("The server did not seal the beginning of this export.")
    return sealed


def note(
    session: Session, stage: str, what: Ordered, action: str, facts: dict[str, object]
) -> int | None:
    """Seal a stage of an export and return the number of the newest event."""
    said = facts | {
        "filter": what.filter or "",
        "first": what.first,
        "last": what.last,
        "redact": sorted(what.redact),
        "tenant_path": what.tenant_path,
        "order": what.digest,
    }
    if len(json.dumps(said).encode()) > _FACTS:
        raise Problem(
            "This filter is too long to be sealed with the export.", "Shorten it.", exit_code=2
        )
    with session.transaction() as connection:
        connection.execute(
            "SELECT govdesk_api.note_export(%s, %s, %s, %s)",
            (stage, what.export, json.dumps(said), action),
        )
    newest = rows.head(session)
    return newest.seq if newest else None


# ---------------------------------------------------------------- proofs


@dataclass(frozen=True, slots=True)
class Proven:
    """What binds a range to a signed checkpoint. `erasures` are lines of erasures.jsonl."""

    checkpoint: SignedCheckpoint
    edges: Edges
    policy: str
    first: InclusionProof
    last: InclusionProof
    order: InclusionProof | None
    erasures: Sequence[bytes]


def sign(
    session: Session, at_least: int, seconds: float, cancel: threading.Event | None = None
) -> SignedCheckpoint:
    """Return a checkpoint that covers event `at_least`; asks a worker if there is none yet.

    Raises `govdesk.services.checkpoints.NotSigned`.
    """
    newest = checkpoints.newest(session)
    if newest is not None and newest.tree.size >= at_least:
        return newest
    return checkpoints.sign_now(session, seconds, cancel)


def prove(
    session: Session,
    what: Ordered,
    order: SealedEvent | None,
    seconds: float,
    cancel: threading.Event,
) -> Proven:
    """Compute every proof from the server's hashes, and check them against the checkpoint.

    Raises `Problem` (exit code 1) if the server's hashes do not lead to what was signed.
    """
    erasures = bundling.erasures_after(session, what.first, what.last)
    events = [*erasures, order] if order else erasures
    needed = max([what.last, *(event.seq for event in events)])
    checkpoint = sign(session, needed, seconds, cancel)
    hashes = SessionHashes(session)
    try:
        return Proven(
            checkpoint,
            proofs.edges(hashes, what.first - 1, what.last, checkpoint.tree.size),
            _policy(session, checkpoint),
            _inclusion(hashes, what.first, checkpoint),
            _inclusion(hashes, what.last, checkpoint),
            _inclusion(hashes, order.seq, checkpoint) if order else None,
            [_erasure_line(hashes, event, checkpoint) for event in erasures],
        )
    except (BadProof, HashesMissing) as error:
        raise _mislead(error) from error


def covering(session: Session, first: int, last: int, seconds: float = 0.0) -> dict[str, object]:
    """Return ``checkpoint`` and ``tree`` of a JSONL manifest; both null if none covers `last` yet.

    Where workers sign this log, they are given some `seconds` to sign it as it is now.
    """
    found = checkpoints.newest(session)
    if found is not None and seconds and last >= first:
        with suppress(NotSigned, DatabaseProblem):
            found = sign(session, last, seconds)
    if found is None or last < first or found.tree.size < last:
        return {"checkpoint": None, "tree": None}
    try:
        edges = proofs.edges(SessionHashes(session), first - 1, last, found.tree.size)
    except HashesMissing as error:
        raise _mislead(error) from error
    point = {"size": found.tree.size, "root": found.tree.root.hex(), "note": found.note}
    return {"checkpoint": point, "tree": edges_as_json(found.tree.size, edges)}


def _mislead(error: Exception) -> Problem:
    return Problem(
        f"The hashes of the server do not lead to its signed checkpoint: {error}.",
        "The log was changed. Verify it: govdesk audit verify.",
        exit_code=1,
    )


def _inclusion(hashes: SessionHashes, seq: int, checkpoint: SignedCheckpoint) -> InclusionProof:
    path = proofs.inclusion(hashes, seq - 1, checkpoint.tree.size)
    proofs.verify_inclusion(hashes.leaves(seq - 1, 1), seq - 1, checkpoint.tree, path)
    return InclusionProof(seq - 1, tuple(path), checkpoint)


def _erasure_line(hashes: SessionHashes, event: SealedEvent, checkpoint: SignedCheckpoint) -> bytes:
    path = _inclusion(hashes, event.seq, checkpoint).hashes
    document = {"leaf": event.leaf, "proof": [node.hex() for node in path]}
    return json.dumps(document, separators=(",", ":")).encode() + b"\n"


def _policy(session: Session, checkpoint: SignedCheckpoint) -> str:
    """The keys that the log says it is signed with, those of this note; for orientation only."""
    signed = {line.hash for line in checkpoint.signed.signatures}
    keys = [
        key
        for announced in tree.announced_keys(session)
        if (key := _parsed(announced.vkey)) is not None and key.hash in signed
    ]
    return Policy(tuple(keys)).text


def _parsed(vkey: str) -> VerifierKey | None:
    try:
        return VerifierKey.parse(vkey)
    except BadNote:
        return None


def order_document(order: SealedEvent) -> bytes:
    """Return order.json: the sealed order's leaf, and its facts opened."""
    document = {
        "leaf": order.leaf,
        "leaf_hash": order.leaf_hash,
        "salts": {"diff": order.salt},
        "diff": json.loads(order.diff or "null"),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


# ---------------------------------------------------------------- the cover


@dataclass(frozen=True, slots=True)
class Cover:
    """Who the evidence is about and who made it, as of one moment."""

    organization: str
    legal_entity: str
    country: str
    contact: str
    made_by: str
    as_of: str

    def as_json(self) -> dict[str, object]:
        """Return the manifest's ``about``."""
        return {
            "organization": self.organization,
            "legal_entity": self.legal_entity,
            "country": self.country,
            "contact": self.contact,
            "made_by": self.made_by,
            "as_of": self.as_of,
        }


def cover(session: Session) -> Cover:
    """Return what holds now: legal entity, country, the confirmed compliance contact."""
    made_by, organization = printable.maker(session)
    found = metadata.read(session)
    version = found.in_force
    contact = next((one for one in found.contacts if one.status == "confirmed"), None)
    country = version.country if version else None
    return Cover(
        organization=organization,
        legal_entity=metadata.told(version.draft) if version else "",
        country=registrations.country_name(country) if country else "",
        contact=f"{contact.display_name} <{contact.email}>" if contact else "",
        made_by=made_by,
        as_of=instant(found.now),
    )


def instant(at: datetime) -> str:
    """Return a time as evidence writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Discarded(Protocol):
    """A file that can be given up."""

    def discard(self) -> None:
        """Remove what was written."""


@contextmanager
def sealing_the_end(
    session: Session, what: Ordered, action: str, facts: dict[str, object], file: Discarded
) -> Iterator[None]:
    """Give the file up where making it fails, and seal that; raises what was raised.

    Whoever stops waiting for a signature has cancelled.
    """
    try:
        yield
    except BaseException as error:
        file.discard()
        # The beginning is sealed; an end that is missing says the same.
        with suppress(DatabaseProblem):
            note(session, "failed", what, action, facts)
        if isinstance(error, SigningCancelled):
            raise Cancelled from None
        raise
