"""One comparison of what a server shows with what was remembered; it changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from govdesk.database.errors import Busy, DatabaseProblem, SessionEnded, Unreachable
from govdesk.database.tree import Restore, Stored, UnreadableCheckpoint
from govdesk.evidence import proofs
from govdesk.evidence.checkpoints import BadCheckpoint, SignedCheckpoint, Tree
from govdesk.evidence.notes import BadSignature, VerifierKey
from govdesk.evidence.proofs import BadProof, Hashes, HashesMissing
from govdesk.services.witness_memory import Known, Remembered
from govdesk.services.witness_source import Source
from govdesk.services.witness_verdict import HISTORY, Found, Restored, State, Verdict

_HASH: Final = 32
_PASSING: Final = ("40", "53", "55", "57")
"""Classes of SQLSTATE that say nothing of the log: conflicts, no room, cancelled, shutting down."""


def _passes(error: DatabaseProblem) -> bool:
    return str(getattr(error.__cause__, "sqlstate", None) or "").startswith(_PASSING)


def now() -> datetime:
    """The time as it is kept, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


class Judge:
    """Compares `before`, what was remembered, with a source; `keys` are those that count."""

    def __init__(
        self,
        tenant_path: str,
        before: Remembered,
        keys: tuple[VerifierKey, ...],
        source: Source,
    ):
        self._tenant_path, self._before = tenant_path, before
        self._keys, self._source = keys, source
        self._hashes = source.hashes()
        self._read: dict[int, bytes] = {}

    def judge(self, between: Known | None = None) -> tuple[Verdict, Remembered]:
        """Return the verdict and what to remember.

        `between` is another checkpoint that must lie on the same log. An answer that is an error
        proves nothing; a server that does not answer at all is raised as what it is.
        """
        try:
            return self._judged(between)
        except (Unreachable, SessionEnded, Busy):
            raise
        except DatabaseProblem as error:
            if _passes(error):
                raise
            state: State = "none_yet" if self._before.newest is None else "unproven"
            detail = f"the server answered: {error.sentence}".rstrip(".")
            return self._verdict(state, Found(None), detail), self._before

    def _judged(self, between: Known | None) -> tuple[Verdict, Remembered]:
        stored = self._source.newest()
        found = (
            Found(None) if stored is None else Found(stored.tree, stored.note, stored.created_at)
        )
        signed, wrong = self._signed(stored)
        if wrong:
            return self._verdict("bad_signature", found, wrong), self._before
        signers: tuple[VerifierKey, ...] = ()
        if signed is not None:
            try:
                signers = signed.verified_by(self._keys)
            except BadSignature as error:
                return self._verdict("bad_signature", found, str(error)), self._before
        announced = self._others(signed, signers)
        found = replace(found, signed_by=signers or announced)
        state, detail = self._compare(found, between)
        if state in HISTORY:
            if found.tree is None:
                found = Found(self._log_now())
            return self._after_alarm(state, detail, found, signers)
        if state == "unproven":
            return self._verdict(state, found, detail), self._before
        if signed is None:
            quiet: State = "none_yet" if self._before.newest is None else "consistent"
            return self._verdict(quiet, found, detail), self._before
        return self._judge_key(signed, found, signers, announced, detail)

    # Signatures

    def _signed(self, stored: Stored | None) -> tuple[SignedCheckpoint | None, str]:
        if stored is None:
            return None, ""
        try:
            signed = SignedCheckpoint.parse(stored.note)
            stored.signed(self._tenant_path)
        except (BadCheckpoint, UnreadableCheckpoint) as error:
            return None, str(getattr(error, "sentence", error)).rstrip(".")
        return signed, ""

    def _others(
        self, signed: SignedCheckpoint | None, signers: Iterable[VerifierKey]
    ) -> tuple[VerifierKey, ...]:
        """Keys that the server names and that signed it, but do not count here."""
        if signed is None or not {line.hash for line in signed.signed.signatures} - {
            key.hash for key in signers
        }:
            return ()
        found = []
        for key in self._source.announced():
            with suppress(BadSignature):
                found += [one for one in signed.verified_by([key]) if one not in self._keys]
        return tuple(dict.fromkeys(found))

    def _judge_key(
        self,
        signed: SignedCheckpoint,
        found: Found,
        signers: Sequence[VerifierKey],
        others: tuple[VerifierKey, ...],
        detail: str,
    ) -> tuple[Verdict, Remembered]:
        before, at = self._before, now()
        if signers:
            known = Known(signed.note, at, signers[0])
            state: State = "consistent" if before.newest is not None else "first_seen"
            verdict = replace(self._verdict(state, found, detail), new_keys=others)
            return verdict, self._remember(
                before.with_pin(signers[0], at, is_compared=False), known
            )
        if self._keys:
            which = "a key that was not seen here before" if others else "no key that it names"
            verdict = self._verdict("unsigned_key", found, f"it is signed by {which}")
            return replace(verdict, new_keys=others), before
        if not others:
            return self._verdict(
                "bad_signature", found, "no key that the server names signed it"
            ), (before)
        known = Known(signed.note, at, others[0])
        after = before
        for key in others:
            after = after.with_pin(key, at, is_compared=False)
        return self._verdict("first_seen", found, detail), self._remember(after, known)

    def _remember(self, after: Remembered, known: Known) -> Remembered:
        """Restores that were declared before this was proven can account for nothing later."""
        shown = tuple(one.id for one in self._source.restores())
        after = replace(after, restores=tuple(dict.fromkeys((*after.restores, *shown))))
        newest = after.newest
        if newest is not None and newest.tree.size >= known.tree.size:
            return after
        return after.with_newest(known)

    # Proofs

    def _compare(self, found: Found, between: Known | None) -> tuple[State, str]:
        known = self._before.newest
        try:
            if found.tree is None:
                return ("consistent", "") if known is None else self._without(known.tree)
            said = ""
            for one in (between, known):
                if one is not None:
                    state, detail = self._relation(one.tree, found.tree)
                    if state != "consistent":
                        return state, detail
                    said = detail
            state, detail = self._held(found.tree)
            return state, detail or said
        except HashesMissing as error:
            return "unproven", str(error).rstrip(".")

    def _without(self, known: Tree) -> tuple[State, str]:
        """No checkpoint is shown although one was seen: the log itself must still hold it."""
        if not self._has(known.size):
            return "rolled_back", f"the log ends before event {known.size:,}"
        if not self._holds(known):
            return "rechained", "the database shows no checkpoint, and its events are others"
        return "consistent", "the database shows no checkpoint although there was one"

    def _relation(self, known: Tree, found: Tree) -> tuple[State, str]:
        if found.size == known.size:
            same = found.root == known.root
            return ("consistent", "") if same else ("forked", "both have the same number of events")
        if found.size < known.size:
            return self._older(known, found)
        if not self._has(found.size):
            return "rolled_back", f"the log ends before event {found.size:,}, which was signed"
        if continues(known, found, self._hashes):
            return "consistent", ""
        if self._holds(known):
            return "forked", "the newest checkpoint is not of the log that the server shows"
        return "rechained", f"the first {known.size:,} events are not the ones seen before"

    def _older(self, known: Tree, found: Tree) -> tuple[State, str]:
        """An older checkpoint is shown: in order only if the log holds the newer one as well."""
        if not self._has(known.size):
            return "rolled_back", f"the log ends before event {known.size:,}"
        if not self._holds(known):
            return "rolled_back", "other events took the place of those that are gone"
        if not continues(found, known, self._hashes):
            return "forked", "the checkpoint that is shown is not of this log"
        return "consistent", "the newest checkpoint that is shown is older than one seen before"

    def _held(self, tree: Tree) -> tuple[State, str]:
        """Whether the log that the server shows is the one that the checkpoint is about."""
        if not self._has(tree.size):
            return "rolled_back", f"the log ends before event {tree.size:,}, which was signed"
        if not self._holds(tree):
            return "rechained", "the events are not the ones that the newest checkpoint signs"
        return "consistent", ""

    def _holds(self, tree: Tree) -> bool:
        """Whether the log's own event of that number stands in the tree, as its last one.

        An event names the hash of the one before it, so its hash changes with every earlier one:
        a rewritten log is noticed although the stored tiles may still be the old ones.
        """
        if tree.size == 0:
            return tree.root == proofs.root(self._hashes, 0)
        last = tree.size - 1
        path = proofs.inclusion(self._hashes, last, tree.size)
        try:
            proofs.verify_inclusion(self._leaf(last), last, tree, path)
        except BadProof:
            return False
        return True

    def _has(self, number: int) -> bool:
        return number == 0 or len(self._leaf(number - 1)) == _HASH

    def _leaf(self, index: int) -> bytes:
        """The hash of one event as the log itself has it; nothing where the log ends before."""
        if index not in self._read:
            try:
                self._read[index] = self._hashes.leaves(index, 1)
            except HashesMissing:
                self._read[index] = b""
        return self._read[index]

    def _log_now(self) -> Tree | None:
        """The log as it stands, where no checkpoint says it: up to what was known, by bisection."""
        low, high = 0, 0 if self._before.newest is None else self._before.newest.tree.size
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._has(middle) else (low, middle - 1)
        try:
            return Tree(low, proofs.root(self._hashes, low))
        except HashesMissing:
            return None

    # Restores

    def _after_alarm(
        self, state: State, detail: str, found: Found, signers: Sequence[VerifierKey]
    ) -> tuple[Verdict, Remembered]:
        restored = self._restored(found)
        verdict = self._verdict(state, found, detail)
        if restored and signers and found.tree is not None:
            common = restored[-1].found
            known = Known(found.note, now(), signers[0])
            used = tuple(one.id for one in restored)
            after = self._before.after_restore(known, common, used)
            return replace(verdict, state="restored", detail="", restored=restored), after
        return replace(verdict, last_good=self._last_good()), self._before

    def _restored(self, found: Found) -> tuple[Restored, ...]:
        """The declared restores that lead from what is remembered to what is found, or none.

        Each counts once. The first names what is remembered here, or something newer that its
        author knew; the log must hold the checkpoint that the last one goes on from, and so must
        every older one that is remembered and that it leaves standing.
        """
        known = self._before.newest
        if known is None or found.tree is None:
            return ()
        at, used = known.tree, []
        for one in self._source.restores():
            if one.id and one.id in self._before.restores:
                continue
            if one.known == at or one.known.size > at.size:
                at = one.found
                used.append(_restored(one))
        try:
            stands = bool(used) and at.size <= found.tree.size and self._stands(at, found.tree)
        except HashesMissing:
            return ()
        return tuple(used) if stands else ()

    def _stands(self, at: Tree, found: Tree) -> bool:
        if not continues(at, found, self._hashes) or self._held(found)[0] != "consistent":
            return False
        older = [one.tree for one in self._before.past if one.tree.size <= at.size]
        return not older or continues(older[-1], at, self._hashes)

    def _last_good(self) -> Known | None:
        """The newest remembered checkpoint that the log still holds."""
        for one in reversed(self._before.past):
            try:
                if self._has(one.tree.size) and self._holds(one.tree):
                    return one
            except (HashesMissing, DatabaseProblem):
                return None
        return None

    def _verdict(self, state: State, found: Found, detail: str) -> Verdict:
        return Verdict(state, self._tenant_path, self._before.newest, found, detail)


def continues(old: Tree, new: Tree, hashes: Hashes) -> bool:
    """Whether the hashes prove that `new` continues `old`; a proof that fails is no proof."""
    if old.size > new.size:
        return False
    try:
        proofs.verify_consistency(old, new, proofs.consistency(hashes, old.size, new.size))
    except BadProof:
        return False
    return True


def _restored(one: Restore) -> Restored:
    return Restored(
        one.id, one.known, one.found, one.declared_at, one.requester, one.reviewer, one.reason
    )
