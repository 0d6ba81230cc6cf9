"""The worker's round of the vaults: copies for new holders, rotation, re-wrapping, retirement.

The secrets of webhooks are brought into them in the same round.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from govdesk import __version__
from govdesk.database import administration, vault_store
from govdesk.database.connection import Connection
from govdesk.database.errors import Busy, DatabaseProblem, Refused, Unreachable
from govdesk.database.vault_store import Due, State, WorkerStore
from govdesk.services import peppers, vault
from govdesk.services.vault import Keys
from govdesk.services.webhook_vault import WebhookVault
from govdesk.vault import worker_key
from govdesk.vault.errors import VaultProblem
from govdesk.vault.identities import PrivateKey, fingerprint

logger = logging.getLogger(__name__)

VARIABLE: Final = "GOVDESK_WORKER_KEY_FILE"
FILE_NAME: Final = "worker-key.json"


def path_of(environment: Mapping[str, str]) -> Path:
    """Where the worker's own key is: as the environment says, else beside the peppers."""
    given = environment.get(VARIABLE, "")
    return Path(given) if given else peppers.path_of(environment).with_name(FILE_NAME)


def replace_key(admin_url: str, path: Path, reason: str) -> tuple[str, list[str]]:
    """Name the key pair in a file as the workers' from now on; it is made if there is none.

    Returns its fingerprint, and the organizations whose log says so. The old pair's copies stay
    what they are: whoever lost it to somebody rotates the vaults as well.
    """
    public = worker_key.read_or_create(path).public
    return fingerprint(public), administration.replace_worker_key(
        admin_url, public, __version__, reason
    )


class VaultTick:
    """The round of a worker whose key file is at `path`; it is made if there is none.

    What cannot be done, such as a key service that does not answer, is logged and left to the next
    round; other tenants do not wait for it. Raises `Refused` (other_worker_key) when the
    installation's workers have another key file, and `KeyFileProblem`.
    """

    def __init__(self, path: Path):
        self._path = path
        self._stopped = threading.Event()
        self._webhooks = WebhookVault(path)

    def stop(self) -> None:
        """Begin nothing more; what is in hand is a transaction of its own."""
        self._stopped.set()
        self._webhooks.stop()

    def __call__(self, connection: Connection, host: str) -> int:
        """Do what every tenant's vault needs until nothing is left; returns how many steps.

        The webhooks' secrets come first: what is moved in now is carried along at once.
        """
        return self._webhooks(connection, host) + self._vaults(connection, host)

    def _vaults(self, connection: Connection, host: str) -> int:
        private_key = worker_key.read_or_create(self._path)
        vault_store.introduce_worker(connection, private_key.public)
        done, failed = 0, set[tuple[str, Due]]()
        # A step may be the beginning of the next: rotate, re-wrap, retire.
        while waiting := set(vault_store.due(connection, host)) - failed:
            for path, what in sorted(waiting):
                if self._stopped.is_set():
                    return done
                step = _Step(WorkerStore(connection, path, host), path, private_key, self._stopped)
                count = _tried(step, connection, host, what)
                done += count
                if not count:
                    failed.add((path, what))
        return done


def _tried(step: _Step, connection: Connection, host: str, what: Due) -> int:
    try:
        if what == "rotate":
            return step.rotate(lambda: (step.path, "rotate") in vault_store.due(connection, host))
        return {"share": step.share, "rewrap": step.rewrap, "retire": step.retire}[what]()
    except Unreachable:
        raise
    except Busy:
        # Another worker, or somebody at work there: it is done at the next round.
        return 0
    except (DatabaseProblem, VaultProblem) as problem:
        logger.warning("the vault of %s: %s is done later: %s", step.path, what, problem)
        return 0


@dataclass(frozen=True, slots=True)
class _Step:
    """What one tenant's vault needs."""

    store: WorkerStore
    path: str
    private_key: PrivateKey
    stopped: threading.Event

    def share(self) -> int:
        found = self.store.state()
        with self._keys(found) as keys:
            return vault.share(self.store, keys, found)

    def rotate(self, is_still_due: Callable[[], bool]) -> int:
        """Another worker may have been quicker: then the number is taken, or it is not due."""
        found = self.store.state()
        if not is_still_due():
            return 0
        try:
            vault.rotate(self.store, found)
        except Refused as refusal:
            if refusal.key == "changed_meanwhile":
                return 0
            raise
        return 1

    def rewrap(self) -> int:
        with self._keys(self.store.state()) as keys:
            done = vault.rewrap(self.store, keys, is_cancelled=self.stopped.is_set)
        for row, problem in done.unreadable:
            logger.warning("%s %s of %s: %s", row.table, row.row_id, self.path, problem)
        return done.done

    def retire(self) -> int:
        return len(vault.retire_empty(self.store))

    def _keys(self, found: State) -> Keys:
        return Keys(UUID(found.tenant_id), self.store.copies(), self.private_key)
