"""The thread of a worker that signs checkpoints: it looks every two seconds."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from govdesk.database.checkpointing import Desk, Due
from govdesk.database.connection import Connection
from govdesk.database.errors import Busy, Unreachable
from govdesk.domain.backoff import Backoff
from govdesk.domain.problem import Problem
from govdesk.services.checkpoint_keys import KeyFile, SigningKeys
from govdesk.vault.errors import KeyServiceRefused
from govdesk.worker.attendant import Attendant
from govdesk.worker.lasting import Lasting
from govdesk.worker.signing.copies import Copies
from govdesk.worker.signing.identity import Identity
from govdesk.worker.signing.memory import Memory
from govdesk.worker.signing.signing import Clerk, Outcome

logger = logging.getLogger(__name__)

LOOK_SECONDS: Final = 2.0
EVERY_SECONDS: Final = 60
_REST_SECONDS: Final = 30.0
"""How long a log that is refused, or fails, is left alone."""
_LONGEST_SECONDS: Final = 60.0
"""How long a key service that does not sign is left alone at most."""


@dataclass(frozen=True, slots=True)
class SigningSettings:
    """Where the key and the copies are; `key` None: this worker signs nothing.

    `reference` is the key of AWS KMS that signs instead of the one in the file.
    """

    key: Path | None = None
    folder: Path | None = None
    seconds: int = EVERY_SECONDS
    reference: str = ""


@dataclass(slots=True)
class Look:
    """What a worker keeps between its looks; one log that fails holds up no other."""

    settings: SigningSettings
    key: Path
    host: str
    is_ending: Callable[[], bool] = lambda: False
    _resting: dict[str, float] = field(default_factory=dict)
    _told: Lasting = field(default_factory=lambda: Lasting(logger))
    _service: Backoff = field(default_factory=lambda: Backoff(LOOK_SECONDS, _LONGEST_SECONDS))
    _file: KeyFile = field(init=False)
    _memory: Memory = field(init=False)
    _identity: Identity = field(init=False)
    _copies: Copies = field(init=False)

    def __post_init__(self) -> None:
        self._file = KeyFile(self.key, self.settings.reference)
        self._memory = Memory(self._file.memory)
        self._identity = Identity(self._file, self._memory)
        self._copies = Copies(self.settings.folder)

    def __call__(self, desk: Desk, seconds: int | None = None) -> bool:
        """Sign what is due; True when there is no more for now. Raises `Unreachable`.

        `seconds`: how old a log's newest checkpoint is at least, if not what the settings say.
        """
        every = self.settings.seconds if seconds is None else seconds
        self._copies.again()
        if not self._service.is_over:
            return True
        due = [one for one in desk.due(every) if self._is_rested(one)]
        keys = self._keys(desk) if due else None
        if keys is None:
            return True
        clerk = Clerk(desk, self._identity, self._memory, self._copies, every)
        outcomes = [self._tried(clerk, one, keys) for one in due if self._goes_on]
        return Outcome.GROWING not in outcomes

    def close(self) -> None:
        """Close the connections to a key service."""
        self._file.close()

    @property
    def _goes_on(self) -> bool:
        """Whether another log is worth trying; a key service that is away is away for all."""
        return not self.is_ending() and self._service.is_over

    def _keys(self, desk: Desk) -> SigningKeys | None:
        try:
            return self._identity.ready(desk)
        except Unreachable:
            raise
        except KeyServiceRefused as problem:
            self._wait_for_service(problem)
        except Problem as problem:
            self._told.warn("", f"nothing is signed: {problem}")
        return None

    def _tried(self, clerk: Clerk, due: Due, keys: SigningKeys) -> Outcome:
        try:
            outcome = clerk.sign(due, keys)
        except Unreachable:
            raise
        except Busy:
            # Somebody is at work in it; it is looked at again in two seconds.
            return Outcome.NOTHING
        except KeyServiceRefused as problem:
            self._wait_for_service(problem)
            return Outcome.REFUSED
        except Problem as problem:
            self._told.warn(due.tenant_path, f"{due.tenant_path} is signed later: {problem}")
            outcome = Outcome.REFUSED
        if outcome is Outcome.SIGNED and self._service.worked():
            logger.info("the key service signs again")
            self._told.is_over("")
        if outcome is Outcome.REFUSED:
            rest = min(_REST_SECONDS, self.settings.seconds)
            self._resting[due.tenant_path] = time.monotonic() + rest
        return outcome

    def _wait_for_service(self, problem: KeyServiceRefused) -> None:
        """The next try asks whether the key is fit at all, with whatever credentials there are."""
        self._service.failed()
        self._file.forget()
        self._told.warn("", f"nothing is signed: {problem}")

    def _is_rested(self, due: Due) -> bool:
        until = self._resting.get(due.tenant_path, 0.0)
        if time.monotonic() < until:
            return False
        self._resting.pop(due.tenant_path, None)
        return True


class Signer(Attendant):
    """Signs the logs that are due, on a connection of its own."""

    look_seconds = LOOK_SECONDS
    trouble = "checkpoints wait"

    def __init__(
        self,
        url: str,
        settings: SigningSettings,
        host: str,
        ending: threading.Event,
        on_fault: Callable[[], object],
    ):
        super().__init__("signer", url, ending, on_fault)
        assert settings.key is not None
        self._look = Look(settings, settings.key, host, ending.is_set)
        self._host = host
        self._desk: tuple[Connection, Desk] | None = None

    def run(self) -> None:
        """Work until the end."""
        try:
            super().run()
        finally:
            self._look.close()

    def work(self, connection: Connection) -> bool:
        """Sign what is due."""
        if self._desk is None or self._desk[0] is not connection:
            self._desk = (connection, Desk(connection, self._host))
            self._desk[1].settle()
        return self._look(self._desk[1])


def once(connection: Connection, settings: SigningSettings, host: str) -> None:
    """Sign everything that was sealed since its last checkpoint, however lately that was."""
    if settings.key is None:
        return
    desk, look = Desk(connection, host), Look(settings, settings.key, host)
    desk.settle()
    try:
        while not look(desk, seconds=0):
            logger.debug("tiles are still made")
    finally:
        look.close()
