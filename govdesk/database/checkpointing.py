"""What a worker that signs checkpoints asks and writes; each call is a transaction of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg.types.json import Jsonb

from govdesk.database.connection import Connection, explained
from govdesk.database.errors import Busy
from govdesk.database.tree import Restore, Stored, WorkerHashes
from govdesk.evidence.checkpoints import Tree
from govdesk.evidence.notes import VerifierKey

LOCK_MS: Final = 500
"""The longest that one organisation's lock holds up the others."""
STATEMENT_MS: Final = 15_000


@dataclass(frozen=True, slots=True)
class Due:
    """An organisation whose log is to be signed, and how long that log is."""

    tenant_path: str
    size: int


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key that some worker of this installation said it signs with."""

    tenant_path: str
    public: bytes
    created_at: datetime
    retired_at: datetime | None


class Desk:
    """A worker's own connection for signing; `host` is how it signs in the logs.

    Raises `Unreachable`, `Busy` where somebody holds an organisation's log, or another
    `DatabaseProblem`.
    """

    def __init__(self, connection: Connection, host: str):
        self._connection, self.host = connection, host

    def settle(self) -> None:
        """Let nobody's lock and no long statement hold up the others."""
        self._run(
            "SELECT set_config('lock_timeout', %s, false),"
            " set_config('statement_timeout', %s, false)",
            (str(LOCK_MS), str(STATEMENT_MS)),
        )

    def explain(self, reason: str) -> None:
        """Say why what follows is done; it stands in the rows that it causes."""
        self._run("SELECT set_config('app.reason', %s, false)", (reason,))

    def due(self, seconds: int) -> list[Due]:
        """Return what is to be signed: grown and not signed for so long, or asked for."""
        found = self._run(
            "SELECT tenant_path, size FROM govdesk_api.checkpoints_due(%s, %s)",
            (self.host, seconds),
        )
        return [Due(str(path), size) for path, size in found]

    def grow(self, tenant_path: str, limit: int) -> int:
        """Make at most `limit` full tiles; returns how many were made."""
        return self._number(
            "SELECT govdesk_api.grow_tiles(%s, %s, %s)", (tenant_path, self.host, limit)
        )

    def hashes(self, tenant_path: str) -> WorkerHashes:
        """The hashes of one log; what they give is kept as long as they are."""
        return WorkerHashes(self._connection, tenant_path, self.host)

    def newest(self, tenant_path: str) -> Stored | None:
        """Return the newest checkpoint that stands in the database."""
        found = self._run(
            "SELECT size, root, note, created_at FROM govdesk_api.worker_checkpoint(%s, %s)",
            (tenant_path, self.host),
        )
        if not found or found[0][0] is None:
            return None
        size, root, note, at = found[0]
        return Stored(Tree(size, bytes(root)), note, at)

    def restores(self, tenant_path: str) -> list[Restore]:
        """Return the declared restores, the oldest first."""
        found = self._run(
            "SELECT known_size, known_root, found_size, found_root, declared_at"
            " FROM govdesk_api.worker_restores(%s, %s) ORDER BY declared_at, known_size",
            (tenant_path, self.host),
        )
        return [
            Restore(Tree(known, bytes(known_root)), Tree(size, bytes(root)), at)
            for known, known_root, size, root, at in found
        ]

    def put(self, tenant_path: str, tree: Tree, note: str) -> bool:
        """Store a checkpoint; False if there is one of that size.

        Raises `Refused` (tree_mismatch) if the database itself comes to another root, and `Busy`.
        """
        found = self._run(
            "SELECT govdesk_api.put_checkpoint(%s, %s, %s, %s, %s)",
            (tenant_path, self.host, tree.size, tree.root, note),
        )
        if not found or found[0][0] == "busy":
            raise Busy(f"Somebody holds the log of {tenant_path}.", "It is signed in a moment.")
        return bool(found[0][0] == "signed")

    def known_keys(self) -> list[KnownKey]:
        """Return the keys of every organisation's log."""
        found = self._run(
            "SELECT tenant_path, public, created_at, retired_at"
            " FROM govdesk_api.worker_checkpoint_keys(%s)",
            (self.host,),
        )
        return [KnownKey(str(path), bytes(public), *rest) for path, public, *rest in found]

    def announce(self, tenant_path: str, key: VerifierKey) -> bool:
        """Say that this key signs the log from now on; False if that was said, or it is busy."""
        return bool(
            self._number(
                "SELECT govdesk_api.announce_checkpoint_key(%s, %s, %s, %s)::int",
                (tenant_path, self.host, key.text, key.public),
            )
        )

    def retire(self, tenant_path: str, public: bytes) -> bool:
        """Say that this key signs no more; False if that was said before, or the log is busy."""
        return bool(
            self._number(
                "SELECT govdesk_api.retire_checkpoint_key(%s, %s, %s)::int",
                (tenant_path, self.host, public),
            )
        )

    def fault(self, tenant_path: str, facts: dict[str, object]) -> bool:
        """Seal a fault; False if these very facts were sealed before, or the log is busy."""
        return bool(
            self._number(
                "SELECT govdesk_api.worker_fault(%s, %s, %s)::int",
                (tenant_path, self.host, Jsonb(facts)),
            )
        )

    def _number(self, query: Any, parameters: tuple[object, ...]) -> int:
        found = self._run(query, parameters)
        return int(found[0][0] or 0) if found else 0

    def _run(self, query: Any, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
        with explained():
            return self._connection.execute(query, parameters).fetchall()
