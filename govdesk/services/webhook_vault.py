"""The worker's round of the webhooks' secrets: a key of the vault, inboxes into it, signing keys.

A secret comes sealed to the workers and is sealed again under the organization's own key, so that
it survives the loss of their key file. From then on the vault's own round carries it along.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from govdesk.database import vault_store, webhook_vault
from govdesk.database.connection import Connection
from govdesk.database.errors import Busy, DatabaseProblem, Refused, Unreachable
from govdesk.database.vault_store import WorkerStore
from govdesk.database.webhook_vault import Due, Inbox
from govdesk.delivery.signing import SigningKey
from govdesk.services import vault
from govdesk.services.vault import Keys
from govdesk.vault import worker_key
from govdesk.vault.envelope import seal
from govdesk.vault.errors import KeyServiceRefused, VaultProblem
from govdesk.vault.identities import PrivateKey
from govdesk.vault.inboxes import SIGNING_KEYS, open_inbox, place, seal_secret

BATCH: Final = 100
_QUICKER: Final = frozenset({"changed_meanwhile"})
"""What the database answers when another worker did the same a moment before."""

logger = logging.getLogger(__name__)


class WebhookVault:
    """The round of a worker whose key file is at `path`; it is made if there is none.

    Each secret is a transaction of its own. What cannot be done is logged and left to the next
    round; other organizations do not wait for it. Raises `Refused` (other_worker_key) when the
    installation's workers have another key file, and `KeyFileProblem`.
    """

    def __init__(self, path: Path):
        self._path = path
        self._stopped = threading.Event()
        self._said: set[str] = set()

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopped.set()

    def __call__(self, connection: Connection, host: str) -> int:
        """Do what every organization's secrets need until nothing is left; returns how much."""
        private_key = worker_key.read_or_create(self._path)
        vault_store.introduce_worker(connection, private_key.public)
        done, failed = 0, set[tuple[str, Due]]()
        # A step may be the beginning of the next: a key of the vault, then what goes into it.
        while waiting := set(webhook_vault.due(connection, host)) - failed:
            for path, what in sorted(waiting):
                if self._stopped.is_set():
                    return done
                step = _Step(connection, path, host, private_key, self._said, self._stopped)
                count = _tried(step, what)
                done += count
                if not count:
                    failed.add((path, what))
        return done


def _tried(step: _Step, what: Due) -> int:
    ways: dict[Due, Callable[[], int]] = {
        "found": step.found, "seal": step.seal, "signing_key": step.signing_key,
    }  # fmt: skip
    try:
        return ways[what]()
    except Unreachable:
        raise
    except Busy:
        # Another worker, or a person, is at the same organization: the next round comes soon.
        return 0
    except (DatabaseProblem, VaultProblem) as problem:
        step.say(f"webhooks of {step.path}: {what} is done later: {problem}")
        return 0


@dataclass(frozen=True, slots=True)
class _Step:
    """What one organization's secrets need."""

    connection: Connection
    path: str
    host: str
    private_key: PrivateKey
    said: set[str]
    stopped: threading.Event

    def say(self, line: str) -> None:
        """Warn once: what stays as it is comes back three times a minute."""
        if line not in self.said:
            self.said.add(line)
            logger.warning("%s", line)

    def found(self) -> int:
        """Make the first version of the vault's key, for everybody who may hold it."""
        found = self._store.state()
        if found.newest:
            return 0
        try:
            vault.rotate(self._store, found)
        except Refused as refusal:
            if refusal.key in _QUICKER:
                return 0
            raise
        return 1

    def seal(self) -> int:
        """Move secrets from their inboxes into the vault, each for itself."""
        done, tried = 0, set[tuple[str, str]]()
        with self._keys() as keys:
            while True:
                rows = webhook_vault.inboxes(self.connection, self.path, BATCH + len(tried))
                rows = [one for one in rows if (one.table, one.row_id) not in tried]
                for row in rows:
                    if self.stopped.is_set():
                        return done
                    tried.add((row.table, row.row_id))
                    done += self._moved(keys, row)
                if not rows:
                    return done

    def _moved(self, keys: Keys, row: Inbox) -> bool:
        context = place(keys.tenant_id, row.table, UUID(row.row_id))
        try:
            current = keys.current
            envelope = seal(current, context, open_inbox(self.private_key, context, row.sealed))
            return webhook_vault.put_seal(
                self.connection, self.path, self.host, row, envelope, current.version
            )
        except (KeyServiceRefused, Unreachable):
            raise
        except Busy:
            return False
        except (DatabaseProblem, VaultProblem) as problem:
            self.say(f"{row.table} {row.row_id} of {self.path}: {problem}")
            return False

    def signing_key(self) -> int:
        """Make the organization's next Ed25519 pair; its private half goes the way of secrets."""
        key, row_id = SigningKey.generate(), uuid.uuid4()
        tenant_id = UUID(self._store.state().tenant_id)
        inbox = seal_secret(self.private_key.public, tenant_id, row_id, SIGNING_KEYS, key.seed)
        kept = webhook_vault.put_signing_key(
            self.connection, self.path, self.host, str(row_id), key.kid, key.public, inbox
        )
        return int(kept)

    @property
    def _store(self) -> WorkerStore:
        return WorkerStore(self.connection, self.path, self.host)

    def _keys(self) -> Keys:
        store = self._store
        return Keys(UUID(store.state().tenant_id), store.copies(), self.private_key)
