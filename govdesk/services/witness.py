"""This computer as a witness: it remembers the newest proven checkpoint of a log and compares.

At every sign-in, and from time to time, the server must show that its log continues the one that
was signed before. Proofs are computed here, from hashes that the server gives, and end in signed
roots: a server that lies, withholds or shows an older checkpoint first is found out. The first key
is taken on trust and said to be so.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from govdesk.database.connection import Session
from govdesk.database.errors import DatabaseProblem
from govdesk.domain.problem import Problem
from govdesk.evidence.checkpoints import SignedCheckpoint, Tree, origin
from govdesk.evidence.notes import BadNote, BadSignature, VerifierKey
from govdesk.evidence.proofs import HashesMissing
from govdesk.exports.files import WholeFile
from govdesk.services.trust import Trust
from govdesk.services.witness_judge import Judge, continues, now
from govdesk.services.witness_memory import (
    Known,
    Remembered,
    Verified,
    WitnessFile,
    folder_of,
    identity,
    thinned,
)
from govdesk.services.witness_source import PATIENCE_SECONDS, SessionSource, Source, impatient
from govdesk.services.witness_verdict import Verdict

TRIES: Final = 3
LARGEST_FILE: Final = 1_000_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Imported:
    """A checkpoint from a file: the verdict with it in mind, and whether it was news."""

    verdict: Verdict
    checkpoint: SignedCheckpoint
    is_new: bool


class Witness:
    """The witness of one log, for one profile on this computer.

    `trust` holds keys that count beside the pinned ones. Raises `Unreachable` where the server does
    not answer in `patience` seconds, `SessionEnded`, or another `Problem`; that is no verdict, and
    nothing is remembered by it.
    """

    def __init__(
        self,
        folder: Path,
        profile: str,
        tenant_path: str,
        *,
        trust: Trust | None = None,
        patience: float = PATIENCE_SECONDS,
    ):
        self.tenant_path = tenant_path
        self._file = WitnessFile(folder, profile, tenant_path)
        self._trust, self._patience = trust or Trust(), patience

    @property
    def notice(self) -> str:
        """What was wrong with the file, in a sentence; empty if nothing was."""
        return self._file.notice

    def remembered(self) -> Remembered:
        """Return what is remembered now."""
        return self._file.load()

    def accepted(self) -> tuple[VerifierKey, ...]:
        """Return the keys that count: those pinned here and those trusted for this log."""
        return self._keys_of(self._file.load())

    def is_compared(self, key: VerifierKey) -> bool:
        """Whether a person compared the key's fingerprint, here or when trusting it."""
        pins = self._file.load().keys
        compared = any(pin.key == key and pin.is_compared for pin in pins)
        return compared or key in self._trust.keys_for(key.name)

    def check(self, session: Session) -> Verdict:
        """Compare what the server shows with what is remembered, and remember what is proven."""
        with impatient(session, self._patience):
            return self.check_source(SessionSource(session, self._patience))

    def check_source(self, source: Source) -> Verdict:
        """Like `check`, with any source."""
        for _ in range(TRIES):
            before = self._file.load()
            judge = Judge(self.tenant_path, before, self._keys_of(before), source)
            verdict, after = judge.judge()
            if self._keep(before, after):
                break
        if not verdict.is_alarm:
            self._file.touch()
        return verdict

    def is_fresh(self, seconds: float) -> bool:
        """Whether the log was found in order on this computer within the last `seconds`."""
        return 0 <= self._file.age() < seconds

    def covered(self, session: Session, tree: Tree) -> str:
        """Compare events that were read and verified with what is remembered.

        Returns a sentence if they are not the ones that were signed, else nothing.
        """
        newest = self._file.load().newest
        if newest is None or newest.tree.size > tree.size:
            return ""
        with impatient(session, self._patience):
            hashes = SessionSource(session, self._patience).hashes()
            try:
                if continues(newest.tree, tree, hashes):
                    return ""
            except HashesMissing as error:
                return f"the server does not prove that they were signed: {error}".rstrip(".")
        return f"not what was signed at {newest.tree.size:,} events"

    def note_verified(self, tree: Tree) -> None:
        """Remember that every event of this tree was read and verified on this computer."""
        before = self._file.load()
        with suppress(OSError):
            self._file.change(before, replace(before, verified=Verified(tree, now())))

    def accept(self, key: VerifierKey) -> None:
        """Let a key count for this log, after a person compared its fingerprint."""
        if key.name != origin(self.tenant_path):
            raise Problem(f"This key signs for {key.name}, not for this log.", exit_code=2)
        self._trust.add(key.text, "compared on this computer")
        for _ in range(TRIES):
            before = self._file.load()
            if self._keep(before, before.with_pin(key, now(), is_compared=True)):
                return

    def forget(self) -> bool:
        """Forget the log: the next checkpoint is the first one again."""
        return self._file.forget()

    # Exchange

    def exported(self) -> str:
        """Return the newest remembered checkpoint as text; raises `Problem` if there is none."""
        newest = self._file.load().newest
        if newest is None:
            raise Problem(
                "This computer has not seen a checkpoint of this log yet.",
                "Sign in again once the worker has signed one.",
            )
        return newest.note

    def import_file(self, session: Session, path: Path) -> Imported:
        """Take a checkpoint that somebody else saw; raises `Problem` for what is none."""
        try:
            with open(path, "rb") as file:
                data = file.read(LARGEST_FILE + 1)
        except OSError as error:
            raise Problem(f"{path} cannot be read: {error.strerror}.", exit_code=2) from None
        with impatient(session, self._patience):
            return self.import_note(SessionSource(session, self._patience), data)

    def import_note(self, source: Source, note: str | bytes) -> Imported:
        """Prove that the log holds a checkpoint from elsewhere, and remember it if it is newer.

        It must be signed by a key that counts here. If the log does not hold it, the verdict is an
        alarm that names it.
        """
        for _ in range(TRIES):
            before = self._file.load()
            signed, keys = self._read(note, before)
            given = Known(signed.note, now(), keys[0])
            is_new = before.newest is None or before.newest.tree.size < signed.tree.size
            supposed = before.with_pin(keys[0], given.at, is_compared=False)
            supposed = replace(supposed, newest=given)
            judge = Judge(self.tenant_path, supposed, self._keys_of(before), source)
            verdict, after = judge.judge(between=before.newest)
            if verdict.is_alarm or self._keep(before, _joined(before, after)):
                break
        return Imported(verdict, signed, is_new)

    def _read(
        self, note: str | bytes, before: Remembered
    ) -> tuple[SignedCheckpoint, tuple[VerifierKey, ...]]:
        try:
            signed = SignedCheckpoint.parse(note)
            keys = signed.verified_by(self._keys_of(before))
        except BadSignature:
            raise Problem(
                "This checkpoint was altered: its signature does not fit.", exit_code=1
            ) from None
        except BadNote as error:
            raise Problem(f"This is no checkpoint: {error}.", exit_code=2) from None
        if signed.tenant_path != self.tenant_path:
            raise Problem(
                f"This checkpoint is of another log: {signed.origin}.",
                f"The one of this log begins with {origin(self.tenant_path)}.",
                exit_code=2,
            )
        if not keys:
            raise Problem(
                "No key that counts here signed this checkpoint, so it says nothing.",
                "Compare the key's fingerprint with whoever runs the worker and add it with"
                " govdesk trust add.",
            )
        return signed, keys

    # Inside

    def _keys_of(self, remembered: Remembered) -> tuple[VerifierKey, ...]:
        pinned = [pin.key for pin in remembered.keys]
        return tuple(dict.fromkeys((*pinned, *self._trust.keys_for(origin(self.tenant_path)))))

    def _keep(self, before: Remembered, after: Remembered) -> bool:
        try:
            return self._file.change(before, after)
        except OSError as error:
            # The verdict stands; only the memory of it is lost.
            _log.warning("what was witnessed could not be kept: %s", error.strerror)
            return True


def witness_of(session: Session, url: str, profile: str, folder: Path | None = None) -> Witness:
    """Return the witness of the session's log, for a profile or, without one, for the server."""
    return Witness(folder_of(folder), identity(profile, url), session.tenant_path)


def write_text(path: Path, text: str) -> None:
    """Write a checkpoint, or what an alarm says, as a file that appears when it is whole.

    Raises `FileProblem`; the person has agreed that a file of that name is replaced.
    """
    file = WholeFile(path, {}, force=True)
    try:
        file.write(text.encode())
        file.finish(None)
    except BaseException:
        file.discard()
        raise


def report_fault(session: Session, verdict: Verdict) -> bool:
    """Have an alarm sealed in the log; False if that was done before or is not possible.

    That a server withholds its proofs is said to the person and not sealed: it may pass.
    """
    if verdict.state == "unproven":
        return False
    try:
        with session.transaction() as connection:
            row = connection.execute(
                "SELECT govdesk_api.report_fault(%s::jsonb)", (json.dumps(verdict.facts()),)
            ).fetchone()
    except DatabaseProblem as error:
        _log.info("the fault could not be sealed: %s", error.sentence)
        return False
    return bool(row and row[0])


def _joined(before: Remembered, after: Remembered) -> Remembered:
    """What was remembered, with what an import brought: all of it lies on one log."""
    every = {one.tree.size: one for one in (*after.past, *before.past)}
    for one in (after.newest, before.newest):
        if one is not None:
            every[one.tree.size] = one
    sizes = sorted(every)
    past = tuple(every[size] for size in sizes[:-1])
    return replace(after, newest=every[sizes[-1]] if sizes else None, past=thinned(past))
