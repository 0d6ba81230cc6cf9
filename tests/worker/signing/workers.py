"""Signing workers over a real database, in this process and as processes of their own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from govdesk.database.checkpointing import Desk
from govdesk.database.connection import connect
from govdesk.evidence import proofs
from govdesk.evidence.checkpoints import SignedCheckpoint, origin
from govdesk.evidence.leaf import commitment, leaf_hash
from govdesk.evidence.notes import KeyPair, VerifierKey
from govdesk.evidence.proofs import MemoryHashes
from govdesk.worker.signing.signer import Look, SigningSettings
from tests.evidences import leaves
from tests.people import ACME, Cast
from tests.worker.test_processes import ROOT, Running, at_work

PATIENCE = 30.0
_LOOP = """
import sys
from pathlib import Path
from govdesk.database.checkpointing import Desk
from govdesk.database.connection import connect
from govdesk.worker.signing.signer import Look, SigningSettings
url, key, copies = sys.argv[1:]
look = Look(SigningSettings(Path(key), Path(copies), 1), Path(key), "loop")
with connect(url) as connection:
    desk = Desk(connection, "loop")
    desk.settle()
    print("ready", flush=True)
    while True:
        look(desk, 0)
"""


@dataclass
class Signing:
    """A worker's signing files in `home`, and the database that it signs."""

    cast: Cast
    home: Path
    copies: Path | None = None
    seconds: int = 1

    @property
    def key(self) -> Path:
        """The key's file."""
        return self.home / "checkpoint-key"

    @property
    def environment(self) -> dict[str, str]:
        """What a process is told."""
        folder = {} if self.copies is None else {"GOVDESK_CHECKPOINT_FOLDER": str(self.copies)}
        return folder | {
            "GOVDESK_CHECKPOINT_KEY": str(self.key),
            "GOVDESK_CHECKPOINT_SECONDS": str(self.seconds),
        }

    @contextmanager
    def worker(self, host: str = "one") -> Iterator[Running]:
        """A worker process."""
        with at_work(self.cast.database, None, host, folder=self.home, more=self.environment) as w:
            yield w

    @contextmanager
    def loop(self) -> Iterator[subprocess.Popen[bytes]]:
        """A process that signs whenever there is something, and never rests."""
        told = self.cast.database.worker_url, str(self.key), str(self.copies)
        process = subprocess.Popen([sys.executable, "-c", _LOOP, *told], stdout=subprocess.PIPE,
                                   cwd=ROOT)  # fmt: skip
        assert process.stdout is not None
        with process.stdout:
            assert process.stdout.readline() == b"ready\n"
            yield process
        process.kill()
        process.wait()

    def look(self, host: str = "one", seconds: int = 0) -> bool:
        """Look once, as a worker that has just begun."""
        settings = SigningSettings(self.key, self.copies, self.seconds)
        with connect(self.cast.database.worker_url) as connection:
            desk = Desk(connection, host)
            desk.settle()
            return Look(settings, self.key, host)(desk, seconds)

    def twin(self, cast: Cast, home: Path) -> Signing:
        """Another machine with a copy of the key, and nothing else of this one."""
        home.mkdir(parents=True)
        shutil.copy2(self.key, home / "checkpoint-key")
        return Signing(cast, home, self.copies, self.seconds)

    def vkey(self, path: str = ACME) -> VerifierKey:
        """The key as an auditor has it."""
        return KeyPair.from_text(self.key.read_text()).vkey(origin(path))

    def checkpoints(self, path: str = ACME) -> list[SignedCheckpoint]:
        """Every checkpoint in the database, verified with the key, the smallest first."""
        rows = self.cast.admin.execute(
            "SELECT c.note FROM govdesk.audit_checkpoint c JOIN govdesk.tenant t USING (tenant_id)"
            " WHERE t.tenant_path = %s::ltree ORDER BY c.size",
            (path,),
        ).fetchall()
        found = [SignedCheckpoint.parse(note) for (note,) in rows]
        assert all(one.verified_by([self.vkey(path)]) for one in found)
        return found

    def sizes(self, path: str = ACME) -> list[int]:
        """Sizes of the checkpoints."""
        return [one.tree.size for one in self.checkpoints(path)]

    def check(self, path: str = ACME) -> int:
        """Every checkpoint is of the log as it stands in the table; returns how many."""
        hashes, found = leaves(self.cast, path), self.checkpoints(path)
        for one in found:
            assert one.tenant_path == path
            assert one.tree.root == proofs.root(MemoryHashes(hashes), one.tree.size)
        return len(found)

    def faults(self, path: str = ACME) -> list[dict[str, Any]]:
        """What was sealed of faults, the oldest first."""
        rows = self.cast.admin.execute(
            "SELECT l.diff::jsonb #> '{data,new}' FROM govdesk.audit_log l"
            " WHERE l.tenant_path = %s::ltree AND l.action = 'audit.fault_found' ORDER BY l.seq",
            (path,),
        ).fetchall()
        return [row[0] for row in rows]

    def wait(self, what: Callable[[], object], seconds: float = PATIENCE) -> float:
        """Wait until something holds; returns how long that took."""
        begun = time.monotonic()
        while not what():
            assert time.monotonic() - begun < seconds
            self.cast.admin.execute("SELECT pg_sleep(0.05)")
        return time.monotonic() - begun


@contextmanager
def owned(cast: Cast) -> Iterator[psycopg.Connection[Any]]:
    """What whoever owns the database can do: every trigger that protects the log is off."""
    tables = ("audit_log", "audit_tile", "audit_checkpoint")
    with cast.admin.transaction():
        for name in tables:
            cast.admin.execute(f"ALTER TABLE govdesk.{name} DISABLE TRIGGER USER")  # type: ignore[arg-type]
        yield cast.admin
        for name in tables:
            cast.admin.execute(f"ALTER TABLE govdesk.{name} ENABLE TRIGGER USER")  # type: ignore[arg-type]


def rechain(cast: Cast, first: int, path: str = ACME) -> None:
    """Write another summary into event `first`, and seal it and everything after it anew."""
    where = "tenant_path = %s::ltree AND seq = %s"
    with owned(cast) as owner:
        found = owner.execute(
            "SELECT seq, convert_from(leaf, 'UTF8'), salts->>'summary' FROM govdesk.audit_log"
            " WHERE tenant_path = %s::ltree AND seq >= %s ORDER BY seq",
            (path, first),
        ).fetchall()
        prev = ""
        for seq, text, salt in found:
            members = json.loads(text)
            if prev:
                members["prev"] = prev
            else:
                members["commitments"]["summary"] = commitment(bytes.fromhex(salt), "forged")
                owner.execute(
                    f"UPDATE govdesk.audit_log SET summary = 'forged' WHERE {where}",  # type: ignore[arg-type]
                    (path, seq),
                )
            built = json.dumps(members, separators=(",", ":")).encode()
            prev = leaf_hash(built).hex()
            owner.execute(
                f"UPDATE govdesk.audit_log SET leaf = %s, leaf_hash = %s WHERE {where}",  # type: ignore[arg-type]
                (built, bytes.fromhex(prev), path, seq),
            )
