"""Verification in the background: it follows the log and knows the seal of every row.

Rounds run off the main thread, one after the other. A long one works in a child process, since
hashing in Python would hold the console's interpreter; a few new rows are cheaper checked where
one stands than a process is started. Between rounds nothing runs.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from govdesk.database.connection import Session, connect
from govdesk.domain.problem import Problem
from govdesk.evidence.checkpoints import Tree
from govdesk.evidence.report import Fault, Report
from govdesk.services.children import run_in_child
from govdesk.services.link import Link
from govdesk.services.sealing_memory import Memory, MemoryFile
from govdesk.services.sealing_round import Found, ScopeChanged, Told, TooMany, verify_onward
from govdesk.services.seals import SealFault, SealState
from govdesk.services.witness import Witness

LANE: Final = "verify"
HERE_ROWS: Final = 256
"""Up to so many rows, some milliseconds, are checked in the calling thread."""
_REMEMBERED: Final = ("rechained", "rolled_back")
_log = logging.getLogger(__name__)


def _nobody(state: SealState) -> None:
    """Progress that nobody watches."""


class Sealing:
    """Verifies the log of a link's tenant and remembers where it stopped.

    `state` is replaced as a whole, so any thread may ask it at any time. The memory is a private
    file in `folder`, one for each `profile` and tenant. Rows are checked once: what is altered
    behind a verification is found by the next one from the start (`start_over`). With a `witness`
    the verified events must also be the ones that were signed.
    """

    def __init__(self, link: Link, folder: Path, profile: str, witness: Witness | None = None):
        self._link, self._witness = link, witness
        self._file = MemoryFile(folder, profile, link.tenant_path)
        self._memory: Memory | None = None
        self._loaded = self._again = False
        self._busy = threading.Lock()
        self.state = SealState()
        self.report: Report | None = None

    def round(
        self, cancel: threading.Event, on_state: Callable[[SealState], object] = _nobody
    ) -> SealState:
        """Verify up to the newest event and return the state; never on the main thread.

        `on_state` is called here, at most four times a second. Raises `SessionEnded`,
        `Unreachable` or another `Problem`, and `ChildCancelled` within a second of `cancel`; the
        next round goes on from what was kept.
        """
        with self._busy:
            if self.state.stopped and not self._again:
                return self.state
            try:
                return self._round(cancel, on_state)
            except ScopeChanged:
                _log.info("permissions changed during the verification; starting over")
                return self._round(cancel, on_state)

    def start_over(self) -> None:
        """Have the next round begin with event 1; what contradicts the past is kept."""
        self._again = True

    def forget(self) -> None:
        """Forget everything that was verified, and alarms that only the memory holds."""
        with self._busy:
            self._file.forget()
            self._memory, self._loaded = None, True
            self.state = SealState()

    def _round(self, cancel: threading.Event, on_state: Callable[[SealState], object]) -> SealState:
        def tell(told: Told) -> None:
            self._take(told)
            on_state(self.state)

        memory, again, link = self._remembered(), self._again, self._link
        try:
            with link.session(LANE) as session:
                found = verify_onward(session, memory, tell, again=again, most=HERE_ROWS)
        except TooMany:
            facts = (link.url, link.token, link.tenant_path)
            found = run_in_child(
                _verify_in_child, *facts, memory, again, on_message=tell, cancel=cancel
            )
        self._again = False
        self.report = found.report
        self._take(self._compared(found), ended=True, stopped=found.stopped)
        on_state(self.state)
        return self.state

    def _compared(self, found: Found) -> Told:
        """The end of a round, with what the witness says of the events that were verified."""
        told, witness = found.told, self._witness
        if witness is None or told.memory is None or told.memory.standing is None:
            return told
        if told.faults or not told.whole or not found.report.ok:
            return told
        frontier = told.memory.standing.state.tree
        tree = Tree(frontier.size, frontier.root())
        try:
            with self._link.session(LANE) as session:
                other = witness.covered(session, tree)
        except Problem as problem:
            # What was verified is verified; the next round compares again.
            _log.info("the verified events were not compared with what was signed: %s", problem)
            return told
        if not other:
            witness.note_verified(tree)
            return told
        return replace(told, faults=(Fault(1, tree.size, "rechained", other),))

    def _remembered(self) -> Memory | None:
        if not self._loaded:
            self._memory, self._loaded = self._file.load(), True
        return self._memory

    def _take(self, told: Told, *, ended: bool = False, stopped: bool = False) -> None:
        if told.memory is not None and told.memory != self._memory:
            self._memory = told.memory
            self._file.save(told.memory)
        self.state = SealState.of(
            [_fault(fault) for fault in told.faults],
            verified_to=told.verified_to,
            newest=told.newest,
            shifted_from=told.shifted_from,
            whole=told.whole,
            verified_at=datetime.now(UTC) if ended else self.state.verified_at,
            rate=told.rate,
            stopped=stopped,
        )


def _fault(fault: Fault) -> SealFault:
    remembered = fault.kind in _REMEMBERED
    return SealFault(fault.first, fault.last, fault.kind, fault.detail, remembered)


def _verify_in_child(
    send: Callable[[object], None],
    url: str,
    token: str,
    tenant_path: str,
    memory: Memory | None,
    again: bool,
) -> Found:
    """Body of the child: a connection of its own, and the round."""
    session = Session(connect(url), token, tenant_path)
    try:
        return verify_onward(session, memory, send, again=again)
    finally:
        session.close()
