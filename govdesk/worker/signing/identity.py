"""Which key this worker signs with, and whether the installation's logs know it.

The database says which keys signed its logs. It is asked so that no worker makes a second identity
by accident; what is believed of a signature is decided by whoever verifies it.
"""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from typing import Final

from govdesk.database.checkpointing import Desk, KnownKey
from govdesk.database.errors import Busy
from govdesk.evidence.checkpoints import origin
from govdesk.evidence.notes import VerifierKey
from govdesk.services import checkpoint_keys
from govdesk.services.checkpoint_keys import KeyFile, SigningKeys
from govdesk.worker.signing.memory import Memory

logger = logging.getLogger(__name__)

_ASK_SECONDS: Final = 60.0


class Identity:
    """The key of a worker, compared with what the database knows."""

    def __init__(self, file: KeyFile, memory: Memory):
        self._file, self._memory = file, memory
        self._known: list[KnownKey] | None = None
        self._asked = 0.0
        self._told = b""

    def ready(self, desk: Desk) -> SigningKeys:
        """Return the keys to sign with; the first worker of an installation makes the file.

        Raises `KeyFileProblem` when the file is missing although logs were signed, is damaged, or
        is not the one that signs this installation's logs; `KeyServiceRefused` for AWS KMS.
        """
        self._ask(desk)
        if not self._file.exists():
            if self._live or not self._memory.is_empty:
                raise checkpoint_keys.missing(self._file.path)
            self._file.create()
            logger.info("made the key that signs checkpoints: %s", self._file.path)
        keys = self._file.keys()
        if self._live and not self._live & set(keys.publics):
            raise checkpoint_keys.other(self._file, self._newest_live)
        self._tell(keys)
        self._retire(desk, keys)
        return keys

    def announce(self, desk: Desk, tenant_path: str, keys: SigningKeys) -> None:
        """Have a log say which key signs it, before the first signature; once for each."""
        public = keys.current.public
        if any(one.public == public and one.tenant_path == tenant_path for one in self._all):
            return
        # Another worker may have been quicker with the first key of all.
        self._ask(desk, at_once=True)
        if self._live and not self._live & set(keys.publics):
            raise checkpoint_keys.other(self._file, self._newest_live)
        if not desk.announce(tenant_path, VerifierKey(origin(tenant_path), public)):
            raise Busy(f"Somebody holds the log of {tenant_path}.", "It is signed in a moment.")
        self._ask(desk, at_once=True)

    @property
    def _all(self) -> list[KnownKey]:
        return self._known or []

    @property
    def _live(self) -> set[bytes]:
        return {one.public for one in self._all if one.retired_at is None}

    @property
    def _newest_live(self) -> bytes:
        live = [one for one in self._all if one.retired_at is None]
        return max(live, key=lambda one: one.created_at).public

    def _ask(self, desk: Desk, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if at_once or self._known is None or now - self._asked >= _ASK_SECONDS:
            self._known, self._asked = desk.known_keys(), now

    def _tell(self, keys: SigningKeys) -> None:
        public = keys.current.public
        if public != self._told:
            self._told = public
            logger.info("checkpoints are signed with key %s", checkpoint_keys.fingerprint(public))

    def _retire(self, desk: Desk, keys: SigningKeys) -> None:
        """The overlap of a rotation has ended: every log says so, and the old key signs no more."""
        if keys.previous is None or not keys.is_over(datetime.now(UTC)):
            return
        old = keys.previous.public
        if old == keys.current.public:
            return
        over = [one for one in self._all if one.public == old and one.retired_at is None]
        for one in over:
            desk.retire(one.tenant_path, old)
        if over:
            logger.info("key %s has ended", checkpoint_keys.fingerprint(old))
            self._ask(desk, at_once=True)
