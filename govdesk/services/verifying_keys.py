"""Whether a raw key opens the door: its checksum here, its verifier in the database.

Nothing is looked up for a text with a typing error. A key that is verified by an older pepper, or
by none, moves to the current one on the way.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final, Literal

from govdesk.database import key_doors
from govdesk.database.connection import Connection, transaction
from govdesk.database.errors import Refused
from govdesk.database.key_doors import Answer
from govdesk.domain.api_keys import ApiKey, MalformedKey
from govdesk.vault.peppers import WAITING, PepperFile, PepperRing

logger = logging.getLogger(__name__)

Refusal = Literal["malformed", "unknown", "expired", "revoked", "suspended", "rotated"]
UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Verified:
    """A key that opens the door, or in `refusal` why it does not."""

    refusal: Refusal | None
    answer: Answer | None
    prefix: str | None = None

    @property
    def is_ok(self) -> bool:
        """Whether the rest of the transaction acts as the key."""
        return self.refusal is None


class Verifier:
    """Verifies keys against the database with the peppers of this process."""

    def __init__(self, file: PepperFile):
        self._file = file

    def verify(self, connection: Connection, raw: str) -> Verified:
        """Verify inside the caller's transaction, which is to be committed in any case."""
        try:
            key = ApiKey.parse(raw)
        except MalformedKey:
            return Verified("malformed", None)
        ring = self._file.ring()
        answer = _knock(connection, ring, key)
        if answer.reason == UNKNOWN and (newer := self._file.ring()) is not ring:
            # The pepper came while we knocked, and another program has moved the key to it.
            ring, answer = newer, _knock(connection, newer, key)
        if answer.reason != "ok":
            return Verified(answer.reason, answer, key.prefix)
        if (answer.pepper_version or WAITING) < ring.current:
            _move(connection, ring, key)
        return Verified(None, answer, key.prefix)


def _move(connection: Connection, ring: PepperRing, key: ApiKey) -> None:
    """To the current pepper; a key that stays where it is opens the door all the same."""
    version = ring.current
    fingerprint, mac = ring.fingerprint(version), ring.mac(version, key.raw)
    try:
        with transaction(connection):
            key_doors.upgrade(connection, version, fingerprint, mac)
    except Refused as refusal:
        if refusal.key != "other_pepper":
            raise
        # A newer one came while we knocked; or this process reads another file than the others.
        logger.warning("%s keeps its pepper: %s", key.prefix, refusal)


def _knock(connection: Connection, ring: PepperRing, key: ApiKey) -> Answer:
    return key_doors.authenticate(connection, key.key_id, ring.candidates(key.raw))
