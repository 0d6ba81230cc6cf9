"""Signing one log: grow its tiles, compute its root, judge it, remember, sign, store."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Final

from govdesk.database.checkpointing import Desk, Due
from govdesk.database.errors import Refused
from govdesk.database.tree import MissingHashes, Stored, UnreadableCheckpoint
from govdesk.evidence import checkpoints, notes
from govdesk.evidence.checkpoints import SignedCheckpoint, origin
from govdesk.evidence.proofs import HashesMissing
from govdesk.services.checkpoint_keys import SigningKeys
from govdesk.worker.signing.copies import Copies
from govdesk.worker.signing.identity import Identity
from govdesk.worker.signing.judging import Base, Facts, Log, altered, contradiction
from govdesk.worker.signing.memory import Memory, Page, Signed

logger = logging.getLogger(__name__)

TILES: Final = 64
"""Tiles made at once: 16,384 events."""
GROW_SECONDS: Final = 1.0
"""How long one log's tiles may keep the others waiting."""


class Outcome(Enum):
    """What came of one log at one look."""

    SIGNED = auto()
    NOTHING = auto()
    """Another worker was quicker, or holds it now."""
    GROWING = auto()
    """Its tiles are being made; it goes on at once, after the others."""
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Clerk:
    """Signs logs with one connection. Raises `Problem` for what is to be tried again later."""

    desk: Desk
    identity: Identity
    memory: Memory
    copies: Copies
    seconds: int

    def sign(self, due: Due, keys: SigningKeys) -> Outcome:
        """Sign a log that is due, unless it contradicts what was signed of it."""
        if not self._grown(due.tenant_path):
            return Outcome.GROWING
        with self.memory.held(due.tenant_path) as page:
            if page is None:
                return Outcome.NOTHING
            self.identity.announce(self.desk, due.tenant_path, keys)
            return self._sign(due, keys, page)

    def _grown(self, tenant_path: str) -> bool:
        until = time.monotonic() + GROW_SECONDS
        while self.desk.grow(tenant_path, TILES) >= TILES:
            if time.monotonic() >= until:
                return False
        return True

    def _sign(self, due: Due, keys: SigningKeys, page: Page) -> Outcome:
        path, signed = due.tenant_path, page.read()
        stored = self.desk.newest(path)
        known = max((one.size for one in (signed.tree, stored and stored.tree) if one), default=0)
        size = due.size if known <= due.size else self._size_now(path)
        if size is None:
            return Outcome.NOTHING
        try:
            log = Log.read(self.desk.hashes(path), size)
            bases = self._bases(path, signed, stored, keys)
            facts = contradiction(log, bases, self.desk.restores(path))
        except (MissingHashes, HashesMissing) as error:
            facts = {"kind": "deleted", "size": size, "detail": str(error)}
        except UnreadableCheckpoint as error:
            facts = {"kind": "signature", "size": error.size, "detail": error.sentence}
        if facts is not None:
            return self._refuse(path, page, signed, facts)
        return self._put(log, path, keys, page, stored)

    def _size_now(self, tenant_path: str) -> int | None:
        """A log may have grown, and been signed by another, since it was found to be due."""
        found = self.desk.due(self.seconds)
        return next((one.size for one in found if one.tenant_path == tenant_path), None)

    def _bases(
        self, path: str, signed: Signed, stored: Stored | None, keys: SigningKeys
    ) -> list[Base]:
        found = []
        if signed.tree is not None:
            found.append(Base("memory", signed.tree, signed.leaf))
        if stored is not None:
            found.append(Base("database", stored.signed(path).tree))
        vkeys = [notes.VerifierKey(origin(path), public) for public in keys.publics]
        copy = self.copies.newest(path, vkeys)
        return [*found, Base("folder", copy.tree)] if copy is not None else found

    def _put(
        self, log: Log, path: str, keys: SigningKeys, page: Page, stored: Stored | None
    ) -> Outcome:
        before, tree = page.read(), log.tree
        if before.fault is not None:
            logger.warning("%s is signed again, from event %d on", path, tree.size)
        name = origin(path)
        # Before a key is asked: one that is kept elsewhere may sign, and its answer be lost.
        page.write(Signed(tree, log.leaf(tree.size)))
        note = notes.sign(checkpoints.body(name, tree), name, keys.signing(datetime.now(UTC)))
        try:
            is_new = self.desk.put(path, tree, note)
        except Refused as refusal:
            if refusal.key != "tree_mismatch":
                raise
            facts = {"kind": "rechained", "size": tree.size, "root": tree.root.hex()}
            return self._refuse(path, page, page.read(), facts)
        older = [stored.signed(path)] if stored is not None and stored.tree != tree else []
        self.copies.keep(*older, SignedCheckpoint.parse(note))
        self._spot(path, log)
        logger.log(logging.INFO if is_new else logging.DEBUG, "%s: signed %d", path, tree.size)
        return Outcome.SIGNED if is_new else Outcome.NOTHING

    def _refuse(self, path: str, page: Page, signed: Signed, facts: Facts) -> Outcome:
        """The facts stay as they were first found, so that they are sealed once."""
        if signed.fault is None:
            page.write(Signed(signed.tree, signed.leaf, facts))
        told = signed.fault or facts
        if self.desk.fault(path, told) or signed.fault is None:
            logger.error("%s is NOT signed: %s", path, sentence(told))
        return Outcome.REFUSED

    def _spot(self, path: str, log: Log) -> None:
        facts = altered(log)
        if facts is not None and self.desk.fault(path, facts):
            logger.error("%s was altered: %s", path, sentence(facts))


def sentence(facts: Facts) -> str:
    """Say what a contradiction is, and what to do about it."""
    kind = facts["kind"]
    if kind == "altered":
        return (
            f"a hash of events {facts['first']:,} to {facts['last']:,} is not the one that stands"
            " in the tree. Verify it: govdesk audit verify"
        )
    if "known" not in facts:
        return f"{kind}. {facts.get('detail', 'The database computes another root.')}"
    known, found = facts["known"], facts["found"]
    if known == found:
        return f"{kind}. The tree is what was signed, and event {known['size']:,} is another"
    who = f"The {facts['known_from']} has a signature over"
    if facts["known_from"] == "memory":
        # A signature that a key service was asked for may never have come.
        who = "This worker signed, or was to sign,"
    return (
        f"{kind}. {who} {known['size']:,} events with root"
        f" {known['root'][:16]}…, and the database now has {found['size']:,} with root"
        f" {found['root'][:16]}…. If a backup was restored, declare it; otherwise keep the database"
        " as it is and find out who changed it"
    )
